"""``dev.py build``: the wheel and the frozen app, tried before they are called good.

The habit is qutebrowser's (design/6): the frozen app is run, and any unexpected line fails it.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

IN_THE_WHEEL = ("app/cli.py", "app/_data/i18n/kbean_zh_CN.qm", "app/_data/i18n/kbean_en.qm")


def say(text: str) -> None:
    """One line for the person in front of the terminal."""
    print(text, flush=True)


def build(root: Path, python: str) -> int:
    """Build both into ``dist/``; 0 when both stand their trial."""
    out = root / "dist"
    shutil.rmtree(out, ignore_errors=True)
    freeze = ["PyInstaller", "--noconfirm", "--log-level", "WARN", "--distpath", str(out)]
    steps = (
        ["hatchling", "build", "-t", "wheel", "-d", str(out)],
        [*freeze, "--workpath", str(root / "build"), "build.spec"],
    )
    for words in steps:
        done = subprocess.run([python, "-m", *words], cwd=root, check=False)
        if done.returncode:
            return done.returncode
    faults = [*_wheel(next(out.glob("*.whl"))), *_program(out / "kbean")]
    for fault in faults:
        say(f"FAULT {fault}")
    if not faults:
        say(f"good: {out}")
    return 1 if faults else 0


def _wheel(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
    return [f"{path.name} lacks {name}" for name in IN_THE_WHEEL if name not in names]


def _program(folder: Path) -> list[str]:
    """Run the frozen command: its version, the doctor, a scan, the first window."""
    program = str(folder / ("kbean.exe" if sys.platform == "win32" else "kbean"))
    with tempfile.TemporaryDirectory(prefix="kbean-frozen-") as name:
        profile = str(Path(name) / "profile")
        faults, _ = _run([program, "--version"])
        trouble, answer = _run([program, "doctor", "--json"])
        faults += trouble
        if not trouble:
            faults += [
                f"doctor: {finding['part']}: {finding['words']}"
                for finding in json.loads(answer)["findings"]
                if finding["status"] in {"broken", "missing"}
            ]
        trouble, _ = _run([program, "wallet", "--profile", profile, "--measure-start"])
        return faults + trouble


def _run(command: Sequence[str]) -> tuple[list[str], str]:
    """Run with no display; the faults found (exit code, anything on stderr) and what it printed."""
    words = " ".join(command[1:])
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    try:
        done = subprocess.run(
            command,
            env=environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return [f"{words}: {error}"], ""
    say(f"ran: {words} -> {done.returncode}")
    faults = [f"{words}: unexpected line: {line}" for line in done.stderr.splitlines()]
    if done.returncode:
        faults.append(f"{words}: exit code {done.returncode}")
    return faults, done.stdout
