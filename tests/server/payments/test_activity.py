"""What a person has and what moved."""

from __future__ import annotations

import msgspec

from app.protocol.messages.payments import ActivityPage, Movement
from tests.server.world import Person, World, code_of


async def page(person: Person, query: str = "") -> ActivityPage:
    answer = await person.get(f"/v1/activity?{query}")
    assert answer.status_code == 200, answer.text
    return msgspec.json.decode(answer.content, type=ActivityPage)


async def whole(person: Person, query: str, limit: int) -> list[Movement]:
    items: list[Movement] = []
    cursor = ""
    while True:
        found = await page(person, f"{query}limit={limit}{cursor}")
        items += found.items
        if found.next_cursor is None:
            return items
        assert len(found.items) == limit
        cursor = f"&cursor={found.next_cursor}"


async def test_movements_tell_what_how_much_and_with_whom(shop: World):
    person, till = await shop.person(10_000), await shop.till()
    found = await person.resolve((await till.order(2_370, subject="Bread")).code)
    answer = await person.send(person.signed(person.intent(found), note="for Anna"))
    receipt = answer.json()["receipt"]
    beans, paid, topped = (await page(person)).items
    assert (beans.kind, beans.amount, beans.currency, beans.balance_after) == (
        "points_earned", 23, "KBN", 23,
    )  # fmt: skip
    assert (paid.kind, paid.amount, paid.currency, paid.balance_after) == (
        "payment", -2_370, "CNY", 7_630,
    )  # fmt: skip
    assert (paid.counterparty, paid.store_name, paid.mcc) == ("K豆便利店", "K豆 3号店", "5411")
    assert (paid.subject, paid.note, paid.points_earned) == ("Bread", "for Anna", 23)
    assert paid.order_number == receipt["order_number"]
    assert paid.payment_id == answer.json()["payment_id"]
    assert (topped.kind, topped.amount, topped.balance_after) == ("top_up", 10_000, 10_000)
    assert topped.counterparty == shop.service.config.operator


async def test_accounts_and_points_agree_with_the_movements(shop: World):
    person, till = await shop.person(10_000), await shop.till()
    for amount in (2_370, 199, 99):
        await person.pay(await person.resolve((await till.order(amount)).code))
    accounts = (await person.get("/v1/accounts")).json()["accounts"]
    assert [(a["kind"], a["currency"], a["available"]) for a in accounts] == [
        ("money", "CNY", 7_332),
        ("points", "KBN", 24),
    ]
    points = (await person.get("/v1/points")).json()
    assert points["balance"] == 24
    assert [lot["remaining"] for lot in points["lots"]] == [23, 1]
    items = await whole(person, "", 200)
    assert sum(i.amount for i in items if i.currency == "CNY") == 7_332
    assert sum(i.amount for i in items if i.currency == "KBN") == 24


async def test_pages_stay_put_while_new_lines_come(shop: World):
    person, till = await shop.person(10_000), await shop.till()
    _, text = await shop.service.merchants.add_code(till.store_id, "CNY")
    found = await person.resolve(text)
    for _ in range(7):
        await person.pay(found, 100)
    before = await whole(person, "", 200)
    keys = [item.cursor_key for item in before]
    assert keys == sorted(keys, reverse=True)
    assert len(set(keys)) == 15
    first = await page(person, "limit=4")
    await person.pay(found, 100)
    seen, cursor = first.items, first.next_cursor
    while cursor is not None:
        more = await page(person, f"limit=4&cursor={cursor}")
        seen, cursor = seen + more.items, more.next_cursor
    assert seen == before
    for limit in (1, 2, 3, 16, 17):
        assert (await whole(person, "", limit))[2:] == before
    money = await whole(person, "currency=CNY&", 3)
    assert [item.currency for item in money] == ["CNY"] * 9
    assert await whole(person, "currency=JPY&", 3) == []


async def test_a_wallet_catches_up_oldest_first(shop: World):
    person, till = await shop.person(10_000), await shop.till()
    _, text = await shop.service.merchants.add_code(till.store_id, "CNY")
    found = await person.resolve(text)
    for _ in range(4):
        await person.pay(found, 100)
    everything = (await whole(person, "", 200))[::-1]
    known = 0
    caught: list[Movement] = []
    while True:
        new = (await page(person, f"after={known}&limit=2")).items
        if not new:
            break
        caught += new
        known = new[-1].cursor_key
    assert caught == everything
    middle = everything[4].cursor_key
    assert (await page(person, f"after={middle}")).items == everything[5:]


async def test_nobody_sees_anothers_movements(shop: World):
    person, stranger, till = await shop.person(1_000), await shop.person(), await shop.till()
    await person.pay(await person.resolve((await till.order(100)).code))
    assert (await page(stranger)).items == []
    first = await page(person, "limit=1")
    assert (await page(stranger, f"cursor={first.next_cursor}")).items == []


async def test_bad_pages_are_refused_with_the_field(shop: World):
    person = await shop.person()
    for query, field in [
        ("cursor=nonsense", "cursor"),
        ("cursor=%F0%9F%92%B0", "cursor"),
        ("cursor=gQ", "cursor"),
        ("after=-1", "after"),
        ("after=x", "after"),
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("currency=cny", "currency"),
    ]:
        answer = await person.get(f"/v1/activity?{query}")
        assert code_of(answer) == "validation_failed", query
        assert answer.json()["field"] == field
