"""Feeds a list of movements from the vault: the first page at once, the rest as it comes into view.

Three questions are asked one after the other and never block the window: the newest page (which is
painted), how many movements each month has (then the scroll bar is right), and after that only the
blocks and the month totals that are in view.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import msgspec
from PySide6.QtCore import QObject, Signal

from app.desktop.components.movement_list import MovementList
from app.desktop.components.movement_model import BLOCK, Part, Want
from app.desktop.operations import Operation
from app.desktop.widgets.amounts import amount_text, count_text
from app.wallet.session import ActivityPage, WalletSession
from app.wallet.vault.stores.activity_rows import ActivityFilter
from app.wallet.vault.stores.activity_sums import Flow, Month

POINTS = "KBN"


class MovementFeed(QObject):
    """Keeps a list in step with a filter.

    ``found`` says that a search has an answer: how many movements are known so far, and whether
    that is all. ``failed`` carries what went wrong.
    """

    found = Signal(int, bool)
    failed = Signal(object)

    def __init__(self, session: WalletSession, rows: MovementList, parent: QObject) -> None:
        """Feed this list; nothing is asked before :meth:`show`."""
        super().__init__(parent)
        self._session = session
        self._list = rows
        self._wanted = self._frozen = ActivityFilter()
        self._busy: list[Operation[Any]] = []
        self._stale = False
        self.settled = False
        rows.looked.connect(self._look)

    @property
    def wanted(self) -> ActivityFilter:
        """What the list shows."""
        return self._wanted

    def show(self, wanted: ActivityFilter) -> None:
        """Show what a filter finds, from the newest on."""
        self._drop()
        self._stale = False
        self.settled = False
        self._wanted = self._frozen = wanted
        self._ask(partial(self._session.find, wanted, limit=BLOCK), self._first)

    def refresh(self) -> None:
        """Something was added or changed: look again as soon as that moves nothing in view."""
        if self._list.top_row() == 0:
            self.show(self._wanted)
        else:
            self._stale = True

    def _ask(self, work: Any, done: Any) -> None:
        def finished(result: Any) -> None:
            self._busy.remove(operation)
            done(result)

        def failed(error: Exception) -> None:
            self._busy.remove(operation)
            self.failed.emit(error)

        operation: Operation[Any] = Operation(self, work).on_success(finished).on_failure(failed)
        self._busy.append(operation)
        operation.start()

    def _drop(self) -> None:
        """Whatever is still under way belongs to an earlier filter."""
        for operation in self._busy:
            operation.cancel()
        self._busy.clear()

    def _first(self, page: ActivityPage) -> None:
        # Movements that arrive later stand above these and must not push them down a block.
        if page.items:
            newest = page.items[0].occurred_at + 1
            until = self._wanted.until
            until = newest if until is None else min(until, newest)
            self._frozen = msgspec.structs.replace(self._wanted, until=until)
        self._list.show_movements(page.items, page.noted)
        whole = page.older is None
        self.found.emit(len(page.items), whole)
        if page.items:
            self._ask(partial(self._session.months, self._frozen), self._months)
        else:
            self.settled = True

    def _months(self, months: tuple[Month, ...]) -> None:
        self._list.set_parts(Part(*month) for month in months)
        self.settled = True
        self.found.emit(self._list.rows.whole(), True)
        self._look()

    def _look(self) -> None:
        """Fetch what is in view and isn't here: one block and one month's totals at a time."""
        if self._stale and self._list.top_row() == 0:
            self.show(self._wanted)
            return
        if self._busy or not self.settled:
            return
        rows = self._list.rows
        wants = rows.missing(*self._list.in_view()) or rows.missing(*self._list.soon_in_view())
        if wants:
            want = wants[0]
            self._ask(
                partial(
                    self._session.find, self._month(want.part), limit=BLOCK, offset=want.offset
                ),
                partial(self._fill, want),
            )
            return
        parts = rows.totals_missing(*self._list.in_view())
        if parts:
            self._ask(
                partial(self._session.totals, self._month(parts[0])), partial(self._sum, parts[0])
            )

    def _month(self, part: Part) -> ActivityFilter:
        return msgspec.structs.replace(self._frozen, since=part.since, until=part.until)

    def _fill(self, want: Want, page: ActivityPage) -> None:
        if not page.items:
            # The month has become shorter since it was counted: count again, from the top.
            self._stale = True
        self._list.rows.fill(want, page.items, page.noted)

    def _sum(self, part: Part, flows: tuple[Flow, ...]) -> None:
        self._list.rows.set_totals(part.name, totals_words(flows))


def totals_words(flows: tuple[Flow, ...]) -> str:
    """``−¥320.00  +¥500.00``, one pair a currency."""
    told = []
    for flow in flows:
        words = partial(count_text, signed=True)
        if flow.currency != POINTS:
            words = partial(amount_text, currency=flow.currency, signed=True)
        told += [words(value) for value in (-flow.out, flow.into) if value]
    return "\u2003".join(told)
