"""The counter's vault as numbered steps: the same machinery as the wallet's, its own tables.

What is looked for has a column; everything else of a row is its message's JSON in ``body``.
"""

from __future__ import annotations

from app.wallet.vault.schema import Step

_SETTINGS = """
CREATE TABLE settings (
    name TEXT PRIMARY KEY,
    value BLOB NOT NULL
) WITHOUT ROWID
"""
_SECRETS = """
CREATE TABLE secrets (
    name TEXT PRIMARY KEY,
    value BLOB NOT NULL
) WITHOUT ROWID
"""
# Written before anything is sent; position grows with time. ``open``: its end isn't known yet.
_SALES = """
CREATE TABLE sales (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    out_trade_no TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL,
    open INTEGER NOT NULL,
    shift TEXT NOT NULL,
    order_number TEXT NOT NULL,
    at INTEGER NOT NULL,
    body BLOB NOT NULL
)
"""
_SALES_OPEN = "CREATE INDEX sales_open ON sales (position) WHERE open = 1"
_SALES_SHIFT = "CREATE INDEX sales_shift ON sales (shift)"
_SALES_ORDER = "CREATE INDEX sales_order ON sales (order_number)"
_REFUNDS = """
CREATE TABLE refunds (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    out_request_no TEXT NOT NULL UNIQUE,
    out_trade_no TEXT NOT NULL,
    open INTEGER NOT NULL,
    shift TEXT NOT NULL,
    body BLOB NOT NULL
)
"""
_REFUNDS_OPEN = "CREATE INDEX refunds_open ON refunds (position) WHERE open = 1"
_REFUNDS_SALE = "CREATE INDEX refunds_sale ON refunds (out_trade_no)"
_REFUNDS_SHIFT = "CREATE INDEX refunds_shift ON refunds (shift)"
# One shift is open at most; numbers count up on this terminal.
_SHIFTS = """
CREATE TABLE shifts (
    number INTEGER PRIMARY KEY,
    shift_id TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL CHECK (state IN ('open', 'closed', 'handed_in')),
    body BLOB NOT NULL
)
"""
_SHIFTS_ONE = "CREATE UNIQUE INDEX shifts_one_open ON shifts (state) WHERE state = 'open'"
_CASH = """
CREATE TABLE cash_moves (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    shift TEXT NOT NULL,
    body BLOB NOT NULL
)
"""
# Confirmation codes that were accepted, so that none counts twice (design/3 §At the counter).
_ACCEPTED = """
CREATE TABLE accepted_codes (
    code TEXT NOT NULL,
    amount INTEGER NOT NULL,
    step INTEGER NOT NULL,
    out_trade_no TEXT NOT NULL,
    PRIMARY KEY (code, amount, step)
) WITHOUT ROWID
"""
_PRICES = """
CREATE TABLE prices (
    barcode TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    price INTEGER NOT NULL,
    place INTEGER NOT NULL
) WITHOUT ROWID
"""

# An offline sale waits for the payment that it was paid by; sales of before 2.0 wait too.
_SALES_PAYMENT = "ALTER TABLE sales ADD COLUMN payment_id TEXT NOT NULL DEFAULT ''"
_SALES_WAITING = "ALTER TABLE sales ADD COLUMN waiting INTEGER NOT NULL DEFAULT 0"
_SALES_PRINTED = "ALTER TABLE sales ADD COLUMN printed INTEGER NOT NULL DEFAULT 0"
_SALES_FILL = """
UPDATE sales SET
    payment_id = coalesce(json_extract(CAST(body AS TEXT), '$.payment_id'), ''),
    waiting = json_extract(CAST(body AS TEXT), '$.kind') = 'offline' AND state = 'success'
"""
_SALES_BY_PAYMENT = "CREATE INDEX sales_payment ON sales (payment_id) WHERE payment_id <> ''"
_SALES_WAIT = "CREATE INDEX sales_waiting ON sales (position) WHERE waiting = 1"
_SALES_AT = "CREATE INDEX sales_at ON sales (at)"
_SALES_ORIGIN = "CREATE INDEX sales_origin ON sales (printed, at)"

# A matched offline sale has to be claimed at the service, those of before too.
_SALES_CLAIMING = "ALTER TABLE sales ADD COLUMN claiming INTEGER NOT NULL DEFAULT 0"
_SALES_UNCLAIMED = """
UPDATE sales SET claiming = 1
WHERE payment_id <> '' AND json_extract(CAST(body AS TEXT), '$.kind') = 'offline'
"""
_SALES_CLAIM = "CREATE INDEX sales_claiming ON sales (position) WHERE claiming = 1"

STEPS: tuple[Step, ...] = (
    Step(
        1,
        0,
        (
            _SETTINGS,
            _SECRETS,
            _SALES,
            _SALES_OPEN,
            _SALES_SHIFT,
            _SALES_ORDER,
            _REFUNDS,
            _REFUNDS_OPEN,
            _REFUNDS_SALE,
            _REFUNDS_SHIFT,
            _SHIFTS,
            _SHIFTS_ONE,
            _CASH,
            _ACCEPTED,
            _PRICES,
        ),
    ),
    # A new major: a counter of before doesn't know sales that it had no part in.
    Step(
        2,
        0,
        (
            _SALES_PAYMENT,
            _SALES_WAITING,
            _SALES_PRINTED,
            _SALES_FILL,
            _SALES_BY_PAYMENT,
            _SALES_WAIT,
            _SALES_AT,
            _SALES_ORIGIN,
        ),
    ),
    Step(2, 1, (_SALES_CLAIMING, _SALES_UNCLAIMED, _SALES_CLAIM)),
)
"""All steps, in order; released ones are never edited."""
