"""Wires the counter: application, theme, language, the core, the doors, the rooms."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import cast

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from app.desktop.counter.basket import Basket
from app.desktop.counter.doors import Door, OpenPage, SetUpPage
from app.desktop.counter.pin_face import PinFace
from app.desktop.counter.printing import PrinterSettings, Printing
from app.desktop.counter.rooms import CounterRooms
from app.desktop.counter.settings_page import PACES
from app.desktop.counter.tones import write_sounds
from app.desktop.counter.wedge_filter import WedgeFilter
from app.desktop.language import Language, LanguageChoice
from app.desktop.operations import Operation, operations, shutdown
from app.desktop.platform.printer import Printer
from app.desktop.platform.sound import QtSounds, Sounds
from app.desktop.preferences import Preferences
from app.desktop.theme import Theme, ThemeChoice
from app.desktop.theme.tokens import Size, Space
from app.desktop.watch import Watch
from app.desktop.window import MainWindow
from app.wallet.counter.board import CounterState
from app.wallet.counter.leaving import USUAL, Leaving
from app.wallet.counter.session import FOLDER, CounterSession

_PRINTER = "printer"
_SOUND = "sound"
_PACE = "scanner"
_LEAVING = "leaving"
_LOOK_MS = 5_000
"""How often it is looked whether somebody is still there."""


class CounterWindow(MainWindow):
    """The counter's window; full-screen friendly."""

    def retranslate(self) -> None:
        """The window's title."""
        self.setWindowTitle(self.tr("K-Bean counter"))


class CounterApp(QObject):
    """The counter in one window, and the customer's in another.

    Attributes:
        window: The window.
        session: The core.
        rooms: While somebody is signed in, else None.
        wedge: Hears the scanner.
        clock: Milliseconds that only grow; a test brings its own.
        leaving: Since when nobody touched the counter.
    """

    opened = Signal()

    def __init__(
        self,
        app: QApplication,
        directory: Path,
        *,
        session: CounterSession | None = None,
        set_up_file: Path | None = None,
        sounds: Sounds | None = None,
        printer: Printer | None = None,
    ) -> None:
        """Build the window; the vault is opened once it is shown.

        Args:
            app: The application.
            directory: The profile folder.
            session: For tests and the demo; one on the folder by default.
            set_up_file: What the command line named.
            sounds: For tests; the sound card by default.
            printer: For tests; the one of the settings by default.
        """
        super().__init__(app)
        self._app = app
        self._directory = directory
        self._file = set_up_file
        self.preferences = Preferences(directory / FOLDER)
        self.theme = Theme(app, self.preferences.theme)
        self.language = Language(app, self.preferences.language)
        self.session = session or open_counter(directory)
        self.window = CounterWindow()
        self.window.closing.connect(self._close)
        self.rooms: CounterRooms | None = None
        self._front: QWidget | None = None
        self._sounds = sounds
        self.printing = Printing(PrinterSettings(), self, printer=printer)
        self.wedge = WedgeFilter(app)
        self.wedge.scanned.connect(self._scanned)
        self._sound, self._pace = True, "usual"
        self.clock: Callable[[], int] = lambda: time.monotonic_ns() // 1_000_000
        self.leaving = Leaving(self.clock())
        self._seated, self._left_behind = "", dict[str, Basket]()
        self.wedge.touched.connect(lambda: self.leaving.touch(self.clock()))
        self._look = QTimer(self, interval=_LOOK_MS)
        self._look.timeout.connect(self.look_round)
        self._look.start()
        Watch(self.session.observe, self._heard, self)
        self._follow()

    def show(self) -> None:
        """Show the window where it was the last time, and try the keychain."""
        geometry = self.preferences.geometry
        if geometry is not None:
            self.window.restoreGeometry(geometry)
        self.window.show()
        if self.session.snapshot.state is CounterState.LOCKED and self.session.opens_by_itself:
            Operation(self, self.session.open_by_itself).start()

    # --- what is in front

    def _heard(self, topics: frozenset[str]) -> None:
        if topics & {"state", "cashier"}:
            self._follow()

    def _follow(self) -> None:
        here = self.session.snapshot
        if here.state is CounterState.NEW:
            if isinstance(self._front, SetUpPage):
                return
            page = SetUpPage(self.session, self.language.choice, self._file)
            page.finished.connect(self._set_up)
            self._door(page)
        elif here.state is CounterState.LOCKED:
            if isinstance(self._front, OpenPage):
                return
            self._door(OpenPage(self.session, self.language.choice))
        elif isinstance(self._front, SetUpPage) and not self._front.finished_reading:
            return  # the recovery code is still to be written down
        elif here.cashier is None:
            if not isinstance(self._front, SignIn):
                self._recall()
                self._show_sign_in()
        elif self.rooms is None:
            self._show_rooms()

    def _set_up(self) -> None:
        self._follow()

    def _door(self, page: Door) -> None:
        page.language_chosen.connect(self.choose_language)
        self._show(page)

    def _show(self, page: QWidget) -> None:
        if self.rooms is not None:
            basket = self.rooms.selling_page.basket()
            if not basket.empty:
                self._left_behind[self._seated] = basket
            self.rooms.close()
            self.rooms = None
        self.window.show_page(page)
        old, self._front = self._front, page
        if old is not None and old is not page:
            self.window.drop_page(old)
        page.setFocus()

    def _show_sign_in(self) -> None:
        page = SignIn(self.session)
        self._show(page)
        page.face.setFocus()

    def _show_rooms(self) -> None:
        rooms = CounterRooms(
            self.session,
            self.preferences,
            lambda: self.language.choice,
            sounds=self._sound_card(),
            printing=self.printing,
            clock=lambda: time.monotonic_ns() // 1_000_000,
        )
        rooms.sound, rooms.pace, rooms.leaving = self._sound, self._pace, self.leaving.minutes
        rooms.language_chosen.connect(self.choose_language)
        rooms.theme_chosen.connect(self.choose_theme)
        rooms.sound_chosen.connect(self._keep_sound)
        rooms.pace_chosen.connect(self._keep_pace)
        rooms.leaving_chosen.connect(self._keep_leaving)
        rooms.printer_chosen.connect(self._keep_printer)
        rooms.full_screen_chosen.connect(self._fill_screen)
        rooms.camera_wanted.connect(self._scan_with_camera)
        self._show(rooms.shell)
        self.rooms = rooms
        rooms.shell.open_room("sell")
        self._sit_down(rooms)
        self.opened.emit()

    # --- who walks away

    def _sit_down(self, rooms: CounterRooms) -> None:
        """Somebody is there; what they had in the basket when they left is there again."""
        here = self.session.snapshot.cashier
        self._seated = here.cashier_id if here else ""
        self.leaving.touch(self.clock())
        basket = self._left_behind.pop(self._seated, None)
        if basket is not None:
            rooms.selling_page.take_up(basket)

    def look_round(self) -> None:
        """Sign out who has left; shortly before, say so."""
        rooms, now = self.rooms, self.clock()
        if rooms is None:
            return
        if self.leaving.is_over(now, selling=rooms.selling):
            self.session.doors.sign_out()
        elif seconds := self.leaving.warns(now):
            words = self.tr(
                "Nobody there? Signing out in %n second(s); any key stays.", "", seconds
            )
            rooms.shell.say(words)

    def _keep_leaving(self, minutes: int) -> None:
        self.leaving.minutes = minutes
        self._keep(_LEAVING, minutes)

    def _scanned(self, text: str) -> None:
        if self.rooms is not None:
            self.rooms.scanned(text)

    def _scan_with_camera(self) -> None:
        from app.desktop.counter.camera_face import CameraFace
        from app.desktop.platform.camera import QtCamera

        rooms = self.rooms
        if rooms is None:
            return
        face = CameraFace(QtCamera())
        face.left.connect(rooms.shell.sheet.sink)
        face.found.connect(rooms.scanned)
        rooms.shell.sheet.set_content(face)
        rooms.shell.sheet.rise()

    # --- what the window remembers

    def _recall(self) -> None:
        session = self.session

        async def work() -> tuple[PrinterSettings, bool, str, int]:
            return (
                await session.setting(_PRINTER, PrinterSettings, PrinterSettings()),
                await session.setting(_SOUND, bool, default=True),
                await session.setting(_PACE, str, "usual"),
                await session.setting(_LEAVING, int, USUAL),
            )

        Operation(self, work).on_success(self._recalled).on_failure(lambda _: None).start()

    def _recalled(self, kept: tuple[PrinterSettings, bool, str, int]) -> None:
        printer, self._sound, self._pace, self.leaving.minutes = kept
        self.printing.use(printer)
        self.wedge.set_gap(PACES.get(self._pace, PACES["usual"]))

    def _keep(self, name: str, value: object) -> None:
        Operation(self, lambda: self.session.keep_setting(name, value)).start()

    def _keep_sound(self, wanted: bool) -> None:
        self._sound = wanted
        self._keep(_SOUND, wanted)

    def _keep_pace(self, pace: str) -> None:
        self._pace = pace
        self.wedge.set_gap(PACES[pace])
        self._keep(_PACE, pace)

    def _keep_printer(self, settings: PrinterSettings) -> None:
        self.printing.use(settings)
        self._keep(_PRINTER, settings)

    def _fill_screen(self, wanted: bool) -> None:
        if wanted:
            self.window.showFullScreen()
        else:
            self.window.showNormal()

    def choose_language(self, choice: str) -> None:
        """Speak another language at once, and remember it."""
        self.language.choose(cast("LanguageChoice", choice))
        self.preferences.keep_language(choice)

    def choose_theme(self, choice: str) -> None:
        """Look different at once, and remember it."""
        self.theme.choose(cast("ThemeChoice", choice))
        self.preferences.keep_theme(cast("ThemeChoice", choice))

    def _sound_card(self) -> Sounds:
        if self._sounds is None:
            try:
                self._sounds = QtSounds(write_sounds(self._directory / FOLDER / "sounds"), self)
            except OSError:
                self._sounds = Sounds(self)
        return self._sounds

    # --- the end

    def _close(self) -> None:
        self._look.stop()
        self.preferences.keep_geometry(self.window.saveGeometry())
        if self.rooms is not None:
            self.rooms.close()

    def shut_down(self) -> None:
        """Close the vault and end the background thread; called when the loop has ended."""
        self.wedge.stop()
        operations().background.submit(self.session.close()).result(timeout=15)
        shutdown()


class SignIn(QWidget):
    """The PIN face in the middle of the window."""

    def __init__(self, session: CounterSession) -> None:
        super().__init__()
        self.setObjectName("CounterSignIn")
        self.setProperty("kind", "ground")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.face = PinFace(session, "SignIn")
        self.face.setMaximumWidth(Size.COLUMN)
        self.face.setMaximumHeight(640)
        self.setFocusProxy(self.face)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.face, 100)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.XL, Space.XL, Space.XL, Space.XL)
        column.addLayout(row)


def open_counter(directory: Path) -> CounterSession:
    """The real session on a profile folder."""
    from app.desktop.app import system_keychain

    return CounterSession(directory, keychain=system_keychain())
