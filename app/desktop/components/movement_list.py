"""The list of movements: month headings, rows painted by hand, pages fetched as one scrolls."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QPointF,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from app.desktop.components.movement_words import MovementWords, words_of
from app.desktop.components.when import day_words, moment, month_words, time_words
from app.desktop.theme.icons import pixmap
from app.desktop.theme.manager import colours
from app.desktop.theme.tokens import Radius, Size, Space, Type
from app.desktop.widgets.base import Live
from app.desktop.widgets.labels import Label, tabular
from app.protocol.messages.payments import Movement

AnyIndex = QModelIndex | QPersistentModelIndex
ROW = 64
MOVEMENT_ROLE = Qt.ItemDataRole.UserRole + 1
_DISC = 40


class MovementModel(QAbstractListModel):
    """Movements with a heading before every month but the first, which stands above the list.

    ``wanted`` asks the owner for the next page.
    """

    wanted = Signal()

    def __init__(self, parent: QWidget | None = None, *, headings: bool = True) -> None:
        """Make it empty."""
        super().__init__(parent)
        self._headings = headings
        self._rows: list[Movement | str] = []
        self._month = ""
        self._more = False
        self._asked = False

    def replace(self, items: Iterable[Movement], *, more: bool) -> None:
        """Begin anew with the first page."""
        self.beginResetModel()
        self._month = ""
        self._rows = self._with_headings(items)
        self._more, self._asked = more, False
        self.endResetModel()

    def append(self, items: Iterable[Movement], *, more: bool) -> None:
        """Add an older page."""
        rows = self._with_headings(items)
        self._more, self._asked = more, False
        if rows:
            first = len(self._rows)
            self.beginInsertRows(QModelIndex(), first, first + len(rows) - 1)
            self._rows.extend(rows)
            self.endInsertRows()

    def _with_headings(self, items: Iterable[Movement]) -> list[Movement | str]:
        rows: list[Movement | str] = []
        for item in items:
            if self._headings:
                month = month_words(moment(item.occurred_at).date())
                if month != self._month and self._month:
                    rows.append(month)
                self._month = month
            rows.append(item)
        return rows

    def month_at(self, row: int) -> str:
        """The month that a row stands in; nothing in an empty list."""
        if not 0 <= row < len(self._rows):
            return ""
        here = self._rows[row]
        return here if isinstance(here, str) else month_words(moment(here.occurred_at).date())

    def movements(self) -> list[Movement]:
        """The movements that have been fetched, without the headings."""
        return [row for row in self._rows if isinstance(row, Movement)]

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Qt: how many rows are here so far."""
        return 0 if parent.isValid() else len(self._rows)

    def canFetchMore(self, parent: AnyIndex) -> bool:
        """Qt: whether older ones exist."""
        return not parent.isValid() and self._more and not self._asked

    def fetchMore(self, parent: AnyIndex) -> None:
        """Qt: the end of the list is near."""
        del parent
        self._asked = True
        self.wanted.emit()

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Qt: the movement, and a sentence for screen readers."""
        row = self._rows[index.row()]
        if role == MOVEMENT_ROLE:
            return row
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            if isinstance(row, str):
                return row
            words = words_of(row)
            day = day_words(moment(row.occurred_at).date())
            return ", ".join(
                part for part in (words.title, words.detail, words.amount, words.beans, day) if part
            )
        return None

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        """Qt: headings can't be chosen."""
        if isinstance(self._rows[index.row()], str):
            return Qt.ItemFlag.ItemIsEnabled
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


class MovementDelegate(QStyledItemDelegate):
    """Paints one row: disc with icon, two lines of words, amount and K-Beans at the right."""

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        """Qt: all rows are equally high, which keeps 100,000 of them fluid."""
        del index
        return QSize(option.rect.width(), ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """Qt: one row."""
        row = index.data(MOVEMENT_ROLE)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(option.rect)
        if isinstance(row, str):
            self._heading(painter, box, row)
        else:
            state = option.state
            self._ground(painter, box, state)
            self._movement(painter, box, row, words_of(row))
        painter.restore()

    @staticmethod
    def _font(size: int, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
        from PySide6.QtWidgets import QApplication

        font = QFont(QApplication.font())
        font.setPixelSize(size)
        font.setWeight(weight)
        return font

    def _heading(self, painter: QPainter, box: QRectF, words: str) -> None:
        painter.setFont(self._font(Type.SMALL, QFont.Weight.DemiBold))
        painter.setPen(QColor(colours().muted))
        inside = box.adjusted(Space.M, 0, -Space.M, -Space.S)
        painter.drawText(inside, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft, words)

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

    def _movement(
        self, painter: QPainter, box: QRectF, movement: Movement, words: MovementWords
    ) -> None:
        palette = colours()
        left = box.left() + Space.M
        disc = QRectF(left, box.center().y() - _DISC / 2, _DISC, _DISC)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(getattr(palette, words.ground)))
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
        at = moment(movement.occurred_at)
        stamp = f"{day_words(at.date())} {time_words(movement.occurred_at)}"
        second = f"{stamp} · {words.detail}" if words.detail else stamp
        self._line(painter, upper, words.title, self._font(Type.BODY, QFont.Weight.Medium), "text")
        self._line(painter, lower, second, small, "muted")

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


class MovementList(Live, QListView):
    """The list itself. ``opened`` carries the movement that was clicked or entered.

    ``heading`` is a label for the owner to place above: it names the month of the top row.
    """

    opened = Signal(object)

    def __init__(self, name: str, parent: QWidget | None = None, *, headings: bool = True) -> None:
        """Make it empty."""
        super().__init__(parent)
        self.setObjectName(name)
        self.rows = MovementModel(self, headings=headings)
        self.setModel(self.rows)
        self.setItemDelegate(MovementDelegate(self))
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.heading = Label("", "muted")
        self.heading.setContentsMargins(Space.M, Space.S, 0, Space.XS)
        self.clicked.connect(self._open)
        self.verticalScrollBar().valueChanged.connect(self._name_month)
        self.rows.modelReset.connect(self._name_month)

    def _name_month(self) -> None:
        top = self.indexAt(QPoint(Space.S, 1))
        self.heading.setText(self.rows.month_at(max(0, top.row())))

    def show_movements(self, items: Iterable[Movement], *, more: bool = False) -> None:
        """Show these from the top."""
        self.rows.replace(items, more=more)
        self.scrollToTop()

    def shrink_to_rows(self) -> None:
        """Be as high as the rows: for short lists inside a page that scrolls itself."""
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFixedHeight(max(1, self.rows.rowCount()) * ROW)

    def retranslate(self) -> None:
        """Headings and dates in the new language."""
        self.rows.replace(self.rows.movements(), more=self.rows.canFetchMore(QModelIndex()))

    def _open(self, index: QModelIndex) -> None:
        row = index.data(MOVEMENT_ROLE)
        if isinstance(row, Movement):
            self.opened.emit(row)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: Enter opens what is chosen."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._open(self.currentIndex())
            return
        super().keyPressEvent(event)
