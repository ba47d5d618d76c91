"""The service as processes of its own: commands, TLS, several workers, draining."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import msgspec
import psutil
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from app.cli import main
from app.protocol.ids import new_id
from app.protocol.messages.identity import Contact
from app.protocol.signing import SigningKey
from app.server.config import load_config
from app.server.main import build_service
from tests.databases import free_port, on_one_database
from tests.server.world import FAST, World, code_of, world


def kbean(folder: Path, url: str, *words: str) -> list[str]:
    return ["server", "--data-dir", str(folder), "--database-url", url, *words]


@pytest.fixture
def do(tmp_path: Path, database_url: str, capsys: pytest.CaptureFixture[str], monkeypatch):
    """Run an operator's command; its answer, or the words of its refusal."""
    monkeypatch.setenv("KBEAN_HASH_MEMORY", "64")
    monkeypatch.setenv("KBEAN_HASH_PASSES", "1")

    def run(*words: str) -> Any:
        code = main(kbean(tmp_path, database_url, *words))
        told = capsys.readouterr()
        assert (code == 0) == bool(told.out), told
        return json.loads(told.out) if code == 0 else told.err

    return run


@on_one_database
def test_an_operator_sets_up_a_shop_and_funds_a_person(do: Any, tmp_path: Path, database_url: str):
    assert do("init")["mode"] == "demo"
    assert "exists already" in do("init")
    merchant = do("merchant", "add", "KDOU STORE", "--name-zh", "K豆便利店", "--city", "BEIJING")
    store = do("store", "add", merchant["merchant_id"], "三号店", "--city", "BEIJING")
    till = do("terminal", "add", store["store_id"], "Till 1")
    assert set(till) == {"terminal_id", "public_key", "private_key"}
    # A key may begin with a dash, so it is written in one word with its option.
    while not (dashed := SigningKey.generate().public).startswith("-"):
        pass
    given = do("terminal", "add", store["store_id"], "Till 2", f"--public-key={dashed}")
    assert "private_key" not in given
    code = do("code", "add", store["store_id"])
    assert code["code"].startswith("000201")
    assert "nobody has the contact" in do("fund", "li@example.com", "5", "--reason", "cash")

    contact = Contact("email", "li@example.com")

    async def register() -> str:
        config = load_config(None, {}, **FAST, data_dir=tmp_path, database_url=database_url)
        service = build_service(config)
        await service.start()
        try:
            request = World(service, "", httpx.AsyncClient()).registration(
                contact, SigningKey.generate()
            )
            return (await service.identity.register(request)).user_id
        finally:
            await service.stop()

    user_id = asyncio.run(register())
    key = new_id()
    funded = do("fund", "LI@example.com", "12.50", "--reason", "cash desk", "--key", key)
    assert (funded["amount"], funded["currency"], funded["balance_after"]) == (1_250, "CNY", 1_250)
    again = do("fund", "li@example.com", "12.50", "--reason", "cash desk", "--key", key)
    assert again == funded
    differs = do("fund", "li@example.com", "13", "--reason", "cash desk", "--key", key)
    assert "idempotency_body_differs" in differs
    assert "amount" in do("fund", "li@example.com", "-3", "--reason", "x")
    frozen = do("freeze", "li@example.com")
    assert frozen == {"user_id": user_id, "state": "frozen", "at": frozen["at"], "by": "operator"}
    assert do("thaw", "li@example.com")["state"] == "active"
    assert do("merchant", "close", merchant["merchant_id"])["open"] is False
    assert do("merchant", "open", merchant["merchant_id"])["open"] is True
    assert do("code", "revoke", code["code_id"]) == {"revoked": code["code_id"]}
    assert do("terminal", "revoke", till["terminal_id"]) == {"revoked": till["terminal_id"]}
    for words in (
        ("code", "revoke", new_id()),
        ("code", "add", "nonsense"),
        ("store", "add", new_id(), "x", "--city", "X"),
        ("merchant", "close", "nonsense"),
    ):
        assert "not_found" in do(*words)
    assert "code_malformed" in do(
        "merchant", "add", "A NAME MUCH TOO LONG FOR A CODE", "--city", "X"
    )
    assert do("rotate", "receipt")["key_id"].startswith("r")
    checked = do("check")
    assert checked["broken"] == 0
    assert {"debits_equal_credits", "payment_posted_once"} <= set(checked["invariants"])


def test_the_books_are_told_when_they_are_wrong(do: Any, database_url: str):
    do("init")
    do("merchant", "add", "KDOU STORE", "--city", "BEIJING")

    async def cheat() -> None:
        import sqlalchemy as sa

        from app.server.db.engine import create_engine, writing
        from app.server.ledger.tables import accounts

        engine = create_engine(database_url)
        async with writing(engine) as connection:
            await connection.execute(
                sa.update(accounts).where(accounts.c.kind == "merchant").values(posted=5)
            )
        await engine.dispose()

    asyncio.run(cheat())
    told = do("check")
    assert "balances" in told
    assert told.startswith("kbean server: ")


def test_production_refuses_with_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    config = tmp_path / "kbean.toml"
    config.write_text('mode = "production"\n')
    words = ["server", "--config", str(config), "--data-dir", str(tmp_path / "data"), "run"]
    assert main(words) == 1
    told = capsys.readouterr().err
    for reason in ("service_id is still", "operator must name", "licence must hold", "needs TLS"):
        assert reason in told


@contextmanager
def process(folder: Path, url: str, *words: str, **variables: str) -> Iterator[tuple[str, Any]]:
    """A service of its own on a free port; ended by SIGTERM."""
    port = free_port()
    command = [sys.executable, "-m", "app", *kbean(folder, url, "run", "--port", str(port), *words)]
    quick = {"KBEAN_HASH_MEMORY": "64", "KBEAN_HASH_PASSES": "1", "KBEAN_RATE_LIMITS": "false"}
    log = (folder / "log").open("wb")
    running = subprocess.Popen(command, env=os.environ | quick | variables, stdout=log, stderr=log)
    try:
        address = f"http://127.0.0.1:{port}"
        deadline = time.monotonic() + 60
        while True:
            assert running.poll() is None, (folder / "log").read_text()
            assert time.monotonic() < deadline
            try:
                if httpx.get(f"{address}/health/ready").status_code == 200:
                    break
            except httpx.TransportError:
                continue
        yield address, running
    finally:
        running.send_signal(signal.SIGTERM)
        assert running.wait(60) in (0, -signal.SIGTERM), (folder / "log").read_text()
        log.close()


def sockets(of: Any, status: str) -> list[int]:
    """How many sockets in a state each worker process has, fewest first."""
    workers = psutil.Process(of.pid).children()
    counts = (sum(c.status == status for c in w.net_connections("tcp")) for w in workers)
    return sorted(counts)


def test_processes_share_a_port_evenly_and_with_nobody_else(tmp_path: Path):
    url = f"sqlite:///{tmp_path / 'kbean.db'}"
    with process(tmp_path, url, "--workers", "2") as (address, running):
        port = int(address.rpartition(":")[2])
        deadline = time.monotonic() + 60
        # The children are multiprocessing's own helper and the two that listen.
        while sockets(running, psutil.CONN_LISTEN)[-2:] != [1, 1]:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        lines = [socket.create_connection(("127.0.0.1", port)) for _ in range(128)]
        # Each is answered, so each was taken by somebody.
        for line in lines:
            line.sendall(b"GET /health/live HTTP/1.1\r\nhost: kbean\r\n\r\n")
        assert all(line.recv(12) == b"HTTP/1.1 200" for line in lines)
        taken = sockets(running, psutil.CONN_ESTABLISHED)[-2:]
        if sys.platform == "linux":
            # What arrives at them stops nobody in the middle.
            both = psutil.Process(running.pid).children()[-2:]
            assert [os.sched_getscheduler(one.pid) for one in both] == [os.SCHED_BATCH] * 2
        for line in lines:
            line.close()
        assert sum(taken) == 128
        assert sys.platform != "linux" or min(taken) >= 32
        second = kbean(tmp_path, url, "run", "--port", str(port), "--workers", "2")
        told = subprocess.run(
            [sys.executable, "-m", "app", *second],
            check=False, capture_output=True, text=True, timeout=60,
        )  # fmt: skip
        assert told.returncode != 0
        assert "address already in use" in (told.stdout + told.stderr).lower()


@pytest.mark.parametrize(
    ("database_url", "workers"), [("sqlite", 2), ("postgresql", 1)], indirect=["database_url"]
)
async def test_processes_count_together_drain_and_leave_everything_behind(
    tmp_path: Path, database_url: str, workers: int
):
    """Two processes share a port and a file; on PostgreSQL the market day has two of them."""
    async with world(tmp_path, database_url) as shop:
        till = await shop.till()
        _, code = await shop.service.merchants.add_code(till.store_id, "CNY")
        person = await shop.person(100_000)
    answers: list[int] = []
    lost = 0
    with process(tmp_path, database_url, "--workers", str(workers)) as (address, running):
        clients = [httpx.AsyncClient(base_url=address, timeout=60) for _ in range(8)]
        shop.client = clients[0]
        found = await person.resolve(code)

        async def pay(client: httpx.AsyncClient) -> None:
            nonlocal lost
            request = person.signed(person.intent(found, 10))
            headers = person.headers | {"idempotency-key": request.intent.key}
            body = msgspec.json.encode(request)
            try:
                answer = await client.post("/v1/payments", content=body, headers=headers)
                answers.append(answer.status_code)
            except httpx.TransportError:
                lost += 1

        await asyncio.gather(*(pay(client) for client in clients * 5))
        assert answers == [201] * 40
        assert await person.available() == 100_000 - 400
        # Whichever process is asked, it counts what all of them did.
        text = (await clients[1].get("/metrics")).text
        counted = [
            line for line in text.splitlines() if 'route="/v1/payments",status="201"' in line
        ]
        assert counted[0].endswith(" 40.0")
        assert workers == 1 or len(psutil.Process(running.pid).children()) >= workers
        assert "Traceback" not in (tmp_path / "log").read_text()
        for line in (tmp_path / "log").read_text().splitlines():
            assert json.loads(line)["level"] in {"info", "warning"}
        answers.clear()
        tasks = [asyncio.create_task(pay(client)) for client in clients * 8]
        while len(answers) < 5:
            await asyncio.sleep(0)
        running.send_signal(signal.SIGTERM)
        await asyncio.gather(*tasks)
        for client in clients:
            await client.aclose()
    # Whoever was not answered was not taken either; whoever was taken was answered.
    assert set(answers) <= {201, 503}
    assert len(answers) + lost == 64
    # A session outlives the process that made it, and so does its end.
    async with world(tmp_path, database_url) as shop:
        person.world = shop
        assert await person.available() == 100_000 - 400 - 10 * answers.count(201)
        assert (await shop.client.delete("/v1/sessions/current", headers=person.headers)).is_success
    async with world(tmp_path, database_url) as shop:
        person.world = shop
        assert code_of(await person.get("/v1/me")) == "session_ended"


def certificate(folder: Path) -> tuple[Path, Path]:
    """A self-made certificate for this machine."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    at = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - dt.timedelta(minutes=5))
        .not_valid_after(at + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    certificate_path, key_path = folder / "tls.pem", folder / "tls.key"
    certificate_path.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key_path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return certificate_path, key_path


async def test_tls_speaks_1_2_and_1_3_and_nothing_older(tmp_path: Path):
    from app.server.runner import running

    made, key = certificate(tmp_path)
    config = load_config(
        None, {}, **FAST, data_dir=tmp_path / "data", host="localhost",
        tls_certificate=made, tls_key=key,
    )  # fmt: skip
    async with running(config) as service:
        assert service.url.startswith("https://localhost:")
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            context = ssl.create_default_context(cafile=str(made))
            context.minimum_version = context.maximum_version = version
            async with httpx.AsyncClient(base_url=service.url, verify=context) as client:
                answer = await client.get("/v1/service")
                assert answer.status_code == 200
                assert "max-age=" in answer.headers["strict-transport-security"]
        async with httpx.AsyncClient(base_url=service.url) as stranger:
            with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
                await stranger.get("/v1/service")
        port = int(service.url.rpartition(":")[2])
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        context.set_ciphers("AES256-SHA")
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        with pytest.raises((ssl.SSLError, ConnectionResetError)):
            await asyncio.open_connection("localhost", port, ssl=context)
