"""The whole path against the real service: onboarding, pay, receipt, K-Beans, activity, lock."""

from __future__ import annotations

import asyncio

import msgspec
import pytest

from app.protocol.errors import KBeanError
from app.protocol.messages.identity import Contact
from app.sdk.client import ServiceClient
from app.sdk.transport import Call
from app.wallet.flows.onboarding import OnboardingFlow, OnboardingState
from app.wallet.flows.pay import PayFlow, PayState
from app.wallet.flows.unlock import UnlockFlow, UnlockState
from app.wallet.session import Network, SessionState
from app.wallet.vault.errors import VaultError
from tests.end_to_end.people import PASSPHRASE
from tests.end_to_end.world import now, onboard, ready_to_confirm, until, world


@pytest.fixture
async def here(tmp_path):
    async with world(tmp_path) as here:
        yield here


async def test_from_an_address_to_a_receipt(here):
    ann = await here.person(money=100_00)
    assert ann.state is SessionState.UNLOCKED
    assert not ann.onboarding_pending
    assert ann.snapshot.network is Network.ONLINE
    order = await here.order(23_70, subject="Breakfast")
    flow = PayFlow(ann)
    seen = []
    flow.observe(lambda view: seen.append(view.state))
    await flow.read(order.code)
    offer = flow.view.offer
    assert offer is not None
    assert (offer.kind, offer.amount, offer.currency, offer.subject) == (
        "dynamic",
        23_70,
        "CNY",
        "Breakfast",
    )
    assert offer.payee.name == "KDOU STORE"
    assert offer.available == 100_00
    await flow.confirm(note="with Ben")
    assert seen == [
        PayState.READING,
        PayState.CONFIRMING,
        PayState.SENDING,
        PayState.SENDING,
        PayState.SUCCEEDED,
    ]
    payment, receipt = flow.view.payment, flow.view.receipt
    assert payment is not None
    assert receipt is not None
    assert (receipt.amount, payment.balance_after) == (23_70, 76_30)
    money = ann.snapshot.money()
    assert money is not None
    assert money.available == 76_30
    view = await ann.receipt(payment.payment_id)
    assert view.verified
    assert (view.order_number, view.payee_name) == (receipt.order_number, "K豆便利店")
    assert await here.balance(ann) == 76_30
    page = await ann.activity(text="便利店", kind="money")
    assert [item.amount for item in page.items] == [-23_70]
    assert page.items[0].note == "with Ben"
    assert ann.snapshot.points is not None
    assert ann.snapshot.points.balance == receipt.points_earned > 0
    assert ann.snapshot.open_payments == 0
    assert ann.snapshot.notices == ()
    paid = await here.till.order(order.order_id)
    assert (paid.status, paid.payment_id) == ("paid", payment.payment_id)


async def test_a_static_code_asks_for_the_amount(here):
    ann = await here.person(money=600_00)
    flow = PayFlow(ann)
    await flow.read(here.static_code)
    assert now(flow) is PayState.CHOOSING_AMOUNT
    offer = flow.view.offer
    assert offer is not None
    assert offer.maximum == 500_00
    for minor, code in ((0, "amount_invalid"), (500_01, "limit_exceeded")):
        with pytest.raises(KBeanError) as refused:
            await flow.choose_amount(minor)
        assert refused.value.code == code
        assert now(flow) is PayState.CHOOSING_AMOUNT
    await flow.choose_amount(12_00)
    await flow.change_amount()
    assert now(flow) is PayState.CHOOSING_AMOUNT
    await flow.choose_amount(15_00)
    await flow.confirm()
    assert now(flow) is PayState.SUCCEEDED
    assert await here.balance(ann) == 585_00


async def test_money_that_came_in_meanwhile_counts(here):
    ann = await here.person(money=1_00)
    flow = PayFlow(ann)
    await flow.read(here.static_code)
    held = ann.line.session
    assert held is not None
    with pytest.raises(KBeanError) as refused:
        await flow.choose_amount(2_00)
    assert (refused.value.code, refused.value.params) == ("insufficient_funds", {"available": 100})
    from app.protocol.ids import new_id

    await here.service.funding.fund(held.user_id, 5_00, "CNY", reason="cash", key=new_id())
    await flow.choose_amount(2_00)
    assert now(flow) is PayState.CONFIRMING


async def test_a_large_amount_is_authenticated(here):
    ann = await here.person(money=500_00)
    order = await here.order(200_00)
    flow = await ready_to_confirm(ann, order.code)
    await flow.confirm()
    assert now(flow) is PayState.AUTHENTICATING
    assert flow.view.authenticate_because == "amount"
    with pytest.raises(VaultError) as wrong:
        await flow.authenticate_with_passphrase("not the passphrase")
    assert wrong.value.code == "vault_passphrase_wrong"
    assert now(flow) is PayState.AUTHENTICATING
    assert here.road.payments() == []
    await flow.authenticate_with_passphrase(PASSPHRASE)
    assert now(flow) is PayState.SUCCEEDED


async def test_everything_is_there_after_the_next_start_without_a_network(here):
    ann = await here.person(money=100_00)
    order = await here.order(5_00)
    flow = await ready_to_confirm(ann, order.code)
    await flow.confirm()
    payment = flow.view.payment
    assert payment is not None
    await ann.refresh()
    await ann.close()
    await here.road.shut()
    again = here.wallet("ann")
    assert again.state is SessionState.LOCKED
    unlock = UnlockFlow(again)
    await unlock.unlock_with_passphrase(PASSPHRASE)
    assert now(unlock) is UnlockState.UNLOCKED
    money = again.snapshot.money()
    assert money is not None
    assert money.available == 95_00
    assert again.snapshot.person is not None
    assert again.snapshot.person.display_name == "Ann 安"
    assert (await again.receipt(payment.payment_id)).amount == 5_00
    assert len((await again.activity()).items) == 3
    await until(lambda: again.snapshot.network is Network.OFFLINE)
    await here.road.open(here.road.port)
    again.refresh_soon()
    await until(lambda: again.snapshot.network is Network.ONLINE)


async def test_a_second_device_signs_in_and_gets_the_whole_history(here):
    ann = await here.person("ann", money=50_00)
    for amount in (1_00, 2_00, 3_00):
        flow = await ready_to_confirm(ann, (await here.order(amount)).code)
        await flow.confirm()
        assert now(flow) is PayState.SUCCEEDED
    phone = here.wallet("phone")
    await onboard(phone, here.url, Contact("email", "ann@example.org"), sign_in=True)
    await phone.refresh()
    page = await phone.activity(kind="money")
    assert [item.amount for item in page.items] == [-3_00, -2_00, -1_00, 50_00]
    paid = page.items[0].payment_id
    assert paid is not None
    assert (await phone.receipt(paid)).amount == 3_00


async def test_locking_forgets_and_unlocking_remembers(here):
    ann = await here.person()
    told: list[frozenset[str]] = []
    ann.observe(told.append)
    await ann.lock()
    assert ann.state is SessionState.LOCKED
    assert ann.snapshot.person is None
    assert ann.snapshot.accounts == ()
    assert ann.line.session is None
    assert frozenset({"lock"}) in told
    with pytest.raises(VaultError):
        await ann.activity()
    unlock = UnlockFlow(ann)
    for _ in range(3):
        with pytest.raises(VaultError):
            await unlock.unlock_with_passphrase("wrong")
    assert unlock.view.wait_seconds > 0
    with pytest.raises(KBeanError) as refused:
        await unlock.unlock_with_passphrase(PASSPHRASE)
    assert refused.value.code == "too_many_requests"
    assert refused.value.retry_after == unlock.view.wait_seconds


async def test_signing_out_ends_the_session_and_signing_in_brings_it_back(here):
    ann = await here.person()
    held = ann.line.session
    assert held is not None
    await ann.sign_out()
    # The tokens of that session are dead, not just forgotten.
    call = Call("GET", "/v1/me", token=held.access_token)
    with pytest.raises(KBeanError) as dead:
        await here.till.transport.send(call)
    assert dead.value.code == "session_ended"
    assert ann.state is SessionState.LOCKED
    await UnlockFlow(ann).unlock_with_passphrase(PASSPHRASE)
    assert ann.snapshot.session_ended
    flow = PayFlow(ann)
    await flow.read((await here.order(1_00)).code)
    assert now(flow) is PayState.REFUSED
    assert flow.view.failure is not None
    assert (flow.view.failure.code, flow.view.failure.money) == ("session_ended", "not_moved")
    with pytest.raises(KBeanError) as wrong:
        await ann.sign_in_again("not the passphrase")
    assert wrong.value.code == "credentials_wrong"
    await ann.sign_in_again(PASSPHRASE)
    assert not ann.snapshot.session_ended
    await flow.read((await here.order(1_00)).code)
    await flow.confirm()
    assert now(flow) is PayState.SUCCEEDED


async def test_a_device_revoked_elsewhere_is_told(here):
    ann = await here.person()
    held = ann.line.session
    assert held is not None
    await here.service.identity.revoke_device(held.user_id, held.device_id)
    await until(lambda: held.session_id in here.service.revocations)
    with pytest.raises(KBeanError):
        await ann.refresh()
    assert ann.snapshot.session_ended


async def test_tokens_are_refreshed_once_however_many_ask(tmp_path):
    async with world(tmp_path) as here:
        ann = await here.person()
        before = ann.line.session
        assert before is not None
        here.road.heard.clear()
        # Made old here and now: one that runs out while it is used would be refreshed again.
        client = ann.line._client
        client.tokens._session = msgspec.structs.replace(before, access_expires_at=0)
        await asyncio.gather(*(ann.refresh() for _ in range(3)), ann.line.ask(ServiceClient.me))
        refreshes = [h for h in here.road.heard if "/v1/sessions/refresh" in h.line]
        assert len(refreshes) == 1
        after = ann.line.session
        assert after is not None
        assert after.access_token != before.access_token


async def test_onboarding_refuses_weak_passphrases_before_anything_is_sent(here):
    session = here.wallet("weak")
    flow = OnboardingFlow(session)
    await flow.set_service(here.url)
    assert flow.view.fingerprint.count(" ") == 7
    await flow.accept_service()
    sent = len(here.road.heard)
    with pytest.raises(KBeanError) as refused:
        await flow.register(Contact("email", "w@example.org"), "password1", "W")
    assert refused.value.code == "passphrase_weak"
    assert now(flow) is OnboardingState.PERSON
    assert len(here.road.heard) == sent
    assert session.state is SessionState.NEW
    strength = await flow.passphrase_strength(PASSPHRASE)
    assert (strength.score, strength.enough) == (4, True)


async def test_settling_all_the_while_tells_nothing_that_the_flow_has_told(here):
    """The event stream wakes the settling just when a payment's answer comes."""
    ann = await here.person(money=100_00)
    settling = True

    async def settle() -> None:
        while settling:
            await ann.settle()

    task = asyncio.create_task(settle())
    try:
        for _ in range(12):
            flow = await ready_to_confirm(ann, here.static_code, 1_00)
            await flow.confirm()
            assert now(flow) is PayState.SUCCEEDED
    finally:
        settling = False
        await task
    assert ann.snapshot.notices == ()
    assert await here.balance(ann) == 88_00
