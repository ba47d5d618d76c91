"""One transfer at a time: from who is paid to the sheet that shows the flow."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.desktop.operations import Operation
from app.desktop.people.sheet import TransferSheet
from app.desktop.widgets.sheet import Sheet
from app.desktop.words import explain
from app.protocol.messages.transfers import KnownPayee, MoneyRequest
from app.wallet.flows.transfer import PayState, TransferFlow
from app.wallet.session import WalletSession


class Transferring(QObject):
    """Owns the transfer flow of a window and the sheet's content while it is shown.

    ``ended`` says whether something was sent; ``begin_again`` that the person wants to choose
    somebody else; ``said`` carries a short sentence; ``asked`` what the person asks about.
    """

    ended = Signal(bool)
    begin_again = Signal()
    said = Signal(str)
    asked = Signal(object)

    def __init__(self, session: WalletSession, sheet: Sheet, parent: QObject | None = None) -> None:
        """Use ``sheet`` for what is sent on ``session``."""
        super().__init__(parent or sheet)
        self._session = session
        self._sheet = sheet
        self.flow = TransferFlow(session)
        self.content: TransferSheet | None = None

    @property
    def under_way(self) -> bool:
        """Money may be moving just now: don't lock, don't start another."""
        return self.flow.view.state in (PayState.SENDING, PayState.UNKNOWN)

    @property
    def sending(self) -> bool:
        """The transfer is on its way this very moment."""
        return self.flow.view.state == PayState.SENDING

    def find(self, text: str, *, planning: bool = False) -> None:
        """Look up what was typed, pasted or scanned."""
        self._start(partial(self.flow.find, text, later=planning), planning=planning)

    def pick(self, payee: KnownPayee, *, planning: bool = False) -> None:
        """Somebody who was paid before."""
        self._start(partial(self.flow.pick, payee), planning=planning)

    def answer(self, request: MoneyRequest) -> None:
        """Pay a request for money."""
        self._start(partial(self.flow.answer, request))

    def _start(self, work: Callable[[], Any], *, planning: bool = False) -> None:
        if self.under_way or (self.content is not None and self._sheet.is_open):
            return

        content = TransferSheet(self.flow, self._session, planning=planning)
        self.content = content
        content.done.connect(self._finish)
        content.again.connect(self._again)
        content.resized.connect(self._sheet.settle)
        content.said.connect(self.said)
        content.asked.connect(self.asked)
        self._sheet.set_content(content, content.ask_to_close)
        self._sheet.rise()
        Operation(self, work).on_failure(self._broke).start()

    def _broke(self, error: Exception) -> None:
        self.said.emit(explain(error).title)
        self._finish(sent=False)

    def _again(self) -> None:
        self._finish(sent=False)
        self.begin_again.emit()

    def _finish(self, sent: bool) -> None:
        self.content = None
        self._sheet.sink()
        self.ended.emit(sent)

    def close(self) -> None:
        """The session is being locked: forget the flow; an open transfer is the session's."""
        Operation(self, self.flow.close).start()
