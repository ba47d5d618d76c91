"""Routes of people's work for staff: parse, call, answer. Who may call which: ``roles.py``."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from app.protocol.messages.desk import (
    Board,
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
    PresenceRequest,
    Reply,
    StaffCallback,
    StaffCallbackList,
    StaffConversation,
    StaffMember,
)
from app.protocol.messages.stream import FETCH_MAX, Ack
from app.protocol.messages.support import Conversation, Language, MessagePage
from app.server.http.access import STAFF
from app.server.http.application import SIGNED_IN, refusals
from app.server.http.bodies import StrictBody
from app.server.http.tokens import Principal
from app.server.support.people.room import PeopleRoom

_STAFF: dict[str, Any] = {
    "dependencies": STAFF,
    "security": [{"staff": []}],
    "tags": ["staff"],
}
_BODY = ("validation_failed", "unsupported_media_type")
_HANDLED = ("conversation_not_found", "not_owner", "conversation_closed")
Number = Annotated[int | None, QueryParameter(ge=0, le=2**53)]


def staff_people_routes(room: PeopleRoom) -> list[Any]:
    """What staff ask of the queue and of conversations."""
    return [
        *_who_is_there(room),
        *_reading(room),
        *_writing(room),
        *_handling(room),
        *_ready_words(room),
        *_calls(room),
    ]


def _who_is_there(room: PeopleRoom) -> list[Any]:
    @get("/v1/staff/me", responses=refusals(*SIGNED_IN, "not_found"), **_STAFF)
    async def staff_me(staff: NamedDependency[Principal]) -> StaffMember:
        """Who is signed in, with presence and load."""
        await room.presence.is_back(staff.id)
        return await room.presence.member(staff.id)

    @get("/v1/staff/members", responses=refusals(*SIGNED_IN), **_STAFF)
    async def staff_members(staff: NamedDependency[Principal]) -> MemberList:
        """Colleagues: whom one may hand over to, or consult."""
        return MemberList(await room.presence.members())

    @put(
        "/v1/staff/presence",
        dto=StrictBody[PresenceRequest],
        return_dto=None,
        responses=refusals(*SIGNED_IN, *_BODY, "not_found"),
        **_STAFF,
    )
    async def staff_presence(
        staff: NamedDependency[Principal], data: JSONBody[PresenceRequest]
    ) -> StaffMember:
        """Take conversations from now on, or no longer."""
        return await room.presence.set(staff.id, data.presence)

    return [staff_me, staff_members, staff_presence]


def _reading(room: PeopleRoom) -> list[Any]:
    @get("/v1/staff/board", responses=refusals(*SIGNED_IN), **_STAFF)
    async def staff_board(
        staff: NamedDependency[Principal],
        language: Annotated[Language | None, QueryParameter()] = None,
        skill: Annotated[str | None, QueryParameter(max_length=32)] = None,
    ) -> Board:
        """What is mine, what waits, what the team has."""
        return await room.boards.board(staff, language=language, skill=skill)

    @get(
        "/v1/staff/conversations/{conv_id:str}",
        responses=refusals(*SIGNED_IN, "conversation_not_found"),
        **_STAFF,
    )
    async def staff_conversation(
        staff: NamedDependency[Principal], conv_id: FromPath[str]
    ) -> StaffConversation:
        """One conversation with its newest page and its notes."""
        return await room.boards.open(staff, conv_id)

    @get(
        "/v1/staff/conversations/{conv_id:str}/messages",
        responses=refusals(*SIGNED_IN, "conversation_not_found"),
        **_STAFF,
    )
    async def staff_messages(
        staff: NamedDependency[Principal],
        conv_id: FromPath[str],
        after: Number = None,
        before: Number = None,
        limit: Annotated[int, QueryParameter(ge=1, le=FETCH_MAX)] = 100,
    ) -> MessagePage:
        """Messages of a conversation or a notes stream, ascending."""
        row = await room.boards.readable(staff, conv_id)
        return await room.talk.page(row.id, after=after, before=before, limit=limit)

    return [staff_board, staff_conversation, staff_messages]


def _writing(room: PeopleRoom) -> list[Any]:
    @post(
        "/v1/staff/conversations/{conv_id:str}/messages",
        dto=StrictBody[Reply],
        return_dto=None,
        status_code=201,
        responses=refusals(
            *SIGNED_IN,
            *_BODY,
            *_HANDLED,
            "message_empty",
            "message_differs",
            "attachment_not_found",
            "shutting_down",
        ),
        **_STAFF,
    )
    async def staff_reply(
        staff: NamedDependency[Principal], conv_id: FromPath[str], data: JSONBody[Reply]
    ) -> Ack:
        """Answer the person; the same ack on every retry."""
        return await room.work.reply(staff, conv_id, data)

    @post(
        "/v1/staff/conversations/{conv_id:str}/notes",
        dto=StrictBody[Reply],
        return_dto=None,
        status_code=201,
        responses=refusals(
            *SIGNED_IN,
            *_BODY,
            "conversation_not_found",
            "message_empty",
            "message_differs",
            "attachment_refused",
        ),
        **_STAFF,
    )
    async def staff_note(
        staff: NamedDependency[Principal], conv_id: FromPath[str], data: JSONBody[Reply]
    ) -> Ack:
        """Write on the notes; no person ever sees them."""
        return await room.work.note(staff, conv_id, data)

    return [staff_reply, staff_note]


def _handling(room: PeopleRoom) -> list[Any]:
    @post(
        "/v1/staff/conversations/{conv_id:str}/claim",
        status_code=200,
        responses=refusals(
            *SIGNED_IN,
            "conversation_not_found",
            "conversation_closed",
            "already_claimed",
            "capacity_full",
            "agent_away",
            "unsupported_media_type",
        ),
        **_STAFF,
    )
    async def staff_claim(
        staff: NamedDependency[Principal], conv_id: FromPath[str]
    ) -> StaffConversation:
        """Take it from the queue."""
        await room.work.claim(staff, conv_id)
        return await room.boards.open(staff, conv_id)

    @post(
        "/v1/staff/conversations/{conv_id:str}/consult",
        dto=StrictBody[ConsultRequest],
        return_dto=None,
        status_code=204,
        responses=refusals(*SIGNED_IN, *_BODY, *_HANDLED, "not_found", "message_empty"),
        **_STAFF,
    )
    async def staff_consult(
        staff: NamedDependency[Principal],
        conv_id: FromPath[str],
        data: JSONBody[ConsultRequest],
    ) -> None:
        """Let a colleague read and note."""
        await room.work.consult(staff, conv_id, data)

    @post(
        "/v1/staff/conversations/{conv_id:str}/hand-over",
        dto=StrictBody[HandOver],
        return_dto=None,
        status_code=200,
        responses=refusals(*SIGNED_IN, *_BODY, *_HANDLED, "agent_away", "capacity_full"),
        **_STAFF,
    )
    async def staff_hand_over(
        staff: NamedDependency[Principal],
        conv_id: FromPath[str],
        data: JSONBody[HandOver],
    ) -> Conversation:
        """Give it to a colleague, the queue or the bot."""
        return await room.work.hand_over(staff, conv_id, data)

    @post(
        "/v1/staff/conversations/{conv_id:str}/close",
        dto=StrictBody[CloseRequest],
        return_dto=None,
        status_code=200,
        responses=refusals(*SIGNED_IN, *_BODY, *_HANDLED),
        **_STAFF,
    )
    async def staff_close(
        staff: NamedDependency[Principal],
        conv_id: FromPath[str],
        data: JSONBody[CloseRequest],
    ) -> Conversation:
        """Close it with an outcome."""
        return await room.work.close(staff, conv_id, data)

    @post(
        "/v1/staff/conversations/{conv_id:str}/macros/{macro_id:str}",
        status_code=200,
        responses=refusals(
            *SIGNED_IN, *_HANDLED, "not_found", "validation_failed", "unsupported_media_type"
        ),
        **_STAFF,
    )
    async def staff_run_macro(
        staff: NamedDependency[Principal],
        conv_id: FromPath[str],
        macro_id: FromPath[str],
    ) -> Conversation:
        """Run a macro: all of its steps or none."""
        macro = await room.ready.macro(macro_id)
        return await room.work.run(staff, conv_id, macro)

    return [staff_claim, staff_consult, staff_hand_over, staff_close, staff_run_macro]


def _ready_words(room: PeopleRoom) -> list[Any]:
    canned: dict[str, Any] = {"dto": StrictBody[CannedReplyRequest], "return_dto": None} | _STAFF
    made: dict[str, Any] = {"dto": StrictBody[MacroRequest], "return_dto": None} | _STAFF

    @get("/v1/staff/canned-replies", responses=refusals(*SIGNED_IN), **_STAFF)
    async def canned_replies(staff: NamedDependency[Principal]) -> CannedReplyList:
        """The team's ready sentences and one's own."""
        return CannedReplyList(await room.ready.replies(staff))

    @post(
        "/v1/staff/canned-replies",
        status_code=201,
        responses=refusals(*SIGNED_IN, *_BODY),
        **canned,
    )
    async def add_canned_reply(
        staff: NamedDependency[Principal], data: JSONBody[CannedReplyRequest]
    ) -> CannedReply:
        """Add one."""
        return await room.ready.add_reply(staff, data)

    @put(
        "/v1/staff/canned-replies/{reply_id:str}",
        responses=refusals(*SIGNED_IN, *_BODY, "not_found"),
        **canned,
    )
    async def change_canned_reply(
        staff: NamedDependency[Principal],
        reply_id: FromPath[str],
        data: JSONBody[CannedReplyRequest],
    ) -> CannedReply:
        """Change one."""
        return await room.ready.change_reply(staff, reply_id, data)

    @delete(
        "/v1/staff/canned-replies/{reply_id:str}",
        responses=refusals(*SIGNED_IN, "not_found"),
        **_STAFF,
    )
    async def remove_canned_reply(
        staff: NamedDependency[Principal], reply_id: FromPath[str]
    ) -> None:
        """Remove one."""
        await room.ready.remove_reply(staff, reply_id)

    @get("/v1/staff/macros", responses=refusals(*SIGNED_IN), **_STAFF)
    async def macros(staff: NamedDependency[Principal]) -> MacroList:
        """Several steps with one click."""
        return MacroList(await room.ready.macro_list())

    @post("/v1/staff/macros", status_code=201, responses=refusals(*SIGNED_IN, *_BODY), **made)
    async def add_macro(staff: NamedDependency[Principal], data: JSONBody[MacroRequest]) -> Macro:
        """Add one."""
        return await room.ready.put_macro(staff, data)

    @put(
        "/v1/staff/macros/{macro_id:str}",
        responses=refusals(*SIGNED_IN, *_BODY, "not_found"),
        **made,
    )
    async def change_macro(
        staff: NamedDependency[Principal],
        macro_id: FromPath[str],
        data: JSONBody[MacroRequest],
    ) -> Macro:
        """Change one."""
        return await room.ready.put_macro(staff, data, macro_id)

    @delete(
        "/v1/staff/macros/{macro_id:str}",
        responses=refusals(*SIGNED_IN, "not_found"),
        **_STAFF,
    )
    async def remove_macro(staff: NamedDependency[Principal], macro_id: FromPath[str]) -> None:
        """Remove one."""
        await room.ready.remove_macro(staff, macro_id)

    return [
        canned_replies,
        add_canned_reply,
        change_canned_reply,
        remove_canned_reply,
        macros,
        add_macro,
        change_macro,
        remove_macro,
    ]


def _calls(room: PeopleRoom) -> list[Any]:
    @get("/v1/staff/callbacks", responses=refusals(*SIGNED_IN), **_STAFF)
    async def staff_callbacks(staff: NamedDependency[Principal]) -> StaffCallbackList:
        """Booked calls, the soonest first."""
        return StaffCallbackList(await room.callbacks.for_staff(staff))

    @post(
        "/v1/staff/callbacks/{callback_id:str}",
        dto=StrictBody[CallbackOutcome],
        return_dto=None,
        status_code=200,
        responses=refusals(
            *SIGNED_IN,
            *_BODY,
            "request_not_found",
            "request_answered",
            "already_claimed",
            "not_owner",
        ),
        **_STAFF,
    )
    async def staff_callback(
        staff: NamedDependency[Principal],
        callback_id: FromPath[str],
        data: JSONBody[CallbackOutcome],
    ) -> StaffCallback:
        """Take a call, or say how it went."""
        name = await room.access.display_name(staff.id)
        return await room.callbacks.settle(staff, name, callback_id, data, room.work.write_note)

    return [staff_callbacks, staff_callback]
