"""A till's pre-authorisations, one method a route (``app/protocol/messages/holds.py``).

Make the order with ``hold`` set (:meth:`TillHolds.order`), show its code, wait until it is held;
then capture what was used, or release.
"""

from __future__ import annotations

from urllib.parse import quote

import msgspec

from app.protocol.errors import KBeanError
from app.protocol.ids import new_id
from app.protocol.messages.holds import Authorisation, CaptureRequest, ReleaseRequest
from app.protocol.messages.payments import Order, OrderRequest
from app.sdk.answers import read
from app.sdk.till import TillClient
from app.sdk.transport import Call


class TillHolds:
    """Money that customers let this merchant hold."""

    def __init__(self, till: TillClient) -> None:
        """Ask through a till's client."""
        self._till = till

    async def order(
        self,
        out_trade_no: str,
        amount: int,
        currency: str,
        *,
        subject: str = "",
        expires_in: int = 300,
        cashier: str = "",
        shift: str = "",
        key: str | None = None,
    ) -> Order:
        """Ask to hold money; its ``status`` becomes ``held`` when the customer agreed.

        Args:
            out_trade_no: The till's own number, unique for ever. Write it down *before* calling.
            amount: The most that will be captured, minor units.
            currency: ISO 4217.
            subject: What it is for, at most 120 characters.
            expires_in: Seconds that the customer has.
            cashier: The counter's own name of the cashier.
            shift: And of the shift.
            key: Idempotency key (UUIDv7); fresh by default. Give the same one to ask again.

        Raises:
            KBeanError: ``out_trade_no_used``, ``merchant_closed``, ``amount_too_large`` …
        """
        request = OrderRequest(
            out_trade_no, amount, currency, subject, expires_in, True, cashier, shift
        )
        call = Call("POST", "/v1/orders", msgspec.json.encode(request), key=key or new_id())
        return read(await self._till.send(call), Order)

    async def capture(
        self,
        out_trade_no: str,
        out_request_no: str,
        amount: int,
        *,
        cashier: str = "",
        shift: str = "",
    ) -> Authorisation:
        """Turn what is held, or a part of it, into a payment; the rest goes back at once.

        Args:
            out_trade_no: The order's own number.
            out_request_no: The capture's own number. Write it down *before* calling: asked again,
                the same pair captures once and says so.
            amount: Minor units, at most what is held.
            cashier: Who does it.
            shift: For which shift it counts.

        Raises:
            KBeanError: ``capture_too_large``, ``hold_closed``, ``hold_not_found``.
        """
        request = CaptureRequest(out_trade_no, out_request_no, amount, cashier, shift)
        body = msgspec.json.encode(request)
        call = Call("POST", "/v1/holds/capture", body, repeatable=True)
        return read(await self._till.send(call), Authorisation)

    async def release(self, out_trade_no: str, *, cashier: str = "") -> Authorisation:
        """Let go of everything; safe to repeat.

        Raises:
            KBeanError: ``hold_closed`` where it was captured, ``hold_not_found``.
        """
        body = msgspec.json.encode(ReleaseRequest(out_trade_no, cashier))
        call = Call("POST", "/v1/holds/release", body, repeatable=True)
        return read(await self._till.send(call), Authorisation)

    async def find(self, out_trade_no: str) -> Authorisation | None:
        """A hold by the till's own number; None where nobody agreed to it yet."""
        path = f"/v1/holds/by-trade-no/{quote(out_trade_no, safe='')}"
        try:
            return read(await self._till.send(Call("GET", path)), Authorisation)
        except KBeanError as error:
            if error.code == "hold_not_found":
                return None
            raise
