"""Receive: my personal code, with an amount or without, and how others find me."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QPainter, QPixmap, QShowEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.desktop import dialogs
from app.desktop.operations import Operation
from app.desktop.theme.tokens import LIGHT, Space
from app.desktop.watch import Watch
from app.desktop.widgets.amounts import AmountField, amount_text
from app.desktop.widgets.base import Live
from app.desktop.widgets.buttons import Button
from app.desktop.widgets.checks import CheckBox
from app.desktop.widgets.code_picture import QrPicture
from app.desktop.widgets.fields import Field
from app.desktop.widgets.labels import Figures, Label, Paragraph
from app.desktop.widgets.notes import Banner
from app.desktop.widgets.surfaces import Card
from app.desktop.words import explain
from app.protocol.messages.transfers import PersonalCode
from app.wallet.session import WalletSession

_NOTE = 60
_SIDE = 264


def wallet_number_text(number: str) -> str:
    """Ten digits as people read them: ``123 456 7890``."""
    return f"{number[:3]} {number[3:6]} {number[6:]}" if len(number) == 10 else number


class ReceiveView(Live, QWidget):
    """The code at the left, what it asks for and who finds me at the right."""

    said = Signal(str)

    def __init__(self, session: WalletSession) -> None:
        """Show the code that was kept, and ask for it behind."""
        super().__init__()
        self.setObjectName("ReceiveView")
        self._session = session
        self._shown: PersonalCode | None = None
        self._asked: tuple[int | None, str] = (None, "")
        self._build()
        Watch(session.observe, self._heard, self)
        self.retranslate()
        self._draw()

    def _build(self) -> None:
        account = self._session.snapshot.money()
        self._currency = account.currency if account else "CNY"
        self.failure = Banner("ReceiveFailure", "info")
        self.failure.hide()
        self.failure.acted.connect(self.reload)
        column = QVBoxLayout()
        column.setSpacing(Space.L)
        top = Qt.AlignmentFlag.AlignTop
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(Space.L)
        grid.addWidget(self.failure, 0, 0, 1, 2)
        grid.addWidget(self._code_card(), 1, 0, top)
        grid.addLayout(column, 1, 1)
        column.addWidget(self._ask_card())
        column.addWidget(self._find_card())
        column.addStretch(1)
        grid.setColumnStretch(0, 40)
        grid.setColumnStretch(1, 60)
        grid.setRowStretch(2, 1)

    def _code_card(self) -> Card:
        self.picture = QrPicture("ReceiveCode", _SIDE)
        self.told = Paragraph("", "strong", centred=True)
        self.number_title = Label("", "muted")
        self.number = Figures("", "title")
        self.save = Button("", "secondary", "ReceiveSave", icon="floppy-disk")
        self.copy = Button("", "secondary", "ReceiveCopy", icon="copy")
        self.copy_number = Button("", "quiet", "ReceiveCopyNumber", icon="copy")
        card = Card(spacing=Space.M)
        centre = Qt.AlignmentFlag.AlignHCenter
        card.body.addWidget(self.picture, 0, centre)
        card.body.addWidget(self.told)
        for widget in (self.number_title, self.number, self.copy_number):
            card.body.addWidget(widget, 0, centre)
        row = QHBoxLayout()
        row.setSpacing(Space.M)
        row.addWidget(self.copy, 1)
        row.addWidget(self.save, 1)
        card.body.addLayout(row)
        self.copy.clicked.connect(self._copy)
        self.copy_number.clicked.connect(self._copy_number)
        self.save.clicked.connect(self._save)
        return card

    def _ask_card(self) -> Card:
        self.ask_title = Label("", "lead")
        self.ask_text = Paragraph("", "muted")
        self.amount = AmountField("ReceiveAmount", self._currency)
        self.note = Field("ReceiveNote")
        self.note.edit.setMaxLength(_NOTE)
        self.show_amount = Button("", "primary", "ReceiveShow")
        self.without = Button("", "quiet", "ReceiveWithout")
        card = Card(spacing=Space.M)
        for widget in (self.ask_title, self.ask_text, self.amount, self.note):
            card.body.addWidget(widget)
        buttons = QHBoxLayout()
        buttons.addWidget(self.show_amount)
        buttons.addWidget(self.without)
        buttons.addStretch(1)
        card.body.addLayout(buttons)
        self.show_amount.clicked.connect(self._ask)
        self.amount.submitted.connect(self._ask)
        self.note.submitted.connect(self._ask)
        self.without.clicked.connect(self._plain)
        return card

    def _find_card(self) -> Card:
        self.find_title = Label("", "lead")
        self.find_text = Paragraph("", "muted")
        self.by_phone = CheckBox("FindByPhone")
        self.by_email = CheckBox("FindByEmail")
        card = Card(spacing=Space.S)
        for widget in (self.find_title, self.find_text, self.by_phone, self.by_email):
            card.body.addWidget(widget)
        self.by_phone.clicked.connect(self._find_me)
        self.by_email.clicked.connect(self._find_me)
        return card

    # --- drawing

    def _heard(self, topics: frozenset[str]) -> None:
        if "transfers" in topics and self._asked == (None, ""):
            self._draw()

    def _draw(self) -> None:
        code = self._session.people.state.code
        if code is not None and self._asked == (None, ""):
            self._show(code)

    def _show(self, code: PersonalCode) -> None:
        if self._shown is None or code.text != self._shown.text:
            self.picture.show_text(code.text)
        self._shown = code
        self.failure.hide()
        self.retranslate()

    def retranslate(self) -> None:
        """Every word again."""
        code = self._shown
        amount, note = self._asked
        self.picture.setAccessibleName(self.tr("My personal code"))
        person = self._session.snapshot.person
        name = person.display_name if person else ""
        if amount is not None:
            asked = amount_text(amount, self._currency)
            told = self.tr("{name} asks for {amount}").format(name=name, amount=asked)
        else:
            told = self.tr("Pay {name}").format(name=name)
        self.told.set_text(f"{told}\n{note}" if note else told)
        self.number_title.setText(self.tr("Wallet number"))
        self.number.setText(wallet_number_text(code.wallet_no) if code else "–")
        self.copy_number.setText(self.tr("Copy the number"))
        self.copy.setText(self.tr("Copy the code"))
        self.save.setText(self.tr("Save the picture…"))
        self.ask_title.setText(self.tr("Ask for an amount"))
        self.ask_text.set_text(
            self.tr("Whoever scans the code sees the amount and need not type it.")
        )
        self.note.set_words(self.tr("What for"))
        self.show_amount.setText(self.tr("Put it into the code"))
        self.without.setText(self.tr("Without an amount"))
        self.without.setVisible(self._asked != (None, ""))
        self.find_title.setText(self.tr("Who finds me"))
        self.find_text.set_text(
            self.tr(
                "Your code and your wallet number always work. Others who know your number or "
                "address see a part of your name."
            )
        )
        self.by_phone.set_words(self.tr("By my phone number"))
        self.by_email.set_words(self.tr("By my e-mail address"))
        if code is not None:
            self.by_phone.setChecked(code.find_by_phone)
            self.by_email.setChecked(code.find_by_email)
        for widget in (self.copy, self.save, self.copy_number, self.by_phone, self.by_email):
            widget.setEnabled(code is not None)

    # --- doing

    def reload(self) -> None:
        """Ask for the code again."""
        amount, note = self._asked
        work = partial(self._session.people.personal_code, amount, note)
        Operation(self, work).on_success(self._show).on_failure(self._failed).replacing(
            "code"
        ).start()

    def _ask(self) -> None:
        self._asked = (self.amount.minor(), self.note.text().strip())
        self.reload()

    def _plain(self) -> None:
        self._asked = (None, "")
        self.amount.edit.clear()
        self.note.set_text("")
        self.reload()

    def _failed(self, error: Exception) -> None:
        if self._shown is not None and self._asked == (None, ""):
            return  # the kept code is as good as a fresh one
        sentence = explain(error)
        self.failure.set_words(sentence.title, sentence.action, self.tr("Try again"))
        self.failure.show()

    def _find_me(self) -> None:
        work = partial(
            self._session.people.find_me,
            by_phone=self.by_phone.isChecked(),
            by_email=self.by_email.isChecked(),
        )

        def failed(error: Exception) -> None:
            self.retranslate()
            self.said.emit(explain(error).line())

        Operation(self, work).on_failure(failed).replacing("find").start()

    def _copy(self) -> None:
        if self._shown is not None:
            QGuiApplication.clipboard().setText(self._shown.text)
            self.said.emit(
                self.tr("The code is on the clipboard; it can be pasted in any wallet here")
            )

    def _copy_number(self) -> None:
        if self._shown is not None:
            QGuiApplication.clipboard().setText(self._shown.wallet_no)
            self.said.emit(self.tr("The wallet number is on the clipboard"))

    def _save(self) -> None:
        kind = (self.tr("Picture"), "png")
        dialogs.choose_save(
            self, self.tr("Save the code"), self.tr("my-code") + ".png", kind, self._write
        )

    def _write(self, path: object) -> None:
        if path is None:
            return
        saved = code_pixmap(self.picture).save(str(path))
        self.said.emit(
            self.tr("The picture is saved")
            if saved
            else self.tr("The picture could not be written")
        )

    def showEvent(self, event: QShowEvent) -> None:
        """Qt: the service may have another key since the last time."""
        super().showEvent(event)
        self.reload()


def code_pixmap(picture: QrPicture) -> QPixmap:
    """The picture with a white edge, four pixels for each of the screen's."""
    made = QPixmap(picture.size() * 4)
    made.fill(QColor(LIGHT.surface))
    painter = QPainter(made)
    painter.scale(4, 4)
    picture.render(painter, QPoint(0, 0))
    painter.end()
    return made
