"""Who is paid: name, store, and the mark that says the service vouches for them."""

from __future__ import annotations

from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.desktop.theme.tokens import Space
from app.desktop.widgets.base import Live
from app.desktop.widgets.icon_label import IconLabel
from app.desktop.widgets.labels import ElidedLabel, Label, Paragraph
from app.protocol.messages.payments import Payee


def payee_name(payee: Payee) -> str:
    """The merchant's name in the person's language, where the service knows it."""
    chinese = QLocale().language() == QLocale.Language.Chinese
    wanted = ("zh-CN", "zh") if chinese else ("en",)
    return next((payee.names[key] for key in wanted if payee.names.get(key)), payee.name)


class PayeeHeader(Live, QWidget):
    """The merchant, large, with the verified mark and its words."""

    def __init__(self, payee: Payee, parent: QWidget | None = None) -> None:
        """Show a payee as the service knows it."""
        super().__init__(parent)
        self._payee = payee
        self.setObjectName("PayeeHeader")
        self._name = Paragraph("", "lead")
        self._store = ElidedLabel("", "muted")
        self._verified = Label("", "small", "bean")
        mark = QHBoxLayout()
        mark.setSpacing(Space.XS)
        mark.addWidget(IconLabel("circle-wavy-check-fill", "bean", size=18))
        mark.addWidget(self._verified)
        mark.addStretch(1)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._name)
        words.addWidget(self._store)
        words.addLayout(mark)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.L)
        disc = IconLabel("storefront", "on_wash", size=26, ground="wash", disc=56)
        row.addWidget(disc, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        self.retranslate()

    def retranslate(self) -> None:
        """Name, place and mark in the person's language."""
        payee = self._payee
        name = payee_name(payee)
        self._name.set_text(name)
        place = [part for part in (payee.store_name, payee.city) if part and part != name]
        self._store.setText(" · ".join(place))
        self._store.setVisible(bool(place))
        self._verified.setText(self.tr("Verified merchant"))
