"""The staff's calls, typed, one method a route (``/v1/staff/…``; contract in messages/desk.py).

The desk is made of these. A staff session is short and has no refresh: when it ends, every call
says so and only signing in again helps.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
from typing import TypeVar
from urllib.parse import quote, urlencode

import msgspec

from app.protocol.errors import KBeanError
from app.protocol.ids import new_id
from app.protocol.messages.cards import Scope
from app.protocol.messages.consent import BreakGlass, BreakGlassList
from app.protocol.messages.desk import (
    AccountView,
    AskAccess,
    Asked,
    AskVerification,
    AuditPage,
    Board,
    BreakGlassRequest,
    CallbackOutcome,
    CannedReply,
    CannedReplyList,
    CannedReplyRequest,
    CloseRequest,
    ConsultRequest,
    HandOver,
    Macro,
    MacroList,
    MacroRequest,
    MemberList,
    Presence,
    PresenceRequest,
    Propose,
    Reply,
    StaffCallback,
    StaffCallbackList,
    StaffConversation,
    StaffMember,
    StaffSession,
    StaffSignIn,
)
from app.protocol.messages.stream import Ack
from app.protocol.messages.support import (
    Conversation,
    FreezeRequest,
    FreezeState,
    Grant,
    MessagePage,
)
from app.sdk.answers import read
from app.sdk.staff_cases import StaffCaseClient
from app.sdk.staff_files import StaffFiles
from app.sdk.staff_knowledge import KnowledgeClient
from app.sdk.transport import Call, Method, Transport

T = TypeVar("T", bound=msgspec.Struct)

ENDED = frozenset({"unauthenticated", "token_expired", "session_ended"})
"""Refusals after which only signing in helps."""


class StaffClient:
    """One of the staff at one service."""

    def __init__(self, transport: Transport) -> None:
        """Take the way to the service; :meth:`sign_in` comes first."""
        self.transport = transport
        self.clock = transport.clock
        self.knowledge = KnowledgeClient(self._send)
        self.casework = StaffCaseClient(self._send)
        self.files = StaffFiles(self._send)
        self._session: StaffSession | None = None
        self._staff: StaffMember | None = None

    # --- the session

    async def sign_in(self, request: StaffSignIn) -> StaffSession:
        """Open a session. Never repeated by itself: a code works once.

        Raises:
            KBeanError: ``staff_credentials_wrong``, ``account_locked``, ``service_*`` …
        """
        call = Call("POST", "/v1/staff/sessions", msgspec.json.encode(request))
        session = read(await self.transport.send(call), StaffSession, clock=self.clock)
        self.adopt(session)
        return session

    def adopt(self, session: StaffSession) -> None:
        """Go on with a session that was opened elsewhere."""
        self._session, self._staff = session, session.staff

    @property
    def session(self) -> StaffSession:
        """The present session.

        Raises:
            KBeanError: ``unauthenticated``.
        """
        if self._session is None:
            raise KBeanError("unauthenticated")
        return self._session

    @property
    def staff(self) -> StaffMember:
        """Who is signed in, as the service last said."""
        return self._staff or self.session.staff

    @property
    def token(self) -> str:
        """The access token, for the event stream."""
        return self.session.access_token

    def seconds_left(self) -> float:
        """Until the service ends this session whatever is done."""
        if self._session is None:
            return 0.0
        return (self._session.access_expires_at - self.clock.time_ms()) / 1000

    async def close(self, *, sign_out: bool = True) -> None:
        """End the session, as far as the service can be told, and close the connections."""
        if sign_out and self._session is not None:
            with contextlib.suppress(KBeanError, TimeoutError):
                async with asyncio.timeout(3):
                    await self._send(Call("DELETE", "/v1/staff/sessions/current", repeatable=True))
        self._session = None
        await self.transport.close()

    # --- who there is

    async def me(self) -> StaffMember:
        """Who is signed in, with presence and load of now."""
        self._staff = await self._get("/v1/staff/me", StaffMember)
        return self._staff

    async def members(self) -> list[StaffMember]:
        """Colleagues: whom one may hand over to, or consult."""
        return (await self._get("/v1/staff/members", MemberList)).members

    async def set_presence(self, presence: Presence) -> StaffMember:
        """Take conversations from now on, or no longer."""
        self._staff = await self._ask(
            "PUT", "/v1/staff/presence", StaffMember, PresenceRequest(presence), repeatable=True
        )
        return self._staff

    # --- conversations

    async def board(self) -> Board:
        """What is mine, what waits, what the team has."""
        return await self._get("/v1/staff/board", Board)

    async def conversation(self, conv: str) -> StaffConversation:
        """One conversation with its newest page.

        Raises:
            KBeanError: ``conversation_not_found`` where there is none, or one may not see it.
        """
        return await self._get(_conv(conv), StaffConversation)

    async def page(
        self, conv: str, *, before: int | None = None, after: int | None = None, limit: int = 100
    ) -> MessagePage:
        """Messages of a conversation (or a notes stream), ascending."""
        words = {"before": before, "after": after, "limit": limit}
        query = urlencode({name: value for name, value in words.items() if value is not None})
        return await self._get(f"{_conv(conv)}/messages?{query}", MessagePage)

    async def claim(self, conv: str) -> StaffConversation:
        """Take a conversation from the queue.

        Raises:
            KBeanError: ``already_claimed``, ``capacity_full`` …
        """
        return await self._ask("POST", f"{_conv(conv)}/claim", StaffConversation, repeatable=True)

    async def reply(self, conv: str, reply: Reply) -> Ack:
        """Answer the person; repeating the same ``cmid`` gives the same ack.

        Raises:
            KBeanError: ``not_owner``, ``conversation_closed``, ``message_empty`` …
        """
        return await self._ask("POST", f"{_conv(conv)}/messages", Ack, reply, repeatable=True)

    async def note(self, conv: str, note: Reply) -> Ack:
        """Write on the notes stream; no person ever sees it."""
        return await self._ask("POST", f"{_conv(conv)}/notes", Ack, note, repeatable=True)

    async def hand_over(self, conv: str, request: HandOver) -> Conversation:
        """Give a conversation to a colleague, the queue or the bot; grants end with it."""
        return await self._ask("POST", f"{_conv(conv)}/hand-over", Conversation, request)

    async def consult(self, conv: str, request: ConsultRequest) -> None:
        """Let a colleague read and note."""
        await self._send(_call("POST", f"{_conv(conv)}/consult", request, repeatable=True))

    async def close_conversation(self, conv: str, request: CloseRequest) -> Conversation:
        """Close it with an outcome; the survey follows."""
        return await self._ask("POST", f"{_conv(conv)}/close", Conversation, request)

    # --- identity and consent

    async def ask_verification(self, conv: str, request: AskVerification) -> Asked:
        """Ask the person to prove who they are."""
        return await self._ask("POST", f"{_conv(conv)}/verifications", Asked, request, key=new_id())

    async def ask_access(self, conv: str, request: AskAccess) -> Asked:
        """Ask the person for a look at their account."""
        return await self._ask("POST", f"{_conv(conv)}/access", Asked, request, key=new_id())

    async def account(self, conv: str, scope: Scope) -> AccountView:
        """What one granted scope shows; the look is recorded and the person sees it.

        Raises:
            KBeanError: ``grant_missing``.
        """
        return await self._get(f"{_conv(conv)}/account?scope={scope}", AccountView)

    async def propose(self, conv: str, request: Propose) -> Asked:
        """Propose a change that the person confirms."""
        return await self._ask("POST", f"{_conv(conv)}/proposals", Asked, request, key=new_id())

    async def break_glass(self, conv: str, request: BreakGlassRequest) -> Asked:
        """Be the first of the two people that a look without consent needs."""
        return await self._ask("POST", f"{_conv(conv)}/break-glass", Asked, request, key=new_id())

    async def glass_requests(self) -> list[BreakGlass]:
        """Looks without consent that wait for a second person."""
        return (await self._get("/v1/staff/break-glass", BreakGlassList)).requests

    async def confirm_glass(self, request_id: str) -> Grant:
        """Be the second of the two; the person is told.

        Raises:
            KBeanError: ``second_person_needed`` for who asked first, ``request_expired`` …
        """
        path = f"/v1/staff/break-glass/{quote(request_id)}"
        return await self._ask("POST", path, Grant, repeatable=True)

    async def freeze(self, conv: str, reason: str) -> FreezeState:
        """Stop the person's debits at once, on their word.

        Raises:
            KBeanError: ``already_frozen``.
        """
        body = FreezeRequest(reason)
        return await self._ask("POST", f"{_conv(conv)}/freeze", FreezeState, body, repeatable=True)

    # --- ready words

    async def canned_replies(self) -> list[CannedReply]:
        """Ready sentences, one's own and the team's."""
        return (await self._get("/v1/staff/canned-replies", CannedReplyList)).replies

    async def macros(self) -> list[Macro]:
        """Several steps with one click."""
        return (await self._get("/v1/staff/macros", MacroList)).macros

    async def keep_canned_reply(
        self, request: CannedReplyRequest, reply_id: str | None = None
    ) -> CannedReply:
        """Write a ready sentence, or change one."""
        if reply_id is None:
            path = "/v1/staff/canned-replies"
            return await self._ask("POST", path, CannedReply, request)
        path = f"/v1/staff/canned-replies/{quote(reply_id)}"
        return await self._ask("PUT", path, CannedReply, request, repeatable=True)

    async def drop_canned_reply(self, reply_id: str) -> None:
        """Remove a ready sentence."""
        path = f"/v1/staff/canned-replies/{quote(reply_id)}"
        await self._send(Call("DELETE", path, repeatable=True))

    async def keep_macro(self, request: MacroRequest, macro_id: str | None = None) -> Macro:
        """Write a macro, or change one."""
        if macro_id is None:
            return await self._ask("POST", "/v1/staff/macros", Macro, request)
        path = f"/v1/staff/macros/{quote(macro_id)}"
        return await self._ask("PUT", path, Macro, request, repeatable=True)

    async def drop_macro(self, macro_id: str) -> None:
        """Remove a macro."""
        await self._send(Call("DELETE", f"/v1/staff/macros/{quote(macro_id)}", repeatable=True))

    async def run_macro(self, conv: str, macro_id: str) -> Conversation:
        """Do a macro in a conversation: all of its steps or none."""
        path = f"{_conv(conv)}/macros/{quote(macro_id)}"
        return await self._ask("POST", path, Conversation)

    # --- calls, audit

    async def callbacks(self) -> list[StaffCallback]:
        """Booked calls."""
        return (await self._get("/v1/staff/callbacks", StaffCallbackList)).callbacks

    async def callback_outcome(self, callback_id: str, outcome: CallbackOutcome) -> StaffCallback:
        """Take a call, or say how it went."""
        path = f"/v1/staff/callbacks/{quote(callback_id)}"
        return await self._ask("POST", path, StaffCallback, outcome, repeatable=True)

    async def audit(
        self, *, before: str | None = None, actor: str | None = None, subject: str | None = None
    ) -> AuditPage:
        """Privileged actions, newest first."""
        words = {"before": before, "actor": actor, "subject": subject}
        query = urlencode({name: value for name, value in words.items() if value})
        return await self._get(f"/v1/staff/audit{'?' if query else ''}{query}", AuditPage)

    # --- pieces

    async def _get(self, path: str, kind: type[T]) -> T:
        return read(await self._send(Call("GET", path)), kind, clock=self.clock)

    async def _ask(
        self,
        method: Method,
        path: str,
        kind: type[T],
        body: msgspec.Struct | None = None,
        *,
        key: str | None = None,
        repeatable: bool = False,
    ) -> T:
        call = _call(method, path, body, key=key, repeatable=repeatable)
        return read(await self._send(call), kind, clock=self.clock)

    async def _send(self, call: Call) -> bytes:
        return await self.transport.send(dataclasses.replace(call, token=self.token))


def _conv(conv: str) -> str:
    return f"/v1/staff/conversations/{quote(conv, safe='')}"


def _call(
    method: Method,
    path: str,
    body: msgspec.Struct | None,
    *,
    key: str | None = None,
    repeatable: bool = False,
) -> Call:
    raw = msgspec.json.encode(body) if body is not None else None
    return Call(method, path, raw, key=key, repeatable=repeatable)
