"""Choosing a person: type a number or an address, paste a code, or take somebody paid before."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.desktop.components.pay_faces import Face
from app.desktop.components.when import moment_words
from app.desktop.theme.tokens import Space
from app.desktop.widgets.base import Live, clear
from app.desktop.widgets.buttons import Button
from app.desktop.widgets.fields import Field
from app.desktop.widgets.icon_label import IconLabel
from app.desktop.widgets.labels import ElidedLabel, Label, Paragraph
from app.desktop.widgets.surfaces import Card
from app.protocol.codes.explain import explain
from app.protocol.messages.transfers import KnownPayee
from app.wallet.people.who import understand

_COLUMNS = 3
_SHOWN = 12


class PersonTile(Live, Card):
    """Somebody who was paid before; pressed by mouse, Enter or Space."""

    pressed = Signal()

    def __init__(self, payee: KnownPayee, *, compact: bool = False) -> None:
        """Show name and when, or only the name."""
        super().__init__(margin=Space.S if compact else Space.M, spacing=0)
        self.payee = payee
        self.setObjectName(f"Person_{payee.contact_id}")
        self.setProperty("pressable", True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.name = ElidedLabel(payee.name, "strong")
        self.when = ElidedLabel("", "muted")
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.name)
        words.addWidget(self.when)
        row = QHBoxLayout()
        row.setSpacing(Space.M)
        self.when.setVisible(not compact)
        if not compact:
            row.addWidget(IconLabel("user", "on_wash", ground="wash", disc=36))
        row.addLayout(words, 1)
        self.body.addLayout(row)
        self.retranslate()

    def retranslate(self) -> None:
        """When they were paid last."""
        self.when.setText(moment_words(self.payee.last_at))
        self.setAccessibleName(self.tr("Pay {name}").format(name=self.payee.name))

    def sizeHint(self) -> QSize:
        """Qt: a row of them shares the width."""
        return QSize(120, super().sizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: Enter and Space press."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.pressed.emit()
            return
        super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Qt: a click presses."""
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(
            event.position().toPoint()
        ):
            self.pressed.emit()


class WhoPicker(Live, QWidget):
    """A field that understands what is typed, and the people paid last.

    ``found`` carries a text to look up, ``picked`` a :class:`KnownPayee`.
    """

    found = Signal(str)
    picked = Signal(object)
    scan_wanted = Signal()

    def __init__(
        self,
        name: str,
        *,
        columns: int = _COLUMNS,
        shown: int = _SHOWN,
        scan: bool = False,
        compact: bool = False,
    ) -> None:
        """Make it; ``scan`` offers the camera too, ``compact`` leaves out all but the field."""
        super().__init__()
        self.setObjectName(name)
        self._columns = columns
        self._shown = shown
        self._drawn: object = None
        self.field = Field(f"{name}Field")
        self.field.edit.setMaxLength(600)
        self.go = Button("", "primary", f"{name}Go")
        self.paste = Button("", "secondary", f"{name}Paste", icon="clipboard-text")
        self.scan = Button("", "secondary", f"{name}Scan", icon="frame-corners")
        self.scan.setVisible(scan)
        self.paste.setVisible(not compact)
        self._compact = compact
        self.title = Label("", "lead")
        self.tiles = QGridLayout()
        self.tiles.setSpacing(Space.M)
        self.field.line.addWidget(self.go)
        more = QHBoxLayout()
        more.setSpacing(Space.M)
        more.addWidget(self.paste)
        more.addWidget(self.scan)
        more.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.M)
        column.addWidget(self.field)
        if not compact:
            column.addLayout(more)
            column.addSpacing(Space.S)
            column.addWidget(self.title)
        column.addLayout(self.tiles)
        self.field.edited.connect(self._typed)
        self.field.submitted.connect(self._submit)
        self.go.clicked.connect(self._submit)
        self.paste.clicked.connect(self._paste)
        self.scan.clicked.connect(self.scan_wanted)
        self.retranslate()

    def show_payees(self, payees: tuple[KnownPayee, ...]) -> None:
        """Draw the people paid last, where that changed."""
        if payees == self._drawn:
            return
        self._drawn = payees
        clear(self.tiles)
        shown = payees[: self._shown]
        for number, payee in enumerate(shown):
            tile = PersonTile(payee, compact=self._compact)
            tile.pressed.connect(lambda it=payee: self.picked.emit(it))
            self.tiles.addWidget(tile, number // self._columns, number % self._columns)
        for number in range(self._columns):
            self.tiles.setColumnStretch(number, 1)
        self.title.setVisible(bool(shown) and not self._compact)

    def retranslate(self) -> None:
        """Labels and hints."""
        self.title.setText(self.tr("Paid lately"))
        self.go.setText(self.tr("Continue"))
        self.paste.setText(self.tr("Paste a code or link"))
        self.scan.setText(self.tr("Scan a code"))
        self._typed(self.field.text())

    def wipe(self) -> None:
        """Begin with an empty field."""
        self.field.set_text("")
        self._typed("")

    def _typed(self, text: str) -> None:
        typed = understand(text)
        kinds = {
            "phone": self.tr("A phone number"),
            "email": self.tr("An e-mail address"),
            "wallet": self.tr("A wallet number"),
            "code": self.tr("A personal code"),
        }
        hint = (
            kinds[typed.how]
            if typed is not None
            else self.tr("Only people who let themselves be found this way are found.")
        )
        self.field.set_words(self.tr("Phone number, e-mail address or wallet number"), hint)
        self.go.setEnabled(typed is not None)

    def _submit(self) -> None:
        if understand(self.field.text()) is not None:
            self.found.emit(self.field.text())
        elif self.field.text().strip():
            self.field.show_error(self._refusal(self.field.text()))

    def _refusal(self, text: str) -> str:
        """Why a text is nobody: a code of another kind is told for what it is."""
        kind = explain(text).kind
        if kind in {"ours", "ours_unsigned"}:
            return self.tr("This is a merchant's code. Use it under Pay.")
        if kind == "ours_payer":
            return self.tr("This is a code to pay a cashier with. It takes no transfers.")
        if kind == "ours_person":
            return self.tr("Nobody vouches for this personal code. Ask for a new one.")
        if kind in {"foreign_merchant", "foreign_payer"}:
            return self.tr("This code belongs to another payment system.")
        return self.tr("This is neither a phone number, an e-mail address nor a wallet number.")

    def _paste(self) -> None:
        text = QGuiApplication.clipboard().text().strip()
        self.field.set_text(text)
        self._typed(text)
        self._submit()


class WhoFace(Face):
    """The picker on the sheet, for plans, requests and splits."""

    found = Signal(str)
    picked = Signal(object)

    def __init__(self, title: str, payees: tuple[KnownPayee, ...]) -> None:
        """Ask for a person; ``title`` says what for."""
        super().__init__("WhoFace")
        self.title = Paragraph(title, "lead")
        self.who = WhoPicker("SheetWho", columns=2, shown=6)
        self.who.show_payees(payees)
        self.leave = Button("", "quiet", "WhoCancel")
        self.column.addWidget(self.title)
        self.column.addWidget(self.who)
        self.column.addWidget(self.error)
        self.column.addWidget(self.leave, 0, Qt.AlignmentFlag.AlignHCenter)
        self.who.found.connect(self.found)
        self.who.picked.connect(self.picked)
        self.leave.clicked.connect(self.left)
        self.retranslate()

    def retranslate(self) -> None:
        """The way out."""
        self.leave.setText(self.tr("Cancel"))

    def take_focus(self) -> None:
        """Into the field."""
        self.who.field.edit.setFocus()
