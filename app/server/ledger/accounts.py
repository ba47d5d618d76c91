"""Opening accounts and finding their numbers; balances are the writer's alone."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.server.db.engine import reading, writing
from app.server.db.together import Together
from app.server.ledger.chart import (
    KINDS,
    OPERATOR,
    OPERATOR_MONEY,
    OPERATOR_POINTS,
    POINTS,
    SHARDS,
)
from app.server.ledger.tables import account_ids, accounts

AccountKey = tuple[str, str]
"""(kind, currency)"""


async def open_accounts(
    connection: AsyncConnection, owner: str, wanted: Iterable[AccountKey]
) -> None:
    """Open accounts for an owner in the caller's transaction; those that exist are left alone.

    Args:
        connection: A writing transaction (:func:`app.server.db.engine.writing`).
        owner: A user's, merchant's or the operator's id.
        wanted: Pairs of a kind of :data:`~app.server.ledger.chart.KINDS` and a currency.

    Raises:
        KeyError: for a kind that is not in the chart.
    """
    columns = (accounts.c.kind, accounts.c.currency, accounts.c.shard)
    found = await connection.execute(sa.select(*columns).where(accounts.c.owner == owner))
    there = {tuple(row) for row in found}
    now = time.time_ns() // 1_000_000
    rows = [
        {
            "owner": owner,
            "kind": kind,
            "currency": currency,
            "shard": shard,
            "debit_normal": KINDS[kind].debit_normal,
            "floor": KINDS[kind].floor,
            "created_at": now,
        }
        for kind, currency in wanted
        for shard in range(SHARDS if KINDS[kind].sharded else 1)
        if (kind, currency, shard) not in there
    ]
    if not rows:
        return
    numbers = await _numbers(connection, len(rows))
    await connection.execute(
        sa.insert(accounts), [{"id": n, **row} for n, row in zip(numbers, rows, strict=True)]
    )


async def _numbers(connection: AsyncConnection, count: int) -> list[int]:
    if connection.dialect.name == "postgresql":
        series = sa.func.generate_series(1, count).table_valued("n")
        drawn = await connection.execute(sa.select(account_ids.next_value()).select_from(series))
        return list(drawn.scalars())
    last = await connection.scalar(sa.select(sa.func.max(accounts.c.id)))
    first = 1 + (last or 0)
    return list(range(first, first + count))


async def open_operator(engine: AsyncEngine, currencies: Iterable[str]) -> None:
    """Open what the operator needs for each currency and for K-Beans; harmless to repeat."""
    wanted = [(kind, currency) for currency in currencies for kind in OPERATOR_MONEY]
    wanted += [(kind, POINTS) for kind in OPERATOR_POINTS]
    async with writing(engine) as connection:
        if connection.dialect.name == "postgresql":
            # Nodes that start together open them once.
            await connection.execute(sa.select(sa.func.pg_advisory_xact_lock(0x6B6265616F)))
        await open_accounts(connection, OPERATOR, wanted)


class Directory:
    """Who has which account number. Numbers never change, so what was found once is kept."""

    def __init__(self, engine: AsyncEngine, *, shard: int = 0, size: int = 200_000) -> None:
        """Make a directory.

        Args:
            engine: The database.
            shard: Which row of sharded accounts this process posts to; taken modulo SHARDS, so
                a process number will do.
            size: How many owners are remembered.
        """
        self._engine = engine
        self._shard = shard % SHARDS
        self._size = size
        self._known: OrderedDict[str, dict[AccountKey, int]] = OrderedDict()
        self._owners: Together[str, dict[AccountKey, int]] = Together(self._load)

    async def find(self, owner: str, kind: str, currency: str) -> int | None:
        """The number of an owner's account, or None where there is none."""
        held = self._known.get(owner)
        number = None if held is None else held.get((kind, currency))
        if number is None:
            # Not remembered, or opened since.
            found = await self._owners.get(owner)
            number = None if found is None else found.get((kind, currency))
        else:
            self._known.move_to_end(owner)
        return number

    async def _load(self, owners: Sequence[str]) -> dict[str, dict[AccountKey, int]]:
        columns = (accounts.c.owner, accounts.c.id, accounts.c.kind, accounts.c.currency)
        async with reading(self._engine) as connection:
            rows = await connection.execute(
                sa.select(*columns)
                .where(accounts.c.owner.in_(owners), accounts.c.shard.in_((0, self._shard)))
                .order_by(accounts.c.shard)
            )
        held: dict[str, dict[AccountKey, int]] = {}
        for owner, number, kind, currency in rows:
            held.setdefault(owner, {})[kind, currency] = number
        for owner, numbers in held.items():
            self._known[owner] = numbers
            if len(self._known) > self._size:
                self._known.popitem(last=False)
        return held
