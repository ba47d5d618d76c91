"""Random sales by code: every answer is foreseen, and the books are right at the end."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import httpx
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.protocol.messages.charges import ChargeRequest
from app.server.db.engine import writing
from app.server.payments.tables import orders
from tests.server.payments.charges.stall import (
    Book,
    book_of,
    charge_raw,
    confirmations,
    decline,
    find,
    number,
    reverse,
    yes,
)
from tests.server.payments.street import check_books, once
from tests.server.world import Person, Till, World, code_of

FUNDS = 60_000
some = st.sampled_from([1, 700, 19_999, 20_000, 20_001, 45_000])
nth = st.integers(0, 5)
steps = st.one_of(
    st.tuples(st.just("charge"), some),
    st.tuples(st.just("reveal"), some),
    st.tuples(st.just("again"), nth),
    st.tuples(st.just("another"), nth),
    st.tuples(st.just("confirm"), nth),
    st.tuples(st.just("decline"), nth),
    st.tuples(st.just("reverse"), nth),
    st.tuples(st.just("run_out"), nth),
)


@dataclass
class Sale:
    """A charge as it should be."""

    request: ChargeRequest
    state: str
    asked: bool = False
    failure: str = ""
    charge_id: str = ""

    @property
    def told(self) -> str:
        """What the same request is told again: its error code, or nothing."""
        if self.state in {"failed", "closed"} and self.failure not in {"reversed", "expired"}:
            return self.failure
        return "" if self.state in {"success", "userpaying"} else "charge_closed"


@dataclass
class Counter:
    """A till, one payer with codes, and what should be."""

    till: Till
    person: Person
    book: Book
    left: int = FUNDS
    small: int = 0
    place: int = 0
    sales: list[Sale] = field(default_factory=list)

    async def send(self, request: ChargeRequest, sale: str = "") -> httpx.Response:
        return await charge_raw(
            self.till,
            request.code,
            request.amount,
            out_trade_no=sale or request.out_trade_no,
        )

    async def code(self, *, reveal: bool) -> str:
        """A code nobody has seen: of every handle one."""
        handles = [h for h in self.book.codes.handles if h.must_confirm == reveal]
        now = self.book.codes.server_time
        if self.place == sum(h.valid_from <= now < h.valid_until for h in handles) or reveal:
            self.book, self.place = await book_of(self.person), 0
        self.place += not reveal
        return self.book.code(reveal=reveal, place=0 if reveal else self.place - 1)

    async def charge(self, amount: int, *, reveal: bool = False) -> None:
        code = await self.code(reveal=reveal)
        request = ChargeRequest(number(), amount, "CNY", code)
        first, second = await asyncio.gather(*(self.send(request) for _ in range(2)))
        sale = Sale(request, "success")
        if reveal or amount > 20_000 or self.small + amount > 100_000:
            sale.state, sale.asked = "userpaying", True
        elif amount > self.left:
            sale.state, sale.failure = "failed", "insufficient_funds"
        else:
            self.left -= amount
            self.small += amount
        self.sales.append(sale)
        for answer in (first, second):
            self.check(answer, sale)
        sale.charge_id = (await find(self.till, request.out_trade_no)).charge_id

    async def reveal(self, amount: int) -> None:
        await self.charge(amount, reveal=True)

    def check(self, answer: httpx.Response, sale: Sale) -> None:
        assert (code_of(answer) if answer.status_code >= 400 else "") == sale.told, answer.text
        if not sale.told:
            assert answer.json()["state"] == sale.state

    def sale(self, place: int) -> Sale | None:
        return self.sales[place % len(self.sales)] if self.sales else None

    async def again(self, place: int) -> None:
        """The same request under another key."""
        if (sale := self.sale(place)) is not None:
            self.check(await self.send(sale.request), sale)

    async def another(self, place: int) -> None:
        """The same code for another sale, which fails for good."""
        if (sale := self.sale(place)) is not None:
            answer = await self.send(sale.request, number())
            assert code_of(answer) in {"payer_code_used", "payer_code_revoked"}

    async def confirm(self, place: int) -> None:
        if (sale := self.sale(place)) is None:
            return
        waiting = {one.charge_id: one for one in await confirmations(self.person)}
        assert (sale.charge_id in waiting) == (sale.state == "userpaying")
        if sale.state != "userpaying":
            return
        intent = yes(self.person, waiting[sale.charge_id])
        for _ in range(2):
            answer = await self.person.send(self.person.signed(intent))
            if sale.request.amount > self.left and sale.state == "userpaying":
                assert code_of(answer) == "insufficient_funds"
            else:
                assert answer.status_code == 201, answer.text
                self.left -= sale.request.amount if sale.state == "userpaying" else 0
                sale.state = "success"

    async def decline(self, place: int) -> None:
        if (sale := self.sale(place)) is None:
            return
        answer = await decline(self.person, sale.charge_id)
        if not sale.asked:
            assert code_of(answer) == "confirmation_not_found"
        elif sale.state in {"success", "revoked"}:
            assert code_of(answer) == "order_paid"
        elif sale.state == "userpaying":
            sale.state, sale.failure = "closed", "payer_declined"

    async def reverse(self, place: int) -> None:
        if (sale := self.sale(place)) is None:
            return
        if sale.state == "success":
            sale.state = "revoked"
            self.left += sale.request.amount
        elif sale.state == "userpaying":
            sale.state, sale.failure = "closed", "reversed"
        for _ in range(2):
            ended = await reverse(self.till, sale.request.out_trade_no)
            assert (ended.state, ended.failure) == (sale.state, sale.failure)

    async def run_out(self, place: int) -> None:
        if (sale := self.sale(place)) is None or sale.state != "userpaying":
            return
        async with writing(self.till.world.service.engine) as connection:
            await connection.execute(
                sa.update(orders).where(orders.c.id == sale.charge_id).values(expires_at=1)
            )
        # To look at it writes it down, as the tick would; what comes later finds it closed.
        found = await find(self.till, sale.request.out_trade_no)
        assert (found.state, found.failure) == ("closed", "expired")
        sale.state, sale.failure = "closed", "expired"

    async def check_all(self) -> None:
        assert await self.person.available() == self.left
        for sale in self.sales:
            found = await find(self.till, sale.request.out_trade_no)
            assert (found.state, found.failure) == (sale.state, sale.failure)


@once
@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(steps, min_size=4, max_size=14))
async def test_whatever_happens_at_a_counter_there_is_one_truth(
    street: World, day: list[tuple[str, int]]
):
    till, person = await street.till(), await street.person(FUNDS)
    counter = Counter(till, person, await book_of(person))
    for word, value in day:
        await getattr(counter, word)(value)
    await counter.check_all()
    await check_books(street)
