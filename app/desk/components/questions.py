"""The sheets of a conversation: hand over, consult, close, verify, ask for access, propose."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, cast

from nicegui import ui

from app.desk import kit
from app.desk.sessions import DeskSession
from app.protocol.messages.cards import Scope
from app.protocol.messages.desk import (
    AskAccess,
    AskVerification,
    BreakGlassRequest,
    CloseRequest,
    ConsultRequest,
    HandOver,
    Propose,
    StaffMember,
)

if TYPE_CHECKING:
    from app.desk.pages.conversation import ConversationPage

SCOPES: tuple[Scope, ...] = ("balance", "movements", "profile", "devices")
MINUTES = (5, 15, 30, 60)
OUTCOMES = ("resolved", "unresolved", "no_answer", "spam")
CHANGES = ("unlock_sign_in", "display_name", "locale", "contact", "sign_out_device", "thaw")
VALUELESS = frozenset({"unlock_sign_in", "thaw"})


def _do(
    session: DeskSession,
    page: ConversationPage,
    dialog: ui.dialog,
    work: Callable[[], Awaitable[Any]],
    done: str = "",
) -> Callable[[], Awaitable[None]]:
    """What the sheet's button does: the work, then the page says what is true now."""

    @kit.guarded(session)
    async def run() -> None:
        await work()
        dialog.close()
        if done:
            kit.say(session, session.words(done), tone="bean")
        await page.reload()

    return run


def _colleague_words(session: DeskSession, member: StaffMember) -> str:
    words = session.words
    load = words("colleague.load", count=member.open_conversations, most=member.capacity)
    presence = words(f"presence.{member.presence}")
    return f"{member.display_name} · {presence} · {load}"


async def hand_over(session: DeskSession, page: ConversationPage) -> None:
    """To a colleague, to the queue or to the bot, with a note for those who read it next."""
    members = await kit.guarded(session)(session.client.members)()
    if members is None:
        return
    words = session.words
    people = {
        member.id: _colleague_words(session, member)
        for member in members
        if member.id != session.staff.id and member.presence == "online"
    }
    with kit.sheet(words("hand_over.title"), words("hand_over.lead"), name="hand-over") as dialog:
        chosen = {"to": "agent" if people else "queue"}
        options = {key: words(f"hand_over.{key}") for key in ("agent", "queue", "bot")}

        def choose(value: str) -> None:
            chosen["to"] = value
            whom.set_visibility(value == "agent")
            where.set_visibility(value == "queue")

        kit.segmented(options, chosen["to"], choose, label=words("hand_over.title"))
        with kit.box() as whom:
            person = kit.choice(
                words("hand_over.whom"), people, next(iter(people), None), name="colleague"
            )
            if not people:
                kit.text(words("hand_over.nobody"), "caption")
        with kit.box() as where:
            skills = sorted({skill for member in members for skill in member.skills})
            named = {skill: words.known(f"skill.{skill}", skill) for skill in skills}
            skill = kit.choice(
                words("hand_over.skill"), {"": words("hand_over.any"), **named}, "", name="skill"
            )
        note = kit.area(words("hand_over.note"), hint=words("hand_over.note_hint"), name="ho-note")
        choose(chosen["to"])

        async def work() -> None:
            to = cast("Any", chosen["to"])
            request = HandOver(
                to=to,
                agent_id=person.value if to == "agent" else None,
                skill=(skill.value or None) if to == "queue" else None,
                note=(note.value or "").strip(),
            )
            await session.client.hand_over(page.conv, request)

        run = _do(session, page, dialog, work, "hand_over.done")
        kit.actions(dialog, words("cancel"), words("hand_over"), run, name="do-hand-over")


async def consult(session: DeskSession, page: ConversationPage) -> None:
    """Let a colleague read and note; the conversation stays ours."""
    members = await kit.guarded(session)(session.client.members)()
    if members is None:
        return
    words = session.words
    people = {
        member.id: _colleague_words(session, member)
        for member in members
        if member.id != session.staff.id
    }
    with kit.sheet(words("consult.title"), words("consult.lead"), name="consult") as dialog:
        person = kit.choice(
            words("hand_over.whom"), people, next(iter(people), None), name="colleague"
        )
        question = kit.area(words("consult.question"), name="question")

        async def work() -> None:
            text = (question.value or "").strip()
            await session.client.consult(page.conv, ConsultRequest(person.value, text))

        run = _do(session, page, dialog, work, "consult.done")
        kit.actions(dialog, words("cancel"), words("consult"), run, name="do-consult")


def close(session: DeskSession, page: ConversationPage) -> None:
    """Close with an outcome; the survey follows by itself."""
    words = session.words
    with kit.sheet(words("close_talk.title"), words("close_talk.lead"), name="close") as dialog:
        options = {key: words(f"outcome.{key}") for key in OUTCOMES}
        outcome = kit.choice(words("close_talk.outcome"), options, "resolved", name="outcome")
        note = kit.area(words("hand_over.note"), hint=words("hand_over.note_hint"), name="cl-note")

        async def work() -> None:
            request = CloseRequest(outcome.value, (note.value or "").strip())
            await session.client.close_conversation(page.conv, request)

        run = _do(session, page, dialog, work, "close_talk.done")
        kit.actions(dialog, words("cancel"), words("close_talk"), run, name="do-close")


def verify(session: DeskSession, page: ConversationPage) -> None:
    """Ask the person to prove who they are."""
    words = session.words
    with kit.sheet(words("verify.title"), words("verify.lead"), name="verify") as dialog:
        levels = {1: words("verify.level1"), 2: words("verify.level2")}
        level = kit.choice(words("verify.level"), levels, 1, name="level")

        async def work() -> None:
            await session.client.ask_verification(page.conv, AskVerification(level.value))

        run = _do(session, page, dialog, work, "asked")
        kit.actions(dialog, words("cancel"), words("verify.ask"), run, name="do-verify")


def _scope_boxes(session: DeskSession, chosen: set[Scope]) -> dict[Scope, ui.checkbox]:
    words = session.words
    boxes: dict[Scope, ui.checkbox] = {}
    with kit.box("field"):
        kit.text(words("fact.scopes"), "field-label", "span")
        for scope in SCOPES:
            boxes[scope] = ui.checkbox(words(f"scope.{scope}"), value=scope in chosen).props(
                "dense"
            )
            boxes[scope].props["data-name"] = f"scope-{scope}"
    return boxes


def ask_access(session: DeskSession, page: ConversationPage) -> None:
    """Ask for a look: what, why, how long. The person decides in the wallet."""
    words = session.words
    with kit.sheet(words("access.title"), words("access.lead"), name="access") as dialog:
        boxes = _scope_boxes(session, {"movements"})
        reason = kit.area(
            words("fact.reason"), rows=2, hint=words("access.reason_hint"), name="reason"
        )
        minutes = kit.choice(
            words("fact.minutes"),
            {value: words("span.minutes", count=value) for value in MINUTES},
            15,
            name="minutes",
        )

        async def work() -> None:
            scopes = [scope for scope, box in boxes.items() if box.value]
            request = AskAccess(scopes, _one_line(reason.value), minutes.value)
            await session.client.ask_access(page.conv, request)

        run = _do(session, page, dialog, work, "asked")
        kit.actions(dialog, words("cancel"), words("access.ask"), run, name="do-access")


def propose(session: DeskSession, page: ConversationPage) -> None:
    """Propose a change of the account; nothing happens before the person confirms it."""
    words = session.words
    with kit.sheet(words("propose.title"), words("propose.lead"), name="propose") as dialog:
        options = {change: words(f"change.{change}") for change in CHANGES}
        change = kit.choice(words("propose.change"), options, "unlock_sign_in", name="change")
        with kit.box() as value_box:
            value = kit.field(words("fact.after"), name="value")
        reason = kit.area(words("fact.reason"), rows=2, name="reason")
        value_box.set_visibility(False)
        change.on_value_change(lambda event: value_box.set_visibility(event.value not in VALUELESS))

        async def work() -> None:
            new = "" if change.value in VALUELESS else _one_line(value.value)
            await session.client.propose(
                page.conv, Propose(change.value, _one_line(reason.value), new)
            )

        run = _do(session, page, dialog, work, "asked")
        kit.actions(dialog, words("cancel"), words("propose.ask"), run, name="do-propose")


def break_glass(session: DeskSession, page: ConversationPage) -> None:
    """A look without consent: two people, a reason, and the person is told."""
    words = session.words
    with kit.sheet(words("glass.title"), words("glass.lead"), name="glass") as dialog:
        boxes = _scope_boxes(session, set())
        reason = kit.area(words("fact.reason"), rows=2, hint=words("glass.hint"), name="reason")

        async def work() -> None:
            scopes = [scope for scope, box in boxes.items() if box.value]
            await session.client.break_glass(
                page.conv, BreakGlassRequest(scopes, _one_line(reason.value))
            )

        run = _do(session, page, dialog, work, "glass.asked")
        kit.actions(
            dialog, words("cancel"), words("glass.ask"), run, kind="danger", name="do-glass"
        )


def freeze(session: DeskSession, page: ConversationPage) -> None:
    """Stop debits at once, on the person's word; asked twice because it hurts."""
    words = session.words
    with kit.sheet(words("freeze.title"), words("freeze.lead"), name="freeze") as dialog:
        reason = kit.field(words("fact.reason"), name="reason")

        async def work() -> None:
            await session.client.freeze(page.conv, _one_line(reason.value))

        run = _do(session, page, dialog, work, "freeze.done")
        kit.actions(
            dialog, words("cancel"), words("freeze.do"), run, kind="danger", name="do-freeze"
        )


def _one_line(text: str | None) -> str:
    """What a field that takes a line gets."""
    return " ".join((text or "").split())
