"""Sends deliveries: one merchant at a time, in order, tried again with growing pauses for a day.

What is under way is claimed in the database for a while, so that a node that dies loses nothing:
when the claim has run out any node sends it again, under the same id. A receiver therefore may
hear the same thing twice (as the Standard Webhooks specification says) and knows it by the id.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any

import httpx
import sqlalchemy as sa
import structlog
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.protocol.errors import KBeanError
from app.server.config import Config
from app.server.db.engine import reading, writing
from app.server.db.sealing import Sealer
from app.server.http.front import now_ms
from app.server.payments.settlement import webhook_rules as rules
from app.server.payments.settlement.tables import deliveries, webhooks
from app.server.payments.settlement.webhooks import secret_context

_log = structlog.get_logger("webhooks")

_ANSWER_SECONDS = 10.0
"""For one whole try, from the look-up of the name to the answer's head."""

_AT_ONCE = 5
_CLAIM_MS = 90_000
"""Longer than so many tries take."""

_KEPT_MS = 30 * 86_400_000

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""A host name and a port → its addresses."""


class Teller:
    """Tells merchants; several may work side by side."""

    def __init__(
        self, engine: AsyncEngine, sealer: Sealer, config: Config, resolve: Resolve | None = None
    ) -> None:
        """Wire it; ``resolve`` looks names up. ``trust`` may be set: it says whom TLS believes."""
        self._engine = engine
        self._sealer = sealer
        self._demo = config.mode == "demo"
        self._resolve = resolve or look_up
        self._busy: set[str] = set()
        self.trust: ssl.SSLContext | None = None

    async def run(self) -> None:
        """Tell one merchant after the other until nothing is due."""
        # Mostly nothing is: to find that out takes no place in the queue of those who write.
        while await self._is_anything_due():
            async with self._claimed() as (hook, due):
                if not due:
                    return
                await self._tell(hook, due)

    async def _is_anything_due(self) -> bool:
        async with reading(self._engine) as connection:
            due = sa.select(deliveries.c.id).where(_waiting(now_ms())).limit(1)
            return await connection.scalar(due) is not None

    async def forget(self) -> None:
        """Remove what was told, or given up, a month ago."""
        async with writing(self._engine) as connection:
            await connection.execute(
                sa.delete(deliveries).where(
                    deliveries.c.state != "waiting",
                    deliveries.c.created_at < now_ms() - _KEPT_MS,
                )
            )

    @contextlib.asynccontextmanager
    async def _claimed(self) -> AsyncIterator[tuple[Any, list[Any]]]:
        """The due deliveries of a merchant nobody in this process is telling, claimed."""
        async with writing(self._engine) as connection:
            hook, due = await _claim(connection, self._busy)
        if hook is None:
            yield None, []
            return
        self._busy.add(hook.merchant_id)
        try:
            yield hook, due
        finally:
            self._busy.discard(hook.merchant_id)

    async def _tell(self, hook: Any, due: list[Any]) -> None:
        secret = self._sealer.open(hook.secret, secret_context(hook.merchant_id))
        while due:
            row = due.pop(0)
            headers = rules.signed_headers(secret, row.id, int(time.time()), row.payload)
            status = await self._send(hook.url, headers, row.payload)
            verdict = rules.judge(status, row.tries + 1)
            async with writing(self._engine) as connection:
                next_at = None if verdict.wait is None else now_ms() + verdict.wait * 1000
                await _note(connection, row, verdict.state, next_at, status)
                if verdict.wait is not None and due:
                    # Who doesn't answer now won't in a moment: the others wait with it.
                    await _put_back(connection, [other.id for other in due], next_at)
                    due.clear()

    async def _send(self, url: str, headers: dict[str, str], body: bytes) -> int | None:
        """One try; the answer's status, or None where there was none."""
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                endpoint = rules.read_url(url, demo=self._demo)
                found = await self._resolve(endpoint.host, endpoint.port)
                address = rules.choose_address(endpoint, found, demo=self._demo)
                if self.trust is None:
                    self.trust = await asyncio.to_thread(_trusted)
                return await _post(endpoint, address, headers, body, trust=self.trust)
        except KBeanError:
            # The name points where nobody may be called.
            return None
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, OSError, ssl.SSLError) as error:
            _log.info("webhook.unanswered", reason=type(error).__name__)
            return None


async def look_up(host: str, port: int) -> list[str]:
    """All addresses of a name.

    Raises:
        OSError: where it has none.
    """
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    # A link-local address carries its interface behind a percent sign.
    return [str(address[0]).partition("%")[0] for *_, address in found]


def _trusted() -> ssl.SSLContext:
    """The usual authorities, and those that the operator's machine trusts besides."""
    context = httpx.create_ssl_context()
    context.load_default_certs()
    return context


async def _post(
    endpoint: rules.Endpoint,
    address: str,
    headers: dict[str, str],
    body: bytes,
    *,
    trust: ssl.SSLContext,
) -> int:
    """Post to the very address that was checked; the certificate must be the name's."""
    scheme = "https" if endpoint.secure else "http"
    host = f"[{address}]" if ":" in address else address
    async with (
        httpx.AsyncClient(
            verify=trust,
            # No proxy of the environment, no redirect: both would lead past the check.
            trust_env=False,
            follow_redirects=False,
            timeout=_ANSWER_SECONDS,
        ) as client,
        client.stream(
            "POST",
            f"{scheme}://{host}:{endpoint.port}{endpoint.path}",
            content=body,
            headers={**headers, "host": endpoint.authority, "user-agent": "kbean-webhooks"},
            extensions={"sni_hostname": endpoint.host},
        ) as answer,
    ):
        # What it says besides is nothing to us, however long it is.
        return answer.status_code


def _waiting(now: int) -> sa.ColumnElement[bool]:
    return sa.and_(deliveries.c.state == "waiting", deliveries.c.next_at <= now)


async def _claim(connection: AsyncConnection, busy: set[str]) -> tuple[Any, list[Any]]:
    now = now_ms()
    waiting = _waiting(now)
    first = await connection.scalar(
        sa.select(deliveries.c.merchant_id)
        .where(waiting, deliveries.c.merchant_id.not_in(busy))
        .order_by(deliveries.c.next_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if first is None:
        return None, []
    hook = (
        await connection.execute(sa.select(webhooks).where(webhooks.c.merchant_id == first))
    ).one_or_none()
    rows = await connection.execute(
        sa.select(deliveries)
        .where(waiting, deliveries.c.merchant_id == first)
        .order_by(deliveries.c.id)
        .limit(_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    due = list(rows)
    await _put_back(connection, [row.id for row in due], now + _CLAIM_MS)
    return hook, due


async def _put_back(connection: AsyncConnection, ids: list[str], next_at: int | None) -> None:
    await connection.execute(
        sa.update(deliveries)
        .where(deliveries.c.id.in_(ids), deliveries.c.state == "waiting")
        .values(next_at=next_at)
    )


async def _note(
    connection: AsyncConnection, row: Any, state: str, next_at: int | None, status: int | None
) -> None:
    await connection.execute(
        sa.update(deliveries)
        # Unless it was given up, or is to be replayed, meanwhile.
        .where(deliveries.c.id == row.id, deliveries.c.state == "waiting")
        .values(state=state, next_at=next_at, status=status, tries=row.tries + 1)
    )
