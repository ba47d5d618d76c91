"""Bytes of attachments, encrypted like everything else, with an upper bound.

What still has to be sent is held; the rest is a cache from which the longest unused goes first.
"""

from __future__ import annotations

from app.wallet.vault.database import Database

CACHE_MAX = 64 * 1024 * 1024
"""Bytes kept of what isn't held."""


class ChatFiles:
    """Files by the SHA-256 of their bytes."""

    def __init__(self, database: Database) -> None:
        """Work on this database."""
        self._database = database

    def put(self, sha256: str, data: bytes, *, at: int, held: bool = False) -> None:
        """Keep bytes, and forget the longest unused beyond the bound.

        Args:
            sha256: Of ``data``; checking it is the caller's business.
            data: The bytes.
            at: Unix milliseconds.
            held: Not to be forgotten before :meth:`release`.
        """
        with self._database.transaction():
            self._database.write(
                "INSERT INTO chat_files (sha256, size, held, used_at, data) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT (sha256) DO UPDATE SET used_at = excluded.used_at,"
                " held = max(held, excluded.held)",
                (sha256, len(data), int(held), at, data),
            )
            self._shrink()

    def get(self, sha256: str, *, at: int) -> bytes | None:
        """The bytes, used now; or None."""
        row = self._database.row("SELECT data FROM chat_files WHERE sha256 = ?", (sha256,))
        if row is None:
            return None
        self._database.write("UPDATE chat_files SET used_at = ? WHERE sha256 = ?", (at, sha256))
        return bytes(row[0])

    def release(self, sha256: str) -> None:
        """It may be forgotten from now on."""
        with self._database.transaction():
            self._database.write("UPDATE chat_files SET held = 0 WHERE sha256 = ?", (sha256,))
            self._shrink()

    def _shrink(self) -> None:
        rows = self._database.rows(
            "SELECT sha256, size FROM chat_files WHERE held = 0 ORDER BY used_at DESC, sha256"
        )
        total = 0
        for sha256, size in rows:
            total += size
            if total > CACHE_MAX:
                self._database.write("DELETE FROM chat_files WHERE sha256 = ?", (sha256,))
