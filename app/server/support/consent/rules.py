"""Pure decisions of identity and consent (design/4 §Identity and consent)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, get_args

from app.protocol.errors import KBeanError
from app.protocol.messages.cards import Scope
from app.protocol.proofs import hash_leaf
from app.protocol.signing import canonical_bytes

QUESTION_MS = 10 * 60_000
"""How long a question waits for its answer."""

VERIFIED_MS = 30 * 60_000
"""How long a passed verification counts, in its conversation."""

BREAK_GLASS_MS = 10 * 60_000
"""How long a broken glass is open."""

TRIES = 3
"""Wrong answers that fail a verification."""

MOVEMENT_DAYS = 30
MOVEMENTS_MAX = 300

SCOPES: tuple[Scope, ...] = get_args(Scope)
FACTORS = ("device", "passphrase", "code", "question")

FIELDS: dict[Scope, tuple[str, ...]] = {
    "balance": ("currency", "balance", "state"),
    "movements": ("at", "kind", "direction", "amount", "currency", "counterparty", "order_number"),
    "profile": ("display_name", "contact", "locale", "created_at", "state"),
    "devices": ("id", "name", "platform", "created_at", "revoked_at"),
}
"""What each scope shows; these names are written down before it is shown."""


def check_open(state: str, expires_at: int, now: int) -> None:
    """Refuse an answer to a question that is no longer asked.

    Raises:
        KBeanError: ``request_answered``, ``request_expired``.
    """
    if state in {"expired", "ended", "cancelled"} or (state == "open" and expires_at <= now):
        raise KBeanError("request_expired")
    if state != "open":
        raise KBeanError("request_answered")


# --- verification ----------------------------------------------------------------------------


def factors_for(level: int, asked: Iterable[str], available: Iterable[str]) -> tuple[str, ...]:
    """What the person has to give, in one order.

    Args:
        level: 1 asks for the device, 2 for the passphrase too.
        asked: What the agent named besides.
        available: Which of ``code`` and ``question`` this person can answer now.

    Raises:
        KBeanError: ``validation_failed`` for a factor that can't be asked.
    """
    wanted = {"device", *asked} | ({"passphrase"} if level >= 2 else set())
    possible = {"device", "passphrase", *available}
    if not wanted <= possible:
        missing = ", ".join(sorted(wanted - possible))
        raise KBeanError("validation_failed", f"can't be asked here: {missing}", field="factors")
    return tuple(factor for factor in FACTORS if factor in wanted)


def level_of(factors: Iterable[str]) -> int:
    """2 with the passphrase, else 1."""
    return 2 if "passphrase" in factors else 1


class Verified(NamedTuple):
    """What a person has proved in a conversation.

    Attributes:
        level: 0 is nothing.
        until: When it lapses.
        independent: Whether by more than what may have been taken together with the device.
    """

    level: int = 0
    until: int = 0
    independent: bool = False


def verified(passed: Iterable[tuple[int, str, int]], now: int) -> Verified:
    """The best of the proofs that count now.

    Args:
        passed: (level, factors, until) of the conversation's passed verifications.
        now: Unix milliseconds.
    """
    living = [row for row in passed if row[2] > now]
    if not living:
        return Verified()
    level = max(row[0] for row in living)
    until = max(row[2] for row in living if row[0] == level)
    independent = any({"code", "question"} & set(row[1].split()) for row in living)
    return Verified(level, until, independent)


def one_spelling(answer: str) -> str:
    """A security answer without case, spaces and punctuation: people type it differently."""
    folded = unicodedata.normalize("NFKC", answer).casefold()
    return "".join(letter for letter in folded if letter.isalnum())


# --- access ----------------------------------------------------------------------------------


def in_order(scopes: Iterable[str]) -> tuple[Scope, ...]:
    """Scopes once each, in one order."""
    wanted = set(scopes)
    return tuple(scope for scope in SCOPES if scope in wanted)


def check_narrower(
    asked: Sequence[str], asked_minutes: int, given: Sequence[str], minutes: int
) -> None:
    """Consent may be less than what was asked for, never more, and never nothing.

    Raises:
        KBeanError: ``validation_failed``.
    """
    if not given or not set(given) <= set(asked):
        raise KBeanError("validation_failed", "not what was asked for", field="scopes")
    if minutes > asked_minutes:
        raise KBeanError("validation_failed", "longer than was asked for", field="minutes")


class Held(NamedTuple):
    """A grant as the gateway judges it."""

    id: str
    agent_id: str
    conv_id: str
    scopes: str
    state: str
    until: int
    break_glass: bool


def covers(grant: Held, agent_id: str, conv_id: str, scope: Scope, now: int) -> bool:
    """Whether a grant opens this scope to this agent in this conversation at this moment.

    The clock decides, not whether a tick has come round (issue 3 part 4).
    """
    return (
        grant.state == "active"
        and grant.until > now
        and grant.agent_id == agent_id
        and grant.conv_id == conv_id
        and scope in grant.scopes.split()
    )


def look_leaf(look: dict[str, Any]) -> bytes:
    """The RFC 6962 leaf of a look, so that it can join the log (design/4 §Identity and consent)."""
    names = ("id", "grant_id", "conv_id", "user_id", "agent_id", "scope", "fields", "at")
    fields: list[str | int | None] = [look[name] for name in names]
    fields.append(int(look["break_glass"]))
    return hash_leaf(canonical_bytes("look", 1, fields))


# --- masks -----------------------------------------------------------------------------------


def mask_name(name: str) -> str:
    """The first letter and how many follow: 李*, A****."""
    return name[:1] + "*" * (len(name) - 1)


def mask_contact(kind: str, contact: str) -> str:
    """Enough to recognise it, not enough to use it."""
    if kind == "email":
        box, _, house = contact.partition("@")
        return f"{box[:1]}***@{house}"
    return contact[:3] + "*" * (len(contact) - 7) + contact[-4:]


# --- account help ----------------------------------------------------------------------------

STEP_UP = frozenset({"contact", "thaw"})
"""Changes that are confirmed with the passphrase too, and proposed only to a verified person."""

NEEDS_SCOPE: dict[str, Scope] = {"sign_out_device": "devices"}
"""Changes whose card names something of the account: the agent must be allowed to see it."""

LOCALES = ("zh-CN", "zh-TW", "en", "ja")


def check_proposable(change: str, level: int) -> None:
    """Refuse a sensitive proposal to somebody who hasn't proved who they are.

    Raises:
        KBeanError: ``proof_needed`` with the ``level`` it takes.
    """
    if change in STEP_UP and level < 2:
        raise KBeanError("proof_needed", params={"level": 2})
