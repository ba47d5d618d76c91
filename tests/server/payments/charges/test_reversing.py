"""Reversals, deadlines and what races with them."""

from __future__ import annotations

import asyncio
from pathlib import Path

import sqlalchemy as sa

from app.protocol.ids import new_id
from app.protocol.messages.charges import Charge
from app.server.db.engine import dispose, writing
from app.server.payments import invariants
from app.server.payments.charges.tables import charges
from app.server.payments.tables import orders
from tests.conftest import Expect
from tests.server.payments.charges.stall import (
    book_of,
    charge,
    charge_raw,
    confirm,
    confirmations,
    find,
    number,
    read,
    reverse,
    reverse_raw,
    stall,
    uses,
)
from tests.server.payments.street import once
from tests.server.world import World, code_of, now, world


@once
async def test_a_number_that_was_never_seen_is_burned(street: World):
    till, person, book = await stall(street)
    sale, code = number(), book.code()
    for _ in range(2):
        burned = await reverse(till, sale)
        assert (burned.state, burned.failure, burned.amount) == ("closed", "reversed", 0)
    answer = await charge_raw(till, code, 500, out_trade_no=sale)
    assert code_of(answer) == "charge_closed"
    assert code_of(await till.order_raw(500, out_trade_no=sale)) == "out_trade_no_used"
    assert await person.available() == 100_000
    # The code itself was never looked at.
    await charge(till, code)


@once
async def test_what_is_paid_goes_back_once(street: World):
    till, person, book = await stall(street)
    paid = await charge(till, book.code(), 12_000)
    assert await person.available() == 88_000
    for _ in range(2):
        back = await reverse(till, paid.out_trade_no)
        assert (back.state, back.payment_id) == ("revoked", paid.payment_id)
    assert await person.available() == 100_000
    assert (await person.get("/v1/points")).json()["balance"] == 0
    assert (await uses(person)).items[0].state == "revoked"
    answer = await charge_raw(till, book.code(), 12_000, out_trade_no=paid.out_trade_no)
    assert code_of(answer) == "out_trade_no_used"


async def write_down(world: World, paid: Charge, state: str = "success", **more: object) -> None:
    """Give a charge that was paid at once the row that it has once something became of it."""
    async with writing(world.service.engine) as connection:
        await connection.execute(_row_of(paid, state, **more))


def _row_of(paid: Charge, state: str = "success", **more: object) -> sa.Insert:
    names = ["id", "payer_id", "state", "created_at", "changed_at", "tries", *more]
    values = [sa.literal(value) for value in (state, now(), now(), 0, *more.values())]
    of_order = sa.select(orders.c.id, orders.c.payer_id, *values)
    return sa.insert(charges).from_select(names, of_order.where(orders.c.id == paid.charge_id))


async def age(world: World, charge_id: str, hours: float) -> None:
    """Let a charge be paid so long ago."""
    paid_at = now() - int(hours * 3_600_000)
    async with writing(world.service.engine) as connection:
        await connection.execute(
            sa.update(orders).where(orders.c.id == charge_id).values(paid_at=paid_at)
        )


@once
async def test_a_sale_paid_at_once_is_its_order_alone_until_something_becomes_of_it(street: World):
    till, person, book = await stall(street)
    paid = await charge(till, book.code(), 12_000)
    mine = sa.select(sa.func.count()).where(charges.c.id == paid.charge_id)

    async def rows() -> int:
        async with street.service.engine.connect() as connection:
            return await connection.scalar(mine) or 0

    assert await rows() == 0
    assert (await find(till, paid.out_trade_no)).state == "success"
    assert [use.state for use in (await uses(person)).items] == ["success"]
    # The first that takes it back writes it down; the others find it written.
    await asyncio.gather(*(reverse(till, paid.out_trade_no) for _ in range(5)))
    async with asyncio.timeout(30):
        while (await reverse(till, paid.out_trade_no)).state == "reversing":
            await asyncio.sleep(0.05)
    assert await rows() == 1
    assert [use.state for use in (await uses(person)).items] == ["revoked"]
    assert await person.available() == 100_000


@once
async def test_what_was_paid_long_ago_is_refunded_and_not_reversed(street: World):
    till, person, book = await stall(street)
    old, late, begun = [await charge(till, book.code(place=place), 1_000) for place in range(3)]
    await age(street, old.charge_id, 24.01)
    assert code_of(await reverse_raw(till, old.out_trade_no)) == "charge_too_old"
    kept = await find(till, old.out_trade_no)
    assert (kept.state, kept.payment_id) == ("success", old.payment_id)
    assert await person.available() == 97_000
    # In time it goes back, and asked again later it says so.
    await age(street, late.charge_id, 23.9)
    assert (await reverse(till, late.out_trade_no)).state == "revoked"
    await age(street, late.charge_id, 30)
    assert (await reverse(till, late.out_trade_no)).state == "revoked"
    # What was begun in time is finished.
    await write_down(street, begun, "reversing", next_try_at=now() + 3_600_000)
    await age(street, begun.charge_id, 48)
    assert (await reverse(till, begun.out_trade_no)).state == "revoked"
    # Nothing that isn't paid grows too old to be closed.
    asked = read(await charge_raw(till, book.code(), 30_000), 202)
    async with writing(street.service.engine) as connection:
        long_ago = now() - 90 * 3_600_000
        await connection.execute(
            sa.update(charges).where(charges.c.id == asked.charge_id).values(created_at=long_ago)
        )
    assert (await reverse(till, asked.out_trade_no)).state == "closed"
    assert await person.available() == 99_000


@once
async def test_what_is_open_or_failed_is_closed(street: World):
    till, person, book = await stall(street)
    asked = read(await charge_raw(till, book.code(), 30_000), 202)
    (waiting,) = await confirmations(person)
    closed = await reverse(till, asked.out_trade_no)
    assert (closed.state, closed.failure) == ("closed", "reversed")
    assert code_of(await confirm(person, waiting)) == "order_cancelled"
    assert await confirmations(person) == []
    sale = number()
    assert code_of(await charge_raw(till, "881" + "0" * 15, out_trade_no=sale)) == (
        "payer_code_unknown"
    )
    assert (await reverse(till, sale)).state == "failed"
    order = await till.order(5)
    assert code_of(await reverse_raw(till, order.out_trade_no)) == "charge_not_found"
    # A counter of another merchant has numbers of its own.
    stranger = await street.till()
    assert (await reverse(stranger, asked.out_trade_no)).amount == 0
    # Cancelled by the order's own route: the charge says so too.
    asked = read(await charge_raw(till, book.code(place=1), 30_000), 202)
    assert (await till.cancel(asked.charge_id)).status_code == 200
    assert (await find(till, asked.out_trade_no)).state == "closed"


@once
async def test_a_deadline_that_passed_closes_whoever_asks(street: World):
    till, person, book = await stall(street)
    engine = street.service.engine
    sale, code = number(), book.code()
    asked = read(await charge_raw(till, code, 30_000, out_trade_no=sale), 202)
    (waiting,) = await confirmations(person)
    async with writing(engine) as connection:
        await connection.execute(
            sa.update(orders).where(orders.c.id == asked.charge_id).values(expires_at=1_000)
        )
    assert code_of(await confirm(person, waiting)) in {"order_expired", "order_cancelled"}
    ended = await find(till, sale)
    assert (ended.state, ended.failure) == ("closed", "expired")
    assert code_of(await charge_raw(till, code, 30_000, out_trade_no=sale)) == "charge_closed"
    async with engine.connect() as connection:
        state = await connection.scalar(
            sa.select(orders.c.status).where(orders.c.id == asked.charge_id)
        )
    assert state == "cancelled"


async def test_yes_and_reverse_at_once_have_one_truth(shop: World):
    till = await shop.till()
    people = [await shop.person(50_000) for _ in range(6)]
    sales = []
    for person in people:
        book = await book_of(person)
        sales.append(read(await charge_raw(till, book.code(), 30_000), 202).out_trade_no)

    async def race(person, sale):
        (waiting,) = await confirmations(person)
        said, _, _ = await asyncio.gather(
            confirm(person, waiting), reverse(till, sale), reverse(till, sale)
        )
        async with asyncio.timeout(30):
            while (end := await reverse(till, sale)).state == "reversing":
                await asyncio.sleep(0.05)
        assert await person.available() == 50_000
        if end.state == "revoked":
            assert said.status_code == 201
        else:
            assert end.state == "closed"
            assert code_of(said) == "order_cancelled"
        return end.state

    await asyncio.gather(*(race(*pair) for pair in zip(people, sales, strict=True)))


@once
async def test_a_merchant_without_money_pays_back_when_it_can(street: World, expect_log: Expect):
    expect_log("charge.reversal_waits")
    till, person, book = await stall(street)
    paid = await charge(till, book.code(), 20_000)
    # Whatever keeps the merchant's money away: the till hears "reversing", never "done".
    merchant = await street.service.directory.find(till.merchant_id, "merchant", "CNY")
    async with writing(street.service.engine) as connection:
        await connection.execute(
            sa.text("UPDATE accounts SET state = 'frozen' WHERE id = :id"), {"id": merchant}
        )
    assert (await reverse(till, paid.out_trade_no)).state == "reversing"
    assert (await reverse(till, paid.out_trade_no)).state == "reversing"
    assert await person.available() == 80_000
    async with writing(street.service.engine) as connection:
        await connection.execute(
            sa.text("UPDATE accounts SET state = 'active' WHERE id = :id"), {"id": merchant}
        )
        await connection.execute(
            sa.update(charges).where(charges.c.id == paid.charge_id).values(next_try_at=1_000)
        )
    async with asyncio.timeout(30):
        while (await find(till, paid.out_trade_no)).state != "revoked":
            await asyncio.sleep(0.05)
    assert await person.available() == 100_000


async def test_the_invariants_notice_what_must_not_be(shop: World):
    till, _, book = await stall(shop)
    paid = await charge(till, book.code())
    asked = read(await charge_raw(till, book.code(place=1), 30_000), 202)
    engine = shop.service.engine

    async def broken(*statements) -> set[str]:
        async with engine.connect() as connection:
            await connection.begin()
            for statement in statements:
                await connection.execute(statement)
            found = {rule.name for rule in await invariants.check_on(connection) if not rule.holds}
            await connection.rollback()
        return found

    mine = orders.c.id == paid.charge_id
    assert await broken() == set()
    assert await broken(_row_of(paid)) == set()
    assert await broken(_row_of(paid, "revoked")) == {"revoked_charge_is_refunded"}
    assert await broken(_row_of(paid, asked="amount")) == {"charge_paid_once_by_its_payer"}
    assert await broken(sa.update(orders).where(mine).values(step=None)) == {"code_used_once"}
    assert await broken(sa.update(orders).where(mine).values(handle=None)) == {"code_used_once"}
    assert await broken(sa.update(orders).where(mine).values(payer_id=new_id())) == {
        "charge_paid_once_by_its_payer"
    }
    assert await broken(sa.update(charges).values(payer_id=new_id())) == {"charge_and_order_agree"}
    assert await broken(sa.delete(charges).where(charges.c.id == asked.charge_id)) == {
        "charge_and_order_agree"
    }
    assert await broken(_row_of(paid, "failed", failure="x")) == {"charge_and_order_agree"}


async def test_a_restarted_service_keeps_deadlines_and_finishes_what_was_begun(
    sqlite: str, tmp_path: Path
):
    async with world(tmp_path, sqlite) as before:
        till, person, book = await stall(before)
        paid = await charge(till, book.code(), 12_000)
        asked = read(await charge_raw(till, book.code(place=1), 30_000), 202)
        kept = read(await charge_raw(till, book.code(place=2), 30_000), 202)
        engine = before.service.engine
    # It died when the reversal was written down and nothing was refunded yet, and it was away
    # when one deadline passed.
    await write_down(before, paid, "reversing", next_try_at=1_000)
    async with writing(engine) as connection:
        await connection.execute(
            sa.update(orders).where(orders.c.id == asked.charge_id).values(expires_at=1_000)
        )
    await dispose(engine)
    async with world(tmp_path, sqlite) as after:
        states = sa.select(charges.c.id, charges.c.state)
        async with asyncio.timeout(30):
            while True:
                async with after.service.engine.connect() as connection:
                    found = {row.id: row.state for row in await connection.execute(states)}
                if found[paid.charge_id] == "revoked" and found[asked.charge_id] == "closed":
                    break
                await asyncio.sleep(0.05)
        assert found[kept.charge_id] == "userpaying"
        person.world = till.world = after
        assert await person.available() == 100_000
        (waiting,) = await confirmations(person)
        assert (waiting.charge_id, waiting.expires_at) == (kept.charge_id, kept.deadline)
        assert (await confirm(person, waiting)).status_code == 201
        assert (await find(till, kept.out_trade_no)).state == "success"
        checked = await invariants.check(after.service.engine)
        assert [rule for rule in checked if not rule.holds] == []
