"""Where refunds and the ledger could disagree: queries that find nothing in a sound database."""

from __future__ import annotations

RULES = (
    (
        "refunds_within_payment",
        "9: what was refunded of a payment is what its refunds say, and never more than was paid",
        (
            "SELECT p.id, t.amount FROM refund_totals t "
            "LEFT JOIN payments p ON p.id = t.payment_id "
            "LEFT JOIN (SELECT payment_id, SUM(amount) AS amount, SUM(discount) AS discount, "
            "SUM(points_returned) AS returned, SUM(points_taken_back) AS taken FROM refunds "
            "GROUP BY payment_id) r ON r.payment_id = t.payment_id "
            "WHERE p.id IS NULL OR t.amount > p.amount OR t.discount > p.discount "
            "OR t.points_returned > p.points_spent "
            "OR t.points_taken_back + t.points_lapsed > p.points "
            "OR t.amount <> COALESCE(r.amount, 0) OR t.discount <> COALESCE(r.discount, 0) "
            "OR t.points_returned <> COALESCE(r.returned, 0) "
            "OR t.points_taken_back <> COALESCE(r.taken, 0) "
            "UNION ALL SELECT r.payment_id, r.amount FROM refunds r LEFT JOIN refund_totals t "
            "ON t.payment_id = r.payment_id WHERE t.payment_id IS NULL"
        ),
        "payment {0}: {1} refunded, its refunds or the payment say otherwise",
    ),
    (
        "whole_refund_is_whole",
        "a payment that is refunded to the last cent has every part of it back",
        (
            "SELECT p.id, t.amount FROM refund_totals t JOIN payments p ON p.id = t.payment_id "
            "WHERE t.amount = p.amount AND (t.discount <> p.discount "
            "OR t.points_returned <> p.points_spent "
            "OR t.points_taken_back + t.points_lapsed <> p.points)"
        ),
        "payment {0}: {1} refunded, but not all that belongs to it",
    ),
    (
        "refund_posted_once",
        "every refund is one posting: its amount from its merchant, less the discount to its payer",
        (
            "SELECT r.id, r.journal_id FROM refunds r LEFT JOIN (SELECT e.journal_id, "
            "SUM(CASE WHEN a.kind = 'person' THEN -e.amount ELSE 0 END) AS back, "
            "SUM(CASE WHEN a.kind = 'merchant' THEN e.amount ELSE 0 END) AS given, "
            "SUM(CASE WHEN a.kind = 'promotions' THEN -e.amount ELSE 0 END) AS settled, "
            "MIN(CASE WHEN a.kind = 'person' THEN CAST(a.owner AS VARCHAR(36)) END) AS payer, "
            "MIN(CASE WHEN a.kind = 'merchant' THEN CAST(a.owner AS VARCHAR(36)) END) AS payee "
            "FROM entries e JOIN accounts a ON a.id = e.account_id WHERE a.currency <> 'KBN' "
            "GROUP BY e.journal_id) j ON j.journal_id = r.journal_id "
            "WHERE j.journal_id IS NULL OR j.given <> r.amount OR j.settled <> r.discount "
            "OR j.back <> r.amount - r.discount "
            "OR j.payer <> CAST(r.payer_id AS VARCHAR(36)) "
            "OR j.payee <> CAST(r.merchant_id AS VARCHAR(36))"
        ),
        "refund {0} and journal {1} disagree",
    ),
    (
        "refund_names_its_sale",
        "a refund names the order that was paid; of a printed code, which has none, the payment",
        (
            "SELECT r.id, r.payment_id FROM refunds r JOIN payments p ON p.id = r.payment_id "
            "WHERE (r.order_id IS NULL) <> (p.order_id IS NULL) OR r.order_id <> p.order_id "
            "OR (p.order_id IS NULL AND r.out_trade_no <> CAST(p.id AS VARCHAR(36)))"
        ),
        "refund {0} and payment {1} name different sales",
    ),
    (
        "journal_has_refund",
        "every posting of the kind refund belongs to a refund",
        (
            "SELECT j.id FROM journals j LEFT JOIN refunds r ON r.journal_id = j.id "
            "WHERE j.kind = 'refund' AND r.id IS NULL"
        ),
        "journal {0} has no refund",
    ),
    (
        "taken_back_once",
        "what refunds took back of a person's K-Beans left their lots or is owed",
        (
            "SELECT a.id, COALESCE(r.taken, 0) FROM accounts a LEFT JOIN (SELECT payer_id, "
            "SUM(points_taken_back) AS taken FROM refunds GROUP BY payer_id) r "
            "ON r.payer_id = a.owner LEFT JOIN (SELECT account_id, SUM(taken) AS taken "
            "FROM point_lots GROUP BY account_id) l ON l.account_id = a.id "
            "LEFT JOIN point_debts d ON d.account_id = a.id WHERE a.kind = 'points' "
            "AND COALESCE(r.taken, 0) <> COALESCE(l.taken, 0) + COALESCE(d.beans, 0)"
        ),
        "account {0}: refunds took {1} K-Beans back, its lots and debts say otherwise",
    ),
    (
        "returned_once",
        "spent K-Beans that refunds brought back are in the lots they came from",
        (
            "SELECT t.payment_id, t.points_returned FROM refund_totals t LEFT JOIN point_uses u "
            "ON u.source_id = t.payment_id GROUP BY t.payment_id, t.points_returned "
            "HAVING COALESCE(SUM(u.returned), 0) <> t.points_returned"
        ),
        "payment {0}: {1} K-Beans came back, the lots say otherwise",
    ),
)
"""(name, rule, query, words) as in :mod:`app.server.payments.invariants`."""
