"""Reading the service's frames with forward compatibility: a newer service never breaks a stream.

A frame of an unknown kind is passed over. A message counts by its number whatever is in it, so one
with a card, kind or sender that this program doesn't know keeps its text and loses only that.
"""

from __future__ import annotations

from typing import Any, get_args

import msgspec

from app.protocol.errors import KBeanError
from app.protocol.messages.stream import ServiceFrame
from app.protocol.messages.support import Kind, Message, MessagePage, SenderKind

_frames = msgspec.json.Decoder(ServiceFrame)
_pages = msgspec.json.Decoder(MessagePage)
_KINDS = frozenset(get_args(Kind))
_SENDERS = frozenset(get_args(SenderKind))


def read_frame(raw: str | bytes) -> ServiceFrame | None:
    """One frame of the service; None for one that this program doesn't know.

    Raises:
        KBeanError: ``service_garbled``: not a JSON object.
    """
    try:
        frame: ServiceFrame = _frames.decode(raw)
        return frame
    except msgspec.ValidationError:
        return _tolerant(raw)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise KBeanError("service_garbled", "not a frame", money="none") from error


def read_messages(raw: bytes) -> MessagePage:
    """A page of messages over HTTP, read as generously as frames.

    Raises:
        KBeanError: ``service_garbled``.
    """
    try:
        return _pages.decode(raw)
    except msgspec.ValidationError:
        found = msgspec.json.decode(raw)
        try:
            return msgspec.convert(_with_known_messages(found), MessagePage)
        except (msgspec.ValidationError, AttributeError, TypeError) as error:
            raise KBeanError("service_garbled", "not a page", money="none") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise KBeanError("service_garbled", "not a page", money="none") from error


def _tolerant(raw: str | bytes) -> ServiceFrame | None:
    found = msgspec.json.decode(raw)
    if not isinstance(found, dict):
        raise KBeanError("service_garbled", "not a frame", money="none")
    try:
        frame: ServiceFrame = msgspec.convert(_with_known_messages(found), ServiceFrame)
        return frame
    except (msgspec.ValidationError, AttributeError, TypeError):
        return None


def _with_known_messages(found: dict[str, Any]) -> dict[str, Any]:
    known = dict(found)
    if "message" in known:
        known["message"] = _known(known["message"])
    if "messages" in known:
        known["messages"] = [_known(message) for message in known["messages"]]
    return known


def _known(message: dict[str, Any]) -> dict[str, Any]:
    """The same message without what this program can't read."""
    try:
        msgspec.convert(message, Message)
    except msgspec.ValidationError:
        known = {name: value for name, value in message.items() if name != "card"}
        if known.get("kind") not in _KINDS:
            known["kind"] = "card"
        sender = known.get("sender")
        if isinstance(sender, dict) and sender.get("kind") not in _SENDERS:
            known["sender"] = {**sender, "kind": "system"}
        return known
    return message
