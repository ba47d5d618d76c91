"""Routes of staff for the files of a conversation: announce, send the bytes, look at one."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from app.protocol.errors import KBeanError
from app.protocol.messages.support import AttachmentOffer, AttachmentState
from app.server.http.access import STAFF
from app.server.http.application import SIGNED_IN, refusals
from app.server.http.bodies import StrictBody
from app.server.http.limits import RateLimit
from app.server.http.tokens import Principal
from app.server.support.people.room import PeopleRoom
from app.server.support.talk.attachments import BODY_MAX
from app.server.support.talk.routes import OFFER_PER_MINUTE, file_response

_STAFF: dict[str, Any] = {
    "dependencies": STAFF,
    "security": [{"staff": []}],
    "tags": ["staff"],
}
_MINE = ("conversation_not_found", "not_owner", "conversation_closed")
_FILE = ("attachment_refused", "attachment_too_large", "too_many_requests")


def staff_file_routes(room: PeopleRoom, *, limited: bool) -> list[Any]:
    """The handlers; ``limited``: as many files a minute as a person may send."""
    sending = RateLimit(OFFER_PER_MINUTE if limited else None)

    @post(
        "/v1/staff/conversations/{conv_id:str}/attachments",
        dto=StrictBody[AttachmentOffer],
        return_dto=None,
        status_code=200,
        responses=refusals(
            *SIGNED_IN, *_MINE, *_FILE, "validation_failed", "unsupported_media_type"
        ),
        **_STAFF,
    )
    async def staff_offer(
        staff: NamedDependency[Principal],
        conv_id: FromPath[str],
        data: JSONBody[AttachmentOffer],
    ) -> AttachmentState:
        """Announce a file by its hash; only the owner of the conversation may."""
        if data.conversation_id != conv_id:
            raise KBeanError("conversation_not_found", "the body names another conversation")
        sending.check(staff.id)
        return await room.attachments.offer(staff, data)

    @put(
        "/v1/staff/conversations/{conv_id:str}/attachments/{sha256:str}",
        status_code=200,
        request_max_body_size=BODY_MAX,
        responses=refusals(
            *SIGNED_IN, *_MINE, *_FILE, "attachment_not_found", "attachment_differs"
        ),
        **_STAFF,
    )
    async def staff_upload(
        staff: NamedDependency[Principal],
        conv_id: FromPath[str],
        sha256: FromPath[str],
        request: Request[Any, Any, Any],
    ) -> AttachmentState:
        """The bytes that were announced (``application/octet-stream``); harmless to repeat."""
        sending.check(staff.id)
        return await room.attachments.store_of_staff(staff, conv_id, sha256, await request.body())

    @get(
        "/v1/staff/conversations/{conv_id:str}/attachments/{sha256:str}",
        responses=refusals(*SIGNED_IN, "conversation_not_found", "attachment_not_found"),
        **_STAFF,
    )
    async def staff_attachment(
        staff: NamedDependency[Principal],
        conv_id: FromPath[str],
        sha256: FromPath[str],
    ) -> Response[bytes]:
        """The bytes of an attachment."""
        row = await room.boards.readable(staff, conv_id)
        return file_response(*await room.attachments.of_conversation(row.id, sha256))

    return [staff_offer, staff_upload, staff_attachment]
