"""The last known state of things that the service owns: accounts, K-Beans with lots, profile.

A snapshot carries the service's time; an older answer that arrives late never replaces a newer
one.
"""

from __future__ import annotations

from typing import TypeVar

import msgspec

from app.protocol.messages.identity import Profile
from app.protocol.messages.payments import AccountList, PointsSummary
from app.wallet.vault.database import Database

T = TypeVar("T", bound=msgspec.Struct)


class Snapshots:
    """Accounts, K-Beans and profile as last seen, for showing at once and offline."""

    def __init__(self, database: Database) -> None:
        """Work on this database."""
        self._database = database

    def accounts(self) -> AccountList | None:
        """Balances as last seen."""
        return self._get("accounts", AccountList)

    def save_accounts(self, accounts: AccountList) -> bool:
        """Keep balances; False when what is there is newer."""
        return self._put("accounts", accounts, accounts.server_time)

    def points(self) -> PointsSummary | None:
        """K-Beans and their open lots as last seen."""
        return self._get("points", PointsSummary)

    def save_points(self, points: PointsSummary) -> bool:
        """Keep K-Beans; False when what is there is newer."""
        return self._put("points", points, points.server_time)

    def profile(self) -> Profile | None:
        """The person as last seen."""
        return self._get("profile", Profile)

    def save_profile(self, profile: Profile, *, at: int) -> bool:
        """Keep the person's profile as of ``at`` (Unix milliseconds, the service's clock)."""
        return self._put("profile", profile, at)

    def _get(self, name: str, kind: type[T]) -> T | None:
        row = self._database.row("SELECT body FROM snapshots WHERE name = ?", (name,))
        if row is None:
            return None
        try:
            return msgspec.json.decode(row[0], type=kind)
        except msgspec.ValidationError:
            return None  # written by a version with another form; the next sync replaces it

    def _put(self, name: str, body: msgspec.Struct, taken_at: int) -> bool:
        changed = self._database.write(
            "INSERT INTO snapshots (name, taken_at, body) VALUES (?, ?, ?)"
            " ON CONFLICT (name) DO UPDATE SET taken_at = excluded.taken_at, body = excluded.body"
            " WHERE excluded.taken_at >= snapshots.taken_at",
            (name, taken_at, msgspec.json.encode(body)),
        )
        return changed > 0
