"""Freezing while payments are under way: nothing leaves after the freeze, nothing is half frozen.

Two payments of every wish, two devices, on PostgreSQL two services of their own; and ``kill -9``
of the service in the middle of the freeze (issue 3 part 6).
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Iterator

import msgspec
import pytest
import sqlalchemy as sa

from app.protocol.messages.support import FreezeRequest, FreezeState
from app.server.db.engine import create_engine, snapshot
from app.server.identity.tables import freezes, sessions, users
from app.server.ledger.tables import accounts
from app.server.payments.tables import payments
from tests.databases import shared_cluster
from tests.faults import town as towns
from tests.faults import wire
from tests.faults.audit import audit
from tests.faults.nursery import Forked
from tests.faults.town import Payer, Town, Wish
from tests.faults.wire import Call, Heard

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

FUNDS = 10**8
CUSTOMERS = 8
"""Payments under way on each device."""

WISHES = 10
"""Payments sent before the freeze that a kill meets, and again behind it."""

REFUSED = {"401 session_ended", "423 account_frozen"}


class Street:
    """A town, its services, and everything that anybody was told."""

    def __init__(self, town: Town, processes: list[Forked]) -> None:
        self.town = town
        self.processes = processes
        self.told: dict[str, list[Heard]] = {}
        self.wishes: dict[str, Wish] = {}
        self.funded: dict[str, int] = {}

    async def newcomer(self) -> tuple[Payer, Payer]:
        """Somebody with money, on two devices."""
        async with self.town.inside() as service:
            first = await towns.register(service, f"frozen{len(self.funded)}", FUNDS)
            second = await towns.second_device(service, first)
        self.town.payers.append(first)
        self.funded[first.id] = FUNDS
        return first, second

    def wish(self, payer: Payer, amount: int = 1_00) -> Wish:
        wish = self.town.pays(payer, self.town.shops[0], amount)
        self.wishes[wish.key], self.told[wish.key] = wish, []
        return wish

    async def ask(self, number: int, call: Call) -> Heard | None:
        heard = await wire.send(self.processes[number % len(self.processes)].port, call)
        if heard is not None and call.key in self.told:
            self.told[call.key].append(heard)
        return heard

    async def check(self) -> None:
        """Every answer that was given is true, and the books hold nothing else.

        A wish that was refused for its session on one node may have been paid by its twin; the
        kept answer decides.
        """
        engine = create_engine(self.town.config.database)
        async with snapshot(engine) as connection:
            keys = (await connection.execute(sa.select(payments.c.idempotency_key))).scalars()
            posted = set(keys)
        await engine.dispose()
        truth: dict[str, tuple[Wish, Heard]] = {}
        for key, answers in self.told.items():
            kept = {(h.status, h.body) for h in answers if h.status != 401}
            assert len(kept) <= 1, answers
            assert {outcome(h) for h in answers} <= {"201", *REFUSED}
            final = next((h for h in answers if h.status != 401), None)
            assert (key in posted) <= (final is None or final.status == 201)
            if final is not None:
                truth[key] = (self.wishes[key], final)
        await audit(self.town, truth, self.funded)

    async def rows(self, user_id: str) -> tuple[str, set[str], list[int], int, list[int]]:
        """User state, account states, freezes, living sessions, times of payments."""
        engine = create_engine(self.town.config.database)
        async with snapshot(engine) as connection:

            async def column(what: sa.ColumnElement, *where: sa.ColumnElement) -> list:
                return list((await connection.execute(sa.select(what).where(*where))).scalars())

            found = (
                (await column(users.c.state, users.c.id == user_id))[0],
                set(await column(accounts.c.state, accounts.c.owner == user_id)),
                await column(freezes.c.frozen_at, freezes.c.user_id == user_id),
                len(
                    await column(
                        sessions.c.id, sessions.c.user_id == user_id, sessions.c.ended_at.is_(None)
                    )
                ),
                await column(payments.c.posted_at, payments.c.payer_id == user_id),
            )
        await engine.dispose()
        return found


def outcome(heard: Heard) -> str:
    if heard.status >= 400:
        assert heard.problem.money == "not_moved", heard
    return f"{heard.status} {heard.code}".strip()


def freeze_call(payer: Payer) -> Call:
    return Call("POST", "/v1/me/freeze", payer.token, "", msgspec.json.encode(FreezeRequest()))


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def street(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Street]:
    folder = tmp_path_factory.mktemp("freeze")
    several = 2 if request.param == "postgresql" else 1
    url = f"sqlite:///{folder / 'kbean.db'}"
    if several > 1:
        url = shared_cluster().create("faults_freeze")
    town = asyncio.run(towns.found(folder / "service", url, [], shops=1))
    made = Street(town, [Forked(town.config) for _ in range(several)])
    try:
        for process in made.processes:
            asyncio.run(process.up())
        yield made
    finally:
        for process in made.processes:
            process.kill()
        if several > 1:
            shared_cluster().drop("faults_freeze")


async def test_a_freeze_in_the_middle_of_payments(street: Street) -> None:
    total: Counter[str] = Counter()
    for _ in range(2):
        mine, other = await street.newcomer()
        wishes: list[Wish] = []
        freeze = freeze_call(mine)

        async def customer(number: int, payer: Payer, wishes: list[Wish] = wishes) -> None:
            """Pays and pays, each payment twice at once, until both are refused."""
            while True:
                wish = street.wish(payer)
                wishes.append(wish)
                heard = await asyncio.gather(*(street.ask(number + n, wish.call) for n in (0, 1)))
                if {outcome(h) for h in heard if h is not None} <= REFUSED:
                    return

        # The freeze, twice too, once somebody was paid; the customers go on until they meet it.
        payers = (mine, other) * CUSTOMERS
        under_way = [asyncio.create_task(customer(n, payer)) for n, payer in enumerate(payers)]
        async with asyncio.timeout(60):
            while not any(h.status == 201 for wish in wishes for h in street.told[wish.key]):
                await asyncio.sleep(0.001)
        frozen = await asyncio.gather(*(street.ask(n, freeze) for n in range(2)))
        # Where somebody frozen could go on paying, this would never end.
        async with asyncio.timeout(120):
            await asyncio.gather(*under_way)
        assert {h.status for h in frozen if h is not None} == {200}
        states = {msgspec.json.decode(h.body, type=FreezeState) for h in frozen if h is not None}
        (state,) = states
        assert (state.state, state.by) == ("frozen", "person")
        # Whoever asks after the freeze was answered pays nothing, on any node and any device.
        after = [street.wish(payer) for payer in (mine, other) for _ in street.processes]
        behind = [await street.ask(n, wish.call) for n, wish in enumerate((*after, *after))]
        assert {outcome(h) for h in behind if h is not None} <= REFUSED
        user, money, frozen_at, living, posted = await street.rows(mine.id)
        assert (user, money, frozen_at, living) == ("frozen", {"frozen"}, [state.at], 1)
        assert all(at <= state.at for at in posted)
        total.update(outcome(h) for wish in wishes for h in street.told[wish.key])
        await street.check()
    print(dict(total))
    assert total["201"] > 0
    assert sum(total[word] for word in REFUSED) > 0


async def test_kill_nine_in_the_middle_of_a_freeze(street: Street) -> None:
    chance = random.Random(20261123)
    count: Counter[str] = Counter()
    for _ in range(3):
        mine, _other = await street.newcomer()
        process = street.processes[0]
        wishes = [street.wish(mine) for _ in range(WISHES)]
        asyncio.get_running_loop().call_later(chance.uniform(0.002, 0.15), process.kill)
        calls = [*(w.call for w in wishes), freeze_call(mine), *(w.call for w in wishes)]
        heard = await asyncio.gather(*(street.ask(0, call) for call in calls))
        process.kill()
        process = street.processes[0] = Forked(street.town.config, port=process.port)
        await process.up()
        user, money, frozen_at, living, posted = await street.rows(mine.id)
        # Whole or not at all.
        whole, nothing = ("frozen", {"frozen"}, 1, 1), ("active", {"active"}, 0, 2)
        assert (user, money, len(frozen_at), living) in (whole, nothing)
        answered = heard[len(wishes)]
        assert answered is None or user == "frozen"
        count[f"{user} {'told' if answered else 'untold'}"] += 1
        # The person taps again: now it holds, with the same freeze where there was one.
        again = await wire.ask(process.port, freeze_call(mine))
        state = msgspec.json.decode(again.body, type=FreezeState)
        assert state.state == "frozen"
        assert not frozen_at or state.at == frozen_at[0]
        for wish in (*wishes, street.wish(mine)):
            assert await street.ask(0, wish.call) is not None
        *_rest, frozen_at, living, posted = await street.rows(mine.id)
        assert (len(frozen_at), living) == (1, 1)
        assert all(at <= frozen_at[0] for at in posted)
        await street.check()
    print(dict(count))
