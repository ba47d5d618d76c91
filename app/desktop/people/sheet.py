"""A transfer or a plan, as the sheet shows it: one face for each state of the flow."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any

from PySide6.QtWidgets import QWidget

from app.desktop.components.flow_sheet import FlowSheet
from app.desktop.components.pay_faces import Face
from app.desktop.people.ends import PlanDoneFace, TransferDoneFace, TransferEnd
from app.desktop.people.faces import (
    TransferAmountFace,
    TransferConfirmFace,
    TransferPassphraseFace,
)
from app.desktop.people.schedule_face import ScheduleFace
from app.wallet.flows.transfer import PayState, TransferFlow
from app.wallet.people.calendar import Schedule
from app.wallet.session import WalletSession


class TransferSheet(FlowSheet):
    """The content of the sheet while a person is paid, or a plan made."""

    end_face = TransferEnd
    passphrase_face = TransferPassphraseFace

    def __init__(
        self,
        flow: TransferFlow,
        session: WalletSession,
        *,
        planning: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        """Draw the flow as it stands; ``planning`` asks for days after the amount."""
        self._transfer = flow
        self._planning = planning
        super().__init__("TransferSheet", flow, session, parent)

    def _step(self, view: Any) -> Face | None:
        if view.state == PayState.CHOOSING_AMOUNT:
            amount = TransferAmountFace(view.offer, planning=self._planning)
            amount.chosen.connect(self._now)
            amount.later.connect(self._choose_days)
            amount.left.connect(self.ask_to_close)
            return amount
        if view.state == PayState.CONFIRMING:
            confirm = TransferConfirmFace(view.offer)
            confirm.agreed.connect(self._confirm)
            confirm.check_wanted.connect(
                lambda name: self._run(partial(self._transfer.check_name, name))
            )
            confirm.change.connect(lambda: self._run(self._transfer.change_amount))
            confirm.left.connect(self.ask_to_close)
            return confirm
        return None

    def _success(self, view: Any) -> Face:
        face: PlanDoneFace | TransferDoneFace
        if view.plan is not None:
            face = PlanDoneFace(view.plan)
        else:
            snapshot = self._session.snapshot
            face = TransferDoneFace(
                view.transfer,
                snapshot.person.display_name if snapshot.person else "",
                snapshot.service.operator if snapshot.service else "",
            )
        face.said.connect(self.said)
        face.asked.connect(self._ask)
        face.left.connect(self.ask_to_close)
        return face

    def _now(self, minor: int, note: str) -> None:
        self._run(partial(self._transfer.choose_amount, minor, None, note))

    def _choose_days(self, minor: int, note: str) -> None:
        """The days are chosen before the flow hears of the amount."""
        offer = self._transfer.view.offer
        today = dt.datetime.now().astimezone().date()
        face = ScheduleFace(today, offer.schedule if offer else None)

        def chosen(schedule: Schedule) -> None:
            self._run(partial(self._transfer.choose_amount, minor, schedule, note))

        face.chosen.connect(chosen)
        face.back.connect(lambda: self.show_view(self._transfer.view))
        face.left.connect(self.ask_to_close)
        self.put(face)
