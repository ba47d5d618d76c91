"""What a granted look shows, one scope each."""

from __future__ import annotations

from app.desk import kit
from app.desk.components.cards import amount_words, facts
from app.desk.sessions import DeskSession
from app.desk.when import moment_words
from app.protocol.messages.desk import AccountView


def draw_view(session: DeskSession, view: AccountView) -> None:
    """Draw what the service answered."""
    with kit.box() as box:
        box.props["data-name"] = f"view-{view.scope}"
        if view.scope == "balance":
            _balance(session, view)
        elif view.scope == "movements":
            _movements(session, view)
        elif view.scope == "profile":
            _profile(session, view)
        else:
            _devices(session, view)


def _balance(session: DeskSession, view: AccountView) -> None:
    words = session.words
    for account in view.accounts:
        with kit.box("view-row"):
            with kit.box("line"):
                kit.text(words.known(f"currency.{account.currency}", account.currency), "muted")
                if account.state != "active":
                    kit.chip(words.known(f"account.{account.state}", account.state), "warning")
            kit.text(amount_words(words, account.balance, account.currency), "amount")


def _movements(session: DeskSession, view: AccountView) -> None:
    words = session.words
    if not view.movements:
        kit.text(words("view.no_movements"), "caption")
    for movement in view.movements:
        with kit.box("view-row"):
            with kit.box("stack tight"):
                name = movement.counterparty or words.known(
                    f"movement.{movement.kind}", movement.kind
                )
                kit.text(name, "clip")
                at = moment_words(movement.at, session.zone, words)
                order = f" · {movement.order_number}" if movement.order_number else ""
                kit.text(f"{at}{order}", "caption clip")
            sign = "+" if movement.direction == "in" else "−"
            figure = amount_words(words, abs(movement.amount), movement.currency)
            kit.text(f"{sign}{figure}", f"amount {movement.direction}")


def _profile(session: DeskSession, view: AccountView) -> None:
    words = session.words
    facts([(words.known(f"profile.{key}", key), value) for key, value in view.profile.items()])


def _devices(session: DeskSession, view: AccountView) -> None:
    words = session.words
    for device in view.devices:
        with kit.box("view-row"):
            with kit.box("stack tight"):
                kit.text(device.name, "clip")
                since = moment_words(device.created_at, session.zone, words)
                kit.text(f"{device.platform} · {since}", "caption clip")
            if device.revoked_at is not None:
                kit.chip(words("view.device_revoked"), "warning")
