"""How many photographs of codes are read, and what it costs.

    python benchmarks/scanner.py FOLDER [--json OUT]

FOLDER holds pictures and an ``expected.json``: ``{"images": [{"file", "expected": [texts],
"also_ok": [texts]}]}``; pictures with no expected text are negatives, in which nothing may be
read. Texts are compared after CRLF becomes LF and trailing white space and NULs are dropped.

Four readers run side by side: zxing-cpp alone and pyzbar alone, each as its own documentation
calls it, and the scanner's live and still steps. A picture counts once: *right* if an expected
text came out and nothing else did, *wrong* if any other text came out, *nothing* otherwise.
The empty frame is 1280 x 720: plain grey, and the same with a camera's noise and shading.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from PIL import Image, ImageOps

from app.scanner import Grey, LiveScanner, load_picture, scan_live_steps, scan_still

FRAME = (720, 1280)
ROUNDS = 40


class Item(NamedTuple):
    """One picture of the folder with what may be read in it."""

    path: Path
    expected: frozenset[str]
    accepted: frozenset[str]


class Tally(NamedTuple):
    """What one reader made of the folder."""

    name: str
    right: int
    wrong: list[tuple[str, str]]
    nothing: int
    negatives_read: list[tuple[str, str]]
    p50_ms: float
    p95_ms: float


def normalised(text: str) -> str:
    """A text as the folder's note wants it compared."""
    return text.replace("\r\n", "\n").rstrip(" \t\r\n\v\f\0")


def items_of(folder: Path) -> list[Item]:
    """The pictures a folder's ``expected.json`` names."""
    listing = json.loads((folder / "expected.json").read_text("utf-8"))
    items = []
    for image in listing["images"]:
        expected = frozenset(map(normalised, image["expected"]))
        also = frozenset(map(normalised, image.get("also_ok", [])))
        items.append(Item(folder / image["file"], expected, expected | also))
    return items


def zxing_alone(path: Path) -> Callable[[], list[str]]:
    """zxing-cpp as its documentation calls it, for QR codes."""
    import zxingcpp

    pixels = _plain_grey(path)
    return lambda: [
        found.text
        for found in zxingcpp.read_barcodes(
            pixels,
            formats=zxingcpp.BarcodeFormat.QRCode,
            text_mode=zxingcpp.TextMode.Plain,
        )
    ]


def pyzbar_alone(path: Path) -> Callable[[], list[str]]:
    """Pyzbar as its documentation calls it, for QR codes."""
    from pyzbar import pyzbar

    pixels = _plain_grey(path)
    return lambda: [
        found.data.decode("utf-8", "replace")
        for found in pyzbar.decode(pixels, symbols=[pyzbar.ZBarSymbol.QRCODE])
    ]


def ours_live(path: Path) -> Callable[[], list[str]]:
    """The steps that successive camera frames get."""
    picture = load_picture(path)
    return lambda: [code.text for code in scan_live_steps(picture.grey)]


def ours_still(path: Path) -> Callable[[], list[str]]:
    """Every step."""
    picture = load_picture(path)
    return lambda: [code.text for code in scan_still(picture.grey, colours=picture.colours)]


READERS: dict[str, Callable[[Path], Callable[[], list[str]]]] = {
    "zxing-cpp alone": zxing_alone,
    "pyzbar alone": pyzbar_alone,
    "ours, live": ours_live,
    "ours, still": ours_still,
}


def _plain_grey(path: Path) -> Grey:
    with Image.open(path) as image:
        return np.asarray(ImageOps.exif_transpose(image).convert("L"))


def measure(name: str, items: Sequence[Item]) -> Tally:
    """Let one reader loose on all pictures; decoding the files isn't timed."""
    right, nothing, times = 0, 0, []
    wrong: list[tuple[str, str]] = []
    negatives_read: list[tuple[str, str]] = []
    for item in items:
        work = READERS[name](item.path)
        began = time.perf_counter()
        texts = {normalised(text) for text in work()} - {""}
        times.append((time.perf_counter() - began) * 1000)
        strange = sorted(texts - item.accepted)
        where = f"{item.path.parent.name}/{item.path.name}"
        if not item.expected:
            negatives_read += [(where, text) for text in strange]
        elif strange:
            wrong.append((where, strange[0]))
        elif texts & item.expected:
            right += 1
        else:
            nothing += 1
    cuts = statistics.quantiles(times, n=20) if len(times) > 1 else times * 19
    return Tally(name, right, wrong, nothing, negatives_read, cuts[9], cuts[18])


def empty_frames() -> dict[str, float]:
    """What frames without a code cost, in milliseconds (medians)."""
    rng = np.random.default_rng(1)
    rows = np.linspace(60, 180, FRAME[0])[:, None]
    shaded = (rows + rng.normal(0, 6, FRAME)).clip(0, 255).astype(np.uint8)
    frames = {"plain": np.full(FRAME, 128, np.uint8), "noise and shading": shaded}
    costs = {}
    for name, frame in frames.items():
        scanner = LiveScanner()
        spent = [scanner.scan_frame(frame).ms for _ in range(ROUNDS)]
        costs[f"live, a frame, {name}"] = statistics.median(spent)
        costs[f"live, slowest frame, {name}"] = max(spent[ROUNDS // 4 :])
        costs[f"live, all steps, {name}"] = _median_ms(lambda f=frame: scan_live_steps(f), 5)
        costs[f"still, {name}"] = _median_ms(lambda f=frame: scan_still(f), 3)
    return {name: round(cost, 2) for name, cost in costs.items()}


def _median_ms(work: Callable[[], object], rounds: int) -> float:
    spent = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        spent.append((time.perf_counter() - began) * 1000)
    return statistics.median(spent)


def table(tallies: Sequence[Tally], positives: int, negatives: int) -> str:
    """The result in words for people."""
    head = f"{positives} pictures with codes, {negatives} without\n"
    head += f"{'':18}{'right':>7}{'wrong':>7}{'nothing':>9}{'negatives read':>16}"
    head += f"{'p50 ms':>9}{'p95 ms':>9}"
    lines = [
        f"{one.name:18}{one.right:7}{len(one.wrong):7}{one.nothing:9}"
        f"{len(one.negatives_read):16}{one.p50_ms:9.1f}{one.p95_ms:9.1f}"
        for one in tallies
    ]
    return "\n".join([head, *lines])


def report(folder: Path | None) -> dict[str, Any]:
    """Everything measured, as JSON-able data, printing the tables on the way."""
    result: dict[str, Any] = {}
    if folder is not None:
        items = items_of(folder)
        tallies = [measure(name, items) for name in READERS]
        positives = sum(bool(item.expected) for item in items)
        print(table(tallies, positives, len(items) - positives))
        for one in tallies:
            for where, text in [*one.wrong, *one.negatives_read]:
                print(f"  {one.name}: {where}: {text[:60]!r}")
        result = {"folder": str(folder), "positives": positives}
        result["readers"] = [one._asdict() for one in tallies]
    result["empty_frame_ms"] = empty_frames()
    print("empty 1280 x 720 frame, ms")
    for name, cost in result["empty_frame_ms"].items():
        print(f"  {name:40}{cost:8.1f}")
    return result


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, print, and write JSON where asked."""
    parser = argparse.ArgumentParser(description="Measure the scanner on a folder of photographs.")
    parser.add_argument("folder", type=Path, nargs="?", help="pictures with an expected.json")
    parser.add_argument("--json", type=Path, metavar="OUT", help="write the numbers there")
    args = parser.parse_args(argv)
    if args.folder is not None and not (args.folder / "expected.json").is_file():
        print(f"{args.folder} has no expected.json", file=sys.stderr)
        return 2
    result = report(args.folder)
    if args.json is not None:
        args.json.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
