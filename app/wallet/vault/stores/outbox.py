"""Messages on their way: written before they are sent, so that none is lost or doubled (design/4).

``waiting`` → ``acked`` → gone once the message stands in the transcript; or ``refused``, which
waits for the person. The key is the message's ``cmid`` and never used for anything else.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from app.protocol.errors import Problem
from app.protocol.messages.cards import ContextCard, FileCard
from app.protocol.messages.support import Language
from app.wallet.vault.database import Database, Row

EntryState = Literal["waiting", "acked", "refused"]
_SELECT = "SELECT position, key, conv, state, seq, entry, problem FROM outbox"


class Entry(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is to be said, in the order in which it was written.

    Attributes:
        kind: ``open`` asks the service for the conversation first, ``ask`` for a person or the bot
            (``act``); ``text`` and ``file`` are sent.
        at: Unix milliseconds when it was written.
        body: What was typed.
        context: What it is about.
        choice: A topic of the bot's suggestions.
        act: An action by name.
        file: The attachment, as announced; its bytes lie in ``chat_files``.
        stored: The attachment as the service stored it; None before it has the bytes.
        reopen: The person knows that the conversation is closed.
        language: Of ``open``.
    """

    kind: Literal["open", "ask", "text", "file"]
    at: int
    body: str = ""
    context: ContextCard | None = None
    choice: str | None = None
    act: str | None = None
    file: FileCard | None = None
    stored: FileCard | None = None
    reopen: bool = False
    language: Language = "zh"


class Outgoing(msgspec.Struct, frozen=True):
    """An entry with what became of it.

    Attributes:
        position: Its turn.
        key: The ``cmid``; for ``open`` the idempotency key.
        conv: The conversation, perhaps a local id still.
        seq: Its number once acknowledged.
        problem: Why it was refused.
    """

    position: int
    key: str
    conv: str
    state: EntryState
    seq: int | None
    entry: Entry
    problem: Problem | None


class Outbox:
    """First in, first out."""

    def __init__(self, database: Database) -> None:
        """Work on this database."""
        self._database = database

    def add(self, key: str, conv: str, entry: Entry) -> None:
        """Put a new entry last.

        Raises:
            sqlcipher3.dbapi2.IntegrityError: the key was used before.
        """
        self._database.write(
            "INSERT INTO outbox (key, conv, state, entry) VALUES (?, ?, 'waiting', ?)",
            (key, conv, msgspec.json.encode(entry)),
        )

    def get(self, key: str) -> Outgoing | None:
        """One entry, or None."""
        row = self._database.row(_SELECT + " WHERE key = ?", (key,))
        return None if row is None else _outgoing(row)

    def first(self) -> Outgoing | None:
        """The entry whose turn it is."""
        row = self._database.row(_SELECT + " WHERE state = 'waiting' ORDER BY position LIMIT 1")
        return None if row is None else _outgoing(row)

    def of(self, conv: str) -> list[Outgoing]:
        """Everything of a conversation that isn't in the transcript yet, in order."""
        rows = self._database.rows(_SELECT + " WHERE conv = ? ORDER BY position", (conv,))
        return [_outgoing(row) for row in rows]

    def counts(self) -> dict[str, int]:
        """How many messages there are by state (openings are none)."""
        rows = self._database.rows(
            "SELECT state, count(*) FROM outbox"
            " WHERE json_extract(entry, '$.kind') <> 'open' GROUP BY state"
        )
        return {str(state): int(number) for state, number in rows}

    def change(self, key: str, entry: Entry) -> None:
        """Replace what an entry says (its attachment was stored, it may reopen)."""
        self._database.write(
            "UPDATE outbox SET entry = ? WHERE key = ?", (msgspec.json.encode(entry), key)
        )

    def acked(self, key: str, seq: int) -> None:
        """The service has it, under this number; whatever was thought before."""
        self._database.write(
            "UPDATE outbox SET state = 'acked', seq = ?, problem = NULL WHERE key = ?", (seq, key)
        )

    def refuse(self, key: str, problem: Problem) -> None:
        """The service won't have it; the person decides."""
        self._database.write(
            "UPDATE outbox SET state = 'refused', problem = ? WHERE key = ? AND state = 'waiting'",
            (msgspec.json.encode(problem), key),
        )

    def refuse_waiting(self, conv: str, problem: Problem) -> None:
        """The same for all that waits in a conversation."""
        self._database.write(
            "UPDATE outbox SET state = 'refused', problem = ? WHERE conv = ? AND state = 'waiting'",
            (msgspec.json.encode(problem), conv),
        )

    def retry(self, key: str) -> None:
        """A refused entry takes its old turn again."""
        self._database.write(
            "UPDATE outbox SET state = 'waiting', problem = NULL"
            " WHERE key = ? AND state = 'refused'",
            (key,),
        )

    def rename(self, key: str, new: str) -> None:
        """Let an entry go out under another number: the service knows the old one otherwise."""
        self._database.write("UPDATE outbox SET key = ? WHERE key = ?", (new, key))

    def remove(self, key: str) -> bool:
        """It stands in the transcript, or the person threw it away."""
        return self._database.write("DELETE FROM outbox WHERE key = ?", (key,)) > 0

    def move(self, conv: str, real: str, *, behind: int) -> None:
        """What comes after ``behind`` belongs to another id of the conversation."""
        self._database.write(
            "UPDATE outbox SET conv = ? WHERE conv = ? AND position > ?", (real, conv, behind)
        )


def _outgoing(row: Row) -> Outgoing:
    position, key, conv, state, seq, entry, problem = row
    return Outgoing(
        position,
        key,
        conv,
        state,
        seq,
        msgspec.json.decode(entry, type=Entry),
        None if problem is None else msgspec.json.decode(problem, type=Problem),
    )
