"""Fields with their label above and one line below for a hint or an error."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from app.desktop.theme.manager import colours
from app.desktop.theme.tokens import Space
from app.desktop.widgets.base import Live, restyle_by
from app.desktop.widgets.buttons import Button
from app.desktop.widgets.labels import Label, Paragraph


class Field(QWidget):
    """A line of text with a label, and below it a hint or, in its place, an error.

    ``edited`` is sent for every change by the person, ``submitted`` for Enter.
    """

    edited = Signal(str)
    submitted = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        """Make it; ``name`` becomes the object name of the line edit."""
        super().__init__(parent)
        self._hint = ""
        self._error = ""
        self.label = Label("", "small")
        self.edit = QLineEdit()
        self.edit.setObjectName(name)
        self.below = Paragraph("", "muted", "muted")
        self.label.setBuddy(self.edit)
        self.label.setProperty("role", "small")
        self.line = QHBoxLayout()
        self.line.setSpacing(Space.S)
        self.line.addWidget(self.edit, 1)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(Space.XS + 2)
        self.column.addWidget(self.label)
        self.column.addLayout(self.line)
        self.column.addWidget(self.below)
        self.setFocusProxy(self.edit)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.edit.textEdited.connect(self._edited)
        self.edit.returnPressed.connect(self.submitted)
        self._show_below()

    def put_inside(self, button: QWidget) -> None:
        """Let a small button stand at the right end of the line, inside its border."""
        button.setProperty("inside", True)
        inside = QHBoxLayout(self.edit)
        inside.setContentsMargins(0, 0, Space.XS, 0)
        inside.addStretch(1)
        inside.addWidget(button)
        self.make_room_for(button)

    def make_room_for(self, button: QWidget) -> None:
        """Keep what is typed clear of the button inside."""
        button.ensurePolished()
        self.edit.setTextMargins(0, 0, button.sizeHint().width(), 0)

    def set_words(self, label: str, hint: str = "", placeholder: str = "") -> None:
        """The label above, the hint below, the example inside."""
        self.label.setText(label)
        self.label.setVisible(bool(label))
        self.edit.setAccessibleName(label or placeholder)
        self.edit.setPlaceholderText(placeholder)
        self._hint = hint
        self._show_below()

    def text(self) -> str:
        """What is typed."""
        return self.edit.text()

    def set_text(self, text: str) -> None:
        """Put something in, or empty it."""
        self.edit.setText(text)

    def show_error(self, words: str) -> None:
        """Say what is wrong here; it goes away with the next key."""
        self._error = words
        restyle_by(self.edit, wrong=bool(words))
        self._show_below()

    @property
    def error(self) -> str:
        """What is said to be wrong, or nothing."""
        return self._error

    def _edited(self, text: str) -> None:
        if self._error:
            self.show_error("")
        self.edited.emit(text)

    def _show_below(self) -> None:
        words = self._error or self._hint
        self.below.setVisible(bool(words))
        self.below.set_tone("danger" if self._error else "muted")
        self.below.set_text(words)
        self.edit.setAccessibleDescription(words)


class PassphraseField(Live, Field):
    """A field whose letters are hidden until asked for. It never keeps them in an undo list."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        """Make it hidden."""
        super().__init__(name, parent)
        self.edit.setEchoMode(QLineEdit.EchoMode.Password)
        self.edit.setInputMethodHints(
            Qt.InputMethodHint.ImhSensitiveData
            | Qt.InputMethodHint.ImhNoPredictiveText
            | Qt.InputMethodHint.ImhNoAutoUppercase
        )
        self.reveal = Button("", "quiet", f"{name}Reveal")
        self.reveal.clicked.connect(self._toggle)
        self.retranslate()
        self.put_inside(self.reveal)

    def take(self) -> str:
        """What was typed; the field is empty afterwards."""
        typed = self.edit.text()
        self.wipe()
        return typed

    def wipe(self) -> None:
        """Forget what was typed, and hide again."""
        self.edit.clear()
        self.edit.setEchoMode(QLineEdit.EchoMode.Password)
        self.retranslate()

    def retranslate(self) -> None:
        """The words of the little button."""
        hidden = self.edit.echoMode() == QLineEdit.EchoMode.Password
        self.reveal.setText(self.tr("Show") if hidden else self.tr("Hide"))
        self.reveal.setAccessibleName(
            self.tr("Show the passphrase") if hidden else self.tr("Hide the passphrase")
        )
        self.make_room_for(self.reveal)

    def _toggle(self) -> None:
        hidden = self.edit.echoMode() == QLineEdit.EchoMode.Password
        mode = QLineEdit.EchoMode.Normal if hidden else QLineEdit.EchoMode.Password
        self.edit.setEchoMode(mode)
        self.retranslate()
        self.edit.setFocus()


class StrengthMeter(QWidget):
    """Four bars and a sentence: how hard a passphrase is to guess. The words carry the meaning."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make it empty."""
        super().__init__(parent)
        self._bars = _Bars()
        self._words = Paragraph("", "muted")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XS)
        column.addWidget(self._bars)
        column.addWidget(self._words)

    def show_strength(self, score: int | None, words: str, *, enough: bool = False) -> None:
        """Show a score of 0 to 4, or nothing yet (None)."""
        self._bars.show_score(score, enough=enough)
        self._words.set_text(words)
        self._words.set_tone("muted" if score is None else "bean" if enough else "warning")


class _Bars(QWidget):
    """The four bars."""

    def __init__(self) -> None:
        super().__init__()
        self._score: int | None = None
        self._enough = False
        self.setFixedHeight(6)

    def show_score(self, score: int | None, *, enough: bool) -> None:
        """0 … 4, or None for nothing typed."""
        self._score, self._enough = score, enough
        self.update()

    def sizeHint(self) -> QSize:
        """Qt: as wide as there is room."""
        return QSize(160, 6)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: filled bars up to the score."""
        del event
        palette = colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        filled = 0 if self._score is None else max(1, self._score)
        ink = palette.bean if self._enough else palette.warning
        gap = 4
        width = (self.width() - 3 * gap) / 4
        for index in range(4):
            painter.setBrush(QColor(ink if index < filled else palette.line))
            painter.drawRoundedRect(QRectF(index * (width + gap), 0, width, 6), 3, 3)
