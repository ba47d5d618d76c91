"""The session's tokens: fresh before they run out, refreshed once however many ask (RFC 9700)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import msgspec

from app.protocol.errors import KBeanError
from app.protocol.messages.identity import RefreshRequest, Session
from app.protocol.signing import SigningKey
from app.sdk.answers import read
from app.sdk.transport import Call, Transport

EARLY_MS = 30_000
"""A token this close to its end is not used any more."""

Keep = Callable[[Session], Awaitable[None]]
ENDED = frozenset({"refresh_invalid", "session_ended", "device_revoked", "unauthenticated"})
"""Refusals of a refresh after which only signing in helps."""


class Tokens:
    """Access tokens of one session on one device."""

    def __init__(
        self, transport: Transport, device_key: SigningKey, session: Session, keep: Keep
    ) -> None:
        """Take a session.

        Args:
            transport: The way to the service.
            device_key: Signs each refresh; the refresh token is bound to it.
            session: What registration, sign-in or the vault gave.
            keep: Called with every new session before it is used: a refresh token that is not
                written down is lost when the program ends.
        """
        self._transport = transport
        self._key = device_key
        self._session = session
        self._keep = keep
        self._lock = asyncio.Lock()
        self._under_way: asyncio.Task[None] | None = None

    @property
    def session(self) -> Session:
        """The present session."""
        return self._session

    async def access(self, *, instead_of: str | None = None) -> str:
        """A token that should work.

        Args:
            instead_of: A token that the service just refused; when another caller has replaced it
                meanwhile, theirs is used and nothing is sent.

        Raises:
            KBeanError: ``session_ended`` when the service knows this session no more; otherwise
                why the refresh couldn't be done.
        """
        async with self._lock:
            # A caller that gave up leaves its refresh behind; sending a second one with the same
            # refresh token would look like theft.
            if self._under_way is not None and not self._under_way.done():
                await asyncio.shield(self._under_way)
            if self._session.access_token == instead_of or self._is_old():
                self._under_way = asyncio.create_task(self._refresh())
                await asyncio.shield(self._under_way)
            return self._session.access_token

    async def idle(self, patience: float) -> None:
        """Wait for a refresh under way: its new token must be written down before the vault closes.

        Args:
            patience: Seconds after which it is given up.
        """
        if self._under_way is not None and not self._under_way.done():
            await asyncio.wait({self._under_way}, timeout=patience)
            self._under_way.cancel()
            await asyncio.gather(self._under_way, return_exceptions=True)

    def _is_old(self) -> bool:
        return self._session.access_expires_at - EARLY_MS <= self._transport.clock.time_ms()

    async def _refresh(self) -> None:
        offset = self._transport.clock.offset_ms
        try:
            session = await self._ask()
        except KBeanError as error:
            learned = self._transport.clock.offset_ms != offset
            if error.code != "clock_off" or not learned:
                raise _ended(error) from error
            try:
                session = await self._ask()
            except KBeanError as second:
                raise _ended(second) from second
        await self._keep(session)
        self._session = session

    async def _ask(self) -> Session:
        """Send one refresh; lost answers are asked for again with identical bytes."""
        clock = self._transport.clock
        old = self._session
        unsigned = RefreshRequest(old.refresh_token, old.device_id, clock.time_ms(), "")
        signature = self._key.sign(unsigned.signed_bytes())
        body = msgspec.json.encode(msgspec.structs.replace(unsigned, signature=signature))
        call = Call("POST", "/v1/sessions/refresh", body, repeatable=True)
        return read(await self._transport.send(call), Session, clock=clock)


def _ended(error: KBeanError) -> KBeanError:
    if error.code in ENDED and error.code != "device_revoked":
        return KBeanError("session_ended", trace_id=error.trace_id)
    return error
