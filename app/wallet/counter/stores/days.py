"""Some days of the counter's record, for what is compared with the service's books."""

from __future__ import annotations

import msgspec

from app.wallet.counter.sale import RefundRow, Sale
from app.wallet.vault.database import Database


class Days:
    """What began at ``first`` or later and before ``last`` (Unix milliseconds), in order."""

    def __init__(self, database: Database) -> None:
        """Read in this database."""
        self._database = database

    def sales(self, first: int, last: int) -> list[Sale]:
        """All sales, whatever became of them."""
        rows = self._database.rows(
            "SELECT body FROM sales WHERE at >= ? AND at < ? ORDER BY position", (first, last)
        )
        return [msgspec.json.decode(body, type=Sale) for (body,) in rows]

    def refunds(self, first: int, last: int) -> list[RefundRow]:
        """All refunds, answered or not."""
        rows = self._database.rows(
            "SELECT body FROM refunds WHERE json_extract(body, '$.at') >= ?1"
            " AND json_extract(body, '$.at') < ?2 ORDER BY position",
            (first, last),
        )
        return [msgspec.json.decode(body, type=RefundRow) for (body,) in rows]
