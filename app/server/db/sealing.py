"""Sealing at rest: AES-256-GCM around what a person wrote, before it meets the database.

A sealed value names the key it was made with, so keys rotate without touching old rows: the newest
key seals, all of them open. The *context* (which row the value belongs to) is authenticated with
it: a sealed message that somebody moves to another row no longer opens (design/4).

Layout: version byte 1, length of the key id, key id (ASCII), 12 random bytes, ciphertext and tag.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
_VERSION = 1
_NONCE = 12


class SealError(Exception):
    """A sealed value doesn't open: another key, another context, or changed bytes."""


class Sealer:
    """Seals with one key, opens with all; safe to share between tasks and threads."""

    def __init__(self, keys: Mapping[str, bytes], current: str) -> None:
        """Take the keys of the key file.

        Args:
            keys: Key ids (short ASCII) and 32 bytes each.
            current: The id of the key that seals.

        Raises:
            ValueError: if a key has another length or ``current`` is not among them.
        """
        if current not in keys or any(len(key) != KEY_BYTES for key in keys.values()):
            raise ValueError("field keys are 32 bytes, and one of them is the current one")
        self._ciphers = {key_id.encode("ascii"): AESGCM(key) for key_id, key in keys.items()}
        mine = current.encode("ascii")
        self._head = bytes((_VERSION, len(mine))) + mine
        self._cipher = self._ciphers[mine]

    def seal(self, data: bytes, context: str) -> bytes:
        """Encrypt ``data`` for one place; two seals of the same data differ."""
        nonce = os.urandom(_NONCE)
        return self._head + nonce + self._cipher.encrypt(nonce, data, context.encode())

    def open(self, sealed: bytes, context: str) -> bytes:
        """Undo :meth:`seal`.

        Raises:
            SealError: if it was not sealed for this context by one of our keys.
        """
        if len(sealed) < 2 or sealed[0] != _VERSION:
            raise SealError("not a sealed value")
        start = 2 + sealed[1]
        cipher = self._ciphers.get(sealed[2:start])
        if cipher is None:
            raise SealError("sealed with a key that is not in the key file")
        nonce, rest = sealed[start : start + _NONCE], sealed[start + _NONCE :]
        try:
            return cipher.decrypt(nonce, rest, context.encode())
        except (InvalidTag, ValueError):
            raise SealError("the sealed value does not belong here") from None
