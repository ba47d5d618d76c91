"""Looks at a whole database and says where looks and freezes disagree with what allowed them."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.server.db.engine import snapshot
from app.server.ledger.invariants import Invariant, found
from app.server.support.consent.rules import look_leaf
from app.server.support.consent.tables import looks

# Nodes' clocks may differ a little: ten seconds are no finding.
_RULES = (
    (
        "look_under_grant",
        "every look was under a grant to this member, in this conversation, while it held",
        (
            "SELECT l.id FROM looks l LEFT JOIN grants g ON g.id = l.grant_id "
            "WHERE g.id IS NULL OR g.agent_id <> l.agent_id OR g.conv_id <> l.conv_id "
            "OR g.user_id <> l.user_id OR l.at + 10000 < g.answered_at OR l.at - 10000 > g.until "
            "OR l.at - 10000 > COALESCE(g.ended_at, l.at) "
            "OR (' ' || g.scopes || ' ') NOT LIKE ('% ' || l.scope || ' %')"
        ),
        "look {0} was under no grant",
    ),
    (
        "frozen_whole",
        "where a freeze holds, the person and every account of theirs is frozen; nowhere else",
        (
            "SELECT u.id FROM users u JOIN accounts a ON a.owner = u.id "
            "LEFT JOIN freezes f ON f.user_id = u.id AND f.thawed_at IS NULL "
            "WHERE u.state <> a.state OR (u.state = 'frozen') <> (f.id IS NOT NULL)"
        ),
        "person {0} is half frozen",
    ),
)


async def check(engine: AsyncEngine) -> list[Invariant]:
    """Hold every look against its grant and its leaf, every freeze against the accounts."""
    async with snapshot(engine) as connection:
        checked = [
            Invariant(name, rule, await found(connection, query, words))
            for name, rule, query, words in _RULES
        ]
        rule = "the leaf of every look says what its row says"
        checked.append(Invariant("look_leaf", rule, await _changed(connection)))
    return checked


async def _changed(connection: AsyncConnection) -> list[str]:
    rows = (await connection.execute(sa.select(looks))).mappings()
    return [
        f"look {row['id']} was changed" for row in rows if row["leaf_hash"] != look_leaf(dict(row))
    ]
