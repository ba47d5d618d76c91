"""Holds bills and claims against the ledger: nothing of a merchant's is unexplained or misnamed."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncEngine

from app.server.db.engine import snapshot
from app.server.ledger.invariants import Invariant, found

_ON_THE_BILL = (
    "SELECT e.journal_id, SUM(-e.amount) AS moved, a.owner, p.amount AS paid, r.amount AS returned "
    "FROM entries e JOIN accounts a ON a.id = e.account_id AND a.kind = 'merchant' "
    "LEFT JOIN payments p ON p.journal_id = e.journal_id AND p.merchant_id = a.owner "
    "LEFT JOIN refunds r ON r.journal_id = e.journal_id AND r.merchant_id = a.owner "
    "GROUP BY e.journal_id, a.owner, p.amount, r.amount"
)

_RULES = (
    (
        "bill_line_amount",
        "a payment or refund changes its merchant's account by exactly its amount",
        (
            f"SELECT journal_id, moved FROM ({_ON_THE_BILL}) AS b "  # noqa: S608
            "WHERE (paid IS NOT NULL OR returned IS NOT NULL) "
            "AND moved <> COALESCE(paid, 0) - COALESCE(returned, 0)"
        ),
        "journal {0} moved {1}, its payment or refund says otherwise",
    ),
    (
        "bill_line_named",
        "what a merchant's account lost to a refund or got from a payment has its row",
        (
            f"SELECT b.journal_id, j.kind FROM ({_ON_THE_BILL}) AS b "  # noqa: S608
            "JOIN journals j ON j.id = b.journal_id "
            "WHERE (j.kind = 'payment' AND paid IS NULL) "
            "OR (j.kind = 'refund' AND returned IS NULL)"
        ),
        "journal {0} is a {1} that no bill could name",
    ),
    (
        "bill_closes",
        "a merchant's balance is the sum of all its bills",
        (
            "SELECT a.id, a.posted FROM accounts a LEFT JOIN entries e ON e.account_id = a.id "
            "WHERE a.kind = 'merchant' GROUP BY a.id, a.posted "
            "HAVING a.posted <> COALESCE(SUM(-e.amount), 0)"
        ),
        "account {0} has {1}, its bills add up to something else",
    ),
    (
        "received_claim",
        "a claim names a payment of a printed code of its store",
        (
            "SELECT c.payment_id, c.out_trade_no FROM received_claims c "
            "LEFT JOIN payments p ON p.id = c.payment_id AND p.merchant_id = c.merchant_id "
            "AND p.store_id = c.store_id AND p.order_id IS NULL WHERE p.id IS NULL"
        ),
        "sale {1} claims {0}, which no printed code of its store brought in",
    ),
)


async def check(engine: AsyncEngine) -> list[Invariant]:
    """Reconcile every bill there could be with the ledger, at one moment."""
    async with snapshot(engine) as connection:
        return [
            Invariant(name, rule, await found(connection, query, words))
            for name, rule, query, words in _RULES
        ]
