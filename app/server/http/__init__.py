"""What every route shares: problems, idempotency, authentication, limits, metrics."""
