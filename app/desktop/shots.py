"""Writes every page in both themes and languages, at 100 % and 200 %, with seeded data.

``python -m app.desktop.shots [--out DIR] [--only WORD]``. Each scale runs in a process of its own,
because Qt reads its scale factor once.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.desktop.shots_stage import Stage

THEMES = ("light", "dark")
LANGUAGES = ("zh-CN", "en")
SCALES = (1, 2)


def main(argv: list[str] | None = None) -> int:
    """Write the pictures; the exit code is 0 when all were written."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", default="shots", help="folder for the pictures")
    parser.add_argument("--only", default="", help="pages whose name holds this word")
    parser.add_argument("--theme", choices=THEMES, action="append")
    parser.add_argument("--language", choices=LANGUAGES, action="append")
    parser.add_argument("--scale", type=int, choices=SCALES, action="append")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args(argv)
    if not args.inside:
        return _outside(args)
    return _inside(args)


def _outside(args: argparse.Namespace) -> int:
    """One process a scale."""
    for scale in args.scale or SCALES:
        words = ["--inside", "--out", args.out, "--only", args.only, "--scale", str(scale)]
        for theme in args.theme or THEMES:
            words += ["--theme", theme]
        for language in args.language or LANGUAGES:
            words += ["--language", language]
        environment = {
            **os.environ,
            "QT_QPA_PLATFORM": "offscreen",
            "QT_SCALE_FACTOR": str(scale),
            "QT_LOGGING_RULES": "*.debug=false",
        }
        done = subprocess.run(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-m", "app.desktop.shots", *words], env=environment, check=False
        )
        if done.returncode:
            return done.returncode
    return 0


def _inside(args: argparse.Namespace) -> int:
    from app.desktop.shots_stage import SCENES, Stage

    out = Path(args.out)
    written = 0
    with tempfile.TemporaryDirectory(prefix="kbean-shots-") as folder:
        stage = Stage(Path(folder))
        try:
            for theme, language in _looks(args.theme, args.language):
                stage.dress(theme, language)
                for name, scene in SCENES.items():
                    if args.only in name:
                        written += _take(stage, scene, out / _file(name, theme, language, args))
        finally:
            stage.close()
    sys.stdout.write(f"{written} pictures in {out}\n")
    return 0


def _looks(themes: list[str], languages: list[str]) -> Iterator[tuple[str, str]]:
    for theme in themes:
        for language in languages:
            yield theme, language


def _file(name: str, theme: str, language: str, args: argparse.Namespace) -> str:
    scale = "" if args.scale == [1] else f"@{args.scale[0]}x"
    return f"{name}-{theme}-{language}{scale}.png"


def _take(stage: Stage, scene: Callable[[Stage], None], path: Path) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    scene(stage)
    stage.settle()
    if not stage.window.grab().save(str(path)):
        raise OSError(f"could not write {path}")
    stage.clear()
    return 1


if __name__ == "__main__":
    raise SystemExit(main())
