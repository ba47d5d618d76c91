"""Above a conversation: who it is, what is proved, and what can be done with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nicegui import ui

from app.desk import kit
from app.desk.components import questions
from app.desk.entries import sla_words
from app.desk.sessions import DeskSession
from app.desk.when import clock_words, now_ms

if TYPE_CHECKING:
    from app.desk.pages.conversation import ConversationPage

TICK_SECONDS = 15.0


class ConversationHead:
    """One line of facts and buttons; drawn anew when the conversation changes."""

    def __init__(self, session: DeskSession, page: ConversationPage) -> None:
        """Draw it."""
        self._session = session
        self._page = page
        self._box = kit.box("talk-head")
        self._drawn: object = None
        self.draw()
        ui.timer(TICK_SECONDS, self._tick)

    def draw(self) -> None:
        """Say what is true now; buttons stay in place under a click while they are the same."""
        entry = self._page.state.entry
        drawn = (entry.person_name, entry.conversation.number, self._page.is_mine)
        if drawn == self._drawn:
            self._draw_chips()
            return
        self._drawn = drawn
        self._box.clear()
        with self._box:
            back = kit.box("btn icon", "a")
            back.props["href"] = "/"
            back.props["aria-label"] = back.props["title"] = self._session.words("talk.back")
            with back:
                kit.icon("arrow_back")
            with kit.box("stack tight grow"):
                with kit.box("line"):
                    kit.text(entry.person_name, "talk-name clip", "h1")
                    kit.text(entry.conversation.number, "caption figures", "span")
                self._chips = kit.box("line wrap")
                self._draw_chips()
            self._buttons()

    def _tick(self) -> None:
        self._draw_chips()

    def _draw_chips(self) -> None:
        words, state = self._session.words, self._page.state
        entry, now = state.entry, now_ms()
        self._chips.clear()
        with self._chips:
            owner = entry.conversation.owner
            said = words(f"owner.{owner}", name=entry.conversation.agent_name)
            kit.chip(said, "bean" if self._page.is_mine else "plain", "person")
            if state.verified_level and state.verified_until > now:
                until = clock_words(state.verified_until, self._session.zone)
                verified = kit.chip(
                    words("verified.until", level=state.verified_level, until=until),
                    "bean",
                    "verified",
                )
                verified.props["data-name"] = "verified"
            else:
                kit.chip(words("verified.not"), "plain", "shield_question")
            tone, sign, clock = sla_words(entry, words, now)
            if clock and owner != "nobody":
                kit.chip(clock, tone, sign)
            kit.chip(words(f"spoken.{entry.conversation.language}"))
            if entry.channel == "email":
                kit.chip(words("channel.email"), "info", "mail")

    def _buttons(self) -> None:
        words, session, page = self._session.words, self._session, self._page
        if not page.is_mine:
            return
        kit.button(
            words("consult"),
            lambda: questions.consult(session, page),
            kind="icon",
            sign="group_add",
            name="consult",
        )
        kit.button(
            words("hand_over"),
            lambda: questions.hand_over(session, page),
            sign="move_up",
            name="hand-over",
            classes="small",
        )
        kit.button(
            words("close_talk"),
            lambda: questions.close(session, page),
            sign="task_alt",
            name="close-talk",
            classes="small",
        )
