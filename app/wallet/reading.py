"""What a window reads of the history: out of the vault, never the network where it can answer."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Literal

from app.protocol.messages.payments import Movement
from app.protocol.messages.refunds import RefundList
from app.sdk.seals import Seal
from app.wallet.history import ActivityPage, History
from app.wallet.receipts import ReceiptView
from app.wallet.statements import Language
from app.wallet.sums import Budget, DayTotal
from app.wallet.vault.stores.activity_rows import ActivityFilter
from app.wallet.vault.stores.activity_sums import Flow, Month


class Reading:
    """The part of the session that reads; :class:`app.wallet.session.WalletSession` is one."""

    _history: History

    async def activity(
        self,
        *,
        text: str = "",
        kind: Literal["money", "points"] | None = None,
        direction: Literal["in", "out"] | None = None,
        since: int | None = None,
        until: int | None = None,
        before: int | None = None,
        limit: int = 50,
    ) -> ActivityPage:
        """Search the vault's movements, newest first; never asks the network.

        Args:
            text: Words, an amount, an order number, in any order; empty finds everything.
            kind: Money movements or K-Beans only.
            direction: In or out only.
            since: Unix milliseconds, inclusive.
            until: Unix milliseconds, exclusive.
            before: ``older`` of the page before.
            limit: Rows a page.
        """
        wanted = ActivityFilter(text, kind, None, direction, since, until)
        return await self._history.find(wanted, before, limit)

    async def find(
        self, wanted: ActivityFilter, *, before: int | None = None, limit: int = 50, offset: int = 0
    ) -> ActivityPage:
        """A page of what a filter finds, newest first; never asks the network.

        Args:
            wanted: Which movements; :func:`app.wallet.searching.query.read_query` makes one of
                what was typed.
            before: ``older`` of the page before.
            limit: Rows a page.
            offset: Rows to leave out at the top.
        """
        return await self._history.find(wanted, before, limit, offset)

    async def months(self, wanted: ActivityFilter) -> tuple[Month, ...]:
        """The months in which a filter finds something, newest first, and how much in each."""
        return await self._history.months(wanted)

    async def totals(self, wanted: ActivityFilter) -> tuple[Flow, ...]:
        """What went out and came in of what a filter finds, by currency."""
        return await self._history.totals(wanted)

    async def budgets(
        self, currency: str, times: tuple[tuple[int, int], ...]
    ) -> tuple[Budget, ...]:
        """What was spent and received in each of some times, and on what."""
        return await self._history.budgets(currency, times)

    async def of_payment(self, payment_id: str) -> tuple[Movement, ...]:
        """A payment's movements that the vault knows (money, K-Beans, refunds), oldest first."""
        return await self._history.of_payment(payment_id)

    async def refunds(self, payment_id: str) -> RefundList:
        """A payment's refunds and what is left of it, from the service.

        Raises:
            KBeanError: ``payment_not_found``, ``service_*``.
        """
        return await self._history.refunds(payment_id)

    async def save_statement(
        self, path: Path, *, first: date, last: date, currency: str, language: Language
    ) -> Seal:
        """Save a statement with the service's seal, once the seal was checked.

        Args:
            path: Where it goes; nothing is written there before the seal holds.
            first: The first day, in the operator's time zone.
            last: The last day, which counts.
            currency: ISO 4217.
            language: Of the statement.

        Raises:
            KBeanError: ``statement_invalid``, ``seal_invalid``, ``service_*``.
            OSError: the file can't be written.
        """
        return await self._history.save_statement(
            path, first=first, last=last, currency=currency, language=language
        )

    async def movement(self, movement_id: str) -> Movement | None:
        """One movement by its id, or None."""
        return await self._history.movement(movement_id)

    async def daily_totals(self, currency: str, since: int, until: int) -> tuple[DayTotal, ...]:
        """What was spent and received per local day, oldest first, empty days left out."""
        return await self._history.daily_totals(currency, since, until)

    async def receipt(self, payment_id: str) -> ReceiptView:
        """A payment's receipt from the vault, fetched from the service where it isn't there yet.

        Raises:
            KBeanError: ``payment_not_found``, ``receipt_invalid``, ``service_*``.
        """
        return await self._history.receipt(payment_id)
