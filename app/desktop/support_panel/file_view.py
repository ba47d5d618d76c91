"""An attachment in the conversation: the picture itself, or a file with its name and size."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.desktop import dialogs
from app.desktop.operations import Operation
from app.desktop.support_panel.helpdesk import Helpdesk
from app.desktop.theme.manager import colours
from app.desktop.theme.tokens import Radius, Space
from app.desktop.widgets.base import Live
from app.desktop.widgets.buttons import Button
from app.desktop.widgets.icon_label import IconLabel
from app.desktop.widgets.labels import Label, Paragraph
from app.desktop.widgets.surfaces import Card
from app.desktop.words import explain
from app.protocol.messages.cards import FileCard
from app.protocol.spacing import filled

PICTURE = 240
"""The longest side of a picture in the conversation, in pixels."""


def size_words(size: int) -> str:
    """``312 KB`` or ``1.4 MB``."""
    if size < 1024 * 1024:
        return f"{max(1, round(size / 1024))} KB"
    return f"{size / 1024 / 1024:.1f} MB"


class Picture(QWidget):
    """A picture with round corners that can be pressed."""

    pressed = Signal()

    def __init__(self, size: QSize, name: str) -> None:
        """Keep a place of this size until the bytes are there."""
        super().__init__()
        self._image = QImage()
        self._size = size.scaled(QSize(PICTURE, PICTURE), Qt.AspectRatioMode.KeepAspectRatio)
        if size.width() <= PICTURE and size.height() <= PICTURE:
            self._size = size.expandedTo(QSize(48, 48))
        self.setObjectName(name)
        self.setFixedSize(self._size)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def show_image(self, image: QImage) -> None:
        """Show the picture."""
        self._image = image
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: Enter and Space press it."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.pressed.emit()
            return
        super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Qt: a click presses it."""
        if self.rect().contains(event.position().toPoint()):
            self.pressed.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: the picture, or its place; a ring while the keyboard is here."""
        del event
        palette = colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        box = QRectF(self.rect())
        path = QPainterPath()
        path.addRoundedRect(box, Radius.CONTROL, Radius.CONTROL)
        painter.setClipPath(path)
        painter.fillRect(box, QColor(palette.sunken))
        if not self._image.isNull():
            painter.drawImage(box, self._image)
        painter.setClipping(False)
        painter.setPen(QColor(palette.bean if self.hasFocus() else palette.line))
        inside = box.adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(inside, Radius.CONTROL, Radius.CONTROL)


class FileView(Live, QWidget):
    """An attachment: a picture is shown, everything is saved where the person wants it."""

    def __init__(self, file: FileCard, body: str, desk: Helpdesk, *, mine: bool) -> None:
        """Show a file; its bytes come from the vault or the service."""
        super().__init__()
        self.setObjectName("FileCard")
        self._file = file
        self._desk = desk
        self._body = body
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XS)
        self.picture: Picture | None = None
        self.save = Button("", "quiet", "FileSave")
        self.save.clicked.connect(self._save)
        self.failure = Label("", "small", "danger")
        self.failure.setWordWrap(True)
        self.failure.hide()
        right = Qt.AlignmentFlag.AlignRight if mine else Qt.AlignmentFlag.AlignLeft
        if file.media_type.startswith("image/") and file.width and file.height:
            self.picture = Picture(QSize(file.width, file.height), "FilePicture")
            self.picture.pressed.connect(self._save)
            column.addWidget(self.picture, 0, right)
            self.save.hide()
            self._load()
        else:
            column.addWidget(self._named())
        if body:
            from app.desktop.support_panel.bubble import Words

            column.addWidget(Words(body, ground="wash" if mine else "sunken"), 0, right)
        column.addWidget(self.failure)
        self.retranslate()

    def _named(self) -> Card:
        card = Card(margin=Space.M, spacing=Space.XS)
        row = QHBoxLayout()
        row.setSpacing(Space.S)
        pdf = self._file.media_type == "application/pdf"
        row.addWidget(IconLabel("file-pdf" if pdf else "file-text", "bean"))
        row.addWidget(Paragraph(self._file.name, "small"), 1)
        row.addWidget(Label(size_words(self._file.size), "muted"))
        card.body.addLayout(row)
        card.body.addWidget(self.save, 0, Qt.AlignmentFlag.AlignLeft)
        return card

    def retranslate(self) -> None:
        """What can be done with it."""
        self.save.setText(self.tr("Save…"))
        self.save.setAccessibleName(filled(self.tr("Save {name}"), name=self._file.name))
        named = self.tr("Picture {name}, {size}. Press to save it.")
        words = filled(named, name=self._file.name, size=size_words(self._file.size))
        if self.picture is not None:
            self.picture.setAccessibleName(words)
            self.picture.setToolTip(words)
        self.setAccessibleName(f"{self._file.name} {self._body}".strip())

    def spoken(self) -> str:
        """The name and the caption."""
        return self.accessibleName()

    def _load(self) -> None:
        picture = self.picture

        def show(data: bytes) -> None:
            image = QImage.fromData(data)
            if picture is not None and not image.isNull():
                picture.show_image(image)

        chat, file = self._desk.chat, self._file
        Operation(self, partial(chat.attachment, file)).on_success(show).on_failure(
            self._failed
        ).start()

    def _save(self) -> None:
        name = self._file.name
        ending = name.rsplit(".", 1)[-1] if "." in name else "bin"
        title = self.tr("Save the file")
        dialogs.choose_save(self, title, name, (ending.upper(), ending), self._write)

    def _write(self, path: Path | None) -> None:
        if path is None:
            return
        chat, file = self._desk.chat, self._file

        async def work() -> None:
            import asyncio

            data = await chat.attachment(file)
            await asyncio.to_thread(path.write_bytes, data)

        said = filled(self.tr("Saved as {name}."), name=path.name)
        self._desk.run(
            self,
            work,
            done=lambda _: self._desk.said.emit(said),
            failed=lambda sentence: self._say(sentence.line()),
        )

    def _failed(self, error: Exception) -> None:
        self._say(explain(error).line())

    def _say(self, words: str) -> None:
        self.failure.setText(words)
        self.failure.show()
