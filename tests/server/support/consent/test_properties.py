"""Whatever is asked, allowed, revoked, handed over, closed, and however time passes: a view is
answered under a live grant only, and always has its row."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import hypothesis.strategies as st
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings

from app.protocol.errors import KBeanError
from app.protocol.ids import new_id
from app.protocol.messages.desk import AskAccess, BreakGlassRequest
from app.server.db.engine import reading
from app.server.http.front import now_ms
from app.server.http.tokens import Principal
from app.server.support.consent.rules import BREAK_GLASS_MS, QUESTION_MS
from app.server.support.consent.tables import grants, looks
from tests.server.support.consent.room import MINUTE, SCOPES, Room
from tests.server.support.world import open_conversation
from tests.server.world import Person

AGENTS = 2
scopes = st.lists(st.sampled_from(SCOPES), min_size=1, max_size=4, unique=True)
agents = st.integers(0, AGENTS - 1)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("ask"), agents, scopes, st.sampled_from([1, 15, 60])),
        # What the owner asks for is mostly allowed: most examples have something to look at.
        st.tuples(st.just("consent"), scopes, st.sampled_from([5, 15, 60])),
        st.tuples(st.just("consent"), scopes, st.sampled_from([5, 15, 60])),
        st.tuples(st.just("allow"), st.integers(0, 2), scopes, st.sampled_from([1, 15])),
        st.tuples(st.just("decline"), st.integers(0, 2)),
        st.tuples(st.just("revoke"), st.integers(0, 3)),
        st.tuples(st.just("hand_over"), st.sampled_from([0, 1, "bot", "queue", "nobody"])),
        st.tuples(st.just("there_and_back"), st.sampled_from([0, 1, "queue", "nobody"])),
        st.tuples(st.just("pass"), st.sampled_from([1, 9, 14, 16, 61])),
        st.tuples(st.just("tick")),
        st.tuples(st.just("glass"), agents, scopes),
        st.tuples(st.just("second"), st.integers(0, 2), agents),
        st.tuples(st.just("look"), agents),
    ),
    min_size=6,
    max_size=18,
)


@dataclass
class Wish:
    """A question as the model knows it."""

    id: str
    agent: int
    scopes: set[str]
    minutes: int
    expires: int
    glass: bool = False
    state: str = "open"
    until: int = 0


@dataclass
class Model:
    """Consent in the simplest words."""

    now: int
    owner: Any = 0
    wishes: list[Wish] = field(default_factory=list)
    seen: Counter[str] = field(default_factory=Counter)

    def latest(self, back: int, *, glass: bool = False) -> Wish | None:
        found = [wish for wish in self.wishes if wish.glass == glass]
        return found[-1 - back] if back < len(found) else None

    def may_view(self, agent: int, scope: str) -> bool:
        return any(
            wish.state == "active"
            and wish.agent == agent
            and scope in wish.scopes
            and self.now < wish.until
            and (wish.glass or self.owner == agent)
            for wish in self.wishes
        )

    def hand_over(self, owner: Any) -> None:
        self.owner = owner
        for wish in self.wishes:
            if not wish.glass and wish.state in {"open", "active"} and wish.agent != owner:
                wish.state = "ended"


class Play:
    """Does each step for real, holds the answer against the model."""

    def __init__(self, room: Room, staff: list[Principal]) -> None:
        self.room = room
        self.staff = staff
        self.consent = room.shop.service.consent
        self.start = now_ms()
        self.model = Model(self.start)
        session = room.person.session
        self.person = Principal(
            "person", session.user_id, session.session_id, session.device_id, "", "", 2**53
        )
        room.shop.service.talk.clock = lambda: self.model.now

    async def refused(self, work: Any) -> str:
        try:
            await work
        except KBeanError as error:
            return error.code
        return ""

    async def ask(self, agent: int, wanted: list[Any], minutes: int) -> None:
        key = new_id()
        body = AskAccess(wanted, "a payment is missing", minutes)
        code = await self.refused(
            self.consent.access.ask(self.staff[agent], self.room.conv, key, body)
        )
        assert code == ("" if self.model.owner == agent else "not_owner")
        if not code:
            for wish in self.model.wishes:
                if wish.state == "open" and not wish.glass:
                    wish.state = "ended"
            expires = self.model.now + QUESTION_MS
            self.model.wishes.append(Wish(key, agent, set(wanted), minutes, expires))

    async def answer(self, back: int, wanted: list[Any], minutes: int, *, allow: bool) -> None:
        wish = self.model.latest(back)
        if wish is None:
            return
        agent = (self.room.agent, self.room.other)[wish.agent]
        answer = self.room.access_answer(
            wish.id, allow, scopes=wanted, minutes=minutes, agent=agent
        )
        code = await self.refused(self.consent.access.answer(self.person, wish.id, answer))
        waits = wish.state == "open" and self.model.now < wish.expires
        fits = set(wanted) <= wish.scopes and minutes <= wish.minutes
        assert (code == "") == (waits and (fits or not allow)), (code, wish)
        if not code:
            wish.state = "active" if allow else "declined"
            wish.scopes, wish.until = set(wanted), self.model.now + minutes * MINUTE

    async def revoke(self, back: int) -> None:
        wish = self.model.latest(back)
        if wish is not None:
            assert await self.refused(self.consent.access.revoke(self.person, wish.id)) == ""
            if wish.state in {"open", "active"}:
                wish.state = "revoked"

    async def hand_over(self, owner: Any) -> None:
        async with self.room.shop.service.talk.change() as change:
            row = await change.conversation(self.room.conv)
            if isinstance(owner, int):
                agent = self.staff[owner].id
                await change.give(row, "agent", "claimed", agent_id=agent, agent_name="林婷")
            else:
                await change.give(row, owner, "handed_over")
        self.model.hand_over(owner)

    async def glass(self, agent: int, wanted: list[Any]) -> None:
        key = new_id()
        body = BreakGlassRequest(wanted, "ordered by a court")
        await self.consent.glass.ask(self.staff[agent], self.room.conv, key, body)
        expires = self.model.now + QUESTION_MS
        self.model.wishes.append(Wish(key, agent, set(wanted), 10, expires, glass=True))

    async def second(self, back: int, agent: int) -> None:
        wish = self.model.latest(back, glass=True)
        if wish is None:
            return
        code = await self.refused(self.consent.glass.confirm(self.staff[agent], wish.id))
        opens = wish.state == "open" and agent != wish.agent and self.model.now < wish.expires
        if wish.state == "open":
            assert (code == "") == opens, code
        if opens:
            wish.state, wish.until = "active", self.model.now + BREAK_GLASS_MS

    async def view(self, agent: int, scope: Any) -> None:
        code = await self.refused(
            self.consent.gateway.view(self.staff[agent], self.room.conv, scope)
        )
        may = self.model.may_view(agent, scope)
        assert code == ("" if may else "grant_missing")
        self.model.seen[f"{agent} {scope}"] += may

    async def step(self, what: str, *words: Any) -> None:
        match what:
            case "allow":
                await self.answer(*words, allow=True)
            case "decline":
                await self.answer(words[0], SCOPES, 1, allow=False)
            case "pass":
                self.model.now += words[0] * MINUTE
            case "consent" if isinstance(self.model.owner, int):
                await self.ask(self.model.owner, *words)
                await self.answer(0, *words, allow=True)
            case "consent":
                pass
            case "look":
                for scope in SCOPES:
                    await self.view(words[0], scope)
            case "there_and_back":
                before = self.model.owner
                await self.hand_over(words[0])
                await self.hand_over(before)
            case "tick":
                await self.consent.lapse()
            case _:
                await getattr(self, what)(*words)

    async def check(self) -> None:
        """A row for every view that was answered, under a grant that was for it."""
        async with reading(self.room.shop.service.engine) as connection:
            rows = (
                await connection.execute(
                    sa.select(looks, grants.c.agent_id.label("of"), grants.c.answered_at)
                    .join(grants, grants.c.id == looks.c.grant_id)
                    .where(looks.c.conv_id == self.room.conv)
                )
            ).all()
        numbers = {principal.id: n for n, principal in enumerate(self.staff)}
        found = Counter(f"{numbers[row.agent_id]} {row.scope}" for row in rows)
        assert found == +self.model.seen
        for row in rows:
            assert row.of == row.agent_id
            assert row.answered_at <= row.at


async def newcomer(first: Room) -> Room:
    """Another person with a conversation of their own, in the same service."""
    person: Person = await first.shop.person()
    conv = (await open_conversation(person)).id
    return Room(first.shop, person, first.agent, first.other, conv)


@settings(
    max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(steps=steps)
async def test_a_view_is_answered_under_a_live_grant_only_and_has_its_row(
    room: Room, steps: list[tuple[Any, ...]]
) -> None:
    room.later(0)
    staff = [
        Principal("staff", member.id, new_id(), "", "", "", 2**53, ("agent",))
        for member in (room.agent, room.other)
    ]
    game = Play(await newcomer(room), staff)
    await game.hand_over(0)
    for what, *words in [*steps, ("look", 0), ("look", 1)]:
        await game.step(what, *words)
    await game.check()
