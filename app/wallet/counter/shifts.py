"""Opening a shift, cash in and out, X and Z (C5). A Z waits until nothing is on its way."""

from __future__ import annotations

from typing import Any

import msgspec

from app.protocol.errors import KBeanError
from app.protocol.ids import new_id
from app.protocol.messages.counter import Cashier
from app.wallet.counter.board import Board
from app.wallet.counter.books import books
from app.wallet.counter.cashiers import may
from app.wallet.counter.road import Road
from app.wallet.counter.shift import CashMove, Shift, ShiftView, report, view
from app.wallet.vault.vault import Vault
from app.wallet.vault.worker import VaultWorker

MOST_CASH = 10**10
"""Minor units; more is a slip of the finger."""


class ShiftDesk:
    """One shift at a time on this terminal, numbered; handed in after its Z report."""

    def __init__(self, worker: VaultWorker, road: Road, board: Board) -> None:
        self._worker = worker
        self._road = road
        self._board = board

    async def open(self, float_amount: int) -> Shift:
        """Begin a shift with so much in the drawer.

        Raises:
            KBeanError: ``unauthenticated``, ``shift_is_open``, ``amount_invalid``.
        """
        cashier = self._cashier()
        if not 0 <= float_amount <= MOST_CASH:
            raise KBeanError("amount_invalid", field="float", money="none")
        if self._board.snapshot.shift is not None:
            raise KBeanError("shift_is_open")
        now, currency = self._road.now_ms(), self._board.snapshot.currency

        def work(vault: Vault) -> Shift:
            shifts = books(vault).shifts
            with vault.transaction():
                if shifts.open() is not None:
                    raise KBeanError("shift_is_open")
                made = Shift(
                    number=shifts.next_number(),
                    shift_id=new_id(),
                    cashier=cashier.cashier_id,
                    cashier_name=cashier.name,
                    currency=currency,
                    opened_at=now,
                    float_amount=float_amount,
                )
                shifts.add(made)
            return made

        shift = await self._worker.run(work)
        self._board.post("shift", shift=shift)
        return shift

    async def move_cash(self, amount: int, allowed_by: Cashier, reason: str = "") -> CashMove:
        """Put cash in (positive) or take it out.

        Raises:
            KBeanError: ``shift_not_open``, ``role_missing``, ``amount_invalid`` (nothing, or more
                than what must be in the drawer).
        """
        shift = self._open_shift()
        if not may(allowed_by, "supervisor"):
            raise KBeanError("role_missing", params={"role": "supervisor"})
        if amount == 0 or abs(amount) > MOST_CASH:
            raise KBeanError("amount_invalid", field="amount", money="none")
        seen = await self.look()
        if seen.expected_cash + amount < 0:
            raise KBeanError("amount_invalid", "more than is in the drawer", money="none")
        move = CashMove(
            amount=amount,
            at=self._road.now_ms(),
            cashier=allowed_by.cashier_id,
            cashier_name=allowed_by.name,
            reason=reason.strip()[:120],
        )
        await self._worker.run(lambda vault: books(vault).shifts.add_move(shift.shift_id, move))
        return move

    async def look(self, shift_id: str = "") -> ShiftView:
        """The X report: the open shift (or another one) as it stands.

        Raises:
            KBeanError: ``shift_not_open``, ``shift_not_found``.
        """
        wanted = shift_id or self._open_shift().shift_id
        return await self._worker.run(lambda vault: _view(vault, wanted))

    async def close(self, counted: int) -> Shift:
        """The Z report: count the drawer, close the shift, hand it in.

        Raises:
            KBeanError: ``shift_not_open``, ``amount_invalid``, ``outbox_not_empty``: a sale or
                refund is on its way to the service; nothing was closed.
        """
        shift = self._open_shift()
        if not 0 <= counted <= MOST_CASH:
            raise KBeanError("amount_invalid", field="counted", money="none")
        now = self._road.now_ms()

        def work(vault: Vault) -> Shift:
            with vault.transaction():
                seen = _view(vault, shift.shift_id)
                kept = books(vault)
                # Of any shift: a sale from before must not end in a shift that is closed.
                open_ends = len(kept.sales.unfinished()) + len(kept.refunds.unfinished())
                if open_ends:
                    raise KBeanError("outbox_not_empty", params={"count": open_ends})
                closed = msgspec.structs.replace(
                    seen.shift,
                    state="closed",
                    closed_at=now,
                    counted=counted,
                    report=report(seen, counted=counted, closed_at=now),
                )
                kept.shifts.put(closed)
            return closed

        closed = await self._worker.run(work)
        self._board.post("shift", shift=None, undelivered=self._board.snapshot.undelivered + 1)
        return await self._hand_in(closed)

    async def settle(self) -> None:
        """Hand in every closed shift that the service hasn't got yet.

        Raises:
            KBeanError: it couldn't be done now.
        """
        for shift in await self._worker.run(lambda vault: books(vault).shifts.closed()):
            if (await self._hand_in(shift)).state == "closed":
                raise KBeanError("service_unreachable", money="none")

    async def last(self) -> list[Shift]:
        """The last shifts, newest first."""
        return await self._worker.run(lambda vault: books(vault).shifts.last())

    async def _hand_in(self, shift: Shift) -> Shift:
        assert shift.report is not None
        handed = shift.report
        try:
            check = await self._road.call(
                lambda _: self._road.counter.hand_in(shift.shift_id, handed)
            )
        except KBeanError:
            return shift
        done = msgspec.structs.replace(shift, state="handed_in", check=check)

        def work(vault: Vault) -> int:
            books(vault).shifts.put(done)
            return len(books(vault).shifts.closed())

        self._board.post("shift", undelivered=await self._worker.run(work))
        return done

    def _cashier(self) -> Cashier:
        cashier = self._board.snapshot.cashier
        if cashier is None:
            raise KBeanError("unauthenticated", "nobody is signed in")
        return cashier

    def _open_shift(self) -> Shift:
        shift = self._board.snapshot.shift
        if shift is None:
            raise KBeanError("shift_not_open")
        return shift


def _view(vault: Vault, shift_id: str) -> ShiftView:
    kept = books(vault)
    shift = kept.shifts.get(shift_id)
    if shift is None:
        raise KBeanError("shift_not_found")
    return view(
        shift,
        kept.sales.of_shift(shift_id),
        kept.refunds.of_shift(shift_id),
        kept.shifts.moves(shift_id),
    )


def standing(vault: Vault) -> dict[str, Any]:
    """What the board says of shifts, out of the vault."""
    shifts = books(vault).shifts
    return {"shift": shifts.open(), "undelivered": len(shifts.closed())}
