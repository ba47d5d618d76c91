"""Files that are to be sent: what they are, by their bytes, and what they are called (design/4)."""

from __future__ import annotations

import hashlib
from pathlib import PurePath

from app.protocol.errors import KBeanError
from app.protocol.messages.cards import FileCard
from app.protocol.messages.support import ATTACHMENT_MAX

NAME_MAX = 120
_HEADS = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
)


def media_type_of(data: bytes) -> str:
    """What kind of file bytes are, by themselves: a name can say anything.

    Raises:
        KBeanError: ``attachment_refused``.
    """
    for head, media_type in _HEADS:
        if data.startswith(head):
            return media_type
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise KBeanError("attachment_refused") from None
    if any(sign < " " and sign not in "\t\n\r\f" for sign in text):
        raise KBeanError("attachment_refused")
    return "text/plain"


def announced(data: bytes, name: str) -> FileCard:
    """The card of a file that is to be sent.

    Raises:
        KBeanError: ``message_empty``, ``attachment_too_large``, ``attachment_refused``.
    """
    if not data:
        raise KBeanError("message_empty", "an empty file", field="file")
    if len(data) > ATTACHMENT_MAX:
        raise KBeanError("attachment_too_large", params={"limit": ATTACHMENT_MAX})
    media_type = media_type_of(data)
    digest = hashlib.sha256(data).hexdigest()
    return FileCard(digest, clean_name(name), media_type, len(data))


def clean_name(name: str) -> str:
    """A file's name without its folders and without signs that aren't for reading."""
    last = PurePath(name.replace("\\", "/")).name
    readable = "".join(sign for sign in last if sign.isprintable()).strip()
    if len(readable) > NAME_MAX:
        stem, suffix = PurePath(readable).stem, PurePath(readable).suffix[:12]
        readable = stem[: NAME_MAX - len(suffix)] + suffix
    return readable or "file"
