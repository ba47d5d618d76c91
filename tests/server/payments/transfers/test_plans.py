"""Plans: mandates, runs exactly once, retries, pauses, freezes; and own limits."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pytest

from app.protocol.ids import new_id
from app.protocol.messages.limits import Limits, LimitsRequest
from app.protocol.messages.transfers import Plan, PlanList
from app.server.payments.transfers import plan_rules as rules
from tests.server.payments.street import check_books
from tests.server.payments.transfers.friends import (
    intent,
    mandate,
    plan,
    plan_raw,
    post,
    send,
    signed,
    word_for,
)
from tests.server.world import PASSPHRASE, Person, World, code_of, now, world

ZONE = ZoneInfo("Asia/Shanghai")


def today() -> date:
    return rules.today_at(now(), ZONE)


async def tick(shop: World, days: int, *, of: date | None = None) -> int:
    """Let the plans tick at nine o'clock, so many days from today, until nothing is due."""
    at = rules.due_at((of or today()) + timedelta(days=days), ZONE) + 3_600_000
    runs, made = shop.service.transfers.plan_runs, 0
    runs.clock = shop.service.transfers.plans.clock = lambda: at
    while (settled := await runs.run()) > 0:
        made += settled
    return made


@contextlib.asynccontextmanager
async def quiet(folder: Path, url: str) -> AsyncIterator[World]:
    """A service whose own ticks see no plan: the tests tick."""
    async with world(folder, url) as shop:
        shop.service.transfers.plan_runs.clock = lambda: 0
        yield shop
        await check_books(shop)


@pytest.fixture
async def shop(database_url: str, tmp_path: Path) -> AsyncIterator[World]:
    async with quiet(tmp_path, database_url) as running:
        yield running


@pytest.fixture
async def lone(sqlite: str, tmp_path: Path) -> AsyncIterator[World]:
    async with quiet(tmp_path, sqlite) as running:
        yield running


async def plans_of(person: Person) -> list[Plan]:
    answer = await person.get("/v1/plans")
    assert answer.status_code == 200, answer.text
    return msgspec.json.decode(answer.content, type=PlanList).items


async def step(person: Person, plan_id: str, word: str) -> Plan:
    answer = await post(person, f"/v1/plans/{plan_id}/{word}", None)
    assert answer.status_code == 200, answer.text
    return msgspec.json.decode(answer.content, type=Plan)


async def test_a_plan_pays_each_day_once_and_ends(shop: World):
    payer, payee = await shop.person(1_000), await shop.person()
    ref, first = await word_for(payer, payee), today() + timedelta(days=1)
    wish = mandate(payer, ref, 100, first_on=first.isoformat(), unit="day", every=2, times=3)
    made = await plan(payer, wish)
    assert (made.plan_id, made.payee_name, made.next_on) == (wish.key, "李*", first.isoformat())
    again = await plan_raw(payer, wish)
    assert (again.status_code, again.headers["idempotent-replayed"]) == (201, "true")
    assert await tick(shop, 0) == 0
    for day in (1, 1, 2, 3):
        await tick(shop, day)
        assert await tick(shop, day) == 0
    (shown,) = await plans_of(payer)
    assert (shown.state, shown.done, [run.state for run in shown.runs]) == (
        "active",
        2,
        ["paid", "paid"],
    )
    # The service was away for a while: what is left is done late, once.
    assert await tick(shop, 400) == 1
    (shown,) = await plans_of(payer)
    assert (shown.state, shown.done, shown.next_on) == ("ended", 3, None)
    assert [run.on for run in shown.runs] == [
        (first + timedelta(days=n)).isoformat() for n in (4, 2, 0)
    ]
    assert (await payer.available(), await payee.available()) == (700, 300)
    sent = await payer.get(f"/v1/transfers/{shown.runs[0].transfer_id}")
    assert (sent.status_code, sent.json()["note"]) == (200, "rent")
    for word in ("pause", "resume", "stop", "skip"):
        assert code_of(await post(payer, f"/v1/plans/{wish.key}/{word}", None)) == "plan_ended"


async def test_for_want_of_money_it_is_tried_again_and_then_given_up(lone: World):
    payer, payee = await lone.person(50), await lone.person()
    first = today() + timedelta(days=1)
    wish = mandate(payer, await word_for(payer, payee), 100, first_on=first.isoformat())
    await plan(payer, wish)
    await tick(lone, 1)
    (shown,) = await plans_of(payer)
    assert [(run.state, run.failure) for run in shown.runs] == [("failed", "insufficient_funds")]
    assert shown.next_on == first.isoformat()
    await payer.fund(100)
    await tick(lone, 2)
    (shown,) = await plans_of(payer)
    assert [(run.on, run.state, run.failure) for run in shown.runs] == [
        (first.isoformat(), "paid", "")
    ]
    second = rules.occurrence(shown, 1)
    assert shown.next_on == second.isoformat()
    for day in range(4):
        await tick(lone, day, of=second)
    (shown,) = await plans_of(payer)
    assert [(run.on, run.state) for run in shown.runs] == [
        (second.isoformat(), "failed"),
        (first.isoformat(), "paid"),
    ]
    assert shown.next_on == rules.occurrence(shown, 2).isoformat()
    assert await payee.available() == 100


async def test_pause_skip_resume_stop_and_freeze(lone: World):
    payer, payee = await lone.person(1_000), await lone.person()
    wish = mandate(payer, await word_for(payer, payee), 100, first_on=today().isoformat())
    wish = msgspec.structs.replace(wish, unit="day")
    made = await plan(payer, wish)
    assert (await step(payer, made.plan_id, "pause")).state == "paused"
    assert await tick(lone, 1) == 0
    resumed = await step(payer, made.plan_id, "resume")
    assert (resumed.state, resumed.next_on) == (
        "active",
        (today() + timedelta(days=1)).isoformat(),
    )
    skipped = await step(payer, made.plan_id, "skip")
    assert [(run.on, run.state) for run in skipped.runs] == [(resumed.next_on, "skipped")]
    assert await tick(lone, 1) == 0
    frozen = await lone.client.post("/v1/me/freeze", json={}, headers=payer.headers)
    assert frozen.status_code in (200, 201)
    assert await tick(lone, 2) == 1
    (shown,) = await plans_of(payer)
    assert (shown.runs[0].state, shown.runs[0].failure) == ("failed", "account_frozen")
    assert (await step(payer, made.plan_id, "stop")).state == "stopped"
    assert (await step(payer, made.plan_id, "stop")).state == "stopped"
    assert await tick(lone, 9) == 0
    assert await payee.available() == 0


async def test_bad_plans_get_a_code(lone: World):
    payer, payee = await lone.person(1_000), await lone.person()
    ref = await word_for(payer, payee)
    soon = (today() + timedelta(days=1)).isoformat()
    for changes, code in (
        ({"first_on": "2026-02-30"}, "plan_invalid"),
        ({"first_on": "2020-01-01"}, "plan_invalid"),
        ({"first_on": "tomorrow"}, "validation_failed"),
        ({"unit": "once", "every": 2}, "plan_invalid"),
        ({"amount": 0}, "amount_invalid"),
        ({"amount": 10**15}, "amount_too_large"),
        ({"currency": "USD"}, "currency_unsupported"),
        ({"payee_ref": "x" * 40}, "payee_not_found"),
        ({"device": new_id()}, "forbidden"),
        ({"time": 1_700_000_000_000}, "clock_off"),
    ):
        wish = msgspec.structs.replace(mandate(payer, ref, 100, first_on=soon), **changes)
        assert code_of(await plan_raw(payer, wish)) == code, changes
    wish = mandate(payer, ref, 100, first_on=soon)
    assert code_of(await plan_raw(payer, wish, passphrase="wrong")) == "proof_failed"
    assert (await plan_raw(payer, wish)).status_code == 201
    for word in ("pause", "resume", "stop", "skip"):
        other = await post(payee, f"/v1/plans/{wish.key}/{word}", None)
        assert code_of(other) == "plan_not_found"
        assert code_of(await post(payer, f"/v1/plans/7/{word}", None)) == "plan_not_found"


async def test_two_nodes_tick_at_the_same_moment(shop: World, tmp_path: Path, database_url: str):
    payers = [await shop.person(1_000) for _ in range(4)]
    payee = await shop.person()
    for payer in payers:
        ref = await word_for(payer, payee)
        await plan(payer, mandate(payer, ref, 10, first_on=today().isoformat(), unit="day"))
    async with quiet(tmp_path / "other", database_url) as other:
        at = rules.due_at(today() + timedelta(days=6), ZONE) + 3_600_000
        nodes = [shop.service.transfers.plan_runs, other.service.transfers.plan_runs]
        for node in nodes:
            node.clock = lambda: at
        for _ in range(7):
            await asyncio.gather(*(node.run() for node in nodes * 2))
    assert [await payer.available() for payer in payers] == [930] * 4
    assert await payee.available() == 280
    for payer in payers:
        (shown,) = await plans_of(payer)
        assert (shown.done, len(shown.runs)) == (7, 7)


# --- own limits


async def set_limits(person: Person, passphrase: str | None = None, **limits: int | None):
    values: dict[str, int | None] = dict.fromkeys(
        ("per_payment", "per_day", "small_each", "small_day")
    )
    wish = LimitsRequest("CNY", **(values | limits), passphrase=passphrase)
    return await shop_put(person, "/v1/limits", wish)


async def shop_put(person: Person, path: str, message: object):
    body = msgspec.json.encode(message)
    return await person.world.client.put(path, content=body, headers=person.headers)


async def test_tighter_at_once_looser_with_the_passphrase(lone: World):
    payer, payee = await lone.person(10_000), await lone.person()
    ref = await word_for(payer, payee)

    async def pay(amount: int) -> str:
        answer = await send(payer, signed(payer, intent(payer, ref, amount)))
        return "" if answer.status_code == 201 else code_of(answer)

    assert await pay(1_000) == ""
    answer = await set_limits(payer, per_payment=500, per_day=1_800)
    limits = msgspec.json.decode(answer.content, type=Limits)
    assert (limits.per_payment, limits.spent_today) == (500, 1_000)
    assert await pay(501) == "limit_exceeded"
    assert await pay(500) == ""
    assert await pay(301) == "limit_exceeded"
    assert code_of(await set_limits(payer, per_payment=500)) == "step_up_needed"
    assert code_of(await set_limits(payer, per_payment=600, per_day=1_800)) == "step_up_needed"
    assert code_of(await set_limits(payer, "wrong", per_payment=600)) == "proof_failed"
    assert (await set_limits(payer, PASSPHRASE, per_payment=600)).status_code == 200
    assert await pay(600) == ""
    line = lone.service.config.small_each
    assert code_of(await set_limits(payer, PASSPHRASE, small_each=line + 1)) == "limit_invalid"
    shown = msgspec.json.decode((await payer.get("/v1/limits")).content, type=Limits)
    assert (shown.spent_today, shown.per_day, shown.operator_small_each) == (2_100, None, line)
    assert code_of(await payer.get("/v1/limits?currency=USD")) == "currency_unsupported"
    # A plan heeds them too, and says so.
    wish = mandate(payer, ref, 700, first_on=today().isoformat())
    await plan(payer, wish)
    await tick(lone, 1)
    (made,) = await plans_of(payer)
    assert (made.runs[0].state, made.runs[0].failure) == ("failed", "limit_exceeded")
