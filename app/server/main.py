"""Runs the whole service; :mod:`app.server.house` wires it, in one place."""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import sqlalchemy as sa
import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from app import __version__
from app.protocol.errors import KBeanError
from app.protocol.messages.identity import ServiceInfo
from app.server.config import Config
from app.server.db.engine import create_engine, dispose, reading
from app.server.db.migrate import upgrade
from app.server.house import House
from app.server.http.access import STAFF_SEEN, TOKENS
from app.server.http.application import make_application
from app.server.http.front import Front, Lane, now_ms
from app.server.http.system import Health, description_route, system_routes
from app.server.keys import ServiceKeys, read_keys
from app.server.ledger.accounts import open_operator
from app.server.points.service import load_rules
from app.server.realtime.connection import STREAM

_log = structlog.get_logger("service")

_DATABASE_WAIT = 30.0
"""Seconds that a start waits for a database that is away."""


class Service(House):
    """One process of the service: its parts, and ``app``, the ASGI application.

    ``start`` and ``stop`` are called by the application's lifespan; a command that only posts
    (``kbean server fund``) calls them itself.
    """

    def __init__(self, config: Config, keys: ServiceKeys, engine: AsyncEngine, shard: int) -> None:
        """Put the parts together; nothing touches the database yet."""
        super().__init__(config, keys, engine, shard)
        self._tasks: list[asyncio.Task[None]] = []
        self.app = self._application()

    def _application(self) -> Front:
        handlers = [
            *system_routes(
                self.info,
                self.ready,
                self.metrics,
                self.config.metrics_token,
                metrics_open=self.config.mode == "demo",
            ),
            *self.routes(),
        ]
        inner = make_application(
            [*handlers, description_route(handlers)],
            lifespan=[self._lifespan],
            body_max=self.config.body_max,
        )
        inner.state[TOKENS] = self.tokens
        inner.state[STAFF_SEEN] = self.staff.seen
        return Front(
            inner,
            tokens=self.tokens,
            metrics=self.metrics,
            lanes=[Lane("POST", "/v1/payments", self.payments.pay_bytes), *self.charges.lanes()],
            body_max=self.config.body_max,
            tls=self.config.tls_certificate is not None or self.config.tls_proxy,
            state={STREAM: self.stream},
        )

    @asynccontextmanager
    async def _lifespan(self, _app: Any) -> AsyncIterator[None]:
        await self.start()
        try:
            yield
        finally:
            await self.stop()

    async def start(self) -> None:
        """Open what the operator needs, learn what was ended, start the writer and the watches.

        A PostgreSQL that restarts just now is waited for: one worker that can't begin would end
        all the others of its node.
        """
        deadline = time.monotonic() + _DATABASE_WAIT
        while True:
            try:
                await self._learn()
                break
            except (sa.exc.DBAPIError, OSError) as error:
                if time.monotonic() > deadline or not self._is_away(error):
                    raise
                _log.warning("start.database_away", reason=type(error).__name__)
                await asyncio.sleep(0.2)
        await self.writer.start()
        await self.room.start()
        self.ticks.start()
        self._tasks = [
            asyncio.create_task(self._watch_sessions(), name="watch-sessions"),
        ]

    async def _learn(self) -> None:
        """What a start needs from the database; harmless to repeat."""
        await open_operator(self.engine, self.config.currencies)
        self._learn_rules(await load_rules(self.engine))
        await self._look_for_ended(now_ms() - self.config.access_seconds * 1000)
        await self.staff.look_for_ended(now_ms() - self.config.staff_session_seconds * 1000)

    def _is_away(self, error: sa.exc.DBAPIError | OSError) -> bool:
        """Whether waiting may help: not against a missing table, nor where SQLite has no file."""
        away = self.engine.dialect.name != "sqlite"
        return away and not isinstance(error, sa.exc.ProgrammingError)

    async def stop(self) -> None:
        """Finish what waits in the writer, then let go of everything."""
        await self.ticks.stop()
        await self.room.stop()
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with contextlib.suppress(asyncio.CancelledError):
                await task
        await self.writer.stop()
        if self.counts is not None:
            await self.counts.close()
        self.identity.hasher.close()
        await dispose(self.engine)

    async def _look_for_ended(self, since_ms: int) -> None:
        await self.identity.look_for_ended(since_ms)
        await self.staff.look_for_ended(since_ms)
        await self.merchants.look_for_revoked(since_ms)

    async def _watch_sessions(self) -> None:
        """A sign-out on another node reaches this one within the poll's seconds."""
        seen = now_ms()
        while True:
            await asyncio.sleep(self.config.revocation_poll)
            began = now_ms()
            try:
                # A little back, for transactions that were under way and clocks that differ.
                await self._look_for_ended(seen - 60_000)
            except (sa.exc.SQLAlchemyError, OSError) as error:
                _log.warning("sessions.watch_failed", reason=type(error).__name__)
            else:
                seen = began

    def info(self) -> ServiceInfo:
        """The public description of the service."""
        config = self.config
        return ServiceInfo(
            service_id=config.service_id,
            operator=config.operator,
            mode=config.mode,
            licence=config.licence,
            currency=config.currency,
            currencies=list(config.currencies),
            keys=self.keys.published,
            server_time=now_ms(),
            version=__version__,
            payment_max=config.payment_max,
            static_code_daily_cap=config.static_code_daily_cap,
        )

    async def ready(self) -> Health:
        """Whether the database answers.

        Raises:
            KBeanError: ``busy``.
        """
        try:
            async with asyncio.timeout(2), reading(self.engine) as connection:
                await connection.execute(sa.select(1))
        except (sa.exc.SQLAlchemyError, OSError, TimeoutError):
            raise KBeanError("busy", "the database does not answer", retry_after=1) from None
        channel = self.hub.channels.state
        database, bot = self.engine.dialect.name, self.bot.shelf.kind
        return Health("ok", database, self.writer.waiting, channel, bot)


def build_service(config: Config, *, keys: ServiceKeys | None = None) -> Service:
    """Make the service for checked settings; a demo without keys makes its own.

    Raises:
        ConfigError: if the settings or the key file must not be used.
    """
    config.check()
    keys = keys or read_keys(config.keys_path, config.mode)
    engine = create_engine(config.database)
    return Service(config, keys, engine, shard=os.getpid())


async def migrate(config: Config) -> None:
    """Bring the database up to date."""
    engine = create_engine(config.database)
    try:
        await upgrade(engine)
    finally:
        await dispose(engine)
