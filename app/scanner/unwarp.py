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
_REFINEMENTS = ((5, 0.5), (6, 0.3))
"""Nodes a side of the net, and the weight of a module's own contrast beside the known patterns.

No one setting follows every fold; the second is tried where the first reads nothing.
"""

_GOOD_FIT = 0.55  # share of the known modules' contrast that must be met to go on
_MARGIN_WEIGHT = 0.7
_STIFFNESS = 0.02
_COARSE = (1.0, 0.5, 0.25, 0.5, 0.25, 0.12)  # steps in modules
_FINE = (0.5, 0.25, 0.12, 0.25, 0.12)
_MOVES = np.array([(1.0, 0.0), (-1.0, 0.0), (0.0, 1.0), (0.0, -1.0)])

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
    flat = View(work.pixels)
    views = (
        flat,
        treat.gamma(flat, 0.5),
        treat.threshold(flat, 31, 5),
        treat.reduce(flat, 2),
    )
    return _read(work, views, formats, step)


def read_quickly(work: View, formats: Set[CodeFormat], step: str) -> list[Code]:
    """The same for a camera's frame: only the first sighting, and only in the frame as it is."""
    return _read(work, (View(work.pixels),), formats, step, most=1)


def _read(
    work: View,
    views: Iterable[View],
    formats: Set[CodeFormat],
    step: str,
    most: int = MOST_TRACES,
) -> list[Code]:
    if CodeFormat.QR not in formats:
        return []
    codes = []
    for trace in _traces(views)[:most]:
        for drawn in _straightened(work.pixels, trace):
            found = zxing.read(View(drawn), {CodeFormat.QR}, step)
            if found:
                a, b, c, d = (work.to_picture(x, y) for x, y in trace.corners)
                codes.append(Code(found[0].text, CodeFormat.QR, (a, b, c, d), found[0].raw, step))
                break
    return codes


def _traces(views: Iterable[View]) -> list[zxing.Trace]:
    """Distinct sightings in a picture and in treated copies of it."""
    kept: list[zxing.Trace] = []
    for trace in (trace for view in views for trace in zxing.traces(view)):
        if trace.version <= LARGEST_VERSION and not any(_alike(trace, other) for other in kept):
            kept.append(trace)
    return kept


def _alike(one: zxing.Trace, other: zxing.Trace) -> bool:
    here, there = np.array(one.corners), np.array(other.corners)
    reach = max(4.0, 0.02 * float(np.ptp(there)))
    return one.version == other.version and float(np.abs(here - there).max()) < reach


def _straightened(picture: Grey, trace: zxing.Trace) -> Iterator[Grey]:
    """Flat drawings of a bent code, most faithful first; none where it fits no code."""
    fit = _Fit.begin(picture, trace)
    if fit is None or fit.bend() < _GOOD_FIT:
        return
    for nodes, own_weight in _REFINEMENTS:
        if fit.refine(nodes, own_weight) < _GOOD_FIT:
            continue
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
        self._nodes = 2
        self._net: Floats = np.zeros((2, 4))

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

    def refine(self, nodes: int, own_weight: float) -> float:
        """Follow folds: move each node of a net, judged by the modules around it.

        Args:
            nodes: Nodes a side of the net.
            own_weight: What a module's own contrast counts beside the known patterns.

        Returns:
            The share of the known modules' contrast that is met then.
        """
        known, side = self._known, self._known.side
        self._nodes, self._net = nodes, np.zeros((2, nodes * nodes))
        spots = np.hstack([_middles(side), known.points])
        own = side * side  # the first so many are the code's own modules, the rest are known ones
        shares = _shares(side, nodes, spots)
        places = self._place(spots)
        worth = self._worths(places[None], np.arange(places.shape[1]), own, own_weight)[0]
        near = [np.nonzero(share)[0] for share in shares]
        for size in (step for step in _FINE for _ in range(2)):
            for node, region in enumerate(near):
                tried = places[:, region] + (
                    _MOVES[:, :, None] * (size * self._module) * shares[node, region]
                )
                count = int(np.searchsorted(region, own))
                gains = self._worths(tried, region, count, own_weight)
                pull = self._net[:, node] + _MOVES * size
                strain = (pull**2).sum(axis=1) - (self._net[:, node] ** 2).sum()
                totals = gains.sum(axis=1) - worth[region].sum() - _STIFFNESS * count * strain
                best = int(totals.argmax())
                if totals[best] > 0:
                    places[:, region], worth[region] = tried[best], gains[best]
                    self._net[:, node] = pull[best]
        met = float(worth[own:].sum())
        return met / float(np.abs(known.weights).sum())

    def _worths(
        self, tried: Floats, spots: npt.NDArray[np.intp], own: int, own_weight: float
    ) -> Floats:
        """What each spot adds, for several sets of places (sets x 2 x N → sets x N)."""
        level = self._at(tried.transpose(1, 0, 2))
        side = self._known.side
        fixed = self._known.weights[spots[own:] - side * side]
        return np.concatenate([own_weight * np.abs(level[:, :own]), fixed * level[:, own:]], axis=1)

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
            self._flat(points)
            + self._surface @ _cubic(side, near)
            + net @ _shares(side, self._nodes, near)
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


def _shares(side: int, count: int, points: Floats) -> Floats:
    """How much each node of the net moves each point (nodes x N): a tent around the node."""
    pitch = (side + 2) / (count - 1)
    nodes = np.arange(count)[:, None]
    across = np.maximum(0, 1 - np.abs((points[0] + 1) / pitch - nodes))
    down = np.maximum(0, 1 - np.abs((points[1] + 1) / pitch - nodes))
    shares: Floats = (down[:, None, :] * across[None, :, :]).reshape(count * count, -1)
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
