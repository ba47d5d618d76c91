"""Pure decisions about freezing and thawing (design/1 A4, issue 3 part 6)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple, cast

from app.protocol.errors import KBeanError
from app.protocol.messages.support import FreezeState

By = Literal["person", "bot", "agent", "operator"]
"""Who froze: the person, the bot or an agent on the person's word, or the operator by itself."""


class Freeze(NamedTuple):
    """A freeze that holds.

    Attributes:
        id: Its row.
        by: Who froze.
        at: When, Unix milliseconds.
    """

    id: str
    by: str
    at: int


def strongest(held: Sequence[Freeze]) -> Freeze | None:
    """The freeze that decides: the operator's, else the one there is."""
    ours = [freeze for freeze in held if freeze.by == "operator"]
    return min(ours or held, key=lambda freeze: freeze.at, default=None)


def adds(held: Sequence[Freeze], by: By) -> bool:
    """Whether a freeze has to be written down.

    A second freeze on somebody's word changes nothing. The operator's own is kept besides one on
    the person's word, so that lifting that one doesn't lift the operator's.
    """
    if by == "operator":
        return all(freeze.by != "operator" for freeze in held)
    return not held


def check_person_thaws(held: Sequence[Freeze], device_since: int) -> None:
    """Whether a person who has proved who they are may lift what holds.

    Only a device that was there before the freeze lifts it: whoever took the passphrase with the
    phone could otherwise sign in on a device of their own and undo the freeze with it.

    Args:
        held: The freezes that hold.
        device_since: When the device that asks was enrolled, Unix milliseconds.

    Raises:
        KBeanError: ``thaw_by_operator``, ``proof_failed``.
    """
    found = strongest(held)
    if found is None:
        return
    if found.by == "operator":
        raise KBeanError("thaw_by_operator")
    if device_since > found.at:
        raise KBeanError("proof_failed", "the device was enrolled after the freeze")


def state_of(held: Sequence[Freeze], last_change: int) -> FreezeState:
    """What the person is told.

    Args:
        held: The freezes that hold.
        last_change: When the last freeze was lifted, 0 for never; told where none holds.
    """
    found = strongest(held)
    if found is None:
        return FreezeState("active", last_change)
    return FreezeState("frozen", found.at, cast("By", found.by))
