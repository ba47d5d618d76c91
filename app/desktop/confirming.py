"""Asks for the person's word as soon as a till waits for it, wherever they are (design/3, M2)."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QObject, Signal

from app.desktop.components.payee import payee_name
from app.desktop.news import News
from app.desktop.paying import Paying
from app.desktop.watch import Watch
from app.desktop.widgets.amounts import amount_text
from app.protocol.messages.charges import Confirmation
from app.wallet.session import WalletSession


class Confirming(QObject):
    """Lets the sheet rise for a charge that is new; who put it off finds it in the strip."""

    came = Signal(object)

    def __init__(self, session: WalletSession, paying: Paying, parent: QObject) -> None:
        """Begin to watch."""
        super().__init__(parent)
        self._session = session
        self._paying = paying
        self._known: set[str] = set()
        Watch(session.observe, self._heard, self)
        paying.ended.connect(lambda _: self.look())

    def look(self) -> None:
        """See what waits; ask about the first one that nobody was asked about yet."""
        waiting = self._session.confirmations.waiting
        self._known &= {charge.charge_id for charge in waiting}
        for charge in waiting:
            if charge.charge_id in self._known:
                continue
            if not self._paying.confirm(charge):
                return
            self._known.add(charge.charge_id)
            self.came.emit(charge)
            return

    def ask(self, charge_id: str) -> None:
        """The person wants to answer now."""
        charge = self._session.confirmations.find(charge_id)
        if charge is not None and self._paying.confirm(charge):
            self._known.add(charge_id)

    def _heard(self, topics: frozenset[str]) -> None:
        if "confirmations" in topics:
            self.look()


class ConfirmNews(News):
    """Tells the system that a charge waits, while the person looks elsewhere."""

    def _begin(self) -> None:
        self._told: set[str] = set()

    def _heard(self, topics: frozenset[str]) -> None:
        if "confirmations" not in topics:
            return
        waiting = self._session.confirmations.waiting
        fresh = [charge for charge in waiting if charge.charge_id not in self._told]
        self._told = {charge.charge_id for charge in waiting}
        if not waiting:
            self._notifier.clear()
        if fresh and self.may_tell:
            self._tell(fresh[0])

    def _tell(self, charge: Confirmation) -> None:
        title = QCoreApplication.translate("Confirm", "A payment waits for your word")
        text = QCoreApplication.translate("Confirm", "Open the wallet to answer.")
        if self.in_full:
            text = QCoreApplication.translate("Confirm", "{amount} at {name}").format(
                amount=amount_text(charge.amount, charge.currency), name=payee_name(charge.payee)
            )
        self._say(title, text)
