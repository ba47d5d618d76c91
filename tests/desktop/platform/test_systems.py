"""Camera, screen and clipboard: each says why it cannot, and secrets leave the clipboard."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtMultimedia import QVideoSink

from app.desktop.platform.camera import Camera, QtCamera
from app.desktop.platform.clipboard import Clipboard, read_mime
from app.desktop.platform.screen import NoScreenCapture, ScreenUnavailable, screen_capture


def test_no_camera_says_so(qtbot):
    camera = Camera()
    with qtbot.waitSignal(camera.failed) as said:
        camera.start(QVideoSink())
    assert said.args == ["no_camera"]
    camera.stop()


def test_the_real_camera_without_a_device_says_so(qtbot):
    camera = QtCamera()
    with qtbot.waitSignal(camera.failed) as said:
        camera.start(QVideoSink())
    assert said.args[0] in {"no_camera", "permission_denied"}
    camera.stop()


def test_a_system_that_hides_its_screen_says_so(qapp):
    capture = screen_capture()
    if QGuiApplication.platformName() == "offscreen":
        assert isinstance(capture, NoScreenCapture)
    with pytest.raises(ScreenUnavailable) as refused:
        NoScreenCapture().grab()
    assert refused.value.reason == "unsupported"


def test_files_win_over_pictures_and_pictures_over_text(qapp, tmp_path):
    data = QMimeData()
    data.setText("  000201  ")
    assert read_mime(data).text == "000201"
    image = QImage(3, 3, QImage.Format.Format_RGB32)
    image.fill(0)
    data.setImageData(image)
    assert read_mime(data).image is not None
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "a.png")), QUrl("https://example.org/x")])
    assert read_mime(data).files == [Path(tmp_path / "a.png")]


def test_a_secret_is_concealed_and_leaves_the_clipboard(qtbot):
    clipboard = Clipboard()
    clipboard.write_secret("K7QF-11", lifetime_ms=1)
    kept = QGuiApplication.clipboard().mimeData()
    assert kept.hasFormat("application/x-nspasteboard-concealed-type")
    qtbot.waitUntil(lambda: QGuiApplication.clipboard().text() == "")


def test_what_the_person_copied_since_stays(qtbot):
    clipboard = Clipboard()
    clipboard.write_secret("K7QF-11")
    clipboard.write("a shopping list")
    clipboard.clear_secret()
    assert clipboard.read().text == "a shopping list"
