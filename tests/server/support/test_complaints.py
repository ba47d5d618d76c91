"""What users of such desks complain about, where one room alone can't prove it (design/4).

Bot, queue, people's work, cases and calendar together, behind the real port, on both databases; the
clock is moved by hand. The other complaints are tests of the room that could cause them:
tests/house/test_complaints.py knows where.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest

from app.protocol.ids import new_id
from app.protocol.messages.cards import OwnerEvent, SurveyCard
from app.protocol.messages.cases import Report
from app.protocol.messages.desk import Board, Reply
from app.protocol.messages.stream import Ack, Msg, Send
from app.protocol.messages.support import OpenSpan, SupportInfo
from tests.server.staff import Member, make_member
from tests.server.support.following import read_to_the_end
from tests.server.support.world import Person, open_conversation, stream
from tests.server.world import World, world

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass
class Town:
    """A service whose clock stands where the test puts it, and whose ticks come when asked."""

    shop: World
    person: Person
    agent: Member
    lead: Member
    midnight: datetime
    """The start of a day that is still to come."""
    now: int = 0

    def at(self, hour: int, minute: int = 0, *, day: int = 0, ms: int = 0) -> int:
        """Move the clock to a wall time of the zone; Unix milliseconds."""
        moment = self.midnight + timedelta(days=day, hours=hour, minutes=minute)
        self.now = int(moment.timestamp()) * 1000 + ms
        return self.now

    async def say(self, conv: str, body: str, *, reopen: bool = False) -> int:
        """The person writes."""
        answer = await self.shop.client.post(
            f"/v1/support/conversations/{conv}/messages",
            content=msgspec.json.encode(Send(conv, new_id(), body=body, reopen=reopen)),
            headers=self.person.headers,
        )
        assert answer.status_code == 200, answer.text
        return msgspec.json.decode(answer.content, type=Ack).seq

    async def human(self, conv: str) -> None:
        """The person asks for people."""
        path = f"/v1/support/conversations/{conv}/human"
        answer = await self.shop.client.post(path, headers=self.person.headers)
        assert answer.status_code == 200, answer.text

    async def do(self, conv: str, what: str, body: Any = None) -> None:
        """The agent does something with the conversation."""
        answer = await self.agent.post(f"/v1/staff/conversations/{conv}/{what}", body)
        assert answer.status_code in {200, 201}, answer.text

    async def reply(self, conv: str, body: str) -> None:
        await self.do(conv, "messages", Reply(new_id(), body))

    async def follow(self) -> None:
        """The tick that reads conversations on; twice at once, as two nodes do."""
        await asyncio.gather(read_to_the_end(self.shop.service), read_to_the_end(self.shop.service))

    async def info(self) -> SupportInfo:
        return msgspec.json.decode((await self.person.get("/v1/support")).content, type=SupportInfo)

    async def due(self, conv: str) -> int | None:
        """When an answer is due, as the desk shows it."""
        board = msgspec.json.decode((await self.lead.get("/v1/staff/board")).content, type=Board)
        entries = [*board.mine, *board.queue, *board.team]
        return next(entry.due_at for entry in entries if entry.conversation.id == conv)

    async def report(self) -> Report:
        """The supervisor's report of the week that begins at that midnight."""
        since = int(self.midnight.timestamp()) * 1000
        span = {"since": since, "until": since + 7 * 86_400_000}
        answer = await self.lead.get("/v1/staff/reports", **span)
        assert answer.status_code == 200, answer.text
        return msgspec.json.decode(answer.content, type=Report)


def to_come() -> datetime:
    """The midnight three days from now: what was done in reality lies before everything."""
    today = datetime.now(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
    return today + timedelta(days=3)


@asynccontextmanager
async def town(
    folder: Path, url: str, monkeypatch: pytest.MonkeyPatch, **config: Any
) -> AsyncIterator[Town]:
    midnight = config.pop("midnight", None) or to_come()
    async with world(folder, url, **config) as shop:
        await shop.service.ticks.stop()
        person, agent = await shop.person(), await make_member(shop)
        lead = await make_member(shop, "supervisor")
        made = Town(shop, person, agent, lead, midnight)
        monkeypatch.setattr(shop.service.talk, "clock", lambda: made.now)
        yield made


async def test_clocks_polluted_by_bot_time_and_reopenings(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Three hours with the bot and a night between two openings are in no figure of the report."""
    async with town(tmp_path, database_url, monkeypatch) as here:
        here.at(10)
        conv = (await open_conversation(here.person)).id
        await here.say(conv, "怎么退款？")
        await here.follow()
        assert (await here.report()).first_response.wall.count == 0
        # Three hours later the bot didn't help: people answer within five minutes.
        handed = here.at(13)
        await here.human(conv)
        await here.follow()
        assert await here.due(conv) == handed + 600_000
        here.at(13, 4)
        await here.do(conv, "claim")
        here.at(13, 5)
        await here.reply(conv, "您好，我来看看")
        asked = here.at(13, 6)
        await here.say(conv, "谢谢，要多久？")
        await here.follow()
        assert await here.due(conv) == asked + 1_800_000
        here.at(13, 10)
        await here.reply(conv, "今天到账")
        await here.follow()
        assert await here.due(conv) is None
        here.at(13, 20)
        await here.do(conv, "close", {"outcome": "resolved"})
        # The next morning they come back: an opening of its own.
        again = here.at(10, day=1)
        await here.say(conv, "还没有到账", reopen=True)
        await here.follow()
        assert await here.due(conv) == again + 600_000
        here.at(10, 1, day=1)
        await here.do(conv, "claim")
        here.at(10, 2, day=1)
        await here.reply(conv, "我再查一下")
        here.at(10, 12, day=1)
        await here.do(conv, "close", {"outcome": "resolved"})
        await here.follow()
        report = await here.report()
        assert (report.cycles, report.reopened, report.resolved) == (2, 1, 2)
        for figures, short, long in (
            (report.first_response, 2 * 60, 5 * 60),
            (report.resolution, 12 * 60, 20 * 60),
        ):
            for counted in (figures.service, figures.wall):
                assert (counted.count, counted.p50, counted.p90) == (2, short, long)
        assert report.sla == {"first_response": (2, 2), "next_response": (1, 1)}
        assert [(day.opened, day.closed) for day in report.days] == [(1, 1), (1, 1)]


async def test_service_hours_wrong_at_midnight_and_on_holidays(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """What people are told and what is counted: 24:00 is the day's end, a holiday has no hours."""
    midnight, hours = to_come(), tmp_path / "hours.toml"
    holiday = (midnight + timedelta(days=1)).date().isoformat()
    weekly = "\n".join(f'{day} = ["00:00-02:00", "20:00-24:00"]' for day in DAYS)
    hours.write_text(f'[weekly]\n{weekly}\n[days]\n"{holiday}" = []\n', "utf-8")
    config: dict[str, Any] = {"midnight": midnight, "hours_file": hours}
    async with town(tmp_path, database_url, monkeypatch, **config) as here:
        # The last moment before a holiday, the holiday, and the first one after it.
        end, opens = here.at(0, day=1), here.at(0, day=2)
        closes = here.at(2, day=2)
        for at, closed in ((end, True), (opens, False), (closes, True)):
            for here.now, is_open in ((at - 1, closed), (at, not closed)):
                assert (await here.info()).open_now is is_open, here.now - end
        here.now = end
        first, second, *_ = (await here.info()).spans
        assert first == OpenSpan(opens, closes)
        # Two days that meet at midnight are one stretch.
        assert second == OpenSpan(here.at(20, day=2), here.at(2, day=3))
        # Five minutes before the holiday somebody asks: five of ten minutes are left after it.
        here.at(23, 55)
        conv = (await open_conversation(here.person)).id
        await here.say(conv, "被多扣了一笔")
        await here.human(conv)
        await here.follow()
        assert await here.due(conv) == opens + 300_000
        here.at(0, 4, day=2)
        await here.do(conv, "claim")
        await here.reply(conv, "您好，正在核对")
        here.at(0, 6, day=2)
        await here.do(conv, "close", {"outcome": "resolved"})
        await here.follow()
        report = await here.report()
        assert report.sla["first_response"] == (1, 1)
        assert report.first_response.service.p50 == 9 * 60
        assert report.first_response.wall.p50 == 24 * 3600 + 9 * 60
        assert report.resolution.service.p50 == 11 * 60


async def test_the_survey_comes_once_late_or_never(database_url: str, tmp_path: Path):
    """It comes once for every close, by itself, at the end; even where a node died before it."""
    async with world(tmp_path, database_url) as shop:
        person, agent = await shop.person(), await make_member(shop, display_name="林婷")
        conv = (await open_conversation(person)).id
        async with stream(person) as line:
            for cycle in (1, 2):
                await line.say(conv, f"第 {cycle} 次", reopen=cycle > 1)
                if cycle == 1:
                    path = f"/v1/support/conversations/{conv}/human"
                    await shop.client.post(path, headers=person.headers)
                await helped(agent, conv)
                # Nobody asks for it: the service's own tick sends it.
                asked = await line.expect(Msg, lambda f: isinstance(f.message.card, SurveyCard))
                card = asked.message.card
                assert isinstance(card, SurveyCard)
                assert (card.cycle, card.resolver) == (cycle, "林婷")
                rated = await shop.client.post(
                    f"/v1/support/surveys/{card.survey_id}",
                    content=b'{"stars": 5}',
                    headers=person.headers | {"idempotency-key": new_id()},
                )
                assert rated.status_code == 200, rated.text
            await line.say(conv, "第 3 次", reopen=True)
            # The third time the node ends between the close and the survey.
            await shop.service.ticks.stop()
            await helped(agent, conv)
            page = await line.fetch(conv)
        assert surveys_of(page) == [1, 2]
        keys = shop.service.config.keys_path
    async with AsyncExitStack() as nodes:
        back = await nodes.enter_async_context(world(tmp_path, database_url, key_file=keys))
        if not database_url.startswith("sqlite"):
            other = world(tmp_path / "other", database_url, key_file=keys)
            await nodes.enter_async_context(other)
        person.world = back
        async with stream(person) as line:
            async with asyncio.timeout(30):
                while surveys_of(page := await line.fetch(conv)) != [1, 2, 3]:
                    await asyncio.sleep(0.05)
            await back.service.cases.follower.run()
            assert await line.fetch(conv) == page
    # Each stands right behind the close that it asks about.
    for before, message in pairwise(page):
        if isinstance(message.card, SurveyCard):
            assert isinstance(before.card, OwnerEvent)
            assert (before.card.owner, before.card.cycle) == ("nobody", message.card.cycle)


async def helped(agent: Member, conv: str) -> None:
    """The agent claims, answers and closes."""
    for what, body in (
        ("claim", None),
        ("messages", Reply(new_id(), "已经处理好了")),
        ("close", {"outcome": "resolved"}),
    ):
        answer = await agent.post(f"/v1/staff/conversations/{conv}/{what}", body)
        assert answer.status_code in {200, 201}, answer.text


def surveys_of(page: list[Any]) -> list[int]:
    return [message.card.cycle for message in page if isinstance(message.card, SurveyCard)]
