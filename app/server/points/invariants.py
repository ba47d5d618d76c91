"""Whether the lots of K-Beans say the same as the ledger (design/3, invariant 9)."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncEngine

from app.server.db.engine import snapshot
from app.server.ledger.invariants import Invariant, found

_LOTS = (
    "SELECT a.id, a.posted, COALESCE(l.remaining, 0) FROM accounts a LEFT JOIN "
    "(SELECT account_id, SUM(remaining) AS remaining FROM point_lots GROUP BY account_id) l "
    "ON l.account_id = a.id WHERE a.kind = 'points' AND a.posted <> COALESCE(l.remaining, 0)"
)
_SOURCES = (
    "SELECT l.id, l.journal_id FROM point_lots l WHERE l.earned <> COALESCE((SELECT "
    "SUM(-e.amount) FROM entries e WHERE e.journal_id = l.journal_id "
    "AND e.account_id = l.account_id AND e.amount < 0), 0)"
)
_STORIES = (
    "SELECT l.id, l.earned FROM point_lots l LEFT JOIN (SELECT lot_id, SUM(reserved) AS reserved, "
    "SUM(spent - returned) AS gone FROM point_uses GROUP BY lot_id) u ON u.lot_id = l.id "
    "WHERE l.earned <> l.remaining + l.expired + l.taken + COALESCE(u.gone, 0) "
    "OR l.reserved <> COALESCE(u.reserved, 0)"
)
_PROMISES = (
    "SELECT a.id, a.pending, COALESCE(l.reserved, 0) FROM accounts a LEFT JOIN "
    "(SELECT account_id, SUM(reserved) AS reserved FROM point_lots GROUP BY account_id) l "
    "ON l.account_id = a.id WHERE a.kind = 'points' AND a.pending <> COALESCE(l.reserved, 0)"
)
_REDEMPTIONS = (
    "SELECT r.id, r.state, r.beans FROM redemptions r LEFT JOIN (SELECT source_id, "
    "SUM(reserved) AS reserved, SUM(spent - returned) AS spent FROM point_uses "
    "GROUP BY source_id) u ON u.source_id = r.id "
    "WHERE COALESCE(u.reserved, 0) <> CASE r.state WHEN 'reserved' THEN r.beans ELSE 0 END "
    "OR COALESCE(u.spent, 0) <> CASE r.state WHEN 'committed' THEN r.beans ELSE 0 END"
)
_COUPONS = (
    "SELECT c.id FROM coupons c LEFT JOIN redemptions r ON r.coupon_id = c.id "
    "WHERE r.id IS NULL OR r.state <> 'committed' OR r.user_id <> c.user_id "
    "UNION ALL SELECT r.id FROM redemptions r LEFT JOIN coupons c ON c.id = r.coupon_id "
    "WHERE r.coupon_id IS NOT NULL AND c.id IS NULL"
)
_TAKERS = (
    "SELECT t.item_id, t.user_id, t.taken FROM point_takers t LEFT JOIN (SELECT item_id, user_id, "
    "COUNT(*) AS taken FROM redemptions WHERE state <> 'released' GROUP BY item_id, user_id) r "
    "ON r.item_id = t.item_id AND r.user_id = t.user_id WHERE t.taken <> COALESCE(r.taken, 0)"
)
_MORE = (
    (
        "lot_stories",
        "9: a lot's K-Beans are left, spent, expired or taken back, and nothing else",
        _STORIES,
        "lot {0}: earned {1}, its story adds up to something else",
    ),
    (
        "lots_reserved",
        "5: what is pending is what lots have promised",
        _PROMISES,
        "account {0}: {1} pending, lots promise {2}",
    ),
    (
        "redemptions",
        "a redemption holds or spent what it costs",
        _REDEMPTIONS,
        "redemption {0} ({1}): its {2} K-Beans are elsewhere",
    ),
    (
        "coupons",
        "every coupon was redeemed, once",
        _COUPONS,
        "coupon or redemption {0}: has no other half",
    ),
    (
        "item_takers",
        "how often an item was taken is counted",
        _TAKERS,
        "item {0}, person {1}: counted {2}",
    ),
)


async def check(engine: AsyncEngine) -> list[Invariant]:
    """Hold the lots against the ledger, all at the same moment."""
    async with snapshot(engine) as connection:
        return [
            Invariant(
                "lots",
                "9: open lots add up to the balance of K-Beans",
                await found(connection, _LOTS, "account {0}: balance {1}, lots {2}"),
            ),
            Invariant(
                "lot_sources",
                "9: a lot holds what its posting credited",
                await found(connection, _SOURCES, "lot {0}: not what journal {1} credited"),
            ),
            *[
                Invariant(name, rule, await found(connection, query, words))
                for name, rule, query, words in _MORE
            ],
        ]
