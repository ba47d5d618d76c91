"""Paying a merchant, as the sheet shows it: one face for each state of the flow."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtWidgets import QWidget

from app.desktop.components.flow_sheet import FlowSheet
from app.desktop.components.pay_ends import ReceiptFace
from app.desktop.components.pay_faces import AmountFace, ConfirmFace, Face
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

    def _step(self, view: Any) -> Face | None:
        if view.state == PayState.CHOOSING_AMOUNT:
            amount = AmountFace(view.offer)
            amount.chosen.connect(self._choose_amount)
            amount.left.connect(self.ask_to_close)
            return amount
        if view.state == PayState.CONFIRMING:
            confirm = ConfirmFace(view.offer)
            confirm.agreed.connect(self._confirm)
            confirm.change.connect(lambda: self._run(self._pay.change_amount))
            confirm.left.connect(self.ask_to_close)
            return confirm
        return None

    def _success(self, view: Any) -> Face:
        snapshot = self._session.snapshot
        receipt = view_of(
            view.receipt,
            operator=snapshot.service.operator if snapshot.service else "",
            subject=view.payment.subject,
            note=view.payment.note,
        )
        face = ReceiptFace(self._session, receipt)
        face.said.connect(self.said)
        face.asked.connect(self._ask)
        face.left.connect(self.ask_to_close)
        return face

    def _choose_amount(self, minor: int) -> None:
        self._run(partial(self._pay.choose_amount, minor))
