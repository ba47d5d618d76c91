"""Wires what belongs to transfers to the rooms: the page, the sheet, requests that came."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.desktop.pages.transfer import TransferPage
from app.desktop.people.asking_money import AskingMoney
from app.desktop.people.transferring import Transferring
from app.desktop.widgets.sheet import Sheet
from app.protocol.codes import personal_code
from app.protocol.messages.transfers import KnownPayee, MoneyRequest
from app.wallet.session import ReceiptView, WalletSession


class _Shell(Protocol):
    sheet: Sheet

    def open_room(self, key: str) -> QWidget: ...


class TransferRoom(QObject):
    """Everything between people, for one window.

    ``said`` carries a short sentence, ``asked`` what the person asks about, ``scan_wanted`` that
    they want the camera, ``ended`` whether something was sent; ``frozen`` that nothing can be.
    """

    said = Signal(str)
    asked = Signal(object)
    scan_wanted = Signal()
    ended = Signal(bool)
    frozen = Signal()

    def __init__(self, session: WalletSession, shell: _Shell, parent: QObject) -> None:
        """Use the window's sheet."""
        super().__init__(parent)
        self._session = session
        self._shell = shell
        self.sending = Transferring(session, shell.sheet, self)
        self.asking = AskingMoney(session, shell.sheet, self)
        self.sending.said.connect(self.said)
        self.sending.asked.connect(self.asked)
        self.sending.begin_again.connect(lambda: self.page().focus_who())
        self.sending.ended.connect(self._sent)
        self.asking.said.connect(self.said)
        self.asking.made.connect(lambda: self.page().show_part("requests"))
        self.asking.plan_for.connect(self._plan)

    def make_page(self) -> TransferPage:
        """The room's page."""
        page = TransferPage(self._session)
        page.found.connect(self.pay_text)
        page.picked.connect(self._pick)
        page.scan_wanted.connect(self.scan_wanted)
        page.said.connect(self.said)
        page.pay_wanted.connect(self.pay_request)
        page.link_wanted.connect(self.asking.show_link)
        page.ask_wanted.connect(self.asking.ask_somebody)
        page.make_link_wanted.connect(self.asking.make_link)
        page.split_wanted.connect(self.asking.split)
        page.plan_wanted.connect(lambda: self._unless_frozen(self.asking.plan))
        return page

    def page(self) -> TransferPage:
        """Go to the room."""
        page = self._shell.open_room("transfer")
        assert isinstance(page, TransferPage)
        return page

    @staticmethod
    def takes(text: str) -> bool:
        """Whether a text that was read is a person's code, which this room pays."""
        return personal_code.is_personal(text.strip())

    def pay_text(self, text: str) -> None:
        """Pay whom a text means: typed, pasted or scanned."""
        self._unless_frozen(lambda: self.sending.find(text))

    def pay_request(self, request: MoneyRequest) -> None:
        """Pay a request for money that came."""
        self._unless_frozen(lambda: self.sending.answer(request))

    def split(self, receipt: ReceiptView) -> None:
        """Split the bill of a payment that was made."""
        self.asking.split(receipt.amount, receipt.payee_name, receipt.payment_id)

    def _pick(self, payee: KnownPayee) -> None:
        self._unless_frozen(lambda: self.sending.pick(payee))

    def _plan(self, who: object) -> None:
        if isinstance(who, KnownPayee):
            self.sending.pick(who, planning=True)
        else:
            self.sending.find(str(who), planning=True)

    def _unless_frozen(self, work: Callable[[], object]) -> None:
        if self._session.support.state.frozen:
            self.frozen.emit()
        else:
            work()

    def _sent(self, sent: bool) -> None:
        if sent:
            self._session.refresh_soon()
            self.page().sent()
        self.ended.emit(sent)
