"""A person of the demo sets up the wallet: the real flow, without a window."""

from __future__ import annotations

from pathlib import Path

from app.demo.organisation import PASSPHRASE, Person
from app.wallet.flows.onboarding import OnboardingFlow, OnboardingState
from app.wallet.session import WalletSession


async def set_up_wallet(profile: Path, url: str, person: Person) -> None:
    """Sign a person in on a new profile and bring the history over; locked afterwards.

    Raises:
        RuntimeError: if the flow did not reach its end.
    """
    session = WalletSession(
        profile, locale=person.locale, device_name="Demo computer", platform="demo"
    )
    try:
        flow = OnboardingFlow(session)
        await flow.set_service(url)
        await flow.accept_service()
        await flow.sign_in(person.contact, PASSPHRASE)
        if flow.view.recovery_code is not None:
            await flow.confirm_recovery(flow.view.recovery_code)
        if flow.view.state is OnboardingState.QUICK_UNLOCK:
            await flow.choose_quick_unlock(False)
        if flow.view.state is not OnboardingState.DONE:
            raise RuntimeError(f"setting up the demo's wallet stopped at {flow.view.state}")
        await session.refresh()
    finally:
        await session.close()
