"""What every widget of ours does when the language or the theme changes."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QLayout, QWidget


class Live:
    """Mixin for widgets: calls :meth:`retranslate` and :meth:`restyle` when it is time.

    It stands before the Qt class in the list of bases. ``retranslate`` is not called by the
    constructor: a class calls it itself when it is built.
    """

    def retranslate(self) -> None:
        """Set every visible word again, in the language now in force."""

    def restyle(self) -> None:
        """Make everything again that was painted with the old colours (icons, pictures)."""

    def changeEvent(self, event: QEvent) -> None:
        """Qt: the language, the style or the palette changed."""
        kind = event.type()
        if kind == QEvent.Type.LanguageChange:
            self.retranslate()
        elif kind == QEvent.Type.StyleChange:
            self.restyle()
        super().changeEvent(event)  # type: ignore[misc]  # the Qt class beside us has it


def restyle_by(widget: QWidget, **properties: object) -> None:
    """Set dynamic properties and let the style sheet look again; does nothing when equal."""
    changed = False
    for name, value in properties.items():
        if widget.property(name) != value:
            widget.setProperty(name, value)
            changed = True
    if changed:
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def clear(layout: QLayout) -> None:
    """Take everything out of a layout; widgets are hidden and deleted."""
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        inner = item.layout()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
        elif inner is not None:
            clear(inner)
