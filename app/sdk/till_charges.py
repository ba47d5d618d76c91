"""A till's charges of payers' codes: charge, query, reverse, and all three until an end is reached.

Source: design/3 §At the counter, ``app/protocol/messages/charges.py``. The caller writes the
``out_trade_no`` (and the key) down *before* it charges: whatever happens to the till, it asks by
that number afterwards, or has it reversed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from urllib.parse import quote

import msgspec

from app.protocol.errors import KBeanError
from app.protocol.ids import new_id
from app.protocol.messages.charges import Charge, ChargeRequest, ReverseRequest
from app.sdk.answers import read
from app.sdk.till import TillClient
from app.sdk.transport import Call

QUERY_SECONDS = 3.0
GIVE_UP_SECONDS = 45.0

_PASSING = frozenset({"too_many_requests", "unauthenticated", "token_expired", "session_ended"})
"""Refusals with a status below 500 that say nothing about the charge."""

Sleep = Callable[[float], Awaitable[None]]


class Charges:
    """Sales by the code that a payer shows."""

    def __init__(self, till: TillClient) -> None:
        """Ask through a till's client."""
        self._till = till

    async def charge(self, request: ChargeRequest, *, key: str | None = None) -> Charge:
        """Charge a code once.

        Args:
            request: ``code`` is what the scanner read. The same ``out_trade_no`` with the same
                request is the same charge, whatever the key.
            key: Idempotency key (UUIDv7); fresh by default.

        Returns:
            ``success``, or ``userpaying``: the payer is asked in their wallet.

        Raises:
            KBeanError: the refusal, final for this number (``payer_code_used``,
                ``insufficient_funds`` …), or no answer (``money`` is ``unknown``).
        """
        call = Call("POST", "/v1/charges", msgspec.json.encode(request), key=key or new_id())
        raw = await self._till.send(call)
        try:
            return read(raw, Charge)
        except KBeanError as error:
            error.money = "unknown"
            raise

    async def query(self, out_trade_no: str) -> Charge:
        """A charge as it stands.

        Raises:
            KBeanError: ``charge_not_found``: never seen, or still under way.
        """
        return read(await self._till.send(Call("GET", _path(out_trade_no))), Charge)

    async def reverse(self, out_trade_no: str, request: ReverseRequest | None = None) -> Charge:
        """Make sure that it is not paid; safe to repeat.

        Returns:
            ``closed`` (or ``failed``): never paid and never will be; ``revoked``: the money is
            back; ``reversing``: the service is at it, ask again.

        Raises:
            KBeanError: ``charge_not_found`` where the number belongs to an order that is no charge;
                ``charge_too_old``: it is paid, longer ago than the operator lets be reversed (24
                hours by default); refund it.
        """
        body = msgspec.json.encode(request or ReverseRequest())
        call = Call("POST", f"{_path(out_trade_no)}/reverse", body, repeatable=True)
        return read(await self._till.send(call), Charge)

    async def charge_until_final(
        self,
        request: ChargeRequest,
        *,
        key: str | None = None,
        every: float = QUERY_SECONDS,
        give_up: float = GIVE_UP_SECONDS,
        seen: Callable[[Charge], None] = lambda _charge: None,
        sleep: Sleep = asyncio.sleep,
    ) -> Charge:
        """Charge, ask every ``every`` seconds, and reverse after ``give_up`` seconds.

        A till that was interrupted may call it again with the same request: the number is the
        same sale. It asks until an end is reached, however long the service is away; cancel it to
        stop, and go on later by :meth:`query` or :meth:`reverse_until_final`.

        Args:
            request: The charge; its number is written down.
            key: Idempotency key (UUIDv7), kept for every retry; fresh by default.
            every: Seconds between two questions.
            give_up: Seconds after which it is reversed.
            seen: Is told every state on the way (``userpaying``: say so to the cashier).
            sleep: How to wait.

        Returns:
            ``success``, ``failed``, ``closed`` or ``revoked``.

        Raises:
            KBeanError: the refusal of the charge, final for this number.
        """
        key = key or new_id()
        loop = asyncio.get_running_loop()
        deadline = loop.time() + give_up
        known = False
        while True:
            try:
                # Not heard of yet: the same request again, which can't charge twice.
                found = await (
                    self.query(request.out_trade_no) if known else self.charge(request, key=key)
                )
            except KBeanError as error:
                if not known and _is_final(error):
                    raise
                known = known and error.code != "charge_not_found"
            else:
                known = True
                seen(found)
                if found.state not in {"userpaying", "reversing"}:
                    return found
            if loop.time() + every > deadline:
                break
            await sleep(every)
        try:
            return await self.reverse_until_final(
                request.out_trade_no,
                ReverseRequest(cashier=request.cashier),
                every=every,
                seen=seen,
                sleep=sleep,
            )
        except KBeanError as error:
            if error.code != "charge_too_old":
                raise
            # The till was interrupted for longer than a reversal may take: the sale is paid.
            return await self.query(request.out_trade_no)

    async def reverse_until_final(
        self,
        out_trade_no: str,
        request: ReverseRequest | None = None,
        *,
        every: float = QUERY_SECONDS,
        seen: Callable[[Charge], None] = lambda _charge: None,
        sleep: Sleep = asyncio.sleep,
    ) -> Charge:
        """Reverse until it is certain that nothing is paid, or that it went back.

        Returns:
            ``closed``, ``revoked`` or ``failed``.

        Raises:
            KBeanError: the refusal, e.g. ``charge_not_found`` for a number that is no charge's, or
                ``charge_too_old`` for one that stays paid.
        """
        while True:
            try:
                found = await self.reverse(out_trade_no, request)
            except KBeanError as error:
                if _is_final(error):
                    raise
            else:
                seen(found)
                if found.state != "reversing":
                    return found
            await sleep(every)


def _is_final(error: KBeanError) -> bool:
    """Whether the service refused for good, and no earlier try can have gone through."""
    refused = 400 <= error.status < 500 and error.code not in _PASSING
    return refused and error.money != "unknown"


def _path(out_trade_no: str) -> str:
    return f"/v1/charges/{quote(out_trade_no, safe='')}"
