"""The clipboard: what can be scanned from it, and secrets that leave it again (design/6)."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QMimeData, QObject, Qt, QTimer
from PySide6.QtGui import QClipboard, QGuiApplication, QImage

SECRET_LIFETIME_MS = 60_000

_CONCEALED = {
    # What clipboard managers honour on each system; unknown formats are ignored elsewhere.
    "application/x-nspasteboard-concealed-type": b"secret",
    "x-kde-passwordManagerHint": b"secret",
    'application/x-qt-windows-mime;value="ExcludeClipboardContentFromMonitorProcessing"': b"\1",
    'application/x-qt-windows-mime;value="CanIncludeInClipboardHistory"': b"\0\0\0\0",
}


@dataclass(frozen=True)
class Dropped:
    """What a paste or a drop carries: a picture, picture files, or a code's text."""

    image: QImage | None = None
    files: list[Path] = field(default_factory=list)
    text: str = ""


def read_mime(data: QMimeData) -> Dropped:
    """Sort the content: files win over pictures, pictures over text."""
    files = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    if files:
        return Dropped(files=files)
    if data.hasImage():
        image = data.imageData()
        if isinstance(image, QImage) and not image.isNull():
            return Dropped(image=image)
    return Dropped(text=data.text().strip() if data.hasText() else "")


class Clipboard(QObject):
    """The system's clipboard."""

    def __init__(self, parent: QObject | None = None) -> None:
        """Prepare; the clipboard is touched on use only."""
        super().__init__(parent)
        self._secret: str | None = None
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.clear_secret)

    @staticmethod
    def _system() -> QClipboard:
        return QGuiApplication.clipboard()

    def read(self) -> Dropped:
        """What is there to scan."""
        return read_mime(self._system().mimeData())

    def write(self, text: str) -> None:
        """Put plain text there."""
        self._system().setText(text)

    def write_secret(self, text: str, lifetime_ms: int = SECRET_LIFETIME_MS) -> None:
        """Put a secret there, marked as concealed, and take it away again after a while."""
        data = QMimeData()
        data.setText(text)
        for name, value in _CONCEALED.items():
            data.setData(name, value)
        self._system().setMimeData(data)
        self._secret = text
        app = QCoreApplication.instance()
        if app is not None:
            app.aboutToQuit.connect(self.clear_secret, Qt.ConnectionType.UniqueConnection)
        self._timer.start(lifetime_ms)

    def clear_secret(self) -> None:
        """Empty the clipboard, but only if it still holds our secret."""
        if self._secret is not None and self._system().text() == self._secret:
            self._system().clear()
        self._secret = None
        self._timer.stop()
