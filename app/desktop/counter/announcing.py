"""Says that somebody paid the printed code: a sentence, a sound, thanks on the display."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from app.desktop.watch import Watch
from app.desktop.widgets.amounts import amount_text
from app.wallet.counter.sale import Sale
from app.wallet.counter.session import CounterSession


class Announcer(QObject):
    """Speaks of each payment once, whoever is at the counter and whatever page is open."""

    def __init__(
        self,
        session: CounterSession,
        parent: QObject,
        *,
        say: Callable[[str], object],
        play: Callable[[str], object],
        thank: Callable[[Sale], object],
    ) -> None:
        """Listen from now on.

        Args:
            session: Whose payments.
            parent: Owner.
            say: Shows a sentence that goes by itself.
            play: Plays a sound.
            thank: Thanks the customer.
        """
        super().__init__(parent)
        self._session = session
        self._say, self._play, self._thank = say, play, thank
        self._told = {sale.payment_id for sale in session.snapshot.heard}
        Watch(session.observe, self._heard, self)

    def _heard(self, topics: frozenset[str]) -> None:
        if "received" not in topics:
            return
        fresh = [s for s in self._session.snapshot.heard if s.payment_id not in self._told]
        if not fresh:
            return
        self._told |= {sale.payment_id for sale in fresh}
        self._say(self._words(fresh))
        # A sound of its own: the sale that is waiting may still be unpaid.
        self._play("received")
        self._thank(fresh[-1])

    def _words(self, fresh: list[Sale]) -> str:
        total = sum(sale.amount for sale in fresh)
        amount = amount_text(total, fresh[0].currency)
        if len(fresh) == 1:
            words = self.tr("{amount} paid to the printed code by {payer}")
            return words.format(amount=amount, payer=fresh[0].payer)
        words = self.tr("%n payment(s) to the printed code, {amount} together", "", len(fresh))
        return words.format(amount=amount)
