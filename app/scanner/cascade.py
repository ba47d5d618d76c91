"""The cascade: which reader looks at which treated picture, in which order (design/6 §cascade).

zxing on the untouched picture reads most codes and costs least. Each further step is there for
pictures the ones before it missed: weak contrast, damage, glare, blur, very small or very large
modules. ``benchmarks/scanner.py`` measures what each step adds.
"""

from __future__ import annotations

from collections.abc import Callable, Set
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from app.scanner import grey as treat
from app.scanner import zbar, zxing
from app.scanner.codes import PAYMENT_FORMATS, Code, CodeFormat, Finds
from app.scanner.grey import Grey, View

WORKING_SIDE = 1600
"""Pixels: the costly steps see no picture with a longer side than about this."""


class Frame:
    """A picture on its way through the steps; what several of them need is made once."""

    def __init__(self, pixels: Grey) -> None:
        self.original = View(pixels)

    @cached_property
    def work(self) -> View:
        """The picture, reduced where it is so large that codes in it are large too."""
        factor = -(-max(self.original.pixels.shape) // WORKING_SIDE)
        return self.original if factor < 2 else treat.reduce(self.original, factor)

    @cached_property
    def half(self) -> View:
        """The working picture at half its size."""
        return treat.reduce(self.work, 2)

    @cached_property
    def double(self) -> View:
        """The working picture at twice its size."""
        return treat.resize(self.work, 2.0)

    @cached_property
    def half_black_white(self) -> View:
        """The half-size picture in black and white, by the mean of 31 x 31 pixels."""
        return treat.threshold(self.half, 31, 5)


Reader = Callable[[View, Set[CodeFormat], str], list[Code]]


@dataclass(frozen=True, slots=True)
class Step:
    """One look at a picture: a treatment and the reader that follows it."""

    name: str
    view: Callable[[Frame], View]
    reader: Reader

    def run(self, frame: Frame, formats: Set[CodeFormat]) -> list[Code]:
        """Read what this step reads in a frame."""
        return self.reader(self.view(frame), formats, self.name)


def _zxing_global(view: View, formats: Set[CodeFormat], step: str) -> list[Code]:
    return zxing.read(view, formats, step, binarizer="global")


FIRST = Step("plain", lambda frame: frame.original, zxing.read)
"""The step every frame gets: zxing on the picture as it came."""

LIVE_STEPS = (
    Step("gamma", lambda frame: treat.gamma(frame.original, 2.0), zxing.read),
    Step("half", lambda frame: frame.half, zxing.read),
    Step("half-threshold", lambda frame: treat.threshold(frame.half, 15, 3), zxing.read),
    Step("zbar-half-threshold", lambda frame: frame.half_black_white, zbar.read),
    Step("global", lambda frame: frame.original, _zxing_global),
    Step("threshold", lambda frame: treat.threshold(frame.work, 31, 0), zxing.read),
)
"""What a camera's frames get in turn while the first step reads nothing."""

STILL_STEPS = (
    *LIVE_STEPS,
    Step("zbar-threshold", lambda frame: treat.threshold(frame.work, 15, 4), zbar.read),
    Step("zbar-threshold-wide", lambda frame: treat.threshold(frame.work, 51, 5), zbar.read),
    Step("double", lambda frame: frame.double, zxing.read),
    Step(
        "zbar-turned",
        lambda frame: treat.rotate(treat.threshold(frame.work, 31, 5), 45, 255),
        zbar.read,
    ),
    Step("zbar-plain", lambda frame: frame.work, zbar.read),
)
"""What a still picture gets."""


def _formats(formats: Set[CodeFormat] | None) -> Set[CodeFormat]:
    return PAYMENT_FORMATS if formats is None else formats


def scan_still(
    grey: Grey,
    formats: Set[CodeFormat] | None = None,
    *,
    colours: npt.NDArray[np.uint8] | None = None,
) -> list[Code]:
    """Read every code in a still picture, sparing no step.

    Args:
        grey: Height x width, 8 bits; not copied, not changed.
        formats: Kinds of code to look for; :data:`PAYMENT_FORMATS` if absent.
        colours: The same picture with three channels, where colour may tell a code from its ground.

    Returns:
        Each code once, in reading order, corners in the picture's pixels; empty if there is none.
    """
    return _run(grey, _formats(formats), STILL_STEPS)


def scan_live_steps(grey: Grey, formats: Set[CodeFormat] | None = None) -> list[Code]:
    """What successive frames of the same picture would give: all live steps, one after another.

    Args and result as in :func:`scan_still`.
    """
    return _run(grey, _formats(formats), LIVE_STEPS)


def _run(grey: Grey, formats: Set[CodeFormat], steps: tuple[Step, ...]) -> list[Code]:
    frame, finds = Frame(grey), Finds()
    for step in (FIRST, *steps):
        finds.add(step.run(frame, formats))
        if finds:
            break
    return finds.in_reading_order()
