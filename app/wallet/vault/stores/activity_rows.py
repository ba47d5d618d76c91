"""What the activity store keeps and what it is asked for."""

from __future__ import annotations

from typing import Literal

import msgspec

from app.protocol.messages.payments import Movement
from app.wallet.vault.stores.search_text import Term

Direction = Literal["in", "out"]
Unit = Literal["money", "points"]


class ActivityRow(msgspec.Struct, frozen=True, gc=False):
    """One movement as the wallet shows it.

    Attributes:
        id: The service's movement id.
        kind: ``payment``, ``top_up``, ``points_earned`` …
        amount: Signed minor units: negative went out.
        currency: ISO 4217, or ``KBN``.
        occurred_at: Unix milliseconds.
        counterparty: The other side's name.
        sequence: The service's ``cursor_key``.
        status: How it stands; ``succeeded`` once posted.
        category: The merchant's category (MCC, or the person's own later on).
        raw: The message as JSON, for everything that has no column.
    """

    id: str
    kind: str
    amount: int
    currency: str
    occurred_at: int
    counterparty: str = ""
    sequence: int = 0
    account_id: str = ""
    status: str = "succeeded"
    store_name: str = ""
    subject: str = ""
    note: str = ""
    category: str = ""
    order_number: str = ""
    payment_id: str | None = None
    receipt_id: str | None = None
    points_earned: int = 0
    raw: bytes = b"{}"

    @property
    def direction(self) -> Direction:
        """Which way it went, seen from the person."""
        return "out" if self.amount < 0 else "in"

    @classmethod
    def from_movement(cls, movement: Movement, *, receipt_id: str | None = None) -> ActivityRow:
        """The row for a line of ``GET /v1/activity``."""
        return cls(
            id=movement.movement_id,
            kind=movement.kind,
            amount=movement.amount,
            currency=movement.currency,
            occurred_at=movement.occurred_at,
            counterparty=movement.counterparty,
            sequence=movement.cursor_key,
            account_id=movement.account_id,
            store_name=movement.store_name,
            subject=movement.subject,
            note=movement.note,
            category=movement.mcc,
            order_number=movement.order_number,
            payment_id=movement.payment_id,
            receipt_id=receipt_id,
            points_earned=movement.points_earned,
            raw=msgspec.json.encode(movement),
        )


class ActivityFilter(msgspec.Struct, frozen=True):
    """Which movements are wanted; everything by default, and everything that is set must hold.

    Attributes:
        text: Any part of a name, note, label, order number or amount, in any script, one sign or
            more; several words must all occur. Nothing searchable in it means everything.
        unit: ``money``, or ``points`` for K-Beans.
        currency: Only this currency.
        direction: Only what came in or went out.
        since: Unix milliseconds, inclusive.
        until: Unix milliseconds, exclusive.
        kind: Only this ``MovementKind``.
        category: Only what is counted in this group.
        labels: All of these labels, spelled in any case.
        terms: Words that stand in the text or name a kind of row.
        least: Hundredths of the unit that the amount, without its sign, must reach.
        most: Hundredths of the unit that it must not exceed.
    """

    text: str = ""
    unit: Unit | None = None
    currency: str | None = None
    direction: Direction | None = None
    since: int | None = None
    until: int | None = None
    kind: str | None = None
    category: str | None = None
    labels: tuple[str, ...] = ()
    terms: tuple[Term, ...] = ()
    least: int | None = None
    most: int | None = None


EVERYTHING = ActivityFilter()
