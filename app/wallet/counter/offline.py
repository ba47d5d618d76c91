"""Selling without internet: the payer pays the printed code and shows what the wallet says (C6).

The wallet shows eight digits that only the service and this store can make, bound to the amount
and the minute. Nothing is given on credit: a code that doesn't fit, or was taken before, sells
nothing. What was sold so waits for its payment (:mod:`app.wallet.counter.received`).
"""

from __future__ import annotations

from typing import Any

from app.protocol.codes import confirmation_code
from app.protocol.errors import KBeanError
from app.protocol.signing import decode_bytes
from app.wallet.counter import matching
from app.wallet.counter.board import Board
from app.wallet.counter.books import books
from app.wallet.counter.received import reconcile
from app.wallet.counter.sale import Sale, SaleState
from app.wallet.counter.selling import SaleDesk, Wish, standing
from app.wallet.vault.vault import Vault
from app.wallet.vault.worker import VaultWorker


class OfflineDesk:
    """Takes confirmation codes; each one once."""

    def __init__(self, worker: VaultWorker, board: Board, sales: SaleDesk) -> None:
        self._worker = worker
        self._board = board
        self._sales = sales

    async def take(self, wish: Wish, typed: str, now_ms: int) -> Sale:
        """Sell against a confirmation code.

        Args:
            wish: What is sold.
            typed: The code as the cashier typed it.
            now_ms: The counter's clock, Unix milliseconds.

        Returns:
            The sale, paid.

        Raises:
            KBeanError: ``counter_not_set_up`` (never was online), ``confirmation_code_wrong``,
                ``confirmation_code_used``; as :meth:`SaleDesk.begin`.
        """
        info = self._board.snapshot.info
        if info is None:
            raise KBeanError("counter_not_set_up")
        key = decode_bytes(info.confirmation_key)
        step = confirmation_code.accepts(key, typed, wish.amount, info.currency, now_ms)
        digits = confirmation_code.normalised(typed)
        if step is None or digits is None:
            raise KBeanError("confirmation_code_wrong")

        def accept(vault: Vault) -> bool:
            kept = books(vault)
            near = kept.sales.printed(now_ms - matching.SPAN_MS, now_ms + matching.SPAN_MS)
            given_back = any(
                paid.refunded and (paid.confirmation, paid.amount) == (digits, wish.amount)
                for paid in near
            )
            return not given_back and kept.accepted.accept(digits, wish.amount, step, "")

        if not await self._worker.run(accept):
            raise KBeanError("confirmation_code_used")
        sale = await self._sales.begin(
            "offline",
            wish,
            state=SaleState.SUCCESS,
            confirmation=digits,
            paid_at=now_ms,
        )
        return await self._match(sale)

    async def _match(self, sale: Sale) -> Sale:
        """The payment may be on the list already: the counter was not offline after all."""

        def work(vault: Vault) -> tuple[list[Sale], dict[str, Any]]:
            with vault.transaction():
                return reconcile(vault), standing(vault)

        matched, stands = await self._worker.run(work)
        self._board.post("sales", **stands)
        return next((one for one in matched if one.out_trade_no == sale.out_trade_no), sale)
