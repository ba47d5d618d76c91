"""A receipt on the screen: verified sign, amount, both parties, number, time, K-Beans."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.desktop.components.movement_words import beans_words
from app.desktop.components.receipt_text import lines_of
from app.desktop.theme.tokens import Space, Type
from app.desktop.widgets.amounts import AmountLabel
from app.desktop.widgets.base import Live, clear
from app.desktop.widgets.buttons import Button
from app.desktop.widgets.icon_label import IconLabel
from app.desktop.widgets.labels import Label, Paragraph, spaced
from app.desktop.widgets.surfaces import Card, Line
from app.wallet.session import ReceiptView


class ReceiptCard(Live, QWidget):
    """One verified receipt, with copy and save."""

    copy_wanted = Signal()
    save_wanted = Signal()
    ask_wanted = Signal()

    def __init__(self, receipt: ReceiptView, payer: str, parent: QWidget | None = None) -> None:
        """Show a receipt; ``payer`` is the person's own name."""
        super().__init__(parent)
        self.receipt = receipt
        self.payer = payer
        self.setObjectName("ReceiptCard")
        self._title = Paragraph("", "lead", centred=True)
        self._amount = AmountLabel("ReceiptAmount", size=Type.FIGURE)
        self._amount.centre()
        self._verified = Label("", "small", "bean")
        self._beans = Label("", "strong", "gold")
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(Space.L)
        self._grid.setVerticalSpacing(Space.S + 2)
        self._grid.setColumnStretch(1, 1)
        self.copy = Button("", "secondary", "ReceiptCopy", icon="copy")
        self.save = Button("", "secondary", "ReceiptSave", icon="file-pdf")
        self.ask = Button("", "quiet", "ReceiptAsk", icon="chat-circle-dots")
        self.ask.clicked.connect(self.ask_wanted)
        self.copy.clicked.connect(self.copy_wanted)
        self.save.clicked.connect(self.save_wanted)
        self._build()
        self.retranslate()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        centre = Qt.AlignmentFlag.AlignHCenter
        column.addWidget(
            IconLabel("check-bold", "on_wash", size=22, ground="wash", disc=48), 0, centre
        )
        column.addWidget(self._title)
        column.addWidget(self._amount)
        if self.receipt.points_earned:
            beans = Card(kind="gold", margin=Space.M, spacing=0)
            row = QHBoxLayout()
            row.setSpacing(Space.S)
            row.addStretch(1)
            row.addWidget(IconLabel("leaf", "gold_text"))
            row.addWidget(self._beans)
            row.addStretch(1)
            beans.body.addLayout(row)
            column.addWidget(beans)
        column.addWidget(Line())
        column.addLayout(self._grid)
        column.addWidget(Line())
        mark = QHBoxLayout()
        mark.setSpacing(Space.S)
        mark.addWidget(IconLabel("circle-wavy-check-fill", "bean", size=18))
        mark.addWidget(self._verified, 1)
        column.addLayout(mark)
        buttons = QHBoxLayout()
        buttons.setSpacing(Space.M)
        buttons.addWidget(self.copy, 1)
        buttons.addWidget(self.save, 1)
        column.addSpacing(Space.XS)
        column.addLayout(buttons)
        column.addWidget(self.ask, 0, centre)

    def retranslate(self) -> None:
        """Every line in the language now in force."""
        receipt = self.receipt
        self._title.set_text(spaced(self.tr("Paid to {name}").format(name=receipt.payee_name)))
        self._amount.show_amount(receipt.paid, receipt.currency)
        self._beans.setText(beans_words(receipt.points_earned, signed=True))
        signed = self.tr("Signed by {name}").format(name=receipt.operator)
        self._verified.setText(spaced(signed))
        self.copy.setText(self.tr("Copy"))
        self.save.setText(self.tr("Save as PDF"))
        self.ask.setText(self.tr("Ask about this payment"))
        clear(self._grid)
        for row, (name, value) in enumerate(lines_of(receipt, self.payer)):
            title = Label(name, "muted")
            words = Paragraph(value, "small")
            self._grid.addWidget(title, row, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(words, row, 1)
