"""Looks at a whole database and says where payments and the ledger disagree."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.server.db.engine import snapshot
from app.server.ledger.invariants import Invariant, found
from app.server.payments.charges import invariants as charges
from app.server.payments.holds import invariants as holds
from app.server.payments.refunds import invariants as refunds
from app.server.payments.transfers import invariants as transfers

_RULES = (
    (
        "payment_posted_once",
        "every payment is one posting: its amount to its merchant, from its payer and the budget",
        (
            "SELECT p.id, p.journal_id FROM payments p LEFT JOIN (SELECT e.journal_id, "
            "SUM(CASE WHEN a.kind = 'person' THEN e.amount ELSE 0 END) AS paid, "
            "SUM(CASE WHEN a.kind = 'merchant' THEN -e.amount ELSE 0 END) AS got, "
            "SUM(CASE WHEN a.kind = 'promotions' THEN e.amount ELSE 0 END) AS given, "
            "MIN(CASE WHEN a.kind = 'person' THEN CAST(a.owner AS VARCHAR(36)) END) AS payer, "
            "MIN(CASE WHEN a.kind = 'merchant' THEN CAST(a.owner AS VARCHAR(36)) END) AS payee, "
            "MIN(a.currency) AS currency, MAX(a.currency) AS other "
            "FROM entries e JOIN accounts a ON a.id = e.account_id WHERE a.currency <> 'KBN' "
            "GROUP BY e.journal_id) j ON j.journal_id = p.journal_id "
            "AND j.payer = CAST(p.payer_id AS VARCHAR(36)) "
            "AND j.payee = CAST(p.merchant_id AS VARCHAR(36)) "
            "AND j.currency = p.currency AND j.other = p.currency "
            "WHERE j.journal_id IS NULL OR j.got <> p.amount OR j.given <> p.discount "
            "OR j.paid <> p.amount - p.discount"
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
        "a paid order has one payment of its amount (a hold's at most), an unpaid one has none",
        (
            "SELECT o.id, COUNT(p.id) FROM orders o LEFT JOIN payments p ON p.order_id = o.id "
            "AND (p.amount = o.amount OR (o.kind = 'hold' AND p.amount < o.amount)) "
            "AND p.id = o.payment_id GROUP BY o.id, o.status "
            "HAVING COUNT(p.id) <> CASE WHEN o.status = 'paid' THEN 1 ELSE 0 END "
            "UNION ALL SELECT p.order_id, COUNT(*) FROM payments p WHERE p.order_id IS NOT NULL "
            "GROUP BY p.order_id HAVING COUNT(*) > 1"
        ),
        "order {0} has {1} payments",
    ),
    (
        "order_has_its_till",
        "every order was made by a till of its merchant, where that till stands",
        (
            "SELECT o.id, o.terminal_id FROM orders o LEFT JOIN terminals t "
            "ON t.id = o.terminal_id AND t.store_id = o.store_id "
            "AND t.merchant_id = o.merchant_id WHERE t.id IS NULL"
        ),
        "order {0} is of till {1}, which doesn't stand there",
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
    (
        "points_spent_with_payment",
        "the K-Beans that a payment spent came out of lots",
        (
            "SELECT p.id, p.points_spent FROM payments p LEFT JOIN point_uses u "
            "ON u.source_id = p.id GROUP BY p.id, p.points_spent "
            "HAVING COALESCE(SUM(u.spent), 0) <> p.points_spent"
        ),
        "payment {0} says {1} spent K-Beans, the lots say otherwise",
    ),
    (
        "coupon_used_once",
        "a coupon settles a part of one payment, unless it came back",
        (
            "SELECT p.coupon_id, COUNT(*) FROM payments p JOIN coupons c ON c.id = p.coupon_id "
            "LEFT JOIN refund_totals t ON t.payment_id = p.id WHERE COALESCE(t.amount, 0) "
            "< p.amount GROUP BY p.coupon_id HAVING COUNT(*) > 1 OR MIN(CAST(c.payment_id "
            "AS VARCHAR(36))) IS NULL"
        ),
        "coupon {0} settles {1} payments",
    ),
    *refunds.RULES,
    *charges.RULES,
    *transfers.RULES,
    *holds.RULES,
)


async def check(engine: AsyncEngine) -> list[Invariant]:
    """Hold all payments and orders against the ledger, at one moment."""
    async with snapshot(engine) as connection:
        return await check_on(connection)


async def check_on(connection: AsyncConnection) -> list[Invariant]:
    """The same within a transaction, as it sees the database."""
    return [
        Invariant(name, rule, await found(connection, query, words))
        for name, rule, query, words in _RULES
    ]
