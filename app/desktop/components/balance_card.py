"""The balance, large, with what can be done with it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from app.desktop.components.when import as_of_words
from app.desktop.theme.tokens import Space, Type
from app.desktop.widgets.amounts import AmountLabel
from app.desktop.widgets.base import Live
from app.desktop.widgets.buttons import Button, IconButton
from app.desktop.widgets.labels import Label, Paragraph, spaced
from app.desktop.widgets.surfaces import Card
from app.protocol.spacing import filled
from app.wallet.session import Snapshot


class BalanceCard(Live, Card):
    """Shows the money account of the service's main currency; can be covered."""

    scan_wanted = Signal()
    code_wanted = Signal()
    transfer_wanted = Signal()
    find_wanted = Signal()
    covered = Signal(bool)

    def __init__(self, parent: QWidget | None = None, *, hidden: bool = False) -> None:
        """Make it; ``hidden`` covers the figure from the start."""
        super().__init__(parent, spacing=Space.S)
        self.setObjectName("BalanceCard")
        self._hidden = hidden
        self._snapshot = Snapshot()
        self.title = Label("", "body-muted")
        self.eye = IconButton("eye", "BalanceCover")
        self.eye.clicked.connect(self._cover)
        self.amount = AmountLabel("Balance", size=Type.FIGURE)
        self.note = Paragraph("", "muted")
        self.scan = Button("", "primary", "HomeScan", icon="frame-corners", large=True)
        self.code = Button("", "secondary", "HomeCode", icon="barcode", large=True)
        self.search = Button("", "secondary", "HomeFind", icon="magnifying-glass", large=True)
        self.topping = Paragraph("", "muted")
        self.scan.clicked.connect(self.scan_wanted)
        self.transfer = Button("", "secondary", "HomeTransfer", icon="paper-plane-tilt", large=True)
        self.code.clicked.connect(self.code_wanted)
        self.transfer.clicked.connect(self.transfer_wanted)
        self.search.clicked.connect(self.find_wanted)
        head = QHBoxLayout()
        head.addWidget(self.title)
        head.addStretch(1)
        head.addWidget(self.eye)
        buttons = QGridLayout()
        buttons.setSpacing(Space.M)
        buttons.addWidget(self.scan, 0, 0)
        buttons.addWidget(self.code, 0, 1)
        buttons.addWidget(self.transfer, 1, 0)
        buttons.addWidget(self.search, 1, 1)
        self.body.addLayout(head)
        self.body.addWidget(self.amount)
        self.body.addWidget(self.note)
        self.body.addStretch(1)
        self.body.addSpacing(Space.M)
        self.body.addLayout(buttons)
        self.body.addSpacing(Space.XS)
        self.body.addWidget(self.topping)
        self.retranslate()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Draw what is known."""
        self._snapshot = snapshot
        self.retranslate()

    def retranslate(self) -> None:
        """Words and figure."""
        account = self._snapshot.money()
        currency = account.currency if account else "CNY"
        self.title.setText(self.tr("Balance ({currency})").format(currency=currency))
        self.eye.set_icon_name("eye-slash" if self._hidden else "eye")
        self.eye.set_words(
            self.tr("Show the balance") if self._hidden else self.tr("Hide the balance")
        )
        if self._hidden:
            self.amount.show_hidden(self.tr("The balance is hidden"))
        else:
            self.amount.show_amount(account.available if account else None, currency)
        self.note.set_text(self._note())
        self.scan.setText(self.tr("Scan to pay"))
        self.code.setText(self.tr("Show code"))
        self.transfer.setText(self.tr("Transfer"))
        self.search.setText(self.tr("Find a payment"))
        service = self._snapshot.service
        self.topping.set_text(
            spaced(self.tr("{operator} tops your wallet up.").format(operator=service.operator))
            if service
            else ""
        )

    def _note(self) -> str:
        if self._snapshot.as_of is None:
            return self.tr("Waiting for the service's first answer.")
        when = as_of_words(self._snapshot.as_of)
        return filled(self.tr("As of {when}"), when=when)

    def _cover(self) -> None:
        self._hidden = not self._hidden
        self.covered.emit(self._hidden)
        self.retranslate()
