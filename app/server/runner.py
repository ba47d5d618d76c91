"""Runs the service: embedded in a program (demo, tests), or as processes of its own."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import ssl
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import uvicorn
from uvicorn.supervisors import Multiprocess

from app.server.config import Config, dump_config, undump_config
from app.server.http.front import Front
from app.server.http.listening import own_socket
from app.server.http.logs import configure_logs, route_logs
from app.server.http.protocol import BoundedProtocol
from app.server.main import Service, build_service, migrate
from app.server.realtime.connection import Connection

_SETTINGS = "KBEAN_RUN_SETTINGS"
"""Hands the checked settings to worker processes."""

_DRAIN_SECONDS = 20


class Running:
    """An embedded service that answers at ``url``."""

    def __init__(self, service: Service, url: str) -> None:
        """Name both."""
        self.service = service
        self.url = url


def _options(config: Config) -> dict[str, Any]:
    """What uvicorn is told, whoever starts it."""
    options: dict[str, Any] = {
        "host": config.host,
        "port": config.port,
        "http": BoundedProtocol,
        "lifespan": "on",
        "ws": Connection,
        "access_log": False,
        "log_config": None,
        "server_header": False,
        "proxy_headers": config.tls_proxy,
        "forwarded_allow_ips": config.trusted_proxies,
        "timeout_graceful_shutdown": _DRAIN_SECONDS,
    }
    if config.tls_certificate is not None:
        options["ssl_certfile"] = str(config.tls_certificate)
        options["ssl_keyfile"] = str(config.tls_key)
        options["ssl_context_factory"] = _harden
    return options


def _harden(_config: uvicorn.Config, make: Callable[[], ssl.SSLContext]) -> ssl.SSLContext:
    """TLS 1.2 with forward secrecy at least, 1.3 where both sides can."""
    context = make()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("ECDHE+AESGCM:ECDHE+CHACHA20")
    return context


class _Server(uvicorn.Server):
    """A server that leaves signals to the program it is embedded in."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


@asynccontextmanager
async def running(config: Config, *, service: Service | None = None) -> AsyncIterator[Running]:
    """Run the service in this process and loop; ``port = 0`` takes a free one.

    The database is brought up to date first. Leaving the block ends it: requests under way are
    answered, the writer is drained.

    Raises:
        ConfigError: if the settings must not be used.
        RuntimeError: if it could not start.
    """
    config.check()
    route_logs()
    await migrate(config)
    service = service or build_service(config)
    server = _Server(uvicorn.Config(service.app, **_options(config)))
    task = asyncio.create_task(server.serve(), name="service")
    try:
        while not server.started:
            if task.done():
                await task
                raise RuntimeError("the service could not start")
            await asyncio.sleep(0.005)
        port = server.servers[0].sockets[0].getsockname()[1]
        scheme = "https" if config.tls_certificate is not None else "http"
        yield Running(service, f"{scheme}://{config.host}:{port}")
    finally:
        server.should_exit = True
        await task


def make_app() -> Front:
    """What each worker process builds, from the settings its parent checked."""
    config = undump_config(os.environ[_SETTINGS])
    configure_logs(config.log_level)
    service = build_service(config)
    _calm_collector()
    _let_others_finish()
    return service.app


def _calm_collector() -> None:
    """Let the garbage collector look less often, and never at what start-up made.

    A payment makes hundreds of short-lived objects and no cycles; at Python's defaults the
    collector walks the caches of a busy node over and over. For a process of its own only.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def _let_others_finish() -> None:
    """Ask Linux that what arrives here stops nobody in the middle (``SCHED_BATCH``, sched(7)).

    A busy node shares its processors with other nodes and often with its database, and each packet
    would take one of them away for a moment. Let them finish: more payments have come by then, and
    they are posted together. The share of the processor stays what it is.
    """
    if sys.platform == "linux" and os.sched_getscheduler(0) == os.SCHED_OTHER:
        # Some containers forbid it.
        with contextlib.suppress(OSError):
            os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))


def serve(config: Config) -> None:
    """Run the service until it is told to stop (SIGINT, SIGTERM); drains what is under way.

    Raises:
        ConfigError: if the settings must not be used.
    """
    config.check()
    configure_logs(config.log_level)
    asyncio.run(migrate(config))
    with contextlib.ExitStack() as stack:
        if config.workers > 1:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="kbean-metrics-"))
            os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(Path(folder))
        os.environ[_SETTINGS] = dump_config(config)
        app, options = "app.server.runner:make_app", _options(config)
        if config.workers > 1 and sys.platform == "linux":
            _supervise(uvicorn.Config(app, factory=True, workers=config.workers, **options))
        else:
            uvicorn.run(app, factory=True, workers=config.workers, **options)


def _supervise(config: uvicorn.Config) -> None:
    """What ``uvicorn.run`` does with several processes, each with a socket of its own."""
    # Sockets that may be shared would also join those of a service that runs already.
    with config.bind_socket() as free:
        address = free.getsockname()[:2]
    Multiprocess(config, sockets=[own_socket(address)]).run()
