"""Rows of a conversation as the rooms see them, and how messages are sealed into theirs."""

from __future__ import annotations

from typing import Any, Literal

import msgspec
import sqlalchemy as sa

from app.protocol.messages.cards import Card, FileCard, Owner
from app.protocol.messages.support import (
    Conversation,
    Kind,
    Language,
    Message,
    Sender,
    SenderKind,
)
from app.server.db.sealing import Sealer
from app.server.support.talk.tables import conversations

Channel = Literal["wallet", "email"]

SUBJECT_MAX = 80
"""Characters of the first question that name a conversation."""


class ConversationRow(msgspec.Struct, frozen=True, kw_only=True):
    """A conversation as it stands in the transaction; ids that don't exist are empty.

    Attributes:
        kind: ``person``, or ``notes``: the internal notes that belong to ``parent_id``.
        user_id: Whose conversation; empty on notes, and where a stranger wrote an e-mail.
        agent_id: Who owns it where ``owner`` is ``agent``; on a closed one who had it last.
    """

    id: str
    number: str
    kind: Literal["person", "notes"]
    user_id: str
    parent_id: str
    channel: Channel
    language: Language
    owner: Owner
    agent_id: str
    agent_name: str
    skill: str
    cycle: int
    subject: str
    last_seq: int
    read_by_person: int
    read_by_staff: int
    created_at: int
    updated_at: int
    closed_at: int | None = None

    def shown(self) -> Conversation:
        """As its person sees it."""
        return Conversation(
            id=self.id,
            number=self.number,
            language=self.language,
            owner=self.owner,
            created_at=self.created_at,
            updated_at=self.updated_at,
            last_seq=self.last_seq,
            cycle=self.cycle,
            subject=self.subject,
            agent_name=self.agent_name,
            read_by_person=self.read_by_person,
            read_by_staff=self.read_by_staff,
            closed_at=self.closed_at,
            skill=self.skill,
        )


class _Content(msgspec.Struct, frozen=True, omit_defaults=True):
    body: str = ""
    card: Card | None = None


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(_Content).decode


def seal_message(sealer: Sealer, message: Message) -> dict[str, Any]:
    """The columns of a message; what was said is bound to its place in its stream."""
    content = _encode(_Content(message.body, message.card))
    return {
        "conv_id": message.conv,
        "seq": message.seq,
        "sender_kind": message.sender.kind,
        "sender_id": message.sender.id,
        "sender_name": message.sender.name,
        "cmid": message.cmid,
        "kind": message.kind,
        "content": sealer.seal(content, f"message:{message.conv}:{message.seq}"),
        "created_at": message.created_at,
    }


def open_message(sealer: Sealer, row: Any) -> Message:
    """A message from its columns.

    Raises:
        SealError: if the row was tampered with or its key is gone.
    """
    content = _decode(sealer.open(row.content, f"message:{row.conv_id}:{row.seq}"))
    kind: Kind = row.kind
    sender_kind: SenderKind = row.sender_kind
    return Message(
        conv=row.conv_id,
        seq=row.seq,
        cmid=row.cmid,
        sender=Sender(sender_kind, row.sender_id, row.sender_name),
        kind=kind,
        created_at=row.created_at,
        body=content.body,
        card=content.card,
    )


def seal_subject(sealer: Sealer, conv_id: str, subject: str) -> bytes | None:
    """The subject's column."""
    return sealer.seal(subject.encode(), f"subject:{conv_id}") if subject else None


def open_row(sealer: Sealer, row: Any) -> ConversationRow:
    """A conversation from its columns."""
    subject = sealer.open(row.subject, f"subject:{row.id}").decode() if row.subject else ""
    return ConversationRow(
        id=row.id,
        number=row.number,
        kind=row.kind,
        user_id=row.user_id or "",
        parent_id=row.parent_id or "",
        channel=row.channel,
        language=row.language,
        owner=row.owner,
        agent_id=row.agent_id or "",
        agent_name=row.agent_name,
        skill=row.skill,
        cycle=row.cycle,
        subject=subject,
        last_seq=row.last_seq,
        read_by_person=row.read_by_person,
        read_by_staff=row.read_by_staff,
        created_at=row.created_at,
        updated_at=row.updated_at,
        closed_at=row.closed_at,
    )


SAVE_ROW = (
    sa.update(conversations)
    .where(conversations.c.id == sa.bindparam("this_id"))
    .values(
        {
            name: sa.bindparam(f"new_{name}")
            for name in (
                "owner",
                "agent_id",
                "agent_name",
                "skill",
                "cycle",
                "subject",
                "last_seq",
                "updated_at",
                "closed_at",
            )
        }
    )
)
"""Writes what an appended message or a hand-over changed; see :func:`save_row`."""


def save_row(sealer: Sealer, row: ConversationRow) -> dict[str, Any]:
    """The parameters of :data:`SAVE_ROW`."""
    return {
        "this_id": row.id,
        "new_owner": row.owner,
        "new_agent_id": row.agent_id or None,
        "new_agent_name": row.agent_name,
        "new_skill": row.skill,
        "new_cycle": row.cycle,
        "new_subject": seal_subject(sealer, row.id, row.subject),
        "new_last_seq": row.last_seq,
        "new_updated_at": row.updated_at,
        "new_closed_at": row.closed_at,
    }


def file_card(row: Any) -> FileCard:
    """A stored attachment as a message carries it."""
    return FileCard(
        sha256=row.sha256,
        name=row.name,
        media_type=row.media_type,
        size=row.size,
        width=row.width,
        height=row.height,
    )


def subject_of(text: str) -> str:
    """The first question, in one line and shortened."""
    line = " ".join(text.split())
    return line if len(line) <= SUBJECT_MAX else line[: SUBJECT_MAX - 1].rstrip() + "…"
