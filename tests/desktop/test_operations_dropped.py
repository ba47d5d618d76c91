"""Operations that end before their progress is due leave nothing behind that Qt could call."""

from __future__ import annotations

import subprocess
import sys

TRIAL = """
import gc, time
from PySide6.QtCore import QCoreApplication, QEvent, QObject
from app.desktop import operations

app = QCoreApplication([])
operations.PROGRESS_DELAY_MS = 20


async def work():
    return None


for _ in range(30):
    parents = [QObject() for _ in range(100)]
    for parent in parents:
        operations.Operation(parent, work).with_progress(lambda shown: None).start()
    for parent in parents[::2]:
        parent.deleteLater()
    app.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    del parent
    del parents[::3]
    gc.collect()
    end = time.monotonic() + 0.04
    while time.monotonic() < end:
        app.processEvents()
operations.shutdown()
print("done")
"""


def test_progress_that_comes_late_calls_nothing_that_is_gone() -> None:
    """In a process of its own: the failure was a segmentation fault."""
    done = subprocess.run(
        [sys.executable, "-c", TRIAL], capture_output=True, text=True, timeout=120, check=False
    )
    assert (done.returncode, done.stdout) == (0, "done\n"), done.stderr[-2000:]
