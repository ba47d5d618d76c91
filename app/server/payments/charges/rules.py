"""Pure decisions about payers' codes and charges (design/3 §Payer's code, §At the counter)."""

from __future__ import annotations

from typing import Literal, NamedTuple

from app.protocol.codes import payment_code
from app.protocol.messages.charges import ChargeState
from app.server.payments.charges.rows import HandleRow

FAILURES = 5
"""Wrong codes that lock a handle."""

LATE_STEPS = 15
"""Minutes for which a code that is too old is still told from a wrong one."""

BEHIND = 8
"""Counters behind the last one that are still told from a wrong one."""

UNSEEN = 12
"""Counters that other nodes may have accepted before a handle is looked up again."""

Asked = Literal["amount", "day", "revealed"]

RETRY_MS = (0, 2_000, 5_000, 15_000, 60_000, 300_000)
"""Pauses between two tries of giving money back; the last one repeats."""


class Located(NamedTuple):
    """What a one-time part was made of, and whether it may be accepted now."""

    fresh: bool
    step: int
    counter: int


class HandleFact(NamedTuple):
    """What never changes about a handle."""

    handle: int
    user_id: str
    device_id: str
    session_id: str
    name: str
    key: bytes
    must_confirm: bool
    issued_at: int
    valid_from: int
    valid_until: int


def accept(key: bytes, handle: int, otp: int, now_ms: int, last_counter: int) -> Located | None:
    """Find the step and counter of a one-time part that may be accepted now."""
    found = payment_code.matches(key, handle, otp, now_ms // 1000, last_counter)
    return None if found is None else Located(True, *found)


def presume(key: bytes, handle: int, otp: int, now_ms: int, seen_counter: int) -> Located | None:
    """Find a one-time part whose handle may have been used elsewhere since its counter was seen.

    Whether it may be accepted is then for :func:`still_acceptable`, by the counter as it is.
    """
    for counter in range(seen_counter, seen_counter + UNSEEN, payment_code.AHEAD + 1):
        found = accept(key, handle, otp, now_ms, counter)
        if found is not None:
            return found
    return None


def still_acceptable(found: Located, now_ms: int, last_counter: int) -> bool:
    """Whether what :func:`accept` found holds at another moment and counter too."""
    ahead = found.counter - last_counter
    drift = found.step - now_ms // 1000 // payment_code.STEP_SECONDS
    in_time = abs(drift) <= payment_code.DRIFT_STEPS
    return found.fresh and in_time and 0 <= ahead <= payment_code.AHEAD


def locate(key: bytes, handle: int, otp: int, now_ms: int, last_counter: int) -> Located | None:
    """Find the step and counter of a one-time part, also of one that is too old.

    An honest code that was shown a while ago must be told from a guess: guesses are counted.
    """
    found = accept(key, handle, otp, now_ms, last_counter)
    if found is not None:
        return found
    present = now_ms // 1000 // payment_code.STEP_SECONDS
    for step in range(max(0, present - LATE_STEPS), present + LATE_STEPS + 1):
        for counter in range(max(0, last_counter - BEHIND), last_counter + payment_code.AHEAD + 1):
            if payment_code.one_time(key, handle, step, counter) == otp:
                return Located(False, step, counter)
    return None


def refusal_of_handle(
    fact: HandleFact, row: HandleRow, now_ms: int, *, session_lives: bool, cutoff: int
) -> str | None:
    """Why codes of a handle don't count now, whatever their digits; None where they do."""
    if row.revoked_at is not None or not session_lives or cutoff >= fact.issued_at:
        return "payer_code_revoked"
    if row.failures >= FAILURES:
        return "payer_code_locked"
    if not fact.valid_from <= now_ms < fact.valid_until:
        return "payer_code_expired"
    return None


def refusal_of_code(found: Located | None, *, used: bool) -> str | None:
    """Why a one-time part of a living handle is not accepted; None where it is."""
    if found is None:
        return "payer_code_unknown"
    if used:
        return "payer_code_used"
    return None if found.fresh else "payer_code_expired"


def question(
    amount: int, spent: int, *, must_confirm: bool, small_each: int, small_day: int
) -> Asked | None:
    """Why the payer has to be asked before a code is charged; None where nothing is asked.

    Args:
        amount: Minor units of the charge.
        spent: Minor units that went today by codes without a question.
        must_confirm: The digits of this handle are shown to be read out.
        small_each: Up to what a charge asks nothing.
        small_day: And all of them of a day together.
    """
    if must_confirm:
        return "revealed"
    if amount > small_each:
        return "amount"
    return "day" if spent + amount > small_day else None


def smallest(operator: int, own: int | None) -> int:
    """The operator's limit, or the person's own where that is lower."""
    return operator if own is None else min(operator, own)


def state_of(state: str, order_status: str, expires_at: int, now_ms: int) -> ChargeState:
    """What a charge is now, from its own row, its order's and the time."""
    if state == "userpaying":
        if order_status == "paid":
            return "success"
        if order_status != "open" or expires_at <= now_ms:
            return "closed"
        return "userpaying"
    known: ChargeState = state  # type: ignore[assignment]
    return known


def is_due(state: str, order_status: str, expires_at: int, now_ms: int) -> bool:
    """Whether a charge's row has to follow what its order or the time made of it."""
    return state == "userpaying" and (order_status != "open" or expires_at <= now_ms)


def may_reverse(paid_at: int | None, now_ms: int, within_ms: int) -> bool:
    """Whether what was paid then may still be taken back without anybody's role.

    A reversal answers a till that lost an answer, within minutes or a night. Later it would be a
    refund by the back door: that needs a role, and stands in a shift's book.
    """
    return paid_at is None or now_ms - paid_at <= within_ms


def next_try(tries: int, now_ms: int) -> int:
    """When money that could not be given back yet is tried again."""
    return now_ms + RETRY_MS[min(tries, len(RETRY_MS) - 1)]


def masked(name: str) -> str:
    """Enough of a name to recognise oneself on a slip: 李*, A***."""
    return name[:1] + "*" * min(len(name) - 1, 3)
