"""The list of movements: rows painted by hand, months headed, 100,000 of them fluid.

A table of one column, because Qt's list view walks over every row whenever anything changes; the
table knows the height of all rows by multiplication.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QHBoxLayout,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from app.desktop.components.movement_model import (
    ROW_ROLE,
    AnyIndex,
    Heading,
    MovementModel,
    Part,
    Row,
)
from app.desktop.theme.icons import pixmap
from app.desktop.theme.manager import colours
from app.desktop.theme.tokens import Radius, Size, Space, Type
from app.desktop.widgets.base import Live
from app.desktop.widgets.labels import Figures, Label, tabular
from app.protocol.messages.payments import Movement
from app.wallet.marks import Noted

ROW = 64
_DISC = 40
_AHEAD = 60
"""Rows beyond the edge that are fetched before they are reached."""


class MovementDelegate(QStyledItemDelegate):
    """Paints one row: disc with icon, two lines of words, amount and K-Beans at the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make it; fonts are made with the first row."""
        super().__init__(parent)
        self._fonts: dict[tuple[int, int, str], QFont] = {}

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        """Qt: all rows are equally high, which keeps 100,000 of them fluid."""
        del index
        return QSize(option.rect.width(), ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """Qt: one row."""
        row = index.data(ROW_ROLE)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(option.rect)
        if isinstance(row, Heading):
            self._heading(painter, box, row)
        elif isinstance(row, Row):
            self._ground(painter, box, option.state)
            chosen = bool(option.state & QStyle.StateFlag.State_Selected)
            self._movement(painter, box, row, chosen)
        else:
            self._waiting(painter, box)
        painter.restore()

    def _font(self, size: int, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
        family = QApplication.font().family()
        key = (size, weight.value, family)
        font = self._fonts.get(key)
        if font is None:
            font = QFont(QApplication.font())
            font.setPixelSize(size)
            font.setWeight(weight)
            self._fonts[key] = font
        return font

    def _heading(self, painter: QPainter, box: QRectF, heading: Heading) -> None:
        painter.setPen(QColor(colours().muted))
        inside = box.adjusted(Space.M, 0, -Space.M, -Space.S)
        painter.setFont(self._font(Type.SMALL, QFont.Weight.DemiBold))
        bottom = Qt.AlignmentFlag.AlignBottom
        painter.drawText(inside, bottom | Qt.AlignmentFlag.AlignLeft, heading.month)
        painter.setFont(tabular(self._font(Type.SMALL)))
        painter.drawText(inside, bottom | Qt.AlignmentFlag.AlignRight, heading.totals)

    @staticmethod
    def _waiting(painter: QPainter, box: QRectF) -> None:
        """A row that is on its way: grey where the words will stand."""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours().sunken))
        left = box.left() + Space.M
        painter.drawEllipse(QRectF(left, box.center().y() - _DISC / 2, _DISC, _DISC))
        left += _DISC + Space.M
        painter.drawRoundedRect(QRectF(left, box.top() + 16, 160, 12), 6, 6)
        painter.drawRoundedRect(QRectF(left, box.top() + 36, 240, 10), 5, 5)

    @staticmethod
    def _ground(painter: QPainter, box: QRectF, state: QStyle.StateFlag) -> None:
        palette = colours()
        inside = box.adjusted(1, 1, -1, -1)
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        if chosen or state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(palette.wash if chosen else palette.sunken))
            painter.drawRoundedRect(inside, Radius.CONTROL, Radius.CONTROL)
        if state & QStyle.StateFlag.State_HasFocus and state & QStyle.StateFlag.State_Selected:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QColor(palette.bean))
            painter.drawRoundedRect(inside, Radius.CONTROL, Radius.CONTROL)

    def _movement(self, painter: QPainter, box: QRectF, row: Row, chosen: bool) -> None:
        palette = colours()
        words = row.words
        left = box.left() + Space.M
        disc = QRectF(left, box.center().y() - _DISC / 2, _DISC, _DISC)
        painter.setPen(Qt.PenStyle.NoPen)
        ground = "surface" if chosen and words.ground == "wash" else words.ground
        painter.setBrush(QColor(getattr(palette, ground)))
        painter.drawEllipse(disc)
        ratio = painter.device().devicePixelRatioF()
        picture = pixmap(words.icon, words.ink, Size.ICON, ratio)
        edge = (_DISC - Size.ICON) / 2
        painter.drawPixmap(QPointF(disc.left() + edge, disc.top() + edge), picture)

        amount_font = tabular(self._font(Type.BODY, QFont.Weight.DemiBold))
        small = self._font(Type.SMALL)
        right_lines = (words.amount, words.beans)
        right = max(
            QFontMetricsF(amount_font).horizontalAdvance(right_lines[0]),
            QFontMetricsF(small).horizontalAdvance(right_lines[1]),
        )
        text_left = disc.right() + Space.M
        text_right = box.right() - Space.M - right - Space.L
        upper = QRectF(text_left, box.top() + 11, max(0.0, text_right - text_left), 22)
        lower = upper.translated(0, 22)
        self._line(painter, upper, words.title, self._font(Type.BODY, QFont.Weight.Medium), "text")
        self._line(painter, lower, row.second, small, "muted")

        painter.setFont(amount_font)
        painter.setPen(QColor(getattr(palette, words.amount_ink)))
        align = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        place = QRectF(box.right() - Space.M - right, upper.top(), right, upper.height())
        if not words.beans:
            place.moveTop(box.center().y() - upper.height() / 2)
        painter.drawText(place, align, words.amount)
        if words.beans:
            painter.setFont(small)
            painter.setPen(QColor(palette.gold_text))
            painter.drawText(place.translated(0, 22), align, words.beans)

    @staticmethod
    def _line(painter: QPainter, box: QRectF, words: str, font: QFont, ink: str) -> None:
        painter.setFont(font)
        painter.setPen(QColor(getattr(colours(), ink)))
        shown = QFontMetricsF(font).elidedText(words, Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)


class MonthLine(QWidget):
    """The month of the top row and what it adds up to; stands above the list."""

    def __init__(self) -> None:
        """Make it empty."""
        super().__init__()
        self.month = Label("", "muted")
        self.totals = Figures("", "muted")
        row = QHBoxLayout(self)
        # At the right as far as the rows below, which leave room for their scroll bar.
        row.setContentsMargins(Space.M, Space.S, 2 * Space.M, Space.XS)
        row.addWidget(self.month)
        row.addStretch(1)
        row.addWidget(self.totals)

    def text(self) -> str:
        """The month."""
        return self.month.text()

    def show_heading(self, heading: Heading) -> None:
        """Another month."""
        self.month.setText(heading.month)
        self.totals.setText(heading.totals)


class MovementList(Live, QTableView):
    """The list itself. ``opened`` carries the movement that was clicked or entered.

    ``heading`` is a line for the owner to place above: it names the month of the top row.
    ``looked`` says that other rows came into view; the owner fetches what they need.
    """

    opened = Signal(object)
    looked = Signal()

    def __init__(self, name: str, parent: QWidget | None = None, *, headings: bool = True) -> None:
        """Make it empty."""
        super().__init__(parent)
        self.setObjectName(name)
        self.rows = MovementModel(self, headings=headings)
        self.setModel(self.rows)
        self.setItemDelegate(MovementDelegate(self))
        self.setMouseTracking(True)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        down, across = self.verticalHeader(), self.horizontalHeader()
        down.hide()
        across.hide()
        down.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        down.setMinimumSectionSize(ROW)
        down.setDefaultSectionSize(ROW)
        across.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.heading = MonthLine()
        self._look = QTimer(self)
        self._look.setSingleShot(True)
        self._look.timeout.connect(self.looked)
        self.clicked.connect(self._open)
        self.verticalScrollBar().valueChanged.connect(self._moved)
        self.rows.modelReset.connect(self._moved)
        self.rows.dataChanged.connect(self._moved)

    def _moved(self) -> None:
        self.heading.show_heading(self.rows.heading(self.top_row()))
        self._look.start(0)

    def top_row(self) -> int:
        """The first row in view."""
        return max(0, self.verticalScrollBar().value() // ROW)

    def in_view(self) -> tuple[int, int]:
        """The first and last row in view."""
        first = self.top_row()
        return first, first + self.viewport().height() // ROW + 1

    def soon_in_view(self) -> tuple[int, int]:
        """The rows in view and those that are near."""
        first, last = self.in_view()
        return first - _AHEAD, last + _AHEAD

    def show_movements(
        self, items: Iterable[Movement], noted: Mapping[str, Noted] | None = None
    ) -> None:
        """Show these from the top; they are all there is, as far as is known."""
        row = self.currentIndex().data(ROW_ROLE)
        self.rows.replace(items, noted)
        self.scrollToTop()
        if isinstance(row, Row):
            self.select_movement(row.movement.movement_id)

    def set_parts(self, parts: Iterable[Part]) -> None:
        """Say how long the list really is; what is chosen and in view stays."""
        row, place = self.currentIndex().data(ROW_ROLE), self.verticalScrollBar().value()
        self.rows.set_parts(parts)
        if isinstance(row, Row):
            self.select_movement(row.movement.movement_id)
        self.verticalScrollBar().setValue(place)

    def shrink_to_rows(self) -> None:
        """Be as high as the rows: for short lists inside a page that scrolls itself."""
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFixedHeight(max(1, self.rows.rowCount()) * ROW)

    def retranslate(self) -> None:
        """Headings and dates in the new language."""
        self.rows.retranslate()
        self._moved()

    def select_movement(self, movement_id: str) -> None:
        """Mark a movement as the one that is open, if it has been fetched."""
        row = self.rows.row_of(movement_id)
        if row is not None:
            self.setCurrentIndex(self.rows.index(row, 0))

    def _open(self, index: AnyIndex) -> None:
        row = index.data(ROW_ROLE)
        if isinstance(row, Row):
            self.opened.emit(row.movement)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: a higher list shows more rows."""
        super().resizeEvent(event)
        self._moved()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: Enter opens what is chosen; Home and End go to the newest and the oldest."""
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._open(self.currentIndex())
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            last = self.rows.rowCount() - 1
            self.setCurrentIndex(self.rows.index(0 if key == Qt.Key.Key_Home else last, 0))
        else:
            super().keyPressEvent(event)
