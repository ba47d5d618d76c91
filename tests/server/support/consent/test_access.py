"""Access only with consent: asked, granted, looked, revoked; what was seen can be proved."""

from __future__ import annotations

import asyncio

import msgspec
import pytest
import sqlalchemy as sa

from app.protocol.messages.cards import AccessCard
from app.protocol.messages.desk import AskAccess, BreakGlassRequest
from app.protocol.messages.stream import Changed
from app.protocol.messages.support import Grant
from app.protocol.proofs import inclusion_proof, root, verify_inclusion
from app.protocol.signing import SigningKey, verify
from app.server.db.engine import reading, writing
from app.server.identity.staff_tables import staff_audit
from app.server.support.consent import rules
from app.server.support.consent.tables import grants, looks
from tests.server.staff import make_member
from tests.server.support.consent.room import MINUTE, SCOPES, Room
from tests.server.support.world import stream
from tests.server.world import code_of, now


async def test_an_agent_sees_nothing_before_the_person_allows_it(room: Room):
    for scope in SCOPES:
        assert code_of(await room.view(scope)) == "grant_missing"
    request_id = await room.ask_access()
    for scope in SCOPES:
        assert code_of(await room.view(scope)) == "grant_missing"
    declined = await room.allow(request_id, allow=False)
    assert (declined.state, declined.until) == ("declined", 0)
    assert code_of(await room.view("balance")) == "grant_missing"
    assert await room.events(request_id) == ["declined"]
    assert (await room.looks()).looks == []


async def test_a_grant_shows_what_it_says_and_each_look_is_written_down_first(each_room: Room):
    room = each_room
    async with stream(room.person) as line:
        grant = await room.granted()
        assert (grant.state, grant.scopes) == ("active", SCOPES)
        assert grant.until - grant.granted_at == 15 * MINUTE
        money = await room.viewed("balance")
        assert (money.accounts[0].currency, money.accounts[0].balance) == ("CNY", 46_45)
        moved = (await room.viewed("movements")).movements
        assert {(m.direction, m.amount) for m in moved if m.currency == "CNY"} == {
            ("in", 123_45),
            ("out", 77_00),
        }
        profile = (await room.viewed("profile")).profile
        assert profile["display_name"] == "李*"
        assert profile["contact"].startswith("p***@")
        assert [d.name for d in (await room.viewed("devices")).devices] == ["Laptop"]
        await line.expect(Changed, lambda frame: "grants" in frame.topics)
    seen = await room.looks()
    assert [look.scope for look in seen.looks] == ["devices", "profile", "movements", "balance"]
    assert [g.id for g in seen.grants] == [grant.id]
    assert {look.agent_name for look in seen.looks} == {"林婷"}
    # Names of fields, never a value.
    assert seen.looks[3].fields == ["currency", "balance", "state"]
    async with reading(room.shop.service.engine) as connection:
        mine = sa.select(looks).where(looks.c.conv_id == room.conv).order_by(looks.c.id)
        rows = (await connection.execute(mine)).mappings().all()
        done = sa.select(staff_audit.c.action).where(staff_audit.c.actor_id == room.agent.id)
        audit = list(await connection.execute(done))
    assert [action for (action,) in audit].count("look") == 4
    assert "4645" not in str(rows)
    assert "12345" not in str(rows)
    # Each is a leaf, ready for the log.
    leaves = [rules.look_leaf(dict(row)) for row in rows]
    assert leaves == [row["leaf_hash"] for row in rows]
    assert verify_inclusion(leaves[2], 2, 4, inclusion_proof(2, leaves), root(leaves))


async def test_the_person_s_signed_word_is_kept_as_evidence(each_room: Room):
    room = each_room
    request_id = await room.ask_access(["balance", "profile"], 30)
    answer = room.access_answer(request_id, scopes=["balance"], minutes=10)
    first = await room.send(f"access/{request_id}", answer)
    grant = msgspec.json.decode(first.content, type=Grant)
    assert (grant.scopes, grant.until - grant.granted_at) == (["balance"], 10 * MINUTE)
    assert code_of(await room.view("profile")) == "grant_missing"
    async with reading(room.shop.service.engine) as connection:
        row = (await connection.execute(sa.select(grants).where(grants.c.id == grant.id))).one()
    signed = msgspec.structs.replace(
        answer, scopes=row.scopes.split(), minutes=row.minutes, time=row.signed_at
    ).signed_bytes(row.id, row.agent_id)
    assert verify(room.person.key.public, signed, row.signature)
    assert row.device_id == room.person.session.device_id
    # The same answer again: the same grant, once.
    again = await room.send(f"access/{request_id}", answer)
    assert again.content == first.content
    assert await room.events(request_id) == ["granted"]
    other = await room.send(f"access/{request_id}", room.access_answer(request_id, time=now() + 1))
    assert code_of(other) == "request_answered"


async def test_consent_can_be_less_than_asked_and_never_more(room: Room):
    request_id = await room.ask_access(["balance"], 5)
    more = room.access_answer(request_id, scopes=["balance", "profile"], minutes=5)
    longer = room.access_answer(request_id, scopes=["balance"], minutes=6)
    nothing = room.access_answer(request_id, scopes=[], minutes=5)
    for wrong in (more, longer, nothing):
        assert code_of(await room.send(f"access/{request_id}", wrong)) == "validation_failed"
    for_other = room.access_answer(request_id, scopes=["balance"], minutes=5, agent=room.other)
    assert code_of(await room.send(f"access/{request_id}", for_other)) == "signature_invalid"
    late = room.access_answer(request_id, scopes=["balance"], minutes=5, time=now() - 3_600_000)
    assert code_of(await room.send(f"access/{request_id}", late)) == "clock_off"
    stranger = await room.shop.person()
    right = room.access_answer(request_id, scopes=["balance"], minutes=5)
    refused = await room.send(f"access/{request_id}", right, stranger)
    assert code_of(refused) == "request_not_found"
    assert code_of(await room.send("access/nonsense", right)) == "request_not_found"
    assert code_of(await room.view("balance")) == "grant_missing"
    assert (await room.send(f"access/{request_id}", right)).status_code == 200


async def test_a_grant_is_for_this_agent_in_this_conversation(room: Room):
    await room.granted()
    assert code_of(await room.view("balance", room.other)) == "grant_missing"
    stranger = await room.shop.person(5_00)
    room.person, mine = stranger, room.person
    from tests.server.support.world import open_conversation

    elsewhere = (await open_conversation(stranger)).id
    room.conv, here = elsewhere, room.conv
    await room.give(room.agent)
    assert code_of(await room.view("balance")) == "grant_missing"
    room.person, room.conv = mine, here
    assert (await room.view("balance")).status_code == 200
    for nowhere in ("nonsense", "0197a0e0-0000-7000-8000-00000000dead"):
        answer = await room.agent.get(f"/v1/staff/conversations/{nowhere}/account", scope="balance")
        assert code_of(answer) == "conversation_not_found"


async def test_revoking_works_at_once(each_room: Room):
    room = each_room
    grant = await room.granted()
    assert (await room.view("balance")).status_code == 200
    stranger = await room.shop.person()
    assert code_of(await room.revoke(grant.id, stranger)) == "request_not_found"
    revoked = await room.revoke(grant.id)
    assert (revoked.status_code, revoked.json()["state"]) == (200, "revoked")
    assert code_of(await room.view("balance")) == "grant_missing"
    assert (await room.revoke(grant.id)).json() == revoked.json()
    assert await room.events(grant.id) == ["granted", "revoked"]
    assert (await room.looks()).grants == []
    # A question that was taken back before it was answered can't be answered any more.
    request_id = await room.ask_access()
    assert (await room.revoke(request_id)).json()["state"] == "declined"
    late = await room.send(f"access/{request_id}", room.access_answer(request_id))
    assert code_of(late) == "request_answered"


async def test_looks_race_with_the_revocation(each_room: Room):
    """Whoever was shown something was shown it before the revocation was answered."""
    room = each_room
    grant = await room.granted()
    answered: list[tuple[float, int]] = []

    async def look() -> None:
        answer = await room.view("balance")
        answered.append((asyncio.get_running_loop().time(), answer.status_code))

    under_way = [asyncio.create_task(look()) for _ in range(12)]
    await look()
    await room.revoke(grant.id)
    begun = len(under_way)
    await asyncio.gather(*under_way)
    assert code_of(await room.view("balance")) == "grant_missing"
    shown = sum(status == 200 for _, status in answered)
    assert {status for _, status in answered} <= {200, 403}
    # Whatever was shown has its row; a row may stand for a look that was then refused.
    assert shown <= len((await room.looks()).looks) <= begun + 1


async def test_a_grant_s_time_is_over_without_any_tick(each_room: Room):
    room = each_room
    grant = await room.granted(minutes=15)
    room.later(15 * MINUTE + 1_000)
    assert code_of(await room.view("balance")) == "grant_missing"
    assert (await room.looks()).grants == []
    # The tick only says it.
    await room.shop.service.consent.lapse()
    await room.shop.service.consent.lapse()
    assert await room.events(grant.id) == ["granted", "expired"]
    given = await room.shop.service.consent.of_conversation(room.conv)
    assert [g.state for g in given.grants] == ["expired"]


async def test_a_question_lapses(room: Room):
    request_id = await room.ask_access()
    room.later(rules.QUESTION_MS + 1_000)
    late = await room.send(f"access/{request_id}", room.access_answer(request_id))
    assert code_of(late) == "request_expired"
    await room.shop.service.consent.lapse()
    assert await room.events(request_id) == ["expired"]


async def test_a_grant_ends_with_the_hand_over_and_the_close(room: Room):
    for owner in ("bot", "queue", "nobody", "agent"):
        grant = await room.granted()
        waiting = await room.ask_access(["balance"])
        await room.give(room.other if owner == "agent" else None, owner, "handed_over")
        assert code_of(await room.view("balance")) == "grant_missing", owner
        assert code_of(await room.view("balance", room.other)) == "grant_missing", owner
        assert await room.events(grant.id) == ["granted", "ended"], owner
        assert await room.events(waiting) == ["cancelled"], owner
        late = await room.send(f"access/{waiting}", room.access_answer(waiting, scopes=["balance"]))
        assert code_of(late) == "request_expired", owner
        # It doesn't come back with the conversation.
        await room.give(room.agent)
        assert code_of(await room.view("balance")) == "grant_missing", owner


async def test_only_the_owner_asks_and_a_key_asks_once(each_room: Room):
    room = each_room
    body = AskAccess(["balance"], "a payment is missing")
    assert code_of(await room.ask("access", body, room.other)) == "not_owner"
    nowhere = "/v1/staff/conversations/0197a0e0-0000-7000-8000-00000000dead/access"
    assert code_of(await room.agent.post(nowhere, body)) == "conversation_not_found"
    from app.protocol.ids import new_id

    key = new_id()
    answers = [
        await room.shop.client.post(
            f"{room.path}/access",
            content=msgspec.json.encode(body),
            headers=room.agent.headers | {"idempotency-key": key},
        )
        for _ in range(2)
    ]
    assert [a.status_code for a in answers] == [201, 201]
    assert answers[0].content == answers[1].content
    cards = [m.card for m in await room.messages() if isinstance(m.card, AccessCard)]
    assert [(c.request_id, c.scopes, c.agent_name) for c in cards] == [(key, ["balance"], "林婷")]
    # A new question takes the place of the old one.
    await room.ask_access()
    assert await room.events(key) == ["cancelled"]


async def test_the_database_refuses_to_forget_a_look(each_room: Room):
    room = each_room
    await room.granted()
    await room.viewed("balance")
    for statement in ("UPDATE looks SET scope = 'profile'", "DELETE FROM looks"):
        with pytest.raises(sa.exc.DBAPIError, match="posted rows never change"):
            async with writing(room.shop.service.engine) as connection:
                await connection.execute(sa.text(statement))
    assert len((await room.looks()).looks) == 1


async def test_looks_come_in_pages(room: Room):
    await room.granted()
    await room.viewed("balance")
    first = (await room.looks()).looks[0]
    assert (await room.looks(before=first.at)).looks == []
    assert (await room.looks(before=first.at + 1)).looks == [first]
    stranger = await room.shop.person()
    assert (await room.looks(stranger)).looks == []


async def test_breaking_the_glass_takes_two_and_tells_the_person(each_room: Room):
    room = each_room
    compliance = await make_member(room.shop, "compliance", display_name="周敏")
    body = BreakGlassRequest(["balance"], "ordered by a court, file 17")
    assert code_of(await room.ask("break-glass", body)) == "forbidden"
    asked = await room.ask("break-glass", body, compliance)
    request_id = asked.json()["request_id"]
    assert code_of(await room.view("balance", compliance)) == "grant_missing"
    path = f"/v1/staff/break-glass/{request_id}"
    assert code_of(await compliance.post(path)) == "second_person_needed"
    assert code_of(await room.agent.post(path)) == "forbidden"
    assert code_of(await room.other.post("/v1/staff/break-glass/nonsense")) == "request_not_found"
    waiting = (await room.other.get("/v1/staff/break-glass")).json()["requests"]
    assert (request_id, "周敏") in [(w["request_id"], w["agent_name"]) for w in waiting]
    # The person can't be asked for what isn't theirs to give.
    own = await room.send(f"access/{request_id}", room.access_answer(request_id))
    assert code_of(own) == "request_not_found"
    opened = (await room.other.post(path)).json()
    assert (opened["state"], opened["break_glass"]) == ("active", True)
    assert (await room.other.post(path)).json() == opened
    assert (await room.view("balance", compliance)).status_code == 200
    assert code_of(await room.view("balance", room.other)) == "grant_missing"
    assert code_of(await room.view("profile", compliance)) == "grant_missing"
    # Told: in the conversation, in the grants, in the looks.
    (card,) = [m.card for m in await room.messages() if isinstance(m.card, AccessCard)]
    assert (card.agent_name, card.reason) == ("周敏", "ordered by a court, file 17")
    assert await room.events(request_id) == ["granted"]
    seen = await room.looks()
    assert [(look.agent_name, look.break_glass) for look in seen.looks] == [("周敏", True)]
    assert [g.break_glass for g in seen.grants] == [True]
    assert code_of(await room.revoke(request_id)) == "forbidden"
    room.later(rules.BREAK_GLASS_MS + 1_000)
    assert code_of(await room.view("balance", compliance)) == "grant_missing"


async def test_a_broken_glass_can_wait_too_long(room: Room):
    first = await make_member(room.shop, "supervisor")
    body = BreakGlassRequest(["balance"], "ordered by a court, file 17")
    request_id = (await room.ask("break-glass", body, first)).json()["request_id"]
    assert request_id in (await room.other.get("/v1/staff/break-glass")).text
    room.later(rules.QUESTION_MS + 1_000)
    assert request_id not in (await room.other.get("/v1/staff/break-glass")).text
    late = await room.other.post(f"/v1/staff/break-glass/{request_id}")
    assert code_of(late) == "request_expired"


async def test_a_stranger_s_key_gives_no_consent(room: Room):
    request_id = await room.ask_access()
    room.person.key, key = SigningKey.generate(), room.person.key
    forged = await room.send(f"access/{request_id}", room.access_answer(request_id))
    assert code_of(forged) == "signature_invalid"
    room.person.key = key
    assert code_of(await room.view("balance")) == "grant_missing"


async def test_the_desk_sees_grants_and_proofs_beside_the_conversation(room: Room):
    shown = (await room.agent.get(room.path)).json()
    assert (shown["grants"], shown.get("verified_level", 0)) == ([], 0)
    grant = await room.granted(["balance"])
    event = await room.verified(2)
    shown = (await room.agent.get(room.path)).json()
    assert [(g["id"], g["state"]) for g in shown["grants"]] == [(grant.id, "active")]
    assert (shown["verified_level"], shown["verified_until"]) == (2, event.until)
