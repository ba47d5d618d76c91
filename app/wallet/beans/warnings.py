"""K-Beans that expire soon, told as notices: 30, 7 and 1 days before, each once (design/1 P3)."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from app.protocol.messages.payments import ExpiryWarning
from app.wallet.snapshot import Notice

BEANS = "KBN"
_KEEP = 64


class Told(msgspec.Struct, frozen=True):
    """Which steps the person has been told of: (when they expire, days before)."""

    steps: tuple[tuple[int, int], ...] = ()

    def with_steps(self, steps: Iterable[tuple[int, int]]) -> Told:
        """With these too; the oldest are forgotten."""
        return Told((*self.steps, *steps)[-_KEEP:])


def news(warnings: Iterable[ExpiryWarning], told: Told) -> list[ExpiryWarning]:
    """The warnings that nobody has heard yet; a nearer step was never told by a farther one."""
    known = set(told.steps)
    return [one for one in warnings if (one.expires_at, one.days) not in known]


def notice_of(warning: ExpiryWarning, *, notice_id: str, at: int) -> Notice:
    """A warning as it stands on Home until the person closes it."""
    return Notice(
        notice_id=notice_id,
        kind="points_expiring",
        at=at,
        payee_name="",
        amount=warning.beans,
        currency=BEANS,
        key=key_of(warning),
        until=warning.expires_at,
    )


def key_of(warning: ExpiryWarning) -> str:
    """One date has one notice: a nearer step takes the farther one's place."""
    return f"beans {warning.expires_at}"


def with_news(kept: tuple[Notice, ...], fresh: Iterable[Notice]) -> tuple[Notice, ...]:
    """The notices with the new ones in front and without those they take the place of."""
    fresh = tuple(fresh)
    replaced = {notice.key for notice in fresh}
    left = (one for one in kept if one.kind != "points_expiring" or one.key not in replaced)
    return (*fresh, *left)
