"""One sale after another as the window sees it: three big results and no fourth (C1-C3, C6)."""

from __future__ import annotations

import dataclasses
import enum

from app.protocol.errors import KBeanError
from app.wallet.counter.sale import Sale, SaleState
from app.wallet.counter.selling import Wish
from app.wallet.counter.session import CounterSession
from app.wallet.failures import Failure, failure_of
from app.wallet.flows.base import Flow
from app.wallet.vault.errors import VaultError


class TillState(enum.StrEnum):
    """IDLE takes a sale · WAITING for the service or the customer · PAID · NOT_PAID."""

    IDLE = "idle"
    WAITING = "waiting"
    PAID = "paid"
    NOT_PAID = "not_paid"


@dataclasses.dataclass(frozen=True, slots=True)
class TillView:
    """What the selling page draws.

    Attributes:
        state: Which of the big faces.
        sale: The sale, once it is written.
        wish: What is being sold, also before it is written.
        failure: In NOT_PAID: why.
    """

    state: TillState = TillState.IDLE
    sale: Sale | None = None
    wish: Wish | None = None
    failure: Failure | None = None


class TillFlow(Flow[TillView]):
    """Sells one thing at a time; whatever is called twice happens once."""

    def __init__(self, session: CounterSession) -> None:
        super().__init__(TillView())
        self._session = session

    async def charge(self, wish: Wish, code: str) -> None:
        """Charge a payer's code; ignored unless IDLE (a second Enter, the same code again)."""
        if not self._take(wish):
            return
        sale = await self._begin("charge", wish)
        if sale is not None:
            self._session.sales.carry(sale, code, told=self._told)

    async def ask(self, wish: Wish) -> None:
        """Show a QR that the customer scans; ignored unless IDLE."""
        if not self._take(wish):
            return
        sale = await self._begin("order", wish)
        if sale is not None:
            self._session.sales.carry(sale, told=self._told)

    async def cash(self, wish: Wish) -> None:
        """Sold for cash: written into the shift, nothing is sent; ignored unless IDLE."""
        if not self._take(wish):
            return
        sale = await self._begin("cash", wish, state=SaleState.SUCCESS)
        if sale is not None:
            self._told(sale)

    async def offline(self, wish: Wish, typed: str) -> None:
        """Sell against a confirmation code; ignored unless IDLE.

        Raises:
            KBeanError: ``confirmation_code_wrong``, ``confirmation_code_used`` …; stays IDLE.
        """
        if not self._take(wish):
            return
        try:
            now = self._session.now_ms()
            sale = await self._session.offline.take(wish, typed, now)
        except (KBeanError, VaultError):
            self._show(TillView())
            raise
        self._told(sale)

    async def cancel(self) -> None:
        """The cashier takes a waiting sale back; its end comes as usual."""
        sale = self.view.sale
        if self.view.state is TillState.WAITING and sale is not None:
            self._session.sales.cancel(sale.out_trade_no)

    async def leave(self) -> None:
        """Serve the next customer while a sale is being taken back; its end becomes a notice."""
        sale = self.view.sale
        if self.view.state is TillState.WAITING and sale is not None:
            self._session.sales.leave(sale.out_trade_no)
            self._show(TillView())

    def forget(self) -> None:
        """PAID or NOT_PAID → IDLE; from any thread, for a key of the next sale can't wait."""
        if self.view.state in {TillState.PAID, TillState.NOT_PAID}:
            self._show(TillView())

    def _take(self, wish: Wish) -> bool:
        # No await before the state has changed: a second call meets WAITING.
        if self.view.state is not TillState.IDLE:
            return False
        self._show(TillView(TillState.WAITING, wish=wish))
        return True

    async def _begin(self, kind: str, wish: Wish, **more: object) -> Sale | None:
        try:
            sale = await self._session.sales.begin(kind, wish, **more)  # type: ignore[arg-type]
        except (KBeanError, VaultError) as error:
            failure = failure_of(error, money="not_moved")
            self._show(TillView(TillState.NOT_PAID, wish=wish, failure=failure))
            return None
        self._show(dataclasses.replace(self.view, sale=sale))
        return sale

    def _told(self, sale: Sale) -> None:
        here = self.view.sale
        if here is not None and here.out_trade_no != sale.out_trade_no:
            return  # left behind; its end is told as a notice
        if self.view.state is not TillState.WAITING:
            return
        state = TillState.WAITING
        failure = None
        if sale.state is SaleState.SUCCESS:
            state = TillState.PAID
        elif sale.ended:
            state = TillState.NOT_PAID
            failure = _why(sale.failure) if sale.failure else None
        self._show(dataclasses.replace(self.view, state=state, sale=sale, failure=failure))


def _why(code: str) -> Failure:
    from app.protocol.errors import CODES

    known = code if code in CODES else "charge_closed"
    return failure_of(KBeanError(known, money="not_moved"))
