"""Journal rows, entries and kept answers as the writer writes them, and the leaf of the log."""

from __future__ import annotations

from hashlib import sha256
from typing import NamedTuple

from app.protocol.signing import canonical_bytes
from app.server.ledger import tables
from app.server.ledger.plan import Account, RowKind


class JournalRow(NamedTuple):
    """One posting; see :data:`app.server.ledger.tables.journals`."""

    id: int
    kind: str
    event_at: int
    created_at: int
    reversal_of: int | None
    intent: bytes
    signature: bytes
    leaf_hash: bytes


class EntryRow(NamedTuple):
    """One side of one leg; debits are positive, credits negative."""

    journal_id: int
    line: int
    account_id: int
    version: int
    amount: int
    balance_before: int
    balance_after: int


class KeptAnswer(NamedTuple):
    """What was answered under an idempotency key; ``body_hash`` is None on a fence."""

    key: str
    principal: str
    route: str
    body_hash: bytes | None
    status: int
    answer: bytes
    created_at: int


ACCOUNTS = RowKind(tables.accounts, Account, changes=("posted", "pending", "version"))
FREE_ACCOUNTS = RowKind(tables.accounts, Account, changes=ACCOUNTS.changes, skip_locked=True)
"""The same, without those that another node's batch has locked just now."""

JOURNALS = RowKind(tables.journals, JournalRow, lock=False)
ENTRIES = RowKind(tables.entries, EntryRow, key=("journal_id", "line"), lock=False)
KEPT_ANSWERS = RowKind(
    tables.idempotency_keys, KeptAnswer, key=("key", "principal", "route"), lock=False
)


def leaf_hash(journal: JournalRow, entries: list[EntryRow]) -> bytes:
    """The RFC 6962 leaf of a posting: SHA-256 over ``00`` and its canonical bytes.

    The bytes say everything that was posted: number, kind, both times, what it reverses, a hash
    of the signed intent, then one field for each entry (account, version, amount, balance).
    ``journal.leaf_hash`` itself is not part of them.
    """
    evidence = sha256(journal.intent + journal.signature).hexdigest()
    fields: list[str | int | None] = [
        journal.id,
        journal.kind,
        journal.event_at,
        journal.created_at,
        journal.reversal_of,
        evidence,
    ]
    fields += [f"{e[2]} {e[3]} {e[4]} {e[6]}" for e in entries]
    return sha256(b"\0" + canonical_bytes("journal", 1, fields)).digest()
