"""The demo's window: the same wallet that ``kbean wallet`` opens."""

from __future__ import annotations

import sys
from pathlib import Path

from app.desktop.app import WalletApp
from app.desktop.preferences import Preferences
from app.desktop.theme import application


def open_window(profile: Path, language: str) -> int:
    """Show the wallet until it is closed; the language is the demo's only at the first start."""
    app = application(sys.argv[:1])
    app.setApplicationName("K-Bean Wallet")
    begin_in(profile, language)
    wallet = WalletApp(app, profile)
    wallet.show()
    code = app.exec()
    wallet.shut_down()
    return code


def begin_in(profile: Path, language: str) -> None:
    """Set the language where the person has not chosen one."""
    preferences = Preferences(profile)
    if preferences.language is None:
        preferences.keep_language(language)
