"""A month to choose a day in; other days that belong to it are marked."""

from __future__ import annotations

import calendar
import datetime as dt

from PySide6.QtCore import QDate, QLocale, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.desktop.theme.manager import colours
from app.desktop.theme.tokens import Size, Space, Type
from app.desktop.widgets.base import Live
from app.desktop.widgets.buttons import IconButton
from app.desktop.widgets.labels import Label, tabular

_CELL = 34
_HEAD = 24


class MonthGrid(Live, QWidget):
    """One month at a time. ``chosen`` carries the :class:`datetime.date` of a click or Enter."""

    chosen = Signal(object)

    def __init__(
        self, name: str, day: dt.date, earliest: dt.date, parent: QWidget | None = None
    ) -> None:
        """Show the month of ``day``; days before ``earliest`` can't be chosen."""
        super().__init__(parent)
        self.setObjectName(name)
        self.title = Label("", "strong")
        self.before = IconButton("caret-left", f"{name}Before", ink="text")
        self.after = IconButton("caret-right", f"{name}After", ink="text")
        self.days = _Days(f"{name}Days", day, earliest)
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.before)
        head.addWidget(self.after)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XS)
        column.addLayout(head)
        column.addWidget(self.days)
        self.before.clicked.connect(lambda: self.turn(-1))
        self.after.clicked.connect(lambda: self.turn(1))
        self.days.turned.connect(self.retranslate)
        self.days.picked.connect(self.chosen)
        self.retranslate()

    @property
    def day(self) -> dt.date:
        """The chosen day."""
        return self.days.day

    def mark(self, marked: list[dt.date], words: str) -> None:
        """Mark these days, said in words too."""
        self.days.marked = frozenset(marked)
        self.days.setAccessibleDescription(words)
        self.days.update()

    def turn(self, months: int) -> None:
        """Look at another month."""
        self.days.turn(months)

    def retranslate(self) -> None:
        """The month's name and the arrows."""
        month = self.days.month
        pattern = self.tr("MMMM yyyy", "a month above its days")
        self.title.setText(QLocale().toString(QDate(month.year, month.month, 1), pattern))
        self.before.set_words(self.tr("The month before"))
        self.after.set_words(self.tr("The month after"))
        self.before.setEnabled(month > self.days.earliest.replace(day=1))
        self.days.setAccessibleName(self.tr("Days of {month}").format(month=self.title.text()))


class _Days(QWidget):
    """The days themselves: painted, chosen by mouse and keys."""

    picked = Signal(object)
    turned = Signal()

    def __init__(self, name: str, day: dt.date, earliest: dt.date) -> None:
        super().__init__()
        self.setObjectName(name)
        self.day = day
        self.earliest = earliest
        self.month = day.replace(day=1)
        self.marked: frozenset[dt.date] = frozenset()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def turn(self, months: int) -> None:
        """Show another month."""
        number = self.month.year * 12 + self.month.month - 1 + months
        month = dt.date(number // 12, number % 12 + 1, 1)
        if month >= self.earliest.replace(day=1):
            self.month = month
            self.turned.emit()
            self.update()

    def choose(self, day: dt.date) -> None:
        """Take a day, and its month with it."""
        self.day = max(day, self.earliest)
        self.month = self.day.replace(day=1)
        self.turned.emit()
        self.update()
        self.picked.emit(self.day)

    def cell(self, day: dt.date) -> QRectF:
        """Where a day of this month stands."""
        lead = self.month.weekday()
        number = lead + day.day - 1
        width = self.width() / 7
        return QRectF((number % 7) * width, _HEAD + (number // 7) * _CELL, width, _CELL)

    def sizeHint(self) -> QSize:
        """Qt: six weeks."""
        return QSize(7 * _CELL, _HEAD + 6 * _CELL)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt: choose the day under the mouse."""
        point = event.position()
        for day in self._all():
            if self.cell(day).contains(point) and day >= self.earliest:
                self.choose(day)
                return

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: arrows walk by days and weeks, the page keys by months."""
        steps = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -7,
            Qt.Key.Key_Down: 7,
        }
        key = Qt.Key(event.key())
        if key in steps:
            self.choose(self.day + dt.timedelta(days=steps[key]))
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            self.turn(-1 if key == Qt.Key.Key_PageUp else 1)
        else:
            super().keyPressEvent(event)

    def _all(self) -> list[dt.date]:
        last = calendar.monthrange(self.month.year, self.month.month)[1]
        return [self.month.replace(day=number) for number in range(1, last + 1)]

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: weekdays, days, the marked ones on a soft disc, the chosen one filled."""
        del event
        palette = colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = tabular(self.font())
        font.setPixelSize(Type.CAPTION)
        painter.setFont(font)
        painter.setPen(QColor(palette.muted))
        width = self.width() / 7
        middle = Qt.AlignmentFlag.AlignCenter
        for number in range(7):
            word = QLocale().dayName(number + 1, QLocale.FormatType.NarrowFormat)
            painter.drawText(QRectF(number * width, 0, width, _HEAD), middle, word)
        font.setPixelSize(Type.SMALL)
        painter.setFont(font)
        side = _CELL - 4
        for day in self._all():
            cell = self.cell(day)
            disc = QRectF(0, 0, side, side)
            disc.moveCenter(QPointF(cell.center()))
            ink = palette.text if day >= self.earliest else palette.line
            if day == self.day:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(palette.bean))
                painter.drawEllipse(disc)
                ink = palette.on_bean
            elif day in self.marked:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(palette.wash))
                painter.drawEllipse(disc)
                ink = palette.on_wash
            painter.setPen(QColor(ink))
            painter.drawText(cell, middle, str(day.day))
            if day == self.day and self.hasFocus():
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(QColor(palette.text), Size.FOCUS))
                painter.drawEllipse(disc.adjusted(-2, -2, 2, 2))
