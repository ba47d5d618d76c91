"""Builds the rooms of an open counter, and the ways between them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.desktop import dialogs
from app.desktop.counter.announcing import Announcer
from app.desktop.counter.bills_page import BillsPage
from app.desktop.counter.display import CustomerDisplay
from app.desktop.counter.offline_face import OfflineFace
from app.desktop.counter.people_page import PeoplePage
from app.desktop.counter.pin_face import PinFace, allowed_already
from app.desktop.counter.prices_page import PricesPage
from app.desktop.counter.printing import Printing
from app.desktop.counter.refund_page import RefundPage
from app.desktop.counter.sell_page import SellPage
from app.desktop.counter.settings_page import SettingsPage
from app.desktop.counter.shell import CounterShell
from app.desktop.counter.shift_page import ShiftPage
from app.desktop.counter.slip_drawing import SlipLine, write_pdf
from app.desktop.counter.slips import Slips
from app.desktop.operations import Operation
from app.desktop.platform.sound import Sounds
from app.desktop.preferences import Preferences
from app.desktop.words import explain
from app.protocol.messages.counter import Cashier
from app.wallet.counter.leaving import USUAL
from app.wallet.counter.prices import Price
from app.wallet.counter.sale import Sale
from app.wallet.counter.scans import read_scan
from app.wallet.counter.selling import Wish
from app.wallet.counter.session import CounterSession
from app.wallet.counter.shift import ShiftView
from app.wallet.counter.till_flow import TillState, TillView

_ENDS = {TillState.PAID: "paid", TillState.NOT_PAID: "not_paid"}


class CounterRooms(QObject):
    """Everything of an open counter with somebody at it."""

    language_chosen = Signal(str)
    theme_chosen = Signal(str)
    sound_chosen = Signal(bool)
    pace_chosen = Signal(str)
    leaving_chosen = Signal(int)
    full_screen_chosen = Signal(bool)
    printer_chosen = Signal(object)
    camera_wanted = Signal()

    def __init__(
        self,
        session: CounterSession,
        preferences: Preferences,
        language: Callable[[], str],
        *,
        sounds: Sounds,
        printing: Printing,
        clock: Callable[[], int],
    ) -> None:
        """Wire the rooms.

        Args:
            session: Open, with somebody signed in.
            preferences: What the window remembers.
            language: The language in force when a page is built.
            sounds: Plays results.
            printing: Prints slips.
            clock: Unix milliseconds, for keys.
        """
        super().__init__()
        self._session = session
        self._preferences = preferences
        self._language = language
        self._sounds = sounds
        self._printing = printing
        self._clock = clock
        self._slips = Slips(self)
        self.display: CustomerDisplay | None = None
        self.pace = "usual"
        self.leaving = USUAL
        self.sound = True
        self.shell = CounterShell(
            session,
            {
                "sell": self._sell,
                "refund": self._refund,
                "shift": self._shift,
                "prices": self._prices,
                "bills": self._bills,
                "people": self._people,
                "settings": self._settings,
            },
        )
        self.setParent(self.shell)
        self.shell.sign_out_wanted.connect(session.doors.sign_out)
        self.shell.scan_wanted.connect(self.camera_wanted)
        self.shell.last.opened.connect(self._open_sale)
        self.shell.last.all.clicked.connect(lambda: self.shell.open_room("refund"))
        self.shell.last.read.connect(self._dismiss)
        printing.failed.connect(self.shell.say)
        self.announcer = Announcer(
            session, self, say=self.shell.say, play=self._play, thank=self._thank
        )
        self.sell = self.shell.open_room("sell")

    # --- the scanner

    def scanned(self, text: str) -> None:
        """A whole code, wherever the keyboard is."""
        scan = read_scan(text)
        if self.shell.sheet.is_open:  # nothing that lies over the page takes the scanner away
            self.shell.sheet.sink()
        if scan.kind == "slip":
            self._find_slip(scan.text)
        elif scan.kind == "item" and self.shell.room == "prices":
            page = self.shell.pages["prices"]
            assert isinstance(page, PricesPage)
            page.scanned(scan.text)
        else:
            self._selling().scan(text)

    def _selling(self) -> SellPage:
        page = self.shell.open_room("sell")
        assert isinstance(page, SellPage)
        return page

    @property
    def selling(self) -> bool:
        """Whether a sale is under way: its result isn't known yet."""
        return self.selling_page.flow.view.state is TillState.WAITING

    @property
    def selling_page(self) -> SellPage:
        """Where one sells, whatever room is in front."""
        page = self.shell.pages["sell"]
        assert isinstance(page, SellPage)
        return page

    def _find_slip(self, number: str) -> None:
        page = self.shell.open_room("refund")
        assert isinstance(page, RefundPage)
        page.look_up(number)

    # --- pages

    def _sell(self) -> QWidget:
        page = SellPage(self._session, self._clock)
        page.displayed.connect(self._show_customer)
        page.ended.connect(self._ended)
        page.attention.connect(lambda: self._play("attention"))
        page.print_wanted.connect(self._print_sale)
        page.offline_wanted.connect(self._sell_offline)
        page.shift_wanted.connect(lambda: self.shell.open_room("shift"))
        page.slip_scanned.connect(self._find_slip)
        return page

    def _refund(self) -> QWidget:
        page = RefundPage(self._session)
        page.print_wanted.connect(self._print_copy)
        page.allowance_wanted.connect(lambda: self._allow(page.allowed))
        return page

    def _shift(self) -> QWidget:
        page = ShiftPage(self._session)
        page.allowance_wanted.connect(lambda: self._allow(page.allowed))
        page.print_wanted.connect(self._print_shift)
        page.opened.connect(lambda: self.shell.open_room("sell"))
        return page

    def _prices(self) -> QWidget:
        page = PricesPage(self._session)
        page.chosen.connect(self._put)
        return page

    def _bills(self) -> QWidget:
        page = BillsPage(self._session)
        page.allowance_wanted.connect(lambda: self._allow(page.allowed))
        page.said.connect(self.shell.say)
        return page

    def _people(self) -> QWidget:
        page = PeoplePage(self._session)
        page.said.connect(self.shell.say)
        return page

    def _settings(self) -> QWidget:
        page = SettingsPage(
            self._session,
            self._preferences,
            self._language(),
            self._printing.settings,
            sound=self.sound,
            pace=self.pace,
            leaving=self.leaving,
        )
        page.language_chosen.connect(self.language_chosen)
        page.theme_chosen.connect(self.theme_chosen)
        page.sound_chosen.connect(self._choose_sound)
        page.pace_chosen.connect(self.pace_chosen)
        page.leaving_chosen.connect(self.leaving_chosen)
        page.full_screen_chosen.connect(self.full_screen_chosen)
        page.display_wanted.connect(self.open_display)
        page.printer_chosen.connect(self.printer_chosen)
        page.test_wanted.connect(self._print_test)
        return page

    def _put(self, item: Price) -> None:
        self._selling().put(item)

    def _open_sale(self, sale: Sale) -> None:
        page = self.shell.open_room("refund")
        assert isinstance(page, RefundPage)
        page.open(sale)

    def _dismiss(self, number: str) -> None:
        Operation(self, lambda: self._session.sales.dismiss(number)).start()

    def _choose_sound(self, wanted: bool) -> None:
        self.sound = wanted
        self.sound_chosen.emit(wanted)

    # --- somebody who may; the code without internet

    def _allow(self, then: Callable[[Cashier], object]) -> None:
        """Ask for a supervisor unless one is signed in; nothing modal: the scanner goes on."""
        here = self._session.snapshot.cashier
        if here is not None and allowed_already(self._session, "supervisor"):
            then(here)
            return
        face = PinFace(self._session, "Allow", role="supervisor")
        face.left.connect(self.shell.sheet.sink)
        face.proved.connect(self.shell.sheet.sink)
        face.proved.connect(then)
        self._raise(face)

    def _sell_offline(self, wish: Wish) -> None:
        flow = self._selling().flow
        face = OfflineFace(self._session, flow, wish)
        face.left.connect(self.shell.sheet.sink)
        self._raise(face)

    def _raise(self, face: QWidget) -> None:
        self.shell.sheet.set_content(face)
        self.shell.sheet.rise()
        face.setFocus()

    # --- results

    def _show_customer(self, view: TillView) -> None:
        if self.display is not None:
            self.display.show_view(view)
        if view.state is TillState.WAITING and view.sale is None:
            self._play("waiting")

    def _ended(self, view: TillView) -> None:
        self._play(_ENDS[view.state])
        sale = view.sale
        if view.state is not TillState.PAID or sale is None or not self._printing.possible:
            return
        drawer = sale.kind == "cash" and self._printing.settings.drawer
        if self._printing.settings.each_sale:
            self._printing.print(self._slips.sale(sale, self._session.snapshot.info), drawer=drawer)
        elif drawer:
            self._printing.open_drawer()

    def _thank(self, sale: Sale) -> None:
        """Somebody who paid the printed code stands here too."""
        if self.display is not None:
            self.display.thank(sale)

    def _play(self, name: str) -> None:
        if self.sound:
            self._sounds.play(name)

    def open_display(self) -> CustomerDisplay:
        """Show the customer's window; a second screen is filled."""
        if self.display is None:
            info = self._session.snapshot.info
            chinese = self._language() == "zh-CN"
            name = info.merchant_name if info else ""
            if info is not None and chinese:
                name = info.merchant_names.get("zh", name)
            self.display = CustomerDisplay(name, self._session.snapshot.currency)
        self.display.open_up()
        return self.display

    def close(self) -> None:
        """Take the customer's window away."""
        if self.display is not None:
            self.display.close()
            self.display.deleteLater()
            self.display = None

    # --- slips

    def _print_sale(self, sale: Sale) -> None:
        self._print(lambda: self._slips.sale(sale, self._session.snapshot.info))

    def _print_copy(self, sale: Sale) -> None:
        self._print(lambda: self._slips.sale(sale, self._session.snapshot.info, copy=True))

    def _print_shift(self, view: ShiftView) -> None:
        self._print(lambda: self._slips.shift(view, self._session.snapshot.info))

    def _print_test(self) -> None:
        self._print(lambda: self._slips.test(self._session.snapshot.info))

    def _print(self, lines: Callable[[], list[SlipLine]]) -> None:
        if self._printing.possible:
            self._printing.print(lines())
        else:
            self._save_pdf(lines())

    def _save_pdf(self, lines: list[SlipLine]) -> None:
        def write(path: Path | None) -> None:
            if path is None:
                return
            try:
                write_pdf(path, lines, "K-Bean Wallet")
                self.shell.say(self.tr("Slip saved"))
            except OSError as error:
                self.shell.say(explain(error).line())

        title = self.tr("Save the slip")
        dialogs.choose_save(self.shell, title, "slip.pdf", ("PDF", "pdf"), write)
