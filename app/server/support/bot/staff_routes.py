"""Routes of the knowledge base for its authors: parse, call, answer."""

from __future__ import annotations

from typing import Any

from litestar import get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from app.protocol.errors import KBeanError
from app.protocol.messages.knowledge import (
    KnowledgeEntry,
    KnowledgeList,
    KnowledgePublished,
    KnowledgeTest,
    KnowledgeTried,
    KnowledgeVersion,
    QuestionClusters,
    SettleQuestions,
)
from app.protocol.messages.support import Language
from app.server.http.access import STAFF
from app.server.http.application import SIGNED_IN, refusals
from app.server.http.bodies import StrictBody
from app.server.http.tokens import Principal
from app.server.support.bot.room import BotRoom

_STAFF: dict[str, Any] = {
    "dependencies": STAFF,
    "security": [{"staff": []}],
    "tags": ["staff"],
}
_BODY = ("validation_failed", "unsupported_media_type")


def staff_bot_routes(room: BotRoom) -> list[Any]:
    """What authors ask."""

    @get("/v1/staff/knowledge", responses=refusals(*SIGNED_IN), **_STAFF)
    async def knowledge_list(staff: NamedDependency[Principal]) -> KnowledgeList:
        """Every entry, and how well it is found."""
        return await room.authors.list()

    @get("/v1/staff/knowledge/questions", responses=refusals(*SIGNED_IN), **_STAFF)
    async def knowledge_questions(staff: NamedDependency[Principal]) -> QuestionClusters:
        """What people asked and got no good answer to."""
        return await room.learning.open()

    @post(
        "/v1/staff/knowledge/questions",
        dto=StrictBody[SettleQuestions],
        return_dto=None,
        status_code=204,
        responses=refusals(*SIGNED_IN, *_BODY, "not_found", "busy"),
        **_STAFF,
    )
    async def knowledge_settle(
        staff: NamedDependency[Principal], data: JSONBody[SettleQuestions]
    ) -> None:
        """Make them phrasings, or put them aside."""
        await room.learning.settle(staff, data)

    @post(
        "/v1/staff/knowledge/test",
        dto=StrictBody[KnowledgeTest],
        return_dto=None,
        status_code=200,
        responses=refusals(*SIGNED_IN, *_BODY),
        **_STAFF,
    )
    async def knowledge_test(
        staff: NamedDependency[Principal], data: JSONBody[KnowledgeTest]
    ) -> KnowledgeTried:
        """What the bot would do with a question."""
        return await room.authors.test(data)

    @post(
        "/v1/staff/knowledge/publish",
        status_code=200,
        responses=refusals(*SIGNED_IN, "knowledge_invalid", "busy"),
        **_STAFF,
    )
    async def knowledge_publish(staff: NamedDependency[Principal]) -> KnowledgePublished:
        """Let every node answer from the newest versions."""
        return await room.authors.publish(staff)

    @get(
        "/v1/staff/knowledge/{topic:str}/{language:str}",
        responses=refusals(*SIGNED_IN, "not_found"),
        **_STAFF,
    )
    async def knowledge_entry(
        staff: NamedDependency[Principal], topic: FromPath[str], language: FromPath[str]
    ) -> KnowledgeVersion:
        """The newest version of an entry."""
        return await room.authors.version(topic, _language(language))

    @put(
        "/v1/staff/knowledge/{topic:str}/{language:str}",
        dto=StrictBody[KnowledgeEntry],
        return_dto=None,
        status_code=200,
        responses=refusals(*SIGNED_IN, *_BODY, "not_found", "knowledge_invalid", "busy"),
        **_STAFF,
    )
    async def knowledge_edit(
        staff: NamedDependency[Principal],
        topic: FromPath[str],
        language: FromPath[str],
        data: JSONBody[KnowledgeEntry],
    ) -> KnowledgeVersion:
        """Write a new version: a draft until it is published."""
        return await room.authors.edit(staff, topic, _language(language), data)

    return [
        knowledge_list,
        knowledge_questions,
        knowledge_settle,
        knowledge_test,
        knowledge_publish,
        knowledge_entry,
        knowledge_edit,
    ]


def _language(text: str) -> Language:
    """The language of an address.

    Raises:
        KBeanError: ``not_found``.
    """
    if text == "zh":
        return "zh"
    if text == "en":
        return "en"
    raise KBeanError("not_found")
