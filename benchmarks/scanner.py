"""How many photographs of codes are read, and what it costs.

    python benchmarks/scanner.py [FOLDER] [--json OUT] [--quick]

FOLDER (``../shared/data/qr`` beside the checkout, where there is one, if none is named) holds
pictures and an ``expected.json``: ``{"images": [{"file", "expected": [texts], "also_ok":
[texts]}]}``. Pictures with no expected text are negatives, in which nothing may be read. Texts are
compared after CRLF becomes LF and trailing white space and NULs are dropped.

Four readers run side by side: zxing-cpp alone and pyzbar alone, each as its own documentation
calls it, and the scanner's live and still steps. A picture counts once: *right* if an expected
text came out and nothing else did, *wrong* if any other text came out, *nothing* otherwise.
The empty frame is 1280 x 720: plain grey, and with a camera's noise and shading. "live" is what
one frame costs; "live, all steps" is the sum over the frames in which every step has its turn.
That cost is processor time (one thread works), so that what else the machine does isn't measured.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageOps

from app.scanner import Grey, LiveScanner, load_picture, scan_live_steps, scan_still
from benchmarks.report import Report

FRAME = (720, 1280)
EMPTY_FRAME_MS = 25
BESIDE = Path(__file__).resolve().parents[2] / "shared" / "data" / "qr"


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
            formats=zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode]),
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


def empty_frames(rounds: int) -> dict[str, float]:
    """What frames without a code cost, in milliseconds of processor time."""
    rng = np.random.default_rng(1)
    rows = np.linspace(60, 180, FRAME[0])[:, None]
    shaded = (rows + rng.normal(0, 2, FRAME)).clip(0, 255).astype(np.uint8)
    costs = {}
    for name, frame in {"plain": np.full(FRAME, 128, np.uint8), "noisy": shaded}.items():
        scanner = LiveScanner()
        spent = [_cpu_ms(scanner.scan, frame) for _ in range(rounds)]
        costs[f"empty frame, {name}: live, median"] = statistics.median(spent)
        costs[f"empty frame, {name}: live, p95"] = statistics.quantiles(spent, n=20)[18]
        modes: dict[str, Callable[[Grey], object]] = {
            "live, all steps": scan_live_steps,
            "still": scan_still,
        }
        for mode, work in modes.items():
            times = [_cpu_ms(work, frame) for _ in range(max(3, rounds // 16))]
            costs[f"empty frame, {name}: {mode}"] = statistics.median(times)
    return costs


def _cpu_ms(work: Callable[[Grey], object], frame: Grey) -> float:
    began = time.process_time()
    work(frame)
    return (time.process_time() - began) * 1000


def table(tallies: Sequence[Tally], positives: int, negatives: int) -> str:
    """The photographs' result in words for people."""
    lines = [
        f"{positives} pictures with codes, {negatives} without",
        f"{'':16}{'right':>7}{'wrong':>7}{'nothing':>9}{'in no code':>15}{'p50 ms':>9}{'p95':>8}",
    ]
    lines += [
        f"{one.name:16}{one.right:7}{len(one.wrong):7}{one.nothing:9}"
        f"{len(one.negatives_read):15}{one.p50_ms:9.1f}{one.p95_ms:8.1f}"
        for one in tallies
    ]
    for one in tallies:
        lines += [
            f"  {one.name}: {where}: {text[:60]!r}"
            for where, text in [*one.wrong, *one.negatives_read]
        ]
    return "\n".join(lines)


def measure_folder(folder: Path, report: Report) -> list[Tally]:
    """All readers over a folder's pictures: the table on the screen, the figures in the report."""
    items = items_of(folder)
    tallies = [measure(name, items) for name in READERS]
    positives = sum(bool(item.expected) for item in items)
    print(table(tallies, positives, len(items) - positives))
    best_alone = max(one.right for one in tallies if not one.name.startswith("ours"))
    for one in tallies:
        ours = one.name.startswith("ours")
        target = best_alone if ours else None
        report.add(f"{one.name}: right", one.right, f"of {positives}", at_least=target)
        strange = len(one.wrong) + len(one.negatives_read)
        report.add(f"{one.name}: wrong texts", strange, "", at_most=0 if ours else None)
        report.add(f"{one.name}: p95", one.p95_ms, "ms")
    return tallies


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, print, and write JSON where asked; 0 when every target was reached."""
    parser = argparse.ArgumentParser(description="Measure the scanner on a folder of photographs.")
    parser.add_argument("folder", type=Path, nargs="?", help="pictures with an expected.json")
    parser.add_argument("--json", type=Path, metavar="OUT", help="also write every text there")
    parser.add_argument("--quick", action="store_true", help="fewer empty frames")
    args = parser.parse_args(argv)
    folder = args.folder or (BESIDE if (BESIDE / "expected.json").is_file() else None)
    if folder is not None and not (folder / "expected.json").is_file():
        print(f"{folder} has no expected.json", file=sys.stderr)
        return 2
    report = Report("scanner")
    tallies = measure_folder(folder, report) if folder is not None else []
    for what, cost in empty_frames(24 if args.quick else 160).items():
        agreed = EMPTY_FRAME_MS if what.endswith(": live, median") else None
        report.add(what, cost, "ms CPU", at_most=agreed)
    if args.json is not None:
        document = {
            "readers": [one._asdict() for one in tallies],
            "rows": [asdict(row) for row in report.rows],
        }
        args.json.write_text(json.dumps(document, ensure_ascii=False, indent=1), "utf-8")
    return report.finish()


if __name__ == "__main__":
    raise SystemExit(main())
