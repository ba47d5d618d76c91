"""Members of the staff for tests: made, signed in, asking."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

import httpx
import msgspec
import pyotp

from app.protocol.messages.desk import StaffSession, StaffSignIn
from tests.server.world import JSON, World, now

STAFF_PASSPHRASE = "nine brass kettles hum at dusk"

_numbers = count(1)


def code_at(secret: str, at_ms: int | None = None, *, steps: int = 0) -> str:
    """The code of a moment, or of so many steps later."""
    return pyotp.TOTP(secret).at((at_ms or now()) // 1000, counter_offset=steps)


@dataclass
class Member:
    """One of the staff with a session."""

    world: World
    id: str
    name: str
    secret: str
    session: StaffSession

    @property
    def headers(self) -> dict[str, str]:
        return JSON | {"authorization": f"Bearer {self.session.access_token}"}

    async def ask(self, method: str, path: str, body: Any = None, **query: Any) -> httpx.Response:
        content = None if body is None else msgspec.json.encode(body)
        headers = self.headers if content is not None else {**self.headers, "content-type": ""}
        return await self.world.client.request(
            method, path, content=content, headers=headers, params=query or None
        )

    async def get(self, path: str, **query: Any) -> httpx.Response:
        return await self.ask("GET", path, **query)

    async def post(self, path: str, body: Any = None) -> httpx.Response:
        return await self.ask("POST", path, body)

    async def put(self, path: str, body: Any = None) -> httpx.Response:
        return await self.ask("PUT", path, body)

    async def delete(self, path: str) -> httpx.Response:
        return await self.ask("DELETE", path)


async def sign_in_raw(
    world: World, name: str, code: str, passphrase: str = STAFF_PASSPHRASE
) -> httpx.Response:
    return await world.post("/v1/staff/sessions", StaffSignIn(name, passphrase, code))


async def make_member(
    world: World,
    *roles: str,
    name: str = "",
    display_name: str = "林婷",
    skills: Sequence[str] = (),
    languages: Sequence[str] = ("zh", "en"),
    capacity: int = 5,
) -> Member:
    """Add a member with these roles (``agent`` unless named) and sign them in."""
    name = name or f"member{next(_numbers)}"
    made = await world.service.staff.add(
        name,
        STAFF_PASSPHRASE,
        display_name=display_name,
        roles=roles or ("agent",),
        skills=skills,
        languages=languages,
        capacity=capacity,
    )
    answer = await sign_in_raw(world, name, code_at(made.secret))
    assert answer.status_code == 201, answer.text
    session = msgspec.json.decode(answer.content, type=StaffSession)
    return Member(world, made.staff_id, name, made.secret, session)
