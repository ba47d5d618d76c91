"""Domains' own rows in plans: read, added and changed, by one column and by several."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import NamedTuple

import pytest
import sqlalchemy as sa

from app.protocol.errors import KBeanError
from app.protocol.ids import new_id
from app.server.ledger.plan import Answer, Draft, Leg, Plan, RowKind
from app.server.ledger.statements import seen_as
from app.server.ledger.tables import accounts
from app.server.payments.limits import SPENDING, SpendingRow
from app.server.payments.tables import spending
from app.server.points.lots import LOTS, Lot
from tests.conftest import Expect
from tests.server.ledger.shop import Shop

DAY = 20_000


def spend(user: str, amount: int, *, most: int = 100) -> Plan:
    """A counter with a cap: the row is added by the first plan and changed by the next."""
    key = (user, "CNY", DAY)

    def decide(draft: Draft) -> Answer:
        row = draft.get(SPENDING, key)
        total = (row.total if row else 0) + amount
        if row is None:
            draft.insert(SPENDING, SpendingRow(*key, total, 0, 0))
        else:
            draft.change(SPENDING, row._replace(total=total))
        if total > most:
            raise KBeanError("limit_exceeded")
        return Answer(200, str(total).encode())

    return Plan(decide, needs=((SPENDING, (key,)),))


async def stored(shop: Shop, *users: str) -> dict[str, int]:
    text = "SELECT CAST(user_id AS VARCHAR(36)), total FROM spending"
    return {user: total for user, total in await shop.rows(text) if user in users}


async def test_a_counter_is_added_once_and_then_changed(shop: Shop) -> None:
    user, other = new_id(), new_id()
    # In one batch: added, changed while it is still to be written, refused, changed again.
    wishes = [(user, 40), (other, 7), (user, 50), (user, 11), (user, 10)]
    answers = await asyncio.gather(*(shop.writer.submit(spend(*wish)) for wish in wishes))
    assert [answer.status for answer in answers] == [200, 200, 200, 422, 200]
    assert await stored(shop, user, other) == {user: 100, other: 7}
    # In the next one: there already, changed twice, written once.
    answers = await asyncio.gather(
        *(shop.writer.submit(spend(other, amount)) for amount in (3, 90, 5))
    )
    assert [answer.body for answer in answers if answer.status == 200] == [b"10", b"100"]
    assert await stored(shop, user, other) == {user: 100, other: 100}


async def test_a_counter_that_two_writers_add_counts_both(shop: Shop) -> None:
    from app.server.ledger.writer import Writer

    second = Writer(shop.engine)
    await second.start()
    users = [new_id() for _ in range(20)]
    answers = await asyncio.gather(
        *(writer.submit(spend(user, 60)) for user in users for writer in (shop.writer, second))
    )
    await second.stop()
    # Each user's first 60 fit under the cap of 100, the second 60 don't.
    assert sorted(answer.status for answer in answers) == [200] * 20 + [422] * 20
    assert await stored(shop, *users) == dict.fromkeys(users, 60)


class Counted(NamedTuple):
    """That somebody spent on a day."""

    day: int
    user_id: str
    currency: str


class OnlyTotal(NamedTuple):
    user_id: str
    currency: str
    day: int
    total: int


COUNTED = RowKind(spending, Counted, key=("day", "user_id", "currency"), lock=False)


async def test_an_added_row_is_seen_through_a_narrower_kind_of_its_table(shop: Shop) -> None:
    users = [new_id() for _ in range(3)]

    def look(user: str) -> Plan:
        place = (DAY, user, "CNY")

        def decide(draft: Draft) -> Answer:
            seen = draft.get(COUNTED, place)
            assert seen is None or seen == Counted(*place)
            return Answer(200, b"no" if seen is None else b"yes")

        return Plan(decide, needs=((COUNTED, (place,)),))

    # In one batch, and then in the next, from the database.
    plans = [look(users[0]), spend(users[0], 40), look(users[0]), look(users[1])]
    answers = await asyncio.gather(*map(shop.writer.submit, plans))
    assert [answer.body for answer in answers] == [b"no", b"40", b"yes", b"no"]
    answers = await asyncio.gather(*(shop.writer.submit(look(user)) for user in users))
    assert [answer.body for answer in answers] == [b"yes", b"no", b"no"]


def test_only_kinds_that_never_change_see_what_another_kind_adds() -> None:
    row = SpendingRow(new_id(), "CNY", DAY, 40, 2, 1)
    see = seen_as(SPENDING, COUNTED)
    assert see is not None
    assert see(row) == Counted(DAY, row.user_id, "CNY")
    assert isinstance(see(row), Counted)
    itself = seen_as(SPENDING, SPENDING)
    assert itself is not None
    assert itself(row) is row
    key = ("user_id", "currency", "day")
    narrow = RowKind(spending, OnlyTotal, key=key, changes=("total",))
    assert seen_as(SPENDING, narrow) is None
    # What was added has not all of its fields.
    assert seen_as(COUNTED, RowKind(spending, OnlyTotal, key=key)) is None


async def test_a_row_is_changed_by_its_id(lone_shop: Shop) -> None:
    shop = lone_shop
    person = shop.people[0]
    await shop.writer.submit(shop.pay(person, shop.merchants[0], 500))
    mine = f"FROM point_lots WHERE account_id = {person.points}"
    ((lot_id,),) = await shop.rows(f"SELECT CAST(id AS VARCHAR(36)) {mine}")

    def decide(draft: Draft) -> Answer:
        lot = draft.get(LOTS, lot_id)
        assert isinstance(lot, Lot)
        draft.change(LOTS, lot._replace(remaining=lot.remaining - 1))
        changed = draft.get(LOTS, lot_id)
        assert changed is not None
        return Answer(200, str(changed.remaining).encode())

    plans = [Plan(decide, needs=((LOTS, (lot_id,)),)) for _ in range(2)]
    answers = await asyncio.gather(*(shop.writer.submit(plan) for plan in plans))
    assert [answer.body for answer in answers] == [b"4", b"3"]
    assert await shop.rows(f"SELECT earned, remaining {mine}") == [(5, 3)]


def change_absent(draft: Draft) -> None:
    draft.change(SPENDING, SpendingRow(new_id(), "CNY", DAY, 1, 0, 0))


def change_fixed(draft: Draft) -> None:
    class Name(NamedTuple):
        id: int

    draft.change(RowKind(accounts, Name), Name(1))


def post_nothing(draft: Draft) -> None:
    draft.post("nothing", [], event_at=draft.now)


MISUSES: list[tuple[Callable[[Draft], object], str]] = [
    (lambda draft: draft.get(LOTS, new_id()), "was not declared"),
    (change_absent, "was not declared"),
    (change_fixed, "never changing"),
    (post_nothing, "at least one leg"),
    (lambda draft: draft.account(10**9), "was not declared"),
]


async def test_misuse_is_a_bug_that_shows(shop: Shop, expect_log: Expect) -> None:
    for misuse, words in MISUSES:
        expect_log(words)

        def decide(draft: Draft, misuse: Callable[[Draft], object] = misuse) -> Answer:
            misuse(draft)
            return Answer(200, b"{}")

        with pytest.raises(KBeanError, match="internal_error"):
            await shop.writer.submit(Plan(decide))


async def test_an_absent_row_is_not_changed(shop: Shop, expect_log: Expect) -> None:
    expect_log("does not exist")
    key = (new_id(), "CNY", DAY)

    def decide(draft: Draft) -> Answer:
        draft.change(SPENDING, SpendingRow(*key, 1, 0, 0))
        return Answer(200, b"{}")

    with pytest.raises(KBeanError, match="internal_error"):
        await shop.writer.submit(Plan(decide, needs=((SPENDING, (key,)),)))


def test_a_kind_must_fit_its_table() -> None:
    from app.server.ledger.statements import sqlite_insert

    class Wrong(NamedTuple):
        id: int
        colour: str

    class Short(NamedTuple):
        owner: str

    with pytest.raises(TypeError, match="no column colour"):
        sqlite_insert(RowKind(accounts, Wrong))
    with pytest.raises(TypeError, match="no field id"):
        sqlite_insert(RowKind(accounts, Short))


async def test_a_value_that_no_column_holds_fails_alone(shop: Shop) -> None:
    user = new_id()

    def decide(draft: Draft) -> Answer:
        draft.insert(SPENDING, SpendingRow(user, "CNY", DAY, 2**70, 0, 0))
        return Answer(200, b"{}")

    bad, good = await asyncio.gather(
        shop.writer.submit(Plan(decide)),
        shop.writer.submit(spend(user, 5)),
        return_exceptions=True,
    )
    assert isinstance(bad, KBeanError)
    assert (bad.code, bad.money) == ("internal_error", "not_moved")
    assert isinstance(good, Answer)
    assert await stored(shop, user) == {user: 5}


async def test_a_plan_that_is_none_fails_alone(shop: Shop, expect_log: Expect) -> None:
    expect_log("ledger.plan_broken")
    user = new_id()
    broken = Plan(lambda _draft: Answer(200, b"{}"), needs=((SPENDING, (None, (user, 1, 2))),))
    bad, good = await asyncio.gather(
        shop.writer.submit(broken), shop.writer.submit(spend(user, 5)), return_exceptions=True
    )
    assert isinstance(bad, KBeanError)
    assert (bad.code, bad.money) == ("internal_error", "not_moved")
    assert isinstance(good, Answer)


async def test_a_bug_in_the_writer_leaves_nobody_waiting(
    shop: Shop, expect_log: Expect, monkeypatch: pytest.MonkeyPatch
) -> None:
    expect_log("ledger.batch_failed")

    async def fail(*_arguments: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(shop.writer, "_post", fail)
        with pytest.raises(KBeanError, match="internal_error"):
            await shop.writer.submit(spend(new_id(), 5))
    assert (await shop.writer.submit(spend(new_id(), 5))).status == 200


async def test_text_that_looks_like_an_array_is_only_text(lone_shop: Shop) -> None:
    shop = lone_shop
    from app.server.ledger.journal import JOURNALS, JournalRow

    odd = '{a,"b",NULL}\\x00\''
    row = JournalRow(10**6, odd, 1, 2, None, b"\x00{", b"", b"\xff")

    def decide(draft: Draft) -> Answer:
        draft.insert(JOURNALS, row)
        return Answer(200, b"{}")

    assert (await shop.writer.submit(Plan(decide))).status == 200
    async with shop.engine.connect() as connection:
        found = await connection.execute(
            sa.text("SELECT kind, intent, leaf_hash FROM journals WHERE id = 1000000")
        )
        assert [tuple(r) for r in found] == [(odd, b"\x00{", b"\xff")]


AN_ID = "01890a5d-ac96-774b-bcce-b302099a8057"


@pytest.mark.parametrize("bad", ["x", "{}", "", f"{AN_ID},{AN_ID}", f"{AN_ID}\n"])
def test_what_is_no_id_is_not_sent(bad: str) -> None:
    from app.server.ledger.statements import pg_encoder

    encode = pg_encoder(SPENDING.table.c.user_id)
    assert encode([AN_ID]).count("-") == 4
    with pytest.raises(ValueError, match="not a list of ids"):
        encode([AN_ID, bad, AN_ID])


async def test_a_refused_attempt_leaves_nothing_but_what_its_plan_adds(shop: Shop) -> None:
    person, merchant = shop.people[0], shop.merchants[0]
    journals = await shop.rows("SELECT COUNT(*) FROM journals")
    before, after = (person.id, "CNY", DAY), (person.id, "CNY", DAY + 1)

    def attempt(beyond: int) -> Plan:
        def decide(draft: Draft) -> Answer:
            old = draft.get(SPENDING, before)
            if old is None:
                draft.insert(SPENDING, SpendingRow(*before, 1, 0, 0))

            def work() -> int:
                draft.insert(SPENDING, SpendingRow(*after, 1, 0, 0))
                if old is not None:
                    draft.change(SPENDING, old._replace(total=9))
                legs = [Leg(person.money, merchant.money, 30)]
                rest = draft.account(person.money).available - 30 + beyond
                legs.append(Leg(person.money, merchant.money, rest))
                return draft.post("payment", legs, event_at=draft.now).posted_at

            try:
                return Answer(201, str(draft.attempt(work) == draft.now).encode())
            except KBeanError as refusal:
                return Answer(202, refusal.code.encode())

        needs = ((SPENDING, (before, after)),)
        return Plan(decide, accounts=(person.money, merchant.money), needs=needs)

    spent = f"SELECT day, total FROM spending WHERE user_id = '{person.id}' ORDER BY day"
    for _ in range(2):
        answer = await shop.writer.submit(attempt(1))
        assert (answer.status, answer.body) == (202, b"insufficient_funds")
        assert await shop.rows(spent) == [(DAY, 1)]
        assert await shop.rows("SELECT COUNT(*) FROM journals") == journals
    answer = await shop.writer.submit(attempt(0))
    assert (answer.status, answer.body) == (201, b"True")
    assert await shop.rows(spent) == [
        (DAY, 9),
        (DAY + 1, 1),
    ]
