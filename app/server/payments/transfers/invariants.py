"""Where transfers, requests and plans could disagree: queries that find nothing if all is well."""

from __future__ import annotations

RULES = (
    (
        "transfer_posted_once",
        "every transfer is one posting of its amount, from its payer to its payee",
        (
            "SELECT t.id, t.journal_id FROM transfers t WHERE NOT EXISTS ("
            "SELECT 1 FROM entries d JOIN accounts a ON a.id = d.account_id "
            "JOIN entries c ON c.journal_id = d.journal_id JOIN accounts b ON b.id = c.account_id "
            "WHERE d.journal_id = t.journal_id AND a.owner = t.payer_id AND a.kind = 'person' "
            "AND d.amount = t.amount AND b.owner = t.payee_id AND b.kind = 'person' "
            "AND c.amount = -t.amount AND a.currency = t.currency)"
        ),
        "transfer {0} and journal {1} disagree",
    ),
    (
        "journal_has_transfer",
        "every posting of the kind transfer belongs to a transfer",
        (
            "SELECT j.id FROM journals j LEFT JOIN transfers t ON t.journal_id = j.id "
            "WHERE j.kind = 'transfer' AND t.id IS NULL"
        ),
        "journal {0} has no transfer",
    ),
    (
        "transfer_noted",
        "both sides of a transfer read in their activity what it was",
        (
            "SELECT t.id, COUNT(n.user_id) FROM transfers t LEFT JOIN movement_notes n "
            "ON n.journal_id = t.journal_id AND n.user_id IN (t.payer_id, t.payee_id) "
            "GROUP BY t.id HAVING COUNT(n.user_id) <> 2"
        ),
        "transfer {0} has {1} notes",
    ),
    (
        "request_paid_once",
        "a paid request has exactly one transfer of its amount to its asker, another has none",
        (
            "SELECT r.id, COUNT(t.id) FROM money_requests r LEFT JOIN transfers t "
            "ON t.request_id = r.id GROUP BY r.id, r.state "
            "HAVING COUNT(t.id) <> CASE WHEN r.state = 'paid' THEN 1 ELSE 0 END "
            "UNION ALL SELECT r.id, t.amount FROM money_requests r JOIN transfers t "
            "ON t.request_id = r.id WHERE t.id <> r.transfer_id OR t.amount <> r.amount "
            "OR t.currency <> r.currency OR t.payee_id <> r.asker_id OR t.payer_id <> r.payer_id "
            "OR t.payer_id <> COALESCE(r.asked_id, t.payer_id)"
        ),
        "request {0}: its transfers say otherwise ({1})",
    ),
    (
        "split_adds_up",
        "the requests of a split never ask for more than the bill",
        (
            "SELECT s.id, SUM(r.amount) FROM splits s JOIN money_requests r ON r.group_id = s.id "
            "GROUP BY s.id, s.total HAVING SUM(r.amount) > s.total"
        ),
        "split {0} asks for {1}",
    ),
    (
        "plan_run_once",
        "a day of a plan was paid exactly once, and a plan counts what it paid",
        (
            "SELECT p.id, p.done FROM plans p LEFT JOIN plan_runs r ON r.plan_id = p.id "
            "AND r.state = 'paid' GROUP BY p.id, p.done HAVING COUNT(r.day) <> p.done "
            "UNION ALL SELECT p.id, p.done FROM plans p LEFT JOIN transfers t "
            "ON t.plan_id = p.id GROUP BY p.id, p.done HAVING COUNT(t.id) <> p.done "
            "UNION ALL SELECT r.plan_id, 0 FROM plan_runs r LEFT JOIN transfers t "
            "ON t.id = r.transfer_id AND t.plan_id = r.plan_id "
            "WHERE r.state = 'paid' AND t.id IS NULL"
        ),
        "plan {0}: {1} done, its runs or transfers say otherwise",
    ),
)
"""(name, the rule in words, query of what breaks it, words for a finding)"""
