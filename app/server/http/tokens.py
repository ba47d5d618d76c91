"""Access tokens: short, signed by the service, checked without asking the database.

A token is ``k1.`` + base64url(MessagePack of :class:`Principal`) + ``.`` + base64url(HMAC-SHA256).
What makes a sign-out work within a second on every node is :class:`Revocations`: the few sessions
that were ended while their tokens still lived, looked up in the database every ``poll`` seconds.
Payments check the session's row in their own transaction besides.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from typing import Literal

import msgspec

from app.protocol.errors import KBeanError
from app.protocol.signing import decode_bytes, encode_bytes

PREFIX = "k1."
_MAC_BYTES = 32
_CACHE = 32_768

Kind = Literal["person", "till", "staff"]


class Principal(msgspec.Struct, frozen=True, array_like=True):
    """Who asks.

    Attributes:
        kind: A person on a device, a merchant's till, or one of the staff.
        id: The user's, the terminal's or the staff member's id.
        session: The session the token belongs to (a till's is its terminal id).
        device: The device's id; empty for all but persons.
        merchant: The till's merchant id; empty for all others.
        store: The till's store id; empty for all others.
        expires_at: Unix milliseconds.
        roles: What one of the staff may do (``messages/desk.py``); empty for all others.
    """

    kind: Kind
    id: str
    session: str
    device: str
    merchant: str
    store: str
    expires_at: int
    roles: tuple[str, ...] = ()


class Revocations:
    """Ids of ended sessions whose access tokens may still be alive on this node."""

    def __init__(self) -> None:
        self._ended: dict[str, int] = {}

    def __contains__(self, session: str) -> bool:
        return session in self._ended

    def add(self, session: str, until_ms: int) -> None:
        """Refuse a session's tokens from now on, until the last of them has expired."""
        self._ended[session] = until_ms

    def merge(self, sessions: Iterable[tuple[str, int]], now_ms: int) -> None:
        """Take what other nodes ended; forget what can't matter any more."""
        self._ended.update(sessions)
        for session in [key for key, until in self._ended.items() if until < now_ms]:
            del self._ended[session]


class TokenBook:
    """Issues and opens access tokens."""

    def __init__(self, secret: bytes, revocations: Revocations) -> None:
        """Use a secret of at least 32 bytes."""
        self._secret = secret
        self._encode = msgspec.msgpack.Encoder().encode
        self._decode = msgspec.msgpack.Decoder(Principal).decode
        self._opened: dict[str, Principal] = {}
        self.revocations = revocations

    def issue(self, principal: Principal) -> str:
        """Write a token."""
        body = self._encode(principal)
        mac = hmac.digest(self._secret, body, "sha256")
        return f"{PREFIX}{encode_bytes(body)}.{encode_bytes(mac)}"

    def open(self, token: str, now_ms: int) -> Principal:
        """Check a token and say who holds it.

        Raises:
            KBeanError: ``unauthenticated``, ``token_expired`` or ``session_ended``.
        """
        principal = self._opened.get(token)
        if principal is None:
            principal = self._verified(token)
            if len(self._opened) >= _CACHE:
                self._opened.clear()
            self._opened[token] = principal
        if principal.expires_at <= now_ms:
            self._opened.pop(token, None)
            raise KBeanError("token_expired")
        if principal.session in self.revocations:
            raise KBeanError("session_ended")
        return principal

    def _verified(self, token: str) -> Principal:
        head, _, tail = token.removeprefix(PREFIX).partition(".")
        try:
            body, mac = decode_bytes(head), decode_bytes(tail)
        except ValueError:
            raise KBeanError("unauthenticated", "the access token is not one of ours") from None
        expected = hmac.digest(self._secret, body, "sha256")
        if not token.startswith(PREFIX) or not hmac.compare_digest(mac, expected):
            raise KBeanError("unauthenticated", "the access token is not one of ours")
        return self._decode(body)
