"""What came back of a payment: each refund, and what of it can still be refunded (C4)."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.desktop.components.movement_words import beans_words
from app.desktop.components.when import moment_words
from app.desktop.theme.tokens import Space
from app.desktop.widgets.amounts import amount_text
from app.desktop.widgets.base import Live, clear
from app.desktop.widgets.icon_label import IconLabel
from app.desktop.widgets.labels import Figures, Label, Paragraph
from app.desktop.widgets.surfaces import Card
from app.protocol.messages.payments import Movement
from app.protocol.messages.refunds import RefundList


class RefundsBox(Live, Card):
    """Refunds as the vault knows them at once, and as the service tells them when it answers."""

    def __init__(self, currency: str, parent: QWidget | None = None) -> None:
        """Make it hidden; it shows itself with the first refund."""
        super().__init__(parent, kind="wash", margin=Space.M, spacing=Space.XS)
        self.setObjectName("RefundsBox")
        self._currency = currency
        self._lines: list[tuple[int, int, str, str]] = []
        self._left: int | None = None
        self.title = Label("", "strong")
        self.rest = Paragraph("", "small")
        head = QHBoxLayout()
        head.setSpacing(Space.S)
        head.addWidget(IconLabel("arrow-u-up-left", "on_wash", size=18))
        head.addWidget(self.title, 1)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(Space.XS)
        self.body.addLayout(head)
        self.body.addLayout(self._rows)
        self.body.addWidget(self.rest)
        self.hide()

    def show_movements(self, movements: Iterable[Movement]) -> None:
        """What the vault holds."""
        self._lines = [(one.occurred_at, one.amount, one.note, "") for one in movements]
        self.retranslate()

    def show_refunds(self, refunds: RefundList) -> None:
        """What the service says, with what is left."""
        self._lines = [
            (
                one.posted_at,
                one.paid_back,
                one.reason,
                beans_words(one.points_returned, signed=True) if one.points_returned else "",
            )
            for one in refunds.items
        ]
        self._left = refunds.left
        self.retranslate()

    def retranslate(self) -> None:
        """Every line in the language now in force."""
        clear(self._rows)
        total = sum(amount for _, amount, _, _ in self._lines)
        self.title.setText(
            self.tr("{amount} came back").format(amount=amount_text(total, self._currency))
        )
        for at, amount, reason, beans in self._lines:
            told = " · ".join(part for part in (moment_words(at), reason, beans) if part)
            row = QHBoxLayout()
            row.addWidget(Paragraph(told, "small"), 1)
            row.addWidget(Figures(amount_text(amount, self._currency, signed=True), "small"))
            self._rows.addLayout(row)
        rest = ""
        if self._left is not None:
            left = amount_text(self._left, self._currency)
            rest = self.tr("Nothing is left to refund.")
            if self._left:
                rest = self.tr("{amount} of it can still be refunded.").format(amount=left)
        self.rest.set_text(rest)
        self.rest.setVisible(bool(rest))
        self.setVisible(bool(self._lines))
