"""Who wrote, where nobody with a wallet did: the address as far as the desk's lists may show it."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from app.server.db.sealing import Sealer
from app.server.support.consent.rules import mask_contact
from app.server.support.mail.tables import mail_threads


class Strangers:
    """Names for conversations that only an e-mail address stands behind."""

    def __init__(self, sealer: Sealer) -> None:
        """Open addresses with the service's keys."""
        self._sealer = sealer

    async def names(self, connection: AsyncConnection, conv_ids: Sequence[str]) -> dict[str, str]:
        """By conversation; what came another way is left out."""
        rows = await connection.execute(
            sa.select(mail_threads.c.conversation_id, mail_threads.c.address).where(
                mail_threads.c.conversation_id.in_(conv_ids)
            )
        )
        return {
            row.conversation_id: mask_contact(
                "email",
                self._sealer.open(row.address, f"mail:{row.conversation_id}:address").decode(),
            )
            for row in rows
        }
