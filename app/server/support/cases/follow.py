"""Reads conversations on from where it stopped: clocks, facts for reports, surveys, samples.

A tick of every node. The stream is the only source, so nothing is counted twice whatever is
repeated, and what a node was about to do when it died the next tick does.
"""

from __future__ import annotations

import asyncio
import dataclasses
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.protocol.ids import new_id
from app.protocol.messages.cards import SurveyCard
from app.server.db.engine import insert_of, reading, writing
from app.server.db.sealing import Sealer
from app.server.http.front import now_ms
from app.server.support.cases import clocks
from app.server.support.cases.clock_book import ClockBook, Clocks
from app.server.support.cases.follow_rules import (
    CARRIERS,
    Facts,
    Meaning,
    Step,
    Where,
    follow,
    sampled,
    surveyed,
)
from app.server.support.cases.tables import (
    cases,
    cycles,
    followed,
    quality_samples,
    surveys,
)
from app.server.support.people.tables import desk_rows
from app.server.support.talk.change import Change
from app.server.support.talk.drafts import SYSTEM
from app.server.support.talk.rows import open_message
from app.server.support.talk.service import Talk
from app.server.support.talk.tables import conversations, messages

_BATCH = 100
_MARGIN_MS = 60_000
"""How far a round looks back: transactions under way and clocks that differ."""

_STRETCH = 5000
"""Messages that one round reads; a longer backlog takes several rounds."""


_ONCE = frozenset({"opened_at", "handed_at", "handoff_reason", "first_reply_at"})
"""Facts that stay as they were first known."""

_SAVE = (
    sa.update(followed)
    .where(followed.c.conversation_id == sa.bindparam("this_id"))
    .values({name: sa.bindparam(name) for name in ("seq", "owner", "cycle")})
)


class Follower:
    """Follows every conversation of the service."""

    def __init__(
        self, engine: AsyncEngine, talk: Talk, book: ClockBook, sealer: Sealer, percent: int
    ) -> None:
        """Stand on the streams; ``percent`` of the closed conversations are drawn for scoring."""
        self._engine = engine
        self._talk = talk
        self._book = book
        self._sealer = sealer
        self._percent = percent
        # Conversations that changed before this were read; 0: look at all of them.
        self._since = 0

    async def run(self) -> None:
        """One round: as many batches as there are; others get their turn between two."""
        began = now_ms()
        while True:
            async with reading(self._engine) as connection:
                behind = await self._behind(connection)
            for conv_id in await self._read_on(behind):
                async with self._talk.change() as change:
                    await self._read_end(change, conv_id)
            if len(behind) < _BATCH:
                self._since = began - _MARGIN_MS
                return
            await asyncio.sleep(0)

    async def _behind(self, connection: AsyncConnection) -> list[str]:
        """Conversations with messages that were not read yet."""
        known = conversations.outerjoin(followed, followed.c.conversation_id == conversations.c.id)
        query = (
            sa.select(conversations.c.id)
            .select_from(known)
            .where(
                conversations.c.kind == "person",
                conversations.c.updated_at >= self._since,
                conversations.c.last_seq > sa.func.coalesce(followed.c.seq, 0),
            )
            .order_by(conversations.c.updated_at)
            .limit(_BATCH)
        )
        return list(await connection.scalars(query))

    async def _read_on(self, conv_ids: Sequence[str]) -> list[str]:
        """Read many on at once, without holding up anybody who writes; those that ended are left.

        Answers the conversations that need their own transaction.
        """
        if not conv_ids:
            return []
        async with writing(self._engine) as connection:
            before = await self._take(connection, conv_ids)
            meanings = await self._meanings(connection, before)
            ends = [conv_id for conv_id, meaning in meanings.items() if meaning.ended]
            for conv_id in ends:
                del meanings[conv_id]
            await self._apply(connection, meanings)
        return ends

    async def _read_end(self, change: Change, conv_id: str) -> None:
        """Read one on in which something was closed: the lock is what appending a survey needs."""
        await change.conversation(conv_id)
        before = await self._take(change.connection, [conv_id])
        meanings = await self._meanings(change.connection, before)
        await self._apply(change.connection, meanings)
        for meaning in meanings.values():
            for facts in meaning.facts.values():
                if facts.closed_at is not None:
                    await self._closed(change, conv_id, facts.cycle)

    async def _meanings(
        self, connection: AsyncConnection, before: dict[str, Where]
    ) -> dict[str, Meaning]:
        stretches = await self._stretches(connection, list(before))
        return {conv_id: follow(before[conv_id], steps) for conv_id, steps in stretches.items()}

    async def _apply(self, connection: AsyncConnection, meanings: dict[str, Meaning]) -> None:
        running = await self._book.load(connection, list(meanings))
        priorities = await self._priorities(connection, list(meanings))
        for conv_id, meaning in meanings.items():
            self._wind(running, conv_id, meaning, priorities.get(conv_id, 1))
        await running.save(connection)
        if meanings:
            rows = [{"this_id": c, **dataclasses.asdict(m.where)} for c, m in meanings.items()]
            await connection.execute(_SAVE, rows)
        await self._keep(connection, meanings)

    def _wind(self, running: Clocks, conv_id: str, meaning: Meaning, priority: int) -> None:
        for step in meaning.clocks:
            if step.kind != "activate":
                running.happen(conv_id, step.kind, step.at, *step.metrics)
                continue
            (metric,) = step.metrics
            if metric == "next_response" and running.is_open(conv_id, "first_response"):
                continue
            target = clocks.TARGETS[priority][metric]
            running.start(conv_id, metric, cycle=step.cycle, target=target, at=step.at)

    async def _take(self, connection: AsyncConnection, conv_ids: Sequence[str]) -> dict[str, Where]:
        """How far each was read; what another node reads on just now is left to it."""
        fresh = [
            {"conversation_id": conv_id, "seq": 0, "owner": "bot", "cycle": 1}
            for conv_id in sorted(conv_ids)
        ]
        await connection.execute(insert_of(connection)(followed).on_conflict_do_nothing(), fresh)
        rows = await connection.execute(
            sa.select(followed)
            .where(followed.c.conversation_id.in_(conv_ids))
            .with_for_update(skip_locked=True)
        )
        return {row.conversation_id: Where(row.seq, row.owner, row.cycle) for row in rows}

    async def _stretches(
        self, connection: AsyncConnection, conv_ids: Sequence[str]
    ) -> dict[str, list[Step]]:
        """The messages after where each was read to; only cards that matter are opened."""
        query = (
            sa.select(messages)
            .join(followed, followed.c.conversation_id == messages.c.conv_id)
            .where(messages.c.conv_id.in_(conv_ids), messages.c.seq > followed.c.seq)
            .order_by(messages.c.conv_id, messages.c.seq)
            .limit(_STRETCH)
        )
        found: dict[str, list[Step]] = defaultdict(list)
        for row in await connection.execute(query):
            card = open_message(self._sealer, row).card if row.kind in CARRIERS else None
            found[row.conv_id].append(
                Step(
                    row.seq,
                    row.created_at,
                    row.sender_kind,
                    row.sender_id,
                    row.sender_name,
                    row.kind,
                    card,
                )
            )
        return found

    async def _priorities(
        self, connection: AsyncConnection, conv_ids: Sequence[str]
    ) -> dict[str, int]:
        """The highest priority among the open cases of each conversation, normal at least."""
        query = (
            sa.select(cases.c.conversation_id, sa.func.max(cases.c.priority))
            .where(cases.c.conversation_id.in_(conv_ids), cases.c.stage != "closed")
            .group_by(cases.c.conversation_id)
        )
        return {conv_id: max(1, top) for conv_id, top in await connection.execute(query)}

    async def _keep(self, connection: AsyncConnection, meanings: dict[str, Meaning]) -> None:
        """Add what became known about openings to their rows; most of it is known already."""
        found = [(c, facts) for c, meaning in meanings.items() for facts in meaning.facts.values()]
        if not found:
            return
        pair = sa.tuple_(cycles.c.conversation_id, cycles.c.cycle)
        rows = await connection.execute(
            sa.select(cycles).where(pair.in_([(c, facts.cycle) for c, facts in found]))
        )
        known = {(row.conversation_id, row.cycle): row for row in rows}
        for conv_id, facts in found:
            row, new = known.get((conv_id, facts.cycle)), _told(facts)
            if row is None:
                opened = {"opened_at": facts.opened_at or facts.handed_at or facts.closed_at or 0}
                fresh = {"handoff_reason": "", "outcome": "", "agent_name": ""} | opened | new
                fresh |= {"conversation_id": conv_id, "cycle": facts.cycle}
                await connection.execute(sa.insert(cycles).values(fresh))
                continue
            news = {
                name: value
                for name, value in new.items()
                if getattr(row, name) != value and not (name in _ONCE and getattr(row, name))
            }
            if news:
                here = (cycles.c.conversation_id == conv_id) & (cycles.c.cycle == facts.cycle)
                await connection.execute(sa.update(cycles).where(here).values(news))

    async def _closed(self, change: Change, conv_id: str, cycle: int) -> None:
        """An opening ended: its outcome, its survey, perhaps a sample; once, whatever happens."""
        connection = change.connection
        here = (cycles.c.conversation_id == conv_id) & (cycles.c.cycle == cycle)
        outcome = await connection.scalar(
            sa.select(desk_rows.c.outcome).where(desk_rows.c.conv_id == conv_id)
        )
        await connection.execute(sa.update(cycles).where(here).values(outcome=outcome or ""))
        fact = (await connection.execute(sa.select(cycles).where(here))).one()
        if fact.first_reply_at and sampled(conv_id, cycle, self._percent):
            await draw(connection, fact, change.now)
        row = change.row(conv_id)
        if not row.user_id or row.channel != "wallet":
            return
        if surveyed(
            first_reply=fact.first_reply_at is not None,
            bot_answered=fact.bot_answered,
            abandoned=fact.abandoned,
            spam=fact.outcome == "spam",
        ):
            await self._ask(change, conv_id, cycle, fact)

    async def _ask(self, change: Change, conv_id: str, cycle: int, fact: Any) -> None:
        row = change.row(conv_id)
        resolver = fact.agent_name if fact.first_reply_at else "bot"
        survey_id = new_id()
        await change.connection.execute(
            sa.insert(surveys).values(
                id=survey_id,
                conversation_id=conv_id,
                user_id=row.user_id,
                cycle=cycle,
                resolver=resolver,
                resolver_id=fact.agent_id,
                sent_at=change.now,
            )
        )
        card = SurveyCard(survey_id, cycle, "", resolver)
        await change.append(row, SYSTEM, "survey", card=card)


async def draw(connection: AsyncConnection, fact: Any, now: int) -> None:
    """Draw an opening for scoring, unless it was drawn before."""
    await connection.execute(
        insert_of(connection)(quality_samples)
        .values(
            id=new_id(),
            conversation_id=fact.conversation_id,
            cycle=fact.cycle,
            agent_id=fact.agent_id,
            agent_name=fact.agent_name,
            drawn_at=now,
            scored_by="",
        )
        .on_conflict_do_nothing(index_elements=["conversation_id", "cycle"])
    )


def _told(facts: Facts) -> dict[str, Any]:
    """The columns that a stretch says something about."""
    said = {
        "opened_at": facts.opened_at,
        "handed_at": facts.handed_at,
        "handoff_reason": facts.handoff_reason,
        "first_reply_at": facts.first_reply_at,
        "closed_at": facts.closed_at,
        "abandoned": facts.abandoned,
        "agent_id": facts.agent_id,
        "agent_name": facts.agent_name,
        "bot_answered": facts.bot_answered,
    }
    return {name: value for name, value in said.items() if value}
