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
from app.scanner import unwarp, zbar, zxing
from app.scanner.codes import PAYMENT_FORMATS, Code, CodeFormat, Finds
from app.scanner.grey import Grey, View

Colours = npt.NDArray[np.uint8]
"""Height x width x 3: red, green, blue."""

WORKING_SIDE = 2400
"""Pixels: the costly steps see no picture with a longer side than this."""

DOUBLED_SIDE = 1600
"""Pixels: larger pictures aren't enlarged; codes in them have pixels enough."""


class Frame:
    """A picture on its way through the steps; what several of them need is made once."""

    def __init__(self, pixels: Grey, colours: Colours | None = None) -> None:
        self.original = View(pixels)
        self.colours = colours

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
        """The working picture at twice its size, unless it is large already."""
        return self._enlarged(2)

    @property
    def triple(self) -> View:
        """The working picture at three times its size, unless it is large already."""
        return self._enlarged(3)

    @cached_property
    def half_black_white(self) -> View:
        """The half-size picture in black and white, by the mean of 31 x 31 pixels."""
        return treat.threshold(self.half, 31, 5)

    def _enlarged(self, factor: int) -> View:
        large = max(self.work.pixels.shape) > DOUBLED_SIDE
        return self.work if large else treat.resize(self.work, float(factor))

    def channel(self, index: int) -> View:
        """Red, green or blue as a grey picture; how colourful the pixels are for index 3."""
        if self.colours is None:
            return self.original
        if index == 3:
            return View(np.asarray(self.colours.max(axis=2) - self.colours.min(axis=2)))
        return View(np.ascontiguousarray(self.colours[:, :, index]))


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


FIRST = Step("plain", lambda frame: frame.original, zxing.read)
"""The step every frame gets: zxing on the picture as it came."""

LIVE_STEPS = (
    # glare and washed-out pictures
    Step("dark", lambda frame: treat.gamma(frame.original, 2.0), zxing.read),
    # noise, moiré, and modules so large that their edges fray
    Step("half", lambda frame: frame.half, zxing.read),
    # faint contrast
    Step("half-threshold", lambda frame: treat.threshold(frame.half, 15, 3), zxing.read),
    # damage: zbar needs less of a code's frame
    Step("zbar-half", lambda frame: frame.half_black_white, zbar.read),
    # blur
    Step("sharp", lambda frame: treat.sharpen(frame.work, 2, 200), zxing.read),
    # night
    Step("light", lambda frame: treat.gamma(frame.original, 0.5), zxing.read),
    # shades and faint contrast on small codes
    Step("threshold", lambda frame: treat.threshold(frame.work, 31, 0), zxing.read),
    # cups, cloth, crumpled slips
    Step("unwarped-quick", lambda frame: frame.work, unwarp.read_quickly),
)
"""What a camera's frames get in turn while the first step reads nothing."""

STILL_STEPS = (
    *LIVE_STEPS,
    Step("zbar-sharp", lambda frame: treat.sharpen(frame.work, 3, 200), zbar.read),
    Step("zbar-threshold", lambda frame: treat.threshold(frame.work, 15, 4), zbar.read),
    Step("zbar-threshold-wide", lambda frame: treat.threshold(frame.work, 51, 5), zbar.read),
    Step("even-light", lambda frame: treat.even_light(frame.work, 20), zxing.read),
    Step(
        "even-light-soft",
        lambda frame: treat.even_light(treat.blur(frame.work, 1.5), 20),
        zxing.read,
    ),
    Step("double-soft", lambda frame: treat.blur(frame.double, 1.5), zxing.read),
    Step("double-sharp", lambda frame: treat.sharpen(frame.double, 4, 200), zxing.read),
    Step("triple-sharp", lambda frame: treat.sharpen(frame.triple, 8, 300), zxing.read),
    Step(
        "zbar-half-turned", lambda frame: treat.rotate(frame.half_black_white, 22, 255), zbar.read
    ),
    Step("zbar-turned", lambda frame: treat.rotate(frame.work, 20, 128), zbar.read),
    Step(
        "zbar-threshold-turned",
        lambda frame: treat.rotate(treat.threshold(frame.work, 31, 5), 45, 255),
        zbar.read,
    ),
    Step("unwarped", lambda frame: frame.work, unwarp.read),
    Step("unwarped-sharp", lambda frame: treat.sharpen(frame.work, 2, 200), unwarp.read),
)
"""What a still picture gets."""

COLOUR_STEPS = (
    Step("red", lambda frame: frame.channel(0), zxing.read),
    Step("green", lambda frame: frame.channel(1), zxing.read),
    Step("blue", lambda frame: frame.channel(2), zxing.read),
    Step("saturation", lambda frame: frame.channel(3), zxing.read),
)
"""What a still picture with colours gets besides."""

_SWEEP = frozenset({"half-threshold", "zbar-half", "sharp", "threshold", "zbar-threshold"})
"""Steps a still picture gets even after a text was found: there may be harder codes beside it."""


def scan_still(
    grey: Grey,
    formats: Set[CodeFormat] | None = None,
    *,
    colours: Colours | None = None,
) -> list[Code]:
    """Read every code in a still picture, sparing no step.

    The steps go on until one reads something; after that only those that are likely to find a
    harder code beside an easy one.

    Args:
        grey: Height x width, 8 bits; not copied, not changed.
        formats: Kinds of code to look for; :data:`PAYMENT_FORMATS` if absent.
        colours: The same picture with three channels, where colour may tell a code from its ground.

    Returns:
        Each code once, in reading order, corners in the picture's pixels; empty if there is none.
    """
    wanted = PAYMENT_FORMATS if formats is None else formats
    frame, finds = Frame(grey, colours), Finds()
    for step in (FIRST, *STILL_STEPS, *(COLOUR_STEPS if colours is not None else ())):
        if not finds or step.name in _SWEEP:
            finds.add(step.run(frame, wanted))
    return finds.in_reading_order()


def scan_live_steps(grey: Grey, formats: Set[CodeFormat] | None = None) -> list[Code]:
    """What successive camera frames of the same picture would give.

    The steps go on until one reads something, as a camera's next frames do for its user.

    Args and result as in :func:`scan_still`.
    """
    wanted = PAYMENT_FORMATS if formats is None else formats
    frame, finds = Frame(grey), Finds()
    for step in (FIRST, *LIVE_STEPS):
        if finds.add(step.run(frame, wanted)):
            break
    return finds.in_reading_order()
