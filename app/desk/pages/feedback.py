"""What people told the operator outside a conversation: read, answered, declined, published."""

from __future__ import annotations

import functools
from typing import cast

from app.desk import kit
from app.desk.components.case_links import case_link
from app.desk.components.feedback_answer import answer_feedback
from app.desk.fresh import Fresh
from app.desk.rooms import TALKERS
from app.desk.sessions import DeskSession
from app.desk.tones import Tone
from app.desk.when import moment_words
from app.protocol.messages.cases import Feedback, FeedbackList
from app.sdk.staff_cases import FeedbackState

STATES: tuple[FeedbackState, ...] = ("open", "answered", "declined")
PAGES_MAX = 20
KINDS: dict[str, tuple[Tone, str]] = {
    "complaint": ("danger", "report"),
    "question": ("info", "help"),
    "suggestion": ("bean", "lightbulb"),
    "feedback": ("plain", "chat"),
}
ANSWERERS = TALKERS | {"compliance"}


async def build(session: DeskSession) -> None:
    """Fill the page."""
    FeedbackPage(session, await session.client.casework.feedback())


class FeedbackPage:
    """The page and what it knows."""

    def __init__(self, session: DeskSession, first: FeedbackList) -> None:
        """Draw it from a first answer."""
        self._session = session
        self._words = words = session.words
        self._state: FeedbackState = "open"
        self._pages = 1
        self._shown = first
        self._answers = bool(ANSWERERS & set(session.staff.roles))
        with kit.box("page") as self._box, kit.box("page-inner"):
            with kit.box("line apart wrap"):
                kit.heading(words("room.feedback"), words("feedback.lead"))
                options: dict[str, str] = {state: words(f"feedback.{state}") for state in STATES}
                kit.segmented(options, "open", self._choose, label=words("feedback.which"))
            with kit.box("card", "section"):
                self._list = kit.box()
                self._more = kit.button(words("cases.more"), self._older, kind="quiet", name="more")
        self._draw()
        self._fresh = Fresh(session, self._box, self.refresh, "cases")

    # --- asking

    async def refresh(self) -> None:
        """As many pages as are shown."""
        state = self._state
        found: dict[str, Feedback] = {}
        before, more = None, True
        for _ in range(self._pages):
            page = await self._session.client.casework.feedback(state, before)
            for item in page.items:
                found.setdefault(item.id, item)
            more = page.more
            if not more or not page.items:
                break
            before = page.items[-1].created_at
        fresh = FeedbackList(list(found.values()), more)
        if self._box.is_deleted or state != self._state or fresh == self._shown:
            return
        self._shown = fresh
        self._draw()

    async def _choose(self, state: str) -> None:
        self._state, self._pages = cast("FeedbackState", state), 1
        await kit.guarded(self._session)(self.refresh)()

    async def _older(self) -> None:
        self._pages = min(self._pages + 1, PAGES_MAX)
        await kit.guarded(self._session)(self.refresh)()

    # --- drawing

    def _draw(self) -> None:
        words = self._words
        self._list.clear()
        with self._list:
            for item in self._shown.items:
                self._row(item)
            if not self._shown.items:
                kit.empty(
                    "mark_email_read",
                    words(f"feedback.empty.{self._state}"),
                    words(f"feedback.empty.{self._state}.text"),
                )
        self._more.set_visibility(self._shown.more)

    def _row(self, item: Feedback) -> None:
        words, zone = self._words, self._session.zone
        with kit.box("feedback-row") as row:
            row.props["data-name"] = "feedback"
            row.props["data-number"] = item.number
            with kit.box("line wrap"):
                tone, sign = KINDS[item.kind]
                kit.chip(words(f"kind.{item.kind}"), tone, sign)
                kit.text(item.title, "row-title", "h2")
                kit.box("grow", "span")
                kit.text(moment_words(item.created_at, zone, words), "caption figures", "span")
            kit.text(item.text, "feedback-text")
            if item.answer:
                with kit.box("feedback-answer"):
                    said = (
                        "feedback.answered_by"
                        if item.state == "answered"
                        else ("feedback.declined_by")
                    )
                    at = moment_words(item.answered_at or item.created_at, zone, words, within=True)
                    kit.text(words(said, name=item.answered_by, at=at), "caption")
                    kit.text(item.answer, "feedback-text")
            with kit.box("line wrap"):
                kit.text(item.number, "caption figures", "span")
                kit.text(words(f"spoken.{item.language}"), "caption", "span")
                if item.public:
                    kit.chip(words("feedback.may_publish"), "plain", "public")
                if item.case_number:
                    kit.icon("folder_open", "muted")
                    case_link(item.case_number)
                if item.helpful:
                    kit.chip(words("feedback.helpful", count=item.helpful), "bean", "thumb_up")
                kit.box("grow", "span")
                if self._answers:
                    again = item.state != "open"
                    kit.button(
                        words("feedback.change" if again else "feedback.answer"),
                        functools.partial(answer_feedback, self._session, item, self.refresh),
                        kind="plain" if again else "primary",
                        sign="edit" if again else "reply",
                        name="answer",
                        classes="small",
                    )
