"""Prints slips in the background: a printer that is away is told, and never stops a sale (C7)."""

from __future__ import annotations

from typing import Any

import msgspec
from PySide6.QtCore import QObject, Signal

from app.desktop.counter.slip_drawing import SlipLine, draw_slip
from app.desktop.operations import Operation
from app.desktop.platform.printer import DOTS, Printer, PrinterKind, printer_of
from app.desktop.words import explain


class PrinterSettings(msgspec.Struct, frozen=True):
    """Which printer, and when it prints.

    Attributes:
        target: See :class:`app.desktop.platform.printer.EscPosPrinter`.
        paper: Millimetres, 58 or 80.
        drawer: Open the cash drawer with cash sales.
        each_sale: Print a slip after each sale without being asked.
    """

    kind: PrinterKind = "none"
    target: str = ""
    paper: int = 80
    drawer: bool = False
    each_sale: bool = False


class Printing(QObject):
    """One slip after the other. ``failed`` carries words for the person."""

    failed = Signal(str)
    printed = Signal()

    def __init__(
        self, settings: PrinterSettings, parent: QObject, *, printer: Printer | None = None
    ) -> None:
        """Take the settings; ``printer`` in place of the one they name, for tests."""
        super().__init__(parent)
        self.settings = settings
        self._given = printer
        self._printer = printer or printer_of(settings.kind, settings.target)

    def use(self, settings: PrinterSettings) -> None:
        """Other settings from now on."""
        self.settings = settings
        if self._given is None:
            self._printer = printer_of(settings.kind, settings.target)

    @property
    def possible(self) -> bool:
        """Whether there is a printer."""
        return self._printer.present

    def print(self, lines: list[SlipLine], *, drawer: bool = False) -> None:
        """Print a slip; the drawer opens first where it is wanted."""
        printer = self._printer
        picture = draw_slip(lines, DOTS.get(self.settings.paper, DOTS[80]))
        self._start(lambda: printer.print(picture, drawer=drawer))

    def open_drawer(self) -> None:
        """Open the drawer without a slip."""
        self._start(self._printer.open_drawer)

    def _start(self, work: Any) -> None:
        done = Operation(self, work).on_success(lambda _: self.printed.emit())
        done.on_failure(lambda error: self.failed.emit(explain(error).line())).start()
