"""Every route of the staff with every role, and the event stream: no grant, no account data.

The walk is driven by the table of roles and the published description, so a route that is added
tomorrow is walked tomorrow (design/4 §Identity and consent, issue 3 part 8).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AsyncExitStack
from hashlib import sha256
from pathlib import Path
from typing import Any, get_args

import httpx
import msgspec
import pytest

from app.protocol.ids import new_id
from app.protocol.messages.desk import BreakGlassRequest, Role
from app.protocol.messages.identity import DeviceKey, Session, sign_in_bytes
from app.protocol.messages.stream import Fetch, Refused, Watch
from app.protocol.signing import SigningKey
from app.server.http.roles import OPEN_ROUTES, ROLES, STAFF_ROUTES, route_key
from tests.server.staff import Member, make_member
from tests.server.support.consent.room import MINUTE, Room, open_room
from tests.server.support.talk.test_attachments import PDF, offer, upload
from tests.server.support.world import Line, stream_of
from tests.server.world import World, now, world

FUNDS, SPENT, DISPUTED = 918_273_64, 43_105_29, 31_407_83
DEVICE = "Zephyr Seventeen"

DAY = 86_400_000
ACCOUNT = "GET /v1/staff/conversations/{conv_id}/account"

PUBLIC = {"/v1/service", "/health/live", "/health/ready"}

LEAVES = "DELETE /v1/staff/sessions/current"
"""Walked last: nothing can be asked after it."""


class Walk:
    """A room, somebody of every role, and what none of them may get to see."""

    def __init__(self, room: Room, members: dict[str, Member], secrets: dict[str, str]) -> None:
        self.room = room
        self.members = members
        self.secrets = secrets
        self.ids: dict[str, str] = {}
        self.description: dict[str, Any] = {}
        self.asked = 0
        self.found: set[str] = set()
        """Routes that answered somebody with what they are there for."""

    def leaked(self, text: str) -> list[str]:
        return [name for name, secret in self.secrets.items() if secret in text]

    async def ask(self, key: str, member: Member) -> str:
        """Call a route of the staff; what was answered."""
        answer = await self.call(key, member)
        if not set(member.session.staff.roles) & STAFF_ROUTES[key]:
            assert answer.status_code == 403, f"{key} as {member.session.staff.roles}"
        return answer.text + str(answer.headers)

    async def call(self, key: str, member: Member) -> httpx.Response:
        """Call a route with something plausible."""
        method, path = key.split(" ")
        operation = self.description["paths"][path][method.lower()]
        content = None
        if "requestBody" in operation:
            (media,) = operation["requestBody"]["content"].values()
            content = msgspec.json.encode(self._example(media["schema"]))
        headers = member.headers if content is not None else {**member.headers, "content-type": ""}
        answer = await self.room.shop.client.request(
            method,
            "/".join(self._filled(part) for part in path.split("/")),
            content=content,
            headers=headers | {"idempotency-key": new_id()},
            params=dict(self._query(operation)),
        )
        self.asked += 1
        if answer.status_code == 200:
            self.found.add(key)
        assert answer.status_code < 500, f"{key}: {answer.text}"
        return answer

    def _filled(self, part: str) -> str:
        """What is named is the room's own; what the room has none of gets an id of nothing."""
        return self.ids.get(part.strip("{}"), new_id()) if part.startswith("{") else part

    def _query(self, operation: dict[str, Any]) -> Iterator[tuple[str, Any]]:
        for parameter in operation.get("parameters", ()):
            if parameter["in"] == "query" and parameter.get("required"):
                name = parameter["name"]
                yield name, self.ids.get(name) or self._example(parameter["schema"])

    def _example(self, schema: dict[str, Any]) -> Any:
        """The plainest thing that fits a schema."""
        for several in ("oneOf", "anyOf", "allOf"):
            if several in schema:
                schema = schema[several][0]
        if "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            schema = self.description["components"]["schemas"][name]
        if "enum" in schema or "const" in schema:
            return schema.get("const", schema.get("enum", [None])[0])
        if schema.get("type") == "object":
            names = schema.get("required", ())
            return {name: self._example(schema["properties"][name]) for name in names}
        if schema.get("type") == "array":
            return [self._example(schema["items"])]
        if schema.get("type") in {"integer", "number", "boolean"}:
            return max(schema.get("minimum", 0), 1) if schema["type"] != "boolean" else False
        # Ids are the only texts of exactly one length.
        exact = schema.get("minLength") == schema.get("maxLength") == 36
        return new_id() if exact else "a" * max(schema.get("minLength", 0), 12)

    def walked(self, *methods: str) -> list[str]:
        """The routes of these methods that are there, by the table and the description."""
        found = [
            route_key(method.upper(), path)
            for path, operations in self.description["paths"].items()
            for method in operations
            if path.startswith("/v1/staff/") and method.upper() in methods
        ]
        return sorted(set(found) - OPEN_ROUTES - {LEAVES})


@pytest.fixture
async def walk(sqlite: str, tmp_path: Path):
    async with world(tmp_path, sqlite) as shop:
        room = await open_room(shop)
        ids = await leave_traces(room)
        secrets = await settle(shop, room)
        members = {role: await make_member(shop, role) for role in ROLES}
        walk = Walk(room, members, secrets)
        walk.ids = ids
        walk.description = (await shop.client.get("/v1/openapi.json")).json()
        yield walk


async def settle(shop: World, room: Room) -> dict[str, str]:
    """An account with figures that are found nowhere else; what must not be seen of it."""
    person, till = room.person, await shop.till()
    await person.fund(FUNDS)
    payment = await person.pay(await person.resolve((await till.order(SPENT)).code))
    key, at = SigningKey.generate(), now()
    device = DeviceKey(key.public, DEVICE, "linux")
    signature = key.sign(sign_in_bytes("sign-in", person.contact, device, at))
    request = msgspec.structs.replace(
        shop.sign_in_request(person.contact, key), device=device, time=at, signature=signature
    )
    answer = await shop.post("/v1/sessions", request)
    second = msgspec.json.decode(answer.content, type=Session)
    return {
        "balance": str(await person.available()),
        "funds": str(FUNDS),
        "spent": str(SPENT),
        "disputed": str(DISPUTED),
        "order": payment.receipt.order_number,
        "payment": payment.payment_id,
        "contact": person.contact.value,
        "masked contact": "p***@",
        "device": DEVICE,
        "device id": second.device_id,
        "first device id": person.session.device_id,
    }


async def leave_traces(room: Room) -> dict[str, str]:
    """One of everything that staff work on, about this account; where the routes find it.

    The case is about a payment of the person's: its number is what they gave away, nothing else.
    """
    person, other = room.person, await room.shop.till()
    await person.fund(DISPUTED)
    paid = await person.pay(await person.resolve((await other.order(DISPUTED)).code))

    async def say(path: str, **fields: Any) -> Any:
        answer = await room.shop.client.post(
            f"/v1/support/{path}",
            content=msgspec.json.encode(fields),
            headers=person.headers | {"idempotency-key": new_id()},
        )
        assert answer.status_code == 201, answer.text
        return answer.json()

    case = await say(
        "cases",
        title="付了两次",
        text="请查一下",
        category="payment",
        payment_id=paid.payment_id,
        conversation_id=room.conv,
    )
    told = await say("feedback", kind="complaint", title="慢", text="等了很久", language="zh")
    slot = (await person.get("/v1/support/callbacks/slots")).json()["slots"][0]["start"]
    call = await say(
        "callbacks", conversation_id=room.conv, start=slot, phone="13800138000", topic="回电"
    )
    assert (await offer(person, room.conv, PDF)).status_code == 200
    assert (await upload(person, PDF)).status_code == 200
    note = await room.agent.post(f"{room.path}/notes", {"cmid": new_id(), "body": "called"})
    assert note.status_code in {200, 201}, note.text
    survey = {"title_zh": "问卷", "title_en": "Survey", "opens_at": now(), "closes_at": now() + DAY}
    survey["questions"] = [{"id": "mood", "kind": "stars", "zh": "心情", "en": "Mood"}]
    asked = await room.shop.client.post(
        "/v1/staff/questionnaires",
        content=msgspec.json.encode(survey),
        headers=room.other.headers | {"idempotency-key": new_id()},
    )
    assert asked.status_code == 201, asked.text
    return {
        "conv_id": room.conv,
        "case_id": case["case"]["id"],
        "feedback_id": told["id"],
        "callback_id": call["id"],
        "sha256": sha256(PDF).hexdigest(),
        "survey_id": asked.json()["id"],
        "topic": "withdraw_time",
        "language": "zh",
        "since": str(now() - DAY),
        "until": str(now() + DAY),
    }


async def look_everywhere(walk: Walk, why: str, *roles: str) -> None:
    """Every role where nothing was asked and while a grant lives; then who could come nearest."""
    for role, member in ((role, walk.members[role]) for role in roles):
        for key in walk.walked("GET"):
            assert walk.leaked(await walk.ask(key, member)) == [], f"{key} as {role}, {why}"


async def test_no_grant_no_account_data_by_any_route_with_any_role(walk: Walk):
    routes = walk.walked("GET", "POST", "PUT", "PATCH", "DELETE")
    assert set(routes) <= STAFF_ROUTES.keys()
    assert len(routes) > 15
    assert set(ROLES) == set(get_args(Role))
    room = walk.room
    await look_everywhere(walk, "nothing was asked", *ROLES)
    grant = await room.granted()
    # The walk can see: with its grant the one agent gets every one of these by the one gateway.
    seen = "".join([(await room.view(scope)).text for scope in grant.scopes])
    assert set(walk.leaked(seen)) == walk.secrets.keys() - {"payment", "contact"}
    await look_everywhere(walk, "another agent has a grant", *ROLES)
    room.later(15 * MINUTE + 1_000)
    walk.members["agent"], before = room.agent, walk.members["agent"]
    await look_everywhere(walk, "the grant has expired", "agent")
    room.later(0)
    await room.revoke(grant.id)
    await look_everywhere(walk, "the grant was revoked", "agent")
    await room.granted()
    await room.give(room.other)
    await look_everywhere(walk, "the grant ended with the hand-over", "agent", "supervisor")
    walk.members["agent"] = before
    # Nothing was walked past: but for the account itself each route answered what it is there for.
    assert set(walk.walked("GET")) - walk.found == {ACCOUNT}
    glass = BreakGlassRequest(["balance"], "no second person yet")
    asked = await room.ask("break-glass", glass, walk.members["compliance"])
    assert asked.status_code == 201, asked.text
    await look_everywhere(walk, "the glass isn't broken", "compliance")
    assert walk.asked == (2 * len(ROLES) + 5) * len(walk.walked("GET"))


async def test_no_change_of_the_staff_answers_account_data(walk: Walk):
    for role, member in walk.members.items():
        # As the owner, where the role may be one: most routes let nobody else in.
        await walk.room.give(member)
        for key in walk.walked("POST", "PUT", "PATCH", "DELETE"):
            assert walk.leaked(await walk.ask(key, member)) == [], f"{key} as {role}"
        assert walk.leaked(await walk.ask(LEAVES, member)) == []


async def test_the_stream_the_notes_and_the_routes_of_others_carry_no_account_data(walk: Walk):
    room = walk.room
    tokens = [member.session.access_token for member in walk.members.values()]
    async with AsyncExitStack() as stack:
        lines: list[Line] = [
            await stack.enter_async_context(stream_of(room.shop, token)) for token in tokens
        ]
        for line in lines:
            await line.tell(Watch(room.conv))
            await line.tell(Fetch(room.conv, after=0))
        grant = await room.granted()
        for scope in grant.scopes:
            assert (await room.view(scope)).status_code == 200
        await room.verified(2)
        await room.propose("display_name", "王芳")
        await room.revoke(grant.id)
        await room.agent.post(f"{room.path}/notes", {"cmid": new_id(), "body": "helped"})
        await room.give(room.other)
        for line in lines:
            # Answered after everything before it: nothing of the above is still to come.
            await line.tell(Fetch(new_id(), after=0))
            await line.expect(Refused, lambda frame: frame.problem.code == "conversation_not_found")
    heard = ["".join(msgspec.json.encode(f).decode() for f in line.frames) for line in lines]
    assert [walk.leaked(text) for text in heard] == [[]] * len(tokens)
    assert any("granted" in text for text in heard)
    await room.give(room.agent)
    await routes_of_others(walk)


async def routes_of_others(walk: Walk) -> None:
    """Whoever is on the staff is nobody there, with a live grant too."""
    await walk.room.granted()
    asked = 0
    for path, operations in walk.description["paths"].items():
        if path.startswith("/v1/staff/") or path in PUBLIC:
            continue
        for method in operations:
            key = route_key(method.upper(), path)
            answer = await walk.call(key, walk.room.agent)
            assert walk.leaked(answer.text + str(answer.headers)) == [], key
            # What has a body may be refused for that first.
            refused = {403} if method == "get" else {400, 401, 403}
            assert answer.status_code in refused, key
            asked += 1
    assert asked > 40
