"""Quick unlock from onboarding to paying, with a keychain that can be taken away."""

from __future__ import annotations

import pytest

from app.protocol.messages.identity import Contact
from app.wallet.flows.onboarding import OnboardingFlow, OnboardingState
from app.wallet.flows.pay import PayState
from app.wallet.flows.unlock import UnlockFlow, UnlockState
from app.wallet.session import SessionState
from app.wallet.vault.errors import KeychainUnavailableError, VaultError
from app.wallet.vault.vault import Setup
from tests.end_to_end.people import CHEAP, PASSPHRASE
from tests.end_to_end.world import now, ready_to_confirm, world


class MemoryKeychain:
    """Stands in for the system's; ``broken`` makes it refuse."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}
        self.broken = False

    def store(self, name: str, secret: bytes) -> None:
        self._check()
        self.kept[name] = secret

    def fetch(self, name: str) -> bytes | None:
        self._check()
        return self.kept.get(name)

    def forget(self, name: str) -> None:
        self._check()
        self.kept.pop(name, None)

    def _check(self) -> None:
        if self.broken:
            raise KeychainUnavailableError


@pytest.fixture
async def here(tmp_path):
    async with world(tmp_path) as here:
        yield here


async def test_quick_unlock_from_onboarding_to_paying(here):
    keychain = MemoryKeychain()
    setup = Setup(keychain=keychain, argon2=CHEAP)
    session = here.wallet("ann", setup=setup)
    flow = OnboardingFlow(session)
    assert flow.view.keychain_available
    await flow.set_service(here.url)
    await flow.accept_service()
    await flow.register(Contact("email", "ann@example.org"), PASSPHRASE, "Ann")
    assert flow.view.recovery_code is not None
    await flow.confirm_recovery(flow.view.recovery_code)
    assert now(flow) is OnboardingState.QUICK_UNLOCK
    keychain.broken = True
    with pytest.raises(VaultError) as refused:
        await flow.choose_quick_unlock(True)
    assert refused.value.code == "vault_keychain_unavailable"
    assert now(flow) is OnboardingState.QUICK_UNLOCK
    await session.close()

    # Interrupted right there: the question comes again.
    again = here.wallet("ann", setup=setup)
    keychain.broken = False
    await UnlockFlow(again).unlock_with_passphrase(PASSPHRASE)
    resumed = OnboardingFlow(again)
    await resumed.resume()
    assert now(resumed) is OnboardingState.QUICK_UNLOCK
    await resumed.choose_quick_unlock(True)
    assert now(resumed) is OnboardingState.DONE
    assert again.quick_unlock
    await again.lock()

    unlock = UnlockFlow(again)
    assert unlock.view.keychain_available
    keychain.broken = True
    with pytest.raises(VaultError):
        await unlock.unlock_with_keychain()
    assert (now(unlock), unlock.view.misses) == (UnlockState.LOCKED, 0)
    keychain.broken = False
    await unlock.unlock_with_keychain()
    assert again.state is SessionState.UNLOCKED

    await here.fund(again, 300_00)
    pay = await ready_to_confirm(again, (await here.order(250_00)).code)
    await pay.confirm()
    assert now(pay) is PayState.AUTHENTICATING
    assert pay.view.keychain_available
    await pay.authenticate_with_keychain()
    assert now(pay) is PayState.SUCCEEDED

    await again.set_quick_unlock(False)
    assert not again.quick_unlock
    assert keychain.kept == {}
    await again.set_quick_unlock(True)
    assert again.quick_unlock


async def test_declining_is_fine(here):
    session = await here.person(
        "ann", money=0, setup=Setup(keychain=MemoryKeychain(), argon2=CHEAP)
    )
    assert not session.onboarding_pending
    assert not session.quick_unlock
