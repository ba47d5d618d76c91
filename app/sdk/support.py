"""A person's support calls, typed, one method a route (``/v1/support/…``, ``/v1/me/freeze|thaw``).

What is said in a conversation goes over the event stream (:mod:`app.sdk.stream`); here is what is
asked and answered. Every POST may be repeated: signed answers carry their own time and request,
new things carry an ``Idempotency-Key``.
"""

from __future__ import annotations

from typing import Literal, TypeVar
from urllib.parse import urlencode

import msgspec

from app.protocol.errors import KBeanError
from app.protocol.messages.cards import RequestEvent
from app.protocol.messages.support import (
    AccessAnswer,
    ActionAnswer,
    AttachmentOffer,
    AttachmentState,
    Callback,
    CallbackRequest,
    Conversation,
    ConversationList,
    FreezeRequest,
    FreezeState,
    Grant,
    Judgement,
    Language,
    LookList,
    MessagePage,
    OpenRequest,
    ProposalAnswer,
    SlotList,
    SupportInfo,
    SurveyAnswer,
    ThawRequest,
    VerificationAnswer,
)
from app.sdk.answers import read
from app.sdk.client import ServiceClient
from app.sdk.frames import read_messages
from app.sdk.transport import Call

T = TypeVar("T", bound=msgspec.Struct)
_FILE_SECONDS = 120.0
_SILENCE = frozenset({"service_unreachable", "service_garbled", "internal_error", "busy"})
_BASE = "/v1/support"


class SupportClient:
    """Support for one signed-in person; borrows the session of a :class:`ServiceClient`."""

    def __init__(self, client: ServiceClient) -> None:
        """Stand on a client."""
        self._client = client
        self._clock = client.clock

    # --- conversations

    async def info(self, language: Language = "zh") -> SupportInfo:
        """Who answers when; the wait is that of the queue of a language.

        Raises:
            KBeanError: ``not_found`` where the service has no support (an older one).
        """
        raw = await self._send(Call("GET", f"{_BASE}?language={language}"))
        return read(raw, SupportInfo, clock=self._clock)

    async def conversations(self, before: int | None = None) -> ConversationList:
        """A page, newest first; ``before`` is ``created_at`` of the last one of the page above."""
        query = "" if before is None else f"?before={before}"
        return await self._get(f"/conversations{query}", ConversationList)

    async def open(self, key: str, request: OpenRequest) -> Conversation:
        """The open conversation, made where there is none."""
        return await self._post("/conversations", request, Conversation, key=key)

    async def messages(
        self, conv: str, *, after: int | None = None, before: int | None = None, limit: int = 100
    ) -> MessagePage:
        """A page of a conversation, ascending.

        Raises:
            KBeanError: ``conversation_not_found``.
        """
        words = {"after": after, "before": before, "limit": limit}
        query = urlencode({name: value for name, value in words.items() if value is not None})
        return read_messages(
            await self._send(Call("GET", f"{_BASE}/conversations/{conv}/messages?{query}"))
        )

    async def hand(self, conv: str, to: Literal["human", "bot"]) -> Conversation:
        """Wait for a person, or go on with the bot; being there already is harmless.

        Raises:
            KBeanError: ``conversation_closed``.
        """
        return await self._post(f"/conversations/{conv}/{to}", None, Conversation)

    async def close(self, conv: str) -> Conversation:
        """End a conversation; a closed one stays closed."""
        return await self._post(f"/conversations/{conv}/close", None, Conversation)

    async def judge(self, conv: str, judgement: Judgement) -> None:
        """Say whether the bot's answer was right."""
        body = msgspec.json.encode(judgement)
        path = f"{_BASE}/conversations/{conv}/judgements"
        await self._send(Call("POST", path, body, repeatable=True))

    # --- attachments

    async def offer(self, offer: AttachmentOffer) -> AttachmentState:
        """Announce an attachment by its hash.

        Raises:
            KBeanError: ``attachment_refused``, ``attachment_too_large``.
        """
        return await self._post("/attachments", offer, AttachmentState)

    async def upload(self, sha256: str, data: bytes) -> AttachmentState:
        """Send the bytes that were announced.

        Raises:
            KBeanError: ``attachment_differs``, ``attachment_refused``, ``attachment_not_found``.
        """
        call = Call(
            "PUT",
            f"{_BASE}/attachments/{sha256}",
            data,
            repeatable=True,
            media_type="application/octet-stream",
            answer=_FILE_SECONDS,
        )
        return read(await self._send(call), AttachmentState)

    async def download(self, sha256: str) -> bytes:
        """The bytes of a stored attachment.

        Raises:
            KBeanError: ``attachment_not_found``.
        """
        return await self._send(Call("GET", f"{_BASE}/attachments/{sha256}", answer=_FILE_SECONDS))

    # --- consent

    async def verify(self, request_id: str, answer: VerificationAnswer) -> RequestEvent:
        """Answer a verification.

        Raises:
            KBeanError: ``request_answered``, ``request_expired``, ``proof_failed`` …
        """
        return await self._post(f"/verifications/{request_id}", answer, RequestEvent)

    async def allow(self, request_id: str, answer: AccessAnswer) -> Grant:
        """Answer a request for access; errors as above."""
        return await self._post(f"/access/{request_id}", answer, Grant)

    async def revoke(self, grant_id: str) -> Grant:
        """End a grant at once; ending it twice is harmless."""
        return await self._post(f"/access/{grant_id}/revoke", None, Grant)

    async def looks(self, before: int | None = None) -> LookList:
        """Who saw what, newest first, with the live grants."""
        query = "" if before is None else f"?before={before}"
        return await self._get(f"/looks{query}", LookList)

    async def propose(self, request_id: str, answer: ProposalAnswer) -> RequestEvent:
        """Answer a proposal; errors as :meth:`verify`."""
        return await self._post(f"/proposals/{request_id}", answer, RequestEvent)

    async def act(self, request_id: str, answer: ActionAnswer) -> RequestEvent:
        """Confirm or decline an action of the bot; errors as :meth:`verify`."""
        return await self._post(f"/actions/{request_id}", answer, RequestEvent)

    # --- surveys, call-backs, freeze

    async def rate(self, survey_id: str, answer: SurveyAnswer) -> RequestEvent:
        """Answer a survey.

        Raises:
            KBeanError: ``survey_closed``, ``request_answered``.
        """
        return await self._post(f"/surveys/{survey_id}", answer, RequestEvent)

    async def slots(self) -> SlotList:
        """When somebody can call."""
        return await self._get("/callbacks/slots", SlotList)

    async def book(self, key: str, request: CallbackRequest) -> Callback:
        """Book a call.

        Raises:
            KBeanError: ``slot_taken``, ``slot_invalid``.
        """
        return await self._post("/callbacks", request, Callback, key=key)

    async def unbook(self, callback_id: str) -> Callback:
        """Cancel a booked call; cancelling it twice is harmless."""
        raw = await self._send(Call("DELETE", f"{_BASE}/callbacks/{callback_id}", repeatable=True))
        return read(raw, Callback)

    async def freeze(self, request: FreezeRequest) -> FreezeState:
        """Stop all debits; harmless to repeat."""
        body = msgspec.json.encode(request)
        return read(
            await self._send(Call("POST", "/v1/me/freeze", body, repeatable=True)), FreezeState
        )

    async def thaw(self, request: ThawRequest) -> FreezeState:
        """Lift the freeze.

        Raises:
            KBeanError: ``thaw_by_operator``, ``proof_failed``, ``signature_invalid``.
        """
        body = msgspec.json.encode(request)
        return read(
            await self._send(Call("POST", "/v1/me/thaw", body, repeatable=True)), FreezeState
        )

    async def _send(self, call: Call) -> bytes:
        try:
            return await self._client.send(call)
        except KBeanError as error:
            if error.code in _SILENCE:
                error.money = "none"  # nothing here moves any, with or without a key
            raise

    async def _get(self, path: str, kind: type[T]) -> T:
        return read(await self._send(Call("GET", _BASE + path)), kind, clock=self._clock)

    async def _post(
        self, path: str, request: msgspec.Struct | None, kind: type[T], *, key: str | None = None
    ) -> T:
        body = None if request is None else msgspec.json.encode(request)
        call = Call("POST", _BASE + path, body, key=key, repeatable=True)
        return read(await self._send(call), kind)
