"""What happens on the square: sales of every kind, refunds, transfers, and everybody's own count.

Each side counts only what it was told in the end, as a cashier and a person would; nothing here
looks into the service.
"""

from __future__ import annotations

import asyncio
import dataclasses
import time
from collections import Counter as Tally
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeVar

from app.protocol.errors import KBeanError
from app.protocol.ids import new_id
from app.protocol.messages.charges import Charge, ChargeRequest
from app.protocol.messages.payments import Payment, PaymentIntent, PaymentRequest
from app.protocol.messages.transfers import (
    PayeeLookup,
    Transfer,
    TransferIntent,
    TransferRequest,
)
from app.sdk.codes import PayerCodeBook
from app.sdk.points import PointShop
from app.sdk.transfers import Transfers
from tests.end_to_end.market.square import Market, Till, Wallet
from tests.faults.town import PASSPHRASE

T = TypeVar("T")
QUERY = 0.2
GIVE_UP = 20.0
TROUBLES = 400


@dataclasses.dataclass
class Day:
    """The day as it goes on; ``tally`` says what kinds of things happened."""

    market: Market
    tally: Tally[str] = dataclasses.field(default_factory=Tally)
    asked: int = 0

    # --- a till's turn

    async def serve(self, till: Till, customers: list[Wallet]) -> None:
        """One customer after the other, each in their own way."""
        ways: list[Callable[[Till, Wallet], Awaitable[None]]] = [
            *(4 * [self._show_code]),
            self._show_code_for_much,
            *(3 * [self._scan]),
            *(2 * [self._printed]),
            self._refund,
        ]
        for customer in customers:
            await self.market.chance.choice(ways)(till, customer)
        await self._give_back(till, till.printed)

    async def _show_code(self, till: Till, who: Wallet) -> None:
        amount = self.market.chance.randrange(1_00, 60_00)
        await self._charge(till, who, amount)

    async def _show_code_for_much(self, till: Till, who: Wallet) -> None:
        """Over the small payments' line: the wallet is asked, and says yes mostly."""
        await self._charge(till, who, self.market.chance.randrange(201_00, 260_00))

    async def _charge(self, till: Till, who: Wallet, amount: int) -> None:
        number = new_id()
        request = ChargeRequest(
            number, amount, "CNY", await who.code(), cashier=till.cashier, shift=till.shift
        )
        asked = asyncio.Event()

        def seen(charge: Charge) -> None:
            if charge.state == "userpaying":
                asked.set()

        phone = asyncio.create_task(self._answer(who, asked))
        try:
            charge = await till.charges.charge_until_final(
                request, every=QUERY, give_up=GIVE_UP, seen=seen
            )
        except KBeanError as error:
            self.tally[f"charge refused: {error.code}, {error.money}"] += 1
            return
        finally:
            phone.cancel()
            await asyncio.gather(phone, return_exceptions=True)
        self.tally[f"charge {charge.state}{' after asking' if asked.is_set() else ''}"] += 1
        if charge.state == "success":
            self._sold(till, who, number, amount, amount)

    async def _answer(self, who: Wallet, asked: asyncio.Event) -> None:
        """The person looks at their wallet and says yes; every fifth says no."""
        await asked.wait()
        book = PayerCodeBook(who.client)
        waiting = (await self._insist(book.confirmations)).items
        for mine in waiting:
            self.asked += 1
            if self.asked % 5 == 0:
                await self._insist(partial(book.decline, mine.charge_id))
            else:
                # What the till hears is what counts for this sale.
                await self._pay(who, mine.payee.merchant_id, mine.amount, mine.charge_id)

    async def _scan(self, till: Till, who: Wallet) -> None:
        """The till asks, the wallet scans; some settle a part with K-Beans."""
        amount, number, key = self.market.chance.randrange(50, 80_00), new_id(), new_id()
        order = await self._insist(
            lambda: till.client.create_order(
                number, amount, "CNY", key=key, cashier=till.cashier, shift=till.shift
            )
        )
        points = 0
        if self.market.chance.random() < 0.7:
            shop = PointShop(who.client)
            may = await self._insist(lambda: shop.deductions(till.merchant_id, amount, "CNY"))
            points = may.beans_max
        paid = await self._pay(who, till.merchant_id, amount, order.order_id, points=points)
        if paid is None:
            return
        self.tally["scanned with K-Beans" if paid.receipt.discount else "scanned"] += 1
        self._sold(till, who, number, amount, paid.receipt.paid)

    async def _printed(self, till: Till, who: Wallet) -> None:
        amount = self.market.chance.randrange(50, 30_00)
        paid = await self._pay(who, till.merchant_id, amount, "", code=till.code_id)
        if paid is not None:
            self.tally["printed code"] += 1
            till.printed[paid.payment_id] = amount
            till.payer_of[paid.payment_id] = who
            who.balance -= paid.receipt.paid

    async def _refund(self, till: Till, _who: Wallet) -> None:
        """The supervisor gives something back of an earlier sale, or of the printed code's."""
        await self._give_back(till, till.sales | till.printed)

    async def _give_back(self, till: Till, sold: dict[str, int]) -> None:
        if not sold:
            return
        number = self.market.chance.choice(sorted(sold))
        request = new_id()
        whole = self.market.chance.random() < 0.5
        amount = None if whole else max(1, sold[number] // 3)
        try:
            refund = await self._insist(
                lambda: till.refunds.refund(
                    number, request, till.supervisor, amount=amount, shift=till.shift
                )
            )
        except KBeanError as error:
            self.tally[f"refund refused: {error.code}"] += 1
            return
        self.tally["refund of the printed code" if number in till.printed else "refund"] += 1
        till.returns[f"{number}/{request}"] = refund.amount
        till.payer_of[number].balance += refund.paid_back

    # --- between people

    async def give(self, who: Wallet, other: Wallet) -> None:
        """Somebody sends something to somebody else."""
        transfers, key = Transfers(who.client), new_id()
        lookup = PayeeLookup("email", other.payer.contact.value)
        found = await self._insist(lambda: transfers.lookup(lookup))
        intent = TransferIntent(
            key=key,
            payer=who.id,
            device=who.payer.session.device_id,
            payee_ref=found.payee_ref,
            request_id=None,
            amount=self.market.chance.randrange(1_00, 20_00),
            currency="CNY",
            time=int(time.time() * 1000),
        )
        request = TransferRequest(
            intent, who.payer.key.sign(intent.signed_bytes()), passphrase=PASSPHRASE
        )
        sent = await self._settle(
            lambda: transfers.send(request), lambda: transfers.by_key(key, fence=True)
        )
        if sent is not None:
            assert isinstance(sent, Transfer)
            self.tally["transfer"] += 1
            who.balance -= intent.amount
            other.balance += intent.amount

    # --- pieces

    async def _pay(
        self, who: Wallet, payee: str, amount: int, order: str, *, code: str = "", points: int = 0
    ) -> Payment | None:
        """Pay an order, or a printed code where ``order`` is empty."""
        intent = PaymentIntent(
            key=new_id(),
            payer=who.id,
            device=who.payer.session.device_id,
            payee=payee,
            code_id=code or order,
            order_id=order or None,
            amount=amount,
            currency="CNY",
            time=int(time.time() * 1000),
            points=points,
        )
        request = PaymentRequest(intent, who.payer.key.sign(intent.signed_bytes()))
        paid = await self._settle(
            lambda: who.client.pay(request),
            lambda: who.client.payment_by_key(intent.key, fence=True),
        )
        assert paid is None or isinstance(paid, Payment)
        return paid

    async def _settle(
        self, send: Callable[[], Awaitable[object]], ask: Callable[[], Awaitable[object]]
    ) -> object:
        """Send; where no answer comes, find out what became of it. None: refused, not moved."""
        try:
            return await send()
        except KBeanError as error:
            if error.money == "not_moved":
                self.tally[f"refused: {error.code}"] += 1
                return None
        self.tally["answer lost for good"] += 1
        return await self._insist(ask)

    async def _insist(self, ask: Callable[[], Awaitable[T]]) -> T:
        """What is safe to repeat is asked until it is answered."""
        for _ in range(TROUBLES):
            try:
                return await ask()
            except KBeanError as error:
                if 400 <= error.status < 500:
                    raise
            await asyncio.sleep(0.1)
        raise AssertionError("the service never came back")

    def _sold(self, till: Till, who: Wallet, number: str, amount: int, paid: int) -> None:
        till.sales[number] = amount
        till.payer_of[number] = who
        who.balance -= paid
