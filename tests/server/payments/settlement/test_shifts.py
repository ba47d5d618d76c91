"""Shifts handed in: the counter's figures against the service's own (design/1 C5)."""

from __future__ import annotations

from typing import Any

import httpx
import msgspec
import sqlalchemy as sa

from app.protocol.ids import new_id
from app.protocol.messages.counter import ShiftCheck, ShiftFigures, ShiftReport
from app.server.db.engine import reading
from app.server.payments.settlement.tables import shift_reports
from tests.server.payments.charges.stall import book_of, charge
from tests.server.payments.refunds.shopping import Counter
from tests.server.world import World, code_of, now


def report(counter: Counter, sales: dict[str, int], refunds: dict[str, int]) -> ShiftReport:
    return ShiftReport(
        number=1,
        cashier=counter.seller,
        currency="CNY",
        opened_at=now() - 60_000,
        closed_at=now(),
        figures=ShiftFigures(len(sales), sum(sales.values()), len(refunds), sum(refunds.values())),
        float_amount=20_000,
        cash_sales=0,
        cash_in=0,
        cash_out=0,
        expected_cash=20_000,
        counted_cash=19_990,
        trades=sales,
        returns=refunds,
    )


async def send(counter: Counter, shift: str, message: Any) -> httpx.Response:
    return await counter.world.client.put(
        f"/v1/counter/shifts/{shift}",
        content=msgspec.json.encode(message),
        headers=counter.till.headers,
    )


async def hand_in(counter: Counter, shift: str, message: ShiftReport) -> ShiftCheck:
    answer = await send(counter, shift, message)
    assert answer.status_code == 200, answer.text
    return msgspec.json.decode(answer.content, type=ShiftCheck)


async def kept(counter: Counter) -> int:
    mine = shift_reports.c.merchant_id == counter.till.merchant_id
    query = sa.select(sa.func.count()).select_from(shift_reports).where(mine)
    async with reading(counter.world.service.engine) as connection:
        return await connection.scalar(query) or 0


async def test_both_sides_agree_on_a_shift(shop_on_each: World):
    counter, shift = await Counter.open(shop_on_each), new_id()
    till, person = counter.till, await shop_on_each.person(100_000)
    order = await till.order(2_370, shift=shift)
    await person.pay(await person.resolve(order.code))
    book = await book_of(person)
    charged = await charge(till, book.code(), 500, shift=shift)
    await counter.refund(order.out_trade_no, 370, out_request_no="r-1", shift=shift)
    # Not of this shift, not paid, another merchant's with the same name: none of it counts.
    await person.pay(await person.resolve((await till.order(100, shift="other")).code))
    await till.order(7_777, shift=shift)
    other = await Counter.open(shop_on_each)
    await person.pay(await person.resolve((await other.till.order(100, shift=shift)).code))

    sales = {order.out_trade_no: 2_370, charged.out_trade_no: 500}
    refunds = {f"{order.out_trade_no}/r-1": 370}
    check = await hand_in(counter, shift, report(counter, sales, refunds))
    assert check.agreed
    assert check.service == ShiftFigures(2, 2_870, 1, 370)
    assert (check.missing_here, check.missing_there) == ([], [])
    # The same again is the same; without the lists the sums are compared.
    bare = msgspec.structs.replace(report(counter, sales, refunds), trades={}, returns={})
    assert (await hand_in(counter, shift, bare)).agreed


async def test_a_revoked_charge_is_neither_a_sale_nor_a_refund(shop: World):
    counter, shift = await Counter.open(shop), new_id()
    book = await book_of(await shop.person(10_000))
    charged = await charge(counter.till, book.code(), 500, shift=shift)
    reversed_ = await shop.client.post(
        f"/v1/charges/{charged.out_trade_no}/reverse", json={}, headers=counter.till.headers
    )
    assert reversed_.json()["state"] == "revoked"
    check = await hand_in(counter, shift, report(counter, {}, {}))
    assert (check.agreed, check.service) == (True, ShiftFigures(0, 0, 0, 0))


async def test_what_is_missing_is_named_on_its_side(shop: World):
    counter, shift = await Counter.open(shop), new_id()
    person = await shop.person(100_000)
    first, second = [await counter.till.order(1_000, shift=shift) for _ in range(2)]
    for order in (first, second):
        await person.pay(await person.resolve(order.code))
    told = report(counter, {first.out_trade_no: 999, "never": 1_001}, {"never/r": 5})
    check = await hand_in(counter, shift, told)
    assert not check.agreed
    assert check.missing_here == [*sorted([first.out_trade_no, "never"]), "never/r"]
    assert check.missing_there == sorted([first.out_trade_no, second.out_trade_no])
    # Sums alone: everything the service has is named, so that the counter can look it up.
    bare = msgspec.structs.replace(told, trades={}, returns={})
    assert (await hand_in(counter, shift, bare)).missing_there == check.missing_there
    # Equal sums of different sales are no agreement.
    swapped = report(counter, {first.out_trade_no: 1_000, "never": 1_000}, {})
    check = await hand_in(counter, shift, swapped)
    assert (check.agreed, check.missing_here) == (False, ["never"])


async def test_other_figures_are_kept_beside_the_first(shop: World):
    counter, shift = await Counter.open(shop), new_id()
    first = report(counter, {}, {})
    for _ in range(3):
        await hand_in(counter, shift, first)
    assert await kept(counter) == 1
    await hand_in(counter, shift, msgspec.structs.replace(first, counted_cash=20_000))
    await hand_in(counter, shift, first)
    assert await kept(counter) == 2


async def test_what_is_wrong_with_a_report_is_said(shop: World):
    counter, stranger = await Counter.open(shop), await Counter.open(shop)
    good = report(counter, {}, {})
    wrong: list[tuple[str, str, dict[str, Any]]] = [
        ("cashier_not_found", "cashier", {"cashier": stranger.seller}),
        ("currency_unsupported", "currency", {"currency": "XXX"}),
        ("validation_failed", "closed_at", {"closed_at": good.opened_at - 1}),
    ]
    for code, field, changes in wrong:
        answer = await send(counter, new_id(), msgspec.structs.replace(good, **changes))
        assert (code_of(answer), answer.json()["field"]) == (code, field)
    answer = await send(counter, "a b", good)
    assert (code_of(answer), answer.json()["field"]) == ("validation_failed", "shift_id")
    person = await shop.person()
    answer = await shop.client.put(
        f"/v1/counter/shifts/{new_id()}", content=msgspec.json.encode(good), headers=person.headers
    )
    assert code_of(answer) == "forbidden"
    assert await kept(counter) == 0
