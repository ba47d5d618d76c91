"""Who is there: levels, factors, tries, expiry, replay."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa

from app.protocol.messages.cards import VerificationCard
from app.protocol.messages.consent import SecurityQuestionRequest
from app.protocol.messages.desk import AskVerification
from app.protocol.signing import SigningKey
from app.server.db.engine import reading
from app.server.support.consent import rules
from app.server.support.consent.tables import security_questions, verifications
from tests.server.support.consent.room import MINUTE, Room
from tests.server.world import PASSPHRASE, code_of, now


async def level(room: Room) -> tuple[int, bool]:
    given = await room.shop.service.consent.of_conversation(room.conv)
    return given.verified.level, given.verified.independent


class Letters:
    """Keeps what the mail room would send."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []

    async def send_code(self, change: Any, *, address: str, code: str, **_rest: Any) -> None:
        self.sent.append((address, code))


async def set_question(room: Room, answer: str = "  Blue  Ridge! ", **changes: Any):
    request = SecurityQuestionRequest(
        question="Where did we meet?",
        answer=answer,
        passphrase=changes.pop("passphrase", PASSPHRASE),
        time=now(),
        signature="x" * 86,
    )
    signed = room.person.key.sign(request.signed_bytes(room.person.session.user_id))
    request = msgspec.structs.replace(request, signature=signed)
    return await room.shop.client.put(
        "/v1/me/security-question",
        content=msgspec.json.encode(request),
        headers=room.person.headers,
    )


async def test_the_device_proves_the_first_level(room: Room):
    assert await level(room) == (0, False)
    event = await room.verified(1, passphrase="")
    assert (event.state, event.what) == ("passed", "verification")
    assert event.until - now() > 29 * MINUTE
    assert await level(room) == (1, False)
    (card,) = [m.card for m in await room.messages() if isinstance(m.card, VerificationCard)]
    assert (card.level, card.factors) == (1, ["device"])
    assert await room.events(card.request_id) == ["passed"]


async def test_the_passphrase_proves_the_second(room: Room):
    await room.verified(2)
    assert await level(room) == (2, False)
    room.later(rules.VERIFIED_MS + 1_000)
    assert await level(room) == (0, False)


async def test_the_proof_ends_with_the_conversation_and_survives_a_hand_over(each_room: Room):
    room = each_room
    await room.verified(2)
    await room.give(room.other)
    assert await level(room) == (2, False)
    await room.give(None, "nobody", "closed")
    await room.give(room.agent, reason="reopened")
    assert await level(room) == (0, False)


async def test_the_same_answer_again_is_told_the_same(room: Room):
    request_id = await room.asked("verifications", AskVerification(1))
    proof = room.proof(request_id)
    answers = [await room.send(f"verifications/{request_id}", proof) for _ in range(3)]
    assert {a.status_code for a in answers} == {200}
    assert len({a.content for a in answers}) == 1
    assert await room.events(request_id) == ["passed"]
    # The signature of one question is worth nothing at another.
    again = await room.asked("verifications", AskVerification(1))
    assert code_of(await room.send(f"verifications/{again}", proof)) == "signature_invalid"


async def test_a_person_may_decline(room: Room):
    request_id = await room.asked("verifications", AskVerification(2))
    declined = await room.prove(request_id, accept=False, passphrase="")
    assert declined.json()["state"] == "declined"
    assert await level(room) == (0, False)
    assert code_of(await room.prove(request_id)) == "request_answered"


async def test_three_wrong_answers_fail_it(room: Room):
    request_id = await room.asked("verifications", AskVerification(2))
    tries = [await room.prove(request_id, passphrase="wrong", time=now() + n) for n in range(3)]
    assert [code_of(t) for t in tries] == ["proof_failed"] * 3
    assert [t.json()["params"]["left"] for t in tries] == [2, 1, 0]
    assert await room.events(request_id) == ["failed"]
    assert code_of(await room.prove(request_id)) == "request_answered"
    assert await level(room) == (0, False)


async def test_many_answers_at_once_get_no_more_tries(each_room: Room):
    room = each_room
    request_id = await room.asked("verifications", AskVerification(2))
    proofs = [room.proof(request_id, passphrase="wrong", time=now() + n) for n in range(8)]
    answers = await asyncio.gather(
        *(room.send(f"verifications/{request_id}", proof) for proof in proofs)
    )
    codes = [code_of(answer) for answer in answers]
    assert codes.count("proof_failed") <= 3
    assert set(codes) <= {"proof_failed", "request_answered", "account_locked"}
    async with reading(room.shop.service.engine) as connection:
        mine = sa.select(verifications).where(verifications.c.id == request_id)
        row = (await connection.execute(mine)).one()
    assert (row.state, row.tries, row.signature) == ("failed", 3, None)


async def test_wrong_times_keys_and_people(room: Room):
    request_id = await room.asked("verifications", AskVerification(1))
    assert code_of(await room.prove(request_id, time=now() - 3_600_000)) == "clock_off"
    forged = await room.prove(request_id, key=SigningKey.generate())
    assert code_of(forged) == "signature_invalid"
    stranger = await room.shop.person()
    proof = room.proof(request_id, key=stranger.key)
    other = await room.send(f"verifications/{request_id}", proof, stranger)
    assert code_of(other) == "request_not_found"
    nobody = await room.send("verifications/nonsense", proof)
    assert code_of(nobody) == "request_not_found"
    asked = await room.ask("verifications", AskVerification(1), room.other)
    assert code_of(asked) == "not_owner"
    room.later(rules.QUESTION_MS + 1_000)
    assert code_of(await room.prove(request_id)) == "request_expired"
    await room.shop.service.consent.lapse()
    assert await room.events(request_id) == ["expired"]


async def test_factors_that_cannot_be_asked_are_refused(room: Room):
    for factor in ("code", "question"):
        refused = await room.ask("verifications", AskVerification(1, [factor]))
        assert code_of(refused) == "validation_failed"


async def test_a_security_question_is_one_factor_among_others(each_room: Room):
    room = each_room
    assert code_of(await set_question(room, passphrase="wrong")) == "proof_failed"
    assert code_of(await set_question(room, " ?! ")) == "validation_failed"
    assert (await set_question(room)).json()["question"] == "Where did we meet?"
    shown = (await room.person.get("/v1/me/security-question")).json()
    assert shown["question"] == "Where did we meet?"
    stranger = await room.shop.person()
    nothing = (await stranger.get("/v1/me/security-question")).json()
    assert nothing == {"question": "", "set_at": 0}
    request_id = await room.asked("verifications", AskVerification(1, ["question"]))
    wrong = await room.prove(request_id, answer="Red Ridge")
    assert (code_of(wrong), wrong.json()["field"]) == ("proof_failed", "answer")
    right = await room.prove(request_id, answer="blue ridge", passphrase="", time=now() + 1)
    assert right.json()["state"] == "passed"
    assert await level(room) == (1, True)
    async with reading(room.shop.service.engine) as connection:
        mine = security_questions.c.user_id == room.person.session.user_id
        row = (await connection.execute(sa.select(security_questions).where(mine))).one()
    assert row.answer_hash.startswith("$argon2id$")
    assert b"meet" not in row.question
    # It can be replaced.
    await set_question(room, "green")
    request_id = await room.asked("verifications", AskVerification(1, ["question"]))
    assert code_of(await room.prove(request_id, answer="blue ridge")) == "proof_failed"


async def test_a_code_goes_out_by_e_mail_and_dies_with_a_freeze(each_room: Room):
    room = each_room
    letters = Letters()
    room.shop.service.consent.employ(letters)
    request_id = await room.asked("verifications", AskVerification(1, ["code"]))
    ((address, code),) = letters.sent
    assert address == room.person.contact.value
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    assert code_of(await room.prove(request_id, code=wrong)) == "proof_failed"
    right = await room.prove(request_id, code=code, time=now() + 1)
    assert right.json()["state"] == "passed"
    assert await level(room) == (1, True)
    request_id = await room.asked("verifications", AskVerification(1, ["code"]))
    freezing = room.shop.service.identity.freezing
    session = room.person.session
    await freezing.freeze(session.user_id, by="person", keep_session=session.session_id)
    late = await room.prove(request_id, code=letters.sent[1][1])
    assert code_of(late) == "request_expired"
    await room.shop.service.consent.lapse()
    assert await room.events(request_id) == ["expired"]


@pytest.mark.parametrize(
    ("wanted", "factors"),
    [
        ((1, [], []), ("device",)),
        ((2, [], []), ("device", "passphrase")),
        ((1, ["passphrase"], []), ("device", "passphrase")),
        ((2, ["question", "code"], ["code", "question"]), rules.FACTORS),
    ],
)
def test_what_a_level_asks_for(wanted: Any, factors: tuple[str, ...]):
    assert rules.factors_for(*wanted) == factors
    assert rules.level_of(factors) == (2 if "passphrase" in factors else 1)


def test_the_best_proof_that_counts_now():
    passed = [(1, "device code", 50), (2, "device passphrase", 40), (2, "device passphrase", 30)]
    assert rules.verified(passed, 29) == (2, 40, True)
    assert rules.verified(passed, 45) == (1, 50, True)
    assert rules.verified(passed, 50) == (0, 0, False)


def test_answers_are_held_against_one_spelling():
    assert rules.one_spelling(" Blue-Ridge! ") == rules.one_spelling("ＢＬＵＥ　ridge")
    assert rules.one_spelling("李 伟") == "李伟"
