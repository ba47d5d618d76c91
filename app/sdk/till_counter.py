"""The merchant's side around selling: what a till is, cashiers, shifts, bills, webhooks (C4-C8)."""

from __future__ import annotations

from typing import TypeVar
from urllib.parse import quote, urlencode

import msgspec

from app.protocol.messages.counter import (
    CashierList,
    CashierRequest,
    Claim,
    ClaimRequest,
    CounterInfo,
    Received,
    ReceivedList,
    ShiftCheck,
    ShiftReport,
)
from app.protocol.messages.settlement import (
    BillTotals,
    Delivery,
    DeliveryList,
    Webhook,
    WebhookRequest,
)
from app.sdk.answers import read
from app.sdk.till import TillClient
from app.sdk.transport import Call, Method

T = TypeVar("T", bound=msgspec.Struct)


class Counter:
    """``Counter(till)``: everything here is safe to repeat."""

    def __init__(self, till: TillClient) -> None:
        """Ask as this till."""
        self._till = till

    async def info(self) -> CounterInfo:
        """What this till is and may; holds the store's secret for codes without internet."""
        return await self._ask("GET", "/v1/counter", CounterInfo)

    async def cashiers(self) -> CashierList:
        """Who sells for the merchant, with the hashes of their PINs."""
        return await self._ask("GET", "/v1/counter/cashiers", CashierList)

    async def put_cashier(self, cashier_id: str, request: CashierRequest) -> CashierList:
        """Add or change a cashier in a manager's name.

        Args:
            cashier_id: A fresh UUIDv7 for a new one.
            request: How they shall be; without ``pin`` the old one stays.

        Raises:
            KBeanError: ``role_missing``, ``cashier_taken``, ``validation_failed``.
        """
        path = f"/v1/counter/cashiers/{quote(cashier_id, safe='')}"
        return await self._ask("PUT", path, CashierList, request)

    async def hand_in(self, shift_id: str, report: ShiftReport) -> ShiftCheck:
        """Hand a closed shift in; the answer says whether the service counted the same.

        Raises:
            KBeanError: ``cashier_not_found``, ``validation_failed``.
        """
        path = f"/v1/counter/shifts/{quote(shift_id, safe='')}"
        return await self._ask("PUT", path, ShiftCheck, report)

    async def received(self, after: int | None = None) -> ReceivedList:
        """What came in by the store's printed code, oldest first.

        Args:
            after: The ``after`` of the last answer, kept where a restart finds it; without it
                the newest are told. A payment may be told more than once: its ``payment_id``
                says which one it is.
        """
        query = "" if after is None else f"?after={after}"
        return await self._ask("GET", f"/v1/counter/received{query}", ReceivedList)

    async def received_as(self, order_number: str) -> Received:
        """A payment of the store's printed code, however old, by the number that people quote.

        Raises:
            KBeanError: ``order_not_found``.
        """
        path = f"/v1/counter/received/{quote(order_number, safe='')}"
        return await self._ask("GET", path, Received)

    async def claim(self, payment_id: str, out_trade_no: str) -> Claim:
        """Say that a payment of the printed code paid for a sale that was made without internet.

        Args:
            payment_id: As :meth:`received` told it.
            out_trade_no: The till's own number of the sale.

        Raises:
            KBeanError: ``confirmation_code_used`` (another sale has it), ``order_not_found``.
        """
        path = f"/v1/counter/received/{quote(payment_id, safe='')}/claim"
        return await self._ask("POST", path, Claim, ClaimRequest(out_trade_no))

    async def bill(self, day: str, currency: str, *, preliminary: bool = False) -> BillTotals:
        """A day's totals; ``day`` as ``2026-11-23`` in the operator's time zone.

        Raises:
            KBeanError: ``bill_not_ready`` before the day is over, unless ``preliminary``.
        """
        return await self._ask(
            "GET", f"/v1/bills/{day}?{_asked(currency, preliminary)}", BillTotals
        )

    async def bill_csv(self, day: str, currency: str, *, preliminary: bool = False) -> bytes:
        """The bill itself: CSV (RFC 4180), UTF-8 with a byte order mark.

        Raises:
            KBeanError: as :meth:`bill`.
        """
        path = f"/v1/bills/{day}/csv?{_asked(currency, preliminary)}"
        return await self._till.send(Call("GET", path))

    async def webhook(self) -> Webhook:
        """Where the merchant is told; the secret is not shown again.

        Raises:
            KBeanError: ``webhook_not_found``.
        """
        return await self._ask("GET", "/v1/webhooks", Webhook)

    async def put_webhook(self, request: WebhookRequest) -> Webhook:
        """Set where the merchant is told; a new address has a new secret, shown only now.

        Raises:
            KBeanError: ``webhook_invalid``.
        """
        return await self._ask("PUT", "/v1/webhooks", Webhook, request)

    async def delete_webhook(self) -> None:
        """Tell nobody any more."""
        await self._till.send(Call("DELETE", "/v1/webhooks", repeatable=True))

    async def deliveries(self, before: str | None = None) -> DeliveryList:
        """What was told, newest first; ``before`` is the last ``delivery_id`` of the page above."""
        query = f"?{urlencode({'before': before})}" if before else ""
        return await self._ask("GET", f"/v1/webhooks/deliveries{query}", DeliveryList)

    async def replay(self, delivery_id: str) -> Delivery:
        """Send an event again, byte for byte.

        Raises:
            KBeanError: ``webhook_not_found``.
        """
        path = f"/v1/webhooks/deliveries/{quote(delivery_id, safe='')}/replay"
        return await self._ask("POST", path, Delivery)

    async def _ask(
        self, method: Method, path: str, kind: type[T], request: msgspec.Struct | None = None
    ) -> T:
        body = None if request is None else msgspec.json.encode(request)
        call = Call(method, path, body, repeatable=True)
        return read(await self._till.send(call), kind, clock=self._till.transport.clock)


def _asked(currency: str, preliminary: bool) -> str:
    return urlencode({"currency": currency, "preliminary": "true" if preliminary else "false"})
