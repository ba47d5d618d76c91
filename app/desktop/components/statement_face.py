"""Which days a sealed statement is for; then it is fetched, its seal checked, and written (M6)."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from pathlib import Path

from PySide6.QtCore import QDate, QLocale, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.desktop import dialogs
from app.desktop.operations import Operation
from app.desktop.theme.tokens import Space
from app.desktop.widgets.base import Live
from app.desktop.widgets.busy import Spinner
from app.desktop.widgets.buttons import Button
from app.desktop.widgets.fields import Field
from app.desktop.widgets.labels import Label, Paragraph
from app.desktop.widgets.notes import Banner
from app.desktop.widgets.segmented import Segmented
from app.desktop.words import explain
from app.wallet.searching.dates import read_date
from app.wallet.session import WalletSession
from app.wallet.vault.stores.search_text import fold

MOST_DAYS = 366
_TIMES = ("month", "last-month", "year", "own")


class StatementFace(Live, QWidget):
    """Asks for the days and saves the statement; ``left`` asks to take the sheet away."""

    said = Signal(str)
    left = Signal()

    def __init__(self, session: WalletSession, parent: QWidget | None = None) -> None:
        """Make it for last month."""
        super().__init__(parent)
        self.setObjectName("StatementFace")
        self._session = session
        self.title = Label("", "lead")
        self.text = Paragraph("", "muted")
        self.times = Segmented("StatementTime", _TIMES)
        self.first = Field("StatementFirst")
        self.last = Field("StatementLast")
        self.failure = Banner("StatementFailure", "warning")
        self.failure.hide()
        self.save = Button("", "primary", "StatementSave", icon="file-pdf", large=True)
        self.leave = Button("", "quiet", "StatementLeave")
        self._spinner = Spinner()
        self._busy = Label("", "muted")
        self._build()
        self.times.choose("last-month")
        self._fill("last-month")
        self.retranslate()

    def _build(self) -> None:
        days = QHBoxLayout()
        days.setSpacing(Space.M)
        for field in (self.first, self.last):
            days.addWidget(field, 1, Qt.AlignmentFlag.AlignTop)
            field.edited.connect(lambda _: self.times.choose("own"))
            field.submitted.connect(self._go)
        waiting = QHBoxLayout()
        waiting.addStretch(1)
        waiting.addWidget(self._spinner)
        waiting.addWidget(self._busy)
        waiting.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.XL, Space.XL, Space.XL, Space.XL)
        column.setSpacing(Space.M)
        column.addWidget(self.title)
        column.addWidget(self.text)
        column.addWidget(self.times, 0, Qt.AlignmentFlag.AlignLeft)
        column.addLayout(days)
        column.addWidget(self.failure)
        column.addLayout(waiting)
        column.addWidget(self.save)
        column.addWidget(self.leave)
        self._progress(busy=False)
        self.times.chosen.connect(self._fill)
        self.save.clicked.connect(self._go)
        self.leave.clicked.connect(self.left)
        self.setFocusProxy(self.save)

    def retranslate(self) -> None:
        """Words of the face; the days stay as they were typed."""
        self.title.setText(self.tr("Statement with a seal"))
        self.text.set_text(
            self.tr(
                "Everything that moved on these days, with the balance before and after. The "
                "operator seals the PDF: anybody can check that nothing in it was changed."
            )
        )
        self.times.set_words(
            {
                "month": self.tr("This month"),
                "last-month": self.tr("Last month"),
                "year": self.tr("This year"),
                "own": self.tr("Other days"),
            }
        )
        self.first.set_words(self.tr("First day"), "", "2026-11-01")
        self.last.set_words(self.tr("Last day"), "", "2026-11-30")
        self.save.setText(self.tr("Save the statement"))
        self.leave.setText(self.tr("Not now"))
        self._busy.setText(self.tr("Fetching and checking the seal…"))

    def _fill(self, key: str) -> None:
        today = _today()
        first, last = today.replace(day=1), today
        if key == "last-month":
            last = first - timedelta(days=1)
            first = last.replace(day=1)
        elif key == "year":
            first = today.replace(month=1, day=1)
        if key == "own":
            self.first.edit.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.first.set_text(first.isoformat())
        self.last.set_text(last.isoformat())
        for field in (self.first, self.last):
            field.show_error("")

    def _days(self) -> tuple[date, date] | None:
        """What was typed, or None after saying what is wrong with it."""
        today = _today()
        found = []
        for field in (self.first, self.last):
            span = read_date(" ".join(fold(field.text()).split()), today)
            day = None if span is None else span.first if field is self.first else span.last
            if day is None:
                field.show_error(self.tr("Write a day, such as 2026-11-05."))
                return None
            found.append(day)
        first, last = found[0], min(found[1], today) if self._open_end() else found[1]
        if last > today:
            self.last.show_error(self.tr("This day is still to come."))
        elif last < first:
            self.last.show_error(self.tr("The last day stands before the first."))
        elif (last - first).days >= MOST_DAYS:
            self.last.show_error(self.tr("A statement is for a year at most."))
        else:
            return first, last
        return None

    def _open_end(self) -> bool:
        """Whether a month was typed whose end is still to come: then it ends today."""
        return len(self.last.text().strip()) < len("2026-11-05")

    def _go(self) -> None:
        days = self._days()
        if days is None:
            return
        first, last = days
        dialogs.choose_save(
            self,
            self.tr("Save the statement"),
            f"kbean-{first}-{last}.pdf",
            ("PDF", "pdf"),
            partial(self._fetch, first, last),
        )

    def _fetch(self, first: date, last: date, path: Path | None) -> None:
        if path is None:
            return
        account = self._session.snapshot.money()
        currency = account.currency if account else "CNY"
        chinese = QLocale().language() == QLocale.Language.Chinese
        work = partial(
            self._session.save_statement,
            path,
            first=first,
            last=last,
            currency=currency,
            language="zh-CN" if chinese else "en",
        )
        self.failure.hide()
        self.save.setEnabled(False)
        Operation(self, work).on_success(lambda _: self._saved(path)).on_failure(
            self._failed
        ).with_progress(lambda on: self._progress(busy=on)).replacing("statement").start()

    def _saved(self, path: Path) -> None:
        self.save.setEnabled(True)
        self.said.emit(self.tr("The seal was checked; saved as {name}.").format(name=path.name))
        self.left.emit()

    def _failed(self, error: Exception) -> None:
        self.save.setEnabled(True)
        sentence = explain(error)
        self.failure.set_words(sentence.title, sentence.whole())
        self.failure.show()

    def _progress(self, *, busy: bool) -> None:
        self._spinner.setVisible(busy)
        self._busy.setVisible(busy)


def _today() -> date:
    today = QDate.currentDate()
    return date(today.year(), today.month(), today.day())
