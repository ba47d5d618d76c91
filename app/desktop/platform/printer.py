"""Receipt printers behind one interface: ESC/POS over network, USB, serial or a file; and none.

A slip comes as a picture: printers know few letters of Chinese, all of them know dots.
"""

from __future__ import annotations

import re
import socket
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

        picture = Image.frombytes("L", (slip.width, slip.height), slip.grey).point(_ink, "1")
        paper = _paper(slip.width)
        if drawer:
            paper.cashdraw(2)
        paper.image(picture, impl="bitImageRaster", fragment_height=480)
        paper.cut()
        self._send(paper.output)

    def open_drawer(self) -> None:
        """See :class:`Printer`."""
        paper = _paper(DOTS[80])
        paper.cashdraw(2)
        self._send(paper.output)

    def _send(self, job: bytes) -> None:
        """The whole job at once: a slip is printed wholly, or told to be missing."""
        from escpos.exceptions import Error

        try:
            if self._kind == "network":
                self._send_over_network(job)
                return
            printer = self._open()
            printer._raw(job)  # noqa: SLF001 - escpos has no other way for bytes
            printer.close()
        except (Error, OSError, ValueError, RuntimeError) as error:
            raise KBeanError("printer_unreachable") from error

    def _send_over_network(self, job: bytes) -> None:
        """By a socket of ours: escpos leaves its own open when nobody answers."""
        host, _, port = self._target.partition(":")
        with socket.create_connection((host, int(port or _PORT)), timeout=_PATIENCE) as line:
            line.sendall(job)

    def _open(self) -> Any:
        from escpos import printer

        made: Any
        if self._kind == "usb":
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


def _paper(dots: int) -> Any:
    """A sheet that collects the bytes of a job."""
    from escpos.printer import Dummy

    made = Dummy()
    # Unset, escpos would complain about it on standard output for every picture.
    made.profile.profile_data["media"]["width"]["pixels"] = dots
    return made


def _ink(grey: int) -> int:
    return 255 if grey > 140 else 0


def printer_of(kind: PrinterKind, target: str) -> Printer:
    """The printer that the settings name."""
    return Printer() if kind == "none" or not target.strip() else EscPosPrinter(kind, target)
