from __future__ import annotations

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordDeleteError

from app.wallet.vault.errors import KeychainUnavailableError
from app.wallet.vault.keychain import NoKeychain, SystemKeychain
from app.wallet.vault.vault import QuickUnlock, Setup, create_vault, open_vault


class SystemBackend(KeyringBackend):
    """Stands for the system: keeps passwords while it is unlocked."""

    priority: float = 5

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}
        self.locked = False

    def get_password(self, service, username):
        self._work()
        return self.kept.get((service, username))

    def set_password(self, service, username, password):
        self._work()
        self.kept[service, username] = password

    def delete_password(self, service, username):
        self._work()
        if self.kept.pop((service, username), None) is None:
            raise PasswordDeleteError("not there")

    def _work(self):
        if self.locked:
            raise KeyringLocked("the person closed the prompt")


class PlainTextBackend(SystemBackend):
    """A back-end keyring does not recommend, such as one that writes a readable file."""

    priority = 0.5


@pytest.fixture
def system():
    """Keyring's own choice is put back afterwards."""
    before = keyring.get_keyring()
    backend = SystemBackend()
    keyring.set_keyring(backend)
    yield backend
    keyring.set_keyring(before)


def test_a_secret_is_kept_as_text_under_the_wallets_name(system):
    keychain = SystemKeychain()
    keychain.store("vault-1", b"\x00\xff secret")
    assert list(system.kept) == [("K-Bean Wallet", "vault-1")]
    assert keychain.fetch("vault-1") == b"\x00\xff secret"
    assert keychain.fetch("vault-2") is None
    keychain.forget("vault-1")
    keychain.forget("vault-1")
    assert keychain.fetch("vault-1") is None


def test_text_that_is_none_of_ours_counts_as_absent(system):
    system.kept["K-Bean Wallet", "vault-1"] = "not base64 at all!"
    assert SystemKeychain().fetch("vault-1") is None


def test_a_locked_keychain_is_the_surroundings(system):
    system.locked = True
    keychain = SystemKeychain()
    for attempt in (
        lambda: keychain.store("v", b"s"),
        lambda: keychain.fetch("v"),
        lambda: keychain.forget("v"),
    ):
        with pytest.raises(KeychainUnavailableError):
            attempt()


def test_a_back_end_that_is_not_recommended_gets_no_secret(system):
    plain = PlainTextBackend()
    keyring.set_keyring(plain)
    with pytest.raises(KeychainUnavailableError):
        SystemKeychain().store("v", b"s")
    assert plain.kept == {}


def test_a_machine_without_a_keychain(system):
    from keyring.backends.fail import Keyring as NoBackend

    keyring.set_keyring(NoBackend())
    for keychain in (SystemKeychain(), NoKeychain()):
        with pytest.raises(KeychainUnavailableError):
            keychain.store("v", b"s")
    assert NoKeychain().fetch("v") is None
    NoKeychain().forget("v")


def test_a_keyring_that_does_not_even_start_is_the_surroundings(system, monkeypatch):
    def broken():
        raise RuntimeError("no session bus")

    monkeypatch.setattr(keyring, "get_keyring", broken)
    with pytest.raises(KeychainUnavailableError):
        SystemKeychain().fetch("v")


def test_a_vault_opens_through_the_system(system, folder, setup, passphrase):
    through_system = Setup(keychain=SystemKeychain(), argon2=setup.argon2)
    vault, _ = create_vault(folder, passphrase, through_system)
    vault.enable_quick_unlock()
    vault.lock()
    open_vault(folder, QuickUnlock(), through_system).lock()
