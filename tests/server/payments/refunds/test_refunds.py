"""Refunds over HTTP: whole, in part, several, twice, at once, and every refusal."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
import pytest

from app.protocol.errors import KBeanError
from app.protocol.ids import new_id
from app.protocol.messages.refunds import RefundList
from app.server.payments.refunds.service import REVERSAL
from tests.server.payments.refunds.shopping import Counter, beans
from tests.server.world import World, code_of


async def test_a_whole_refund_leaves_everything_as_it_was(shop: World):
    counter, person = await Counter.open(shop), await shop.person(10_000)
    order, payment = await counter.sell(person, 2_390)
    assert (await person.available(), (await beans(person)).balance) == (7_610, 23)

    refund = await counter.refund(order.out_trade_no, reason="坏了")

    assert (refund.amount, refund.paid_back, refund.left) == (2_390, 2_390, 0)
    assert (refund.points_taken_back, refund.points_returned) == (23, 0)
    assert refund.order_number == payment.receipt.order_number
    assert (await person.available(), (await beans(person)).balance) == (10_000, 0)
    seen = (await person.get("/v1/activity?limit=2")).json()["items"]
    assert [line["kind"] for line in seen] == ["points_taken_back", "refund"]
    assert (seen[1]["amount"], seen[1]["note"], seen[1]["counterparty"]) == (
        2_390,
        "坏了",
        "K豆便利店",
    )


async def test_refunds_in_parts_add_up_to_the_cent(street: World):
    counter, person = await Counter.open(street), await street.person(10_000)
    order, payment = await counter.sell(person, 1_000)
    parts = [await counter.refund(order.out_trade_no, part) for part in (333, 333, 333)]
    assert [part.left for part in parts] == [667, 334, 1]
    assert [part.points_taken_back for part in parts] == [3, 3, 3]
    over = await counter.refund_raw(order.out_trade_no, 2)
    assert code_of(over) == "refund_too_large"
    assert over.json()["params"] == {"left": 1, "currency": "CNY"}
    last = await counter.refund(order.out_trade_no)
    assert (last.amount, last.points_taken_back, last.left) == (1, 1, 0)
    assert (await person.available(), (await beans(person)).balance) == (10_000, 0)
    assert code_of(await counter.refund_raw(order.out_trade_no)) == "refund_too_large"

    listed = await counter.refunds(order.out_trade_no)
    assert (listed.items, listed.left) == ([*parts, last], 0)
    own = await person.get(f"/v1/payments/{payment.payment_id}/refunds")
    assert msgspec.json.decode(own.content, type=RefundList).items == listed.items


async def test_the_same_number_refunds_once(shop: World):
    counter, person = await Counter.open(shop), await shop.person(10_000)
    order, _ = await counter.sell(person, 1_000)
    number = new_id()
    first = await counter.refund_raw(order.out_trade_no, 400, out_request_no=number)
    assert first.status_code == 201
    again = await asyncio.gather(
        *(counter.refund_raw(order.out_trade_no, 400, out_request_no=number) for _ in range(3))
    )
    assert {answer.content for answer in again} == {first.content}
    assert {answer.headers.get("idempotent-replayed") for answer in again} == {"true"}
    for other in ({"amount": 401}, {"amount": None}):
        differs = await counter.refund_raw(order.out_trade_no, out_request_no=number, **other)
        assert code_of(differs) == "refund_differs"
    # Whoever asks again is told the truth, whatever their role is by now.
    told = await counter.refund_raw(
        order.out_trade_no, 400, out_request_no=number, cashier=counter.seller
    )
    assert told.content == first.content
    path = f"/v1/refunds/{order.out_trade_no}/{number}"
    assert (await shop.client.get(path, headers=counter.till.headers)).content == first.content
    assert await person.available() == 9_400


async def test_two_refunds_of_the_same_rest_at_once(shop: World):
    counter, person = await Counter.open(shop), await shop.person(10_000)
    for amount in (None, 700):
        order, _ = await counter.sell(person, 1_000)
        answers = await asyncio.gather(
            *(counter.refund_raw(order.out_trade_no, amount) for _ in range(5))
        )
        codes = [answer.status_code for answer in answers]
        assert (codes.count(201), codes.count(422)) == (1, 4)
        await counter.refund_raw(order.out_trade_no)
        assert await person.available() == 10_000


async def test_only_supervisors_and_managers_refund(street: World):
    counter, person = await Counter.open(street), await street.person(10_000)
    other = await Counter.open(street)
    supervisor = await street.service.counter.add(
        counter.till.merchant_id, "3", "林", "supervisor", "8642"
    )
    order, _ = await counter.sell(person, 1_000)
    for cashier in (counter.seller, other.manager, new_id(), "", "nobody"):
        refused = await counter.refund_raw(order.out_trade_no, 100, cashier=cashier)
        assert code_of(refused) == "refund_not_allowed"
    assert await person.available() == 9_000
    assert (await counter.refund(order.out_trade_no, 100, cashier=supervisor)).left == 900


BAD: list[tuple[dict[str, Any], str]] = [
    ({"amount": 0}, "amount_invalid"),
    ({"amount": -1}, "amount_invalid"),
    ({"amount": 10**15 + 1}, "amount_invalid"),
    ({"amount": 10**15}, "refund_too_large"),
    ({"amount": 1.5}, "amount_invalid"),
    ({"out_trade_no": "unknown"}, "order_not_found"),
    ({"out_trade_no": "?"}, "validation_failed"),
    ({"out_request_no": ""}, "validation_failed"),
    ({"out_request_no": REVERSAL}, "validation_failed"),
    ({"cashier": "x" * 37}, "validation_failed"),
    ({"reason": "line\nline"}, "validation_failed"),
    ({"payer": "x"}, "validation_failed"),
]


async def test_bad_wishes_say_what_is_wrong(street: World):
    counter, person = await Counter.open(street), await street.person(10_000)
    order, _ = await counter.sell(person, 1_000)
    for changes, code in BAD:
        refused = await counter.refund_raw(**{"out_trade_no": order.out_trade_no} | changes)
        assert (changes, code_of(refused)) == (changes, code)
    assert await person.available() == 9_000


async def test_what_nobody_paid_and_what_is_anothers(street: World):
    counter, person = await Counter.open(street), await street.person(10_000)
    stranger = await street.person()
    unpaid = await counter.till.order(500)
    assert code_of(await counter.refund_raw(unpaid.out_trade_no)) == "not_refundable"
    other = await Counter.open(street)
    order, payment = await counter.sell(person, 1_000)
    assert code_of(await other.refund_raw(order.out_trade_no)) == "order_not_found"
    for path in (f"/v1/refunds/{order.out_trade_no}/none", "/v1/refunds/none/none"):
        missing = await street.client.get(path, headers=counter.till.headers)
        assert code_of(missing) == "refund_not_found"
    for asker, number in ((stranger, payment.payment_id), (person, new_id()), (person, "x")):
        missing = await asker.get(f"/v1/payments/{number}/refunds")
        assert code_of(missing) == "payment_not_found"
    tills = await street.client.get(
        f"/v1/payments/{payment.payment_id}/refunds", headers=counter.till.headers
    )
    assert code_of(tills) == "forbidden"


async def test_a_merchant_without_the_money_refunds_nothing(street: World):
    counter, person = await Counter.open(street), await street.person(10_000)
    order, _ = await counter.sell(person, 1_000)
    book = street.service
    merchant = await book.directory.find(counter.till.merchant_id, "merchant", "CNY")
    assert merchant is not None
    await _spend_all_but(street, merchant, person, 300)
    assert code_of(await counter.refund_raw(order.out_trade_no, 301)) == "merchant_funds_short"
    with pytest.raises(KBeanError, match="merchant_funds_short"):
        await book.refunds.revoke(
            counter.till.merchant_id, order.order_id, reason="late", cashier=""
        )
    assert (await counter.refund(order.out_trade_no, 300)).left == 700


async def _spend_all_but(shop: World, merchant: int, person: Any, left: int) -> None:
    """Money of the merchant's goes elsewhere."""
    from app.server.ledger.chart import OPERATOR
    from app.server.ledger.plan import Answer, Draft, Leg, Plan

    fees = await shop.service.directory.find(OPERATOR, "fees", "CNY")
    assert fees is not None

    def decide(draft: Draft) -> Answer:
        draft.post(
            "fee",
            [Leg(merchant, fees, draft.account(merchant).available - left)],
            event_at=draft.now,
        )
        return Answer(201, b"{}")

    assert (await shop.service.writer.submit(Plan(decide, (merchant, fees)))).status == 201


async def test_a_reversal_takes_back_what_is_left_without_a_role(shop: World):
    counter, person = await Counter.open(shop), await shop.person(10_000)
    revoke, merchant = shop.service.refunds.revoke, counter.till.merchant_id
    order, _ = await counter.sell(person, 1_000)
    first, second = await asyncio.gather(
        *(revoke(merchant, order.order_id, reason="", cashier="") for _ in range(2))
    )
    assert first == second
    assert (first.amount, first.left, first.out_request_no) == (1_000, 0, REVERSAL)
    assert await person.available() == 10_000

    order, _ = await counter.sell(person, 1_000)
    part = await counter.refund(order.out_trade_no, 400)
    rest = await revoke(merchant, order.order_id, reason="", cashier="7")
    assert (part.left, rest.amount, rest.left) == (600, 600, 0)

    order, _ = await counter.sell(person, 1_000)
    whole = await counter.refund(order.out_trade_no)
    assert await revoke(merchant, order.order_id, reason="", cashier="") == whole
    assert await person.available() == 10_000

    unpaid = await counter.till.order(500)
    for order_id, code in ((unpaid.order_id, "not_refundable"), ("x", "order_not_found")):
        with pytest.raises(KBeanError, match=code):
            await revoke(merchant, order_id, reason="", cashier="")
    with pytest.raises(KBeanError, match="order_not_found"):
        await revoke(new_id(), order.order_id, reason="", cashier="")


async def test_a_refund_and_a_reversal_race(shop: World):
    counter, person = await Counter.open(shop), await shop.person(10_000)
    order, _ = await counter.sell(person, 1_000)
    refunded, revoked = await asyncio.gather(
        counter.refund_raw(order.out_trade_no, 600),
        shop.service.refunds.revoke(
            counter.till.merchant_id, order.order_id, reason="", cashier=""
        ),
    )
    assert await person.available() == 10_000
    assert revoked.left == 0
    assert refunded.status_code in (201, 422)
