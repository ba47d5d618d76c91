"""A town to break things in: people with money, shops with codes and orders, real processes.

Everything is seeded through the service's own parts; money comes from postings.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec

from app.protocol.ids import new_id
from app.protocol.messages.identity import (
    Contact,
    DeviceKey,
    RegistrationRequest,
    Session,
    SignInRequest,
)
from app.protocol.messages.payments import Order, OrderRequest, PaymentIntent, PaymentRequest
from app.protocol.signing import SigningKey
from app.server.config import Config
from app.server.http.tokens import Principal
from app.server.keys import ServiceKeys, make_keys, read_keys, write_keys
from app.server.main import Service, build_service, migrate
from tests.databases import free_port
from tests.faults import wire

PASSPHRASE = "seven purple bicycles argue quietly"
TOGETHER = 32
ROOT = Path(__file__).resolve().parent.parent.parent


@dataclasses.dataclass(frozen=True)
class Payer:
    """A person on one device."""

    session: Session
    key: SigningKey
    contact: Contact
    funds: int

    @property
    def id(self) -> str:
        return self.session.user_id

    @property
    def token(self) -> str:
        return self.session.access_token


@dataclasses.dataclass(frozen=True)
class Shop:
    """A merchant with one store, one till and one printed code."""

    merchant_id: str
    code_id: str
    till: Principal
    till_token: str


@dataclasses.dataclass(frozen=True)
class Wish:
    """A signed payment: the call that carries it, and what it says."""

    payer: Payer
    request: PaymentRequest
    call: wire.Call

    @property
    def intent(self) -> PaymentIntent:
        return self.request.intent

    @property
    def key(self) -> str:
        return self.intent.key

    def asked(self, *, fence: bool = False) -> wire.Call:
        """The question what became of it."""
        query = "?fence=true" if fence else ""
        path = f"/v1/payments/by-key/{self.key}{query}"
        return wire.Call("GET", path, self.payer.token)


@dataclasses.dataclass
class Town:
    """What was seeded, and the settings every process of the service runs with."""

    config: Config
    keys: ServiceKeys
    payers: list[Payer] = dataclasses.field(default_factory=list)
    shops: list[Shop] = dataclasses.field(default_factory=list)

    @contextlib.asynccontextmanager
    async def inside(self) -> AsyncIterator[Service]:
        """The service's parts on the same database, without HTTP."""
        service = build_service(self.config)
        await service.start()
        try:
            yield service
        finally:
            await service.stop()

    async def order(
        self, service: Service, shop: Shop, amount: int, expires_in: int = 7200
    ) -> Order:
        request = OrderRequest(new_id(), amount, "CNY", "", expires_in)
        answer = await service.orders.create(shop.till, new_id(), request)
        assert answer.status == 201, answer.body
        return msgspec.json.decode(answer.body, type=Order)

    def pays(self, payer: Payer, shop: Shop, amount: int, order: Order | None = None) -> Wish:
        """Sign a payment of a printed code, or of an order."""
        intent = PaymentIntent(
            key=new_id(),
            payer=payer.id,
            device=payer.session.device_id,
            payee=shop.merchant_id,
            code_id=order.order_id if order else shop.code_id,
            order_id=order.order_id if order else None,
            amount=amount,
            currency="CNY",
            time=int(time.time() * 1000),
        )
        request = PaymentRequest(intent, payer.key.sign(intent.signed_bytes()))
        body = msgspec.json.encode(request)
        call = wire.Call("POST", "/v1/payments", payer.token, intent.key, body)
        return Wish(payer, request, call)


async def register(service: Service, name: str, funds: int) -> Payer:
    """A person with a device and a token, funded by a real posting."""
    key, contact = SigningKey.generate(), Contact("email", f"{name}@example.org")
    request = RegistrationRequest(
        contact=contact,
        passphrase=PASSPHRASE,
        display_name=name,
        locale="en",
        device=DeviceKey(key.public, "first"),
        time=int(time.time() * 1000),
        signature="",
    )
    request = msgspec.structs.replace(request, signature=key.sign(request.signed_bytes()))
    session = await service.identity.register(request)
    if funds:
        await service.funding.fund(session.user_id, funds, "CNY", reason="seed", key=new_id())
    return Payer(session, key, contact, funds)


async def register_all(service: Service, people: list[tuple[str, int]]) -> list[Payer]:
    """Register these names with these funds, no more at once than may wait for their hash."""
    settled: list[Payer] = []
    for start in range(0, len(people), TOGETHER):
        group = people[start : start + TOGETHER]
        settled += await asyncio.gather(*(register(service, name, funds) for name, funds in group))
    return settled


async def second_device(service: Service, payer: Payer) -> Payer:
    """The same person signed in on another device."""
    key = SigningKey.generate()
    request = SignInRequest(
        payer.contact, PASSPHRASE, DeviceKey(key.public, "second"), int(time.time() * 1000), ""
    )
    request = msgspec.structs.replace(request, signature=key.sign(request.signed_bytes()))
    return dataclasses.replace(payer, session=await service.identity.sign_in(request), key=key)


async def add_shop(service: Service, number: int) -> Shop:
    book = service.merchants
    merchant = await book.add_merchant(f"Shop {number}", mcc="5814", city="Beijing")
    store = await book.add_store(merchant, "Main", city="Beijing")
    terminal = await book.add_terminal(store, "Till", SigningKey.generate().public)
    code_id, _ = await book.add_code(store, "CNY")
    expires = int(time.time() * 1000) + 3_600_000
    till = Principal("till", terminal, terminal, "", merchant, store, expires)
    return Shop(merchant, code_id, till, service.tokens.issue(till))


async def found(folder: Path, database_url: str, funds: list[int], shops: int) -> Town:
    """Migrate a database and settle people (one for each entry of ``funds``) and shops in it."""
    config = Config(
        data_dir=folder,
        database_url=database_url,
        static_code_daily_cap=10**9,
        access_seconds=3600,
        hash_memory=64,
        hash_passes=1,
        rate_limits=False,
        log_level="error",
    )
    folder.mkdir(parents=True, exist_ok=True)
    write_keys(config.keys_path, make_keys("demo"))
    await migrate(config)
    town = Town(config, read_keys(config.keys_path, config.mode))
    async with town.inside() as service:
        people = [(f"payer{n}", money) for n, money in enumerate(funds)]
        town.payers = await register_all(service, people)
        for number in range(shops):
            town.shops.append(await add_shop(service, number))
    return town


class Process:
    """``kbean server run`` as processes of its own, in a session of its own.

    A drill that starts many of them asks for :class:`tests.faults.nursery.Forked`.
    """

    def __init__(self, config: Config, *, workers: int = 1, port: int = 0) -> None:
        """Start it; :meth:`up` waits until it answers."""
        self.port = port or free_port()
        self.log = config.data_dir / "service.log"
        environment = {
            **os.environ,
            "KBEAN_PORT": str(self.port),
            "KBEAN_WORKERS": str(workers),
            "KBEAN_DATA_DIR": str(config.data_dir),
            "KBEAN_DATABASE_URL": config.database_url,
            "KBEAN_STATIC_CODE_DAILY_CAP": str(config.static_code_daily_cap),
            "KBEAN_ACCESS_SECONDS": str(config.access_seconds),
            "KBEAN_RATE_LIMITS": "false",
            "KBEAN_LOG_LEVEL": config.log_level,
            # What a killed process leaves behind goes with the test's folder.
            "TMPDIR": str(config.data_dir),
        }
        self._begin(environment)

    def _begin(self, environment: dict[str, str]) -> None:
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "app", "server", "run"],
                env=environment,
                cwd=ROOT,
                start_new_session=True,
                stdout=log,
                stderr=log,
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    def _ended(self) -> bool:
        return self._process.poll() is not None

    def _wait(self, seconds: float | None = None) -> None:
        self._process.wait(seconds)

    async def up(self) -> None:
        """Wait until it answers; a process that ends instead says why."""
        async with asyncio.timeout(120):
            while not await wire.is_ready(self.port):
                assert not self._ended(), self.log.read_text()[-4000:]
                await asyncio.sleep(0.02)

    def kill(self) -> None:
        """``kill -9`` of the process and all its workers, at one moment; harmless to repeat."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self._wait()

    def stop(self) -> None:
        """Ask it to end as an operator would, and wait for it."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGTERM)
        try:
            self._wait(30)
        finally:
            self.kill()
