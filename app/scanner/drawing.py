"""Codes for the screen, as squares and bars: what is drawn is the caller's matter.

QR (error correction M) and Code 128 through zxing-cpp's writer, the quiet zone cut away: a page
leaves its own white.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import zxingcpp


class Squares(NamedTuple):
    """A code in its smallest form: one byte a module, 1 is dark, rows from the top.

    Attributes:
        width: Modules a row.
        height: Rows; 1 for bars.
        dark: ``width × height`` bytes.
    """

    width: int
    height: int
    dark: bytes

    def at(self, x: int, y: int = 0) -> bool:
        """Whether a module is dark."""
        return bool(self.dark[y * self.width + x])


def qr_squares(text: str) -> Squares:
    """A QR code.

    Raises:
        ValueError: the text is longer than a QR holds.
    """
    made = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    return _cut(np.array(made.to_image(scale=1)))


def bars(text: str) -> Squares:
    """Code 128; digits in pairs take half the room."""
    made = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.Code128)
    rows = _cut(np.array(made.to_image(scale=1)))
    return Squares(rows.width, 1, rows.dark[: rows.width])


def _cut(picture: np.ndarray[Any, Any]) -> Squares:
    dark = picture < 128
    rows, columns = np.flatnonzero(dark.any(axis=1)), np.flatnonzero(dark.any(axis=0))
    inside = dark[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return Squares(inside.shape[1], inside.shape[0], inside.astype(np.uint8).tobytes())
