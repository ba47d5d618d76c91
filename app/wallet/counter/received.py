"""What comes in by the printed code: heard of, listed, matched with what was sold offline (C4, C6).

The service is asked every few seconds for what the merchant's account has had since. How far it
was read is written down together with what was read, so nothing is lost or listed twice whenever
the counter goes down.

Two tills of a store that were both away can have sold against the same eight digits. So each claims
the payment that it matched; the service lets the first one have it, and the other hears of it.
"""

from __future__ import annotations

import asyncio
from typing import NamedTuple

import msgspec

from app.protocol.errors import KBeanError
from app.protocol.messages.counter import Received, ReceivedList
from app.wallet.counter import matching
from app.wallet.counter.board import LAST, Board
from app.wallet.counter.books import Books, books
from app.wallet.counter.road import Road
from app.wallet.counter.sale import Notice, Sale
from app.wallet.counter.selling import keep_notice, standing
from app.wallet.vault.vault import Vault
from app.wallet.vault.worker import VaultWorker

EVERY = 4.0
"""Seconds between two questions."""
_CURSOR = "received"
_FRESH_MS = 120_000
"""What was paid longer ago is listed, and announced no more."""


class _Heard(NamedTuple):
    """What one answer brought: sales that are new on the list, and the offline sales they met."""

    new: list[Sale]
    matched: list[Sale]


class ReceivedDesk:
    """Keeps the list of what was paid without the counter's doing."""

    def __init__(self, worker: VaultWorker, road: Road, board: Board) -> None:
        self._worker = worker
        self._road = road
        self._board = board
        self._one = asyncio.Lock()

    async def refresh(self) -> None:
        """Ask what came in, and look for the payments of offline sales in it.

        An offline sale that was waiting before the question, and is still waiting when everything
        was read, has no payment: its digits come from a posted payment or from nowhere. Where the
        list begins only now, nothing is said of the sales before.

        Raises:
            KBeanError: why the service couldn't be asked; what was read until then is kept.
        """
        async with self._one:
            after, waiting = await self._worker.run(_begin)
            answer = await self._ask(after)
            await self._take(answer, announced=after is not None)
            while answer.more:
                answer = await self._ask(answer.after)
                await self._take(answer, announced=after is not None)
            if waiting:
                await self._settle(waiting, known=after is not None)
            while (sale := await self._worker.run(_unclaimed)) is not None:
                await self._claim(sale)

    async def _ask(self, after: int | None) -> ReceivedList:
        return await self._road.call(lambda _: self._road.counter.received(after))

    async def _take(self, answer: ReceivedList, *, announced: bool) -> None:
        def work(vault: Vault) -> _Heard:
            kept = books(vault)
            with vault.transaction():
                kept.settings.put(_CURSOR, answer.after)
                new = [made for item in answer.items if (made := _add(kept, item)) is not None]
                matched = reconcile(vault) if new else []
            return _Heard(new, matched)

        heard = await self._worker.run(work)
        if not answer.items:
            return
        met = {sale.payment_id for sale in heard.matched}
        since = answer.server_time - _FRESH_MS
        fresh = [sale for sale in heard.new if sale.payment_id not in met and sale.paid_at >= since]
        before = self._board.snapshot.heard
        self._board.post(
            "sales",
            "received",
            heard=(*before, *fresh)[-LAST:] if announced else before,
            **await self._worker.run(standing),
        )

    async def _claim(self, sale: Sale) -> None:
        """Claim the payment of an offline sale; another till's sale may have it already.

        Raises:
            KBeanError: it couldn't be asked; it is asked again at the next refresh.
        """
        number, payment = sale.out_trade_no, sale.payment_id
        try:
            await self._road.call(lambda _: self._road.counter.claim(payment, number))
        except KBeanError as error:
            if error.code == "confirmation_code_used":
                await self._worker.run(lambda vault: _release(vault, sale))
                await self._settle([number], known=True)
                return
            # A service that doesn't know the payment (any more) lets nobody else have it either.
            if error.code != "order_not_found":
                raise
        await self._worker.run(lambda vault: books(vault).sales.claimed(number))

    async def _settle(self, waiting: list[str], *, known: bool) -> None:
        """Say what was not found, in the list and as a notice."""

        def work(vault: Vault) -> list[Sale]:
            kept = books(vault)
            with vault.transaction():
                still = [sale for sale in kept.sales.waiting() if sale.out_trade_no in waiting]
                ends = [msgspec.structs.replace(sale, missing=known) for sale in still]
                for sale in ends:
                    kept.sales.put_by(sale)
            return ends if known else []

        for sale in await self._worker.run(work):
            notice = Notice(
                out_trade_no=sale.out_trade_no,
                state=sale.state,
                amount=sale.amount,
                currency=sale.currency,
                sold_at=sale.at,
                found_at=self._road.now_ms(),
                missing=True,
                lost=bool(sale.lost),
            )
            await keep_notice(self._worker, self._board, notice)
        self._board.post("sales", **await self._worker.run(standing))


def _begin(vault: Vault) -> tuple[int | None, list[str]]:
    """How far was read, and which offline sales wait for their payment."""
    kept = books(vault)
    after = kept.settings.get(_CURSOR, int | None, None)  # type: ignore[arg-type]  # a union
    return after, [sale.out_trade_no for sale in kept.sales.waiting()]


def _unclaimed(vault: Vault) -> Sale | None:
    return books(vault).sales.unclaimed()


def _release(vault: Vault, sale: Sale) -> None:
    """Take a sale's payment from it, and look for another one that fits."""
    sales = books(vault).sales
    with vault.transaction():
        # As it is now: something of the payment may have gone back while the service was asked.
        left, paid = matching.released(sales.get(sale.out_trade_no) or sale)
        sales.look_again(left)
        sales.add(paid)
        reconcile(vault)


def _add(kept: Books, item: Received) -> Sale | None:
    """List a payment; None where it is listed already, and only what went back of it is new."""
    known = kept.sales.of_payment(item.payment_id)
    if known is not None:
        kept.sales.refunded(known.out_trade_no, item.refunded)
        return None
    made = matching.printed(item)
    kept.sales.add(made)
    return made


def reconcile(vault: Vault) -> list[Sale]:
    """Let offline sales take the payments that fit them; which they were, as they are now.

    The payment is then listed as that sale, and no longer by itself.
    """
    sales = books(vault).sales
    waiting = sales.waiting()
    if not waiting:
        return []
    moments = [sale.paid_at for sale in waiting]
    near = sales.printed(min(moments) - matching.SPAN_MS, max(moments) + matching.SPAN_MS)
    matched = []
    for sale, paid in matching.match(waiting, near):
        sales.drop(paid.out_trade_no)
        matched.append(matching.taken(sale, paid))
        sales.put_by(matched[-1])
    return matched
