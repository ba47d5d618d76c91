"""The last five sales, always in sight: a cashier sees whether the last one went through."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QVBoxLayout, QWidget

from app.desktop.components.when import time_words
from app.desktop.counter.words import kind_words, mark_of
from app.desktop.theme.manager import colours
from app.desktop.theme.tokens import Radius, Size, Space, Type
from app.desktop.widgets.amounts import amount_text
from app.desktop.widgets.base import Live, clear
from app.desktop.widgets.buttons import Button
from app.desktop.widgets.labels import Label, Paragraph, tabular
from app.desktop.widgets.notes import Banner
from app.wallet.counter.board import CounterSnapshot
from app.wallet.counter.sale import Notice, Sale, SaleState

SHOWN = 5
WIDTH = 288
NARROW = 208
"""The column in a window too narrow for both it and the page."""
_HEIGHT = 64


class SaleRow(QAbstractButton):
    """One sale: time, amount, sign and word. A press opens it."""

    def __init__(self, sale: Sale, name: str, parent: QWidget | None = None) -> None:
        """Draw one sale."""
        super().__init__(parent)
        self.sale = sale
        self.setObjectName(name)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.say()

    def say(self) -> None:
        """The words of the row, for eyes and for a screen reader."""
        sale = self.sale
        mark = mark_of(sale)
        amount = amount_text(sale.amount, sale.currency)
        self.setText(amount)
        when = time_words(sale.at)
        self.setAccessibleName(f"{when} {amount} {mark.word} {kind_words(sale)}")
        self.setToolTip(sale.slip_number)
        self.update()

    def sizeHint(self) -> QSize:
        """Qt: one row."""
        return QSize(NARROW - Space.L, _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: sign, amount, word below, time at the right."""
        from app.desktop.theme.icons import pixmap

        del event
        palette, sale = colours(), self.sale
        mark = mark_of(sale)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.setPen(Qt.PenStyle.NoPen)
        if self.hasFocus():
            painter.setPen(QColor(palette.bean))
        painter.setBrush(QColor(palette.sunken if self.underMouse() else palette.surface))
        painter.drawRoundedRect(area, Radius.CONTROL, Radius.CONTROL)
        side = Size.ICON + 4
        picture = pixmap(mark.icon, mark.ink, side, self.devicePixelRatioF())
        painter.drawPixmap(Space.M, (_HEIGHT - side) // 2, picture)
        left = Space.M + side + Space.M
        font = tabular(self.font())
        font.setPixelSize(Type.LEAD)
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(QColor(palette.text))
        upper = QRectF(left, 8, area.width() - left, 26)
        painter.drawText(upper, Qt.AlignmentFlag.AlignVCenter, self.text())
        font.setPixelSize(Type.SMALL)
        font.setBold(False)
        painter.setFont(font)
        painter.setPen(QColor(palette.muted))
        right = QRectF(0, 8, area.width() - Space.M, 26)
        aside = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(right, int(aside), time_words(sale.at))
        painter.setPen(QColor(getattr(palette, mark.ink)))
        lower = QRectF(left, 34, area.width() - left - Space.M, 22)
        words = f"{mark.word} · {kind_words(sale)}"
        measure = painter.fontMetrics()
        shown = measure.elidedText(words, Qt.TextElideMode.ElideRight, round(lower.width()))
        painter.drawText(lower, Qt.AlignmentFlag.AlignVCenter, shown)


class LastSales(Live, QWidget):
    """The column beside every page: what was found out, the last sales, and what hangs."""

    opened = Signal(object)
    read = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make it empty."""
        super().__init__(parent)
        self.setObjectName("LastSales")
        self.fit(wide=True)
        self.setProperty("kind", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._snapshot = CounterSnapshot()
        self.title = Label("", "strong")
        self.notice = Banner("CounterNotice", "warning")
        self.notice.dismissed.connect(self._read)
        self.open = Banner("CounterOpen", "warning")
        self.empty = Paragraph("", "muted")
        self.rows: list[SaleRow] = []
        self.all = Button("", "quiet", "LastSalesAll")
        self._list = QVBoxLayout()
        self._list.setSpacing(Space.S)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.L, Space.L, Space.L, Space.L)
        column.setSpacing(Space.M)
        column.addWidget(self.notice)
        column.addWidget(self.open)
        column.addWidget(self.title)
        column.addLayout(self._list)
        column.addWidget(self.empty)
        column.addStretch(1)
        column.addWidget(self.all)
        self.retranslate()

    def fit(self, *, wide: bool) -> None:
        """Take the usual room, or less."""
        self.setFixedWidth(WIDTH + 2 * Space.L if wide else NARROW + Space.L)

    def show_snapshot(self, snapshot: CounterSnapshot) -> None:
        """Draw what is known now."""
        old, self._snapshot = self._snapshot, snapshot
        if old.sales[:SHOWN] != snapshot.sales[:SHOWN]:
            self._fill()
        self._say()

    def _fill(self) -> None:
        clear(self._list)
        self.rows = [
            SaleRow(sale, f"LastSale{at}") for at, sale in enumerate(self._snapshot.sales[:SHOWN])
        ]
        for row in self.rows:
            row.clicked.connect(lambda _=False, sale=row.sale: self.opened.emit(sale))
            self._list.addWidget(row)

    def retranslate(self) -> None:
        """Every word."""
        for row in self.rows:
            row.say()
        self.title.setText(self.tr("Last sales"))
        self.all.setText(self.tr("All sales and refunds"))
        self.empty.set_text(self.tr("The last five sales stand here, with how they ended."))
        self._say()

    def _say(self) -> None:
        here = self._snapshot
        self.empty.setVisible(not here.sales)
        self.open.setVisible(here.open_sales + here.open_refunds > 0)
        words = self.tr("%n result(s) not known yet", "", here.open_sales + here.open_refunds)
        self.open.set_words(words, self.tr("Asked after by itself until it is known."))
        self.notice.setVisible(bool(here.notices))
        if here.notices:
            notice = here.notices[0]
            good = notice.state is SaleState.SUCCESS and not notice.missing
            self.notice.set_tone("good" if good else "warning")
            self.notice.set_words(*self._notice_words(notice))
            self.notice.make_dismissible(self.tr("Understood"))

    def _notice_words(self, notice: Notice) -> tuple[str, str]:
        amount = amount_text(notice.amount, notice.currency)
        when = time_words(notice.sold_at)
        if notice.missing:
            text = self.tr("No payment has its eight digits. Open it to see more.")
            if notice.lost:
                text = self.tr("Another till sold against the same payment. Open it to see more.")
            return self.tr("Sale of {amount}, {when}").format(amount=amount, when=when), text
        if notice.refund:
            done = notice.state is SaleState.REVOKED
            text = self.tr("It went through.") if done else self.tr("It was refused.")
            return self.tr("Refund of {amount}, {when}").format(amount=amount, when=when), text
        text = {
            SaleState.SUCCESS: self.tr("It was paid."),
            SaleState.REVOKED: self.tr("It had been paid; the customer has the money again."),
        }.get(notice.state, self.tr("It was not paid, and won't be."))
        return self.tr("Sale of {amount}, {when}").format(amount=amount, when=when), text

    def _read(self) -> None:
        if self._snapshot.notices:
            notice = self._snapshot.notices[0]
            self.read.emit(notice.refund or notice.out_trade_no)
