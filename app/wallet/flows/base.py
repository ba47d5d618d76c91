"""What every flow shares: one immutable view, observers, and guarded steps."""

from __future__ import annotations

import enum
from collections.abc import Callable
from typing import Any, Generic, Protocol, TypeVar

from app.wallet.changes import Observers, Unsubscribe


class _View(Protocol):
    @property
    def state(self) -> Any: ...


ViewT = TypeVar("ViewT", bound=_View)


class FlowStateError(RuntimeError):
    """A step was asked for that the present state doesn't allow: a bug of the caller."""


class Flow(Generic[ViewT]):
    """A state machine whose whole visible state is one immutable view."""

    def __init__(self, view: ViewT) -> None:
        self._view = view
        self._observers: Observers[ViewT] = Observers()

    @property
    def view(self) -> ViewT:
        """What a window draws now; safe to read from any thread."""
        return self._view

    def observe(self, callback: Callable[[ViewT], None]) -> Unsubscribe:
        """Hear of every new view, on the loop's thread; the answer unsubscribes."""
        return self._observers.add(callback)

    def _show(self, view: ViewT) -> None:
        self._view = view
        self._observers.tell(view)

    def _require(self, *states: enum.Enum) -> None:
        if self._view.state not in states:
            allowed = ", ".join(str(state) for state in states)
            raise FlowStateError(f"{self._view.state} doesn't allow this step (only {allowed})")
