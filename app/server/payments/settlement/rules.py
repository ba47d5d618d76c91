"""Pure decisions after selling: days, bills, shifts (design/1 C5, C8)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta, tzinfo
from typing import NamedTuple

from app.protocol import money
from app.protocol.errors import KBeanError
from app.protocol.messages.counter import ShiftFigures
from app.protocol.messages.settlement import BillTotals

SETTLED_MS = 300_000
"""A day is over for good five minutes after its midnight: what was posted just before is in by
then, whatever the nodes' clocks and commits did."""


class Span(NamedTuple):
    """One or more whole days: from the first moment to the one after the last, Unix ms."""

    start: int
    end: int


def parse_day(text: str, *, field: str = "day") -> date:
    """A calendar day as it travels, ``2026-11-23``.

    Raises:
        KBeanError: ``validation_failed``.
    """
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or day.isoformat() != text or not 1970 < day.year < 9999:
        raise KBeanError("validation_failed", "not a calendar day (YYYY-MM-DD)", field=field)
    return day


def span_of(first: date, last: date, zone: tzinfo) -> Span:
    """From one midnight of the operator's to another; a day has 23 or 25 hours where clocks go."""
    return Span(_midnight(first, zone), _midnight(last + timedelta(days=1), zone))


def _midnight(day: date, zone: tzinfo) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp()) * 1000


def check_bill(span: Span, now_ms: int, *, preliminary: bool) -> bool:
    """Whether a bill of these days is final.

    Raises:
        KBeanError: ``bill_not_ready`` where it is not, unless a preliminary one is wanted.
    """
    final = now_ms >= span.end + SETTLED_MS
    if not final and not preliminary:
        wait = max(1, (span.end + SETTLED_MS - now_ms + 999) // 1000)
        raise KBeanError("bill_not_ready", params={"ready_in": wait})
    return final


class BillLine(NamedTuple):
    """One movement of a merchant's account.

    Attributes:
        kind: ``payment``, ``refund``, ``reversal``, or what else the ledger calls it.
        amount: Minor units; negative went out.
        balance: After it.
        discount: Of the amount, what K-Beans or a coupon settled.
    """

    posted_at: int
    kind: str
    amount: int
    balance: int
    discount: int = 0
    order_number: str = ""
    out_trade_no: str = ""
    out_request_no: str = ""
    payment_id: str = ""
    refund_id: str = ""
    store: str = ""
    terminal: str = ""
    cashier: str = ""
    shift: str = ""
    subject: str = ""
    journal_id: int = 0


def totals(
    day: str,
    currency: str,
    lines: Iterable[BillLine],
    *,
    opening: int,
    closing: int,
    final: bool,
    span: Span,
) -> BillTotals:
    """Add up a day's lines; the ledger's own word stands beside them."""
    counts = {"payment": 0, "refund": 0}
    sums = {"payment": 0, "refund": 0, "other": 0}
    for line in lines:
        kind = "refund" if line.kind == "reversal" else line.kind
        if kind in counts:
            counts[kind] += 1
        sums[kind if kind in sums else "other"] += line.amount
    return BillTotals(
        day=day,
        currency=currency,
        payments=counts["payment"],
        payments_amount=sums["payment"],
        refunds=counts["refund"],
        refunds_amount=-sums["refund"],
        other=sums["other"],
        opening=opening,
        closing=closing,
        change=closing - opening,
        final=final,
        start=span.start,
        end=span.end,
    )


_COLUMNS = (
    "time",
    "kind",
    "amount",
    "currency",
    "balance",
    "settled_by_points_or_coupon",
    "order_number",
    "out_trade_no",
    "out_request_no",
    "payment_id",
    "refund_id",
    "store",
    "terminal",
    "cashier",
    "shift",
    "subject",
    "journal_id",
)


def to_csv(lines: Iterable[BillLine], currency: str, zone: tzinfo) -> bytes:
    """A bill as CSV (RFC 4180): UTF-8 with BOM, one head line, plain decimal amounts."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    for line in lines:
        at = datetime.fromtimestamp(line.posted_at / 1000, zone)
        writer.writerow(
            (
                at.isoformat(timespec="milliseconds"),
                line.kind,
                _plain(line.amount, currency),
                currency,
                _plain(line.balance, currency),
                _plain(line.discount, currency),
                line.order_number,
                line.out_trade_no,
                line.out_request_no,
                line.payment_id,
                line.refund_id,
                _text(line.store),
                _text(line.terminal),
                line.cashier,
                line.shift,
                _text(line.subject),
                line.journal_id,
            )
        )
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _plain(minor: int, currency: str) -> str:
    return money.format_minor(minor, currency, grouping=False)


def _text(typed: str) -> str:
    """A text that no spreadsheet takes for a formula (CWE-1236)."""
    return f"'{typed}" if typed.startswith(("=", "+", "-", "@", "\t", "\r")) else typed


def shift_figures(trades: Mapping[str, int], returns: Mapping[str, int]) -> ShiftFigures:
    """Count what a shift sold."""
    return ShiftFigures(len(trades), sum(trades.values()), len(returns), sum(returns.values()))


def missing(these: Mapping[str, int], others: Mapping[str, int]) -> list[str]:
    """Numbers of ``these`` that ``others`` lack or have with another amount, in order."""
    return sorted(number for number, amount in these.items() if others.get(number) != amount)
