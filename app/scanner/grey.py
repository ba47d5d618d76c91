"""Grey pictures and what is done to them before a reader looks (numpy and Pillow only).

A :class:`View` is a treated picture with the way back: the affine map from its pixels to those of
the picture that was handed in, so that corners come out right whatever was done.
"""

from __future__ import annotations

import math
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

Grey: TypeAlias = npt.NDArray[np.uint8]
"""Two dimensions, height x width, 0 black to 255 white; rows may be further apart than wide."""

Affine = tuple[float, float, float, float, float, float]
"""(a, b, c, d, e, f): x' = a·x + b·y + c, y' = d·x + e·y + f."""

EVEN_CONTRAST = 50.0
"""Grey levels that :func:`even_light` brings the local spread to."""

_LEAST_SPREAD = 4.0  # grey levels; smaller spreads are noise and stay small

IDENTITY: Affine = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)


class View(NamedTuple):
    """A treated picture and the map from its pixels to the original's."""

    pixels: Grey
    back: Affine = IDENTITY

    def to_picture(self, x: float, y: float) -> tuple[float, float]:
        """A point of this view in pixels of the original picture."""
        a, b, c, d, e, f = self.back
        return a * x + b * y + c, d * x + e * y + f


def grey_view(
    buffer: memoryview | bytes | bytearray | Grey,
    width: int | None = None,
    height: int | None = None,
    stride: int | None = None,
) -> Grey:
    """Look at a grey buffer as a picture, without copying it.

    Args:
        buffer: A two-dimensional uint8 array or memoryview; or rows of bytes, then with the sizes.
        width: Pixels in a row.
        height: Rows.
        stride: Bytes from one row to the next (a camera's ``bytesPerLine``); ``width`` if absent.

    Returns:
        An array that shares the buffer's memory; the buffer must outlive it.

    Raises:
        ValueError: The buffer isn't grey, or is too short for the sizes.
    """
    if width is None or height is None:
        array = np.asarray(buffer)
        if array.ndim != 2 or array.dtype != np.uint8:
            raise ValueError("a grey picture has two dimensions of 8-bit values")
        return array
    step = width if stride is None else stride
    flat: Grey = np.frombuffer(buffer, dtype=np.uint8)
    if width <= 0 or height <= 0 or step < width or flat.size < step * (height - 1) + width:
        raise ValueError("the buffer is too short for these sizes")
    return np.lib.stride_tricks.as_strided(
        flat, shape=(height, width), strides=(step, 1), writeable=False
    )


def _image(grey: Grey) -> Image.Image:
    return Image.fromarray(np.ascontiguousarray(grey))


def _array(image: Image.Image) -> Grey:
    return np.asarray(image)


def gamma(view: View, power: float) -> View:
    """Darken (power > 1) or lift (power < 1) the middle tones."""
    table = [round(255 * (level / 255) ** power) for level in range(256)]
    return View(_array(_image(view.pixels).point(table)), view.back)


def threshold(view: View, block: int, below: int) -> View:
    """Black where a pixel is more than ``below`` under the mean of its block, else white.

    Args:
        view: What to treat.
        block: Side of the square the mean is taken over, in pixels; odd.
        below: Grey levels under the mean; negative makes more black.
    """
    image = _image(view.pixels)
    table = [min(max(level - below + 1, 0), 255) for level in range(256)]
    least = _array(image.filter(ImageFilter.BoxBlur(block // 2)).point(table))
    white = view.pixels >= least
    return View(white.view(np.uint8) * np.uint8(255), view.back)


def reduce(view: View, factor: int) -> View:
    """Shrink by a whole factor, averaging."""
    pixels = _array(_image(view.pixels).reduce(factor))
    return View(pixels, _scaled(view.back, float(factor), float(factor)))


def resize(view: View, factor: float) -> View:
    """Enlarge or shrink with a cubic filter."""
    height, width = view.pixels.shape
    size = max(1, round(width * factor)), max(1, round(height * factor))
    pixels = _array(_image(view.pixels).resize(size, Image.Resampling.BICUBIC))
    return View(pixels, _scaled(view.back, width / size[0], height / size[1]))


def rotate(view: View, degrees: float, fill: int) -> View:
    """Turn counter-clockwise about the middle; the frame grows to hold it all."""
    height, width = view.pixels.shape
    turned = _array(
        _image(view.pixels).rotate(degrees, Image.Resampling.BILINEAR, expand=True, fillcolor=fill)
    )
    new_height, new_width = turned.shape
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    # a point right of the middle in the turned picture came from below-right before the turn
    cx, cy = new_width / 2, new_height / 2
    inner: Affine = (
        cos, -sin, width / 2 - cos * cx + sin * cy,
        sin, cos, height / 2 - sin * cx - cos * cy,
    )  # fmt: skip
    return View(turned, _chain(view.back, inner))


def blur(view: View, radius: float) -> View:
    """Soften with a Gaussian of this radius in pixels."""
    return View(_array(_image(view.pixels).filter(ImageFilter.GaussianBlur(radius))), view.back)


def sharpen(view: View, radius: float, percent: int) -> View:
    """Unsharp mask: undoes some of a lens's or a hand's blur."""
    mask = ImageFilter.UnsharpMask(radius, percent, 0)
    return View(_array(_image(view.pixels).filter(mask)), view.back)


def even_light(view: View, radius: int) -> View:
    """Take out shades and highlights: deviation from the local mean over the local spread."""
    pixels = np.ascontiguousarray(view.pixels)
    mean = _array(_image(pixels).filter(ImageFilter.BoxBlur(radius))).astype(np.float32)
    off = pixels.astype(np.float32) - mean
    away = _image(np.abs(off).astype(np.uint8)).filter(ImageFilter.BoxBlur(radius))
    spread = _array(away).astype(np.float32) + _LEAST_SPREAD
    return View((128 + off / spread * EVEN_CONTRAST).clip(0, 255).astype(np.uint8), view.back)


def crop(view: View, left: int, top: int, right: int, bottom: int) -> View:
    """A window of the view; shares its memory."""
    height, width = view.pixels.shape
    left, top = max(0, left), max(0, top)
    right, bottom = min(width, right), min(height, bottom)
    shift: Affine = (1.0, 0.0, float(left), 0.0, 1.0, float(top))
    return View(view.pixels[top:bottom, left:right], _chain(view.back, shift))


def _scaled(back: Affine, sx: float, sy: float) -> Affine:
    """Pixel middles keep their place: x = (x' + ½)·s - ½."""
    return _chain(back, (sx, 0.0, sx / 2 - 0.5, 0.0, sy, sy / 2 - 0.5))


def _chain(outer: Affine, inner: Affine) -> Affine:
    """The map that applies ``inner`` and then ``outer``."""
    a, b, c, d, e, f = outer
    g, h, i, j, k, m = inner
    return (
        a * g + b * j, a * h + b * k, a * i + b * m + c,
        d * g + e * j, d * h + e * k, d * i + e * m + f,
    )  # fmt: skip
