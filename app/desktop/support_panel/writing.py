"""The field one writes into: grows with the text, Enter sends, pictures can be pasted."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QMimeData, Qt, Signal
from PySide6.QtGui import QImage, QInputMethodEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from app.desktop.theme.tokens import Size, Space

_LINES = 6
"""The field grows up to so many lines, then it scrolls."""


class WritingField(QPlainTextEdit):
    """Several lines. ``entered`` is sent for Enter, never while an input method composes.

    ``attached`` carries a path, or the bytes of a picture as PNG with a name.
    """

    entered = Signal()
    attached = Signal(object, str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        """Make it one line high."""
        super().__init__(parent)
        self.setObjectName(name)
        self.setProperty("kind", "writing")
        self.setTabChangesFocus(True)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._composing = False
        self.document().documentLayout().documentSizeChanged.connect(lambda _: self._grow())
        self._grow()

    def _grow(self) -> None:
        line = self.fontMetrics().lineSpacing()
        # A plain text document counts its height in lines.
        lines = max(1, round(self.document().documentLayout().documentSize().height()))
        shown = min(lines, _LINES)
        height = max(Size.CONTROL, shown * line + 2 * Space.S + 6)
        policy = Qt.ScrollBarPolicy
        self.setVerticalScrollBarPolicy(
            policy.ScrollBarAsNeeded if lines > _LINES else policy.ScrollBarAlwaysOff
        )
        if height != self.height():
            self.setFixedHeight(height)

    def take_mime(self, source: QMimeData) -> bool:
        """Take pictures and files out of a clipboard or a drop; False where there are none."""
        files = [Path(url.toLocalFile()) for url in source.urls() if url.isLocalFile()]
        for file in files[:1]:
            self.attached.emit(file, file.name)
        if files:
            return True
        if source.hasImage():
            image = QImage(source.imageData())
            if not image.isNull():
                self.attached.emit(png(image), "picture.png")
                return True
        return False

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        """Qt: text, pictures and files."""
        return source.hasImage() or source.hasUrls() or super().canInsertFromMimeData(source)

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Qt: pasted or dropped; formatting never comes along."""
        if not self.take_mime(source):
            super().insertFromMimeData(source)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """Qt: an input method composes."""
        self._composing = bool(event.preeditString())
        super().inputMethodEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: Enter sends, Shift+Enter begins a line."""
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            if not self._composing:
                self.entered.emit()
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: another width, other lines."""
        super().resizeEvent(event)
        self._grow()


def png(image: QImage) -> bytes:
    """A picture as PNG."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]  # the stub lacks the format as text
    return bytes(buffer.data().data())
