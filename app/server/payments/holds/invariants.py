"""Where pre-authorisations and the ledger could disagree: queries that find nothing if well."""

from __future__ import annotations

RULES = (
    (
        "authorisation_held_back",
        "5: what is authorised is held back as a whole, and what has ended holds nothing back",
        (
            "SELECT a.id, a.state FROM authorisations a LEFT JOIN holds h ON h.id = a.id "
            "AND h.amount = a.amount WHERE h.id IS NULL "
            "OR (a.state = 'held') <> (h.state = 'open') "
            "OR h.remaining <> CASE WHEN a.state = 'held' THEN a.amount ELSE 0 END "
            "UNION ALL SELECT h.id, h.state FROM holds h LEFT JOIN authorisations a "
            "ON a.id = h.id WHERE h.kind = 'authorisation' AND a.id IS NULL"
        ),
        "pre-authorisation {0} is {1}, the ledger's hold says otherwise",
    ),
    (
        "authorisation_captured_once",
        "a captured pre-authorisation is one payment of at most what was held, others are none",
        (
            "SELECT a.id, a.state FROM authorisations a LEFT JOIN payments p "
            "ON p.id = a.payment_id AND p.order_id = a.order_id AND p.amount = a.captured "
            "WHERE (a.state = 'captured') <> (p.id IS NOT NULL) OR a.captured > a.amount "
            "OR (a.state <> 'captured' AND a.captured <> 0)"
        ),
        "pre-authorisation {0} is {1}, the payments say otherwise",
    ),
    (
        "order_of_authorisation",
        "an order is held exactly while its pre-authorisation is",
        (
            "SELECT o.id, o.status FROM orders o LEFT JOIN authorisations a ON a.order_id = o.id "
            "WHERE (o.status = 'held') <> (COALESCE(a.state, 'none') = 'held') "
            "OR (o.kind = 'hold' AND o.status = 'paid' AND COALESCE(a.state, 'none') <> 'captured')"
        ),
        "order {0} is {1}, its pre-authorisation says otherwise",
    ),
)
"""(name, the rule in words, query of what breaks it, words for a finding)"""
