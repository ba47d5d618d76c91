"""An agent's files: announced, sent, looked at (``/v1/staff/conversations/{id}/attachments``)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from urllib.parse import quote

import msgspec

from app.protocol.errors import KBeanError
from app.protocol.messages.cards import FileCard
from app.protocol.messages.support import AttachmentOffer, AttachmentState
from app.sdk.answers import read
from app.sdk.transport import Call

_FILE_SECONDS = 120.0


class StaffFiles:
    """What an agent sends and sees; borrows the session of a :class:`app.sdk.staff.StaffClient`."""

    def __init__(self, send: Callable[[Call], Awaitable[bytes]]) -> None:
        """Take what sends a call with the session's token."""
        self._send = send

    async def offer(self, offer: AttachmentOffer) -> AttachmentState:
        """Announce a file by its hash; only the owner of the conversation may.

        Raises:
            KBeanError: ``not_owner``, ``conversation_closed``, ``attachment_refused``,
                ``attachment_too_large``.
        """
        body = msgspec.json.encode(offer)
        call = Call("POST", _path(offer.conversation_id), body, repeatable=True)
        return read(await self._send(call), AttachmentState)

    async def upload(self, conv: str, sha256: str, data: bytes) -> AttachmentState:
        """Send the bytes that were announced.

        Raises:
            KBeanError: ``attachment_differs``, ``attachment_refused``, ``attachment_not_found``.
        """
        call = Call(
            "PUT",
            _path(conv, sha256),
            data,
            repeatable=True,
            media_type="application/octet-stream",
            answer=_FILE_SECONDS,
        )
        return read(await self._send(call), AttachmentState)

    async def store(self, conv: str, file: FileCard, data: bytes) -> FileCard:
        """Both steps; what the service has already isn't sent again. Harmless to repeat.

        Args:
            conv: The conversation.
            file: The file as :func:`app.sdk.files.announced` made it.
            data: Its bytes.

        Returns:
            What a reply may carry.

        Raises:
            KBeanError: as :meth:`offer` and :meth:`upload`; ``service_garbled``.
        """
        offer = AttachmentOffer(conv, file.sha256, file.name, file.media_type, file.size)
        state = await self.offer(offer)
        if state.file is None:
            state = await self.upload(conv, file.sha256, data)
        if state.file is None:
            raise KBeanError("service_garbled", "no file after the upload", money="none")
        return state.file

    async def bytes_of(self, conv: str, sha256: str) -> bytes:
        """The bytes of an attachment of a conversation.

        Raises:
            KBeanError: ``conversation_not_found``, ``attachment_not_found``.
        """
        return await self._send(Call("GET", _path(conv, sha256), answer=_FILE_SECONDS))


def _path(conv: str, sha256: str = "") -> str:
    path = f"/v1/staff/conversations/{quote(conv, safe='')}/attachments"
    return f"{path}/{quote(sha256, safe='')}" if sha256 else path
