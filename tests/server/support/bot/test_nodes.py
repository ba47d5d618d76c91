"""Several processes over one database: every question is answered, and once."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import pytest

from app.protocol.messages.cards import AnswerCard
from tests.server.support.bot.node import answer_all, due
from tests.server.support.bot.test_conversation import talk
from tests.server.support.world import stream
from tests.server.world import world

ROOT = Path(__file__).parents[4]


"""One worker for all that fits or loads: what is fitted is fitted once."""


async def _nothing(_conv: str) -> None:
    """A node that dies between question and answer."""


async def test_two_processes_answer_what_a_third_left_behind_exactly_once(
    tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
):
    async with world(tmp_path, database_url, bot="words") as shop:
        monkeypatch.setattr(shop.service.bot.bot, "answer", _nothing)
        # Fitted here, it is kept for the other process.
        await shop.service.bot.shelf.library()
        people = [await shop.person() for _ in range(4)]
        convs = [await talk(person) for person in people]
        for person, conv in zip(people, convs, strict=True):
            async with stream(person) as line:
                for topic in ("hours", "human", "hours"):
                    await line.say(conv.id, topic, choice=topic)
        node = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.server.support.bot.node", str(tmp_path), database_url),
            cwd=ROOT,
            env=dict(os.environ),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        assert node.stdin is not None
        assert node.stdout is not None
        assert await node.stdout.readline() == b"ready\n"
        assert await due(shop.service) > 0
        # The one that had died is back, and races with the other.
        monkeypatch.undo()
        node.stdin.write(b"go\n")
        await answer_all(shop.service)
        assert await node.wait() == 0
        for person, conv in zip(people, convs, strict=True):
            async with stream(person) as line:
                page = await line.fetch(conv.id)
            assert [m.seq for m in page] == list(range(1, len(page) + 1))
            # The second question asks for a person: the third is no longer the bot's to answer.
            assert sum(isinstance(m.card, AnswerCard) for m in page) == 1
            assert (await shop.service.talk.find(conv.id)).owner == "queue"
