"""Buttons: one that acts, others that are quieter, and round ones with an icon alone."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPushButton, QToolButton, QWidget

from app.desktop.theme.tokens import Size
from app.desktop.widgets.base import Live

Kind = Literal["primary", "secondary", "quiet", "danger"]
_INKS: dict[Kind, str] = {
    "primary": "on_bean",
    "secondary": "text",
    "quiet": "bean",
    "danger": "on_danger",
}


class Button(Live, QPushButton):
    """A button of one kind. Its words are its accessible name; Enter presses it too."""

    def __init__(
        self,
        text: str = "",
        kind: Kind = "secondary",
        name: str = "",
        parent: QWidget | None = None,
        *,
        icon: str = "",
        large: bool = False,
    ) -> None:
        """Make a button; ``icon`` is a Phosphor name."""
        super().__init__(parent)
        self._kind: Kind = kind
        self._icon = icon
        self.setProperty("kind", kind)
        self.setProperty("large", large)
        self.setObjectName(name)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setText(text)
        self.restyle()

    def restyle(self) -> None:
        """The icon takes the colour of the words."""
        if self._icon:
            from app.desktop.theme.icons import icon

            self.setIcon(icon(self._icon, _INKS[self._kind]))
            self.setIconSize(QSize(Size.ICON, Size.ICON))

    def setText(self, text: str) -> None:
        """Qt: words; the screen reader says the same. An ampersand is a letter here."""
        # Qt leaves four pixels between icon and words; an en space makes it look meant.
        gap = "\u2002" if self._icon and text else ""
        super().setText(gap + text.replace("&", "&&"))
        self.setAccessibleName(text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: Enter presses the focused button as Space does."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.isEnabled():
            self.click()
            return
        super().keyPressEvent(event)


class IconButton(Live, QToolButton):
    """A button with an icon alone: its words are the tool tip and the accessible name."""

    def __init__(
        self,
        icon: str,
        name: str = "",
        parent: QWidget | None = None,
        *,
        ink: str = "muted",
        words: str = "",
    ) -> None:
        """Make a button of 36 by 36 pixels."""
        super().__init__(parent)
        self._icon = icon
        self._ink = ink
        self.setObjectName(name)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setIconSize(QSize(Size.ICON, Size.ICON))
        self.set_words(words)
        self.restyle()

    def set_words(self, words: str) -> None:
        """Say what it does."""
        self.setToolTip(words)
        self.setAccessibleName(words)

    def set_icon_name(self, icon: str, ink: str | None = None) -> None:
        """Show another icon, perhaps in another colour."""
        self._icon = icon
        self._ink = ink or self._ink
        self.restyle()

    def restyle(self) -> None:
        """The icon takes the theme's colour."""
        from app.desktop.theme.icons import icon

        self.setIcon(icon(self._icon, self._ink))
