"""Replies on their way: sent in their order, kept while the service is away, never doubled."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from app.desk.thread import Enclosed, Pending, Thread
from app.protocol.errors import KBeanError
from app.protocol.ids import new_id
from app.protocol.messages.cards import FileCard
from app.protocol.messages.desk import Reply
from app.protocol.messages.stream import Ack

LATER = frozenset(
    {"service_unreachable", "busy", "shutting_down", "too_many_requests", "internal_error"}
)
"""Troubles after which the same reply is sent again by itself when the line is back."""

Send = Callable[[str, Reply], Awaitable[Ack]]
Store = Callable[[str, FileCard, bytes], Awaitable[FileCard]]


class Outgoing:
    """What one page sends into one stream.

    Each reply has a number of its own (``cmid``) that every try carries, so the service keeps it
    once however often it is sent.
    """

    def __init__(
        self,
        thread: Thread,
        send: Send,
        on_change: Callable[[], Awaitable[None]],
        *,
        on_ack: Callable[[Ack], Awaitable[None]],
        refuse: Callable[[KBeanError], Awaitable[str]],
        conv: str = "",
        store: Store | None = None,
    ) -> None:
        """Send what is in ``thread.pending``.

        Args:
            thread: Where replies wait.
            send: The route.
            on_change: Called when something of ``thread.pending`` changed.
            on_ack: Called with the number that a reply got.
            refuse: Says a refusal in words.
            conv: Whom the route names, where it isn't the stream itself (notes).
            store: Gives a file to the service, before the reply that carries it.
        """
        self._thread = thread
        self._send = send
        self._on_change = on_change
        self._on_ack = on_ack
        self._refuse = refuse
        self._conv = conv or thread.conv
        self._store = store
        self._one_at_a_time = asyncio.Lock()

    async def send(self, body: str, files: Sequence[Enclosed] = ()) -> None:
        """Take a reply and send it: each file as one of its own, then the words."""
        for file in files:
            self._keep(Pending(new_id(), "", file=file))
        if body:
            self._keep(Pending(new_id(), body))
        await self._on_change()
        await self.flush()

    def _keep(self, pending: Pending) -> None:
        self._thread.pending[pending.cmid] = pending

    async def retry(self, cmid: str) -> None:
        """Send a refused reply again, on a person's word."""
        pending = self._thread.pending.get(cmid)
        if pending is not None:
            pending.refusal = ""
            await self._on_change()
            await self.flush()

    async def drop(self, cmid: str) -> None:
        """Give a refused reply up, on a person's word."""
        pending = self._thread.pending.get(cmid)
        if pending is not None and pending.refusal:
            del self._thread.pending[cmid]
            await self._on_change()

    async def flush(self) -> None:
        """Send what waits, oldest first; stops where the service is away."""
        async with self._one_at_a_time:
            for pending in list(self._thread.pending.values()):
                if not pending.refusal and not await self._try(pending):
                    return

    async def _try(self, pending: Pending) -> bool:
        """Send one; False: the service is away, the rest waits too."""
        try:
            file = await self._stored(pending.file)
            ack = await self._send(self._conv, Reply(pending.cmid, pending.body, file))
        except KBeanError as error:
            if error.code in LATER:
                return False
            pending.refusal = await self._refuse(error)
            await self._on_change()
            return True
        # The stream tells the message too; whichever comes first, it is drawn once.
        await self._on_ack(ack)
        return True

    async def _stored(self, file: Enclosed | None) -> FileCard | None:
        if file is None or self._store is None:
            return None
        return await self._store(self._conv, file.card, file.data)
