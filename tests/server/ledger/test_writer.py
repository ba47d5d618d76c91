"""The batch writer on both databases: what is posted, refused, replayed, fenced, turned away."""

from __future__ import annotations

import asyncio

import msgspec
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from app.protocol.errors import KBeanError
from app.protocol.ids import new_id
from app.server.ledger.plan import Answer, Draft, Idempotency, Leg, Plan
from app.server.ledger.writer import Writer
from tests.conftest import Expect
from tests.server.ledger.shop import Shop, code_of, refuse


async def test_a_payment_moves_money_and_beans(shop: Shop) -> None:
    payer, payee = shop.people[0], shop.merchants[0]
    beans = f"SELECT version, posted FROM accounts WHERE id = {shop.issued}"
    ((version, issued),) = await shop.rows(beans)
    answer = await shop.writer.submit(shop.pay(payer, payee, 2_350))
    assert answer.status == 201
    told = msgspec.json.decode(answer.body)
    assert told["balance"] == 7_650 == await shop.balance(payer.money)
    assert await shop.balance(payee.money) == 2_350
    assert await shop.balance(payer.points) == 23
    entries = await shop.rows(
        "SELECT line, account_id, version, amount, balance_before, balance_after FROM entries "
        f"WHERE journal_id = {told['journal']} ORDER BY line"
    )
    assert entries == [
        (0, payer.money, 2, 2_350, 10_000, 7_650),
        (1, payee.money, 1, -2_350, 0, 2_350),
        (2, shop.issued, version + 1, 23, issued, issued + 23),
        (3, payer.points, 1, -23, 0, 23),
    ]
    ((event_at, created_at, signature),) = await shop.rows(
        f"SELECT event_at, created_at, signature FROM journals WHERE id = {told['journal']}"
    )
    assert event_at == created_at - 10
    assert bytes(signature) == b"s" * 64


async def test_plans_of_one_batch_see_each_other(shop: Shop) -> None:
    payer, payee = shop.people[0], shop.merchants[0]
    before = shop.writer.batches
    answers = await asyncio.gather(
        *(shop.writer.submit(shop.pay(payer, payee, 3_000)) for _ in range(5))
    )
    assert shop.writer.batches == before + 1
    assert [a.status for a in answers] == [201, 201, 201, 422, 422]
    assert code_of(answers[3]) == "insufficient_funds"
    problem = msgspec.json.decode(answers[3].body)
    assert problem["params"] == {"available": 1_000, "needed": 3_000, "currency": "CNY"}
    assert await shop.balance(payer.money) == 1_000
    assert await shop.balance(payee.money) == 9_000


async def test_a_refused_plan_hurts_no_neighbour(shop: Shop, expect_log: Expect) -> None:
    expect_log("ledger.decide_failed")
    good, payee = shop.people[0], shop.merchants[0]

    def bug(_draft: Draft) -> None:
        raise ZeroDivisionError

    plans = [
        shop.pay(good, payee, 100),
        shop.pay(shop.people[1], payee, 100, inspect=refuse("order_expired")),
        shop.pay(shop.people[2], payee, 100, inspect=bug),
        shop.pay(good, payee, 200),
    ]
    first, second, third, fourth = await asyncio.gather(
        *(shop.writer.submit(plan) for plan in plans), return_exceptions=True
    )
    assert isinstance(first, Answer)
    assert first.status == 201
    assert isinstance(second, Answer)
    assert code_of(second) == "order_expired"
    assert isinstance(third, KBeanError)
    assert (third.code, third.money) == ("internal_error", "not_moved")
    assert isinstance(fourth, Answer)
    assert fourth.status == 201
    assert await shop.balance(good.money) == 9_700
    assert await shop.balance(shop.people[1].money) == 10_000


async def test_nothing_of_a_refused_draft_remains(shop: Shop) -> None:
    payer, payee = shop.people[0], shop.merchants[0]

    def decide(draft: Draft) -> Answer:
        draft.post("payment", [Leg(payer.money, payee.money, 500)], event_at=draft.now)
        raise KBeanError("limit_exceeded")

    plan = Plan(
        decide,
        accounts=(payer.money, payee.money),
        idempotency=Idempotency(payer.id, "payments", new_id(), b"x"),
    )
    answers = await asyncio.gather(
        shop.writer.submit(plan), shop.writer.submit(shop.pay(payer, payee, 10_000))
    )
    assert [a.status for a in answers] == [422, 201]


async def test_the_same_key_is_told_the_same_bytes(shop: Shop) -> None:
    payer, payee, key = shop.people[0], shop.merchants[0], new_id()
    first, twin = await asyncio.gather(
        shop.writer.submit(shop.pay(payer, payee, 100, key=key)),
        shop.writer.submit(shop.pay(payer, payee, 100, key=key)),
    )
    later = await shop.writer.submit(shop.pay(payer, payee, 100, key=key))
    assert (first.replayed, twin.replayed, later.replayed) == (False, True, True)
    assert first.body == twin.body == later.body
    assert await shop.balance(payer.money) == 9_900


async def test_another_body_under_a_key_is_refused(shop: Shop) -> None:
    payer, payee, key = shop.people[0], shop.merchants[0], new_id()
    await shop.writer.submit(shop.pay(payer, payee, 100, key=key))
    other = await shop.writer.submit(shop.pay(payer, payee, 101, key=key))
    assert (other.status, code_of(other)) == (422, "idempotency_body_differs")
    again = await shop.writer.submit(shop.pay(payer, payee, 100, key=key))
    assert again.status == 201
    assert await shop.balance(payer.money) == 9_900


async def test_keys_of_two_people_do_not_meet(shop: Shop) -> None:
    key, payee = new_id(), shop.merchants[0]
    answers = [
        await shop.writer.submit(shop.pay(person, payee, 100, key=key)) for person in shop.people
    ]
    assert [(a.status, a.replayed) for a in answers] == [(201, False)] * 4


async def test_a_final_refusal_is_kept(shop: Shop) -> None:
    payer, payee, key = shop.people[0], shop.merchants[0], new_id()
    first = await shop.writer.submit(shop.pay(payer, payee, 20_000, key=key))
    assert code_of(first) == "insufficient_funds"
    await shop.writer.submit(shop.fund(payer, 50_000))
    again = await shop.writer.submit(shop.pay(payer, payee, 20_000, key=key))
    assert again.replayed
    assert again.body == first.body


async def test_a_passing_refusal_is_not_kept(shop: Shop) -> None:
    payer, payee = shop.people[0], shop.merchants[0]
    for code in ("too_many_requests", "session_ended"):
        key = new_id()
        first = await shop.writer.submit(shop.pay(payer, payee, 1, key=key, inspect=refuse(code)))
        assert code_of(first) == code
        again = await shop.writer.submit(shop.pay(payer, payee, 1, key=key))
        assert (again.status, again.replayed) == (201, False), code


async def test_a_server_error_is_raised_and_not_kept(shop: Shop) -> None:
    payer, payee, key = shop.people[0], shop.merchants[0], new_id()
    with pytest.raises(KBeanError, match="busy"):
        await shop.writer.submit(shop.pay(payer, payee, 1, key=key, inspect=refuse("busy")))
    again = await shop.writer.submit(shop.pay(payer, payee, 1, key=key))
    assert (again.status, again.replayed) == (201, False)


def fence(shop: Shop, principal: str, key: str) -> Plan:
    def decide(_draft: Draft) -> Answer:
        raise KBeanError("payment_not_found", money="not_moved")

    return Plan(decide, idempotency=Idempotency(principal, "payments", key, None))


async def test_a_fence_burns_a_key(shop: Shop) -> None:
    payer, payee, key = shop.people[0], shop.merchants[0], new_id()
    asked = await shop.writer.submit(fence(shop, payer.id, key))
    assert (asked.status, code_of(asked), asked.replayed) == (404, "payment_not_found", False)
    late = await shop.writer.submit(shop.pay(payer, payee, 100, key=key))
    assert late.replayed
    assert late.body == asked.body
    assert await shop.balance(payer.money) == 10_000


async def test_a_fence_after_the_payment_tells_the_payment(shop: Shop) -> None:
    payer, payee, key = shop.people[0], shop.merchants[0], new_id()
    paid = await shop.writer.submit(shop.pay(payer, payee, 100, key=key))
    asked = await shop.writer.submit(fence(shop, payer.id, key))
    assert (asked.status, asked.body, asked.replayed) == (201, paid.body, True)


async def test_undeclared_rows_are_a_bug_that_shows(shop: Shop, expect_log: Expect) -> None:
    expect_log("was not declared")
    plan = shop.pay(shop.people[0], shop.merchants[0], 100)
    plan.accounts = plan.accounts[:1]
    with pytest.raises(KBeanError, match="internal_error"):
        await shop.writer.submit(plan)


async def test_a_full_queue_answers_busy(ledger_square: AsyncEngine) -> None:
    writer = Writer(ledger_square, queue_limit=3)
    plans = [Plan(lambda _draft: Answer(200, b"{}")) for _ in range(5)]
    # Not started yet: what is submitted waits.
    tasks = [asyncio.create_task(writer.submit(plan)) for plan in plans]
    done, _waiting = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
    errors = [task.exception() for task in done]
    assert all(isinstance(e, KBeanError) and e.code == "busy" and e.retry_after for e in errors)
    assert len(errors) == 2
    assert writer.waiting == 3
    await writer.start()
    answers = await asyncio.gather(*(t for t in tasks if t not in done))
    assert [a.status for a in answers] == [200] * 3
    await writer.stop()


async def test_stopping_finishes_what_waits(shop: Shop) -> None:
    plans = [shop.pay(shop.people[n % 4], shop.merchants[0], 10) for n in range(40)]
    tasks = [asyncio.create_task(shop.writer.submit(plan)) for plan in plans]
    await asyncio.sleep(0)
    await shop.writer.stop()
    assert {(await task).status for task in tasks} == {201}
    with pytest.raises(KBeanError, match="shutting_down"):
        await shop.writer.submit(plans[0])


async def test_a_caller_that_goes_away_changes_nothing(shop: Shop) -> None:
    payer, payee, key = shop.people[0], shop.merchants[0], new_id()
    task = asyncio.create_task(shop.writer.submit(shop.pay(payer, payee, 100, key=key)))
    await asyncio.sleep(0)
    task.cancel()
    again = await shop.writer.submit(shop.pay(payer, payee, 100, key=key))
    assert again.replayed
    assert await shop.balance(payer.money) == 9_900
