"""``kbean bot``: check the knowledge base, ask the bot."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from app.server.support.bot import knowledge


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the subcommands."""
    commands = parser.add_subparsers(dest="work", metavar="WORK", required=True)
    check = commands.add_parser("check", help="say what is wrong with a knowledge base")
    check.add_argument("folder", type=Path, nargs="?", metavar="FOLDER", help="the built-in one")


def run(args: argparse.Namespace) -> int:
    """Do one work; 0 for done, 1 for problems found (each on standard output)."""
    return _check(args.folder or knowledge.resources_folder())


def _check(folder: Path) -> int:
    loaded = knowledge.load(folder)
    for problem in loaded.problems:
        sys.stdout.write(f"{problem}\n")
    topics = {entry.topic for entry in loaded.entries}
    count = len(loaded.entries)
    sys.stdout.write(f"{len(topics)} topics, {count} entries, {len(loaded.problems)} problems\n")
    return 1 if loaded.problems else 0
