"""Handles for payers' codes: issued ahead, and the counter that is kept before a code is shown.

Source: design/3 §Payer's code. A pair of minute and counter is never shown twice: :meth:`show` is
on the disk before anybody sees the code that it names.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from app.wallet.vault.database import Database

_COLUMNS = "handle, secret, valid_from, valid_until, must_confirm, counter, shown_at"


class Handle(msgspec.Struct, frozen=True):
    """One handle as it stands in the vault.

    Attributes:
        handle: Nine digits.
        secret: Its 32 bytes.
        valid_from: Unix milliseconds, the service's clock.
        valid_until: Likewise.
        must_confirm: What is charged with it is always confirmed in the wallet.
        counter: The counter of the last code that was shown; 0 before the first.
        shown_at: The latest moment for which a code was made, Unix milliseconds of the service's
            clock; None before the first.
    """

    handle: int
    secret: bytes
    valid_from: int
    valid_until: int
    must_confirm: bool
    counter: int = 0
    shown_at: int | None = None

    def __repr__(self) -> str:
        """Without the number and the secret: neither belongs into a log."""
        return f"Handle(counter={self.counter}, must_confirm={self.must_confirm})"


class Handles:
    """The handles of this device."""

    def __init__(self, database: Database) -> None:
        """Work on this database."""
        self._database = database

    def all(self) -> list[Handle]:
        """Every handle, by number."""
        rows = self._database.rows(
            f"SELECT {_COLUMNS} FROM payer_handles ORDER BY handle"  # noqa: S608 - a constant
        )
        return [
            Handle(handle, bytes(secret), since, until, bool(confirm), counter, shown)
            for handle, secret, since, until, confirm, counter, shown in rows
        ]

    def replace(self, handles: Iterable[Handle]) -> None:
        """Take these in place of all others; a handle that stays keeps its counter."""
        fresh = list(handles)
        with self._database.transaction():
            known = {one.handle: one for one in self.all()}
            self._database.write("DELETE FROM payer_handles")
            for one in fresh:
                old = known.get(one.handle, one)
                self._database.write(
                    f"INSERT INTO payer_handles ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
                    (
                        one.handle,
                        one.secret,
                        one.valid_from,
                        one.valid_until,
                        int(one.must_confirm),
                        old.counter,
                        old.shown_at,
                    ),
                )

    def show(self, handle: int, counter: int, at: int) -> bool:
        """Say that a code is about to be shown; when this returns it survives a power cut.

        Args:
            handle: The handle.
            counter: The code's counter.
            at: The moment it is made for, Unix milliseconds.

        Returns:
            False where the handle is gone, or where this would go back in time.
        """
        changed = self._database.write(
            "UPDATE payer_handles SET counter = ?, shown_at = max(coalesce(shown_at, 0), ?)"
            " WHERE handle = ? AND (shown_at IS NULL OR ? > counter"
            " OR (? = counter AND ? > shown_at))",
            (counter, at, handle, counter, counter, at),
        )
        return changed > 0

    def forget(self, handle: int) -> None:
        """This one is of no use any more."""
        self._database.write("DELETE FROM payer_handles WHERE handle = ?", (handle,))
