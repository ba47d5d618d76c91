"""Picture files, opened with care: what is refused is refused with a code and plain words.

The size is checked before a single pixel is decoded, so a small file that unfolds to gigabytes (a
decompression bomb) costs nothing.
"""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps, UnidentifiedImageError

from app.scanner.grey import Grey

MOST_MEGAPIXELS = 120
"""A phone's largest pictures have 50 to 108; a scanned A4 page at 600 dpi has 35."""

MOST_BYTES = 256 * 2**20

_KINDS = ("PNG", "JPEG", "GIF", "BMP", "DIB", "WEBP", "TIFF", "PPM", "AVIF", "ICO")
"""What people have. Not everything Pillow opens: some of it starts other programs."""

_VISIBLE = 16  # grey levels between the darkest and the lightest
_COLOURED = 60  # levels between a pixel's channels
_COLOURED_SHARE = 0.01


class PictureError(Exception):
    """A file that can't be read as a picture.

    Attributes:
        code: ``picture_missing``, ``picture_folder``, ``picture_unreadable``, ``picture_empty``,
            ``picture_unknown`` (no picture), ``picture_broken``, ``picture_too_large``.
        message: What is wrong, in English words; the wallet shows its own words for the code.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class Picture:
    """A decoded picture, upright as its camera was held.

    Attributes:
        grey: Height x width, 8 bits.
        colours: Height x width x 3 (red, green, blue), or None for a picture without colour.
    """

    grey: Grey
    colours: npt.NDArray[np.uint8] | None = None


def load_grey(path: Path | str) -> Grey:
    """Only the grey picture of a file; see :func:`load_picture`."""
    return load_picture(path).grey


def load_picture(path: Path | str) -> Picture:
    """Decode a picture file.

    Transparent parts count as white paper; an animation gives its first frame; the camera's
    orientation mark is obeyed.

    Args:
        path: The file.

    Raises:
        PictureError: The file can't be read as a picture; ``code`` says why.
    """
    data = _read_file(Path(path))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow's notes on odd metadata, and its own bomb limit
        try:
            with Image.open(io.BytesIO(data), formats=_KINDS) as image:
                _refuse_huge(image)
                return _decode(image)
        except UnidentifiedImageError:
            raise PictureError(
                "picture_unknown", "this file is not a picture of a known kind"
            ) from None
        except (Image.DecompressionBombError, MemoryError):
            raise _too_large() from None
        except PictureError:
            raise
        except Exception as error:
            # a decoder over damaged or hostile bytes: whatever it raises means the same to a person
            raise PictureError("picture_broken", "the picture is damaged or cut short") from error


def _decode(image: Image.Image) -> Picture:
    image.load()
    upright = _upright(image)
    if upright.mode.startswith(("I", "F")):
        return Picture(_eight_bits(np.asarray(upright)))
    if upright.has_transparency_data:
        upright = _on_paper(upright.convert("RGBA"))
    if upright.mode in ("1", "L"):
        return Picture(np.asarray(upright.convert("L")))
    colours = upright.convert("RGB")
    return Picture(np.asarray(colours.convert("L")), _if_colourful(np.asarray(colours)))


def _upright(image: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(image)
    except Exception:
        return image  # the mark is unreadable, the picture isn't


def _eight_bits(deep: npt.NDArray[Any]) -> Grey:
    """Spread the values that occur over 0 to 255; scanners' 16 bits are seldom used whole."""
    values = np.nan_to_num(deep.astype(np.float32))
    low, high = float(values.min()), float(values.max())
    if low >= 0 and high <= 255:
        return values.astype(np.uint8)
    return ((values - low) * (255.0 / max(high - low, 1.0))).astype(np.uint8)


def _on_paper(image: Image.Image) -> Image.Image:
    """Put a transparent picture on white; on black where nothing would be seen on white."""
    for paper in ((255, 255, 255, 255), (0, 0, 0, 255)):
        flat = Image.alpha_composite(Image.new("RGBA", image.size, paper), image).convert("RGB")
        if np.ptp(np.asarray(flat.convert("L"))) > _VISIBLE:
            break
    return flat


def _if_colourful(colours: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8] | None:
    """The colours, where they say more than the grey picture does."""
    sample = colours[::8, ::8].astype(np.int16)
    spread = sample.max(axis=2) - sample.min(axis=2)
    return colours if float((spread > _COLOURED).mean()) > _COLOURED_SHARE else None


def _read_file(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise PictureError("picture_folder", "this is a folder, not a picture")
        if not path.exists():
            raise PictureError("picture_missing", "there is no such file")
        if not path.is_file():
            raise PictureError("picture_unknown", "this is not an ordinary file")
        size = path.stat().st_size
        if size == 0:
            raise PictureError("picture_empty", "the file is empty")
        if size > MOST_BYTES:
            raise PictureError(
                "picture_too_large", f"the file is larger than {MOST_BYTES // 2**20} MB"
            )
        return path.read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise PictureError("picture_unreadable", f"the file can't be read: {reason}") from error


def _refuse_huge(image: Image.Image) -> None:
    if image.width * image.height > MOST_MEGAPIXELS * 1_000_000:
        raise _too_large()


def _too_large() -> PictureError:
    return PictureError(
        "picture_too_large", f"the picture has more than {MOST_MEGAPIXELS} megapixels"
    )
