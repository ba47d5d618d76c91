"""What cases add to the desk's lists: the nearest SLA target, and the numbers of cases."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from app.protocol.messages.cases import Clock
from app.server.http.front import now_ms
from app.server.http.tokens import Principal
from app.server.support.cases.clock_book import ClockBook
from app.server.support.cases.shelf import CaseShelf
from app.server.support.people.board import Due
from app.server.support.people.room import PeopleRoom
from app.server.support.talk.rows import ConversationRow

_ANSWERS = frozenset({"first_response", "next_response"})
_RANK = {"ok": 0, "warn": 1, "breach": 2}


def nearest(clocks: Sequence[Clock]) -> Due:
    """How the answer that is due stands: of the running clocks of answers the soonest target."""
    running = [clock for clock in clocks if clock.state == "running" and clock.metric in _ANSWERS]
    if not running:
        return Due(None, "ok")
    due = min((clock.due_at for clock in running if clock.due_at is not None), default=None)
    return Due(due, max((clock.sla for clock in running), key=_RANK.__getitem__))


class ForDesk:
    """Reads for the desk's lists."""

    def __init__(self, book: ClockBook, shelf: CaseShelf) -> None:
        """Read clocks and cases."""
        self._book = book
        self._shelf = shelf

    def register(self, people: PeopleRoom) -> None:
        """Fill what people's work leaves open."""
        people.boards.dues = self.dues
        people.boards.particulars.append(self.particulars)

    async def dues(self, connection: AsyncConnection, conv_ids: Sequence[str]) -> dict[str, Due]:
        """The nearest target of each conversation that has one."""
        found = await self._book.views(connection, conv_ids, now_ms())
        return {conv_id: nearest(clocks) for conv_id, clocks in found.items()}

    async def particulars(
        self, connection: AsyncConnection, _staff: Principal, row: ConversationRow
    ) -> dict[str, Any]:
        """The numbers of a conversation's cases."""
        return {"cases": await self._shelf.numbers_of(connection, row.id)}
