"""Reads codes off the Qt thread: the newest camera frame only, and still pictures whole."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from PySide6.QtMultimedia import QVideoFrame

    from app.scanner import Code
    from app.scanner.codes import CodeFormat


class Sighting(NamedTuple):
    """What one frame showed: its codes, and the frame's size that their corners belong to."""

    codes: Sequence[Code]
    width: int
    height: int


class FrameDecoder(QObject):
    """A worker thread that always takes the newest frame and forgets the ones in between.

    ``offer`` never blocks: a frame that arrives while another is being read replaces the one that
    waits. ``seen`` comes on the Qt thread, for frames with codes and once when they are gone.
    """

    seen = Signal(object)

    def __init__(
        self, parent: QObject | None = None, *, formats: frozenset[CodeFormat] | None = None
    ) -> None:
        """Prepare; the thread starts with the first frame. ``formats``: a wallet's by default."""
        super().__init__(parent)
        self._formats = formats
        self._wake = threading.Condition()
        self._newest: QVideoFrame | None = None
        self._thread: threading.Thread | None = None
        self._ended = False
        self._generation = 0

    def offer(self, frame: QVideoFrame) -> None:
        """Hand over a frame; returns at once."""
        from PySide6.QtMultimedia import QVideoFrame

        with self._wake:
            if self._ended:
                return
            self._newest = QVideoFrame(frame)  # shares the buffer and keeps it alive
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="kbean-scan", daemon=True)
                self._thread.start()
            self._wake.notify()

    def forget(self) -> None:
        """Drop the waiting frame and whatever is being read: the page has moved on."""
        with self._wake:
            self._newest = None
            self._generation += 1

    def stop(self) -> None:
        """End the thread; blocks for at most the frame under way."""
        with self._wake:
            self._ended = True
            self._newest = None
            self._wake.notify()
        if self._thread is not None:
            self._thread.join(timeout=5)
            self._thread = None

    def _next(self) -> tuple[QVideoFrame, int] | None:
        with self._wake:
            self._wake.wait_for(lambda: self._ended or self._newest is not None)
            frame, self._newest = self._newest, None
            return None if self._ended or frame is None else (frame, self._generation)

    def _work(self) -> None:
        from app.desktop.platform.frames import grey_of_frame
        from app.scanner import LiveScanner

        scanner = LiveScanner() if self._formats is None else LiveScanner(self._formats)
        had_codes = False
        while (work := self._next()) is not None:
            frame, generation = work
            grey = grey_of_frame(frame)
            if grey is None:
                continue
            codes = scanner.scan(grey)
            with self._wake:
                stale = self._ended or generation != self._generation
            if not stale and (codes or had_codes):
                height, width = grey.shape
                self.seen.emit(Sighting(codes, width, height))
            had_codes = bool(codes)


def still_reader(path_or_image: object) -> Callable[[], Sighting]:
    """Work for an Operation: read one still picture with every step.

    Args:
        path_or_image: A ``pathlib.Path`` of a picture file, or a ``QImage``.

    The work raises :class:`app.scanner.PictureError` for files that are no pictures, broken or
    too large.
    """
    from pathlib import Path

    def read() -> Sighting:
        from app.scanner import load_picture, scan_still

        if isinstance(path_or_image, Path):
            picture = load_picture(path_or_image)
            grey, colours = picture.grey, picture.colours
        else:
            from PySide6.QtGui import QImage

            from app.desktop.platform.frames import grey_of_image

            if not isinstance(path_or_image, QImage):
                raise TypeError("a path or a QImage")
            grey, colours = grey_of_image(path_or_image), None
        height, width = grey.shape
        return Sighting(scan_still(grey, colours=colours), width, height)

    return read
