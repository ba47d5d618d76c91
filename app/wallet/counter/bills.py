"""The merchant's daily bill at the counter: asked for, compared, written to a file (C8)."""

from __future__ import annotations

import asyncio
import dataclasses
from datetime import date
from pathlib import Path

from app.protocol.errors import KBeanError
from app.protocol.messages.counter import Cashier
from app.protocol.messages.settlement import BillTotals
from app.wallet.counter import bill as rules
from app.wallet.counter.bill import Comparison, Till
from app.wallet.counter.board import Board
from app.wallet.counter.cashiers import may
from app.wallet.counter.road import Road
from app.wallet.counter.sale import RefundRow, Sale
from app.wallet.counter.stores.days import Days
from app.wallet.vault.files import write_atomically
from app.wallet.vault.vault import Vault
from app.wallet.vault.worker import VaultWorker

_TRIES = 3
"""Today's bill may grow between its sums and its lines."""
_AROUND_MS = 86_400_000
"""A sale that began the day before may have been paid, or found out, on this one."""


@dataclasses.dataclass(frozen=True, slots=True)
class DayBill:
    """A bill as it was fetched.

    Attributes:
        totals: Its sums.
        raw: The CSV, byte for byte as the service wrote it.
        adds_up: Whether the ledger's change, the sums and the lines say the same.
        comparison: Against this counter's own record.
    """

    totals: BillTotals
    raw: bytes
    adds_up: bool
    comparison: Comparison


class BillDesk:
    """Shows a day's bill to those who may refund."""

    def __init__(self, worker: VaultWorker, road: Road, board: Board) -> None:
        self._worker = worker
        self._road = road
        self._board = board

    async def look(self, day: date, allowed_by: Cashier, *, so_far: bool = False) -> DayBill:
        """A day's bill, held against this counter's record.

        Args:
            day: In the operator's time zone.
            allowed_by: A supervisor or manager who proved it.
            so_far: Also of a day that isn't over.

        Raises:
            KBeanError: ``role_missing``; ``bill_not_ready`` with ``ready_in`` seconds;
                ``service_*``, ``validation_failed`` for a day that no calendar has.
        """
        if not may(allowed_by, "supervisor"):
            raise KBeanError("role_missing", params={"role": "supervisor"})
        for _ in range(_TRIES):
            asked_at = self._road.now_ms()
            found = await self._fetch(day.isoformat(), so_far, asked_at)
            if found.adds_up or found.totals.final:
                break
        return found

    async def _fetch(self, day: str, so_far: bool, asked_at: int) -> DayBill:
        currency = self._board.snapshot.currency
        totals = await self._road.call(
            lambda _: self._road.counter.bill(day, currency, preliminary=so_far)
        )
        raw = await self._road.call(
            lambda _: self._road.counter.bill_csv(day, currency, preliminary=so_far)
        )
        info = self._board.snapshot.info
        till = Till(info.store_name, info.terminal_name) if info else Till("", "")
        since, until = totals.start - _AROUND_MS, totals.end + _AROUND_MS

        def kept(vault: Vault) -> tuple[list[Sale], list[RefundRow]]:
            days = Days(vault.database)
            return days.sales(since, until), days.refunds(since, until)

        sales, refunds = await self._worker.run(kept)

        def work() -> DayBill:
            rows = rules.read_rows(raw, currency)
            must = rules.window(totals, asked_at)
            comparison = rules.compare(rows, sales, refunds, till, must)
            return DayBill(totals, raw, rules.adds_up(totals, rows), comparison)

        return await asyncio.to_thread(work)

    @staticmethod
    async def save(bill: DayBill, path: Path) -> None:
        """Write the bill itself, as the service made it: whole or not at all.

        Raises:
            OSError: why it couldn't be written; what stood there stays.
        """
        await asyncio.to_thread(write_atomically, path, [bill.raw])
