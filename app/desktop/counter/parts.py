"""Small things that several pages of the counter share."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from app.desktop.theme.tokens import Space
from app.desktop.widgets.labels import ElidedLabel, Figures, Label, Tone
from app.desktop.widgets.surfaces import Card, PageBody
from app.protocol.errors import KBeanError
from app.protocol.money import parse_typed


class CounterPage(PageBody):
    """A page with a title in a column as wide as the counter has room for."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        """Make it with its title."""
        super().__init__(name, parent)
        self.title = Label("", "title")
        self.head = QHBoxLayout()
        self.head.setSpacing(Space.M)
        self.head.addWidget(self.title, 1)
        self.column.setSpacing(Space.L)
        self.column.addLayout(self.head)


class Facts(QWidget):
    """Words at the left, figures at the right, one pair a row."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        """Make it empty."""
        super().__init__(parent)
        self.setObjectName(name)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(Space.XL)
        self._grid.setVerticalSpacing(Space.S)
        self._grid.setColumnStretch(0, 1)
        self._rows: list[tuple[ElidedLabel, Figures]] = []

    def show_rows(self, rows: list[tuple[str, str, Tone]]) -> None:
        """Words, figure, and the figure's tone."""
        while len(self._rows) < len(rows):
            word, figure = ElidedLabel("", "body-muted"), Figures("", "strong")
            aside = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            figure.setAlignment(aside)
            at = len(self._rows)
            self._grid.addWidget(word, at, 0)
            self._grid.addWidget(figure, at, 1)
            self._rows.append((word, figure))
        for at, (word, figure) in enumerate(self._rows):
            shown = at < len(rows)
            word.setVisible(shown)
            figure.setVisible(shown)
            if shown:
                word.setText(rows[at][0])
                figure.setText(rows[at][1])
                figure.set_tone(rows[at][2])
                figure.setAccessibleName(f"{rows[at][0]} {rows[at][1]}")


def titled(title: Label, *widgets: QWidget) -> Card:
    """A card with a title and what stands below it."""
    card = Card(spacing=Space.M)
    card.body.addWidget(title)
    for widget in widgets:
        card.body.addWidget(widget)
    return card


def typed_amount(text: str, currency: str) -> int | None:
    """Minor units of what was typed; 0 is an amount here, None is none."""
    if text.strip() in {"0", "0.0", "0.00"}:
        return 0
    try:
        return parse_typed(text, currency).minor
    except KBeanError:
        return None
