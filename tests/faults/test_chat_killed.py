"""``kill -9`` of a wallet in the middle of a chat: nothing lost, nothing twice, order kept."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.end_to_end.chatting import agree, chatting, kept, opened_again, say, sent, told
from tests.end_to_end.world import World, world
from tests.faults import chat_process
from tests.faults.nursery import Actor

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

MOMENTS = ("opened", "written", "sent", "acked")


def chatter(here: World, moment: str, count: int = 3) -> Actor:
    """Ann's wallet in its own process; killed at the end of the block."""
    words = (str(here.folder / "ann"), moment, moment, str(count))
    return Actor(chat_process.main, *words, log=here.folder / "ann.log")


async def test_a_wallet_killed_at_any_moment_says_everything_once(tmp_path: Path) -> None:
    async with world(tmp_path, bot="silent") as here:
        await (await chatting(here)).close()
        want: list[str] = []
        for moment in MOMENTS:
            async with chatter(here, moment) as process:
                assert await process.line() == "here"
            # What was written before the kill stands in the vault; what wasn't, nobody promised.
            again = await opened_again(here)
            conv = await sent(again)
            said = [body for body in await told(here, conv) if body.startswith(moment)]
            assert said == [f"{moment} {number}" for number in range(len(said))]
            assert said
            want += said
            assert await told(here, conv) == want
            await agree(here, again, conv)
            assert len(await again.support.conversations()) == 1
            await again.close()


async def test_a_wallet_killed_while_both_sides_write_has_it_all(tmp_path: Path) -> None:
    rolls = random.Random(20261123)
    async with world(tmp_path, bot="silent") as here:
        first = await chatting(here)
        await first.support.open(language="en")
        conv = await sent(first)
        await first.close()
        wrote = 0
        for _ in range(2):
            before = len(await told(here, conv))
            async with chatter(here, "spree") as process:
                for number in range(rolls.randrange(3, 25)):
                    assert await process.line() == f"wrote {number + 1}"
                    wrote = number + 1
                    process.nod()
                    await say(here, conv, f"reply {number}")
            again = await opened_again(here)
            await sent(again)
            said = (await told(here, conv))[before:]
            assert said == [f"spree {number}" for number in range(len(said))]
            assert len(said) >= wrote, "what was on the disk goes out"
            await agree(here, again, conv)
            await again.close()
        numbers = [message.seq for message in await kept(here, conv)]
        assert numbers == list(range(1, len(numbers) + 1))
