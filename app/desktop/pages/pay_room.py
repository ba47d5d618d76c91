"""The room where one pays: scan the shop's code, or show one's own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.desktop.pages.pay_code import PayCodePage
from app.desktop.theme.tokens import Space
from app.desktop.widgets.base import Live
from app.desktop.widgets.segmented import Segmented

Side = Literal["scan", "code"]


class PayRoom(Live, QWidget):
    """Two pages with a switch above them; each is made when it is first wanted.

    ``code_read`` is the scan page's.
    """

    code_read = Signal(str)

    def __init__(
        self,
        scan: Callable[[], QWidget],
        code: Callable[[], PayCodePage],
        side: Side = "scan",
        parent: QWidget | None = None,
    ) -> None:
        """Take the makers of both pages; the camera stays off where the code comes first."""
        super().__init__(parent)
        self.setObjectName("PayRoom")
        self._make_scan = scan
        self._make_code = code
        self.choice = Segmented("PayWay", ("scan", "code"))
        self.stack = QStackedWidget()
        self.scan: Any = None
        self.code: PayCodePage | None = None
        head = QHBoxLayout()
        head.setContentsMargins(Space.XXL, Space.S, Space.XXL, Space.S)
        head.addWidget(self.choice)
        head.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.stack, 1)
        self.choice.chosen.connect(self._chosen)
        self.retranslate()
        self.turn_to(side)

    def retranslate(self) -> None:
        """The two ways."""
        self.choice.set_words({"scan": self.tr("Scan"), "code": self.tr("Show code")})

    @property
    def side(self) -> Side:
        """Which of the two is seen."""
        return "code" if self.stack.currentWidget() is self.code else "scan"

    def turn_to(self, side: Side) -> None:
        """Show one of the two."""
        self.choice.choose(side)
        if side == "scan":
            if self.scan is None:
                self.scan = self._make_scan()
                self.scan.code_read.connect(self.code_read)
                self.stack.addWidget(self.scan)
            self.stack.setCurrentWidget(self.scan)
            return
        if self.code is None:
            self.code = self._make_code()
            self.stack.addWidget(self.code)
        self.stack.setCurrentWidget(self.code)

    def resume(self) -> None:
        """A sheet is gone: look again, where the camera is in front."""
        if self.side == "scan":
            self.scan.resume()

    def _chosen(self, key: str) -> None:
        self.turn_to("code" if key == "code" else "scan")
