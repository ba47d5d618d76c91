"""Codes that are not ours, and what a till may do with its orders."""

from __future__ import annotations

import asyncio

from app.protocol.codes import emv
from app.protocol.codes.merchant_code import build_dynamic, build_static, unsigned_tags
from app.protocol.ids import new_id
from app.protocol.signing import SigningKey
from tests.server.world import World, code_of, now

SAMPLE = (
    "00020101021226380012org.kdou.pay0108M00001230206A7F3Q9520454115303156540523.725802CN"
    "5910KDOU STORE6007BEIJING62320303S010514202611220000010703T0264150002ZH0105K豆便利店63043286"
)
DETAILS = {
    "merchant": "M1",
    "currency": "CNY",
    "mcc": "5411",
    "country": "CN",
    "name": "KDOU STORE",
    "city": "BEIJING",
}


async def test_codes_that_are_not_ours_say_what_they_are(street: World):
    person = await street.person()
    key, key_id = street.service.keys.code, street.service.keys.code_key_id
    foreign = emv.tlv([("00", "com.other.pay"), ("01", "M1")])
    other_system = emv.build(
        emv.MerchantPresented(
            tuple(
                emv.Tag(*pair)
                for pair in [
                    ("00", "01"), ("01", "11"), ("26", foreign), ("52", "5411"), ("53", "156"),
                    ("58", "CN"), ("59", "SHOP"), ("60", "BEIJING"),
                ]
            )
        )
    )  # fmt: skip
    unsigned = emv.build(
        emv.MerchantPresented(
            unsigned_tags(key_id=key_id, amount=None, code_id=new_id(), **DETAILS)
        )
    )
    forged = build_static(SigningKey.generate(), key_id, code_id=new_id(), **DETAILS)
    unknown_key = build_static(key, "cDEADBEEF", code_id=new_id(), **DETAILS)
    never_issued = build_static(key, key_id, code_id=new_id(), **DETAILS)
    no_order = build_dynamic(key, key_id, amount=5, code_id=new_id(), **DETAILS)
    dollars = build_static(key, key_id, code_id=new_id(), **DETAILS | {"currency": "USD"})
    expected = {
        "hello": "code_malformed",
        "https://example.com/pay?x=1": "code_malformed",
        SAMPLE[:-1] + "7": "code_malformed",
        SAMPLE: "code_unsigned",
        other_system: "code_foreign",
        unsigned: "code_unsigned",
        forged: "code_forged",
        unknown_key: "code_forged",
        never_issued: "code_revoked",
        no_order: "order_not_found",
        dollars: "currency_unsupported",
        "": "code_malformed",
        "x" * 2_049: "code_malformed",
    }
    for text, code in expected.items():
        assert code_of(await person.resolve_raw(text)) == code, text


async def test_a_code_with_one_letter_changed_is_refused(street: World):
    person, till = await street.person(), await street.till()
    text = (await till.order(500)).code
    for place in range(0, len(text), 7):
        changed = text[:place] + ("7" if text[place] != "7" else "8") + text[place + 1 :]
        assert (await person.resolve_raw(changed)).status_code in {400, 422}


async def test_the_same_trade_number_is_the_same_order_for_ever(shop: World):
    store = await shop.merchant()
    till, second = await shop.till(store), await shop.till(store)
    first = await till.order(500, out_trade_no="R-1")
    assert (await till.order(500, out_trade_no="R-1")).order_id == first.order_id
    assert (await second.order(500, out_trade_no="R-1")).code == first.code
    other = await till.order_raw(501, out_trade_no="R-1")
    assert code_of(other) == "out_trade_no_used"
    stranger = await shop.till()
    assert (await stranger.order(501, out_trade_no="R-1")).order_id != first.order_id
    person = await shop.person(1_000)
    await person.pay(await person.resolve(first.code))
    again = await till.order(500, out_trade_no="R-1")
    assert (again.status, again.order_id) == ("paid", first.order_id)


async def test_tills_of_a_merchant_race_for_a_trade_number(shop: World):
    store = await shop.merchant()
    tills = [await shop.till(store) for _ in range(3)]
    orders = await asyncio.gather(*(till.order(500, out_trade_no="R-2") for till in tills * 3))
    assert len({order.order_id for order in orders}) == 1


async def test_orders_are_found_by_both_numbers_and_only_by_their_merchant(shop: World):
    till, stranger = await shop.till(), await shop.till()
    order = await till.order(500, out_trade_no="R-3")
    by_number = await shop.client.get("/v1/orders?out_trade_no=R-3", headers=till.headers)
    assert by_number.json()["order_id"] == order.order_id
    for headers, path in [
        (stranger.headers, f"/v1/orders/{order.order_id}"),
        (stranger.headers, "/v1/orders?out_trade_no=R-3"),
        (till.headers, f"/v1/orders/{new_id()}"),
        (till.headers, "/v1/orders/nonsense"),
    ]:
        assert code_of(await shop.client.get(path, headers=headers)) == "order_not_found"
    assert code_of(await stranger.cancel(order.order_id)) == "order_not_found"
    bad = await shop.client.get("/v1/orders?out_trade_no=a%20b", headers=till.headers)
    assert code_of(bad) == "validation_failed"


async def test_orders_are_read_strictly(street: World):
    till = await street.till()
    refused: tuple[tuple[dict[str, object], str], ...] = (
        ({"amount": 0}, "amount_invalid"),
        ({"amount": "5"}, "amount_invalid"),
        ({"amount": 5.0}, "amount_invalid"),
        ({"currency": "USD"}, "currency_unsupported"),
        ({"currency": "yuan"}, "validation_failed"),
        ({"out_trade_no": "a b"}, "validation_failed"),
        ({"expires_in": 9}, "validation_failed"),
        ({"expires_in": 7_201}, "validation_failed"),
        ({"subject": "x" * 121}, "validation_failed"),
        ({"tip": 1}, "validation_failed"),
    )
    for changes, code in refused:
        answer = await street.client.post(
            "/v1/orders",
            json={"out_trade_no": "R", "amount": 5, "currency": "CNY"} | changes,
            headers=till.headers | {"idempotency-key": new_id()},
        )
        assert code_of(answer) == code, changes
    key_of_another_kind = await till.order_raw(5, key="0b9b3a3e-7a3c-4b6e-9a54-2f1c8d3e4f5a")
    assert code_of(key_of_another_kind) == "idempotency_key_invalid"


async def test_an_order_expires(shop: World):
    import sqlalchemy as sa

    from app.server.db.engine import writing
    from app.server.payments.tables import orders

    person, till = await shop.person(1_000), await shop.till()
    order = await till.order(500)
    found = await person.resolve(order.code)
    async with writing(shop.service.engine) as connection:
        await connection.execute(
            sa.update(orders).where(orders.c.id == order.order_id).values(expires_at=now() - 1)
        )
    assert code_of(await person.resolve_raw(order.code)) == "order_expired"
    assert code_of(await person.pay_raw(found)) == "order_expired"
    assert (await till.find(order.order_id)).status == "expired"
    assert (await till.cancel(order.order_id)).json()["status"] == "cancelled"


async def test_a_till_proves_its_key_and_can_be_withdrawn(street: World):
    till = await street.till()
    assert code_of(await street.terminal_sign_in(new_id(), till.key)) == "credentials_wrong"
    assert code_of(await street.terminal_sign_in("nonsense", till.key)) == "validation_failed"
    other = SigningKey.generate()
    assert code_of(await street.terminal_sign_in(till.id, other)) == "credentials_wrong"
    late = await street.terminal_sign_in(till.id, till.key, now() - 3_600_000)
    assert code_of(late) == "clock_off"
    person = await street.person()
    as_person = await street.client.get("/v1/orders?out_trade_no=x", headers=person.headers)
    assert code_of(as_person) == "forbidden"
    as_till = await street.client.get("/v1/me", headers=till.headers)
    assert code_of(as_till) == "forbidden"
    await street.service.merchants.revoke_terminal(till.id)
    assert code_of(await till.order_raw(5)) == "session_ended"
    assert code_of(await street.terminal_sign_in(till.id, till.key)) == "device_revoked"
