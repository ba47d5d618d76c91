"""Who sells here: a manager adds people, changes roles and PINs (C4, C5)."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.desktop.counter.parts import CounterPage, titled
from app.desktop.operations import Operation
from app.desktop.theme.tokens import Space
from app.desktop.watch import Watch
from app.desktop.widgets.base import clear
from app.desktop.widgets.buttons import Button
from app.desktop.widgets.checks import CheckBox
from app.desktop.widgets.fields import Field, PassphraseField
from app.desktop.widgets.labels import ElidedLabel, Figures, Label, Paragraph
from app.desktop.widgets.notes import Banner
from app.desktop.widgets.segmented import Segmented
from app.desktop.words import explain
from app.protocol.messages.counter import Cashier, CashierRequest, CashierRole
from app.wallet.counter.cashiers import may
from app.wallet.counter.session import CounterSession

ROLES: tuple[CashierRole, ...] = ("cashier", "supervisor", "manager")
_PIN = (4, 8)


class PeoplePage(CounterPage):
    """The list, and one person's form."""

    said = Signal(str)

    def __init__(self, session: CounterSession, parent: QWidget | None = None) -> None:
        """Build it."""
        super().__init__("PeoplePage", parent)
        self._session = session
        self._chosen: Cashier | None = None
        self.add = Button("", "secondary", "PeopleAdd", icon="plus")
        self.head.addWidget(self.add)
        self.note = Paragraph("", "body-muted")
        self._list = QVBoxLayout()
        self._list.setSpacing(Space.S)
        self.form_title = Label("", "lead")
        self.number = Field("PeopleNumber")
        self.number.edit.setMaxLength(6)
        self.name = Field("PeopleName")
        self.name.edit.setMaxLength(40)
        self.role = Segmented("PeopleRole", ROLES)
        self.active = CheckBox("PeopleActive")
        self.pin = PassphraseField("PeoplePin")
        self.pin.edit.setMaxLength(_PIN[1])
        self.result = Banner("PeopleResult", "danger")
        self.save = Button("", "primary", "PeopleSave", large=True)
        self.card = titled(
            self.form_title,
            self.number,
            self.name,
            self.role,
            self.pin,
            self.active,
            self.result,
            self.save,
        )
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.M)
        column.addWidget(self.note)
        column.addLayout(self._list)
        column.addStretch(1)
        row = QHBoxLayout()
        row.setSpacing(Space.XL)
        row.addWidget(left, 1)
        row.addWidget(self.card, 1, Qt.AlignmentFlag.AlignTop)
        self.column.addLayout(row)
        self.column.addStretch(1)
        for field in (self.number, self.name, self.pin):
            field.edited.connect(lambda _: self._draw_form())
            field.submitted.connect(self._save)
        self.add.clicked.connect(lambda: self.open(None))
        self.save.clicked.connect(self._save)
        Watch(session.observe, self._heard, self)
        self.open(None)

    def retranslate(self) -> None:
        """Every word."""
        self.title.setText(self.tr("People at the counter"))
        self.add.setText(self.tr("Somebody new"))
        words = self.role_words()
        self.role.set_words({role: words[role] for role in ROLES})
        self.number.set_words(self.tr("Number"), self.tr("Typed to sign in; up to 6 digits."))
        self.name.set_words(self.tr("Name"))
        self.active.set_words(self.tr("Works here"))
        self.save.setText(self.tr("Save"))
        self._draw_list()
        self._draw_form()

    def role_words(self) -> dict[CashierRole, str]:
        """What each role is called."""
        return {
            "cashier": self.tr("Cashier"),
            "supervisor": self.tr("Supervisor"),
            "manager": self.tr("Manager"),
        }

    def _heard(self, topics: frozenset[str]) -> None:
        if topics & {"info", "cashier"}:
            self.retranslate()

    def _draw_list(self) -> None:
        clear(self._list)
        manager = may(self._session.snapshot.cashier, "manager")
        self.note.set_text(
            self.tr("Cashiers sell, supervisors also refund and move cash, managers keep the list.")
            if manager
            else self.tr("A manager who is signed in can change this list.")
        )
        self.add.setEnabled(manager)
        self.card.setVisible(manager)
        words = self.role_words()
        for at, person in enumerate(self._session.snapshot.cashiers):
            row = QWidget()
            box = QHBoxLayout(row)
            box.setContentsMargins(0, 0, 0, 0)
            box.setSpacing(Space.M)
            number = Figures(person.number, "lead")
            number.setMinimumWidth(48)
            box.addWidget(number)
            box.addWidget(ElidedLabel(person.name, "strong"), 1)
            role = words[person.role] if person.active else self.tr("has left")
            box.addWidget(Label(role, "muted"))
            change = Button(self.tr("Change"), "quiet", f"PeopleChange{at}")
            change.setEnabled(manager)
            change.clicked.connect(lambda _=False, person=person: self.open(person))
            box.addWidget(change)
            self._list.addWidget(row)

    def open(self, person: Cashier | None) -> None:
        """Put somebody into the form; None is somebody new."""
        self._chosen = person
        self.number.set_text(person.number if person else "")
        self.name.set_text(person.name if person else "")
        self.role.choose(person.role if person else "cashier")
        self.active.setChecked(person.active if person else True)
        self.pin.wipe()
        self.result.set_words("")
        self.retranslate()

    def _draw_form(self) -> None:
        person = self._chosen
        self.form_title.setText(person.name if person else self.tr("Somebody new"))
        self.pin.set_words(
            self.tr("New PIN") if person else self.tr("PIN"),
            self.tr("4 to 8 digits; empty leaves it as it is.")
            if person
            else self.tr("4 to 8 digits."),
        )
        self.active.setVisible(person is not None)
        self.result.setVisible(bool(self.result.title.text()))
        pin = self.pin.text()
        low, high = _PIN
        pin_fits = (pin.isascii() and pin.isdigit() and low <= len(pin) <= high) or (
            person is not None and not pin
        )
        number = self.number.text()
        number_fits = number.isascii() and number.isdigit()
        self.save.setEnabled(bool(self.name.text().strip()) and number_fits and pin_fits)

    def _save(self) -> None:
        here = self._session.snapshot.cashier
        if here is None or not self.save.isEnabled():
            return
        request = CashierRequest(
            by=here.cashier_id,
            number=self.number.text(),
            name=self.name.text().strip(),
            role=self.role.key(),  # type: ignore[arg-type]  # our own keys
            active=self.active.isChecked(),
            pin=self.pin.text() or None,
        )
        known = self._chosen.cashier_id if self._chosen else ""
        self.save.setEnabled(False)
        work = Operation(self, lambda: self._session.change_cashier(known, request))
        work.on_success(lambda _: self._saved(request.name)).on_failure(self._failed).start()

    def _saved(self, name: str) -> None:
        self.open(None)
        self.said.emit(self.tr("{name} saved").format(name=name))

    def _failed(self, error: Exception) -> None:
        sentence = explain(error)
        self.result.set_words(sentence.title, sentence.action)
        self._draw_form()
