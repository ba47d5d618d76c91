"""Charging a payer's code: paid at once, asked first, refused for good."""

from __future__ import annotations

from tests.server.payments.charges.stall import (
    charge,
    charge_raw,
    confirm,
    confirmations,
    decline,
    find,
    reverse,
    stall,
    uses,
)
from tests.server.world import World, code_of


async def test_a_small_charge_is_paid_at_once(shop: World):
    till, person, book = await stall(shop)
    paid = await charge(till, book.code(), 500, subject="Tea", cashier="c1", shift="s1")
    assert paid.state == "success"
    assert (paid.payer, paid.points_earned) == ("李*", 5)
    assert len(paid.order_number) == 18
    assert await person.available() == 99_500
    assert await find(till, paid.out_trade_no) == paid
    (use,) = (await uses(person)).items
    assert (use.charge_id, use.state, use.payment_id) == (paid.charge_id, "success", paid.payment_id)
    assert (await uses(person, after=use.at)).items == []
    payment = (await person.get(f"/v1/payments/{paid.payment_id}")).json()
    assert payment["order_id"] == paid.charge_id
