"""From start to the first painted unlock window, and its memory, beside a bare PySide6 window.

    python3 dev.py bench startup [--quick] [--platform offscreen|xcb]

Both are fresh processes, run in turns; a run ends when the first paint has been delivered, and
then stands still until its resident memory has been read from outside. The wallet is started as
``kbean wallet --profile DIR`` starts it, on a profile that holds a vault; the bare window is an
empty ``QWidget`` of the same size. The median of all runs counts, for
the ratio of times the median over neighbouring runs. ``--platform xcb`` needs a
display (``xvfb-run -a``).
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import psutil

from app.desktop.sample import make_sample
from benchmarks.report import Report

RATIO = 1.6
"""How much more than a bare window the wallet may take (issue 2, Part 8)."""
ELECTRUM_SECONDS = 0.95
ELECTRUM_MB = 204
"""What Electrum took on the machine of the issue; the wallet stays well below half of it."""

_WAIT = """
def tell():
    sys.stdout.write(f"{time.monotonic()}\\n")
    sys.stdout.flush()
    sys.stdin.readline()
    os._exit(0)
"""
BARE = f"""
import os, sys, time
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QWidget
{_WAIT}
class Window(QWidget):
    def paintEvent(self, event):
        QTimer.singleShot(0, tell)
app = QApplication([])
window = Window()
window.resize(1280, 800)
window.show()
app.exec()
"""
WALLET = f"""
import os, sys, time
{_WAIT}
from PySide6.QtCore import QTimer
from app import cli
from app.desktop.window import MainWindow
painted = MainWindow.paintEvent
def paint(self, event):
    QTimer.singleShot(0, tell)  # before the wallet's own timer: nothing heavy has been loaded
    painted(self, event)
MainWindow.paintEvent = paint
cli.main(["wallet", "--profile", sys.argv[1]])
"""


class Run(NamedTuple):
    """One start.

    Attributes:
        seconds: From the start of the process to the first paint.
        megabytes: Resident memory then.
    """

    seconds: float
    megabytes: float


def start(code: str, *words: str, platform: str, cache: str) -> Run:
    """Start a process, wait for its first paint, read its memory, let it end."""
    environment = {**os.environ, "QT_QPA_PLATFORM": platform, "PYTHONPYCACHEPREFIX": cache}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # what is installed has its byte code
    begun = time.monotonic()
    with subprocess.Popen(
        [sys.executable, "-c", code, *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        cwd=Path(__file__).resolve().parents[1],
        text=True,
    ) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            raise RuntimeError("the window was never painted")
        memory = psutil.Process(process.pid).memory_info().rss
        process.communicate("\n", timeout=30)
    return Run(float(line) - begun, memory / 1e6)


def median(runs: Sequence[Run]) -> Run:
    """The middle of time and of memory."""
    return Run(
        statistics.median(run.seconds for run in runs),
        statistics.median(run.megabytes for run in runs),
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Measure; 0 when the ratios were reached."""
    parser = argparse.ArgumentParser(prog="bench startup", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="7 runs instead of 15")
    parser.add_argument("--platform", default="offscreen")
    words, _ = parser.parse_known_args(argv)
    runs = 7 if words.quick else 15
    with tempfile.TemporaryDirectory(prefix="kbean-startup-") as folder:
        profile = Path(folder) / "profile"
        make_sample(profile, months=1)
        bare: list[Run] = []
        wallet: list[Run] = []
        how = {"platform": words.platform, "cache": str(Path(folder) / "pycache")}
        for number in range(runs + 1):
            pair = (start(BARE, **how), start(WALLET, str(profile), **how))
            if number:  # the first pair fills the file cache and writes the byte code
                bare.append(pair[0])
                wallet.append(pair[1])
    ours, theirs = median(wallet), median(bare)
    # Of neighbours, so that what else the machine does weighs on both.
    ratio = statistics.median(
        mine.seconds / other.seconds for mine, other in zip(wallet, bare, strict=True)
    )
    report = Report("startup")
    report.context.update({"runs": runs, "platform": words.platform})
    report.add("bare PySide6 window, first paint", theirs.seconds * 1000, "ms")
    report.add("unlock window, first paint", ours.seconds * 1000, "ms")
    report.add("time, ratio", ratio, "x", at_most=RATIO)
    report.add("bare PySide6 window, memory", theirs.megabytes, "MB")
    report.add("unlock window, memory", ours.megabytes, "MB")
    report.add("memory, ratio", ours.megabytes / theirs.megabytes, "x", at_most=RATIO)
    report.add("unlock window, memory, absolute", ours.megabytes, "MB", at_most=ELECTRUM_MB / 2)
    report.add(
        "unlock window, time, absolute",
        ours.seconds * 1000,
        "ms",
        at_most=ELECTRUM_SECONDS * 1000 / 2,
    )
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
