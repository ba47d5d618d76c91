"""Pure decisions about staff: codes that work once, sessions that end, names and words."""

from __future__ import annotations

import hmac

import msgspec
import pyotp

from app.protocol.errors import KBeanError
from app.protocol.messages.desk import Skill, StaffName
from app.server.http.roles import ROLES

STEP_SECONDS = 30
"""A code's life (RFC 6238 §5.2)."""

LANGUAGES = ("zh", "en")


def step_of(secret: str, code: str, now_ms: int, used: int) -> int | None:
    """The time step that a code belongs to, or None where it is wrong or used.

    One step to either side is accepted (RFC 6238 §5.2). A code works once: its step must lie
    after the last one that was used.

    Args:
        secret: Base32.
        code: Six digits, as typed.
        now_ms: Unix milliseconds.
        used: The step of the last code that was taken.
    """
    totp = pyotp.TOTP(secret, interval=STEP_SECONDS)
    now = now_ms // 1000
    found = None
    for offset in (-1, 0, 1):
        # All three are compared, whichever is right: the time taken tells nothing.
        right = hmac.compare_digest(totp.at(now, counter_offset=offset), code)
        step = now // STEP_SECONDS + offset
        if right and step > used:
            found = step
    return found


def session_over(
    *, now_ms: int, seen_at: int, expires_at: int, ended_at: int | None, idle_ms: int
) -> bool:
    """Whether a session has ended: by itself, by a sign-out, or because nothing was asked."""
    return ended_at is not None or now_ms >= expires_at or now_ms - seen_at >= idle_ms


def words(values: list[str]) -> str:
    """Several words as one column."""
    return " ".join(dict.fromkeys(values))


def check_profile(
    name: str, roles: list[str], skills: list[str], languages: list[str], capacity: int
) -> None:
    """Refuse what can't be one of the staff.

    Raises:
        KBeanError: ``validation_failed`` with the field.
    """
    _must_convert("name", name, StaffName)
    if not roles or set(roles) - set(ROLES):
        raise KBeanError("validation_failed", f"roles are among {', '.join(ROLES)}", field="roles")
    for skill in skills:
        _must_convert("skills", skill, Skill)
    if not languages or set(languages) - set(LANGUAGES):
        raise KBeanError("validation_failed", "languages are zh and en", field="languages")
    if not 0 <= capacity <= 50:
        raise KBeanError("validation_failed", "capacity is 0 to 50", field="capacity")


def _must_convert(field: str, value: str, kind: object) -> None:
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise KBeanError("validation_failed", str(error), field=field) from None
