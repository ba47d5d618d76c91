"""A stream of messages: drawn once each, appended at the end, redrawn where a state changed."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable, Iterable

from nicegui.element import Element

from app.desk import kit
from app.desk.components.cards import draw_card, event_words
from app.desk.components.enclosing import sign_of
from app.desk.sending import Outgoing
from app.desk.sessions import DeskSession
from app.desk.thread import Pending, Thread, request_of
from app.desk.when import clock_words, day_words
from app.protocol.messages.cards import RequestEvent
from app.protocol.messages.support import Message


class Transcript:
    """One stream on the page."""

    def __init__(
        self,
        session: DeskSession,
        thread: Thread,
        *,
        internal: bool,
        load_older: Callable[[Thread], Awaitable[bool]],
        outgoing: Outgoing | None,
    ) -> None:
        """Draw what is known.

        Args:
            session: Whose page it is.
            thread: What is known of the stream.
            internal: Whether it is the notes stream.
            load_older: Fetches the page before the oldest message; False where it couldn't.
            outgoing: Sends a refused reply again, or gives it up; None where nobody answers.
        """
        self._session = session
        self._thread = thread
        self._internal = internal
        self._fetch_older = load_older
        self._outgoing = outgoing
        self._rows: dict[int, Element] = {}
        self._waiting: dict[str, Element] = {}
        self._read = 0
        self._last_day = ""
        words = session.words
        with kit.box("transcript" + (" notes" if internal else "")) as self.box:
            self.box.props["role"] = "log"
            self.box.props["tabindex"] = "0"
            name = "notes" if internal else "transcript"
            self.box.props["aria-label"] = words(f"talk.{name}")
            self.box.props["data-name"] = name
            with kit.box("transcript-inner"):
                self._older = kit.button(
                    words("talk.older"), self._load_older, kind="quiet", sign="expand_less"
                )
                self._lines = kit.box("stack")
                self._lines.style("gap:8px")
                self._tail = kit.box("stack")
        self.redraw()

    def redraw(self) -> None:
        """Draw everything anew, after older messages came."""
        self._lines.clear()
        self._rows.clear()
        self._last_day = ""
        for seq in sorted(self._thread.messages):
            self._append(self._thread.messages[seq])
        self.draw_pending()
        self._show_older()

    async def _load_older(self) -> None:
        if await self._fetch_older(self._thread):
            self.redraw()

    def append(self, messages: Iterable[Message]) -> None:
        """Draw new messages, and redraw the cards that they say something about."""
        for message in messages:
            self._append(message)
            if isinstance(message.card, RequestEvent):
                self._redraw_request(message.card.request_id)
        self.draw_pending()

    def draw_pending(self) -> None:
        """Draw own replies that are on their way."""
        self._tail.clear()
        self._waiting.clear()
        with self._tail:
            for pending in self._thread.pending.values():
                self._pending(pending)

    def read_up_to(self, seq: int) -> None:
        """The person has read so far."""
        before, self._read = self._read, max(self._read, seq)
        for number, row in self._rows.items():
            if before < number <= self._read:
                self._fill(row, self._thread.messages[number])

    def _append(self, message: Message) -> None:
        with self._lines:
            day = day_words(message.created_at, self._session.zone, self._session.words)
            if day != self._last_day:
                self._last_day = day
                kit.text(day, "day")
            row = kit.box()
            row.props["data-seq"] = str(message.seq)
            self._rows[message.seq] = row
            self._fill(row, message)

    def _redraw_request(self, request_id: str) -> None:
        seq = self._thread.seq_of_request(request_id)
        if seq is not None and seq in self._rows:
            self._fill(self._rows[seq], self._thread.messages[seq])

    def _fill(self, row: Element, message: Message) -> None:
        row.clear()
        said = event_words(self._session, message)
        if said:
            row.classes(replace="event")
            with row:
                kit.text(said, tag="span")
            return
        kind = "note" if self._internal else message.sender.kind
        row.classes(replace=f"bubble-row {'agent' if kind == 'system' else kind}")
        with row:
            if message.body:
                kit.text(message.body, "bubble")
            if message.card is not None:
                draw_card(self._session, message, self._thread.state_of(request_of(message)))
            self._meta(message)

    def _meta(self, message: Message) -> None:
        words = self._session.words
        name = message.sender.name
        if message.sender.kind == "bot":
            name = words("owner.bot")
        elif message.sender.kind == "agent" and message.sender.id == self._session.staff.id:
            name = words("talk.me")
        with kit.box("bubble-meta"):
            if name:
                kit.text(name, tag="span")
            kit.text(clock_words(message.created_at, self._session.zone), "figures", "span")
            if message.sender.kind == "agent" and not self._internal:
                read = message.seq <= self._read
                kit.icon("done_all" if read else "done")
                kit.text(words("talk.read" if read else "talk.sent"), tag="span")

    def _pending(self, pending: Pending) -> None:
        words = self._session.words
        kind = "note" if self._internal else "agent"
        with kit.box(f"bubble-row {kind} {'refused' if pending.refusal else 'waiting'}") as row:
            row.props["data-cmid"] = pending.cmid
            if pending.file is not None:
                with kit.box("bubble line"):
                    kit.icon(sign_of(pending.file.card.media_type))
                    kit.text(pending.file.card.name, tag="span")
            if pending.body:
                kit.text(pending.body, "bubble")
            with kit.box("bubble-meta"):
                if pending.refusal:
                    kit.text(pending.refusal, tag="span")
                    self._ways_on(pending.cmid)
                else:
                    kit.icon("schedule")
                    kit.text(words("talk.sending"), tag="span")
        self._waiting[pending.cmid] = row

    def _ways_on(self, cmid: str) -> None:
        """What can be done with a reply that was refused."""
        if self._outgoing is None:
            return
        words = self._session.words
        again = functools.partial(self._outgoing.retry, cmid)
        kit.button(words("again"), again, kind="quiet", classes="small")
        drop = functools.partial(self._outgoing.drop, cmid)
        kit.button(words("talk.drop"), drop, kind="quiet", classes="small", name="drop")

    def _show_older(self) -> None:
        if self._thread.more:
            self._older.classes(remove="hidden")
        else:
            self._older.classes("hidden")
