"""Redemptions as plans: K-Beans for a coupon at once, for a gift reserved and then final.

Reserving holds the K-Beans in the ledger (the hold has the redemption's id) and promises the
lots they would come from, so they can neither be spent nor expire until the redemption ends.
"""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

import msgspec

from app.protocol.errors import KBeanError
from app.protocol.messages.points import Redemption
from app.server.ledger.holds import HOLDS, end_hold, open_hold
from app.server.ledger.plan import Answer, Draft, Idempotency, Leg, Plan, RowKind
from app.server.points.catalogue import STOCKS, TAKERS, names_of, put_back, take_one
from app.server.points.coupons import COUPONS, CouponRow, coupon_message
from app.server.points.lots import LOTS, USES, end_reserved, reserve, spend
from app.server.points.notes import Note
from app.server.points.purse import Purse
from app.server.points.rules import DAY_MS
from app.server.points.tables import redemptions


class RedemptionRow(NamedTuple):
    """K-Beans given for something; see :data:`tables.redemptions`."""

    id: str
    user_id: str
    account_id: int
    item_id: str
    names: str
    merchant_id: str | None
    beans: int
    state: str
    code: str | None
    coupon_id: str | None
    journal_id: int | None
    terminal_id: str | None
    created_at: int
    expires_at: int | None
    ended_at: int | None


REDEMPTIONS = RowKind(
    redemptions, RedemptionRow, changes=("state", "journal_id", "terminal_id", "ended_at")
)


class Redeeming(NamedTuple):
    """A person takes an item; made anew for every try.

    Attributes:
        item: Its row; only stock and state can have changed since.
        beans: The person's account of K-Beans; ``issued`` the operator's.
        code: What the counter reads, of a gift.
    """

    user_id: str
    item: Any
    beans: int
    issued: int
    purse: Purse
    redemption_id: str
    coupon_id: str
    code: str
    merchant_name: str
    note: Note
    idempotency: Idempotency

    def plan(self) -> Plan:
        """The plan; its answer carries the :class:`Redemption`."""
        needs: list[tuple[Any, Any]] = [
            (STOCKS, (self.item.id,)),
            (TAKERS, ((self.item.id, self.user_id),)),
        ]
        if self.purse.lots:
            needs.append((LOTS, self.purse.lots))
        return Plan(self._decide, (self.beans, self.issued), needs, self.idempotency)

    def _decide(self, draft: Draft) -> Answer:
        take_one(draft, self.item.id, self.user_id, self.item.per_person)
        portions = self.purse.exactly(draft, self.item.beans)
        if self.item.kind == "gift":
            row = self._row(draft, "reserved", draft.now + self.item.valid_days * DAY_MS)
            reserve(draft, self.redemption_id, portions)
            open_hold(
                draft,
                self.redemption_id,
                self.beans,
                self.item.beans,
                kind="redemption",
                expires_at=row.expires_at or 0,
            )
            coupon = None
        else:
            spend(draft, self.redemption_id, portions)
            posted = draft.post(
                "redemption",
                [Leg(self.beans, self.issued, self.item.beans)],
                event_at=draft.now,
            )
            self.note(draft, posted, self.user_id, "points_spent", subject_of(self.item))
            coupon = self._coupon(draft.now)
            draft.insert(COUPONS, coupon)
            row = self._row(draft, "committed", None)._replace(
                journal_id=posted.journal_id, coupon_id=coupon.id, ended_at=draft.now
            )
        draft.insert(REDEMPTIONS, row)
        after = draft.account(self.beans).available
        told = redemption_message(row, after, coupon, self.merchant_name, draft.now)
        return Answer(201, msgspec.json.encode(told))

    def _row(self, draft: Draft, state: str, expires_at: int | None) -> RedemptionRow:
        return RedemptionRow(
            self.redemption_id,
            self.user_id,
            self.beans,
            self.item.id,
            self.item.names,
            self.item.merchant_id,
            self.item.beans,
            state,
            self.code if state == "reserved" else None,
            None,
            None,
            None,
            draft.now,
            expires_at,
            None,
        )

    def _coupon(self, now: int) -> CouponRow:
        item = self.item
        return CouponRow(
            self.coupon_id,
            self.user_id,
            item.id,
            item.names,
            item.value,
            item.currency,
            item.least,
            item.merchant_id,
            "open",
            now,
            now + item.valid_days * DAY_MS,
            None,
        )


class Ending(NamedTuple):
    """A reserved redemption ends: handed over, cancelled or run out.

    Attributes:
        row: As it was read; what changes about it is read again in the plan.
        uses: The keys of what it promised.
        way: ``posted`` by a till, ``voided`` by the person, ``expired`` by the clock.
    """

    row: Any
    uses: tuple[tuple[str, str], ...]
    issued: int
    way: Literal["posted", "voided", "expired"]
    note: Note
    terminal_id: str | None = None

    def plan(self) -> Plan:
        """The plan; to end it the same way again answers the same."""
        row = self.row
        needs: list[tuple[Any, Any]] = [
            (REDEMPTIONS, (row.id,)),
            (HOLDS, (row.id,)),
            (STOCKS, (row.item_id,)),
            (TAKERS, ((row.item_id, row.user_id),)),
        ]
        if self.uses:
            needs += [(USES, self.uses), (LOTS, tuple(lot for _, lot in self.uses))]
        return Plan(self._decide, (row.account_id, self.issued), needs)

    def _decide(self, draft: Draft) -> Answer:
        row = draft.get(REDEMPTIONS, self.row.id)
        if row is None:
            raise KBeanError("redemption_not_found")
        if row.state != "reserved":
            if row.state != self._state or row.terminal_id != self.terminal_id:
                raise KBeanError("redemption_ended")
            return Answer(200, self._told(draft, row), replayed=True)
        due = row.expires_at is not None and row.expires_at <= draft.now
        if due == (self.way != "expired"):
            # Out of time: it is the clock's to end, and nobody else's; or not yet.
            raise KBeanError("redemption_ended")
        end_hold(draft, row.id, self.way)
        end_reserved(draft, self.uses, spent=self.way == "posted")
        journal_id = None
        if self.way == "posted":
            posted = draft.post(
                "redemption", [Leg(row.account_id, self.issued, row.beans)], event_at=draft.now
            )
            self.note(draft, posted, row.user_id, "points_spent", subject_of(row))
            journal_id = posted.journal_id
        else:
            put_back(draft, row.item_id, row.user_id)
        row = row._replace(
            state=self._state,
            journal_id=journal_id,
            terminal_id=self.terminal_id,
            ended_at=draft.now,
        )
        draft.change(REDEMPTIONS, row)
        return Answer(200, self._told(draft, row))

    @property
    def _state(self) -> str:
        return "committed" if self.way == "posted" else "released"

    def _told(self, draft: Draft, row: RedemptionRow) -> bytes:
        after = draft.account(row.account_id).available
        if self.terminal_id is not None:
            # The counter learns what to hand over, not what the customer has.
            after = 0
        return msgspec.json.encode(redemption_message(row, after))


def subject_of(row: Any) -> str:
    """What K-Beans went for, as the activity names it: in both languages, it has one text."""
    names = names_of(row)
    return " · ".join(names[language] for language in ("zh", "en") if names.get(language))


def redemption_message(
    row: Any,
    points_after: int,
    coupon: Any = None,
    merchant_name: str = "",
    now: int = 0,
) -> Redemption:
    """A redemption as its person is told of it; the code only while it counts."""
    return Redemption(
        redemption_id=row.id,
        item_id=row.item_id,
        names=names_of(row),
        beans=row.beans,
        state=row.state,
        created_at=row.created_at,
        points_after=points_after,
        code=(row.code or "") if row.state == "reserved" else "",
        expires_at=row.expires_at,
        coupon=coupon_message(coupon, now, merchant_name) if coupon is not None else None,
    )
