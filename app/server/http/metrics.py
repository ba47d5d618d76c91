"""Prometheus metrics of one node, of all its processes.

With several processes the numbers meet in the folder that ``PROMETHEUS_MULTIPROC_DIR`` names
(the run command makes one); prometheus-client reads the variable when it is imported.
"""

from __future__ import annotations

import os
import sys

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
    values,
)
from prometheus_client.multiprocess import MultiProcessCollector

_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
_METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})

CONTENT_TYPE = CONTENT_TYPE_LATEST

_process = {"id": os.getpid()}

if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
    # By itself it asks the system which process it is, each time it counts.
    values.ValueClass = values.MultiProcessValue(  # type: ignore[no-untyped-call]
        lambda: _process["id"]
    )
    if sys.platform != "win32":
        os.register_at_fork(after_in_child=lambda: _process.update(id=os.getpid()))


class Metrics:
    """Requests by route and status, their time, and what a domain counts besides."""

    def __init__(self) -> None:
        """Start counting in a registry of our own, so that tests can have several."""
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "kbean_http_requests",
            "Requests by method, route and status.",
            ("method", "route", "status"),
            registry=self._registry,
        )
        self._seconds = Histogram(
            "kbean_http_request_seconds",
            "Seconds from the first byte to the last by route.",
            ("route",),
            buckets=_BUCKETS,
            registry=self._registry,
        )
        self._counted: dict[tuple[str, str, int], Counter] = {}
        self._timed: dict[str, Histogram] = {}

    @property
    def registry(self) -> CollectorRegistry:
        """Where a domain registers metrics of its own."""
        return self._registry

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one request."""
        if method not in _METHODS:
            method = "other"
        counter = self._counted.get((method, route, status))
        if counter is None:
            counter = self._requests.labels(method, route, str(status))
            self._counted[method, route, status] = counter
        counter.inc()
        timer = self._timed.get(route)
        if timer is None:
            timer = self._timed[route] = self._seconds.labels(route)
        timer.observe(seconds)

    def exposition(self) -> bytes:
        """The text that Prometheus scrapes."""
        if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
            registry = CollectorRegistry()
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
            return generate_latest(registry)
        return generate_latest(self._registry)
