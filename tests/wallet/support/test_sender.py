"""The outbox at work on a real vault: one at a time, the same bytes again, refusals are asked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from app.protocol.errors import KBeanError
from app.protocol.messages.stream import CLOSE_INVALID, Ack, Refused, Send
from app.protocol.messages.support import Conversation
from app.sdk.clock import ServiceClock
from app.wallet.line import Line
from app.wallet.snapshot import Board
from app.wallet.support import outbox
from app.wallet.support.outbox import Sender
from app.wallet.support.standing import Standing
from app.wallet.vault.keyslots import Argon2Params
from app.wallet.vault.stores.outbox import Entry
from app.wallet.vault.vault import Setup
from app.wallet.vault.worker import VaultWorker

NOW = 1_795_000_000_000


class Post:
    """The stream's end: what goes out is kept; the line can be away."""

    def __init__(self) -> None:
        self.frames: list[Send] = []
        self.live = True

    async def __call__(self, frame: Send) -> bool:
        if self.live:
            self.frames.append(frame)
        return self.live

    @property
    def keys(self) -> list[str]:
        return [frame.cmid for frame in self.frames]


class Rig:
    """A sender on a vault with one conversation."""

    def __init__(self, worker: VaultWorker, sender: Sender, post: Post, task) -> None:
        self.worker = worker
        self.sender = sender
        self.post = post
        self.task = task

    async def write(self, *keys: str) -> None:
        for key in keys:
            await self.sender.add(key, "c", Entry("text", NOW, body=key))

    async def states(self) -> dict[str, str]:
        rows = await self.worker.run(lambda vault: vault.outbox.of("c"))
        return {row.key: row.state for row in rows}

    async def refuse(self, key: str, code: str, **more) -> None:
        problem = KBeanError(code, **more).problem()
        self.sender.refused(Refused(problem, "c", key))


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.005)


async def _nobody(conversation: Conversation) -> None:
    raise AssertionError("nothing is opened here")


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[Rig]:
    worker = VaultWorker(tmp_path, Setup(argon2=Argon2Params(64, 1, 1)))
    await asyncio.wrap_future(worker.create("correct horse battery"))
    await worker.run(
        lambda vault: vault.chats.save(Conversation("c", "n", "en", "bot", NOW, NOW, 0))
    )
    board, clock, post = Board(), ServiceClock(), Post()
    standing = Standing(worker, board, clock, asyncio.ensure_future)
    sender = Sender(worker, Line(worker, board, clock), standing, post, _nobody)
    task = asyncio.create_task(sender.run())
    yield Rig(worker, sender, post, task)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    standing.forget()
    await asyncio.to_thread(worker.close)


async def test_the_next_one_goes_when_the_one_before_is_acknowledged(rig):
    await rig.write("a", "b")
    await until(lambda: rig.post.keys == ["a"])
    await rig.sender.acked(Ack("c", "a", 1, NOW))
    await until(lambda: rig.post.keys == ["a", "b"])
    await rig.sender.acked(Ack("c", "a", 1, NOW))
    assert await rig.states() == {"a": "acked", "b": "waiting"}


async def test_a_broken_line_sends_the_same_bytes_again(rig):
    await rig.write("a")
    await until(lambda: rig.post.keys == ["a"])
    rig.post.live = False
    rig.sender.lost(None)
    rig.sender.lost(1012)
    assert await rig.states() == {"a": "waiting"}
    rig.post.live = True
    rig.sender.stir()
    await until(lambda: rig.post.keys == ["a", "a"])
    assert rig.post.frames[0] == rig.post.frames[1]


async def test_no_ack_in_time_counts_as_a_broken_line(rig, monkeypatch):
    monkeypatch.setattr(outbox, "ACK_SECONDS", 0.05)
    await rig.write("a")
    await until(lambda: rig.post.keys[:2] == ["a", "a"])


async def test_a_busy_service_is_asked_again_and_nobody_overtakes(rig):
    await rig.write("a", "b")
    await until(lambda: rig.post.keys == ["a"])
    await rig.refuse("b", "message_empty")
    await rig.refuse("a", "busy")
    await until(lambda: rig.post.keys == ["a", "a"])
    assert await rig.states() == {"a": "waiting", "b": "waiting"}


async def test_a_refused_message_waits_for_the_person_and_hurts_no_other(rig):
    await rig.write("a", "b")
    await until(lambda: rig.post.keys == ["a"])
    await rig.refuse("a", "attachment_not_found")
    await until(lambda: rig.post.keys == ["a", "b"])
    assert await rig.states() == {"a": "refused", "b": "waiting"}
    await rig.sender.discard("b")
    assert "b" in await rig.states(), "its bytes are on their way"
    await rig.sender.acked(Ack("c", "b", 1, NOW))
    await rig.sender.discard("b")
    assert "b" in await rig.states(), "it is said"
    await rig.sender.retry("a")
    await until(lambda: rig.post.keys == ["a", "b", "a"])
    await rig.refuse("a", "message_differs")
    await _until_refused(rig, "a")
    await rig.sender.retry("a")
    await until(lambda: len(rig.post.keys) == 4)
    assert rig.post.keys[3] not in {"a", "b"}, "the old number belongs to something else"
    await rig.sender.retry("unknown")
    await rig.sender.discard("unknown")


async def _until_refused(rig: Rig, key: str) -> None:
    async with asyncio.timeout(20):
        while (await rig.states()).get(key) != "refused":
            await asyncio.sleep(0.005)


async def test_a_closed_conversation_stops_all_that_waits_until_the_person_speaks(rig):
    await rig.write("a", "b", "d")
    await until(lambda: rig.post.keys == ["a"])
    await rig.refuse("a", "conversation_closed")
    await _until_refused(rig, "d")
    assert await rig.states() == dict.fromkeys("abd", "refused")
    await rig.sender.discard("d")
    await rig.sender.retry("b")
    await until(lambda: rig.post.keys == ["a", "b"])
    assert rig.post.frames[1].reopen
    assert await rig.states() == {"a": "refused", "b": "waiting"}


async def test_a_frame_that_ends_the_line_twice_is_the_frames_fault(rig):
    await rig.write("a", "b")
    await until(lambda: rig.post.keys == ["a"])
    rig.sender.lost(CLOSE_INVALID)
    rig.sender.stir()
    await until(lambda: rig.post.keys == ["a", "a"])
    rig.sender.lost(CLOSE_INVALID)
    rig.sender.stir()
    await until(lambda: rig.post.keys == ["a", "a", "b"])
    assert await rig.states() == {"a": "refused", "b": "waiting"}


async def test_what_needs_the_service_first_waits_while_signed_out(rig, monkeypatch):
    asked: list[Line] = []
    ask = Line.ask

    async def counted(line: Line, work, **more):
        asked.append(line)
        return await ask(line, work, **more)

    monkeypatch.setattr(Line, "ask", counted)
    await rig.sender.add("k", "c", Entry("open", NOW))
    await rig.write("a")
    await until(lambda: len(asked) > 1)
    assert rig.post.keys == []
    assert await rig.states() == {"k": "waiting", "a": "waiting"}
