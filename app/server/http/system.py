"""Routes about the service itself: who runs it, whether it lives, what it counts."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import msgspec
from litestar import Request, Response, get

from app.protocol.errors import KBeanError
from app.protocol.messages.identity import ServiceInfo
from app.server.http.application import describe, refusals
from app.server.http.metrics import CONTENT_TYPE, Metrics


class Health(msgspec.Struct, frozen=True):
    """``GET /health/live`` and ``/health/ready``.

    Attributes:
        status: ``ok``.
        database: What keeps everything.
        waiting: Postings that wait.
        channel: The way to other nodes: ``single``, ``up`` or ``away`` (slower, nothing is lost).
        bot: What the bot finds answers with: ``encoder``, or ``words`` where there is none.
    """

    status: str
    database: str | None = None
    waiting: int | None = None
    channel: str | None = None
    bot: str | None = None


def system_routes(
    info: Callable[[], ServiceInfo],
    ready: Callable[[], Awaitable[Health]],
    metrics: Metrics,
    metrics_token: str | None,
    *,
    metrics_open: bool,
) -> list[Any]:
    """The handlers.

    Args:
        info: Writes the public description.
        ready: Asks the database; raises ``busy`` when it does not answer.
        metrics: What is scraped.
        metrics_token: The bearer token a scraper must show.
        metrics_open: Whether anybody may scrape where no token is set.
    """

    @get("/v1/service", tags=["service"], responses=refusals())
    async def service_info() -> ServiceInfo:
        """Who runs this service and which keys it signs with."""
        return info()

    @get("/health/live", tags=["service"], responses=refusals())
    async def live() -> Health:
        """The process answers."""
        return Health("ok")

    @get("/health/ready", tags=["service"], responses=refusals())
    async def readiness() -> Health:
        """The process and its database can take requests."""
        return await ready()

    @get("/metrics", include_in_schema=False)
    async def scrape(request: Request[Any, Any, Any]) -> Response[bytes]:
        """Prometheus' text."""
        given = request.headers.get("authorization", "")
        if metrics_token is not None:
            if not hmac.compare_digest(given, f"Bearer {metrics_token}"):
                raise KBeanError("unauthenticated")
        elif not metrics_open:
            raise KBeanError("not_found")
        return Response(metrics.exposition(), headers={"Content-Type": CONTENT_TYPE})

    return [service_info, live, readiness, scrape]


def description_route(handlers: Sequence[Any]) -> Any:
    """The handler of ``/v1/openapi.json``, which describes the others."""
    written: list[bytes] = []

    @get("/v1/openapi.json", include_in_schema=False)
    async def openapi() -> Response[bytes]:
        """The description; written when it is first asked for."""
        if not written:
            written.append(await asyncio.to_thread(describe, handlers))
        return Response(written[0], media_type="application/json")

    return openapi
