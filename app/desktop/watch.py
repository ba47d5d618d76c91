"""Hands events of a session or a flow from the loop's thread over to the Qt thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import shiboken6
from PySide6.QtCore import QObject, Signal


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
        self.happened.connect(handler)
        parent.destroyed.connect(observe(self._tell))

    def _tell(self, value: Any) -> None:
        if shiboken6.isValid(self):
            self.happened.emit(value)
