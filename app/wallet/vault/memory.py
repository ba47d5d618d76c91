"""Keep the key in memory from reaching the disk by way of a crash."""

from __future__ import annotations

import sys


def forbid_core_dumps() -> None:
    """Make this process leave no memory image when it crashes (design/6 §Secrets).

    The limit is lowered for this process and its children; Windows writes none by default.
    """
    if sys.platform == "win32":
        return
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, hard))
