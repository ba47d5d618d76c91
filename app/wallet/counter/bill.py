"""A day's bill held against this counter's own record of it (C8). Pure.

The service's bill is made out of the ledger; the counter's record was written by the counter before
anything was sent. Where both name the same sales, nobody lost one. What was paid to the printed
code carries no till's name on the bill and is no part of this.
"""

from __future__ import annotations

import csv
import dataclasses
import io
from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple

from app.protocol.errors import KBeanError
from app.protocol.messages.settlement import BillTotals
from app.protocol.money import AmountError, parse_plain
from app.wallet.counter.sale import RefundRow, Sale, SaleState

EDGE_MS = 5_000
"""So near to midnight a sale may stand on the neighbour's bill: two stamps of one moment differ."""
FRESH_MS = 60_000
"""What was sold in the last minute needn't stand on a bill that is still being written."""

_KEPT_FROM_FORMULAS = ("'=", "'+", "'-", "'@", "'\t", "'\r")
_COLUMNS = {"kind", "amount", "out_trade_no", "out_request_no", "store", "terminal"}


class BillRow(NamedTuple):
    """One line of a bill, as far as a counter compares it; ``amount`` in signed minor units."""

    kind: str
    amount: int
    out_trade_no: str
    out_request_no: str
    store: str
    terminal: str


class Window(NamedTuple):
    """The moments whose sales must stand on a bill, Unix milliseconds; ``end`` is outside."""

    start: int
    end: int


class Till(NamedTuple):
    """The names under which this counter's lines stand on a bill."""

    store: str
    terminal: str


@dataclasses.dataclass(frozen=True, slots=True)
class Gap:
    """Something that one side has otherwise; amounts in minor units, None where there is none.

    Attributes:
        kind: ``sale``; ``refund``; ``not_paid``: the counter knows the sale and not that it was
            paid; ``taken_back``: the bill has its reversal and the counter counts it as paid.
        number: ``out_trade_no``; where the bill names none, the refund's own.
    """

    kind: Literal["sale", "refund", "not_paid", "taken_back"]
    number: str
    here: int | None
    there: int | None


@dataclasses.dataclass(frozen=True, slots=True)
class Side:
    """What one side counts of this counter on a day; amounts in minor units."""

    sales: int = 0
    sales_amount: int = 0
    refunds: int = 0
    refunds_amount: int = 0


@dataclasses.dataclass(frozen=True, slots=True)
class Comparison:
    """A bill's lines of this counter against the counter's own record.

    Attributes:
        here: The counter's record.
        there: The bill.
        missing_here: On the bill, and here not or otherwise.
        missing_there: Here, and not on the bill.
    """

    here: Side
    there: Side
    missing_here: tuple[Gap, ...] = ()
    missing_there: tuple[Gap, ...] = ()

    @property
    def agrees(self) -> bool:
        """Whether nothing is missing on either side."""
        return not self.missing_here and not self.missing_there


def read_rows(raw: bytes, currency: str) -> list[BillRow]:
    """The lines of a bill's CSV.

    Raises:
        KBeanError: ``service_garbled``: this is no bill in this currency.
    """
    try:
        lines = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline=""), strict=True))
        return [_row(line, currency) for line in lines]
    except (UnicodeDecodeError, csv.Error, AmountError, KeyError, TypeError) as error:
        raise KBeanError("service_garbled", f"not a bill: {error}", money="none") from None


def _row(line: Mapping[str, str], currency: str) -> BillRow:
    if line["currency"] != currency or not line.keys() >= _COLUMNS:
        raise KeyError("currency")
    figure = line["amount"]
    minor = parse_plain(figure.removeprefix("-"), currency)
    return BillRow(
        kind=line["kind"],
        amount=-minor if figure.startswith("-") else minor,
        out_trade_no=line["out_trade_no"],
        out_request_no=line["out_request_no"],
        store=_name(line["store"]),
        terminal=_name(line["terminal"]),
    )


def _name(cell: str) -> str:
    """A name without the sign that keeps a spreadsheet from taking it for a formula."""
    return cell[1:] if cell.startswith(_KEPT_FROM_FORMULAS) else cell


def adds_up(totals: BillTotals, rows: Iterable[BillRow]) -> bool:
    """Whether the ledger's change is what the sums and the lines of a bill say."""
    moved = totals.payments_amount - totals.refunds_amount + totals.other
    return (
        totals.change == moved == sum(row.amount for row in rows)
        and totals.opening + totals.change == totals.closing
    )


def window(totals: BillTotals, asked_at: int) -> Window:
    """Which of the counter's sales must stand on a bill that was asked for at a moment."""
    end = totals.end if totals.final else min(totals.end, asked_at - FRESH_MS)
    return Window(totals.start + EDGE_MS, end - EDGE_MS if totals.final else end)


def compare(
    rows: Iterable[BillRow],
    sales: Iterable[Sale],
    refunds: Iterable[RefundRow],
    till: Till,
    must: Window,
) -> Comparison:
    """Hold a bill against this counter's record.

    Args:
        rows: The bill's lines, all of them.
        sales: The counter's sales around that day; more than those of the day don't matter.
        refunds: The same.
        till: The counter's names on the bill.
        must: The moments whose sales must stand on the bill.
    """
    rows = list(rows)
    known = {sale.out_trade_no: sale for sale in sales}
    returned = {row.out_request_no: row for row in refunds}
    mine = [row for row in rows if (row.store, row.terminal) == till]
    sold = {row.out_trade_no: row.amount for row in mine if row.kind == "payment"}
    back = {row.out_request_no: row for row in mine if row.kind == "refund"}
    reversals = [row.out_trade_no for row in rows if row.kind == "reversal"]
    # What stands on the bill counts, however fresh it is.
    here = [
        sale
        for number, sale in known.items()
        if _was_paid(sale) and (number in sold or _within(must, sale.paid_at))
    ]
    done = {
        number: row
        for number, row in returned.items()
        if row.state == "done" and (number in back or _within(must, row.posted_at))
    }
    return Comparison(
        here=Side(
            len(here),
            sum(sale.amount for sale in here),
            len(done),
            sum(row.amount for row in done.values()),
        ),
        there=Side(
            len(sold),
            sum(sold.values()),
            len(back),
            -sum(row.amount for row in back.values()),
        ),
        missing_here=(
            *_sales_missing_here(sold, known),
            *_taken_back(reversals, known),
            *_refunds_missing_here(back, returned),
        ),
        missing_there=(
            *(
                Gap("sale", sale.out_trade_no, sale.amount, None)
                for sale in here
                if sale.out_trade_no not in sold
            ),
            *(
                Gap("refund", row.out_trade_no, row.amount, None)
                for number, row in done.items()
                if number not in back
            ),
        ),
    )


def _sales_missing_here(sold: Mapping[str, int], known: Mapping[str, Sale]) -> Iterable[Gap]:
    for number, amount in sold.items():
        sale = known.get(number)
        if sale is None:
            yield Gap("sale", number, None, amount)
        elif not _was_paid(sale):
            yield Gap("not_paid", number, sale.amount, amount)
        elif sale.amount != amount:
            yield Gap("sale", number, sale.amount, amount)


def _taken_back(reversals: Iterable[str], known: Mapping[str, Sale]) -> Iterable[Gap]:
    for number in reversals:
        sale = known.get(number)
        if sale is not None and sale.paid:
            yield Gap("taken_back", number, sale.amount, None)


def _refunds_missing_here(
    back: Mapping[str, BillRow], returned: Mapping[str, RefundRow]
) -> Iterable[Gap]:
    for request, line in back.items():
        row = returned.get(request)
        number = line.out_trade_no or request
        # One without an answer yet is on its way to the same truth.
        if row is None or row.state == "refused":
            yield Gap("refund", number, None, -line.amount)
        elif row.state == "done" and row.amount != -line.amount:
            yield Gap("refund", number, row.amount, -line.amount)


def _was_paid(sale: Sale) -> bool:
    """Through the wallet, at whatever time; also where the money went back afterwards."""
    ends = (SaleState.SUCCESS, SaleState.REVOKED)
    return sale.kind in {"charge", "order"} and sale.paid_at > 0 and sale.state in ends


def _within(must: Window, at: int) -> bool:
    return must.start <= at < must.end
