"""One person, their agent, another one, and what they ask and answer over the real port."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import httpx
import msgspec

from app.protocol.messages.cards import AccessCard, RequestEvent
from app.protocol.messages.desk import AccountView, AskAccess, Asked, AskVerification, Propose
from app.protocol.messages.support import (
    AccessAnswer,
    Grant,
    LookList,
    Message,
    ProposalAnswer,
    VerificationAnswer,
)
from app.server.http.front import now_ms
from tests.server.staff import Member, make_member
from tests.server.support.world import open_conversation
from tests.server.world import PASSPHRASE, Person, World, now

MINUTE = 60_000
SCOPES: list[Any] = ["balance", "movements", "profile", "devices"]


@dataclass
class Room:
    """Who is there; ``conv`` is owned by ``agent``."""

    shop: World
    person: Person
    agent: Member
    other: Member
    conv: str

    # --- time and hands

    def later(self, milliseconds: int) -> None:
        """Let the room's clock be ahead."""
        self.shop.service.talk.clock = lambda: now_ms() + milliseconds

    async def give(self, agent: Member | None, owner: Any = "agent", reason: str = "claimed"):
        async with self.shop.service.talk.change() as change:
            row = await change.conversation(self.conv)
            who = {"agent_id": agent.id, "agent_name": "林婷"} if agent else {}
            await change.give(row, owner, reason, **who)

    async def messages(self) -> list[Message]:
        return (await self.shop.service.talk.page(self.conv, after=0, limit=200)).messages

    async def events(self, request_id: str) -> list[str]:
        """What the conversation says of a question, in order."""
        cards = [message.card for message in await self.messages()]
        return [
            card.state
            for card in cards
            if isinstance(card, RequestEvent) and card.request_id == request_id
        ]

    # --- the agent

    @property
    def path(self) -> str:
        return f"/v1/staff/conversations/{self.conv}"

    async def ask(self, what: str, body: Any, agent: Member | None = None) -> httpx.Response:
        return await (agent or self.agent).post(f"{self.path}/{what}", body)

    async def asked(self, what: str, body: Any) -> str:
        answer = await self.ask(what, body)
        assert answer.status_code == 201, answer.text
        return msgspec.json.decode(answer.content, type=Asked).request_id

    async def ask_access(self, scopes: Sequence[Any] = SCOPES, minutes: int = 15) -> str:
        return await self.asked("access", AskAccess(list(scopes), "a payment is missing", minutes))

    async def view(self, scope: str, agent: Member | None = None) -> httpx.Response:
        return await (agent or self.agent).get(f"{self.path}/account", scope=scope)

    async def viewed(self, scope: str) -> AccountView:
        answer = await self.view(scope)
        assert answer.status_code == 200, answer.text
        return msgspec.json.decode(answer.content, type=AccountView)

    # --- the person

    async def send(self, path: str, body: Any, person: Person | None = None) -> httpx.Response:
        person = person or self.person
        return await self.shop.post(f"/v1/support/{path}", body, **person.headers)

    def access_answer(
        self, request_id: str, allow: bool = True, *, agent: Member | None = None, **changes: Any
    ) -> AccessAnswer:
        fields: dict[str, Any] = {"scopes": SCOPES, "minutes": 15, "time": now()} | changes
        answer = AccessAnswer(allow=allow, signature="x" * 86, **fields)
        signed = answer.signed_bytes(request_id, (agent or self.agent).id)
        return msgspec.structs.replace(answer, signature=self.person.key.sign(signed))

    async def allow(self, request_id: str, **changes: Any) -> Grant:
        answer = await self.send(f"access/{request_id}", self.access_answer(request_id, **changes))
        assert answer.status_code == 200, answer.text
        return msgspec.json.decode(answer.content, type=Grant)

    async def granted(self, scopes: Sequence[Any] = SCOPES, minutes: int = 15) -> Grant:
        request_id = await self.ask_access(scopes, minutes)
        return await self.allow(request_id, scopes=list(scopes), minutes=minutes)

    async def revoke(self, grant_id: str, person: Person | None = None) -> httpx.Response:
        person = person or self.person
        return await self.shop.client.post(
            f"/v1/support/access/{grant_id}/revoke", headers=person.headers
        )

    async def looks(self, person: Person | None = None, before: int | None = None) -> LookList:
        query = "" if before is None else f"?before={before}"
        answer = await (person or self.person).get(f"/v1/support/looks{query}")
        assert answer.status_code == 200, answer.text
        return msgspec.json.decode(answer.content, type=LookList)

    def proof(self, request_id: str, **changes: Any) -> VerificationAnswer:
        fields: dict[str, Any] = {"accept": True, "time": now(), "passphrase": PASSPHRASE} | changes
        key = fields.pop("key", self.person.key)
        answer = VerificationAnswer(signature="x" * 86, **fields)
        return msgspec.structs.replace(answer, signature=key.sign(answer.signed_bytes(request_id)))

    async def prove(self, request_id: str, **changes: Any) -> httpx.Response:
        return await self.send(f"verifications/{request_id}", self.proof(request_id, **changes))

    async def verified(self, level: int = 2, *factors: Any, **changes: Any) -> RequestEvent:
        request_id = await self.asked("verifications", AskVerification(level, list(factors)))
        answer = await self.prove(request_id, **changes)
        assert answer.status_code == 200, answer.text
        return msgspec.json.decode(answer.content, type=RequestEvent)

    async def propose(self, change: Any, value: str = "") -> httpx.Response:
        return await self.ask("proposals", Propose(change, "as you asked", value))

    def confirmation(self, request_id: str, accept: bool = True, **changes: Any) -> ProposalAnswer:
        fields: dict[str, Any] = {"time": now(), "passphrase": PASSPHRASE} | changes
        answer = ProposalAnswer(accept=accept, signature="x" * 86, **fields)
        signed = self.person.key.sign(answer.signed_bytes(request_id))
        return msgspec.structs.replace(answer, signature=signed)

    async def confirm(self, request_id: str, accept: bool = True, **changes: Any) -> httpx.Response:
        body = self.confirmation(request_id, accept, **changes)
        return await self.send(f"proposals/{request_id}", body)


async def open_room(shop: World) -> Room:
    """A person with money and a payment, two agents, a conversation that the first one owns."""
    person, till = await shop.person(123_45), await shop.till()
    await person.pay(await person.resolve((await till.order(77_00)).code))
    agent = await make_member(shop, "agent")
    other = await make_member(shop, "agent", "senior", "supervisor")
    room = Room(shop, person, agent, other, (await open_conversation(person)).id)
    await room.give(agent)
    return room


__all__ = ["MINUTE", "SCOPES", "AccessCard", "Room", "open_room"]
