"""Routes of the bot for persons: parse, call, answer."""

from __future__ import annotations

from typing import Any

from litestar import post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from app.protocol.messages.cards import RequestEvent
from app.protocol.messages.support import ActionAnswer, Judgement
from app.server.http.access import PERSON
from app.server.http.application import SIGNED_IN, refusals
from app.server.http.bodies import StrictBody
from app.server.http.limits import RateLimit
from app.server.http.tokens import Principal
from app.server.support.bot.room import BotRoom

_PERSON: dict[str, Any] = {
    "dependencies": PERSON,
    "security": [{"person": []}],
    "tags": ["support"],
}
_BODY = ("validation_failed", "unsupported_media_type", "too_many_requests")


def bot_routes(room: BotRoom, per_minute: int | None) -> list[Any]:
    """What a person tells the bot besides talking; ``per_minute`` bounds how often."""
    writing = RateLimit(per_minute)

    @post(
        "/v1/support/actions/{request_id:str}",
        dto=StrictBody[ActionAnswer],
        return_dto=None,
        status_code=200,
        responses=refusals(
            *SIGNED_IN, *_BODY, "request_not_found", "request_answered", "request_expired"
        ),
        **_PERSON,
    )
    async def answer_action(
        person: NamedDependency[Principal],
        request_id: FromPath[str],
        data: JSONBody[ActionAnswer],
    ) -> RequestEvent:
        """Confirm or decline what the bot offered to do; saying it again changes nothing."""
        writing.check(person.id)
        return await room.actions.answer(person, request_id, data)

    @post(
        "/v1/support/conversations/{conv_id:str}/judgements",
        dto=StrictBody[Judgement],
        return_dto=None,
        status_code=204,
        responses=refusals(*SIGNED_IN, *_BODY, "conversation_not_found", "request_not_found"),
        **_PERSON,
    )
    async def judge(
        person: NamedDependency[Principal],
        conv_id: FromPath[str],
        data: JSONBody[Judgement],
    ) -> None:
        """Say whether an answer of the bot's was right."""
        writing.check(person.id)
        await room.bot.judge(person, conv_id, data)

    return [answer_action, judge]
