"""``kbean wallet``: open the wallet on a profile."""

from __future__ import annotations

import argparse
import gc
import sys
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument(
        "--profile",
        metavar="DIR",
        help="a folder for this wallet's data (default: the system's place)",
    )
    parser.add_argument(
        "--service",
        metavar="URL",
        default="",
        help="the address that setting up begins with",
    )


def run(args: argparse.Namespace) -> int:
    """Open the window and stay until it is closed."""
    # A start makes objects and frees none: looking for rubbish costs 5 ms of 150 and finds nothing.
    # Afterwards the application's own collector looks.
    gc.disable()
    from app.desktop.app import WalletApp
    from app.desktop.theme import application

    app = application(sys.argv[:1])
    app.setApplicationName("K-Bean Wallet")
    wallet = WalletApp(app, profile_folder(args.profile), address=args.service)
    wallet.show()
    code = app.exec()
    wallet.shut_down()
    return code


def profile_folder(given: str | None) -> Path:
    """The profile's folder: the one given, or the system's own place."""
    if given is not None:  # what Profile.at does, without loading the vault's code
        return Path(given).expanduser().absolute()
    from app.wallet.profile import Profile

    return Profile.at(given).root
