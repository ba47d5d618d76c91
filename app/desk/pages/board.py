"""The board: what is mine, what waits, what the team has; live, and steady under the pointer."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import cast

from nicegui import events, ui

from app.desk import kit
from app.desk.components.entry_row import EntryRow
from app.desk.components.held_list import HeldList
from app.desk.entries import Filter, LanguageFilter, step
from app.desk.rooms import TALKERS
from app.desk.sessions import DeskSession
from app.desk.when import now_ms
from app.protocol.messages.desk import Board, QueueEntry
from app.protocol.messages.stream import Changed, ServiceFrame, Unsure

LEADERS = frozenset({"senior", "supervisor", "auditor"})
TICK_SECONDS = 15


async def build(session: DeskSession) -> None:
    """Fill the page."""
    board = await session.client.board()
    BoardPage(session, board)


class BoardPage:
    """The page and what it knows."""

    def __init__(self, session: DeskSession, board: Board) -> None:
        """Draw it from a first answer."""
        self._session = session
        self._words = session.words
        self._board = board
        self._filter = Filter()
        self._chosen: str | None = None
        roles = set(session.staff.roles)
        self.talks = bool(roles & TALKERS)
        self.leads = bool(roles & LEADERS)
        self._right = "queue" if self.talks else "team"
        self._refreshing = self._again = False
        with kit.box("board") as self._box:
            self._head()
            with kit.box("board-columns"):
                if self.talks:
                    self._mine = Column(self, self._words("board.mine"), "mine")
                self._other = Column(self, "", "other")
        self._columns = [self._mine, self._other] if self.talks else [self._other]
        if not self.talks:
            self._box.classes("one")
        self._draw()
        ui.keyboard(on_key=self._key)
        ui.timer(TICK_SECONDS, self._tick)
        session.live.hear(self._box, self._heard)

    @property
    def session(self) -> DeskSession:
        """Whose page it is."""
        return self._session

    @property
    def chosen(self) -> str | None:
        """The conversation that the keyboard stands on."""
        return self._chosen

    def _head(self) -> None:
        words = self._words
        with kit.box("line apart"):
            kit.heading(words("room.board"))
            with kit.box("line"):
                if self.leads and self.talks:
                    options = {"queue": words("board.queue"), "team": words("board.team")}
                    kit.segmented(options, "queue", self._show, label=words("board.which"))
                languages = {"all": words("board.all"), "zh": "中文", "en": "English"}
                kit.segmented(languages, "all", self._language, label=words("board.language"))
                search = ui.input(placeholder=words("board.search")).props(
                    "outlined dense clearable debounce=200"
                )
                search.props["aria-label"] = words("board.search")
                search.props["data-name"] = "filter"
                search.style("width:200px")
                search.on_value_change(self._search)
        with kit.box("keys"):
            for key, what in (("J", "down"), ("K", "up"), ("Enter", "open"), ("C", "claim")):
                with kit.box("", "span"):
                    kit.text(key, tag="kbd")
                    kit.text(words(f"keys.{what}"), tag="span")

    # --- what is shown

    def _entries(self) -> dict[str, list[QueueEntry]]:
        other = self._board.queue if self._right == "queue" else self._board.team
        lists = {"mine": self._board.mine, "other": other}
        return {
            name: [entry for entry in entries if self._filter.passes(entry)]
            for name, entries in lists.items()
        }

    def _draw(self, *, now: bool = False) -> None:
        lists = self._entries()
        if self.talks:
            self._mine.offer(lists["mine"], now=now)
        key = "board.queue" if self._right == "queue" else "board.team"
        self._other.title(self._words(key))
        self._other.offer(lists["other"], now=now)

    def empty_words(self, name: str) -> tuple[str, str, str]:
        """What stands where a list is empty: sign, title, words."""
        kind = "mine" if name == "mine" else self._right
        if self._filter.text or self._filter.language != "all":
            kind = "filtered"
        sign = {"mine": "chat_bubble", "queue": "inbox", "team": "group"}.get(kind, "search_off")
        words = self._words
        return sign, words(f"board.empty.{kind}"), words(f"board.empty.{kind}.text")

    async def _refresh(self) -> None:
        """Ask again; what comes while asking is asked for once more, not once each."""
        if self._refreshing:
            self._again = True
            return
        self._refreshing = True
        try:
            self._again = True
            while self._again:
                self._again = False
                self._board = await self._session.client.board()
                if self._box.is_deleted:
                    return
                self._draw()
        finally:
            self._refreshing = False

    async def _heard(self, frame: ServiceFrame) -> None:
        if isinstance(frame, Unsure) or (
            isinstance(frame, Changed) and {"queue", "mine"} & set(frame.topics)
        ):
            await kit.guarded_quietly(self._session, self._refresh)

    def _tick(self) -> None:
        for column in self._columns:
            column.tick()

    # --- what a person does

    def _show(self, which: str) -> None:
        self._right = which
        self._draw(now=True)

    def _language(self, language: str) -> None:
        self._filter.language = cast("LanguageFilter", language)
        self._draw(now=True)

    def _search(self, event: events.ValueChangeEventArguments[str | None]) -> None:
        self._filter.text = event.value or ""
        self._draw(now=True)

    async def open(self, conv: str) -> None:
        """Go to a conversation."""
        ui.navigate.to(f"/c/{conv}")

    async def _enter(self, conv: str) -> None:
        """Open what may be read; what waits is claimed first."""
        waiting = {entry.conversation.id for entry in self._board.queue}
        if conv in waiting and not self.leads:
            kit.say(self._session, self._words("board.claim_first"))
        else:
            await self.open(conv)

    async def claim(self, conv: str) -> None:
        """Take a conversation and go to it; where a colleague was faster the list is new."""
        try:
            taken = await kit.guarded(self._session)(self._session.client.claim)(conv)
        finally:
            await kit.guarded_quietly(self._session, self._refresh)
        if taken is not None:
            ui.navigate.to(f"/c/{conv}")

    async def _key(self, event: events.KeyEventArguments) -> None:
        if not event.action.keydown or event.modifiers.ctrl or event.modifiers.meta:
            return
        key = event.key.name.lower()
        ids = [conv for column in self._columns for conv in column.ids]
        if key in {"j", "k"}:
            self._chosen = step(ids, self._chosen, 1 if key == "j" else -1)
            for column in self._columns:
                column.mark(self._chosen)
        elif key == "enter" and self._chosen in ids:
            await self._enter(str(self._chosen))
        elif key == "c" and not event.action.repeat:
            waiting = [entry.conversation.id for entry in self._board.queue]
            conv = self._chosen if self._chosen in waiting else None
            if conv is None and self._chosen is None and waiting:
                conv = waiting[0]
            if conv is not None:
                await self.claim(conv)


class Column:
    """One list of the board."""

    def __init__(self, page: BoardPage, title: str, name: str) -> None:
        """Draw it empty."""
        self._page = page
        self._name = name
        self._entries: dict[str, QueueEntry] = {}
        self._rows: dict[str, EntryRow] = {}
        words = page.session.words
        with kit.box("card column", "section") as section:
            section.props["data-name"] = f"list-{name}"
            with kit.box("card-head"):
                self._title = kit.text(title, "card-title", "h2")
                self._count = kit.text("", "caption figures")
            self._held = HeldList(words, self._redraw)
            self._list = kit.box("list")
        self._held.watch(section)

    @property
    def ids(self) -> Sequence[str]:
        """The conversations in the order they stand in."""
        return self._held.shown

    def title(self, words: str) -> None:
        """Call the list something else."""
        self._title.text = words

    def offer(self, entries: Sequence[QueueEntry], *, now: bool) -> None:
        """Show a new state, unless that would move something under the pointer."""
        first = not self._rows and not self._entries
        self._entries = {entry.conversation.id: entry for entry in entries}
        self._count.text = str(len(entries))
        if self._held.offer(list(self._entries), now=now) or first:
            self._redraw()
        else:
            self.tick()

    def tick(self) -> None:
        """Say times anew, in place."""
        for conv, row in self._rows.items():
            row.update(self._entries.get(conv), now_ms())

    def mark(self, chosen: str | None) -> None:
        """Show where the keyboard stands."""
        for conv, row in self._rows.items():
            row.choose(conv == chosen)

    def _redraw(self) -> None:
        self._list.clear()
        self._rows.clear()
        with self._list:
            for conv in self._held.shown:
                entry = self._entries.get(conv)
                if entry is not None:
                    self._rows[conv] = self._row(entry)
            if not self._rows:
                kit.empty(*self._page.empty_words(self._name))
        self.mark(self._page.chosen)

    def _row(self, entry: QueueEntry) -> EntryRow:
        conv = entry.conversation.id
        claim = (
            functools.partial(self._page.claim, conv)
            if entry.conversation.owner == "queue" and self._page.talks
            else None
        )
        readable = entry.conversation.owner != "queue" or self._page.leads
        return EntryRow(self._page.session, entry, now_ms(), readable=readable, claim=claim)
