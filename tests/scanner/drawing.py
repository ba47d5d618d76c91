"""Codes for tests: drawn by two writers, then treated as a bad camera would."""

from __future__ import annotations

import numpy as np
import qrcode
import zxingcpp
from PIL import Image

from app.scanner.grey import Grey


def qr(content: bytes | str, scale: int = 4, border: int = 4, correction: int = 0) -> Grey:
    """A QR code that names no encoding: the bytes as they are (text becomes UTF-8)."""
    data = content.encode() if isinstance(content, str) else content
    made = qrcode.QRCode(error_correction=correction, border=border, box_size=1)
    made.add_data(data, optimize=0)
    made.make(fit=True)
    paper: Grey = np.where(np.array(made.get_matrix()), 0, 255).astype(np.uint8)
    return paper.repeat(scale, axis=0).repeat(scale, axis=1)


def qr_naming(text: str, encoding: str = "UTF-8", scale: int = 4) -> Grey:
    """A QR code that names its encoding (ECI)."""
    return written(text, zxingcpp.BarcodeFormat.QRCode, scale, eci=encoding)


def written(text: str, kind: zxingcpp.BarcodeFormat, scale: int = 4, **options: str) -> Grey:
    """Any code zxing can write, with a quiet zone."""
    image = zxingcpp.create_barcode(text, kind, **options).to_image(scale=scale)
    return np.pad(np.array(image), 6 * scale, constant_values=255)


def on_paper(codes: list[tuple[Grey, int, int]], width: int = 1000, height: int = 700) -> Grey:
    """Codes put on a page at (left, top)."""
    page = np.full((height, width), 235, np.uint8)
    for code, left, top in codes:
        page[top : top + code.shape[0], left : left + code.shape[1]] = code
    return page


def turned(picture: Grey, degrees: float) -> Grey:
    image = Image.fromarray(picture).rotate(
        degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=235
    )
    return np.asarray(image)


def noisy(picture: Grey, spread: float, seed: int = 1) -> Grey:
    noise = np.random.default_rng(seed).normal(0, spread, picture.shape)
    return (picture + noise).clip(0, 255).astype(np.uint8)


def faded(picture: Grey, dark: int, light: int) -> Grey:
    """The same picture between two grey levels."""
    return (dark + picture.astype(float) * (light - dark) / 255).astype(np.uint8)
