"""Whatever is paid, refunded, redeemed, cancelled and runs out, in whatever order: the lots are the
balance, refunds never pass what was paid, what is pending is held, the books balance, and a full
refund leaves everything as it was (design/3, invariants 1, 3, 5, 9)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings

from app.server.main import Service
from tests.server.points.days import Day, quiet_service


class Step(NamedTuple):
    """Something that happens; ``which`` picks a payment, coupon or gift of those there are."""

    what: str
    amount: int
    which: int
    beans: int
    printed: bool


WHATS = (
    *("pay", "pay", "pay_beans", "pay_coupon", *["there_and_back"] * 4),
    *("refund", "refund", "refund_rest", "coupon", "gift", "end", "end", "later"),
)
steps = st.builds(
    Step,
    what=st.sampled_from(WHATS),
    amount=st.one_of(st.integers(1, 400), st.integers(1_000, 30_000)),
    which=st.integers(0, 20),
    beans=st.integers(1, 300),
    printed=st.booleans(),
)
days = st.lists(steps, min_size=3, max_size=12)
budgets = st.sampled_from([500, 5_000])
SLOW = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


async def happen(day: Day, step: Step) -> None:
    match step.what:
        case "pay":
            await day.pay(step.amount, printed=step.printed)
        case "pay_beans":
            await day.pay(step.amount, printed=step.printed, points=step.beans)
        case "pay_coupon" if day.coupons:
            coupon = day.coupons[step.which % len(day.coupons)]
            await day.pay(step.amount, printed=step.printed, coupon_id=coupon)
        case "there_and_back":
            await there_and_back(day, step)
        case "refund" | "refund_rest" if day.paid:
            amount = step.amount if step.what == "refund" else None
            await day.refund(day.paid[step.which % len(day.paid)], amount)
        case "coupon" | "gift":
            await day.redeem(day.items[step.what == "gift"])
        case "end":
            await day.end_gift(step.which, hand_over=step.beans % 2 == 0)
        case "later":
            await day.later(step.beans * 1.5)


async def there_and_back(day: Day, step: Step) -> None:
    """Paid in one of three ways and refunded in up to three parts, as if nothing had been."""
    before = await day.state()
    deducted: dict[str, object] = {}
    if step.which % 3 == 1:
        deducted = {"points": step.beans}
    elif step.which % 3 == 2 and day.coupons:
        deducted = {"coupon_id": day.coupons[step.which % len(day.coupons)]}
    sale = await day.pay(step.amount, printed=step.printed, **deducted)
    if sale is not None:
        first = 1 + step.beans * 37 % step.amount
        for part in (first, (step.amount - first) // 2, None):
            if part != 0 and day.refunded.get(sale[0], 0) < step.amount:
                await day.refund(sale, part)
        assert day.refunded[sale[0]] == step.amount
    assert await day.state() == before


async def live(service: Service, week: list[Step], budget: int) -> None:
    day = await Day.begin(service, 100_000, budget)
    # Something to lose: lots of two dates, a coupon, a gift on its way.
    for amount in (20_000, 15_000):
        await day.pay(amount)
        await day.later(30)
    for item in day.items:
        await day.redeem(item)
    for step in week:
        await happen(day, step)
    await day.prove()


@pytest.fixture
async def on_sqlite(tmp_path: Path, sqlite: str) -> AsyncIterator[Service]:
    async with quiet_service(tmp_path, sqlite) as service:
        yield service


@pytest.fixture
async def on_postgresql(tmp_path: Path, postgresql: str) -> AsyncIterator[Service]:
    async with quiet_service(tmp_path, postgresql) as service:
        yield service


@settings(max_examples=12, suppress_health_check=SLOW, deadline=None)
@given(week=days, budget=budgets)
async def test_whatever_happens_on_sqlite(
    on_sqlite: Service, week: list[Step], budget: int
) -> None:
    await live(on_sqlite, week, budget)


@settings(max_examples=6, suppress_health_check=SLOW, deadline=None)
@given(week=days, budget=budgets)
async def test_whatever_happens_on_postgresql(
    on_postgresql: Service, week: list[Step], budget: int
) -> None:
    await live(on_postgresql, week, budget)
