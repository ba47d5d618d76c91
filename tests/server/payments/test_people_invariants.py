"""The rules about people's money find what they are there to find."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from app.protocol.ids import new_id
from app.protocol.messages.transfers import Split, SplitPart
from app.server.payments import invariants
from app.server.payments.transfers import plan_rules
from tests.server.payments.holds.tilling import capture, hold
from tests.server.payments.transfers.friends import (
    ask,
    look_up,
    mandate,
    plan,
    post,
    transfer,
    word_for,
)
from tests.server.world import World, now, world

BREAKS = {
    "transfer_posted_once": "UPDATE transfers SET amount = amount + 1",
    "journal_has_transfer": "DELETE FROM transfers",
    "transfer_noted": "DELETE FROM movement_notes",
    "request_paid_once": "UPDATE money_requests SET amount = amount + 1 WHERE state = 'paid'",
    "split_adds_up": "UPDATE splits SET total = 1",
    "plan_run_once": "UPDATE plans SET done = done + 1",
    "authorisation_held_back": "UPDATE holds SET remaining = remaining - 1 WHERE state = 'open'",
    "authorisation_captured_once": (
        "UPDATE authorisations SET captured = captured - 1 WHERE state = 'captured'"
    ),
    "order_of_authorisation": "UPDATE orders SET status = 'open' WHERE status = 'held'",
    "order_paid_once": "UPDATE payments SET amount = amount + 10000",
}


async def a_bit_of_everything(shop: World) -> None:
    payer, payee, till = await shop.person(10_000), await shop.person(), await shop.till()
    link = await ask(payee, 300)
    found = await look_up(payer, link.link, "code")
    await transfer(payer, found.payee_ref, 300, request_id=link.request_id)
    parts = [SplitPart(1), SplitPart(9, await word_for(payee, payer))]
    answer = await post(payee, "/v1/money-requests/split", Split(10, "CNY", parts), new_id())
    assert answer.status_code == 201, answer.text
    runs = shop.service.transfers.plan_runs
    zone = runs._zone
    today = plan_rules.today_at(now(), zone).isoformat()
    await plan(payer, mandate(payer, found.payee_ref, 5, first_on=today))
    runs.clock = lambda: now() + 86_400_000
    await runs.run()
    for _ in range(2):
        order = await till.order(800, hold=True)
        await hold(payer, order)
    await capture(till, order, 500, "C-1")


async def broken(shop: World, statement: str) -> set[str]:
    """Which rules are broken after a change that is taken back at once."""
    async with shop.service.engine.connect() as connection:
        await connection.begin()
        if statement:
            changed = await connection.execute(sa.text(statement))
            assert changed.rowcount
        found = await invariants.check_on(connection)
        await connection.rollback()
    return {rule.name for rule in found if not rule.holds}


async def test_every_break_is_found(sqlite: str, tmp_path: Path):
    async with world(tmp_path, sqlite) as shop:
        await a_bit_of_everything(shop)
        assert await broken(shop, "") == set()
        for name, statement in BREAKS.items():
            assert name in await broken(shop, statement), name
