"""Letters out: written in the transaction of what they tell of, sent by a tick, tried for a day.

SMTP can't say "exactly once": a node that dies between the server's yes and its own commit sends
the letter again, under the same Message-ID, by which mail programs show it once.
"""

from __future__ import annotations

import email
import email.policy
from email.message import EmailMessage
from typing import Any

import aiosmtplib
import sqlalchemy as sa
import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from app.protocol.ids import new_id
from app.protocol.messages.cards import OwnerEvent
from app.protocol.messages.support import Language, Message
from app.server.db.engine import insert_of, writing
from app.server.db.sealing import Sealer
from app.server.http.front import now_ms
from app.server.support.mail.letters import Letter, answer_subject, letter_hash, write_letter
from app.server.support.mail.server import MailServer
from app.server.support.mail.tables import mail_letters, mail_outbox, mail_threads
from app.server.support.mail.words import CODE, CODE_SUBJECT, CONFIRMED
from app.server.support.talk.change import Change
from app.server.support.talk.drafts import SYSTEM
from app.server.support.talk.rows import ConversationRow
from app.server.support.talk.service import Talk

_log = structlog.get_logger("mail")

_LEASE_MS = 120_000
_PAUSES_S = (30, 120, 600, 1800, 3600, 3600, 7200, 14_400, 21_600, 28_800)
"""Seconds between two tries; after the last one (about a day) a letter has failed."""

_BATCH = 20


class Outbox:
    """All letters that leave."""

    def __init__(self, sealer: Sealer, server: MailServer, operator: str) -> None:
        """Send through ``server``, in the operator's name."""
        self._sealer = sealer
        self._server = server
        self._operator = operator

    # --- writing letters, in the caller's transaction

    async def appended(self, change: Change, row: ConversationRow, message: Message) -> None:
        """Take an answer to somebody who writes by e-mail."""
        said = message.kind == "text" and message.sender.kind in {"agent", "bot"}
        if row.channel != "email" or row.kind != "person" or not said:
            return
        query = sa.select(mail_threads).where(mail_threads.c.conversation_id == row.id)
        thread = (await change.connection.execute(query)).one_or_none()
        if thread is not None:
            body = f"{message.body}\n\n{message.sender.name}\n{self._operator}"
            await self._answer(change, row, thread, body)

    async def owner_changed(
        self, change: Change, row: ConversationRow, before: str, event: OwnerEvent
    ) -> None:
        """Hand-overs are the desk's business; a letter tells of answers only."""

    async def confirm(self, change: Change, row: ConversationRow, letter: Letter) -> None:
        """Say that the first letter has come, and under which number."""
        query = sa.select(mail_threads).where(mail_threads.c.conversation_id == row.id)
        thread = (await change.connection.execute(query)).one()
        body = CONFIRMED[row.language].format(number=row.number, operator=self._operator)
        await self._answer(change, row, thread, body, notice=True)

    async def send_code(
        self, change: Change, *, address: str, language: Language, code: str, minutes: int
    ) -> None:
        """Send a one-time code (``Postman`` of the consent room)."""
        letter = write_letter(
            sender=(self._operator, self._server.address),
            to=address,
            subject=CODE_SUBJECT[language].format(operator=self._operator),
            body=CODE[language].format(code=code, minutes=minutes, operator=self._operator),
            at=change.now,
            kind="notice",
        )
        await self._put(change, letter, None)

    async def keep_thread(
        self,
        change: Change,
        row: ConversationRow,
        *,
        address: str,
        address_hash: bytes,
        subject: str,
        message_id: str,
    ) -> None:
        """Remember where a conversation's answers go."""
        values = {
            "address": self._sealer.seal(address.encode(), f"mail:{row.id}:address"),
            "address_hash": address_hash,
            "subject": self._sealer.seal(subject.encode(), f"mail:{row.id}:subject"),
            "last_message_id": self._sealer.seal(message_id.encode(), f"mail:{row.id}:last"),
        }
        await change.connection.execute(
            insert_of(change.connection)(mail_threads)
            .values(conversation_id=row.id, **values)
            .on_conflict_do_update(index_elements=["conversation_id"], set_=values)
        )

    async def _answer(
        self, change: Change, row: ConversationRow, thread: Any, body: str, *, notice: bool = False
    ) -> None:
        def opened(name: str, sealed: bytes) -> str:
            return self._sealer.open(sealed, f"mail:{row.id}:{name}").decode()

        letter = write_letter(
            sender=(self._operator, self._server.address),
            to=opened("address", thread.address),
            subject=answer_subject(opened("subject", thread.subject), row.number),
            body=body,
            at=change.now,
            answers=opened("last", thread.last_message_id),
            kind="notice" if notice else "reply",
        )
        await self._put(change, letter, row.id)

    async def _put(self, change: Change, letter: EmailMessage, conv_id: str | None) -> None:
        letter_id = new_id()
        await change.connection.execute(
            sa.insert(mail_outbox).values(
                id=letter_id,
                conversation_id=conv_id,
                letter=self._sealer.seal(letter.as_bytes(), f"letter:{letter_id}"),
                state="waiting",
                next_at=change.now,
                created_at=change.now,
            )
        )
        await change.connection.execute(
            sa.insert(mail_letters).values(
                message_hash=letter_hash(str(letter["Message-ID"])),
                conversation_id=conv_id,
                incoming=False,
                at=change.now,
            )
        )


class Carrier:
    """A tick: sends what waits."""

    def __init__(self, engine: AsyncEngine, talk: Talk, sealer: Sealer, server: MailServer) -> None:
        """Claim letters in ``engine``; tell the desk through ``talk`` of one that failed."""
        self._engine = engine
        self._talk = talk
        self._sealer = sealer
        self._server = server

    async def run(self) -> None:
        """One round."""
        for row in await self._claim():
            sealed = self._sealer.open(row.letter, f"letter:{row.id}")
            letter = email.message_from_bytes(sealed, policy=email.policy.SMTP)
            try:
                await self._server.send(letter)
            except aiosmtplib.SMTPRecipientsRefused:
                await self._failed(row)
            except aiosmtplib.SMTPResponseException as error:
                await self._again(row, final=500 <= error.code < 600, why=str(error.code))
            except (aiosmtplib.SMTPException, OSError) as error:
                await self._again(row, final=False, why=type(error).__name__)
            else:
                await self._over(row.id, "sent")

    async def _claim(self) -> list[Any]:
        """Letters that are due, put off for the others while they are carried."""
        now = now_ms()
        due = (
            sa.select(mail_outbox.c.id)
            .where(mail_outbox.c.next_at <= now)
            .order_by(mail_outbox.c.next_at)
            .limit(_BATCH)
            .with_for_update(skip_locked=True)
        )
        async with writing(self._engine) as connection:
            claimed = await connection.execute(
                sa.update(mail_outbox)
                .where(mail_outbox.c.id.in_(due.scalar_subquery()))
                .values(next_at=now + _LEASE_MS, tries=mail_outbox.c.tries + 1)
                .returning(mail_outbox)
            )
            return list(claimed.all())

    async def _again(self, row: Any, *, final: bool, why: str) -> None:
        _log.warning("mail.not_sent", reason=why, tries=row.tries)
        if final or row.tries > len(_PAUSES_S):
            await self._failed(row)
            return
        pause = _PAUSES_S[row.tries - 1] * 1000
        async with writing(self._engine) as connection:
            await connection.execute(
                sa.update(mail_outbox)
                .where(mail_outbox.c.id == row.id)
                .values(next_at=now_ms() + pause)
            )

    async def _failed(self, row: Any) -> None:
        """Give up, and tell the desk: somebody waits for an answer that didn't reach them."""
        await self._over(row.id, "failed")
        if row.conversation_id is not None:
            async with self._talk.change() as change:
                conversation = await change.conversation(row.conversation_id)
                notes = await change.notes_of(conversation)
                await change.append(notes, SYSTEM, "event", "mail_failed")

    async def _over(self, letter_id: str, state: str) -> None:
        async with writing(self._engine) as connection:
            await connection.execute(
                sa.update(mail_outbox)
                .where(mail_outbox.c.id == letter_id)
                .values(state=state, letter=None, next_at=None, ended_at=now_ms())
            )
