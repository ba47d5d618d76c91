"""Talks to a service: HTTP, retries, idempotency. What a merchant's till would import.

* :mod:`app.sdk.client`: a person's calls (wallet).
* :mod:`app.sdk.till`: a till's calls, asynchronous; :mod:`app.sdk.blocking`: the same without
  asyncio, for a merchant's own till program.
* :mod:`app.sdk.transport`: one connection pool with TLS rules, time-outs and retries.

Every refusal and every trouble on the way is a :class:`app.protocol.errors.KBeanError`.
"""
