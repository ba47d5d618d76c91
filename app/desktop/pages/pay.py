"""Paying a merchant, as the sheet shows it: one face for each state of the flow."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtWidgets import QWidget

from app.desktop.components.flow_sheet import FlowSheet
from app.desktop.components.pay_ends import EndFace, ReceiptFace
from app.desktop.components.pay_faces import AmountFace, ConfirmFace, Face, PassphraseFace
from app.desktop.operations import Operation
from app.desktop.people.ends import HoldDoneFace
from app.desktop.people.hold_faces import HoldConfirmFace, HoldPassphraseFace
from app.desktop.words import explain
from app.wallet.flows.pay import PayFlow, PayState
from app.wallet.receipts import view_of
from app.wallet.session import WalletSession


class PaySheet(FlowSheet):
    """The content of the sheet while a merchant is paid."""

    def __init__(
        self, flow: PayFlow, session: WalletSession, parent: QWidget | None = None
    ) -> None:
        """Draw the flow as it stands, and follow it."""
        self._pay = flow
        super().__init__("PaySheet", flow, session, parent)

    def show_view(self, view: Any) -> None:
        """Draw a state of the flow; another deduction leaves the face and what was typed."""
        face = self.face
        same = isinstance(face, ConfirmFace) and view.offer is not None and face.shows(view.offer)
        if isinstance(face, ConfirmFace) and same and view.state == PayState.CONFIRMING:
            face.show_offer(view.offer)
        else:
            super().show_view(view)

    def _face_for(self, view: Any) -> Face:
        if view.state == PayState.REFUSED and view.offer is not None:
            scanned = view.offer.kind != "charge"
            return self._end(EndFace.for_failure(view.failure, scanned=scanned))
        return super()._face_for(view)

    def _step(self, view: Any) -> Face | None:
        if view.state == PayState.CHOOSING_AMOUNT:
            amount = AmountFace(view.offer)
            amount.chosen.connect(self._choose_amount)
            amount.left.connect(self.ask_to_close)
            return amount
        if view.state == PayState.CONFIRMING:
            kind = HoldConfirmFace if view.offer.hold else ConfirmFace
            confirm = kind(view.offer)
            confirm.agreed.connect(self._confirm)
            confirm.change.connect(lambda: self._run(self._pay.change_amount))
            confirm.left.connect(self.ask_to_close)
            confirm.declined.connect(self._decline)
            confirm.deduction.beans_wanted.connect(self._use_beans)
            confirm.deduction.coupon_wanted.connect(self._use_coupon)
            return confirm
        return None

    def _asking(self, view: Any) -> Face | None:
        self.passphrase_face = HoldPassphraseFace if view.offer.hold else PassphraseFace
        return super()._asking(view)

    def _success(self, view: Any) -> Face:
        if view.authorisation is not None:
            held = HoldDoneFace(view.authorisation)
            held.left.connect(self.ask_to_close)
            return held
        snapshot = self._session.snapshot
        receipt = view_of(
            view.receipt,
            operator=snapshot.service.operator if snapshot.service else "",
            subject=view.payment.subject,
            note=view.payment.note,
        )
        face = ReceiptFace(self._session, receipt, view.payment.confirmation_code)
        face.said.connect(self.said)
        face.asked.connect(self._ask)
        face.left.connect(self.ask_to_close)
        return face

    def _choose_amount(self, minor: int) -> None:
        self._run(partial(self._pay.choose_amount, minor))

    def _decline(self) -> None:
        def gone(_: object) -> None:
            self.said.emit(self.tr("Declined. No money has moved."))
            self._leave(paid=False)

        self._run(self._pay.decline, gone)

    def _use_beans(self, beans: int) -> None:
        self._at_once(partial(self._pay.use_beans, beans))

    def _use_coupon(self, coupon_id: str) -> None:
        self._at_once(partial(self._pay.use_coupon, coupon_id))

    def _at_once(self, work: Callable[[], Any]) -> None:
        """What asks nobody: the face isn't held up, so that a slider can be dragged on."""
        face = self.face

        def refused(error: Exception) -> None:
            if face is not None and face is self.face:
                face.show_error(explain(error))

        Operation(self, work).on_failure(refused).start()
