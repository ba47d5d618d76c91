"""The first reader: zxing-cpp. Fast, strict, and says where a code stands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Set
from typing import NamedTuple

import zxingcpp
from zxingcpp import Barcode, BarcodeFormat, BarcodeFormats, TextMode

from app.scanner.codes import Code, CodeFormat, Corners
from app.scanner.grey import Grey, View
from app.scanner.text import gb2312_or_none, utf8_or_none

SMALLEST = 11
"""Pixels: the side of the smallest code; below it there is nothing to look for."""

_FORMATS: dict[CodeFormat, BarcodeFormat] = {
    CodeFormat.QR: BarcodeFormat.QRCodeModel2,
    CodeFormat.MICRO_QR: BarcodeFormat.MicroQRCode,
    CodeFormat.RMQR: BarcodeFormat.RMQRCode,
    CodeFormat.CODE_128: BarcodeFormat.Code128,
    CodeFormat.CODE_39: BarcodeFormat.Code39,
    CodeFormat.EAN_13: BarcodeFormat.EAN13,
    CodeFormat.EAN_8: BarcodeFormat.EAN8,
    CodeFormat.ITF: BarcodeFormat.ITF,
    CodeFormat.DATA_MATRIX: BarcodeFormat.DataMatrix,
    CodeFormat.AZTEC: BarcodeFormat.Aztec,
    CodeFormat.PDF417: BarcodeFormat.PDF417,
}
_NAMES: dict[str, CodeFormat] = {ours.value: ours for ours in CodeFormat} | {
    "QRCodeModel2": CodeFormat.QR
}
_NAMED_ENCODING = re.compile(rb"\][A-Za-z]\w\\(\d{6})")
_BINARY_ECI = 899  # "eight-bit data": names no script


class Trace(NamedTuple):
    """A QR code that was seen but not read.

    Attributes:
        corners: Where it seems to stand in the original picture.
        version: Its size as zxing takes it, 1 to 40.
    """

    corners: Corners
    version: int


def read(view: View, formats: Set[CodeFormat], step: str) -> list[Code]:
    """Read every code of a view, in any direction, also light on dark.

    Args:
        view: The treated picture.
        formats: Which kinds of code to look for.
        step: The name put on what is found.

    Returns:
        The codes with corners in the original picture.
    """
    codes = []
    for barcode in _barcodes(view.pixels, formats, TextMode.Plain):
        text = _text(barcode, view.pixels, formats)
        found_format = _NAMES.get(barcode.format.name)
        if found_format is not None and text:
            codes.append(Code(text, found_format, _corners(barcode, view), barcode.bytes, step))
    return codes


def traces(view: View) -> list[Trace]:
    """Where QR codes stand that zxing finds in a view but can't decode."""
    qr = {CodeFormat.QR}
    found = []
    for barcode in _barcodes(view.pixels, qr, TextMode.Plain, errors=True):
        extra = barcode.extra
        version = str(extra.get("Version", "")) if isinstance(extra, dict) else ""
        if not barcode.valid and version.isdecimal() and 1 <= int(version) <= 40:
            found.append(Trace(_corners(barcode, view), int(version)))
    return found


def _barcodes(
    pixels: Grey,
    formats: Set[CodeFormat],
    mode: TextMode,
    *,
    errors: bool = False,
) -> Iterable[Barcode]:
    if min(pixels.shape) < SMALLEST or not formats:
        return []
    return zxingcpp.read_barcodes(
        pixels,
        formats=BarcodeFormats([_FORMATS[one] for one in sorted(formats)]),
        text_mode=mode,
        return_errors=errors,
    )


def _text(barcode: Barcode, pixels: Grey, formats: Set[CodeFormat]) -> str:
    """The code's text: its named encoding, else UTF-8, else zxing's guess (see ``text.py``)."""
    text, raw = barcode.text, barcode.bytes
    utf8 = utf8_or_none(raw)
    if utf8 == text:
        return text
    if utf8 is None and text != raw.decode("latin-1"):
        return text
    # zxing says one thing and UTF-8 (or GB 2312) another: who is right depends on whether the code
    # names its encoding, which zxing tells only in this text mode
    for other in _barcodes(pixels, formats, TextMode.HexECI):
        named = _NAMED_ENCODING.match(bytes.fromhex(other.text)) if other.bytes == raw else None
        if named is not None and int(named[1]) != _BINARY_ECI:
            return text
    return utf8 or gb2312_or_none(raw) or text


def _corners(barcode: Barcode, view: View) -> Corners:
    place = barcode.position
    return (
        view.to_picture(place.top_left.x, place.top_left.y),
        view.to_picture(place.top_right.x, place.top_right.y),
        view.to_picture(place.bottom_right.x, place.bottom_right.y),
        view.to_picture(place.bottom_left.x, place.bottom_left.y),
    )
