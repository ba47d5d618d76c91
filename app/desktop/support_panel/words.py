"""What happens in a conversation, in words: who answers, hours, what became of requests."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QDate, QLocale

from app.desktop.components.when import day_words, moment, time_words
from app.desktop.widgets.labels import spaced
from app.protocol.messages.cards import OwnerEvent, RequestEvent
from app.protocol.messages.stream import Place
from app.protocol.messages.support import Conversation, OpenSpan, SupportInfo
from app.protocol.spacing import filled

translate = QCoreApplication.translate


def wait_phrase(seconds: int | None) -> str:
    """``about 3 min``; empty when nobody can say."""
    if seconds is None:
        return ""
    if seconds < 60:
        return translate("Support", "less than a minute")
    minutes = -(-seconds // 60)
    if minutes < 90:
        return translate("Support", "about {count} min").format(count=minutes)
    return translate("Support", "about {count} h").format(count=round(minutes / 60))


def at_words(milliseconds: int) -> str:
    """A moment to come: ``14:05``, ``tomorrow 9:00``, ``Mon 9:00``."""
    at = moment(milliseconds)
    ahead = QDate.currentDate().daysTo(at.date())
    clock = at.toString("H:mm")
    if ahead == 0:
        return clock
    if ahead == 1:
        return translate("Support", "tomorrow {time}").format(time=clock)
    day = QLocale().toString(at.date(), "ddd") if 0 < ahead < 7 else day_words(at.date())
    return translate("Support", "{day} {time}").format(day=day, time=clock)


def span_words(start: int, end: int) -> str:
    """``Tue 10:00–10:30``."""
    return f"{at_words(start)}–{moment(end).toString('H:mm')}"


def listed(things: list[str]) -> str:
    """Things one after the other, as the language joins them."""
    return QLocale().createSeparatedList(things)


def next_opening(info: SupportInfo, now: int) -> int | None:
    """When people answer again; None when it isn't known."""
    starts = sorted(span.start for span in info.spans if span.start > now)
    return starts[0] if starts else None


def _open_span(info: SupportInfo, now: int) -> OpenSpan | None:
    return next((span for span in info.spans if span.start <= now < span.end), None)


def hours_words(info: SupportInfo | None, now: int) -> str:
    """``People answer until 20:00`` or ``People answer again tomorrow 9:00``."""
    if info is None:
        return ""
    if info.open_now:
        span = _open_span(info, now)
        if span is None or span.end - now > 20 * 3600 * 1000:
            return translate("Support", "People answer around the clock")
        return filled(translate("Support", "People answer until {time}"), time=at_words(span.end))
    opens = next_opening(info, now)
    if opens is None:
        return translate("Support", "No people are here now")
    return filled(translate("Support", "People answer again {time}"), time=at_words(opens))


def place_words(place: Place | None) -> str:
    """Where one stands in the queue and for how long."""
    if place is None or place.position < 1:
        return translate("Support", "In the queue")
    if place.position == 1:
        first = translate("Support", "You are next")
    else:
        first = translate("Support", "Number {place} in the queue").format(place=place.position)
    wait = wait_phrase(place.wait_seconds)
    if not wait:
        return first
    second = translate("Support", "Wait: {wait}").format(wait=wait)
    return f"{first}\n{second}"


def who_words(conversation: Conversation | None) -> str:
    """Who answers, as a heading."""
    owner = conversation.owner if conversation else "bot"
    if owner == "agent" and conversation is not None:
        return conversation.agent_name or translate("Support", "A person of the service")
    if owner == "queue":
        return translate("Support", "Waiting for a person")
    if owner == "nobody":
        return translate("Support", "Conversation closed")
    return translate("Support", "Help")


def owner_line(event: OwnerEvent) -> str:
    """A change of hands, as one quiet line; empty where there is nothing to say."""
    if event.owner == "agent":
        name = event.agent_name or translate("Support", "A person of the service")
        words = (
            translate("Support", "{name} takes over")
            if event.reason == "handed_over"
            else translate("Support", "{name} is here and has read what you wrote")
        )
        return spaced(filled(words, name=name))
    usual = {
        "queue": translate("Support", "You asked for a person"),
        "nobody": translate("Support", "The conversation was closed"),
    }.get(event.owner, translate("Support", "The assistant answers again"))
    return {
        ("queue", "reopened"): translate("Support", "Opened again. A person will answer"),
        ("queue", "handed_over"): translate("Support", "Handed on to a colleague who knows this"),
        ("queue", "unsure"): translate("Support", "A person will answer this"),
        ("queue", "rule"): translate("Support", "A person will answer this"),
        ("bot", "reopened"): translate("Support", "Opened again"),
        ("bot", "opened"): "",
    }.get((event.owner, event.reason), usual)


def scope_words(scope: str) -> tuple[str, str]:
    """What a scope is, and exactly what is seen."""
    return {
        "balance": (
            translate("Support", "Your balance"),
            translate("Support", "How much money and how many K-Beans there are."),
        ),
        "movements": (
            translate("Support", "Payments of the last 30 days"),
            translate("Support", "Time, amount, merchant and state. No notes of yours."),
        ),
        "profile": (
            translate("Support", "Your profile, partly hidden"),
            translate("Support", "Name and contact with most letters covered."),
        ),
        "devices": (
            translate("Support", "Your devices"),
            translate("Support", "Which devices are signed in and since when."),
        ),
    }.get(scope, (scope, ""))


def scopes_line(scopes: list[str] | tuple[str, ...]) -> str:
    """The scopes in one line."""
    return listed([scope_words(scope)[0] for scope in scopes])


def field_words(field: str) -> str:
    """The name of an account's field that somebody looked at."""
    return {
        "available": translate("Support", "available balance"),
        "posted": translate("Support", "booked balance"),
        "balance": translate("Support", "balance"),
        "points": translate("Support", "K-Beans"),
        "movements": translate("Support", "payments"),
        "display_name": translate("Support", "name"),
        "contact": translate("Support", "contact"),
        "locale": translate("Support", "language"),
        "state": translate("Support", "state of the account"),
        "devices": translate("Support", "devices"),
        "created_at": translate("Support", "member since"),
    }.get(field, "")


def action_words(action: str) -> tuple[str, str, str]:
    """An action of the bot: its title, what will happen, the word on the button."""
    return {
        "freeze": (
            translate("Support", "Freeze your account?"),
            translate(
                "Support",
                "Nothing can be paid out, other devices are signed out and every shown code "
                "stops working. Money can still come in. You lift it with your passphrase.",
            ),
            translate("Support", "Freeze now"),
        ),
        "find_payment": (
            translate("Support", "Look for this payment?"),
            translate(
                "Support", "The assistant looks it up in your account and shows what became of it."
            ),
            translate("Support", "Look for it"),
        ),
        "unlock": (
            translate("Support", "Unlock signing in?"),
            translate("Support", "You can try your passphrase again at once."),
            translate("Support", "Unlock"),
        ),
        "resend": (
            translate("Support", "Send the code again?"),
            translate(
                "Support", "A new code goes to your registered contact. The old one stops working."
            ),
            translate("Support", "Send again"),
        ),
        "open_case": (
            translate("Support", "Open a case?"),
            translate(
                "Support",
                "It gets a number, somebody is responsible for it, and you see each step.",
            ),
            translate("Support", "Open a case"),
        ),
        "human": (
            translate("Support", "Talk to a person?"),
            translate(
                "Support", "Somebody of the service reads what you wrote here and goes on with it."
            ),
            translate("Support", "Talk to a person"),
        ),
    }.get(
        action,
        (
            translate("Support", "Do this for you?"),
            translate("Support", "It is done only once you agree."),
            translate("Support", "Agree"),
        ),
    )


def action_offer(action: str) -> str:
    """The button under an answer that offers an action."""
    return {
        "freeze": translate("Support", "Freeze my account"),
        "find_payment": translate("Support", "Find the payment"),
        "unlock": translate("Support", "Unlock signing in"),
        "resend": translate("Support", "Send the code again"),
        "open_case": translate("Support", "Open a case"),
        "human": translate("Support", "Talk to a person"),
        "bot": translate("Support", "Back to the assistant"),
    }.get(action, "")


def change_words(change: str) -> str:
    """What a proposal would change."""
    return {
        "unlock_sign_in": translate("Support", "Unlock signing in"),
        "display_name": translate("Support", "Change your name"),
        "locale": translate("Support", "Change the language of messages"),
        "contact": translate("Support", "Change your contact"),
        "sign_out_device": translate("Support", "Sign a device out"),
        "thaw": translate("Support", "Lift the freeze"),
    }.get(change, translate("Support", "Change something"))


def outcome_words(what: str, state: str, until: int = 0) -> str:
    """What became of a request, as its card's last line."""
    if state in ("granted", "active"):
        return (
            translate("Support", "Allowed until {time}").format(time=time_words(until))
            if until
            else translate("Support", "Allowed")
        )
    if state == "passed":
        return (
            translate("Support", "Confirmed that it is you, valid until {time}").format(
                time=time_words(until)
            )
            if until
            else translate("Support", "Confirmed that it is you")
        )
    if state == "declined":
        return {
            "action": translate("Support", "Not done"),
            "access": translate("Support", "Not allowed. Nothing was seen"),
            "proposal": translate("Support", "Refused. Nothing was changed"),
        }.get(what, translate("Support", "Refused"))
    return {
        "confirmed": translate("Support", "Confirmed, on its way"),
        "failed": translate("Support", "That did not work"),
        "revoked": translate("Support", "You ended the access"),
        "expired": translate("Support", "The time for this has passed"),
        "ended": translate("Support", "Access has ended"),
        "answered": translate("Support", "Thank you, it was passed on"),
        "done": translate("Support", "Done"),
        "cancelled": translate("Support", "Withdrawn"),
    }.get(state, "")


GOOD_STATES = frozenset({"confirmed", "passed", "granted", "answered", "done"})


def request_line(event: RequestEvent) -> str:
    """A line of its own for what changed after the card had been answered."""
    if event.what == "access" and event.state in ("revoked", "ended", "expired"):
        return outcome_words(event.what, event.state)
    return ""


def found_words(found: list[str]) -> str:
    """What was hidden in a message."""
    names = {
        "card": translate("Support", "A card number was hidden. Nobody here needs it."),
        "secret": translate("Support", "A password was hidden. Nobody here will ever ask for it."),
        "code": translate("Support", "A code was hidden. Don't give codes to anybody."),
        "id_number": translate("Support", "An ID number was hidden. Nobody needs it in the chat."),
        "bank_account": translate(
            "Support", "A bank account was hidden. Nobody needs it in the chat."
        ),
    }
    told = [names[kind] for kind in found if kind in names]
    return told[0] if len(told) == 1 else translate("Support", "Something secret was hidden here.")
