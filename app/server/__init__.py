"""The service: ledger, identity, points, payments, behind one HTTP API."""
