"""Routes of people's work for persons: parse, call, answer."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from app.protocol.messages.support import (
    Callback,
    CallbackRequest,
    Conversation,
    Language,
    SlotList,
    SupportInfo,
)
from app.server.http.access import PERSON, checked_key
from app.server.http.application import SIGNED_IN, refusals
from app.server.http.bodies import StrictBody
from app.server.http.preamble import KEY_REFUSALS, Key
from app.server.http.tokens import Principal
from app.server.support.people.room import PeopleRoom

_PERSON: dict[str, Any] = {
    "dependencies": PERSON,
    "security": [{"person": []}],
    "tags": ["support"],
}
_MINE = ("conversation_not_found", "unsupported_media_type")


def people_routes(room: PeopleRoom) -> list[Any]:
    """What persons ask."""

    @get("/v1/support", responses=refusals(*SIGNED_IN), **_PERSON)
    async def support_info(
        person: NamedDependency[Principal],
        language: Annotated[Language, QueryParameter()] = "zh",
    ) -> SupportInfo:
        """Who answers when, and how long it takes somebody who asks now."""
        return await room.persons.info(person.id, language)

    @post(
        "/v1/support/conversations/{conversation_id:str}/human",
        status_code=200,
        responses=refusals(*SIGNED_IN, *_MINE, "conversation_closed"),
        **_PERSON,
    )
    async def ask_human(
        person: NamedDependency[Principal], conversation_id: FromPath[str]
    ) -> Conversation:
        """Talk to a person: the conversation waits in the queue from now on."""
        return await room.persons.ask_human(person.id, conversation_id)

    @post(
        "/v1/support/conversations/{conversation_id:str}/bot",
        status_code=200,
        responses=refusals(*SIGNED_IN, *_MINE, "conversation_closed"),
        **_PERSON,
    )
    async def back_to_bot(
        person: NamedDependency[Principal], conversation_id: FromPath[str]
    ) -> Conversation:
        """Give the conversation back to the bot."""
        return await room.persons.back_to_bot(person.id, conversation_id)

    @get("/v1/support/callbacks/slots", responses=refusals(*SIGNED_IN), **_PERSON)
    async def callback_slots(person: NamedDependency[Principal]) -> SlotList:
        """When somebody can call back."""
        return SlotList(await room.callbacks.slots())

    @post(
        "/v1/support/callbacks",
        dto=StrictBody[CallbackRequest],
        return_dto=None,
        status_code=201,
        responses=refusals(
            *SIGNED_IN,
            *KEY_REFUSALS,
            *_MINE,
            "conversation_closed",
            "contact_invalid",
            "slot_invalid",
            "slot_taken",
        ),
        **_PERSON,
    )
    async def book_callback(
        person: NamedDependency[Principal],
        data: JSONBody[CallbackRequest],
        idempotency_key: Key = None,
    ) -> Callback:
        """Book a call."""
        return await room.callbacks.book(person.id, checked_key(idempotency_key), data)

    @delete(
        "/v1/support/callbacks/{callback_id:str}",
        status_code=200,
        responses=refusals(*SIGNED_IN, "request_not_found"),
        **_PERSON,
    )
    async def cancel_callback(
        person: NamedDependency[Principal], callback_id: FromPath[str]
    ) -> Callback:
        """Cancel a booked call; cancelling it twice is harmless."""
        return await room.callbacks.cancel(person.id, callback_id)

    return [
        support_info,
        ask_human,
        back_to_bot,
        callback_slots,
        book_callback,
        cancel_callback,
    ]
