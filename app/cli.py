"""``kbean``: one command, one line of help for each thing it does.

Every subcommand lives in its own module with ``add_arguments(parser)`` and ``run(args) -> int``;
it is imported only when it is called, so that ``kbean scan`` never loads Qt and ``kbean server``
never loads a window.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence

from app import __version__

COMMANDS: dict[str, tuple[str, str]] = {
    "wallet": ("app.desktop.command", "open the wallet"),
    "counter": ("app.desktop.counter.command", "sell, refund and close shifts at a till"),
    "server": ("app.server.command", "run the service, or do an operator's work on it"),
    "desk": ("app.desk.command", "serve the staff's web pages"),
    "bot": ("app.server.support.bot.command", "ask the bot, and check what it knows"),
    "demo": ("app.demo.command", "open the wallet on a service with a demo organisation"),
    "scan": ("app.scanner.command", "read the codes in pictures"),
    "verify": ("app.verify", "say who sealed a document, and whether it was changed"),
    "doctor": ("app.doctor", "say what this machine has and lacks"),
}
"""Name → (module, one line of help)."""

EXTRAS = {
    "wallet": "desktop",
    "counter": "desktop",
    "server": "server",
    "desk": "desk",
    "bot": "server",
    "demo": "desktop,server",
    "scan": "scanner",
    "verify": "verify",
}
"""Name → what of the distribution it needs beside the SDK; the rest works everywhere."""


def build_parser() -> argparse.ArgumentParser:
    """The top-level parser: names and one-line helps only, nothing imported."""
    parser = argparse.ArgumentParser(prog="kbean", description="K-Bean Wallet (K豆钱包)")
    parser.add_argument("--version", action="version", version=f"kbean {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, (_, text) in COMMANDS.items():
        commands.add_parser(name, help=text, description=text, add_help=False)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit code is what it returns.

    2 is a wrong call, 1 also a part of the distribution that is not installed.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    if not words or words[0] not in COMMANDS:
        build_parser().parse_args(words)
        return 2
    try:
        return _run(words[0], words[1:])
    except ModuleNotFoundError as error:
        absent = (error.name or "app").split(".")[0]
        if words[0] not in EXTRAS or absent == "app":
            raise
        needed = f'pip install "kbean-wallet[{EXTRAS[words[0]]}]"'
        sys.stderr.write(f"kbean {words[0]}: {absent} is not installed: {needed}\n")
        return 1


def _run(name: str, words: Sequence[str]) -> int:
    """Import one command and give it its words."""
    module_name, text = COMMANDS[name]
    module = importlib.import_module(module_name)
    parser = argparse.ArgumentParser(prog=f"kbean {name}", description=text)
    module.add_arguments(parser)
    result: int = module.run(parser.parse_args(words))
    return result


if __name__ == "__main__":
    raise SystemExit(main())
