"""Frames of every common pixel format become the same grey picture."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QImage
from PySide6.QtMultimedia import QVideoFrame, QVideoFrameFormat

from app.desktop.platform.frames import grey_of_frame, grey_of_image

FORMATS = QVideoFrameFormat.PixelFormat
WIDTH, HEIGHT = 38, 10  # a width that no stride divides evenly


def pattern() -> np.ndarray:
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH]
    return ((rows * 17 + columns * 5) % 256).astype(np.uint8)


def filled(pixel_format: FORMATS) -> QVideoFrame:
    frame = QVideoFrame(QVideoFrameFormat(QSize(WIDTH, HEIGHT), pixel_format))
    assert frame.map(QVideoFrame.MapMode.WriteOnly)
    grey = pattern()
    stride = frame.bytesPerLine(0)
    plane = np.frombuffer(frame.bits(0), np.uint8)
    size, offset = {
        FORMATS.Format_YUYV: (2, 0),
        FORMATS.Format_UYVY: (2, 1),
        FORMATS.Format_BGRA8888: (4, 1),
        FORMATS.Format_ARGB8888: (4, 2),
    }.get(pixel_format, (1, 0))
    for y in range(HEIGHT):
        for x in range(WIDTH):
            plane[y * stride + x * size + offset] = grey[y, x]
    frame.unmap()
    return frame


@pytest.mark.parametrize(
    "pixel_format",
    [
        FORMATS.Format_NV12,
        FORMATS.Format_YUV420P,
        FORMATS.Format_Y8,
        FORMATS.Format_YUYV,
        FORMATS.Format_UYVY,
        FORMATS.Format_BGRA8888,
        FORMATS.Format_ARGB8888,
    ],
)
def test_the_grey_picture_is_the_luma_or_green_samples(qapp, pixel_format):
    grey = grey_of_frame(filled(pixel_format))
    assert grey is not None
    assert grey.flags.owndata
    np.testing.assert_array_equal(grey, pattern())


def test_other_formats_go_through_an_image(qapp):
    image = QImage(WIDTH, HEIGHT, QImage.Format.Format_RGB32)
    image.fill(QColor(200, 200, 200))
    grey = grey_of_frame(QVideoFrame(image))
    assert grey is not None
    assert grey.shape == (HEIGHT, WIDTH)
    assert abs(int(grey[3, 3]) - 200) <= 2


def test_an_invalid_frame_is_no_picture(qapp):
    assert grey_of_frame(QVideoFrame()) is None


def test_transparency_lies_on_white(qapp):
    image = QImage(5, 4, QImage.Format.Format_ARGB32)
    image.fill(QColor(0, 0, 0, 0))
    assert (grey_of_image(image) == 255).all()
