"""Agreeing to a pre-authorisation: the words say that the amount is held, not paid."""

from __future__ import annotations

from typing import Any

from app.desktop.components.pay_faces import ConfirmFace, PassphraseFace
from app.desktop.widgets.amounts import amount_text


class HoldConfirmFace(ConfirmFace):
    """Who holds how much, and what becomes of it."""

    def retranslate(self) -> None:
        """Held where a payment would say paid."""
        super().retranslate()
        offer = self._offer
        self.note.hide()
        self.why.set_text(
            self.tr(
                "This is a pre-authorisation. The amount is held for the merchant, not paid: they "
                "take what it comes to in the end, and the rest is let go."
            )
        )
        self.why.show()
        for row in (2, 4):
            self._row(row, "", "")
        self._rows[3][0].setText(self.tr("Available meanwhile"))
        text = amount_text(offer.amount or 0, offer.currency)
        self.pay.setText(self.tr("Let {amount} be held").format(amount=text))


class HoldPassphraseFace(PassphraseFace):
    """The passphrase for a large amount that is held."""

    def retranslate(self) -> None:
        """The button says what happens."""
        super().retranslate()
        offer: Any = self._view.offer
        text = amount_text(offer.amount or 0, offer.currency)
        self.pay.setText(self.tr("Let {amount} be held").format(amount=text))
