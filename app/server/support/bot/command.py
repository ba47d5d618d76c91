"""``kbean bot``: ask the bot, check what it knows."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec

from app.server.support.bot import knowledge
from app.server.support.bot.knowledge import LANGUAGES, Entry


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the subcommands."""
    commands = parser.add_subparsers(dest="work", metavar="WORK", required=True)
    ask = commands.add_parser("ask", help="say what the bot would make of questions")
    ask.add_argument("question", nargs="?", help="read from standard input, one a line, if absent")
    ask.add_argument("--json", action="store_true", help="one JSON object a question")
    ask.add_argument("--lang", choices=LANGUAGES, help="the language to answer in")
    ask.add_argument("--only", choices=LANGUAGES, help="know only the entries of this language")
    ask.add_argument("--words", action="store_true", help="do without the sentence encoder")
    ask.add_argument("--count", type=int, default=3, metavar="N", help="candidates (3)")
    ask.add_argument("--folder", type=Path, metavar="FOLDER", help="another knowledge base")
    check = commands.add_parser("check", help="say what is wrong with a knowledge base")
    check.add_argument("folder", type=Path, nargs="?", metavar="FOLDER", help="the built-in one")


def run(args: argparse.Namespace) -> int:
    """Do one work; 0 for done, 1 for problems found (each on standard output)."""
    folder = args.folder or knowledge.resources_folder()
    return _ask(args, folder) if args.work == "ask" else _check(folder)


def _check(folder: Path) -> int:
    loaded = knowledge.load(folder)
    for problem in loaded.problems:
        sys.stdout.write(f"{problem}\n")
    topics = {entry.topic for entry in loaded.entries}
    count = len(loaded.entries)
    sys.stdout.write(f"{len(topics)} topics, {count} entries, {len(loaded.problems)} problems\n")
    return 1 if loaded.problems else 0


def _ask(args: argparse.Namespace, folder: Path) -> int:
    from app.server.support.bot import encoder, library, rules

    entries = _known(folder, args.only)
    if not entries:
        sys.stderr.write(
            f"kbean bot: {folder} has no usable knowledge base; see `kbean bot check`\n"
        )
        return 1
    model = None if args.words else encoder.embedded()
    known = library.fitted(entries, model, library.cache_folder())
    # The first question of a process pays for what all others find ready; none should be timed so.
    known.guess("准备好了吗, ready?")
    for question in [args.question] if args.question is not None else _lines():
        began = time.perf_counter()
        guess = known.guess(question, max(3, args.count))
        rule = rules.rule_of(question)
        took = round((time.perf_counter() - began) * 1000, 2)
        candidates = rules.with_own(guess.candidates, rule)
        language = args.lang or rules.language_of(question, "zh")
        if args.json:
            answer = {
                "band": "rule" if rule else guess.band,
                "candidates": candidates,
                "ms": took,
                **({"rule": rule.name} if rule else {}),
            }
            sys.stdout.write(msgspec.json.encode(answer).decode() + "\n")
        else:
            sys.stdout.write(f"{'rule ' + rule.name if rule else guess.band} ({took} ms)\n")
            for candidate in candidates:
                entry = known.entry(candidate.topic, language)
                title = entry.title if entry else ""
                sys.stdout.write(f"  {candidate.score:6.3f}  {candidate.topic:18} {title}\n")
        sys.stdout.flush()
    return 0


def _known(folder: Path, only: str | None) -> list[Entry]:
    return [entry for entry in knowledge.load(folder).entries if only in (None, entry.language)]


def _lines() -> Iterator[str]:
    for line in sys.stdin:
        if line.strip():
            yield line.strip()
