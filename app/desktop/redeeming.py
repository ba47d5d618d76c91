"""Exchanging K-Beans, as the sheet shows it: agree, then a coupon or a gift's code."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal

from app.desktop.components.pay_faces import Face
from app.desktop.components.redeem_faces import GiftFace, GotFace, RedeemFace
from app.desktop.operations import Operation
from app.desktop.widgets.sheet import Sheet
from app.desktop.words import explain
from app.protocol.messages.points import Item, Redemption
from app.wallet.session import WalletSession


class Redeeming(QObject):
    """Puts the faces onto the window's sheet; ``said`` carries a short sentence."""

    said = Signal(str)

    def __init__(self, session: WalletSession, sheet: Sheet, parent: QObject) -> None:
        """Use ``sheet`` for what is exchanged on ``session``."""
        super().__init__(parent)
        self._session = session
        self._sheet = sheet
        self.face: Face | None = None

    def want(self, item: Item) -> None:
        """Somebody wants this: say what happens and ask."""
        points = self._session.snapshot.points
        face = RedeemFace(item, (points.balance - points.pending) if points else 0)
        face.agreed.connect(lambda: self._give(face, item))
        self._put(face)

    def show_gift(self, redemption: Redemption) -> None:
        """Show a gift's code."""
        face = GiftFace(redemption)
        face.cancel_wanted.connect(lambda: self._give_back(face))
        self._put(face)

    def _put(self, face: Face) -> None:
        self.face = face
        face.left.connect(self._sheet.sink)
        face.resized.connect(self._sheet.settle)
        self._sheet.set_content(face)
        self._sheet.rise()
        face.take_focus()

    def _give(self, face: RedeemFace, item: Item) -> None:
        face.set_busy(busy=True)

        def got(redemption: Redemption) -> None:
            if redemption.state == "reserved":
                self.show_gift(redemption)
            else:
                self._put(GotFace(redemption))

        def refused(error: Exception) -> None:
            if face is self.face:
                face.set_busy(busy=False)
                face.show_error(explain(error))

        work = partial(self._session.beans.redeem, item.item_id)
        Operation(self, work).on_success(got).on_failure(refused).start()

    def _give_back(self, face: GiftFace) -> None:
        face.set_busy(busy=True)

        def freed(_: Redemption) -> None:
            self._sheet.sink()
            self.said.emit(self.tr("The K-Beans are free again."))

        def refused(error: Exception) -> None:
            if face is self.face:
                face.set_busy(busy=False)
                face.show_error(explain(error))

        work = partial(self._session.beans.cancel, face.redemption.redemption_id)
        Operation(self, work).on_success(freed).on_failure(refused).start()
