"""Which stored files a conversation has."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from app.protocol.ids import is_uuid7
from app.protocol.messages.cards import FileCard
from app.server.support.talk.rows import file_card
from app.server.support.talk.tables import attachments


async def stored_files(
    connection: AsyncConnection, wanted: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], FileCard]:
    """Stored files by (conversation, SHA-256 of what is stored); absent ones are left out."""
    keys = sorted({key for key in wanted if is_uuid7(key[0])})
    if not keys:
        return {}
    pair = sa.tuple_(attachments.c.conv_id, attachments.c.sha256)
    query = sa.select(attachments).where(pair.in_(keys), attachments.c.stored_at.isnot(None))
    rows = await connection.execute(query)
    return {(row.conv_id, row.sha256): file_card(row) for row in rows}
