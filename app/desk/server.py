"""Puts the desk together and serves it. NiceGUI keeps its state in the process: one desk each."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from nicegui import app as pages
from nicegui import ui
from starlette.formparsers import MultiPartParser
from starlette.middleware.gzip import GZipMiddleware
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from app.desk.downloads import add_downloads
from app.desk.files import add_files
from app.desk.frame import show_frame
from app.desk.guard import BODY_MAX, Guard
from app.desk.rooms import ROOMS
from app.desk.sessions import Sessions
from app.desk.settings import Settings
from app.desk.sign_in import add_door

ASSETS = Path(__file__).parent / "assets"
SWEEP_SECONDS = 5


def build(settings: Settings) -> ASGIApp:
    """The whole application, guard outside."""
    sessions = Sessions(settings.sessions_max)

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        sweeping = asyncio.create_task(_sweep(sessions), name="sweep")
        yield
        sweeping.cancel()
        await sessions.close()

    app = FastAPI(lifespan=lifespan, openapi_url=None, docs_url=None, redoc_url=None)
    app.mount("/assets", StaticFiles(directory=ASSETS), name="assets")
    add_door(app, settings, sessions)
    add_files(app)
    add_downloads(app)

    @app.get("/health")
    async def health() -> dict[str, str]:
        """Whether the desk answers; the service has a health of its own."""
        return {"status": "ok"}

    async def page() -> None:
        show_frame(sessions)

    for path in dict.fromkeys(room.path for room in ROOMS):
        ui.page(path)(page)
    # What an agent attaches stays in memory: the parser writes larger files to the disk.
    MultiPartParser.spool_max_size = BODY_MAX
    # Pages speak by WebSocket only; the guard refuses long polling.
    pages.config.socket_io_js_transports = ["websocket"]
    ui.run_with(
        app,
        title="K-Bean Desk",
        favicon=ASSETS / "mark.svg",
        dark=None,
        language="en-US",
        tailwind=False,
        gzip_middleware_factory=None,
        binding_refresh_interval=None,
        reconnect_timeout=20,
        show_welcome_message=False,
    )
    return GZipMiddleware(Guard(app, settings, sessions), minimum_size=1024)


async def _sweep(sessions: Sessions) -> None:
    """End what ran out, for as long as the desk runs."""
    while True:
        await asyncio.sleep(SWEEP_SECONDS)
        await sessions.sweep()


def serve(settings: Settings) -> None:
    """Serve until told to stop (SIGINT, SIGTERM)."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    uvicorn.run(
        build(settings),
        host=settings.host,
        port=settings.port,
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
        ws_max_size=2 * 1024 * 1024,
        timeout_graceful_shutdown=3,
    )
