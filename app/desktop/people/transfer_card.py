"""A transfer's signed receipt: on the sheet when it was sent, and beside the list later."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.desktop.components.when import exact_words
from app.desktop.theme.tokens import Space
from app.desktop.widgets.amounts import amount_text
from app.desktop.widgets.base import Live, clear
from app.desktop.widgets.buttons import Button
from app.desktop.widgets.icon_label import IconLabel
from app.desktop.widgets.labels import Label, Paragraph, spaced
from app.desktop.widgets.surfaces import Line
from app.protocol.messages.cards import ContextCard
from app.protocol.messages.transfers import Transfer


class TransferCard(Live, QWidget):
    """A transfer's signed receipt: both sides, number, time, note; copy and ask."""

    asked = Signal(object)
    said = Signal(str)

    def __init__(self, transfer: Transfer, payer: str, operator: str) -> None:
        """Show a verified receipt; ``payer`` is the person's own name."""
        super().__init__()
        self.setObjectName("TransferCard")
        self.transfer = transfer
        self._payer = payer
        self._operator = operator
        self.grid = QGridLayout()
        self.grid.setHorizontalSpacing(Space.L)
        self.grid.setVerticalSpacing(Space.S + 2)
        self.grid.setColumnStretch(1, 1)
        self.verified = Label("", "small", "bean")
        self.copy = Button("", "secondary", "TransferCopy", icon="copy")
        self.ask = Button("", "secondary", "TransferAsk", icon="chat-circle-dots")
        mark = QHBoxLayout()
        mark.setSpacing(Space.S)
        mark.addWidget(IconLabel("circle-wavy-check-fill", "bean", size=18))
        mark.addWidget(self.verified, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(Space.M)
        buttons.addWidget(self.copy, 1)
        buttons.addWidget(self.ask, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        column.addLayout(self.grid)
        column.addWidget(Line())
        column.addLayout(mark)
        column.addSpacing(Space.XS)
        column.addLayout(buttons)
        self.copy.clicked.connect(self._copy)
        self.ask.clicked.connect(self._ask)
        self.retranslate()

    def lines(self) -> list[tuple[str, str]]:
        """Name and value of everything the receipt says."""
        receipt = self.transfer.receipt
        told = [
            (self.tr("To"), receipt.payee_name),
            (self.tr("From"), self._payer),
            (self.tr("Amount"), amount_text(receipt.amount, receipt.currency)),
            (self.tr("Time"), exact_words(receipt.posted_at)),
            (self.tr("Number"), receipt.order_number),
            (self.tr("Note"), self.transfer.note),
        ]
        return [line for line in told if line[1]]

    def retranslate(self) -> None:
        """Every line in the language now in force."""
        clear(self.grid)
        for row, (name, value) in enumerate(self.lines()):
            self.grid.addWidget(Label(name, "muted"), row, 0, Qt.AlignmentFlag.AlignTop)
            self.grid.addWidget(Paragraph(value, "small"), row, 1)
        self.verified.setText(spaced(self.tr("Signed by {name}").format(name=self._operator)))
        self.copy.setText(self.tr("Copy"))
        self.ask.setText(self.tr("Ask about this"))

    def _copy(self) -> None:
        text = "\n".join(f"{name}: {value}" for name, value in self.lines())
        QGuiApplication.clipboard().setText(text)
        self.said.emit(self.tr("The receipt is on the clipboard"))

    def _ask(self) -> None:
        receipt = self.transfer.receipt
        title = f"{receipt.payee_name} · {amount_text(receipt.amount, receipt.currency)}"
        self.asked.emit(ContextCard("page", "activity", f"{title} · {receipt.order_number}"[:120]))
