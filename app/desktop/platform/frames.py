"""Camera frames to grey pictures, without copying more than the grey plane (design/6 §Facts)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage
from PySide6.QtMultimedia import QVideoFrame, QVideoFrameFormat

if TYPE_CHECKING:
    from collections.abc import Callable

Grey = NDArray[np.uint8]
_Format = QVideoFrameFormat.PixelFormat

_LUMA_PLANE = {
    _Format.Format_NV12,
    _Format.Format_NV21,
    _Format.Format_YUV420P,
    _Format.Format_YUV422P,
    _Format.Format_YV12,
    _Format.Format_IMC1,
    _Format.Format_IMC2,
    _Format.Format_IMC3,
    _Format.Format_IMC4,
    _Format.Format_Y8,
}
"""The first plane of these *is* the grey picture, one byte a pixel."""

_INTERLEAVED: dict[QVideoFrameFormat.PixelFormat, tuple[int, int]] = {
    _Format.Format_YUYV: (2, 0),
    _Format.Format_UYVY: (2, 1),
    _Format.Format_BGRA8888: (4, 1),
    _Format.Format_BGRX8888: (4, 1),
    _Format.Format_BGRA8888_Premultiplied: (4, 1),
    _Format.Format_RGBA8888: (4, 1),
    _Format.Format_RGBX8888: (4, 1),
    _Format.Format_ARGB8888: (4, 2),
    _Format.Format_ARGB8888_Premultiplied: (4, 2),
    _Format.Format_XRGB8888: (4, 2),
    _Format.Format_ABGR8888: (4, 2),
    _Format.Format_XBGR8888: (4, 2),
}
"""Bytes a pixel, and which of them is luma or green."""


def grey_of_frame(frame: QVideoFrame) -> Grey | None:
    """The frame's grey picture as an owned ``(height, width)`` array of bytes.

    Luma planes and the green channel are taken as they are; other formats go through
    ``QVideoFrame.toImage``. None when the frame is invalid or cannot be mapped.
    """
    if not frame.isValid():
        return None
    pick = _picker(frame.pixelFormat())
    if pick is not None and frame.map(QVideoFrame.MapMode.ReadOnly):
        try:
            return pick(frame)
        finally:
            frame.unmap()
    image = frame.toImage()
    return None if image.isNull() else grey_of_image(image)


def _picker(pixel_format: QVideoFrameFormat.PixelFormat) -> Callable[[QVideoFrame], Grey] | None:
    if pixel_format in _LUMA_PLANE:
        return lambda frame: _plane(frame, 1, 0)
    if pixel_format in _INTERLEAVED:
        size, offset = _INTERLEAVED[pixel_format]
        return lambda frame: _plane(frame, size, offset)
    return None


def _plane(frame: QVideoFrame, size: int, offset: int) -> Grey:
    width, height, stride = frame.width(), frame.height(), frame.bytesPerLine(0)
    raw = np.frombuffer(frame.bits(0), np.uint8)
    rows = np.lib.stride_tricks.as_strided(
        raw[offset:], shape=(height, width), strides=(stride, size), writeable=False
    )
    return np.array(rows, order="C")


def grey_of_image(image: QImage) -> Grey:
    """A QImage as an owned grey ``(height, width)`` array; transparency lies on white."""
    if image.hasAlphaChannel():
        opaque = QImage(image.size(), QImage.Format.Format_RGB32)
        opaque.fill(0xFFFFFFFF)
        from PySide6.QtGui import QPainter

        painter = QPainter(opaque)
        painter.drawImage(0, 0, image)
        painter.end()
        image = opaque
    grey = image.convertToFormat(QImage.Format.Format_Grayscale8)
    raw = np.frombuffer(grey.constBits(), np.uint8)
    rows = raw.reshape(grey.height(), grey.bytesPerLine())
    return rows[:, : grey.width()].copy()  # the array must not outlive the QImage's buffer
