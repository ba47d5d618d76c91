"""Camera frames: the first step on every one, the others in turn within a budget."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from time import perf_counter

from app.scanner.cascade import FIRST, LIVE_STEPS, Frame, Step
from app.scanner.codes import PAYMENT_FORMATS, Code, CodeFormat, Finds
from app.scanner.grey import Grey


@dataclass(frozen=True, slots=True)
class Sighting:
    """What one frame gave.

    Attributes:
        frame_id: The caller's number of the frame, or its count since the scanner was made.
        codes: Each code once, in reading order, corners in the frame's pixels.
        steps: The names of the steps this frame got.
        ms: How long they took.
    """

    frame_id: int
    codes: list[Code]
    steps: tuple[str, ...]
    ms: float


class LiveScanner:
    """Reads a stream of frames without falling behind it.

    Every frame gets the first step. While that reads nothing, the frame also gets the next one or
    two of the further steps, as many as are expected to fit the budget and always at least one;
    so a code that only the last step reads is found some frames later, a quarter of a second at a
    camera's pace. What a step costs is learned from the frames themselves, so a slow machine or a
    larger camera takes fewer steps a frame, not longer.

    One scanner belongs to one thread at a time.
    """

    MOST_STEPS = 2

    def __init__(self, formats: Set[CodeFormat] = PAYMENT_FORMATS, budget_ms: float = 25.0) -> None:
        """Start with an empty memory.

        Args:
            formats: Kinds of code to look for.
            budget_ms: What one frame may cost, in milliseconds.
        """
        self._formats = formats
        self._budget_ms = budget_ms
        self._next = 0
        self._frames = 0
        self._costs: dict[str, float] = {}

    def scan(self, grey: Grey) -> list[Code]:
        """The codes in the next frame; see :meth:`scan_frame`."""
        return self.scan_frame(grey).codes

    def scan_frame(self, grey: Grey, frame_id: int | None = None) -> Sighting:
        """Read the next frame.

        Args:
            grey: Height x width, 8 bits; neither copied nor kept beyond the call.
            frame_id: A number that comes back with the result.

        Returns:
            The codes of this frame and what was done for them.
        """
        began = perf_counter()
        frame, finds = Frame(grey), Finds()
        steps = [FIRST]
        finds.add(self._timed(FIRST, frame))
        while not finds and len(steps) <= self.MOST_STEPS:
            step = LIVE_STEPS[self._next % len(LIVE_STEPS)]
            spent = (perf_counter() - began) * 1000
            if len(steps) > 1 and spent + self._costs.get(step.name, 0.0) > self._budget_ms:
                break
            self._next += 1
            steps.append(step)
            finds.add(self._timed(step, frame))
        number = self._frames if frame_id is None else frame_id
        self._frames += 1
        return Sighting(
            number,
            finds.in_reading_order(),
            tuple(step.name for step in steps),
            (perf_counter() - began) * 1000,
        )

    def _timed(self, step: Step, frame: Frame) -> list[Code]:
        began = perf_counter()
        codes = step.run(frame, self._formats)
        cost = (perf_counter() - began) * 1000
        self._costs[step.name] = 0.7 * self._costs.get(step.name, cost) + 0.3 * cost
        return codes
