"""Talks to a service: HTTP, retries, idempotency. What a merchant's till would import."""
