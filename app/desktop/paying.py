"""One payment at a time: from a code that was read to the sheet that shows the flow."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal

from app.desktop.operations import Operation
from app.desktop.pages.pay import PaySheet
from app.desktop.widgets.sheet import Sheet
from app.desktop.words import explain
from app.protocol.messages.charges import Confirmation
from app.wallet.flows.pay import PayFlow, PayState
from app.wallet.session import WalletSession


class Paying(QObject):
    """Owns the pay flow of a window and the sheet's content while it is shown.

    ``ended`` is sent when the sheet is gone; ``scan_again`` when the person wants another code;
    ``said`` carries a short sentence; ``read`` says that a code has been taken in; ``asked``
    carries what the person has a question about.

    Attributes:
        content: What the sheet carries; None while nothing is paid.
        charge: What is on the sheet, or was there last, is a till's charge.
    """

    ended = Signal(bool)
    scan_again = Signal()
    said = Signal(str)
    read = Signal()
    asked = Signal(object)

    def __init__(self, session: WalletSession, sheet: Sheet, parent: QObject | None = None) -> None:
        """Use ``sheet`` for what is paid on ``session``."""
        super().__init__(parent or sheet)
        self._sheet = sheet
        self.flow = PayFlow(session)
        self._session = session
        self.content: PaySheet | None = None
        self.charge = False
        self._rising = False

    @property
    def under_way(self) -> bool:
        """Money may be moving just now: don't lock, don't start another."""
        return self.flow.view.state in (PayState.SENDING, PayState.UNKNOWN)

    @property
    def sending(self) -> bool:
        """The payment is on its way this very moment."""
        return self.flow.view.state == PayState.SENDING

    def start(self, text: str) -> None:
        """Take a code that was read. Does nothing while a payment is under way."""
        if self.busy:
            return
        self.charge = False
        self._rise()
        Operation(self, partial(self.flow.read, text)).on_success(
            lambda _: self.read.emit()
        ).on_failure(self._broke).start()

    @property
    def busy(self) -> bool:
        """Something is being paid, or looked at, on the sheet."""
        return self.under_way or (self.content is not None and self._sheet.is_open)

    def confirm(self, charge: Confirmation) -> bool:
        """A till waits for the person's word: ask for it on the sheet.

        Returns:
            False where the sheet is in use; the strip above the page keeps asking.
        """
        if self.busy or self._rising or self._sheet.is_open:
            return False
        self._rising = self.charge = True
        work = partial(self.flow.confirm_charge, charge)
        Operation(self, work).on_success(lambda _: self._rise()).on_failure(self._broke).start()
        return True

    def _rise(self) -> None:
        self._rising = False
        content = PaySheet(self.flow, self._session)
        self.content = content
        content.done.connect(self._finish)
        content.again.connect(self._again)
        content.resized.connect(self._sheet.settle)
        content.said.connect(self.said)
        content.asked.connect(self.asked)
        self._sheet.set_content(content, content.ask_to_close)
        self._sheet.rise()

    def _broke(self, error: Exception) -> None:
        self._rising = False
        self.said.emit(explain(error).title)
        self._finish(paid=False)

    def _again(self) -> None:
        self._finish(paid=False)
        self.scan_again.emit()

    def _finish(self, paid: bool) -> None:
        self.content = None
        self._sheet.sink()
        self.ended.emit(paid)

    def close(self) -> None:
        """The session is being locked: forget the flow; an open payment is the session's."""
        self._sheet.sink()
        self.content = None
        Operation(self, self.flow.close).start()
