"""A service without a port, one person, one shop, and what may happen to them in a property test.

The parts are the real ones; only HTTP and the ticks are left out, so that nothing happens by itself
and the ledger's clock can be moved.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa

from app.protocol.ids import new_id
from app.protocol.messages.identity import Contact, DeviceKey, RegistrationRequest, Session
from app.protocol.messages.payments import Order, OrderRequest, Payment, PaymentIntent
from app.protocol.messages.payments import PaymentRequest as Request
from app.protocol.messages.points import RedeemRequest, Redemption
from app.protocol.messages.refunds import Refund, RefundRequest
from app.protocol.signing import SigningKey
from app.server.db.engine import reading
from app.server.http.tokens import Principal
from app.server.keys import ServiceKeys, make_keys
from app.server.ledger import invariants as ledger
from app.server.ledger.chart import OPERATOR
from app.server.ledger.plan import Answer
from app.server.ledger.tables import accounts
from app.server.main import Service, build_service
from app.server.payments import invariants as payments
from app.server.points import invariants as points
from app.server.points.rules import DAY_MS
from app.server.points.service import open_lots
from app.server.points.tables import point_debts
from tests.server.points.beans import GIFT, OFF
from tests.server.world import PASSPHRASE, now, settings


@asynccontextmanager
async def quiet_service(folder: Path, url: str) -> AsyncIterator[Service]:
    """Learn what a start learns, post plans, and do nothing else."""
    config = settings(folder, url, static_code_daily_cap=10**9)
    service = build_service(config, keys=ServiceKeys(make_keys("demo")))
    await service._learn()
    await service.writer.start()
    yield service
    await service.stop()


@dataclass
class Day:
    """One person and one shop, and what was done: a plain model of their money."""

    service: Service
    key: SigningKey
    session: Session
    till: Principal
    manager: str
    printed: str
    items: tuple[str, str]
    ahead: int = 0
    money: int = 0
    sold: int = 0
    refunded: dict[str, int] = field(default_factory=dict)
    paid: list[tuple[str, Payment]] = field(default_factory=list)
    coupons: list[str] = field(default_factory=list)
    gifts: list[Redemption] = field(default_factory=list)

    @classmethod
    async def begin(cls, service: Service, money: int, budget: int) -> Day:
        key = SigningKey.generate()
        request = RegistrationRequest(
            Contact("email", f"{new_id()}@example.com"), PASSPHRASE, "李伟", "zh-CN",
            DeviceKey(key.public, "Laptop", "linux"), now(), "",
        )  # fmt: skip
        signed = msgspec.structs.replace(request, signature=key.sign(request.signed_bytes()))
        session = await service.identity.register(signed)
        book = service.merchants
        merchant = await book.add_merchant("KDOU STORE", mcc="5411", city="BEIJING", names={})
        store = await book.add_store(merchant, "Store", city="BEIJING")
        terminal = await book.add_terminal(store, "Till 1", SigningKey.generate().public)
        till = Principal("till", terminal, "", "", merchant, store, 0)
        manager = await service.counter.add(merchant, "1", "何", "manager", "2468")
        printed, _ = await book.add_code(store, "CNY")
        shop = service.points.catalogue
        fetched_late = msgspec.structs.replace(GIFT, valid_days=400)
        items = (await shop.add(OFF), await shop.add(fetched_late))
        # Where the day before left the clock: it never runs backwards.
        ahead = max(0, service.writer.clock() - now())
        day = cls(service, key, session, till, manager, printed, items, money=money, ahead=ahead)
        service.writer.clock = day.clock
        await service.funding.fund(
            session.user_id, money, "CNY", reason="test", key=new_id(), event_at=now()
        )
        if budget:
            await service.points.office.fund_promotions(budget, "CNY", reason="t", key=new_id())
        return day

    def clock(self) -> int:
        return now() + self.ahead

    @property
    def person(self) -> Principal:
        own = self.session
        return Principal("person", own.user_id, own.session_id, own.device_id, "", "", 0)

    async def order(self, amount: int) -> Order:
        """The till asks."""
        request = OrderRequest(new_id(), amount, "CNY")
        made = await self.service.orders.create(self.till, new_id(), request)
        return msgspec.json.decode(made.body, type=Order)

    async def pay(
        self, amount: int, *, printed: bool = False, **deducted: Any
    ) -> tuple[str, Payment] | None:
        """Pay an order or the printed code; None where it was refused, for a reason that may be."""
        order = None if printed else await self.order(amount)
        order_id = order.order_id if order else None
        own = self.session
        intent = PaymentIntent(
            new_id(), own.user_id, own.device_id, self.till.merchant, order_id or self.printed,
            order_id, amount, "CNY", self.clock(), **deducted,
        )  # fmt: skip
        request = Request(intent, self.key.sign(intent.signed_bytes()))
        answer = await self.twice(
            lambda: self.service.payments.pay(self.person, intent.key, request)
        )
        if answer.status != 201:
            assert code(answer) in {
                "insufficient_funds", "points_short", "points_invalid", "coupon_used",
                "coupon_expired", "coupon_unfit", "promotion_exhausted",
            }, answer.body  # fmt: skip
            return None
        payment = msgspec.json.decode(answer.body, type=Payment)
        self.money -= payment.receipt.paid
        self.sold += amount
        # What no order asked for is known by its payment.
        self.paid.append((order.out_trade_no if order else payment.payment_id, payment))
        return self.paid[-1]

    async def refund(self, sale: tuple[str, Payment], amount: int | None) -> Refund | None:
        """Refund; None where nothing so large was left."""
        number, payment = sale
        before = self.refunded.get(number, 0)
        wish = RefundRequest(number, new_id(), self.manager, amount)
        answer = await self.twice(lambda: self.service.refunds.refund(self.till, wish))
        left = payment.receipt.amount - before
        if left == 0 or (amount is not None and amount > left):
            assert code(answer) == "refund_too_large"
            return None
        assert answer.status == 201, answer.body
        refund = msgspec.json.decode(answer.body, type=Refund)
        assert refund.amount == (left if amount is None else amount)
        self.refunded[number] = before + refund.amount
        self.money += refund.paid_back
        return refund

    async def redeem(self, item_id: str) -> None:
        key, request = new_id(), RedeemRequest(item_id)
        user = self.session.user_id
        answer = await self.twice(lambda: self.service.points.shop.redeem(user, key, request))
        if answer.status != 201:
            assert code(answer) == "points_short"
            return
        told = msgspec.json.decode(answer.body, type=Redemption)
        if told.coupon is not None:
            self.coupons.append(told.coupon.coupon_id)
        else:
            self.gifts.append(told)

    async def end_gift(self, which: int, *, hand_over: bool) -> None:
        if not self.gifts:
            return
        gift, shop = self.gifts[which % len(self.gifts)], self.service.points.shop
        if hand_over:
            answer = await self.twice(lambda: shop.commit(self.till, gift.code))
        else:
            user = self.session.user_id
            answer = await self.twice(lambda: shop.cancel(user, gift.redemption_id))
        assert answer.status == 200 or code(answer) == "redemption_ended"

    async def twice(self, ask: Any) -> Answer:
        """Every request comes twice and is told the same."""
        first, second = await ask(), await ask()
        assert (first.status, first.body) == (second.status, second.body)
        return first

    async def later(self, days: float) -> None:
        """The clock moves on, and does its rounds."""
        self.ahead += int(days * DAY_MS)
        sweeps = self.service.points.sweeps
        await sweeps.release_redemptions()
        await sweeps.expire_lots()
        await sweeps.collect_debts()

    async def state(self) -> tuple[Any, ...]:
        """All that a full refund must leave as it was."""
        user = self.session.user_id
        async with reading(self.service.engine) as connection:
            rows = await connection.execute(
                sa.select(accounts.c.kind, accounts.c.currency, accounts.c.posted,
                          accounts.c.pending, accounts.c.id)
                .where(accounts.c.owner.in_((user, self.till.merchant, OPERATOR)))
                .where(accounts.c.kind != "points_issued")
                .order_by(accounts.c.id)
            )  # fmt: skip
            held = list(rows)
            beans = next(row.id for row in held if row.kind == "points")
            lots = await open_lots(connection, beans)
            debt = await connection.scalar(
                sa.select(point_debts.c.beans).where(point_debts.c.account_id == beans)
            )
        coupons = (await self.service.points.shop.coupons(user)).items
        return ([tuple(row) for row in held], lots, debt or 0, coupons)

    async def balance(self, kind: str) -> int:
        owner = self.session.user_id if kind == "person" else self.till.merchant
        account = await self.service.directory.find(owner, kind, "CNY")
        async with reading(self.service.engine) as connection:
            query = sa.select(accounts.c.posted).where(accounts.c.id == account)
            return int(await connection.scalar(query) or 0)

    async def prove(self) -> None:
        """The model and every invariant agree with the books."""
        assert await self.balance("person") == self.money
        assert await self.balance("merchant") == self.sold - sum(self.refunded.values())
        engine = self.service.engine
        checked = [
            *await ledger.check(engine),
            *await payments.check(engine),
            *await points.check(engine),
        ]
        assert [rule for rule in checked if not rule.holds] == []


def code(answer: Answer) -> str:
    return str(msgspec.json.decode(answer.body)["code"])
