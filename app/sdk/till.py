"""A till's calls: sign in with the terminal's key, create, query and cancel orders (C2, C8)."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Awaitable, Callable
from urllib.parse import quote

import msgspec

from app.protocol.errors import KBeanError
from app.protocol.ids import new_id
from app.protocol.messages.identity import TerminalSession, TerminalSignInRequest
from app.protocol.messages.payments import Order, OrderRequest
from app.protocol.signing import SigningKey, decode_bytes
from app.sdk.address import ServiceAddress
from app.sdk.answers import read
from app.sdk.tokens import EARLY_MS
from app.sdk.transport import Call, Transport


class TillClient:
    """One terminal at one service. Signs in by itself when it has to."""

    def __init__(self, transport: Transport, terminal_id: str, key: SigningKey) -> None:
        """Take the terminal's id and key as the operator issued them."""
        self.transport = transport
        self._terminal_id = terminal_id
        self._key = key
        self._session: TerminalSession | None = None
        self._lock = asyncio.Lock()

    @classmethod
    def connect(
        cls, address: str, terminal_id: str, key: str, *, ca_file: str | None = None
    ) -> TillClient:
        """Make a client from plain settings.

        Args:
            address: The service's address; HTTPS, or plain HTTP on this machine.
            terminal_id: The terminal's id.
            key: Its private key: 32 bytes as base64url text.
            ca_file: An organisation's own certificate authority (PEM).

        Raises:
            KBeanError: ``plain_http_refused``, ``validation_failed``.
        """
        try:
            signing_key = SigningKey(decode_bytes(key))
        except ValueError:
            raise KBeanError("validation_failed", "not a key", field="key", money="none") from None
        transport = Transport(ServiceAddress.parse(address), ca_file=ca_file)
        return cls(transport, terminal_id, signing_key)

    async def sign_in(self) -> TerminalSession:
        """Prove the key; called by the others when it is needed.

        Raises:
            KBeanError: ``signature_invalid``, ``clock_off``, ``service_*``.
        """
        offset = self.transport.clock.offset_ms
        try:
            self._session = await self._prove()
        except KBeanError as error:
            if error.code != "clock_off" or self.transport.clock.offset_ms == offset:
                raise
            self._session = await self._prove()
        return self._session

    async def create_order(
        self,
        out_trade_no: str,
        amount: int,
        currency: str,
        *,
        subject: str = "",
        expires_in: int = 300,
        key: str | None = None,
        cashier: str = "",
        shift: str = "",
    ) -> Order:
        """Ask for money.

        Args:
            out_trade_no: The till's own number of the sale, unique for ever. Write it down
                *before* calling: it finds the order again after a lost answer.
            amount: Minor units.
            currency: ISO 4217.
            subject: What it is for, at most 120 characters.
            expires_in: Seconds.
            key: Idempotency key (UUIDv7); fresh by default. Give the same one to ask again.
            cashier: The counter's own label of who sells.
            shift: The counter's own label of the shift.

        Returns:
            The order; ``order.code`` is the text of the QR to show.

        Raises:
            KBeanError: ``out_trade_no_used``, ``merchant_closed``, ``currency_unsupported`` …
        """
        request = OrderRequest(
            out_trade_no, amount, currency, subject, expires_in, cashier=cashier, shift=shift
        )
        call = Call("POST", "/v1/orders", msgspec.json.encode(request), key=key or new_id())
        return read(await self.send(call), Order)

    async def order(self, order_id: str) -> Order:
        """An order by its id.

        Raises:
            KBeanError: ``order_not_found``.
        """
        return read(await self.send(Call("GET", f"/v1/orders/{quote(order_id)}")), Order)

    async def find_order(self, out_trade_no: str) -> Order | None:
        """An order by the till's own number; None where there is none."""
        path = f"/v1/orders?out_trade_no={quote(out_trade_no, safe='')}"
        try:
            return read(await self.send(Call("GET", path)), Order)
        except KBeanError as error:
            if error.code == "order_not_found":
                return None
            raise

    async def cancel_order(self, order_id: str) -> Order:
        """Withdraw an order; safe to repeat.

        Raises:
            KBeanError: ``order_paid`` when the payer was quicker.
        """
        path = f"/v1/orders/{quote(order_id)}/cancel"
        return read(await self.send(Call("POST", path, repeatable=True)), Order)

    async def wait_until_paid(
        self,
        order_id: str,
        *,
        timeout_seconds: float = 300.0,
        every: float = 3.0,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> Order:
        """Ask until the order is no longer open, or the time is over (design/3 §At the counter).

        Troubles on the way are asked through; only a refusal ends the waiting early.

        Returns:
            The order as last seen: ``paid``, ``cancelled``, ``expired`` or still ``open``.

        Raises:
            KBeanError: the service's refusal, or the last trouble when it never answered.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeout_seconds
        order: Order | None = None
        while True:
            try:
                order = await self.order(order_id)
            except KBeanError as error:
                if error.status in range(1, 500) or (order is None and loop.time() >= deadline):
                    raise
            if order is not None and (order.status != "open" or loop.time() >= deadline):
                return order
            await sleep(every)

    async def send(self, call: Call) -> bytes:
        """Send a call as this till; a token that ran out is renewed once.

        Raises:
            KBeanError: as :meth:`Transport.send`.
        """
        token = await self._token()
        try:
            return await self.transport.send(dataclasses.replace(call, token=token))
        except KBeanError as error:
            if error.code not in {"token_expired", "unauthenticated", "session_ended"}:
                raise
        token = await self._token(instead_of=token)
        return await self.transport.send(dataclasses.replace(call, token=token))

    async def close(self) -> None:
        """Close the connections."""
        await self.transport.close()

    async def _prove(self) -> TerminalSession:
        unsigned = TerminalSignInRequest(self._terminal_id, self.transport.clock.time_ms(), "")
        signature = self._key.sign(unsigned.signed_bytes())
        body = msgspec.json.encode(msgspec.structs.replace(unsigned, signature=signature))
        call = Call("POST", "/v1/terminal-sessions", body, repeatable=True)
        raw = await self.transport.send(call)
        return read(raw, TerminalSession, clock=self.transport.clock)

    async def _token(self, instead_of: str | None = None) -> str:
        async with self._lock:
            session = self._session
            now = self.transport.clock.time_ms()
            if (
                session is None
                or session.access_token == instead_of
                or session.access_expires_at - EARLY_MS <= now
            ):
                session = await self.sign_in()
            return session.access_token
