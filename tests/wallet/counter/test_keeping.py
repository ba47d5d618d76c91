"""Refunds with roles, shifts, PINs, codes without internet: against a real service."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa

from app.protocol.errors import KBeanError
from app.protocol.ids import new_id
from app.protocol.messages.counter import CashierRequest
from app.server.db.engine import writing
from app.server.http.front import now_ms
from app.server.payments.tables import orders
from app.wallet.counter.books import books
from app.wallet.counter.cashiers import FREE_MISSES
from app.wallet.counter.sale import Sale, SaleKind, SaleState
from app.wallet.counter.schema import STEPS
from app.wallet.counter.selling import Wish
from app.wallet.counter.till_flow import TillFlow, TillState
from app.wallet.vault.schema import Step
from app.wallet.vault.vault import Passphrase, Setup, Vault, create_vault, open_vault
from tests.end_to_end.people import CHEAP, PASSPHRASE
from tests.end_to_end.world import until
from tests.wallet.counter.shop import PIN, Shop, ended, sold

pytestmark = pytest.mark.asyncio(loop_scope="session")
"""In the loop of the service that stands already."""


async def refusal(work) -> KBeanError:
    with pytest.raises(KBeanError) as refused:
        await work
    return refused.value


async def test_refunds_partly_wholly_never_too_much_and_only_by_those_who_may(here: Shop):
    counter, ann = await here.counter(), await here.payer()
    flow = TillFlow(counter)
    sale = await sold(flow, 20_00, await ann.code())
    cashier, supervisor = here.cashier(counter, "1"), here.cashier(counter, "2")
    desk = counter.refunds
    assert (await refusal(desk.refund(sale, 5_00, cashier))).code == "role_missing"
    first = await desk.refund(sale, 5_00, supervisor, "破了")
    assert (first.state, first.amount, first.paid_back) == ("done", 5_00, 5_00)
    assert await here.money(ann) == 1000_00 - 15_00
    sale = await desk.find(sale.order_number)
    assert (sale.left, sale.refunded) == (15_00, 5_00)
    assert (await refusal(desk.refund(sale, 15_01, supervisor))).params == {"remaining": 15_00}
    assert (await refusal(desk.refund(sale, 0, supervisor))).code == "amount_invalid"
    rest = await desk.refund(sale, None, supervisor)
    assert (rest.state, rest.amount) == ("done", 15_00)
    sale = await desk.find(sale.out_trade_no)
    assert (await refusal(desk.refund(sale, None, supervisor))).code == "not_refundable"
    assert await here.money(ann) == 1000_00
    assert (await refusal(desk.find("K000000NOSUCH"))).code == "order_not_found"


async def test_another_tills_sale_is_refunded_by_its_number(here: Shop):
    counter, ann = await here.counter(), await here.payer()
    order = await here.world.order(8_00)
    await ann.scan(order.code)
    sale = await counter.refunds.find(order.out_trade_no)
    row = await counter.refunds.refund(sale, 3_00, here.cashier(counter, "3"))
    assert row.state == "done"
    assert (await counter.refunds.find(order.out_trade_no)).left == 5_00


async def test_a_shift_adds_up_and_the_service_agrees(here: Shop):
    counter, ann = await here.counter(), await here.payer()
    flow = TillFlow(counter)
    manager = here.cashier(counter, "3")
    first = await sold(flow, 20_00, await ann.code())
    flow.forget()
    await sold(flow, 7_50, await ann.code())
    flow.forget()
    await flow.charge(Wish(900_00), await ann.code())  # asked, never confirmed, taken back
    await until(lambda: flow.view.sale.state is SaleState.USERPAYING)
    await flow.cancel()
    await ended(flow)
    flow.forget()
    await flow.cash(Wish(30_00))
    flow.forget()
    await counter.refunds.refund(first, 4_00, manager)
    await counter.shifts.move_cash(50_00, manager, "零钱")
    await counter.shifts.move_cash(-20_00, manager)
    seen = await counter.shifts.look()
    assert (seen.figures.sales, seen.figures.sales_amount) == (2, 27_50)
    assert (seen.figures.refunds, seen.figures.refunds_amount) == (1, 4_00)
    assert seen.expected_cash == 100_00 + 30_00 + 50_00 - 20_00
    too_much = counter.shifts.move_cash(-200_00, manager)
    assert (await refusal(too_much)).code == "amount_invalid"
    by = counter.shifts.move_cash(1_00, here.cashier(counter, "1"))
    assert (await refusal(by)).code == "role_missing"
    assert (await refusal(counter.shifts.open(0))).code == "shift_is_open"
    closed = await counter.shifts.close(159_00)
    assert closed.state == "handed_in"
    assert closed.check.agreed, closed.check
    assert (closed.report.expected_cash, closed.report.counted_cash) == (160_00, 159_00)
    assert (await refusal(counter.shifts.close(0))).code == "shift_not_open"
    following = await counter.shifts.open(159_00)
    assert following.number == closed.number + 1


async def test_a_z_report_waits_for_the_outbox_and_for_the_network(here: Shop):
    counter, ann = await here.counter(), await here.payer()
    flow = TillFlow(counter)
    await flow.charge(Wish(900_00), await ann.code())
    await until(lambda: flow.view.sale is not None)
    left = await refusal(counter.shifts.close(100_00))
    assert (left.code, left.params) == ("outbox_not_empty", {"count": 1})
    assert counter.snapshot.shift is not None
    await flow.cancel()
    await ended(flow)
    here.world.road.rule = lambda heard: "lose_request" if " /v1/counter/" in heard.line else "pass"
    closed = await counter.shifts.close(100_00)
    assert (closed.state, counter.snapshot.undelivered) == ("closed", 1)
    here.world.road.rule = lambda heard: "pass"
    await counter.settle()
    assert counter.snapshot.undelivered == 0


async def test_pins_are_checked_without_a_network_and_misses_survive_a_restart(here: Shop):
    counter = await here.counter()
    await here.world.road.shut()
    counter.doors.sign_out()
    assert (await counter.doors.sign_in("1", PIN["1"])).role == "cashier"
    assert (await refusal(counter.doors.allow("supervisor"))).code == "role_missing"
    assert (await counter.doors.allow("supervisor", "2", PIN["2"])).number == "2"
    assert counter.snapshot.cashier.number == "1"
    for _ in range(FREE_MISSES):
        assert (await refusal(counter.doors.sign_in("2", "0000"))).code == "pin_wrong"
    locked = await refusal(counter.doors.sign_in("2", "0000"))
    assert (locked.code, locked.retry_after) == ("pin_locked", 30)
    await counter.close()
    counter = await here.again()
    assert (await refusal(counter.doors.sign_in("2", PIN["2"]))).code == "pin_locked"
    assert (await refusal(counter.doors.sign_in("77", "0000"))).code == "pin_wrong"
    assert (await counter.doors.sign_in("3", PIN["3"])).role == "manager"


async def test_a_manager_keeps_the_people(here: Shop):
    counter = await here.counter()
    manager = here.cashier(counter, "3").cashier_id
    await counter.change_cashier("", CashierRequest(manager, "4", "Sam", "cashier", pin="4444"))
    assert (await counter.doors.prove("4", "4444")).name == "Sam"
    sam = here.cashier(counter, "4")
    gone = CashierRequest(manager, "4", "Sam", "cashier", active=False)
    await counter.doors.sign_in("4", "4444")
    await counter.change_cashier(sam.cashier_id, gone)
    assert counter.snapshot.cashier is None
    assert (await refusal(counter.doors.prove("4", "4444"))).code == "pin_wrong"
    by_sam = CashierRequest(sam.cashier_id, "5", "X", "manager", pin="1234")
    wrong = counter.change_cashier("", by_sam)
    assert (await refusal(wrong)).code == "role_missing"


async def test_nothing_is_set_up_with_a_wrong_key(here: Shop):
    made = here.session("other")
    wrong = msgspec.structs.replace(here.file, key="A" * 43)
    assert (await refusal(made.set_up(wrong, "some passphrase"))).code == "credentials_wrong"
    assert not made.worker.exists


async def test_a_refund_without_an_answer_is_sent_again_and_happens_once(here: Shop):
    counter, ann = await here.counter(), await here.payer()
    flow = TillFlow(counter)
    sale = await sold(flow, 20_00, await ann.code())
    manager = here.cashier(counter, "3")
    road = here.world.road
    road.rule = lambda heard: "lose_answer" if heard.line.startswith("POST /v1/refunds") else "pass"
    row = await counter.refunds.refund(sale, 5_00, manager)
    assert (row.state, counter.snapshot.open_refunds) == ("sent", 1)
    assert (await refusal(counter.shifts.close(0))).code == "outbox_not_empty"
    road.rule = lambda heard: "pass"
    await counter.settle()
    assert counter.snapshot.open_refunds == 0
    assert counter.snapshot.notices[0].refund == row.out_request_no
    assert await here.money(ann) == 1000_00 - 15_00
    await counter.sales.dismiss(row.out_request_no)
    assert counter.snapshot.notices == ()


async def test_a_sale_left_behind_is_told_when_it_ends(here: Shop):
    counter, ann = await here.counter(), await here.payer()
    flow = TillFlow(counter)
    road = here.world.road
    road.rule = lambda heard: "lose_request" if "/v1/charges" in heard.line else "pass"
    here.hurry(counter, give_up=0.2)
    await flow.charge(Wish(5_00), await ann.code())
    await until(lambda: flow.view.sale.state is SaleState.REVERSING, seconds=60)
    await flow.leave()
    assert flow.view.state is TillState.IDLE
    road.rule = lambda heard: "pass"
    await until(lambda: bool(counter.snapshot.notices), seconds=60)
    (notice,) = counter.snapshot.notices
    assert (notice.state, notice.amount) == (SaleState.CLOSED, 5_00)
    assert await here.money(ann) == 1000_00


async def test_a_sale_that_was_paid_too_long_ago_to_be_taken_back_stays_paid(here: Shop):
    counter, ann = await here.counter(), await here.payer()
    # This till died in the middle of a sale, and was away for two days.
    sale = await counter.sales.begin("charge", Wish(5_00))
    heard = await counter.road.send(sale, await ann.code(), 300)
    await counter.sales._move(sale, lambda _: None, state=SaleState.REVERSING)
    two_days_ago = now_ms() - 2 * 86_400_000
    async with writing(here.world.service.engine) as connection:
        await connection.execute(
            sa.update(orders)
            .where(orders.c.id == heard.changes["order_id"])
            .values(paid_at=two_days_ago)
        )
    (notice,) = await counter.settle()
    assert (notice.state, counter.snapshot.open_sales) == (SaleState.SUCCESS, 0)
    found = await counter.refunds.find(sale.out_trade_no)
    manager = here.cashier(counter, "3")
    assert (await counter.refunds.refund(found, None, manager)).state == "done"
    assert await here.money(ann) == 1000_00


async def test_a_counters_vault_of_before_keeps_its_sales(tmp_path: Path):
    before = Setup(argon2=CHEAP, steps=STEPS[:1])
    vault, _ = create_vault(tmp_path / "counter", PASSPHRASE, before)
    kinds: tuple[SaleKind, ...] = ("charge", "offline", "offline")
    sales = [
        Sale(
            out_trade_no=f"K26112300000000{at:02d}", kind=kind, state=SaleState.SUCCESS,
            amount=5_00, currency="CNY", at=at, key="", cashier="", cashier_name="", shift="S",
            payment_id="" if kind == "offline" else new_id(), paid_at=at,
        )
        for at, kind in enumerate(kinds)
    ]  # fmt: skip
    for sale in sales:
        vault.database.write(
            "INSERT INTO sales (out_trade_no, state, open, shift, order_number, at, body)"
            " VALUES (?, 'success', 0, 'S', '', ?, ?)",
            (sale.out_trade_no, sale.at, msgspec.json.encode(sale)),
        )
    vault.lock()

    def opened(steps: tuple[Step, ...]) -> Vault:
        setup = Setup(argon2=CHEAP, steps=steps)
        return open_vault(tmp_path / "counter", Passphrase(PASSPHRASE), setup)

    vault = opened(STEPS[:2])
    matched = msgspec.structs.replace(sales[2], payment_id=new_id())
    books(vault).sales.move(matched)
    vault.database.write("UPDATE sales SET waiting = 0 WHERE at = 2")
    vault.lock()
    vault = opened(STEPS)
    kept, sales[2] = books(vault).sales, matched
    assert kept.last() == kept.last(origin="own") == sales[::-1]
    assert kept.waiting() == [sales[1]]
    assert kept.of_payment(sales[0].payment_id) == sales[0]
    assert kept.unclaimed() == matched
    vault.lock()
