"""The printed code and codes without internet, against a real service: each payment sells once."""

from __future__ import annotations

import msgspec
import pytest

from app.protocol.codes import confirmation_code
from app.protocol.ids import new_id
from app.protocol.messages.counter import CounterSetup
from app.protocol.signing import SigningKey, decode_bytes, encode_bytes
from app.wallet.counter import matching
from app.wallet.counter.books import books
from app.wallet.counter.sale import SaleState
from app.wallet.counter.selling import Wish
from app.wallet.counter.till_flow import TillFlow, TillState
from app.wallet.vault.vault import Vault
from tests.end_to_end.world import until
from tests.wallet.counter.shop import Shop, sold
from tests.wallet.counter.test_keeping import refusal

pytestmark = pytest.mark.asyncio(loop_scope="session")
"""In the loop of the service that stands already."""


async def test_a_confirmation_code_sells_once_without_internet(here: Shop):
    counter, ann = await here.counter(), await here.payer()
    info = counter.snapshot.info
    paid = await ann.scan(info.static_code, 9_90)
    assert len(decode_bytes(info.confirmation_key)) == 32
    code = paid.confirmation_code
    await here.world.road.shut()
    flow = TillFlow(counter)
    assert (await refusal(flow.offline(Wish(9_91), code))).code == "confirmation_code_wrong"
    assert (await refusal(flow.offline(Wish(9_90), "12345678"))).code == "confirmation_code_wrong"
    assert flow.view.state is TillState.IDLE
    await flow.offline(Wish(9_90), f"{code[:4]} {code[4:]}")
    assert (flow.view.state, flow.view.sale.kind) == (TillState.PAID, "offline")
    flow.forget()
    assert (await refusal(flow.offline(Wish(9_90), code))).code == "confirmation_code_used"
    # Nothing else can be sold without a network, and the cashier hears why.
    sale = await sold(flow, 5_00, "881234567897593846")
    assert (sale.state, sale.failure) == (SaleState.FAILED, "service_unreachable")
    # Back online the sale has its payment, is listed once, and can be given back.
    await here.world.road.open(here.world.road.port)
    await counter.received.refresh()
    offline = [sale for sale in counter.snapshot.sales if sale.amount == 9_90]
    assert [(sale.kind, sale.order_number) for sale in offline] == [
        ("offline", paid.receipt.order_number)
    ]
    row = await counter.refunds.refund(offline[0], 4_00, here.cashier(counter, "2"))
    assert (row.state, row.out_trade_no) == ("done", paid.payment_id)
    assert (await counter.refunds.find(offline[0].out_trade_no)).left == 5_90
    seen = await counter.shifts.look()
    assert (seen.offline, seen.missing, seen.figures.refunds) == (1, 0, 1)
    closed = await counter.shifts.close(100_00)
    assert closed.check.agreed, closed.check


async def test_the_printed_code_is_heard_of_listed_and_refunded(here: Shop):
    counter, ann = await here.counter(), await here.payer()
    info, manager = counter.snapshot.info, here.cashier(counter, "3")
    await counter.received.refresh()
    first = await ann.scan(info.static_code, 9_90)
    counter.settle_soon()
    await until(lambda: len(counter.snapshot.heard) == 1, seconds=30)
    (heard,) = counter.snapshot.heard
    assert (heard.kind, heard.amount, heard.payer) == ("printed", 9_90, "A***")
    assert counter.snapshot.sales == (heard,)
    number = first.receipt.order_number
    found = await counter.refunds.find(f" {number[:8]} {number[8:]} ")
    assert (found.payment_id, found.left) == (first.payment_id, 9_90)
    # The answer is lost: the same refund is sent again, and happens once.
    road = here.world.road
    road.rule = lambda heard: "lose_answer" if heard.line.startswith("POST /v1/refunds") else "pass"
    row = await counter.refunds.refund(found, 5_00, manager, "少了一个")
    assert row.state == "sent"
    road.rule = lambda heard: "pass"
    await counter.settle()
    assert await here.money(ann) == 1000_00 - 4_90
    assert (await counter.refunds.find(number)).left == 4_90
    # Its digits sell nothing more: something of it went back.
    flow = TillFlow(counter)
    used = flow.offline(Wish(9_90), first.confirmation_code)
    assert (await refusal(used)).code == "confirmation_code_used"
    # Digits of a payment that is listed already: that payment is this sale.
    second = await ann.scan(info.static_code, 3_00)
    counter.settle_soon()
    await until(lambda: len(counter.snapshot.heard) == 2, seconds=30)
    await flow.offline(Wish(3_00), second.confirmation_code)
    assert (flow.view.sale.payment_id, flow.view.sale.payer) == (second.payment_id, "A***")
    assert [sale.kind for sale in counter.snapshot.sales] == ["offline", "printed"]
    flow.forget()
    # Digits that the shop's key makes, and no payment: said in the list, and as a notice.
    key = decode_bytes(info.confirmation_key)
    forged = confirmation_code.code(key, 7_00, "CNY", counter.now_ms(), "nobody paid")
    await flow.offline(Wish(7_00), forged)
    await counter.received.refresh()
    assert counter.snapshot.sales[0].missing
    assert (counter.snapshot.notices[0].missing, counter.snapshot.notices[0].amount) == (True, 7_00)
    seen = await counter.shifts.look()
    assert (seen.offline, seen.missing, seen.missing_amount) == (2, 1, 7_00)
    await counter.close()
    # After a restart all of it is there; another counter of the store has the payments alone.
    here.world.road.rule = lambda heard: "lose_request" if "received" in heard.line else "pass"
    again = await here.again()
    assert [sale.kind for sale in again.snapshot.sales] == ["offline", "offline", "printed"]
    here.world.road.rule = lambda heard: "pass"
    third = await ann.scan(info.static_code, 2_00)
    await again.received.refresh()
    assert again.snapshot.sales[0].payment_id == third.payment_id
    beside = await here.counter("beside")
    await beside.received.refresh()
    assert [(sale.amount, sale.refunded) for sale in beside.snapshot.sales] == [
        (2_00, 0), (3_00, 0), (9_90, 5_00),
    ]  # fmt: skip
    assert beside.snapshot.heard == ()
    # What a counter never heard of is asked for by its number.
    await beside.worker.run(lambda vault: books(vault).sales.drop(first.payment_id))
    old = await beside.refunds.find(number)
    row = await beside.refunds.refund(old, None, here.cashier(beside, "2"))
    assert (old.left, row.state, row.amount) == (4_90, "done", 4_90)
    assert await here.money(ann) == 1000_00 - 3_00 - 2_00


async def test_of_two_tills_with_the_same_digits_one_has_the_payment(here: Shop):
    counter, ann, road = await here.counter(), await here.payer(), here.world.road
    key = SigningKey.generate()
    book = here.world.service.merchants
    second = await book.add_terminal(here.world.store_id, "收银台 2", key.public)
    first, here.file = here.file, CounterSetup(here.file.address, second, encode_bytes(key.seed))
    beside = await here.counter("beside")
    road.rule = lambda heard: "lose_request" if "/counter/received" in heard.line else "pass"
    paid = await ann.scan(counter.snapshot.info.static_code, 9_90)
    sales = [
        await till.offline.take(Wish(9_90), paid.confirmation_code, till.now_ms())
        for till in (counter, beside)
    ]
    await beside.close()
    # The first one finds its payment, and goes down before it could say so.
    road.rule = lambda heard: "lose_request" if "/claim" in heard.line else "pass"
    assert (await refusal(counter.received.refresh())).code == "service_unreachable"
    assert counter.snapshot.sales[0].payment_id == paid.payment_id
    await counter.close()
    road.rule = lambda heard: "pass"
    counter = await here.again()
    await counter.received.refresh()
    claim = await counter.road.counter.claim(paid.payment_id, sales[0].out_trade_no)
    assert (claim.terminal_id, claim.out_trade_no) == (first.terminal_id, sales[0].out_trade_no)
    # The second one hears that the payment is another's, which stands by itself again.
    beside = await here.again("beside")
    await beside.received.refresh()
    lost, alone = beside.snapshot.sales
    assert (lost.kind, lost.missing, lost.lost) == ("offline", True, (paid.payment_id,))
    assert (lost.payment_id, lost.order_number, lost.out_trade_no) == (
        "",
        "",
        sales[1].out_trade_no,
    )
    assert (alone.kind, alone.payment_id, alone.amount) == ("printed", paid.payment_id, 9_90)
    assert [(n.missing, n.lost, n.amount) for n in beside.snapshot.notices] == [(True, True, 9_90)]
    seen = [await till.shifts.look() for till in (counter, beside)]
    assert [(one.offline, one.missing) for one in seen] == [(1, 0), (1, 1)]
    assert counter.snapshot.notices == ()
    # Where another payment has the same digits it is taken next; this one no service knows, so
    # nobody else can have it, and it is not asked about for ever.
    twin = new_id()

    def listed(vault: Vault) -> None:
        kept = books(vault).sales
        kept.drop(alone.out_trade_no)
        kept.put_by(matching.taken(msgspec.structs.replace(lost, lost=()), alone))
        kept.add(msgspec.structs.replace(alone, out_trade_no=twin, payment_id=twin))

    await beside.worker.run(listed)
    await beside.received.refresh()
    kept = await beside.worker.run(lambda vault: books(vault).sales.last())
    assert [(sale.payment_id, sale.lost, sale.missing) for sale in kept] == [
        (twin, (paid.payment_id,), False), (paid.payment_id, (), False),
    ]  # fmt: skip
    assert await beside.worker.run(lambda vault: books(vault).sales.unclaimed()) is None
