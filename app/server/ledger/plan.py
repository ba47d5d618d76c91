"""What a domain hands to the ledger: a plan, and what it may do while the plan is decided.

A domain never writes balances and never opens a transaction of its own to move something
(design/3 §Posting). It builds a :class:`Plan` that names every row it needs, and submits it::

    plan = Plan(
        idempotency=Idempotency(user_id, "payments", key, body_hash),
        accounts=(payer_account, merchant_account, issuance_account, beans_account),
        needs=((ORDERS, (order_id,)), (COUNTERS, ((user_id, day),))),
        decide=decide,
    )
    answer = await writer.submit(plan)

The writer loads the rows of many waiting plans at once and calls ``decide(draft)`` for each, in
order. ``decide`` is pure: no I/O, no clock (``draft.now`` is the time), nothing awaited. It either
raises :class:`~app.protocol.errors.KBeanError` (then nothing it did to the draft remains and no
neighbour notices) or returns the :class:`Answer` for the caller. It may be called several times
for one submission (a batch that meets another node's writer is decided again), so it must not
change anything outside the draft.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

import sqlalchemy as sa

R = TypeVar("R", bound=tuple[Any, ...])
T = TypeVar("T")


class Account(NamedTuple):
    """One account as the ledger sees it, in the batch's present state.

    Attributes:
        id: The account's number.
        owner: The user's, merchant's or operator's id.
        kind: A key of :data:`app.server.ledger.chart.KINDS`.
        currency: ISO 4217, or ``KBN`` for K-Beans.
        debit_normal: True where debits increase the balance (assets, expenses).
        floor: What ``posted - pending`` may never fall below; None means no floor.
        state: ``active`` or ``frozen``; a frozen account refuses to be decreased.
        posted: The balance on the account's normal side, minor units.
        pending: Decreases that are held but not posted.
        version: Grows by one with every entry.
    """

    id: int
    owner: str
    kind: str
    currency: str
    debit_normal: bool
    floor: int | None
    state: str
    posted: int
    pending: int
    version: int

    @property
    def available(self) -> int:
        """What can be spent now: posted − pending (design/3, invariant 3)."""
        return self.posted - self.pending


class Leg(NamedTuple):
    """One transfer: ``amount`` from the debited to the credited account, same currency.

    People's, merchants' and fee accounts are liabilities or income (credit-normal): to pay,
    *debit* the payer and *credit* the merchant. To fund, debit the bank and credit the clearing.
    """

    debit: int
    credit: int
    amount: int


class Posted(NamedTuple):
    """What :meth:`Draft.post` made; everything a receipt needs."""

    journal_id: int
    posted_at: int
    leaf_hash: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What the caller is told, and what every replay of the same key is told again.

    Attributes:
        status: The HTTP status.
        body: The JSON bytes; a problem document when ``status`` ≥ 400.
        replayed: True where this is the kept answer of an earlier submission.
        kept: What is kept for replays; None keeps the body. A domain that writes the body into a
            row of its own keeps nothing here (``b""``) and finds it again there.
    """

    status: int
    body: bytes
    replayed: bool = False
    kept: bytes | None = None


@dataclass(frozen=True, slots=True)
class Idempotency:
    """Scope and body of a request (design/3 §Idempotency).

    Attributes:
        principal: The id of who asks.
        route: A short stable name of the route, e.g. ``payments``.
        key: The ``Idempotency-Key``, UUIDv7.
        body_hash: SHA-256 of the canonical body. None makes the plan a *fence*: it accepts the
            kept answer of the key whatever its body was, and where there is none its own answer
            is kept for every later request with that key, whatever that one's body is. So a
            lookup with a fence burns the key in one transaction.
    """

    principal: str
    route: str
    key: str
    body_hash: bytes | None


@dataclass(frozen=True, eq=False)
class RowKind(Generic[R]):
    """A kind of row that plans read, change or add; declared once by its domain.

    The set-based statements for both databases are built from the table, so a domain writes no
    SQL here. ``row`` is a NamedTuple class whose fields are columns of the table::

        class OrderRow(NamedTuple):
            id: str
            status: str
            paid_at: int | None

        ORDERS = RowKind(orders, OrderRow, key=("id",), changes=("status", "paid_at"))

    What may change must be read and changed through one kind: a second kind over the same table
    shows rows as the database has them, without what earlier plans of the batch changed through
    the first. What they added is seen through every kind that never changes and that has no field
    which the added row has not.

    Attributes:
        table: The table.
        row: The NamedTuple class; rows given to :meth:`Draft.insert` fill these columns only.
        key: Columns that rows are asked for by. One column: keys are scalars; several: tuples.
            The columns must be unique together.
        changes: The columns that :meth:`Draft.change` writes.
        lock: Take the rows ``FOR UPDATE`` (in key order). Must be True where ``changes`` is not
            empty or where the decision depends on the row staying as it was read.
        skip_locked: Leave out what somebody else has locked instead of waiting for it; whoever
            asks must tell it from what does not exist.
    """

    table: sa.Table
    row: type[R]
    key: tuple[str, ...] = ("id",)
    changes: tuple[str, ...] = ()
    lock: bool = True
    skip_locked: bool = False


class Draft(Protocol):
    """The view of one plan while it is decided, and the pen it writes with.

    What it shows already has the effects of the plans before it in the same batch.
    """

    now: int
    """The time of the batch, Unix milliseconds: what ``posted_at`` will say."""

    def account(self, account_id: int) -> Account:
        """The account's present state, after what this draft has posted so far.

        Raises:
            LookupError: if the plan did not declare the account or it does not exist.
        """
        ...

    def get(self, kind: RowKind[R], key: Any) -> R | None:
        """The declared row, or None where there is none.

        Raises:
            LookupError: if the plan did not declare the row.
        """
        ...

    def change(self, kind: RowKind[R], row: R) -> None:
        """Write the ``changes`` columns of a row that :meth:`get` returned."""
        ...

    def insert(self, kind: RowKind[R], row: R) -> None:
        """Add a row. Where its key was declared, later plans of the batch see it (RowKind)."""
        ...

    def pend(self, account_id: int, change: int) -> None:
        """Hold ``change`` minor units of an account back, or let them go where it is negative.

        Only :mod:`app.server.ledger.holds` calls this: what is pending is always the sum of the
        open holds. What is let go may be posted in the same draft although the account was frozen
        since it was held back: it was promised before.

        Raises:
            KBeanError: ``insufficient_funds``, ``account_frozen`` for a positive change.
            ValueError: if more is let go than is pending.
        """
        ...

    def post(
        self,
        kind: str,
        legs: Sequence[Leg],
        *,
        event_at: int,
        intent: bytes = b"",
        signature: bytes = b"",
        reversal_of: int | None = None,
    ) -> Posted:
        """Post one journal: guards first, then balances, entries and the leaf of the log.

        Args:
            kind: What happened: ``payment``, ``top_up`` …
            legs: The transfers, applied in order.
            event_at: When it happened in the world, Unix milliseconds (``posted_at`` is when it
                was written down).
            intent: Canonical bytes of the signed intent, kept as evidence.
            signature: The 64 raw bytes of the intent's signature.
            reversal_of: The journal that this one takes back; unique.

        Raises:
            KBeanError: ``insufficient_funds`` (params ``available``, ``needed``),
                ``account_frozen``, ``currency_mismatch``, ``amount_invalid``,
                ``payee_is_payer``.
        """
        ...

    def attempt(self, work: Callable[[], T]) -> T:
        """Do ``work``, which writes to this draft; where it refuses, nothing of it remains.

        The refusal goes on to the caller, who may write down that it was refused: a plan whose
        ``decide`` raises leaves no trace at all.

        Raises:
            KBeanError: what ``work`` raised.
        """
        ...


Decide = Callable[[Draft], Answer]
Need = tuple[RowKind[Any], Sequence[Any]]


@dataclass(slots=True)
class Plan:
    """One wish: the rows it needs, and how it is decided.

    Attributes:
        decide: Pure; raises KBeanError to refuse.
        accounts: Every account that may be read or posted to.
        needs: ``(kind, keys)`` pairs of every other row.
        idempotency: Present on everything that moves something.
    """

    decide: Decide
    accounts: Sequence[int] = ()
    needs: Sequence[Need] = field(default_factory=tuple)
    idempotency: Idempotency | None = None


class PlanWriter(Protocol):
    """Where plans go; :class:`app.server.ledger.writer.Writer` is the one there is."""

    async def submit(self, plan: Plan) -> Answer:
        """Post the plan in the next batch and wait for its commit.

        Refusals with a status below 500 come back as the :class:`Answer` with their problem
        document (and are kept for replays, but for 401 and 429), so that a replay is told the
        same bytes.

        Raises:
            KBeanError: ``busy`` (the queue is full, or the database is away and nothing was
                committed), ``shutting_down``, ``internal_error`` (money ``unknown`` where a
                commit was under way when the database went away).
        """
        ...
