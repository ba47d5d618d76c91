"""Lost answers, kills, races, wrong clocks: nothing lost, nothing doubled, the truth is told."""

from __future__ import annotations

import asyncio
import sys
import time
from collections import Counter

import msgspec
import pytest

from app.protocol.errors import KBeanError
from app.protocol.ids import new_id
from app.protocol.messages.identity import Contact
from app.sdk.transport import TimeLimits
from app.wallet.flows.base import FlowStateError
from app.wallet.flows.onboarding import OnboardingFlow, OnboardingState
from app.wallet.flows.pay import PayFlow, PayState
from app.wallet.flows.unlock import UnlockFlow
from app.wallet.payments import Wanted
from app.wallet.session import Network, SessionState, WalletSession
from tests.end_to_end.people import PASSPHRASE
from tests.end_to_end.world import World, now, ready_to_confirm, until, world

SHORT = TimeLimits(connect=1.0, answer=0.3)


@pytest.fixture
async def here(tmp_path):
    async with world(tmp_path) as here:
        yield here


async def reopened(here: World, name: str, **more) -> WalletSession:
    """The same profile after a restart, unlocked."""
    session = here.wallet(name, **more)
    await UnlockFlow(session).unlock_with_passphrase(PASSPHRASE)
    return session


async def ends(flow: PayFlow) -> PayState:
    await until(lambda: flow.view.state in {PayState.SUCCEEDED, PayState.REFUSED})
    return flow.view.state


def states(flow: PayFlow) -> list[PayState]:
    seen: list[PayState] = []
    flow.observe(lambda view: seen.append(view.state))
    return seen


# --- between send and answer


@pytest.mark.parametrize("fate", ["lose_answer", "garble", "forge"])
async def test_a_lost_answer_is_found_out_by_itself(here, fate):
    ann = await here.person()
    order = await here.order(7_00)
    flow = await ready_to_confirm(ann, order.code)
    seen = states(flow)
    here.fate_of_payments(fate)
    await flow.confirm()
    assert PayState.UNKNOWN in seen
    assert await ends(flow) is PayState.SUCCEEDED
    assert len({heard.body for heard in here.road.payments()}) == 1
    assert len({heard.headers["idempotency-key"] for heard in here.road.payments()}) == 1
    assert await here.balance(ann) == 93_00
    assert ann.snapshot.open_payments == 0


async def test_one_lost_answer_is_bridged_by_the_retry(here):
    ann = await here.person()
    flow = await ready_to_confirm(ann, (await here.order(7_00)).code)
    seen = states(flow)
    here.fate_of_payments("lose_answer", "pass")
    await flow.confirm()
    assert now(flow) is PayState.SUCCEEDED
    assert PayState.UNKNOWN not in seen
    first, second = here.road.payments()
    assert first.body == second.body
    assert await here.balance(ann) == 93_00


async def test_a_lost_request_never_posts_afterwards(here):
    """The fence burns the key: the same request, arriving late, moves nothing."""
    ann = await here.person()
    flow = await ready_to_confirm(ann, (await here.order(7_00)).code)
    here.fate_of_payments("lose_request")
    await flow.confirm()
    assert await ends(flow) is PayState.REFUSED
    failure = flow.view.failure
    assert failure is not None
    assert (failure.code, failure.money) == ("service_unreachable", "not_moved")
    late = await here.road.replay(here.road.payments()[0])
    assert b" 201 " not in late.split(b"\r\n")[0]
    assert await here.balance(ann) == 100_00
    assert ann.snapshot.open_payments == 0


async def test_a_slow_service_is_unknown_until_it_answers(here):
    ann = await here.person(limits=SHORT)
    flow = await ready_to_confirm(ann, (await here.order(7_00)).code)
    seen = states(flow)
    here.fate_of_payments("swallow")
    await flow.confirm()
    assert PayState.UNKNOWN in seen
    assert await ends(flow) is PayState.SUCCEEDED
    assert await here.balance(ann) == 93_00


async def test_a_person_is_told_before_the_tries_are_over(here):
    ann = await here.person()
    ann.desk.patience = 0.3
    flow = await ready_to_confirm(ann, (await here.order(7_00)).code)
    here.fate_of_payments("stall")
    await flow.confirm()
    assert now(flow) is PayState.UNKNOWN
    assert ann.snapshot.network is Network.OFFLINE
    assert await ends(flow) is PayState.REFUSED
    assert await here.balance(ann) == 100_00


async def test_a_service_that_is_away_when_it_matters(here):
    ann = await here.person()
    flow = await ready_to_confirm(ann, (await here.order(7_00)).code)
    await here.road.shut()
    await flow.confirm()
    view = flow.view
    assert view.failure is not None
    if view.state is PayState.REFUSED:
        assert view.failure.money == "not_moved"
    else:
        assert (view.state, view.failure.money) == (PayState.UNKNOWN, "unknown")
        assert not await flow.cancel()
        await flow.ask_again()
        assert now(flow) is PayState.UNKNOWN
        assert ann.snapshot.open_payments == 1
    await until(lambda: ann.snapshot.network is Network.OFFLINE)
    await here.road.open(here.road.port)
    assert await ends(flow) is PayState.REFUSED
    assert flow.view.failure is not None
    assert flow.view.failure.money == "not_moved"
    assert await here.balance(ann) == 100_00


async def test_signing_out_does_not_wait_for_a_service_that_is_away(here):
    ann = await here.person(money=0)
    await here.road.shut()
    await ann.sign_out()
    assert ann.state is SessionState.LOCKED
    await UnlockFlow(ann).unlock_with_passphrase(PASSPHRASE)
    assert ann.snapshot.session_ended


async def test_a_dismissed_unknown_becomes_a_notice(here):
    ann = await here.person()
    flow = await ready_to_confirm(ann, (await here.order(7_00)).code)
    here.road.rule = lambda heard: "lose_answer" if "payments" in heard.line else "pass"
    await flow.confirm()
    assert now(flow) is PayState.UNKNOWN
    key = flow.view.key
    here.road.rule = lambda heard: "pass"
    await flow.dismiss()
    assert now(flow) is PayState.IDLE
    await until(lambda: ann.snapshot.notices != ())
    (notice,) = ann.snapshot.notices
    assert (notice.kind, notice.key, notice.amount) == ("payment_succeeded", key, 7_00)
    assert notice.payee_name == "K豆便利店"
    assert notice.payment_id is not None
    assert (await ann.receipt(notice.payment_id)).amount == 7_00
    await ann.dismiss_notice(notice.notice_id)
    assert ann.snapshot.notices == ()


async def test_locking_in_the_middle_leaves_the_truth_to_the_next_unlock(here):
    ann = await here.person()
    flow = await ready_to_confirm(ann, (await here.order(7_00)).code)
    here.fate_of_payments("swallow")
    confirming = asyncio.create_task(flow.confirm())
    await until(lambda: here.road.swallowed == 1)
    await ann.lock()
    await asyncio.gather(confirming, return_exceptions=True)
    assert now(flow) is PayState.IDLE
    here.fate_of_payments("pass")
    await UnlockFlow(ann).unlock_with_passphrase(PASSPHRASE)
    await until(lambda: ann.snapshot.notices != ())
    assert ann.snapshot.notices[0].kind == "payment_succeeded"
    assert await here.balance(ann) == 93_00


@pytest.mark.parametrize("fate", ["swallow", "pass"])
async def test_a_window_closed_in_the_middle_is_told_by_a_notice(here, fate):
    ann = await here.person(limits=SHORT)
    flow = await ready_to_confirm(ann, (await here.order(7_00)).code)
    here.fate_of_payments(fate)
    confirming = asyncio.create_task(flow.confirm())
    await until(lambda: flow.view.state is PayState.SENDING)
    await flow.close()
    await confirming
    assert now(flow) is PayState.IDLE
    await until(lambda: ann.snapshot.notices != ())
    assert ann.snapshot.notices[0].kind == "payment_succeeded"


async def test_locking_while_unknown_leaves_it_to_the_next_unlock(here):
    ann = await here.person()
    flow = await ready_to_confirm(ann, (await here.order(7_00)).code)
    here.road.rule = lambda heard: "lose_answer" if "payments" in heard.line else "pass"
    await flow.confirm()
    assert now(flow) is PayState.UNKNOWN
    await ann.lock()
    assert now(flow) is PayState.IDLE
    here.road.rule = lambda heard: "pass"
    await UnlockFlow(ann).unlock_with_passphrase(PASSPHRASE)
    await until(lambda: ann.snapshot.notices != ())
    assert ann.snapshot.notices[0].kind == "payment_succeeded"


async def test_who_gives_up_waiting_does_not_stop_the_payment(here):
    """A window that closes drops its operation; the money's way goes on."""
    ann = await here.person()
    flow = await ready_to_confirm(ann, (await here.order(7_00)).code)
    confirming = asyncio.create_task(flow.confirm())
    await until(lambda: flow.view.state is PayState.SENDING)
    confirming.cancel()
    await asyncio.gather(confirming, return_exceptions=True)
    assert await ends(flow) is PayState.SUCCEEDED


@pytest.mark.parametrize(
    ("fate", "kind", "left"),
    [("swallow", "payment_succeeded", 93_00), ("stall", "payment_refused", 100_00)],
)
async def test_kill_between_send_and_answer(here, fate, kind, left):
    """``kill -9`` of the wallet's process: the next start tells what became of the payment."""
    ann = await here.person()
    order = await here.order(7_00)
    await ann.close()
    here.fate_of_payments(fate)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.end_to_end.victim", str(here.folder / "ann"), order.code
    )
    try:
        await until(lambda: len(here.road.payments()) == 1, seconds=30)
        if fate == "swallow":
            await until(lambda: here.road.swallowed == 1)
            assert (await here.till.order(order.order_id)).status == "paid"
    finally:
        process.kill()
        await process.wait()
    here.fate_of_payments("pass")
    again = await reopened(here, "ann")
    assert again.snapshot.open_payments == 1
    await until(lambda: again.snapshot.notices != ())
    (notice,) = again.snapshot.notices
    assert (notice.kind, notice.amount, notice.payee_name) == (kind, 7_00, "K豆便利店")
    assert notice.key == here.road.payments()[0].headers["idempotency-key"]
    if kind == "payment_refused":
        assert notice.failure is not None
        assert notice.failure.money == "not_moved"
        late = await here.road.replay(here.road.payments()[0])
        assert b" 201 " not in late.split(b"\r\n")[0]
    assert await here.balance(again) == left
    assert again.snapshot.open_payments == 0
    # Told once: the notice survives a restart until it is dismissed, and doesn't come twice.
    await again.settle()
    assert len(again.snapshot.notices) == 1


async def test_every_request_replayed_twice_changes_nothing(here):
    ann = await here.person()
    here.road.heard.clear()
    for code, amount in (((await here.order(7_00)).code, 0), (here.static_code, 3_00)):
        flow = await ready_to_confirm(ann, code, amount)
        await flow.confirm()
        assert now(flow) is PayState.SUCCEEDED
    await ann.refresh()
    for heard in list(here.road.heard) * 2:
        answer = await here.road.replay(heard)
        assert int(answer.split()[1]) < 500
    assert await here.balance(ann) == 90_00
    page = await ann.activity(kind="money", direction="out")
    assert [item.amount for item in page.items] == [-3_00, -7_00]


async def test_two_wallets_race_for_one_order(here):
    people = [await here.person(name, money=100_00) for name in ("ann", "ben")]
    order = await here.order(7_00)
    flows = [await ready_to_confirm(person, order.code) for person in people]
    await asyncio.gather(*(flow.confirm() for flow in flows))
    ended = Counter(flow.view.state for flow in flows)
    assert ended == {PayState.SUCCEEDED: 1, PayState.REFUSED: 1}
    loser = next(flow for flow in flows if flow.view.state is PayState.REFUSED)
    assert loser.view.failure is not None
    assert (loser.view.failure.code, loser.view.failure.money) == ("order_paid", "not_moved")
    assert sum([await here.balance(person) for person in people]) == 193_00


@pytest.mark.parametrize(
    ("money", "kind", "code"),
    [(10_00, "payment_succeeded", None), (1_00, "payment_refused", "insufficient_funds")],
)
async def test_an_end_that_nobody_was_told_becomes_a_notice(here, money, kind, code):
    """Killed after the outcome was written and before it was shown."""
    ann = await here.person(money=money)
    flow = await ready_to_confirm(ann, (await here.order(7_00)).code)
    offer = flow.view.offer
    assert offer is not None
    wanted = Wanted(
        offer.payee.merchant_id, "K豆便利店", offer.code_id, offer.order_id, 7_00, "CNY"
    )
    request = await ann.desk.prepare(wanted)
    await ann.desk.send(request)
    assert await ann.settle() == ()
    await ann.close()
    again = await reopened(here, "ann")
    assert again.snapshot.open_payments == 0
    await until(lambda: again.snapshot.notices != ())
    (notice,) = again.snapshot.notices
    assert (notice.kind, notice.key) == (kind, request.intent.key)
    assert (notice.failure.code if notice.failure else None) == code
    await again.dismiss_notice(notice.notice_id)
    assert await again.settle() == ()


async def test_a_service_that_is_still_away_at_the_next_start(here):
    """Nothing is guessed: the payment stays open, and is settled when the service is back."""
    ann = await here.person()
    first = await ready_to_confirm(ann, (await here.order(7_00)).code)
    here.road.rule = lambda heard: "lose_answer" if "payments" in heard.line else "pass"
    await first.confirm()
    assert now(first) is PayState.UNKNOWN
    second = await ready_to_confirm(ann, (await here.order(2_00)).code)
    await second.confirm()
    assert now(second) is PayState.UNKNOWN
    await ann.close()

    again = await reopened(here, "ann")
    assert again.snapshot.open_payments == 2
    assert await again.settle() == ()
    assert (again.snapshot.open_payments, again.snapshot.notices) == (2, ())

    # Back, but one receipt doesn't verify: the other payment isn't held up by it.
    wrong = first.view.key or here.road.payments()[0].headers["idempotency-key"]
    here.road.rule = lambda heard: "forge" if wrong in heard.line else "pass"
    again.refresh_soon()
    await until(lambda: again.snapshot.open_payments == 1)
    await until(lambda: again.snapshot.notices != ())
    assert [notice.amount for notice in again.snapshot.notices] == [2_00]

    here.road.rule = lambda heard: "pass"
    again.refresh_soon()
    await until(lambda: again.snapshot.open_payments == 0)
    await until(lambda: len(again.snapshot.notices) == 2)
    assert {notice.kind for notice in again.snapshot.notices} == {"payment_succeeded"}
    assert await here.balance(again) == 91_00


async def test_signed_out_between_looking_and_confirming(here):
    ann = await here.person()
    flow = await ready_to_confirm(ann, (await here.order(7_00)).code)
    await ann.line.forget_session()
    await flow.confirm()
    assert now(flow) is PayState.REFUSED
    assert flow.view.failure is not None
    assert (flow.view.failure.code, flow.view.failure.money) == ("session_ended", "not_moved")
    assert here.road.payments() == []


async def test_asking_about_a_key_that_is_not_ours(here):
    ann = await here.person(money=0)
    with pytest.raises(KBeanError) as unknown:
        await ann.desk.ask(new_id())
    assert unknown.value.code == "payment_not_found"


# --- the vault gives way


async def test_a_vault_that_can_not_write_sends_nothing(here):
    """Pending is recorded before any outside call; where it can't be, there is no call."""
    ann = await here.person()
    flow = await ready_to_confirm(ann, (await here.order(7_00)).code)
    await asyncio.wrap_future(ann.worker.lock())
    await flow.confirm()
    assert now(flow) is PayState.REFUSED
    assert flow.view.failure is not None
    assert (flow.view.failure.code, flow.view.failure.money) == ("vault_locked", "not_moved")
    assert here.road.payments() == []


async def test_an_outcome_that_can_not_be_written_stays_unknown(here):
    ann = await here.person()
    flow = await ready_to_confirm(ann, (await here.order(7_00)).code)
    here.fate_of_payments("swallow")
    confirming = asyncio.create_task(flow.confirm())
    await until(lambda: here.road.swallowed == 1)
    await asyncio.wrap_future(ann.worker.lock())
    await here.road.shut()
    await here.road.open(here.road.port)
    await confirming
    assert now(flow) is PayState.UNKNOWN
    assert flow.view.failure is not None
    assert flow.view.failure.money == "unknown"
    await flow.ask_again()
    assert now(flow) is PayState.UNKNOWN
    assert flow.view.asked == 1
    await flow.close()
    assert now(flow) is PayState.IDLE
    await ann.close()
    again = await reopened(here, "ann")
    await until(lambda: again.snapshot.notices != ())
    assert again.snapshot.notices[0].kind == "payment_succeeded"


# --- clocks


@pytest.mark.parametrize("seconds", [3600, -3600])
async def test_a_clock_off_by_an_hour_is_corrected(here, seconds):
    ann = await here.person(clock=lambda: time.time() + seconds)
    assert abs(ann.snapshot.clock_offset_ms + seconds * 1000) < 5_000
    flow = await ready_to_confirm(ann, (await here.order(7_00)).code)
    await flow.confirm()
    assert now(flow) is PayState.SUCCEEDED
    await ann.close()
    again = await reopened(here, "ann", clock=lambda: time.time() + seconds)
    await until(lambda: again.snapshot.network is Network.ONLINE)
    flow = await ready_to_confirm(again, (await here.order(1_00)).code)
    await flow.confirm()
    assert now(flow) is PayState.SUCCEEDED
    assert await here.balance(again) == 92_00


async def test_a_clock_that_jumps_is_refused_by_the_service_and_learned(here):
    ann = await here.person()
    flow = await ready_to_confirm(ann, (await here.order(7_00)).code)
    ann.clock.offset_ms = 3_600_000
    # The access token would look old too; this is about the intent's own time.
    session = ann.line.session
    assert session is not None
    lasting = msgspec.structs.replace(session, access_expires_at=2**53)
    await ann.line.adopt(lasting)
    await flow.confirm()
    assert now(flow) is PayState.REFUSED
    assert flow.view.failure is not None
    assert (flow.view.failure.code, flow.view.failure.money) == ("clock_off", "not_moved")
    assert ann.clock.offset_ms == 0
    again = await ready_to_confirm(ann, (await here.order(7_00)).code)
    await again.confirm()
    assert now(again) is PayState.SUCCEEDED


# --- keys


async def test_a_receipt_key_that_is_new_is_looked_up_once(here):
    ann = await here.person()
    flow = await ready_to_confirm(ann, (await here.order(7_00)).code)
    ann.line.keys = tuple(key for key in ann.line.keys if key.purpose != "receipt")
    await flow.confirm()
    assert now(flow) is PayState.SUCCEEDED


async def test_another_service_at_the_address_is_not_trusted(here, tmp_path):
    ann = await here.person()
    async with world(tmp_path / "other", service_id="other.example") as other:
        port = here.road.port
        await here.road.shut()
        await other.road.shut()
        await other.road.open(port)
        with pytest.raises(KBeanError) as refused:
            await ann.line.refresh_service()
    assert refused.value.code == "service_untrusted"
    assert ann.snapshot.network is Network.UNTRUSTED
    assert ann.snapshot.service is not None
    assert ann.snapshot.service.service_id != "other.example"


# --- onboarding, interrupted


async def at_person(session: WalletSession, url: str) -> OnboardingFlow:
    flow = OnboardingFlow(session)
    await flow.set_service(url)
    await flow.accept_service()
    return flow


async def test_a_lost_registration_goes_on_after_a_restart(here):
    contact = Contact("email", "ann@example.org")
    session = here.wallet("ann")
    flow = await at_person(session, here.url)
    here.road.rule = lambda heard: "lose_answer" if "registrations" in heard.line else "pass"
    with pytest.raises(KBeanError) as lost:
        await flow.register(contact, PASSPHRASE, "Ann")
    assert lost.value.code == "service_unreachable"
    assert now(flow) is OnboardingState.PERSON
    assert flow.view.failure is not None
    made = await here.service.identity.find(contact)
    assert made is not None
    await session.close()

    here.road.rule = lambda heard: "pass"
    again = await reopened(here, "ann")
    assert again.onboarding_pending
    resumed = OnboardingFlow(again)
    await resumed.resume()
    assert now(resumed) is OnboardingState.PERSON
    assert (resumed.view.contact, resumed.view.display_name) == (contact, "Ann")
    await resumed.register(contact, PASSPHRASE, "Ann")
    assert again.line.session is not None
    assert again.line.session.user_id == made
    first_code = resumed.view.recovery_code
    assert first_code is not None
    await again.close()

    # Interrupted once more, with the code on the screen: a fresh one is shown.
    third = await reopened(here, "ann")
    resumed = OnboardingFlow(third)
    await resumed.resume()
    code = resumed.view.recovery_code
    assert code is not None
    assert code != first_code
    with pytest.raises(Exception, match="recovery code"):
        await resumed.confirm_recovery(first_code)
    await resumed.confirm_recovery(code)
    assert now(resumed) is OnboardingState.DONE
    assert not third.onboarding_pending
    await third.lock()
    recovered = UnlockFlow(third)
    await recovered.unlock_with_recovery(code, "a wholly different phrase of words")
    assert third.state is SessionState.UNLOCKED
    await third.lock()
    await UnlockFlow(third).unlock_with_passphrase("a wholly different phrase of words")


async def test_a_lost_registration_tried_again_at_once(here):
    session = here.wallet("ann")
    flow = await at_person(session, here.url)
    contact = Contact("email", "ann@example.org")
    here.road.rule = lambda heard: "lose_answer" if "registrations" in heard.line else "pass"
    with pytest.raises(KBeanError):
        await flow.register(contact, PASSPHRASE, "Ann")
    here.road.rule = lambda heard: "pass"
    await flow.register(contact, PASSPHRASE, "Ann")
    assert now(flow) is OnboardingState.RECOVERY


async def test_a_contact_of_somebody_else_is_refused_and_can_be_changed(here):
    await here.person("ann", money=0)
    session = here.wallet("thief")
    flow = await at_person(session, here.url)
    with pytest.raises(KBeanError) as taken:
        await flow.register(Contact("email", "ann@example.org"), PASSPHRASE, "Ann")
    assert taken.value.code == "contact_taken"
    assert now(flow) is OnboardingState.PERSON
    with pytest.raises(KBeanError) as wrong:
        await flow.sign_in(Contact("email", "ann@example.org"), PASSPHRASE + " not")
    assert wrong.value.code == "credentials_wrong"
    await flow.register(Contact("email", "thea@example.org"), PASSPHRASE, "Thea")
    assert now(flow) is OnboardingState.RECOVERY


async def test_starting_again_leaves_nothing_behind(here):
    session = here.wallet("ann")
    flow = await at_person(session, here.url)
    here.road.rule = lambda heard: "lose_request" if "registrations" in heard.line else "pass"
    with pytest.raises(KBeanError):
        await flow.register(Contact("email", "ann@example.org"), PASSPHRASE, "Ann")
    assert session.state is SessionState.UNLOCKED
    await flow.start_again()
    assert (flow.view.state, session.state) == (OnboardingState.ADDRESS, SessionState.NEW)
    assert not (here.folder / "ann" / "vault").exists()
    here.road.rule = lambda heard: "pass"
    await flow.set_service(here.url)
    await flow.accept_service()
    await flow.register(Contact("email", "ann@example.org"), PASSPHRASE, "Ann")
    assert now(flow) is OnboardingState.RECOVERY


async def test_turning_to_another_service_starts_a_new_vault(here, tmp_path):
    """Keys of two services never meet in one vault."""
    contact = Contact("email", "ann@example.org")
    session = here.wallet("ann")
    flow = await at_person(session, here.url)
    here.road.rule = lambda heard: "lose_request" if "registrations" in heard.line else "pass"
    with pytest.raises(KBeanError):
        await flow.register(contact, PASSPHRASE, "Ann")
    await flow.back()
    await flow.back()
    assert now(flow) is OnboardingState.ADDRESS
    async with world(tmp_path / "other", service_id="other.example") as other:
        await flow.set_service(other.url)
        await flow.accept_service()
        await flow.register(contact, PASSPHRASE, "Ann")
        assert now(flow) is OnboardingState.RECOVERY
        assert session.snapshot.service is not None
        assert session.snapshot.service.service_id == "other.example"
        await session.close()


async def test_a_vault_without_a_word_of_its_set_up_starts_from_the_address(here):
    """Killed between making the vault and writing down what for."""
    session = here.wallet("ann")
    await asyncio.to_thread(session.folder.prepare)
    await asyncio.wrap_future(session.worker.create(PASSPHRASE))
    await session.close()
    again = await reopened(here, "ann")
    assert again.onboarding_pending
    flow = OnboardingFlow(again)
    await flow.resume()
    assert (flow.view.state, flow.view.resumed) == (OnboardingState.ADDRESS, True)
    await flow.set_service(here.url)
    await flow.accept_service()
    await flow.register(Contact("email", "ann@example.org"), PASSPHRASE, "Ann")
    assert flow.view.recovery_code is not None
    await flow.confirm_recovery(flow.view.recovery_code)
    assert now(flow) is OnboardingState.DONE


async def test_a_registration_that_is_given_up_can_be_sent_again(here):
    session = here.wallet("ann")
    flow = await at_person(session, here.url)
    contact = Contact("email", "ann@example.org")
    here.road.rule = lambda heard: "stall" if "registrations" in heard.line else "pass"
    working = asyncio.create_task(flow.register(contact, PASSPHRASE, "Ann"))
    await until(lambda: any("registrations" in heard.line for heard in here.road.heard))
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)
    assert now(flow) is OnboardingState.PERSON
    here.road.rule = lambda heard: "pass"
    await flow.register(contact, PASSPHRASE, "Ann")
    assert now(flow) is OnboardingState.RECOVERY


async def test_resuming_needs_something_to_resume(here):
    with pytest.raises(FlowStateError):
        await OnboardingFlow(here.wallet("ann")).resume()


async def test_a_finished_wallet_is_never_thrown_away(here):
    ann = await here.person(money=0)
    flow = OnboardingFlow(ann)
    with pytest.raises(RuntimeError):
        await flow.start_again()
    assert ann.state is SessionState.UNLOCKED
