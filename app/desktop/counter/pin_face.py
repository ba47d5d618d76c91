"""A cashier's number and PIN, by digits and Enter alone: to sign in, or to allow something."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.desktop.counter.keypad import Keypad
from app.desktop.operations import Operation
from app.desktop.theme.tokens import Space
from app.desktop.widgets.base import Live
from app.desktop.widgets.buttons import Button
from app.desktop.widgets.labels import Label, Paragraph
from app.desktop.widgets.surfaces import Card
from app.desktop.words import explain
from app.protocol.errors import KBeanError
from app.protocol.messages.counter import Cashier, CashierRole
from app.wallet.counter.cashiers import may
from app.wallet.counter.session import CounterSession

_LONGEST = {"number": 6, "pin": 8}


class PinFace(Live, QWidget):
    """First the number, then the PIN; ``proved`` carries the cashier."""

    proved = Signal(object)
    left = Signal()

    def __init__(
        self,
        session: CounterSession,
        name: str,
        parent: QWidget | None = None,
        *,
        role: CashierRole | None = None,
    ) -> None:
        """Make it; with ``role`` it asks for somebody who may, and who is signed in stays."""
        super().__init__(parent)
        self.setObjectName(name)
        self._session = session
        self._role = role
        self._number = ""
        self._typed = ""
        self._busy = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, on=False)
        self.title = Label("", "title")
        self.text = Paragraph("", "body-muted", centred=True)
        self.step = Label("", "small")
        self.shown = Label("", "figure")
        self.shown.setObjectName(f"{name}Shown")
        self.shown.setMinimumHeight(56)
        self.error = Paragraph("", "small", "danger", centred=True)
        self.error.setObjectName(f"{name}Error")
        self.pad = Keypad(f"{name}Pad", ("back", "0", ""))
        self.pad.pressed.connect(self.press)
        self.go = Button("", "primary", f"{name}Go", large=True)
        self.go.clicked.connect(self.enter)
        self.back = Button("", "quiet", f"{name}Back")
        self.back.clicked.connect(self.escape)
        self._lay_out()
        self.retranslate()

    def _lay_out(self) -> None:
        centre = Qt.AlignmentFlag.AlignHCenter
        card = Card(spacing=Space.XS, margin=Space.L)
        card.body.addWidget(self.step, 0, centre)
        card.body.addWidget(self.shown, 0, centre)
        column = QVBoxLayout(self)
        column.setSpacing(Space.M)
        column.addWidget(self.title, 0, centre)
        column.addWidget(self.text)
        column.addWidget(card)
        column.addWidget(self.error)
        column.addWidget(self.pad, 1)
        column.addWidget(self.go)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.back)
        row.addStretch(1)
        column.addLayout(row)

    def retranslate(self) -> None:
        """Words of the step that is asked."""
        if self._role is None:
            self.title.setText(self.tr("Who is at the counter?"))
            self.text.set_text(self.tr("Type your number, then your PIN; Enter after each."))
        else:
            self.title.setText(self.tr("Somebody has to allow this"))
            self.text.set_text(self.tr("A supervisor or manager types their number and PIN."))
        asking_pin = bool(self._number)
        self.step.setText(
            self.tr("PIN of {name}").format(name=self._name()) if asking_pin else self.tr("Number")
        )
        dots = "●" * len(self._typed)
        self.shown.setText((dots if asking_pin else self._typed) or "–")
        self.shown.setAccessibleName(
            self.tr("%n digit(s) typed", "", len(self._typed)) if asking_pin else self._typed
        )
        self.go.setText(self.tr("Go on"))
        self.go.setEnabled(bool(self._typed) and not self._busy)
        self.back.setText(self.tr("Another number") if asking_pin else self.tr("Cancel"))
        self.back.setVisible(asking_pin or self._role is not None)
        self.error.setVisible(bool(self.error.plain_text()))

    def _name(self) -> str:
        known = self._session.snapshot.cashiers
        return next((c.name for c in known if c.number == self._number and c.active), self._number)

    def press(self, key: str) -> None:
        """A digit, or ``back``."""
        if self._busy:
            return
        self.error.set_text("")
        if key == "back":
            self._typed = self._typed[:-1]
        elif len(self._typed) < _LONGEST["pin" if self._number else "number"]:
            self._typed += key
        self.retranslate()

    def enter(self) -> None:
        """The number is whole, or the PIN is."""
        if not self._typed or self._busy:
            return
        if not self._number:
            self._number, self._typed = self._typed, ""
            self.retranslate()
            return
        pin, self._typed = self._typed, ""
        self._busy = True
        number, role, doors = self._number, self._role, self._session.doors
        if role is None:
            work = Operation(self, lambda: doors.sign_in(number, pin))
        else:
            work = Operation(self, lambda: doors.allow(role, number, pin))
        work.on_success(self._proved).on_failure(self._failed).start()
        self.retranslate()

    def escape(self) -> None:
        """Another number; or leave."""
        self._typed = ""
        self.error.set_text("")
        if self._number:
            self._number = ""
            self.retranslate()
        elif self._role is not None:
            self.left.emit()

    def _proved(self, cashier: Cashier) -> None:
        self._busy = False
        self._number = ""
        self.retranslate()
        self.proved.emit(cashier)

    def _failed(self, error: Exception) -> None:
        self._busy = False
        sentence = explain(error)
        self.error.set_text(f"{sentence.title}. {sentence.action}")
        if isinstance(error, KBeanError) and error.code == "role_missing":
            self._number = ""
        self.retranslate()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: digits, Enter, Esc."""
        key, text = event.key(), event.text()
        if len(text) == 1 and text in "0123456789":
            self.press(text)
        elif key == Qt.Key.Key_Backspace:
            self.press("back")
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.enter()
        elif key == Qt.Key.Key_Escape:
            self.escape()
        else:
            super().keyPressEvent(event)


def allowed_already(session: CounterSession, role: CashierRole) -> bool:
    """Whether who is signed in may do it without being asked again."""
    return may(session.snapshot.cashier, role)
