"""Wires the window: application, theme, language, the core in the background, pages.

Start-up goes in an order that shows the unlock page first: Qt, tokens, catalogue, one page. The
wallet's core (SQLCipher, HTTP, messages) is imported by a worker thread after the first paint.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from app.desktop.language import Language, LanguageChoice
from app.desktop.preferences import Preferences
from app.desktop.theme import Theme, ThemeChoice
from app.desktop.widgets.mark import Mark
from app.desktop.window import MainWindow

if TYPE_CHECKING:
    from app.desktop.pages.onboarding import OnboardingPage
    from app.desktop.pages.unlock import UnlockPage
    from app.desktop.platform.notify import Notifier
    from app.desktop.rooms import Rooms
    from app.wallet.session import WalletSession

PLATFORMS = {"win32": "windows", "darwin": "macos"}
SessionMaker = Callable[[Path, str], "WalletSession"]
"""Makes the session for a profile folder and a language; runs in a worker thread."""


class WalletApp(QObject):
    """The wallet in one window. ``ready`` is sent when the core has been loaded.

    Attributes:
        window: The window.
        session: The wallet's core, or None before it is loaded.
        rooms: The rooms while the wallet is unlocked, else None.
        unlock: The unlock page while it is shown, else None.
        onboarding: The set-up while it is shown, else None.
    """

    ready = Signal()
    opened = Signal()
    closed = Signal()

    def __init__(
        self,
        app: QApplication,
        directory: Path,
        *,
        address: str = "",
        make_session: SessionMaker | None = None,
        scan_page: Callable[[], QWidget] | None = None,
        notifier: Notifier | None = None,
    ) -> None:
        """Build the window; nothing heavy is loaded yet.

        Args:
            app: The application.
            directory: The profile folder.
            address: The service's address that onboarding begins with.
            make_session: For tests and the demo; the real one by default.
            scan_page: For tests and the demo; a page on the system's camera by default.
            notifier: For tests; the system's own notifications by default.
        """
        super().__init__(app)
        self._app = app
        self._directory = directory
        self._address = address
        self._make_session = make_session or open_session
        self._scan_page = scan_page or system_scan_page
        self._notifier = notifier
        self.preferences = Preferences(directory)
        self.theme = Theme(app, self.preferences.theme)
        self.language = Language(app, self.preferences.language)
        self.window = MainWindow()
        self.session: WalletSession | None = None
        self.rooms: Rooms | None = None
        self.unlock: UnlockPage | None = None
        self.onboarding: OnboardingPage | None = None
        self._front: QWidget | None = None
        self.window.painted.connect(self._load)
        self.window.idle.connect(self._idle)
        self.window.idle_soon.connect(self._warn)
        self.window.closing.connect(self._close)
        if has_vault(directory):
            self._show_unlock()
        else:
            self._show(_Blank())

    def show(self) -> None:
        """Show the window where it was the last time."""
        geometry = self.preferences.geometry
        if geometry is not None:
            self.window.restoreGeometry(geometry)
        self.window.show()

    # --- the core

    def _load(self) -> None:
        from app.desktop.operations import Operation

        make, directory, language = self._make_session, self._directory, self.language.choice
        Operation(self, lambda: make(directory, language)).on_success(self._loaded).start()

    def _loaded(self, session: WalletSession) -> None:
        from app.desktop.watch import Watch

        self.session = session
        Watch(session.observe, self._heard, self)
        self._follow_state()
        self.ready.emit()

    def _heard(self, topics: frozenset[str]) -> None:
        if "lock" in topics:
            self._follow_state()

    def _follow_state(self) -> None:
        from app.wallet.session import SessionState

        session = self.session
        if session is None:
            return
        state = session.state
        if state == SessionState.NEW:
            self._show_onboarding()
        elif state == SessionState.LOCKED:
            if self.rooms is not None or self.unlock is None:
                self._show_unlock()
            self._attach_unlock(session)
        elif session.onboarding_pending:
            self._show_onboarding(resume=self.onboarding is None)
        elif self.rooms is None and self.onboarding is None:
            self._show_rooms()

    # --- what is in front

    def _show(self, page: QWidget) -> None:
        self.window.show_page(page)
        old, self._front = self._front, page
        if old is not None and old is not page:
            self.window.drop_page(old)

    def _show_unlock(self) -> None:
        from app.desktop.pages.unlock import UnlockPage

        self.window.watch(0)
        if self.rooms is not None:
            self.rooms.leave()
        if self._notifier is not None:
            self._notifier.clear()
        self.rooms = None
        self.onboarding = None
        self.unlock = UnlockPage(self.language.choice)
        self.unlock.language_chosen.connect(self.choose_language)
        self._show(self.unlock)

    def _attach_unlock(self, session: WalletSession) -> None:
        from app.wallet.flows.unlock import UnlockFlow

        if self.unlock is not None:
            self.unlock.attach(UnlockFlow(session))

    def _show_onboarding(self, *, resume: bool = False) -> None:
        from app.desktop.operations import Operation
        from app.desktop.pages.onboarding import OnboardingPage
        from app.wallet.flows.onboarding import OnboardingFlow

        if self.onboarding is not None or self.session is None:
            return
        flow = OnboardingFlow(self.session)
        page = OnboardingPage(flow, self.language.choice, self._address)
        page.language_chosen.connect(self.choose_language)
        page.finished.connect(self._show_rooms)
        self.unlock = None
        self.onboarding = page
        self._show(page)
        if resume:
            Operation(page, flow.resume).on_failure(page.show_failure).start()

    def _show_rooms(self) -> None:
        from app.desktop.rooms import Rooms

        session = self.session
        if session is None:
            return
        rooms = Rooms(session, self.preferences, lambda: self.language.choice, self._scan_page)
        rooms.language_chosen.connect(self.choose_language)
        rooms.theme_chosen.connect(self.choose_theme)
        rooms.auto_lock_chosen.connect(self._choose_auto_lock)
        rooms.lock_wanted.connect(self.lock)
        rooms.sign_out_wanted.connect(self.sign_out)
        self.rooms = rooms
        self.unlock = None
        self.onboarding = None
        self._show(rooms.shell)
        self.window.watch(self.preferences.auto_lock_minutes)
        self._pay_attention(rooms, session)
        self.opened.emit()

    def _pay_attention(self, rooms: Rooms, session: WalletSession) -> None:
        from app.desktop.confirming import ConfirmNews
        from app.desktop.people.news import RequestNews
        from app.desktop.platform.notify import system_notifier
        from app.desktop.support_panel.attention import Attention

        def show() -> None:
            self.window.come_forward()
            if self.rooms is rooms:
                rooms.shell.open_panel()

        if self._notifier is None:
            self._notifier = system_notifier(self)
        Attention(session, self.preferences, self._notifier, show, rooms)
        forward = self.window.come_forward
        ConfirmNews(session, self.preferences, self._notifier, forward, rooms)

        def requests() -> None:
            self.window.come_forward()
            if self.rooms is rooms:
                rooms.transfers.page().show_part("requests")

        RequestNews(session, self.preferences, self._notifier, requests, rooms)

    # --- the person's choices

    def choose_language(self, choice: str) -> None:
        """Speak another language at once, and remember it."""
        self.language.choose(cast("LanguageChoice", choice))
        self.preferences.keep_language(choice)

    def choose_theme(self, choice: str) -> None:
        """Look different at once, and remember it."""
        self.theme.choose(cast("ThemeChoice", choice))
        self.preferences.keep_theme(cast("ThemeChoice", choice))

    def _choose_auto_lock(self, minutes: int) -> None:
        self.preferences.keep_auto_lock(minutes)
        self.window.watch(minutes)

    def lock(self) -> None:
        """Lock now, unless money may be moving this very moment."""
        from app.desktop.operations import Operation

        if self.session is not None and not self._paying():
            Operation(self, self.session.lock).start()

    def sign_out(self) -> None:
        """End the session at the service, then lock."""
        from app.desktop.operations import Operation

        if self.session is not None and not self._paying():
            Operation(self, self.session.sign_out).start()

    def _paying(self) -> bool:
        return self.rooms is not None and self.rooms.sending

    def _warn(self) -> None:
        if self.rooms is not None:
            words = self.tr("The wallet locks itself in a moment. Move the mouse to stay.")
            self.rooms.shell.say(words)

    def _idle(self) -> None:
        if self._paying():
            self.window.watch(self.preferences.auto_lock_minutes)
        else:
            self.lock()

    # --- the end

    def _close(self) -> None:
        self.preferences.keep_geometry(self.window.saveGeometry())
        self.closed.emit()

    def shut_down(self) -> None:
        """Close the vault and end the background thread; called when the loop has ended."""
        modules = sys.modules
        if "app.desktop.operations" not in modules:
            return
        from app.desktop.operations import operations, shutdown

        if self.session is not None:
            operations().background.submit(self.session.close()).result(timeout=10)
            self.session = None
        shutdown()


class _Blank(QWidget):
    """What is painted while the core of a new wallet is loaded."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "ground")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        column = QVBoxLayout(self)
        column.addWidget(Mark(72), 0, Qt.AlignmentFlag.AlignCenter)


def has_vault(directory: Path) -> bool:
    """Whether a profile folder holds a vault, told without loading the vault's code.

    The session has the last word once it is loaded; this only chooses the first page.
    """
    vault = directory / "vault"
    return any((vault / name).exists() for name in ("slots.json", "slots.copy.json"))


def open_session(directory: Path, language: str) -> WalletSession:
    """The real session on a profile folder; imports the wallet's core."""
    import platform

    from app.wallet.session import WalletSession

    return WalletSession(
        directory,
        locale=cast("Any", language),
        device_name=platform.node()[:80] or "K-Bean Wallet",
        platform=PLATFORMS.get(sys.platform, "linux"),
        keychain=system_keychain(),
    )


def system_keychain() -> Any:
    """The system's keychain where it answers, else None: quick unlock isn't offered then."""
    from app.wallet.vault.errors import KeychainUnavailableError
    from app.wallet.vault.keychain import SystemKeychain

    keychain = SystemKeychain()
    try:
        keychain.fetch("is anybody there")
    except KeychainUnavailableError:
        return None
    return keychain


def system_scan_page() -> QWidget:
    """The scan page on the system's camera, clipboard and screen."""
    from app.desktop.pages.scan import ScanPage
    from app.desktop.platform.camera import QtCamera
    from app.desktop.platform.clipboard import Clipboard
    from app.desktop.platform.screen import screen_capture

    return ScanPage(QtCamera(), Clipboard(), screen_capture)
