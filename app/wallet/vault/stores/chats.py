"""Conversations and their transcripts, whole and searchable offline (design/4, design/1 S1).

Of every conversation one unbroken run of messages is kept, ``low`` to ``high``. New ones are taken
only at its ends: a gap is fetched, never skipped. What is known of the requests on cards (answered,
revoked …) lies beside, because an event may come before or after its card.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from app.protocol.messages.support import Conversation, Message
from app.wallet.vault.database import Database, Row
from app.wallet.vault.stores.search_text import index_columns, match_expression

_TIE_BITS = 8


class Chat(NamedTuple):
    """One conversation as kept here.

    Attributes:
        conversation: As the service last described it, brought up to date by its messages.
        low: The first message that is here; 0 with none.
        high: The last one.
        read_seq: The person's read mark; the service may not know it yet.
    """

    conversation: Conversation
    low: int
    high: int
    read_seq: int


class RequestNote(NamedTuple):
    """What a message says of a request: its card asks, or its event tells what became of it.

    Attributes:
        request_id: The request.
        asks: Whether the person has to act.
        expires_at: When the question lapses, Unix milliseconds; 0 never.
        state: Of an event; empty on a card.
        until: Of an event.
    """

    request_id: str
    asks: bool = False
    expires_at: int = 0
    state: str = ""
    until: int = 0


class NewMessage(NamedTuple):
    """A message on its way into the transcript.

    Attributes:
        message: As it came.
        counted: Whether it can be unread.
        words: What a search looks at.
        note: What it says of a request.
    """

    message: Message
    counted: bool
    words: str
    note: RequestNote | None = None


class KeptMessage(NamedTuple):
    """A message out of the transcript.

    Attributes:
        message: As it came.
        judged: The person's word on a bot's answer.
        state: What became of the request on its card; empty while it is open or without one.
        until: Of the event that said so.
        expires_at: When the question lapses; 0 never.
    """

    message: Message
    judged: bool | None
    state: str
    until: int
    expires_at: int


_KEPT = (
    "SELECT m.body, m.judged, r.state, r.until, r.expires_at FROM chat_messages AS m"
    " LEFT JOIN chat_requests AS r ON r.request_id = m.request_id"
)
_SEARCH = (
    _KEPT.replace("FROM chat_messages AS m", "FROM chat_search CROSS JOIN chat_messages AS m")
    + " WHERE chat_search MATCH ? AND m.position = chat_search.rowid"
    " ORDER BY chat_search.rowid DESC LIMIT ?"
)


class Chats:
    """Conversations by time and id; messages by number and by words."""

    def __init__(self, database: Database) -> None:
        """Work on this database."""
        self._database = database

    # --- conversations

    def all(self) -> list[Chat]:
        """Every conversation, newest first."""
        rows = self._database.rows(
            "SELECT body, low, high, read_seq FROM chats WHERE real IS NULL"
            " ORDER BY updated_at DESC, conv DESC"
        )
        return [_chat(row) for row in rows]

    def real(self, conv: str) -> str:
        """The id that a conversation goes by now."""
        row = self._database.row("SELECT real FROM chats WHERE conv = ?", (conv,))
        return conv if row is None or row[0] is None else str(row[0])

    def get(self, conv: str) -> Chat | None:
        """One conversation, or None."""
        row = self._database.row(
            "SELECT body, low, high, read_seq FROM chats WHERE conv = ? AND real IS NULL", (conv,)
        )
        return None if row is None else _chat(row)

    def save(self, conversation: Conversation) -> None:
        """Keep what is known of a conversation; messages and marks stay, a mark never goes back."""
        self._database.write(
            "INSERT INTO chats (conv, body, updated_at, read_seq) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (conv) DO UPDATE SET body = excluded.body,"
            " updated_at = excluded.updated_at, read_seq = max(read_seq, excluded.read_seq)",
            (
                conversation.id,
                msgspec.json.encode(conversation),
                conversation.updated_at,
                conversation.read_by_person,
            ),
        )

    def adopt(self, local: str, conversation: Conversation) -> None:
        """Give a conversation that was begun here the id that the service knows."""
        with self._database.transaction():
            if self.get(conversation.id) is None:
                self.save(conversation)
            self._database.write(
                "UPDATE chats SET draft = (SELECT draft FROM chats WHERE conv = ?1)"
                " WHERE conv = ?2 AND draft = ''",
                (local, conversation.id),
            )
            self._database.write(
                "UPDATE chats SET real = ?, draft = '' WHERE conv = ?", (conversation.id, local)
            )

    def mark_read(self, conv: str, seq: int) -> bool:
        """Move the person's mark forward; False where it stood there already."""
        changed = self._database.write(
            "UPDATE chats SET read_seq = ?1 WHERE conv = ?2 AND read_seq < ?1", (seq, conv)
        )
        return changed > 0

    def draft(self, conv: str) -> str:
        """What was typed and not sent."""
        row = self._database.row("SELECT draft FROM chats WHERE conv = ?", (conv,))
        return "" if row is None else str(row[0])

    def keep_draft(self, conv: str, text: str) -> None:
        """Remember what is typed."""
        self._database.write("UPDATE chats SET draft = ? WHERE conv = ?", (text, conv))

    # --- messages

    def append(self, conv: str, messages: Iterable[NewMessage]) -> list[Message]:
        """Add what follows without a gap; the answer is what was added.

        Into an empty transcript the first message may have any number.
        """
        return self._extend(conv, messages, upwards=True)

    def prepend(self, conv: str, messages: Iterable[NewMessage]) -> list[Message]:
        """Add what lies right below, given in ascending order."""
        return self._extend(conv, reversed(list(messages)), upwards=False)

    def page(self, conv: str, before: int | None, limit: int) -> list[KeptMessage]:
        """The newest messages below ``before`` (all without), in ascending order."""
        below = 2**62 if before is None else before
        rows = self._database.rows(
            _KEPT + " WHERE m.conv = ? AND m.seq < ? ORDER BY m.seq DESC LIMIT ?",
            (conv, below, limit),
        )
        return [_kept(row) for row in reversed(rows)]

    def message(self, conv: str, seq: int) -> KeptMessage | None:
        """One message, or None."""
        row = self._database.row(_KEPT + " WHERE m.conv = ? AND m.seq = ?", (conv, seq))
        return None if row is None else _kept(row)

    def find(self, text: str, limit: int) -> list[KeptMessage]:
        """Messages that contain every word, newest first; nothing searchable finds nothing."""
        expression = match_expression(text)
        if expression is None:
            return []
        return [_kept(row) for row in self._database.rows(_SEARCH, (expression, limit))]

    def unread(self) -> int:
        """How many counted messages stand above their conversation's read mark."""
        row = self._database.row(
            "SELECT count(*) FROM chats AS c JOIN chat_messages AS m"
            " ON m.conv = c.conv AND m.seq > c.read_seq WHERE m.counted = 1 AND c.real IS NULL"
        )
        return 0 if row is None else int(row[0])

    def judge(self, conv: str, seq: int, right: bool) -> None:
        """Keep the person's word on a bot's answer."""
        self._database.write(
            "UPDATE chat_messages SET judged = ? WHERE conv = ? AND seq = ?",
            (int(right), conv, seq),
        )

    # --- requests

    def asking(self, now: int) -> list[KeptMessage]:
        """Cards that wait for the person, oldest first."""
        rows = self._database.rows(
            _KEPT + " WHERE r.state = '' AND r.asks = 1 AND (r.expires_at = 0 OR r.expires_at > ?)"
            " ORDER BY m.position",
            (now,),
        )
        return [_kept(row) for row in rows]

    def asked(self, request_id: str) -> KeptMessage | None:
        """The message whose card carries a request, or None."""
        row = self._database.row(_KEPT + " WHERE m.request_id = ?", (request_id,))
        return None if row is None else _kept(row)

    def settle(self, request_id: str, state: str, until: int) -> None:
        """What the service answered to a request; its event in the stream says the same later."""
        self._note(RequestNote(request_id, state=state, until=until), 0)

    def _extend(self, conv: str, messages: Iterable[NewMessage], *, upwards: bool) -> list[Message]:
        added: list[Message] = []
        with self._database.transaction():
            row = self._database.row("SELECT low, high FROM chats WHERE conv = ?", (conv,))
            if row is None:
                return added
            low, high = row
            for new in messages:
                seq = new.message.seq
                if high and seq != (high + 1 if upwards else low - 1):
                    continue
                low, high = (low or seq, seq) if upwards else (seq, high or seq)
                self._insert(new)
                added.append(new.message)
            self._database.write(
                "UPDATE chats SET low = ?, high = ? WHERE conv = ?", (low, high, conv)
            )
        return added

    def _insert(self, new: NewMessage) -> None:
        message = new.message
        position = (message.created_at << _TIE_BITS) + (message.seq & (1 << _TIE_BITS) - 1)
        while self._database.row("SELECT 1 FROM chat_messages WHERE position = ?", (position,)):
            position += 1
        # An event belongs to its card's line; only the card carries the request.
        card = new.note.request_id if new.note is not None and not new.note.state else None
        self._database.write(
            "INSERT INTO chat_messages (position, conv, seq, cmid, request_id, counted, body)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                position,
                message.conv,
                message.seq,
                message.cmid,
                card,
                int(new.counted),
                msgspec.json.encode(message),
            ),
        )
        self._database.write(
            "INSERT INTO chat_search (rowid, triples, short) VALUES (?, ?, ?)",
            (position, *index_columns(new.words)),
        )
        if new.note is not None:
            self._note(new.note, message.seq)

    def _note(self, note: RequestNote, seq: int) -> None:
        """Join what a card and its events say, in whatever order they come; the latest counts."""
        if not note.state:
            self._database.write(
                "INSERT INTO chat_requests (request_id, asks, expires_at, seq, state, until)"
                " VALUES (?, ?, ?, 0, '', 0) ON CONFLICT (request_id) DO UPDATE SET"
                " asks = excluded.asks, expires_at = excluded.expires_at",
                (note.request_id, int(note.asks), note.expires_at),
            )
            return
        self._database.write(
            "INSERT INTO chat_requests (request_id, asks, expires_at, seq, state, until)"
            " VALUES (?, 0, 0, ?, ?, ?) ON CONFLICT (request_id) DO UPDATE SET"
            " seq = excluded.seq, state = excluded.state, until = excluded.until"
            " WHERE excluded.seq >= chat_requests.seq",
            (note.request_id, seq, note.state, note.until),
        )


def _chat(row: Row) -> Chat:
    body, low, high, read_seq = row
    return Chat(msgspec.json.decode(body, type=Conversation), low, high, read_seq)


def _kept(row: Row) -> KeptMessage:
    body, judged, state, until, expires_at = row
    return KeptMessage(
        msgspec.json.decode(body, type=Message),
        None if judged is None else bool(judged),
        state or "",
        until or 0,
        expires_at or 0,
    )
