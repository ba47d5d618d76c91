"""The open connection as the stores see it: rows out, and transactions that nest by joining."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

Row = tuple[Any, ...]


class Database:
    """A thin face over one ``sqlcipher3`` connection; belongs to the thread that opened it."""

    def __init__(self, connection: Any) -> None:
        """Take an open connection in autocommit mode."""
        self._connection = connection
        self._depth = 0

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything inside is committed together, or nothing of it.

        An inner transaction joins the outer one. When the block ends without an error, the data
        is on the disk (``synchronous = FULL``).
        """
        if self._depth:
            yield
            return
        self._connection.execute("BEGIN IMMEDIATE")
        self._depth = 1
        try:
            yield
        except BaseException:
            # A full disk may have rolled back already.
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise
        else:
            self._connection.execute("COMMIT")
        finally:
            self._depth = 0

    def write(self, statement: str, values: Sequence[Any] = ()) -> int:
        """Run one changing statement; how many rows it changed."""
        with self.transaction():
            changed: int = self._connection.execute(statement, values).rowcount
        return changed

    def write_many(self, statement: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run one changing statement for every row, in one transaction."""
        with self.transaction():
            self._connection.executemany(statement, rows)

    def row(self, query: str, values: Sequence[Any] = ()) -> Row | None:
        """The first row, or None."""
        found: Row | None = self._connection.execute(query, values).fetchone()
        return found

    def rows(self, query: str, values: Sequence[Any] = ()) -> list[Row]:
        """All rows."""
        found: list[Row] = self._connection.execute(query, values).fetchall()
        return found

    def close(self) -> None:
        """Write the log into the database and close."""
        self._connection.close()
