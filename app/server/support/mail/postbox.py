"""Letters in: each becomes messages of one conversation, once, whoever sends it how often."""

from __future__ import annotations

import hmac
import uuid
from hashlib import sha256

import sqlalchemy as sa
import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from app.protocol.errors import KBeanError
from app.protocol.messages.cards import FileCard
from app.protocol.messages.support import ATTACHMENT_MAX, Sender
from app.server.db.engine import insert_of
from app.server.identity.tables import users
from app.server.support.mail.letters import (
    Enclosure,
    Letter,
    NoLetterError,
    letter_hash,
    read_letter,
)
from app.server.support.mail.outbox import Outbox
from app.server.support.mail.server import MailServer
from app.server.support.mail.tables import mail_letters, mail_threads
from app.server.support.talk.attachments import Attachments, kept_name
from app.server.support.talk.change import Change
from app.server.support.talk.rows import ConversationRow
from app.server.support.talk.service import Talk
from app.server.support.talk.tables import attachments as attachment_rows
from app.server.support.talk.tables import conversations

_log = structlog.get_logger("mail")


class Postbox:
    """Takes letters in."""

    def __init__(
        self, talk: Talk, files: Attachments, outbox: Outbox, *, secret: bytes, trusted: str
    ) -> None:
        """Stand on conversations.

        Args:
            talk: Conversations.
            files: What comes with a letter.
            outbox: Confirms the first letter of a conversation.
            secret: Keys the hashes under which addresses are found.
            trusted: The authserv-id whose word on senders counts; empty: nobody's.
        """
        self._talk = talk
        self._files = files
        self._outbox = outbox
        self._secret = hmac.digest(secret, b"mail-address", "sha256")
        self._trusted = trusted

    async def take(self, raw: bytes) -> str | None:
        """Take a letter; the conversation it went to, None where it was none. Harmless to repeat.

        Args:
            raw: The letter's bytes as the mail server keeps them.
        """
        try:
            letter = read_letter(raw, self._trusted)
        except NoLetterError as error:
            _log.info("mail.ignored", reason=str(error))
            return None
        known_as = letter_hash(letter.message_id) if letter.message_id else sha256(raw).digest()
        async with self._talk.change() as change:
            if not await self._first_time(change, known_as):
                known = await change.connection.execute(
                    sa.select(mail_letters.c.conversation_id).where(
                        mail_letters.c.message_hash == known_as
                    )
                )
                conv_id = str(known.scalar_one())
            else:
                conv_id = await self._write_down(change, letter, known_as)
        for at, enclosure in enumerate(letter.enclosures):
            await self._enclose(conv_id, letter, enclosure, known_as + bytes([at]))
        return conv_id

    async def _first_time(self, change: Change, known_as: bytes) -> bool:
        connection = change.connection
        done = await connection.execute(
            insert_of(connection)(mail_letters)
            .values(message_hash=known_as, incoming=True, at=change.now)
            .on_conflict_do_nothing()
        )
        return bool(done.rowcount)

    async def _write_down(self, change: Change, letter: Letter, known_as: bytes) -> str:
        row = await self._conversation(change, letter)
        if row.owner == "nobody":
            await change.give(row, "queue", "reopened")
        sender = self._sender(row, letter)
        for text in letter.texts:
            await change.append(row, sender, "text", text)
        await change.connection.execute(
            sa.update(mail_letters)
            .where(mail_letters.c.message_hash == known_as)
            .values(conversation_id=row.id)
        )
        return row.id

    async def _conversation(self, change: Change, letter: Letter) -> ConversationRow:
        """Where it belongs: what it answers, if the same address wrote there, or a new one."""
        found = await self._answered(change.connection, letter)
        if found is not None:
            row = await change.conversation(found)
            await self._keep_thread(change, row, letter)
            return row
        user_id = ""
        if letter.proved:
            user_id = await self._user_of(change.connection, letter.address)
        mine = await change.open_conversation(user_id) if user_id else None
        if mine is None:
            language = letter.language
            mine = await change.open(user_id, language, channel="email", owner="queue")
        await self._keep_thread(change, mine, letter)
        await self._outbox.confirm(change, mine, letter)
        return mine

    async def _answered(self, connection: AsyncConnection, letter: Letter) -> str | None:
        """The conversation that a letter answers; the number alone never opens a stranger's."""
        candidates: list[str] = []
        if letter.refers_to:
            hashes = [letter_hash(message_id) for message_id in letter.refers_to[:20]]
            query = sa.select(mail_letters.c.conversation_id).where(
                mail_letters.c.message_hash.in_(hashes),
                mail_letters.c.conversation_id.is_not(None),
            )
            candidates += list(await connection.scalars(query))
        if letter.number:
            numbered = sa.select(conversations.c.id).where(conversations.c.number == letter.number)
            candidates += list(await connection.scalars(numbered))
        theirs = sa.select(mail_threads.c.conversation_id).where(
            mail_threads.c.conversation_id.in_(candidates),
            mail_threads.c.address_hash == self.address_hash(letter.address),
        )
        known = set(await connection.scalars(theirs))
        return next((conv_id for conv_id in candidates if conv_id in known), None)

    async def _user_of(self, connection: AsyncConnection, address: str) -> str:
        query = sa.select(users.c.id).where(
            users.c.contact_kind == "email", users.c.contact == address
        )
        return await connection.scalar(query) or ""

    async def _keep_thread(self, change: Change, row: ConversationRow, letter: Letter) -> None:
        await self._outbox.keep_thread(
            change,
            row,
            address=letter.address,
            address_hash=self.address_hash(letter.address),
            subject=letter.subject,
            message_id=letter.message_id,
        )

    def address_hash(self, address: str) -> bytes:
        """Under which an address is found."""
        return hmac.digest(self._secret, address.lower().encode(), "sha256")

    def _sender(self, row: ConversationRow, letter: Letter) -> Sender:
        own = self.address_hash(letter.address).hex()[:16]
        return Sender("person", row.user_id or f"mail:{own}", letter.name)

    async def _enclose(
        self, conv_id: str, letter: Letter, enclosure: Enclosure, known_as: bytes
    ) -> None:
        """Put a file that came along into the conversation; refused ones are named instead."""
        cmid = str(uuid.uuid5(uuid.NAMESPACE_OID, known_as.hex()))
        card: FileCard | None = None
        if len(enclosure.content) <= ATTACHMENT_MAX:
            digest = sha256(enclosure.content).hexdigest()
            await self._announce(conv_id, enclosure, digest)
            try:
                card = (await self._files.store_in(conv_id, digest, enclosure.content)).file
            except KBeanError as error:
                _log.info("mail.enclosure_refused", code=error.code)
        async with self._talk.change() as change:
            row = await change.conversation(conv_id)
            sender = self._sender(row, letter)
            if card is not None:
                await change.append(row, sender, "file", "", card, cmid)
            else:
                await change.append(row, sender, "text", f"[{enclosure.name}]", None, cmid)

    async def _announce(self, conv_id: str, enclosure: Enclosure, digest: str) -> None:
        async with self._talk.change() as change:
            await change.connection.execute(
                insert_of(change.connection)(attachment_rows)
                .values(
                    conv_id=conv_id,
                    offered_sha256=digest,
                    offered_size=len(enclosure.content),
                    name=kept_name(enclosure.name),
                    media_type="application/octet-stream",
                    created_at=change.now,
                )
                .on_conflict_do_nothing()
            )


class Fetcher:
    """A tick: fetches what came, takes it, marks it as read; what comes twice is known."""

    def __init__(self, postbox: Postbox, server: MailServer) -> None:
        """Fetch from the operator's mailbox, which is nobody else's."""
        self._postbox = postbox
        self._server = server

    async def run(self) -> None:
        """One round."""
        try:
            unread = await self._server.unread()
        except OSError as error:
            _log.warning("mail.not_fetched", reason=str(error))
            return
        taken = []
        for uid, raw in unread:
            try:
                await self._postbox.take(raw)
            except Exception as error:
                # One letter that can't be taken mustn't keep the others out; it stays unread.
                _log.exception("mail.not_taken", reason=type(error).__name__)
            else:
                taken.append(uid)
        try:
            await self._server.taken(taken)
        except OSError as error:
            _log.warning("mail.not_marked", reason=str(error))
