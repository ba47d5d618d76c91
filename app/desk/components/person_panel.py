"""The person's side panel: locked until they allow a look, and again the moment it ends."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING

from nicegui import ui
from nicegui.element import Element
from nicegui.elements.mixins.text_element import TextElement

from app.desk import kit
from app.desk.components import questions
from app.desk.components.account_views import draw_view
from app.desk.components.case_open import cases_card
from app.desk.consent import Access, access_of, asked_verification
from app.desk.sessions import DeskSession
from app.desk.when import clock_words, countdown, moment_words, now_ms
from app.protocol.messages.cards import Scope
from app.protocol.messages.desk import AccountView
from app.protocol.messages.support import Grant

if TYPE_CHECKING:
    from app.desk.pages.conversation import ConversationPage

GLASS_ROLES = frozenset({"supervisor", "compliance"})


class PersonPanel:
    """Verification, access, help, emergencies, calls and cases of one conversation."""

    def __init__(self, session: DeskSession, page: ConversationPage) -> None:
        """Draw it."""
        self._session = session
        self._page = page
        self._views: dict[Scope, AccountView] = {}
        self._grant: Grant | None = None
        self._left: TextElement | None = None
        self._bar: Element | None = None
        with kit.box("side", "aside") as self._box:
            self._box.props["aria-label"] = session.words("panel")
            self._access = kit.box("card pad", "section")
            self._access.props["data-name"] = "access-panel"
            self._parts = [kit.box("side-part") for _ in range(4)]
        self._drawn: list[object] = [None] * len(self._parts)
        self._drawn_access: object = None
        self.draw()
        ui.timer(1.0, self._tick)

    def draw(self) -> None:
        """Say what is true now; views of a grant that is over go first.

        What says the same stays: a button must not go away under a click.
        """
        access = self._now()
        if access.grant is None or (self._grant and access.grant.id != self._grant.id):
            self._views.clear()
        self._grant = access.grant
        page, state, mine = self._page, self._page.state, self._page.is_mine
        if self._drawn_access != (access, mine):
            self._draw_access(access)
        proved = state.verified_until > now_ms() and (state.verified_level, state.verified_until)
        waits = asked_verification(page.thread, now_ms()) is not None
        subject = state.entry.conversation.subject
        parts: tuple[tuple[object, Callable[[], None]], ...] = (
            ((proved, waits, mine), self._draw_identity),
            (mine, self._draw_help),
            (state.callbacks, self._draw_calls),
            ((state.cases, mine, subject), lambda: cases_card(self._session, state)),
        )
        for at, (says, draw) in enumerate(parts):
            if self._drawn[at] != says:
                self._drawn[at] = says
                self._parts[at].clear()
                with self._parts[at]:
                    draw()

    def lock(self) -> None:
        """Take every figure off the page at once; the service is asked afterwards."""
        self._views.clear()
        self._grant = None
        self._drawn_access = None
        self._access.clear()
        with self._access:
            self._locked(self._session.words("access.ended"))

    def _now(self) -> Access:
        page = self._page
        return access_of(page.state, page.thread, self._session.staff.id, now_ms())

    # --- access

    def _draw_access(self, access: Access) -> None:
        self._drawn_access = (access, self._page.is_mine)
        self._access.clear()
        self._left = self._bar = None
        with self._access:
            if access.grant is not None:
                self._open(access.grant)
            elif access.asked is not None:
                self._waiting(access)
            else:
                self._locked(self._why(access))

    def _why(self, access: Access) -> str:
        words, last = self._session.words, access.last
        if last is None:
            return words("access.locked")
        at = clock_words(last.ended_at or last.until, self._session.zone)
        state = "expired" if last.state == "active" else last.state
        return words(f"access.was.{state}", time=at)

    def _locked(self, why: str) -> None:
        words = self._session.words
        with kit.box("lock"):
            with kit.box("lock-disc"):
                kit.icon("lock")
            kit.text(words("access.closed"), "strong", "h2")
            kit.text(why, "caption")
        if self._page.is_mine:
            kit.button(
                words("access.ask"),
                lambda: questions.ask_access(self._session, self._page),
                kind="primary",
                sign="key",
                name="ask-access",
                classes="wide",
            )

    def _waiting(self, access: Access) -> None:
        words = self._session.words
        assert access.asked is not None
        with kit.box("lock"):
            with kit.box("lock-disc"):
                kit.icon("hourglass_empty")
            kit.text(words("access.waiting"), "strong", "h2")
            until = clock_words(access.asked.expires_at, self._session.zone)
            kit.text(words("access.waiting_text", until=until), "caption")
        with kit.box("line wrap") as line:
            line.style("justify-content:center")
            for scope in access.asked.scopes:
                kit.chip(words(f"scope.{scope}"))

    def _open(self, grant: Grant) -> None:
        words = self._session.words
        with kit.box("line"):
            with kit.box("lock-disc open"):
                kit.icon("lock_open")
            with kit.box("stack tight grow"):
                kit.text(words("access.open"), "strong", "h2")
                kit.text(words("access.recorded"), "caption")
            self._left = kit.text("", "talk-name figures")
            self._left.props["data-name"] = "countdown"
            self._left.props["role"] = "timer"
        with kit.box("meter"):
            self._bar = kit.box()
        self._show_left(grant)
        for scope in grant.scopes:
            view = self._views.get(scope)
            with kit.box("stack tight"):
                if view is None:
                    kit.button(
                        words("access.show", what=words(f"scope.{scope}")),
                        functools.partial(self._look, scope),
                        sign="visibility",
                        name=f"show-{scope}",
                        classes="wide",
                    )
                else:
                    kit.text(words(f"scope.{scope}"), "field-label")
                    draw_view(self._session, view)

    async def _look(self, scope: Scope) -> None:
        view = await kit.guarded(self._session)(self._session.client.account)(
            self._page.conv, scope
        )
        access = self._now()
        if view is not None and access.grant is not None and scope in access.grant.scopes:
            self._views[scope] = view
            self._draw_access(access)
        elif view is None:
            await kit.guarded_quietly(self._session, self._page.reload)

    async def _tick(self) -> None:
        grant = self._grant
        if grant is None:
            return
        left = (grant.until - self._session.client.clock.time_ms()) / 1000
        if left <= 0:
            self.lock()
            await kit.guarded_quietly(self._session, self._page.reload)
            if not self._box.is_deleted:
                self.draw()
            return
        self._show_left(grant)

    def _show_left(self, grant: Grant) -> None:
        left = (grant.until - self._session.client.clock.time_ms()) / 1000
        whole = max((grant.until - grant.granted_at) / 1000, 1)
        if self._left is not None:
            self._left.text = countdown(left)
        if self._bar is not None:
            self._bar.style(f"width:{min(100, 100 * left / whole):.0f}%")

    # --- the rest

    def _draw_identity(self) -> None:
        words, page = self._session.words, self._page
        state, now = page.state, now_ms()
        with kit.box("card pad", "section"):
            with kit.box("line"):
                proved = state.verified_level and state.verified_until > now
                kit.icon("verified_user" if proved else "shield_question", "muted")
                kit.text(words("panel.identity"), "card-title grow", "h2")
            if proved:
                until = clock_words(state.verified_until, self._session.zone)
                said = words("verified.until", level=state.verified_level, until=until)
                kit.text(said, "small")
            elif asked_verification(page.thread, now) is not None:
                kit.text(words("verified.waiting"), "small muted")
            else:
                kit.text(words("verified.not_text"), "small muted")
            if page.is_mine:
                kit.button(
                    words("verify.ask"),
                    lambda: questions.verify(self._session, page),
                    sign="fingerprint",
                    name="ask-verify",
                    classes="wide small",
                )

    def _draw_help(self) -> None:
        if not self._page.is_mine:
            return
        words, session, page = self._session.words, self._session, self._page
        with kit.box("card pad", "section"):
            with kit.box("line"):
                kit.icon("support", "muted")
                kit.text(words("panel.help"), "card-title", "h2")
            kit.button(
                words("propose.title"),
                lambda: questions.propose(session, page),
                sign="published_with_changes",
                name="propose",
                classes="wide small",
            )
            kit.button(
                words("freeze.title"),
                lambda: questions.freeze(session, page),
                sign="ac_unit",
                name="freeze",
                classes="wide small warn-text",
            )
            if GLASS_ROLES & set(session.staff.roles):
                kit.button(
                    words("glass.title"),
                    lambda: questions.break_glass(session, page),
                    sign="emergency_home",
                    name="break-glass",
                    classes="wide small warn-text",
                )

    def _draw_calls(self) -> None:
        words, state = self._session.words, self._page.state
        if not state.callbacks:
            return
        with kit.box("card pad", "section"):
            kit.text(words("panel.calls"), "card-title", "h2")
            for call in state.callbacks:
                with kit.box("line"):
                    kit.icon("phone_callback", "muted")
                    with kit.box("stack tight grow"):
                        start = moment_words(call.start, self._session.zone, words)
                        kit.text(start, "small figures clip")
                        kit.text(call.phone_masked, "caption figures clip")
                    kit.chip(words(f"callback.{call.state}"), "info")
