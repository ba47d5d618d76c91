"""Daily bills: every movement of a merchant's account on exactly one of them (design/1 C8)."""

from __future__ import annotations

import asyncio
import csv
import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import hypothesis.strategies as st
import msgspec
import pytest
import sqlalchemy as sa
import time_machine
from hypothesis import HealthCheck, given, settings

from app.protocol.messages.settlement import BillTotals
from app.server.db.engine import reading, writing
from app.server.ledger.tables import accounts
from app.server.payments.settlement import invariants, rules
from tests.server.payments.refunds.shopping import Counter
from tests.server.world import Till, World, code_of, now, world

ZONE = ZoneInfo("Asia/Shanghai")
LONG = {"access_seconds": 400_000}
"""Tokens that live through the days a test jumps over."""


def day_of(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, ZONE).date().isoformat()


async def bill(till: Till, day: str, *, preliminary: bool = False) -> BillTotals:
    answer = await till.world.client.get(
        f"/v1/bills/{day}?preliminary={str(preliminary).lower()}", headers=till.headers
    )
    assert answer.status_code == 200, answer.text
    return msgspec.json.decode(answer.content, type=BillTotals)


async def lines(till: Till, day: str) -> list[dict[str, str]]:
    answer = await till.world.client.get(
        f"/v1/bills/{day}/csv?preliminary=true", headers=till.headers
    )
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.content.startswith(b"\xef\xbb\xbf")
    text = answer.content.decode("utf-8-sig")
    assert text.count("\n") == text.count("\r\n")
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


async def balance(till: Till) -> int:
    async with reading(till.world.service.engine) as connection:
        posted = await connection.scalar(
            sa.select(accounts.c.posted).where(
                accounts.c.owner == till.merchant_id, accounts.c.currency == "CNY"
            )
        )
    assert posted is not None
    return int(posted)


async def test_a_bill_names_every_movement_and_its_sums_are_the_ledgers(shop_on_each: World):
    counter = await Counter.open(shop_on_each)
    till, person = counter.till, await shop_on_each.person(100_000)
    _, text = await shop_on_each.service.merchants.add_code(till.store_id, "CNY")
    order = await till.order(2_370, subject='=1+1,"茶"', shift="S1", cashier=counter.seller)
    paid = await person.pay(await person.resolve(order.code))
    await person.pay(await person.resolve(text), 1_000)
    refund = await counter.refund(order.out_trade_no, 370, shift="S1")
    # Another merchant's day is another bill.
    other = await Counter.open(shop_on_each)
    await other.sell(person, 500)

    day = day_of(paid.receipt.posted_at)
    totals = await bill(till, day, preliminary=True)
    assert (totals.payments, totals.payments_amount) == (2, 3_370)
    assert (totals.refunds, totals.refunds_amount, totals.other) == (1, 370, 0)
    assert (totals.opening, totals.closing, totals.change) == (0, 3_000, 3_000)
    assert totals.closing == await balance(till)
    assert not totals.final

    first, second, third = await lines(till, day)
    assert (first["kind"], first["amount"], first["balance"]) == ("payment", "23.70", "23.70")
    assert (first["out_trade_no"], first["payment_id"]) == (order.out_trade_no, paid.payment_id)
    assert first["order_number"] == paid.receipt.order_number
    assert (first["shift"], first["cashier"]) == ("S1", counter.seller)
    # What a merchant typed never becomes a spreadsheet's formula.
    assert first["subject"] == '\'=1+1,"茶"'
    assert (second["kind"], second["amount"], second["out_trade_no"]) == ("payment", "10.00", "")
    assert (third["kind"], third["amount"], third["balance"]) == ("refund", "-3.70", "30.00")
    assert (third["out_request_no"], third["refund_id"]) == (
        refund.out_request_no,
        refund.refund_id,
    )
    assert third["order_number"] == first["order_number"]
    assert datetime.fromisoformat(third["time"]).timestamp() * 1000 == pytest.approx(
        refund.posted_at
    )


async def test_what_happens_after_midnight_is_on_the_next_days_bill(sqlite: str, tmp_path: Path):
    midnight = datetime(2031, 3, 2, tzinfo=ZONE)
    async with world(tmp_path, sqlite, **LONG) as shop:
        with time_machine.travel(midnight - timedelta(seconds=40), tick=True):
            counter = await Counter.open(shop)
            person = await shop.person(100_000)
            order, _ = await counter.sell(person, 5_000)
            today = await shop.client.get("/v1/bills/2031-03-01", headers=counter.till.headers)
            assert (today.status_code, code_of(today)) == (409, "bill_not_ready")
            assert 300 < today.json()["params"]["ready_in"] <= 340
        with time_machine.travel(midnight + timedelta(seconds=30), tick=True):
            await counter.refund(order.out_trade_no, 2_000)
            # Over, but not for good: a commit may still be under way somewhere.
            early = await shop.client.get("/v1/bills/2031-03-01", headers=counter.till.headers)
            assert code_of(early) == "bill_not_ready"
            tomorrow = await shop.client.get("/v1/bills/2031-03-09", headers=counter.till.headers)
            assert code_of(tomorrow) == "bill_not_ready"
            nothing = await bill(counter.till, "2031-03-09", preliminary=True)
            assert (nothing.change, nothing.payments, nothing.final) == (0, 0, False)
        with time_machine.travel(midnight + timedelta(days=1, minutes=6), tick=True):
            first = await bill(counter.till, "2031-03-01")
            second = await bill(counter.till, "2031-03-02")
            before = await bill(counter.till, "2031-02-28")
        assert (first.payments_amount, first.refunds, first.closing) == (5_000, 0, 5_000)
        assert (second.payments, second.refunds_amount, second.closing) == (0, 2_000, 3_000)
        assert (second.opening, second.change) == (5_000, -2_000)
        assert (before.opening, before.closing, before.final) == (0, 0, True)
        assert await lines(counter.till, "2031-03-02") != []


steps = st.lists(
    st.tuples(
        st.sampled_from(["order", "order", "static", "refund", "fund", "elsewhere"]),
        st.integers(1, 4_000),
        # Mostly minutes apart, sometimes more than a day.
        st.one_of(st.integers(1, 600), st.integers(20_000, 120_000)),
    ),
    min_size=4,
    max_size=14,
)


@settings(
    max_examples=3,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=steps)
def test_the_bills_of_any_days_add_up_to_the_ledger(
    steps: list[tuple[str, int, int]], database_url: str, tmp_path: Path
):
    asyncio.run(_days_add_up(steps, database_url, tmp_path))


async def _days_add_up(steps: list[tuple[str, int, int]], url: str, folder: Path) -> None:
    at = datetime(2032, 10, 30, 22, tzinfo=ZONE)
    first, expected, moves = at.date(), dict[str, int](), 0
    async with world(folder, url, **{**LONG, "access_seconds": 4_000_000}) as shop:
        with time_machine.travel(at, tick=False) as clock:
            counter, other = await Counter.open(shop), await Counter.open(shop)
            person = await shop.person(1_000_000)
            _, text = await shop.service.merchants.add_code(counter.till.store_id, "CNY")
            sold: dict[str, int] = {}
            for kind, amount, seconds in steps:
                clock.shift(seconds)
                today, moved = day_of(now()), 0
                if kind == "order":
                    order, _ = await counter.sell(person, amount)
                    sold[order.out_trade_no] = moved = amount
                elif kind == "static":
                    paid = await person.pay(await person.resolve(text), amount)
                    sold[paid.payment_id] = moved = amount
                elif kind == "refund" and any(sold.values()):
                    number = next(number for number, left in sold.items() if left)
                    moved = -min(amount, sold[number])
                    await counter.refund(number, -moved)
                    sold[number] += moved
                elif kind == "fund":
                    await person.fund(amount)
                elif kind == "elsewhere":
                    await other.sell(person, amount)
                moves += bool(moved)
                expected[today] = expected.get(today, 0) + moved
            last = datetime.fromtimestamp(now() / 1000, ZONE).date()
            opening = seen = 0
            day = first
            while day <= last:
                totals = await bill(counter.till, day.isoformat(), preliminary=True)
                listed = await lines(counter.till, day.isoformat())
                assert totals.opening == opening
                assert totals.change == expected.get(day.isoformat(), 0)
                assert totals.change == (
                    totals.payments_amount - totals.refunds_amount + totals.other
                )
                assert sum(round(float(line["amount"]) * 100) for line in listed) == totals.change
                assert len(listed) == totals.payments + totals.refunds
                opening, seen, day = totals.closing, seen + len(listed), day + timedelta(days=1)
            assert (opening, seen) == (await balance(counter.till), moves)
            checked = await invariants.check(shop.service.engine)
            assert [rule for rule in checked if not rule.holds] == []


async def test_the_reconciliation_notices_what_was_tampered_with(lone_shop: World):
    counter = await Counter.open(lone_shop)
    person = await lone_shop.person(10_000)
    order, _ = await counter.sell(person, 3_000)
    await counter.refund(order.out_trade_no, 1_000)
    _, text = await lone_shop.service.merchants.add_code(counter.till.store_id, "CNY")
    printed = await person.pay(await person.resolve(text), 500)
    await lone_shop.client.post(
        f"/v1/counter/received/{printed.payment_id}/claim",
        json={"out_trade_no": "K1"},
        headers=counter.till.headers,
    )
    engine = lone_shop.service.engine
    for change, name in (
        ("UPDATE payments SET amount = amount + 1", "bill_line_amount"),
        ("UPDATE payments SET amount = amount - 1", None),
        ("UPDATE refunds SET amount = amount + 1", "bill_line_amount"),
        ("UPDATE refunds SET amount = amount - 1", None),
        ("UPDATE refunds SET journal_id = journal_id + 1000", "bill_line_named"),
        ("UPDATE refunds SET journal_id = journal_id - 1000", None),
        ("UPDATE accounts SET posted = posted + 1 WHERE kind = 'merchant'", "bill_closes"),
        ("UPDATE accounts SET posted = posted - 1 WHERE kind = 'merchant'", None),
        ("UPDATE payments SET order_id = id WHERE order_id IS NULL", "received_claim"),
        ("UPDATE payments SET order_id = NULL WHERE order_id = id", None),
    ):
        async with writing(engine) as connection:
            await connection.execute(sa.text(change))
        broken = [rule.name for rule in await invariants.check(engine) if not rule.holds]
        assert (name in broken) if name else broken == [], change


async def test_what_is_no_day_is_refused(shop: World):
    till = await shop.till()
    for day in ("2026-02-30", "20260201", "2026-2-1", "today", "0001-01-01", "9999-12-31"):
        answer = await shop.client.get(f"/v1/bills/{day}", headers=till.headers)
        assert (code_of(answer), answer.json()["field"]) == ("validation_failed", "day")
    answer = await shop.client.get("/v1/bills/2026-01-01?currency=XXX", headers=till.headers)
    assert code_of(answer) == "currency_unsupported"
    person = await shop.person()
    assert code_of(await person.get("/v1/bills/2026-01-01")) == "forbidden"


def test_a_day_has_as_many_hours_as_the_operators_clocks_say():
    berlin = ZoneInfo("Europe/Berlin")
    for text, hours in (("2026-03-29", 23), ("2026-10-25", 25), ("2026-07-01", 24)):
        day = rules.parse_day(text)
        span = rules.span_of(day, day, berlin)
        assert span.end - span.start == hours * 3_600_000
    assert rules.span_of(rules.parse_day("2026-01-02"), rules.parse_day("2026-01-02"), UTC) == (
        1_767_312_000_000,
        1_767_398_400_000,
    )
