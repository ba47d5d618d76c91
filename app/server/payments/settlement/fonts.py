"""A font that has Chinese, made fit for a PDF: found on the machine, cut down, embedded.

Readers of PDF don't agree on fonts that a file merely names, so the letters travel inside it. The
usual Chinese fonts are collections of cubic outlines; reportlab embeds quadratic ones, so the few
glyphs of a document are cut out and redrawn. Where no font is found the document names the
standard Chinese one (Adobe-GB1), which most readers bring along.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import structlog
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTCollection, TTFont, TTLibError

_log = structlog.get_logger("statements")

_NAMES = (
    "NotoSansCJK-Regular.ttc",
    "NotoSansCJKsc-Regular.otf",
    "NotoSansSC-Regular.otf",
    "SourceHanSansSC-Regular.otf",
    "wqy-microhei.ttc",
    "msyh.ttc",
    "simhei.ttf",
    "Hiragino Sans GB.ttc",
    "STHeiti Light.ttc",
)
"""Files to look for, the better ones first."""

NAME = "KBeanStatement"
"""What a cut font calls itself."""

_NEEDED = tuple(map(ord, "账户对豆¥A1"))
_UNITS = 1000


def find_font(configured: Path | None) -> Path | None:
    """The font file to use: the operator's, else one of the machine's, else None."""
    if configured is not None:
        return configured
    found: dict[str, Path] = {}
    for folder in _folders():
        for path in folder.rglob("*"):
            if path.name in _NAMES:
                found.setdefault(path.name, path)
    return next((found[name] for name in _NAMES if name in found), None)


def _folders() -> Iterator[Path]:
    if sys.platform == "win32":
        yield Path(os.environ.get("SYSTEMROOT", "")) / "Fonts"
        return
    roots = os.environ.get("XDG_DATA_DIRS", "/usr/local/share:/usr/share").split(":")
    yield from (Path(root) / "fonts" for root in roots if root)
    if sys.platform == "darwin":
        yield from (Path("/System/Library/Fonts"), Path("/Library/Fonts"))


def cut(path: Path, text: Iterable[str]) -> bytes | None:
    """A TrueType font with the letters of a text; None where the file is no font with Chinese.

    Letters that the font lacks are left out of it.
    """
    try:
        with _opened(path) as font:
            return None if font is None else _drawn(font, sorted(set("".join(text))))
    except (OSError, TTLibError, KeyError, AssertionError) as error:
        _log.warning("statement.font_unusable", reason=type(error).__name__)
        return None


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[TTFont | None]:
    """The face of a font file that has simplified Chinese."""
    whole: Any
    if path.suffix.lower() == ".ttc":
        whole = TTCollection(path, lazy=True)
        # By name before looking inside: reading what letters a face has takes a while.
        faces = sorted(whole, key=lambda face: "SC" not in (face["name"].getDebugName(1) or ""))
    else:
        whole = TTFont(path, lazy=True)
        faces = [whole]
    with contextlib.closing(whole):
        yield next((face for face in faces if _has_chinese(face)), None)


def _has_chinese(face: TTFont) -> bool:
    known = face.getBestCmap() or {}
    return all(sign in known for sign in _NEEDED)


def _drawn(font: TTFont, letters: list[str]) -> bytes:
    """The glyphs of some letters with quadratic outlines, a thousand units to the em."""
    known, glyphs = font.getBestCmap(), font.getGlyphSet()
    cmap = {ord(letter): f"g{ord(letter):x}" for letter in letters if ord(letter) in known}
    scale = _UNITS / font["head"].unitsPerEm
    outlines, widths = {".notdef": TTGlyphPen(None).glyph()}, {".notdef": _UNITS // 2}
    for sign, name in cmap.items():
        pen = TTGlyphPen(None)
        # Half a unit off the true curve: nobody sees it.
        curves = Cu2QuPen(pen, max_err=0.5, reverse_direction=True)
        glyphs[known[sign]].draw(TransformPen(curves, (scale, 0, 0, scale, 0, 0)))
        outlines[name] = pen.glyph()
        widths[name] = round(glyphs[known[sign]].width * scale)
    head = font["hhea"]
    builder = FontBuilder(_UNITS, isTTF=True)
    builder.setupGlyphOrder([".notdef", *cmap.values()])
    builder.setupCharacterMap(cmap)
    builder.setupGlyf(outlines)
    placed = builder.font["glyf"]
    builder.setupHorizontalMetrics(
        {name: (width, getattr(placed[name], "xMin", 0)) for name, width in widths.items()}
    )
    builder.setupHorizontalHeader(
        ascent=round(head.ascent * scale), descent=round(head.descent * scale)
    )
    builder.setupNameTable({"familyName": NAME, "styleName": "Regular", "psName": NAME})
    builder.setupOS2()
    builder.setupPost(keepGlyphNames=False)
    out = io.BytesIO()
    builder.save(out)
    return out.getvalue()
