"""A counter and a wallet that shows codes, without either program."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

import httpx
import msgspec

from app.protocol.codes import payment_code
from app.protocol.ids import new_id
from app.protocol.messages.charges import (
    Charge,
    CodesRequest,
    CodeUses,
    Confirmation,
    ConfirmationList,
    PayerCodes,
)
from app.protocol.messages.payments import PaymentIntent
from app.protocol.signing import decode_bytes
from tests.server.world import Person, Till, World, now


@dataclass
class Book:
    """What a wallet keeps of its codes: handles and how often each was shown."""

    person: Person
    codes: PayerCodes
    shown: dict[int, int] = field(default_factory=dict)

    def code(self, *, reveal: bool = False, place: int = 0, shift: int = 0) -> str:
        """The next code of a handle, as if it were shown ``shift`` seconds from now."""
        handles = [h for h in self.codes.handles if h.must_confirm == reveal]
        handle = handles[place]
        counter = self.shown.get(handle.handle, 0)
        self.shown[handle.handle] = counter + 1
        at = int(time.time()) + shift
        return payment_code.generate(decode_bytes(handle.key), handle.handle, at, counter)


async def book_of(person: Person, burn: list[int] | None = None) -> Book:
    answer = await person.world.client.post(
        "/v1/payer-codes",
        content=msgspec.json.encode(CodesRequest(burn or [])),
        headers=person.headers,
    )
    assert answer.status_code == 201, answer.text
    return Book(person, msgspec.json.decode(answer.content, type=PayerCodes))


def number() -> str:
    return new_id()[-17:]


async def charge_raw(
    till: Till, code: str, amount: Any = 500, *, key: str | None = None, **changes: Any
) -> httpx.Response:
    fields = {"out_trade_no": number(), "currency": "CNY", "subject": "Tea"} | changes
    return await till.world.client.post(
        "/v1/charges",
        json={"amount": amount, "code": code, **fields},
        headers=till.headers | {"idempotency-key": new_id() if key is None else key},
    )


def read(answer: httpx.Response, status: int = 201) -> Charge:
    assert answer.status_code == status, answer.text
    return msgspec.json.decode(answer.content, type=Charge)


async def charge(till: Till, code: str, amount: int = 500, **changes: Any) -> Charge:
    return read(await charge_raw(till, code, amount, **changes))


async def find(till: Till, out_trade_no: str) -> Charge:
    url = f"/v1/charges/{out_trade_no}"
    return read(await till.world.client.get(url, headers=till.headers), 200)


async def reverse_raw(till: Till, out_trade_no: str) -> httpx.Response:
    return await till.world.client.post(
        f"/v1/charges/{out_trade_no}/reverse", json={}, headers=till.headers
    )


async def reverse(till: Till, out_trade_no: str) -> Charge:
    return read(await reverse_raw(till, out_trade_no), 200)


async def uses(person: Person, after: int = 0) -> CodeUses:
    answer = await person.get(f"/v1/payer-codes/uses?after={after}")
    return msgspec.json.decode(answer.content, type=CodeUses)


async def confirmations(person: Person) -> list[Confirmation]:
    answer = await person.get("/v1/confirmations")
    return msgspec.json.decode(answer.content, type=ConfirmationList).items


async def decline(person: Person, charge_id: str) -> httpx.Response:
    return await person.world.client.post(
        f"/v1/confirmations/{charge_id}/decline", headers=person.headers
    )


def yes(person: Person, asked: Confirmation, **changes: Any) -> PaymentIntent:
    """What the payer signs to say yes."""
    intent = PaymentIntent(
        key=new_id(),
        payer=person.session.user_id,
        device=person.session.device_id,
        payee=asked.payee.merchant_id,
        code_id=asked.charge_id,
        order_id=asked.charge_id,
        amount=asked.amount,
        currency=asked.currency,
        time=now(),
    )
    return msgspec.structs.replace(intent, **changes)


async def confirm(person: Person, asked: Confirmation) -> httpx.Response:
    return await person.send(person.signed(yes(person, asked)))


async def stall(world: World, funds: int = 100_000) -> tuple[Till, Person, Book]:
    """A till, a payer with money, and their codes."""
    till, person = await world.till(), await world.person(funds)
    return till, person, await book_of(person)
