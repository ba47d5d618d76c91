"""Refunds: a number first, then the request, sent with that number until it is answered (C4)."""

from __future__ import annotations

import asyncio
import unicodedata
from collections.abc import Callable
from typing import Any

import msgspec

from app.protocol.errors import KBeanError
from app.protocol.ids import new_id
from app.protocol.messages.counter import Cashier
from app.protocol.messages.refunds import Refund
from app.wallet.counter.board import Board
from app.wallet.counter.books import books
from app.wallet.counter.cashiers import may
from app.wallet.counter.matching import printed
from app.wallet.counter.road import Road
from app.wallet.counter.sale import ORDER_NO, Notice, RefundRow, Sale, SaleState
from app.wallet.counter.selling import keep_notice, standing
from app.wallet.vault.vault import Vault
from app.wallet.vault.worker import VaultWorker


class RefundDesk:
    """Gives money back: all of a sale or parts of it, never more than was paid."""

    def __init__(self, worker: VaultWorker, road: Road, board: Board) -> None:
        self._worker = worker
        self._road = road
        self._board = board
        self._under_way: set[str] = set()
        self._one = asyncio.Lock()

    async def find(self, number: str) -> Sale:
        """A sale by its number: from this counter's vault, else from the service.

        Args:
            number: Of the slip, or the order number that the customer reads out; blanks and
                full-width digits do no harm.

        Raises:
            KBeanError: ``order_not_found``, or why the service couldn't be asked.
        """
        number = "".join(unicodedata.normalize("NFKC", number).split())
        known = await self._worker.run(lambda vault: books(vault).sales.find(number))
        if known is not None:
            return known if not known.paid else await self.refresh(known)
        if not number or len(number) > 64 or not number.isascii():
            raise KBeanError("order_not_found")
        if ORDER_NO.fullmatch(number):
            # Of the printed code, from before this counter listened: an own sale would be known.
            return printed(await self._road.call(lambda _: self._road.counter.received_as(number)))
        order = await self._road.call(lambda till: till.find_order(number))
        if order is None or order.status != "paid":
            raise KBeanError("order_not_found")
        return await self.refresh(
            Sale(
                out_trade_no=order.out_trade_no,
                kind="order",
                state=SaleState.SUCCESS,
                amount=order.amount,
                currency=order.currency,
                at=order.created_at,
                key="",
                cashier="",
                cashier_name="",
                shift="",
                subject=order.subject,
                order_id=order.order_id,
                payment_id=order.payment_id or "",
                paid_at=order.paid_at or 0,
            )
        )

    async def refresh(self, sale: Sale) -> Sale:
        """The sale with what has been refunded of it anywhere; as known here when offline."""
        number = sale.service_number
        if not number:
            return sale
        try:
            told = await self._road.call(lambda _: self._road.refunds.of_order(number))
        except KBeanError as error:
            if error.code in {"order_not_found", "refund_not_found"}:
                return sale
            if error.status in range(1, 500):
                raise
            return sale
        gone = sale.amount - told.left
        kept = await self._worker.run(
            lambda vault: books(vault).sales.refunded(sale.out_trade_no, gone)
        )
        return kept or msgspec.structs.replace(sale, refunded=gone)

    async def refund(
        self, sale: Sale, amount: int | None, allowed_by: Cashier, reason: str = ""
    ) -> RefundRow:
        """Give money back.

        Args:
            sale: A paid sale, as :meth:`find` gave it.
            amount: Minor units; None is all that is left.
            allowed_by: A supervisor or manager who proved it.
            reason: Kept, and shown to the payer.

        Returns:
            The refund: ``done``, ``refused`` (with its ``failure``) or ``sent`` while nobody can
            tell; then it is sent again with the same number until it is answered.

        Raises:
            KBeanError: ``role_missing``, ``not_refundable``, ``refund_too_large``,
                ``shift_not_open``; nothing was written or sent.
        """
        shift = self._board.snapshot.shift
        if not may(allowed_by, "supervisor"):
            raise KBeanError("role_missing", params={"role": "supervisor"})
        if shift is None:
            raise KBeanError("shift_not_open")
        if not sale.service_number or sale.left < 1:
            raise KBeanError("not_refundable")
        wanted = sale.left if amount is None else amount
        if wanted < 1:
            raise KBeanError("amount_invalid", field="amount")
        if wanted > sale.left:
            raise KBeanError("refund_too_large", params={"remaining": sale.left})
        row = RefundRow(
            out_request_no=new_id(),
            out_trade_no=sale.service_number,
            amount=wanted,
            currency=sale.currency,
            cashier=allowed_by.cashier_id,
            cashier_name=allowed_by.name,
            shift=shift.shift_id,
            at=self._road.now_ms(),
            reason=reason.strip()[:120],
        )
        async with self._one:
            self._under_way.add(row.out_request_no)
            try:
                await self._keep(lambda vault: books(vault).refunds.add(row))
                return await self._send(row)
            finally:
                self._under_way.discard(row.out_request_no)

    async def settle(self) -> tuple[Notice, ...]:
        """Send every refund without an answer again; its number makes it happen once.

        Raises:
            KBeanError: why the service couldn't be asked.
        """
        found = []
        for row in await self._worker.run(lambda vault: books(vault).refunds.unfinished()):
            if row.out_request_no in self._under_way:
                continue
            end = await self._send(row)
            if end.state == "sent":
                raise KBeanError("service_unreachable")
            notice = Notice(
                out_trade_no=row.out_trade_no,
                state=SaleState.REVOKED if end.state == "done" else SaleState.FAILED,
                amount=end.amount,
                currency=end.currency,
                sold_at=row.at,
                found_at=self._road.now_ms(),
                refund=row.out_request_no,
            )
            await keep_notice(self._worker, self._board, notice)
            found.append(notice)
        return tuple(found)

    async def _send(self, row: RefundRow) -> RefundRow:
        try:
            answer = await self._road.call(
                lambda _: self._road.refunds.refund(
                    row.out_trade_no,
                    row.out_request_no,
                    row.cashier,
                    amount=row.amount,
                    reason=row.reason,
                    shift=row.shift,
                )
            )
        except KBeanError as error:
            if error.status not in range(400, 500) or error.code in _AGAIN:
                return row
            end = msgspec.structs.replace(row, state="refused", failure=error.code)
            await self._keep(lambda vault: books(vault).refunds.finish(end))
            return end
        return await self._done(row, answer)

    async def _done(self, row: RefundRow, answer: Refund) -> RefundRow:
        end = msgspec.structs.replace(
            row,
            state="done",
            amount=answer.amount,
            paid_back=answer.paid_back,
            order_number=answer.order_number,
            posted_at=answer.posted_at,
        )

        def work(vault: Vault) -> None:
            kept = books(vault)
            with vault.transaction():
                kept.refunds.finish(end)
                sale = kept.sales.known_as(row.out_trade_no)
                if sale is not None:
                    kept.sales.refunded(sale.out_trade_no, sale.amount - answer.left)

        await self._keep(work)
        return end

    async def _keep(self, work: Callable[[Vault], object]) -> None:
        def both(vault: Vault) -> dict[str, Any]:
            work(vault)
            return standing(vault)

        self._board.post("sales", **await self._worker.run(both))


_AGAIN = frozenset(
    {"too_many_requests", "idempotency_in_progress", "unauthenticated", "token_expired"}
)
"""Refusals of the moment, not of the refund."""
