"""The three big results: paid, waiting, not paid; each by colour, word and sign (design/5)."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.desktop.counter.words import kind_words, refusal_words
from app.desktop.theme.manager import colours
from app.desktop.theme.tokens import Radius, Space, Type
from app.desktop.widgets.amounts import AmountLabel, amount_text
from app.desktop.widgets.base import Live
from app.desktop.widgets.buttons import Button
from app.desktop.widgets.code_picture import QrPicture
from app.desktop.widgets.icon_label import IconLabel
from app.desktop.widgets.labels import Label, Paragraph
from app.desktop.widgets.ring import CountdownRing
from app.wallet.counter.sale import Sale, SaleState
from app.wallet.counter.till_flow import TillState, TillView

_LOOKS = {
    TillState.PAID: ("wash", "on_wash", "check-circle-fill"),
    TillState.WAITING: ("warning_wash", "warning", "hourglass-medium"),
    TillState.NOT_PAID: ("danger_wash", "danger", "x-circle-fill"),
}
_SIGN = 88
_QR = 300


class ResultFace(Live, QWidget):
    """Fills the page with one result. It asks for nothing that Enter and Esc don't answer."""

    next_wanted = Signal()
    cancel_wanted = Signal()
    print_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make it; see :meth:`show_view`."""
        super().__init__(parent)
        self.setObjectName("SellResult")
        self._view = TillView(TillState.WAITING)
        self._cancelling = False
        self._now = 0
        self.sign = IconLabel("check-circle-fill", "on_wash", size=_SIGN)
        self.word = Label("", "figure")
        self.word.setObjectName("SellResultWord")
        self.amount = AmountLabel("SellResultAmount", size=Type.FIGURE + Space.XXL)
        self.amount.centre()
        self.detail = Paragraph("", "lead", centred=True)
        self.detail.setObjectName("SellResultDetail")
        self.detail.setMaximumWidth(640)
        self.qr = QrPicture("SellQr", _QR)
        self.ring = CountdownRing("SellRing", 56)
        self.hint = Paragraph("", "body-muted", centred=True)
        self.go = Button("", "primary", "SellNext", large=True)
        self.slip = Button("", "secondary", "SellPrint", icon="printer", large=True)
        self.cancel = Button("", "secondary", "SellCancel", large=True)
        self.go.clicked.connect(self.next_wanted)
        self.slip.clicked.connect(self.print_wanted)
        self.cancel.clicked.connect(self.cancel_wanted)
        self._lay_out()
        self.retranslate()

    def _lay_out(self) -> None:
        centre = Qt.AlignmentFlag.AlignHCenter
        buttons = QHBoxLayout()
        buttons.setSpacing(Space.M)
        buttons.addStretch(1)
        for button in (self.cancel, self.slip, self.go):
            button.setMinimumWidth(180)
            buttons.addWidget(button)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.XXL, Space.XL, Space.XXL, Space.XL)
        column.setSpacing(Space.M)
        column.addStretch(1)
        column.addWidget(self.sign, 0, centre)
        column.addWidget(self.word, 0, centre)
        column.addWidget(self.amount)
        column.addWidget(self.qr, 0, centre)
        column.addWidget(self.ring, 0, centre)
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(self.detail, 1000)
        middle.addStretch(1)
        column.addLayout(middle)
        column.addStretch(1)
        column.addWidget(self.hint)
        column.addLayout(buttons)

    def show_view(self, view: TillView, now_ms: int) -> None:
        """Draw what the flow says.

        Args:
            view: WAITING, PAID or NOT_PAID.
            now_ms: For the countdown, Unix milliseconds.
        """
        if view.sale is None or view.state is not TillState.WAITING:
            self._cancelling = False
        self._view = view
        self._now = now_ms
        _, ink, icon = _LOOKS[view.state]
        sale = view.sale
        code = sale.code if sale and view.state is TillState.WAITING and self._asking else ""
        self.sign.setVisible(not code)
        self.sign.show_icon(icon, ink)
        self.qr.setVisible(bool(code))
        if code:
            self.qr.show_text(code)
        self._count_down()
        self.retranslate()
        self.update()

    @property
    def _asking(self) -> bool:
        sale = self._view.sale
        return sale is not None and sale.kind == "order" and sale.state is SaleState.USERPAYING

    def ask_cancel(self) -> bool:
        """Esc while waiting: the first asks, the second means it; True when it is meant."""
        if self._cancelling:
            return True
        self._cancelling = True
        self.retranslate()
        return False

    @property
    def taking_back(self) -> bool:
        """Whether the sale is being taken back: the next customer may be served meanwhile."""
        sale = self._view.sale
        return sale is not None and sale.state is SaleState.REVERSING

    def _count_down(self) -> None:
        sale = self._view.sale
        rest = (sale.deadline - self._now) // 1000 if sale and sale.deadline else 0
        waiting = self._view.state is TillState.WAITING and rest > 0
        self.ring.setVisible(waiting and not self.taking_back)
        if waiting and sale is not None:
            self.ring.start(rest, max(rest, (sale.deadline - sale.at) // 1000))
        else:
            self.ring.stop()

    def retranslate(self) -> None:
        """Every word, for the result that is shown."""
        view, sale = self._view, self._view.sale
        wish = view.wish
        currency = sale.currency if sale else "CNY"
        amount = sale.amount if sale else wish.amount if wish else 0
        self.amount.show_amount(amount, currency)
        self.word.setText(self._word())
        self.word.set_tone(
            {TillState.PAID: "wash", TillState.WAITING: "warning"}.get(view.state, "danger")  # type: ignore[arg-type]  # tones
        )
        self.detail.set_text(self._detail())
        self.hint.set_text(self._hint())
        self.go.setText(self.tr("Serve the next one") if self.taking_back else self.tr("Next sale"))
        self.slip.setText(self.tr("Print slip"))
        self.cancel.setText(
            self.tr("Yes, take it back") if self._cancelling else self.tr("Cancel the sale")
        )
        waiting = view.state is TillState.WAITING
        self.go.setVisible(not waiting or self.taking_back)
        self.cancel.setVisible(waiting and not self.taking_back)
        self.slip.setVisible(view.state is TillState.PAID)
        self.setAccessibleName(f"{self.word.text()} {self.amount.text()}")

    def _word(self) -> str:
        view, sale = self._view, self._view.sale
        if view.state is TillState.PAID:
            return self.tr("Paid")
        if view.state is TillState.NOT_PAID:
            return self.tr("Not paid")
        if sale is not None and sale.state is SaleState.USERPAYING:
            return self.tr("Waiting for the customer")
        if self.taking_back:
            return self.tr("Taking it back")
        return self.tr("One moment")

    def _detail(self) -> str:
        view, sale = self._view, self._view.sale
        if view.state is TillState.NOT_PAID:
            return self._why_not()
        if sale is None:
            return ""
        return self._paid(sale) if view.state is TillState.PAID else self._waiting(sale)

    def _paid(self, sale: Sale) -> str:
        parts = [kind_words(sale), sale.payer]
        if sale.points_earned:
            beans = self.tr("{count} K-Beans for the customer")
            parts.append(beans.format(count=sale.points_earned))
        return " · ".join(part for part in parts if part)

    def _waiting(self, sale: Sale) -> str:
        if self._asking:
            return self.tr("The customer scans this code, here or on the display.")
        return {
            SaleState.USERPAYING: self.tr("The customer has to confirm in the wallet."),
            SaleState.REVERSING: self.tr(
                "Don't hand anything over. If it was paid, the money goes back by itself."
            ),
            SaleState.UNKNOWN: self.tr("No answer yet; asking what became of the sale."),
        }.get(sale.state, "")

    def _why_not(self) -> str:
        sale, failure = self._view.sale, self._view.failure
        if sale is not None and sale.state is SaleState.REVOKED:
            return self.tr("It was paid and taken back: the customer has the money again.")
        if failure is None:
            return self.tr("Nothing was paid, and nothing will be.")
        return refusal_words(failure)

    def _hint(self) -> str:
        view = self._view
        if view.state is not TillState.WAITING or self.taking_back:
            return self.tr("Enter, or just type the next amount.")
        if self._cancelling:
            sale = view.sale
            amount = amount_text(sale.amount, sale.currency) if sale else ""
            words = self.tr("Press Esc once more to cancel the sale of {amount}.")
            return words.format(amount=amount)
        return self.tr("Esc cancels the sale.")

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: the result's colour behind everything."""
        del event
        ground, _, _ = _LOOKS[self._view.state]
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(getattr(colours(), ground)))
        painter.drawRoundedRect(QRectF(self.rect()), Radius.CARD, Radius.CARD)
