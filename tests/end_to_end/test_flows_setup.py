"""Onboarding interrupted anywhere goes on, or starts again without harm."""

from __future__ import annotations

import asyncio

import pytest

from app.protocol.errors import KBeanError
from app.protocol.messages.identity import Contact
from app.wallet.flows.base import FlowStateError
from app.wallet.flows.onboarding import OnboardingFlow, OnboardingState
from app.wallet.flows.unlock import UnlockFlow
from app.wallet.session import SessionState, WalletSession
from tests.end_to_end.people import PASSPHRASE
from tests.end_to_end.world import (
    now,
    reopened,
    until,
    world,
)


@pytest.fixture
async def here(tmp_path):
    async with world(tmp_path) as here:
        yield here


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
