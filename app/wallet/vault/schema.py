"""The vault's tables as numbered steps.

``user_version`` holds ``major × 1000 + minor``. A step with a new minor only adds, so an older
wallet of the same major may still open the file; a new major is refused by older wallets, with
words. Steps are never edited once released: a vault of every released version lies in
``tests/wallet/vault/data`` and is opened in CI (design/6).
"""

from __future__ import annotations

from typing import Any, NamedTuple

from app.wallet.vault.errors import NewerVaultError

_MINORS = 1000


class Step(NamedTuple):
    """One step of the schema: its number and the statements that take it."""

    major: int
    minor: int
    statements: tuple[str, ...]

    @property
    def number(self) -> int:
        """What ``user_version`` says once the step is taken."""
        return self.major * _MINORS + self.minor


_SETTINGS = """
CREATE TABLE settings (
    name TEXT PRIMARY KEY,
    value BLOB NOT NULL
) WITHOUT ROWID
"""
_SECRETS = """
CREATE TABLE secrets (
    name TEXT PRIMARY KEY,
    value BLOB NOT NULL
) WITHOUT ROWID
"""
_CURSORS = """
CREATE TABLE cursors (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID
"""
_SNAPSHOTS = """
CREATE TABLE snapshots (
    name TEXT PRIMARY KEY,
    taken_at INTEGER NOT NULL,
    body BLOB NOT NULL
) WITHOUT ROWID
"""
# One service a vault; the pinned keys are part of its identity.
_SERVICE = """
CREATE TABLE service (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    base_url TEXT NOT NULL,
    service_id TEXT NOT NULL,
    pinned_at INTEGER NOT NULL,
    info BLOB NOT NULL
)
"""
_SERVICE_KEYS = """
CREATE TABLE service_keys (
    key_id TEXT PRIMARY KEY,
    purpose TEXT NOT NULL,
    public_key TEXT NOT NULL,
    valid_from INTEGER NOT NULL,
    valid_to INTEGER
) WITHOUT ROWID
"""
# position grows with time, see stores/activity.py.
_ACTIVITY = """
CREATE TABLE activity (
    position INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    sequence INTEGER NOT NULL,
    account_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    status TEXT NOT NULL,
    amount INTEGER NOT NULL,
    currency TEXT NOT NULL,
    occurred_at INTEGER NOT NULL,
    counterparty TEXT NOT NULL,
    store_name TEXT NOT NULL,
    subject TEXT NOT NULL,
    note TEXT NOT NULL,
    category TEXT NOT NULL,
    order_number TEXT NOT NULL,
    payment_id TEXT,
    receipt_id TEXT,
    points_earned INTEGER NOT NULL,
    raw BLOB NOT NULL
)
"""
_ACTIVITY_TOTALS = "CREATE INDEX activity_totals ON activity (position, currency, status, amount)"
_ACTIVITY_PAYMENT = "CREATE INDEX activity_payment ON activity (payment_id)"
_ACTIVITY_SEQUENCE = "CREATE INDEX activity_sequence ON activity (sequence)"
# The tokens are made by stores/search_text.py.
_ACTIVITY_SEARCH = """
CREATE VIRTUAL TABLE activity_search USING fts5 (
    triples, short, content = '', contentless_delete = 1, tokenize = 'ascii'
)
"""
_RECEIPTS = """
CREATE TABLE receipts (
    receipt_id TEXT PRIMARY KEY,
    payment_id TEXT NOT NULL UNIQUE,
    key_id TEXT NOT NULL,
    signature TEXT NOT NULL,
    canonical BLOB NOT NULL,
    body BLOB NOT NULL,
    received_at INTEGER NOT NULL
) WITHOUT ROWID
"""
_INTENTS = """
CREATE TABLE intents (
    key TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    body BLOB NOT NULL,
    signature TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('unsent', 'sent', 'unknown', 'settled', 'refused')),
    last_checked INTEGER,
    outcome BLOB
) WITHOUT ROWID
"""
_INTENTS_UNFINISHED = """
CREATE INDEX intents_unfinished ON intents (created_at)
WHERE state IN ('unsent', 'sent', 'unknown')
"""

# Conversations (design/4). ``low`` to ``high`` is the unbroken run of messages that is kept here;
# ``real`` is set once a conversation that was begun offline has its id of the service's.
_CHATS = """
CREATE TABLE chats (
    conv TEXT PRIMARY KEY,
    body BLOB NOT NULL,
    updated_at INTEGER NOT NULL,
    low INTEGER NOT NULL DEFAULT 0,
    high INTEGER NOT NULL DEFAULT 0,
    read_seq INTEGER NOT NULL DEFAULT 0,
    draft TEXT NOT NULL DEFAULT '',
    real TEXT
) WITHOUT ROWID
"""
# position grows with time, as in activity; counted: a person may have it unread.
_CHAT_MESSAGES = """
CREATE TABLE chat_messages (
    position INTEGER PRIMARY KEY,
    conv TEXT NOT NULL,
    seq INTEGER NOT NULL,
    cmid TEXT NOT NULL,
    request_id TEXT,
    counted INTEGER NOT NULL,
    judged INTEGER,
    body BLOB NOT NULL,
    UNIQUE (conv, seq)
)
"""
_CHAT_UNREAD = "CREATE INDEX chat_unread ON chat_messages (conv, seq) WHERE counted = 1"
_CHAT_SEARCH = """
CREATE VIRTUAL TABLE chat_search USING fts5 (
    triples, short, content = '', contentless_delete = 1, tokenize = 'ascii'
)
"""
# What became of the requests on cards; ``seq`` is the event's, 0 while there was none.
_CHAT_REQUESTS = """
CREATE TABLE chat_requests (
    request_id TEXT PRIMARY KEY,
    asks INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    state TEXT NOT NULL,
    until INTEGER NOT NULL
) WITHOUT ROWID
"""
_CHAT_ASKS = "CREATE INDEX chat_asks ON chat_requests (request_id) WHERE state = '' AND asks = 1"
# Written before anything is sent; gone when the message is in the transcript.
_OUTBOX = """
CREATE TABLE outbox (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL UNIQUE,
    conv TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'acked', 'refused')),
    seq INTEGER,
    entry BLOB NOT NULL,
    problem BLOB
)
"""
_CHAT_FILES = """
CREATE TABLE chat_files (
    sha256 TEXT PRIMARY KEY,
    size INTEGER NOT NULL,
    held INTEGER NOT NULL,
    used_at INTEGER NOT NULL,
    data BLOB NOT NULL
)
"""
# Cases, feedback and surveys as last seen; ``seen_at`` is the change that the person has seen.
_PAPERS = """
CREATE TABLE papers (
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (kind, name)
) WITHOUT ROWID
"""
# What the person wants done with them: written before it is sent, gone once it is done.
_ERRANDS = """
CREATE TABLE errands (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    body BLOB NOT NULL,
    at INTEGER NOT NULL,
    problem BLOB
)
"""

# Handles for payers' codes (design/3): issued ahead, the counter kept before a code is shown.
_PAYER_HANDLES = """
CREATE TABLE payer_handles (
    handle INTEGER PRIMARY KEY,
    secret BLOB NOT NULL,
    valid_from INTEGER NOT NULL,
    valid_until INTEGER NOT NULL,
    must_confirm INTEGER NOT NULL,
    counter INTEGER NOT NULL DEFAULT 0,
    shown_at INTEGER
)
"""
# What a person adds to a movement: their category, labels (JSON), a note of their own.
_ACTIVITY_MARKS = """
CREATE TABLE activity_marks (
    id TEXT PRIMARY KEY,
    category TEXT,
    labels TEXT NOT NULL,
    note TEXT NOT NULL,
    changed_at INTEGER NOT NULL
) WITHOUT ROWID
"""
# What everything of a merchant is filed under.
_ACTIVITY_RULES = """
CREATE TABLE activity_rules (
    counterparty TEXT PRIMARY KEY,
    category TEXT NOT NULL,
    changed_at INTEGER NOT NULL
) WITHOUT ROWID
"""
# The group a movement is counted in; empty until the row has been indexed by this version, which
# happens behind an open window for rows of older ones (stores/activity.py, catch_up).
_ACTIVITY_GROUPED = "ALTER TABLE activity ADD COLUMN grouped TEXT NOT NULL DEFAULT ''"
_ACTIVITY_BEHIND = "CREATE INDEX activity_behind ON activity (position) WHERE grouped = ''"
# Totals and amounts are read from this alone, without touching the rows.
_ACTIVITY_SUMS = """
CREATE INDEX activity_sums ON activity (position, currency, kind, grouped, amount)
"""
_ACTIVITY_PARTY = "CREATE INDEX activity_party ON activity (counterparty)"

STEPS: tuple[Step, ...] = (
    Step(
        1,
        0,
        (
            _SETTINGS,
            _SECRETS,
            _CURSORS,
            _SNAPSHOTS,
            _SERVICE,
            _SERVICE_KEYS,
            _ACTIVITY,
            _ACTIVITY_TOTALS,
            _ACTIVITY_PAYMENT,
            _ACTIVITY_SEQUENCE,
            _ACTIVITY_SEARCH,
            _RECEIPTS,
            _INTENTS,
            _INTENTS_UNFINISHED,
        ),
    ),
    Step(
        1,
        1,
        (
            _CHATS,
            _CHAT_MESSAGES,
            _CHAT_UNREAD,
            _CHAT_SEARCH,
            _CHAT_REQUESTS,
            _CHAT_ASKS,
            _OUTBOX,
            _CHAT_FILES,
        ),
    ),
    Step(1, 2, (_PAPERS, _ERRANDS)),
    Step(
        1,
        3,
        (
            _PAYER_HANDLES,
            _ACTIVITY_MARKS,
            _ACTIVITY_RULES,
            _ACTIVITY_GROUPED,
            _ACTIVITY_BEHIND,
            _ACTIVITY_SUMS,
            _ACTIVITY_PARTY,
        ),
    ),
)
"""All steps, in order."""


def missing_steps(version: int, steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """The steps a file of ``version`` still needs.

    Raises:
        NewerVaultError: the file's major is newer than the last step's.
    """
    if version // _MINORS > steps[-1].major:
        raise NewerVaultError
    return tuple(step for step in steps if step.number > version)


def take_steps(connection: Any, steps: tuple[Step, ...]) -> None:
    """Take the steps in one transaction; nothing is kept when one fails."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        for step in steps:
            for statement in step.statements:
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {step.number}")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")
