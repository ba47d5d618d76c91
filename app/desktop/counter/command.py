"""``kbean counter``: sell, refund and close shifts at a merchant's till."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument(
        "--profile",
        metavar="DIR",
        help="a folder for this counter's data (default: the system's place)",
    )
    parser.add_argument(
        "--set-up",
        metavar="FILE",
        type=Path,
        help="the file that the operator made for this till (kbean server terminal add … --out)",
    )
    parser.add_argument("--display", action="store_true", help="open the customer's display, too")
    parser.add_argument("--full-screen", action="store_true", help="fill the whole screen")


def run(args: argparse.Namespace) -> int:
    """Open the window and stay until it is closed."""
    from app.desktop.command import profile_folder
    from app.desktop.counter.app import CounterApp
    from app.desktop.theme import application

    app = application(sys.argv[:1])
    app.setApplicationName("K-Bean counter")
    counter = CounterApp(app, profile_folder(args.profile), set_up_file=args.set_up)
    if args.display:
        counter.opened.connect(lambda: counter.rooms and counter.rooms.open_display())
    counter.show()
    if args.full_screen:
        counter.window.showFullScreen()
    code = app.exec()
    counter.shut_down()
    return code
