"""When K-Beans expire, on one line: a disc a month, as large as what goes."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QDate, QLocale, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.desktop.components.when import moment, month_words
from app.desktop.theme.manager import colours
from app.desktop.theme.tokens import Type
from app.desktop.widgets.amounts import count_text
from app.desktop.widgets.base import Live
from app.desktop.widgets.labels import tabular
from app.protocol.messages.payments import PointLot

_MONTHS = 12
_SMALLEST, _LARGEST = 5.0, 15.0


class BeansTimeline(Live, QWidget):
    """The coming twelve months; what expires later is summed up at the end by its owner."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make it empty."""
        super().__init__(parent)
        self.setObjectName("BeansTimeline")
        self._lots: tuple[PointLot, ...] = ()
        self._today = QDate.currentDate()
        self.setMinimumHeight(104)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_lots(self, lots: tuple[PointLot, ...], today: QDate) -> None:
        """Draw what expires in the twelve months from ``today``."""
        self._lots = lots
        self._today = today
        self.retranslate()
        self.update()

    def sizeHint(self) -> QSize:
        """Qt: a wide line."""
        return QSize(600, 104)

    def by_month(self) -> list[tuple[QDate, int]]:
        """(first of the month, K-Beans that expire in it), this month first."""
        first = QDate(self._today.year(), self._today.month(), 1)
        months = [first.addMonths(number) for number in range(_MONTHS)]
        sums = dict.fromkeys([(month.year(), month.month()) for month in months], 0)
        for lot in self._lots:
            day = moment(lot.expires_at).date()
            key = (day.year(), day.month())
            if key in sums:
                sums[key] += lot.remaining
        return [(month, sums[month.year(), month.month()]) for month in months]

    def retranslate(self) -> None:
        """The same in words, for screen readers."""
        told = [
            QCoreApplication.translate("Beans", "{month}: {count}").format(
                month=month_words(month), count=count_text(count)
            )
            for month, count in self.by_month()
            if count
        ]
        title = QCoreApplication.translate("Beans", "What expires when")
        self.setAccessibleName(", ".join([title, *told]))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: a line, discs, counts above and months below."""
        del event
        palette = colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        months = self.by_month()
        most = max((count for _, count in months), default=0)
        slot = self.width() / _MONTHS
        base = 52.0
        painter.setPen(QPen(QColor(palette.line), 2))
        painter.drawLine(QPointF(slot / 2, base), QPointF(self.width() - slot / 2, base))
        font = tabular(QFont(self.font()))
        font.setPixelSize(Type.SMALL)
        for index, (month, count) in enumerate(months):
            centre = QPointF((index + 0.5) * slot, base)
            self._disc(painter, centre, count, most, soon=index == 0)
            above = QRectF(centre.x() - slot / 2, base - 44, slot, 22)
            below = QRectF(centre.x() - slot / 2, base + 22, slot, 22)
            middle = Qt.AlignmentFlag.AlignCenter
            font.setWeight(QFont.Weight.DemiBold)
            painter.setFont(font)
            if count:
                painter.setPen(QColor(palette.warning if index == 0 else palette.gold_text))
                painter.drawText(above, middle, count_text(count))
            font.setWeight(QFont.Weight.Normal)
            painter.setFont(font)
            painter.setPen(QColor(palette.text if count else palette.muted))
            painter.drawText(below, middle, _short_month(month))

    @staticmethod
    def _disc(painter: QPainter, centre: QPointF, count: int, most: int, *, soon: bool) -> None:
        palette = colours()
        if not count:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(palette.line))
            painter.drawEllipse(centre, 4, 4)
            return
        share = (count / most) ** 0.5
        radius = _SMALLEST + (_LARGEST - _SMALLEST) * share
        painter.setPen(QPen(QColor(palette.surface), 3))
        painter.setBrush(QColor(palette.warning if soon else palette.gold))
        painter.drawEllipse(centre, radius, radius)


def _short_month(month: QDate) -> str:
    pattern = QCoreApplication.translate("When", "MMM", "a month on a time line")
    return QLocale().toString(month, pattern)
