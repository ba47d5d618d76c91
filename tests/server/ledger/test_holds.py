"""Money held back: opened, taken from, ended once; and what a freeze does to it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from app.protocol.errors import KBeanError
from app.protocol.ids import new_id
from app.server.db.engine import writing
from app.server.ledger.holds import HOLDS, end_hold, open_hold, take_from_hold
from app.server.ledger.invariants import check
from app.server.ledger.plan import Answer, Draft, Leg, Plan
from app.server.ledger.tables import accounts
from tests.server.ledger.shop import Shop


class Desk:
    """One person's account, a merchant's, and plans about holds between them."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.person, self.merchant = shop.people[0].money, shop.merchants[0].money

    async def do(self, work: Callable[[Draft], None], hold_id: str) -> str:
        """Submit a plan; the refusal's code, or an empty text."""

        def decide(draft: Draft) -> Answer:
            work(draft)
            return Answer(200, b"")

        plan = Plan(decide, accounts=(self.person, self.merchant), needs=((HOLDS, (hold_id,)),))
        answer = await self.shop.writer.submit(plan)
        return "" if answer.status == 200 else answer.body.decode()

    async def open(self, hold_id: str, amount: int) -> str:
        def work(draft: Draft) -> None:
            open_hold(draft, hold_id, self.person, amount, kind="test", expires_at=draft.now)

        return await self.do(work, hold_id)

    async def capture(self, hold_id: str, amount: int, *, posted: int | None = None) -> str:
        def work(draft: Draft) -> None:
            take_from_hold(draft, hold_id, amount)
            leg = Leg(self.person, self.merchant, amount if posted is None else posted)
            draft.post("test", [leg], event_at=draft.now)
            end_hold(draft, hold_id, "posted")

        return await self.do(work, hold_id)

    async def end(self, hold_id: str) -> str:
        return await self.do(lambda draft: void(draft, hold_id), hold_id)

    async def freeze(self) -> None:
        async with writing(self.shop.engine) as connection:
            await connection.execute(
                sa.update(accounts).where(accounts.c.id == self.person).values(state="frozen")
            )

    async def balance(self) -> tuple[int, int]:
        text = f"SELECT posted, pending FROM accounts WHERE id = {self.person}"
        ((posted, pending),) = await self.shop.rows(text)
        return posted, pending


def void(draft: Draft, hold_id: str) -> None:
    end_hold(draft, hold_id, "voided")


@pytest.fixture
def desk(shop: Shop) -> Desk:
    return Desk(shop)


async def test_a_part_is_posted_and_the_rest_let_go(desk: Desk) -> None:
    hold_id = new_id()
    assert await desk.open(hold_id, 6_000) == ""
    assert await desk.balance() == (10_000, 6_000)
    assert "insufficient_funds" in await desk.open(new_id(), 4_001)
    assert "capture_too_large" in await desk.capture(hold_id, 6_001)
    assert await desk.capture(hold_id, 2_500) == ""
    assert await desk.balance() == (7_500, 0)
    for again in (desk.capture(hold_id, 1), desk.end(hold_id)):
        assert "hold_closed" in await again
    assert "hold_not_found" in await desk.end(new_id())
    assert "amount_invalid" in await desk.open(new_id(), 0)
    assert [rule for rule in await check(desk.shop.engine) if not rule.holds] == []


async def test_a_hold_ends_once_however_many_try(desk: Desk) -> None:
    hold_id = new_id()
    await desk.open(hold_id, 5_000)
    told = await asyncio.gather(
        desk.capture(hold_id, 1_000), desk.end(hold_id), desk.capture(hold_id, 2_000)
    )
    assert sum(not code for code in told) == 1
    posted, pending = await desk.balance()
    assert (pending, posted) in {(0, 9_000), (0, 10_000), (0, 8_000)}


async def test_what_was_promised_before_a_freeze_is_paid_and_nothing_more(desk: Desk) -> None:
    first, second = new_id(), new_id()
    await desk.open(first, 3_000)
    await desk.open(second, 2_000)
    await desk.freeze()
    assert "account_frozen" in await desk.open(new_id(), 1)
    # Letting 1,000 go doesn't make 1,001 payable.
    assert "account_frozen" in await desk.capture(first, 1_000, posted=1_001)
    assert await desk.balance() == (10_000, 5_000)
    assert await desk.capture(first, 3_000) == ""
    assert await desk.end(second) == ""
    assert await desk.balance() == (7_000, 0)
    assert [rule for rule in await check(desk.shop.engine) if not rule.holds] == []


async def test_a_promise_counts_once_and_dies_with_its_attempt(desk: Desk) -> None:
    hold_id = new_id()
    await desk.open(hold_id, 3_000)
    await desk.freeze()

    def twice(draft: Draft) -> None:
        take_from_hold(draft, hold_id, 1_000)
        leg = Leg(desk.person, desk.merchant, 600)
        draft.post("test", [leg, leg], event_at=draft.now)

    assert "account_frozen" in await desk.do(twice, hold_id)

    def attempted(draft: Draft) -> None:
        def work() -> None:
            take_from_hold(draft, hold_id, 1_000)
            raise KBeanError("limit_exceeded")

        with pytest.raises(KBeanError):
            draft.attempt(work)
        draft.post("test", [Leg(desk.person, desk.merchant, 1_000)], event_at=draft.now)

    assert "account_frozen" in await desk.do(attempted, hold_id)
    assert await desk.balance() == (10_000, 3_000)
