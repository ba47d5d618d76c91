"""The system's keychain behind three verbs, and a keychain that does nothing (design/6).

Quick unlock stores 32 random bytes there; they open one key slot and are useless without the
slots file. Any failure of the keychain is the *surroundings*: it is said, and the passphrase
goes on working.
"""

from __future__ import annotations

import base64
from typing import Protocol

from app.wallet.vault.errors import KeychainUnavailableError

SERVICE_NAME = "K-Bean Wallet"


class Keychain(Protocol):
    """Where the system keeps a small secret for us.

    Every verb raises :class:`~app.wallet.vault.errors.KeychainUnavailableError` when the system
    has no keychain, or it is locked, or it refuses.
    """

    def store(self, name: str, secret: bytes) -> None:
        """Keep ``secret`` under ``name``, replacing what was there."""

    def fetch(self, name: str) -> bytes | None:
        """Give back the secret, or None where there is none."""

    def forget(self, name: str) -> None:
        """Remove the secret; a missing one is fine."""


class NoKeychain:
    """A machine without a keychain: nothing is ever there, nothing can be kept."""

    def store(self, name: str, secret: bytes) -> None:
        """Refuse: there is nowhere to keep it."""
        raise KeychainUnavailableError

    def fetch(self, name: str) -> bytes | None:
        """Nothing is ever there."""
        return None

    def forget(self, name: str) -> None:
        """Nothing to remove."""


class SystemKeychain:
    """Keychain of macOS, Credential Manager of Windows, Secret Service of Linux, by ``keyring``.

    Back-ends that ``keyring`` itself does not recommend (plain-text files, for one) are treated
    as no keychain at all: nothing readable may stand on the disk.
    """

    def store(self, name: str, secret: bytes) -> None:
        """Keep the secret as base64 text, which is what keychains take."""
        import keyring

        self._trusted()
        try:
            keyring.set_password(SERVICE_NAME, name, base64.b64encode(secret).decode("ascii"))
        except Exception as error:
            raise KeychainUnavailableError from error

    def fetch(self, name: str) -> bytes | None:
        """Read the secret; text that is none of ours counts as absent."""
        import keyring

        self._trusted()
        try:
            text = keyring.get_password(SERVICE_NAME, name)
        except Exception as error:
            raise KeychainUnavailableError from error
        if text is None:
            return None
        try:
            return base64.b64decode(text, validate=True)
        except ValueError:
            return None

    def forget(self, name: str) -> None:
        """Remove the secret if it is there."""
        import keyring
        from keyring.errors import PasswordDeleteError

        self._trusted()
        try:
            keyring.delete_password(SERVICE_NAME, name)
        except PasswordDeleteError:
            return
        except Exception as error:
            raise KeychainUnavailableError from error

    @staticmethod
    def _trusted() -> None:
        """Refuse a back-end below keyring's own line of recommendation (priority 1)."""
        import keyring

        try:
            backend = keyring.get_keyring()
            recommended = float(backend.priority) >= 1
        except Exception as error:
            raise KeychainUnavailableError from error
        if not recommended:
            raise KeychainUnavailableError
