"""What ``kbean server check`` says of looks and freezes."""

from __future__ import annotations

import sqlalchemy as sa

from app.server.db.engine import writing
from app.server.support.consent.invariants import check
from tests.databases import on_one_database
from tests.server.support.consent.room import Room


async def broken(room: Room) -> list[str]:
    return [rule.name for rule in await check(room.shop.service.engine) if not rule.holds]


async def spoil(room: Room, statement: str) -> None:
    async with writing(room.shop.service.engine) as connection:
        await connection.execute(sa.text(statement))


async def test_looks_and_freezes_are_held_against_what_allowed_them(lone_room: Room):
    room = lone_room
    grant = await room.granted()
    for scope in grant.scopes:
        await room.viewed(scope)
    await room.revoke(grant.id)
    await room.ask("freeze", {"reason": "stolen"})
    assert await broken(room) == []
    await spoil(room, "UPDATE accounts SET state = 'active' WHERE kind = 'points'")
    assert await broken(room) == ["frozen_whole"]
    await spoil(room, "UPDATE accounts SET state = 'frozen' WHERE kind = 'points'")
    assert await broken(room) == []
    await spoil(room, "UPDATE grants SET scopes = 'balance'")
    assert await broken(room) == ["look_under_grant"]


@on_one_database
async def test_a_look_that_was_changed_behind_the_guards_is_found(lone_room: Room):
    room = lone_room
    await room.granted()
    await room.viewed("balance")
    await spoil(room, "DROP TRIGGER looks_no_update")
    await spoil(room, "UPDATE looks SET agent_id = user_id")
    assert await broken(room) == ["look_under_grant", "look_leaf"]
