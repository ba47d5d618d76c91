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
import time
import zipfile
from collections.abc import Sequence
from pathlib import Path

SAMPLE = """
import qrcode, sys
qrcode.make("kbean-frozen").save(sys.argv[1])
"""
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
    faults = [*_wheel(next(out.glob("*.whl"))), *_program(out / "kbean", python)]
    for fault in faults:
        say(f"FAULT {fault}")
    if not faults:
        say(f"good: {out}")
    return 1 if faults else 0


def _wheel(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
    return [f"{path.name} lacks {name}" for name in IN_THE_WHEEL if name not in names]


def _program(folder: Path, python: str) -> list[str]:
    """Run the frozen command: its version, the doctor, a scan, the first window."""
    program = str(folder / ("kbean.exe" if sys.platform == "win32" else "kbean"))
    with tempfile.TemporaryDirectory(prefix="kbean-frozen-") as name:
        picture = str(Path(name) / "code.png")
        subprocess.run([python, "-c", SAMPLE, picture], check=True)
        faults, _ = _run([program, "--version"])
        trouble, answer = _run([program, "doctor", "--json"])
        faults += trouble
        if not trouble:
            faults += [
                f"doctor: {finding['part']}: {finding['words']}"
                for finding in json.loads(answer)["findings"]
                if finding["status"] in {"broken", "missing"}
            ]
        trouble, answer = _run([program, "scan", "--json", picture])
        faults += trouble
        if '"kbean-frozen"' not in answer:
            faults.append(f"scan: did not read its picture: {answer}")
        return faults + _window([program, "wallet", "--profile", str(Path(name) / "profile")])


def _window(command: Sequence[str]) -> list[str]:
    """Open the wallet, wait for its first window, end it; the faults found.

    With Xvfb and xdotool the window is a real one; elsewhere the program has to stay up.
    """
    real = shutil.which("Xvfb") is not None and shutil.which("xdotool") is not None
    environment = dict(os.environ)
    screen = None
    if real:
        reading, writing = os.pipe()
        screen = subprocess.Popen(
            ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1280x800x24"],
            pass_fds=[writing],
            stderr=subprocess.DEVNULL,
        )
        environment |= {"DISPLAY": f":{os.read(reading, 16).decode().strip()}"}
        environment["QT_QPA_PLATFORM"] = "xcb"
    else:
        environment["QT_QPA_PLATFORM"] = "offscreen"
    program = subprocess.Popen(
        command, env=environment, stderr=subprocess.PIPE, text=True, encoding="utf-8"
    )
    try:
        seen = not real
        deadline = time.monotonic() + (60 if real else 10)
        while time.monotonic() < deadline and program.poll() is None and not (real and seen):
            time.sleep(0.1)
            search = ["xdotool", "search", "--onlyvisible", "--name", "K-Bean"]
            seen = seen or _says(search, environment)
        faults = [] if seen else ["wallet: no window came"]
        if program.poll() is not None:
            faults.append(f"wallet: ended by itself with exit code {program.returncode}")
    finally:
        program.terminate()
        _, errors = program.communicate(timeout=30)
        if screen is not None:
            screen.terminate()
            screen.wait()
    say(f"ran: wallet, {'a real window' if real else 'offscreen'}")
    return faults + [f"wallet: unexpected line: {line}" for line in errors.splitlines()]


def _says(command: Sequence[str], environment: dict[str, str]) -> bool:
    done = subprocess.run(command, env=environment, capture_output=True, check=False)
    return bool(done.stdout.strip())


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
