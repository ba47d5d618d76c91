"""``kbean scan``: read the codes in picture files."""

from __future__ import annotations

import argparse
import json
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Set

    from app.scanner.codes import Code, CodeFormat

_DESCRIPTION = """\
Read the codes in pictures: PNG, JPEG, GIF, BMP, WebP, TIFF, AVIF.

Every code of a picture comes out once, rows from top to bottom, each from left to right. A still
picture gets every step of the cascade, which takes up to a second or two where there is nothing to
read; --live takes only the steps a camera's frames get.
"""

_EPILOG = """\
With --json each picture gives one line:
  {"file": "a.jpg", "codes": [{"text": "…", "format": "QRCode",
   "corners": [[x, y], [x, y], [x, y], [x, y]]}], "ms": 1.8}
corners are top left, top right, bottom right, bottom left of the code, in the picture's pixels;
ms is the reading alone, without opening the file. A file that can't be read adds
"error": {"code": "picture_broken", "message": "…"}.

Exit codes: 0 every picture gave at least one code; 1 at least one gave none; 2 wrong usage.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what ``kbean scan`` understands."""
    parser.description = _DESCRIPTION
    parser.epilog = _EPILOG
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("pictures", nargs="+", metavar="PICTURE", help="a picture file")
    parser.add_argument("--json", action="store_true", help="one JSON object a picture, one a line")
    parser.add_argument(
        "--live", action="store_true", help="only the steps that a camera's frames get"
    )
    parser.add_argument(
        "--bars", action="store_true", help="also look for bars: Code 128, Code 39, EAN, ITF"
    )


def run(args: argparse.Namespace) -> int:
    """Read the pictures and print what is in them.

    Returns:
        0 if every picture gave at least one code, otherwise 1.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # codes hold any script, consoles may not
            stream.reconfigure(errors="backslashreplace")
    formats = _formats(with_bars=args.bars)
    every_picture_read = True
    for name in args.pictures:
        outcome = _scan(name, formats, live=args.live)
        every_picture_read &= bool(outcome["codes"])
        if args.json:
            print(json.dumps(outcome, ensure_ascii=False), flush=True)
        else:
            _print_lines(outcome)
    return 0 if every_picture_read else 1


def _formats(*, with_bars: bool) -> Set[CodeFormat]:
    from app.scanner.codes import PAYMENT_FORMATS, CodeFormat

    bars = {
        CodeFormat.CODE_128,
        CodeFormat.CODE_39,
        CodeFormat.EAN_13,
        CodeFormat.EAN_8,
        CodeFormat.ITF,
    }
    return PAYMENT_FORMATS | bars if with_bars else PAYMENT_FORMATS


def _scan(name: str, formats: Set[CodeFormat], *, live: bool) -> dict[str, object]:
    """The JSON object of one file."""
    from app.scanner import PictureError, load_picture, scan_live_steps, scan_still

    try:
        picture = load_picture(name)
    except PictureError as error:
        return {
            "file": name,
            "codes": [],
            "ms": 0.0,
            "error": {"code": error.code, "message": error.message},
        }
    began = time.perf_counter()
    codes = (
        scan_live_steps(picture.grey, formats)
        if live
        else scan_still(picture.grey, formats, colours=picture.colours)
    )
    spent = (time.perf_counter() - began) * 1000
    return {"file": name, "codes": [_as_json(code) for code in codes], "ms": round(spent, 2)}


def _as_json(code: Code) -> dict[str, object]:
    return {
        "text": code.text,
        "format": code.format.value,
        "corners": [[round(x, 1), round(y, 1)] for x, y in code.corners],
    }


def _print_lines(outcome: dict[str, object]) -> None:
    codes, error = outcome["codes"], outcome.get("error")
    if isinstance(error, dict):
        print(f"{outcome['file']}: {error['message']} ({error['code']})", file=sys.stderr)
    elif not codes:
        print(f"{outcome['file']}: no code found", file=sys.stderr)
    elif isinstance(codes, list):
        for code in codes:
            print(f"{outcome['file']}: {code['format']}: {code['text']}")
