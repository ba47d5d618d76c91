"""Lets Python's collector of cyclic garbage run on Qt's thread alone.

By itself it runs on whatever thread allocates, the loop's included. A cycle may hold a widget, and
a widget that is destroyed on another thread leaves Qt with lists of what is no longer there: the
next style sheet walks them and the process is gone.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

LOOK_MS = 1000
"""How often it is looked whether there is enough to collect, by Python's own thresholds."""


class Collector(QObject):
    """Collects for as long as it lives; belongs to the application."""

    def __init__(self, parent: QObject) -> None:
        """Take over from Python; made on Qt's thread."""
        super().__init__(parent)
        gc.disable()
        timer = QTimer(self)
        timer.timeout.connect(collect)
        timer.start(LOOK_MS)


def collect() -> None:
    """Collect the oldest generation that is due, as Python would; nothing where none is."""
    counts, limits = gc.get_count(), gc.get_threshold()
    for generation in (2, 1, 0):
        if counts[generation] > limits[generation]:
            gc.collect(generation)
            return
