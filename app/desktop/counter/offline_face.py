"""No internet: the customer pays the printed code and shows eight digits (C6)."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.desktop.counter.keypad import Keypad
from app.desktop.operations import Operation
from app.desktop.theme.tokens import Space
from app.desktop.widgets.amounts import AmountLabel
from app.desktop.widgets.base import Live
from app.desktop.widgets.buttons import Button
from app.desktop.widgets.code_picture import QrPicture
from app.desktop.widgets.labels import Figures, Label, Paragraph
from app.desktop.words import explain
from app.wallet.counter.selling import Wish
from app.wallet.counter.session import CounterSession
from app.wallet.counter.till_flow import TillFlow

_DIGITS = 8


class OfflineFace(Live, QWidget):
    """The amount, the printed code on the screen, and a place for the digits."""

    left = Signal()

    def __init__(
        self, session: CounterSession, flow: TillFlow, wish: Wish, parent: QWidget | None = None
    ) -> None:
        """Make it for one sale."""
        super().__init__(parent)
        self.setObjectName("OfflineFace")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, on=False)
        self._flow, self._wish = flow, wish
        self._typed = ""
        self._busy = False
        here = session.snapshot
        self.title = Label("", "title")
        self.text = Paragraph("", "body-muted", centred=True)
        self.amount = AmountLabel("OfflineAmount")
        self.amount.centre()
        self.amount.show_amount(wish.amount, here.currency)
        self.qr = QrPicture("OfflineQr", 168)
        code = here.info.static_code if here.info else ""
        if code:
            self.qr.show_text(code)
        else:
            self.qr.hide()
        self.shown = Figures("", "figure")
        self.shown.setObjectName("OfflineShown")
        self.error = Paragraph("", "small", "danger", centred=True)
        self.error.setObjectName("OfflineError")
        self.pad = Keypad("OfflinePad", ("back", "0", ""))
        self.pad.pressed.connect(self.press)
        self.go = Button("", "primary", "OfflineGo", large=True)
        self.back = Button("", "quiet", "OfflineBack")
        self.go.clicked.connect(self._submit)
        self.back.clicked.connect(self.left)
        centre = Qt.AlignmentFlag.AlignHCenter
        column = QVBoxLayout(self)
        column.setSpacing(Space.S)
        column.addWidget(self.title, 0, centre)
        column.addWidget(self.text)
        column.addWidget(self.amount)
        column.addWidget(self.qr, 0, centre)
        column.addWidget(self.shown, 0, centre)
        column.addWidget(self.error)
        column.addWidget(self.pad)
        column.addWidget(self.go)
        column.addWidget(self.back, 0, centre)
        self.retranslate()

    def retranslate(self) -> None:
        """Every word, and the digits so far."""
        self.title.setText(self.tr("Without internet"))
        self.text.set_text(
            self.tr(
                "The customer pays this amount to the printed code and then shows eight digits. "
                "Nothing is given before they fit."
            )
        )
        self.qr.setAccessibleName(self.tr("The shop's printed code"))
        digits = self._typed.ljust(_DIGITS, "·")
        self.shown.setText(f"{digits[:4]} {digits[4:]}")
        self.shown.setAccessibleName(self._typed)
        self.go.setText(self.tr("Check the code"))
        self.go.setEnabled(len(self._typed) == _DIGITS and not self._busy)
        self.back.setText(self.tr("Cancel"))
        self.error.setVisible(bool(self.error.plain_text()))

    def press(self, key: str) -> None:
        """A digit, or ``back``."""
        self.error.set_text("")
        if key == "back":
            self._typed = self._typed[:-1]
        elif len(self._typed) < _DIGITS:
            self._typed += key
        self.retranslate()

    def _submit(self) -> None:
        if not self.go.isEnabled():
            return
        self._busy = True
        self.retranslate()
        flow, wish, typed = self._flow, self._wish, self._typed
        Operation(self, lambda: flow.offline(wish, typed)).on_success(
            lambda _: self.left.emit()
        ).on_failure(self._failed).start()

    def _failed(self, error: Exception) -> None:
        self._busy = False
        self._typed = ""
        self.error.set_text(explain(error).line())
        self.retranslate()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: digits, Enter, Esc."""
        key, text = event.key(), event.text()
        if len(text) == 1 and text in "0123456789":
            self.press(text)
        elif key == Qt.Key.Key_Backspace:
            self.press("back")
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._submit()
        elif key == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)
