"""Sending money to a person: the whole way, every refusal, every replay, every race."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec

from app.protocol.ids import new_id
from app.protocol.messages.transfers import Transfer
from app.protocol.signing import verify
from tests.server.payments.street import once
from tests.server.payments.transfers.friends import (
    intent,
    look_up,
    send,
    signed,
    transfer,
    transfer_raw,
    word_for,
)
from tests.server.world import Person, World, code_of, now


class Ear:
    """A connection that remembers what it was told."""

    def __init__(self, shop: World, person: Person) -> None:
        self.heard = b""
        shop.service.hub.join(f"person:{person.session.user_id}", self)

    def deliver(self, frame: bytes) -> None:
        self.heard += frame

    async def hears(self, *topics: str) -> None:
        async with asyncio.timeout(20):
            while not all(f'"{topic}"'.encode() in self.heard for topic in topics):
                await asyncio.sleep(0.01)


async def test_money_goes_to_a_friend_and_both_read_what_it_was(shop: World):
    payer, payee = await shop.person(10_000), await shop.person()
    ears = [Ear(shop, payer), Ear(shop, payee)]
    found = await look_up(payer, payee.contact.value)
    assert (found.name, found.known) == ("李*", False)

    sent = await transfer(payer, found.payee_ref, 1_234, note="午饭")

    for ear in ears:
        await ear.hears("accounts", "activity")
    receipt = sent.receipt
    keys = {key["key_id"]: key for key in (await payer.get("/v1/service")).json()["keys"]}
    public = keys[receipt.key_id]["public_key"]
    assert verify(public, receipt.signed_bytes(), receipt.signature)
    assert not verify(
        public, msgspec.structs.replace(receipt, amount=1).signed_bytes(), receipt.signature
    )
    assert (receipt.amount, receipt.payee_name, sent.balance_after) == (1_234, "李*", 8_766)
    assert await payee.available() == 1_234
    mine = (await payer.get("/v1/activity?currency=CNY")).json()["items"][0]
    theirs = (await payee.get("/v1/activity?currency=CNY")).json()["items"][0]
    assert (mine["kind"], mine["amount"], mine["note"]) == ("transfer_out", -1_234, "午饭")
    assert (theirs["kind"], theirs["amount"], theirs["note"]) == ("transfer_in", 1_234, "午饭")
    assert mine["transfer_id"] == theirs["transfer_id"] == sent.transfer_id
    again = await payer.get(f"/v1/transfers/{sent.transfer_id}")
    assert msgspec.json.decode(again.content, type=Transfer) == sent
    assert code_of(await payee.get(f"/v1/transfers/{sent.transfer_id}")) == "transfer_not_found"
    assert code_of(await payee.get("/v1/transfers/nonsense")) == "transfer_not_found"


@once
async def test_whom_one_has_paid_is_known_for_ever(street: World):
    payer, payee, stranger = [await street.person(10_000) for _ in range(3)]
    await transfer(payer, (await look_up(payer, payee.contact.value)).payee_ref, 100)
    items = (await payer.get("/v1/payees")).json()["items"]
    assert [(item["name"], item["times"]) for item in items] == [("李*", 1)]
    contact = items[0]["contact_id"]
    # Known now: no passphrase for small amounts, and the contact never runs out.
    answer = await send(payer, signed(payer, intent(payer, contact, 50), passphrase=None))
    assert answer.status_code == 201
    assert (await payer.get("/v1/payees")).json()["items"][0]["times"] == 2
    assert (await look_up(payer, payee.contact.value)).known
    # A contact is its owner's alone.
    assert code_of(await transfer_raw(stranger, contact, 50)) == "payee_not_found"
    assert await payee.available() == 10_150


@once
async def test_the_passphrase_is_asked_for_strangers_and_for_much(street: World):
    payer, payee = await street.person(1_000_000), await street.person()
    ref = await word_for(payer, payee)
    first = intent(payer, ref, 100)
    bare = await send(payer, signed(payer, first, passphrase=None))
    assert code_of(bare) == "step_up_needed"
    assert bare.json()["params"] == {"reason": "new_payee"}
    assert code_of(await send(payer, signed(payer, first, passphrase="wrong"))) == "proof_failed"
    # The refusals are not the key's last word: with the passphrase it is the same transfer.
    assert (await send(payer, signed(payer, first))).status_code == 201
    much = intent(payer, ref, street.service.config.step_up_above + 1)
    bare = await send(payer, signed(payer, much, passphrase=None))
    assert (code_of(bare), bare.json()["params"]) == ("step_up_needed", {"reason": "amount"})
    sent = await send(payer, signed(payer, much))
    assert sent.status_code == 201
    # A replay is told what was told, without proving again.
    for passphrase in (None, "wrong"):
        again = await send(payer, signed(payer, much, passphrase=passphrase))
        assert (again.status_code, again.content) == (201, sent.content)
        assert again.headers["idempotent-replayed"] == "true"


async def test_replays_at_the_same_time_post_once(shop: World):
    payer, payee = await shop.person(10_000), await shop.person()
    request = signed(payer, intent(payer, await word_for(payer, payee), 500), "rent")
    answers = await asyncio.gather(*(send(payer, request) for _ in range(8)))
    assert {(a.status_code, a.content) for a in answers} == {(201, answers[0].content)}
    assert await payer.available() == 9_500
    other = signed(payer, request.intent, "another")
    assert code_of(await send(payer, other)) == "idempotency_body_differs"


@once
async def test_asking_by_key_with_and_without_the_fence(street: World):
    payer, payee = await street.person(10_000), await street.person()
    ref = await word_for(payer, payee)
    lost = signed(payer, intent(payer, ref, 500))
    asked = await payer.get(f"/v1/transfers/by-key/{lost.intent.key}")
    assert (code_of(asked), asked.json()["money"]) == ("transfer_not_found", "unknown")
    fenced = await payer.get(f"/v1/transfers/by-key/{lost.intent.key}?fence=true")
    assert (code_of(fenced), fenced.json().get("money", "not_moved")) == (
        "transfer_not_found",
        "not_moved",
    )
    assert code_of(await send(payer, lost)) == "transfer_not_found"
    assert await payer.available() == 10_000
    done = signed(payer, intent(payer, ref, 500))
    sent = await send(payer, done)
    for query in ("", "?fence=true"):
        again = await payer.get(f"/v1/transfers/by-key/{done.intent.key}{query}")
        assert (again.status_code, again.content) == (200, sent.content)
    refused = signed(payer, intent(payer, ref, 50_000))
    assert code_of(await send(payer, refused)) == "insufficient_funds"
    asked = await payer.get(f"/v1/transfers/by-key/{refused.intent.key}")
    assert asked.json()["params"] == {"refused": "insufficient_funds"}
    assert code_of(await payer.get("/v1/transfers/by-key/7")) == "idempotency_key_invalid"


@once
async def test_frozen_people_pay_nobody_and_are_still_paid(street: World):
    payer, payee = await street.person(10_000), await street.person(10_000)
    there, back = await word_for(payer, payee), await word_for(payee, payer)
    frozen = await payee.world.client.post("/v1/me/freeze", json={}, headers=payee.headers)
    assert frozen.status_code in (200, 201), frozen.text
    assert (await transfer_raw(payer, there, 700)).status_code == 201
    assert code_of(await transfer_raw(payee, back, 700)) == "account_frozen"
    assert await payee.available() == 10_700


BAD: list[tuple[dict[str, Any], str]] = [
    ({"amount": 0}, "amount_invalid"),
    ({"amount": -5}, "amount_invalid"),
    ({"amount": 10**15 + 1}, "amount_invalid"),
    ({"amount": 10**15}, "amount_too_large"),
    ({"amount": 10_001}, "insufficient_funds"),
    ({"currency": "USD"}, "currency_unsupported"),
    ({"currency": "usd"}, "validation_failed"),
    ({"payee_ref": "x" * 40}, "payee_not_found"),
    ({"payee_ref": "short"}, "validation_failed"),
    ({"payee_ref": "0197a0e0-0000-7000-8000-00000000dead"}, "payee_not_found"),
    ({"request_id": "0197a0e0-0000-7000-8000-00000000dead"}, "money_request_not_found"),
    ({"payer": "0197a0e0-0000-7000-8000-00000000dead"}, "forbidden"),
    ({"device": "0197a0e0-0000-7000-8000-00000000dead"}, "forbidden"),
    ({"key": "0b9b3a3e-7a3c-4b6e-9a54-2f1c8d3e4f5a"}, "idempotency_key_invalid"),
    ({"time": 1_700_000_000_000}, "clock_off"),
]


@once
async def test_bad_transfers_get_a_code(street: World):
    payer, payee = await street.person(10_000), await street.person()
    ref = await word_for(payer, payee)
    for changes, code in BAD:
        wish: dict[str, Any] = {"payee_ref": ref, "amount": 500} | changes
        answer = await transfer_raw(payer, wish.pop("payee_ref"), wish.pop("amount"), **wish)
        assert code_of(answer) == code, changes
        assert answer.json().get("money", "not_moved") == "not_moved"
    assert (await payer.available(), await payee.available()) == (10_000, 0)


@once
async def test_words_that_ran_out_or_were_made_for_another(street: World):
    payer, payee, thief = [await street.person(1_000) for _ in range(3)]
    refs = street.service.transfers.people.refs
    old = refs.seal(payer.session.user_id, payee.session.user_id, now() - 1)
    assert code_of(await transfer_raw(payer, old, 100)) == "payee_ref_expired"
    ref = await word_for(payer, payee)
    assert code_of(await transfer_raw(thief, ref, 100)) == "payee_not_found"
    own = refs.seal(payer.session.user_id, payer.session.user_id, now() + 60_000)
    assert code_of(await transfer_raw(payer, own, 100)) == "payee_is_payer"
    forged = signed(payer, intent(payer, ref, 100))
    dearer = msgspec.structs.replace(
        forged, intent=msgspec.structs.replace(forged.intent, amount=900)
    )
    assert code_of(await send(payer, dearer)) == "signature_invalid"


@once
async def test_a_key_must_be_there_and_be_the_intents(street: World):
    payer, payee = await street.person(1_000), await street.person()
    request = signed(payer, intent(payer, await word_for(payer, payee), 100))
    for key, code in ((None, "idempotency_key_missing"), (new_id(), "idempotency_key_invalid")):
        headers = payer.headers | ({"idempotency-key": key} if key else {})
        answer = await street.client.post(
            "/v1/transfers", content=msgspec.json.encode(request), headers=headers
        )
        assert code_of(answer) == code


async def test_people_pay_each_other_in_circles_and_nothing_is_lost(shop: World):
    people = [await shop.person(1_000) for _ in range(3)]
    pairs = [(a, b) for a in range(3) for b in range(3) if a != b]
    words = {(a, b): await word_for(people[a], people[b]) for a, b in pairs}
    for a, b in pairs:
        await transfer(people[a], words[a, b], 1)

    async def again(a: int, b: int, amount: int) -> int:
        wish = intent(people[a], words[a, b], amount)
        return (await send(people[a], signed(people[a], wish, passphrase=None))).status_code

    told = await asyncio.gather(*(again(a, b, 100 + 90 * n) for n in range(4) for a, b in pairs))
    assert set(told) <= {201, 422}
    assert sum([await person.available() for person in people]) == 3_000
