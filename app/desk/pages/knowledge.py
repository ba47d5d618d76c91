"""The knowledge base: how well each entry is found, its words, and what nobody could answer."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Sequence

from nicegui import events, ui

from app.desk import kit
from app.desk.components.entry_form import EntryForm
from app.desk.components.open_questions import OpenQuestions
from app.desk.components.query_tester import QueryTester
from app.desk.sessions import DeskSession
from app.protocol.messages.knowledge import KnowledgeList, KnowledgeRow, QuestionCluster


async def build(session: DeskSession) -> None:
    """Fill the page."""
    knowledge = session.client.knowledge
    entries, clusters = await asyncio.gather(knowledge.entries(), knowledge.questions())
    KnowledgePage(session, entries, clusters)


class KnowledgePage:
    """The page and what it knows."""

    def __init__(
        self, session: DeskSession, known: KnowledgeList, clusters: Sequence[QuestionCluster]
    ) -> None:
        """Draw it from a first answer."""
        self._session = session
        self._words = words = session.words
        self._known = known
        self._text, self._language = "", "all"
        with kit.box("page") as self._box, kit.box("page-inner"):
            kit.heading(words("room.knowledge"), words("knowledge.lead"))
            self._summary = kit.box("card pad")
            with kit.box("knowledge-columns"):
                with kit.box("stack") as main:
                    main.style("gap:16px")
                    self._questions = OpenQuestions(session, clusters, self.refresh)
                    self._entries()
                QueryTester(session)
        self._draw()

    async def refresh(self) -> None:
        """Ask again how everything stands."""
        knowledge = self._session.client.knowledge
        entries, clusters = await asyncio.gather(knowledge.entries(), knowledge.questions())
        if self._box.is_deleted:
            return
        self._known = entries
        self._questions.draw(clusters)
        self._draw()

    def _entries(self) -> None:
        words = self._words
        with kit.box("card", "section"):
            with kit.box("card-head"):
                kit.text(words("knowledge.entries"), "card-title grow", "h2")
                languages = {"all": words("board.all"), "zh": "中文", "en": "English"}
                kit.segmented(languages, "all", self._choose, label=words("members.languages"))
                search = ui.input(placeholder=words("knowledge.search")).props(
                    "outlined dense clearable debounce=200"
                )
                search.props["aria-label"] = words("knowledge.search")
                search.style("width:180px")
                search.on_value_change(self._search)
            with kit.box("table", "table"):
                with kit.box("", "thead"), kit.box("", "tr"):
                    for name in ("entry", "found", "judged", "review"):
                        kit.text(words(f"knowledge.{name}"), tag="th")
                self._rows = kit.box("", "tbody")

    # --- drawing

    def _draw(self) -> None:
        self._draw_summary()
        self._draw_rows()

    def _draw_summary(self) -> None:
        words, known = self._words, self._known
        self._summary.clear()
        with self._summary, kit.box("line wrap") as line:
            line.style("gap:32px")
            figures = (
                ("first", known.first),
                ("three", known.three),
                ("precision", known.precision),
            )
            for name, share in figures:
                with kit.box("stack tight"):
                    kit.text(f"{share:.0%}", "page-title figures")
                    kit.text(words(f"knowledge.{name}"), "caption")
            with kit.box("stack tight grow"):
                if known.publication:
                    kit.text(words("knowledge.publication", number=known.publication), "small")
                else:
                    kit.text(words("knowledge.as_it_came"), "small")
                bot = words(f"knowledge.bot.{known.bot}") if known.bot else ""
                kit.text(bot, "caption")
            if known.drafts:
                kit.chip(words("knowledge.drafts", count=known.drafts), "gold", "edit_note")
            publish = kit.button(
                words("knowledge.publish"), self._publish, kind="primary", name="publish"
            )
            kit.enable(publish, bool(known.drafts))

    def _draw_rows(self) -> None:
        self._rows.clear()
        wanted = self._text.casefold()
        with self._rows:
            for row in self._known.entries:
                fits = not wanted or wanted in row.title.casefold() or wanted in row.topic
                if fits and self._language in {"all", row.language}:
                    self._row(row)

    def _row(self, row: KnowledgeRow) -> None:
        words = self._words
        with kit.box("can-click", "tr") as line:
            line.props["data-name"] = "knowledge-row"
            line.on("click", kit.steady(functools.partial(self._edit, row)), [])
            with kit.box("", "td"):
                with kit.box("line"):
                    opener = kit.box("link", "button")
                    opener.props["type"] = "button"
                    with opener:
                        kit.text(row.title, "row-title", "span")
                    if row.version > row.published:
                        kit.chip(words("knowledge.draft"), "gold")
                kit.text(f"{row.topic} · {words(f'spoken.{row.language}')}", "caption")
            with kit.box("", "td") as found:
                found.style("width:150px")
                asked = max(row.found_asked, 1)
                if row.found_asked:
                    said = words("knowledge.found_of", found=row.found_first, asked=row.found_asked)
                    kit.text(said, "small figures")
                    with kit.box("meter"):
                        kit.box().style(f"width:{100 * row.found_first / asked:.0f}%")
            with kit.box("", "td"):
                kit.text(words("knowledge.asked", count=row.asked), "small figures")
                judged = words("knowledge.judged_as", right=row.right, wrong=row.wrong)
                kit.text(judged, "caption figures")
            with kit.box("", "td"):
                kit.text(row.review, "small figures")
                if row.overdue:
                    kit.chip(words("knowledge.overdue"), "warning", "event_busy")

    # --- what a person does

    def _choose(self, language: str) -> None:
        self._language = language
        self._draw_rows()

    def _search(self, event: events.ValueChangeEventArguments[str | None]) -> None:
        self._text = event.value or ""
        self._draw_rows()

    async def _edit(self, row: KnowledgeRow) -> None:
        entry = kit.guarded(self._session)(self._session.client.knowledge.entry)
        version = await entry(row.topic, row.language)
        if version is not None:
            EntryForm(self._session, version, self.refresh)

    async def _publish(self) -> None:
        words = self._words
        kit.say(self._session, words("knowledge.publishing"))
        done = await kit.guarded(self._session)(self._session.client.knowledge.publish)()
        if done is not None:
            said = words("knowledge.published", first=f"{done.first:.0%}")
            kit.say(self._session, said, tone="bean")
            await kit.guarded_quietly(self._session, self.refresh)
