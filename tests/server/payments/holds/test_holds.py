"""Pre-authorisations: hold, capture, release, expiry; refusals, replays, races, the freeze."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec

from app.protocol.messages.holds import HoldRequest
from tests.server.payments.holds.tilling import (
    accounts,
    capture,
    capture_raw,
    hold,
    hold_raw,
    holds_of,
    release,
    run_out,
    wanted,
)
from tests.server.payments.refunds.shopping import Counter
from tests.server.payments.street import once
from tests.server.world import World, code_of


async def test_a_part_is_captured_and_the_rest_goes_back(shop: World):
    person, till = await shop.person(10_000), await shop.till()
    order = await till.order(6_000, hold=True, cashier="A", shift="morning")
    found = await person.resolve(order.code)
    assert found.hold
    assert code_of(await person.pay_raw(found)) == "order_is_hold"
    held = await hold(person, order)
    assert (held.state, held.amount, held.out_trade_no) == ("held", 6_000, order.out_trade_no)
    assert await accounts(person) == (10_000, 6_000, 4_000)
    assert (await till.find(order.order_id)).status == "held"
    assert code_of(await till.cancel(order.order_id)) == "order_paid"
    assert code_of(await hold_raw(await shop.person(9_000), order)) == "order_paid"

    done = await capture(till, order, 2_500, "C-1", shift="night")

    assert (done.state, done.captured) == ("captured", 2_500)
    assert await accounts(person) == (7_500, 0, 7_500)
    paid = await till.find(order.order_id)
    assert (paid.status, paid.payment_id) == ("paid", done.payment_id)
    payment = (await person.get(f"/v1/payments/{done.payment_id}")).json()
    assert payment["receipt"]["amount"] == 2_500
    assert payment["receipt"]["order_number"] == done.order_number
    assert payment["receipt"]["points_earned"] == 25
    # Asked again it is the same; another one is refused.
    for _ in range(2):
        assert await capture(till, order, 2_500, "C-1") == done
    for amount, number in ((2_500, "C-2"), (2_400, "C-1")):
        assert code_of(await capture_raw(till, order, amount, number)) == "hold_closed"
    assert code_of(await release(till, order)) == "hold_closed"
    assert [item.state for item in await holds_of(person)] == ["captured"]
    # What never left doesn't count for the day.
    assert (await person.get("/v1/limits")).json()["spent_today"] == 2_500


@once
async def test_a_release_gives_everything_back_and_may_be_repeated(street: World):
    person, till = await street.person(1_000), await street.till()
    order = await till.order(1_000, hold=True)
    await hold(person, order)
    for _ in range(2):
        answer = await release(till, order)
        assert (answer.status_code, answer.json()["state"]) == (200, "released")
    assert await accounts(person) == (1_000, 0, 1_000)
    assert (await till.find(order.order_id)).status == "cancelled"
    assert code_of(await capture_raw(till, order, 1, "C")) == "hold_closed"
    assert (await person.get("/v1/limits")).json()["spent_today"] == 0


@once
async def test_what_ran_out_is_not_captured_and_goes_back(street: World):
    person, till = await street.person(1_000), await street.till()
    order = await till.order(900, hold=True)
    held = await hold(person, order)
    await run_out(street, held)
    assert (await holds_of(person))[0].state == "expired"
    assert code_of(await capture_raw(till, order, 900, "C")) in {"hold_closed"}
    await asyncio.gather(*(street.service.holds.holds.expire() for _ in range(3)))
    assert await accounts(person) == (1_000, 0, 1_000)
    answer = await release(till, order)
    assert (answer.status_code, answer.json()["state"]) == (200, "expired")


@once
async def test_a_freeze_stops_new_holds_but_not_what_was_promised(street: World):
    person, till = await street.person(10_000), await street.till()
    promised, later = await till.order(600, hold=True), await till.order(700, hold=True)
    await hold(person, promised)
    frozen = await street.client.post("/v1/me/freeze", json={}, headers=person.headers)
    assert frozen.status_code in (200, 201)
    assert code_of(await hold_raw(person, later)) == "account_frozen"
    assert code_of(await capture_raw(till, promised, 601, "C")) == "capture_too_large"
    assert (await capture(till, promised, 400, "C")).captured == 400
    assert await accounts(person) == (9_600, 0, 9_600)


BAD: list[tuple[dict[str, Any], str]] = [
    ({"amount": 499}, "order_mismatch"),
    ({"amount": 0}, "amount_invalid"),
    ({"amount": -1}, "amount_invalid"),
    ({"payee": "0197a0e0-0000-7000-8000-00000000dead"}, "order_mismatch"),
    ({"currency": "USD"}, "currency_mismatch"),
    ({"order_id": None}, "order_not_found"),
    ({"order_id": "0197a0e0-0000-7000-8000-00000000dead"}, "order_not_found"),
    ({"payer": "0197a0e0-0000-7000-8000-00000000dead"}, "forbidden"),
    ({"points": 5}, "points_invalid"),
    ({"coupon_id": "0197a0e0-0000-7000-8000-00000000dead"}, "coupon_unfit"),
    ({"time": 1_700_000_000_000}, "clock_off"),
]


@once
async def test_bad_holds_and_captures_get_a_code(street: World):
    person, till, other = await street.person(600), await street.till(), await street.till()
    order, plain = await till.order(500, hold=True), await till.order(500)
    for changes, code in BAD:
        assert code_of(await hold_raw(person, order, **changes)) == code, changes
    assert code_of(await hold_raw(person, plain)) == "order_not_hold"
    assert code_of(await hold_raw(person, await till.order(601, hold=True))) == "insufficient_funds"
    assert code_of(await capture_raw(till, order, 1, "C")) == "hold_not_found"
    wish = await wanted(person, order)
    forged = HoldRequest(wish, person.key.sign(b"something else"))
    answer = await street.client.post(
        "/v1/holds",
        content=msgspec.json.encode(forged),
        headers=person.headers | {"idempotency-key": wish.key},
    )
    assert code_of(answer) == "signature_invalid"
    await hold(person, order)
    for amount, code in ((0, "amount_invalid"), (-5, "amount_invalid"), (501, "capture_too_large")):
        assert code_of(await capture_raw(till, order, amount, "C")) == code
    assert code_of(await capture_raw(other, order, 1, "C")) == "hold_not_found"
    assert code_of(await release(other, order)) == "hold_not_found"
    assert await accounts(person) == (600, 500, 100)


@once
async def test_by_key_with_and_without_the_fence(street: World):
    person, till = await street.person(1_000), await street.till()
    order, other = await till.order(500, hold=True), await till.order(500, hold=True)
    lost = await wanted(person, order)
    asked = await person.get(f"/v1/holds/by-key/{lost.key}")
    assert (code_of(asked), asked.json()["money"]) == ("hold_not_found", "unknown")
    assert code_of(await person.get(f"/v1/holds/by-key/{lost.key}?fence=true")) == "hold_not_found"
    assert code_of(await hold_raw(person, order, key=lost.key)) == "hold_not_found"
    done = await wanted(person, other)
    first = await hold_raw(person, other, key=done.key, time=done.time)
    again = await hold_raw(person, other, key=done.key, time=done.time)
    assert (again.content, again.headers["idempotent-replayed"]) == (first.content, "true")
    for query in ("", "?fence=true"):
        found = await person.get(f"/v1/holds/by-key/{done.key}{query}")
        assert (found.status_code, found.content) == (200, first.content)
    assert await accounts(person) == (1_000, 500, 500)


async def test_captures_releases_and_the_clock_race(shop: World):
    till = await shop.till()
    for round_number in range(4):
        person = await shop.person(1_000)
        order = await till.order(800, hold=True)
        held = await hold(person, order)
        rivals: list[Any] = [
            capture_raw(till, order, 300, "C-1"),
            capture_raw(till, order, 400, "C-2"),
            release(till, order),
        ]
        if round_number % 2:
            await run_out(shop, held)
        rivals.append(shop.service.holds.holds.expire())
        answers = (await asyncio.gather(*rivals))[:3]
        won = [answer for answer in answers if answer.status_code < 300]
        assert {code_of(a) for a in answers if a.status_code >= 300} <= {"hold_closed"}
        state = (await holds_of(person))[0]
        posted, pending, available = await accounts(person)
        assert (pending, posted, available) == (0, 1_000 - state.captured, 1_000 - state.captured)
        assert len(won) == 1
        assert won[0].json()["state"] == state.state


@once
async def test_what_was_captured_is_refunded_and_no_cent_more(street: World):
    person, counter = await street.person(5_000), await Counter.open(street)
    order = await counter.till.order(3_000, hold=True)
    await hold(person, order)
    assert code_of(await counter.refund_raw(order.out_trade_no)) == "not_refundable"
    await capture(counter.till, order, 1_100, "C-1")
    assert code_of(await counter.refund_raw(order.out_trade_no, 1_101)) == "refund_too_large"
    assert (await counter.refund(order.out_trade_no, 100)).left == 1_000
    assert (await counter.refund(order.out_trade_no)).left == 0
    assert await accounts(person) == (5_000, 0, 5_000)
