"""A person's calls, typed, one method a route (issue 2 Part 3; contract in app/protocol/messages).

``PublicClient`` needs no session; ``ServiceClient`` carries one and refreshes its token once when
the service says that it has run out.
"""

from __future__ import annotations

import dataclasses
from typing import TypeVar
from urllib.parse import urlencode

import msgspec

from app.protocol.errors import KBeanError
from app.protocol.messages.identity import (
    Profile,
    RegistrationRequest,
    ServiceInfo,
    Session,
    SignInRequest,
)
from app.protocol.messages.payments import (
    AccountList,
    ActivityPage,
    Payment,
    PaymentRequest,
    PointsSummary,
    Resolution,
    ResolveRequest,
)
from app.protocol.signing import SigningKey
from app.sdk.answers import read
from app.sdk.tokens import Keep, Tokens
from app.sdk.transport import Call, Transport

T = TypeVar("T", bound=msgspec.Struct)


class PublicClient:
    """What anybody may ask."""

    def __init__(self, transport: Transport) -> None:
        self.transport = transport
        self.clock = transport.clock

    async def service_info(self) -> ServiceInfo:
        """Who runs the service and which keys it signs with."""
        raw = await self.transport.send(Call("GET", "/v1/service"))
        return read(raw, ServiceInfo, clock=self.clock)

    async def register(self, request: RegistrationRequest) -> Session:
        """Make an account. The service knows the device again, so that repeating is harmless.

        Raises:
            KBeanError: ``contact_taken``, ``passphrase_weak`` …
        """
        body = msgspec.json.encode(request)
        raw = await self.transport.send(Call("POST", "/v1/registrations", body, repeatable=True))
        return read(raw, Session, clock=self.clock)

    async def sign_in(self, request: SignInRequest) -> Session:
        """Open a session for an existing person on a device key.

        Raises:
            KBeanError: ``credentials_wrong``, ``account_locked`` …
        """
        body = msgspec.json.encode(request)
        raw = await self.transport.send(Call("POST", "/v1/sessions", body, repeatable=True))
        return read(raw, Session, clock=self.clock)


class ServiceClient(PublicClient):
    """What a signed-in person may ask."""

    def __init__(
        self, transport: Transport, device_key: SigningKey, session: Session, keep: Keep
    ) -> None:
        """Take a session; ``keep`` writes every new one down (see :class:`Tokens`)."""
        super().__init__(transport)
        self.tokens = Tokens(transport, device_key, session, keep)

    async def sign_out(self) -> None:
        """End this session on the service."""
        await self.send(Call("DELETE", "/v1/sessions/current", repeatable=True))

    async def me(self) -> Profile:
        """Who is signed in."""
        return await self._get("/v1/me", Profile)

    async def accounts(self) -> AccountList:
        """Balances, money and K-Beans."""
        return await self._get("/v1/accounts", AccountList)

    async def points(self) -> PointsSummary:
        """K-Beans by lot, soonest expiry first."""
        return await self._get("/v1/points", PointsSummary)

    async def activity(
        self,
        *,
        currency: str | None = None,
        cursor: str | None = None,
        after: int | None = None,
        limit: int = 100,
    ) -> ActivityPage:
        """A page of movements: newest first by ``cursor``, or what is newer than ``after``."""
        words: dict[str, str | int | None] = {
            "currency": currency,
            "cursor": cursor,
            "after": after,
            "limit": limit,
        }
        query = urlencode({name: value for name, value in words.items() if value is not None})
        return await self._get(f"/v1/activity?{query}", ActivityPage)

    async def resolve(self, code: str) -> Resolution:
        """What a merchant's code stands for now; moves nothing.

        Raises:
            KBeanError: ``code_forged``, ``order_paid``, ``order_expired`` …
        """
        body = msgspec.json.encode(ResolveRequest(code))
        raw = await self.send(Call("POST", "/v1/codes/resolve", body, repeatable=True))
        return read(raw, Resolution, clock=self.clock)

    async def pay(self, request: PaymentRequest) -> Payment:
        """Send a signed intent; the key is the intent's own."""
        return await self.pay_bytes(request.intent.key, msgspec.json.encode(request))

    async def pay_bytes(self, key: str, body: bytes) -> Payment:
        """The same with the bytes as they stand in the vault: every retry sends exactly these.

        Raises:
            KBeanError: the refusal (``money`` is ``not_moved``), or no answer (``unknown``).
        """
        raw = await self.send(Call("POST", "/v1/payments", body, key=key))
        try:
            return read(raw, Payment)
        except KBeanError as error:
            error.money = "unknown"
            raise

    async def payment(self, payment_id: str) -> Payment:
        """One payment of this person.

        Raises:
            KBeanError: ``payment_not_found``.
        """
        return await self._get(f"/v1/payments/{payment_id}", Payment)

    async def payment_by_key(self, key: str, *, fence: bool = False) -> Payment | None:
        """What became of an intent.

        Args:
            key: The intent's key.
            fence: Also burn the key, so that a request still under way can't post any more.

        Returns:
            The payment, or None: never posted, and with ``fence`` it never will be.
        """
        query = "?fence=true" if fence else ""
        try:
            return await self._get(f"/v1/payments/by-key/{key}{query}", Payment)
        except KBeanError as error:
            if error.code == "payment_not_found":
                return None
            raise

    async def _get(self, path: str, kind: type[T]) -> T:
        return read(await self.send(Call("GET", path)), kind, clock=self.clock)

    async def send(self, call: Call) -> bytes:
        """Send a call as this person; a token that ran out is refreshed once.

        Raises:
            KBeanError: as :meth:`Transport.send`; ``session_ended`` where only signing in helps.
        """
        token = await self.tokens.access()
        try:
            return await self.transport.send(dataclasses.replace(call, token=token))
        except KBeanError as error:
            if error.code not in {"token_expired", "unauthenticated"}:
                raise
            lost = error.money == "unknown"
        try:
            token = await self.tokens.access(instead_of=token)
            return await self.transport.send(dataclasses.replace(call, token=token))
        except KBeanError as error:
            if lost:
                error.money = "unknown"
            raise
