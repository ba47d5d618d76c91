"""Answering what somebody told the operator: an answer, or a reasoned no; a question published."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from nicegui import ui

from app.desk import kit
from app.desk.sessions import DeskSession
from app.protocol.messages.cases import Feedback, FeedbackAnswer


def answer_feedback(
    session: DeskSession, item: Feedback, on_saved: Callable[[], Awaitable[None]]
) -> None:
    """Open the sheet; the person reads the answer in the wallet."""
    words = session.words
    lead = words("feedback.lead_of", kind=words(f"kind.{item.kind}"), number=item.number)
    with kit.sheet(item.title, lead, name="feedback-answer", wide=True) as dialog:
        with kit.box("feedback-answer"):
            kit.text(item.text, "feedback-text")
        options = {
            "answered": words("feedback.do_answer"),
            "declined": words("feedback.do_decline"),
        }
        chosen = {"state": "declined" if item.state == "declined" else "answered"}
        may_publish = item.kind == "question" and item.public

        def choose(state: str) -> None:
            chosen["state"] = state
            if publish is not None:
                publish.set_visibility(state == "answered")

        publish: ui.checkbox | None = None
        ways = kit.segmented(options, chosen["state"], choose, label=words("feedback.how"))
        ways.style("align-self:flex-start")
        text = kit.area(
            words("feedback.words"),
            item.answer,
            rows=5,
            hint=words("feedback.words_hint", language=words(f"spoken.{item.language}")),
            name="answer-words",
        )
        if may_publish:
            publish = ui.checkbox(words("feedback.publish"), value=True).props("dense")
            publish.props["data-name"] = "publish"
            choose(chosen["state"])

        @kit.guarded(session)
        async def work() -> None:
            state = chosen["state"]
            answer = FeedbackAnswer(
                state="declined" if state == "declined" else "answered",
                answer=(text.value or "").strip(),
                publish=bool(publish is not None and publish.value and state == "answered"),
            )
            await session.client.casework.answer_feedback(item.id, answer)
            dialog.close()
            kit.say(session, words("feedback.saved"), tone="bean")
            await on_saved()

        kit.actions(dialog, words("cancel"), words("feedback.send"), work, name="send-answer")
