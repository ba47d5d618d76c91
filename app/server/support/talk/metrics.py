"""What is counted of conversations and streams."""

from __future__ import annotations

import time
from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

_BUCKETS = (0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


class TalkMetrics:
    """Connections, messages, the time to an ack, the channel's state."""

    def __init__(
        self, registry: CollectorRegistry, clock: Callable[[], float] = time.perf_counter
    ) -> None:
        """Register with the service's metrics; ``clock`` counts seconds."""
        self.clock = clock
        self.connections = Gauge(
            "kbean_stream_connections",
            "Open event streams.",
            registry=registry,
            multiprocess_mode="livesum",
        )
        self.channel_up = Gauge(
            "kbean_channel_up",
            "1 where the channel between nodes carries (or none is needed), else 0.",
            registry=registry,
            multiprocess_mode="livemin",
        )
        self._messages = Counter(
            "kbean_messages", "Messages kept, by who sent them.", ("sender",), registry=registry
        )
        self._seconds = Histogram(
            "kbean_message_ack_seconds",
            "Seconds from a Send to its ack.",
            buckets=_BUCKETS,
            registry=registry,
        )
        self._by_sender = {kind: self._messages.labels(kind) for kind in ("person", "staff")}

    def acknowledged(self, sender: str, began: float) -> None:
        """Count a message that came at ``began``."""
        self._by_sender[sender].inc()
        self._seconds.observe(self.clock() - began)
