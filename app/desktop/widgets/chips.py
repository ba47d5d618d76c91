"""Chips: a filter that opens a menu of choices, and a condition that can be taken away."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QLayout, QLayoutItem, QMenu, QPushButton, QWidget

from app.desktop.theme.tokens import Size, Space
from app.desktop.widgets.base import Live, restyle_by


class Option(NamedTuple):
    """One choice of a chip's menu; the key ``""`` takes the filter away."""

    key: str
    words: str
    icon: str = ""


class Chip(Live, QPushButton):
    """A small round button; Enter presses it too."""

    def __init__(
        self, name: str, parent: QWidget | None = None, *, icon: str = "caret-down"
    ) -> None:
        """Make it quiet; ``icon`` stands at its right."""
        super().__init__(parent)
        self._icon = icon
        self.setObjectName(name)
        self.setProperty("kind", "chip")
        self.setProperty("chosen", False)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # the sign follows the words
        self.restyle()

    def restyle(self) -> None:
        """The sign takes the colour of the words."""
        from app.desktop.theme.icons import icon

        ink = "on_wash" if self.property("chosen") else "muted"
        self.setIcon(icon(self._icon, ink))
        self.setIconSize(QSize(14, 14))

    def set_words(self, words: str, told: str = "") -> None:
        """What stands on it, and what a screen reader says (the same by default)."""
        self.setText(words.replace("&", "&&"))
        self.setAccessibleName(told or words)

    def mark(self, *, chosen: bool) -> None:
        """Show that it narrows what is listed."""
        restyle_by(self, chosen=chosen)
        self.restyle()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: Enter presses it as Space does."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
            return
        super().keyPressEvent(event)


class MenuChip(Chip):
    """A filter: its name while nothing is chosen, else the choice. ``picked`` carries the key."""

    picked = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        """Make it without choices."""
        super().__init__(name, parent)
        self._name = ""
        self._options: tuple[Option, ...] = ()
        self._key = ""
        self.menu_ = QMenu(self)
        self.menu_.setObjectName(f"{name}Menu")
        self.clicked.connect(self.open_menu)

    def set_options(self, name: str, options: Iterable[Option]) -> None:
        """Its name and what can be chosen; the choice in force stays."""
        self._name = name
        self._options = tuple(options)
        self._draw()

    def key(self) -> str:
        """The choice in force, or nothing."""
        return self._key

    def choose(self, key: str) -> None:
        """Put a choice in force without saying that the person did."""
        self._key = key
        self._draw()

    def open_menu(self) -> None:
        """Open the menu under the chip."""
        from app.desktop.theme.icons import icon

        self.menu_.clear()
        for option in self._options:
            action = QAction(option.words.replace("&", "&&"), self.menu_)
            action.setObjectName(f"{self.objectName()}_{option.key or 'any'}")
            action.setCheckable(True)
            action.setChecked(option.key == self._key)
            if option.icon:
                action.setIcon(icon(option.icon, "muted"))
            action.triggered.connect(lambda _=False, key=option.key: self._pick(key))
            self.menu_.addAction(action)
        self.menu_.popup(self.mapToGlobal(QPoint(0, self.height() + Space.XS)))

    def _pick(self, key: str) -> None:
        self.choose(key)
        self.picked.emit(key)

    def _draw(self) -> None:
        words = next((option.words for option in self._options if option.key == self._key), "")
        chosen = bool(self._key and words)
        self.set_words(words if chosen else self._name, f"{self._name}: {words}")
        self.mark(chosen=chosen)


class Flow(QLayout):
    """Widgets side by side, and on further lines where there is no room."""

    def __init__(self, parent: QWidget | None = None, *, gap: int = Space.S) -> None:
        """Make it empty."""
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._gap = gap
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:
        """Qt: one more."""
        self._items.append(item)

    def count(self) -> int:
        """Qt: how many."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """Qt: one of them."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """Qt: take one out."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        """Qt: it takes no more than it needs."""
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        """Qt: the lines depend on the width."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Qt: how high all lines are."""
        return self._lay(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, rect: QRect) -> None:
        """Qt: put everything in its place."""
        super().setGeometry(rect)
        self._lay(rect, move=True)

    def sizeHint(self) -> QSize:
        """Qt: one line of everything."""
        sizes = [item.sizeHint() for item in self._items if not item.isEmpty()]
        width = sum(size.width() + self._gap for size in sizes)
        return QSize(width, max((size.height() for size in sizes), default=0))

    def minimumSize(self) -> QSize:
        """Qt: as wide as the widest."""
        sizes = [item.minimumSize() for item in self._items if not item.isEmpty()]
        wide = max((size.width() for size in sizes), default=0)
        return QSize(wide, max((size.height() for size in sizes), default=0))

    def _lay(self, rect: QRect, *, move: bool) -> int:
        x, y, line = rect.x(), rect.y(), 0
        for item in self._items:
            if item.isEmpty():
                continue
            size = item.sizeHint()
            width = min(size.width(), max(rect.width(), Size.TARGET))
            if x > rect.x() and x + width > rect.right() + 1:
                x, y, line = rect.x(), y + line + self._gap, 0
            if move:
                item.setGeometry(QRect(x, y, width, size.height()))
            x += width + self._gap
            line = max(line, size.height())
        return y + line - rect.y()
