"""Reading the vault's movements and receipts: search, months, totals, verified receipts."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import date
from functools import partial
from pathlib import Path

import msgspec

from app.protocol.errors import KBeanError
from app.protocol.messages.payments import Movement, Payment
from app.protocol.messages.refunds import RefundList
from app.sdk.points import PointShop
from app.sdk.seals import Seal
from app.wallet import receipts
from app.wallet.categories import category_of
from app.wallet.intents import IntentDesk
from app.wallet.line import Line
from app.wallet.marks import Noted
from app.wallet.receipts import ReceiptView
from app.wallet.snapshot import Board
from app.wallet.statements import Language, save_statement
from app.wallet.sums import Budget, DayTotal, read_budgets, read_days
from app.wallet.vault.stores.activity_rows import ActivityFilter, ActivityRow
from app.wallet.vault.stores.activity_sums import Flow, Month
from app.wallet.vault.stores.marks import EMPTY
from app.wallet.vault.vault import Vault
from app.wallet.vault.worker import VaultWorker

POINTS = "KBN"


@dataclasses.dataclass(frozen=True, slots=True)
class ActivityPage:
    """A page of movements from the vault, newest first.

    Attributes:
        items: The movements.
        older: Give it to ``before`` for the next page; None on the last one.
        noted: By movement id, what the person said of it; only those that differ from what the
            merchant says.
    """

    items: tuple[Movement, ...]
    older: int | None
    noted: Mapping[str, Noted] = dataclasses.field(default_factory=dict)


class History:
    """What the vault holds of the past."""

    def __init__(self, worker: VaultWorker, line: Line, board: Board, desk: IntentDesk) -> None:
        self._worker = worker
        self._line = line
        self._board = board
        self._desk = desk

    async def find(
        self, wanted: ActivityFilter, before: int | None, limit: int, offset: int = 0
    ) -> ActivityPage:
        """A page of movements, newest first; asks nobody but the vault."""
        return await self._worker.run(lambda vault: _page(vault, wanted, before, limit, offset))

    async def months(self, wanted: ActivityFilter) -> tuple[Month, ...]:
        """The months in which something is found, newest first, and how much in each."""
        return await self._worker.run(lambda vault: tuple(vault.activity.sums.months(wanted)))

    async def totals(self, wanted: ActivityFilter) -> tuple[Flow, ...]:
        """What went out and came in of what a filter finds."""
        return await self._worker.run(lambda vault: tuple(vault.activity.sums.totals(wanted)))

    async def budgets(
        self, currency: str, times: tuple[tuple[int, int], ...]
    ) -> tuple[Budget, ...]:
        """What was spent and received in some times, and on what."""
        return await self._worker.run(lambda vault: read_budgets(vault, currency, times))

    async def daily_totals(self, currency: str, since: int, until: int) -> tuple[DayTotal, ...]:
        """What was spent and received on the local days from ``since`` to ``until``."""
        return await self._worker.run(lambda vault: read_days(vault, currency, since, until))

    async def of_payment(self, payment_id: str) -> tuple[Movement, ...]:
        """A payment's movements that the vault knows (money, K-Beans, refunds), oldest first."""
        rows = await self._worker.run(lambda vault: vault.activity.for_payment(payment_id))
        return tuple(_movement(row) for row in rows)

    async def refunds(self, payment_id: str) -> RefundList:
        """A payment's refunds and what is left of it, from the service.

        Raises:
            KBeanError: ``payment_not_found``, ``service_*``.
        """
        return await self._line.ask(lambda client: PointShop(client).refunds(payment_id))

    async def save_statement(
        self, path: Path, *, first: date, last: date, currency: str, language: Language
    ) -> Seal:
        """Fetch a sealed statement, check the seal, write it; see :mod:`app.wallet.statements`."""
        return await save_statement(
            self._line, path, first=first, last=last, currency=currency, language=language
        )

    async def movement(self, movement_id: str) -> Movement | None:
        """One movement by its id, or None."""
        row = await self._worker.run(lambda vault: vault.activity.get(movement_id))
        return _movement(row) if row else None

    async def receipt(self, payment_id: str) -> ReceiptView:
        """A payment's receipt, from the vault or else from the service, verified either way.

        Raises:
            KBeanError: ``payment_not_found``, ``receipt_invalid``, ``service_*``.
        """
        service = self._board.snapshot.service
        operator = service.operator if service else ""
        stored, rows = await self._worker.run(
            lambda vault: (
                vault.receipts.for_payment(payment_id),
                vault.activity.for_payment(payment_id),
            )
        )
        if stored is not None:
            receipts.check_signature(stored.receipt, self._line.keys)
            told = next((row for row in rows if row.currency != POINTS), None)
            return receipts.view_of(
                stored.receipt,
                operator=operator,
                subject=told.subject if told else "",
                note=told.note if told else "",
            )
        payment = await self._line.ask(lambda client: client.payment(payment_id))
        await self._keep(payment, payment_id)
        return receipts.view_of(
            payment.receipt, operator=operator, subject=payment.subject, note=payment.note
        )

    async def _keep(self, payment: Payment, payment_id: str) -> None:
        session = self._line.session
        if payment.receipt.payment_id != payment_id or payment.payment_id != payment_id:
            raise KBeanError("receipt_invalid", "of another payment", field="payment_id")
        if session is None or payment.receipt.payer != session.user_id:
            raise KBeanError("receipt_invalid", "of another payer", field="payer")
        await self._desk.verify(partial(receipts.check_signature, payment.receipt))
        now = self._line.clock.time_ms()
        await self._worker.run(lambda vault: vault.receipts.add(payment.receipt, at=now))


def _page(
    vault: Vault, wanted: ActivityFilter, before: int | None, limit: int, offset: int
) -> ActivityPage:
    page = vault.activity.find(wanted, before, limit=limit, offset=offset)
    names = [row.id for row in page.rows]
    marks, grouped = vault.marks.of(names), vault.activity.grouped(names)
    noted = {}
    for row in page.rows:
        usual = category_of(row.kind, row.category)
        category = grouped.get(row.id, usual)
        if row.id in marks or category != usual:
            noted[row.id] = Noted(category, marks.get(row.id, EMPTY))
    return ActivityPage(tuple(_movement(row) for row in page.rows), page.older, noted)


def _movement(row: ActivityRow) -> Movement:
    return msgspec.json.decode(row.raw, type=Movement)
