"""Bars at the foot of the panel in place of the composer, and what an empty panel says."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.desktop.theme.tokens import Space
from app.desktop.widgets.base import Live
from app.desktop.widgets.buttons import Button
from app.desktop.widgets.icon_label import IconLabel
from app.desktop.widgets.labels import Paragraph


class ClosedBar(Live, QWidget):
    """The conversation is closed: go on in it, or begin another."""

    go_on = Signal()
    fresh = Signal()

    def __init__(self) -> None:
        """Make it."""
        super().__init__()
        self.setObjectName("ClosedBar")
        self.words = Paragraph("", "small")
        self.again = Button("", "secondary", "ClosedGoOn")
        self.new = Button("", "primary", "ClosedNew")
        row = QHBoxLayout()
        row.setSpacing(Space.S)
        row.addWidget(self.again, 1)
        row.addWidget(self.new, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.M, Space.S, Space.M, Space.M)
        column.setSpacing(Space.S)
        column.addWidget(self.words)
        column.addLayout(row)
        self.again.clicked.connect(self.go_on)
        self.new.clicked.connect(self.fresh)
        self.retranslate()

    def retranslate(self) -> None:
        """Words."""
        self.words.set_text(self.tr("This conversation is closed."))
        self.again.setText(self.tr("Go on here"))
        self.new.setText(self.tr("New conversation"))


class ReadingBar(Live, QWidget):
    """An earlier conversation is being read: the way back to the current one."""

    back = Signal()

    def __init__(self) -> None:
        """Make it."""
        super().__init__()
        self.setObjectName("ReadingBar")
        self.words = Paragraph("", "small")
        self.button = Button("", "primary", "ReadingBack")
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.M, Space.S, Space.M, Space.M)
        column.setSpacing(Space.S)
        column.addWidget(self.words)
        column.addWidget(self.button)
        self.button.clicked.connect(self.back)
        self.retranslate()

    def retranslate(self) -> None:
        """Words."""
        self.words.set_text(self.tr("You are reading what was said earlier."))
        self.button.setText(self.tr("Back to now"))


class Welcome(Live, QWidget):
    """An empty panel: what help there is, and how people begin."""

    asked = Signal(str)
    freeze_wanted = Signal()

    def __init__(self) -> None:
        """Make it."""
        super().__init__()
        self.setObjectName("SupportWelcome")
        self.title = Paragraph("", "lead", centred=True)
        self.text = Paragraph("", "body-muted", centred=True)
        self.questions = [Button("", "secondary", f"WelcomeAsk_{n}") for n in range(3)]
        self.freeze = Button("", "quiet", "WelcomeFreeze", icon="snowflake")
        centre = Qt.AlignmentFlag.AlignHCenter
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.XL, Space.S, Space.XL, Space.S)
        column.setSpacing(Space.S)
        column.addStretch(1)
        disc = IconLabel("chats-circle", "on_wash", size=24, ground="wash", disc=48)
        column.addWidget(disc, 0, centre)
        column.addSpacing(Space.S)
        column.addWidget(self.title)
        column.addWidget(self.text)
        column.addSpacing(Space.XS)
        for button in self.questions:
            column.addWidget(button)
            button.clicked.connect(lambda _=False, b=button: self.asked.emit(b.accessibleName()))
        column.addWidget(self.freeze)
        column.addStretch(2)
        self.freeze.clicked.connect(self.freeze_wanted)
        self.retranslate()

    def retranslate(self) -> None:
        """Words; the questions are asked in the language of the window."""
        self.title.set_text(self.tr("How can we help?"))
        self.text.set_text(
            self.tr(
                "Ask in your own words. The assistant answers at once, and a person is one "
                "click away. Nobody sees your account unless you allow it."
            )
        )
        questions = (
            self.tr("My payment failed but money is gone"),
            self.tr("There is a payment I don't recognise"),
            self.tr("When do K-Beans expire?"),
        )
        for button, words in zip(self.questions, questions, strict=True):
            button.setText(words)
        self.freeze.setText(self.tr("Freeze my account"))
