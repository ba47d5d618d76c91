"""The rows of the transcript, one below the other; they stay while the lines they show change."""

from __future__ import annotations

from PySide6.QtCore import QDate
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.desktop.components.when import moment
from app.desktop.support_panel.bubble import DayRow, Row
from app.desktop.support_panel.helpdesk import Helpdesk
from app.desktop.support_panel.rows import MessageRow, row_for, together
from app.desktop.theme.tokens import Space
from app.desktop.widgets.labels import Label
from app.wallet.support.views import Bubble


class Column(QWidget):
    """Shows lines as rows, with the day above what was said on it.

    Attributes:
        rows: Key → row; None where a line isn't drawn.
        typing: The last line: who writes now.
    """

    def __init__(self, desk: Helpdesk) -> None:
        """Make it empty."""
        super().__init__()
        self.setProperty("kind", "page")
        self._desk = desk
        self._shown: dict[str, Bubble] = {}
        self.rows: dict[str, Row | None] = {}
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(Space.M, Space.S, Space.M, Space.M)
        self._layout.setSpacing(0)
        self.typing = Label("", "muted")
        self.typing.setObjectName("TranscriptTyping")
        self.typing.setContentsMargins(Space.XS, Space.S, 0, 0)
        self.typing.hide()
        self._layout.addStretch(1)
        self._layout.addWidget(self.typing)

    def show_bubbles(self, bubbles: list[Bubble]) -> bool:
        """Draw these lines; rows that are there stay and only learn what changed.

        Returns:
            Whether anything is drawn at all.
        """
        wanted: list[Row] = []
        keys: set[str] = set()
        day: QDate | None = None
        for bubble in bubbles:
            row = self._row(bubble)
            keys.add(bubble.key)
            if row is None:
                continue
            date = moment(bubble.at).date()
            # The clocks of two devices differ: around midnight a line may be older than the last.
            if day is None or date > day:
                day = date
                heading = self._day(f"day:{date.toJulianDay()}:{bubble.conv}", date)
                wanted.append(heading)
                keys.add(heading.key)
            wanted.append(row)
        self._drop(set(self.rows) - keys)
        for index, row in enumerate(wanted, start=1):
            item = self._layout.itemAt(index)
            if item is None or item.widget() is not row:
                self._layout.insertWidget(index, row)
                row.show()
        self._shown = {bubble.key: bubble for bubble in bubbles}
        self._group(bubbles)
        return bool(wanted)

    def _row(self, bubble: Bubble) -> Row | None:
        if bubble.key not in self.rows:
            self.rows[bubble.key] = row_for(bubble, self._desk)
        elif self._shown.get(bubble.key) != bubble:
            row = self.rows[bubble.key]
            if row is not None:
                row.show_bubble(bubble)
        return self.rows[bubble.key]

    def _day(self, key: str, date: QDate) -> Row:
        row = self.rows.get(key)
        if row is None:
            row = self.rows[key] = DayRow(key, date)
        return row

    def _drop(self, keys: set[str]) -> None:
        for key in keys:
            row = self.rows.pop(key)
            if row is not None:
                self._layout.removeWidget(row)
                row.hide()
                row.deleteLater()

    def _group(self, bubbles: list[Bubble]) -> None:
        rows = [
            (bubble, row) for bubble in bubbles if (row := self.rows.get(bubble.key)) is not None
        ]
        for index, (bubble, row) in enumerate(rows):
            if isinstance(row, MessageRow):
                before = rows[index - 1][0] if index else None
                after = rows[index + 1][0] if index + 1 < len(rows) else None
                row.set_place(
                    head=before is None or not together(before, bubble),
                    foot=after is None or not together(bubble, after),
                )

    def in_order(self) -> list[Row]:
        """The rows from the top."""
        widgets = (self._layout.itemAt(index) for index in range(self._layout.count()))
        return [w for item in widgets if item is not None and isinstance(w := item.widget(), Row)]
