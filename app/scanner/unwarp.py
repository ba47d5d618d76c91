"""Codes on cloth, cups and crumpled paper: found by zxing, but too bent for it to read.

A reader lays a flat grid over what may be a bent surface. Here the grid is bent until the parts of
a QR code that are the same in every code (ISO/IEC 18004 §6.3: finder, timing and alignment
patterns, the white margin) lie where they must: first as a whole, by a cubic surface, then in
small regions, where every module should be clearly dark or clearly light. The straightened code is
drawn afresh and read by zxing, whose error correction decides whether it is one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

from app.scanner import grey as treat
from app.scanner import zxing
from app.scanner.codes import Code, CodeFormat
from app.scanner.grey import Grey, View

MOST_TRACES = 5
LARGEST_VERSION = 14
"""Beyond it modules are so many that bent ones are too small to follow."""

_MARGIN = 4  # modules of white around a drawn code
_NODES = 6  # regions a side in the second pass
_GOOD_FIT = 0.55  # share of the known modules' contrast that must be met to go on
_MARGIN_WEIGHT = 0.35
_OWN_WEIGHT = 0.5  # of a module's own contrast beside the known patterns
_STIFFNESS = 0.02
_COARSE = (1.0, 0.5, 0.25, 0.5, 0.25, 0.12)  # steps in modules
_FINE = (0.5, 0.25, 0.12, 0.25, 0.12)

Floats = npt.NDArray[np.float64]


class _Known(NamedTuple):
    """The modules of a version that are the same in every code.

    Attributes:
        side: Modules a side.
        points: 2 x N, middles in modules.
        weights: N, negative for dark ones.
    """

    side: int
    points: Floats
    weights: Floats


def read(work: View, formats: Set[CodeFormat], step: str) -> list[Code]:
    """Straighten and read the codes of a view that zxing finds but can't decode.

    Args:
        work: The picture.
        formats: Nothing is done unless QR codes are among them.
        step: The name put on what is found.

    Returns:
        The codes, corners where zxing saw them.
    """
    if CodeFormat.QR not in formats:
        return []
    flat = View(work.pixels)
    codes = []
    for trace in _traces(flat):
        for drawn in _straightened(flat.pixels, trace):
            found = zxing.read(View(drawn), {CodeFormat.QR}, step)
            if found:
                a, b, c, d = (work.to_picture(x, y) for x, y in trace.corners)
                codes.append(Code(found[0].text, CodeFormat.QR, (a, b, c, d), found[0].raw, step))
                break
    return codes


def _traces(flat: View) -> list[zxing.Trace]:
    """Distinct sightings in the picture and in treated copies of it."""
    views = (
        flat,
        treat.gamma(flat, 0.5),
        treat.threshold(flat, 31, 5),
        treat.reduce(flat, 2),
    )
    kept: list[zxing.Trace] = []
    for trace in (trace for view in views for trace in zxing.traces(view)):
        if trace.version > LARGEST_VERSION or any(_alike(trace, other) for other in kept):
            continue
        kept.append(trace)
    return kept[:MOST_TRACES]


def _alike(one: zxing.Trace, other: zxing.Trace) -> bool:
    here, there = np.array(one.corners), np.array(other.corners)
    reach = max(4.0, 0.02 * float(np.ptp(there)))
    return one.version == other.version and float(np.abs(here - there).max()) < reach


def _straightened(picture: Grey, trace: zxing.Trace) -> Iterator[Grey]:
    """Flat drawings of a bent code, most faithful first; none where it fits no code."""
    fit = _Fit.begin(picture, trace)
    if fit is None or fit.bend() < _GOOD_FIT or fit.refine() < _GOOD_FIT:
        return
    yield fit.photograph()
    modules = fit.modules()
    for level in (0.0, 0.05, -0.05):
        black_white = np.where(modules > level, 255, 0).astype(np.uint8)
        paper = np.pad(black_white, _MARGIN, constant_values=255)
        yield np.kron(paper, np.ones((4, 4), np.uint8))


class _Fit:
    """A grid on its way onto one code: a perspective map, a cubic surface, a net of nodes."""

    def __init__(self, sharp: Grey, corners: Floats, known: _Known, module: float) -> None:
        self._sharp = sharp
        soft = Image.fromarray(sharp).filter(ImageFilter.GaussianBlur(0.3 * module))
        self._soft: Floats = (np.asarray(soft).astype(np.float64) - 128) / treat.EVEN_CONTRAST
        self._module = module
        self._known = known
        self._plane = _perspective(known.side, corners)
        self._surface: Floats = np.zeros((2, 10))
        self._net: Floats = np.zeros((2, _NODES * _NODES))

    @classmethod
    def begin(cls, picture: Grey, trace: zxing.Trace) -> _Fit | None:
        """Cut the code out and even its light; None where it is too small."""
        known = _known(trace.version)
        corners = np.array(trace.corners, np.float64)
        edges = corners - np.roll(corners, 1, axis=0)
        module = float(np.hypot(edges[:, 0], edges[:, 1]).mean()) / known.side
        low = np.maximum(np.floor(corners.min(axis=0) - 4 * module), 0).astype(int)
        high = np.ceil(corners.max(axis=0) + 4 * module).astype(int)
        cut = picture[low[1] : high[1], low[0] : high[0]]
        if module < 1 or min(cut.shape) < known.side:
            return None
        even = treat.even_light(View(cut), max(3, int(3.5 * module))).pixels
        return cls(even, corners - low, known, module)

    def bend(self) -> float:
        """Fit the surface to the known modules; the share of their contrast that is met."""
        points, weights = self._known.points, self._known.weights
        start, shapes = self._flat(points), _cubic(self._known.side, points)

        def met(surface: Floats) -> float:
            return float(weights @ self._at(start + surface @ shapes))

        best = met(self._surface)
        for size in _COARSE:
            for _ in range(3):
                before = best
                for cell in np.ndindex(self._surface.shape):
                    for move in (size, -size):
                        moved = self._surface.copy()
                        moved[cell] += move * self._module
                        if (now := met(moved)) > best:
                            self._surface, best = moved, now
                            break
                if best == before:
                    break
        return best / float(np.abs(weights).sum())

    def refine(self) -> float:
        """Follow folds: move each node of a net, judged by the modules around it."""
        known, side = self._known, self._known.side
        own_shares, known_shares = _shares(side, _middles(side)), _shares(side, known.points)
        own = self._place(_middles(side))
        fixed = self._place(known.points)
        regions = [
            (np.nonzero(own_shares[i])[0], np.nonzero(known_shares[i])[0])
            for i in range(_NODES * _NODES)
        ]
        for size in (step for step in _FINE for _ in range(2)):
            for node, (mine, theirs) in enumerate(regions):
                for axis, move in ((0, size), (0, -size), (1, size), (1, -size)):
                    shift = np.zeros((2, 1))
                    shift[axis] = move * self._module
                    new_own = own[:, mine] + shift * own_shares[node, mine]
                    new_fixed = fixed[:, theirs] + shift * known_shares[node, theirs]
                    gain = _OWN_WEIGHT * (
                        np.abs(self._at(new_own)).sum() - np.abs(self._at(own[:, mine])).sum()
                    ) + known.weights[theirs] @ (self._at(new_fixed) - self._at(fixed[:, theirs]))
                    pull = self._net[axis, node]
                    gain -= _STIFFNESS * ((pull + move) ** 2 - pull**2) * len(mine)
                    if gain > 0:
                        own[:, mine], fixed[:, theirs] = new_own, new_fixed
                        self._net[axis, node] += move
        return float(known.weights @ self._at(fixed)) / float(np.abs(known.weights).sum())

    def photograph(self) -> Grey:
        """The code as seen, laid flat, four pixels a module."""
        count = self._known.side + 2 * _MARGIN
        ticks = (np.arange(count * 4) + 0.5) / 4 - _MARGIN
        x, y = self._inside(self._place(_grid(ticks)))
        return self._sharp[y, x].reshape(len(ticks), len(ticks))

    def modules(self) -> Floats:
        """Each module's level, negative for dark, side x side."""
        side = self._known.side
        return self._at(self._place(_middles(side))).reshape(side, side)

    def _flat(self, points: Floats) -> Floats:
        top = self._plane @ np.vstack([points, np.ones(points.shape[1])])
        flat: Floats = top[:2] / top[2]
        return flat

    def _place(self, points: Floats) -> Floats:
        """Where points of the code, in modules, stand in the picture, in pixels."""
        side = self._known.side
        near = np.clip(points, -1, side + 1)
        net = self._net * self._module
        placed: Floats = (
            self._flat(points) + self._surface @ _cubic(side, near) + net @ _shares(side, near)
        )
        return placed

    def _inside(self, places: Floats) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
        height, width = self._sharp.shape
        x = np.clip(places[0], 0, width - 1).astype(np.int32)
        y = np.clip(places[1], 0, height - 1).astype(np.int32)
        return x, y

    def _at(self, places: Floats) -> Floats:
        x, y = self._inside(places)
        return self._soft[y, x]


def _perspective(side: int, corners: Floats) -> Floats:
    """The map that takes a flat code of this many modules to four corners (3 x 3)."""
    rows, right = [], []
    for (u, v), (x, y) in zip(((0, 0), (side, 0), (side, side), (0, side)), corners, strict=True):
        rows += [
            [u, v, 1, 0, 0, 0, -x * u, -x * v],
            [0, 0, 0, u, v, 1, -y * u, -y * v],
        ]
        right += [x, y]
    solution = np.linalg.lstsq(np.array(rows, np.float64), np.array(right), rcond=None)[0]
    return np.append(solution, 1.0).reshape(3, 3)


def _cubic(side: int, points: Floats) -> Floats:
    """The ten shapes of a cubic surface at points (10 x N)."""
    u, v = points / side * 2 - 1
    one = np.ones_like(u)
    return np.stack([one, u, v, u * v, u * u, v * v, u * u * v, u * v * v, u**3, v**3])


def _shares(side: int, points: Floats) -> Floats:
    """How much each node of the net moves each point (nodes x N): a tent around the node."""
    pitch = (side + 2) / (_NODES - 1)
    nodes = np.arange(_NODES)[:, None]
    across = np.maximum(0, 1 - np.abs((points[0] + 1) / pitch - nodes))
    down = np.maximum(0, 1 - np.abs((points[1] + 1) / pitch - nodes))
    shares: Floats = (down[:, None, :] * across[None, :, :]).reshape(_NODES * _NODES, -1)
    return shares


def _grid(ticks: Floats) -> Floats:
    across, down = np.meshgrid(ticks, ticks)
    return np.stack([across.ravel(), down.ravel()])


def _middles(side: int) -> Floats:
    return _grid(np.arange(side, dtype=np.float64) + 0.5)


def _alignment(version: int) -> list[int]:
    """Rows and columns on which alignment patterns stand (ISO/IEC 18004 annex E)."""
    if version == 1:
        return []
    side, count = 17 + 4 * version, version // 7 + 2
    pitch = -(-(side - 13) // (count - 1))
    pitch += pitch % 2
    return [6, *(side - 7 - pitch * i for i in reversed(range(count - 1)))]


def _known(version: int) -> _Known:
    side = 17 + 4 * version
    dark: dict[tuple[int, int], bool] = {}
    for i in range(8, side - 8):
        dark[i, 6] = dark[6, i] = i % 2 == 0
    stops = _alignment(version)
    corners = {(6, 6), (6, side - 7), (side - 7, 6)}
    for x, y in ((x, y) for x in stops for y in stops if (x, y) not in corners):
        dark.update(_rings(x, y, 2, white=(1,)))
    for x, y in ((3, 3), (side - 4, 3), (3, side - 4)):
        dark.update(_rings(x, y, 4, white=(2, 4)))
    inside = {place: d for place, d in dark.items() if min(place) >= 0 and max(place) < side}
    rim = [place for i in range(side) for place in ((i, -1), (i, side), (-1, i), (side, i))]
    points = np.array([*inside, *rim], np.float64).T + 0.5
    weights = [-1.0 if d else 1.0 for d in inside.values()] + [_MARGIN_WEIGHT] * len(rim)
    return _Known(side, points, np.array(weights))


def _rings(
    x: int, y: int, radius: int, white: Iterable[int]
) -> Iterator[tuple[tuple[int, int], bool]]:
    for dy in range(-radius, radius + 1):
        for dx in range(-radius, radius + 1):
            yield (x + dx, y + dy), max(abs(dx), abs(dy)) not in white
