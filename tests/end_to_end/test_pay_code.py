"""Paying by showing a code, against the real service: offline, news, questions, lost answers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.protocol.errors import KBeanError
from app.protocol.ids import new_id
from app.protocol.messages.charges import Charge, ChargeRequest
from app.sdk.till_charges import Charges
from app.wallet.flows.pay import PayFlow, PayState
from app.wallet.flows.show_code import ShowCodeFlow, ShowState
from app.wallet.session import Network, WalletSession
from tests.end_to_end.world import World, now, reopened, until, world

LONG = 30.0


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path, small_each=50_00, small_day=80_00) as made:
        yield made


async def person(here: World, *, money: int = 200_00) -> WalletSession:
    """Somebody with money and fresh codes."""
    session = await here.person(money=money)
    await until(lambda: session.codes.state.left > 0, LONG)
    await until(lambda: session.support.state.link == "live", LONG)
    return session


def request(amount: int, code: str, **more: str) -> ChargeRequest:
    return ChargeRequest(new_id(), amount, "CNY", code, **more)


async def charge(here: World, amount: int, code: str, **more: str) -> Charge:
    return await Charges(here.till).charge(request(amount, code, **more))


async def showing(session: WalletSession) -> ShowCodeFlow:
    flow = ShowCodeFlow(session)
    await flow.open()
    assert now(flow) is ShowState.SHOWING, flow.view
    return flow


async def asked(session: WalletSession) -> PayFlow:
    """A pay flow on the one charge that waits."""
    await until(lambda: bool(session.confirmations.waiting), LONG)
    flow = PayFlow(session)
    await flow.confirm_charge(session.confirmations.waiting[0])
    return flow


async def test_a_code_shown_offline_is_charged_and_the_page_hears_of_it(here: World):
    ann = await person(here)
    port = here.road.port
    await here.road.shut()
    here.road.cut()
    flow = await showing(ann)
    shown = flow.view.code
    assert shown is not None
    assert not shown.must_confirm
    assert len(shown.digits) == 18
    paid = await charge(here, 12_50, shown.text, subject="Noodles")
    assert paid.state == "success"
    await here.road.open(port)
    await ann.refresh()
    await until(lambda: now(flow) is ShowState.PAID, LONG)
    use = flow.view.use
    assert use is not None
    assert (use.amount, use.payee_name, use.payment_id) == (12_50, "K豆便利店", paid.payment_id)
    assert flow.view.code is None
    receipt = await ann.receipt(paid.payment_id or "")
    assert receipt.amount == 12_50
    assert await here.balance(ann) == 187_50
    await flow.again()
    assert now(flow) is ShowState.SHOWING
    assert flow.view.code is not None
    assert flow.view.code.digits != shown.digits
    await flow.close()
    assert now(flow) is ShowState.IDLE


async def test_the_page_hears_over_the_stream_and_a_code_counts_once(here: World):
    ann = await person(here)
    flow = await showing(ann)
    code = flow.view.code
    assert code is not None
    await charge(here, 5_00, code.digits)
    await until(lambda: now(flow) is ShowState.PAID, LONG)
    with pytest.raises(KBeanError) as refused:
        await charge(here, 5_00, code.digits)
    assert refused.value.code == "payer_code_used"
    await asyncio.wait_for(ann.refresh(), LONG)
    assert now(flow) is ShowState.PAID  # what a second till was told is no news for the payer
    assert await here.balance(ann) == 195_00
    await flow.close()


async def test_too_little_money_is_said_and_the_next_code_works(here: World):
    ann = await person(here, money=3_00)
    flow = await showing(ann)
    code = flow.view.code
    assert code is not None
    with pytest.raises(KBeanError) as refused:
        await charge(here, 5_00, code.text)
    assert refused.value.code == "insufficient_funds"
    await until(lambda: now(flow) is ShowState.FAILED, LONG)
    assert flow.view.use is not None
    assert flow.view.use.failure == "insufficient_funds"
    await flow.again()
    assert flow.view.code is not None
    await charge(here, 3_00, flow.view.code.text)
    await until(lambda: now(flow) is ShowState.PAID, LONG)
    await flow.close()


async def test_a_larger_amount_waits_for_a_yes_which_is_an_ordinary_payment(here: World):
    ann = await person(here)
    flow = await showing(ann)
    code = flow.view.code
    assert code is not None
    waits = await charge(here, 60_00, code.text, subject="Groceries")
    assert waits.state == "userpaying"
    await until(lambda: now(flow) is ShowState.ASKED, LONG)
    pay = await asked(ann)
    offer = pay.view.offer
    assert offer is not None
    assert (offer.kind, offer.amount, offer.reason) == ("charge", 60_00, "amount")
    assert (offer.payee.name, offer.subject) == ("KDOU STORE", "Groceries")
    await asyncio.gather(pay.confirm(), pay.confirm())
    assert now(pay) is PayState.SUCCEEDED
    assert pay.view.receipt is not None
    assert pay.view.receipt.amount == 60_00
    assert len(here.road.payments()) == 1
    assert (await Charges(here.till).query(waits.out_trade_no)).state == "success"
    await until(lambda: now(flow) is ShowState.PAID, LONG)
    assert not ann.confirmations.waiting
    assert await here.balance(ann) == 140_00
    await pay.close()
    await flow.close()


async def test_no_is_told_to_the_till_at_once(here: World):
    ann = await person(here)
    flow = await showing(ann)
    assert flow.view.code is not None
    waits = await charge(here, 60_00, flow.view.code.text)
    pay = await asked(ann)
    await pay.decline()
    assert now(pay) is PayState.IDLE
    found = await Charges(here.till).query(waits.out_trade_no)
    assert (found.state, found.failure) == ("closed", "payer_declined")
    await until(lambda: now(flow) is ShowState.FAILED, LONG)
    assert await here.balance(ann) == 200_00
    await pay.close()
    await flow.close()


async def test_revealed_digits_are_always_asked_about(here: World):
    ann = await person(here)
    flow = await showing(ann)
    await flow.reveal()
    view = flow.view
    assert view.revealed
    assert view.code is not None
    assert view.code.must_confirm
    waits = await charge(here, 1_00, view.code.digits)
    assert waits.state == "userpaying"
    pay = await asked(ann)
    assert pay.view.offer is not None
    assert pay.view.offer.reason == "revealed"
    await pay.confirm()
    assert now(pay) is PayState.SUCCEEDED
    await pay.close()
    await flow.close()


async def test_what_the_till_takes_back_is_no_longer_asked(here: World):
    ann = await person(here)
    flow = await showing(ann)
    assert flow.view.code is not None
    waits = await charge(here, 60_00, flow.view.code.text)
    pay = await asked(ann)
    assert (await Charges(here.till).reverse(waits.out_trade_no)).state == "closed"
    await until(lambda: now(pay) is PayState.REFUSED, LONG)
    assert pay.view.failure is not None
    assert pay.view.failure.code == "confirmation_not_found"
    assert not ann.confirmations.waiting
    assert await here.balance(ann) == 200_00
    await pay.close()
    await flow.close()


async def test_a_wallet_that_opens_late_finds_the_question(here: World):
    ann = await person(here)
    flow = await showing(ann)
    assert flow.view.code is not None
    code = flow.view.code.text
    await ann.close()
    waits = await charge(here, 60_00, code)
    again = await reopened(here, "ann")
    pay = await asked(again)
    await pay.confirm()
    assert now(pay) is PayState.SUCCEEDED
    assert (await Charges(here.till).query(waits.out_trade_no)).state == "success"
    await pay.close()


async def test_a_lost_yes_is_settled_at_the_next_start(here: World):
    ann = await person(here)
    flow = await showing(ann)
    assert flow.view.code is not None
    waits = await charge(here, 60_00, flow.view.code.text)
    pay = await asked(ann)
    here.fate_of_payments("swallow")
    saying = asyncio.create_task(pay.confirm())
    await until(lambda: here.road.swallowed > 0, LONG)
    await ann.close()
    saying.cancel()
    await asyncio.gather(saying, return_exceptions=True)
    here.road.rule = lambda heard: "pass"
    again = await reopened(here, "ann")
    await until(lambda: bool(again.snapshot.notices), LONG)
    assert again.snapshot.notices[0].kind == "payment_succeeded"
    assert (await Charges(here.till).query(waits.out_trade_no)).state == "success"
    assert await here.balance(again) == 140_00


async def test_a_frozen_account_shows_nothing_and_its_codes_are_dead(here: World):
    ann = await person(here)
    flow = await showing(ann)
    code = flow.view.code
    assert code is not None
    await ann.support.freeze()
    await until(lambda: now(flow) is ShowState.FROZEN, LONG)
    assert flow.view.code is None
    with pytest.raises(KBeanError) as refused:
        await charge(here, 1_00, code.text)
    assert refused.value.code == "payer_code_revoked"
    await flow.close()


async def test_locking_takes_the_code_away_at_once(here: World):
    ann = await person(here)
    flow = await showing(ann)
    await ann.lock()
    assert now(flow) is ShowState.IDLE
    assert flow.view.code is None


async def test_nothing_left_and_no_service_is_said(here: World):
    ann = await person(here)
    await ann.worker.run(lambda vault: vault.handles.replace(()))
    await here.road.shut()
    here.road.cut()
    with pytest.raises(KBeanError):
        await ann.refresh()
    assert ann.snapshot.network is Network.OFFLINE
    flow = ShowCodeFlow(ann)
    await flow.open()
    assert now(flow) is ShowState.EMPTY
    assert flow.view.failure is not None
    assert flow.view.failure.code == "no_payer_codes"
    await flow.close()


async def test_fresh_codes_come_by_themselves_when_some_are_gone(here: World):
    ann = await person(here)
    first = await ann.worker.run(lambda vault: vault.handles.all())
    for handle in first:
        await ann.worker.run(lambda vault, one=handle: vault.handles.forget(one.handle))
    flow = await showing(ann)
    second = await ann.worker.run(lambda vault: vault.handles.all())
    assert not {one.handle for one in first} & {one.handle for one in second}
    await flow.close()
