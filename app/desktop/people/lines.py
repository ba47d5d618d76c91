"""One line of a list: a sign, two lines of words, an amount with a state, and what can be done."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.desktop.theme.tokens import Space
from app.desktop.widgets.buttons import Button
from app.desktop.widgets.icon_label import IconLabel
from app.desktop.widgets.labels import Figures, Label, Paragraph, Tone
from app.desktop.widgets.surfaces import Card


class ListLine(QWidget):
    """A line that its owner fills; ``buttons`` stand below the words."""

    def __init__(self, name: str, icon: str, ink: str = "on_wash", ground: str = "wash") -> None:
        """Make it without words."""
        super().__init__()
        self.setObjectName(name)
        self.title = Paragraph("", "strong")
        self.detail = Paragraph("", "muted")
        self.amount = Figures("", "strong")
        self.state = Label("", "small")
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(Space.S)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.title)
        words.addWidget(self.detail)
        self.words = words
        right = QVBoxLayout()
        right.setSpacing(2)
        right.addWidget(self.amount, 0, Qt.AlignmentFlag.AlignRight)
        right.addWidget(self.state, 0, Qt.AlignmentFlag.AlignRight)
        right.addStretch(1)
        top = Qt.AlignmentFlag.AlignTop
        line = QHBoxLayout()
        line.setSpacing(Space.M)
        line.addWidget(IconLabel(icon, ink, ground=ground, disc=36), 0, top)
        line.addLayout(words, 1)
        line.addLayout(right)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, Space.S, 0, Space.S)
        column.setSpacing(Space.S)
        column.addLayout(line)
        indent = QHBoxLayout()
        indent.setContentsMargins(36 + Space.M, 0, 0, 0)
        indent.addLayout(self._buttons)
        indent.addStretch(1)
        column.addLayout(indent)

    def say(self, title: str, detail: str, amount: str, state: tuple[str, str] = ("", "")) -> None:
        """All words; ``state`` is the word and its tone."""
        self.title.set_text(title)
        self.detail.set_text(detail)
        self.detail.setVisible(bool(detail))
        self.amount.setText(amount)
        word, tone = state
        self.state.setText(word)
        self.state.set_tone(_tone(tone))
        self.state.setVisible(bool(word))

    def add_button(self, button: Button) -> None:
        """One more thing that can be done."""
        self._buttons.addWidget(button)


def _tone(word: str) -> Tone:
    tones: dict[str, Tone] = {
        "bean": "bean",
        "warning": "warning",
        "danger": "danger",
        "info": "info",
        "muted": "muted",
    }
    return tones.get(word, "")


class Listing(Card):
    """A card with a heading and lines below it; hidden while it is empty."""

    def __init__(self, name: str) -> None:
        """Make it empty."""
        super().__init__(spacing=0)
        self.setObjectName(name)
        self.heading = Label("", "lead")
        self.rows = QVBoxLayout()
        self.rows.setSpacing(0)
        self.body.addWidget(self.heading)
        self.body.addSpacing(Space.S)
        self.body.addLayout(self.rows)
