"""Scan: the camera fills the page; pictures come by file, paste, drop or from the screen too."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDropEvent,
    QHideEvent,
    QImage,
    QKeySequence,
    QShortcut,
    QShowEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.desktop import dialogs
from app.desktop.decoding import FrameDecoder, Sighting, still_reader
from app.desktop.operations import Operation
from app.desktop.platform.camera import Camera
from app.desktop.platform.clipboard import Clipboard, Dropped, read_mime
from app.desktop.platform.screen import ScreenCapture, ScreenUnavailable
from app.desktop.theme.tokens import Space
from app.desktop.widgets.base import Live
from app.desktop.widgets.buttons import Button
from app.desktop.widgets.camera_view import CameraView, Outline
from app.desktop.widgets.labels import Label, Paragraph
from app.desktop.widgets.surfaces import Card

if TYPE_CHECKING:
    from app.scanner import Code

SIDE_WIDTH = 320
HIDE_WINDOW_MS = 250
"""How long the window steps aside before the screen is read: a compositor's fade."""


class ScanPage(Live, QWidget):
    """Finds a code and says its text; what the text means is the pay flow's matter.

    Signals:
        code_read: The text of the one code found, or of the one the person chose.
    """

    code_read = Signal(str)

    def __init__(
        self,
        camera: Camera,
        clipboard: Clipboard,
        screen: Callable[[], ScreenCapture],
        parent: QWidget | None = None,
    ) -> None:
        """Build the page; the camera starts when the page is shown and stops when it is left."""
        super().__init__(parent)
        self.setObjectName("ScanPage")
        self.setAcceptDrops(True)
        self._camera, self._clipboard, self._screen = camera, clipboard, screen
        self._camera.setParent(self)
        self._camera.failed.connect(self._camera_failed)
        self._decoder = FrameDecoder(self)
        self._decoder.seen.connect(self._live_seen)
        self._codes: list[Code] = []
        self._live = False
        self._holding = False
        self._aside = False
        self._status = ("looking", "")
        self._build()
        self.retranslate()

    def _build(self) -> None:
        self.view = CameraView(self)
        self.view.setObjectName("ScanView")
        self.view.chosen.connect(self._choose)
        self._title = Label("", "title")
        self._hint = Paragraph("", "body-muted")
        self._file = Button("", "secondary", "ScanChoosePicture", icon="image")
        self._paste = Button("", "secondary", "ScanPaste", icon="clipboard-text")
        self._grab = Button("", "secondary", "ScanScreen", icon="monitor")
        self._again = Button("", "quiet", "ScanAgain", icon="camera")
        self._file.clicked.connect(self._choose_picture)
        self._paste.clicked.connect(self.paste)
        self._grab.clicked.connect(self._scan_screen)
        self._again.clicked.connect(self.resume)
        self._card = Card(kind="sunken", margin=Space.L, spacing=Space.S)
        self._status_title = Label("", "strong")
        self._status_text = Paragraph("", "small")
        self._card.body.addWidget(self._status_title)
        self._card.body.addWidget(self._status_text)
        self._card.body.addWidget(self._again, 0, Qt.AlignmentFlag.AlignLeft)
        side = QVBoxLayout()
        side.setSpacing(Space.M)
        side.addWidget(self._title)
        side.addWidget(self._hint)
        side.addSpacing(Space.S)
        for button in (self._file, self._paste, self._grab):
            side.addWidget(button)
        side.addSpacing(Space.S)
        side.addWidget(self._card)
        side.addStretch(1)
        column = QWidget()
        column.setFixedWidth(SIDE_WIDTH)
        column.setLayout(side)
        side.setContentsMargins(0, 0, 0, 0)
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.XXL, Space.S, Space.XXL, Space.XXL)
        row.setSpacing(Space.XL)
        row.addWidget(self.view, 1)
        row.addWidget(column)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Paste), self, self.paste)

    # --- the camera -------------------------------------------------------------------------

    def start_camera(self) -> None:
        """Open the camera and look at every newest frame."""
        self._live = True
        sink = self.view.sink
        sink.videoFrameChanged.connect(self._offer, Qt.ConnectionType.UniqueConnection)
        self._camera.start(sink)

    def resume(self) -> None:
        """Forget what was found and look again."""
        self._holding = False
        self._codes = []
        self._decoder.forget()
        self.view.show_nothing()
        self._say("looking")
        if not self._live and self.isVisible():
            self.start_camera()

    def pause(self) -> None:
        """Keep the picture as it is and read no more: a sheet is open."""
        self._holding = True
        self._decoder.forget()

    def close_camera(self) -> None:
        """Release the camera and end the reading thread's work."""
        self._live = False
        self._camera.stop()
        self._decoder.forget()

    def _offer(self) -> None:
        if self._live and not self._holding:
            self._decoder.offer(self.view.sink.videoFrame())

    def _camera_failed(self, reason: str) -> None:
        self._live = False
        self._say(reason)

    def _live_seen(self, sighting: Sighting) -> None:
        if self._live and not self._holding:
            self._show(sighting)

    # --- still pictures -----------------------------------------------------------------------

    def read_dropped(self, dropped: Dropped) -> None:
        """Read what was pasted or dropped: the first file, the picture, or a code's text."""
        if dropped.files:
            self._read_still(dropped.files[0])
        elif dropped.image is not None:
            self._read_still(dropped.image)
        elif dropped.text:
            self._found_text(dropped.text)
        else:
            self._say("clipboard_empty")

    def paste(self) -> None:
        """Read the clipboard."""
        self.read_dropped(self._clipboard.read())

    def _choose_picture(self) -> None:
        dialogs.choose_pictures(
            self,
            self.tr("Choose a picture with a code"),
            lambda chosen: self._read_still(chosen[0]) if chosen else None,
        )

    def _scan_screen(self) -> None:
        self._aside = True
        self.window().hide()
        QTimer.singleShot(HIDE_WINDOW_MS, self, self._grab_screen)

    def _grab_screen(self) -> None:
        try:
            pictures = self._screen().grab()
        except ScreenUnavailable as error:
            self._say(f"screen_{error.reason}")
            return
        finally:
            self.window().show()
            self._aside = False
        self._read_screens(pictures)

    def _read_screens(self, pictures: list[QImage]) -> None:
        first, rest = pictures[0], pictures[1:]

        def next_screen(sighting: Sighting) -> None:
            if not sighting.codes and rest:
                self._read_screens(rest)
            else:
                self._show_still(first, sighting)

        self._start(first, next_screen)

    def _read_still(self, source: Path | QImage) -> None:
        self._start(source, functools.partial(self._show_still, source))

    def _start(self, source: Path | QImage, done: Callable[[Sighting], object]) -> None:
        self._holding = True
        self._decoder.forget()
        Operation(self, still_reader(source)).replacing("still").on_success(done).on_failure(
            self._picture_failed
        ).with_progress(self._show_progress).start()

    def _show_progress(self, busy: bool) -> None:
        if busy:
            self._say("reading")

    def _show_still(self, source: Path | QImage, sighting: Sighting) -> None:
        image = source
        if isinstance(image, Path):
            from PySide6.QtGui import QImageReader

            reader = QImageReader(str(image))
            reader.setAutoTransform(True)
            image = reader.read()
        if self._live:
            self.close_camera()
        self.view.show_still(image)
        self._show(sighting)
        if not sighting.codes:
            self._say("nothing_found")

    def _picture_failed(self, error: Exception) -> None:
        from app.scanner import PictureError

        if not isinstance(error, PictureError):
            raise error
        self._say(error.code)

    # --- what was found -----------------------------------------------------------------------

    def _show(self, sighting: Sighting) -> None:
        self._codes = list(sighting.codes)
        several = len(self._codes) > 1
        self.view.set_outlines(
            [
                Outline(code.corners, number if several else None)
                for number, code in enumerate(self._codes, 1)
            ],
            QSize(sighting.width, sighting.height),
        )
        if len(self._codes) == 1:
            self._found_text(self._codes[0].text)
        elif several:
            self.pause()
            self._say("several", str(len(self._codes)))
            self.view.setFocus()

    def _choose(self, index: int) -> None:
        if index < len(self._codes):
            chosen = self._codes[index]
            self._say("found")
            self.code_read.emit(chosen.text)

    def _found_text(self, text: str) -> None:
        self.pause()
        self._say("found")
        self.code_read.emit(text)

    def explain(self, title: str, text: str) -> None:
        """Show why what was read cannot be paid, in the words the caller found."""
        self._status = ("explained", "")
        self._set_status(title, text, again=True)

    # --- words --------------------------------------------------------------------------------

    def _say(self, status: str, detail: str = "") -> None:
        self._status = (status, detail)
        self._card.setProperty("status", status)
        title, text = self._words()
        self._set_status(title, text, again=status not in {"looking", "reading", "found"})

    def _set_status(self, title: str, text: str, *, again: bool) -> None:
        self._status_title.setText(title)
        self._status_text.set_text(text)
        self._status_text.setVisible(bool(text))
        self._again.setVisible(again)
        self._card.setVisible(bool(title))

    def retranslate(self) -> None:
        """Every word again."""
        self._title.setText(self.tr("Scan to pay"))
        self._hint.set_text(
            self.tr("Hold a merchant's code in front of the camera, or drop a picture here.")
        )
        self._file.setText(self.tr("Choose a picture…"))
        self._paste.setText(self.tr("Paste"))
        self._grab.setText(self.tr("Scan the screen"))
        self._again.setText(self.tr("Look again"))
        self.view.setAccessibleName(self.tr("Camera picture; found codes are outlined"))
        if self._status[0] != "explained":
            self._say(*self._status)

    def _words(self) -> tuple[str, str]:
        status, detail = self._status
        words: dict[str, tuple[str, str]] = {
            "looking": (self.tr("Looking for a code…"), ""),
            "reading": (self.tr("Reading the picture…"), ""),
            "found": (self.tr("Code found"), ""),
            "several": (
                self.tr("{count} codes in view").format(count=detail),
                self.tr("Choose one: click it, or type its number."),
            ),
            "nothing_found": (
                self.tr("No code in this picture"),
                self.tr("Try a sharper or closer picture, with the whole code in it."),
            ),
            "clipboard_empty": (
                self.tr("Nothing to scan on the clipboard"),
                self.tr("Copy a picture of a code or its text, then paste again."),
            ),
            "no_camera": (
                self.tr("No camera found"),
                self.tr("Choose, paste or drop a picture instead."),
            ),
            "permission_denied": (
                self.tr("The camera is not allowed"),
                self.tr("Allow it in the system's privacy settings, or use a picture instead."),
            ),
            "failed": (
                self.tr("The camera stopped"),
                self.tr("Another program may be using it. Close that, then look again."),
            ),
            "screen_permission_denied": (
                self.tr("The screen may not be read"),
                self.tr("Allow screen recording in the system's privacy settings, then try again."),
            ),
            "screen_unsupported": (
                self.tr("This system does not show us its screen"),
                self.tr("Take a screenshot and paste it here."),
            ),
            "picture_too_large": (
                self.tr("This picture is too large"),
                self.tr("Crop it around the code and try again."),
            ),
            "picture_broken": (
                self.tr("This picture is damaged"),
                self.tr("It cannot be opened to its end. Save or take it again."),
            ),
            "picture_empty": (self.tr("This file is empty"), self.tr("Save or take it again.")),
            "picture_folder": (self.tr("This is a folder"), self.tr("Choose one picture in it.")),
            "picture_missing": (
                self.tr("This file is not there any more"),
                self.tr("It may have been moved or renamed."),
            ),
            "picture_unreadable": (
                self.tr("This file cannot be opened"),
                self.tr("Check that you may read it."),
            ),
        }
        return words.get(
            status,
            (self.tr("This is not a picture"), self.tr("Use a PNG, JPEG or WebP picture.")),
        )

    # --- Qt -----------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Qt: pictures, picture files and text may be dropped."""
        mime = event.mimeData()
        if mime.hasImage() or mime.hasUrls() or mime.hasText():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Qt: read what was dropped."""
        event.acceptProposedAction()
        self.read_dropped(read_mime(event.mimeData()))

    def showEvent(self, event: QShowEvent) -> None:
        """Qt: the page is seen; look."""
        super().showEvent(event)
        if not self._aside:
            self.resume()

    def hideEvent(self, event: QHideEvent) -> None:
        """Qt: the page is left; the camera's light goes out."""
        self.close_camera()
        super().hideEvent(event)

    def stop(self) -> None:
        """The window closes: end the reading thread."""
        self.close_camera()
        self._decoder.stop()
