"""The faces of the sheet while K-Beans are exchanged: agree, the gift's code, the new coupon."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.desktop.components.deduction_choice import title_of
from app.desktop.components.movement_words import beans_words
from app.desktop.components.pay_faces import Face
from app.desktop.components.shop_cards import item_facts
from app.desktop.components.when import date_words
from app.desktop.theme.tokens import LIGHT, Radius, Space, Type
from app.desktop.widgets.amounts import AmountLabel, amount_text
from app.desktop.widgets.buttons import Button
from app.desktop.widgets.code_picture import QrPicture
from app.desktop.widgets.icon_label import IconLabel
from app.desktop.widgets.labels import Figures, Paragraph
from app.protocol.messages.points import Item, Redemption

_CENTRE = Qt.AlignmentFlag.AlignHCenter


class _SheetFace(Face):
    """A face with the sheet's own margins."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.column.setContentsMargins(Space.XL, Space.XL, Space.XL, Space.XL)
        self.title = Paragraph("", "lead", centred=True)
        self.text = Paragraph("", "body-muted", centred=True)
        self.leave = Button("", "quiet", f"{name}Close")
        self.leave.clicked.connect(self.left)


class RedeemFace(_SheetFace):
    """What is got for how many K-Beans; one button with the number on it."""

    agreed = Signal()

    def __init__(self, item: Item, balance: int) -> None:
        """Show an item to somebody who holds so many K-Beans."""
        super().__init__("Redeem")
        self._item = item
        self._balance = balance
        self.beans = AmountLabel("RedeemBeans", size=Type.FIGURE)
        self.beans.centre()
        self.facts = Paragraph("", "body-muted", centred=True)
        self.go = Button("", "primary", "RedeemButton", large=True)
        icon = "ticket" if item.kind == "coupon" else "gift"
        self.column.addWidget(
            IconLabel(icon, "gold_text", size=30, ground="gold_wash", disc=64), 0, _CENTRE
        )
        for widget in (self.title, self.beans, self.facts, self.text, self.error, self.go):
            self.column.addWidget(widget)
        self.column.addWidget(self.leave, 0, _CENTRE)
        self.go.clicked.connect(self.agreed)
        self.retranslate()

    def retranslate(self) -> None:
        """What happens when the button is pressed."""
        item = self._item
        self.title.set_text(title_of(item.names))
        self.beans.show_count(item.beans, ink="gold_text")
        self.facts.set_text(item_facts(item))
        left = beans_words(self._balance - item.beans)
        self.text.set_text(
            self.tr("The coupon is yours at once. {beans} are left afterwards.").format(beans=left)
            if item.kind == "coupon"
            else self.tr(
                "The K-Beans are held back until you collect it; you can change your mind "
                "until then. {beans} are left afterwards."
            ).format(beans=left)
        )
        self.go.setText(self.tr("Give {beans}").format(beans=beans_words(item.beans)))
        self.leave.setText(self.tr("Cancel"))

    def take_focus(self) -> None:
        """On the button that gives."""
        self.go.setFocus(Qt.FocusReason.TabFocusReason)


class GotFace(_SheetFace):
    """A coupon that is the person's now."""

    def __init__(self, redemption: Redemption) -> None:
        """Show what was got."""
        super().__init__("RedeemGot")
        self._redemption = redemption
        self.column.addWidget(
            IconLabel("check-bold", "on_wash", size=30, ground="wash", disc=64), 0, _CENTRE
        )
        self.column.addWidget(self.title)
        self.column.addWidget(self.text)
        self.leave.setProperty("kind", "primary")
        self.column.addWidget(self.leave)
        self.retranslate()

    def retranslate(self) -> None:
        """What it is worth and how it is used."""
        coupon = self._redemption.coupon
        self.title.set_text(
            self.tr("{name} is yours").format(name=title_of(self._redemption.names))
        )
        words = self.tr("You find it under what you have.")
        if coupon is not None:
            words = self.tr(
                "{amount} off until {day}. Choose it on the sheet when you pay."
            ).format(
                amount=amount_text(coupon.value, coupon.currency),
                day=date_words(coupon.expires_at),
            )
        self.text.set_text(words)
        self.leave.setText(self.tr("Done"))

    def take_focus(self) -> None:
        """On the only button."""
        self.leave.setFocus(Qt.FocusReason.TabFocusReason)


class GiftFace(_SheetFace):
    """The code of a gift that waits, large enough to be scanned or read out."""

    cancel_wanted = Signal()

    def __init__(self, redemption: Redemption) -> None:
        """Show a reserved redemption."""
        super().__init__("Gift")
        self.redemption = redemption
        self.qr = QrPicture("GiftQr", 200)
        self.qr.show_text(redemption.code)
        self.code = Figures("", "title")
        self.code.setAlignment(_CENTRE)
        self.back = Button("", "secondary", "GiftCancel", large=True)
        paper = _Paper(self.qr)
        self.column.addWidget(self.title)
        self.column.addWidget(paper, 0, _CENTRE)
        for widget in (self.code, self.text, self.error, self.back):
            self.column.addWidget(widget)
        self.column.addWidget(self.leave, 0, _CENTRE)
        self.back.clicked.connect(self.cancel_wanted)
        self.retranslate()

    def retranslate(self) -> None:
        """Where the code is shown, and the way back."""
        gift = self.redemption
        self.title.set_text(title_of(gift.names))
        self.code.setText(f"{gift.code[:4]} {gift.code[4:]}")
        spoken = " ".join(gift.code)
        self.code.setAccessibleName(self.tr("Code to collect it: {code}").format(code=spoken))
        self.qr.setAccessibleName(self.tr("The same code as a QR"))
        self.text.set_text(
            self.tr("Show this when you collect it, until {day}.").format(
                day=date_words(gift.expires_at or gift.created_at)
            )
        )
        self.back.setText(
            self.tr("I don't want it: free {beans}").format(beans=beans_words(gift.beans))
        )
        self.leave.setText(self.tr("Close"))

    def take_focus(self) -> None:
        """On the way out: nothing here needs pressing."""
        self.leave.setFocus(Qt.FocusReason.TabFocusReason)


class _Paper(QWidget):
    """White ground for a code, in dark themes too."""

    def __init__(self, picture: QWidget) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.M, Space.M, Space.M, Space.M)
        column.addWidget(picture)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: the white sheet."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(LIGHT.line))
        painter.setBrush(QColor(LIGHT.surface))
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(box, Radius.CARD, Radius.CARD)
