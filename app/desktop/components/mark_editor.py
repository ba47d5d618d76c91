"""What the person says of a movement: its group, labels, a note; kept in the vault alone (M6)."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.desktop.components.movement_words import category_icon, category_words
from app.desktop.operations import Operation
from app.desktop.theme.tokens import Space
from app.desktop.widgets.base import Live
from app.desktop.widgets.buttons import Button
from app.desktop.widgets.chips import Chip, Flow, MenuChip, Option
from app.desktop.widgets.fields import Field
from app.desktop.widgets.labels import Label
from app.desktop.widgets.surfaces import Line
from app.protocol.messages.payments import Movement
from app.wallet.categories import CATEGORIES, category_of
from app.wallet.marks import (
    LABEL_SIGNS,
    MOST_LABELS,
    NOTE_SIGNS,
    Noted,
    with_label,
    with_note,
    without_label,
)
from app.wallet.session import WalletSession
from app.wallet.vault.stores.marks import Mark


class MarkEditor(Live, QWidget):
    """Edits one movement; ``noted`` carries its id and the new :class:`Noted` at once."""

    noted = Signal(str, object)

    def __init__(
        self, session: WalletSession, movement: Movement, parent: QWidget | None = None
    ) -> None:
        """Read what is said of the movement, and show it."""
        super().__init__(parent)
        self.setObjectName("MarkEditor")
        self._session = session
        self.movement = movement
        self._known = Noted(category_of(movement.kind, movement.mcc))
        self._offer = ""
        self.title = Label("", "strong")
        self.category = MenuChip("MarkCategory")
        self.always = Button("", "quiet", "MarkAlways")
        self.add = Field("MarkLabel")
        self.add.edit.setMaxLength(LABEL_SIGNS)
        self.note = Field("MarkNote")
        self.note.edit.setMaxLength(NOTE_SIGNS)
        self._chips: list[Chip] = []
        self._labels = QWidget()
        self._flow = Flow(self._labels)
        top = QHBoxLayout()
        top.addWidget(self.title)
        top.addStretch(1)
        top.addWidget(self.category)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        column.addWidget(Line())
        column.addLayout(top)
        column.addWidget(self.always)
        column.addWidget(self._labels)
        column.addWidget(self.add)
        column.addWidget(self.note)
        self.category.picked.connect(self._file)
        self.always.clicked.connect(self._file_all)
        self.add.submitted.connect(self._label)
        self.note.edit.editingFinished.connect(self._write)
        self.always.hide()
        self.retranslate()
        Operation(self, partial(session.marks.of, movement)).on_success(self._show).start()

    @property
    def known(self) -> Noted:
        """What is said of the movement as far as this knows."""
        return self._known

    def retranslate(self) -> None:
        """Words, choices, labels."""
        self.title.setText(self.tr("Yours alone"))
        usual = category_words(category_of(self.movement.kind, self.movement.mcc))
        groups = (Option(key, category_words(key), category_icon(key)) for key in CATEGORIES)
        by_itself = Option("", self.tr("As the merchant says: {group}").format(group=usual))
        self.category.set_options(self.tr("Category"), [by_itself, *groups])
        self.add.set_words("", "", self.tr("Add a label"))
        self.note.set_words("", "", self.tr("A note for yourself"))
        self._draw()

    def _show(self, known: Noted) -> None:
        self._known = known
        if not self.note.edit.hasFocus():
            self.note.set_text(known.mark.note)
        self._draw()

    def _draw(self) -> None:
        known = self._known
        self.category.choose(known.category)
        usual = category_of(self.movement.kind, self.movement.mcc)
        self.category.mark(chosen=known.category != usual)
        for chip in self._chips:
            self._flow.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self._chips = []
        for number, label in enumerate(known.mark.labels):
            chip = Chip(f"MarkLabel{number}", self._labels, icon="x")
            chip.set_words(f"#{label}", self.tr("Take the label {label} away").format(label=label))
            chip.clicked.connect(partial(self._unlabel, label))
            self._flow.addWidget(chip)
            chip.show()
            self._chips.append(chip)
        self._labels.setVisible(bool(self._chips))
        self.add.setVisible(len(known.mark.labels) < MOST_LABELS)
        self.always.setVisible(bool(self._offer))
        if self._offer:
            words = self.tr("File everything of {name} there").format(
                name=self.movement.counterparty
            )
            self.always.setText(words)

    # --- what the person does

    def _file(self, category: str) -> None:
        self._offer = category if self.movement.counterparty else ""
        self._keep_category(category, always=False)

    def _file_all(self) -> None:
        category, self._offer = self._offer, ""
        self._keep_category(category, always=True)

    def _keep_category(self, category: str, *, always: bool) -> None:
        marks, movement = self._session.marks, self.movement
        Operation(self, partial(marks.file, movement, category or None, always=always)).on_success(
            lambda _: self._again()
        ).start()

    def _again(self) -> None:
        """Read what came of it: a rule of the merchant may decide now."""

        def show(known: Noted) -> None:
            self._show(known)
            self.noted.emit(self.movement.movement_id, known)

        Operation(self, partial(self._session.marks.of, self.movement)).on_success(show).replacing(
            "again"
        ).start()

    def _label(self) -> None:
        mark = with_label(self._known.mark, self.add.text())
        self.add.set_text("")
        self._keep(mark)

    def _unlabel(self, label: str) -> None:
        self._keep(without_label(self._known.mark, label))

    def _write(self) -> None:
        self._keep(with_note(self._known.mark, self.note.text()))

    def _keep(self, mark: Mark) -> None:
        if mark == self._known.mark:
            return
        self._known = Noted(self._known.category, mark, self._known.rule)
        self._draw()
        work = partial(self._session.marks.put, self.movement.movement_id, mark)
        Operation(self, work).on_success(lambda _: self._again()).start()
