"""Two of everything at once: whoever wins, money moves once and everybody is told the same truth.

On PostgreSQL two services of their own share the database; rivals ask different ones.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Iterator

import msgspec
import pytest
import sqlalchemy as sa

from app.protocol.ids import new_id
from app.protocol.messages.payments import Order, OrderRequest, Payment
from app.server.db.engine import create_engine, writing
from app.server.payments.tables import orders
from tests.databases import shared_cluster
from tests.end_to_end.world import until
from tests.faults import town as towns
from tests.faults import wire
from tests.faults.audit import Truth, audit
from tests.faults.nursery import Forked
from tests.faults.town import Payer, Shop, Town, Wish
from tests.faults.wire import Call, Heard

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

FUNDS = 1_000_00


class Rivals:
    """A town and the services that share its database."""

    def __init__(self, town: Town, processes: list[Forked]) -> None:
        self.town = town
        self.ports = [process.port for process in processes]
        self.truth: dict[str, tuple[Wish, Heard]] = {}
        self.funded = {payer.id: payer.funds for payer in town.payers}

    @property
    def shop(self) -> Shop:
        return self.town.shops[0]

    async def all_at_once(self, calls: list[Call]) -> list[Heard]:
        """Send them at the same moment, to the services in turn."""
        ports = (self.ports[n % len(self.ports)] for n in range(len(calls)))
        return list(
            await asyncio.gather(
                *(wire.ask(port, call) for port, call in zip(ports, calls, strict=False))
            )
        )

    async def pay_at_once(self, wishes: list[Wish]) -> list[Heard]:
        heard = await self.all_at_once([wish.call for wish in wishes])
        self.truth |= {w.key: (w, h) for w, h in zip(wishes, heard, strict=True)}
        return heard

    async def orders(self, count: int, amount: int = 7_00) -> list[Order]:
        made = []
        for _ in range(count):
            request = OrderRequest(new_id(), amount, "CNY")
            heard = await wire.ask(self.ports[0], self.till("/v1/orders", request))
            assert heard.status == 201, heard
            made.append(msgspec.json.decode(heard.body, type=Order))
        return made

    async def newcomers(self, count: int, funds: int) -> list[Payer]:
        """People of a test's own."""
        async with self.town.inside() as service:
            made = [await towns.register(service, new_id(), funds) for _ in range(count)]
        self.town.payers += made
        self.funded |= {payer.id: funds for payer in made}
        return made

    def till(self, path: str, body: msgspec.Struct | None = None) -> Call:
        raw = b"" if body is None else msgspec.json.encode(body)
        return Call("POST", path, self.shop.till_token, new_id(), raw)

    async def check(self) -> None:
        truth: Truth = self.truth
        await audit(self.town, truth, self.funded)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def rivals(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Rivals]:
    folder = tmp_path_factory.mktemp("races")
    several = 2 if request.param == "postgresql" else 1
    url = f"sqlite:///{folder / 'kbean.db'}"
    if several > 1:
        url = shared_cluster().create("faults_races")
    town = asyncio.run(towns.found(folder / "service", url, [FUNDS] * 8, shops=1))
    processes = [Forked(town.config) for _ in range(several)]
    try:
        for process in processes:
            asyncio.run(process.up())
        yield Rivals(town, processes)
        for process in processes:
            process.stop()
        # They run at log level "error": a clean race leaves no line.
        assert processes[0].log.read_text() == ""
    finally:
        for process in processes:
            process.kill()
        if several > 1:
            shared_cluster().drop("faults_races")


def outcome(heard: Heard) -> str:
    """The status, and the code of a refusal; nothing but "not moved" may be said of money."""
    if heard.status >= 400:
        assert heard.problem.money == "not_moved", heard
    return f"{heard.status} {heard.code}".strip()


async def test_many_wallets_race_for_one_order(rivals):
    for order in await rivals.orders(6):
        payers = rivals.town.payers[:8]
        wishes = [rivals.town.pays(payer, rivals.shop, order.amount, order) for payer in payers]
        heard = await rivals.pay_at_once(wishes)
        told = Counter(outcome(h) for h in heard)
        assert told == {"201": 1, "409 order_paid": len(payers) - 1}
    await rivals.check()


async def test_money_for_one_on_two_devices(rivals):
    async with rivals.town.inside() as service:
        for first in await rivals.newcomers(6, 9_00):
            second = await towns.second_device(service, first)
            wishes = [rivals.town.pays(payer, rivals.shop, 5_00) for payer in (first, second)]
            heard = await rivals.pay_at_once(wishes)
            assert Counter(outcome(h) for h in heard) == {"201": 1, "422 insufficient_funds": 1}
            (refused,) = (h for h in heard if h.status == 422)
            assert refused.problem.params["available"] == 4_00
    await rivals.check()


async def test_the_till_cancels_while_somebody_pays(rivals):
    told: Counter[tuple[str, str]] = Counter()
    for n, order in enumerate(await rivals.orders(12)):
        wish = rivals.town.pays(rivals.town.payers[n % 8], rivals.shop, order.amount, order)
        cancel = rivals.till(f"/v1/orders/{order.order_id}/cancel")
        calls = [wish.call, cancel] if n % 2 else [cancel, wish.call]
        heard = dict(zip(calls, await rivals.all_at_once(calls), strict=True))
        paid, cancelled = heard[wish.call], heard[cancel]
        rivals.truth[wish.key] = (wish, paid)
        told[outcome(paid), outcome(cancelled)] += 1
        look = Call("GET", f"/v1/orders/{order.order_id}", rivals.shop.till_token)
        found = msgspec.json.decode((await wire.ask(rivals.ports[0], look)).body, type=Order)
        assert found.status == ("paid" if paid.status == 201 else "cancelled")
    assert told.keys() <= {("201", "409 order_paid"), ("409 order_cancelled", "200")}
    await rivals.check()


async def expire(town: Town, made: list[Order], at_ms: int) -> None:
    """Let orders end at a moment of the test's choosing: a till can't ask for less than 10 s."""
    engine = create_engine(town.config.database)
    async with writing(engine) as connection:
        which = orders.c.id.in_([order.order_id for order in made])
        await connection.execute(sa.update(orders).where(which).values(expires_at=at_ms))
    await engine.dispose()


async def test_orders_expire_while_they_are_paid(rivals):
    made = await rivals.orders(40)
    first, *rest = made
    end = int(time.time() * 1000) + 1_000
    await expire(rivals.town, made, end)
    told: Counter[str] = Counter()

    async def pay(number: int, order: Order) -> None:
        payer = rivals.town.payers[number % 8]
        wish = rivals.town.pays(payer, rivals.shop, order.amount, order)
        heard = await wire.ask(rivals.ports[number % len(rivals.ports)], wish.call)
        rivals.truth[wish.key] = (wish, heard)
        told[outcome(heard)] += 1
        if heard.status == 201:
            payment = msgspec.json.decode(heard.body, type=Payment)
            assert payment.receipt.posted_at < end
        else:
            assert heard.problem.params["expired_at"] == end
            assert time.time() * 1000 >= end

    await pay(0, first)
    # Spread over the second around the end; the last ones are too late by themselves.
    loop, begun = asyncio.get_running_loop(), []
    until_end = max(0.0, end / 1000 - time.time())
    for number, order in enumerate(rest, 1):

        def begin(number: int = number, order: Order = order) -> None:
            begun.append(asyncio.ensure_future(pay(number, order)))

        loop.call_later(until_end * number / 30, begin)
    await until(lambda: len(begun) == len(rest), seconds=60)
    await asyncio.gather(*begun)
    assert told.keys() == {"201", "410 order_expired"}
    await rivals.check()


async def test_a_person_signs_out_while_paying(rivals):
    """After the sign-out was answered, no service takes a payment of that session any more."""
    for payer in await rivals.newcomers(4, 50_00):
        before = [rivals.town.pays(payer, rivals.shop, 1_00) for _ in range(12)]
        sign_out = Call("DELETE", "/v1/sessions/current", payer.token)
        calls = [*(w.call for w in before[:6]), sign_out, *(w.call for w in before[6:])]
        heard = await rivals.all_at_once(calls)
        assert heard.pop(6).status in {200, 204}
        after = [rivals.town.pays(payer, rivals.shop, 1_00) for _ in rivals.ports]
        late = await rivals.all_at_once([wish.call for wish in after])
        assert {outcome(h) for h in late} == {"401 session_ended"}
        assert {outcome(h) for h in heard} <= {"201", "401 session_ended"}
        for wish, told in zip(before, heard, strict=True):
            if told.status == 201:
                rivals.truth[wish.key] = (wish, told)
    # What was refused for the session is nowhere: only what was told "paid" is in the books.
    await rivals.check()


async def check_twenty(rivals: Rivals, call: Call) -> Heard:
    """Twenty identical requests at once, then two more: one does it, all are told the same."""
    heard = await rivals.all_at_once([call] * 20)
    heard += [await wire.ask(port, call) for port in (*rivals.ports, *rivals.ports)]
    assert len({(h.status, h.body) for h in heard}) == 1
    assert [h.replayed for h in heard].count(False) == 1
    return heard[0]


async def test_twenty_identical_requests_do_it_once(rivals):
    rich: Payer = rivals.town.payers[0]
    (order,) = await rivals.orders(1)
    wishes = {
        "201": rivals.town.pays(rich, rivals.shop, 3_00),
        "201 order": rivals.town.pays(rich, rivals.shop, order.amount, order),
        "409 order_paid": rivals.town.pays(rivals.town.payers[1], rivals.shop, 7_00, order),
        "422 insufficient_funds": rivals.town.pays(rich, rivals.shop, FUNDS),
    }
    for expected, wish in wishes.items():
        heard = await check_twenty(rivals, wish.call)
        assert outcome(heard) == expected.removesuffix(" order")
        rivals.truth[wish.key] = (wish, heard)
    ordered = await check_twenty(rivals, rivals.till("/v1/orders", OrderRequest("A-1", 5, "CNY")))
    assert ordered.status == 201
    await rivals.check()


async def test_twenty_fundings_with_one_key_fund_once(rivals):
    """The operator's own desk keeps the same rule, here from two nodes at once."""
    payer, key = rivals.town.payers[2], new_id()
    async with rivals.town.inside() as one, rivals.town.inside() as two:
        funded = await asyncio.gather(
            *(
                (one, two)[n % 2].funding.fund(payer.id, 5_00, "CNY", reason="bank", key=key)
                for n in range(20)
            )
        )
    assert len(set(map(msgspec.json.encode, funded))) == 1
    rivals.funded[payer.id] += 5_00
    await rivals.check()


async def test_another_body_under_a_used_key_is_refused(rivals):
    payer = rivals.town.payers[3]
    wish = rivals.town.pays(payer, rivals.shop, 2_00)
    other = rivals.town.pays(payer, rivals.shop, 3_00)
    intent = msgspec.structs.replace(other.intent, key=wish.key)
    request = msgspec.structs.replace(
        other.request, intent=intent, signature=payer.key.sign(intent.signed_bytes())
    )
    forged = other.call._replace(key=wish.key, body=msgspec.json.encode(request))
    heard = await rivals.all_at_once([wish.call, forged] * 8)
    told = Counter(outcome(h) for h in heard)
    assert told == {"201": 8, "422 idempotency_body_differs": 8}
    # Whichever of the two came first is the one that was paid, whole.
    (paid,) = {h.body for h in heard if h.status == 201}
    amount = msgspec.json.decode(paid, type=Payment).receipt.amount
    first = wish if amount == 2_00 else Wish(payer, request, forged)
    rivals.truth[wish.key] = (first, next(h for h in heard if h.status == 201))
    await rivals.check()
