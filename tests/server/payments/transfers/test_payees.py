"""Finding people: what is told, what is not, and that it can't be used to harvest names."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa

from app.protocol.codes import personal_code
from app.protocol.messages.identity import Contact, Session
from app.protocol.messages.transfers import FindMe, NameCheck, PersonalCode
from app.protocol.signing import SigningKey
from app.server.payments.transfers import rules
from app.server.payments.transfers.rules import masked_name, same_name
from app.server.payments.transfers.tables import lookup_budgets
from tests.server.payments.street import once
from tests.server.payments.transfers.friends import (
    ask,
    code_of_person,
    look_up,
    look_up_raw,
    post,
    requests_of,
    transfer,
    transfer_raw,
    word_for,
)
from tests.server.world import Person, World, code_of


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("王小明", "王*明"),
        ("李伟", "李*"),
        ("欧阳 娜娜", "欧* 娜*"),
        ("阿", "*"),
        ("司马相如先生", "司****生"),
        ("Sarah Rivers", "Sa* Ri*"),
        ("Jo Li", "J* L*"),
        ("Élodie", "Él*"),
        ("X", "*"),
        ("山田太郎", "山**郎"),
    ],
)
def test_how_much_of_a_name_is_shown(name: str, masked: str):
    assert masked_name(name) == masked


def test_full_names_are_compared_as_people_type_them():
    assert same_name(" 王 小明", "王小明")
    assert same_name("ｓarah RIVERS", "Sarah Rivers")
    assert not same_name("王小朋", "王小明")


async def hide(person: Person, *, by_phone: bool, by_email: bool) -> PersonalCode:
    answer = await person.world.client.put(
        "/v1/personal-code/find-me",
        content=msgspec.json.encode(FindMe(by_phone, by_email)),
        headers=person.headers,
    )
    assert answer.status_code == 200, answer.text
    return msgspec.json.decode(answer.content, type=PersonalCode)


async def spent(shop: World, person: Person) -> int:
    """What the person's look-ups have cost today."""
    async with shop.service.engine.connect() as connection:
        return (
            await connection.scalar(
                sa.select(lookup_budgets.c.spent).where(
                    lookup_budgets.c.user_id == person.session.user_id
                )
            )
            or 0
        )


@once
async def test_found_by_email_number_and_code(street: World):
    payer, payee = await street.person(10_000), await street.person()
    mine = await code_of_person(payee)
    assert personal_code.is_wallet_number(mine.wallet_no)
    assert (await code_of_person(payee)).wallet_no == mine.wallet_no
    spaced = f"{mine.wallet_no[:3]} {mine.wallet_no[3:6]} {mine.wallet_no[6:]}"
    words = [
        await look_up(payer, payee.contact.value.upper()),
        await look_up(payer, mine.wallet_no, "wallet"),
        await look_up(payer, spaced, "wallet"),
        await look_up(payer, mine.text, "code"),
    ]
    assert {found.name for found in words} == {"李*"}
    # Nobody can tell from the words that they stand for one person.
    assert len({found.payee_ref for found in words}) == 4
    for found in words:
        assert (await transfer(payer, found.payee_ref, 10)).receipt.amount == 10
    dear = await code_of_person(payee, "?amount=2500&note=%E5%8D%88%E9%A5%AD")
    found = await look_up(payer, dear.text, "code")
    assert (found.amount, found.currency, found.note, found.known) == (2_500, "CNY", "午饭", True)


@once
async def test_unknown_hidden_and_oneself_are_told_alike(street: World):
    asker, hidden = await street.person(), await street.person()
    shown = await hide(hidden, by_phone=False, by_email=False)
    assert (shown.find_by_phone, shown.find_by_email) == (False, False)
    answers = [
        await look_up_raw(asker, "email", "nobody@example.com"),
        await look_up_raw(asker, "email", hidden.contact.value),
        await look_up_raw(asker, "email", asker.contact.value),
        await look_up_raw(asker, "phone", "+8613812345678"),
        await look_up_raw(asker, "wallet", personal_code.wallet_number("000000000")),
    ]
    assert {code_of(answer) for answer in answers} == {"payee_not_found"}
    told = []
    for answer in answers:
        problem = answer.json()
        del problem["trace_id"]
        told.append(problem)
    assert told == [told[0]] * 5
    # They cost alike too, and the number that one tells is still a way.
    await street.service.transfers.payees.forget()
    assert await spent(street, asker) == 5 * rules.NOT_FOUND
    assert (await look_up(asker, shown.wallet_no, "wallet")).name == "李*"


@once
async def test_what_is_no_number_and_no_code_of_ours(street: World):
    asker, payee = await street.person(), await street.person()
    mine = await code_of_person(payee)
    wrong = mine.wallet_no[:-1] + str((int(mine.wallet_no[-1]) + 1) % 10)
    other = personal_code.build(
        SigningKey.generate(),
        street.service.keys.code_key_id,
        wallet_no=mine.wallet_no,
        currency="CNY",
    )
    unknown = personal_code.build(
        street.service.keys.code,
        "c00000000",
        wallet_no=mine.wallet_no,
        currency="CNY",
    )
    gone = personal_code.build(
        street.service.keys.code,
        street.service.keys.code_key_id,
        wallet_no=personal_code.wallet_number("000000000"),
        currency="CNY",
    )
    till = await street.till()
    merchant = await till.order(100)
    for how, value, code in (
        ("wallet", wrong, "validation_failed"),
        ("wallet", "12345", "validation_failed"),
        ("email", "not an address", "contact_invalid"),
        ("phone", "12", "contact_invalid"),
        ("phone", "999", "contact_invalid"),
        ("code", other, "code_forged"),
        ("code", unknown, "code_forged"),
        ("code", mine.text[:-1] + ("1" if mine.text[-1] == "0" else "0"), "code_malformed"),
        ("code", merchant.code, "code_foreign"),
        ("code", "hello there", "code_malformed"),
    ):
        assert code_of(await look_up_raw(asker, how, value)) == code, (how, code)
    assert await spent(street, asker) == 0
    assert code_of(await look_up_raw(asker, "code", gone)) == "payee_not_found"
    own = await code_of_person(asker)
    assert code_of(await look_up_raw(asker, "code", own.text)) == "payee_is_payer"
    assert code_of(await asker.get("/v1/personal-code?currency=USD")) == "currency_unsupported"
    assert code_of(await asker.get(f"/v1/personal-code?amount={10**15}")) == "amount_too_large"
    assert code_of(await asker.get("/v1/personal-code?amount=0")) == "validation_failed"


async def another_session(shop: World, person: Person) -> Person:
    """The same person on another device."""
    key = SigningKey.generate()
    answer = await shop.post("/v1/sessions", shop.sign_in_request(person.contact, key))
    assert answer.status_code == 201, answer.text
    session = msgspec.json.decode(answer.content, type=Session)
    return Person(shop, person.contact, key, session)


async def test_the_budget_is_one_however_many_sessions_ask(shop: World):
    asker, payee = await shop.person(), await shop.person()
    sessions = [asker, *[await another_session(shop, asker) for _ in range(3)]]
    guesses = [f"guess{number}@example.com" for number in range(24)]
    answers = await asyncio.gather(
        *(look_up_raw(sessions[n % 4], "email", value) for n, value in enumerate(guesses))
    )
    told = [code_of(answer) for answer in answers]
    allowed = rules.BUDGET // rules.NOT_FOUND
    assert (told.count("payee_not_found"), told.count("too_many_requests")) == (
        allowed,
        len(guesses) - allowed,
    )
    # Used up: not even somebody who is there is found, on any device, by any way.
    mine = await code_of_person(payee)
    for session, how, value in (
        (sessions[1], "email", payee.contact.value),
        (sessions[2], "wallet", mine.wallet_no),
        (sessions[3], "code", mine.text),
    ):
        refused = await look_up_raw(session, how, value)
        assert code_of(refused) == "too_many_requests"
        assert refused.json()["retry_after"] > 0
    # Another person's is another one; whoever is known already is still paid.
    assert (await look_up(await shop.person(), payee.contact.value)).name == "李*"


@once
async def test_full_names_are_checked_a_few_times_a_day(street: World):
    asker, payee = await street.person(), await street.person()
    ref = await word_for(asker, payee)

    async def check(name: str, word: str = ref) -> Any:
        return await post(asker, "/v1/payees/check", NameCheck(word, name))

    assert (await check("李伟")).json() == {"matches": True, "left": rules.CHECKS - 1}
    guesses = await asyncio.gather(*(check(f"李{n}") for n in "一二三四五六七"))
    right = [a.json() for a in guesses if a.status_code == 200]
    assert len(right) == rules.CHECKS - 1
    assert not any(answer["matches"] for answer in right)
    assert sorted(answer["left"] for answer in right) == list(range(rules.CHECKS - 1))
    assert {code_of(a) for a in guesses if a.status_code != 200} == {"name_check_exhausted"}
    assert code_of(await check("李伟", "x" * 40)) == "payee_not_found"
    old = street.service.transfers.people.refs.seal(
        asker.session.user_id, payee.session.user_id, int(time.time() * 1000) - 1
    )
    assert code_of(await check("李伟", old)) == "payee_ref_expired"


@once
async def test_a_link_is_found_paid_and_then_closed(street: World):
    asker, payer, late = [await street.person(1_000) for _ in range(3)]
    request = await ask(asker, 300, note="电影票")
    found = await look_up(payer, request.link, "code")
    assert (found.amount, found.note, found.request_id, found.name) == (
        300,
        "电影票",
        request.request_id,
        "李*",
    )
    assert code_of(await look_up_raw(asker, "code", request.link)) == "payee_is_payer"
    ref = (await look_up(late, request.link, "code")).payee_ref
    await transfer(payer, found.payee_ref, 300, request_id=request.request_id)
    refused = await transfer_raw(late, ref, 300, request_id=request.request_id)
    assert (code_of(refused), refused.json()["params"]) == (
        "money_request_closed",
        {"state": "paid"},
    )
    assert code_of(await look_up_raw(late, "code", request.link)) == "money_request_closed"
    assert [(item.state, item.other) for item in await requests_of(asker)] == [("paid", "李*")]
    assert [(item.state, item.mine) for item in await requests_of(payer)] == [("paid", False)]
    assert await requests_of(late) == []


@once
async def test_a_phone_is_found_as_people_write_it(street: World):
    asker, key = await street.person(), SigningKey.generate()
    contact = Contact("phone", "+8613812345678")
    answer = await street.post("/v1/registrations", street.registration(contact, key))
    assert answer.status_code == 201
    assert (await look_up(asker, "138 1234 5678", "phone")).name == "李*"
    owner = Person(street, contact, key, msgspec.json.decode(answer.content, type=Session))
    await hide(owner, by_phone=False, by_email=True)
    assert code_of(await look_up_raw(asker, "phone", "13812345678")) == "payee_not_found"
