"""``kill -9`` of the service between a code's scan and its end: the till comes back, one truth."""

from __future__ import annotations

import asyncio
import dataclasses
import random
import time
from collections import Counter
from pathlib import Path

import msgspec
import pytest

from app.protocol.codes import payment_code
from app.protocol.ids import new_id
from app.protocol.messages.charges import Charge, ChargeRequest, CodesRequest, PayerCodes
from app.protocol.messages.payments import PaymentIntent, PaymentRequest
from app.protocol.signing import decode_bytes
from app.server.db.engine import create_engine
from app.server.http.tokens import Principal
from app.server.ledger import invariants as ledger
from app.server.payments import invariants as payments_rules
from app.server.points import invariants as points_rules
from tests.faults import town as towns
from tests.faults import wire
from tests.faults.nursery import Forked
from tests.faults.town import Payer, Process, Shop, Town
from tests.faults.wire import Call, Heard

PAYERS = 16
SMALL, BIG = 700, 25_000
FUNDS = 10**6
ENDS = {"success", "failed", "closed", "revoked"}


@dataclasses.dataclass
class Sale:
    """One charge, its till and payer, and everything that was heard of it."""

    shop: Shop
    payer: Payer
    request: ChargeRequest
    key: str = dataclasses.field(default_factory=new_id)
    heard: list[Charge] = dataclasses.field(default_factory=list)
    yes: Call | None = None
    reversed: bool = False

    def charge(self) -> Call:
        body = msgspec.json.encode(self.request)
        return Call("POST", "/v1/charges", self.shop.till_token, self.key, body)

    def reverse(self) -> Call:
        path = f"/v1/charges/{self.request.out_trade_no}/reverse"
        return Call("POST", path, self.shop.till_token, body=b"{}")

    def query(self) -> Call:
        return Call("GET", f"/v1/charges/{self.request.out_trade_no}", self.shop.till_token)

    def says_yes(self, charge: Charge) -> Call:
        intent = PaymentIntent(
            key=new_id(),
            payer=self.payer.id,
            device=self.payer.session.device_id,
            payee=self.shop.merchant_id,
            code_id=charge.charge_id,
            order_id=charge.charge_id,
            amount=charge.amount,
            currency="CNY",
            time=int(time.time() * 1000),
        )
        signature = self.payer.key.sign(intent.signed_bytes())
        body = msgspec.json.encode(PaymentRequest(intent, signature))
        return Call("POST", "/v1/payments", self.payer.token, intent.key, body)


def read(heard: Heard) -> Charge:
    assert heard.status in {200, 201, 202}, heard
    return msgspec.json.decode(heard.body, type=Charge)


async def open_books(town: Town) -> dict[str, PayerCodes]:
    """Everybody's handles, as their wallets hold them."""
    async with town.inside() as service:
        found = {}
        for payer in town.payers:
            session = payer.session
            person = Principal(
                "person", payer.id, session.session_id, session.device_id, "", "", 2**50
            )
            found[payer.id] = await service.charges.handles.issue(person, CodesRequest())
    return found


def sales_of(town: Town, books: dict[str, PayerCodes], place: int, amount: int) -> list[Sale]:
    """A sale for everybody: the code of one of their handles."""
    sales, at = [], int(time.time())
    for number, payer in enumerate(town.payers):
        handle = [h for h in books[payer.id].handles if not h.must_confirm][place]
        code = payment_code.generate(decode_bytes(handle.key), handle.handle, at, 0)
        shop = town.shops[number % len(town.shops)]
        sales.append(Sale(shop, payer, ChargeRequest(new_id(), amount, "CNY", code)))
    return sales


class Storm:
    """Everything at once, until the service dies after so many answers."""

    def __init__(self, process: Process, kill_after: int) -> None:
        self._process = process
        self._left = kill_after
        self.lost = 0

    async def send(self, sale: Sale, call: Call) -> None:
        heard = await wire.send(self._process.port, call)
        if heard is None:
            self.lost += 1
            return
        assert heard.status < 500 or heard.code == "busy", heard
        if call.path.startswith("/v1/charges") and heard.status < 400:
            sale.heard.append(read(heard))
        self._left -= 1
        if self._left == 0:
            self._process.kill()


async def until_final(port: int, sale: Sale) -> Charge:
    """What a till does that comes back: the same request again, or the reversal it had begun."""
    async with asyncio.timeout(120):
        while True:
            heard = await wire.ask(port, sale.reverse() if sale.reversed else sale.charge())
            if sale.yes is not None and not sale.reversed:
                again = await wire.ask(port, sale.yes)
                assert again.status in {201, 409, 410, 503}, again
            assert heard.status < 500 or heard.code == "busy", heard
            found = read(await wire.ask(port, sale.query()))
            if found.state in ENDS:
                return found
            await asyncio.sleep(0.05)


def check_promises(sale: Sale, final: Charge) -> None:
    """What was told before the kill is still so, or went on along an arrow."""
    for told in sale.heard:
        assert told.charge_id == final.charge_id
        if told.state == "success":
            assert final.state == ("revoked" if sale.reversed else "success")
        elif told.state in {"closed", "failed", "revoked"}:
            assert final.state == told.state
        elif told.state == "reversing":
            assert final.state == "revoked"


async def check_rules(town: Town) -> None:
    engine = create_engine(town.config.database)
    try:
        rules = [
            *await ledger.check(engine),
            *await payments_rules.check(engine),
            *await points_rules.check(engine),
        ]
    finally:
        await engine.dispose()
    broken = [f"{rule.name}: {line}" for rule in rules for line in rule.findings]
    assert not broken, "\n".join(broken)


async def check_balances(town: Town, sales: list[tuple[Sale, Charge]]) -> None:
    async with town.inside() as service:
        for payer in town.payers:
            spent = sum(
                final.amount
                for sale, final in sales
                if sale.payer.id == payer.id and final.state == "success"
            )
            (money,) = [
                account
                for account in (await service.activity.account_list(payer.id)).accounts
                if account.currency == "CNY"
            ]
            assert money.available == FUNDS - spent


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_kill_nine_at_every_arrow(postgresql: str, tmp_path: Path) -> None:
    chance = random.Random(20261123)
    town = await towns.found(tmp_path / "service", postgresql, [FUNDS] * PAYERS, shops=3)
    books = await open_books(town)
    done: list[tuple[Sale, Charge]] = []
    count: Counter[str] = Counter()
    process = Forked(town.config)
    try:
        await process.up()
        # Before the storm: some are paid, some ask their payer.
        paid = sales_of(town, books, 0, SMALL)
        asked = sales_of(town, books, 1, BIG)
        for sale in (*paid, *asked):
            sale.heard.append(read(await wire.ask(process.port, sale.charge())))
        fresh = sales_of(town, books, 2, SMALL)
        wishes = [(sale, sale.charge()) for sale in fresh]
        # The first one never answers: reversed, it is closed for certain.
        for sale in asked[1:]:
            sale.yes = sale.says_yes(sale.heard[0])
            wishes.append((sale, sale.yes))
        for sale in (*paid[::2], *asked[::3], *fresh[::4]):
            sale.reversed = True
            wishes.append((sale, sale.reverse()))
        chance.shuffle(wishes)
        storm = Storm(process, chance.randrange(len(wishes) // 4, len(wishes) * 3 // 4))
        await asyncio.gather(*(storm.send(*wish) for wish in wishes))
        assert storm.lost
        process = Forked(town.config, port=process.port)
        await process.up()
        sales = [*paid, *asked, *fresh]
        ends = await asyncio.gather(*(until_final(process.port, sale) for sale in sales))
        for sale, final in zip(sales, ends, strict=True):
            check_promises(sale, final)
            count[final.state] += 1
            done.append((sale, final))
        await check_rules(town)
    finally:
        process.kill()
    await check_balances(town, done)
    # Every end was met: paid, taken back, and never paid at all.
    assert count["success"]
    assert count["revoked"]
    assert count["closed"]
