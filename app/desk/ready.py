"""Ready sentences: found by their shortcut, filled in at use."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.protocol.messages.desk import CannedReply

MOST = 6
_FIELD = re.compile(r"\{(?:person|agent|number)\}")


def matches(replies: Sequence[CannedReply], typed: str, language: str) -> list[CannedReply]:
    """What ``/word`` means: by shortcut first, then by title; the conversation's language first.

    Nothing where the text isn't a shortcut being typed.
    """
    text = typed.strip()
    if not text.startswith("/") or "\n" in text or len(text) > 40:
        return []
    wanted = text[1:].casefold()
    found = [
        reply
        for reply in replies
        if reply.shortcut.casefold().startswith(wanted) or wanted in reply.title.casefold()
    ]
    found.sort(
        key=lambda reply: (
            reply.language != language,
            not reply.shortcut.casefold().startswith(wanted),
            reply.shortcut,
        )
    )
    return found[:MOST]


def filled(body: str, *, person: str, agent: str, number: str) -> str:
    """A ready sentence with its fields; other braces stay as they are."""
    values = {"{person}": person, "{agent}": agent, "{number}": number}
    return _FIELD.sub(lambda found: values[found.group()], body)
