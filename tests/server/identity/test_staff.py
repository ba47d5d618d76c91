"""Staff: passphrase and code together, codes that work once, sessions that end, roles."""

from __future__ import annotations

import asyncio
import time
from itertools import count
from pathlib import Path
from typing import Any

import msgspec
import pyotp
import pytest
import sqlalchemy as sa

from app.protocol.errors import KBeanError
from app.protocol.messages.desk import AuditPage
from app.server.db.engine import reading, writing
from app.server.http import roles
from app.server.http.front import now_ms
from app.server.http.tokens import Principal
from app.server.identity import staff_rules
from app.server.identity.staff_tables import staff, staff_audit, staff_sessions
from tests.server.staff import STAFF_PASSPHRASE, Member, code_at, make_member, sign_in_raw
from tests.server.world import World, code_of, now, world

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


# --- codes


def test_a_code_of_now_and_one_step_to_either_side_holds():
    at = 1_800_000_015_000
    step = at // 30_000
    for offset in (-1, 0, 1):
        code = code_at(SECRET, at, steps=offset)
        assert staff_rules.step_of(SECRET, code, at, 0) == step + offset
    for offset in (-2, 2):
        code = code_at(SECRET, at, steps=offset)
        assert staff_rules.step_of(SECRET, code, at, 0) is None


def test_a_used_code_and_older_ones_hold_no_more():
    at = 1_800_000_015_000
    step = at // 30_000
    code = code_at(SECRET, at)
    assert staff_rules.step_of(SECRET, code, at, step - 1) == step
    assert staff_rules.step_of(SECRET, code, at, step) is None
    assert staff_rules.step_of(SECRET, code_at(SECRET, at, steps=-1), at, step) is None
    assert staff_rules.step_of(SECRET, code_at(SECRET, at, steps=1), at, step) == step + 1


# --- signing in


_numbers = count(1)


def named(name: str = "li.wei") -> str:
    """A name nobody else has."""
    return f"{name}.{next(_numbers)}"


async def added(shop: World, name: str, **changes: Any) -> str:
    """The second factor's secret of a new member."""
    values: dict[str, Any] = {"display_name": "李伟", "roles": ("agent",)} | changes
    return (await shop.service.staff.add(name, STAFF_PASSPHRASE, **values)).secret


async def test_name_passphrase_and_code_sign_in(shop: World):
    name = named()
    secret = await added(shop, name, roles=("agent", "senior"), skills=("cards",), capacity=3)
    answer = await sign_in_raw(shop, name, code_at(secret))
    assert answer.status_code == 201, answer.text
    session = answer.json()
    assert session["staff"]["roles"] == ["agent", "senior"]
    assert session["staff"]["skills"] == ["cards"]
    assert session["staff"]["capacity"] == 3
    hours = (session["access_expires_at"] - session["server_time"]) / 3_600_000
    assert hours == 8


async def test_each_wrong_thing_gets_the_same_answer(one_shop: World):
    name = named()
    secret = await added(one_shop, name)
    left = named("gone")
    gone = await added(one_shop, left)
    await one_shop.service.staff.disable(left)
    answers = [
        await sign_in_raw(one_shop, "nobody", code_at(secret)),
        await sign_in_raw(one_shop, name, code_at(secret), "another passphrase"),
        await sign_in_raw(one_shop, name, code_at(secret, steps=5)),
        await sign_in_raw(one_shop, left, code_at(gone)),
    ]
    bodies = []
    for answer in answers:
        assert code_of(answer) == "staff_credentials_wrong"
        bodies.append({name: value for name, value in answer.json().items() if name != "trace_id"})
    assert all(body == bodies[0] for body in bodies)


async def test_a_code_works_once_even_for_two_at_the_same_moment(shop: World):
    name = named()
    secret = await added(shop, name)
    code = code_at(secret)
    answers = await asyncio.gather(*(sign_in_raw(shop, name, code) for _ in range(3)))
    assert sorted(answer.status_code for answer in answers) == [201, 401, 401]
    assert code_of(await sign_in_raw(shop, name, code)) == "staff_credentials_wrong"


async def test_wrong_codes_lock_like_wrong_passphrases(shop: World):
    name = named()
    secret = await added(shop, name)
    wrong = code_at(secret, steps=9)
    for _ in range(4):
        assert code_of(await sign_in_raw(shop, name, wrong)) == "staff_credentials_wrong"
    assert code_of(await sign_in_raw(shop, name, wrong)) == "account_locked"
    # Now not even the right ones are looked at.
    locked = await sign_in_raw(shop, name, code_at(secret))
    assert code_of(locked) == "account_locked"
    assert locked.json()["retry_after"] > 800


async def test_the_second_factor_is_sealed_at_rest(one_shop: World):
    name = named()
    secret = await added(one_shop, name)
    async with reading(one_shop.service.engine) as connection:
        row = (await connection.execute(sa.select(staff).where(staff.c.name == name))).one()
    assert secret.encode() not in row.totp_secret
    sealer = one_shop.service.keys.sealer
    assert sealer.open(row.totp_secret, f"staff.totp:{row.id}").decode() == secret


async def test_a_new_second_factor_ends_the_old_one_and_the_sessions(one_shop: World):
    member = await make_member(one_shop)
    made = await one_shop.service.staff.reset_totp(member.name)
    assert pyotp.parse_uri(made.uri).secret == made.secret
    refused = await sign_in_raw(one_shop, member.name, code_at(member.secret, steps=1))
    assert code_of(refused) == "staff_credentials_wrong"
    assert code_of(await member.delete("/v1/staff/sessions/current")) == "session_ended"
    assert (await sign_in_raw(one_shop, member.name, code_at(made.secret))).status_code == 201


async def test_what_cannot_be_one_of_the_staff(one_shop: World):
    name = named()
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"name": "Li Wei"}, "validation_failed"),
        ({"roles": ("boss",)}, "validation_failed"),
        ({"roles": ()}, "validation_failed"),
        ({"languages": ("fr",)}, "validation_failed"),
        ({"skills": ("No spaces",)}, "validation_failed"),
        ({"capacity": -1}, "validation_failed"),
        ({"display_name": " "}, "display_name_invalid"),
    ]
    for changes, code in wrong:
        with pytest.raises(KBeanError) as refused:
            await added(one_shop, **({"name": name} | changes))
        assert refused.value.code == code


async def test_names_are_taken_once_and_passphrases_are_judged(shop: World):
    name = named()
    await added(shop, name)
    with pytest.raises(KBeanError, match="staff_name_taken"):
        await added(shop, name)
    with pytest.raises(KBeanError, match="passphrase_weak"):
        await shop.service.staff.add(
            "weak", "password1", display_name="Weak", roles=["agent"], languages=["zh"]
        )


# --- sessions


async def test_a_sign_out_ends_the_session_everywhere(postgresql: str, tmp_path: Path):
    async with world(tmp_path, postgresql) as here:
        keys = here.service.config.keys_path
        async with world(tmp_path / "other", postgresql, key_file=keys) as there:
            member = await make_member(here, "supervisor")
            path = "/v1/staff/audit"
            answer = await there.client.get(path, headers=member.headers)
            assert answer.status_code == 200, answer.text
            assert (await member.delete("/v1/staff/sessions/current")).status_code == 204
            assert code_of(await member.get(path)) == "session_ended"
            deadline = time.monotonic() + 30
            while member_session(member) not in there.service.revocations:
                assert time.monotonic() < deadline
                await asyncio.sleep(0.05)
            refused = await there.client.get(path, headers=member.headers)
            assert code_of(refused) == "session_ended"


def member_session(member: Member) -> str:
    tokens = member.world.service.tokens
    return tokens._verified(member.session.access_token).session


async def test_a_session_ends_when_nothing_was_asked_for_half_an_hour(shop: World):
    member = await make_member(shop, "supervisor")
    mine = staff_sessions.c.id == member_session(member)
    async with writing(shop.service.engine) as connection:
        late = sa.update(staff_sessions).where(mine).values(seen_at=now_ms() - 1_800_001)
        await connection.execute(late)
    assert code_of(await member.get("/v1/staff/audit")) == "session_ended"
    await shop.service.staff.end_idle()
    async with reading(shop.service.engine) as connection:
        reason = sa.select(staff_sessions.c.end_reason).where(mine)
        assert await connection.scalar(reason) == "idle"
    assert member_session(member) in shop.service.revocations


async def test_asking_keeps_a_session_alive(one_shop: World):
    member = await make_member(one_shop, "supervisor")
    before = now_ms() - 1_700_000
    mine = staff_sessions.c.id == member_session(member)
    async with writing(one_shop.service.engine) as connection:
        await connection.execute(sa.update(staff_sessions).where(mine).values(seen_at=before))
    assert (await member.get("/v1/staff/audit")).status_code == 200
    async with reading(one_shop.service.engine) as connection:
        seen = await connection.scalar(sa.select(staff_sessions.c.seen_at).where(mine))
    assert seen is not None
    assert seen > before + 1_600_000
    await one_shop.service.staff.end_idle()
    assert (await member.get("/v1/staff/audit")).status_code == 200


async def test_a_disabled_member_is_out_at_once(one_shop: World):
    member = await make_member(one_shop, "supervisor")
    assert (await member.get("/v1/staff/audit")).status_code == 200
    await one_shop.service.staff.disable(member.name)
    assert code_of(await member.get("/v1/staff/audit")) == "session_ended"
    assert member.name not in [one.name for one in await one_shop.service.staff.members()]
    with pytest.raises(KBeanError, match="not_found"):
        await one_shop.service.staff.disable("nobody")


async def test_roles_are_those_of_now_and_not_the_tokens(one_shop: World):
    member = await make_member(one_shop, "supervisor")
    async with writing(one_shop.service.engine) as connection:
        mine = staff.c.id == member.id
        await connection.execute(sa.update(staff).where(mine).values(roles="agent"))
    assert code_of(await member.get("/v1/staff/audit")) == "forbidden"


async def test_a_persons_token_is_no_key_to_the_desk_and_the_other_way_round(one_shop: World):
    person, member = await one_shop.person(), await make_member(one_shop, "supervisor")
    assert code_of(await person.get("/v1/staff/audit")) == "forbidden"
    assert code_of(await member.get("/v1/me")) == "forbidden"
    assert code_of(await one_shop.client.get("/v1/staff/audit")) == "unauthenticated"


# --- roles


def staff_route_keys(shop: World) -> set[str]:
    """Every route of the staff that the service has, as the table names it."""
    found = set()
    inner: Any = shop.service.app._inner
    for route in inner.routes:
        for handler in getattr(route, "route_handlers", []):
            for path in handler.paths:
                if path.startswith("/v1/staff"):
                    methods = handler.http_methods
                    found |= {roles.route_key(method, path) for method in methods}
    return {key for key in found if not key.startswith("OPTIONS")}


async def test_every_route_refuses_every_role_that_does_not_stand_at_it(one_shop: World):
    # Every route stands in the table, and nothing else does.
    routes = staff_route_keys(one_shop)
    assert routes == set(roles.STAFF_ROUTES) | roles.OPEN_ROUTES
    for role in roles.ROLES:
        member = await make_member(one_shop, role)
        for key in sorted(routes - roles.OPEN_ROUTES):
            method, _, path = key.partition(" ")
            if role in roles.STAFF_ROUTES[key] or path.endswith("/sessions/current"):
                continue
            called = "/".join(new_piece(piece) for piece in path.split("/"))
            body = {} if method in {"POST", "PUT", "PATCH"} else None
            answer = await member.ask(method, called, body)
            assert answer.status_code == 403, (role, key, answer.text)
            assert code_of(answer) == "forbidden", (role, key)


def new_piece(piece: str) -> str:
    return "01a206ee-00ce-747e-8a54-c7db872524b6" if piece.startswith("{") else piece


def test_a_route_that_the_table_does_not_name_is_refused_to_everybody():
    for role in roles.ROLES:
        principal = Principal("staff", "1", "1", "", "", "", 0, (role,))
        with pytest.raises(KBeanError, match="forbidden"):
            roles.check_route(principal, "GET", "/v1/staff/new-thing")


def test_the_table_names_roles_that_exist():
    assert all(names <= roles.EVERYBODY for names in roles.STAFF_ROUTES.values())
    assert all(roles.STAFF_ROUTES.values())


# --- audit


async def test_what_staff_do_is_written_down(one_shop: World):
    member = await make_member(one_shop, "auditor")
    page = msgspec.json.decode((await member.get("/v1/staff/audit")).content, type=AuditPage)
    # Nothing else is done meanwhile: these two are the newest.
    assert [(entry.actor, entry.action) for entry in page.entries[:2]] == [
        (member.name, "sign_in"),
        ("operator", "staff_add"),
    ]
    assert page.entries[1].subject == member.id
    assert page.entries[1].detail == {"roles": "auditor"}
    mine = await member.get("/v1/staff/audit", actor=member.name)
    assert [entry["action"] for entry in mine.json()["entries"]] == ["sign_in"]
    about = await member.get("/v1/staff/audit", subject=member.id)
    assert [entry["action"] for entry in about.json()["entries"]] == ["staff_add"]


async def test_audit_pages_follow_one_another(shop: World):
    member = await make_member(shop, "auditor")
    async with writing(shop.service.engine) as connection:
        for number in range(150):
            await shop.service.staff.audit.write(connection, member.id, "look", str(number))
    first = (await member.get("/v1/staff/audit", actor=member.name)).json()
    assert first["more"]
    last = first["entries"][-1]["id"]
    second = (await member.get("/v1/staff/audit", actor=member.name, before=last)).json()
    assert not second["more"]
    ids = [entry["id"] for entry in first["entries"] + second["entries"]]
    assert len(ids) == len(set(ids)) == 151
    assert ids == sorted(ids, reverse=True)
    nothing = (await member.get("/v1/staff/audit", before="no id at all")).json()
    assert nothing["entries"] == []


async def test_audit_rows_never_change(shop: World):
    member = await make_member(shop)
    for verb in ("UPDATE staff_audit SET action = 'x'", "DELETE FROM staff_audit"):
        with pytest.raises(sa.exc.DBAPIError, match="posted rows never change"):
            async with writing(shop.service.engine) as connection:
                await connection.execute(sa.text(verb))
    kept = sa.or_(staff_audit.c.actor_id == member.id, staff_audit.c.subject == member.id)
    async with reading(shop.service.engine) as connection:
        rows = (await connection.execute(sa.select(staff_audit.c.action).where(kept))).scalars()
        assert sorted(rows) == ["sign_in", "staff_add"]


async def test_a_session_that_is_over_by_the_clock():
    assert staff_rules.session_over(
        now_ms=now(), seen_at=now(), expires_at=now() - 1, ended_at=None, idle_ms=1000
    )
