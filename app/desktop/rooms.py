"""Builds the rooms of an unlocked wallet and the ways between them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.desktop.components.frozen import FrozenFace
from app.desktop.components.sign_in import SignInAgain
from app.desktop.components.statement_face import StatementFace
from app.desktop.confirming import Confirming
from app.desktop.operations import Operation
from app.desktop.pages.activity import ActivityPage
from app.desktop.pages.beans import BeansPage
from app.desktop.pages.home import HomePage
from app.desktop.pages.pay_code import PayCodePage
from app.desktop.pages.pay_room import PayRoom, Side
from app.desktop.pages.security import SecurityPage, ask_thaw
from app.desktop.pages.settings import SettingsPage
from app.desktop.paying import Paying
from app.desktop.people.room import TransferRoom
from app.desktop.preferences import Preferences
from app.desktop.redeeming import Redeeming
from app.desktop.shell import Shell
from app.desktop.support_panel.helpdesk import Helpdesk
from app.desktop.widgets.side_dock import USUAL
from app.protocol.messages.cards import ContextCard
from app.protocol.messages.payments import Movement
from app.wallet.session import WalletSession


class Rooms(QObject):
    """Everything the person walks through while the wallet is open."""

    language_chosen = Signal(str)
    theme_chosen = Signal(str)
    auto_lock_chosen = Signal(int)
    lock_wanted = Signal()
    sign_out_wanted = Signal()

    def __init__(
        self,
        session: WalletSession,
        preferences: Preferences,
        language: Callable[[], str],
        scan_page: Callable[[], QWidget],
    ) -> None:
        """Wire the rooms of an unlocked session.

        Args:
            session: Unlocked.
            preferences: What the window remembers.
            language: The language in force when a page is built.
            scan_page: Makes the scan page; its ``code_read`` starts a payment.
        """
        super().__init__()
        self._session = session
        self._preferences = preferences
        self._language = language
        self._scan_page = scan_page
        self._side: Side = "scan"
        self.shell = Shell(
            session,
            {
                "home": self._home,
                "pay": self._pay,
                "transfer": self._transfer,
                "activity": self._activity,
                "beans": self._beans,
                "security": self._security,
                "settings": self._settings,
            },
            self._panel,
            panel_width=preferences.panel_width or USUAL,
        )
        self.setParent(self.shell)
        self.helpdesk = Helpdesk(session, self.shell.sheet, language, self)
        self.helpdesk.said.connect(self.shell.say)
        self.helpdesk.payment_wanted.connect(self._open_payment)
        self.shell.thaw_wanted.connect(self._thaw)
        self.shell.panel_resized.connect(preferences.keep_panel_width)
        self.paying = Paying(session, self.shell.sheet)
        self.paying.said.connect(self.shell.say)
        self.paying.scan_again.connect(self._scan_again)
        self.paying.asked.connect(self.ask_about)
        self.paying.ended.connect(self._paid)
        self.transfers = TransferRoom(session, self.shell, self)
        self.transfers.said.connect(self.shell.say)
        self.transfers.asked.connect(self.ask_about)
        self.transfers.scan_wanted.connect(self.scan)
        self.transfers.frozen.connect(self._say_frozen)
        self.transfers.ended.connect(self._resume_scanning)
        self.redeeming = Redeeming(session, self.shell.sheet, self)
        self.redeeming.said.connect(self.shell.say)
        self.confirming = Confirming(session, self.paying, self)
        self.shell.answer_wanted.connect(self.confirming.ask)
        self.shell.lock_wanted.connect(self.lock_wanted)
        self.shell.search_wanted.connect(self.find)
        self.shell.refresh_wanted.connect(self.refresh)
        self.shell.open_room("home")
        self.confirming.look()

    @property
    def sending(self) -> bool:
        """Money is on its way this very moment."""
        return self.paying.sending or self.transfers.sending.sending

    def leave(self) -> None:
        """The wallet is locked: flows are forgotten; what is open is the session's."""
        self.paying.close()
        self.transfers.sending.close()

    def activity(self) -> ActivityPage:
        """Go to Activity."""
        page = self.shell.open_room("activity")
        assert isinstance(page, ActivityPage)
        return page

    def find(self) -> None:
        """Go to Activity with the keyboard in its search box."""
        self.activity().focus_search()

    def pay_room(self, side: Side) -> PayRoom:
        """Go to where one pays, on one of its two sides."""
        self._side = side
        known = self.shell.pages.get("pay")
        if isinstance(known, PayRoom):
            known.turn_to(side)  # before it is seen: a camera that isn't wanted stays off
        room = self.shell.open_room("pay")
        assert isinstance(room, PayRoom)
        return room

    def scan(self) -> None:
        """Go to where one pays by scanning."""
        self.pay_room("scan")

    def show_code(self) -> None:
        """Go to where one pays by showing a code."""
        self.pay_room("code")

    def _home(self) -> QWidget:
        page = HomePage(self._session, self._preferences)
        page.scan_wanted.connect(self.scan)
        page.code_wanted.connect(self.show_code)
        page.find_wanted.connect(self.find)
        page.activity_wanted.connect(self.activity)
        page.beans_wanted.connect(lambda: self.shell.open_room("beans"))
        page.transfer_wanted.connect(lambda: self.transfers.page().focus_who())
        page.request_wanted.connect(self.transfers.pay_request)
        page.requests_wanted.connect(lambda: self.transfers.page().show_part("requests"))
        page.movement_opened.connect(self._open_movement)
        page.day_wanted.connect(lambda day: self.activity().search_for(day))
        page.receipt_wanted.connect(lambda key: self.activity().open_payment(key))
        page.sign_in_wanted.connect(self._sign_in)
        return page

    def _pay(self) -> QWidget:
        room = PayRoom(self._scan_page, self._pay_code, self._side)
        room.code_read.connect(self._start_paying)
        return room

    def _transfer(self) -> QWidget:
        return self.transfers.make_page()

    def _pay_code(self) -> PayCodePage:
        page = PayCodePage(self._session)
        page.receipt_wanted.connect(self._open_payment)
        page.answer_wanted.connect(self.confirming.ask)
        page.thaw_wanted.connect(self._thaw)
        page.said.connect(self.shell.say)
        return page

    def _activity(self) -> QWidget:
        page = ActivityPage(self._session)
        page.split_wanted.connect(self.transfers.split)
        page.said.connect(self.shell.say)
        page.sheet_wanted.connect(self._raise_face)
        page.scan_wanted.connect(self.scan)
        page.asked.connect(self.ask_about)
        return page

    def _raise_face(self, face: StatementFace) -> None:
        face.left.connect(self.shell.sheet.sink)
        self.shell.sheet.set_content(face)
        self.shell.sheet.rise()

    def _beans(self) -> QWidget:
        page = BeansPage(self._session)
        page.movement_opened.connect(self._open_movement)
        page.scan_wanted.connect(self.scan)
        page.asked.connect(self.ask_about)
        page.item_wanted.connect(self.redeeming.want)
        page.gift_opened.connect(self.redeeming.show_gift)
        return page

    def _security(self) -> QWidget:
        return SecurityPage(self._session, self.helpdesk)

    def _panel(self) -> QWidget:
        from app.desktop.support_panel.panel import SupportPanel  # not before somebody asks

        panel = SupportPanel(self.helpdesk)
        panel.closed.connect(self.shell.shut_panel)
        return panel

    def ask_about(self, card: ContextCard) -> None:
        """Open help with what is asked about attached."""
        self.shell.sheet.sink()
        panel = self.shell.open_panel()
        panel.ask_about(card)  # type: ignore[attr-defined]  # SupportPanel's

    def _open_payment(self, payment_id: str) -> None:
        self.activity().open_payment(payment_id)

    def _thaw(self) -> None:
        ask_thaw(self.helpdesk)

    def _start_paying(self, text: str) -> None:
        """A code was read: pay, unless the account is frozen, which is said."""
        if self.transfers.takes(text):
            self.transfers.pay_text(text)
        elif self._session.support.state.frozen:
            self._say_frozen()
        else:
            self.paying.start(text)

    def _say_frozen(self) -> None:
        face = FrozenFace()
        face.left.connect(self.shell.sheet.sink)
        face.left.connect(self._resume_scanning)
        face.thaw_wanted.connect(self._thaw)
        self.shell.sheet.set_content(face)
        self.shell.sheet.rise()
        face.take_focus()

    def _settings(self) -> QWidget:
        page = SettingsPage(self._session, self._preferences, self._language())
        page.language_chosen.connect(self.language_chosen)
        page.theme_chosen.connect(self.theme_chosen)
        page.auto_lock_chosen.connect(self.auto_lock_chosen)
        page.lock_wanted.connect(self.lock_wanted)
        page.sign_out_wanted.connect(self.sign_out_wanted)
        page.notify_chosen.connect(self._preferences.keep_notify)
        return page

    def _open_movement(self, movement: Movement) -> None:
        self.activity().open_movement(movement)

    def _paid(self, paid: bool) -> None:
        if paid:
            if not self.paying.charge:
                self.shell.open_room("home")
            self._session.refresh_soon()
        else:
            self._resume_scanning()

    def _scan_again(self) -> None:
        self.scan()
        self._resume_scanning()

    def _resume_scanning(self) -> None:
        page = self.shell.pages.get("pay")
        if page is not None and self.shell.room == "pay":
            page.resume()  # type: ignore[attr-defined]  # PayRoom's

    def _sign_in(self) -> None:
        face = SignInAgain(self._session)
        face.left.connect(self.shell.sheet.sink)
        face.signed_in.connect(self.shell.sheet.sink)
        face.resized.connect(self.shell.sheet.settle)
        self.shell.sheet.set_content(face)
        self.shell.sheet.rise()

    def refresh(self) -> None:
        """Ask the service for everything now."""
        Operation(self, self._session.refresh).on_failure(lambda _: None).start()
