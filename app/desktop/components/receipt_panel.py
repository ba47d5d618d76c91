"""The place beside a list where a receipt opens: loading, the receipt, or why there is none."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.desktop import dialogs
from app.desktop.components.asking import about_failure, about_movement, about_payment
from app.desktop.components.mark_editor import MarkEditor
from app.desktop.components.movement_words import BEANS, kind_words, words_of
from app.desktop.components.receipt_card import ReceiptCard
from app.desktop.components.receipt_pdf import write_pdf
from app.desktop.components.receipt_text import receipt_text
from app.desktop.components.refunds_box import RefundsBox
from app.desktop.components.when import exact_words
from app.desktop.operations import Operation
from app.desktop.people.transfer_card import TransferCard
from app.desktop.theme.tokens import Space, Type
from app.desktop.widgets.amounts import AmountLabel
from app.desktop.widgets.base import Live, clear
from app.desktop.widgets.busy import Spinner
from app.desktop.widgets.buttons import Button, IconButton
from app.desktop.widgets.icon_label import IconLabel
from app.desktop.widgets.labels import Label, Paragraph
from app.desktop.widgets.notes import Banner
from app.desktop.widgets.surfaces import Line
from app.desktop.words import explain
from app.protocol.messages.cards import ContextCard
from app.protocol.messages.payments import Movement
from app.protocol.messages.transfers import Transfer
from app.wallet.session import ReceiptView, WalletSession


class ReceiptPanel(Live, QWidget):
    """Shows one movement: its receipt where it has one, its own lines where it has none.

    ``said`` carries a short sentence for the foot of the window; ``closed`` says that the person
    closed the panel; ``asked`` carries the :class:`ContextCard` of what they want to ask about;
    ``noted`` a movement's id and what the person now says of it; ``split_wanted`` the receipt of
    a bill that others shall share.
    """

    said = Signal(str)
    closed = Signal()
    asked = Signal(object)
    noted = Signal(str, object)
    split_wanted = Signal(object)

    def __init__(
        self, session: WalletSession, parent: QWidget | None = None, *, framed: bool = True
    ) -> None:
        """Make it empty; ``framed`` adds a title, a way to close it and its own scrolling."""
        super().__init__(parent)
        self.setObjectName("ReceiptPanel")
        self._session = session
        self._framed = framed
        self._movement: Movement | None = None
        self._card: ReceiptCard | None = None
        self._marks: MarkEditor | None = None
        self._title = Label("", "strong")
        self._close = IconButton("x", "ReceiptClose", self)
        self._close.clicked.connect(self.closed)
        self._title.setParent(self)
        self._title.setVisible(framed)
        self._close.setVisible(framed)
        inside = QWidget()
        inside.setProperty("kind", "page")
        self._body = QVBoxLayout(inside)
        self._body.setContentsMargins(0, 0, Space.S, 0)
        self._body.setSpacing(Space.M)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.M)
        if not framed:
            column.addWidget(inside)
            self._body.setContentsMargins(0, 0, 0, 0)
            self.retranslate()
            return
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inside)
        inside.setAutoFillBackground(False)
        scroll.viewport().setAutoFillBackground(False)
        head = QHBoxLayout()
        head.addWidget(self._title)
        head.addStretch(1)
        head.addWidget(self._close)
        column.addLayout(head)
        column.addWidget(scroll, 1)
        self.retranslate()

    def retranslate(self) -> None:
        """The panel's own words; the card looks after its own."""
        self._title.setText(self.tr("Details"))
        self._close.set_words(self.tr("Close"))
        if self._movement is not None and self._card is None:
            self.show_movement(self._movement)

    @property
    def movement(self) -> Movement | None:
        """The movement that is shown; None for a payment that isn't in the list yet."""
        return self._movement

    @property
    def marks(self) -> MarkEditor | None:
        """Where the person says what they think of the movement."""
        return self._marks

    def show_movement(self, movement: Movement) -> None:
        """Open a movement of the list."""
        payment = movement.payment_id
        if payment is not None and movement.kind in ("payment", "points_earned"):
            self._show_payment(payment, movement)
            return
        self._movement = movement
        self._empty()
        self._lines(movement)

    def show_payment(self, payment_id: str) -> None:
        """Fetch and show a payment's receipt, with what the vault knows of it."""
        self._show_payment(payment_id, None)

    def _show_payment(self, payment_id: str, movement: Movement | None) -> None:
        self._movement = movement
        self._empty()
        spinner = Spinner(side=28)
        self._body.addStretch(1)
        self._body.addWidget(spinner, 0, Qt.AlignmentFlag.AlignHCenter)
        self._body.addStretch(1)
        session = self._session
        Operation(self, partial(session.receipt, payment_id)).on_success(
            self.show_receipt
        ).on_failure(self._failed).replacing("receipt").start()

    def show_receipt(self, receipt: ReceiptView) -> None:
        """Show a receipt."""
        self._empty()
        person = self._session.snapshot.person
        card = ReceiptCard(receipt, person.display_name if person else "")
        card.copy_wanted.connect(lambda: self._copy(card))
        card.save_wanted.connect(lambda: self._save(card))
        card.ask_wanted.connect(lambda: self.asked.emit(about_payment(receipt)))
        self._card = card
        self._body.addWidget(card)
        if self._framed:
            self._add_the_rest(receipt)
            self._body.addStretch(1)

    def _add_the_rest(self, receipt: ReceiptView) -> None:
        """What came back of the payment, and what the person says of it."""
        box = RefundsBox(receipt.currency)
        self._body.insertWidget(0, box)
        split = Button("", "secondary", "ReceiptSplit", icon="users-three")
        split.setText(self.tr("Split this bill"))
        split.clicked.connect(lambda: self.split_wanted.emit(receipt))
        self._body.addWidget(split)
        session, payment_id = self._session, receipt.payment_id

        def show(movements: tuple[Movement, ...]) -> None:
            refunds = [one for one in movements if one.kind == "refund"]
            box.show_movements(refunds)
            if refunds:
                # What is left only the service knows; without it the refunds themselves stand.
                Operation(self, partial(session.refunds, payment_id)).on_success(
                    box.show_refunds
                ).on_failure(lambda _: None).replacing("refunds").start()
            paid = next((one for one in movements if one.kind == "payment"), None)
            if paid is not None and self._marks is None:
                self._movement = self._movement or paid
                self._add_marks(paid, self._body.count() - 1)

        Operation(self, partial(session.of_payment, payment_id)).on_success(show).replacing(
            "of-payment"
        ).start()

    def _add_marks(self, movement: Movement, at: int) -> None:
        self._marks = MarkEditor(self._session, movement)
        self._marks.noted.connect(self.noted)
        self._body.insertWidget(at, self._marks)

    def _failed(self, error: Exception) -> None:
        self._empty()
        sentence = explain(error)
        banner = Banner("ReceiptFailure", "warning")
        banner.set_words(sentence.title, sentence.action, self.tr("Try again"))
        movement = self._movement
        if movement is not None:
            banner.acted.connect(lambda: self.show_movement(movement))
            self._body.addWidget(banner)
            self._lines(movement)
        else:
            self._body.addWidget(banner)
            self._ask_about(about_failure(error))
            self._body.addStretch(1)

    def _ask_about(self, context: ContextCard) -> None:
        ask = Button("", "quiet", "MovementAsk", icon="chat-circle-dots")
        ask.setText(self.tr("Ask about this"))
        ask.clicked.connect(lambda: self.asked.emit(context))
        self._body.addWidget(ask, 0, Qt.AlignmentFlag.AlignHCenter)

    def _lines(self, movement: Movement) -> None:
        words = words_of(movement)
        centre = Qt.AlignmentFlag.AlignHCenter
        disc = IconLabel(words.icon, words.ink, size=26, ground=words.ground, disc=56)
        amount = AmountLabel("MovementAmount", size=Type.FIGURE)
        amount.centre()
        if movement.currency == BEANS:
            amount.show_count(movement.amount, signed=True, ink=words.amount_ink)
        else:
            amount.show_amount(
                movement.amount, movement.currency, signed=True, ink=words.amount_ink
            )
        self._body.addWidget(disc, 0, centre)
        self._body.addWidget(Paragraph(words.title, "lead", centred=True))
        self._body.addWidget(amount)
        self._body.addWidget(Line())
        for name, value in (
            (self.tr("Kind"), kind_words(movement)),
            (self.tr("Time"), exact_words(movement.occurred_at)),
            (self.tr("Store"), movement.store_name),
            (self.tr("For"), movement.subject),
            (self.tr("Note"), movement.note),
            (self.tr("Order number"), movement.order_number),
        ):
            if value:
                row = QHBoxLayout()
                row.setSpacing(Space.L)
                title = Label(name, "muted")
                title.setFixedWidth(96)
                row.addWidget(title, 0, Qt.AlignmentFlag.AlignTop)
                row.addWidget(Paragraph(value, "small"), 1)
                self._body.addLayout(row)
        if movement.payment_id is not None and self._framed:
            self._way_to_payment(movement.payment_id)
        if movement.transfer_id is not None and movement.kind == "transfer_out":
            self._transfer_receipt(movement.transfer_id)
        if self._framed:
            self._add_marks(movement, self._body.count())
        self._ask_about(about_movement(movement))
        self._body.addStretch(1)

    def _way_to_payment(self, payment_id: str) -> None:
        """From a refund or from K-Beans to the payment that they belong to."""
        way = Button("", "secondary", "MovementPayment", icon="receipt")
        way.setText(self.tr("Open the payment"))
        way.clicked.connect(lambda: self.show_payment(payment_id))
        self._body.addWidget(way)

    def _transfer_receipt(self, transfer_id: str) -> None:
        """What the service signed of a transfer, where it can be had."""
        place = QVBoxLayout()
        self._body.addLayout(place)

        def show(transfer: Transfer) -> None:
            snapshot = self._session.snapshot
            payer = snapshot.person.display_name if snapshot.person else ""
            operator = snapshot.service.operator if snapshot.service else ""
            card = TransferCard(transfer, payer, operator)
            card.said.connect(self.said)
            card.asked.connect(self.asked)
            place.addWidget(card)

        work = partial(self._session.people.transfer, transfer_id)
        Operation(self, work).on_success(show).on_failure(lambda _: None).replacing(
            "receipt"
        ).start()

    def _empty(self) -> None:
        self._card = None
        self._marks = None
        clear(self._body)

    def _copy(self, card: ReceiptCard) -> None:
        data = QMimeData()
        data.setText(receipt_text(card.receipt, card.payer))
        QGuiApplication.clipboard().setMimeData(data)
        self.said.emit(self.tr("The receipt is copied."))

    def _save(self, card: ReceiptCard) -> None:
        safe = re.sub(r"[^\w-]+", "-", card.receipt.order_number).strip("-")
        dialogs.choose_save(
            self,
            self.tr("Save the receipt"),
            f"kbean-{safe}.pdf",
            ("PDF", "pdf"),
            lambda path: self._write(card, path),
        )

    def _write(self, card: ReceiptCard, path: Path | None) -> None:
        if path is None:
            return
        try:
            write_pdf(path, card.receipt, card.payer)
        except OSError as error:
            sentence = explain(error)
            dialogs.inform(self, sentence.title, sentence.whole())
        else:
            self.said.emit(self.tr("Saved as {name}.").format(name=path.name))
