"""Account help: proposed by the agent, confirmed by the person, made once, the difference kept."""

from __future__ import annotations

import asyncio
import secrets
from typing import Any

import httpx
import msgspec
import pytest
import sqlalchemy as sa

from app.protocol.ids import new_id
from app.protocol.messages.cards import ProposalCard
from app.protocol.messages.desk import AskVerification
from app.protocol.messages.identity import Contact, Session
from app.protocol.signing import SigningKey
from app.server.db.engine import reading
from app.server.identity.freezing_rules import By
from app.server.identity.tables import freezes, users
from app.server.support.consent import rules
from app.server.support.consent.help import Detail
from app.server.support.consent.tables import proposals
from tests.server.support.consent.room import Room
from tests.server.support.consent.test_verification import set_question
from tests.server.world import PASSPHRASE, Person, code_of, now


async def proposed(room: Room, change: str, value: str = "") -> str:
    answer = await room.propose(change, value)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["request_id"])


async def me(room: Room) -> dict:
    return (await room.person.get("/v1/me")).json()


async def kept(room: Room, request_id: str) -> tuple[str, Detail]:
    async with reading(room.shop.service.engine) as connection:
        query = sa.select(proposals).where(proposals.c.id == request_id)
        row = (await connection.execute(query)).one()
    assert b"before" not in row.detail
    opened = room.shop.service.talk.sealer.open(row.detail, f"proposal:{request_id}")
    return row.state, msgspec.json.decode(opened, type=Detail)


async def freeze(room: Room, by: By = "person") -> None:
    session = room.person.session
    await room.shop.service.identity.freezing.freeze(
        session.user_id, by=by, keep_session=session.session_id
    )


def own_freezes(room: Room) -> sa.Select[Any]:
    return sa.select(freezes).where(freezes.c.user_id == room.person.session.user_id)


@pytest.mark.parametrize(
    ("change", "value"), [("display_name", " 王芳 "), ("locale", "en")], ids=["name", "locale"]
)
async def test_a_confirmed_change_is_made_and_the_difference_kept(
    each_room: Room, change: str, value: str
):
    room = each_room
    before = (await me(room))[change]
    request_id = await proposed(room, change, value)
    assert (await me(room))[change] == before
    body = room.confirmation(request_id, passphrase="")
    answers = await asyncio.gather(*(room.send(f"proposals/{request_id}", body) for _ in range(4)))
    assert {a.status_code for a in answers} == {200}
    assert {a.json()["state"] for a in answers} == {"done"}
    assert (await me(room))[change] == value.strip()
    assert await room.events(request_id) == ["done"]
    state, detail = await kept(room, request_id)
    assert (state, detail.before, detail.after) == ("done", before, value.strip())
    (card,) = [m.card for m in await room.messages() if isinstance(m.card, ProposalCard)]
    assert (card.before, card.after, card.step_up) == ("", value.strip(), False)


async def test_nothing_happens_when_the_person_declines(room: Room):
    request_id = await proposed(room, "display_name", "王芳")
    declined = await room.confirm(request_id, accept=False)
    assert declined.json()["state"] == "declined"
    assert (await me(room))["display_name"] == "李伟"
    assert code_of(await room.confirm(request_id)) == "request_answered"


async def test_a_new_contact_takes_a_verified_person_and_the_passphrase(each_room: Room):
    room, address = each_room, f"new.address.{new_id()}@example.com"
    refused = await room.propose("contact", address.title())
    assert (code_of(refused), refused.json()["params"]) == ("proof_needed", {"level": 2})
    await room.verified(1)
    assert code_of(await room.propose("contact", "a@example.com")) == "proof_needed"
    await room.verified(2)
    request_id = await proposed(room, "contact", address.title())
    wrong = await room.confirm(request_id, passphrase="wrong")
    assert code_of(wrong) == "proof_failed"
    assert (await room.confirm(request_id)).json()["state"] == "done"
    assert (await me(room))["contact"]["value"] == address
    # It is how they sign in from now on.
    room.person.contact = Contact("email", address)
    request = room.shop.sign_in_request(room.person.contact, SigningKey.generate())
    assert (await room.shop.post("/v1/sessions", request)).status_code == 201
    number = f"138{secrets.randbelow(10**8):08}"
    phone = await proposed(room, "contact", f"{number[:3]} {number[3:7]} {number[7:]}")
    await room.confirm(phone)
    assert (await me(room))["contact"] == {"kind": "phone", "value": f"+86{number}"}


async def test_a_contact_that_somebody_else_has_is_told_to_the_person_only(room: Room):
    stranger = await room.shop.person()
    await room.verified(2)
    request_id = await proposed(room, "contact", stranger.contact.value)
    assert code_of(await room.confirm(request_id)) == "contact_taken"
    assert await room.events(request_id) == ["failed"]
    assert code_of(await room.confirm(request_id)) == "request_answered"


async def test_a_value_that_changed_meanwhile_is_a_conflict(room: Room):
    first = await proposed(room, "display_name", "王芳")
    async with room.shop.service.engine.begin() as connection:
        mine = sa.update(users).where(users.c.id == room.person.session.user_id)
        await connection.execute(mine.values(display_name="赵敏"))
    assert code_of(await room.confirm(first)) == "request_expired"
    assert await room.events(first) == ["failed"]
    assert (await me(room))["display_name"] == "赵敏"


WRONG = [
    ("display_name", " ", "display_name_invalid"),
    ("locale", "tlh", "validation_failed"),
    ("sign_out_device", "nonsense", "validation_failed"),
    ("sign_out_device", "0197a0e0-0000-7000-8000-00000000dead", "grant_missing"),
    ("contact", "nobody", "contact_invalid"),
]


async def test_values_that_are_none(room: Room):
    for change, value, code in WRONG:
        assert code_of(await room.propose(change, value)) == code
    assert not any(isinstance(m.card, ProposalCard) for m in await room.messages())


async def test_a_device_is_signed_out_with_a_grant_to_see_it(each_room: Room):
    room = each_room
    key = SigningKey.generate()
    answer = await room.shop.post(
        "/v1/sessions", room.shop.sign_in_request(room.person.contact, key)
    )
    lost = Person(
        room.shop, room.person.contact, key, msgspec.json.decode(answer.content, type=Session)
    )
    await room.granted(["devices"])
    unknown = await room.propose("sign_out_device", "0197a0e0-0000-7000-8000-00000000dead")
    assert code_of(unknown) == "not_found"
    request_id = await proposed(room, "sign_out_device", lost.session.device_id)
    (card,) = [m.card for m in await room.messages() if isinstance(m.card, ProposalCard)]
    assert (card.before, card.after) == ("Laptop", "")
    # Naming the device was a look, and is written down.
    assert [look.scope for look in (await room.looks()).looks] == ["devices"]
    assert (await room.confirm(request_id)).json()["state"] == "done"
    assert code_of(await lost.get("/v1/me")) == "session_ended"
    assert (await me(room))["state"] == "active"


async def test_a_lock_on_the_sign_in_is_lifted_from_a_device_that_is_signed_in(each_room: Room):
    room = each_room

    async def sign_in(passphrase: str) -> httpx.Response:
        request = room.shop.sign_in_request(room.person.contact, SigningKey.generate(), passphrase)
        return await room.shop.post("/v1/sessions", request)

    for _ in range(5):
        locked = await sign_in("wrong")
    assert code_of(locked) == "account_locked"
    assert code_of(await sign_in(PASSPHRASE)) == "account_locked"
    request_id = await proposed(room, "unlock_sign_in")
    # No passphrase: its tries are locked; the device's signature is what counts.
    assert (await room.confirm(request_id, passphrase="")).json()["state"] == "done"
    assert (await sign_in(PASSPHRASE)).status_code == 201
    _, detail = await kept(room, request_id)
    assert detail.before.startswith("locked until")
    again = await proposed(room, "unlock_sign_in")
    await room.confirm(again, passphrase="", time=now() + 1)
    assert (await kept(room, again))[1].before == "not locked"


async def test_a_thaw_is_proposed_to_a_verified_person(each_room: Room):
    room = each_room
    await freeze(room)
    assert code_of(await room.propose("thaw")) == "proof_needed"
    await room.verified(2)
    request_id = await proposed(room, "thaw")
    assert code_of(await room.confirm(request_id, passphrase="wrong")) == "proof_failed"
    assert (await me(room))["state"] == "frozen"
    assert (await room.confirm(request_id)).json()["state"] == "done"
    assert (await me(room))["state"] == "active"
    async with reading(room.shop.service.engine) as connection:
        row = (await connection.execute(own_freezes(room))).one()
    assert (row.thawed_by, row.thaw_actor, row.thaw_reason) == (
        "person",
        room.agent.id,
        "as you asked",
    )


async def test_what_the_operator_froze_no_agent_thaws(room: Room):
    await freeze(room, by="operator")
    await room.verified(2)
    request_id = await proposed(room, "thaw")
    assert code_of(await room.confirm(request_id)) == "thaw_by_operator"
    assert await room.events(request_id) == ["failed"]
    assert (await me(room))["state"] == "frozen"


async def test_a_new_device_thaws_once_the_person_has_proved_more(room: Room):
    await set_question(room)
    await freeze(room)
    key = SigningKey.generate()
    answer = await room.shop.post(
        "/v1/sessions", room.shop.sign_in_request(room.person.contact, key)
    )
    room.person.key = key
    room.person.session = msgspec.json.decode(answer.content, type=Session)
    await room.verified(2)
    request_id = await proposed(room, "thaw")
    assert code_of(await room.confirm(request_id)) == "proof_failed"
    question = await room.asked("verifications", AskVerification(2, ["question"]))
    assert (await room.prove(question, answer="blue ridge")).json()["state"] == "passed"
    assert (await room.confirm(request_id, time=now() + 1)).json()["state"] == "done"
    assert (await me(room))["state"] == "active"


async def test_proposals_die_with_a_freeze_a_hand_over_and_their_time(each_room: Room):
    room = each_room
    for n, end in enumerate(("freeze", "hand-over", "time")):
        request_id = await proposed(room, "display_name", "王芳")
        if end == "freeze":
            await freeze(room)
        elif end == "hand-over":
            await room.give(room.other)
            await room.give(room.agent)
        else:
            room.later(rules.QUESTION_MS + 1_000)
        assert code_of(await room.confirm(request_id, time=now() + n)) == "request_expired"
        await room.shop.service.consent.lapse()
        assert await room.events(request_id) == ["cancelled" if n == 1 else "expired"]
    assert (await me(room))["display_name"] == "李伟"


async def test_the_agent_s_button_freezes_at_once(each_room: Room):
    room = each_room
    reason = {"reason": "the phone was stolen"}
    assert code_of(await room.ask("freeze", reason, room.other)) == "not_owner"
    answers = [await room.ask("freeze", reason) for _ in range(2)]
    assert answers[0].json()["by"] == "agent"
    assert answers[0].content == answers[1].content
    assert code_of(await room.person.get("/v1/me")) == "session_ended"
    async with reading(room.shop.service.engine) as connection:
        row = (await connection.execute(own_freezes(room))).one()
    assert (row.actor, row.reason) == (room.agent.id, "the phone was stolen")


def test_masks_leave_enough_to_recognise_and_too_little_to_use():
    assert rules.mask_name("李伟") == "李*"
    assert rules.mask_name("Ada Lovelace") == "A***********"
    assert rules.mask_contact("email", "li.wei@example.com") == "l***@example.com"
    assert rules.mask_contact("phone", "+8613800138000") == "+86*******8000"
