"""The authors' calls of the knowledge base, typed (``/v1/staff/knowledge``; design/4 §Bot)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar
from urllib.parse import quote

import msgspec

from app.protocol.messages.knowledge import (
    KnowledgeEntry,
    KnowledgeList,
    KnowledgePublished,
    KnowledgeTest,
    KnowledgeTried,
    KnowledgeVersion,
    QuestionCluster,
    QuestionClusters,
    SettleQuestions,
)
from app.protocol.messages.support import Language
from app.sdk.answers import read
from app.sdk.transport import Call

T = TypeVar("T", bound=msgspec.Struct)
_BASE = "/v1/staff/knowledge"
_PUBLISH_SECONDS = 120.0


class KnowledgeClient:
    """What authors ask; borrows the session of a :class:`app.sdk.staff.StaffClient`."""

    def __init__(self, send: Callable[[Call], Awaitable[bytes]]) -> None:
        """Take what sends a call with the session's token."""
        self._send = send

    async def entries(self) -> KnowledgeList:
        """Every entry with how well it is found, and how the bot does as a whole."""
        return await self._ask(Call("GET", _BASE), KnowledgeList)

    async def entry(self, topic: str, language: Language) -> KnowledgeVersion:
        """One entry in full: its newest version, draft or not."""
        return await self._ask(Call("GET", _path(topic, language)), KnowledgeVersion)

    async def keep(self, topic: str, language: Language, entry: KnowledgeEntry) -> KnowledgeVersion:
        """Write a new version, as a draft until it is published.

        Raises:
            KBeanError: ``knowledge_invalid``, ``validation_failed``.
        """
        body = msgspec.json.encode(entry)
        call = Call("PUT", _path(topic, language), body, repeatable=True)
        return await self._ask(call, KnowledgeVersion)

    async def publish(self) -> KnowledgePublished:
        """Answer people from the drafts; the bot is fitted anew, which takes a while.

        Raises:
            KBeanError: ``knowledge_invalid``.
        """
        call = Call("POST", f"{_BASE}/publish", answer=_PUBLISH_SECONDS)
        return await self._ask(call, KnowledgePublished)

    async def try_question(self, question: KnowledgeTest) -> KnowledgeTried:
        """What the bot would do with a question; nothing is logged."""
        body = msgspec.json.encode(question)
        return await self._ask(Call("POST", f"{_BASE}/test", body, repeatable=True), KnowledgeTried)

    async def questions(self) -> list[QuestionCluster]:
        """What people asked and got no good answer to, alike together."""
        return (await self._ask(Call("GET", f"{_BASE}/questions"), QuestionClusters)).clusters

    async def settle(self, request: SettleQuestions) -> None:
        """Make questions phrasings of a topic, or put them aside."""
        body = msgspec.json.encode(request)
        await self._send(Call("POST", f"{_BASE}/questions", body, repeatable=True))

    async def _ask(self, call: Call, kind: type[T]) -> T:
        return read(await self._send(call), kind)


def _path(topic: str, language: Language) -> str:
    return f"{_BASE}/{quote(topic, safe='')}/{language}"
