"""Earning rules as data: which fits, which wins, and what is posted by the default rule."""

from __future__ import annotations

from dataclasses import replace

import hypothesis.strategies as st
import pytest
from hypothesis import given
from sqlalchemy.ext.asyncio import AsyncEngine

from app.server.db.engine import reading
from app.server.points.rules import DAY_MS, Earned, EarningRule, Sale, earned
from app.server.points.service import load_rules, open_lots
from tests.server.ledger.shop import open_shop

RULE = EarningRule("r", "base", "CNY", 100, 1, None, None, 0, 0, None, 365)
SALE = Sale("m", "5411", "CNY", 2_399, 1_000)


def test_whole_units_only() -> None:
    assert earned([RULE], SALE) == Earned(23, 1_000 + 365 * DAY_MS)
    assert earned([RULE], replace(SALE, amount=99)).beans == 0


def test_without_a_rule_nothing_is_earned() -> None:
    assert earned([], SALE) == Earned(0, 0)


@pytest.mark.parametrize(
    "change",
    [
        {"currency": "JPY"},
        {"merchant_id": "other"},
        {"mcc": "5999"},
        {"least": 2_400},
        {"valid_from": 1_001},
        {"valid_to": 1_000},
    ],
)
def test_a_rule_that_does_not_fit_is_silent(change: dict) -> None:
    assert earned([replace(RULE, **change)], SALE).beans == 0


@pytest.mark.parametrize(
    "change",
    [{"merchant_id": "m"}, {"mcc": "5411"}, {"least": 2_399}, {"valid_from": 1_000},
     {"valid_to": 1_001}],
)  # fmt: skip
def test_a_rule_at_its_edge_fits(change: dict) -> None:
    assert earned([replace(RULE, **change)], SALE).beans == 23


def test_the_best_rule_wins_and_they_never_add_up() -> None:
    campaign = replace(RULE, id="c", beans=2, merchant_id="m", lifetime_days=30)
    assert earned([RULE, campaign], SALE) == Earned(46, 1_000 + 30 * DAY_MS)
    longer = replace(RULE, id="l", lifetime_days=730)
    assert earned([longer, RULE], SALE).expires_at == 1_000 + 730 * DAY_MS


@given(amount=st.integers(1, 10**15), per=st.integers(1, 10**6), beans=st.integers(0, 1_000))
def test_never_more_than_the_rule_promises(amount: int, per: int, beans: int) -> None:
    gain = earned([replace(RULE, per=per, beans=beans)], replace(SALE, amount=amount))
    assert 0 <= gain.beans * per <= amount * beans


async def test_the_default_is_a_bean_for_every_whole_yuan(engine: AsyncEngine) -> None:
    rules = await load_rules(engine)
    assert earned(rules, SALE).beans == 23
    assert earned(rules, replace(SALE, currency="JPY")).beans == 0


async def test_lots_are_shown_soonest_expiry_first(engine: AsyncEngine) -> None:
    async with open_shop(engine) as shop:
        person = shop.people[0]
        for amount in (300, 99, 500):
            await shop.writer.submit(shop.pay(person, shop.merchants[0], amount))
        async with reading(engine) as connection:
            lots = await open_lots(connection, person.points)
            nobody = await open_lots(connection, shop.people[1].points)
        # 0.99 earned nothing, so it left no lot.
        assert [lot.earned for lot in lots] == [3, 5]
        assert [lot.remaining for lot in lots] == [3, 5]
        assert lots[0].expires_at <= lots[1].expires_at
        assert nobody == []
        assert await shop.balance(person.points) == 8
