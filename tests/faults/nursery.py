"""Processes that are there at once: forked by a parent that has imported everything already.

A service needs seconds to import what it is made of, and a drill starts and kills many. What is
killed here is a process like any other, with files, locks and connections of its own; only its
imports come from its parent, which opens nothing. The real command with workers of its own, from
nothing, is what :class:`tests.faults.town.Process` starts.
"""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import os
import signal
import socket
import sys
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from app import cli
from tests.faults.town import ROOT, Process

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.faults.preloaded"])


@cache
def get_ready() -> None:
    """Let the parent import it all: it takes seconds, in which a test's loop would stand still."""
    first = FORKS.Process(target=_nothing)
    first.start()
    first.join()


def _nothing() -> None:
    """Proves that the parent forks."""


class Forked(Process):
    """:class:`Process`, forked."""

    def _begin(self, environment: dict[str, str]) -> None:
        self.log.touch()
        self._born = FORKS.Process(target=_serve, args=(environment, str(self.log)))
        self._born.start()

    @property
    def pid(self) -> int:
        assert self._born.pid is not None
        return self._born.pid

    def _ended(self) -> bool:
        return self._born.exitcode is not None

    def _wait(self, seconds: float | None = None) -> None:
        self._born.join(seconds)

    def kill(self) -> None:
        """As before; a process that hasn't made its session yet is killed alone."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self._born.kill()
        self._wait()


def _serve(environment: dict[str, str], log: str) -> None:
    _settle(environment, log)
    os.dup2(2, 1)
    import uvicorn._subprocess

    # Its workers are forked as it was.
    uvicorn._subprocess.spawn = multiprocessing.get_context("fork")  # type: ignore[assignment]
    sys.exit(cli.main(["server", "run"]))


def _settle(environment: dict[str, str], log: str) -> None:
    """A session, settings and a log of its own."""
    os.setsid()
    os.chdir(ROOT)
    os.environ.clear()
    os.environ.update(environment)
    tempfile.tempdir = None
    with Path(log).open("ab") as file:
        os.dup2(file.fileno(), 2)


class Actor:
    """A program of the drills (a wallet, a counter) that says on a line where it stands."""

    def __init__(self, program: Callable[..., Any], *words: str, log: Path) -> None:
        """Start ``program(*words)``, a coroutine; what it complains of goes to the log."""
        self._log = log
        self._ours, theirs = socket.socketpair()
        with theirs:
            arguments = (program, words, dict(os.environ), str(log), theirs)
            self._born = FORKS.Process(target=_act, args=arguments)
            self._born.start()

    async def __aenter__(self) -> Actor:
        """Be ready to hear it."""
        self._reader, self._writer = await asyncio.open_connection(sock=self._ours)
        return self

    async def __aexit__(self, *_: object) -> None:
        """``kill -9``; one that had ended before, says why."""
        self._born.kill()
        self._born.join()
        self._writer.transport.abort()
        assert self._born.exitcode == -signal.SIGKILL, self._log.read_text()

    async def line(self) -> str:
        """The next line that it says."""
        async with asyncio.timeout(120):
            line = await self._reader.readline()
        assert line, f"it ended by itself: {self._log.read_text()}"
        return line.decode().strip()

    def nod(self) -> None:
        """Let it go on."""
        self._writer.write(b"\n")


def _act(
    program: Callable[..., Any],
    words: tuple[str, ...],
    environment: dict[str, str],
    log: str,
    line: socket.socket,
) -> None:
    _settle(environment, log)
    for number in (0, 1):
        os.dup2(line.fileno(), number)
    sys.stdin = os.fdopen(0, closefd=False)
    asyncio.run(program(*words))
