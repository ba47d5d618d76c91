"""Paying, as the sheet shows it: one face for each state of the flow, never two buttons that pay.

The flow decides; this draws its view and hands the person's choices on. ``done`` asks the owner to
take the sheet away and says whether something was paid, ``resized`` that the sheet needs another
height, ``again`` that the person wants to scan another code, ``asked`` that they left with a
question about what they saw.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.desktop.components.pay_ends import EndFace, ReceiptFace
from app.desktop.components.pay_faces import (
    AmountFace,
    ConfirmFace,
    Face,
    PassphraseFace,
    WaitFace,
)
from app.desktop.operations import Operation
from app.desktop.theme.tokens import Space
from app.desktop.watch import Watch
from app.desktop.widgets.base import Live
from app.desktop.words import explain
from app.protocol.messages.cards import ContextCard
from app.wallet.flows.pay import Offer, PayFlow, PayState, PayView
from app.wallet.receipts import view_of
from app.wallet.session import WalletSession


class PaySheet(Live, QWidget):
    """The content of the sheet while something is paid."""

    done = Signal(bool)
    again = Signal()
    resized = Signal()
    said = Signal(str)
    asked = Signal(object)

    def __init__(
        self, flow: PayFlow, session: WalletSession, parent: QWidget | None = None
    ) -> None:
        """Draw the flow as it stands, and follow it."""
        super().__init__(parent)
        self.setObjectName("PaySheet")
        self._flow = flow
        self._session = session
        self.face: Face | None = None
        self._drawn: PayState | None = None
        self._question: ContextCard | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(Space.XL, Space.XL, Space.XL, Space.XL)
        Watch(flow.observe, self.show_view, self)
        self.show_view(flow.view)

    def show_view(self, view: PayView) -> None:
        """Draw a state of the flow."""
        if view.state == PayState.SENDING and self._drawn == PayState.SENDING:
            # It only has a key now; the same words again would hold up the answer.
            return
        self._drawn = view.state
        face = self._face_for(view)
        old, self.face = self.face, face
        self._column.addWidget(face)
        if old is not None:
            self._column.removeWidget(old)
            old.hide()
            old.deleteLater()
        self.setFocusProxy(face)
        face.resized.connect(self.resized)
        self.resized.emit()
        face.take_focus()

    def ask_to_close(self) -> None:
        """The person wants to leave: cancel where nothing is under way."""
        state = self._flow.view.state
        if state == PayState.UNKNOWN:
            self._run(self._flow.dismiss, lambda _: self._leave(paid=False))
        elif state != PayState.SENDING:
            paid = state == PayState.SUCCEEDED
            self._run(self._flow.cancel, lambda gone: self._leave(paid=paid) if gone else None)

    def _leave(self, *, paid: bool) -> None:
        self.done.emit(paid)
        if self._question is not None:
            self.asked.emit(self._question)

    def _ask(self, question: ContextCard) -> None:
        self._question = question
        self.ask_to_close()

    def _face_for(self, view: PayView) -> Face:
        state = view.state
        if view.offer is not None and (step := self._step(view, view.offer)) is not None:
            return step
        if state == PayState.EXPLAINED and view.explanation is not None:
            return self._end(EndFace.for_explanation(view.explanation))
        if state == PayState.REFUSED and view.failure is not None:
            return self._end(EndFace.for_failure(view.failure))
        if state == PayState.UNKNOWN:
            unknown = EndFace.for_unknown(view)
            unknown.first.clicked.connect(lambda: self._run(self._flow.ask_again))
            unknown.second.clicked.connect(self.ask_to_close)
            unknown.asked.connect(self._ask)
            return unknown
        if state == PayState.SUCCEEDED and view.receipt is not None:
            return self._receipt(view)
        return WaitFace(sending=state == PayState.SENDING)

    def _step(self, view: PayView, offer: Offer) -> Face | None:
        """A face that asks the person for something, or None in other states."""
        if view.state == PayState.CHOOSING_AMOUNT:
            amount = AmountFace(offer)
            amount.chosen.connect(self._choose_amount)
            amount.left.connect(self.ask_to_close)
            return amount
        if view.state == PayState.CONFIRMING:
            confirm = ConfirmFace(offer)
            confirm.agreed.connect(self._confirm)
            confirm.change.connect(lambda: self._run(self._flow.change_amount))
            confirm.left.connect(self.ask_to_close)
            return confirm
        if view.state == PayState.AUTHENTICATING:
            passphrase = PassphraseFace(view)
            passphrase.given.connect(self._authenticate)
            passphrase.quick.clicked.connect(
                lambda: self._run(self._flow.authenticate_with_keychain)
            )
            passphrase.left.connect(self.ask_to_close)
            return passphrase
        return None

    def _end(self, face: EndFace) -> EndFace:
        face.first.clicked.connect(self._scan_again)
        face.second.clicked.connect(self.ask_to_close)
        face.asked.connect(self._ask)
        return face

    def _receipt(self, view: PayView) -> ReceiptFace:
        assert view.receipt is not None
        snapshot = self._session.snapshot
        receipt = view_of(
            view.receipt,
            operator=snapshot.service.operator if snapshot.service else "",
            subject=view.payment.subject if view.payment else "",
            note=view.payment.note if view.payment else "",
        )
        face = ReceiptFace(self._session, receipt)
        face.said.connect(self.said)
        face.asked.connect(self._ask)
        face.left.connect(self.ask_to_close)
        return face

    def _scan_again(self) -> None:
        self._run(self._flow.cancel, lambda _: self.again.emit())

    def _choose_amount(self, minor: int) -> None:
        self._run(partial(self._flow.choose_amount, minor))

    def _confirm(self, note: str) -> None:
        self._run(partial(self._flow.confirm, note))

    def _authenticate(self, passphrase: str) -> None:
        self._run(partial(self._flow.authenticate_with_passphrase, passphrase))

    def _run(
        self,
        work: Callable[[], Any],
        on_success: Callable[[Any], object] | None = None,
    ) -> None:
        face = self.face
        if face is not None:
            face.set_busy(busy=True)

        def refused(error: Exception) -> None:
            if face is not None and face is self.face:
                face.set_busy(busy=False)
                face.show_error(explain(error))

        def worked(result: object) -> None:
            if face is not None and face is self.face:
                face.set_busy(busy=False)
            if on_success is not None:
                on_success(result)

        Operation(self, work).on_success(worked).on_failure(refused).start()
