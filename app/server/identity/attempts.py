"""How often a contact's passphrase was tried, kept in the database so that every node counts."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.protocol.errors import KBeanError
from app.server.db.engine import insert_of, writing
from app.server.http.front import now_ms
from app.server.identity.rules import Attempts, count_try, locked, refused_until
from app.server.identity.tables import sign_in_attempts as table

_FORGET_MS = 2 * 86_400_000


class AttemptBook:
    """Counts each try before it is judged: many at the same time can't slip past the lock."""

    def __init__(
        self, engine: AsyncEngine, secret: bytes, lock_after: int, lock_seconds: int
    ) -> None:
        """Lock after ``lock_after`` wrong tries, first for ``lock_seconds``."""
        self._engine = engine
        self._secret = secret
        self._lock_after = lock_after
        self._lock_seconds = lock_seconds
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def turn(self, contact: str) -> AsyncIterator[None]:
        """Wait until no other try of the contact is judged on this node.

        A try counts until it has succeeded, so many right ones at once would lock each other out.
        """
        turn = self._turns.get(contact)
        if turn is None:
            turn = self._turns[contact] = asyncio.Lock()
        async with turn:
            yield

    async def begin(self, contact: str) -> None:
        """Count a try.

        Raises:
            KBeanError: ``account_locked`` with the seconds to wait.
        """
        now = now_ms()
        refused = 0
        async with writing(self._engine) as connection:
            attempts = await self._row(connection, contact, now)
            refused = refused_until(attempts, now)
            if not refused:
                attempts = count_try(attempts, now)
                if attempts.failures > self._lock_after:
                    # As many tries as are allowed are being judged at this moment.
                    attempts = locked(attempts, now, self._lock_seconds)
                    refused = attempts.locked_until
                await self._write(connection, contact, attempts)
        if refused:
            self._refuse(refused, now)

    async def failed(self, contact: str) -> None:
        """The try was wrong; the last one allowed locks.

        Raises:
            KBeanError: ``account_locked`` when this try locked the contact.
        """
        now = now_ms()
        async with writing(self._engine) as connection:
            attempts = await self._row(connection, contact, now)
            if attempts.failures < self._lock_after:
                return
            attempts = locked(attempts, now, self._lock_seconds)
            await self._write(connection, contact, attempts)
        self._refuse(attempts.locked_until, now)

    async def succeeded(self, contact: str) -> None:
        """The try was right: the count starts again; old strangers' counts are swept."""
        async with writing(self._engine) as connection:
            await connection.execute(
                sa.delete(table).where(
                    sa.or_(
                        table.c.contact_hash == self._hash(contact),
                        table.c.tried_at < now_ms() - _FORGET_MS,
                    )
                )
            )

    async def unlock_within(self, connection: AsyncConnection, contact: str) -> int:
        """Lift a lock in the caller's transaction; until when it would have held, 0 for none."""
        now = now_ms()
        attempts = await self._row(connection, contact, now)
        await connection.execute(
            sa.delete(table).where(table.c.contact_hash == self._hash(contact))
        )
        return refused_until(attempts, now)

    def _refuse(self, until: int, now: int) -> None:
        seconds = max(1, -(-(until - now) // 1000))
        raise KBeanError("account_locked", retry_after=seconds, params={"seconds": seconds})

    def _hash(self, contact: str) -> bytes:
        return hmac.digest(self._secret, contact.encode(), "sha256")

    async def _row(self, connection: AsyncConnection, contact: str, now: int) -> Attempts:
        """The contact's row, made if it is missing and locked until the transaction ends."""
        fresh = insert_of(connection)(table).values(
            contact_hash=self._hash(contact), failures=0, locks=0, locked_until=0, tried_at=now
        )
        # A conflict that changes nothing still locks the row; "do nothing" would leave a moment in
        # which a try that was right sweeps it away.
        kept = fresh.on_conflict_do_update(
            index_elements=[table.c.contact_hash], set_={"failures": table.c.failures}
        )
        columns = (table.c.failures, table.c.locks, table.c.locked_until, table.c.tried_at)
        row = (await connection.execute(kept.returning(*columns))).one()
        return Attempts(*row)

    async def _write(self, connection: AsyncConnection, contact: str, attempts: Attempts) -> None:
        await connection.execute(
            sa.update(table)
            .where(table.c.contact_hash == self._hash(contact))
            .values(**attempts._asdict())
        )
