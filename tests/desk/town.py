"""A service with staff and people, and a desk before it: real processes, real sockets.

The service runs in a thread of its own (and later as a process that can be killed), the desk is
always ``kbean desk`` as a process; people are clients with a device key and an event stream.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyotp

from app.protocol.messages.support import (
    Language,
)
from app.server.config import Config
from app.server.main import Service
from app.server.runner import Running, running
from tests.databases import free_port
from tests.desk.person import PASSPHRASE, PATIENCE, Background, Person, picture, wait_for
from tests.untraced import tracing

ROOT = Path(__file__).resolve().parent.parent.parent


class Process:
    """A command of ours as a process; its output goes to a file."""

    def __init__(self, folder: Path, name: str, *words: str, **environment: str) -> None:
        self.log = folder / f"{name}.log"
        # NiceGUI behaves otherwise where it thinks that it runs inside a test.
        inherited = {k: v for k, v in os.environ.items() if k != "PYTEST_CURRENT_TEST"}
        measured = tracing() if words[0] == "desk" else {}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "app", *words],
                env={**inherited, **measured, "PYTHONFAULTHANDLER": "1", **environment},
                cwd=ROOT,
                stdout=log,
                stderr=log,
            )

    def up(self, url: str) -> None:
        """Wait until it answers."""

        def answers() -> bool:
            assert self.process.poll() is None, self.log.read_text()[-4000:]
            try:
                with urllib.request.urlopen(url, timeout=5) as answer:
                    return bool(answer.status == 200)
            except (urllib.error.URLError, OSError):
                return False

        wait_for(answers, url, 90)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(30)

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            # Its stacks go to the log (PYTHONFAULTHANDLER).
            self.process.send_signal(signal.SIGABRT)
            self.process.wait(30)
            raise AssertionError(f"did not stop: {self.log.read_text()[-6000:]}") from None


class Town:
    """Service, staff, people and desk."""

    def __init__(self, folder: Path, **config: Any) -> None:
        self.folder = folder
        self.background = Background()
        self.port, self.desk_port = free_port(), free_port()
        self.config = Config(
            data_dir=folder / "service",
            port=self.port,
            hash_memory=64,
            hash_passes=1,
            rate_limits=False,
            log_level="error",
            **config,
        )
        self.people: list[Person] = []
        self._secrets: dict[str, str] = {}
        self._steps: dict[str, int] = {}
        self.staff_ids: dict[str, str] = {}
        # Who is signed in at the desk, in which language.
        self.cookies: dict[tuple[str, str], Any] = {}
        self._process: Process | None = None
        self.desk: Process | None = None
        self.open_service()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def desk_url(self) -> str:
        return f"http://127.0.0.1:{self.desk_port}"

    @property
    def service(self) -> Service:
        assert self._up is not None
        return self._up.service

    # --- the service

    def open_service(self) -> None:
        """Run it in the background, inside this process."""
        started: asyncio.Future[Running] = self.background.run(_future())

        async def serve() -> None:
            async with running(self.config) as up:
                self._leave = asyncio.Event()
                started.set_result(up)
                await self._leave.wait()

        async def begin() -> Running:
            self._serving = asyncio.create_task(serve())
            both: set[asyncio.Future[Any]] = {started, self._serving}
            done, _ = await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            for one in done:
                one.result()
            return started.result()

        self._up: Running | None = self.background.run(begin())

    def shut_service(self) -> None:
        """Stop the one inside this process."""
        if self._up is None:
            return

        async def stop() -> None:
            self._leave.set()
            await self._serving

        self.background.run(stop())
        self._up = None

    def start_service_process(self) -> None:
        """Run it as a process on the same data and port."""
        settings = {
            "KBEAN_PORT": str(self.port),
            "KBEAN_DATA_DIR": str(self.config.data_dir),
            "KBEAN_RATE_LIMITS": "false",
            "KBEAN_LOG_LEVEL": "error",
            "KBEAN_HASH_MEMORY": "64",
            "KBEAN_HASH_PASSES": "1",
        }
        self._process = Process(self.folder, "service", "server", "run", **settings)
        self._process.up(f"{self.url}/health/ready")

    def kill_service_process(self) -> None:
        """``kill -9``."""
        assert self._process is not None
        self._process.kill()
        self._process = None

    # --- staff and people

    def hire(self, name: str, display_name: str, *roles: str, **more: Any) -> None:
        """Add one of the staff."""
        made = self.background.run(
            self.service.staff.add(
                name, PASSPHRASE, display_name=display_name, roles=list(roles), **more
            )
        )
        self._secrets[name], self.staff_ids[name] = made.secret, made.staff_id

    def send_home(self, name: str) -> None:
        """Whoever left a page takes no conversations in the next test."""
        if self._up is not None:
            presence = self.service.people.presence
            self.background.run(presence.set(self.staff_ids[name], "offline"))

    def code(self, name: str) -> str:
        """A code that hasn't been used yet; waits for the clock where all were."""
        totp = pyotp.TOTP(self._secrets[name])

        def next_step() -> int:
            now, passed = divmod(int(time.time()), 30)
            # The last step's code is good for what is left of this one: that must be enough.
            earliest = now - 1 if passed < 10 else now
            step = max(self._steps.get(name, 0) + 1, earliest)
            return step if step <= now + 1 else 0

        step = wait_for(next_step, "an unused code", 90)
        self._steps[name] = step
        return totp.generate_otp(step)

    def person(self, name: str) -> Person:
        made = Person(self.background, self.url, name)
        self.people.append(made)
        return made

    def waiting(self, name: str, question: str, language: Language = "zh") -> Person:
        """Somebody whose conversation waits in the queue."""
        person = self.person(name)
        person.open(language)
        person.say(question)
        self.background.run(self._to_queue(person.conv))
        return person

    async def _to_queue(self, conv: str) -> None:
        async with self.service.talk.change() as change:
            row = await change.conversation(conv)
            if row.owner != "queue":
                await change.give(row, "queue", "asked")

    # --- the desk

    def open_desk(self, *words: str) -> None:
        """Run ``kbean desk``."""
        port = str(self.desk_port)
        self.desk = Process(
            self.folder, "desk", "desk", "--service", self.url, "--port", port, *words
        )
        self.desk.up(f"{self.desk_url}/health")

    @contextlib.contextmanager
    def another_desk(self, *words: str) -> Iterator[str]:
        """A second desk on the same service; its address."""
        port = free_port()
        desk = Process(
            self.folder, "desk2", "desk", "--service", self.url, "--port", str(port), *words
        )
        try:
            desk.up(f"http://127.0.0.1:{port}/health")
            yield f"http://127.0.0.1:{port}"
        finally:
            desk.stop()

    def close(self) -> None:
        for person in self.people:
            person.close()
        if self.desk is not None:
            self.desk.stop()
        if self._process is not None:
            self._process.stop()
        self.shut_service()
        self.background.close()


async def _future() -> asyncio.Future[Any]:
    return asyncio.get_running_loop().create_future()


__all__ = ["PASSPHRASE", "PATIENCE", "Background", "Person", "Town", "picture", "wait_for"]
