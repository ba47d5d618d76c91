"""A frozen account: the strip above everything, and what stands in place of paying."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.desktop.components.pay_faces import Face
from app.desktop.theme.tokens import Space
from app.desktop.widgets.base import Live
from app.desktop.widgets.buttons import Button
from app.desktop.widgets.icon_label import IconLabel
from app.desktop.widgets.labels import Paragraph
from app.desktop.widgets.notes import Banner


class FrozenStrip(Live, QWidget):
    """Says that nothing can be paid, and how that ends."""

    thaw_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make it hidden."""
        super().__init__(parent)
        self.setObjectName("FrozenStrip")
        self.banner = Banner("FrozenBanner", "warning")
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.XXL, 0, Space.XXL, Space.S)
        column.addWidget(self.banner)
        self.banner.acted.connect(self.thaw_wanted)
        self.retranslate()
        self.hide()

    def retranslate(self) -> None:
        """What it means, and the way out."""
        self.banner.set_words(
            self.tr("Your account is frozen"),
            self.tr("Nothing can be paid. Money still comes in."),
            self.tr("Lift the freeze…"),
        )


class FrozenFace(Face):
    """On the sheet, where somebody wants to pay from a frozen account."""

    thaw_wanted = Signal()

    def __init__(self) -> None:
        """Make it."""
        super().__init__("FrozenFace")
        self.column.setContentsMargins(Space.XL, Space.XL, Space.XL, Space.XL)
        self.title = Paragraph("", "lead", centred=True)
        self.text = Paragraph("", "body-muted", centred=True)
        self.thaw = Button("", "primary", "FrozenThaw", large=True)
        self.leave = Button("", "quiet", "FrozenClose")
        centre = Qt.AlignmentFlag.AlignHCenter
        disc = IconLabel("snowflake", "info", size=30, ground="info_wash", disc=64)
        self.column.addWidget(disc, 0, centre)
        for widget in (self.title, self.text, self.thaw):
            self.column.addWidget(widget)
        self.column.addWidget(self.leave, 0, centre)
        self.thaw.clicked.connect(self.thaw_wanted)
        self.leave.clicked.connect(self.left)
        self.retranslate()

    def retranslate(self) -> None:
        """Why not, and what to do."""
        self.title.set_text(self.tr("Your account is frozen"))
        self.text.set_text(
            self.tr("Nothing was paid. Lift the freeze with your passphrase, then pay again.")
        )
        self.thaw.setText(self.tr("Lift the freeze…"))
        self.leave.setText(self.tr("Close"))

    def take_focus(self) -> None:
        """On the way out."""
        self.thaw.setFocus(Qt.FocusReason.TabFocusReason)
