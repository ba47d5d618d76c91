"""Sales and refunds: the counter's outbox and its book in one (design/3 §At the counter)."""

from __future__ import annotations

import msgspec

from app.wallet.counter.sale import FOLLOWS, Origin, RefundRow, Sale
from app.wallet.vault.database import Database


class Sales:
    """Sales by their number. An end that is known never changes."""

    def __init__(self, database: Database) -> None:
        """Work on this database."""
        self._database = database

    def add(self, sale: Sale) -> None:
        """Write a new sale; when this returns it survives a power cut.

        Raises:
            sqlcipher3.dbapi2.IntegrityError: the number was used before.
        """
        self._database.write(
            "INSERT INTO sales (out_trade_no, state, open, shift, order_number, payment_id,"
            " waiting, printed, at, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                sale.out_trade_no,
                sale.state.value,
                int(not sale.ended),
                sale.shift,
                sale.order_number,
                sale.payment_id,
                int(sale.kind == "offline"),
                int(sale.kind == "printed"),
                sale.at,
                msgspec.json.encode(sale),
            ),
        )

    def move(self, sale: Sale) -> Sale:
        """Write down how far a sale got; the answer is what the vault says now.

        A step that may not follow (an answer that comes late) is passed over.
        """
        with self._database.transaction():
            known = self.get(sale.out_trade_no)
            if known is None:
                raise KeyError(sale.out_trade_no)
            if known.state is not sale.state and sale.state not in FOLLOWS[known.state]:
                return known
            self._write(sale)
        return sale

    def refunded(self, out_trade_no: str, amount: int) -> Sale | None:
        """Write down how much of a sale has gone back in all."""
        with self._database.transaction():
            known = self.get(out_trade_no)
            if known is None:
                return None
            changed = msgspec.structs.replace(known, refunded=max(known.refunded, amount))
            self._write(changed)
        return changed

    def put_by(self, sale: Sale) -> None:
        """Write an offline sale that waits no longer for its payment; one it has is claimed."""
        self._write(sale)
        self._database.write(
            "UPDATE sales SET waiting = 0, claiming = payment_id <> '' WHERE out_trade_no = ?",
            (sale.out_trade_no,),
        )

    def claimed(self, out_trade_no: str) -> None:
        """The service was told which payment an offline sale has."""
        self._database.write(
            "UPDATE sales SET claiming = 0 WHERE out_trade_no = ?", (out_trade_no,)
        )

    def look_again(self, sale: Sale) -> None:
        """Write an offline sale that lost its payment: it waits for one as at first."""
        self._write(sale)
        self._database.write(
            "UPDATE sales SET waiting = 1, claiming = 0 WHERE out_trade_no = ?",
            (sale.out_trade_no,),
        )

    def drop(self, out_trade_no: str) -> None:
        """Take a ``printed`` sale off the list: an offline one stands for it."""
        self._database.write("DELETE FROM sales WHERE out_trade_no = ?", (out_trade_no,))

    def _write(self, sale: Sale) -> None:
        self._database.write(
            "UPDATE sales SET state = ?, open = ?, order_number = ?, payment_id = ?, body = ?"
            " WHERE out_trade_no = ?",
            (
                sale.state.value,
                int(not sale.ended),
                sale.order_number,
                sale.payment_id,
                msgspec.json.encode(sale),
                sale.out_trade_no,
            ),
        )

    def get(self, out_trade_no: str) -> Sale | None:
        """One sale, or None."""
        row = self._database.row("SELECT body FROM sales WHERE out_trade_no = ?", (out_trade_no,))
        return None if row is None else _sale(row[0])

    def of_payment(self, payment_id: str) -> Sale | None:
        """The sale of a payment, or None."""
        row = self._database.row(
            "SELECT body FROM sales WHERE payment_id = ? AND payment_id <> ''", (payment_id,)
        )
        return None if row is None else _sale(row[0])

    def known_as(self, service_number: str) -> Sale | None:
        """The sale that the service knows by this number, or None."""
        return self.get(service_number) or self.of_payment(service_number)

    def find(self, number: str) -> Sale | None:
        """A sale by the number on a slip: our own or the order number people quote."""
        row = self._database.row(
            "SELECT body FROM sales WHERE out_trade_no = ?1 OR order_number = ?1"
            " ORDER BY position DESC LIMIT 1",
            (number,),
        )
        return None if row is None else _sale(row[0])

    def waiting(self) -> list[Sale]:
        """Offline sales whose payment is still looked for, oldest first."""
        rows = self._database.rows("SELECT body FROM sales WHERE waiting = 1 ORDER BY position")
        return [_sale(body) for (body,) in rows]

    def unclaimed(self) -> Sale | None:
        """The oldest offline sale whose payment has to be claimed, or None."""
        row = self._database.row(
            "SELECT body FROM sales WHERE claiming = 1 ORDER BY position LIMIT 1"
        )
        return None if row is None else _sale(row[0])

    def printed(self, since: int, until: int) -> list[Sale]:
        """Payments of the printed code between two moments, oldest first."""
        rows = self._database.rows(
            "SELECT body FROM sales WHERE at BETWEEN ? AND ? AND printed ORDER BY at, position",
            (since, until),
        )
        return [_sale(body) for (body,) in rows]

    def unfinished(self) -> list[Sale]:
        """All sales whose end isn't known, oldest first: what a start has to ask about."""
        rows = self._database.rows("SELECT body FROM sales WHERE open = 1 ORDER BY position")
        return [_sale(body) for (body,) in rows]

    def last(self, limit: int = 50, origin: Origin = "all") -> list[Sale]:
        """The last sales, newest first."""
        which = {"all": "", "own": "WHERE NOT printed", "printed": "WHERE printed"}[origin]
        rows = self._database.rows(
            f"SELECT body FROM sales {which} ORDER BY at DESC, position DESC LIMIT ?",  # noqa: S608
            (limit,),
        )
        return [_sale(body) for (body,) in rows]

    def of_shift(self, shift: str) -> list[Sale]:
        """All sales of a shift, oldest first."""
        rows = self._database.rows(
            "SELECT body FROM sales WHERE shift = ? ORDER BY position", (shift,)
        )
        return [_sale(body) for (body,) in rows]


class Refunds:
    """Refunds by their own number."""

    def __init__(self, database: Database) -> None:
        """Work on this database."""
        self._database = database

    def add(self, row: RefundRow) -> None:
        """Write a new refund; when this returns it survives a power cut."""
        self._database.write(
            "INSERT INTO refunds (out_request_no, out_trade_no, open, shift, body)"
            " VALUES (?, ?, ?, ?, ?)",
            (
                row.out_request_no,
                row.out_trade_no,
                int(row.state == "sent"),
                row.shift,
                msgspec.json.encode(row),
            ),
        )

    def finish(self, row: RefundRow) -> None:
        """Write down how it ended; a known end stays."""
        self._database.write(
            "UPDATE refunds SET open = 0, body = ? WHERE out_request_no = ? AND open = 1",
            (msgspec.json.encode(row), row.out_request_no),
        )

    def unfinished(self) -> list[RefundRow]:
        """Refunds without an answer, oldest first."""
        rows = self._database.rows("SELECT body FROM refunds WHERE open = 1 ORDER BY position")
        return [_refund(body) for (body,) in rows]

    def of_sale(self, out_trade_no: str) -> list[RefundRow]:
        """All refunds of a sale, oldest first."""
        rows = self._database.rows(
            "SELECT body FROM refunds WHERE out_trade_no = ? ORDER BY position", (out_trade_no,)
        )
        return [_refund(body) for (body,) in rows]

    def of_shift(self, shift: str) -> list[RefundRow]:
        """All refunds made in a shift, oldest first."""
        rows = self._database.rows(
            "SELECT body FROM refunds WHERE shift = ? ORDER BY position", (shift,)
        )
        return [_refund(body) for (body,) in rows]


def _sale(body: bytes) -> Sale:
    return msgspec.json.decode(body, type=Sale)


def _refund(body: bytes) -> RefundRow:
    return msgspec.json.decode(body, type=RefundRow)
