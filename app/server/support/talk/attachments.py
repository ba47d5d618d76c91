"""Attachments in two steps: first the hash, then the bytes (design/4 §Conversation)."""

from __future__ import annotations

import asyncio
from hashlib import sha256
from typing import Any

import sqlalchemy as sa

from app.protocol.errors import KBeanError
from app.protocol.messages.cards import FileCard
from app.protocol.messages.support import ATTACHMENT_MAX, AttachmentOffer, AttachmentState
from app.server.db.engine import insert_of, reading, writing
from app.server.http.tokens import Principal
from app.server.support.talk.access import StaffDoor, check_write
from app.server.support.talk.masking import mask
from app.server.support.talk.pictures import Kept, prepare
from app.server.support.talk.rows import file_card
from app.server.support.talk.sending import Sending
from app.server.support.talk.service import Talk
from app.server.support.talk.tables import attachment_bytes, attachments, conversations

BODY_MAX = ATTACHMENT_MAX + 1024
"""Bytes of an upload's body that are read at all; a file that is just too large is told so."""

FILES_MAX = 200
"""Files of one conversation."""

NAME_MAX = 120
"""Signs of a file's name (``AttachmentOffer.name``)."""

_AT_ONCE = 2
"""Pictures that are made anew at the same moment: bounds memory."""

_ALLOWED = (
    "image/png",
    "image/jpeg",
    "image/webp",
    "image/gif",
    "image/bmp",
    "application/pdf",
    "text/plain",
)


class Attachments:
    """Files that belong to conversations."""

    def __init__(self, talk: Talk, sending: Sending) -> None:
        """Stand on conversations; who may write is judged by the same door."""
        self._talk = talk
        self._sending = sending
        self._turns = asyncio.Semaphore(_AT_ONCE)

    @property
    def _door(self) -> StaffDoor:
        return self._sending.door

    async def offer(self, principal: Principal, offer: AttachmentOffer) -> AttachmentState:
        """Announce a file.

        Raises:
            KBeanError: ``conversation_not_found``, ``conversation_closed``, ``not_owner``,
                ``attachment_refused``, ``attachment_too_large``.
        """
        if offer.size > ATTACHMENT_MAX:
            raise KBeanError("attachment_too_large", params={"limit": ATTACHMENT_MAX})
        media_type = offer.media_type.partition(";")[0].strip().lower()
        if media_type not in _ALLOWED:
            raise KBeanError("attachment_refused", field="media_type")
        async with self._talk.change() as change:
            row = await change.conversation(offer.conversation_id)
            await check_write(self._door, principal, row)
            if row.owner == "nobody":
                raise KBeanError("conversation_closed")
            mine = attachments.c.conv_id == row.id
            query = sa.select(attachments).where(mine, attachments.c.offered_sha256 == offer.sha256)
            there = (await change.connection.execute(query)).one_or_none()
            if there is not None:
                return _state(there)
            count = await change.connection.scalar(
                sa.select(sa.func.count()).select_from(attachments).where(mine)
            )
            if (count or 0) >= FILES_MAX:
                raise KBeanError("too_many_requests", "this conversation has many files already")
            await change.connection.execute(
                sa.insert(attachments).values(
                    conv_id=row.id,
                    offered_sha256=offer.sha256,
                    offered_size=offer.size,
                    name=kept_name(offer.name),
                    media_type=media_type,
                    created_at=change.now,
                )
            )
        return AttachmentState("needed")

    async def store(self, principal: Principal, offered: str, data: bytes) -> AttachmentState:
        """Take the bytes of a file that this person announced; harmless to repeat.

        Raises:
            KBeanError: ``attachment_not_found`` without an offer, ``attachment_differs``,
                ``attachment_refused``, ``attachment_too_large``.
        """
        rows = await self._rows(
            attachments.c.offered_sha256 == offered, conversations.c.user_id == principal.id
        )
        return await self._store(rows, offered, data)

    async def store_of_staff(
        self, principal: Principal, conv_id: str, offered: str, data: bytes
    ) -> AttachmentState:
        """Take the bytes of a file that an agent announced; harmless to repeat.

        Raises:
            KBeanError: ``conversation_not_found``, ``not_owner`` (also after a hand-over), and as
                :meth:`store`.
        """
        await check_write(self._door, principal, await self._talk.find(conv_id))
        return await self.store_in(conv_id, offered, data)

    async def store_in(self, conv_id: str, offered: str, data: bytes) -> AttachmentState:
        """Take the bytes of a file announced in one conversation (by staff, by mail).

        Raises:
            KBeanError: as :meth:`store`; the caller has judged who asks.
        """
        rows = await self._rows(
            attachments.c.offered_sha256 == offered, attachments.c.conv_id == conv_id
        )
        return await self._store(rows, offered, data)

    async def _store(self, rows: list[Any], offered: str, data: bytes) -> AttachmentState:
        if not rows:
            raise KBeanError("attachment_not_found")
        done = [row for row in rows if row.stored_at is not None]
        if len(done) == len(rows):
            return _state(done[0])
        if len(data) > ATTACHMENT_MAX:
            raise KBeanError("attachment_too_large", params={"limit": ATTACHMENT_MAX})
        if sha256(data).hexdigest() != offered or len(data) != rows[0].offered_size:
            raise KBeanError("attachment_differs")
        async with self._turns:
            kept = await asyncio.to_thread(prepare, data)
            digest = sha256(kept.data).hexdigest()
            sealed = await asyncio.to_thread(
                self._talk.sealer.seal, kept.data, f"attachment:{digest}"
            )
        await self._write(offered, kept, digest, sealed, [row.conv_id for row in rows])
        return AttachmentState(
            "stored",
            FileCard(
                digest, rows[0].name, kept.media_type, len(kept.data), kept.width, kept.height
            ),
        )

    async def _write(
        self, offered: str, kept: Kept, digest: str, sealed: bytes, conv_ids: list[str]
    ) -> None:
        now = self._talk.clock()
        async with writing(self._talk.engine) as connection:
            await connection.execute(
                insert_of(connection)(attachment_bytes)
                .values(sha256=digest, content=sealed, created_at=now)
                .on_conflict_do_nothing()
            )
            await connection.execute(
                sa.update(attachments)
                .where(attachments.c.offered_sha256 == offered, attachments.c.conv_id.in_(conv_ids))
                .values(
                    sha256=digest,
                    media_type=kept.media_type,
                    size=len(kept.data),
                    width=kept.width,
                    height=kept.height,
                    stored_at=now,
                )
            )

    async def of_person(self, user_id: str, digest: str) -> tuple[str, bytes]:
        """Media type and bytes of a file in one of a person's conversations.

        Raises:
            KBeanError: ``attachment_not_found``.
        """
        return await self._read(
            await self._rows(
                attachments.c.sha256 == digest,
                conversations.c.user_id == user_id,
                conversations.c.kind == "person",
            )
        )

    async def of_conversation(self, conv_id: str, digest: str) -> tuple[str, bytes]:
        """Media type and bytes of a file of one conversation; the caller has judged who asks.

        Raises:
            KBeanError: ``attachment_not_found``.
        """
        return await self._read(
            await self._rows(attachments.c.sha256 == digest, attachments.c.conv_id == conv_id)
        )

    async def _rows(self, *which: sa.ColumnElement[bool]) -> list[Any]:
        joined = attachments.join(conversations, conversations.c.id == attachments.c.conv_id)
        query = sa.select(attachments).select_from(joined).where(*which)
        async with reading(self._talk.engine) as connection:
            return list((await connection.execute(query.order_by(attachments.c.conv_id))).all())

    async def _read(self, rows: list[Any]) -> tuple[str, bytes]:
        row = next((row for row in rows if row.stored_at is not None), None)
        if row is None:
            raise KBeanError("attachment_not_found")
        query = sa.select(attachment_bytes.c.content).where(attachment_bytes.c.sha256 == row.sha256)
        async with reading(self._talk.engine) as connection:
            sealed: bytes = (await connection.execute(query)).scalar_one()
        context = f"attachment:{row.sha256}"
        return row.media_type, await asyncio.to_thread(self._talk.sealer.open, sealed, context)


def kept_name(name: str) -> str:
    """A file's name as it is kept: what is hidden in a message is hidden in a name too."""
    return mask(name).text[:NAME_MAX]


def _state(row: Any) -> AttachmentState:
    if row.stored_at is None:
        return AttachmentState("needed")
    return AttachmentState("stored", file_card(row))
