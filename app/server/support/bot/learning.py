"""What people asked and got no good answer to, by meaning; one click makes it phrasings."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.protocol.errors import KBeanError
from app.protocol.ids import is_uuid7
from app.protocol.messages.knowledge import (
    QuestionCluster,
    QuestionClusters,
    SettleQuestions,
    UnansweredQuestion,
)
from app.server.db.engine import reading, writing
from app.server.db.sealing import Sealer
from app.server.http.front import now_ms
from app.server.http.tokens import Principal
from app.server.support.bot import clusters
from app.server.support.bot.authors import Authors
from app.server.support.bot.flows import NONE_OF_THESE
from app.server.support.bot.knowledge import PHRASING_MAX, PHRASINGS_MOST, Entry, plainly
from app.server.support.bot.library import Library
from app.server.support.bot.shelf import Shelf, overlaid, written
from app.server.support.bot.tables import bot_questions

LOOKED_AT = 300
"""Questions, the newest, that are put together at a time."""

_OPEN = (
    bot_questions.c.question.is_not(None)
    & bot_questions.c.settled_at.is_(None)
    & (
        bot_questions.c.judged.is_(False)
        | (bot_questions.c.chosen == NONE_OF_THESE)
        | (bot_questions.c.outcome == "rephrase")
        | ((bot_questions.c.outcome == "human") & (bot_questions.c.rule == ""))
    )
)


class Learning:
    """The authors' list of what is missing."""

    def __init__(self, engine: AsyncEngine, shelf: Shelf, authors: Authors, sealer: Sealer) -> None:
        """Read what :class:`app.server.support.bot.service.Bot` wrote down."""
        self._engine = engine
        self._shelf = shelf
        self._authors = authors
        self._sealer = sealer

    async def open(self) -> QuestionClusters:
        """Clusters, the largest first, each with the entry that lies nearest."""
        known = await self._shelf.library()
        async with reading(self._engine) as connection:
            query = sa.select(bot_questions).where(_OPEN)
            rows = await connection.execute(
                query.order_by(bot_questions.c.asked_at.desc()).limit(LOOKED_AT)
            )
            questions = [self._shown(row) for row in rows]
        groups = await asyncio.to_thread(_grouped, known, questions)
        return QuestionClusters([self._cluster(known, group) for group in groups])

    def _shown(self, row: Any) -> UnansweredQuestion:
        text = self._sealer.open(row.question, f"bot-question:{row.conv_id}:{row.seq}").decode()
        number = f"{row.conv_id}.{row.seq}"
        return UnansweredQuestion(number, text, row.language, row.asked_at, row.outcome)

    def _cluster(self, known: Library, questions: Sequence[UnansweredQuestion]) -> QuestionCluster:
        nearest = known.guess(questions[0].question)
        entry = known.entry(nearest.topic, questions[0].language)
        return QuestionCluster(list(questions), nearest.topic, entry.title if entry else "")

    async def settle(self, staff: Principal, wanted: SettleQuestions) -> None:
        """Make questions phrasings of a topic's entry (a draft), or put them aside.

        Raises:
            KBeanError: ``not_found`` for a question or topic that isn't there.
        """
        files = await asyncio.to_thread(self._shelf.files)
        async with writing(self._engine) as connection:
            rows = await self._load(connection, wanted.ids)
            if wanted.topic is not None:
                entries = overlaid(files, await written(connection))
                for language in sorted({row.language for row in rows}):
                    said = [self._shown(row).question for row in rows if row.language == language]
                    mine = [e for e in entries if (e.topic, e.language) == (wanted.topic, language)]
                    if not mine:
                        raise KBeanError("not_found", "there is no such entry", field="topic")
                    grown = with_phrasings(mine[0], said)
                    if grown != mine[0]:
                        await self._authors.write(connection, staff, files, grown)
            for row in rows:
                await connection.execute(
                    sa.update(bot_questions)
                    .where(bot_questions.c.conv_id == row.conv_id, bot_questions.c.seq == row.seq)
                    .values(settled_at=now_ms())
                )

    async def _load(self, connection: AsyncConnection, ids: Sequence[str]) -> list[Any]:
        rows = []
        for number in dict.fromkeys(ids):
            conv_id, _, seq = number.partition(".")
            found = None
            # A number that no database could hold is nobody's.
            if is_uuid7(conv_id) and seq.isdecimal() and len(seq) < 10:
                query = sa.select(bot_questions).where(
                    bot_questions.c.conv_id == conv_id,
                    bot_questions.c.seq == int(seq),
                    bot_questions.c.question.is_not(None),
                )
                found = (await connection.execute(query)).one_or_none()
            if found is None:
                raise KBeanError("not_found", "there is no such question", field="ids")
            rows.append(found)
        return rows


def with_phrasings(entry: Entry, said: Sequence[str]) -> Entry:
    """The entry with what was said among its phrasings, each once, as far as there is room."""
    known = {plainly(text) for text in (*entry.phrasings, entry.title)}
    grown = list(entry.phrasings)
    for text in said:
        line = " ".join(text.split())
        plain = plainly(line)
        if plain and plain not in known and len(line) <= PHRASING_MAX:
            known.add(plain)
            grown.append(line)
    fields = {name: getattr(entry, name) for name in Entry.__dataclass_fields__}
    return Entry(**{**fields, "phrasings": tuple(grown[:PHRASINGS_MOST])})


def _grouped(
    known: Library, questions: Sequence[UnansweredQuestion]
) -> list[list[UnansweredQuestion]]:
    """By meaning; without an encoder by the topic they were taken for."""
    if known.encoder is not None and questions:
        vectors = known.encoder.encode([question.question for question in questions])
        groups = clusters.clusters(vectors)
    else:
        by_topic: dict[str, list[int]] = {}
        for number, question in enumerate(questions):
            by_topic.setdefault(known.guess(question.question).topic, []).append(number)
        groups = clusters.order(list(by_topic.values()))
    return [[questions[number] for number in group] for group in groups]
