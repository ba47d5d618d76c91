"""Paying: the whole way, every refusal, every replay, every race."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
import pytest

from app.protocol.ids import new_id
from app.protocol.messages.payments import Payment
from app.protocol.signing import SigningKey, encode_bytes, verify
from tests.server.world import World, code_of, now


async def test_an_order_is_paid_and_the_receipt_holds(shop: World):
    person, till = await shop.person(10_000), await shop.till()
    order = await till.order(2_370)
    found = await person.resolve(order.code)
    assert (found.kind, found.amount, found.order_id) == ("dynamic", 2_370, order.order_id)
    assert found.payee.names == {"zh": "K豆便利店"}
    assert found.points == 23

    payment = await person.pay(found)

    receipt = payment.receipt
    keys = {key["key_id"]: key for key in (await person.get("/v1/service")).json()["keys"]}
    public = keys[receipt.key_id]["public_key"]
    assert verify(public, receipt.signed_bytes(), receipt.signature)
    forged = msgspec.structs.replace(receipt, amount=1)
    assert not verify(public, forged.signed_bytes(), receipt.signature)
    assert (receipt.amount, receipt.points_earned, receipt.payee) == (2_370, 23, till.merchant_id)
    assert (payment.balance_after, payment.points_after) == (7_630, 23)
    paid = await till.find(order.order_id)
    assert (paid.status, paid.payment_id) == ("paid", payment.payment_id)
    again = await person.get(f"/v1/payments/{payment.payment_id}")
    assert msgspec.json.decode(again.content, type=Payment) == payment


async def test_every_request_replayed_twice_is_told_the_same(shop: World):
    person, till = await shop.person(10_000), await shop.till()
    order_key = new_id()
    first = await till.order_raw(500, key=order_key, out_trade_no="A-1")
    for _ in range(2):
        again = await till.order_raw(500, key=order_key, out_trade_no="A-1")
        assert (again.status_code, again.content) == (first.status_code, first.content)
        assert again.headers["idempotent-replayed"] == "true"
    found = await person.resolve(first.json()["code"])
    request = person.signed(person.intent(found), note="thanks")
    paid = await person.send(request)
    for _ in range(2):
        again = await person.send(request)
        assert (again.status_code, again.content) == (201, paid.content)
        assert again.headers["idempotent-replayed"] == "true"
    assert await person.available() == 9_500


async def test_replays_at_the_same_time_post_once(shop: World):
    person, till = await shop.person(10_000), await shop.till()
    found = await person.resolve((await till.order(500)).code)
    request = person.signed(person.intent(found))
    answers = await asyncio.gather(*(person.send(request) for _ in range(12)))
    assert {(a.status_code, a.content) for a in answers} == {(201, answers[0].content)}
    assert await person.available() == 9_500


async def test_a_refusal_is_final_for_its_key(shop: World):
    person, till = await shop.person(100), await shop.till()
    found = await person.resolve((await till.order(500)).code)
    request = person.signed(person.intent(found))
    refused = await person.send(request)
    assert code_of(refused) == "insufficient_funds"
    assert refused.json()["params"]["available"] == 100
    await person.fund(1_000)
    assert (await person.send(request)).content == refused.content
    assert (await person.pay_raw(found)).status_code == 201


async def test_the_same_key_with_another_body_is_refused(shop: World):
    person, till = await shop.person(10_000), await shop.till()
    found = await person.resolve((await till.order(500)).code)
    intent = person.intent(found)
    assert (await person.send(person.signed(intent))).status_code == 201
    other = await person.send(person.signed(intent, note="another"))
    assert code_of(other) == "idempotency_body_differs"
    later = person.signed(msgspec.structs.replace(intent, time=now() + 5))
    assert code_of(await person.send(later)) == "idempotency_body_differs"


async def test_two_wallets_race_for_one_order(shop: World):
    till = await shop.till()
    people = [await shop.person(10_000) for _ in range(4)]
    order = await till.order(700)
    found = [await person.resolve(order.code) for person in people]
    answers = await asyncio.gather(
        *(person.pay_raw(what) for person, what in zip(people, found, strict=True))
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    assert {code_of(a) for a in answers if a.status_code == 409} == {"order_paid"}
    left = sorted([await person.available() for person in people])
    assert left == [9_300, 10_000, 10_000, 10_000]


async def test_many_payments_of_one_person_never_overdraw(shop: World):
    person, till = await shop.person(1_000), await shop.till()
    _, text = await shop.service.merchants.add_code(till.store_id, "CNY")
    found = await person.resolve(text)
    answers = await asyncio.gather(*(person.pay_raw(found, 150) for _ in range(20)))
    codes = [a.status_code for a in answers]
    assert codes.count(201) == 6
    assert {code_of(a) for a in answers if a.status_code != 201} == {"insufficient_funds"}
    assert await person.available() == 100


TAMPERED: tuple[tuple[dict[str, Any], str], ...] = (
    ({"amount": 499}, "order_mismatch"),
    ({"payee": "0197a0e0-0000-7000-8000-00000000dead"}, "order_mismatch"),
    ({"code_id": "0197a0e0-0000-7000-8000-00000000dead"}, "order_mismatch"),
    ({"order_id": "0197a0e0-0000-7000-8000-00000000dead"}, "order_not_found"),
    ({"order_id": "x" * 36}, "validation_failed"),
    ({"order_id": "0b9b3a3e-7a3c-4b6e-9a54-2f1c8d3e4f5a"}, "order_not_found"),
    ({"order_id": None, "code_id": "0197a0e0-0000-7000-8000-00000000dead"}, "code_forged"),
    ({"currency": "USD"}, "currency_mismatch"),
    ({"payer": "0197a0e0-0000-7000-8000-00000000dead"}, "forbidden"),
    ({"device": "0197a0e0-0000-7000-8000-00000000dead"}, "forbidden"),
    ({"amount": 0}, "amount_invalid"),
    ({"amount": -5}, "amount_invalid"),
    ({"amount": 10**15 + 1}, "amount_invalid"),
    ({"key": "0b9b3a3e-7a3c-4b6e-9a54-2f1c8d3e4f5a"}, "idempotency_key_invalid"),
)


async def test_tampered_intents_are_refused(street: World):
    person, till = await street.person(10_000), await street.till()
    found = await person.resolve((await till.order(500)).code)
    for changes, code in TAMPERED:
        answer = await person.pay_raw(found, **changes)
        assert code_of(answer) == code, changes
        assert answer.json().get("money", "not_moved") == "not_moved", changes
        assert await person.available() == 10_000, changes


async def test_what_was_signed_is_what_counts(street: World):
    person, till = await street.person(10_000), await street.till()
    found = await person.resolve((await till.order(500)).code)
    request = person.signed(person.intent(found, 500))
    dearer = msgspec.structs.replace(
        request, intent=msgspec.structs.replace(request.intent, amount=501)
    )
    assert code_of(await person.send(dearer)) == "signature_invalid"
    stranger = SigningKey.generate().sign(request.intent.signed_bytes())
    foreign = msgspec.structs.replace(request, signature=stranger)
    assert code_of(await person.send(foreign)) == "signature_invalid"
    garbled = msgspec.structs.replace(request, signature="!" * 86)
    assert code_of(await person.send(garbled)) == "signature_invalid"
    assert (await person.send(request)).status_code == 201


async def test_a_clock_off_by_an_hour_is_said(street: World):
    person, till = await street.person(10_000), await street.till()
    found = await person.resolve((await till.order(500)).code)
    for off in (-3_600_000, 3_600_000):
        answer = await person.pay_raw(found, time=now() + off)
        assert code_of(answer) == "clock_off", off
        params = answer.json()["params"]
        assert abs(params["server_time"] - now()) < 60_000, off
        assert abs(params["off_by"] * 1000 - off) < 60_000, off


async def test_the_key_must_be_there_and_be_the_intents(street: World):
    person, till = await street.person(10_000), await street.till()
    found = await person.resolve((await till.order(500)).code)
    request = person.signed(person.intent(found))
    other = await person.send(request, **{"idempotency-key": new_id()})
    assert code_of(other) == "idempotency_key_invalid"
    body = msgspec.json.encode(request)
    bare = await street.client.post("/v1/payments", content=body, headers=person.headers)
    assert code_of(bare) == "idempotency_key_missing"


async def test_orders_that_cannot_be_paid_say_why(shop: World):
    person, till = await shop.person(10_000), await shop.till()
    cancelled = await till.order(500)
    found = await person.resolve(cancelled.code)
    assert (await till.cancel(cancelled.order_id)).json()["status"] == "cancelled"
    assert (await till.cancel(cancelled.order_id)).json()["status"] == "cancelled"
    assert code_of(await person.resolve_raw(cancelled.code)) == "order_cancelled"
    assert code_of(await person.pay_raw(found)) == "order_cancelled"

    paid = await till.order(500)
    found = await person.resolve(paid.code)
    await person.pay(found)
    assert code_of(await person.resolve_raw(paid.code)) == "order_paid"
    assert code_of(await person.pay_raw(found)) == "order_paid"
    assert code_of(await till.cancel(paid.order_id)) == "order_paid"


async def test_a_cancellation_and_a_payment_race(shop: World):
    person, till = await shop.person(10_000), await shop.till()
    for _ in range(4):
        order = await till.order(500)
        found = await person.resolve(order.code)
        paid, cancelled = await asyncio.gather(person.pay_raw(found), till.cancel(order.order_id))
        status = (await till.find(order.order_id)).status
        if paid.status_code == 201:
            assert (status, code_of(cancelled)) == ("paid", "order_paid")
        else:
            assert (status, code_of(paid)) == ("cancelled", "order_cancelled")


async def test_closed_merchants_and_withdrawn_codes_are_not_paid(shop: World):
    person, till = await shop.person(10_000), await shop.till()
    book = shop.service.merchants
    code_id, text = await book.add_code(till.store_id, "CNY")
    found = await person.resolve(text)
    await book.set_merchant_state(till.merchant_id, active=False)
    assert code_of(await person.resolve_raw(text)) == "merchant_closed"
    assert code_of(await person.pay_raw(found, 100)) == "merchant_closed"
    assert code_of(await till.order_raw(100)) == "merchant_closed"
    await book.set_merchant_state(till.merchant_id, active=True)
    await book.revoke_code(code_id)
    assert code_of(await person.resolve_raw(text)) == "code_revoked"
    assert code_of(await person.pay_raw(found, 100)) == "code_revoked"


async def test_a_frozen_person_pays_nothing_and_still_receives(shop: World):
    person, till = await shop.person(10_000), await shop.till()
    found = await person.resolve((await till.order(500)).code)
    freezing, session = shop.service.identity.freezing, person.session
    await freezing.freeze(session.user_id, by="person", keep_session=session.session_id)
    assert code_of(await person.pay_raw(found)) == "account_frozen"
    assert (await person.get("/v1/me")).json()["state"] == "frozen"
    await person.fund(50)
    assert await person.available() == 10_050
    await freezing.thaw(session.user_id, reason="test")
    assert (await person.pay_raw(found)).status_code == 201


async def test_printed_codes_have_a_daily_cap(shop: World):
    person, till = await shop.person(200_000), await shop.till()
    _, text = await shop.service.merchants.add_code(till.store_id, "CNY")
    found = await person.resolve(text)
    assert (found.kind, found.amount, found.order_id) == ("static", None, None)
    await person.pay(found, 30_000)
    over = await person.pay_raw(found, 20_001)
    assert code_of(over) == "limit_exceeded"
    assert over.json()["params"]["available"] == 20_000
    together = await asyncio.gather(*(person.pay_raw(found, 6_000) for _ in range(5)))
    assert sorted(a.status_code for a in together) == [201, 201, 201, 422, 422]
    order = await till.order(60_000)
    await person.pay(await person.resolve(order.code))


async def test_one_payment_carries_so_much_and_no_more(street: World):
    person, till = await street.person(9_000_000), await street.till()
    answer = await till.order_raw(5_000_001)
    assert code_of(answer) == "amount_too_large"
    _, text = await street.service.merchants.add_code(till.store_id, "CNY")
    found = await person.resolve(text)
    assert code_of(await person.pay_raw(found, 5_000_001)) == "amount_too_large"


async def test_what_became_of_a_key(shop: World):
    person, till = await shop.person(1_000), await shop.till()
    stranger = await shop.person()
    found = await person.resolve((await till.order(500)).code)
    request = person.signed(person.intent(found))
    path = f"/v1/payments/by-key/{request.intent.key}"
    before = await person.get(path)
    assert (code_of(before), before.json()["money"]) == ("payment_not_found", "unknown")
    paid = await person.send(request)
    assert (await person.get(path)).content == paid.content
    assert (await person.get(f"{path}?fence=true")).content == paid.content
    assert code_of(await stranger.get(path)) == "payment_not_found"
    payment_id = paid.json()["payment_id"]
    assert code_of(await stranger.get(f"/v1/payments/{payment_id}")) == "payment_not_found"
    assert code_of(await person.get("/v1/payments/by-key/nonsense")) == "idempotency_key_invalid"
    assert code_of(await person.get("/v1/payments/nonsense")) == "payment_not_found"

    refused = person.signed(person.intent(found))
    assert code_of(await person.send(refused)) == "order_paid"
    asked = await person.get(f"/v1/payments/by-key/{refused.intent.key}")
    assert code_of(asked) == "payment_not_found"
    assert asked.json()["params"] == {"refused": "order_paid"}
    assert "money" not in asked.json()


async def test_a_fence_stops_a_request_that_is_still_under_way(shop: World):
    person, till = await shop.person(1_000), await shop.till()
    found = await person.resolve((await till.order(500)).code)
    request = person.signed(person.intent(found))
    fenced = await person.get(f"/v1/payments/by-key/{request.intent.key}?fence=true")
    assert code_of(fenced) == "payment_not_found"
    late = await person.send(request)
    assert code_of(late) == "payment_not_found"
    assert await person.available() == 1_000
    # A new key may pay the same order.
    assert (await person.pay_raw(found)).status_code == 201


async def test_a_fence_and_its_payment_race(shop: World):
    person, till = await shop.person(10_000), await shop.till()
    for _ in range(5):
        found = await person.resolve((await till.order(100)).code)
        request = person.signed(person.intent(found))
        before = await person.available()
        paid, fenced = await asyncio.gather(
            person.send(request),
            person.get(f"/v1/payments/by-key/{request.intent.key}?fence=true"),
        )
        moved = before - await person.available()
        if paid.status_code == 201:
            assert (moved, fenced.content) == (100, paid.content)
        else:
            assert (moved, code_of(fenced)) == (0, "payment_not_found")


async def test_tills_and_strangers_cannot_pay(street: World):
    person, till = await street.person(1_000), await street.till()
    found = await person.resolve((await till.order(500)).code)
    request = person.signed(person.intent(found))
    assert code_of(await person.send(request, authorization=f"Bearer {till.token}")) == "forbidden"
    assert code_of(await person.send(request, authorization="Bearer x")) == "unauthenticated"
    assert code_of(await person.send(request, authorization="")) == "unauthenticated"
    other = await street.person(1_000)
    assert code_of(await other.send(request)) == "forbidden"


async def test_a_payment_the_slow_way_round_is_the_same(street: World):
    """Without a length the request takes the framework's way, to the same function."""
    person, till = await street.person(1_000), await street.till()
    found = await person.resolve((await till.order(500)).code)
    request = person.signed(person.intent(found))

    async def chunks():
        yield msgspec.json.encode(request)

    headers = person.headers | {"idempotency-key": request.intent.key}
    paid = await street.client.post("/v1/payments", content=chunks(), headers=headers)
    assert paid.status_code == 201, paid.text
    again = await person.send(request)
    assert again.content == paid.content
    bad = await street.client.post("/v1/payments", content=chunks(), headers=person.headers)
    assert code_of(bad) == "idempotency_key_missing"


async def test_codes_of_an_older_key_still_count(street: World, monkeypatch: pytest.MonkeyPatch):
    from app.server.keys import ServiceKeys, rotated

    person, till = await street.person(1_000), await street.till()
    order = await till.order(500)
    old = street.service.keys
    new = ServiceKeys(rotated(rotated(old.file, "code"), "receipt"))
    assert new.code_key_id != old.code_key_id
    assert encode_bytes(new.code.seed) != encode_bytes(old.code.seed)
    assert set(new.code_publics) > set(old.code_publics)
    monkeypatch.setattr(street.service.merchants, "_keys", new)
    assert (await person.resolve(order.code)).order_id == order.order_id
