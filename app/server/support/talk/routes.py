"""Routes of conversations for persons: parse, call, answer. The same things go by the stream."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from app.protocol.errors import KBeanError
from app.protocol.messages.stream import FETCH_MAX, Ack, Send
from app.protocol.messages.support import (
    AttachmentOffer,
    AttachmentState,
    Conversation,
    ConversationList,
    MessagePage,
    OpenRequest,
)
from app.server.config import Config
from app.server.http.access import checked_key
from app.server.http.application import SIGNED_IN, refusals
from app.server.http.bodies import StrictBody
from app.server.http.limits import RateLimit
from app.server.http.preamble import AS_PERSON, KEY_REFUSALS, Key
from app.server.http.tokens import Principal
from app.server.support.talk.access import check_read, sender_of
from app.server.support.talk.attachments import BODY_MAX, Attachments
from app.server.support.talk.sending import Sending
from app.server.support.talk.service import Talk

_AS_PERSON: dict[str, Any] = AS_PERSON | {"tags": ["support"]}
_encode = msgspec.json.Encoder(order="deterministic").encode

Number = Annotated[int | None, QueryParameter(ge=0, le=2**53)]

OPEN_PER_MINUTE = 20
SEND_PER_MINUTE = 300
OFFER_PER_MINUTE = 60


def talk_routes(
    talk: Talk, sending: Sending, attachments: Attachments, config: Config
) -> list[Any]:
    """The handlers."""
    return [*_conversation_routes(talk, sending, config), *_attachment_routes(attachments, config)]


def _conversation_routes(talk: Talk, sending: Sending, config: Config) -> list[Any]:
    limited = config.rate_limits
    opening = RateLimit(OPEN_PER_MINUTE if limited else None)
    saying = RateLimit(SEND_PER_MINUTE if limited else None)

    @get("/v1/support/conversations", responses=refusals(*SIGNED_IN), **_AS_PERSON)
    async def conversations(
        person: NamedDependency[Principal], before: Number = None
    ) -> ConversationList:
        """The person's conversations, newest first; ``before`` is the last one's creation."""
        rows, more = await talk.of_person(person.id, before=before)
        return ConversationList([row.shown() for row in rows], more)

    @post(
        "/v1/support/conversations",
        dto=StrictBody[OpenRequest],
        return_dto=None,
        status_code=201,
        responses=refusals(
            *SIGNED_IN, *KEY_REFUSALS, "too_many_requests", "unsupported_media_type"
        ),
        **_AS_PERSON,
    )
    async def open_conversation(
        person: NamedDependency[Principal],
        data: JSONBody[OpenRequest],
        idempotency_key: Key = None,
    ) -> Conversation:
        """The open conversation, made where there is none; the context is appended to it."""
        key = checked_key(idempotency_key)
        opening.check(person.id)
        row = await talk.open(person.id, key, _encode(data), data.language, data.context)
        return row.shown()

    @get(
        "/v1/support/conversations/{conversation_id:str}/messages",
        responses=refusals(*SIGNED_IN, "conversation_not_found"),
        **_AS_PERSON,
    )
    async def messages(
        person: NamedDependency[Principal],
        conversation_id: FromPath[str],
        after: Number = None,
        before: Number = None,
        limit: Annotated[int, QueryParameter(ge=1, le=FETCH_MAX)] = 100,
    ) -> MessagePage:
        """A page of a conversation: upwards from ``after``, else the newest before ``before``."""
        row = await talk.find(conversation_id)
        await check_read(sending.door, person, row)
        return await talk.page(row.id, after=after, before=before, limit=limit)

    @post(
        "/v1/support/conversations/{conversation_id:str}/messages",
        dto=StrictBody[Send],
        return_dto=None,
        status_code=200,
        responses=refusals(
            *SIGNED_IN,
            "conversation_not_found",
            "conversation_closed",
            "message_empty",
            "message_differs",
            "attachment_not_found",
            "too_many_requests",
            "unsupported_media_type",
        ),
        **_AS_PERSON,
    )
    async def send(
        person: NamedDependency[Principal], conversation_id: FromPath[str], data: JSONBody[Send]
    ) -> Ack:
        """Say something; the message's own number makes a retry harmless."""
        if data.conv != conversation_id:
            raise KBeanError("conversation_not_found", "the body names another conversation")
        saying.check(person.id)
        return await sending.send(person, sender_of(person, ""), data)

    @post(
        "/v1/support/conversations/{conversation_id:str}/close",
        status_code=200,
        responses=refusals(*SIGNED_IN, "conversation_not_found", "unsupported_media_type"),
        **_AS_PERSON,
    )
    async def close(
        person: NamedDependency[Principal], conversation_id: FromPath[str]
    ) -> Conversation:
        """The person has been helped, or gives up; a closed one stays closed."""
        async with talk.change() as change:
            row = await change.conversation(conversation_id)
            await check_read(sending.door, person, row)
            if row.owner != "nobody":
                await change.give(row, "nobody", "closed")
            return change.row(row.id).shown()

    return [conversations, open_conversation, messages, send, close]


def _attachment_routes(attachments: Attachments, config: Config) -> list[Any]:
    offering = RateLimit(OFFER_PER_MINUTE if config.rate_limits else None)

    @post(
        "/v1/support/attachments",
        dto=StrictBody[AttachmentOffer],
        return_dto=None,
        status_code=200,
        responses=refusals(
            *SIGNED_IN,
            "conversation_not_found",
            "conversation_closed",
            "attachment_refused",
            "attachment_too_large",
            "too_many_requests",
            "unsupported_media_type",
        ),
        **_AS_PERSON,
    )
    async def offer(
        person: NamedDependency[Principal], data: JSONBody[AttachmentOffer]
    ) -> AttachmentState:
        """Announce a file by its hash; what is there already need not be sent again."""
        offering.check(person.id)
        return await attachments.offer(person, data)

    @put(
        "/v1/support/attachments/{sha256:str}",
        status_code=200,
        request_max_body_size=BODY_MAX,
        responses=refusals(
            *SIGNED_IN,
            "attachment_not_found",
            "attachment_refused",
            "attachment_too_large",
            "attachment_differs",
            "too_many_requests",
        ),
        **_AS_PERSON,
    )
    async def upload(
        person: NamedDependency[Principal], sha256: FromPath[str], request: Request[Any, Any, Any]
    ) -> AttachmentState:
        """The bytes that were announced (``application/octet-stream``)."""
        offering.check(person.id)
        return await attachments.store(person, sha256, await request.body())

    @get(
        "/v1/support/attachments/{sha256:str}",
        responses=refusals(*SIGNED_IN, "attachment_not_found"),
        **_AS_PERSON,
    )
    async def download(
        person: NamedDependency[Principal], sha256: FromPath[str]
    ) -> Response[bytes]:
        """A file of one of the person's conversations, by the hash of what is stored."""
        return file_response(*await attachments.of_person(person.id, sha256))

    return [offer, upload, download]


def file_response(media_type: str, data: bytes) -> Response[bytes]:
    """A stored file, to be saved and never to be run."""
    return Response(data, media_type=media_type, headers={"Content-Disposition": "attachment"})
