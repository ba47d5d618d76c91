"""The second reader: zbar, through the library that pyzbar finds.

zbar reads some damaged and glaring codes that zxing doesn't, but it guesses encodings. So this
module asks it for the bytes of a code and decodes them itself. It is the only module that imports
pyzbar, and it does so at the first use: where the library is missing the scanner goes on with
zxing alone and :func:`zbar_status` says why (design/6 §"pyzbar on Windows").
"""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Iterator, Set
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from app.scanner.codes import Code, CodeFormat, Corners
from app.scanner.grey import Grey, View
from app.scanner.text import guess, is_zbar_guess, repair_zbar_text, utf8_or_none

SMALLEST = 21
"""Pixels: the side of the smallest code zbar knows."""

_SYMBOLS = {
    CodeFormat.QR: 64,
    CodeFormat.CODE_128: 128,
    CodeFormat.CODE_39: 39,
    CodeFormat.EAN_13: 13,
    CodeFormat.EAN_8: 8,
    CodeFormat.ITF: 25,
}
_FORMATS = {symbol: ours for ours, symbol in _SYMBOLS.items()}
_ENABLE, _BINARY = 0, 4
_BINARY_SINCE = (0, 23)  # older releases know no ZBAR_CFG_BINARY and number its value otherwise
_Y800 = int.from_bytes(b"Y800", "little")


class ZbarStatus(NamedTuple):
    """Whether the second reader is there, for ``kbean doctor``.

    Attributes:
        available: The library was found and answers.
        version: Its version, "" where it is missing.
        reason: What the system said when it was missing, "" otherwise.
    """

    available: bool
    version: str
    reason: str


class _Library(NamedTuple):
    calls: Any  # pyzbar.wrapper, or None
    version: tuple[int, int]
    reason: str


_loading = threading.Lock()


@lru_cache(maxsize=1)
def _library() -> _Library:
    with _loading:
        try:
            from pyzbar import wrapper

            numbers = [ctypes.c_uint() for _ in range(3)]
            # three places: newer libraries write a patch number, which pyzbar's own call forgets
            wrapper.load_libzbar().zbar_version(*(ctypes.byref(number) for number in numbers))
        except (ImportError, OSError, AttributeError) as error:
            return _Library(None, (0, 0), f"{type(error).__name__}: {error}")
        return _Library(wrapper, (numbers[0].value, numbers[1].value), "")


def zbar_status() -> ZbarStatus:
    """Whether zbar can be used on this machine, which version, and what is wrong if not."""
    library = _library()
    if library.calls is None:
        return ZbarStatus(available=False, version="", reason=library.reason)
    return ZbarStatus(available=True, version=".".join(map(str, library.version)), reason="")


def read(view: View, formats: Set[CodeFormat], step: str) -> list[Code]:
    """Read every code of a view; nothing where the library is missing.

    Args:
        view: The treated picture.
        formats: Which kinds of code to look for; kinds zbar doesn't know are left out.
        step: The name put on what is found.

    Returns:
        The codes with corners in the original picture.
    """
    library = _library()
    symbols = {_SYMBOLS[one] for one in formats if one in _SYMBOLS}
    if library.calls is None or not symbols or min(view.pixels.shape) < SMALLEST:
        return []
    binary = library.version >= _BINARY_SINCE
    codes = []
    for symbol in _scan(library.calls, view.pixels, symbols, binary=binary):
        text = symbol.data.decode("utf-8", "replace")
        if not symbol.data.isascii():
            text = (
                _text(library.calls, view.pixels, symbols, symbol.data)
                if binary
                else repair_zbar_text(text)
            )
        if text:
            corners = _corners(symbol.outline, view)
            codes.append(Code(text, _FORMATS[symbol.kind], corners, symbol.data, step))
    return codes


class _Symbol(NamedTuple):
    kind: int
    data: bytes
    outline: list[tuple[int, int]]


def _text(calls: Any, pixels: Grey, symbols: Set[int], raw: bytes) -> str:
    """The text of bytes that aren't ASCII.

    A code that names its encoding is told from one that doesn't by asking zbar for its own text:
    what none of its guesses explains was named by the code.
    """
    if (text := utf8_or_none(raw)) is not None:
        return text
    readings = {
        symbol.data.decode("utf-8", "replace")
        for symbol in _scan(calls, pixels, symbols, binary=False)
    }
    if len(readings) == 1 and not is_zbar_guess(named := readings.pop(), raw):
        return named
    return guess(raw)


def _scan(calls: Any, pixels: Grey, symbols: Set[int], *, binary: bool) -> list[_Symbol]:
    grey = np.ascontiguousarray(pixels)
    height, width = grey.shape
    scanner = calls.zbar_image_scanner_create()
    image = calls.zbar_image_create()
    try:
        calls.zbar_image_scanner_set_config(scanner, 0, _ENABLE, 0)
        for symbol in symbols:
            calls.zbar_image_scanner_set_config(scanner, symbol, _ENABLE, 1)
        if binary and _SYMBOLS[CodeFormat.QR] in symbols:
            calls.zbar_image_scanner_set_config(scanner, _SYMBOLS[CodeFormat.QR], _BINARY, 1)
        calls.zbar_image_set_format(image, _Y800)
        calls.zbar_image_set_size(image, width, height)
        data = ctypes.cast(grey.ctypes.data, ctypes.c_void_p)
        calls.zbar_image_set_data(image, data, grey.size, None)
        if calls.zbar_scan_image(scanner, image) <= 0:
            return []
        return [found for found in _symbols(calls, image) if found.kind in symbols]
    finally:
        calls.zbar_image_destroy(image)
        calls.zbar_image_scanner_destroy(scanner)


def _symbols(calls: Any, image: Any) -> Iterator[_Symbol]:
    symbol = calls.zbar_image_first_symbol(image)
    while symbol:
        length = calls.zbar_symbol_get_data_length(symbol)
        yield _Symbol(
            symbol.contents.type,
            ctypes.string_at(calls.zbar_symbol_get_data(symbol), length),
            [
                (calls.zbar_symbol_get_loc_x(symbol, i), calls.zbar_symbol_get_loc_y(symbol, i))
                for i in range(calls.zbar_symbol_get_loc_size(symbol))
            ],
        )
        symbol = calls.zbar_symbol_next(symbol)


def _corners(outline: list[tuple[int, int]], view: View) -> Corners:
    """Zbar goes counter-clockwise round a square code, and along the scan lines of bars."""
    if len(outline) == 4:
        top_left, bottom_left, bottom_right, top_right = (view.to_picture(x, y) for x, y in outline)
        return top_left, top_right, bottom_right, bottom_left
    xs = [x for x, _ in outline] or [0]
    ys = [y for _, y in outline] or [0]
    left, right, top, bottom = min(xs), max(xs), min(ys), max(ys)
    return (
        view.to_picture(left, top),
        view.to_picture(right, top),
        view.to_picture(right, bottom),
        view.to_picture(left, bottom),
    )
