"""The scan page: frames pushed into the sink, files, paste, drop, several codes, no camera."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest
import qrcode
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication, QImage
from PySide6.QtMultimedia import QVideoFrame, QVideoSink
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from app.desktop import dialogs, operations
from app.desktop.pages.scan import ScanPage
from app.desktop.platform.camera import Camera
from app.desktop.platform.clipboard import Clipboard
from app.desktop.platform.screen import NoScreenCapture, ScreenCapture


class PushedCamera(Camera):
    """Stands where a camera would: the test pushes the frames."""

    def __init__(self) -> None:
        super().__init__()
        self.running = False

    def start(self, sink: QVideoSink) -> None:
        del sink
        self.running = True
        self.started.emit()

    def stop(self) -> None:
        self.running = False


def picture_of(*texts: str, side: int = 260) -> QImage:
    sheet = Image.new("L", (side * len(texts) + 80 * (len(texts) + 1), side + 160), 255)
    for index, text in enumerate(texts):
        code = qrcode.make(text).get_image().convert("L").resize((side, side))
        sheet.paste(code, (80 + index * (side + 80), 80))
    grey = np.ascontiguousarray(np.asarray(sheet))
    height, width = grey.shape
    return QImage(grey.tobytes(), width, height, width, QImage.Format.Format_Grayscale8).copy()


def push(page: ScanPage, image: QImage) -> None:
    page.view.sink.setVideoFrame(QVideoFrame(image.convertToFormat(QImage.Format.Format_RGB32)))


@pytest.fixture
def read(qtbot):
    texts: list[str] = []
    made: list[ScanPage] = []

    def build(camera: Camera | None = None, screen: ScreenCapture | None = None):
        page = ScanPage(camera or PushedCamera(), Clipboard(), lambda: screen or NoScreenCapture())
        qtbot.addWidget(page)
        page.resize(1100, 640)
        page.code_read.connect(texts.append)
        made.append(page)
        page.show()
        return page, texts

    yield build
    for page in made:
        page.stop()
    operations.shutdown()
    dialogs.reset()


def status(page: ScanPage) -> str:
    return page._status[0]


def test_a_code_in_view_is_read_off_the_qt_thread_and_outlined(read, qtbot):
    page, texts = read()
    push(page, picture_of("https://example.org/a"))
    qtbot.waitUntil(lambda: texts == ["https://example.org/a"])
    assert "kbean-scan" in {thread.name for thread in threading.enumerate()}
    outline = page.view.outline_polygon(0).boundingRect()
    assert page.view.picture_rect().adjusted(-2, -2, 2, 2).contains(outline)
    assert outline.width() > 60


def test_a_code_that_stays_in_view_is_said_once_until_resumed(read, qtbot):
    page, texts = read()
    image = picture_of("stays")
    push(page, image)
    qtbot.waitUntil(lambda: texts == ["stays"])
    push(page, image)
    page.resume()
    push(page, image)
    qtbot.waitUntil(lambda: texts == ["stays", "stays"])


@pytest.mark.parametrize("by", ["number", "click"])
def test_of_several_codes_the_person_chooses(read, qtbot, by):
    page, texts = read()
    push(page, picture_of("first", "second"))
    qtbot.waitUntil(lambda: status(page) == "several")
    assert texts == []
    if by == "number":
        qtbot.keyClick(page.view, Qt.Key.Key_2)
    else:
        middle = page.view.outline_polygon(1).boundingRect().center().toPoint()
        qtbot.mouseClick(page.view, Qt.MouseButton.LeftButton, pos=middle)
    assert texts == ["second"]


def test_leaving_the_page_releases_the_camera(read):
    camera = PushedCamera()
    page, _ = read(camera)
    assert camera.running
    page.hide()
    assert not camera.running


def test_no_camera_is_said_and_pictures_still_work(read, qtbot, tmp_path):
    page, texts = read(Camera())
    assert status(page) == "no_camera"
    path = tmp_path / "code.png"
    picture_of("from a file").save(str(path))
    dialogs.set_next_answer(path)
    qtbot.mouseClick(page.findChild(QPushButton, "ScanChoosePicture"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: texts == ["from a file"])
    assert page.view.has_picture()


def test_paste_takes_a_picture_or_a_codes_text(read, qtbot):
    page, texts = read()
    QGuiApplication.clipboard().setImage(picture_of("pasted"))
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    QTest.keySequence(page, "Ctrl+V")
    qtbot.waitUntil(lambda: texts == ["pasted"])
    QGuiApplication.clipboard().setText("000201-typed")
    qtbot.mouseClick(page.findChild(QPushButton, "ScanPaste"), Qt.MouseButton.LeftButton)
    assert texts == ["pasted", "000201-typed"]


def test_a_dropped_file_is_read(read, qtbot, tmp_path):
    page, texts = read()
    path = tmp_path / "dropped.jpg"
    picture_of("dropped").save(str(path))
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    page.dropEvent(
        QDropEvent(
            QPointF(QPoint(9, 9)),
            Qt.DropAction.CopyAction,
            data,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
    )
    qtbot.waitUntil(lambda: texts == ["dropped"])


def _plain(path: Path) -> Path:
    path.write_text("not a picture at all")
    return path


def _broken(path: Path) -> Path:
    picture_of("cut").save(str(path), "PNG")
    path.write_bytes(path.read_bytes()[:300])
    return path


def _blank(path: Path) -> Path:
    image = QImage(640, 480, QImage.Format.Format_RGB32)
    image.fill(0xFFEEEEEE)
    image.save(str(path))
    return path


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (_plain, "This is not a picture"),
        (_broken, "This picture is damaged"),
        (_blank, "No code in this picture"),
        (lambda path: path, "This file is not there any more"),
    ],
)
def test_what_cannot_be_read_is_said_in_words(read, qtbot, tmp_path, make, words):
    page, texts = read()
    dialogs.set_next_answer(make(tmp_path / "file.png"))
    qtbot.mouseClick(page.findChild(QPushButton, "ScanChoosePicture"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page._status_title.text() == words)
    assert texts == []


class Screens:
    """Two screens; the code is on the second."""

    def grab(self) -> list[QImage]:
        blank = QImage(640, 400, QImage.Format.Format_RGB32)
        blank.fill(0xFF223344)
        return [blank, picture_of("on screen")]


def test_the_screen_is_scanned_and_the_window_comes_back(read, qtbot):
    page, texts = read(screen=Screens())
    qtbot.mouseClick(page.findChild(QPushButton, "ScanScreen"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: texts == ["on screen"])
    assert page.window().isVisible()


def test_a_screen_that_may_not_be_seen_is_said(read, qtbot):
    page, _ = read(screen=NoScreenCapture())
    qtbot.mouseClick(page.findChild(QPushButton, "ScanScreen"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: status(page) == "screen_unsupported")


def test_an_explanation_stays_until_the_person_looks_again(read, qtbot):
    page, texts = read()
    push(page, picture_of("https://example.org"))
    qtbot.waitUntil(lambda: bool(texts))
    page.explain("A web address", "It is not a payment code.")
    page.retranslate()
    assert page._status_title.text() == "A web address"
    qtbot.mouseClick(page.findChild(QPushButton, "ScanAgain"), Qt.MouseButton.LeftButton)
    assert status(page) == "looking"
