"""What a posting that is no payment means to a person: one line of their activity in words.

A payment's own document says what it was. Every other posting that touches a person's account
(refund, transfer, redemption, expiry …) adds a note in the same draft, so that no line of the
activity is ever a riddle.
"""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from app.protocol.messages.payments import MovementKind
from app.server.ledger.plan import Draft, Posted, RowKind
from app.server.payments.tables import movement_notes


class MovementNote(msgspec.Struct, frozen=True, omit_defaults=True):
    """See :class:`app.protocol.messages.payments.Movement`, whose fields these become.

    Attributes:
        kind: Of the money line.
        counterparty: The other side's name as this person knows it.
        points_kind: Of the line in K-Beans, where the posting has one.
        points_out_kind: Of a line in K-Beans that went out, where another one came in.
    """

    kind: MovementKind
    counterparty: str
    points_kind: MovementKind = "adjustment"
    points_out_kind: MovementKind | None = None
    mcc: str = ""
    store_name: str = ""
    subject: str = ""
    note: str = ""
    order_number: str = ""
    payment_id: str | None = None
    transfer_id: str | None = None

    def kind_of(self, *, points: bool, out: bool) -> MovementKind:
        """What a line is: of money or K-Beans, that went out or came in."""
        if not points:
            return self.kind
        return self.points_out_kind if out and self.points_out_kind else self.points_kind


class NoteRow(NamedTuple):
    """See :data:`app.server.payments.tables.movement_notes`."""

    journal_id: int
    user_id: str
    document: bytes


NOTES = RowKind(movement_notes, NoteRow, key=("journal_id", "user_id"), lock=False)

read_note = msgspec.json.Decoder(MovementNote).decode


def add_note(draft: Draft, posted: Posted, user_id: str, note: MovementNote) -> None:
    """Say in the draft what its posting means to a person."""
    draft.insert(NOTES, NoteRow(posted.journal_id, user_id, msgspec.json.encode(note)))


class PointNotes:
    """Notes of what happens to K-Beans alone: redeemed, run out, taken back."""

    def __init__(self, operator: str) -> None:
        """The other side is the operator, by the name people know."""
        self._operator = operator

    def __call__(
        self, draft: Draft, posted: Posted, user_id: str, kind: MovementKind, subject: str
    ) -> None:
        """See :class:`app.server.points.notes.Note`."""
        note = MovementNote(kind, self._operator, points_kind=kind, subject=subject)
        add_note(draft, posted, user_id, note)
