"""Random days between friends and a till: every answer is foreseen, every book stays right."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

import httpx
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.protocol.messages.payments import Order
from app.server.db.engine import writing
from app.server.payments.holds.tables import authorisations
from tests.server.payments.holds.tilling import accounts, capture_raw, hold_raw, release, wanted
from tests.server.payments.street import check_books, once
from tests.server.payments.transfers.friends import (
    ask,
    intent,
    post,
    send,
    signed,
    transfer,
    word_for,
)
from tests.server.world import Person, Till, World, code_of

FRIENDS = 3
who = st.integers(0, FRIENDS - 1)
some = st.integers(1, 900)
nth = st.integers(0, 5)
steps = st.one_of(
    st.tuples(st.just("transfer"), who, who, some),
    st.tuples(st.just("ask"), who, who, some),
    st.tuples(st.just("pay"), who, nth, some),
    st.tuples(st.just("decline"), who, nth, some),
    st.tuples(st.just("cancel"), who, nth, some),
    st.tuples(st.just("hold"), who, nth, some),
    st.tuples(st.just("capture"), who, nth, some),
    st.tuples(st.just("release"), who, nth, some),
    st.tuples(st.just("run_out"), who, nth, some),
)


@dataclass
class Asked:
    """A request for money as it should be."""

    request_id: str
    asker: int
    asked: int | None
    amount: int
    state: str = "open"


@dataclass
class Held:
    """A pre-authorisation as it should be."""

    order: Order
    payer: int
    amount: int
    state: str = "held"


@dataclass
class Circle:
    """Friends who know each other, a till, and what everybody should have."""

    people: list[Person]
    till: Till
    words: dict[tuple[int, int], str]
    posted: list[int] = field(default_factory=list)
    pending: list[int] = field(default_factory=list)
    requests: list[Asked] = field(default_factory=list)
    holds: list[Held] = field(default_factory=list)

    def free(self, number: int) -> int:
        return self.posted[number] - self.pending[number]

    async def do(self, step: tuple[str, int, int, int]) -> None:
        word, a, b, amount = step
        await getattr(self, word)(a, b, amount)

    async def transfer(
        self, a: int, b: int, amount: int, request: Asked | None = None, code: str = ""
    ) -> None:
        """Send, twice the same; the answer is what the model says."""
        if a == b:
            return
        asked = None if request is None else request.request_id
        wish = intent(self.people[a], self.words[a, b], amount, request_id=asked)
        once_signed = signed(self.people[a], wish, passphrase=None)
        first, again = await asyncio.gather(*(send(self.people[a], once_signed) for _ in range(2)))
        assert first.content == again.content
        foreseen = code or ("insufficient_funds" if amount > self.free(a) else "")
        self.check(first, foreseen)
        if not foreseen:
            self.posted[a] -= amount
            self.posted[b] += amount
            if request is not None:
                request.state = "paid"

    def check(self, answer: httpx.Response, foreseen: str) -> None:
        told = "" if answer.status_code < 300 else code_of(answer)
        assert told == foreseen, answer.text

    async def ask(self, a: int, b: int, amount: int) -> None:
        """Somebody in particular, or a link where it would be oneself."""
        ref = None if a == b else self.words[a, b]
        made = await ask(self.people[a], amount, payee_ref=ref)
        self.requests.append(Asked(made.request_id, a, None if a == b else b, amount))

    def request(self, number: int) -> Asked | None:
        return self.requests[number % len(self.requests)] if self.requests else None

    async def pay(self, a: int, number: int, _amount: int) -> None:
        request = self.request(number)
        if request is None or request.asker == a:
            return
        code = "" if request.state == "open" else "money_request_closed"
        if request.asked not in (None, a):
            code = "money_request_not_found"
        await self.transfer(a, request.asker, request.amount, request, code)

    async def end(self, a: int, number: int, word: str, state: str) -> None:
        request = self.request(number)
        if request is None:
            return
        mine = request.asker == a if word == "cancel" else request.asked == a
        path = f"/v1/money-requests/{request.request_id}/{word}"
        for _ in range(2):
            answer = await post(self.people[a], path, None)
            if not mine:
                self.check(answer, "money_request_not_found")
            elif request.state in {"open", state}:
                self.check(answer, "")
                request.state = state
            else:
                self.check(answer, "money_request_closed")

    async def decline(self, a: int, number: int, _amount: int) -> None:
        await self.end(a, number, "decline", "declined")

    async def cancel(self, a: int, number: int, _amount: int) -> None:
        await self.end(a, number, "cancel", "cancelled")

    async def hold(self, a: int, _number: int, amount: int) -> None:
        order = await self.till.order(amount, hold=True)
        wish = await wanted(self.people[a], order)
        same = {"key": wish.key, "time": wish.time}
        first, again = await asyncio.gather(
            *(hold_raw(self.people[a], order, **same) for _ in range(2))
        )
        assert first.content == again.content
        self.check(first, "insufficient_funds" if amount > self.free(a) else "")
        if first.status_code == 201:
            self.pending[a] += amount
            self.holds.append(Held(order, a, amount))

    def held(self, number: int) -> Held | None:
        return self.holds[number % len(self.holds)] if self.holds else None

    async def capture(self, _a: int, number: int, amount: int) -> None:
        held = self.held(number)
        if held is None:
            return
        captured = f"captured {amount}"
        # The same number and amount is the same capture, however late it is asked for again.
        code = "" if held.state in {"held", captured} else "hold_closed"
        if held.state == "held" and amount > held.amount:
            code = "capture_too_large"
        for _ in range(2):
            self.check(await capture_raw(self.till, held.order, amount, f"C{amount}"), code)
        if held.state == "held" and not code:
            held.state = captured
            self.pending[held.payer] -= held.amount
            self.posted[held.payer] -= amount

    async def release(self, _a: int, number: int, _amount: int) -> None:
        held = self.held(number)
        if held is None:
            return
        captured = held.state.startswith("captured")
        for _ in range(2):
            self.check(await release(self.till, held.order), "hold_closed" if captured else "")
        self.let_go(held, "released")

    async def run_out(self, _a: int, number: int, _amount: int) -> None:
        """The hold's time is over; the clock comes by twice."""
        held = self.held(number)
        if held is None or held.state != "held":
            return
        service = self.till.world.service
        async with writing(service.engine) as connection:
            await connection.execute(
                sa.update(authorisations)
                .where(authorisations.c.order_id == held.order.order_id)
                .values(expires_at=1)
            )
        await asyncio.gather(*(service.holds.holds.expire() for _ in range(2)))
        self.let_go(held, "expired")

    def let_go(self, held: Held, state: str) -> None:
        if held.state == "held":
            held.state = state
            self.pending[held.payer] -= held.amount


kept: list[Circle] = []


async def circle(street: World) -> Circle:
    """The friends of this process, as rich as they are now, with nothing open."""
    if not kept:
        people = [await street.person(1_000) for _ in range(FRIENDS)]
        pairs = [(a, b) for a in range(FRIENDS) for b in range(FRIENDS) if a != b]
        words = {(a, b): await word_for(people[a], people[b]) for a, b in pairs}
        for a, b in pairs:
            await transfer(people[a], words[a, b], 1)
        kept.append(Circle(people, await street.till(), words))
    (friends,) = kept
    friends.requests.clear()
    friends.holds.clear()
    have = [await accounts(person) for person in friends.people]
    friends.posted[:] = [posted for posted, _, _ in have]
    friends.pending[:] = [pending for _, pending, _ in have]
    return friends


@once
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(steps, min_size=6, max_size=14))
async def test_whatever_friends_do_nothing_is_lost(
    street: World, day: list[tuple[Any, int, int, int]]
):
    friends = await circle(street)
    for step in day:
        await friends.do(step)
    for number, person in enumerate(friends.people):
        posted, pending, _ = await accounts(person)
        assert (posted, pending) == (friends.posted[number], friends.pending[number])
    await check_books(street)
    for held in friends.holds:
        await release(friends.till, held.order)
