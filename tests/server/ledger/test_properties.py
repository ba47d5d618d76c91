"""Whatever is asked of the ledger, in whatever batches: it does what a plain model does, and every
invariant of design/3 holds afterwards."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import hypothesis.strategies as st
import msgspec
from hypothesis import HealthCheck, given, settings
from sqlalchemy.ext.asyncio import AsyncEngine

from app.protocol.errors import KBeanError
from app.server.ledger.invariants import check
from app.server.ledger.plan import Answer, Draft, Idempotency, Leg, Plan
from app.server.ledger.writer import Writer
from app.server.points import invariants as points
from tests.server.ledger.shop import Shop

PEOPLE, MERCHANTS = 3, 2


@dataclass(frozen=True)
class Wish:
    """One thing asked: ``pay``, ``fund``, ``refund`` (merchant to person) or ``two_payees``."""

    what: str
    person: int
    merchant: int
    amount: int
    key: int


wishes = st.builds(
    Wish,
    what=st.sampled_from(["pay", "pay", "pay", "fund", "refund", "two_payees"]),
    person=st.integers(0, PEOPLE - 1),
    merchant=st.integers(0, MERCHANTS - 1),
    amount=st.one_of(st.integers(1, 300), st.integers(-1, 2_000)),
    # Few keys, so that the same one comes again, with the same and with other bodies.
    key=st.integers(0, 30),
)
batches = st.lists(st.lists(wishes, min_size=1, max_size=12), min_size=1, max_size=5)


@dataclass
class Model:
    """What should happen, in the simplest words."""

    money: list[int] = field(default_factory=lambda: [0] * PEOPLE)
    beans: list[int] = field(default_factory=lambda: [0] * PEOPLE)
    earned: list[int] = field(default_factory=lambda: [0] * MERCHANTS)
    kept: dict[tuple[int, int], tuple[Wish, int]] = field(default_factory=dict)

    def expect(self, wish: Wish) -> int:
        known = self.kept.get((wish.person, wish.key))
        if known is not None:
            return known[1] if known[0] == wish else 422
        status = self._apply(wish)
        self.kept[wish.person, wish.key] = (wish, status)
        return status

    def _apply(self, wish: Wish) -> int:
        person, merchant, amount = wish.person, wish.merchant, wish.amount
        if amount <= 0:
            return 400
        if wish.what == "fund":
            self.money[person] += amount
            return 201
        if wish.what == "refund":
            if self.earned[merchant] < amount:
                return 422
            self.earned[merchant] -= amount
            self.money[person] += amount
            return 201
        total = amount * (MERCHANTS if wish.what == "two_payees" else 1)
        if self.money[person] < total:
            return 422
        self.money[person] -= total
        if wish.what == "two_payees":
            self.earned = [held + amount for held in self.earned]
        else:
            self.earned[merchant] += amount
            self.beans[person] += amount // 100
        return 201


def plan_for(shop: Shop, wish: Wish) -> Plan:
    person, merchant = shop.people[wish.person], shop.merchants[wish.merchant]
    key = f"0197a0e0-0000-7000-8000-{wish.key:012d}"
    body = repr(wish).encode()
    if wish.what == "pay":
        plan = shop.pay(person, merchant, wish.amount, key=key)
        plan.idempotency = Idempotency(person.id, "payments", key, body)
        return plan
    legs = {
        "fund": [
            Leg(shop.bank, shop.clearing, wish.amount),
            Leg(shop.clearing, person.money, wish.amount),
        ],
        "refund": [Leg(merchant.money, person.money, wish.amount)],
        "two_payees": [Leg(person.money, m.money, wish.amount) for m in shop.merchants],
    }[wish.what]

    def decide(draft: Draft) -> Answer:
        draft.post(wish.what, legs, event_at=draft.now)
        return Answer(201, msgspec.json.encode(wish.what))

    used = tuple({account for leg in legs for account in leg[:2]})
    return Plan(decide, used, idempotency=Idempotency(person.id, "payments", key, body))


@settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(batches=batches)
async def test_the_ledger_does_what_the_model_does(
    engine: AsyncEngine, batches: list[list[Wish]]
) -> None:
    writer = Writer(engine)
    shop = Shop(engine, writer)
    await shop.open(PEOPLE, MERCHANTS)
    await writer.start()
    model = Model()
    for batch in batches:
        told = await asyncio.gather(*(writer.submit(plan_for(shop, wish)) for wish in batch))
        assert [answer.status for answer in told] == [model.expect(wish) for wish in batch]
    await writer.stop()
    for number, person in enumerate(shop.people):
        assert await shop.balance(person.money) == model.money[number]
        assert await shop.balance(person.points) == model.beans[number]
    for number, merchant in enumerate(shop.merchants):
        assert await shop.balance(merchant.money) == model.earned[number]
    found = [*await check(engine), *await points.check(engine)]
    assert [invariant for invariant in found if not invariant.holds] == []


async def refused(shop: Shop, legs: list[Leg]) -> str:
    def decide(draft: Draft) -> Answer:
        draft.post("odd", legs, event_at=draft.now)
        return Answer(201, b"{}")

    used = tuple({account for leg in legs for account in leg[:2]})
    answer = await shop.writer.submit(Plan(decide, used))
    return str(msgspec.json.decode(answer.body)["code"])


async def test_what_a_leg_may_not_be(shop: Shop) -> None:
    person, merchant = shop.people[0], shop.merchants[0]
    assert await refused(shop, [Leg(person.money, merchant.money, 0)]) == "amount_invalid"
    assert await refused(shop, [Leg(person.money, merchant.money, -5)]) == "amount_invalid"
    assert await refused(shop, [Leg(person.money, person.money, 5)]) == "payee_is_payer"
    assert await refused(shop, [Leg(person.money, person.points, 5)]) == "currency_mismatch"
    assert await refused(shop, [Leg(person.money, merchant.money, 10**12)]) == "insufficient_funds"


async def test_pending_counts_and_a_frozen_account_keeps_its_money(shop: Shop) -> None:
    import sqlalchemy as sa

    from app.server.db.engine import writing
    from app.server.ledger.tables import accounts

    person, merchant = shop.people[0], shop.merchants[0]
    async with writing(shop.engine) as connection:
        own = sa.update(accounts).where(accounts.c.id == person.money)
        await connection.execute(own.values(pending=9_500))
    assert await refused(shop, [Leg(person.money, merchant.money, 501)]) == "insufficient_funds"
    paid = await shop.writer.submit(shop.pay(person, merchant, 500))
    assert paid.status == 201
    async with writing(shop.engine) as connection:
        await connection.execute(own.values(pending=0, state="frozen"))
    assert await refused(shop, [Leg(person.money, merchant.money, 1)]) == "account_frozen"
    # What comes in still arrives.
    funded = await shop.writer.submit(shop.fund(person, 1))
    assert funded.status == 201


async def test_a_journal_is_taken_back_once(shop: Shop) -> None:
    person, merchant = shop.people[0], shop.merchants[0]
    paid = await shop.writer.submit(shop.pay(person, merchant, 50))
    journal = msgspec.json.decode(paid.body)["journal"]

    def take_back() -> Plan:
        def decide(draft: Draft) -> Answer:
            legs = [Leg(merchant.money, person.money, 50)]
            draft.post("reversal", legs, event_at=draft.now, reversal_of=journal)
            return Answer(201, b"{}")

        return Plan(decide, (person.money, merchant.money))

    await shop.writer.submit(shop.pay(shop.people[1], merchant, 50))
    # Both at once, beside a neighbour: the batch fails, then only the second one does.
    first, second, neighbour = await asyncio.gather(
        shop.writer.submit(take_back()),
        shop.writer.submit(take_back()),
        shop.writer.submit(shop.pay(shop.people[2], merchant, 70)),
        return_exceptions=True,
    )
    assert isinstance(first, Answer)
    assert isinstance(neighbour, Answer)
    assert isinstance(second, KBeanError)
    assert second.money == "not_moved"
    assert await shop.balance(merchant.money) == 120
    assert [i for i in await check(shop.engine) if not i.holds] == []
