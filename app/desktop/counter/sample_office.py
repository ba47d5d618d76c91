"""A merchant's day and notices for pictures: what a manager sees, with no service behind it."""

from __future__ import annotations

from datetime import date

from app.desktop.components.when import now_ms
from app.protocol.ids import new_id
from app.protocol.messages.counter import Cashier
from app.protocol.messages.settlement import EVENTS, BillTotals, Delivery, Webhook
from app.wallet.counter.bill import Comparison, Gap, Side
from app.wallet.counter.bills import BillDesk, DayBill
from app.wallet.counter.webhooks import Told, WebhookDesk

_MINUTE = 60_000
_HOOK = Webhook("https://pos.kdou.example/notices", list(EVENTS[:3]), 0)


class SampleBills(BillDesk):
    """Yesterday fits; today a sale is missing on each side."""

    async def look(self, day: date, allowed_by: Cashier, *, so_far: bool = False) -> DayBill:
        """A day as it might be."""
        del allowed_by
        totals = BillTotals(
            day=day.isoformat(),
            currency="CNY",
            payments=214,
            payments_amount=6_482_30,
            refunds=3,
            refunds_amount=58_60,
            other=-6_000_00,
            opening=12_904_15,
            closing=13_327_85,
            change=423_70,
            final=not so_far,
        )
        here, there = Side(96, 2_871_40, 2, 32_80), Side(97, 2_895_10, 1, 23_00)
        if not so_far:
            return DayBill(totals, b"", True, Comparison(here, here))
        gaps = (Gap("sale", "K2611237QX3M9VT2C", None, 23_70),)
        lost = (Gap("refund", "K2611237QX3M9VT02", 9_80, None),)
        return DayBill(totals, b"", True, Comparison(here, there, gaps, lost))


class SampleWebhooks(WebhookDesk):
    """An address, and notices in each state."""

    async def look(self, by: Cashier | None) -> Told:
        """How things might stand."""
        del by
        now = now_ms()
        return Told(
            _HOOK,
            (
                _told("payment.succeeded", now - 2 * _MINUTE, "delivered"),
                _told(
                    "refund.succeeded",
                    now - 9 * _MINUTE,
                    "waiting",
                    tries=3,
                    status=503,
                    next_at=now + _MINUTE,
                ),
                _told("payment.succeeded", now - 31 * _MINUTE, "failed", status=410),
            ),
        )


def _told(event: str, at: int, state: str, **more: int | None) -> Delivery:
    known = {"tries": 1, "status": 200, "next_at": None, **more}
    return Delivery(new_id(), event, at, state, payload={}, **known)  # type: ignore[arg-type]  # ours
