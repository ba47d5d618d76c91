"""Cards of a conversation as the desk shows them: facts, requests with their state, files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.desk import kit
from app.desk.components.case_links import case_link
from app.desk.components.enclosing import sign_of, size_words
from app.desk.sessions import DeskSession
from app.desk.tones import Tone
from app.desk.when import clock_words, moment_words
from app.desk.words import Words
from app.protocol.messages.cards import (
    AccessCard,
    ActionCard,
    AnswerCard,
    CallbackCard,
    CaseCard,
    ContextCard,
    FileCard,
    MaskEvent,
    OwnerEvent,
    PaymentCard,
    ProposalCard,
    RequestEvent,
    SuggestCard,
    SurveyCard,
    VerificationCard,
)
from app.protocol.messages.support import Message
from app.protocol.money import format_minor

_STATE_TONES: dict[str, Tone] = {
    "": "info",
    "passed": "bean",
    "granted": "bean",
    "confirmed": "bean",
    "answered": "bean",
    "done": "bean",
    "failed": "danger",
    "declined": "warning",
    "revoked": "warning",
    "expired": "plain",
    "ended": "plain",
    "cancelled": "plain",
}


def draw_card(session: DeskSession, message: Message, state: str) -> None:
    """Draw the card of a message; ``state`` is what became of its request."""
    draw = _DRAWN.get(type(message.card))
    if draw is not None:
        draw(session, message.card, state, message)


def event_words(session: DeskSession, message: Message) -> str:
    """The one line of a message that is an event and no bubble; empty for the rest."""
    words, card = session.words, message.card
    if isinstance(card, OwnerEvent):
        key = f"event.{card.owner}.{card.reason}"
        return words(key if words.known(key) else f"event.{card.owner}", name=card.agent_name)
    if isinstance(card, RequestEvent):
        what = words.known(f"request.{card.what}", card.what)
        state = words.known(f"state.{card.state}", card.state)
        if card.until:
            until = clock_words(card.until, session.zone)
            return words("event.request_until", what=what, state=state, until=until)
        return words("event.request", what=what, state=state)
    if isinstance(card, MaskEvent):
        found = [words.known(f"masked.{name}", name) for name in card.found]
        return words("event.masked", what=words("list.join").join(found))
    return ""


def state_chip(session: DeskSession, state: str) -> None:
    """What became of a request, as a word on a tint."""
    words = session.words
    kit.chip(words.known(f"state.{state or 'open'}", state), _STATE_TONES.get(state, "plain"))


def amount_words(words: Words, minor: int, currency: str) -> str:
    """An amount as people write it: ``¥12.50``; K-Beans are counted."""
    if currency == "KBN":
        return words("amount.beans", count=f"{minor:,}")
    figure = format_minor(abs(minor), currency)
    sign = "−" if minor < 0 else ""
    return f"{sign}¥{figure}" if currency == "CNY" else f"{sign}{figure} {currency}"


def facts(pairs: list[tuple[str, str]]) -> None:
    """Names and values, one below the other."""
    with kit.box("facts", "dl"):
        for name, value in pairs:
            if value:
                kit.text(name, tag="dt")
                kit.text(value, tag="dd")


def _head(sign: str, title: str) -> None:
    kit.icon(sign)
    kit.text(title, "grow", "span")


def _context(session: DeskSession, card: ContextCard, state: str, message: Message) -> None:
    del state, message
    words = session.words
    with kit.box("in-card"):
        with kit.box("in-card-head"):
            sign = {"payment": "receipt_long", "error": "error", "case": "folder_open"}
            _head(sign.get(card.what, "web_asset"), words(f"context.{card.what}"))
        kit.text(card.title or card.ref, "small")
        facts([(words("fact.ref"), card.ref), (words("fact.trace"), card.trace_id)])


def _payment(session: DeskSession, card: PaymentCard, state: str, message: Message) -> None:
    del state, message
    words = session.words
    with kit.box("in-card"):
        with kit.box("in-card-head"):
            _head("receipt_long", words("card.payment"))
            kit.chip(words.known(f"payment.{card.state}", card.state), "bean")
        kit.text(amount_words(words, card.amount, card.currency), "figure")
        facts(
            [
                (words("fact.payee"), card.payee_name),
                (words("fact.order"), card.order_number),
                (words("fact.time"), moment_words(card.created_at, session.zone, words)),
                (words("fact.beans"), str(card.beans) if card.beans else ""),
            ]
        )


def _file(session: DeskSession, card: FileCard, state: str, message: Message) -> None:
    del state
    address = f"/files/{message.conv}/{card.sha256}"
    with kit.box("in-card"):
        if card.media_type.startswith("image/"):
            with kit.box("", "a") as link:
                picture = kit.box("", "img")
                picture.props["src"] = address
                picture.props["alt"] = card.name
                picture.props["loading"] = "lazy"
        else:
            with kit.box("in-card-head", "a") as link:
                _head(sign_of(card.media_type), card.name)
        link.props["href"] = address
        link.props["target"] = "_blank"
        link.props["rel"] = "noopener"
        kit.text(f"{card.name} · {size_words(session, card.size)}", "caption clip")


def _answer(session: DeskSession, card: AnswerCard, state: str, message: Message) -> None:
    del state, message
    with kit.box("bubble-meta"):
        kit.icon("menu_book")
        kit.text(session.words("card.source", title=card.title), tag="span")


def _suggest(session: DeskSession, card: SuggestCard, state: str, message: Message) -> None:
    del state, message
    with kit.box("line wrap"):
        for choice in card.choices:
            kit.chip(choice.title, "plain")
    kit.text(session.words("card.suggest"), "caption")


def _action(session: DeskSession, card: ActionCard, state: str, message: Message) -> None:
    del message
    words = session.words
    with kit.box("in-card"), kit.box("in-card-head"):
        _head("touch_app", words.known(f"action.{card.action}", card.action))
        state_chip(session, state)


def _verification(
    session: DeskSession, card: VerificationCard, state: str, message: Message
) -> None:
    del message
    words = session.words
    with kit.box("in-card"):
        with kit.box("in-card-head"):
            _head("verified_user", words("card.verification", level=card.level))
            state_chip(session, state)
        names = [words.known(f"factor.{factor}", factor) for factor in card.factors]
        facts(
            [
                (words("fact.factors"), words("list.join").join(names)),
                _open_until(session, card.expires_at, state),
            ]
        )


def _access(session: DeskSession, card: AccessCard, state: str, message: Message) -> None:
    del message
    words = session.words
    with kit.box("in-card"):
        with kit.box("in-card-head"):
            _head("key", words("card.access", name=card.agent_name))
            state_chip(session, state)
        scopes = [words(f"scope.{scope}") for scope in card.scopes]
        facts(
            [
                (words("fact.scopes"), words("list.join").join(scopes)),
                (words("fact.reason"), card.reason),
                (words("fact.minutes"), words("span.minutes", count=card.minutes)),
                _open_until(session, card.expires_at, state),
            ]
        )


def _proposal(session: DeskSession, card: ProposalCard, state: str, message: Message) -> None:
    del message
    words = session.words
    with kit.box("in-card"):
        with kit.box("in-card-head"):
            _head("published_with_changes", words.known(f"change.{card.change}", card.change))
            state_chip(session, state)
        facts(
            [
                (words("fact.before"), card.before),
                (words("fact.after"), card.after),
                (words("fact.reason"), card.reason),
                _open_until(session, card.expires_at, state),
            ]
        )


def _survey(session: DeskSession, card: SurveyCard, state: str, message: Message) -> None:
    del message
    with kit.box("in-card"), kit.box("in-card-head"):
        _head("star", session.words("card.survey", name=card.resolver))
        state_chip(session, state)


def _case(session: DeskSession, card: CaseCard, state: str, message: Message) -> None:
    del state, message
    words = session.words
    with kit.box("in-card"):
        with kit.box("in-card-head"):
            kit.icon("folder_open")
            case_link(card.number)
            kit.box("grow", "span")
            kit.chip(words.known(f"stage.{card.stage}", card.stage), "info")
        kit.text(card.title, "small")


def _callback(session: DeskSession, card: CallbackCard, state: str, message: Message) -> None:
    del state, message
    words = session.words
    with kit.box("in-card"), kit.box("in-card-head"):
        start = moment_words(card.start, session.zone, words)
        _head("phone_callback", f"{start}–{clock_words(card.end, session.zone)}")
        kit.chip(words(f"callback.{card.state}"), "info")


def _open_until(session: DeskSession, expires_at: int, state: str) -> tuple[str, str]:
    """Until when a question can be answered; nothing once it was."""
    said = "" if state else clock_words(expires_at, session.zone)
    return session.words("fact.open_until"), said


_DRAWN: dict[type, Callable[[DeskSession, Any, str, Message], None]] = {
    ContextCard: _context,
    PaymentCard: _payment,
    FileCard: _file,
    AnswerCard: _answer,
    SuggestCard: _suggest,
    ActionCard: _action,
    VerificationCard: _verification,
    AccessCard: _access,
    ProposalCard: _proposal,
    SurveyCard: _survey,
    CaseCard: _case,
    CallbackCard: _callback,
}
