"""Both databases for tests: real PostgreSQL started here, SQLite files, each migrated and empty.

A test folder that needs them puts this into its ``conftest.py``::

    from tests.databases import database_url, engine, postgresql, sqlite  # noqa: F401

``engine`` (and ``database_url``) run a test on both; ``postgresql`` and ``sqlite`` give the address
of one. Every test has a database of its own, copied from a migrated template. The cluster is
started once per test process, as an unprivileged user, on a free port of the loopback, and stopped
when the process ends.
"""

from __future__ import annotations

import asyncio
import atexit
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from itertools import count
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from app.server.db.engine import create_engine
from app.server.db.migrate import upgrade

_USER = "kbean"

_WRITES = re.compile(
    r"\s*(INSERT|UPDATE|DELETE)\b|.*\bFOR (UPDATE|SHARE)\b", re.DOTALL | re.IGNORECASE
)


@sa.event.listens_for(sa.Engine, "before_cursor_execute")
def _only_reads(connection: sa.Connection, _cursor: object, statement: str, *_: object) -> None:
    """What ``reading`` is given for has no transaction on PostgreSQL that would be rolled back."""
    if connection.get_execution_options().get("isolation_level") == "AUTOCOMMIT":
        assert not _WRITES.match(statement), statement


def find_binary(name: str) -> str:
    """Where a PostgreSQL program is: ``KBEAN_PG_BIN``, the PATH, Debian's folders."""
    named = os.environ.get("KBEAN_PG_BIN")
    folders = [Path(named)] if named else []
    # Debian keeps every version in a folder of its own; the newest first.
    folders += sorted(
        Path("/usr/lib/postgresql").glob("[0-9]*/bin"),
        key=lambda folder: int(folder.parent.name.partition(".")[0]),
        reverse=True,
    )
    for folder in folders:
        if (folder / name).is_file():
            return str(folder / name)
    found = shutil.which(name)
    if found is None:
        raise RuntimeError(
            f"{name} is not installed: these tests need PostgreSQL's server programs "
            "(dev.py setup installs them; KBEAN_PG_BIN names their folder)"
        )
    return found


def _unprivileged() -> list[str]:
    """A prefix that runs a command as a plain user: PostgreSQL refuses to run as root."""
    if sys.platform == "win32" or os.geteuid() != 0:
        return []
    import pwd

    names = {entry.pw_name for entry in pwd.getpwall()}
    user = "postgres" if "postgres" in names else "nobody"
    return ["setpriv", f"--reuid={user}", f"--regid={pwd.getpwnam(user).pw_gid}", "--clear-groups"]


def free_port() -> int:
    """A port on the loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Cluster:
    """A PostgreSQL server of our own."""

    def __init__(self, *, durable: bool = False, settings: dict[str, str] | None = None) -> None:
        """Create and start it; it takes about a second.

        Args:
            durable: Keep ``fsync`` on, as in production; off is faster, and enough wherever
                PostgreSQL itself and the machine are not killed.
            settings: Further settings of the server.
        """
        self._folder = Path(tempfile.mkdtemp(prefix="kbean-pg-"))
        self._as_user = _unprivileged()
        if self._as_user:
            user = self._as_user[1].partition("=")[2]
            shutil.chown(self._folder, user)
        data = self._folder / "data"
        self._run(
            find_binary("initdb"), "-D", str(data), "-U", _USER, "-A", "trust", "-E", "UTF8",
            "--locale=C", "--no-sync",
        )  # fmt: skip
        self.port = free_port()
        options = {
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": str(self._folder),
            "max_connections": "200",
            "shared_buffers": "128MB",
            "fsync": "on" if durable else "off",
            "full_page_writes": "on" if durable else "off",
            "log_min_messages": "fatal",
            **(settings or {}),
        }
        words = [find_binary("postgres"), "-D", str(data), "-p", str(self.port)]
        for name, value in options.items():
            words += ["-c", f"{name}={value}"]
        parent = ["--pdeathsig", "INT"] if self._as_user else []
        self._words = [*self._as_user[:1], *parent, *self._as_user[1:], *words]
        self.start()

    def start(self) -> None:
        """Start the server on its data and wait until it takes connections.

        After :meth:`crash` it recovers first, as after a power cut.
        """
        with (self._folder / "log").open("ab") as log:
            self.process = subprocess.Popen(self._words, stdout=log, stderr=log, cwd="/")
        self._wait()

    def crash(self) -> None:
        """End it at once without saving anything: PostgreSQL's "immediate" shutdown."""
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait(30)

    def halt(self) -> None:
        """End it as an operator does ("fast"): sessions are ended, everything is saved."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(30)

    def _run(self, *words: str) -> None:
        done = subprocess.run(
            [*self._as_user, *words], capture_output=True, text=True, cwd="/", check=False
        )
        if done.returncode:
            raise RuntimeError(f"{words[0]} failed: {done.stderr}")

    def _wait(self) -> None:
        deadline = time.monotonic() + 60
        ready = find_binary("pg_isready")
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise RuntimeError((self._folder / "log").read_text())
            asked = subprocess.run(
                [ready, "-q", "-h", "127.0.0.1", "-p", str(self.port), "-U", _USER], check=False
            )
            if asked.returncode == 0:
                return
            time.sleep(0.05)
        raise RuntimeError("PostgreSQL did not start within a minute")

    def url(self, name: str = "postgres") -> str:
        """The address of one of its databases."""
        return f"postgresql://{_USER}@127.0.0.1:{self.port}/{name}"

    def create(self, name: str, template: str | None = None) -> str:
        """Create a database, empty or as a copy; its address."""
        words = [
            find_binary("createdb"),
            "-h",
            "127.0.0.1",
            "-p",
            str(self.port),
            "-U",
            _USER,
            name,
        ]
        self._run(*words, *(["-T", template] if template else []))
        return self.url(name)

    def drop(self, name: str) -> None:
        """Drop a database and everyone's connections to it."""
        self._run(
            find_binary("dropdb"), "-h", "127.0.0.1", "-p", str(self.port), "-U", _USER,
            "--force", "--if-exists", name,
        )  # fmt: skip

    def stop(self) -> None:
        """Stop the server and remove its files; harmless to repeat."""
        if self.process.poll() is None:
            # "Fast": connections are ended, nothing is waited for.
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)


_numbers = count(1)
_TEMPLATE = "kbean_template"


def migrate(url: str) -> None:
    """Bring a database up to date; must not be called from a running loop."""

    async def run() -> None:
        engine = create_engine(url)
        try:
            await upgrade(engine)
        finally:
            await engine.dispose()

    asyncio.run(run())


@cache
def shared_cluster() -> Cluster:
    """The cluster of this test process, with a migrated template; stopped at exit."""
    cluster = Cluster()
    atexit.register(cluster.stop)
    migrate(cluster.create(_TEMPLATE))
    return cluster


@cache
def _sqlite_template() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="kbean-sqlite-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = folder / "template.db"
    migrate(f"sqlite:///{path}")
    return path


def migrated_copy(path: Path) -> None:
    """Lay a migrated SQLite file at ``path`` unless there is one; safe in a running loop."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with ThreadPoolExecutor(1) as pool:
            template = pool.submit(_sqlite_template).result()
        shutil.copy(template, path)


@contextmanager
def fresh_postgresql() -> Iterator[str]:
    """A migrated PostgreSQL database until the block is left; not to be entered in a loop."""
    name = f"test_{next(_numbers)}"
    cluster = shared_cluster()
    yield cluster.create(name, _TEMPLATE)
    cluster.drop(name)


@pytest.fixture
def postgresql() -> Iterator[str]:
    """The address of a fresh PostgreSQL database, migrated."""
    with fresh_postgresql() as url:
        yield url


@pytest.fixture
def sqlite(tmp_path: Path) -> str:
    """The address of a fresh SQLite file, migrated."""
    path = tmp_path / "kbean.db"
    shutil.copy(_sqlite_template(), path)
    return f"sqlite:///{path}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A fresh migrated database of each engine in turn."""
    url: str = request.getfixturevalue(request.param)
    return url


on_one_database = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For what no database decides; what they do differently (locks, races) is tried on both."""


@pytest.fixture
async def engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    """An engine on a fresh migrated database of each engine in turn."""
    made = create_engine(database_url)
    yield made
    await made.dispose()
