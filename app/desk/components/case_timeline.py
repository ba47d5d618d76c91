"""The timeline of a case: both sides' lines, internal ones visibly apart; and writing on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.desk import kit
from app.desk.casework import actor_words, line_body, line_words
from app.desk.sessions import DeskSession
from app.desk.when import clock_words, day_words
from app.protocol.ids import new_id
from app.protocol.messages.cases import CaseDetail, CaseEvent, CaseNote

if TYPE_CHECKING:
    from app.desk.pages.case import CasePage

_SIGNS = {
    "opened": "folder_open",
    "stage": "arrow_forward",
    "note": "chat_bubble",
    "priority": "flag",
    "assigned": "person_add",
    "escalated": "trending_up",
    "reopened": "replay",
    "closed": "lock",
    "linked": "link",
    "due": "alarm",
}


class CaseTimeline:
    """The lines, oldest first; new ones are added below."""

    def __init__(self, session: DeskSession) -> None:
        """Draw the card; :meth:`draw` fills it."""
        self._session = session
        words = session.words
        self._drawn = 0
        self._day = ""
        with kit.box("card timeline-card", "section"):
            with kit.box("card-head"):
                kit.text(words("case.timeline"), "card-title grow", "h2")
                kit.icon("lock", "muted small")
                kit.text(words("case.internal_key"), "caption")
            # Drawn from below: the newest line is in sight, as in a conversation.
            with kit.box("timeline-scroll") as scroll:
                scroll.props["role"] = "log"
                scroll.props["tabindex"] = "0"
                scroll.props["aria-label"] = words("case.timeline")
                scroll.props["data-name"] = "timeline"
                self._lines = kit.box("timeline", "ol")

    def draw(self, detail: CaseDetail) -> None:
        """Add what is new; lines never change."""
        with self._lines:
            for event in detail.events:
                if event.seq > self._drawn:
                    self._drawn = event.seq
                    self._line(event, detail.case.person_name)

    def _line(self, event: CaseEvent, person: str) -> None:
        words, zone = self._session.words, self._session.zone
        day = day_words(event.at, zone, words)
        if day != self._day:
            self._day = day
            kit.text(day, "timeline-day caption", "li")
        kind = "internal" if event.internal else event.actor
        with kit.box(f"timeline-line {kind}", "li") as line:
            line.props["data-seq"] = str(event.seq)
            with kit.box("timeline-sign"):
                kit.icon(_SIGNS.get(event.kind, "circle"))
            with kit.box("stack tight grow"):
                with kit.box("line wrap"):
                    kit.text(actor_words(event, words, person), "small strong", "span")
                    if event.actor == "person":
                        kit.chip(words("actor.person"), "info")
                    said = line_words(event, words)
                    if said:
                        kit.text(said, "small", "span")
                    if event.internal:
                        kit.chip(words("case.internal"), "gold", "lock")
                    kit.box("grow", "span")
                    kit.text(clock_words(event.at, zone), "caption figures", "span")
                body = line_body(event)
                if body:
                    kit.text(body, "timeline-body")


class NoteBox:
    """Writing on the timeline: for both sides, or for colleagues alone."""

    def __init__(self, page: CasePage) -> None:
        """Draw it."""
        self._page = page
        self._session = session = page.session
        words = session.words
        self._internal = False
        self._key = new_id()
        self._closed = kit.banner(words("case.closed_note"), "info", "lock")
        with kit.box("card pad stack", "section") as self._box:
            self._box.props["data-name"] = "note-box"
            with kit.box("line apart wrap"):
                options = {"both": words("note.both"), "internal": words("note.internal")}
                kit.segmented(options, "both", self._choose, label=words("note.who"))
                self._hint = kit.text("", "caption")
            self._area = kit.area(words("note.words"), rows=2, name="case-note")
            with kit.box("line") as line:
                line.style("justify-content:flex-end")
                self._send = kit.button(
                    "", kit.guarded(session)(self._save), kind="primary", name="add-note"
                )
        self._choose("both")
        self.draw()

    def draw(self) -> None:
        """A closed case takes no words."""
        closed = self._page.case.stage == "closed"
        self._box.set_visibility(not closed)
        self._closed.set_visibility(closed)

    def _choose(self, who: str) -> None:
        words = self._session.words
        self._internal = who == "internal"
        self._hint.text = words("note.internal_hint" if self._internal else "note.both_hint")
        if self._internal:
            self._box.classes("internal-box")
        else:
            self._box.classes(remove="internal-box")
        self._send.clear()
        with self._send:
            kit.icon("lock" if self._internal else "send")
            kit.text(words("note.add_internal" if self._internal else "note.add"), tag="span")

    async def _save(self) -> None:
        text = (self._area.value or "").strip()
        if not text:
            return
        # The same words keep their key until the service has them: a second try adds no line.
        note = CaseNote(text, self._internal)
        detail = await self._session.client.casework.annotate(self._page.case.id, self._key, note)
        self._key = new_id()
        self._area.value = ""
        self._page.show(detail)
