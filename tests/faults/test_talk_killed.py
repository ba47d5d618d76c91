"""``kill -9`` of the service in mid-conversation: nothing lost, nothing twice, order kept.

The person's client is the simplest one that keeps the rules of design/4: an outbox, first in first
out, sent again until it is acknowledged; only last + 1 is applied, else a page is fetched.
"""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path

import msgspec
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidHandshake, WebSocketException

from app.protocol.ids import new_id
from app.protocol.messages.stream import (
    Ack,
    ClientFrame,
    Fetch,
    Hello,
    Msg,
    Page,
    Refused,
    Send,
    ServiceFrame,
    Welcome,
)
from app.protocol.messages.support import Message
from tests.faults.nursery import Forked
from tests.faults.town import found

BROKEN = (OSError, WebSocketException, InvalidHandshake, TimeoutError, EOFError)
MESSAGES, WINDOW = 40, 6


class Client:
    """One device of a person."""

    def __init__(self, port: int, token: str, conv: str, outbox: list[Send]) -> None:
        self.port, self.token, self.conv, self.outbox = port, token, conv, outbox
        self.read: list[Message] = []
        self.acks: dict[str, Ack] = {}
        self.lines = 0

    async def run(self) -> None:
        """Come back until everything is acknowledged and cancelled from outside."""
        while True:
            with contextlib.suppress(*BROKEN):
                async with (
                    asyncio.timeout(60),
                    connect(f"ws://127.0.0.1:{self.port}/v1/stream", proxy=None) as socket,
                ):
                    await self._talk(socket)
            await asyncio.sleep(0.05)

    async def _talk(self, socket: ClientConnection) -> None:
        await self._tell(socket, Hello(self.token, {self.conv: len(self.read)}))
        self.lines += 1
        sent = 0
        async for raw in socket:
            frame = msgspec.json.decode(raw, type=ServiceFrame)
            if isinstance(frame, Ack):
                # The same number on every retry, whatever happened in between.
                assert self.acks.setdefault(frame.cmid, frame) == frame
                if self.outbox and self.outbox[0].cmid == frame.cmid:
                    self.outbox.pop(0)
                    sent -= 1
            elif isinstance(frame, Refused):
                # Stopping or crowded: the line breaks soon, or the next one does better.
                assert frame.problem.code in {"busy", "shutting_down"}, frame
                return
            elif await self._is_behind(frame):
                await self._tell(socket, Fetch(self.conv, after=len(self.read), limit=200))
            while sent < min(WINDOW, len(self.outbox)):
                await self._tell(socket, self.outbox[sent])
                sent += 1

    async def _is_behind(self, frame: ServiceFrame) -> bool:
        if isinstance(frame, Msg) and frame.message.conv == self.conv:
            self._apply(frame.message)
            return frame.message.seq > len(self.read)
        if isinstance(frame, Page):
            for message in frame.messages:
                self._apply(message)
            return frame.more
        return isinstance(frame, Welcome) and any(gap.conv == self.conv for gap in frame.gaps)

    def _apply(self, message: Message) -> None:
        if message.seq == len(self.read) + 1:
            self.read.append(message)

    async def _tell(self, socket: ClientConnection, frame: ClientFrame) -> None:
        await socket.send(msgspec.json.encode(frame).decode())


@pytest.mark.slow
async def test_the_service_is_killed_in_the_middle_of_a_conversation(
    database_url: str, tmp_path: Path
):
    town = await found(tmp_path / "service", database_url, [0], shops=0)
    person = town.payers[0]
    async with town.inside() as service:
        row = await service.talk.open(person.id, new_id(), b"", "zh", None)
    outbox = [Send(row.id, new_id(), body=f"message number {n}") for n in range(MESSAGES)]
    wanted = [send.body for send in outbox]
    # Two processes on PostgreSQL: what one of them takes, clients of the other hear.
    workers = 1 if database_url.startswith("sqlite") else 2
    process = Forked(town.config, workers=workers)
    try:
        await process.up()
        writer = Client(process.port, person.token, row.id, outbox)
        reader = Client(process.port, person.token, row.id, [])
        tasks = [asyncio.create_task(client.run()) for client in (writer, reader)]
        try:
            await _until(lambda: len(outbox) <= MESSAGES // 2)
            process.kill()
            process = Forked(town.config, workers=workers, port=process.port)
            await process.up()
            await _until(lambda: not outbox)
            await _until(lambda: _bodies(writer) == wanted and _bodies(reader) == wanted)
        finally:
            for task in tasks:
                task.cancel()
            ended = await asyncio.gather(*tasks, return_exceptions=True)
        assert [e for e in ended if not isinstance(e, asyncio.CancelledError)] == []
    finally:
        process.stop()
    assert min(writer.lines, reader.lines) >= 2
    assert len(writer.acks) == MESSAGES
    async with town.inside() as service:
        page = await service.talk.page(row.id, after=0, limit=200)
    assert [m.seq for m in page.messages] == list(range(1, page.last_seq + 1))
    assert [m.body for m in page.messages if m.sender.kind == "person"] == wanted
    kept = {m.cmid: m.seq for m in page.messages if m.sender.kind == "person"}
    assert kept == {cmid: ack.seq for cmid, ack in writer.acks.items()}


def _bodies(client: Client) -> list[str]:
    return [message.body for message in client.read if message.sender.kind == "person"]


async def _until(condition) -> None:
    async with asyncio.timeout(150):
        while not condition():
            await asyncio.sleep(0.02)
