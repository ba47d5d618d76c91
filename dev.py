#!/usr/bin/env python3
"""The one door for people: ``python3 dev.py COMMAND``.

Needs nothing but Python 3.11. Each command first sets up what it needs (wheels into ``.venv``,
Debian libraries where it may, compiled translations) and is quick when nothing has changed.
"""

from __future__ import annotations

import sys

if sys.version_info < (3, 11):
    sys.exit(
        "K-Bean Wallet needs Python 3.11 or newer; this is Python %d.%d (%s).\n"
        "Run dev.py with a newer one, for example: python3.12 dev.py demo"
        % (sys.version_info[0], sys.version_info[1], sys.executable)
    )

import argparse
import os
import subprocess
from pathlib import Path

from tests.house import frozen, gates, machine, translations

ROOT = Path(__file__).resolve().parent

# Some containers forbid bytecode; each of the hundred processes of the suite would compile it anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def setup(args: argparse.Namespace) -> int:
    """Make ``.venv`` ready for every other command."""
    python = ready("dev", "run", "test")
    say(f"ready: {python}")
    say("next: python3 dev.py demo")
    return 0


def demo(args: argparse.Namespace) -> int:
    """Open the wallet on a service with a demo organisation; without a display, walk the trip."""
    python = ready("demo", "run")
    return run([python, "-m", "app", "demo", *args.rest])


def test(args: argparse.Namespace) -> int:
    """All gates and the whole suite with its coverage floors; with words, just pytest on them."""
    python = ready("dev", "run", "test")
    if args.rest:
        return run([python, "-m", "pytest", *args.rest])
    return gates.everything(ROOT, python)


def check(args: argparse.Namespace) -> int:
    """The gates alone: format, lint, types, floors, dependencies, translations, house rules."""
    python = ready("dev", "run")
    return gates.check(ROOT, python)


def bench(args: argparse.Namespace) -> int:
    """Run the benchmarks; JSON and a table go to ``bench-out/``."""
    python = ready("dev", "run", "test", "bench")
    return run([python, "-m", "benchmarks", *args.rest])


def shots(args: argparse.Namespace) -> int:
    """Write every page, the desk's too, in both themes and languages to ``shots/``."""
    python = ready("dev", "run", "test")
    code = run([python, "-m", "app.desktop.shots", *args.rest])
    return code or run([python, "-m", "tests.desk.shots", *args.rest])


def i18n(args: argparse.Namespace) -> int:
    """Extract the words of the window into ``i18n/*.ts`` and compile them."""
    python = ready("dev")
    translations.extract(ROOT, python)
    translations.compile_all(ROOT, python)
    faults = translations.faults(ROOT)
    for fault in faults:
        say(fault)
    say(f"{len(faults)} to mend" if faults else "complete")
    return 1 if faults else 0


def lock(args: argparse.Namespace) -> int:
    """Resolve pyproject.toml anew into ``requirements/*.txt`` (``--upgrade`` for newer ones)."""
    python = ready("dev")
    return machine.lock(ROOT, python, args.rest)


def build(args: argparse.Namespace) -> int:
    """Build the wheel and the frozen app, and run the frozen app before calling it good."""
    python = ready("dev", "run")
    return frozen.build(ROOT, python)


def ready(level: str, *packages: str) -> str:
    """Bring this machine to ``level`` and answer the environment's Python.

    Args:
        level: ``demo`` or ``dev``, the name of a lock in ``requirements/``.
        packages: Sections of ``requirements/apt.txt``.
    """
    machine.debian(ROOT, packages)
    python = machine.environment(ROOT, level)
    translations.compile_all(ROOT, python)
    return python


def run(command: list[str]) -> int:
    """Run in the repository's folder with the terminal as it is; answer the exit code."""
    sys.stdout.flush()
    try:
        return subprocess.run(command, cwd=ROOT, check=False).returncode
    except KeyboardInterrupt:
        return 130


def say(text: str) -> None:
    """One line for the person in front of the terminal."""
    print(text, flush=True)


COMMANDS = (setup, demo, test, check, bench, shots, i18n, lock, build)


def main() -> int:
    """Parse the command; what stands after it is passed on to what it runs."""
    parser = argparse.ArgumentParser(prog="dev.py", description=(__doc__ or "").split("\n")[0])
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for command in COMMANDS:
        text = (command.__doc__ or "").split("\n")[0]
        commands.add_parser(command.__name__, help=text, description=text, add_help=False)
    args, rest = parser.parse_known_args()
    args.rest = rest
    os.environ.setdefault("PYTHONUTF8", "1")
    chosen = next(command for command in COMMANDS if command.__name__ == args.command)
    try:
        return chosen(args)
    except machine.CannotSetUpError as error:
        say(f"\n{error}")
        return 1


if __name__ == "__main__":
    sys.exit(main())
