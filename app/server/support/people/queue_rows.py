"""What the queue reads: who waits, who takes conversations, how long they took lately."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from app.server.db.engine import insert_of
from app.server.http.roles import FRONT
from app.server.identity.staff_tables import staff
from app.server.support.people.queue_rules import Agent, Waiting, in_order
from app.server.support.people.tables import agents, desk_rows, turns
from app.server.support.talk.tables import conversations, messages

HANDLED_MS = 7 * 86_400_000
"""How far back "lately" goes."""

_HANDLED_MOST = 50


class Queued(NamedTuple):
    """A conversation in the queue, and what its person was last told."""

    waiting: Waiting
    user_id: str
    told: str


async def read_queue(connection: AsyncConnection) -> list[Queued]:
    """Who waits, in order."""
    rows = await connection.execute(
        sa.select(
            desk_rows.c.conv_id,
            desk_rows.c.waiting_since,
            desk_rows.c.priority,
            desk_rows.c.last_agent_id,
            desk_rows.c.told,
            conversations.c.user_id,
            conversations.c.skill,
            conversations.c.language,
        )
        .join(conversations, conversations.c.id == desk_rows.c.conv_id)
        .where(desk_rows.c.waiting_since.is_not(None))
    )
    found = {
        row.conv_id: Queued(
            Waiting(
                row.conv_id,
                row.skill,
                row.language,
                row.priority,
                row.waiting_since,
                row.last_agent_id or "",
            ),
            row.user_id or "",
            row.told,
        )
        for row in rows
    }
    return [found[one.conv_id] for one in in_order(queued.waiting for queued in found.values())]


async def read_agents(connection: AsyncConnection) -> list[Agent]:
    """Who takes conversations now: online by their word and in fact."""
    rows = await connection.execute(
        sa.select(staff, agents.c.given_at, load_of(agents.c.staff_id).label("load"))
        .join(agents, agents.c.staff_id == staff.c.id)
        .where(
            agents.c.presence == "online",
            agents.c.gone_at.is_(None),
            staff.c.disabled_at.is_(None),
        )
    )
    return [
        Agent(
            row.id,
            frozenset(row.skills.split()),
            frozenset(row.languages.split()),
            row.capacity,
            row.load,
            row.given_at,
        )
        for row in rows
        if FRONT.intersection(row.roles.split())
    ]


def load_of(staff_id: Any) -> sa.ScalarSelect[int]:
    """How many open conversations somebody owns, as a part of a query."""
    return (
        sa.select(sa.func.count())
        .where(conversations.c.owner == "agent", conversations.c.agent_id == staff_id)
        .scalar_subquery()
    )


async def read_handled(connection: AsyncConnection, now_ms: int) -> list[int]:
    """How long conversations lately were with an agent, in milliseconds."""
    rows = await connection.execute(
        sa.select(turns.c.began_at, turns.c.ended_at)
        .where(turns.c.owner == "agent", turns.c.ended_at > now_ms - HANDLED_MS)
        .order_by(turns.c.ended_at.desc())
        .limit(_HANDLED_MOST)
    )
    return [row.ended_at - row.began_at for row in rows]


async def read_unanswered(connection: AsyncConnection, conv_ids: Sequence[str]) -> dict[str, int]:
    """The person's oldest message without an answer of the staff, where there is one."""
    answered = (
        sa.select(
            messages.c.conv_id,
            sa.func.max(messages.c.seq).label("seq"),
        )
        .where(messages.c.conv_id.in_(conv_ids), messages.c.sender_kind == "agent")
        .group_by(messages.c.conv_id)
        .subquery()
    )
    rows = await connection.execute(
        sa.select(messages.c.conv_id, sa.func.min(messages.c.created_at).label("at"))
        .outerjoin(answered, answered.c.conv_id == messages.c.conv_id)
        .where(
            messages.c.conv_id.in_(conv_ids),
            messages.c.sender_kind == "person",
            messages.c.kind.in_(("text", "file")),
            messages.c.seq > sa.func.coalesce(answered.c.seq, 0),
        )
        .group_by(messages.c.conv_id)
    )
    return {row.conv_id: row.at for row in rows}


async def put_desk_row(connection: AsyncConnection, conv_id: str, **values: Any) -> None:
    """Make or change what people's work knows of a conversation."""
    fresh = {"priority": 0, "reason": "", "outcome": "", "told": ""} | values
    await connection.execute(
        insert_of(connection)(desk_rows)
        .values(conv_id=conv_id, **fresh)
        .on_conflict_do_update(index_elements=[desk_rows.c.conv_id], set_=values)
    )


async def lock_agent(connection: AsyncConnection, staff_id: str, now_ms: int) -> Any:
    """The row of one who takes conversations, made where it is missing, locked; None: nobody.

    Whoever gives somebody a conversation holds this lock while they count, so that no two that
    come at once are one too many.
    """
    known = await connection.scalar(sa.select(staff.c.id).where(staff.c.id == staff_id))
    if known is None:
        return None
    await connection.execute(
        insert_of(connection)(agents)
        .values(staff_id=staff_id, presence="offline", since=now_ms, live_at=now_ms)
        .on_conflict_do_nothing()
    )
    await connection.execute(
        sa.select(agents.c.staff_id).where(agents.c.staff_id == staff_id).with_for_update()
    )
    return (
        await connection.execute(
            sa.select(
                agents.c.presence,
                agents.c.gone_at,
                staff.c.display_name,
                staff.c.capacity,
                staff.c.roles,
                staff.c.disabled_at,
                load_of(staff_id).label("load"),
            )
            .join(staff, staff.c.id == agents.c.staff_id)
            .where(agents.c.staff_id == staff_id)
        )
    ).one()
