"""Charges that wait for the person's word (USERPAYING, design/3 §At the counter).

One :class:`Confirmations` stands beside the session as ``session.confirmations``. Yes is an
ordinary payment (:meth:`app.wallet.flows.pay.PayFlow.confirm_charge`), no is :meth:`decline`. What
changed is told by the session's observers: topic ``"confirmations"``.
"""

from __future__ import annotations

import asyncio
import contextlib

from app.protocol.errors import KBeanError
from app.protocol.messages.charges import Confirmation, ConfirmationList
from app.sdk.codes import PayerCodeBook
from app.wallet.line import Line
from app.wallet.parts import Spawn
from app.wallet.snapshot import Board


class Confirmations:
    """What a till asked for and the person hasn't answered yet."""

    def __init__(self, line: Line, board: Board, *, spawn: Spawn) -> None:
        """Put it together; nothing happens before :meth:`start`."""
        self._line = line
        self._board = board
        self._spawn = spawn
        self._waiting: tuple[Confirmation, ...] = ()
        self._alarm: asyncio.TimerHandle | None = None
        self._asking = False

    @property
    def waiting(self) -> tuple[Confirmation, ...]:
        """The oldest first; those that ran out are left out. May be read from any thread."""
        now = self._line.clock.time_ms()
        return tuple(one for one in self._waiting if one.expires_at > now)

    def find(self, charge_id: str) -> Confirmation | None:
        """One that still waits."""
        return next((one for one in self.waiting if one.charge_id == charge_id), None)

    # --- with the session

    async def opened(self) -> None:
        """The vault is open; only the service knows what waits."""

    def start(self) -> None:
        """Signed in: a charge may have come while nobody was there."""
        self.told({"confirmations"})

    def told(self, topics: set[str]) -> None:
        """A charge came, or one was answered, reversed or ran out."""
        if "confirmations" in topics and not self._asking:
            self._asking = True
            self._spawn(self._ask_again())

    def stopped(self) -> None:
        """Locked: nothing is known any more."""
        self._quiet()
        self._waiting = ()
        self._asking = False

    # --- what can be done

    async def refresh(self) -> None:
        """Ask what waits.

        Raises:
            KBeanError: why it couldn't be done; what is known stays until it runs out.
        """
        self._keep(await self._line.ask(lambda client: PayerCodeBook(client).confirmations()))

    async def decline(self, charge_id: str) -> None:
        """Say no: the till hears it at once and no money moves.

        Raises:
            KBeanError: ``confirmation_not_found`` where it ended otherwise, ``order_paid`` where it
                was agreed to on another device, ``service_*``.
        """
        try:
            left = await self._line.ask(lambda client: PayerCodeBook(client).decline(charge_id))
        except KBeanError as error:
            if error.code in {"confirmation_not_found", "order_paid"}:
                self.answered(charge_id)
            raise
        self._keep(left)

    def answered(self, charge_id: str) -> None:
        """This one was paid or declined: it needs nobody any more."""
        left = tuple(one for one in self._waiting if one.charge_id != charge_id)
        if left != self._waiting:
            self._waiting = left
            self._board.post("confirmations")

    # --- pieces

    async def _ask_again(self) -> None:
        self._asking = False
        with contextlib.suppress(KBeanError):
            await self.refresh()

    def _keep(self, answer: ConfirmationList) -> None:
        before = self._waiting
        self._waiting = tuple(sorted(answer.items, key=lambda one: (one.created_at, one.charge_id)))
        self._wake_when_one_runs_out()
        if self._waiting != before:
            self._board.post("confirmations")

    def _wake_when_one_runs_out(self) -> None:
        self._quiet()
        now = self._line.clock.time_ms()
        ends = [one.expires_at for one in self._waiting if one.expires_at > now]
        if ends:
            wait = (min(ends) - now) / 1000 + 0.05
            self._alarm = asyncio.get_running_loop().call_later(wait, self._ran_out)

    def _ran_out(self) -> None:
        self._waiting = self.waiting
        self._board.post("confirmations")
        self._wake_when_one_runs_out()

    def _quiet(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
