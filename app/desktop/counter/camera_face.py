"""The camera as the second way to scan: a sheet that closes itself when a code was read."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.desktop.decoding import FrameDecoder, Sighting
from app.desktop.platform.camera import Camera
from app.desktop.theme.tokens import Space
from app.desktop.widgets.base import Live
from app.desktop.widgets.buttons import Button
from app.desktop.widgets.camera_view import CameraView
from app.desktop.widgets.labels import Label, Paragraph
from app.scanner.codes import PAYMENT_FORMATS, CodeFormat

FORMATS = PAYMENT_FORMATS | {CodeFormat.CODE_128, CodeFormat.EAN_13, CodeFormat.EAN_8}
"""A payer's QR or bars, a slip's bars, an item's barcode."""


class CameraFace(Live, QWidget):
    """Looks at every newest frame; ``found`` carries the first code's text."""

    found = Signal(str)
    left = Signal()

    def __init__(self, camera: Camera, parent: QWidget | None = None) -> None:
        """Make it on a camera; it is opened when the face is shown and closed when it goes."""
        super().__init__(parent)
        self.setObjectName("CameraFace")
        self._camera = camera
        camera.setParent(self)
        camera.failed.connect(self._failed)
        self._problem = ""
        self._over = False
        self._decoder = FrameDecoder(self, formats=FORMATS)
        self._decoder.seen.connect(self._seen)
        self.view = CameraView(self)
        self.view.setObjectName("CameraFaceView")
        self.title = Label("", "title")
        self.text = Paragraph("", "body-muted", centred=True)
        self.back = Button("", "secondary", "CameraFaceBack", large=True)
        self.back.clicked.connect(self.left)
        column = QVBoxLayout(self)
        column.setSpacing(Space.M)
        column.addWidget(self.title, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self.view, 1)
        column.addWidget(self.text)
        column.addWidget(self.back)
        self.retranslate()

    def retranslate(self) -> None:
        """Every word."""
        self.title.setText(self.tr("Scan with the camera"))
        self.view.setAccessibleName(self.tr("What the camera sees"))
        self.back.setText(self.tr("Close"))
        self.text.set_text(
            {
                "no_camera": self.tr("There is no camera here; use the scanner."),
                "permission_denied": self.tr("The system does not let us use the camera."),
                "failed": self.tr("The camera stopped; use the scanner."),
            }.get(self._problem, self.tr("Hold the customer's code in front of the camera."))
        )

    def _offer(self) -> None:
        if not self._over:
            self._decoder.offer(self.view.sink.videoFrame())

    def _seen(self, sighting: Sighting) -> None:
        if sighting.codes and not self._over:
            self._over = True
            text = sighting.codes[0].text
            self.left.emit()
            self.found.emit(text)

    def _failed(self, problem: str) -> None:
        self._problem = problem
        self.view.hide()
        self.retranslate()

    def showEvent(self, event: QShowEvent) -> None:
        """Qt: open the camera."""
        super().showEvent(event)
        sink = self.view.sink
        sink.videoFrameChanged.connect(self._offer, Qt.ConnectionType.UniqueConnection)
        self._camera.start(sink)

    def hideEvent(self, event: QHideEvent) -> None:
        """Qt: the camera's light goes out, the reading thread ends."""
        super().hideEvent(event)
        self._over = True
        self._camera.stop()
        self._decoder.stop()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: Esc closes."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)
