"""``kill -9`` of a node while it pays what plans ordered: every day of every plan exactly once."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from app.protocol.ids import new_id
from app.protocol.messages.transfers import PlanIntent, PlanRequest
from app.server.db.engine import create_engine
from app.server.http.tokens import Principal
from app.server.ledger import invariants as ledger
from app.server.ledger.tables import accounts
from app.server.main import Service
from app.server.payments import invariants
from app.server.payments.transfers import plan_rules
from app.server.payments.transfers.tables import plan_runs, plans, transfers
from tests.faults import town as towns
from tests.faults.nursery import Forked
from tests.faults.town import PASSPHRASE, Payer

PAYERS = 6
DAYS = 40
AMOUNT = 7
FUNDS = 10_000


async def order(service: Service, payer: Payer, payee: Payer, days: int) -> None:
    """A daily plan that began so many days ago: the service was away ever since."""
    book, room = service.transfers.plans, service.transfers
    long_ago = int(time.time() * 1000) - days * 86_400_000
    book.clock = lambda: long_ago
    first = plan_rules.today_at(long_ago, ZoneInfo("Asia/Shanghai")) + timedelta(days=1)
    now = int(time.time() * 1000)
    intent = PlanIntent(
        key=new_id(),
        payer=payer.id,
        device=payer.session.device_id,
        payee_ref=room.people.refs.seal(payer.id, payee.id, now + 600_000),
        amount=AMOUNT,
        currency="CNY",
        first_on=first.isoformat(),
        unit="day",
        every=1,
        times=days - 1,
        time=now,
    )
    principal = service.tokens.open(payer.token, now)
    assert isinstance(principal, Principal)
    request = PlanRequest(intent, payer.key.sign(intent.signed_bytes()), PASSPHRASE)
    answer = await book.make(principal, intent.key, request)
    assert answer.status == 201, answer.body


async def count(engine: AsyncEngine, table: sa.Table) -> int:
    async with engine.connect() as connection:
        return await connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0


async def settle_some(engine: AsyncEngine, at_least: int) -> None:
    async with asyncio.timeout(120):
        while await count(engine, transfers) < at_least:
            await asyncio.sleep(0.01)


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_a_node_dies_while_plans_are_paid(postgresql: str, tmp_path: Path) -> None:
    """Two nodes pay at the same time, one dies in the middle, the other one goes on."""
    town = await towns.found(tmp_path / "service", postgresql, [FUNDS] * PAYERS + [0], shops=0)
    *payers, payee = town.payers
    async with town.inside() as service:
        service.transfers.plan_runs.clock = lambda: 0
        for payer in payers:
            await order(service, payer, payee, DAYS)
    engine = create_engine(town.config.database)
    nodes = [Forked(town.config), Forked(town.config)]
    try:
        await settle_some(engine, PAYERS * DAYS // 4)
        nodes[0].kill()
        await settle_some(engine, PAYERS * (DAYS - 1))
        async with asyncio.timeout(120):
            while await ended(engine) < PAYERS:
                await asyncio.sleep(0.02)
        await whole(engine, payers, payee)
    finally:
        for node in nodes:
            node.kill()
        await engine.dispose()


async def ended(engine: AsyncEngine) -> int:
    async with engine.connect() as connection:
        query = sa.select(sa.func.count()).where(plans.c.state == "ended")
        return await connection.scalar(query) or 0


async def whole(engine: AsyncEngine, payers: list[Payer], payee: Payer) -> None:
    """Every day once, nothing twice, and the books say so."""
    async with engine.connect() as connection:
        runs = await connection.execute(
            sa.select(plan_runs.c.plan_id, plan_runs.c.state, sa.func.count()).group_by(
                plan_runs.c.plan_id, plan_runs.c.state
            )
        )
        assert sorted(row[1:] for row in runs) == [("paid", DAYS - 1)] * PAYERS
        rows = await connection.execute(
            sa.select(accounts.c.owner, accounts.c.posted).where(accounts.c.kind == "person")
        )
        balances = {row.owner: row.posted for row in rows}
    assert {balances[payer.id] for payer in payers} == {FUNDS - AMOUNT * (DAYS - 1)}
    assert balances[payee.id] == PAYERS * AMOUNT * (DAYS - 1)
    checked = [*await ledger.check(engine), *await invariants.check(engine)]
    assert [rule for rule in checked if not rule.holds] == []
