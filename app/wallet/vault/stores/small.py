"""Small named things: settings, secrets, sync cursors."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from app.wallet.vault.database import Database

T = TypeVar("T")


class Settings:
    """Preferences by name, each any JSON value or msgspec Struct."""

    def __init__(self, database: Database) -> None:
        """Work on this database."""
        self._database = database

    def get(self, name: str, kind: type[T], default: T) -> T:
        """Read a setting as ``kind``; ``default`` where it is absent or of another form."""
        row = self._database.row("SELECT value FROM settings WHERE name = ?", (name,))
        if row is None:
            return default
        try:
            return msgspec.json.decode(row[0], type=kind)
        except msgspec.ValidationError:
            return default

    def put(self, name: str, value: object) -> None:
        """Write a setting."""
        self._database.write(
            "INSERT INTO settings (name, value) VALUES (?, ?)"
            " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (name, msgspec.json.encode(value)),
        )

    def remove(self, name: str) -> None:
        """Forget a setting; a missing one is fine."""
        self._database.write("DELETE FROM settings WHERE name = ?", (name,))


class Secrets:
    """Key bytes and tokens by name (the device's private key, the refresh token …)."""

    def __init__(self, database: Database) -> None:
        """Work on this database."""
        self._database = database

    def get(self, name: str) -> bytes | None:
        """Read a secret, or None."""
        row = self._database.row("SELECT value FROM secrets WHERE name = ?", (name,))
        return None if row is None else bytes(row[0])

    def put(self, name: str, value: bytes | bytearray) -> None:
        """Write a secret."""
        self._database.write(
            "INSERT INTO secrets (name, value) VALUES (?, ?)"
            " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (name, bytes(value)),
        )

    def remove(self, name: str) -> None:
        """Forget a secret; a missing one is fine."""
        self._database.write("DELETE FROM secrets WHERE name = ?", (name,))


class Cursors:
    """How far each stream of the service was read."""

    def __init__(self, database: Database) -> None:
        """Work on this database."""
        self._database = database

    def get(self, name: str) -> str | None:
        """Read a cursor, or None before the first sync."""
        row = self._database.row("SELECT value FROM cursors WHERE name = ?", (name,))
        return None if row is None else str(row[0])

    def put(self, name: str, value: str) -> None:
        """Move a cursor; do it in one transaction with the rows it stands for."""
        self._database.write(
            "INSERT INTO cursors (name, value) VALUES (?, ?)"
            " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (name, value),
        )
