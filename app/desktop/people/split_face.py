"""Splitting a bill on the sheet: who shares it, equally or by hand, and every cent in sight."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.desktop.components.pay_faces import Face
from app.desktop.people.faces import NOTE_LENGTH
from app.desktop.people.who import WhoPicker
from app.desktop.theme.tokens import Space
from app.desktop.widgets.amounts import AmountField, amount_text
from app.desktop.widgets.base import clear
from app.desktop.widgets.buttons import Button, IconButton
from app.desktop.widgets.fields import Field
from app.desktop.widgets.labels import ElidedLabel, Figures, Label, Paragraph
from app.desktop.widgets.segmented import Segmented
from app.protocol.errors import KBeanError
from app.protocol.ids import new_id
from app.protocol.messages.transfers import KnownPayee, PayeeFound, Split, SplitPart
from app.protocol.money import format_minor, parse_typed
from app.wallet.people.split import equal_parts, left_over

_FIELD = 120


class SplitFace(Face):
    """``wanted`` carries the key and the :class:`Split`; ``look_wanted`` a text to look up."""

    wanted = Signal(str, object)
    look_wanted = Signal(str)

    def __init__(
        self,
        currency: str,
        payees: tuple[KnownPayee, ...],
        *,
        total: int | None = None,
        note: str = "",
        payment_id: str | None = None,
    ) -> None:
        """Begin with the asker alone; ``total`` and ``payment_id`` come from a payment."""
        super().__init__("SplitFace")
        self._currency = currency
        self._payment_id = payment_id
        self._key = new_id()
        self._people: list[tuple[str, str]] = []
        self._typed: dict[str, str] = {}
        self.title = Paragraph("", "lead")
        self.total = AmountField("SplitTotal", currency)
        self.note = Field("SplitNote")
        self.note.edit.setMaxLength(NOTE_LENGTH)
        self.note.set_text(note)
        self.who = WhoPicker("SplitWho", columns=3, shown=3, compact=True)
        self.who.show_payees(payees)
        self.way = Segmented("SplitWay", ("equal", "hand"))
        self.parts = QVBoxLayout()
        self.parts.setSpacing(Space.XS)
        self.rest = Label("", "strong")
        self.go = Button("", "primary", "SplitGo", large=True)
        self.leave = Button("", "quiet", "SplitCancel")
        self.column.setSpacing(Space.M)
        for widget in (self.title, self.total, self.note, self.who):
            self.column.addWidget(widget)
        self.column.addWidget(self.way, 0, Qt.AlignmentFlag.AlignLeft)
        self.column.addLayout(self.parts)
        for last in (self.rest, self.error, self.go):
            self.column.addWidget(last)
        self.column.addWidget(self.leave, 0, Qt.AlignmentFlag.AlignHCenter)
        self.total.changed.connect(lambda _: self._draw())
        self.way.chosen.connect(lambda _: self._draw())
        self.who.found.connect(self.look_wanted)
        self.who.picked.connect(lambda it: self.add(it.contact_id, it.name))
        self.go.clicked.connect(self._submit)
        self.leave.clicked.connect(self.left)
        if total is not None:
            self.total.edit.setText(format_minor(total, currency, grouping=False))
        self.retranslate()

    # --- who shares

    def found(self, payee: PayeeFound) -> None:
        """Somebody was looked up."""
        self.who.wipe()
        self.add(payee.payee_ref, payee.name)

    def add(self, ref: str, name: str) -> None:
        """Let somebody share the bill, once."""
        if ref not in [known for known, _ in self._people]:
            self._people.append((ref, name))
            self.error.hide()
            self._draw()
            self.resized.emit()

    def _remove(self, ref: str) -> None:
        self._people = [(known, name) for known, name in self._people if known != ref]
        self._typed.pop(ref, None)
        self._draw()
        self.resized.emit()

    # --- the parts

    def amounts(self) -> list[int] | None:
        """The parts as they stand, the asker's first; None while they can't be told."""
        total = self.total.minor()
        if total is None or not self._people:
            return None
        if self.way.key() == "equal":
            return equal_parts(total, len(self._people) + 1) if total > len(self._people) else None
        parts = []
        for ref in ["", *(known for known, _ in self._people)]:
            try:
                parts.append(parse_typed(self._typed.get(ref, ""), self._currency).minor)
            except KBeanError:
                return None
        return parts

    def retranslate(self) -> None:
        """Labels, then the parts."""
        self.title.set_text(self.tr("Split a bill"))
        self.note.set_words(self.tr("What for"), self.tr("Everybody reads it."))
        self.way.set_words({"equal": self.tr("Equally"), "hand": self.tr("By hand")})
        self.leave.setText(self.tr("Cancel"))
        self._draw()

    def _draw(self) -> None:
        clear(self.parts)
        equal = self.way.key() == "equal"
        amounts = self.amounts() if equal else None
        rows = [("", self.tr("You")), *self._people]
        for number, (ref, name) in enumerate(rows):
            self.parts.addWidget(self._row(ref, name, amounts[number] if amounts else None))
        self._draw_rest()

    def _row(self, ref: str, name: str, amount: int | None) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(Space.S)
        line.addWidget(ElidedLabel(name, "body"), 1)
        if self.way.key() == "equal":
            text = "–" if amount is None else amount_text(amount, self._currency)
            line.addWidget(Figures(text, "strong"))
        else:
            line.addWidget(self._edit(ref, name))
        drop = IconButton("x", f"SplitDrop_{ref[-8:]}")
        drop.set_words(self.tr("Leave {name} out").format(name=name))
        drop.setEnabled(bool(ref))
        drop.clicked.connect(lambda: self._remove(ref))
        line.addWidget(drop)
        return row

    def _edit(self, ref: str, name: str) -> QLineEdit:
        edit = QLineEdit(self._typed.get(ref, ""))
        edit.setObjectName(f"SplitPart_{ref[-8:]}")
        edit.setAccessibleName(self.tr("Part of {name}").format(name=name))
        edit.setFixedWidth(_FIELD)
        edit.setMaxLength(20)
        edit.setPlaceholderText("0.00")
        edit.setAlignment(Qt.AlignmentFlag.AlignRight)

        def typed(text: str) -> None:
            self._typed[ref] = text
            self._draw_rest()

        edit.textEdited.connect(typed)
        return edit

    def _draw_rest(self) -> None:
        total, amounts = self.total.minor(), self.amounts()
        ready = False
        if not self._people:
            self.rest.setText(self.tr("Add at least one other person."))
            self.rest.set_tone("muted")
        elif total is None or amounts is None:
            self.rest.setText(self.tr("Fill in the bill and every part."))
            self.rest.set_tone("muted")
        else:
            ready = self._draw_figures(total, amounts)
        self.go.setEnabled(ready)
        self.go.setText(self.tr("Ask everybody for their part"))

    def _draw_figures(self, total: int, amounts: list[int]) -> bool:
        rest = left_over(total, amounts)
        if rest:
            words = (
                self.tr("{amount} of the bill belong to nobody yet.")
                if rest > 0
                else self.tr("The parts are {amount} more than the bill.")
            )
            self.rest.setText(words.format(amount=amount_text(abs(rest), self._currency)))
            self.rest.set_tone("danger")
            return False
        over = max(amounts) - min(amounts)
        if self.way.key() == "equal" and over:
            more = amount_text(over, self._currency)
            words = self.tr(
                "It does not divide evenly: {amount} more for the first %n.",
                "",
                sum(1 for amount in amounts if amount == max(amounts)),
            )
            self.rest.setText(words.format(amount=more))
        else:
            self.rest.setText(self.tr("The parts add up to the bill."))
        self.rest.set_tone("bean")
        return True

    def _submit(self) -> None:
        total, amounts = self.total.minor(), self.amounts()
        if total is None or amounts is None:
            return
        refs: list[str | None] = [None, *(ref for ref, _ in self._people)]
        parts = [SplitPart(amount, ref) for amount, ref in zip(amounts, refs, strict=True)]
        note = self.note.text().strip()
        split = Split(total, self._currency, parts, note, self._payment_id)
        self.wanted.emit(self._key, split)

    def take_focus(self) -> None:
        """Into the bill, or where somebody is added when the bill is known."""
        if self.total.minor() is None:
            self.total.edit.setFocus()
        else:
            self.who.field.edit.setFocus()
