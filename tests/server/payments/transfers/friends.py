"""What people do to each other, in tests."""

from __future__ import annotations

from typing import Any

import httpx
import msgspec

from app.protocol.ids import new_id
from app.protocol.messages.transfers import (
    AskMoney,
    MoneyRequest,
    MoneyRequestList,
    PayeeFound,
    PayeeLookup,
    PersonalCode,
    Plan,
    PlanIntent,
    PlanRequest,
    Transfer,
    TransferIntent,
    TransferRequest,
)
from tests.server.world import PASSPHRASE, Person, now


async def post(person: Person, path: str, message: Any, key: str | None = None) -> httpx.Response:
    headers = person.headers | ({"idempotency-key": key} if key else {})
    body = b"" if message is None else msgspec.json.encode(message)
    return await person.world.client.post(path, content=body, headers=headers)


async def look_up_raw(person: Person, how: Any, value: str) -> httpx.Response:
    return await post(person, "/v1/payees/lookup", PayeeLookup(how, value))


async def look_up(person: Person, value: str, how: Any = "email") -> PayeeFound:
    answer = await look_up_raw(person, how, value)
    assert answer.status_code == 200, answer.text
    return msgspec.json.decode(answer.content, type=PayeeFound)


async def code_of_person(person: Person, query: str = "") -> PersonalCode:
    answer = await person.get(f"/v1/personal-code{query}")
    assert answer.status_code == 200, answer.text
    return msgspec.json.decode(answer.content, type=PersonalCode)


async def word_for(payer: Person, payee: Person) -> str:
    """A fresh ``payee_ref``, without spending the day's budget on many look-ups."""
    return payer.world.service.transfers.people.refs.seal(
        payer.session.user_id, payee.session.user_id, now() + 900_000
    )


def intent(payer: Person, payee_ref: str, amount: int, /, **changes: Any) -> TransferIntent:
    made = TransferIntent(
        key=new_id(),
        payer=payer.session.user_id,
        device=payer.session.device_id,
        payee_ref=payee_ref,
        request_id=None,
        amount=amount,
        currency="CNY",
        time=now(),
    )
    return msgspec.structs.replace(made, **changes)


def signed(
    payer: Person, wish: TransferIntent, note: str = "", passphrase: str | None = PASSPHRASE
) -> TransferRequest:
    return TransferRequest(wish, payer.key.sign(wish.signed_bytes()), note, passphrase)


async def send(payer: Person, request: TransferRequest) -> httpx.Response:
    return await post(payer, "/v1/transfers", request, request.intent.key)


async def transfer_raw(
    payer: Person, payee_ref: str, amount: int, /, *, note: str = "", **changes: Any
) -> httpx.Response:
    return await send(payer, signed(payer, intent(payer, payee_ref, amount, **changes), note))


async def transfer(payer: Person, payee_ref: str, amount: int, /, **changes: Any) -> Transfer:
    answer = await transfer_raw(payer, payee_ref, amount, **changes)
    assert answer.status_code == 201, answer.text
    return msgspec.json.decode(answer.content, type=Transfer)


async def ask_raw(asker: Person, amount: int, key: str | None = None, **more: Any) -> Any:
    return await post(asker, "/v1/money-requests", AskMoney(amount, "CNY", **more), key or new_id())


async def ask(asker: Person, amount: int, **more: Any) -> MoneyRequest:
    answer = await ask_raw(asker, amount, **more)
    assert answer.status_code == 201, answer.text
    return msgspec.json.decode(answer.content, type=MoneyRequest)


async def requests_of(person: Person) -> list[MoneyRequest]:
    answer = await person.get("/v1/money-requests")
    assert answer.status_code == 200, answer.text
    return msgspec.json.decode(answer.content, type=MoneyRequestList).items


def mandate(payer: Person, payee_ref: str, amount: int, /, **changes: Any) -> PlanIntent:
    made = PlanIntent(
        key=new_id(),
        payer=payer.session.user_id,
        device=payer.session.device_id,
        payee_ref=payee_ref,
        amount=amount,
        currency="CNY",
        first_on="2026-01-31",
        unit="month",
        every=1,
        times=None,
        time=now(),
    )
    return msgspec.structs.replace(made, **changes)


async def plan_raw(payer: Person, wish: PlanIntent, passphrase: str = PASSPHRASE) -> httpx.Response:
    request = PlanRequest(wish, payer.key.sign(wish.signed_bytes()), passphrase, "rent")
    return await post(payer, "/v1/plans", request, wish.key)


async def plan(payer: Person, wish: PlanIntent) -> Plan:
    answer = await plan_raw(payer, wish)
    assert answer.status_code == 201, answer.text
    return msgspec.json.decode(answer.content, type=Plan)
