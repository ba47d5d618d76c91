"""What the customer sees: the amount, the QR to scan, the result (C2). A window of its own."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.desktop.theme.tokens import Space
from app.desktop.widgets.amounts import AmountLabel
from app.desktop.widgets.base import Live
from app.desktop.widgets.code_picture import QrPicture
from app.desktop.widgets.icon_label import IconLabel
from app.desktop.widgets.labels import Label, Paragraph
from app.desktop.widgets.mark import Mark
from app.wallet.counter.sale import Sale, SaleState
from app.wallet.counter.till_flow import TillState, TillView

_THANKS_MS = 6_000


class CustomerDisplay(Live, QWidget):
    """Follows the selling page; nothing on it can be pressed, and it never takes the keyboard."""

    def __init__(self, shop: str, currency: str) -> None:
        """Make it; ``shop`` greets while nothing is sold."""
        super().__init__()
        self.setObjectName("CustomerDisplay")
        self.setProperty("kind", "ground")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setWindowFlag(Qt.WindowType.WindowDoesNotAcceptFocus)
        self.resize(800, 600)
        self._shop, self._currency = shop, currency
        self._view = TillView()
        self._thanks = QTimer(self)
        self._thanks.setSingleShot(True)
        self._thanks.setInterval(_THANKS_MS)
        self._thanks.timeout.connect(lambda: self.show_view(TillView()))
        self.mark = Mark(72)
        self.sign = IconLabel("check-circle-fill", "on_wash", size=112)
        self.title = Label("", "figure")
        self.title.setObjectName("DisplayTitle")
        self.amount = AmountLabel("DisplayAmount", size=112)
        self.amount.centre()
        self.qr = QrPicture("DisplayQr", 340)
        self.text = Paragraph("", "title", centred=True)
        self.text.setObjectName("DisplayText")
        centre = Qt.AlignmentFlag.AlignHCenter
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.XXXL, Space.XXL, Space.XXXL, Space.XXL)
        column.setSpacing(Space.L)
        column.addStretch(1)
        for widget in (self.mark, self.sign, self.title):
            column.addWidget(widget, 0, centre)
        column.addWidget(self.amount)
        column.addWidget(self.qr, 0, centre)
        column.addWidget(self.text)
        column.addStretch(1)
        self.retranslate()

    def show_view(self, view: TillView) -> None:
        """What the cashier's page shows, in the customer's words."""
        self._thanks.stop()
        self._view = view
        self.retranslate()

    def thank(self, sale: Sale) -> None:
        """Somebody paid the printed code: say thanks while nothing else is sold."""
        wish = self._view.wish
        if self._view.state is TillState.IDLE and not (wish and wish.amount):
            self.show_view(TillView(TillState.PAID, sale))
            self._thanks.start()

    def open_up(self) -> None:
        """Fill a second screen where there is one, else stand as a window."""
        screens = QGuiApplication.screens()
        if len(screens) > 1:
            self.setGeometry(screens[1].geometry())
            self.showFullScreen()
        else:
            self.show()

    def retranslate(self) -> None:
        """Everything, for what is sold now."""
        view, sale = self._view, self._view.sale
        self.setWindowTitle(self.tr("Customer display"))
        amount = sale.amount if sale else view.wish.amount if view.wish else 0
        idle = view.state is TillState.IDLE and not amount
        waiting = view.state is TillState.WAITING
        code = sale.code if sale and waiting and sale.state is SaleState.USERPAYING else ""
        ends = {TillState.PAID, TillState.NOT_PAID}
        self.mark.setVisible(idle)
        self.sign.setVisible(view.state in ends)
        self.sign.show_icon(
            "check-circle-fill" if view.state is TillState.PAID else "x-circle-fill",
            "bean" if view.state is TillState.PAID else "danger",
        )
        self.amount.setVisible(not idle)
        self.amount.show_amount(amount, self._currency)
        self.qr.setVisible(bool(code))
        if code:
            self.qr.show_text(code)
            self.qr.setAccessibleName(self.tr("Code to pay with the K-Bean wallet"))
        self.title.setText(self._title(idle=idle))
        self.text.set_text(self._text(idle=idle, code=code))

    def _title(self, *, idle: bool) -> str:
        if idle:
            return self._shop
        return {
            TillState.PAID: self.tr("Paid, thank you"),
            TillState.NOT_PAID: self.tr("Not paid"),
        }.get(self._view.state, self.tr("To pay"))

    def _text(self, *, idle: bool, code: str) -> str:
        if idle:
            return self.tr("Welcome")
        if code:
            return self.tr("Scan this with your K-Bean wallet")
        if self._view.state is TillState.PAID:
            beans = self._view.sale.points_earned if self._view.sale else 0
            return self.tr("{count} K-Beans for you").format(count=beans) if beans else ""
        return self._unpaid()

    def _unpaid(self) -> str:
        view, sale = self._view, self._view.sale
        if view.state is TillState.NOT_PAID:
            return self.tr("Nothing was taken from you")
        if sale is not None and sale.state is SaleState.USERPAYING:
            return self.tr("Please confirm in your wallet")
        if view.state is TillState.WAITING:
            return self.tr("One moment")
        return self.tr("Please show your payment code")
