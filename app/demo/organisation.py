"""The demo's organisation: two people, two merchants, months of history, all of it posted.

Nothing is written past the ledger: funds arrive through the operator's command, payments are signed
by a device and posted with the writer's clock set back, so balances, lots and receipts are what the
service itself made of them.
"""

from __future__ import annotations

import functools
import random
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Literal

import msgspec
import pyotp

from app.demo.friends import Friend, befriend
from app.demo.shop import open_point_shop
from app.protocol.ids import new_id
from app.protocol.messages.identity import Contact, DeviceKey, RegistrationRequest, Session
from app.protocol.messages.payments import PaymentIntent, PaymentRequest
from app.protocol.signing import SigningKey, encode_bytes
from app.server.http.front import now_ms
from app.server.http.tokens import Principal
from app.server.main import Service

PASSPHRASE = "four calm beans at noon"  # noqa: S105 - of the demo alone, and said to everyone
OPERATOR = "绿街社区演示 · Green Street Demo"
MONTHS = 5
STAFF_PASSPHRASE = "three green lamps in the rain"  # noqa: S105 - of the demo alone, too


@dataclass(frozen=True)
class Person:
    """Somebody of the demo."""

    contact: Contact
    name: str
    locale: Literal["zh-CN", "en"]
    monthly: int


PEOPLE = (
    Person(Contact("email", "xiaoman@greenstreet.example"), "林小满", "zh-CN", 3200_00),
    Person(Contact("email", "sam@greenstreet.example"), "Sam Rivera", "en", 2400_00),
)


@dataclass(frozen=True)
class Shop:
    """A merchant of the demo and what people spend there."""

    name: str
    chinese: str
    mcc: str
    store: str
    hours: tuple[int, int]
    prices: tuple[int, ...]


SHOPS = (
    Shop("KDOU STORE", "K豆便利店", "5411", "北京路店", (8, 21), (680, 1250, 2390, 3680, 5490)),
    Shop("BEAN CAFE", "豆豆咖啡", "5814", "绿街店", (7, 15), (1600, 1900, 2200, 2800, 3600)),
)


@dataclass(frozen=True)
class OpenShop:
    """A merchant as the service knows it: ids, the printed code, and a till's key."""

    shop: Shop
    merchant_id: str
    code_id: str
    code: str
    terminal_id: str
    terminal_key: str


@dataclass(frozen=True)
class DemoStaff:
    """One of the staff of the demo; the second factor's secret is new at every start."""

    name: str
    display_name: str
    roles: tuple[str, ...]
    secret: str = ""

    def code(self) -> str:
        """The code of now."""
        return pyotp.TOTP(self.secret).now()


STAFF = (
    DemoStaff("lin.ting", "林婷", ("agent",)),
    DemoStaff("zhou.ming", "周明", ("senior", "supervisor", "admin")),
    DemoStaff("he.jing", "何静", ("compliance", "auditor", "finance")),
)


async def call_in_staff(service: Service) -> list[DemoStaff]:
    """Make the demo's staff where they aren't there yet, and hand out new second factors."""
    known = {member.name for member in await service.staff.members()}
    found = []
    for member in STAFF:
        if member.name in known:
            made = await service.staff.reset_totp(member.name)
        else:
            made = await service.staff.add(
                member.name,
                STAFF_PASSPHRASE,
                display_name=member.display_name,
                roles=member.roles,
            )
        found.append(replace(member, secret=made.secret))
    return found


class Organisation(msgspec.Struct, frozen=True):
    """What the demo keeps of its seeding, so that a kept profile finds its shops again."""

    names: list[str]
    codes: list[str]
    terminals: list[tuple[str, str]]
    merchants: list[str] = []


async def found_organisation(service: Service, seed: int = 20261) -> Organisation:
    """Fill an empty service with the demo's people, merchants and history.

    Args:
        service: A started service whose database holds nobody yet.
        seed: Makes the history repeatable.
    """
    shops = [await _open_shop(service, shop) for shop in SHOPS]
    dice = random.Random(seed)  # noqa: S311 - a history, no secret
    devices = [(person, await _first_device(service, person)) for person in PEOPLE]
    clock = service.writer.clock
    events = sorted(
        (event for person, held in devices for event in _life(person, held, shops, dice)),
        key=lambda event: event.at,
    )
    for event in events:
        service.writer.clock = functools.partial(int, event.at)
        await event.happen(service)
    service.writer.clock = clock
    await open_point_shop(service, [open_shop.merchant_id for open_shop in shops])
    one, other = (held.friend(person.contact.value) for person, held in devices)
    await befriend(service, one, other)
    return Organisation(
        [open_shop.shop.chinese for open_shop in shops],
        [open_shop.code for open_shop in shops],
        [(open_shop.terminal_id, open_shop.terminal_key) for open_shop in shops],
        [open_shop.merchant_id for open_shop in shops],
    )


async def _open_shop(service: Service, shop: Shop) -> OpenShop:
    book = service.merchants
    merchant = await book.add_merchant(
        shop.name, mcc=shop.mcc, city="BEIJING", names={"zh": shop.chinese}
    )
    store = await book.add_store(merchant, shop.store, city="BEIJING")
    key = SigningKey.generate()
    terminal = await book.add_terminal(store, "Till 1", key.public)
    code_id, code = await book.add_code(store, service.config.currency)
    return OpenShop(shop, merchant, code_id, code, terminal, encode_bytes(key.seed))


@dataclass(frozen=True)
class _Held:
    """A device that has been in use since the beginning."""

    session: Session
    key: SigningKey

    def principal(self) -> Principal:
        """Who holds it, to the service."""
        session = self.session
        return Principal(
            kind="person",
            id=session.user_id,
            session=session.session_id,
            device=session.device_id,
            merchant="",
            store="",
            expires_at=session.access_expires_at,
        )

    def friend(self, email: str) -> Friend:
        """The same for what moves between people."""
        return Friend(self.principal(), self.key, email, PASSPHRASE)


async def _first_device(service: Service, person: Person) -> _Held:
    key = SigningKey.generate()
    request = RegistrationRequest(
        contact=person.contact,
        passphrase=PASSPHRASE,
        display_name=person.name,
        locale=person.locale,
        device=DeviceKey(key.public, "First computer", "demo"),
        time=now_ms(),
        signature="",
    )
    signed = msgspec.structs.replace(request, signature=key.sign(request.signed_bytes()))
    return _Held(await service.identity.register(signed), key)


@dataclass(frozen=True)
class _Event:
    """Something that happened at a time: money arrived, or a payment was made."""

    at: int
    held: _Held
    amount: int
    shop: OpenShop | None = None

    async def happen(self, service: Service) -> None:
        """Post it, with the writer's clock where this event says."""
        currency = service.config.currency
        session = self.held.session
        if self.shop is None:
            await service.funding.fund(
                session.user_id, self.amount, currency, reason="demo: monthly", key=new_id(),
                event_at=self.at,
            )  # fmt: skip
            return
        intent = PaymentIntent(
            key=new_id(),
            payer=session.user_id,
            device=session.device_id,
            payee=self.shop.merchant_id,
            code_id=self.shop.code_id,
            order_id=None,
            amount=self.amount,
            currency=currency,
            time=self.at,
        )
        principal = self.held.principal()
        request = PaymentRequest(intent, self.held.key.sign(intent.signed_bytes()))
        answer = await service.payments.pay(principal, intent.key, request)
        if answer.status != 201:
            raise RuntimeError(f"the demo's history was refused: {answer.body!r}")


def _life(person: Person, held: _Held, shops: list[OpenShop], dice: random.Random) -> list[_Event]:
    """Some months: money on the first, one or two purchases on most days."""
    today = datetime.now().astimezone()
    start = (today - timedelta(days=30 * MONTHS)).replace(hour=9, minute=0, second=0)
    events = [_Event(_ms(start), held, person.monthly)]
    day = start + timedelta(days=1)
    while day < today - timedelta(hours=14):
        if day.day == 1:
            events.append(_Event(_ms(day.replace(hour=8, minute=30)), held, person.monthly))
        for open_shop in dice.sample(shops, dice.choice((0, 1, 1, 2))):
            hour = dice.randint(*open_shop.shop.hours)
            at = datetime.combine(day.date(), time(hour, dice.randint(0, 59)), day.tzinfo)
            if at < today - timedelta(hours=1):
                amount = dice.choice(open_shop.shop.prices) + dice.choice((0, 0, 90, 150))
                events.append(_Event(_ms(at), held, amount, open_shop))
        day += timedelta(days=1)
    return events


def _ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)
