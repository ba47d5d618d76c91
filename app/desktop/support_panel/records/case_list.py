"""All cases of the person as cards, what is on its way, and the way to open one."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout

from app.desktop.operations import Operation
from app.desktop.support_panel.helpdesk import Helpdesk
from app.desktop.support_panel.records.parts import CaseEntry, ListPage, PendingCard
from app.desktop.theme.tokens import Space
from app.desktop.widgets.base import clear
from app.desktop.widgets.buttons import Button
from app.desktop.widgets.surfaces import EmptyState
from app.wallet.support.case_views import CaseShelf


class CaseList(ListPage):
    """The newest change first. ``wanted`` carries a case's id, ``open_wanted`` asks for the form.

    Attributes:
        shelf: What is drawn.
    """

    wanted = Signal(str)
    open_wanted = Signal()

    def __init__(self, desk: Helpdesk) -> None:
        """Make it; :meth:`load` fills it."""
        super().__init__("CaseList")
        self._desk = desk
        self.shelf = CaseShelf((), ())
        self.open = Button("", "primary", "CaseOpen", icon="folder-plus")
        self.list = QVBoxLayout()
        self.list.setSpacing(Space.S)
        self.empty = EmptyState("folder", "CasesEmpty")
        for widget in (self.open, self.error, self.busy):
            self.column.addWidget(widget)
        self.column.addLayout(self.list)
        self.column.addWidget(self.empty)
        self.column.addStretch(1)
        self.open.clicked.connect(self.open_wanted)
        self.retranslate()

    def retranslate(self) -> None:
        """Words and cards."""
        super().retranslate()
        self.open.setText(self.tr("Open a case"))
        self.empty.set_words(
            self.tr("No cases"),
            self.tr(
                "A case is for what takes longer than a conversation. It has a number, somebody "
                "is responsible for it, and each step stands here."
            ),
        )
        self._draw()

    def load(self) -> None:
        """Show what the vault has, then ask the service."""
        self.read()
        cases = self._desk.session.cases
        Operation(self, cases.refresh_cases).with_progress(self.busy.setVisible).on_success(
            lambda _: self.error.hide()
        ).on_failure(self.could_not_ask).replacing("ask").start()

    def read(self) -> None:
        """Show what the vault has."""
        Operation(self, self._desk.session.cases.cases).on_success(self._show).on_failure(
            self.could_not_ask
        ).replacing("read").start()

    def _show(self, shelf: CaseShelf) -> None:
        if shelf != self.shelf:
            self.shelf = shelf
            self._draw()

    def _draw(self) -> None:
        clear(self.list)
        for pending in self.shelf.pending:
            self.list.addWidget(PendingCard(pending, self._desk))
        for number, view in enumerate(self.shelf.cases):
            entry = CaseEntry(f"Case_{number}", view)
            entry.opened.connect(lambda key=view.case.id: self.wanted.emit(key))
            self.list.addWidget(entry)
        self.empty.setVisible(not self.shelf.cases and not self.shelf.pending)
