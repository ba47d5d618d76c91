"""One entry of the knowledge base, edited; saving makes a draft, publishing is another click."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from app.desk import kit
from app.desk.sessions import DeskSession
from app.protocol.messages.knowledge import KnowledgeEntry, KnowledgeVersion


class EntryForm:
    """A wide sheet."""

    def __init__(
        self,
        session: DeskSession,
        version: KnowledgeVersion,
        on_saved: Callable[[], Awaitable[None]],
    ) -> None:
        """Open it."""
        self._session = session
        self._version = version
        self._on_saved = on_saved
        words, entry = session.words, version.entry
        lead = words(
            "entry.lead",
            topic=version.topic,
            version=version.version,
            published=version.published,
        )
        with kit.sheet(entry.title, lead, name="entry", wide=True) as self._dialog:
            self._title = kit.field(words("replies.title"), entry.title, name="entry-title")
            self._phrasings = kit.area(
                words("entry.phrasings"),
                "\n".join(entry.phrasings),
                rows=6,
                hint=words("entry.phrasings_hint"),
                name="phrasings",
            )
            self._body = kit.area(words("entry.body"), entry.body, rows=7, name="entry-body")
            with kit.box("line") as line:
                line.style("gap:12px;align-items:flex-start")
                self._actions = kit.field(words("entry.actions"), " ".join(entry.actions))
                self._links = kit.field(words("entry.links"), " ".join(entry.links))
            with kit.box("line") as line:
                line.style("gap:12px;align-items:flex-start")
                self._skill = kit.field(words("hand_over.skill"), entry.skill)
                self._review = kit.field(words("entry.review"), entry.review, name="review")
            kit.actions(
                self._dialog,
                words("cancel"),
                words("entry.save"),
                kit.guarded(session)(self._save),
                name="save-entry",
            )

    async def _save(self) -> None:
        phrasings = [line.strip() for line in (self._phrasings.value or "").splitlines()]
        entry = KnowledgeEntry(
            title=(self._title.value or "").strip(),
            phrasings=list(dict.fromkeys(filter(None, phrasings))),
            body=(self._body.value or "").strip(),
            review=(self._review.value or "").strip(),
            actions=(self._actions.value or "").split(),
            links=(self._links.value or "").split(),
            skill=(self._skill.value or "").strip(),
        )
        version = self._version
        await self._session.client.knowledge.keep(version.topic, version.language, entry)
        self._dialog.close()
        kit.say(self._session, self._session.words("entry.saved"), tone="bean")
        await self._on_saved()
