"""Builds accounts and pay-like plans: what the payments domain does, without it."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from app.protocol.errors import KBeanError
from app.protocol.ids import new_id
from app.server.db.engine import reading, writing
from app.server.ledger.accounts import Directory, open_accounts, open_operator
from app.server.ledger.chart import OPERATOR, POINTS
from app.server.ledger.plan import Answer, Draft, Idempotency, Leg, Plan
from app.server.ledger.tables import accounts
from app.server.ledger.writer import Writer
from app.server.points.lots import add_lot

Inspect = Callable[[Draft], None]


@dataclass
class Person:
    id: str
    money: int
    points: int


@dataclass
class Merchant:
    id: str
    money: int


class Shop:
    def __init__(self, engine: AsyncEngine, writer: Writer) -> None:
        self.engine = engine
        self.writer = writer
        self.people: list[Person] = []
        self.merchants: list[Merchant] = []
        self.bank = self.clearing = self.issued = 0

    async def open(self, people: int, merchants: int) -> None:
        await open_operator(self.engine, ["CNY"])
        persons = [new_id() for _ in range(people)]
        traders = [new_id() for _ in range(merchants)]
        async with writing(self.engine) as connection:
            for owner in persons:
                await open_accounts(connection, owner, [("person", "CNY"), ("points", POINTS)])
            for owner in traders:
                await open_accounts(connection, owner, [("merchant", "CNY")])
        directory = Directory(self.engine)

        async def number(owner: str, kind: str, currency: str = "CNY") -> int:
            found = await directory.find(owner, kind, currency)
            assert found is not None
            return found

        self.bank = await number(OPERATOR, "safeguarded_bank")
        self.clearing = await number(OPERATOR, "funding_clearing")
        self.issued = await number(OPERATOR, "points_issued", POINTS)
        for owner in persons:
            money, points = await number(owner, "person"), await number(owner, "points", POINTS)
            self.people.append(Person(owner, money, points))
        self.merchants += [Merchant(owner, await number(owner, "merchant")) for owner in traders]

    def fund(self, person: Person, amount: int) -> Plan:
        def decide(draft: Draft) -> Answer:
            legs = [
                Leg(self.bank, self.clearing, amount),
                Leg(self.clearing, person.money, amount),
            ]
            draft.post("top_up", legs, event_at=draft.now - 5)
            return Answer(201, b"{}")

        return Plan(
            decide,
            accounts=(self.bank, self.clearing, person.money),
            idempotency=Idempotency(OPERATOR, "fundings", new_id(), b"x"),
        )

    def pay(
        self,
        payer: Person,
        payee: Merchant,
        amount: int,
        *,
        key: str | None = None,
        inspect: Inspect | None = None,
    ) -> Plan:
        body = hashlib.sha256(f"{payer.id} {payee.id} {amount}".encode()).digest()
        lot_id = new_id()

        def decide(draft: Draft) -> Answer:
            if inspect is not None:
                inspect(draft)
            beans = amount // 100
            legs = [Leg(payer.money, payee.money, amount)]
            if beans:
                legs.append(Leg(self.issued, payer.points, beans))
            posted = draft.post(
                "payment", legs, event_at=draft.now - 10, intent=body, signature=b"s" * 64
            )
            add_lot(
                draft,
                posted,
                lot_id=lot_id,
                account_id=payer.points,
                beans=beans,
                expires_at=draft.now + 1000,
            )
            told = {"journal": posted.journal_id, "balance": draft.account(payer.money).posted}
            return Answer(201, msgspec.json.encode(told))

        return Plan(
            decide,
            accounts=(payer.money, payee.money, self.issued, payer.points),
            idempotency=Idempotency(payer.id, "payments", key or new_id(), body),
        )

    async def balance(self, account_id: int) -> int:
        async with reading(self.engine) as connection:
            found = await connection.scalar(
                sa.select(accounts.c.posted).where(accounts.c.id == account_id)
            )
        assert found is not None
        return int(found)

    async def rows(self, text: str) -> list[tuple]:
        async with reading(self.engine) as connection:
            return [tuple(row) for row in await connection.execute(sa.text(text))]


@asynccontextmanager
async def open_shop(
    engine: AsyncEngine, *, people: int = 4, merchants: int = 2, money: int = 10_000
) -> AsyncIterator[Shop]:
    writer = Writer(engine)
    shop = Shop(engine, writer)
    await shop.open(people, merchants)
    await writer.start()
    for person in shop.people:
        assert (await writer.submit(shop.fund(person, money))).status == 201
    yield shop
    await writer.stop()


def code_of(answer: Answer) -> str:
    return str(msgspec.json.decode(answer.body)["code"])


def refuse(code: str) -> Inspect:
    def inspect(_draft: Draft) -> None:
        raise KBeanError(code)

    return inspect
