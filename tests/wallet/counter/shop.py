"""A shop with a counter against a real service: people who pay, people who sell."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

from app.protocol.codes import payment_code
from app.protocol.ids import new_id
from app.protocol.messages.charges import PayerHandle
from app.protocol.messages.counter import Cashier, CounterSetup
from app.protocol.messages.identity import Contact, DeviceKey, RegistrationRequest
from app.protocol.messages.payments import Payment, PaymentIntent, PaymentRequest
from app.protocol.signing import SigningKey, decode_bytes, encode_bytes
from app.sdk.address import ServiceAddress
from app.sdk.client import PublicClient, ServiceClient
from app.sdk.codes import PayerCodeBook
from app.sdk.till import TillClient
from app.sdk.transport import Transport
from app.server.http.front import now_ms
from app.wallet.counter.sale import Sale
from app.wallet.counter.selling import Pace, Wish
from app.wallet.counter.session import CounterSession
from app.wallet.counter.till_flow import TillFlow, TillState
from app.wallet.vault.vault import Passphrase
from tests.end_to_end.people import CHEAP, PASSPHRASE
from tests.end_to_end.world import Road, World, until, world

PIN = {"1": "1111", "2": "2222", "3": "3333"}
"""Numbers and PINs: 1 the cashier, 2 the supervisor, 3 the manager."""
_STAFF = (("3", "何静", "manager"), ("2", "周明", "supervisor"), ("1", "林婷", "cashier"))


async def _keep(_session: Any) -> None:
    """Nothing is written down in a test."""


@dataclasses.dataclass
class Payer:
    """Somebody with a wallet, without its vault: codes and confirmations through the SDK."""

    client: ServiceClient
    key: SigningKey
    codes: PayerCodeBook
    handle: PayerHandle | None = None
    counter: int = 0

    @property
    def user(self) -> str:
        return self.client.tokens.session.user_id

    async def code(self) -> str:
        """A fresh code."""
        if self.handle is None or self.counter > 2:
            handles = (await self.codes.issue()).handles
            self.handle = next(h for h in handles if not h.must_confirm)
            self.counter = 0
        self.counter += 1
        key = decode_bytes(self.handle.key)
        return payment_code.generate(key, self.handle.handle, now_ms() // 1000, self.counter - 1)

    async def confirm(self) -> Payment:
        """Say yes to the charge that waits."""
        (waiting,) = (await self.codes.confirmations()).items
        return await self.pay(
            waiting.payee.merchant_id,
            waiting.charge_id,
            waiting.charge_id,
            waiting.amount,
        )

    async def scan(self, code: str, amount: int = 0) -> Payment:
        """Pay a merchant's code."""
        found = await self.client.resolve(code)
        return await self.pay(
            found.payee.merchant_id, found.code_id, found.order_id, found.amount or amount
        )

    async def pay(self, payee: str, code_id: str, order_id: str | None, amount: int) -> Payment:
        session = self.client.tokens.session
        intent = PaymentIntent(
            key=new_id(),
            payer=session.user_id,
            device=session.device_id,
            payee=payee,
            code_id=code_id,
            order_id=order_id,
            amount=amount,
            currency="CNY",
            time=now_ms(),
        )
        return await self.client.pay(PaymentRequest(intent, self.key.sign(intent.signed_bytes())))


@dataclasses.dataclass
class Shop:
    """A service, its road, and counters on it."""

    world: World
    file: CounterSetup
    staff: dict[str, str]
    sessions: list[CounterSession] = dataclasses.field(default_factory=list)
    payers: list[Payer] = dataclasses.field(default_factory=list)

    def session(self, name: str = "till", **more: Any) -> CounterSession:
        """A counter on its profile folder; the same name opens the same one again."""
        made = CounterSession(self.world.folder / name, argon2=CHEAP, **more)
        self.sessions.append(made)
        return made

    async def counter(self, name: str = "till", **more: Any) -> CounterSession:
        """A counter that is set up; the manager is signed in and a shift is open."""
        made = self.session(name, **more)
        await made.set_up(self.file, PASSPHRASE)
        self.hurry(made)
        await made.doors.sign_in("3", PIN["3"])
        await made.shifts.open(100_00)
        return made

    async def again(self, name: str = "till", **more: Any) -> CounterSession:
        """The same counter after a restart."""
        made = self.session(name, **more)
        self.hurry(made)
        await made.unlock(Passphrase(PASSPHRASE))
        self.hurry(made)
        return made

    @staticmethod
    def hurry(session: CounterSession, query: float = 0.05, give_up: float = 5.0) -> None:
        """Ask faster than a shop would."""
        session.sales.pace = Pace(query, give_up)
        session.sales.set_pace = lambda pace: None  # type: ignore[method-assign]

    async def payer(self, money: int = 1000_00) -> Payer:
        """Somebody new, with money."""
        key = SigningKey.generate()
        transport = Transport(ServiceAddress.parse(self.world.url))
        public = PublicClient(transport)
        request = RegistrationRequest(
            contact=Contact("email", f"{new_id()}@example.org"),
            passphrase=PASSPHRASE,
            display_name="Ann 安",
            locale="zh-CN",
            device=DeviceKey(key.public, "phone", "test"),
            time=now_ms(),
            signature="",
        )
        signature = key.sign(request.signed_bytes())
        session = await public.register(_signed(request, signature))
        client = ServiceClient(transport, key, session, _keep)
        payer = Payer(client, key, PayerCodeBook(client))
        self.payers.append(payer)
        if money:
            await self.world.service.funding.fund(
                payer.user, money, "CNY", reason="test", key=new_id()
            )
        return payer

    async def money(self, payer: Payer) -> int:
        """What the service says somebody has."""
        accounts = (await payer.client.accounts()).accounts
        return next(a.posted for a in accounts if a.kind == "money")

    def cashier(self, session: CounterSession, number: str) -> Cashier:
        return next(c for c in session.snapshot.cashiers if c.number == number)


def _signed(request: RegistrationRequest, signature: str) -> RegistrationRequest:
    import msgspec

    return msgspec.structs.replace(request, signature=signature)


@contextlib.asynccontextmanager
async def shop(folder: Path, **config: Any) -> AsyncIterator[Shop]:
    """A shop, open, with a service of its own; everything is closed again."""
    async with world(folder, **config) as here, _open(here) as made:
        yield made


@contextlib.asynccontextmanager
async def shop_beside(street: World, folder: Path) -> AsyncIterator[Shop]:
    """A new shop with a road of its own to a service that stands already."""
    book = street.service.merchants
    merchant = await book.add_merchant(
        "KDOU STORE", mcc="5411", city="BEIJING", names={"zh": "K豆便利店"}
    )
    store = await book.add_store(merchant, "Haidian", city="BEIJING")
    key = SigningKey.generate()
    terminal = await book.add_terminal(store, "Till 1", key.public)
    code_id, code = await book.add_code(store, "CNY")
    road = Road(street.road.upstream)
    await road.open()
    till = TillClient.connect(f"http://127.0.0.1:{road.upstream}", terminal, encode_bytes(key.seed))
    here = dataclasses.replace(
        street, road=road, folder=folder, merchant_id=merchant, store_id=store, till=till,
        static_code=code, static_code_id=code_id, sessions=[],
    )  # fmt: skip
    try:
        async with _open(here) as made:
            yield made
    finally:
        await till.close()
        await road.shut()


@contextlib.asynccontextmanager
async def _open(here: World) -> AsyncIterator[Shop]:
    """A terminal and people who sell; everything is closed again."""
    key = SigningKey.generate()
    terminal = await here.service.merchants.add_terminal(here.store_id, "收银台 1", key.public)
    staff = {
        number: await here.service.counter.add(
            here.merchant_id,
            number,
            name,
            role,  # type: ignore[arg-type]
            PIN[number],
        )
        for number, name, role in _STAFF
    }
    file = CounterSetup(here.url, terminal, encode_bytes(key.seed))
    made = Shop(here, file, staff)
    try:
        yield made
    finally:
        for session in made.sessions:
            await session.close()
        for payer in made.payers:
            await payer.client.transport.close()


async def sold(flow: TillFlow, amount: int, code: str) -> Sale:
    """Charge a code and wait for the end."""
    await flow.charge(Wish(amount), code)
    return await ended(flow)


async def ended(flow: TillFlow, seconds: float = 30.0) -> Sale:
    """Wait until a sale has one of its two ends."""
    await until(lambda: flow.view.state in {TillState.PAID, TillState.NOT_PAID}, seconds)
    assert flow.view.sale is not None, flow.view.failure
    return flow.view.sale


Condition = Callable[[], bool]
