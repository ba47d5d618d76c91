"""A till and a wallet through the SDK: three seconds, forty-five, and the end; what they hear."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import msgspec
import pytest

from app.protocol.errors import KBeanError
from app.protocol.messages.charges import Charge, ChargeRequest
from app.protocol.messages.stream import Changed, ServiceFrame
from app.sdk.address import ServiceAddress
from app.sdk.client import ServiceClient
from app.sdk.codes import PayerCodeBook
from app.sdk.retry import RetryPolicy
from app.sdk.stream import EventStream, Token
from app.sdk.till import TillClient
from app.sdk.till_charges import Charges
from app.sdk.transport import Transport
from tests.databases import free_port
from tests.server.payments.charges.stall import Book, confirm, confirmations, number, stall, yes
from tests.server.payments.street import once
from tests.server.world import Person, Till, World


async def _keep(_session: object) -> None:
    """Nobody keeps the session of a test."""


@contextlib.asynccontextmanager
async def counter(till: Till) -> AsyncIterator[Charges]:
    address = ServiceAddress.parse(till.world.url)
    client = TillClient(Transport(address, retry=RetryPolicy(attempts=1)), till.id, till.key)
    try:
        yield Charges(client)
    finally:
        await client.close()


@contextlib.asynccontextmanager
async def wallet(person: Person) -> AsyncIterator[PayerCodeBook]:
    transport = Transport(ServiceAddress.parse(person.world.url))
    client = ServiceClient(transport, person.key, person.session, _keep)
    try:
        yield PayerCodeBook(client)
    finally:
        await transport.close()


@dataclass
class Ear:
    """Hears the stream for one address."""

    topics: list[str] = field(default_factory=list)
    live: bool = False

    async def cursors(self) -> dict[str, int]:
        return {}

    async def received(self, frame: ServiceFrame) -> None:
        if isinstance(frame, Changed):
            self.topics += frame.topics

    def linked(self, link: str, _close_code: int | None) -> None:
        self.live = link == "live"


@contextlib.asynccontextmanager
async def hearing(url: str, token: str) -> AsyncIterator[Ear]:
    ear = Ear()

    async def tokens(_refused: str | None) -> Token:
        return Token(token, 2**50)

    stream = EventStream(ServiceAddress.parse(url), tokens, ear)
    running = asyncio.create_task(stream.run())
    try:
        await until(lambda: ear.live)
        yield ear
    finally:
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running


async def until(condition) -> None:
    async with asyncio.timeout(30):
        while not condition():
            await asyncio.sleep(0.02)


def wish(book: Book, amount: int = 500) -> ChargeRequest:
    return ChargeRequest(number(), amount, "CNY", book.code(), "Tea")


@once
async def test_a_wallet_gets_its_codes_and_says_no(street: World):
    till, person, book = await stall(street)
    async with counter(till) as charges, wallet(person) as codes:
        fresh = await codes.issue([handle.handle for handle in book.codes.handles])
        fresh_book = Book(person, fresh)
        with pytest.raises(KBeanError, match="payer_code_revoked"):
            await charges.charge(wish(book))
        paid = await charges.charge(wish(fresh_book))
        assert [use.charge_id for use in (await codes.uses()).items] == [paid.charge_id]
        asked = await charges.charge(wish(fresh_book, 30_000))
        (waiting,) = (await codes.confirmations()).items
        assert (await codes.decline(waiting.charge_id)).items == []
        assert (await charges.query(asked.out_trade_no)).failure == "payer_declined"


@once
async def test_it_asks_until_the_payer_has_said_yes(street: World):
    till, person, book = await stall(street)
    states: list[str] = []

    async def pay_meanwhile() -> None:
        async with wallet(person) as codes:
            while not (waiting := (await codes.confirmations()).items):
                await asyncio.sleep(0.02)
        answer = await person.send(person.signed(yes(person, waiting[0])))
        assert answer.status_code == 201

    async with counter(till) as charges:
        request = wish(book, 30_000)
        paying = asyncio.create_task(pay_meanwhile())
        paid = await charges.charge_until_final(
            request, every=0.05, give_up=30, seen=lambda charge: states.append(charge.state)
        )
        await paying
        assert paid.state == "success"
        assert states[0] == "userpaying"
        # Called again after an interruption it is the same sale.
        again = await charges.charge_until_final(request, every=0.05, give_up=30)
        assert again == paid


@once
async def test_it_gives_up_and_has_it_reversed(street: World):
    till, person, book = await stall(street)
    async with counter(till) as charges:
        ended = await charges.charge_until_final(wish(book, 30_000), every=0.05, give_up=0.2)
        assert (ended.state, ended.failure) == ("closed", "reversed")
        used = msgspec.structs.replace(wish(book), code="88" + "0" * 16)
        with pytest.raises(KBeanError, match="payer_code_unknown"):
            await charges.charge_until_final(used, every=0.05, give_up=0.2)
        assert await person.available() == 100_000


@once
async def test_a_till_that_sleeps_between_query_and_reverse_gives_the_money_back(street: World):
    till, person, book = await stall(street)
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    def seen(charge: Charge) -> None:
        states.append(charge.state)

    states: list[str] = []
    async with counter(till) as charges:
        request = wish(book, 30_000)
        assert (await charges.charge(request)).state == "userpaying"
        # The payer's yes lands after the last question.
        (waiting,) = await confirmations(person)
        assert (await confirm(person, waiting)).status_code == 201
        ended = await charges.reverse_until_final(
            request.out_trade_no, every=0.05, seen=seen, sleep=sleep
        )
        assert (ended.state, states, pauses) == ("revoked", ["revoked"], [])
        assert await person.available() == 100_000


@once
async def test_a_till_asks_through_trouble(street: World):
    till, person, book = await stall(street)
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)
        # The way was broken from the start; it is mended while the till waits.
        transport.address = ServiceAddress.parse(street.url)
        await transport.close()

    away = ServiceAddress.parse(f"http://127.0.0.1:{free_port()}")
    transport = Transport(ServiceAddress.parse(street.url), retry=RetryPolicy(attempts=1))
    client = TillClient(transport, till.id, till.key)
    try:
        await client.sign_in()
        await transport.close()
        transport.address = away
        charges = Charges(client)
        paid = await charges.charge_until_final(wish(book), every=1, give_up=30, sleep=sleep)
        assert (paid.state, waits) == ("success", [1])
        await transport.close()
        transport.address = away
        back = await charges.reverse_until_final(paid.out_trade_no, every=1, sleep=sleep)
        assert (back.state, waits) == ("revoked", [1, 1])
    finally:
        await transport.close()
    assert await person.available() == 100_000


@once
async def test_wallet_and_till_hear_of_everything_at_once(street: World):
    till, person, book = await stall(street)
    async with (
        hearing(street.url, person.session.access_token) as payer,
        hearing(street.url, till.token) as seller,
        counter(till) as charges,
    ):
        await charges.charge(wish(book))
        await until(lambda: {"codes", "accounts", "activity"} <= set(payer.topics))
        await until(lambda: "orders" in seller.topics)
        payer.topics.clear()
        seller.topics.clear()
        asked = await charges.charge(wish(book, 30_000))
        await until(lambda: "confirmations" in payer.topics)
        await until(lambda: "orders" in seller.topics)
        seller.topics.clear()
        (waiting,) = await confirmations(person)
        assert (await confirm(person, waiting)).status_code == 201
        await until(lambda: "orders" in seller.topics)
        payer.topics.clear()
        await charges.reverse(asked.out_trade_no)
        await until(lambda: {"codes", "accounts"} <= set(payer.topics))
        # An order that is scanned tells its till too.
        seller.topics.clear()
        order = await till.order(700)
        await person.pay(await person.resolve(order.code))
        await until(lambda: "orders" in seller.topics)
