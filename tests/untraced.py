"""Keeps coverage's tracer out of SQLAlchemy's greenlets, and out of most processes.

The tracer follows calls and returns on one stack. A greenlet that is switched away in the middle
of a call breaks that stack, and coverage's own answer (``concurrency = greenlet``) asks at every
call in which greenlet it is, which is nearly half of what tracing costs. Inside those greenlets
runs SQLAlchemy and nothing of ours but a few lines of ``app/server/db``, so they go untraced.

A process that a test starts is traced where it is handed :func:`tracing`: the desk is measured that
way, services are not, since tests that hold them in their own process measure the same lines.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Any

from sqlalchemy.util import concurrency

_NAME = "COVERAGE_PROCESS_CONFIG"
_kept: dict[str, str] = {}


def keep_processes_untraced() -> None:
    """Take away what makes every Python process trace itself; once the tracing has begun."""
    config = os.environ.pop(_NAME, None)
    if config is not None:
        _kept[_NAME] = config


def tracing() -> dict[str, str]:
    """What the environment of a process needs to be measured; empty where nothing is."""
    return dict(_kept)


def leave_greenlets_untraced() -> None:
    """Let every switch into a greenlet put the tracer aside until it comes back."""
    shim = concurrency._concurrency_shim

    class Untraced(shim._AsyncIoGreenlet):  # type: ignore[misc, name-defined]  # made at run time
        def switch(self, *values: Any, **named: Any) -> Any:
            return _without_tracer(super().switch, *values, **named)

        def throw(self, *error: Any) -> Any:
            return _without_tracer(super().throw, *error)

    shim._AsyncIoGreenlet = Untraced


def _without_tracer(work: Callable[..., Any], *values: Any, **named: Any) -> Any:
    tracer = sys.gettrace()
    if tracer is None:
        return work(*values, **named)
    sys.settrace(None)
    try:
        return work(*values, **named)
    finally:
        sys.settrace(tracer)
