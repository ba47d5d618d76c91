"""Canonical bytes and Ed25519 signatures (RFC 8032) for intents, receipts, codes and sign-ins.

Canonical bytes are ``KBEAN`` ‖ NUL ‖ type ‖ NUL ‖ version, then every field as a 4-byte
big-endian length and its UTF-8 text; integers are written in decimal, an absent value has the
length ``FFFFFFFF`` and no bytes. The order of fields is the order in which the message declares
them, so two parties that know the message build the same bytes (design/3 §Signed intents).
"""

from __future__ import annotations

import base64
import struct
from collections.abc import Iterable
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

Field = str | int | None
_ABSENT = b"\xff\xff\xff\xff"


def canonical_bytes(kind: str, version: int, fields: Iterable[Field]) -> bytes:
    """Write a message's canonical bytes.

    Args:
        kind: The message type, e.g. ``payment-intent``; ASCII without NUL.
        version: The version of that type's field list.
        fields: The values in declared order.

    Returns:
        The bytes that are signed and hashed.
    """
    parts = [b"KBEAN\0", kind.encode("ascii"), b"\0", str(version).encode("ascii"), b"\0"]
    for value in fields:
        if value is None:
            parts.append(_ABSENT)
            continue
        if isinstance(value, bool):
            raise TypeError("a truth value has no canonical form; use a word")
        raw = str(value).encode("utf-8")
        parts.append(struct.pack(">I", len(raw)))
        parts.append(raw)
    return b"".join(parts)


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
    """An Ed25519 private key that knows its public half."""

    def __init__(self, seed: bytes) -> None:
        """Take the 32-byte seed (RFC 8032 §5.1.5)."""
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = encode_bytes(self._key.public_key().public_bytes_raw())

    @classmethod
    def generate(cls) -> SigningKey:
        """Make a fresh key."""
        return cls(Ed25519PrivateKey.generate().private_bytes_raw())

    @property
    def seed(self) -> bytes:
        """The 32 secret bytes."""
        return self._key.private_bytes_raw()

    def sign(self, message: bytes) -> str:
        """Sign; the 64-byte signature as base64url text (86 characters)."""
        return encode_bytes(self._key.sign(message))

    def __repr__(self) -> str:
        return f"SigningKey(public={self.public!r})"


@lru_cache(maxsize=65536)
def _public_key(public: str) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(decode_bytes(public))


def verify(public: str, message: bytes, signature: str) -> bool:
    """Tell whether ``signature`` over ``message`` was made by the owner of ``public``.

    Malformed keys and signatures answer False: to a caller they are all "not signed".
    """
    try:
        _public_key(public).verify(decode_bytes(signature), message)
    except (InvalidSignature, ValueError):
        return False
    return True
