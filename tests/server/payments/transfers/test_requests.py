"""Requests for money: asked, split, paid once, declined, cancelled, reminded, expired."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import msgspec
import sqlalchemy as sa

from app.protocol.ids import new_id
from app.protocol.messages.transfers import MoneyRequestList, Split, SplitPart
from app.server.db.engine import writing
from app.server.payments.transfers.tables import money_requests
from tests.server.payments.street import once
from tests.server.payments.transfers.friends import (
    ask,
    ask_raw,
    intent,
    look_up,
    post,
    requests_of,
    send,
    signed,
    transfer,
    transfer_raw,
    word_for,
)
from tests.server.world import Person, World, code_of


async def change(person: Person, request_id: str, word: str) -> httpx.Response:
    return await post(person, f"/v1/money-requests/{request_id}/{word}", None)


@once
async def test_somebody_is_asked_and_pays(street: World):
    asker, asked = await street.person(), await street.person(1_000)
    key, ref = new_id(), await word_for(asker, asked)
    first = await ask_raw(asker, 400, key, payee_ref=ref, note="票")
    again = await ask_raw(asker, 400, key, payee_ref=ref, note="票")
    assert (again.content, again.headers["idempotent-replayed"]) == (first.content, "true")
    other = await ask_raw(asker, 401, key, payee_ref=ref, note="票")
    assert code_of(other) == "idempotency_body_differs"
    assert first.json()["request_id"] == key
    (shown,) = await requests_of(asked)
    assert (shown.mine, shown.other, shown.amount, shown.note, shown.link) == (
        False,
        "李*",
        400,
        "票",
        "",
    )
    sent = await transfer(asked, shown.payee_ref or "", 400, request_id=key)
    (paid,) = await requests_of(asked)
    assert (paid.state, paid.transfer_id, paid.payee_ref) == ("paid", sent.transfer_id, None)
    (mine,) = await requests_of(asker)
    assert (mine.state, mine.transfer_id, mine.other) == ("paid", None, "李*")
    assert await asker.available() == 400


async def test_two_people_pay_a_link_at_the_same_moment(shop: World):
    asker = await shop.person()
    payers = [await shop.person(1_000) for _ in range(4)]
    request = await ask(asker, 700)
    refs = [(await look_up(payer, request.link, "code")).payee_ref for payer in payers]
    wishes = [
        signed(payer, intent(payer, ref, 700, request_id=request.request_id))
        for payer, ref in zip(payers, refs, strict=True)
    ]
    # Each sends twice.
    answers = await asyncio.gather(
        *(send(p, wish) for _ in range(2) for p, wish in zip(payers, wishes, strict=True))
    )
    assert sorted(answer.status_code for answer in answers) == [201, 201, *[409] * 6]
    assert {code_of(a) for a in answers if a.status_code == 409} == {"money_request_closed"}
    assert await asker.available() == 700


@once
async def test_a_request_is_only_what_it_asks_for(street: World):
    asker, asked, stranger = [await street.person(1_000) for _ in range(3)]
    request = await ask(asker, 300, payee_ref=await word_for(asker, asked))
    asking = request.request_id
    to_asker, from_stranger = await word_for(asked, asker), await word_for(stranger, asker)
    for payer, ref, amount, code in (
        (asked, to_asker, 299, "order_mismatch"),
        (asked, await word_for(asked, stranger), 300, "money_request_not_found"),
        (stranger, from_stranger, 300, "money_request_not_found"),
    ):
        assert code_of(await transfer_raw(payer, ref, amount, request_id=asking)) == code
    for person, word in ((asker, "decline"), (asked, "cancel"), (asked, "remind")):
        assert code_of(await change(person, asking, word)) == "money_request_not_found"
    assert code_of(await change(asker, "7", "cancel")) == "money_request_not_found"
    assert await requests_of(stranger) == []
    for amount, code in (
        (0, "amount_invalid"),
        (-1, "amount_invalid"),
        (10**15, "amount_too_large"),
    ):
        assert code_of(await ask_raw(asker, amount)) == code
    assert code_of(await ask_raw(asker, 5, payee_ref="x" * 40)) == "payee_not_found"


@once
async def test_declined_cancelled_reminded_expired(street: World):
    asker, asked = await street.person(), await street.person(1_000)
    refs = [await word_for(asker, asked) for _ in range(3)]
    no, back, late = [await ask(asker, 100 + n, payee_ref=ref) for n, ref in enumerate(refs)]
    reminded = await change(asker, no.request_id, "remind")
    items = msgspec.json.decode(reminded.content, type=MoneyRequestList).items
    assert any(item.reminded_at for item in items)
    twice = await change(asker, no.request_id, "remind")
    assert (code_of(twice), twice.json()["retry_after"] > 80_000) == ("too_many_requests", True)
    for _ in range(2):
        assert (await change(asked, no.request_id, "decline")).status_code == 200
        assert (await change(asker, back.request_id, "cancel")).status_code == 200
    async with writing(street.service.engine) as connection:
        await connection.execute(
            sa.update(money_requests)
            .where(money_requests.c.id == late.request_id)
            .values(expires_at=1)
        )
    states = {item.request_id: item.state for item in await requests_of(asker)}
    assert states == {
        no.request_id: "declined",
        back.request_id: "cancelled",
        late.request_id: "expired",
    }
    ref = await word_for(asked, asker)
    for request, state in ((no, "declined"), (back, "cancelled"), (late, "expired")):
        refused = await transfer_raw(asked, ref, request.amount, request_id=request.request_id)
        assert code_of(refused) == "money_request_closed"
        assert refused.json()["params"] == {"state": state}
    assert code_of(await change(asked, late.request_id, "decline")) == "money_request_closed"
    assert code_of(await change(asker, no.request_id, "cancel")) == "money_request_closed"
    link = await ask(asker, 5)
    assert code_of(await change(asker, link.request_id, "remind")) == "money_request_not_found"


@once
async def test_a_bill_is_split_to_the_cent(street: World):
    asker, friend, other = [await street.person(10_000) for _ in range(3)]
    till = await street.till()
    bill = await asker.pay(await asker.resolve((await till.order(1_000)).code))
    parts = [
        SplitPart(334),
        SplitPart(333, await word_for(asker, friend)),
        SplitPart(333, await word_for(asker, other)),
    ]

    async def split(key: str, parts: list[SplitPart], **changes: object):
        wish: dict[str, Any] = {"total": 1_000, "payment_id": bill.payment_id} | changes
        message = Split(wish["total"], "CNY", parts, "晚饭", wish["payment_id"])
        return await post(asker, "/v1/money-requests/split", message, key)

    key = new_id()
    first, again = await split(key, parts), await split(key, parts)
    assert first.status_code == 201, first.text
    assert (again.content, again.headers["idempotent-replayed"]) == (first.content, "true")
    items = msgspec.json.decode(first.content, type=MoneyRequestList).items
    assert [(item.amount, item.group_id) for item in items] == [(333, key)] * 2
    short = await split(new_id(), parts[1:])
    assert (code_of(short), short.json()["params"]) == (
        "split_unequal",
        {"total": 1_000, "parts": 666},
    )
    twice_own = [SplitPart(500), SplitPart(500)]
    assert code_of(await split(new_id(), twice_own)) == "validation_failed"
    assert code_of(await split(new_id(), parts[:1])) == "validation_failed"
    assert code_of(await split(new_id(), parts, payment_id=new_id())) == "payment_not_found"
    for person in (friend, other):
        (shown,) = await requests_of(person)
        await transfer(person, shown.payee_ref or "", 333, request_id=shown.request_id)
    assert await asker.available() == 10_000 - 1_000 + 666
