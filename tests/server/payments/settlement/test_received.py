"""What the printed codes of a store bring in: heard of, refunded, claimed once (design/1 C6)."""

from __future__ import annotations

import asyncio

import httpx
import msgspec
import pytest

from app.protocol.ids import new_id, order_number
from app.protocol.messages.counter import Claim, Received, ReceivedList
from app.protocol.messages.refunds import Refund
from app.server.payments.settlement import received as received_book
from tests.server.payments.refunds.shopping import Counter
from tests.server.payments.settlement.test_bills import day_of, lines
from tests.server.world import Till, World, code_of, now


async def received(till: Till, after: int | None = None) -> ReceivedList:
    query = "" if after is None else f"?after={after}"
    answer = await till.world.client.get(f"/v1/counter/received{query}", headers=till.headers)
    assert answer.status_code == 200, answer.text
    return msgspec.json.decode(answer.content, type=ReceivedList)


async def test_the_printed_code_is_heard_of_and_refunded(shop_on_each: World):
    counter, person = await Counter.open(shop_on_each), await shop_on_each.person(100_000)
    till, book = counter.till, shop_on_each.service.merchants
    beside = await shop_on_each.till((till.merchant_id, till.store_id))
    away = await book.add_store(till.merchant_id, "Away", city="BEIJING")
    codes = [(await book.add_code(store, "CNY"))[1] for store in (till.store_id, away)]
    first = await received(till)
    assert (first.items, first.more) == ([], False)
    paid = await person.pay(await person.resolve(codes[0]), 1_000)
    await person.pay(await person.resolve(codes[1]), 700)
    _, ordered = await counter.sell(person, 500)

    told = await received(till, first.after)
    (one,) = told.items
    assert told == msgspec.structs.replace(await received(till), server_time=told.server_time)
    assert (one.payment_id, one.order_number) == (paid.payment_id, paid.receipt.order_number)
    assert (one.amount, one.currency, one.refunded) == (1_000, "CNY", 0)
    assert (one.confirmation, one.paid_at) == (paid.confirmation_code, paid.receipt.posted_at)
    assert one.payer == "李*"
    assert (await received(till, told.after)).items == []
    # A till that says it heard of more than there is, is told how far it is.
    assert (await received(till, told.after + 10)).after == told.after

    # Each of these is as of an order: the role, the cap, the same number once, whose it is.
    number, request = paid.payment_id, new_id()
    refused = [
        await counter.refund_raw(number, 100, cashier=counter.seller),
        await counter.refund_raw(number, 1_001),
        await (await Counter.open(shop_on_each)).refund_raw(number),
        await counter.refund_raw(new_id()),
    ]
    assert [code_of(answer) for answer in refused] == [
        "refund_not_allowed", "refund_too_large", "order_not_found", "order_not_found",
    ]  # fmt: skip
    twice = [
        await counter.refund_raw(number, 400, out_request_no=request, shift="S1") for _ in range(2)
    ]
    assert twice[0].content == twice[1].content
    refund = msgspec.json.decode(twice[0].content, type=Refund)
    assert (refund.out_trade_no, refund.payment_id, refund.left) == (number, number, 600)
    assert refund.points_taken_back == 4
    assert (await counter.refunds(number)).items == [refund]
    # Whichever till gives back, every till of the store hears of it.
    again = await received(beside, told.after)
    assert again.items == [msgspec.structs.replace(one, refunded=400)]
    last = (await lines(till, day_of(refund.posted_at)))[-1]
    assert (last["out_trade_no"], last["out_request_no"]) == (number, request)
    assert (last["order_number"], last["amount"]) == (one.order_number, "-4.00")

    # What was paid by an order is refunded by the order's number alone.
    assert code_of(await counter.refund_raw(ordered.payment_id)) == "order_not_found"
    # Who quotes its number is found, however long ago it was; at this store alone.
    for asked, status in (
        (one.order_number, 200),
        (ordered.receipt.order_number, 404),
        ("20260101" + one.order_number[8:], 404),
        ("20261399" + one.order_number[8:], 404),
        ("x", 404),
    ):
        found = await till.world.client.get(f"/v1/counter/received/{asked}", headers=till.headers)
        assert found.status_code == status, asked
        if status == 200:
            assert msgspec.json.decode(found.content, type=Received) == again.items[0]
        else:
            assert code_of(found) == "order_not_found"
    rest = await asyncio.gather(*(counter.refund_raw(number) for _ in range(3)))
    assert sorted(answer.status_code for answer in rest) == [201, 422, 422]
    assert await person.available() == 100_000 - 700 - 500


async def test_a_payment_pays_for_one_sale_without_internet(shop_on_each: World):
    counter, person = await Counter.open(shop_on_each), await shop_on_each.person(100_000)
    till, book = counter.till, shop_on_each.service.merchants
    away = await book.add_store(till.merchant_id, "Away", city="BEIJING")
    beside, elsewhere = [
        await shop_on_each.till((till.merchant_id, store)) for store in (till.store_id, away)
    ]
    _, text = await book.add_code(till.store_id, "CNY")
    first, second = [
        (await person.pay(await person.resolve(text), 900)).payment_id for _ in range(2)
    ]
    _, ordered = await counter.sell(person, 500)

    async def claim(till: Till, payment_id: str, number: str) -> httpx.Response:
        return await till.world.client.post(
            f"/v1/counter/received/{payment_id}/claim",
            json={"out_trade_no": number},
            headers=till.headers,
        )

    answers = [await claim(till, first, "K1") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].content == answers[1].content
    one = msgspec.json.decode(answers[0].content, type=Claim)
    assert (one.payment_id, one.out_trade_no, one.terminal_id) == (first, "K1", till.id)
    for asked, code in (
        (claim(till, first, "K2"), "confirmation_code_used"),
        (claim(beside, first, "K1"), "confirmation_code_used"),
        (claim(elsewhere, second, "K3"), "order_not_found"),
        (claim(till, ordered.payment_id, "K3"), "order_not_found"),
        (claim(till, new_id(), "K3"), "order_not_found"),
        (claim(till, "x", "K3"), "order_not_found"),
        (claim(till, second, "K 3"), "validation_failed"),
    ):
        assert code_of(await asked) == code
    # Two tills at once, each of them twice: one of them has it.
    race = await asyncio.gather(*(claim(one, second, "K4") for one in (till, beside) * 2))
    assert sorted(answer.status_code for answer in race) == [200, 200, 409, 409]
    assert len({answer.content for answer in race if answer.status_code == 200}) == 1


async def test_a_till_reads_on_in_steps(shop_on_each: World, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(received_book, "STEP", 2)
    counter, person = await Counter.open(shop_on_each), await shop_on_each.person(100_000)
    _, text = await shop_on_each.service.merchants.add_code(counter.till.store_id, "CNY")
    made = []
    for _ in range(2):
        await counter.sell(person, 300)
        made.append((await person.pay(await person.resolve(text), 200)).payment_id)
        await counter.sell(person, 300)
    heard, after, asked = [], 0, 0
    while True:
        told = await received(counter.till, after)
        heard += [one.payment_id for one in told.items]
        after, asked = told.after, asked + 1
        if not told.more:
            break
    assert (heard, asked) == (made, 3)
    for payment_id in made:
        number = order_number(payment_id, now())
        path = f"/v1/counter/received/{number}"
        answer = await shop_on_each.client.get(path, headers=counter.till.headers)
        assert msgspec.json.decode(answer.content, type=Received).payment_id == payment_id
