"""Cases, feedback and surveys as last seen, and what the person wants done with them.

``papers`` is what the service told, for reading without a network; ``errands`` is what goes there:
written before it is sent, so that nothing is lost or doubled (design/1 S7 and S10, design/6).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Generic, Literal, NamedTuple, TypeVar

import msgspec

from app.protocol.errors import Problem
from app.wallet.vault.database import Database, Row

T = TypeVar("T", bound=msgspec.Struct)
PaperKind = Literal[
    "case", "timeline", "feedback", "community", "survey", "shop", "people", "transfer"
]
ErrandKind = Literal["open_case", "note", "say", "feedback", "helpful", "survey"]
_ERRAND = "SELECT key, kind, subject, body, at, problem FROM errands"


class Kept(NamedTuple, Generic[T]):
    """One paper, and whether the person saw it as it is."""

    paper: T
    seen: bool


class Errand(NamedTuple):
    """Something to be told to the service.

    Attributes:
        key: Its idempotency key; the id of what it makes.
        kind: What it is.
        subject: The case, question or survey it is about; empty for something new.
        body: The request's JSON; empty where there is none.
        at: Unix milliseconds when it was written.
        problem: Why the service won't have it; None while it waits.
    """

    key: str
    kind: ErrandKind
    subject: str
    body: bytes
    at: int
    problem: Problem | None = None


class Papers:
    """What the service told, by kind and id."""

    def __init__(self, database: Database) -> None:
        """Work on this database."""
        self._database = database

    def put(
        self, kind: PaperKind, name: str, paper: msgspec.Struct, *, at: int, seen: bool = False
    ) -> None:
        """Keep a paper unless what is here is newer.

        Args:
            kind: What it is.
            name: Its id.
            paper: The message.
            at: When it last changed, Unix milliseconds of the service.
            seen: The person knows it: it is what they just did.
        """
        self._database.write(
            "INSERT INTO papers (kind, name, at, seen_at, body) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (kind, name) DO UPDATE SET at = excluded.at, body = excluded.body,"
            " seen_at = max(seen_at, excluded.seen_at) WHERE excluded.at >= papers.at",
            (kind, name, at, at if seen else 0, msgspec.json.encode(paper)),
        )

    def get(self, kind: PaperKind, name: str, form: type[T]) -> T | None:
        """One paper, or None."""
        row = self._database.row(
            "SELECT body FROM papers WHERE kind = ? AND name = ?", (kind, name)
        )
        return None if row is None else _read(row[0], form)

    def all(self, kind: PaperKind, form: type[T]) -> list[Kept[T]]:
        """All of a kind, the newest change first."""
        rows = self._database.rows(
            "SELECT body, seen_at >= at FROM papers WHERE kind = ? ORDER BY at DESC, name DESC",
            (kind,),
        )
        read = ((_read(body, form), bool(seen)) for body, seen in rows)
        return [Kept(paper, seen) for paper, seen in read if paper is not None]

    def behind(self, limit: int) -> list[str]:
        """Cases that changed after their timeline was fetched, the newest change first."""
        rows = self._database.rows(
            "SELECT c.name FROM papers c LEFT JOIN papers t"
            " ON t.kind = 'timeline' AND t.name = c.name WHERE c.kind = 'case'"
            " AND coalesce(json_extract(t.body, '$.case.updated_at'), 0) < c.at"
            " ORDER BY c.at DESC LIMIT ?",
            (limit,),
        )
        return [str(name) for (name,) in rows]

    def see(self, kind: PaperKind, name: str) -> bool:
        """The person saw it; False where that was known."""
        changed = self._database.write(
            "UPDATE papers SET seen_at = at WHERE kind = ? AND name = ? AND seen_at < at",
            (kind, name),
        )
        return changed > 0

    def unseen(self, kind: PaperKind) -> frozenset[str]:
        """Which of a kind changed since the person saw them."""
        rows = self._database.rows(
            "SELECT name FROM papers WHERE kind = ? AND seen_at < at", (kind,)
        )
        return frozenset(str(name) for (name,) in rows)

    def keep_only(self, kind: PaperKind, names: Iterable[str]) -> None:
        """Forget those of a kind that the service doesn't list any more."""
        kept = msgspec.json.encode(list(names)).decode()
        self._database.write(
            "DELETE FROM papers WHERE kind = ? AND name NOT IN (SELECT value FROM json_each(?))",
            (kind, kept),
        )


class Errands:
    """First in, first out; what was refused waits for the person."""

    def __init__(self, database: Database) -> None:
        """Work on this database."""
        self._database = database

    def add(self, errand: Errand) -> None:
        """Put an errand last; on the disk when this returns.

        Raises:
            sqlcipher3.dbapi2.IntegrityError: the key was used before.
        """
        self._database.write(
            "INSERT INTO errands (key, kind, subject, body, at) VALUES (?, ?, ?, ?, ?)",
            errand[:5],
        )

    def first(self) -> Errand | None:
        """The one whose turn it is."""
        row = self._database.row(_ERRAND + " WHERE problem IS NULL ORDER BY position LIMIT 1")
        return None if row is None else _errand(row)

    def all(self) -> list[Errand]:
        """All that isn't done, in order."""
        return [_errand(row) for row in self._database.rows(_ERRAND + " ORDER BY position")]

    def refuse(self, key: str, problem: Problem) -> None:
        """The service won't have it; what is about the thing it would have made waits with it."""
        self._database.write(
            "UPDATE errands SET problem = ? WHERE key = ? OR subject = ?",
            (msgspec.json.encode(problem), key, key),
        )

    def retry(self, key: str) -> None:
        """Take its old turn again."""
        self._database.write(
            "UPDATE errands SET problem = NULL WHERE key = ? OR subject = ?", (key, key)
        )

    def remove(self, key: str) -> None:
        """It is done, or the person threw it away."""
        self._database.write("DELETE FROM errands WHERE key = ?", (key,))

    def discard(self, key: str) -> None:
        """Throw it away, with what is about the thing it would have made."""
        self._database.write("DELETE FROM errands WHERE key = ? OR subject = ?", (key, key))


def _read(body: bytes, form: type[T]) -> T | None:
    try:
        return msgspec.json.decode(body, type=form)
    except msgspec.ValidationError:
        return None  # written by a version with another form; the service tells it again


def _errand(row: Row) -> Errand:
    key, kind, subject, body, at, problem = row
    read = None if problem is None else msgspec.json.decode(problem, type=Problem)
    return Errand(key, kind, subject, bytes(body), at, read)
