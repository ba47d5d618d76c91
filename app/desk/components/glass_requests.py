"""Looks without consent that wait for a second person."""

from __future__ import annotations

import functools
from collections.abc import Sequence

from nicegui.element import Element

from app.desk import kit
from app.desk.sessions import DeskSession
from app.desk.when import clock_words
from app.protocol.messages.consent import BreakGlass
from app.protocol.messages.stream import Changed, ServiceFrame, Unsure, Welcome


class GlassRequests:
    """A card a request; agreeing is asked twice."""

    def __init__(self, session: DeskSession, page: Element, waiting: Sequence[BreakGlass]) -> None:
        """Draw what waits."""
        self._session = session
        self._box = kit.box("stack")
        self._draw(waiting)
        session.live.hear(page, self._heard)

    async def _heard(self, frame: ServiceFrame) -> None:
        if isinstance(frame, Welcome | Unsure) or (
            isinstance(frame, Changed) and "break_glass" in frame.topics
        ):
            await kit.guarded_quietly(self._session, self._refresh)

    async def _refresh(self) -> None:
        waiting = await self._session.client.glass_requests()
        if not self._box.is_deleted:
            self._draw(waiting)

    def _draw(self, waiting: Sequence[BreakGlass]) -> None:
        words = self._session.words
        self._box.clear()
        with self._box:
            for request in waiting:
                with kit.box("card pad line") as card:
                    card.props["data-name"] = "glass-request"
                    kit.icon("emergency_home", "muted")
                    with kit.box("stack tight grow"):
                        title = words(
                            "glass.wanted", name=request.agent_name, number=request.number
                        )
                        kit.text(title, "strong")
                        scopes = [words(f"scope.{scope}") for scope in request.scopes]
                        until = clock_words(request.expires_at, self._session.zone)
                        what = words("list.join").join(scopes)
                        kit.text(words("glass.what", what=what, until=until), "caption")
                        kit.text(request.reason, "small")
                    if request.agent_id != self._session.staff.id:
                        kit.button(
                            words("glass.agree"),
                            functools.partial(self._confirm, request),
                            kind="danger",
                            name="agree-glass",
                            classes="small",
                        )

    def _confirm(self, request: BreakGlass) -> None:
        words = self._session.words
        with kit.sheet(words("glass.agree"), words("glass.lead"), name="agree") as dialog:
            kit.text(request.reason)

            @kit.guarded(self._session)
            async def agree() -> None:
                await self._session.client.confirm_glass(request.request_id)
                dialog.close()
                await self._refresh()

            kit.actions(
                dialog, words("cancel"), words("glass.agree"), agree, kind="danger", name="do-agree"
            )
