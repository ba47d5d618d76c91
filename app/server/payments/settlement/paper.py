"""A statement of account as paper: A4, in Chinese or English (design/1 M6). Pure: data in, PDF out.

Every line of a person's account in the order it was posted, between an opening and a closing
balance, on pages that repeat whose they are and how many there are.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from reportlab.lib import units
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from app.protocol import money
from app.protocol.messages.payments import Movement
from app.server.payments.settlement import fonts
from app.server.payments.settlement.paper_words import words_of
from app.server.payments.settlement.statement import Statement

_INK, _FAINT, _RULE, _BAND = (
    HexColor(value) for value in ("#1b2430", "#5b6675", "#c9d0d9", "#f3f5f8")
)
_GREEN = HexColor("#0d6b4f")
_WIDTH: float
_HEIGHT: float
_WIDTH, _HEIGHT = A4
mm: float = units.mm
_LEFT, _RIGHT = 18 * mm, _WIDTH - 18 * mm
_TOP, _BOTTOM = _HEIGHT - 16 * mm, 22 * mm
_LINE = 11.2 * mm
_COLUMNS = (_LEFT + 29 * mm, _LEFT + 106 * mm, _LEFT + 128 * mm, _LEFT + 150 * mm)
"""Where the description begins; where money out, in and the balance end, less the last."""


def render(statement: Statement, font: Path | None) -> bytes:
    """Draw a statement; one at a time in a process, because reportlab's fonts are global.

    Args:
        statement: What stands on it.
        font: A font file with Chinese, or None for the reader's own.
    """
    with _font(font, _letters(statement)) as name:
        return _Drawing(statement, name).draw()


class _Drawing:
    """One document being drawn, from the top of its first page to the foot of its last."""

    def __init__(self, statement: Statement, font: str) -> None:
        self._it = statement
        self._words = words_of(statement.language)
        self._out = io.BytesIO()
        self._canvas = Canvas(self._out, pagesize=A4, pageCompression=1, lang=statement.language)
        self._font = font
        self._pages = _pages(len(statement.lines))

    def draw(self) -> bytes:
        it, canvas = self._it, self._canvas
        canvas.setTitle(f"{self._words['title']} {it.first} – {it.last}")
        canvas.setAuthor(it.operator)
        canvas.setSubject(it.number)
        canvas.setCreator("K-Bean Wallet")
        left = list(it.lines)
        for page, count in enumerate(self._pages, start=1):
            y = self._head(first=page == 1)
            y = self._columns(y)
            for shade in range(count):
                y = self._line(left.pop(0), y, shaded=shade % 2 == 1)
            if page == len(self._pages):
                self._end(y)
            self._foot(page)
            canvas.showPage()
        canvas.save()
        return self._out.getvalue()

    # --- parts of a page

    def _head(self, *, first: bool) -> float:
        it, words = self._it, self._words
        self._write(_LEFT, _TOP - 4 * mm, it.operator, 12, _GREEN, most=95 * mm)
        self._write_right(_RIGHT, _TOP - 4 * mm, words["title"], 14 if first else 11)
        self._rule(_TOP - 8 * mm, _GREEN, 1.2)
        if not first:
            whose = f"{it.holder} · {it.first} – {it.last}"
            self._write(_LEFT, _TOP - 13 * mm, whose, 8, _FAINT, most=140 * mm)
            return _TOP - 17 * mm
        y = _TOP - 15 * mm
        if it.demo:
            self._write(_LEFT, y, words["demo"], 8.5, HexColor("#9a3412"))
            y -= 6 * mm
        facts = [
            (words["holder"], it.holder),
            (words["account"], it.account),
            (words["period"], f"{it.first} – {it.last}"),
            (words["currency"], words.get(it.currency, it.currency)),
            (words["made"], self._moment(it.made_at)),
            (words["number"], it.number),
        ]
        for name, value in facts:
            self._write(_LEFT, y, name, 8.5, _FAINT)
            self._write(_LEFT + 32 * mm, y, value, 9, _INK, most=78 * mm)
            y -= 5.4 * mm
        self._sums(_TOP - (21 if it.demo else 15) * mm)
        return y - 3 * mm

    def _sums(self, y: float) -> None:
        """The figures people look for, in a box to the right."""
        it, words = self._it, self._words
        box = _RIGHT - 66 * mm
        self._canvas.setFillColor(_BAND)
        self._canvas.roundRect(box, y - 29 * mm, 66 * mm, 34 * mm, 2 * mm, stroke=0, fill=1)
        came = sum(line.amount for line in it.lines if line.amount > 0)
        went = -sum(line.amount for line in it.lines if line.amount < 0)
        for name, value, size in (
            (words["opening"], it.opening, 9),
            (words["in"], came, 9),
            (words["out"], -went, 9),
            (words["closing"], it.closing, 11),
        ):
            self._write(box + 4 * mm, y - 2 * mm, name, 8.5, _FAINT)
            self._write_right(_RIGHT - 4 * mm, y - 2 * mm, self._figure(value), size)
            y -= 7.4 * mm

    def _columns(self, y: float) -> float:
        words = self._words
        self._canvas.setFillColor(_BAND)
        self._canvas.rect(_LEFT, y - 5 * mm, _RIGHT - _LEFT, 7 * mm, stroke=0, fill=1)
        base = y - 2.6 * mm
        self._write(_LEFT + 2 * mm, base, words["time"], 8, _FAINT)
        self._write(_COLUMNS[0], base, words["what"], 8, _FAINT)
        for x, name in zip((*_COLUMNS[2:], _RIGHT - 2 * mm), ("out", "in", "balance"), strict=True):
            self._write_right(x, base, words[name], 8, _FAINT)
        return y - 5 * mm

    def _line(self, line: Movement, y: float, *, shaded: bool) -> float:
        if shaded:
            self._canvas.setFillColor(HexColor("#fafbfc"))
            # Clear of the rules above and below.
            high = _LINE - 0.6 * mm
            self._canvas.rect(_LEFT, y - high - 0.3 * mm, _RIGHT - _LEFT, high, stroke=0, fill=1)
        upper, lower = y - 4.4 * mm, y - 8.6 * mm
        day, _, clock = self._moment(line.occurred_at).partition(" ")
        self._write(_LEFT + 2 * mm, upper, day, 8.5)
        self._write(_LEFT + 2 * mm, lower, clock, 7.5, _FAINT)
        room = _COLUMNS[2] - _COLUMNS[0] - 22 * mm
        kind = self._words.get(line.kind, self._words["adjustment"])
        said = " · ".join(filter(None, (kind, line.counterparty)))
        self._write(_COLUMNS[0], upper, said, 8.5, _INK, most=room)
        more = [line.order_number, line.store_name, line.subject, line.note]
        about = " · ".join(text for text in more if text and text != line.counterparty)
        self._write(_COLUMNS[0], lower, about, 7.5, _FAINT, most=room)
        if line.amount < 0:
            self._write_right(_COLUMNS[2], upper, self._figure(line.amount), 8.5)
        else:
            self._write_right(_COLUMNS[3], upper, self._figure(line.amount), 8.5, _GREEN)
        self._write_right(_RIGHT - 2 * mm, upper, self._figure(line.balance_after), 8.5)
        self._rule(y - _LINE, _RULE, 0.3)
        return y - _LINE

    def _end(self, y: float) -> None:
        it, words = self._it, self._words
        said = words["end"] if it.lines else words["nothing"]
        self._write(_LEFT + 2 * mm, y - 6 * mm, said.format(count=len(it.lines)), 8, _FAINT)
        self._write_right(_COLUMNS[3], y - 6 * mm, words["closing"], 8.5, _FAINT)
        self._write_right(_RIGHT - 2 * mm, y - 6 * mm, self._figure(it.closing), 9.5)

    def _foot(self, page: int) -> None:
        it, words = self._it, self._words
        self._rule(17 * mm, _RULE, 0.5)
        self._write(_LEFT, 13 * mm, words["sealed"], 7.5, _FAINT, most=130 * mm)
        licence = f"{words['licence']} {it.licence}" if it.licence else ""
        said = " · ".join(filter(None, (it.operator, licence, words["zone"].format(zone=it.zone))))
        self._write(_LEFT, 9.4 * mm, said, 7.5, _FAINT, most=130 * mm)
        pages = words["page"].format(page=page, pages=len(self._pages))
        self._write_right(_RIGHT, 13 * mm, pages, 7.5, _FAINT)

    # --- a pen

    def _write(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        ink: Any = _INK,
        *,
        most: float | None = None,
    ) -> None:
        text = self._fitting(text, size, most) if most is not None else text
        self._canvas.setFont(self._font, size)
        self._canvas.setFillColor(ink)
        self._canvas.drawString(x, y, text)

    def _write_right(self, x: float, y: float, text: str, size: float, ink: Any = _INK) -> None:
        self._canvas.setFont(self._font, size)
        self._canvas.setFillColor(ink)
        self._canvas.drawRightString(x, y, text)

    def _fitting(self, text: str, size: float, most: float) -> str:
        if pdfmetrics.stringWidth(text, self._font, size) <= most:
            return text
        while text and pdfmetrics.stringWidth(f"{text}…", self._font, size) > most:
            text = text[:-1]
        return f"{text.rstrip()}…"

    def _rule(self, y: float, ink: Any, width: float) -> None:
        self._canvas.setStrokeColor(ink)
        self._canvas.setLineWidth(width)
        self._canvas.line(_LEFT, y, _RIGHT, y)

    def _figure(self, minor: int) -> str:
        return money.format_minor(minor, self._it.currency)

    def _moment(self, at_ms: int) -> str:
        return f"{datetime.fromtimestamp(at_ms / 1000, self._it.zone):%Y-%m-%d %H:%M:%S}"


_FIRST = int((_TOP - 58 * mm - _BOTTOM - 12 * mm) // _LINE)
_NEXT = int((_TOP - 22 * mm - _BOTTOM - 12 * mm) // _LINE)


def _pages(lines: int) -> list[int]:
    """How many lines each page has; the first is shorter by what stands above them."""
    counts = [min(lines, _FIRST)]
    while (lines := lines - counts[-1]) > 0:
        counts.append(min(lines, _NEXT))
    return counts


_ALWAYS = "".join(map(chr, range(32, 127))) + "…·–"
_STANDARD = "STSong-Light"


def _letters(it: Statement) -> list[str]:
    """All text there is, for the letters the font must have."""
    said = [it.operator, it.licence or "", it.holder, *words_of(it.language).values(), _ALWAYS]
    for line in it.lines:
        said += [line.counterparty, line.store_name, line.subject, line.note]
    return said


@contextlib.contextmanager
def _font(path: Path | None, text: list[str]) -> Iterator[str]:
    """A font with a text's letters, known to reportlab by the name it gets."""
    cut = None if path is None else fonts.cut(path, text)
    if cut is None:
        _standard()
        yield _STANDARD
        return
    pdfmetrics.registerFont(TTFont(fonts.NAME, io.BytesIO(cut)))
    try:
        yield fonts.NAME
    finally:
        # Nothing in reportlab ever forgets a font, and the next document's has other letters.
        pdfmetrics._fonts.pop(fonts.NAME, None)  # noqa: SLF001
        pdfmetrics._dynFaceNames.pop(fonts.NAME.encode(), None)  # noqa: SLF001


@cache
def _standard() -> None:
    pdfmetrics.registerFont(UnicodeCIDFont(_STANDARD))
