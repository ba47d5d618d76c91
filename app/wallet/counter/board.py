"""What the counter's windows draw without asking: one immutable snapshot, replaced as a whole."""

from __future__ import annotations

import dataclasses
import enum
from typing import Any, Literal

from app.protocol.messages.counter import Cashier, CounterInfo
from app.wallet.changes import Observers
from app.wallet.counter.sale import Notice, Sale
from app.wallet.counter.shift import Shift

Topic = Literal[
    "state", "sales", "shift", "cashier", "info", "network", "notices", "prices", "received"
]
LAST = 30
"""So many of the last sales stand in the snapshot."""


class CounterState(enum.StrEnum):
    """NEW: not set up · LOCKED: its vault is shut · OPEN."""

    NEW = "new"
    LOCKED = "locked"
    OPEN = "open"


class Link(enum.StrEnum):
    """What is known about the way to the service."""

    UNKNOWN = "unknown"
    ONLINE = "online"
    OFFLINE = "offline"
    UNTRUSTED = "untrusted"
    TROUBLED = "troubled"


LINKS = {
    "service_unreachable": Link.OFFLINE,
    "service_untrusted": Link.UNTRUSTED,
    "service_garbled": Link.TROUBLED,
    "internal_error": Link.TROUBLED,
    "busy": Link.TROUBLED,
    "shutting_down": Link.TROUBLED,
}
"""What an error's code says about the way; every other code is an answer: ONLINE."""


@dataclasses.dataclass(frozen=True, slots=True)
class CounterSnapshot:
    """Everything pages draw.

    Attributes:
        state: NEW, LOCKED or OPEN.
        info: What this till is and may; None before the first answer.
        cashiers: The merchant's, by number.
        cashier: Who is signed in.
        shift: The open one.
        sales: The last ones, newest first.
        heard: Payments of the printed code that came in just now, newest last; some of the last.
        open_sales: Whose end isn't known.
        open_refunds: The same.
        undelivered: Closed shifts that wait to be handed in.
        link: The way to the service.
        notices: What was found out while nobody looked, newest first.
        prices: Items of the price list.
    """

    state: CounterState = CounterState.NEW
    info: CounterInfo | None = None
    cashiers: tuple[Cashier, ...] = ()
    cashier: Cashier | None = None
    shift: Shift | None = None
    sales: tuple[Sale, ...] = ()
    heard: tuple[Sale, ...] = ()
    open_sales: int = 0
    open_refunds: int = 0
    undelivered: int = 0
    link: Link = Link.UNKNOWN
    notices: tuple[Notice, ...] = ()
    prices: int = 0

    @property
    def currency(self) -> str:
        """What this counter sells in."""
        return self.info.currency if self.info else "CNY"


class Board:
    """Holds the snapshot and tells everybody what changed."""

    def __init__(self) -> None:
        self.snapshot = CounterSnapshot()
        self.observers: Observers[frozenset[Topic]] = Observers()

    def post(self, *topics: Topic, **changes: Any) -> None:
        """Replace fields; nothing is told where nothing differs."""
        new = dataclasses.replace(self.snapshot, **changes)
        if new == self.snapshot:
            return
        self.snapshot = new
        self.observers.tell(frozenset(topics))
