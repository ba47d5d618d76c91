"""Who is at the market: shops with tills and cashiers, people with wallets; all seeded for real."""

from __future__ import annotations

import dataclasses
import random
from pathlib import Path

from app.protocol.codes import payment_code
from app.protocol.ids import new_id
from app.protocol.messages.charges import PayerHandle
from app.protocol.signing import SigningKey, decode_bytes
from app.sdk.address import ServiceAddress
from app.sdk.client import ServiceClient
from app.sdk.codes import PayerCodeBook
from app.sdk.retry import RetryPolicy
from app.sdk.till import TillClient
from app.sdk.till_charges import Charges
from app.sdk.till_counter import Counter
from app.sdk.till_refunds import Refunds
from app.sdk.transport import TimeLimits, Transport
from app.server.main import Service
from app.server.points.office import NewRule
from tests.faults import town as towns
from tests.faults.town import Payer, Town

PIN = "271828"


@dataclasses.dataclass
class Wallet:
    """A person with a device, and what they believe to have."""

    payer: Payer
    client: ServiceClient
    balance: int
    handle: PayerHandle | None = None
    counter: int = 0

    @property
    def id(self) -> str:
        return self.payer.id

    async def code(self) -> str:
        """The next code of this device, made without asking anybody once handles are here."""
        if self.handle is None:
            codes = await PayerCodeBook(self.client).issue()
            self.handle = next(h for h in codes.handles if not h.must_confirm)
        self.counter += 1
        key = decode_bytes(self.handle.key)
        at = self.client.clock.time_ms() // 1000
        return payment_code.generate(key, self.handle.handle, at, self.counter)


@dataclasses.dataclass
class Till:
    """A counter and its shift, as its cashier counts it."""

    client: TillClient
    merchant_id: str
    code_id: str
    cashier: str
    supervisor: str
    shift: str
    sales: dict[str, int] = dataclasses.field(default_factory=dict)
    returns: dict[str, int] = dataclasses.field(default_factory=dict)
    printed: dict[str, int] = dataclasses.field(default_factory=dict)
    payer_of: dict[str, Wallet] = dataclasses.field(default_factory=dict)

    def __post_init__(self) -> None:
        self.charges = Charges(self.client)
        self.refunds = Refunds(self.client)
        self.counter = Counter(self.client)


@dataclasses.dataclass
class Market:
    """The whole square."""

    town: Town
    wallets: list[Wallet]
    tills: list[Till]
    chance: random.Random
    transports: list[Transport]

    async def close(self) -> None:
        for transport in self.transports:
            await transport.close()
        for till in self.tills:
            await till.client.close()


async def settle_in(
    folder: Path, database_url: str, port: int, *, wallets: int, shops: int, tills: int
) -> Market:
    """Seed it; everybody speaks to 127.0.0.1:``port``."""
    town = await towns.found(folder, database_url, [], shops=0)
    chance = random.Random(20261123)
    async with town.inside() as service:
        purses = [(f"w{n}", chance.randrange(100_00, 900_00)) for n in range(wallets)]
        town.payers = await towns.register_all(service, purses)
        await service.points.office.add_rule(
            NewRule(name="Market day", currency="CNY", per=1_00, beans=10, lifetime_days=365)
        )
        await service.points.office.fund_promotions(10_000_00, "CNY", reason="day", key=new_id())
        made = [
            till
            for number in range(shops)
            for till in await _shop(service, number, tills // shops, port)
        ]
    address = ServiceAddress.parse(f"http://127.0.0.1:{port}")
    transports = [_patient(address) for _ in range(8)]
    people = [
        Wallet(
            payer,
            ServiceClient(transports[n % len(transports)], payer.key, payer.session, _keep),
            payer.funds,
        )
        for n, payer in enumerate(town.payers)
    ]
    return Market(town, people, made, chance, transports)


def _patient(address: ServiceAddress) -> Transport:
    """A service that is killed and starts again is away for some seconds."""
    return Transport(
        address,
        limits=TimeLimits(connect=5.0, answer=60.0),
        retry=RetryPolicy(attempts=60, cap=2.0),
    )


async def _keep(_session: object) -> None:
    """Tokens outlive the day."""


async def _shop(service: Service, number: int, tills: int, port: int) -> list[Till]:
    book = service.merchants
    merchant = await book.add_merchant(f"Stall {number}", mcc="5411", city="Beijing")
    store = await book.add_store(merchant, "Square", city="Beijing")
    code_id, _ = await book.add_code(store, "CNY")
    cashier = await service.counter.add(merchant, "1", "Ah Bo", "cashier", PIN)
    supervisor = await service.counter.add(merchant, "2", "Mei", "supervisor", PIN)
    made = []
    for place in range(tills):
        key = SigningKey.generate()
        terminal = await book.add_terminal(store, f"Till {place}", key.public)
        transport = _patient(ServiceAddress.parse(f"http://127.0.0.1:{port}"))
        client = TillClient(transport, terminal, key)
        made.append(Till(client, merchant, code_id, cashier, supervisor, f"s-{number}-{place}"))
    return made
