"""A running service behind a real port, and people, tills and codes to play with."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import msgspec

from app.protocol.ids import new_id
from app.protocol.messages.identity import (
    Contact,
    DeviceKey,
    RefreshRequest,
    RegistrationRequest,
    Session,
    SignInRequest,
    TerminalSignInRequest,
    sign_in_bytes,
)
from app.protocol.messages.payments import (
    Order,
    Payment,
    PaymentIntent,
    PaymentRequest,
    Resolution,
    ResolveRequest,
)
from app.protocol.signing import SigningKey
from app.server.config import Config, load_config
from app.server.main import Service
from app.server.runner import running
from tests.databases import migrated_copy

PASSPHRASE = "seven quiet herons walk upstream"
JSON = {"content-type": "application/json"}

FAST: dict[str, Any] = {
    "hash_memory": 64,
    "hash_passes": 1,
    "rate_limits": False,
    "port": 0,
    # The bot's own tests let it speak: everybody else counts messages.
    "bot": "silent",
}
"""Settings that make tests quick and change no rule."""


_LIMITS = httpx.Limits(max_connections=100, keepalive_expiry=2)
"""An idle connection is let go before the service does: a request must not meet its end."""


def now() -> int:
    return time.time_ns() // 1_000_000


def settings(folder: Path, url: str = "", **changes: Any) -> Config:
    return load_config(None, {}, **{**FAST, "data_dir": folder, "database_url": url, **changes})


def code_of(answer: httpx.Response) -> str:
    """The problem's code; checks that it is a whole problem document."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    problem = answer.json()
    assert problem["status"] == answer.status_code
    assert problem["type"] == f"urn:kbean:error:{problem['code']}"
    return str(problem["code"])


@dataclass
class Person:
    world: World
    contact: Contact
    key: SigningKey
    session: Session

    @property
    def headers(self) -> dict[str, str]:
        return JSON | {"authorization": f"Bearer {self.session.access_token}"}

    async def get(self, path: str) -> httpx.Response:
        return await self.world.client.get(path, headers=self.headers)

    async def fund(self, amount: int, currency: str = "CNY") -> None:
        await self.world.service.funding.fund(
            self.session.user_id, amount, currency, reason="test", key=new_id()
        )

    async def resolve_raw(self, text: str) -> httpx.Response:
        body = msgspec.json.encode(ResolveRequest(text))
        return await self.world.client.post("/v1/codes/resolve", content=body, headers=self.headers)

    async def resolve(self, text: str) -> Resolution:
        answer = await self.resolve_raw(text)
        assert answer.status_code == 200, answer.text
        return msgspec.json.decode(answer.content, type=Resolution)

    def intent(self, found: Resolution, amount: int | None = None, **changes: Any) -> PaymentIntent:
        intent = PaymentIntent(
            key=new_id(),
            payer=self.session.user_id,
            device=self.session.device_id,
            payee=found.payee.merchant_id,
            code_id=found.code_id,
            order_id=found.order_id,
            amount=amount if amount is not None else found.amount or 1,
            currency=found.currency,
            time=now(),
        )
        return msgspec.structs.replace(intent, **changes)

    def signed(self, intent: PaymentIntent, note: str = "") -> PaymentRequest:
        return PaymentRequest(intent, self.key.sign(intent.signed_bytes()), note)

    async def send(self, request: PaymentRequest, **headers: str) -> httpx.Response:
        return await self.world.client.post(
            "/v1/payments",
            content=msgspec.json.encode(request),
            headers=self.headers | {"idempotency-key": request.intent.key} | headers,
        )

    async def pay_raw(
        self, found: Resolution, amount: int | None = None, **changes: Any
    ) -> httpx.Response:
        return await self.send(self.signed(self.intent(found, amount, **changes)))

    async def pay(self, found: Resolution, amount: int | None = None) -> Payment:
        answer = await self.pay_raw(found, amount)
        assert answer.status_code == 201, answer.text
        return msgspec.json.decode(answer.content, type=Payment)

    async def available(self, currency: str = "CNY") -> int:
        accounts = (await self.get("/v1/accounts")).json()["accounts"]
        return int(next(a["available"] for a in accounts if a["currency"] == currency))

    def refresh_request(self, token: str | None = None, **changes: Any) -> RefreshRequest:
        request = RefreshRequest(
            token or self.session.refresh_token, self.session.device_id, now(), "x" * 86
        )
        request = msgspec.structs.replace(request, **changes)
        return msgspec.structs.replace(request, signature=self.key.sign(request.signed_bytes()))


@dataclass
class Till:
    world: World
    id: str
    merchant_id: str
    store_id: str
    key: SigningKey
    token: str

    @property
    def headers(self) -> dict[str, str]:
        return JSON | {"authorization": f"Bearer {self.token}"}

    async def order_raw(
        self, amount: int, *, key: str | None = None, **changes: Any
    ) -> httpx.Response:
        fields = {"out_trade_no": new_id()[-12:], "currency": "CNY", "subject": "Coffee"} | changes
        return await self.world.client.post(
            "/v1/orders",
            json={"amount": amount, **fields},
            headers=self.headers | {"idempotency-key": key or new_id()},
        )

    async def order(self, amount: int, **changes: Any) -> Order:
        answer = await self.order_raw(amount, **changes)
        assert answer.status_code == 201, answer.text
        return msgspec.json.decode(answer.content, type=Order)

    async def find(self, order_id: str) -> Order:
        answer = await self.world.client.get(f"/v1/orders/{order_id}", headers=self.headers)
        assert answer.status_code == 200, answer.text
        return msgspec.json.decode(answer.content, type=Order)

    async def cancel(self, order_id: str) -> httpx.Response:
        return await self.world.client.post(f"/v1/orders/{order_id}/cancel", headers=self.headers)


@dataclass
class World:
    """One running service and a client that talks to its port."""

    service: Service
    url: str
    client: httpx.AsyncClient
    people: int = field(default=0)

    def registration(
        self, contact: Contact, key: SigningKey, passphrase: str = PASSPHRASE, **changes: Any
    ) -> RegistrationRequest:
        device = DeviceKey(key.public, "Laptop", "linux")
        at = changes.pop("time", None) or now()
        request = RegistrationRequest(
            contact,
            passphrase,
            "李伟",
            "zh-CN",
            device,
            at,
            key.sign(sign_in_bytes("registration", contact, device, at)),
        )
        return msgspec.structs.replace(request, **changes)

    def sign_in_request(
        self, contact: Contact, key: SigningKey, passphrase: str = PASSPHRASE
    ) -> SignInRequest:
        device = DeviceKey(key.public, "Laptop", "linux")
        at = now()
        signature = key.sign(sign_in_bytes("sign-in", contact, device, at))
        return SignInRequest(contact, passphrase, device, at, signature)

    async def post(self, path: str, message: Any, **headers: str) -> httpx.Response:
        return await self.client.post(
            path, content=msgspec.json.encode(message), headers=JSON | headers
        )

    async def person(self, funds: int = 0) -> Person:
        self.people += 1
        contact = Contact("email", f"person{self.people}.{new_id()[-8:]}@example.com")
        key = SigningKey.generate()
        answer = await self.post("/v1/registrations", self.registration(contact, key))
        assert answer.status_code == 201, answer.text
        person = Person(self, contact, key, msgspec.json.decode(answer.content, type=Session))
        if funds:
            await person.fund(funds)
        return person

    async def merchant(self, name: str = "KDOU STORE") -> tuple[str, str]:
        book = self.service.merchants
        merchant_id = await book.add_merchant(
            name, mcc="5411", city="BEIJING", names={"zh": "K豆便利店"}
        )
        return merchant_id, await book.add_store(merchant_id, "K豆 3号店", city="BEIJING")

    async def till(self, store: tuple[str, str] | None = None) -> Till:
        merchant_id, store_id = store or await self.merchant()
        key = SigningKey.generate()
        terminal_id = await self.service.merchants.add_terminal(store_id, "Till 1", key.public)
        answer = await self.terminal_sign_in(terminal_id, key)
        assert answer.status_code == 201, answer.text
        return Till(self, terminal_id, merchant_id, store_id, key, answer.json()["access_token"])

    async def terminal_sign_in(
        self, terminal_id: str, key: SigningKey, at: int | None = None
    ) -> httpx.Response:
        request = TerminalSignInRequest(terminal_id, at or now(), "x" * 86)
        signature = key.sign(request.signed_bytes())
        return await self.post(
            "/v1/terminal-sessions", msgspec.structs.replace(request, signature=signature)
        )


@asynccontextmanager
async def world(folder: Path, url: str = "", **changes: Any) -> AsyncIterator[World]:
    """Run a service for a test; leaving drains and stops it.

    The client reads no certificates: it only speaks to a port of the loopback, and loading them
    takes as long as many a test.
    """
    if not url:
        migrated_copy(folder / "kbean.db")
    async with (
        running(settings(folder, url, **changes)) as run,
        httpx.AsyncClient(base_url=run.url, timeout=30, verify=False, limits=_LIMITS) as client,
    ):
        yield World(run.service, run.url, client)


__all__ = ["JSON", "PASSPHRASE", "Person", "Till", "World", "now", "world"]
