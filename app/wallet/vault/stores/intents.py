"""Intents: written before they are sent, so that no payment is ever lost or doubled.

``unsent`` → ``sent`` → (``unknown`` →) ``settled`` or ``refused``. The key is the idempotency
key, unique for ever. A final state never changes, whatever arrives late (design/3 §Idempotency,
design/6: pending is recorded before any outside call, silence is "unknown").
"""

from __future__ import annotations

from typing import Literal

import msgspec

from app.wallet.vault.database import Database, Row

IntentState = Literal["unsent", "sent", "unknown", "settled", "refused"]
_SELECT = "SELECT key, kind, body, signature, created_at, state, last_checked, outcome FROM intents"
_INSERT = (
    "INSERT INTO intents (key, kind, body, signature, created_at, state, last_checked, outcome)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)


class Intent(msgspec.Struct, frozen=True):
    """Something that was signed and is to happen at most once.

    Attributes:
        key: The idempotency key, UUIDv7.
        kind: What it is: ``payment`` …
        body: The request's JSON, byte for byte as it is (or was) sent.
        signature: The device's signature over the intent's canonical bytes.
        created_at: Unix milliseconds.
        state: How far it got.
        last_checked: When the service was last asked about it, Unix milliseconds.
        outcome: JSON of what the service answered: the payment, or the problem document.
    """

    key: str
    kind: str
    body: bytes
    signature: str
    created_at: int
    state: IntentState = "unsent"
    last_checked: int | None = None
    outcome: bytes | None = None

    @property
    def finished(self) -> bool:
        """Whether the truth about it is known."""
        return self.state in {"settled", "refused"}


class Intents:
    """The journal of intents."""

    def __init__(self, database: Database) -> None:
        """Work on this database."""
        self._database = database

    def write(self, intent: Intent) -> None:
        """Put a new intent on the disk; when this returns it survives a power cut.

        Raises:
            sqlcipher3.dbapi2.IntegrityError: the key was used before.
        """
        self._database.write(_INSERT, msgspec.structs.astuple(intent))

    def mark_sent(self, key: str) -> bool:
        """Say that bytes may be on their way. False where that was said or settled before."""
        changed = self._database.write(
            "UPDATE intents SET state = 'sent' WHERE key = ? AND state = 'unsent'", (key,)
        )
        return changed > 0

    def mark_unknown(self, key: str, *, checked_at: int) -> bool:
        """Say that no answer came (Unix milliseconds of the try). False where it is settled."""
        changed = self._database.write(
            "UPDATE intents SET state = 'unknown', last_checked = ?"
            " WHERE key = ? AND state IN ('unsent', 'sent', 'unknown')",
            (checked_at, key),
        )
        return changed > 0

    def finish(
        self, key: str, state: Literal["settled", "refused"], outcome: bytes, *, checked_at: int
    ) -> bool:
        """Write down the truth.

        Args:
            key: The intent.
            state: ``settled`` (the money moved) or ``refused`` (it did not and will not).
            outcome: JSON of the service's answer.
            checked_at: Unix milliseconds.

        Returns:
            False where it was finished before; then nothing changes.
        """
        changed = self._database.write(
            "UPDATE intents SET state = ?, outcome = ?, last_checked = ?"
            " WHERE key = ? AND state IN ('unsent', 'sent', 'unknown')",
            (state, outcome, checked_at, key),
        )
        return changed > 0

    def get(self, key: str) -> Intent | None:
        """One intent, or None."""
        row = self._database.row(_SELECT + " WHERE key = ?", (key,))
        return None if row is None else _intent(row)

    def unfinished(self, kind: str | None = None) -> list[Intent]:
        """All intents (of a kind) whose end is not known, oldest first: what a start asks about."""
        rows = self._database.rows(
            _SELECT + " WHERE state IN ('unsent', 'sent', 'unknown') AND kind = coalesce(?, kind)"
            " ORDER BY created_at, key",
            (kind,),
        )
        return [_intent(row) for row in rows]

    def recent(self, limit: int = 50, kind: str | None = None) -> list[Intent]:
        """The last intents (of a kind), newest first (keys are UUIDv7 and sort by time)."""
        rows = self._database.rows(
            _SELECT + " WHERE kind = coalesce(?, kind) ORDER BY key DESC LIMIT ?", (kind, limit)
        )
        return [_intent(row) for row in rows]


def _intent(row: Row) -> Intent:
    return Intent(*row)
