"""The camera as the second way: one code, then the sheet goes; no camera is said."""

from __future__ import annotations

from PySide6.QtGui import QImage
from PySide6.QtMultimedia import QVideoFrame

from app.desktop.counter.camera_face import CameraFace
from app.desktop.counter.slip_drawing import SlipLine, draw_slip
from app.desktop.platform.camera import Camera
from tests.desktop.counter.conftest import LONG


class Lens(Camera):
    """A camera that sees one picture."""

    def start(self, sink) -> None:
        slip = draw_slip([SlipLine("gap"), SlipLine("bars", "K2611237QX3M9VT2C")] * 3, 576)
        grey = QImage(slip.grey, 576, slip.height, 576, QImage.Format.Format_Grayscale8)
        picture = grey.convertToFormat(QImage.Format.Format_RGB32).scaled(1152, slip.height * 2)
        sink.setVideoFrame(QVideoFrame(picture))
        self.started.emit()


def test_the_first_code_ends_the_looking(calm, shown, qtbot):
    face = CameraFace(Lens())
    found, left = [], []
    face.found.connect(found.append)
    face.left.connect(lambda: left.append(True))
    shown(face, 600, 500)
    qtbot.waitUntil(lambda: found == ["K2611237QX3M9VT2C"], timeout=LONG)
    assert left == [True]


def test_no_camera_is_said(calm, shown):
    face = CameraFace(Camera())
    shown(face, 600, 500)
    assert "no camera" in face.text.plain_text()
    assert not face.view.isVisible()
