"""What the scanner answers: codes with their text, kind and place, each once, in reading order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

Point = tuple[float, float]
"""x to the right, y down, in pixels of the picture that was handed in."""

Corners = tuple[Point, Point, Point, Point]
"""Top left, top right, bottom right, bottom left as the code itself is held."""


class CodeFormat(StrEnum):
    """The kinds of code the scanner can be asked for; the value is what people are shown."""

    QR = "QRCode"
    MICRO_QR = "MicroQRCode"
    RMQR = "RMQRCode"
    CODE_128 = "Code128"
    CODE_39 = "Code39"
    EAN_13 = "EAN13"
    EAN_8 = "EAN8"
    ITF = "ITF"
    DATA_MATRIX = "DataMatrix"
    AZTEC = "Aztec"
    PDF417 = "PDF417"


PAYMENT_FORMATS = frozenset({CodeFormat.QR})
"""What a wallet pays from. A payer's bars at a counter add ``CodeFormat.CODE_128``.

Micro QR is left out on purpose: its error correction is so weak that blurred pictures of other
things were read as four-digit Micro QR codes.
"""


@dataclass(frozen=True, slots=True)
class Code:
    """One code in a picture.

    Attributes:
        text: The content as Unicode, whatever encoding the code was made in.
        format: The kind of code.
        corners: Its four corners in pixels of the picture.
        raw: The content's bytes as they stand in the code.
        step: The cascade's step that read it, for benchmarks and logs.
    """

    text: str
    format: CodeFormat
    corners: Corners
    raw: bytes
    step: str = ""

    @property
    def centre(self) -> Point:
        """The middle of the four corners."""
        return (
            sum(x for x, _ in self.corners) / 4,
            sum(y for _, y in self.corners) / 4,
        )

    @property
    def size(self) -> float:
        """The longer side of the upright box around the corners, in pixels."""
        xs = [x for x, _ in self.corners]
        ys = [y for _, y in self.corners]
        return max(max(xs) - min(xs), max(ys) - min(ys))


def same_place(one: Code, other: Code) -> bool:
    """Whether two readings stand on one another: then they are one code read twice.

    Readers disagree by some modules about where a code ends, more so in steep views; two codes
    side by side, each with its quiet zone, are more than a code's size apart.
    """
    (x1, y1), (x2, y2) = one.centre, other.centre
    share = 0.7 if one.text == other.text else 0.4
    reach = share * max(one.size, other.size, 8.0)
    return abs(x1 - x2) <= reach and abs(y1 - y2) <= reach


class Finds:
    """Codes collected from several steps; the first reading of a place is kept.

    The first steps change the picture least and use the stricter reader, so a later reading that
    differs at the same place is the one to distrust.
    """

    def __init__(self) -> None:
        self._codes: list[Code] = []

    def __len__(self) -> int:
        return len(self._codes)

    def add(self, codes: Iterable[Code]) -> int:
        """Take in the readings of one step; how many of them were new."""
        before = len(self._codes)
        for code in codes:
            if not any(same_place(code, known) for known in self._codes):
                self._codes.append(code)
        return len(self._codes) - before

    def in_reading_order(self) -> list[Code]:
        """Rows from top to bottom, in each row from left to right."""
        return reading_order(self._codes)


def reading_order(codes: Sequence[Code]) -> list[Code]:
    """Order codes as text is read: rows from top to bottom, each from left to right.

    A code belongs to a row while its centre lies within half the size of the row's first code.
    """
    rows: list[list[Code]] = []
    for code in sorted(codes, key=lambda code: (code.centre[1], code.centre[0])):
        first = rows[-1][0] if rows else None
        if first is not None and code.centre[1] - first.centre[1] <= first.size / 2:
            rows[-1].append(code)
        else:
            rows.append([code])
    return [code for row in rows for code in sorted(row, key=lambda code: code.centre[0])]
