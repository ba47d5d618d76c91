"""What stands on a slip; :mod:`app.desktop.counter.slip_drawing` makes dots of it."""

from __future__ import annotations

from PySide6.QtCore import QObject

from app.desktop.components.when import exact_words
from app.desktop.counter.slip_drawing import SlipLine
from app.desktop.counter.words import kind_words, mark_of
from app.desktop.widgets.amounts import amount_text
from app.protocol.messages.counter import CounterInfo
from app.wallet.counter.sale import Sale
from app.wallet.counter.shift import ShiftView


class Slips(QObject):
    """Writes slips in the language now in force."""

    def sale(self, sale: Sale, info: CounterInfo | None, *, copy: bool = False) -> list[SlipLine]:
        """A sale's slip; ``copy`` says that it was printed before."""
        lines = self._head(info, copy=copy)
        currency = sale.currency
        for line in sale.lines:
            name = line.name or self.tr("Other goods")
            lines.append(
                SlipLine("pair", f"{name} × {line.quantity}", amount_text(line.total, currency))
            )
        if sale.lines:
            lines.append(SlipLine("rule"))
        lines += [
            SlipLine("big", self.tr("Total"), amount_text(sale.amount, currency)),
            SlipLine("pair", mark_of(sale).word, kind_words(sale)),
        ]
        if sale.payer:
            lines.append(SlipLine("pair", self.tr("Customer"), sale.payer))
        if sale.points_earned:
            lines.append(SlipLine("pair", self.tr("K-Beans earned"), str(sale.points_earned)))
        if sale.refunded:
            lines.append(
                SlipLine("pair", self.tr("Refunded"), amount_text(-sale.refunded, currency))
            )
        if sale.confirmation:
            lines.append(SlipLine("pair", self.tr("Confirmation code"), sale.confirmation))
        lines.append(SlipLine("rule"))
        lines.append(SlipLine("pair", self.tr("Time"), exact_words(sale.paid_at or sale.at)))
        if sale.kind != "printed":
            lines.append(SlipLine("pair", self.tr("Cashier"), sale.cashier_name or "–"))
        if sale.order_number:
            lines.append(SlipLine("pair", self.tr("Order"), sale.order_number))
        lines += [SlipLine("gap"), SlipLine("bars", sale.slip_number), SlipLine("gap")]
        return lines + self._foot(info)

    def shift(self, view: ShiftView, info: CounterInfo | None) -> list[SlipLine]:
        """An X or Z report."""
        shift, figures = view.shift, view.figures

        def money(minor: int) -> str:
            return amount_text(minor, shift.currency)

        closed = shift.counted is not None
        sold, back = figures.sales_amount, figures.refunds_amount
        title = self.tr("Z report") if closed else self.tr("X report")
        lines = [
            *self._head(info),
            SlipLine("title", f"{title} {shift.number}"),
            SlipLine("pair", self.tr("Opened"), exact_words(shift.opened_at)),
        ]
        if closed:
            lines.append(SlipLine("pair", self.tr("Closed"), exact_words(shift.closed_at)))
        lines += [
            SlipLine("pair", self.tr("Opened by"), shift.cashier_name),
            SlipLine("rule"),
            SlipLine("pair", _times(self.tr("Sales"), figures.sales), money(sold)),
            SlipLine("pair", _times(self.tr("Refunds"), figures.refunds), money(-back)),
            SlipLine("big", self.tr("Wallet"), money(sold - back)),
        ]
        lines += [
            SlipLine("pair", f"  {row.name}", money(row.sales_amount)) for row in view.cashiers
        ]
        if view.offline:
            words = _times(self.tr("Confirmation codes"), view.offline)
            lines.append(SlipLine("pair", words, money(view.offline_amount)))
        if view.missing:
            words = _times(self.tr("Without a payment"), view.missing)
            lines.append(SlipLine("pair", f"  {words}", money(view.missing_amount)))
        lines += [
            SlipLine("rule"),
            SlipLine("pair", self.tr("Float"), money(shift.float_amount)),
            SlipLine("pair", self.tr("Sold for cash"), money(view.cash_sales)),
            SlipLine("pair", self.tr("Put in"), money(view.cash_in)),
            SlipLine("pair", self.tr("Taken out"), money(-view.cash_out)),
            SlipLine("pair", self.tr("Expected"), money(view.expected_cash)),
        ]
        if shift.counted is not None:
            gap = shift.counted - view.expected_cash
            lines += [
                SlipLine("pair", self.tr("Counted"), money(shift.counted)),
                SlipLine(
                    "pair", self.tr("Difference"), amount_text(gap, shift.currency, signed=True)
                ),
            ]
        if shift.check is not None:
            agreed = (
                self.tr("The service agrees")
                if shift.check.agreed
                else self.tr("The service differs")
            )
            lines.append(SlipLine("text", agreed))
        return [*lines, SlipLine("gap"), *self._foot(info)]

    def test(self, info: CounterInfo | None) -> list[SlipLine]:
        """Shows that the printer is there and prints Chinese."""
        return [
            *self._head(info),
            SlipLine("text", self.tr("The printer works.")),
            SlipLine("pair", "K豆钱包", "¥1,234.50"),
            SlipLine("bars", "K000000TEST"),
            SlipLine("gap"),
        ]

    def _head(self, info: CounterInfo | None, *, copy: bool = False) -> list[SlipLine]:
        lines = []
        if info is not None:
            lines.append(SlipLine("title", info.merchant_names.get("zh") or info.merchant_name))
            lines.append(SlipLine("small", f"{info.store_name} · {info.terminal_name}"))
            if info.mode == "demo":
                lines.append(SlipLine("small", self.tr("Demo: no real money")))
        if copy:
            lines.append(SlipLine("title", self.tr("*** COPY ***")))
        return [*lines, SlipLine("rule")]

    def _foot(self, info: CounterInfo | None) -> list[SlipLine]:
        operator = info.operator if info else ""
        return [SlipLine("small", "K豆钱包 · K-Bean Wallet"), SlipLine("small", operator)]


def _times(words: str, count: int) -> str:
    return f"{words} × {count}"
