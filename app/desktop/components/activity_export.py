"""Taking activity along: what is shown as a table, or a statement with the seal (M6)."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QDate, QPoint, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from app.desktop import dialogs
from app.desktop.components.movement_words import category_words, kind_name
from app.desktop.components.statement_face import StatementFace
from app.desktop.operations import Operation
from app.desktop.theme.tokens import Space
from app.desktop.widgets.base import Live
from app.desktop.widgets.busy import Spinner
from app.desktop.widgets.buttons import Button
from app.desktop.widgets.labels import Label
from app.desktop.words import explain
from app.protocol.messages.payments import MovementKind
from app.wallet.categories import CATEGORIES
from app.wallet.exports import TableWords, write_table
from app.wallet.session import WalletSession
from app.wallet.vault.stores.activity_rows import ActivityFilter

_KINDS: tuple[str, ...] = MovementKind.__args__  # type: ignore[attr-defined]  # a Literal's


class ActivityExport(Live, QWidget):
    """A button with two ways. ``sheet_wanted`` carries the face that asks for the days."""

    said = Signal(str)
    sheet_wanted = Signal(object)

    def __init__(self, session: WalletSession, parent: QWidget | None = None) -> None:
        """Make it for everything."""
        super().__init__(parent)
        self.setObjectName("ActivityExport")
        self._session = session
        self._wanted = ActivityFilter(unit="money")
        self.button = Button("", "secondary", "ActivityExportButton", icon="download-simple")
        self.menu_ = QMenu(self)
        self.menu_.setObjectName("ActivityExportMenu")
        self.table = QAction(self.menu_)
        self.statement = QAction(self.menu_)
        self.menu_.addAction(self.table)
        self.menu_.addAction(self.statement)
        self._spinner = Spinner()
        self._busy = Label("", "muted")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.S)
        for widget in (self._spinner, self._busy, self.button):
            row.addWidget(widget)
        self._progress(busy=False)
        self.button.clicked.connect(self.open_menu)
        self.table.triggered.connect(self.save_table)
        self.statement.triggered.connect(self.ask_statement)
        self.retranslate()

    def retranslate(self) -> None:
        """The button's and the menu's words."""
        self.button.setText(self.tr("Export"))
        self.table.setText(self.tr("What is shown, as a table (CSV)"))
        self.statement.setText(self.tr("Statement with the operator's seal (PDF)"))
        self._busy.setText(self.tr("Writing…"))

    def show_wanted(self, wanted: ActivityFilter) -> None:
        """What the list shows now."""
        self._wanted = wanted

    def open_menu(self) -> None:
        """Open the menu under the button."""
        self.menu_.popup(self.button.mapToGlobal(QPoint(0, self.button.height() + Space.XS)))

    def save_table(self) -> None:
        """Ask for a file name, then write what is shown."""
        today = QDate.currentDate().toString("yyyy-MM-dd")
        dialogs.choose_save(
            self, self.tr("Save the table"), f"kbean-{today}.csv", ("CSV", "csv"), self._write
        )

    def ask_statement(self) -> None:
        """Ask for the days of a statement."""
        face = StatementFace(self._session)
        face.said.connect(self.said)
        self.sheet_wanted.emit(face)

    def _write(self, path: Path | None) -> None:
        if path is None:
            return
        work = partial(write_table, self._session, self._wanted, path, self._words())

        def done(count: int) -> None:
            words = self.tr("%n movement(s) saved as {name}.", "", count)
            self.said.emit(words.format(name=path.name))

        Operation(self, work).on_success(done).on_failure(self._failed).with_progress(
            lambda on: self._progress(busy=on)
        ).replacing("table").start()

    def _progress(self, *, busy: bool) -> None:
        self._spinner.setVisible(busy)
        self._busy.setVisible(busy)
        self.button.setEnabled(not busy)

    def _failed(self, error: Exception) -> None:
        sentence = explain(error)
        dialogs.inform(self, sentence.title, sentence.whole())

    def _words(self) -> TableWords:
        heads = (
            self.tr("Date"),
            self.tr("Time"),
            self.tr("Kind"),
            self.tr("With"),
            self.tr("Store"),
            self.tr("For"),
            self.tr("Note"),
            self.tr("Amount"),
            self.tr("Currency"),
            self.tr("Balance after"),
            self.tr("Category"),
            self.tr("Labels"),
            self.tr("My note"),
            self.tr("Order number"),
            self.tr("K-Beans earned"),
        )
        return TableWords(
            heads,
            {kind: kind_name(kind) for kind in _KINDS},
            {category: category_words(category) for category in CATEGORIES},
        )
