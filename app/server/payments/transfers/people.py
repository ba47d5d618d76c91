"""Who people are to each other: masked names, contacts, and what a ``payee_ref`` stands for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.protocol.errors import KBeanError
from app.protocol.ids import is_uuid7
from app.server.db.engine import reading
from app.server.identity.tables import users
from app.server.payments.transfers.refs import RefBook
from app.server.payments.transfers.rules import masked_name
from app.server.payments.transfers.tables import payee_contacts


class Payee(NamedTuple):
    """Somebody who can be paid.

    Attributes:
        user_id: Who.
        name: Masked.
        expires_at: Until when the word for them counts; None for a known one.
        known: The payer has paid them before.
    """

    user_id: str
    name: str
    expires_at: int | None
    known: bool


class People:
    """Reads names and contacts."""

    def __init__(self, engine: AsyncEngine, refs: RefBook) -> None:
        """Wire it."""
        self._engine = engine
        self.refs = refs

    async def payee(self, asker: str, word: str) -> Payee:
        """Whom a ``payee_ref`` stands for; whether it has run out is for the caller to decide.

        Raises:
            KBeanError: ``payee_not_found``.
        """
        async with reading(self._engine) as connection:
            return await self.payee_within(connection, asker, word)

    async def payee_within(self, connection: AsyncConnection, asker: str, word: str) -> Payee:
        """The same in the caller's transaction."""
        contacts = payee_contacts.c
        query = sa.select(users.c.id, users.c.display_name, contacts.id.label("contact"))
        ref = None
        if is_uuid7(word):
            mine = sa.and_(contacts.id == word, contacts.owner_id == asker)
            query = query.join(payee_contacts, contacts.payee_id == users.c.id).where(mine)
        else:
            ref = self.refs.open(asker, word)
            if ref is None:
                raise KBeanError("payee_not_found", "not a word of ours", field="payee_ref")
            theirs = sa.and_(contacts.payee_id == users.c.id, contacts.owner_id == asker)
            query = query.outerjoin(payee_contacts, theirs).where(users.c.id == ref.payee_id)
        row = (await connection.execute(query)).one_or_none()
        if row is None:
            raise KBeanError("payee_not_found", field="payee_ref")
        expires_at = None if ref is None else ref.expires_at
        return Payee(row.id, masked_name(row.display_name), expires_at, row.contact is not None)

    async def names(self, user_ids: Iterable[str]) -> dict[str, str]:
        """Masked names by user id."""
        wanted = set(user_ids)
        if not wanted:
            return {}
        async with reading(self._engine) as connection:
            rows = await connection.execute(
                sa.select(users.c.id, users.c.display_name).where(users.c.id.in_(wanted))
            )
            return {row.id: masked_name(row.display_name) for row in rows}


def check_alive(payee: Payee, now_ms: int) -> None:
    """Refuse a word that has run out.

    Raises:
        KBeanError: ``payee_ref_expired``.
    """
    if payee.expires_at is not None and payee.expires_at <= now_ms:
        raise KBeanError("payee_ref_expired", field="payee_ref")
