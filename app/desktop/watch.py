"""Hands events of a session or a flow from the loop's thread over to the Qt thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import shiboken6
from PySide6.QtCore import QObject, QThread, Signal

from app.desktop.operations import operations


class Watch(QObject):
    """Listens for as long as its parent lives; ``happened`` is received on the Qt thread."""

    happened = Signal(object)

    def __init__(
        self,
        observe: Callable[[Callable[[Any], None]], Callable[[], None]],
        handler: Callable[[Any], object],
        parent: QObject,
    ) -> None:
        """Subscribe.

        Args:
            observe: ``session.observe`` or ``flow.observe``.
            handler: Called on the Qt thread with what happened.
            parent: Owner; its end ends the subscription.
        """
        super().__init__(parent)
        self._courier = operations().courier
        self.happened.connect(handler)
        parent.destroyed.connect(observe(self._tell))

    def _tell(self, value: Any) -> None:
        """Runs on whatever thread tells.

        On another thread than Qt's nothing of this object may be touched: its parent may end, and
        Qt free it, between any look and any use. The courier outlives it and takes it across.
        """
        if QThread.currentThread() is self._courier.thread():
            self.hear(value)
        else:
            self._courier.told.emit(self, value)

    def hear(self, value: Any) -> None:
        """On the Qt thread: tell the handler, if the parent still lives."""
        if shiboken6.isValid(self):
            self.happened.emit(value)
