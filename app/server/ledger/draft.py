"""The state of one batch in memory, and the draft of one plan on top of it.

Everything here is pure: rows come in, decisions are made in order, rows go out. A draft that is
refused is thrown away; one that succeeds is merged into the batch, so that the next plan sees it
(design/3 §Posting).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from app.protocol.errors import KBeanError
from app.server.ledger.journal import ENTRIES, JOURNALS, EntryRow, JournalRow, leaf_hash
from app.server.ledger.plan import Account, Leg, Posted, R, RowKind, T
from app.server.ledger.statements import key_of, seen_as


class Batch:
    """What was loaded for a batch and what its accepted plans have made of it."""

    def __init__(self, now: int, journal_ids: Iterator[int]) -> None:
        self.now = now
        self.journal_ids = journal_ids
        self.accounts: dict[int, Account] = {}
        self.rows: dict[RowKind[Any], dict[Any, Any]] = {}
        self.inserts: dict[RowKind[Any], list[Any]] = {}
        self.changed_accounts: set[int] = set()
        self.changed: dict[RowKind[Any], dict[Any, Any]] = {}
        self._of_table: dict[str, list[RowKind[Any]]] = {}

    def add_loaded(self, kind: RowKind[Any], keys: Sequence[Any], rows: Sequence[Any]) -> None:
        """Take the loaded rows of a kind; keys without a row are known to be absent."""
        known: dict[Any, Any] = dict.fromkeys(keys)
        key = key_of(kind)
        for row in rows:
            known[key(row)] = row
        self.rows[kind] = known
        self._of_table.setdefault(kind.table.name, []).append(kind)

    def merge(self, draft: WorkingDraft) -> None:
        """Make an accepted draft part of the batch."""
        for account in draft.accounts.values():
            self.accounts[account.id] = account
            self.changed_accounts.add(account.id)
        for kind, rows in draft.inserted:
            waiting = self.inserts.get(kind)
            if waiting is None:
                waiting = self.inserts[kind] = []
            waiting += rows
            for other in self._of_table.get(kind.table.name, ()):
                self._show(kind, rows, other)
        for kind, changes in draft.changed.items():
            self._merge_changes(kind, changes)

    def _show(self, kind: RowKind[Any], rows: Sequence[Any], other: RowKind[Any]) -> None:
        """Let later plans see added rows under the keys that they declared."""
        see = seen_as(kind, other)
        if see is None:
            return
        known, key = self.rows[other], key_of(other)
        for row in rows:
            seen = see(row)
            if (place := key(seen)) in known:
                known[place] = seen

    def _merge_changes(self, kind: RowKind[Any], changes: dict[Any, Any]) -> None:
        known = self.rows[kind]
        fresh = self.inserts.get(kind, ())
        for key, row in changes.items():
            before, known[key] = known[key], row
            if before in fresh:
                # Added by this very batch: it is still to be written, so write it changed.
                waiting = self.inserts[kind]
                waiting[waiting.index(before)] = row
            else:
                self.changed.setdefault(kind, {})[key] = row


class WorkingDraft:
    """:class:`app.server.ledger.plan.Draft` over a :class:`Batch`."""

    __slots__ = ("_batch", "accounts", "changed", "inserted", "now", "promised")

    def __init__(self, batch: Batch) -> None:
        self._batch = batch
        self.now = batch.now
        self.accounts: dict[int, Account] = {}
        self.inserted: list[tuple[RowKind[Any], Sequence[Any]]] = []
        self.changed: dict[RowKind[Any], dict[Any, Any]] = {}
        # What was held back before and let go in this draft: it may be posted although frozen.
        self.promised: dict[int, int] = {}

    def account(self, account_id: int) -> Account:
        """See :meth:`Draft.account`."""
        account = self.accounts.get(account_id) or self._batch.accounts.get(account_id)
        if account is None:
            raise LookupError(f"account {account_id} was not declared or does not exist")
        return account

    def get(self, kind: RowKind[R], key: Any) -> R | None:
        """See :meth:`Draft.get`."""
        changes = self.changed.get(kind)
        if changes is not None and key in changes:
            changed: R = changes[key]
            return changed
        try:
            row: R | None = self._batch.rows[kind][key]
        except KeyError:
            raise LookupError(f"{kind.table.name} {key!r} was not declared") from None
        return row

    def change(self, kind: RowKind[R], row: R) -> None:
        """See :meth:`Draft.change`."""
        if not kind.changes or not kind.lock:
            raise TypeError(f"{kind.table.name} is declared as never changing")
        key = key_of(kind)(row)
        if self.get(kind, key) is None:
            raise LookupError(f"{kind.table.name} {key!r} does not exist")
        self.changed.setdefault(kind, {})[key] = row

    def insert(self, kind: RowKind[R], row: R) -> None:
        """See :meth:`Draft.insert`."""
        self.inserted.append((kind, (row,)))

    def pend(self, account_id: int, change: int) -> None:
        """See :meth:`Draft.pend`."""
        account = self.account(account_id)
        if change > 0:
            guard_decrease(account, change)
        pending = account.pending + change
        if pending < 0:
            raise ValueError(f"account {account_id} has not so much pending")
        if change < 0:
            self.promised[account_id] = self.promised.get(account_id, 0) - change
        self.accounts[account_id] = account._replace(pending=pending)

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
        """See :meth:`Draft.post`."""
        if not legs:
            raise ValueError("a posting needs at least one leg")
        journal_id = next(self._batch.journal_ids)
        entries: list[EntryRow] = []
        for leg in legs:
            self._transfer(journal_id, leg, entries)
        bare = JournalRow(journal_id, kind, event_at, self.now, reversal_of, intent, signature, b"")
        leaf = leaf_hash(bare, entries)
        self.inserted.append((JOURNALS, (JournalRow(*bare[:-1], leaf),)))
        self.inserted.append((ENTRIES, entries))
        return Posted(journal_id, self.now, leaf)

    def attempt(self, work: Callable[[], T]) -> T:
        """See :meth:`Draft.attempt`."""
        accounts, rows = dict(self.accounts), len(self.inserted)
        promised = dict(self.promised)
        changed = {kind: dict(changes) for kind, changes in self.changed.items()}
        try:
            return work()
        except KBeanError:
            self.accounts, self.changed, self.promised = accounts, changed, promised
            del self.inserted[rows:]
            raise

    def _transfer(self, journal_id: int, leg: Leg, entries: list[EntryRow]) -> None:
        debit, credit, amount = self.account(leg.debit), self.account(leg.credit), leg.amount
        if amount <= 0:
            raise KBeanError("amount_invalid", "an amount is greater than nought")
        if debit.id == credit.id:
            raise KBeanError("payee_is_payer")
        if debit.currency != credit.currency:
            raise KBeanError("currency_mismatch", f"{debit.currency} and {credit.currency}")
        self._enter(journal_id, debit, amount, amount if debit.debit_normal else -amount, entries)
        self._enter(
            journal_id, credit, -amount, -amount if credit.debit_normal else amount, entries
        )

    def _enter(
        self, journal_id: int, account: Account, signed: int, change: int, entries: list[EntryRow]
    ) -> None:
        before = account.posted
        after = before + change
        if change < 0:
            promised = self.promised.get(account.id, 0)
            guard_decrease(account, -change, promised)
            if promised:
                self.promised[account.id] = max(0, promised + change)
        version = account.version + 1
        entries.append(
            EntryRow(journal_id, len(entries), account.id, version, signed, before, after)
        )
        self.accounts[account.id] = Account(*account[:7], after, account.pending, version)


def guard_decrease(account: Account, amount: int, promised: int = 0) -> None:
    """Refuse what would leave a frozen account or pass its floor (design/3, invariant 3).

    Args:
        account: As it is before.
        amount: Minor units that leave or are held back.
        promised: How much of it a hold, ended in the same draft, had kept back until now: that
            was promised before the freeze and is paid in spite of it.

    Raises:
        KBeanError: ``account_frozen`` or ``insufficient_funds``.
    """
    if account.state != "active" and amount > promised:
        raise KBeanError("account_frozen")
    if account.floor is not None and account.available - amount < account.floor:
        raise KBeanError(
            "insufficient_funds",
            params={
                "available": account.available - account.floor,
                "needed": amount,
                "currency": account.currency,
            },
        )
