"""What a file is, by its bytes; pictures made anew, without what hides in them.

Pure and slow: runs in a worker thread. A picture is decoded and encoded again, so that nothing but
its pixels is kept: no EXIF (where it was taken), no trailing bytes, no trick of a broken encoder.
"""

from __future__ import annotations

import io
import warnings
from typing import NamedTuple

from PIL import Image, ImageOps, UnidentifiedImageError

from app.protocol.errors import KBeanError

PIXELS_MAX = 40_000_000
"""Beyond this a picture is a bomb or nobody's screenshot."""

SIDE_MAX = 4096
"""Longer sides are scaled down."""

_FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP")
_TEXT_CONTROLS = frozenset(range(32)) - {0x09, 0x0A, 0x0C, 0x0D}


class Kept(NamedTuple):
    """What is stored of a file. Sizes are pixels, 0 where it is no picture."""

    data: bytes
    media_type: str
    width: int
    height: int


def prepare(data: bytes) -> Kept:
    """Look at a file's bytes and make what is stored.

    Raises:
        KBeanError: ``attachment_refused`` for anything but pictures, PDF and plain text;
            ``attachment_too_large`` for a picture with too many pixels.
    """
    if data.startswith(b"%PDF-"):
        return Kept(data, "application/pdf", 0, 0)
    picture = _picture(data)
    if picture is not None:
        return picture
    if _is_text(data):
        return Kept(data, "text/plain; charset=utf-8", 0, 0)
    raise KBeanError("attachment_refused", "neither a picture nor PDF nor plain text")


def _is_text(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    head = data[:64].lstrip().lower()
    # What a browser might take for a page.
    if head.startswith((b"<!", b"<html", b"<svg", b"<script", b"<?xml")):
        return False
    return not _TEXT_CONTROLS.intersection(data)


def _picture(data: bytes) -> Kept | None:
    try:
        with warnings.catch_warnings():
            # Pillow warns of bombs by its own measure; ours is below it and refuses.
            warnings.simplefilter("ignore")
            image = Image.open(io.BytesIO(data), formats=_FORMATS)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        return None
    except Image.DecompressionBombError:
        raise KBeanError("attachment_too_large", "too many pixels") from None
    with image:
        if image.width * image.height > PIXELS_MAX:
            raise KBeanError("attachment_too_large", "too many pixels")
        try:
            return _anew(image)
        except KBeanError:
            raise
        except Exception:  # decoders fail in many ways, and all of them mean the same
            raise KBeanError("attachment_refused", "the picture is damaged") from None


def _anew(image: Image.Image) -> Kept:
    """Encode the pixels: PNG where the picture came lossless or see-through, else JPEG."""
    lossless = image.format != "JPEG" and (image.format != "WEBP" or _is_see_through(image))
    upright = ImageOps.exif_transpose(image)
    upright.thumbnail((SIDE_MAX, SIDE_MAX))
    pixels = upright.convert("RGBA" if lossless and _is_see_through(upright) else "RGB")
    out = io.BytesIO()
    if lossless:
        pixels.save(out, "PNG", compress_level=6)
    else:
        pixels.save(out, "JPEG", quality=88)
    return Kept(
        out.getvalue(), "image/png" if lossless else "image/jpeg", pixels.width, pixels.height
    )


def _is_see_through(image: Image.Image) -> bool:
    return image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info
