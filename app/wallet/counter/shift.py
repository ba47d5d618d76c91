"""A shift's book: float, cash in and out, what was sold, what must be in the drawer (C5). Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import msgspec

from app.protocol.messages.counter import ShiftCheck, ShiftFigures, ShiftReport
from app.wallet.counter.sale import RefundRow, Sale

_MOST_NAMED = 1500
"""So many sales or refunds a report may name."""


class CashMove(msgspec.Struct, frozen=True):
    """Money put into the drawer (positive) or taken out, minor units."""

    amount: int
    at: int
    cashier: str
    cashier_name: str
    reason: str = ""


class Shift(msgspec.Struct, frozen=True, kw_only=True):
    """One shift of this terminal.

    Attributes:
        number: Counts up on this terminal.
        cashier: The id of who opened it.
        float_amount: What lay in the drawer at the start, minor units.
        counted: What lay in it at the end; None while open.
        report: What was handed in to the service; None while open.
        check: What the service says to it; None before it answered.
    """

    number: int
    shift_id: str
    cashier: str
    cashier_name: str
    currency: str
    opened_at: int
    float_amount: int
    state: Literal["open", "closed", "handed_in"] = "open"
    closed_at: int = 0
    counted: int | None = None
    report: ShiftReport | None = None
    check: ShiftCheck | None = None


class CashierFigures(msgspec.Struct, frozen=True):
    """What one cashier sold in a shift: wallet sales alone, and cash."""

    cashier: str
    name: str
    sales: int = 0
    sales_amount: int = 0
    cash_amount: int = 0


class ShiftView(msgspec.Struct, frozen=True):
    """An X report: a shift as it stands now.

    Attributes:
        figures: Through the wallet.
        cash_sales, cash_in, cash_out: Minor units.
        expected_cash: What must be in the drawer.
        open_sales, open_refunds: Whose end isn't known; a Z report waits for them.
        offline: Sold against confirmation codes: paid to the printed code.
        missing: Of them: no payment of the printed code fits.
        trades, returns: Each sale and refund behind the figures, by its number.
    """

    shift: Shift
    figures: ShiftFigures
    cash_sales: int
    cash_in: int
    cash_out: int
    expected_cash: int
    open_sales: int
    open_refunds: int
    offline: int
    offline_amount: int
    missing: int
    missing_amount: int
    cashiers: tuple[CashierFigures, ...]
    moves: tuple[CashMove, ...]
    trades: dict[str, int]
    returns: dict[str, int]


def view(
    shift: Shift, sales: list[Sale], refunds: list[RefundRow], moves: Iterable[CashMove]
) -> ShiftView:
    """Add a shift up.

    A sale that was paid and taken back counts as if it had never been; so it does at the service.
    """
    told = tuple(moves)
    wallet = [sale for sale in sales if _through_wallet(sale) and sale.paid]
    back = [row for row in refunds if row.state == "done"]
    cash_sales = sum(sale.amount for sale in sales if sale.kind == "cash" and sale.paid)
    offline = [sale for sale in sales if sale.kind == "offline" and sale.paid]
    missing = [sale for sale in offline if sale.missing]
    cash_in = sum(move.amount for move in told if move.amount > 0)
    cash_out = -sum(move.amount for move in told if move.amount < 0)
    return ShiftView(
        shift=shift,
        figures=ShiftFigures(
            sales=len(wallet),
            sales_amount=sum(sale.amount for sale in wallet),
            refunds=len(back),
            refunds_amount=sum(row.amount for row in back),
        ),
        cash_sales=cash_sales,
        cash_in=cash_in,
        cash_out=cash_out,
        expected_cash=shift.float_amount + cash_sales + cash_in - cash_out,
        open_sales=sum(1 for sale in sales if not sale.ended),
        open_refunds=sum(1 for row in refunds if row.state == "sent"),
        offline=len(offline),
        offline_amount=sum(sale.amount for sale in offline),
        missing=len(missing),
        missing_amount=sum(sale.amount for sale in missing),
        cashiers=_by_cashier(sales),
        moves=told,
        trades={sale.out_trade_no: sale.amount for sale in wallet},
        returns={f"{row.out_trade_no}/{row.out_request_no}": row.amount for row in back},
    )


def report(seen: ShiftView, *, counted: int, closed_at: int) -> ShiftReport:
    """The Z report of a shift, as it is handed in."""
    shift = seen.shift
    return ShiftReport(
        number=shift.number,
        cashier=shift.cashier,
        currency=shift.currency,
        opened_at=shift.opened_at,
        closed_at=closed_at,
        figures=seen.figures,
        float_amount=shift.float_amount,
        cash_sales=seen.cash_sales,
        cash_in=seen.cash_in,
        cash_out=seen.cash_out,
        expected_cash=seen.expected_cash,
        counted_cash=counted,
        # A longer list is compared by its sums alone.
        trades=seen.trades if len(seen.trades) <= _MOST_NAMED else {},
        returns=seen.returns if len(seen.returns) <= _MOST_NAMED else {},
    )


def _through_wallet(sale: Sale) -> bool:
    return sale.kind in {"charge", "order"}


def _by_cashier(sales: list[Sale]) -> tuple[CashierFigures, ...]:
    found: dict[str, CashierFigures] = {}
    for sale in sales:
        if not sale.paid or sale.kind == "offline":
            continue
        row = found.get(sale.cashier, CashierFigures(sale.cashier, sale.cashier_name))
        wallet = _through_wallet(sale)
        found[sale.cashier] = msgspec.structs.replace(
            row,
            sales=row.sales + wallet,
            sales_amount=row.sales_amount + (sale.amount if wallet else 0),
            cash_amount=row.cash_amount + (0 if wallet else sale.amount),
        )
    return tuple(found.values())
