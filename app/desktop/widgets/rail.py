"""The rail of rooms at the left and the thin bar at the top."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from app.desktop.theme.manager import colours
from app.desktop.theme.tokens import Size, Space, Type
from app.desktop.widgets.base import Live
from app.desktop.widgets.mark import Mark


class RailButton(Live, QToolButton):
    """One room: an icon and a word below it; filled while it is open."""

    def __init__(self, icon: str, name: str, parent: QWidget | None = None) -> None:
        """Make it; the word comes through :meth:`set_word`."""
        super().__init__(parent)
        self._icon = icon
        self._badge = ""
        self.setObjectName(name)
        self.setProperty("kind", "rail")
        self.setCheckable(True)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        self.setIconSize(QSize(Size.ICON + 4, Size.ICON + 4))
        self.setFixedSize(Size.RAIL - 2 * Space.S, 64)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.toggled.connect(self.restyle)
        self.restyle()

    def set_word(self, word: str, shortcut: str = "") -> None:
        """The room's name, and its shortcut in the tool tip."""
        self.setText(word)
        self.setAccessibleName(word)
        self.setToolTip(f"{word} ({shortcut})" if shortcut else "")

    def set_badge(self, count: int, words: str = "") -> None:
        """A number at the icon, said in words too; 0 takes it away."""
        badge = "" if count < 1 else str(count) if count < 100 else "99+"
        self.setAccessibleDescription(words if badge else "")
        if badge != self._badge:
            self._badge = badge
            self.update()

    @property
    def badge(self) -> str:
        """The number at the icon."""
        return self._badge

    def restyle(self) -> None:
        """A filled icon where we are, an outlined one elsewhere."""
        from app.desktop.theme.icons import icon

        chosen = self.isChecked()
        name = f"{self._icon}-fill" if chosen else self._icon
        self.setIcon(icon(name, "on_wash" if chosen else "muted"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: Enter opens; arrows walk the rail."""
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        elif key == Qt.Key.Key_Down:
            self.focusNextChild()
        elif key == Qt.Key.Key_Up:
            self.focusPreviousChild()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: the button, then the number at its icon."""
        super().paintEvent(event)
        if not self._badge:
            return
        palette = colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = self.font()
        font.setPixelSize(Type.CAPTION - 1)
        font.setBold(True)
        painter.setFont(font)
        width = max(18, painter.fontMetrics().horizontalAdvance(self._badge) + 10)
        box = QRectF(self.width() / 2 + 5, 7, width, 18)
        painter.setPen(QColor(palette.surface))
        painter.setBrush(QColor(palette.danger))
        painter.drawRoundedRect(box, 9, 9)
        painter.setPen(QColor(palette.on_danger))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self._badge)


class Rail(QWidget):
    """The rooms. ``opened`` carries the key of the room the person wants.

    A *panel* is no room: it is toggled, and the room stays (``toggled``).
    """

    opened = Signal(str)
    toggled = Signal(str)

    def __init__(
        self,
        rooms: tuple[tuple[str, str], ...],
        foot: tuple[tuple[str, str], ...],
        parent: QWidget | None = None,
        *,
        panels: tuple[tuple[str, str], ...] = (),
    ) -> None:
        """Make the rail.

        Args:
            rooms: (key, Phosphor name) from the top.
            foot: The same for the foot.
            parent: The window.
            panels: The same for panels, which stand below the rooms.
        """
        super().__init__(parent)
        self.setObjectName("Rail")
        self.setProperty("kind", "side")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(Size.RAIL)
        self._group = QButtonGroup(self)
        self.buttons: dict[str, RailButton] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.S, Space.L, Space.S, Space.L)
        column.setSpacing(Space.XS)
        column.addWidget(Mark(36), 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(Space.L)
        for key, icon in rooms:
            column.addWidget(self._room(key, icon))
        for key, icon in panels:
            column.addWidget(self._panel(key, icon))
        column.addStretch(1)
        for key, icon in foot:
            column.addWidget(self._room(key, icon))

    def _room(self, key: str, icon: str) -> RailButton:
        button = RailButton(icon, f"Rail_{key}", self)
        button.clicked.connect(lambda: self.opened.emit(key))
        self._group.addButton(button)
        self.buttons[key] = button
        return button

    def _panel(self, key: str, icon: str) -> RailButton:
        button = RailButton(icon, f"Rail_{key}", self)
        button.clicked.connect(lambda: self.toggled.emit(key))
        self.buttons[key] = button
        return button

    def show_panel(self, key: str, *, opened: bool) -> None:
        """Mark whether a panel is open."""
        self.buttons[key].setChecked(opened)

    def show_room(self, key: str) -> None:
        """Mark where we are."""
        self.buttons[key].setChecked(True)


class TopBar(QWidget):
    """A row above the page: fill ``left``, ``middle`` and ``right``."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make it empty, 56 pixels high."""
        super().__init__(parent)
        self.setObjectName("TopBar")
        self.setProperty("kind", "top-bar")
        self.setFixedHeight(Size.TOP_BAR)
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.XXL, 0, Space.L, 0)
        row.setSpacing(Space.S)
        self.left = QHBoxLayout()
        self.right = QHBoxLayout()
        self.left.setSpacing(Space.M)
        self.right.setSpacing(Space.XS)
        row.addLayout(self.left, 1)
        row.addLayout(self.right)
