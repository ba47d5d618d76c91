"""Which handle a code is made of, and when fresh ones are asked for: pure decisions.

Source: design/3 §Payer's code. The service takes counters up to three beyond the last one that it
accepted, and knows nothing of codes that were shown and never scanned. So a later minute shows the
same counter again (the pair of minute and counter is new), the same minute takes another handle
first and only then the next counter, and a handle whose counters are used up rests.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from app.protocol.codes.payment_code import AHEAD, STEP_SECONDS
from app.wallet.vault.stores.handles import Handle

STEP_MS = STEP_SECONDS * 1000
SHOWN_MS = STEP_MS
"""How long one code stays on the screen. The service takes it at least that long: it accepts the
minute after the one it was made in."""

FRESH_MS = 6 * 3600 * 1000
"""Handles are asked for anew this often at the latest (design/3: 24 hours)."""

ENOUGH = 2
"""And as soon as fewer than so many can be used now."""


class Next(NamedTuple):
    """The next code to show: of which handle, with which counter."""

    handle: Handle
    counter: int


def step_of(at: int) -> int:
    """The minute of a moment in Unix milliseconds."""
    return at // STEP_MS


def next_counter(handle: Handle, at: int) -> int:
    """The counter of the next code of a handle.

    It stays what it was in a minute later than every minute shown so far, and grows in any other:
    also when the clock was set back, so that no pair of minute and counter comes twice.
    """
    if handle.shown_at is None:
        return 0
    return handle.counter if step_of(at) > step_of(handle.shown_at) else handle.counter + 1


def usable(handle: Handle, at: int) -> bool:
    """Whether a code of this handle would be accepted now."""
    return handle.valid_from <= at < handle.valid_until and next_counter(handle, at) <= AHEAD


def left(handles: Iterable[Handle], at: int) -> int:
    """How many handles can still be scanned (those for revealing don't count)."""
    return sum(usable(handle, at) for handle in handles if not handle.must_confirm)


def lasting(handles: Iterable[Handle], at: int) -> int | None:
    """Until when codes can be made without the service; None where none can be made now.

    Handles are issued for one day after the other: the last one that counts says it.
    """
    handles = list(handles)
    if not left(handles, at):
        return None
    return max(one.valid_until for one in handles if one.valid_until > at)


def choose(
    handles: Iterable[Handle], at: int, *, must_confirm: bool, resort: bool = True
) -> Next | None:
    """The next code to show, or None where there is nothing left.

    The smallest counter first, then the handle that was shown longest ago.

    Args:
        handles: What the vault holds.
        at: Now, the service's clock.
        must_confirm: Only a handle that must be confirmed will do.
        resort: For a code that is only scanned, take such a handle where no other is left.
    """
    wanted = {must_confirm, must_confirm or resort}
    fit = [one for one in handles if usable(one, at) and one.must_confirm in wanted]
    if not fit:
        return None
    best = min(
        fit,
        key=lambda one: (
            one.must_confirm and not must_confirm,
            next_counter(one, at),
            one.shown_at or 0,
            one.handle,
        ),
    )
    return Next(best, next_counter(best, at))


def wants_fresh(handles: Sequence[Handle], issued_at: int | None, at: int) -> bool:
    """Whether handles should be asked for now, while the service can be reached.

    Args:
        handles: What the vault holds.
        issued_at: When these were issued, the service's clock; None never.
        at: Now, the service's clock.
    """
    if issued_at is None or not 0 <= at - issued_at < FRESH_MS:
        return True
    for_scanning = left(handles, at)
    revealing = any(handle.must_confirm and usable(handle, at) for handle in handles)
    return for_scanning < ENOUGH or not revealing
