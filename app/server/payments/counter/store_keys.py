"""Each store's key for confirmation codes, and the code of a payment (design/3 §At the counter)."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Sequence

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from app.protocol.codes import confirmation_code
from app.server.db.engine import insert_of, reading, writing
from app.server.db.sealing import Sealer
from app.server.db.together import Together
from app.server.http.front import now_ms
from app.server.payments.counter.tables import store_keys

_REMEMBERED = 60.0
"""Seconds: so long a node may still use the key that another one has renewed."""
_MOST = 10_000

Confirm = Callable[[int], str]
"""When the payment was posted → its confirmation code."""


class StoreKeys:
    """Keys of stores: made when first asked for, sealed at rest, remembered for a minute."""

    def __init__(
        self, engine: AsyncEngine, sealer: Sealer, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """``clock`` counts seconds."""
        self._engine = engine
        self._sealer = sealer
        self._clock = clock
        self._known: dict[str, tuple[bytes, float]] = {}
        self._rows: Together[str, bytes] = Together(self._load)

    async def key(self, store_id: str) -> bytes:
        """The store's 32 secret bytes."""
        known = self._known.get(store_id)
        if known is not None and self._clock() < known[1]:
            return known[0]
        key = await self._rows.get(store_id)
        if key is None:
            await self._make(store_id)
            key = await self._rows.get(store_id)
            assert key is not None  # rows are renewed, never deleted
        if len(self._known) >= _MOST:
            self._known.clear()
        self._known[store_id] = (key, self._clock() + _REMEMBERED)
        return key

    async def renew(self, store_id: str) -> None:
        """Give the store another key, because a till of it is no longer to be trusted."""
        sealed = self._fresh(store_id)
        async with writing(self._engine) as connection:
            made = insert_of(connection)(store_keys).values(
                store_id=store_id, key=sealed, created_at=now_ms()
            )
            await connection.execute(
                made.on_conflict_do_update(
                    index_elements=["store_id"],
                    set_={"key": made.excluded.key, "created_at": made.excluded.created_at},
                )
            )
        self._known.pop(store_id, None)

    async def confirm(self, store_id: str, amount: int, currency: str, payment_id: str) -> Confirm:
        """What makes a payment's confirmation code as soon as it is known when it was posted."""
        key = await self.key(store_id)

        def code(posted_at: int) -> str:
            return confirmation_code.code(key, amount, currency, posted_at, payment_id)

        return code

    async def _make(self, store_id: str) -> None:
        sealed = self._fresh(store_id)
        async with writing(self._engine) as connection:
            # Another node may be quicker; its key is as good.
            await connection.execute(
                insert_of(connection)(store_keys)
                .values(store_id=store_id, key=sealed, created_at=now_ms())
                .on_conflict_do_nothing()
            )

    async def _load(self, stores: Sequence[str]) -> dict[str, bytes]:
        async with reading(self._engine) as connection:
            rows = await connection.execute(
                sa.select(store_keys).where(store_keys.c.store_id.in_(stores))
            )
            return {
                row.store_id: self._sealer.open(row.key, _context(row.store_id)) for row in rows
            }

    def _fresh(self, store_id: str) -> bytes:
        key = secrets.token_bytes(confirmation_code.KEY_BYTES)
        return self._sealer.seal(key, _context(store_id))


def _context(store_id: str) -> str:
    return f"store.confirmation:{store_id}"
