"""What ``dev.py`` does to make a machine ready. Standard library only: nothing else is there yet.

Two parts: Debian packages from ``requirements/apt.txt`` (only what is missing, only where it is
allowed) and the virtual environment with the wheels of a lock (``demo.txt`` or ``dev.txt``), every
one of them checked against its hash.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shlex
import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path

WINDOWS = os.name == "nt"
TRIES = 3
LEVELS = {"demo": ("demo", "dev"), "dev": ("dev",)}
"""Level → the locks that satisfy it: what is ready for development is ready for the demo."""


class CannotSetUpError(Exception):
    """The machine cannot be made ready; the text says what a person can do."""


def say(text: str) -> None:
    """One line for the person in front of the terminal."""
    print(text, flush=True)


# --- Debian packages ---------------------------------------------------------------------------


def sections(text: str) -> dict[str, list[tuple[str, ...]]]:
    """Parse ``apt.txt``: section → packages, each a tuple of names of which one is enough."""
    found: dict[str, list[tuple[str, ...]]] = {}
    current = ""
    for raw in text.splitlines():
        line = raw.split("#")[0].strip()
        if line.startswith("["):
            current = line.strip("[]")
            found[current] = []
        elif line:
            found[current].append(tuple(name.strip() for name in line.split("|")))
    return found


def debian(root: Path, wanted: Iterable[str]) -> None:
    """Install what is missing of the given sections; without the right to, print the command.

    Says what it installs. Freshly installed services are not started: the tests start their own,
    on their own ports. On other systems there is nothing to do.
    """
    if not shutil.which("dpkg-query") or not shutil.which("apt-get"):
        return
    table = sections((root / "requirements" / "apt.txt").read_text(encoding="utf-8"))
    packages = [names for section in wanted for names in table[section]]
    missing = _missing(packages)
    if missing:
        _install([_choose(names) for names in missing])


def _missing(packages: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    names = [name for alternatives in packages for name in alternatives]
    answer = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\\n", *names],
        capture_output=True,
        text=True,
        check=False,
    )
    here = {line.split()[0] for line in answer.stdout.splitlines() if line.endswith(" installed")}
    return [alternatives for alternatives in packages if here.isdisjoint(alternatives)]


def _choose(alternatives: tuple[str, ...]) -> str:
    """The first name that this release knows; the first of all when none is known yet."""
    if len(alternatives) > 1:
        for name in alternatives:
            known = subprocess.run(
                ["apt-cache", "show", "--no-all-versions", name], capture_output=True, check=False
            )
            if known.returncode == 0:
                return name
    return alternatives[0]


def _install(names: list[str]) -> None:
    become = _root_prefix()
    install = ["apt-get", "install", "-y", "--no-install-recommends", *names]
    if become is None:
        say("These Debian packages are missing, and this user may not install them:")
        say(f"    sudo apt-get update && sudo {shlex.join(install)}")
        say("Going on with what can run without them.\n")
        return
    say(f"Installing {len(names)} Debian packages: {' '.join(names)}")
    # policy-rc.d answering 101 is Debian's own way to keep new services from starting. One that is
    # already there is left alone.
    script = """
    export DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=l
    policy=/usr/sbin/policy-rc.d
    if [ ! -e $policy ]; then
        printf '#!/bin/sh\\nexit 101\\n' > $policy; chmod 755 $policy; trap 'rm -f $policy' EXIT
    fi
    apt-get -qq -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 "$@"
    """
    outcome = 1
    for attempt in range(TRIES):
        time.sleep(2 * attempt)
        lists = Path("/var/lib/apt/lists")
        if attempt or not any(lists.glob("*_Packages*")):
            update = [*become, "sh", "-c", script, "sh", "update"]
            subprocess.run(update, stdin=subprocess.DEVNULL, check=False)
        command = [*become, "sh", "-c", script, "sh", *install[1:]]
        outcome = subprocess.run(command, stdin=subprocess.DEVNULL, check=False).returncode
        if outcome == 0:
            return
    say(f"apt-get could not install them (exit code {outcome}). By hand:")
    say(f"    sudo apt-get update && sudo {shlex.join(install)}")
    say("Going on with what can run without them.\n")


def _root_prefix() -> list[str] | None:
    """How to become root without a question; None when that is not possible."""
    if os.name != "posix":
        return None
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo"):
        allowed = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False)
        if allowed.returncode == 0:
            return ["sudo", "-n"]
    return None


# --- the virtual environment -------------------------------------------------------------------


def tool(root: Path, name: str) -> str:
    """The path of a command inside the environment."""
    return str(
        root / ".venv" / ("Scripts" if WINDOWS else "bin") / (f"{name}.exe" if WINDOWS else name)
    )


def environment(root: Path, level: str) -> str:
    """Make ``.venv`` hold the wheels of the lock and the project itself; answer its Python.

    Raises:
        CannotSetUpError: No environment could be made, or the wheels could not be had.
    """
    python = tool(root, "python")
    if not _runs(python):
        _create(root, python)
    stamp = root / ".venv" / "kbean-ready.json"
    marks = {lock: _mark(root, python, lock) for lock in LEVELS[level]}
    known = json.loads(stamp.read_text(encoding="utf-8")) if stamp.exists() else {}
    if any(known.get(lock) == mark for lock, mark in marks.items()):
        return python
    say(f"Installing wheels from requirements/{level}.txt into .venv")
    pip = [python, "-m", "pip", "--disable-pip-version-check", "--no-input"]
    lock = root / "requirements" / f"{level}.txt"
    quiet = [] if sys.stdout.isatty() else ["-q"]
    # The lock is complete. Pip that looks for dependencies itself may meet a version newer than
    # the locked one where an extra is asked for (pip 23, coverage[toml]), and refuses it.
    locked = ["--require-hashes", "--no-deps", "--retries", "5", "-r", str(lock)]
    _persist([*pip, "install", *quiet, *locked])
    # The project itself: editable, with the build back end that the lock has just brought.
    _persist([*pip, "install", "-q", "--no-deps", "--no-build-isolation", "-e", str(root)])
    stamp.write_text(json.dumps({level: marks[level]}), encoding="utf-8")
    return python


def _runs(python: str) -> bool:
    """Whether the environment's Python is there, new enough and has pip."""
    question = "import sys, pip; sys.exit(sys.version_info < (3, 11))"
    try:
        return (
            subprocess.run([python, "-c", question], capture_output=True, check=False).returncode
            == 0
        )
    except OSError:
        return False


def _create(root: Path, python: str) -> None:
    folder = root / ".venv"
    if folder.exists():
        say(".venv does not run; making it anew")
        shutil.rmtree(folder)
    if importlib.util.find_spec("ensurepip") is None and shutil.which("apt-get"):
        _install([f"python{sys.version_info.major}.{sys.version_info.minor}-venv"])
    say(f"Making .venv with Python {sys.version.split()[0]}")
    made = subprocess.run([sys.executable, "-m", "venv", str(folder)], check=False)
    if made.returncode or not _runs(python):
        shutil.rmtree(folder, ignore_errors=True)
        raise CannotSetUpError(
            f"{sys.executable} could not make a virtual environment in {folder}.\n"
            "On Debian: sudo apt-get install python3-venv.\n"
            "Or run dev.py with another Python, 3.11 or newer."
        )


def _mark(root: Path, python: str, lock: str) -> str:
    """A fingerprint of everything that decides what the environment holds."""
    with (root / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)
    version = subprocess.run([python, "-VV"], capture_output=True, text=True, check=False).stdout
    fingerprint = hashlib.sha256((root / "requirements" / f"{lock}.txt").read_bytes())
    for part in (project["build-system"], project["project"], project["tool"]["hatch"]):
        fingerprint.update(json.dumps(part, sort_keys=True).encode())
    fingerprint.update(f"{root} {version}".encode())
    return fingerprint.hexdigest()


def _persist(command: list[str]) -> None:
    """Run; try again after a pause, because networks have bad moments.

    Raises:
        CannotSetUpError: Every try failed.
    """
    for attempt in range(TRIES):
        time.sleep(3 * attempt)
        if subprocess.run(command, stdin=subprocess.DEVNULL, check=False).returncode == 0:
            return
    raise CannotSetUpError(f"This did not work, in {TRIES} tries:\n    {shlex.join(command)}")


# --- locks -------------------------------------------------------------------------------------

LOCKS = {
    "dev": ["--all-extras", "--group", "dev"],
    "demo": [
        "--extra",
        "desktop",
        "--extra",
        "server",
        "--extra",
        "desk",
        "--group",
        "build",
        "-c",
        "requirements/dev.txt",
    ],
    "desktop": ["--extra", "desktop", "-c", "requirements/dev.txt"],
    "server": ["--extra", "server", "-c", "requirements/dev.txt"],
    "desk": ["--extra", "desk", "-c", "requirements/dev.txt"],
    "sdk": ["-c", "requirements/dev.txt"],
}
"""Lock → what goes into it; the others follow the versions of ``dev``."""


def lock(root: Path, python: str, extra: Sequence[str] = ()) -> int:
    """Write every lock anew, for all systems and Pythons at once; answer the exit code."""
    for name, words in LOCKS.items():
        say(f"requirements/{name}.txt")
        command = [tool(root, "uv"), "pip", "compile", "pyproject.toml", *words, "-q"]
        command += ["--universal", "--generate-hashes", "--no-annotate", "--python", python]
        command += ["--python-version", "3.11", "--custom-compile-command", "python3 dev.py lock"]
        command += ["-o", f"requirements/{name}.txt", *extra]
        outcome = subprocess.run(command, cwd=root, check=False).returncode
        if outcome:
            return outcome
    return 0
