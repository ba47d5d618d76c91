"""Handles: issued ahead to a wallet's device, looked up when a code is presented, gone in time."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.protocol.codes import payment_code
from app.protocol.errors import KBeanError
from app.protocol.messages.charges import CodesRequest, PayerCodes, PayerHandle
from app.protocol.signing import encode_bytes
from app.server.config import Config
from app.server.db.engine import insert_of, reading, writing
from app.server.db.sealing import Sealer
from app.server.db.together import Together
from app.server.http.front import now_ms
from app.server.http.tokens import Principal
from app.server.identity.tables import users
from app.server.payments.charges import rules
from app.server.payments.charges.rows import HandleRow
from app.server.payments.charges.tables import code_cutoffs, payer_handles
from app.server.payments.tables import user_limits

DAYS = 3
"""For how many of a handle's lives handles are issued ahead: what a wallet can do offline."""

SCANNED, REVEALED = 3, 1
"""Handles for each of these lives: for scanning, and for digits that are read out."""

EARLY_MS = 120_000
"""A handle counts a little before it was issued: a payer's clock may be behind."""

GENERATIONS = 2
"""How many of a device's issues live: the answer with the newest may have been lost."""

KEPT_MS = 86_400_000
"""How long a handle that ran out is still known, so that its codes are "too old", not "unknown"."""

REMEMBERED = 50_000
"""Handles that a process remembers."""

Known = tuple[rules.HandleFact, HandleRow]


class HandleBook:
    """Issues handles and finds them again."""

    def __init__(self, engine: AsyncEngine, sealer: Sealer, config: Config) -> None:
        """Keep keys sealed by ``sealer``."""
        self._engine = engine
        self._sealer = sealer
        self._config = config
        self._rows: Together[int, Known] = Together(self._load)
        self._kept: OrderedDict[int, Known] = OrderedDict()

    # --- issuing

    async def issue(self, person: Principal, request: CodesRequest) -> PayerCodes:
        """Fresh handles for a device; those before the last issue, and named ones, die.

        Raises:
            KBeanError: ``account_frozen``.
        """
        now = now_ms()
        async with writing(self._engine) as connection:
            state = await connection.scalar(
                sa.select(users.c.state).where(users.c.id == person.id).with_for_update(read=True)
            )
            if state != "active":
                raise KBeanError("account_frozen")
            await self._retire(connection, person, request.burn, now)
            handles = await self._add(connection, person, now)
            each, day = await self._small(connection, person.id)
        return PayerCodes(handles, self._config.currency, each, day, now)

    async def _retire(
        self, connection: AsyncConnection, person: Principal, burn: Sequence[int], now: int
    ) -> None:
        mine = payer_handles.c.device_id == person.device
        living = mine & payer_handles.c.revoked_at.is_(None)
        issues = (
            sa.select(payer_handles.c.issued_at)
            .where(living)
            .distinct()
            .order_by(payer_handles.c.issued_at.desc())
            .limit(GENERATIONS - 1)
        )
        kept = list((await connection.execute(issues)).scalars())
        old = payer_handles.c.issued_at < min(kept, default=0)
        which = sa.select(payer_handles.c.handle).where(
            living, sa.or_(old, payer_handles.c.handle.in_(burn))
        )
        # Locked in order, as the ledger's writer locks them.
        locked = which.order_by(payer_handles.c.handle).with_for_update()
        dying = list((await connection.execute(locked)).scalars())
        await connection.execute(
            sa.update(payer_handles).where(payer_handles.c.handle.in_(dying)).values(revoked_at=now)
        )

    async def _add(
        self, connection: AsyncConnection, person: Principal, now: int
    ) -> list[PayerHandle]:
        life = self._config.handle_hours * 3_600_000
        insert = insert_of(connection)
        made: list[PayerHandle] = []
        for day in range(DAYS):
            start = now - EARLY_MS + day * life
            for place in range(SCANNED + REVEALED):
                must_confirm = place >= SCANNED
                key = secrets.token_bytes(payment_code.KEY_BYTES)
                handle = await self._one(
                    connection,
                    insert,
                    key,
                    user_id=person.id,
                    device_id=person.device,
                    session_id=person.session,
                    must_confirm=must_confirm,
                    issued_at=now,
                    valid_from=start,
                    valid_until=start + life,
                )
                made.append(
                    PayerHandle(handle, encode_bytes(key), start, start + life, must_confirm)
                )
        return made

    async def _one(
        self, connection: AsyncConnection, insert: Any, key: bytes, **values: Any
    ) -> int:
        """Add a handle under nine digits that are free."""
        while True:
            handle = secrets.randbelow(payment_code.HANDLES)
            added = await connection.execute(
                insert(payer_handles)
                .values(
                    handle=handle,
                    secret=self._sealer.seal(key, _context(handle)),
                    last_counter=0,
                    failures=0,
                    **values,
                )
                .on_conflict_do_nothing()
            )
            if added.rowcount:
                return handle

    async def _small(self, connection: AsyncConnection, user_id: str) -> tuple[int, int]:
        """Up to what a code is charged without a question: each and a day."""
        config = self._config
        own = (
            await connection.execute(
                sa.select(user_limits.c.small_each, user_limits.c.small_day).where(
                    user_limits.c.user_id == user_id, user_limits.c.currency == config.currency
                )
            )
        ).one_or_none()
        if own is None:
            return config.small_each, config.small_day
        return (
            rules.smallest(config.small_each, own.small_each),
            rules.smallest(config.small_day, own.small_day),
        )

    # --- finding

    async def find(self, handle: int, *, fresh: bool = False) -> Known | None:
        """A handle as this process last saw it, or as it is now where that is wanted.

        What a handle is never changes while it is valid; where its counter stands may have moved
        elsewhere, so the posting looks again and says if it must be asked anew.
        """
        held = self._kept.get(handle)
        if held is not None and not fresh and now_ms() < held[0].valid_until:
            return held
        found = await self._rows.get(handle)
        if found is None:
            self._kept.pop(handle, None)
        else:
            self._keep(found)
        return found

    def moved(self, known: Known, counter: int) -> None:
        """A code of the handle was used up to this counter."""
        fact, row = known
        self._keep((fact, row._replace(last_counter=max(row.last_counter, counter))))

    def _keep(self, known: Known) -> None:
        self._kept[known[0].handle] = known
        self._kept.move_to_end(known[0].handle)
        if len(self._kept) > REMEMBERED:
            self._kept.popitem(last=False)

    async def _load(self, handles: Sequence[int]) -> dict[int, Known]:
        async with reading(self._engine) as connection:
            rows = await connection.execute(
                sa.select(payer_handles, users.c.display_name)
                .join(users, users.c.id == payer_handles.c.user_id)
                .where(payer_handles.c.handle.in_(handles))
            )
            return {row.handle: self._known(row) for row in rows}

    def _known(self, row: Any) -> Known:
        fact = rules.HandleFact(
            handle=row.handle,
            user_id=row.user_id,
            device_id=row.device_id,
            session_id=row.session_id,
            name=row.display_name,
            key=self._sealer.open(row.secret, _context(row.handle)),
            must_confirm=row.must_confirm,
            issued_at=row.issued_at,
            valid_from=row.valid_from,
            valid_until=row.valid_until,
        )
        return fact, HandleRow(row.handle, row.last_counter, row.failures, row.revoked_at)

    # --- ending

    async def cut_off(self, connection: AsyncConnection, user_id: str, now: int) -> None:
        """End every handle of a person in the transaction that freezes them."""
        insert = insert_of(connection)(code_cutoffs).values(user_id=user_id, at=now)
        await connection.execute(
            insert.on_conflict_do_update(
                index_elements=["user_id"], set_={"at": insert.excluded.at}
            )
        )

    async def forget(self) -> None:
        """Remove handles that ran out a day ago; a tick."""
        async with writing(self._engine) as connection:
            await connection.execute(
                sa.delete(payer_handles).where(payer_handles.c.valid_until < now_ms() - KEPT_MS)
            )


def _context(handle: int) -> str:
    return f"payer_handle:{handle}"
