"""Receipt printers behind one interface: ESC/POS over network, USB, serial or a file; and none.

A slip comes as a picture: printers know few letters of Chinese, all of them know dots.
"""

from __future__ import annotations

import re
from typing import Any, Literal, NamedTuple

from app.protocol.errors import KBeanError

PrinterKind = Literal["none", "network", "usb", "serial", "file"]
DOTS = {58: 384, 80: 576}
"""Paper in millimetres → dots a line (203 dots an inch)."""
_PATIENCE = 5
_PORT = 9100
_BAUD = 9600
_USB = re.compile(r"([0-9a-fA-F]{4})\s*[:/ ]\s*([0-9a-fA-F]{4})")


class Picture(NamedTuple):
    """A slip: ``grey`` has one byte a dot, rows from the top, 0 is black."""

    width: int
    height: int
    grey: bytes


class Printer:
    """A machine without a printer: nothing is ever printed, and nothing is wrong with that."""

    @property
    def present(self) -> bool:
        """Whether there is one."""
        return False

    def print(self, slip: Picture, *, drawer: bool = False) -> None:
        """Print a slip and cut it; with ``drawer`` open the cash drawer first. Waits.

        Raises:
            KBeanError: ``printer_unreachable``.
        """

    def open_drawer(self) -> None:
        """Open the cash drawer. Waits.

        Raises:
            KBeanError: ``printer_unreachable``.
        """


class EscPosPrinter(Printer):
    """An ESC/POS printer; opened for each slip, so that one that was switched off comes back."""

    def __init__(self, kind: PrinterKind, target: str) -> None:
        """Name it.

        Args:
            kind: How it is reached.
            target: ``host`` or ``host:port`` · ``04b8:0e28`` (vendor and product) ·
                ``/dev/ttyUSB0`` or ``COM3:19200`` · a path.
        """
        self._kind = kind
        self._target = target.strip()

    @property
    def present(self) -> bool:
        """There is one, as far as anybody said."""
        return bool(self._target)

    def print(self, slip: Picture, *, drawer: bool = False) -> None:
        """See :class:`Printer`."""
        from PIL import Image

        picture = Image.frombytes("L", (slip.width, slip.height), slip.grey)

        def work(printer: Any) -> None:
            if drawer:
                printer.cashdraw(2)
            printer.image(picture.point(_ink, "1"), impl="bitImagePicture", fragment_height=480)
            printer.cut()

        self._with(work)

    def open_drawer(self) -> None:
        """See :class:`Printer`."""
        self._with(lambda printer: printer.cashdraw(2))

    def _with(self, work: Any) -> None:
        from escpos.exceptions import Error

        printer: Any = None
        try:
            printer = self._open()
            work(printer)
        except (Error, OSError, ValueError, RuntimeError) as error:
            raise KBeanError("printer_unreachable") from error
        finally:
            if printer is not None:
                try:
                    printer.close()
                except (Error, OSError, RuntimeError):
                    printer = None  # it is gone already; the slip was sent or the refusal told

    def _open(self) -> Any:
        from escpos import printer

        if self._kind == "network":
            host, _, port = self._target.partition(":")
            made: Any = printer.Network(host, int(port or _PORT), timeout=_PATIENCE)
        elif self._kind == "usb":
            found = _USB.fullmatch(self._target)
            if found is None:
                raise ValueError("not a vendor and product")
            made = printer.Usb(int(found[1], 16), int(found[2], 16))
        elif self._kind == "serial":
            device, _, speed = self._target.rpartition(":")
            if not device or not speed.isdigit():
                device, speed = self._target, str(_BAUD)
            made = printer.Serial(device, baudrate=int(speed), timeout=_PATIENCE)
        else:
            made = printer.File(self._target)
        made.open()
        return made


def _ink(grey: int) -> int:
    return 255 if grey > 140 else 0


def printer_of(kind: PrinterKind, target: str) -> Printer:
    """The printer that the settings name."""
    return Printer() if kind == "none" or not target.strip() else EscPosPrinter(kind, target)
