"""Looks at a whole database and says where payments and the ledger disagree."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncEngine

from app.server.db.engine import snapshot
from app.server.ledger.invariants import Invariant, found

_RULES = (
    (
        "payment_posted_once",
        "every payment is one posting of its amount, from its payer to its merchant",
        (
            "SELECT p.id, p.journal_id FROM payments p WHERE NOT EXISTS ("
            "SELECT 1 FROM entries d JOIN accounts a ON a.id = d.account_id "
            "JOIN entries c ON c.journal_id = d.journal_id JOIN accounts b ON b.id = c.account_id "
            "WHERE d.journal_id = p.journal_id AND a.owner = p.payer_id AND a.kind = 'person' "
            "AND d.amount = p.amount AND b.owner = p.merchant_id AND b.kind = 'merchant' "
            "AND c.amount = -p.amount AND a.currency = p.currency)"
        ),
        "payment {0} and journal {1} disagree",
    ),
    (
        "journal_has_payment",
        "every posting of the kind payment belongs to a payment",
        (
            "SELECT j.id FROM journals j LEFT JOIN payments p ON p.journal_id = j.id "
            "WHERE j.kind = 'payment' AND p.id IS NULL"
        ),
        "journal {0} has no payment",
    ),
    (
        "order_paid_once",
        "a paid order has exactly one payment of its amount, an unpaid one has none",
        (
            "SELECT o.id, COUNT(p.id) FROM orders o LEFT JOIN payments p ON p.order_id = o.id "
            "AND p.amount = o.amount AND p.id = o.payment_id GROUP BY o.id, o.status "
            "HAVING COUNT(p.id) <> CASE WHEN o.status = 'paid' THEN 1 ELSE 0 END "
            "UNION ALL SELECT p.order_id, COUNT(*) FROM payments p WHERE p.order_id IS NOT NULL "
            "GROUP BY p.order_id HAVING COUNT(*) > 1"
        ),
        "order {0} has {1} payments",
    ),
    (
        "points_earned_with_payment",
        "the K-Beans of a payment are its lot",
        (
            "SELECT p.id, p.points FROM payments p LEFT JOIN point_lots l ON l.payment_id = p.id "
            "GROUP BY p.id, p.points HAVING COALESCE(SUM(l.earned), 0) <> p.points"
        ),
        "payment {0} says {1} K-Beans, its lots say otherwise",
    ),
)


async def check(engine: AsyncEngine) -> list[Invariant]:
    """Hold all payments and orders against the ledger, at one moment."""
    async with snapshot(engine) as connection:
        return [
            Invariant(name, rule, await found(connection, query, words))
            for name, rule, query, words in _RULES
        ]
