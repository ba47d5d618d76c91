"""Where charges, codes and orders could disagree: queries that find nothing in a sound database."""

from __future__ import annotations

RULES = (
    (
        "charge_and_order_agree",
        "a charge is an order of the kind charge, and both tell the same end",
        (
            "SELECT o.id, o.status FROM orders o LEFT JOIN charges c ON c.id = o.id "
            "WHERE o.kind = 'charge' AND o.status <> 'paid' AND c.id IS NULL "
            "UNION ALL SELECT c.id, c.state FROM charges c LEFT JOIN orders o ON o.id = c.id "
            "AND o.kind = 'charge' WHERE o.id IS NULL "
            "OR (c.payer_id IS NULL) <> (o.payer_id IS NULL) OR c.payer_id <> o.payer_id "
            "OR (c.state IN ('success', 'reversing', 'revoked') AND o.status <> 'paid') "
            "OR (c.state IN ('failed', 'closed') AND o.status <> 'cancelled')"
        ),
        "charge {0} is {1}, its order says otherwise",
    ),
    (
        "charge_paid_once_by_its_payer",
        "a paid charge has one payment, of its payer; one that was asked has the payer's own word",
        (
            "SELECT o.id, o.status FROM orders o LEFT JOIN charges c ON c.id = o.id "
            "LEFT JOIN payments p ON p.order_id = o.id AND p.payer_id = o.payer_id "
            "WHERE o.kind = 'charge' AND o.status = 'paid' GROUP BY o.id, o.status, c.asked "
            "HAVING COUNT(p.id) <> 1 "
            "OR SUM(CASE WHEN p.idempotency_key = o.id THEN 1 ELSE 0 END) "
            "<> CASE WHEN c.asked IS NULL THEN 1 ELSE 0 END"
        ),
        "charge {0} is {1} and its payment is not its payer's",
    ),
    (
        "code_used_once",
        "a charge has a payer where it burned a code, and the code is whole",
        (
            "SELECT o.id, o.handle FROM orders o WHERE (o.handle IS NULL) <> (o.payer_id IS NULL) "
            "OR (o.handle IS NULL) <> (o.step IS NULL) "
            "OR (o.handle IS NULL) <> (o.counter IS NULL) "
            "OR (o.handle IS NOT NULL AND o.kind <> 'charge')"
        ),
        "charge {0} and its code of handle {1} disagree",
    ),
    (
        "revoked_charge_is_refunded",
        "a revoked charge's money went back to the last cent",
        (
            "SELECT c.id, p.amount FROM charges c JOIN payments p ON p.order_id = c.id "
            "LEFT JOIN refund_totals t ON t.payment_id = p.id "
            "WHERE c.state = 'revoked' AND COALESCE(t.amount, 0) <> p.amount"
        ),
        "charge {0} of {1} is revoked and not refunded",
    ),
)
