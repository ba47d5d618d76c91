"""The gates of ``dev.py check`` and ``dev.py test`` (design/2 §Gates).

Each gate is a name and a command; two run at a time, what a failing one printed is shown, and a
table with times closes the run. Standard library only.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.house import floors, translations

AT_ONCE = 2
WORKERS = "3"
"""Processes that share the suite, file by file: one more than cores, for tests wait a lot too."""

LONGEST_RUN = 45 * 60
"""Seconds after which the suite is ended: something hangs."""

FEW = 8
"""Failures that a second look is worth; more are no accident."""

MANY = 3000
"""Tests that pass in a run that came to its end; a worker that dies leaves fewer."""

CLOSING = re.compile(r"^=* ?(?:no tests ran|\d+ \w+.*) in [\d.]+s\b.*$")
COLOUR = re.compile(r"\x1b\[[\d;]*m")


@dataclass(frozen=True)
class Verdict:
    """What became of one gate.

    Attributes:
        name: What a person calls the gate.
        passed: Whether it lets the change through.
        note: A few words beside the verdict.
        output: What the gate printed, shown when it fails.
        seconds: How long it took.
    """

    name: str
    passed: bool
    note: str = ""
    output: str = ""
    seconds: float = 0.0


def check(root: Path, python: str) -> int:
    """Run the gates that need no test; answer 0 when every one passes."""
    verdicts = _gates(root, python)
    _table(verdicts)
    return 0 if all(verdict.passed for verdict in verdicts) else 1


def everything(root: Path, python: str) -> int:
    """Run the gates, the whole suite and the coverage floors; the last line is pytest's own."""
    verdicts = _gates(root, python)
    _table(verdicts)
    with tempfile.TemporaryDirectory(prefix="kbean-cov-") as folder:
        report = Path(folder) / "coverage.json"
        command = [python, "-m", "pytest", "-n", WORKERS, "--dist", "loadfile"]
        # In the order of tests/conftest.py, which knows what takes long.
        command += ["--no-loadscope-reorder"]
        # A worker that dies ends the run: the others would wait for it for ever.
        command += ["--max-worker-restart", "0", "--color", _colour()]
        command += ["--cov", "--cov-report", f"json:{report}", "--cov-report=", "--durations", "15"]
        started = time.monotonic()
        code, closing = _stream(command, root)
        note = COLOUR.sub("", closing).strip("= ")
        if code == 1 and (few := second_chance(note)):
            # Two workers, databases that are killed and a browser share two cores: what failed in
            # that crowd is asked once more alone, and the table says so.
            alone = [python, "-m", "pytest", "--last-failed", "--last-failed-no-failures", "none"]
            print(f"\n{few} failed; once more, alone:", flush=True)
            code, closing = _stream([*alone, "--color", _colour()], root)
            verdict = "PASSED ALONE" if code == 0 else "failed alone too"
            note += f"; {few} {verdict}"
        verdicts.append(_verdict("tests", code == 0, note, started))
        verdicts.append(_coverage(report))
    _table(verdicts)
    failed = [verdict.name for verdict in verdicts if not verdict.passed]
    if failed:
        print(f"NOT PASSED: {', '.join(failed)}")
    print(closing or "no closing line from pytest", flush=True)
    return 1 if failed else 0


def second_chance(note: str) -> int:
    """How many tests may be asked again alone: a few failures of a run that came to its end.

    Args:
        note: pytest's closing line, such as ``2 failed, 3840 passed, 1 error in 700.00s``.

    Returns:
        Their number; 0 where nothing failed, too much did, or the run broke off.
    """
    counts = {word: int(number) for number, word in re.findall(r"(\d+) (\w+)", note)}
    bad = counts.get("failed", 0) + counts.get("error", 0) + counts.get("errors", 0)
    return bad if 0 < bad <= FEW and counts.get("passed", 0) >= MANY else 0


def _gates(root: Path, python: str) -> list[Verdict]:
    folder = Path(python).parent
    gates: list[tuple[str, Callable[[], Verdict]]] = []

    def command(name: str, *words: str) -> None:
        program = [str(folder / words[0]), *words[1:]]
        gates.append((name, lambda: _command(name, program, root)))

    command("types", "mypy")
    command("format", "ruff", "format", "--check", "--quiet", "--diff", ".")
    command("lint", "ruff", "check", "--quiet", "--output-format", "concise", ".")
    command("floors", "lint-imports", "--no-cache")
    command("dependencies", "deptry", ".")
    gates.append(("translations", lambda: _translations(root, python)))
    gates.append(("advisories", lambda: _advisories(root, folder)))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(lambda gate: _shown(gate[1]()), gates))


def _shown(verdict: Verdict) -> Verdict:
    mark = "ok  " if verdict.passed else "FAIL"
    text = f"{mark} {verdict.name} ({verdict.seconds:.1f} s) {verdict.note}\n"
    if not verdict.passed:
        text += verdict.output.rstrip() + "\n"
    sys.stdout.write(text)
    sys.stdout.flush()
    return verdict


def _command(name: str, command: Sequence[str], root: Path) -> Verdict:
    started = time.monotonic()
    done = subprocess.run(
        command,
        cwd=root,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
        check=False,
    )
    return _verdict(name, done.returncode == 0, "", started, done.stdout)


def _translations(root: Path, python: str) -> Verdict:
    """Extraction leaves no difference, every string is translated, fields fit."""
    started = time.monotonic()
    faults = [f"{name} is not up to date" for name in translations.stale(root, python)]
    faults += translations.faults(root)
    advice = "\nRun python3 dev.py i18n, then fill in what is unfinished."
    return _verdict("translations", not faults, "", started, "\n".join(faults) + advice)


def _advisories(root: Path, folder: Path) -> Verdict:
    """Known holes in what is locked. Without the network it says so and lets through."""
    started = time.monotonic()
    command = [str(folder / "pip-audit"), "-r", "requirements/dev.txt", "--require-hashes"]
    command += ["--disable-pip", "--progress-spinner", "off", "--timeout", "15", "--format", "json"]
    done = subprocess.run(
        command, cwd=root, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
    )
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        reason = (done.stderr.strip().splitlines() or ["no answer"])[-1][:120]
        return _verdict("advisories", True, f"NOT ASKED: {reason}", started)
    holes = [
        f"{package['name']} {package['version']}: {hole['id']}, mended in {hole['fix_versions']}"
        for package in answer["dependencies"]
        for hole in package.get("vulns", [])
    ]
    asked = sum("vulns" in package for package in answer["dependencies"])
    of = len(answer["dependencies"])
    note = f"{asked} asked about"
    if not asked:
        note = f"NOT ASKED: the advisory service knows none of {of} packages"
    elif asked < of:
        note += f", {of - asked} unknown to the advisory service"
    return _verdict("advisories", not holes, note, started, "\n".join(holes))


def _coverage(report: Path) -> Verdict:
    """Lines and branches per floor of the house (design/2 §Gates)."""
    started = time.monotonic()
    if not report.exists():
        return _verdict("coverage", False, "nothing was measured", started)
    rows = floors.measure(json.loads(report.read_text(encoding="utf-8")))
    for row in rows:
        sys.stdout.write(f"{row}\n")
    low = [row.name for row in rows if not row.reached]
    return _verdict("coverage", not low, f"below: {', '.join(low)}" if low else "", started)


def _verdict(name: str, passed: bool, note: str, started: float, output: str = "") -> Verdict:
    return Verdict(name, passed, note, output, time.monotonic() - started)


def _stream(command: Sequence[str], root: Path) -> tuple[int, str]:
    """Run with its output on the terminal; answer the exit code and pytest's closing line."""
    closing = ""
    with subprocess.Popen(
        command,
        cwd=root,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
        errors="replace",
    ) as process:
        watchdog = threading.Timer(LONGEST_RUN, process.kill)
        watchdog.daemon = True
        watchdog.start()
        for line in process.stdout or ():
            sys.stdout.write(line)
            sys.stdout.flush()
            if CLOSING.match(COLOUR.sub("", line).strip()):
                closing = line.rstrip("\n")
        watchdog.cancel()
    return process.returncode, closing


def _colour() -> str:
    return "yes" if sys.stdout.isatty() else "no"


def _table(verdicts: Sequence[Verdict]) -> None:
    width = max(len(verdict.name) for verdict in verdicts)
    print("\ngate".ljust(width + 1), " verdict  seconds")
    for verdict in verdicts:
        word = "passed" if verdict.passed else "FAILED"
        print(f"{verdict.name:<{width}}  {word:<7}  {verdict.seconds:7.1f}  {verdict.note}")
    print(flush=True)
