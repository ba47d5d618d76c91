"""Somebody of the staff who works over HTTP, past every road, for the tests of cases."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from typing import Any

import httpx
import msgspec

from app.protocol.ids import new_id
from app.protocol.messages.desk import StaffSession, StaffSignIn
from tests.end_to_end.world import World
from tests.server.staff import STAFF_PASSPHRASE, code_at


class Staff:
    """A member of the staff with a session."""

    def __init__(self, client: httpx.AsyncClient, staff_id: str) -> None:
        self._client = client
        self.id = staff_id

    async def post(self, path: str, body: Any) -> dict[str, Any]:
        answer = await self._client.post(
            path,
            content=msgspec.json.encode(body),
            headers={"content-type": "application/json", "idempotency-key": new_id()},
        )
        assert answer.is_success, answer.text
        made: dict[str, Any] = answer.json() if answer.content else {}
        return made

    async def get(self, path: str) -> dict[str, Any]:
        answer = await self._client.get(path)
        assert answer.is_success, answer.text
        made: dict[str, Any] = answer.json()
        return made

    async def move(self, case_id: str, expected: str, stage: str, text: str = "") -> None:
        body = {"expected": expected, "stage": stage, "text": text}
        await self.post(f"/v1/staff/cases/{case_id}/move", body)

    async def note(self, case_id: str, text: str, *, internal: bool = False) -> None:
        await self.post(f"/v1/staff/cases/{case_id}/notes", {"text": text, "internal": internal})


@contextlib.asynccontextmanager
async def staffed(here: World, role: str = "supervisor") -> AsyncIterator[Staff]:
    """Add a member of the staff and sign them in."""
    made = await here.service.staff.add(
        role, STAFF_PASSPHRASE, display_name="周明 Zhou Ming", roles=[role]
    )
    url = f"http://127.0.0.1:{here.road.upstream}"
    async with httpx.AsyncClient(base_url=url, timeout=30, trust_env=False) as client:
        request = StaffSignIn(role, STAFF_PASSPHRASE, code_at(made.secret))
        answer = await client.post(
            "/v1/staff/sessions",
            content=msgspec.json.encode(request),
            headers={"content-type": "application/json"},
        )
        assert answer.is_success, answer.text
        session = msgspec.json.decode(answer.content, type=StaffSession)
        client.headers["authorization"] = f"Bearer {session.access_token}"
        yield Staff(client, made.staff_id)
