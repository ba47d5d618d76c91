"""Shifts and their cash moves; prices; confirmation codes that were accepted."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from app.wallet.counter.prices import Price
from app.wallet.counter.shift import CashMove, Shift
from app.wallet.vault.database import Database


class Shifts:
    """Shifts by their number; the table itself lets only one be open."""

    def __init__(self, database: Database) -> None:
        """Work on this database."""
        self._database = database

    def add(self, shift: Shift) -> None:
        """Open a shift.

        Raises:
            sqlcipher3.dbapi2.IntegrityError: another one is open.
        """
        self._database.write(
            "INSERT INTO shifts (number, shift_id, state, body) VALUES (?, ?, ?, ?)",
            (shift.number, shift.shift_id, shift.state, msgspec.json.encode(shift)),
        )

    def put(self, shift: Shift) -> None:
        """Write a shift down as it is now."""
        self._database.write(
            "UPDATE shifts SET state = ?, body = ? WHERE shift_id = ?",
            (shift.state, msgspec.json.encode(shift), shift.shift_id),
        )

    def open(self) -> Shift | None:
        """The one that is open, or None."""
        row = self._database.row("SELECT body FROM shifts WHERE state = 'open'")
        return None if row is None else _shift(row[0])

    def get(self, shift_id: str) -> Shift | None:
        """One shift, or None."""
        row = self._database.row("SELECT body FROM shifts WHERE shift_id = ?", (shift_id,))
        return None if row is None else _shift(row[0])

    def closed(self) -> list[Shift]:
        """Closed, not handed in yet, oldest first."""
        rows = self._database.rows("SELECT body FROM shifts WHERE state = 'closed' ORDER BY number")
        return [_shift(body) for (body,) in rows]

    def last(self, limit: int = 30) -> list[Shift]:
        """The last shifts, newest first."""
        rows = self._database.rows("SELECT body FROM shifts ORDER BY number DESC LIMIT ?", (limit,))
        return [_shift(body) for (body,) in rows]

    def next_number(self) -> int:
        """The number of the next shift."""
        row = self._database.row("SELECT coalesce(max(number), 0) + 1 FROM shifts")
        return int(row[0]) if row else 1

    def add_move(self, shift_id: str, move: CashMove) -> None:
        """Write down cash that was put in or taken out."""
        self._database.write(
            "INSERT INTO cash_moves (shift, body) VALUES (?, ?)",
            (shift_id, msgspec.json.encode(move)),
        )

    def moves(self, shift_id: str) -> list[CashMove]:
        """Cash put in and taken out, in order."""
        rows = self._database.rows(
            "SELECT body FROM cash_moves WHERE shift = ? ORDER BY position", (shift_id,)
        )
        return [msgspec.json.decode(body, type=CashMove) for (body,) in rows]


class Prices:
    """The price list."""

    def __init__(self, database: Database) -> None:
        """Work on this database."""
        self._database = database

    def replace(self, prices: Iterable[Price]) -> None:
        """Take over a whole list in place of the old one."""
        with self._database.transaction():
            self._database.write("DELETE FROM prices")
            self._database.write_many(
                "INSERT INTO prices (barcode, name, price, place) VALUES (?, ?, ?, ?)",
                [(p.barcode, p.name, p.price, at) for at, p in enumerate(prices)],
            )

    def get(self, barcode: str) -> Price | None:
        """What a barcode stands for, or None."""
        row = self._database.row(
            "SELECT barcode, name, price FROM prices WHERE barcode = ?", (barcode,)
        )
        return None if row is None else Price(*row)

    def search(self, words: str = "", limit: int = 200) -> list[Price]:
        """Items whose name or barcode holds the words, in the list's order."""
        rows = self._database.rows(
            "SELECT barcode, name, price FROM prices"
            " WHERE instr(lower(name), lower(?1)) OR instr(barcode, ?1) ORDER BY place LIMIT ?2",
            (words.strip(), limit),
        )
        return [Price(*row) for row in rows]

    def count(self) -> int:
        """How many items there are."""
        row = self._database.row("SELECT count(*) FROM prices")
        return int(row[0]) if row else 0


class AcceptedCodes:
    """Confirmation codes that were taken for a sale; each once."""

    def __init__(self, database: Database) -> None:
        """Work on this database."""
        self._database = database

    def accept(self, code: str, amount: int, step: int, out_trade_no: str) -> bool:
        """Take a code; False where it was taken before."""
        changed = self._database.write(
            "INSERT INTO accepted_codes (code, amount, step, out_trade_no) VALUES (?, ?, ?, ?)"
            " ON CONFLICT DO NOTHING",
            (code, amount, step, out_trade_no),
        )
        return changed > 0


def _shift(body: bytes) -> Shift:
    return msgspec.json.decode(body, type=Shift)
