"""The embedded service of the demo, on an event loop and thread of its own."""

from __future__ import annotations

import asyncio
import socket
import threading
from pathlib import Path

import msgspec

from app.demo.counter import hire
from app.demo.organisation import (
    OPERATOR,
    DemoStaff,
    Organisation,
    call_in_staff,
    found_organisation,
)
from app.server.config import Config
from app.server.http.logs import configure_logs
from app.server.runner import running
from app.server.support.people.hours import ALWAYS

_START_SECONDS = 60


class DemoService:
    """A real service with SQLite in ``folder``; seeded when the folder is new.

    The port is kept beside the data, because a wallet remembers where its service is.
    """

    def __init__(self, folder: Path) -> None:
        """Name the folder; :meth:`start` does the work."""
        self._folder = folder
        self._ready = threading.Event()
        self._stop: asyncio.Event | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="demo-service", daemon=True)
        self.url = ""
        self.organisation: Organisation
        self.staff: list[DemoStaff] = []

    def start(self) -> None:
        """Start, seed if the folder is new, and return when requests are answered.

        Raises:
            RuntimeError: if it could not start; the text says why.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        self._thread.start()
        if not self._ready.wait(_START_SECONDS):
            raise RuntimeError("the demo's service did not start within a minute")
        if self._failure is not None:
            raise RuntimeError(f"the demo's service did not start: {self._failure}")

    def stop(self) -> None:
        """Answer what is under way, then end."""
        if self._loop is not None and self._stop is not None and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join(timeout=30)

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except Exception as error:
            self._failure = error
            self._ready.set()

    async def _serve(self) -> None:
        configure_logs("error")
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        config = Config(
            data_dir=self._folder,
            operator=OPERATOR,
            port=self._port(),
            hours_file=self._hours(),
            rate_limits=False,
        )
        async with running(config) as up:
            kept = self._folder / "organisation.json"
            if not kept.exists():
                made = await found_organisation(up.service)
                kept.write_bytes(msgspec.json.encode(made))
            self.organisation = msgspec.json.decode(kept.read_bytes(), type=Organisation)
            self.staff = await call_in_staff(up.service)
            await hire(up.service, self.organisation)
            self.url = up.url
            self._ready.set()
            await self._stop.wait()

    def _hours(self) -> Path:
        """Round the clock, with the scripted agent: whoever tries the demo at night is helped."""
        kept = self._folder / "hours.toml"
        days = (f'{day} = ["{span}"]' for day, (span,) in ALWAYS.weekly.items())
        kept.write_text("\n".join(["[weekly]", *days, ""]), "utf-8")
        return kept

    def _port(self) -> int:
        kept = self._folder / "port"
        if kept.exists():
            return int(kept.read_text())
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port: int = probe.getsockname()[1]
        kept.write_text(str(port))
        return port
