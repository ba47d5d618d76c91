"""Too much, too slow, too long, or not HTTP at all: refused in words, and then all is well."""

from __future__ import annotations

import asyncio
import contextlib
import random
import resource
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Iterator

import msgspec
import psutil
import pytest

from app.server.http.protocol import BoundedProtocol
from app.server.runner import running
from tests.databases import migrated_copy
from tests.end_to_end.world import until
from tests.faults import town as towns
from tests.faults import wire
from tests.faults.audit import audit
from tests.faults.nursery import Forked
from tests.faults.town import Process, Town, Wish
from tests.faults.wire import Call, Heard

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

QUEUE = 2000
"""How many plans wait in a writer at most (its default), besides the batch it works on."""

MORE = 600
MEGABYTE = 2**20


@pytest.fixture(scope="module")
def many_sockets() -> Iterator[None]:
    """Thousands of connections need more than a shell's usual thousand of files."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 8192 if hard == resource.RLIM_INFINITY else min(8192, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


class Place:
    """A service on SQLite that all of this meets in turn, and what it costs."""

    def __init__(self, town: Town, process: Process) -> None:
        self.town = town
        self.port = process.port
        self.truth: dict[str, tuple[Wish, Heard]] = {}
        self._process = psutil.Process(process.pid)

    def wish(self, number: int = 0) -> Wish:
        return self.town.pays(self.town.payers[number % 8], self.town.shops[0], 1)

    def memory(self) -> float:
        """Resident megabytes."""
        return self._process.memory_info().rss / MEGABYTE

    def connections(self) -> int:
        return len(self._process.net_connections("tcp"))

    async def pays(self, count: int = 20) -> None:
        """Ordinary payments go through."""
        wishes = [self.wish(n) for n in range(count)]
        heard = await asyncio.gather(*(wire.ask(self.port, wish.call) for wish in wishes))
        assert {h.status for h in heard} == {201}
        self.truth |= {w.key: (w, h) for w, h in zip(wishes, heard, strict=True)}

    async def check(self) -> None:
        await audit(self.town, self.truth, {p.id: p.funds for p in self.town.payers})


@pytest.fixture(scope="module")
def hardened(many_sockets: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("overload")
    migrated_copy(folder / "kbean.db")
    url = f"sqlite:///{folder / 'kbean.db'}"
    town = asyncio.run(towns.found(folder / "service", url, [10**6] * 8, shops=1))
    process = Forked(town.config)
    try:
        asyncio.run(process.up())
        place = Place(town, process)
        yield place
        asyncio.run(place.check())
        assert process.log.read_text() == ""
    finally:
        process.kill()


@pytest.fixture
async def place(hardened: Place) -> AsyncIterator[Place]:
    """Well before and well afterwards."""
    await hardened.pays()
    yield hardened
    await hardened.pays()


@contextlib.contextmanager
def database_held(town: Town) -> Iterator[None]:
    """Somebody else writes and doesn't finish: the writer has to wait at the door."""
    path = town.config.database_url.removeprefix("sqlite:///")
    connection = sqlite3.connect(path, isolation_level=None, timeout=60)
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")
        connection.close()


async def test_a_flood_is_refused_in_words_and_memory_stays_bounded(place):
    wishes = [place.wish(n) for n in range(QUEUE + MORE)]
    refused: list[tuple[Wish, Heard]] = []

    async def send(wish: Wish) -> None:
        heard = await wire.send(place.port, wish.call, patience=300)
        assert heard is not None
        if heard.status == 503:
            refused.append((wish, heard))
        else:
            place.truth[wish.key] = (wish, heard)

    before = place.memory()
    with database_held(place.town):
        sending = [asyncio.create_task(send(wish)) for wish in wishes]
        # The writer took one batch of 1 to 256 out before it met the closed door.
        await until(lambda: len(refused) >= MORE - 256, seconds=120)
        full = place.memory()
        assert full - before < 150
        # As many again: nothing of them is kept.
        many = list(refused)
        again = asyncio.Semaphore(50)

        async def insist(wish: Wish) -> None:
            async with again:
                heard = await wire.ask(place.port, wish.call)
                assert (heard.status, heard.code) == (503, "busy")

        for _ in range(3):
            await asyncio.gather(*(insist(wish) for wish, _ in many))
        assert place.memory() - full < 20
    await asyncio.gather(*sending)
    # Who was let in was served; who was refused knows when to come back, and does.
    assert len(place.truth) >= QUEUE
    for wish, heard in refused:
        assert (heard.code, heard.problem.money) == ("busy", "not_moved")
        assert int(heard.headers["retry-after"]) >= 1
        place.truth[wish.key] = (wish, await wire.ask(place.port, wish.call))
    assert {heard.status for _, heard in place.truth.values()} == {201}


def torn(raw: bytes, chance: random.Random) -> bytes:
    """The beginning of a request; its end never comes."""
    return raw[: chance.randrange(0, len(raw))]


async def open_and_say(port: int, said: bytes) -> asyncio.StreamWriter:
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(said)
    await writer.drain()
    return writer


async def test_hundreds_of_hanging_clients_hinder_nobody(place):
    chance = random.Random(5)
    idle, before = place.connections(), place.memory()
    calls = (place.wish(n).call.raw() for n in range(600))
    hanging = [await open_and_say(place.port, torn(raw, chance)) for raw in calls]
    await until(lambda: place.connections() >= idle + 600, seconds=60)
    await place.pays(50)
    assert place.memory() - before < 30
    for writer in hanging:
        writer.transport.abort()
    await until(lambda: place.connections() <= idle, seconds=60)


async def test_who_never_finishes_a_request_is_hung_up_on(tmp_path, monkeypatch):
    monkeypatch.setattr(BoundedProtocol, "request_seconds", 0.2)
    migrated_copy(tmp_path / "kbean.db")
    url = f"sqlite:///{tmp_path / 'kbean.db'}"
    town = await towns.found(tmp_path / "service", url, [10**6], shops=1)
    async with running(msgspec.structs.replace(town.config, port=0)) as up:
        port = int(up.url.rpartition(":")[2])
        raw = town.pays(town.payers[0], town.shops[0], 1).call.raw()
        head_end = raw.index(b"\r\n\r\n")
        for said in (b"", raw[:20], raw[: head_end - 5], raw[: head_end + 10]):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(said)
            async with asyncio.timeout(20):
                assert await reader.read() == b""
            writer.transport.abort()
        # A whole request is in time, and one connection may carry several.
        assert (await wire.ask(port, Call("GET", "/v1/service"))).status == 200


ENDLESS = {
    "header": [b"GET / HTTP/1.1\r\nhost: x\r\nx-long: ", b"a" * 65536],
    "headers": [b"GET / HTTP/1.1\r\nhost: x\r\n", b"x-many: yes\r\n" * 5000],
    "address": [b"GET /", b"a" * 65536],
}


async def test_an_endless_head_is_cut_off(place):
    before = place.memory()
    for what, (start, more) in ENDLESS.items():
        _, writer = await asyncio.open_connection("127.0.0.1", place.port)
        writer.write(start)
        with contextlib.suppress(ConnectionError):
            for _ in range(1000):
                writer.write(more)
                await writer.drain()
            pytest.fail(f"it took sixty megabytes of head: {what}")
        writer.transport.abort()
        assert place.memory() - before < 10, what


async def test_oversized_bodies_are_refused(place):
    token, key = place.town.payers[0].token, place.wish().key
    big = b'{"note":"' + b"a" * 200_000 + b'"}'
    heard = await wire.ask(place.port, Call("POST", "/v1/payments", token, key, big))
    assert (heard.status, heard.code) == (413, "payload_too_large")
    head = Call("POST", "/v1/payments", token, key).raw()
    chunked = head.replace(b"content-length: 0", b"transfer-encoding: chunked\r\n"
                           b"content-type: application/json")  # fmt: skip
    before = place.memory()
    reader, writer = await asyncio.open_connection("127.0.0.1", place.port)
    writer.write(chunked)
    with contextlib.suppress(ConnectionError):
        for _ in range(500):
            writer.write(b"10000\r\n" + b"a" * 65536 + b"\r\n")
            await writer.drain()
    answer = await wire.read_answer(reader)
    writer.transport.abort()
    assert answer is None or answer.code == "payload_too_large"
    assert place.memory() - before < 10


def garbage(chance: random.Random) -> bytes:
    kind = chance.randrange(5)
    if kind == 0:
        return chance.randbytes(chance.randrange(1, 4000))
    if kind == 1:
        return bytes.fromhex("16030100c8010000c40303") + chance.randbytes(190)
    if kind == 2:
        return b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
    if kind == 3:
        return b"POST /v1/payments HTTP/1.1\r\ncontent-length: -1\r\n\r\n" + chance.randbytes(9)
    target = chance.randbytes(30).replace(b" ", b"+").replace(b"\n", b"+")
    return b"GET /" + target + b" HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"


async def test_garbage_to_the_port_does_no_harm(place):
    chance = random.Random(7)
    seen: Counter[int] = Counter()
    for _ in range(300):
        reader, writer = await asyncio.open_connection("127.0.0.1", place.port)
        writer.write(garbage(chance))
        writer.write_eof()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(1):
                answer = await wire.read_answer(reader)
                seen[0 if answer is None else answer.status] += 1
        writer.transport.abort()
    assert {status for status in seen if status >= 500} == set()
    assert seen[400] > 100


async def test_deep_nesting_is_refused(place):
    token, key = place.town.payers[0].token, place.wish().key
    for body in (b"[" * 60_000, b'{"a":' * 12_000):
        heard = await wire.ask(place.port, Call("POST", "/v1/payments", token, key, body))
        assert heard.status == 400, heard
