"""Sales from the first word to their one truth (C1-C3, design/3 §At the counter).

A sale is in the vault before a byte leaves; what the service says is written before it is shown.
Silence is never an answer: it is asked after, and when the time is over the sale is taken back,
again and again until the service names an end. So the cashier sees exactly one truth and the same
sale is never charged twice.
"""

from __future__ import annotations

import asyncio
import dataclasses
import secrets
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import Any

import msgspec

from app.protocol.errors import KBeanError
from app.protocol.ids import new_id
from app.wallet.counter.board import LAST, Board
from app.wallet.counter.books import books
from app.wallet.counter.road import Heard, Road
from app.wallet.counter.sale import SIGNS, Line, Notice, Origin, Sale, SaleKind, SaleState
from app.wallet.vault.vault import Vault
from app.wallet.vault.worker import VaultWorker

NOTICES = "notices"
_AGAIN = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
"""Waits between two tries to take a sale back."""


@dataclasses.dataclass(frozen=True, slots=True)
class Pace:
    """How a sale without an end is asked after, in seconds (3 for 45 by default)."""

    query: float = 3.0
    give_up: float = 45.0


@dataclasses.dataclass(frozen=True, slots=True)
class Wish:
    """What is to be sold; amounts in minor units."""

    amount: int
    lines: tuple[Line, ...] = ()
    subject: str = ""


class SaleDesk:
    """Sells, asks, takes back, and settles what a crash left behind.

    Attributes:
        pace: From the service's information about this till.
        order_seconds: How long our own QR may be paid.
    """

    def __init__(
        self,
        worker: VaultWorker,
        road: Road,
        board: Board,
        spawn: Callable[[Coroutine[Any, Any, Any]], asyncio.Task[Any]],
    ) -> None:
        self._worker = worker
        self._road = road
        self._board = board
        self._spawn = spawn
        self.pace = Pace()
        self.order_seconds = 300
        self._cancelled: dict[str, asyncio.Event] = {}
        self._under_way: dict[str, asyncio.Task[None]] = {}
        self._left: set[str] = set()

    def set_pace(self, pace: Pace) -> None:
        """Ask at this pace from now on."""
        self.pace = pace

    async def begin(self, kind: SaleKind, wish: Wish, **more: Any) -> Sale:
        """Write a sale down: when this returns it survives a power cut; nothing has been sent.

        Raises:
            KBeanError: ``unauthenticated`` (nobody signed in), ``shift_not_open``,
                ``amount_invalid``, ``amount_too_large``.
        """
        here = self._board.snapshot
        if here.cashier is None:
            raise KBeanError("unauthenticated", "nobody is signed in")
        if here.shift is None:
            raise KBeanError("shift_not_open")
        if wish.amount < 1:
            raise KBeanError("amount_invalid", field="amount")
        if wish.amount > 10**10:
            raise KBeanError("amount_too_large", params={"maximum": 10**10})
        sale = Sale(
            out_trade_no=new_trade_no(self._road.now_ms()),
            kind=kind,
            state=more.pop("state", SaleState.CREATED),
            amount=wish.amount,
            currency=here.currency,
            at=self._road.now_ms(),
            key=new_id(),
            cashier=here.cashier.cashier_id,
            cashier_name=here.cashier.name,
            shift=here.shift.shift_id,
            subject=wish.subject,
            lines=wish.lines,
            **more,
        )

        def work(vault: Vault) -> dict[str, Any]:
            books(vault).sales.add(sale)
            return standing(vault)

        self._board.post("sales", **await self._worker.run(work))
        return sale

    def carry(self, sale: Sale, code: str = "", *, told: Callable[[Sale], object]) -> None:
        """Bring a sale to its end in the background; ``told`` hears of every step, on the loop.

        Args:
            sale: What :meth:`begin` wrote.
            code: The payer's code, for a ``charge``.
            told: Called with the sale as the vault has it.
        """
        self._cancelled[sale.out_trade_no] = asyncio.Event()
        task = self._spawn(self._carry(sale, code, told))
        self._under_way[sale.out_trade_no] = task
        task.add_done_callback(lambda _: self._let_go(sale.out_trade_no))

    def cancel(self, out_trade_no: str) -> None:
        """The cashier takes a waiting sale back; its end comes as usual."""
        event = self._cancelled.get(out_trade_no)
        if event is not None:
            event.set()

    def leave(self, out_trade_no: str) -> None:
        """Nobody looks any more: when it ends, a notice says how."""
        self._left.add(out_trade_no)

    async def settle(self) -> tuple[Notice, ...]:
        """Bring every sale that nobody looks after to its end; what was found out is told.

        Raises:
            KBeanError: why the service couldn't be asked; the rest is tried the next time.
        """
        found: list[Notice] = []
        for sale in await self._worker.run(lambda vault: books(vault).sales.unfinished()):
            if sale.out_trade_no in self._under_way:
                continue
            end = await self._settle_one(sale)
            if end.ended:
                found.append(await self._notice(end))
        return tuple(found)

    async def last(self, limit: int, origin: Origin = "all") -> list[Sale]:
        """The last sales, newest first."""
        return await self._worker.run(lambda vault: books(vault).sales.last(limit, origin))

    async def dismiss(self, number: str) -> None:
        """A notice was read; ``number`` is the sale's or the refund's."""
        notices = self._board.snapshot.notices
        kept = tuple(n for n in notices if (n.refund or n.out_trade_no) != number)
        await self._worker.run(lambda vault: vault.settings.put(NOTICES, kept))
        self._board.post("notices", notices=kept)

    # --- one sale

    async def _carry(self, sale: Sale, code: str, told: Callable[[Sale], object]) -> None:
        end = await self._sell(sale, code, told)
        if sale.out_trade_no in self._left:
            self._left.discard(sale.out_trade_no)
            await self._notice(end)

    async def _sell(self, sale: Sale, code: str, told: Callable[[Sale], object]) -> Sale:
        sale = await self._move(sale, told, state=SaleState.SENDING)
        try:
            heard = await self._road.send(sale, code, self.order_seconds)
        except KBeanError as error:
            if error.money in {"unknown", "moved"}:
                sale = await self._move(sale, told, state=SaleState.UNKNOWN, failure=error.code)
            else:
                # Refused, or not a byte ever left: this number will never be charged.
                return await self._move(sale, told, state=SaleState.FAILED, failure=error.code)
        else:
            sale = await self._take(sale, heard, told)
        return await self._to_the_end(sale, told)

    async def _to_the_end(self, sale: Sale, told: Callable[[Sale], object]) -> Sale:
        loop = asyncio.get_running_loop()
        cancelled = self._cancelled[sale.out_trade_no]
        patience = self.order_seconds if sale.kind == "order" else self.pace.give_up
        give_up = loop.time() + patience
        while not sale.ended and not cancelled.is_set() and loop.time() < give_up:
            try:
                async with asyncio.timeout(self.pace.query):
                    await cancelled.wait()
            except TimeoutError:
                sale = await self._ask(sale, told)
        return sale if sale.ended else await self._take_back(sale, told)

    async def _ask(self, sale: Sale, told: Callable[[Sale], object]) -> Sale:
        try:
            heard = await self._road.ask(sale)
        except KBeanError as error:
            if sale.state is SaleState.USERPAYING:
                return sale
            return await self._move(sale, told, state=SaleState.UNKNOWN, failure=error.code)
        return sale if heard is None else await self._take(sale, heard, told)

    async def _take_back(self, sale: Sale, told: Callable[[Sale], object]) -> Sale:
        """Reverse until the service names an end; the wish stands in the vault."""
        sale = await self._move(sale, told, state=SaleState.REVERSING)
        tried = 0
        while not sale.ended:
            try:
                heard = await self._road.reverse(sale)
                sale = await self._take(sale, heard, told)
            except KBeanError:
                pass  # asked again below; the network's state is on the board
            if not sale.ended:
                await asyncio.sleep(min(_AGAIN[min(tried, len(_AGAIN) - 1)], self.pace.query * 5))
                tried += 1
        return sale

    async def _settle_one(self, sale: Sale) -> Sale:
        """One round for a sale from before: ask, and take it back once its time is over."""
        silent = _silent
        if sale.state is not SaleState.REVERSING:
            heard = await self._road.ask(sale)
            if heard is not None:
                sale = await self._take(sale, heard, silent)
            # Nobody stands at the counter for it any more, or its time is over: it ends here.
            waits = sale.kind == "charge" and sale.state is SaleState.USERPAYING
            if waits and self._road.now_ms() < sale.at + self.pace.give_up * 1000:
                return sale
        if sale.ended:
            return sale
        sale = await self._move(sale, silent, state=SaleState.REVERSING)
        return await self._take(sale, await self._road.reverse(sale), silent)

    async def _take(self, sale: Sale, heard: Heard, told: Callable[[Sale], object]) -> Sale:
        """Write down what the service said."""
        state = heard.changes.get("state", sale.state)
        if sale.state is SaleState.REVERSING and state not in (
            SaleState.REVOKED,
            SaleState.CLOSED,
            SaleState.FAILED,
            SaleState.SUCCESS,
        ):
            state = SaleState.REVERSING
        return await self._move(sale, told, **{**heard.changes, "state": state})

    async def _move(self, sale: Sale, told: Callable[[Sale], object], **changes: Any) -> Sale:
        wanted = msgspec.structs.replace(sale, **changes)

        def work(vault: Vault) -> tuple[Sale, dict[str, Any]]:
            kept = books(vault).sales.move(wanted)
            return kept, standing(vault)

        kept, stands = await self._worker.run(work)
        self._board.post("sales", **stands)
        told(kept)
        return kept

    async def _notice(self, sale: Sale) -> Notice:
        notice = Notice(
            out_trade_no=sale.out_trade_no,
            state=sale.state,
            amount=sale.amount,
            currency=sale.currency,
            sold_at=sale.at,
            found_at=self._road.now_ms(),
        )
        await keep_notice(self._worker, self._board, notice)
        return notice

    def _let_go(self, out_trade_no: str) -> None:
        self._under_way.pop(out_trade_no, None)
        self._cancelled.pop(out_trade_no, None)


def new_trade_no(now_ms: int) -> str:
    """A fresh number of a sale: ``K``, the day (UTC), ten random signs that can be read out."""
    day = datetime.fromtimestamp(now_ms / 1000, UTC).strftime("%y%m%d")
    return f"K{day}" + "".join(secrets.choice(SIGNS) for _ in range(10))


async def keep_notice(worker: VaultWorker, board: Board, notice: Notice) -> None:
    """Put a notice before the others, in the vault and on the board."""

    def work(vault: Vault) -> tuple[Notice, ...]:
        kept = (notice, *vault.settings.get(NOTICES, tuple[Notice, ...], ()))[:20]
        vault.settings.put(NOTICES, kept)
        return kept

    board.post("notices", notices=await worker.run(work))


def standing(vault: Vault) -> dict[str, Any]:
    """What the board says of sales and refunds, out of the vault."""
    kept = books(vault)
    return {
        "sales": tuple(kept.sales.last(LAST)),
        "open_sales": len(kept.sales.unfinished()),
        "open_refunds": len(kept.refunds.unfinished()),
    }


def _silent(sale: Sale) -> None:
    """Nobody looks."""
