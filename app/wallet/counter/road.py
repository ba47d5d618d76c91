"""The way to the service: the till's calls, in the words of a sale."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple, TypeVar

from app.protocol.errors import KBeanError
from app.protocol.messages.charges import Charge, ChargeRequest, ReverseRequest
from app.protocol.messages.payments import Order
from app.sdk.till import TillClient
from app.sdk.till_charges import Charges
from app.sdk.till_counter import Counter
from app.sdk.till_refunds import Refunds
from app.wallet.counter.board import LINKS, Board, Link
from app.wallet.counter.sale import Sale, SaleState

T = TypeVar("T")


class Heard(NamedTuple):
    """What the service says of a sale, as changes of it."""

    changes: dict[str, Any]


class Road:
    """One terminal's client, whose troubles are noted on the board."""

    def __init__(self, board: Board) -> None:
        """No client yet; see :meth:`open`."""
        self._board = board
        self._till: TillClient | None = None

    def open(self, till: TillClient) -> None:
        """Use this terminal from now on."""
        self._till = till

    @property
    def closed(self) -> bool:
        """Whether there is no client."""
        return self._till is None

    @property
    def till(self) -> TillClient:
        """The terminal's client.

        Raises:
            KBeanError: ``counter_not_set_up``.
        """
        if self._till is None:
            raise KBeanError("counter_not_set_up")
        return self._till

    def now_ms(self) -> int:
        """The service's time as far as known, Unix milliseconds."""
        return self.till.transport.clock.time_ms()

    async def close(self) -> None:
        """Hang up."""
        till, self._till = self._till, None
        if till is not None:
            await till.close()

    async def call(self, work: Callable[[TillClient], Awaitable[T]]) -> T:
        """Do something with the client; how the way is goes on the board.

        Raises:
            KBeanError: what the client raises.
        """
        try:
            answer = await work(self.till)
        except KBeanError as error:
            self._board.post("network", link=LINKS.get(error.code, Link.ONLINE))
            raise
        self._board.post("network", link=Link.ONLINE)
        return answer

    # --- sales

    async def send(self, sale: Sale, code: str, order_seconds: int) -> Heard:
        """Make the sale at the service: charge the payer's code, or make an order to scan.

        Raises:
            KBeanError: the refusal, or no answer (``money`` is ``unknown``).
        """
        if sale.kind == "order":
            made = await self.call(
                lambda till: till.create_order(
                    sale.out_trade_no,
                    sale.amount,
                    sale.currency,
                    subject=sale.subject,
                    expires_in=order_seconds,
                    key=sale.key,
                    cashier=sale.cashier,
                    shift=sale.shift,
                )
            )
            return of_order(made)
        request = ChargeRequest(
            out_trade_no=sale.out_trade_no,
            amount=sale.amount,
            currency=sale.currency,
            code=code,
            subject=sale.subject,
            cashier=sale.cashier,
            shift=sale.shift,
        )
        return of_charge(await self.call(lambda till: Charges(till).charge(request, key=sale.key)))

    async def ask(self, sale: Sale) -> Heard | None:
        """What the service says of a sale; None where it doesn't know the number (yet).

        Raises:
            KBeanError: it couldn't be asked.
        """
        if sale.kind == "order":
            order = await self.call(lambda till: till.find_order(sale.out_trade_no))
            return None if order is None else of_order(order)
        try:
            return of_charge(await self.call(lambda till: Charges(till).query(sale.out_trade_no)))
        except KBeanError as error:
            if error.code == "charge_not_found":
                return None
            raise

    async def reverse(self, sale: Sale) -> Heard:
        """Take a sale back: an open order is cancelled, a charge is reversed; safe to repeat.

        A charge that was paid too long ago stays paid; somebody who may refunds it.

        Raises:
            KBeanError: it couldn't be done now.
        """
        if sale.kind == "order":
            order = await self.call(lambda till: till.find_order(sale.out_trade_no))
            if order is not None:
                return await self._cancel(order)
        request = ReverseRequest(cashier=sale.cashier)
        try:
            answer = await self.call(lambda till: Charges(till).reverse(sale.out_trade_no, request))
        except KBeanError as error:
            if error.code != "charge_too_old":
                raise
            # This till was away for longer than a reversal may take: the sale is paid, and says so.
            answer = await self.call(lambda till: Charges(till).query(sale.out_trade_no))
        return of_charge(answer)

    async def _cancel(self, order: Order) -> Heard:
        try:
            return of_order(await self.call(lambda till: till.cancel_order(order.order_id)))
        except KBeanError as error:
            if error.code not in {"order_paid", "order_expired", "order_cancelled"}:
                raise
            return of_order(await self.call(lambda till: till.order(order.order_id)))

    @property
    def refunds(self) -> Refunds:
        """The refunds' calls."""
        return Refunds(self.till)

    @property
    def counter(self) -> Counter:
        """The counter's own calls."""
        return Counter(self.till)


_CHARGES = {
    "success": SaleState.SUCCESS,
    "failed": SaleState.FAILED,
    "userpaying": SaleState.USERPAYING,
    "closed": SaleState.CLOSED,
    "reversing": SaleState.REVERSING,
    "revoked": SaleState.REVOKED,
}
_ORDERS = {
    "open": SaleState.USERPAYING,
    "held": SaleState.USERPAYING,
    "paid": SaleState.SUCCESS,
    "cancelled": SaleState.CLOSED,
    "expired": SaleState.CLOSED,
}


def of_charge(charge: Charge) -> Heard:
    """A charge in the words of a sale."""
    return Heard(
        {
            "state": _CHARGES[charge.state],
            "order_id": charge.charge_id,
            "deadline": charge.deadline if charge.state == "userpaying" else 0,
            "failure": charge.failure,
            "payer": charge.payer,
            "order_number": charge.order_number,
            "payment_id": charge.payment_id or "",
            "paid_at": charge.paid_at or 0,
            "points_earned": charge.points_earned,
        }
    )


def of_order(order: Order) -> Heard:
    """An order in the words of a sale."""
    failure = f"order_{order.status}" if order.status in {"cancelled", "expired"} else ""
    return Heard(
        {
            "state": _ORDERS[order.status],
            "order_id": order.order_id,
            "code": order.code,
            "deadline": order.expires_at if order.status in {"open", "held"} else 0,
            "failure": failure,
            "payment_id": order.payment_id or "",
            "paid_at": order.paid_at or 0,
        }
    )
