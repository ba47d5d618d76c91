"""A till's refunds, one method a route (``app/protocol/messages/refunds.py``, design/1 C4)."""

from __future__ import annotations

from urllib.parse import quote

import msgspec

from app.protocol.errors import KBeanError
from app.protocol.messages.points import Redemption
from app.protocol.messages.refunds import Refund, RefundList, RefundRequest
from app.sdk.answers import read
from app.sdk.till import TillClient
from app.sdk.transport import Call


class Refunds:
    """Money back for what this merchant sold."""

    def __init__(self, till: TillClient) -> None:
        """Ask through a till's client."""
        self._till = till

    async def refund(
        self,
        out_trade_no: str,
        out_request_no: str,
        cashier: str,
        *,
        amount: int | None = None,
        reason: str = "",
        shift: str = "",
    ) -> Refund:
        """Refund a paid order, or a payment of the printed code.

        Args:
            out_trade_no: The sale's own number; of a payment of the printed code its
                ``payment_id`` (:meth:`app.sdk.till_counter.Counter.received`).
            out_request_no: The refund's own number, unique for ever. Write it down *before*
                calling: asked again, the same pair answers the same refund.
            cashier: Who does it, a supervisor or manager of the merchant.
            amount: Minor units; all that is left where it is absent.
            reason: At most 120 characters, shown to the payer.
            shift: The counter's own name of its shift.

        Raises:
            KBeanError: ``refund_too_large`` with ``left``, ``refund_not_allowed``,
                ``refund_differs``, ``not_refundable``, ``merchant_funds_short``,
                ``order_not_found``.
        """
        request = RefundRequest(out_trade_no, out_request_no, cashier, amount, reason, shift)
        call = Call("POST", "/v1/refunds", msgspec.json.encode(request), repeatable=True)
        return read(await self._till.send(call), Refund)

    async def find(self, out_trade_no: str, out_request_no: str) -> Refund | None:
        """A refund by its numbers; None where there is none."""
        path = f"/v1/refunds/{quote(out_trade_no, safe='')}/{quote(out_request_no, safe='')}"
        try:
            return read(await self._till.send(Call("GET", path)), Refund)
        except KBeanError as error:
            if error.code == "refund_not_found":
                return None
            raise

    async def of_order(self, out_trade_no: str) -> RefundList:
        """All refunds of a sale (of the printed code: by its payment's id), and what is left.

        Raises:
            KBeanError: ``order_not_found``, ``not_refundable`` where nobody has paid it.
        """
        path = f"/v1/refunds/{quote(out_trade_no, safe='')}"
        return read(await self._till.send(Call("GET", path)), RefundList)

    async def hand_over(self, code: str) -> Redemption:
        """Commit a gift by the customer's 8-digit code; safe to repeat.

        Raises:
            KBeanError: ``redemption_not_found``, ``redemption_ended``.
        """
        path = f"/v1/redemptions/{quote(code, safe='')}/commit"
        return read(await self._till.send(Call("POST", path, repeatable=True)), Redemption)
