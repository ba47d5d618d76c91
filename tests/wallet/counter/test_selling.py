"""Selling through a real service: paid, refused, confirmed, cancelled, scanned by the customer."""

from __future__ import annotations

import asyncio

import pytest

from app.protocol.errors import KBeanError
from app.wallet.counter.sale import SaleState
from app.wallet.counter.selling import Wish
from app.wallet.counter.till_flow import TillFlow, TillState
from tests.end_to_end.world import until
from tests.wallet.counter.shop import PIN, Shop, ended, sold

pytestmark = pytest.mark.asyncio(loop_scope="session")
"""In the loop of the service that stands already."""


async def test_a_scanned_code_is_paid_once_however_often_it_comes(here: Shop):
    counter, ann = await here.counter(), await here.payer()
    flow = TillFlow(counter)
    code = await ann.code()
    # A second Enter, the same code again: one sale.
    await asyncio.gather(*(flow.charge(Wish(12_50), code) for _ in range(3)))
    sale = await ended(flow)
    assert (sale.state, flow.view.state) == (SaleState.SUCCESS, TillState.PAID)
    assert (sale.amount, sale.payer != "", sale.order_number != "") == (12_50, True, True)
    assert len(counter.snapshot.sales) == 1
    assert await here.money(ann) == 1000_00 - 12_50
    flow.forget()
    again = await sold(flow, 12_50, code)
    assert (again.state, again.failure) == (SaleState.FAILED, "payer_code_used")
    assert counter.snapshot.open_sales == 0


async def test_a_large_sum_waits_for_the_customer(here: Shop):
    counter, ann = await here.counter(), await here.payer()
    flow = TillFlow(counter)
    await flow.charge(Wish(800_00), await ann.code())
    await until(lambda: flow.view.sale.state is SaleState.USERPAYING)
    assert flow.view.state is TillState.WAITING
    await ann.confirm()
    assert (await ended(flow)).state is SaleState.SUCCESS
    assert await here.money(ann) == 200_00


async def test_a_cancelled_sale_is_closed_and_can_not_be_paid(here: Shop):
    counter, ann = await here.counter(), await here.payer()
    flow = TillFlow(counter)
    await flow.charge(Wish(800_00), await ann.code())
    await until(lambda: flow.view.sale.state is SaleState.USERPAYING)
    await flow.cancel()
    assert (await ended(flow)).state is SaleState.CLOSED
    assert (await ann.codes.confirmations()).items == []
    assert await here.money(ann) == 1000_00


async def test_nobody_confirms_and_the_time_is_over(here: Shop):
    counter, ann = await here.counter(), await here.payer()
    here.hurry(counter, give_up=0.3)
    flow = TillFlow(counter)
    await flow.charge(Wish(800_00), await ann.code())
    assert (await ended(flow)).state is SaleState.CLOSED
    assert await here.money(ann) == 1000_00


async def test_the_customer_scans_ours(here: Shop):
    counter, ann = await here.counter(), await here.payer()
    flow = TillFlow(counter)
    await flow.ask(Wish(23_70))
    await until(lambda: bool(flow.view.sale and flow.view.sale.code))
    await ann.scan(flow.view.sale.code)
    sale = await ended(flow)
    assert (sale.state, sale.kind) == (SaleState.SUCCESS, "order")
    flow.forget()
    await flow.ask(Wish(5_00))
    await until(lambda: bool(flow.view.sale and flow.view.sale.code))
    await flow.cancel()
    assert (await ended(flow)).state is SaleState.CLOSED


async def test_bad_wishes_are_refused_before_anything_is_written(here: Shop):
    counter = await here.counter()
    for amount, code in (
        (0, "amount_invalid"),
        (-5, "amount_invalid"),
        (10**12, "amount_too_large"),
    ):
        with pytest.raises(KBeanError) as refused:
            await counter.sales.begin("charge", Wish(amount))
        assert refused.value.code == code
    await counter.shifts.close(100_00)
    flow = TillFlow(counter)
    await flow.charge(Wish(5_00), "881234567897593846")
    assert flow.view.failure.code == "shift_not_open"
    counter.doors.sign_out()
    with pytest.raises(KBeanError) as refused:
        await counter.sales.begin("charge", Wish(5_00))
    assert refused.value.code == "unauthenticated"
    assert counter.snapshot.sales == ()
    assert PIN["1"] == "1111"
