"""Booked calls: when, whom, about what; who takes one sees the number and says how it went."""

from __future__ import annotations

import functools
from collections.abc import Sequence

from app.desk import kit
from app.desk.sessions import DeskSession
from app.desk.when import clock_words, day_words, now_ms
from app.protocol.messages.desk import CallbackOutcome, StaffCallback
from app.protocol.messages.stream import Changed, ServiceFrame, Unsure, Welcome


async def build(session: DeskSession) -> None:
    """Fill the page."""
    CallbacksPage(session, await session.client.callbacks())


class CallbacksPage:
    """The page and what it knows."""

    def __init__(self, session: DeskSession, calls: Sequence[StaffCallback]) -> None:
        """Draw it from a first answer."""
        self._session = session
        self._words = session.words
        self._calls = list(calls)
        with kit.box("page") as page, kit.box("page-inner"):
            kit.heading(self._words("room.callbacks"), self._words("calls.lead"))
            self._list = kit.box("card")
        self._draw()
        session.live.hear(page, self._heard)

    async def _heard(self, frame: ServiceFrame) -> None:
        if isinstance(frame, Welcome | Unsure) or (
            isinstance(frame, Changed) and {"callbacks", "queue", "mine"} & set(frame.topics)
        ):
            await kit.guarded_quietly(self._session, self._refresh)

    async def _refresh(self) -> None:
        self._calls = await self._session.client.callbacks()
        if not self._list.is_deleted:
            self._draw()

    def _draw(self) -> None:
        self._list.clear()
        day = ""
        with self._list:
            if not self._calls:
                kit.empty(
                    "phone_callback", self._words("calls.empty"), self._words("calls.empty.text")
                )
                return
            for call in sorted(self._calls, key=lambda call: call.callback.start):
                said = day_words(call.callback.start, self._session.zone, self._words)
                if said != day:
                    day = said
                    kit.text(said, "card-head caption", "h2")
                self._row(call)

    def _row(self, call: StaffCallback) -> None:
        words, zone = self._words, self._session.zone
        callback = call.callback
        with kit.box("call-row") as row:
            row.props["data-name"] = "call"
            with kit.box("stack tight") as when:
                when.style("width:96px;flex:none")
                kit.text(clock_words(callback.start, zone), "talk-name figures")
                kit.text(f"– {clock_words(callback.end, zone)}", "caption figures")
            with kit.box("stack tight grow"):
                with kit.box("line"):
                    kit.text(call.person_name, "row-title clip", "span")
                    kit.text(call.number, "caption figures", "span")
                    late = callback.state == "booked" and callback.end < now_ms()
                    said = "calls.late" if late else f"callback.{callback.state}"
                    kit.chip(words(said), "danger" if late else "info")
                kit.text(call.topic or words("calls.no_topic"), "row-sub clip")
                number = call.phone or callback.phone_masked
                with kit.box("line"):
                    kit.icon("call", "muted")
                    kit.text(number, "small figures strong" if call.phone else "small figures")
                    if call.agent_name:
                        kit.text(words("calls.by", name=call.agent_name), "caption", "span")
                if call.note:
                    kit.text(call.note, "caption clip")
            self._buttons(call)

    def _buttons(self, call: StaffCallback) -> None:
        words = self._words
        if call.callback.state != "booked":
            return
        if not call.agent_name:
            kit.button(
                words("calls.take"),
                functools.partial(self._take, call),
                kind="primary",
                name="take-call",
                classes="small",
            )
        elif call.phone:
            kit.button(
                words("calls.how"),
                functools.partial(self._ask_outcome, call),
                name="call-outcome",
                classes="small",
            )

    async def _take(self, call: StaffCallback) -> None:
        work = kit.guarded(self._session)(self._session.client.callback_outcome)
        await work(call.callback.id, CallbackOutcome("taken"))
        await kit.guarded_quietly(self._session, self._refresh)

    def _ask_outcome(self, call: StaffCallback) -> None:
        words = self._words
        with kit.sheet(words("calls.how"), call.person_name, name="call-outcome") as dialog:
            options = {"done": words("calls.done"), "missed": words("calls.missed")}
            outcome = kit.choice(words("close_talk.outcome"), options, "done", name="outcome")
            note = kit.area(words("hand_over.note"), hint=words("hand_over.note_hint"))

            @kit.guarded(self._session)
            async def save() -> None:
                said = CallbackOutcome(outcome.value, (note.value or "").strip())
                await self._session.client.callback_outcome(call.callback.id, said)
                dialog.close()
                await self._refresh()

            kit.actions(dialog, words("cancel"), words("save"), save, name="save-outcome")
