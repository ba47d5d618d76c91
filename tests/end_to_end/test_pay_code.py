"""Paying by showing a code, against the real service: offline, news, questions, lost answers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest

from app.protocol.errors import KBeanError
from app.protocol.ids import new_id
from app.protocol.messages.charges import Charge, ChargeRequest
from app.sdk.till_charges import Charges
from app.wallet.flows.pay import PayFlow, PayState
from app.wallet.flows.show_code import ShowCodeFlow, ShowState
from app.wallet.flows.unlock import UnlockFlow
from app.wallet.session import Network, WalletSession
from app.wallet.vault.vault import Vault
from tests.end_to_end.people import PASSPHRASE
from tests.end_to_end.world import World, now, reopened, until, world

LONG = 30.0


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path, small_each=50_00, small_day=80_00) as made:
        yield made


def _forget(handle: int, vault: Vault) -> None:
    vault.handles.forget(handle)


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


async def new_code(flow: ShowCodeFlow) -> str:
    """Another code on the same page."""
    await flow.again()
    assert now(flow) is ShowState.SHOWING, flow.view
    assert flow.view.code is not None
    return flow.view.code.text


def digits(flow: ShowCodeFlow) -> str:
    return flow.view.code.digits if flow.view.code else ""


async def ends_in(flow: ShowCodeFlow, state: ShowState) -> None:
    await until(lambda: now(flow) is state, LONG)


async def test_a_code_shown_offline_is_charged_once_and_the_page_hears_of_it(here: World):
    ann = await person(here, money=30_00)
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
    await ends_in(flow, ShowState.PAID)
    use = flow.view.use
    assert use is not None
    assert (use.amount, use.payee_name, use.payment_id) == (12_50, "K豆便利店", paid.payment_id)
    assert flow.view.code is None
    receipt = await ann.receipt(paid.payment_id or "")
    assert receipt.amount == 12_50
    with pytest.raises(KBeanError) as refused:
        await charge(here, 5_00, shown.digits)
    assert refused.value.code == "payer_code_used"
    await ann.refresh()
    assert now(flow) is ShowState.PAID  # what a second till was told is no news for the payer
    assert await here.balance(ann) == 17_50
    # Another code in the same minute; one that fails burns too, and the one after it works.
    with pytest.raises(KBeanError) as refused:
        await charge(here, 20_00, await new_code(flow))
    assert refused.value.code == "insufficient_funds"
    await ends_in(flow, ShowState.FAILED)
    assert flow.view.use is not None
    assert flow.view.use.failure == "insufficient_funds"
    await charge(here, 7_50, await new_code(flow))
    await ends_in(flow, ShowState.PAID)
    assert await here.balance(ann) == 10_00
    await flow.close()
    assert now(flow) is ShowState.IDLE


async def test_a_question_is_answered_by_yes_by_no_by_the_till_and_by_time(here: World):
    ann = await person(here)
    flow = await showing(ann)
    assert flow.view.code is not None
    waits = await charge(here, 60_00, flow.view.code.text, subject="Groceries")
    assert waits.state == "userpaying"
    await ends_in(flow, ShowState.ASKED)
    pay = await asked(ann)
    offer = pay.view.offer
    assert offer is not None
    assert (offer.kind, offer.amount, offer.reason) == ("charge", 60_00, "amount")
    assert (offer.payee.name, offer.subject) == ("KDOU STORE", "Groceries")
    # Yes is an ordinary payment; pressed twice it is made once.
    await asyncio.gather(pay.confirm(), pay.confirm())
    assert now(pay) is PayState.SUCCEEDED
    assert pay.view.receipt is not None
    assert pay.view.receipt.amount == 60_00
    assert len(here.road.payments()) == 1
    assert (await Charges(here.till).query(waits.out_trade_no)).state == "success"
    await ends_in(flow, ShowState.PAID)
    assert not ann.confirmations.waiting
    # No is told to the till at once.
    waits = await charge(here, 60_00, await new_code(flow))
    await pay.close()
    pay = await asked(ann)
    await pay.decline()
    assert now(pay) is PayState.IDLE
    found = await Charges(here.till).query(waits.out_trade_no)
    assert (found.state, found.failure) == ("closed", "payer_declined")
    await ends_in(flow, ShowState.FAILED)
    # What the till takes back is no longer asked.
    waits = await charge(here, 60_00, await new_code(flow))
    await pay.close()
    pay = await asked(ann)
    assert (await Charges(here.till).reverse(waits.out_trade_no)).state == "closed"
    await until(lambda: now(pay) is PayState.REFUSED, LONG)
    assert pay.view.failure is not None
    assert pay.view.failure.code == "confirmation_not_found"
    await ann.confirmations.decline(waits.charge_id)  # no to what is over already
    with pytest.raises(KBeanError) as refused:
        await ann.confirmations.decline(new_id())
    assert refused.value.code == "confirmation_not_found"
    # Revealed digits are always asked about.
    await ends_in(flow, ShowState.FAILED)
    await flow.again()
    await flow.reveal()
    view = flow.view
    assert view.revealed
    assert view.code is not None
    assert view.code.must_confirm
    await charge(here, 1_00, view.code.digits)
    await pay.close()
    pay = await asked(ann)
    assert pay.view.offer is not None
    assert pay.view.offer.reason == "revealed"
    await pay.confirm()
    assert now(pay) is PayState.SUCCEEDED
    assert await here.balance(ann) == 139_00
    # Time runs out: for a wallet whose clock is an hour ahead it has.
    await ends_in(flow, ShowState.PAID)
    waits = await charge(here, 60_00, await new_code(flow))
    await pay.close()
    pay = await asked(ann)
    ann.clock.offset_ms += 3_600_000
    ann.confirmations._ran_out()
    assert now(pay) is PayState.REFUSED
    assert pay.view.failure is not None
    assert (pay.view.failure.code, pay.view.failure.money) == ("order_expired", "not_moved")
    assert (await Charges(here.till).reverse(waits.out_trade_no)).state == "closed"
    await pay.close()
    await flow.close()


async def test_a_wallet_that_opens_late_finds_the_question_and_a_lost_yes_is_settled(here: World):
    ann = await person(here)
    flow = await showing(ann)
    assert flow.view.code is not None
    code = flow.view.code.text
    await ann.close()
    waits = await charge(here, 60_00, code)
    ann = await reopened(here, "ann")
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


async def test_frozen_locked_or_used_up_nothing_is_shown(here: World, monkeypatch):
    ann = await person(here)
    monkeypatch.setattr("app.wallet.codes.rules.SHOWN_MS", 200)
    flow = await showing(ann)
    await flow.open()  # it is open: nothing happens
    codes = {flow.view.code.digits if flow.view.code else ""}
    await flow.reveal()
    await flow.conceal()
    await until(lambda: len(codes.union({digits(flow)})) > 1, LONG)
    codes.add(digits(flow))
    await until(lambda: digits(flow) not in codes, LONG)  # the time of one is over: the next one
    await flow.close()
    await flow.close()
    monkeypatch.undo()
    # Left before the first code was made: nothing comes up afterwards.
    await asyncio.gather(flow.open(), flow.close())
    assert now(flow) is ShowState.IDLE
    first = await ann.worker.run(lambda vault: vault.handles.all())
    for handle in first:
        await ann.worker.run(partial(_forget, handle.handle))
    flow = await showing(ann)  # fresh ones come by themselves
    second = await ann.worker.run(lambda vault: vault.handles.all())
    assert not {one.handle for one in first} & {one.handle for one in second}
    code = flow.view.code
    assert code is not None
    await ann.lock()
    assert now(flow) is ShowState.IDLE
    assert flow.view.code is None
    await UnlockFlow(ann).unlock_with_passphrase(PASSPHRASE)
    await ann.refresh()
    await flow.open()
    await ann.support.freeze()
    await ends_in(flow, ShowState.FROZEN)
    assert flow.view.code is None
    with pytest.raises(KBeanError) as refused:
        await charge(here, 1_00, code.text)
    assert refused.value.code == "payer_code_revoked"
    await ann.support.thaw(PASSPHRASE)
    await ends_in(flow, ShowState.SHOWING)
    # The handles from before the freeze are dead for ever; this code is of a fresh one.
    assert (await charge(here, 1_00, digits(flow))).state == "success"
    await flow.close()
    await here.road.shut()
    here.road.cut()
    with pytest.raises(KBeanError):
        await ann.refresh()
    assert ann.snapshot.network is Network.OFFLINE
    await ann.worker.run(lambda vault: vault.handles.replace(()))
    await flow.open()
    assert now(flow) is ShowState.EMPTY
    assert flow.view.failure is not None
    assert flow.view.failure.code == "no_payer_codes"
    await flow.close()
