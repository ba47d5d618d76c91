"""Canonical bytes and Ed25519 signatures (RFC 8032) for intents, receipts, codes and sign-ins.

Canonical bytes are ``KBEAN`` ‖ NUL ‖ type ‖ NUL ‖ version, then every field as a 4-byte
big-endian length and its UTF-8 text; integers are written in decimal, an absent value has the
length ``FFFFFFFF`` and no bytes. The order of fields is the order in which the message declares
them, so two parties that know the message build the same bytes (design/3 §Signed intents).
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from functools import lru_cache

from nacl.bindings import crypto_sign, crypto_sign_BYTES, crypto_sign_open, crypto_sign_seed_keypair
from nacl.exceptions import CryptoError
from nacl.utils import random as random_bytes

Field = str | int | None
_ABSENT = b"\xff\xff\xff\xff"
_LENGTHS = tuple(n.to_bytes(4, "big") for n in range(256))


def canonical_bytes(kind: str, version: int, fields: Iterable[Field]) -> bytes:
    """Write a message's canonical bytes.

    Args:
        kind: The message type, e.g. ``payment-intent``; ASCII without NUL.
        version: The version of that type's field list.
        fields: The values in declared order.

    Returns:
        The bytes that are signed and hashed.
    """
    parts = [_head(kind, version)]
    add = parts.append
    for value in fields:
        if isinstance(value, str):
            raw = value.encode()
        elif value is None:
            add(_ABSENT)
            continue
        elif isinstance(value, bool):
            raise TypeError("a truth value has no canonical form; use a word")
        else:
            raw = b"%d" % value
        length = len(raw)
        add(_LENGTHS[length] if length < 256 else length.to_bytes(4, "big"))
        add(raw)
    return b"".join(parts)


@lru_cache(maxsize=256)
def _head(kind: str, version: int) -> bytes:
    return b"KBEAN\0%s\0%d\0" % (kind.encode("ascii"), version)


def encode_bytes(raw: bytes) -> str:
    """Base64url without padding (RFC 4648 §5): how keys and signatures travel in JSON."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def decode_bytes(text: str) -> bytes:
    """Undo :func:`encode_bytes`.

    Raises:
        ValueError: if the text is not base64url without padding.
    """
    if not text.isascii() or "=" in text:
        raise ValueError("not base64url without padding")
    raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    if encode_bytes(raw) != text:
        raise ValueError("not canonical base64url")
    return raw


class SigningKey:
    """An Ed25519 private key that knows its public half.

    libsodium does the arithmetic: it signs and verifies about twice as fast as OpenSSL on the
    machines measured (45 µs against 95 µs a verification), and refuses keys of small order.
    """

    def __init__(self, seed: bytes) -> None:
        """Take the 32-byte seed (RFC 8032 §5.1.5).

        Raises:
            ValueError: if it is not 32 bytes long.
        """
        if len(seed) != 32:
            raise ValueError("an Ed25519 seed has 32 bytes")
        public, self._secret = crypto_sign_seed_keypair(seed)
        self.public = encode_bytes(public)

    @classmethod
    def generate(cls) -> SigningKey:
        """Make a fresh key."""
        return cls(random_bytes(32))

    @property
    def seed(self) -> bytes:
        """The 32 secret bytes."""
        return self._secret[:32]

    def sign(self, message: bytes) -> str:
        """Sign; the 64-byte signature as base64url text (86 characters)."""
        return encode_bytes(crypto_sign(message, self._secret)[:crypto_sign_BYTES])

    def __repr__(self) -> str:
        return f"SigningKey(public={self.public!r})"


@lru_cache(maxsize=65536)
def _public_key(public: str) -> bytes:
    raw = decode_bytes(public)
    if len(raw) != 32:
        raise ValueError("an Ed25519 public key has 32 bytes")
    return raw


def verify(public: str, message: bytes, signature: str) -> bool:
    """Tell whether ``signature`` over ``message`` was made by the owner of ``public``.

    Malformed keys and signatures answer False: to a caller they are all "not signed".
    """
    try:
        raw = decode_bytes(signature)
        if len(raw) != crypto_sign_BYTES:
            return False
        crypto_sign_open(raw + message, _public_key(public))
    except (CryptoError, ValueError):
        return False
    return True
