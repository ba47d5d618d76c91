"""What the authors of the knowledge base do: look, try, edit, publish, learn (design/4 §Bot).

An edit is a new version and a draft; publishing fits index, head and bands to the files with all
newest versions over them, and every node takes that over within seconds. Authors read questions,
never conversations.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.protocol.errors import KBeanError
from app.protocol.messages.knowledge import (
    KnowledgeCandidate,
    KnowledgeEntry,
    KnowledgeList,
    KnowledgePublished,
    KnowledgeRow,
    KnowledgeTest,
    KnowledgeTried,
    KnowledgeVersion,
)
from app.protocol.messages.support import Language
from app.server.db.engine import reading, writing
from app.server.http.front import now_ms
from app.server.http.tokens import Principal
from app.server.identity.staff_audit import AuditBook
from app.server.support.bot import knowledge, library, rules
from app.server.support.bot.knowledge import Entry
from app.server.support.bot.shelf import Shelf, newest_publication, overlaid, published, written
from app.server.support.bot.tables import bot_entries, bot_publications, bot_questions

JUDGED_MS = 90 * 86_400_000
"""How far back questions and judgements are counted."""


class Authors:
    """The authors' side of the bot."""

    def __init__(self, engine: AsyncEngine, shelf: Shelf, audit: AuditBook) -> None:
        """Work on what the shelf answers from."""
        self._engine = engine
        self._shelf = shelf
        self._audit = audit

    # --- looking

    async def list(self) -> KnowledgeList:
        """Every entry with how well it is found."""
        known = await self._shelf.library()
        files = await asyncio.to_thread(self._shelf.files)
        async with reading(self._engine) as connection:
            newest = overlaid(files, await written(connection))
            live = {(e.topic, e.language): e for e in overlaid(files, await published(connection))}
            counts = await _counts(connection)
            number = await newest_publication(connection)
        today = dt.datetime.now(dt.UTC).date()
        rows = [_row(entry, live, known, counts, today) for entry in newest]
        bands = known.bands
        return KnowledgeList(
            entries=rows,
            publication=number,
            bot=self._shelf.kind,
            first=round(bands.first, 4),
            three=round(bands.three, 4),
            answered=round(bands.answered, 4),
            precision=round(bands.precision, 4),
            drafts=sum(row.version != row.published for row in rows),
        )

    async def version(self, topic: str, language: Language) -> KnowledgeVersion:
        """The newest version of an entry.

        Raises:
            KBeanError: ``not_found``.
        """
        files = await asyncio.to_thread(self._shelf.files)
        async with reading(self._engine) as connection:
            newest = _find(overlaid(files, await written(connection)), topic, language)
            live = _find(overlaid(files, await published(connection)), topic, language)
        if newest is None:
            raise KBeanError("not_found")
        return _shown(newest, live.version if live else 0)

    async def test(self, wanted: KnowledgeTest) -> KnowledgeTried:
        """What the bot would do with a question, from what is published."""
        known = await self._shelf.library()
        guess, rule = known.guess(wanted.question, 5), rules.rule_of(wanted.question)
        candidates = []
        for candidate in rules.with_own(guess.candidates, rule):
            entry = known.entry(candidate.topic, wanted.language)
            title = entry.title if entry else ""
            candidates.append(KnowledgeCandidate(candidate.topic, title, candidate.score))
        return KnowledgeTried(
            band="rule" if rule else guess.band,
            confidence=round(guess.confidence, 4),
            candidates=candidates,
            rule=rule.name if rule else "",
        )

    # --- editing

    async def edit(
        self, staff: Principal, topic: str, language: Language, wanted: KnowledgeEntry
    ) -> KnowledgeVersion:
        """A new version of an entry, or a new entry; a draft until it is published.

        Raises:
            KBeanError: ``knowledge_invalid`` with what is wrong, ``busy`` where two edit at once.
        """
        try:
            review = dt.date.fromisoformat(wanted.review)
        except ValueError:
            raise KBeanError("knowledge_invalid", "there is no such day", field="review") from None
        entry = Entry(
            topic=topic,
            language=language,
            title=wanted.title,
            phrasings=tuple(wanted.phrasings),
            body=wanted.body,
            actions=tuple(wanted.actions),
            links=tuple(wanted.links),
            review=review,
            skill=wanted.skill,
        )
        _refuse(knowledge.objections(entry))
        files = await asyncio.to_thread(self._shelf.files)
        async with writing(self._engine) as connection:
            entry = await self.write(connection, staff, files, entry)
            live = _find(overlaid(files, await published(connection)), topic, language)
        return _shown(entry, live.version if live else 0)

    async def write(
        self, connection: AsyncConnection, staff: Principal, files: Sequence[Entry], entry: Entry
    ) -> Entry:
        """Write an entry as its next version, in the caller's transaction.

        Raises:
            KBeanError: ``busy`` where somebody else wrote that version a moment ago.
        """
        newest = _find(overlaid(files, await written(connection)), entry.topic, entry.language)
        version = newest.version + 1 if newest else 1
        try:
            await connection.execute(
                sa.insert(bot_entries).values(
                    topic=entry.topic,
                    language=entry.language,
                    version=version,
                    title=entry.title,
                    phrasings=list(entry.phrasings),
                    body=entry.body,
                    actions=list(entry.actions),
                    links=list(entry.links),
                    review=entry.review,
                    skill=entry.skill,
                    staff_id=staff.id,
                    created_at=now_ms(),
                )
            )
        except IntegrityError:
            raise KBeanError("busy", "somebody else edits this entry", retry_after=1) from None
        subject = f"{entry.topic}/{entry.language}"
        await self._audit.write(
            connection, staff.id, "knowledge_edit", subject, version=str(version)
        )
        return Entry(**{**_fields(entry), "version": version})

    # --- publishing

    async def publish(self, staff: Principal) -> KnowledgePublished:
        """Check everything together, fit it, and let every node answer from it.

        Raises:
            KBeanError: ``knowledge_invalid`` with what is wrong, ``busy`` where two publish.
        """
        files = await asyncio.to_thread(self._shelf.files)
        async with reading(self._engine) as connection:
            drafts = await written(connection)
            number = await newest_publication(connection) + 1
        entries = overlaid(files, drafts)
        _refuse(
            [problem for entry in entries for problem in knowledge.objections(entry)]
            + knowledge.together(entries)
        )
        known = await asyncio.to_thread(self._shelf.fit, entries)
        try:
            async with writing(self._engine) as connection:
                await self._keep(connection, staff, number, known, drafts)
        except IntegrityError:
            raise KBeanError("busy", "somebody else publishes now", retry_after=1) from None
        await self._shelf.look()
        bands = known.bands
        return KnowledgePublished(
            publication=number,
            first=round(bands.first, 4),
            three=round(bands.three, 4),
            answered=round(bands.answered, 4),
            precision=round(bands.precision, 4),
        )

    async def _keep(
        self,
        connection: AsyncConnection,
        staff: Principal,
        number: int,
        known: library.Library,
        drafts: Sequence[Entry],
    ) -> None:
        await connection.execute(
            sa.insert(bot_publications).values(
                number=number,
                digest=known.digest,
                fitted=library.dump(known),
                published_at=now_ms(),
                staff_id=staff.id,
            )
        )
        table = bot_entries
        for entry in drafts:
            # Exactly what was fitted: a version written meanwhile waits for the next publication.
            await connection.execute(
                sa.update(table)
                .where(
                    table.c.topic == entry.topic,
                    table.c.language == entry.language,
                    table.c.version <= entry.version,
                    table.c.publication.is_(None),
                )
                .values(publication=number)
            )
        await self._audit.write(connection, staff.id, "knowledge_publish", str(number))


def _refuse(problems: Sequence[str]) -> None:
    if problems:
        raise KBeanError("knowledge_invalid", "; ".join(problems[:10]))


def _fields(entry: Entry) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in Entry.__dataclass_fields__}


def _find(entries: Sequence[Entry], topic: str, language: Language) -> Entry | None:
    return next((e for e in entries if (e.topic, e.language) == (topic, language)), None)


def _shown(entry: Entry, live: int) -> KnowledgeVersion:
    body = KnowledgeEntry(
        title=entry.title,
        phrasings=list(entry.phrasings),
        body=entry.body,
        review=entry.review.isoformat(),
        actions=list(entry.actions),
        links=list(entry.links),
        skill=entry.skill,
    )
    return KnowledgeVersion(entry.topic, entry.language, entry.version, live, body)


def _row(
    entry: Entry,
    live: dict[tuple[str, Language], Entry],
    known: library.Library,
    counts: dict[tuple[str, str], tuple[int, int, int]],
    today: dt.date,
) -> KnowledgeRow:
    standing = live.get((entry.topic, entry.language))
    found = known.found.get(entry.topic, library.Found(0, 0, 0))
    asked, right, wrong = counts.get((entry.topic, entry.language), (0, 0, 0))
    return KnowledgeRow(
        topic=entry.topic,
        language=entry.language,
        title=entry.title,
        version=entry.version,
        published=standing.version if standing else 0,
        phrasings=len(entry.phrasings),
        review=entry.review.isoformat(),
        overdue=entry.review < today,
        found_asked=found.asked,
        found_first=found.first,
        found_three=found.three,
        asked=asked,
        right=right,
        wrong=wrong,
    )


async def _counts(connection: AsyncConnection) -> dict[tuple[str, str], tuple[int, int, int]]:
    """By topic and language: how often it was meant, judged right, judged wrong."""
    table = bot_questions
    right = sa.func.sum(sa.case((table.c.judged.is_(True), 1), else_=0))
    wrong = sa.func.sum(sa.case((table.c.judged.is_(False), 1), else_=0))
    rows = await connection.execute(
        sa.select(table.c.topic, table.c.language, sa.func.count(), right, wrong)
        .where(table.c.asked_at > now_ms() - JUDGED_MS, table.c.topic != "")
        .group_by(table.c.topic, table.c.language)
    )
    return {(topic, language): (asked, yes, no) for topic, language, asked, yes, no in rows}
