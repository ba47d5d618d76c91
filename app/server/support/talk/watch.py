"""Looks into the database for what no channel brought (design/4: nothing is lost).

On many nodes the others' messages come through Redis. While it is away, and for a moment after its
return, each node looks once a second for conversations that changed and tells its own listeners.
Clients apply only what follows, so telling something twice changes nothing.
"""

from __future__ import annotations

import sqlalchemy as sa
import structlog

from app.protocol.messages.stream import Msg
from app.server.db.engine import reading
from app.server.realtime.hub import Hub
from app.server.support.talk.drafts import hearers
from app.server.support.talk.rows import ConversationRow, open_row
from app.server.support.talk.service import Talk
from app.server.support.talk.stream import Stream
from app.server.support.talk.tables import conversations

_log = structlog.get_logger("talk")

LOOK_SECONDS = 1.0
BACK_MS = 10_000
"""How far back a look reaches: clocks differ, and a transaction commits after its moment."""

PAGE = 500


class Watch:
    """One node's look; :meth:`look` is a tick."""

    def __init__(self, talk: Talk, stream: Stream, *, several: bool) -> None:
        """Prepare.

        Args:
            talk: The conversations.
            stream: Whose clients are told.
            several: Whether other processes may write though no channel is configured.
        """
        self._talk = talk
        self._hub: Hub = talk.hub
        self._stream = stream
        self._several = several
        self._losses = self._hub.channels.losses
        self._since = talk.clock()

    async def look(self) -> None:
        """Look, if nobody would tell us."""
        channels = self._hub.channels
        began = self._talk.clock()
        state, losses = channels.state, channels.losses
        returned = losses != self._losses
        if returned or state == "away" or (state == "single" and self._several):
            await self._tell_changed(self._since - BACK_MS)
        self._since = began
        if returned and state == "up":
            self._losses = losses
            # Frames that are no messages (read marks, places, changes) were lost as well.
            self._stream.unsure()
            self._stream.rehear_all()
            _log.info("talk.compared", connections=self._stream.connections)

    async def _tell_changed(self, since: int) -> None:
        for row in await self._changed(since):
            heard = [a for a in hearers(row) if self._hub.is_listening(a)]
            told = self._talk.told.get(row.id)
            if told is not None and told >= row.last_seq:
                continue
            self._talk.remember_told([(row.id, row.last_seq)])
            self._hub.say_here("rehear", row.id)
            if heard:
                await self._tell(row, heard, told)

    async def _tell(self, row: ConversationRow, heard: list[str], told: int | None) -> None:
        """The messages since the last look; of a stranger the newest, its client asks for more."""
        after = row.last_seq - 1 if told is None else told
        page = await self._talk.page(row.id, after=after)
        for message in page.messages:
            self._hub.tell_here(heard, Msg(message))

    async def _changed(self, since: int) -> list[ConversationRow]:
        query = (
            sa.select(conversations)
            .where(conversations.c.updated_at >= since)
            .order_by(conversations.c.updated_at.desc())
            .limit(PAGE)
        )
        async with reading(self._talk.engine) as connection:
            rows = await connection.execute(query)
            return [open_row(self._talk.sealer, row) for row in rows]
