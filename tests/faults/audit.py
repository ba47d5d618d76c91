"""Holds what clients were told against every row of the database."""

from __future__ import annotations

import dataclasses
from collections import Counter, defaultdict
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from app.protocol.messages.payments import Payment
from app.protocol.signing import decode_bytes, encode_bytes, verify
from app.server.db.engine import create_engine, snapshot
from app.server.ledger import invariants as ledger
from app.server.ledger.chart import OPERATOR
from app.server.ledger.tables import accounts, entries, idempotency_keys, journals
from app.server.payments import invariants as payments_rules
from app.server.payments.tables import orders, payments
from app.server.points import invariants as points_rules
from app.server.points.tables import point_lots
from tests.faults.town import Town, Wish
from tests.faults.wire import Heard

Truth = Mapping[str, tuple[Wish, Heard]]
"""By key: what was wished, and the final answer to it."""


@dataclasses.dataclass
class Books:
    """Every row that payments touch, read at one moment."""

    payments: dict[str, Any]
    journals: dict[int, Any]
    entries: dict[int, list[Any]]
    lots: dict[str, list[Any]]
    kept: dict[str, Any]
    balances: dict[tuple[str, str], int]
    orders: dict[str, Any]


async def _read(connection: AsyncConnection) -> Books:
    async def rows(what: Any) -> Any:
        return (await connection.execute(sa.select(what))).all()

    lines: dict[int, list[Any]] = defaultdict(list)
    owners = {row.id: row for row in await rows(accounts)}
    for row in await rows(entries):
        account = owners[row.account_id]
        lines[row.journal_id].append((account.owner, account.kind, row.amount))
    lots: dict[str, list[Any]] = defaultdict(list)
    for row in await rows(point_lots):
        lots[row.payment_id].append(row)
    of_payments = (row for row in await rows(idempotency_keys) if row.route == "payments")
    return Books(
        payments={row.idempotency_key: row for row in await rows(payments)},
        journals={row.id: row for row in await rows(journals) if row.kind == "payment"},
        entries=lines,
        lots=lots,
        kept={row.key: row for row in of_payments},
        balances={(row.owner, row.kind): row.posted for row in owners.values()},
        orders={row.id: row for row in await rows(orders)},
    )


async def audit(town: Town, truth: Truth, funded: Mapping[str, int]) -> Books:
    """Everything that was promised is there once and whole, and nothing else is.

    Args:
        town: Who and what was seeded.
        truth: The final answer to every payment that was ever sent.
        funded: Minor units that each person was given.
    """
    engine = create_engine(town.config.database)
    try:
        async with snapshot(engine) as connection:
            books = await _read(connection)
        rules = [
            *await ledger.check(engine),
            *await payments_rules.check(engine),
            *await points_rules.check(engine),
        ]
    finally:
        await engine.dispose()
    broken = [f"{rule.name}: {line}" for rule in rules for line in rule.findings]
    assert not broken, "\n".join(broken)
    posted = {journal.intent for journal in books.journals.values()}
    paid = [wish for wish, heard in truth.values() if heard.status == 201]
    for wish, heard in truth.values():
        if heard.status == 201:
            _whole(books, town, wish, heard)
        else:
            _absent(books, posted, wish, heard)
    assert books.payments.keys() == {wish.key for wish in paid}
    assert len(books.journals) == len(paid)
    _balances(books, town, paid, funded)
    return books


def _whole(books: Books, town: Town, wish: Wish, heard: Heard) -> None:
    """Journal, entries, lot, payment and kept answer are there and say the same."""
    intent, signed = wish.intent, wish.intent.signed_bytes()
    payment = msgspec.json.decode(heard.body, type=Payment)
    receipt = payment.receipt
    public = town.keys.receipt_publics[receipt.key_id]
    assert verify(public, receipt.signed_bytes(), receipt.signature)
    assert receipt.intent_hash == encode_bytes(sha256(signed).digest())
    assert (receipt.payer, receipt.payee, receipt.amount) == (
        intent.payer,
        intent.payee,
        intent.amount,
    )
    row = books.payments[wish.key]
    assert row.document == heard.body
    # What is kept of the answer is that document, or says by its emptiness that it stands there.
    kept = books.kept[wish.key]
    assert (kept.status, kept.answer or row.document) == (201, heard.body)
    assert (row.id, row.journal_id) == (payment.payment_id, receipt.journal_id)
    journal = books.journals[receipt.journal_id]
    assert (journal.intent, journal.signature) == (signed, decode_bytes(wish.request.signature))
    beans = receipt.points_earned
    lines = [(intent.payer, "person", intent.amount), (intent.payee, "merchant", -intent.amount)]
    if beans:
        lines += [(OPERATOR, "points_issued", beans), (intent.payer, "points", -beans)]
    assert Counter(books.entries[journal.id]) == Counter(lines)
    assert [lot.earned for lot in books.lots[row.id]] == ([beans] if beans else [])
    if intent.order_id is not None:
        order = books.orders[intent.order_id]
        assert (order.status, order.payment_id) == ("paid", payment.payment_id)


def _absent(books: Books, posted: set[bytes], wish: Wish, heard: Heard) -> None:
    """Nothing of a refused payment is there but the refusal."""
    assert 400 <= heard.status < 500, heard
    assert heard.problem.money == "not_moved", heard
    assert wish.key not in books.payments
    assert wish.intent.signed_bytes() not in posted
    kept = books.kept[wish.key]
    assert (kept.status, kept.answer) == (heard.status, heard.body)


def _balances(books: Books, town: Town, paid: list[Wish], funded: Mapping[str, int]) -> None:
    for payer in town.payers:
        spent = sum(wish.intent.amount for wish in paid if wish.intent.payer == payer.id)
        assert books.balances[payer.id, "person"] == funded[payer.id] - spent
        beans = [books.payments[wish.key].points for wish in paid if wish.intent.payer == payer.id]
        assert books.balances[payer.id, "points"] == sum(beans)
    for shop in town.shops:
        taken = [wish.intent.amount for wish in paid if wish.intent.payee == shop.merchant_id]
        assert books.balances[shop.merchant_id, "merchant"] == sum(taken)
