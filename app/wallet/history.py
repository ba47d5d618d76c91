"""Reading the vault's movements and receipts: search, day totals, verified receipts."""

from __future__ import annotations

import dataclasses
from datetime import datetime, timedelta
from functools import partial

import msgspec

from app.protocol.errors import KBeanError
from app.protocol.messages.payments import Movement, Payment
from app.wallet import receipts
from app.wallet.intents import IntentDesk
from app.wallet.line import Line
from app.wallet.receipts import ReceiptView
from app.wallet.snapshot import Board
from app.wallet.vault.stores.activity import ActivityFilter, ActivityRow
from app.wallet.vault.vault import Vault
from app.wallet.vault.worker import VaultWorker

POINTS = "KBN"


@dataclasses.dataclass(frozen=True, slots=True)
class ActivityPage:
    """A page of movements from the vault, newest first.

    Attributes:
        items: The movements.
        older: Give it to ``before`` for the next page; None on the last one.
    """

    items: tuple[Movement, ...]
    older: int | None


@dataclasses.dataclass(frozen=True, slots=True)
class DayTotal:
    """What went out and came in on one local day.

    Attributes:
        day: ``YYYY-MM-DD``, local time.
        spent: Minor units, ≥ 0.
        received: Minor units, ≥ 0.
    """

    day: str
    spent: int
    received: int


class History:
    """What the vault holds of the past."""

    def __init__(self, worker: VaultWorker, line: Line, board: Board, desk: IntentDesk) -> None:
        self._worker = worker
        self._line = line
        self._board = board
        self._desk = desk

    async def find(self, wanted: ActivityFilter, before: int | None, limit: int) -> ActivityPage:
        """A page of movements, newest first; asks nobody but the vault."""
        page = await self._worker.run(
            lambda vault: vault.activity.find(wanted, before, limit=limit)
        )
        return ActivityPage(tuple(_movement(row) for row in page.rows), page.older)

    async def daily_totals(self, currency: str, since: int, until: int) -> tuple[DayTotal, ...]:
        """What was spent and received on the local days from ``since`` to ``until``."""
        return await self._worker.run(lambda vault: _daily_totals(vault, currency, since, until))

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


def _daily_totals(vault: Vault, currency: str, since: int, until: int) -> tuple[DayTotal, ...]:
    first = datetime.fromtimestamp(since / 1000).astimezone().date()
    last = datetime.fromtimestamp(max(since, until - 1) / 1000).astimezone().date()
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    sums: dict[str, dict[str, int]] = {}
    for total in vault.activity.day_totals(days):
        if total.currency == currency:
            sums.setdefault(total.period, {"in": 0, "out": 0})[total.direction] += total.amount
    return tuple(DayTotal(day, both["out"], both["in"]) for day, both in sorted(sums.items()))


def _movement(row: ActivityRow) -> Movement:
    return msgspec.json.decode(row.raw, type=Movement)
