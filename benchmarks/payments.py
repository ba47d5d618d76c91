"""Payments a second through the public HTTP API, beside pgbench on the same PostgreSQL.

Two loads: payments that a wallet signed (scanned codes), and charges of payers' codes by tills
(``--load charges``), each charge an order, a burned code and a payment in one transaction.

Everything is on: the token and the device's signature are verified, limits and the merchant's code
are checked, money and K-Beans are posted, the answer is a signed receipt, and every commit waits
for the disk. Requests are signed beforehand, each is sent once, and wrk (a load generator in C)
drives them, so that no client is measured. Afterwards the ledger's invariants are checked over the
whole database, and the payments in it are counted against the answers.

The peer is ``pgbench -M prepared -c 16 -j 2``, TPC-B, scale 10, on the same server in the same run.
Each of them starts right after a checkpoint, so that none pays for what another wrote.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import psutil
import sqlalchemy as sa

from app.protocol.codes import payment_code
from app.protocol.ids import new_id
from app.protocol.messages.charges import ChargeRequest, CodesRequest, PayerHandle
from app.protocol.messages.identity import Contact, DeviceKey, RegistrationRequest, Session
from app.protocol.messages.payments import PaymentIntent, PaymentRequest
from app.protocol.signing import SigningKey, decode_bytes
from app.server.config import Config
from app.server.db.engine import create_engine, reading
from app.server.http.tokens import Principal
from app.server.keys import make_keys, write_keys
from app.server.ledger.invariants import check
from app.server.main import Service, build_service, migrate
from benchmarks.postgres import log_position, pgbench, settle
from benchmarks.report import Report
from tests.databases import Cluster, free_port

LUA = Path(__file__).with_name("wrk_payments.lua")
THREADS = 2
WARM_SECONDS = 4
"""Before the measured run: every process has started and met its first people."""
FUNDS = 10**7


@dataclass
class Payer:
    """A person with a device and a token."""

    session: Session
    key: SigningKey
    handles: list[PayerHandle]


@dataclass
class Shop:
    """A merchant with a printed code, and the token of its till."""

    merchant_id: str
    code_id: str
    till_token: str


async def _register(service: Service, number: int) -> Payer:
    key = SigningKey.generate()
    now = int(time.time() * 1000)
    request = RegistrationRequest(
        contact=Contact("email", f"payer{number}@example.org"),
        passphrase="correct horse battery staple 7",
        display_name=f"Payer {number}",
        locale="en",
        device=DeviceKey(key.public, "bench"),
        time=now,
        signature="",
    )
    request = msgspec.structs.replace(request, signature=key.sign(request.signed_bytes()))
    session = await service.identity.register(request)
    await service.funding.fund(session.user_id, FUNDS, "CNY", reason="benchmark", key=new_id())
    issued = await service.charges.handles.issue(
        service.tokens.open(session.access_token, now), CodesRequest()
    )
    at = issued.server_time
    usable = [h for h in issued.handles if not h.must_confirm and h.valid_from <= at]
    return Payer(session, key, usable)


async def _seed(config: Config, people: int, merchants: int) -> tuple[list[Payer], list[Shop]]:
    """Migrate; register and fund people; add merchants with a printed code and a till each."""
    await migrate(config)
    service = build_service(config)
    await service.start()
    payers: list[Payer] = []
    for start in range(0, people, 50):
        part = range(start, min(start + 50, people))
        payers += await asyncio.gather(*(_register(service, number) for number in part))
    shops = []
    for number in range(merchants):
        merchant = await service.merchants.add_merchant(
            f"Shop {number}", mcc="5814", city="Beijing"
        )
        store = await service.merchants.add_store(merchant, "Main", city="Beijing")
        code_id, _ = await service.merchants.add_code(store, "CNY")
        terminal = await service.merchants.add_terminal(store, "Till", SigningKey.generate().public)
        expires = int(time.time() * 1000) + 3_600_000
        till = Principal("till", terminal, terminal, "", merchant, store, expires)
        shops.append(Shop(merchant, code_id, service.tokens.issue(till)))
    await service.stop()
    return payers, shops


def _write_requests(
    folder: Path, payers: list[Payer], shops: list[Shop], numbers: range, load: str
) -> None:
    """Write requests down, dealt out to wrk's threads; each payer and shop in turn."""
    make = _payment if load == "payments" else _charge
    files = [(folder / f"requests-{n}.txt").open("w") for n in range(THREADS)]
    for number in numbers:
        # An even number of payers: each stays with one thread, so that codes come in order.
        key, token, body = make(payers[number % len(payers)], shops[number % len(shops)], number,
                                number // len(payers))  # fmt: skip
        files[number % THREADS].write(f"{key}\n{token}\n{body.decode()}\n")
    for file in files:
        file.close()


def _payment(payer: Payer, shop: Shop, number: int, _turn: int) -> tuple[str, str, bytes]:
    intent = PaymentIntent(
        key=new_id(),
        payer=payer.session.user_id,
        device=payer.session.device_id,
        payee=shop.merchant_id,
        code_id=shop.code_id,
        order_id=None,
        amount=100 + number % 400,
        currency="CNY",
        time=int(time.time() * 1000),
    )
    body = msgspec.json.encode(PaymentRequest(intent, payer.key.sign(intent.signed_bytes())))
    return intent.key, payer.session.access_token, body


def _charge(payer: Payer, shop: Shop, number: int, turn: int) -> tuple[str, str, bytes]:
    handle = payer.handles[turn % len(payer.handles)]
    code = payment_code.generate(
        decode_bytes(handle.key), handle.handle, int(time.time()), turn // len(payer.handles) + 1
    )
    request = ChargeRequest(f"bench-{number}", 100 + number % 400, "CNY", code)
    return new_id(), shop.till_token, msgspec.json.encode(request)


def _serve(config: Config) -> tuple[subprocess.Popen[bytes], str]:
    port = free_port()
    environment = {
        **os.environ,
        "KBEAN_DATA_DIR": str(config.data_dir),
        "KBEAN_DATABASE_URL": config.database_url,
        "KBEAN_STATIC_CODE_DAILY_CAP": str(config.static_code_daily_cap),
        "KBEAN_SMALL_DAY": str(config.small_day),
        "KBEAN_PORT": str(port),
        "KBEAN_WORKERS": str(config.workers),
        "KBEAN_LOG_LEVEL": "warning",
    }
    words = [sys.executable, "-m", "app", "server", "run"]
    process = subprocess.Popen(words, env=environment)
    url = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(f"{url}/health/ready", timeout=2):
                return process, url
        except OSError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("the service did not start") from None
            time.sleep(0.1)


def _drive(url: str, folder: Path, connections: int, seconds: float, load: str) -> dict[str, int]:
    done = subprocess.run(
        ["wrk", "-t", str(THREADS), "-c", str(connections), "-d", f"{int(seconds)}s",
         "--timeout", "10s", "-s", str(LUA), url, "--", str(folder), f"/v1/{load}"],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    (line,) = (line for line in done.stdout.splitlines() if line.startswith("RESULT "))
    result: dict[str, int] = json.loads(line.removeprefix("RESULT "))
    return result


async def _count(url: str) -> int:
    """How many payments were posted."""
    engine = create_engine(url)
    async with reading(engine) as connection:
        counted = await connection.execute(sa.text("SELECT count(*) FROM payments"))
        posted: int = counted.scalar_one()
    await engine.dispose()
    return posted


async def _audit(url: str) -> tuple[int, int]:
    """How many payments were posted, and how many findings the invariants have."""
    posted = await _count(url)
    engine = create_engine(url)
    findings = await check(engine)
    await engine.dispose()
    return posted, sum(len(finding.findings) for finding in findings)


def _cpu_seconds(pid: int) -> float:
    """Processor time of a process and all its children, those that ended included."""
    process = psutil.Process(pid)
    total = 0.0
    for one in (process, *process.children(recursive=True)):
        times = one.cpu_times()
        total += times.user + times.system
        if one is process:
            total += times.children_user + times.children_system
    return total


def measure(
    report: Report,
    name: str,
    database_url: str,
    args: argparse.Namespace,
    *,
    load: str,
    cluster: Cluster | None = None,
) -> float:
    """Payments a second over one database; rows go into the report."""
    words = {"payments": "signed payments", "charges": "charges of payers' codes"}[load]
    with tempfile.TemporaryDirectory(prefix="kbean-bench-") as made:
        folder = Path(made)
        workers = args.workers if name == "PostgreSQL" else 1
        config = Config(
            data_dir=folder,
            database_url=database_url or f"sqlite+aiosqlite:///{folder / 'kbean.db'}",
            static_code_daily_cap=10**9,
            small_day=10**9,
            workers=workers,
            hash_memory=64,
            hash_passes=1,
            rate_limits=False,
        )
        write_keys(config.keys_path, make_keys("demo"))
        payers, shops = asyncio.run(_seed(config, args.people, args.merchants))
        warm = folder / "warm"
        warm.mkdir()
        process, url = _serve(config)
        pids = [process.pid, *([cluster.process.pid] if cluster else [])]
        try:
            # Written while the service already stands: a payer's code lives two minutes. One code
            # a payer to warm up, so that none of those that follow is too far ahead.
            first = args.people * (10 if load == "payments" else 1)
            _write_requests(warm, payers, shops, range(first), load)
            _drive(url, warm, args.connections, WARM_SECONDS, load)
            heard = range(first, first + args.requests)
            _write_requests(folder, payers, shops, heard, load)
            already = asyncio.run(_count(config.database))
            if cluster:
                settle(cluster)
            log = log_position(cluster) if cluster else 0
            before = [_cpu_seconds(pid) for pid in pids]
            result = _drive(url, folder, args.connections, args.seconds, load)
            cpu = [_cpu_seconds(pid) - was for pid, was in zip(pids, before, strict=True)]
            log = log_position(cluster) - log if cluster else 0
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=60)
        posted, findings = asyncio.run(_audit(config.database))
    posted -= already
    rate = (result["requests"] - result["refused"]) / (result["microseconds"] / 1e6)
    report.add(f"{name}: {words}", rate, "a second")
    name = f"{name}: {load}"
    report.add(f"{name}: p50", result["p50_us"] / 1000, "ms")
    report.add(f"{name}: p99", result["p99_us"] / 1000, "ms")
    for who, spent in zip(("service", "PostgreSQL"), cpu, strict=False):
        report.add(f"{name}: CPU of {who}", spent / posted * 1e6, "us each")
    if cluster:
        report.add(f"{name}: log written", log / posted, "bytes each")
    report.add(f"{name}: service processes", workers, "")
    report.add(f"{name}: refused or failed", result["refused"] + result["socket_errors"], "",
               at_most=0)  # fmt: skip
    report.add(f"{name}: sent twice (requests ran out)", result["repeated"], "", at_most=0)
    # wrk stops listening at the end of its time; what was still under way is posted, not counted.
    unheard = posted - (result["requests"] - result["refused"])
    report.add(f"{name}: posted, answer not waited for", unheard, "", at_most=args.connections)
    report.add(f"{name}: findings of the ledger's check", findings, "", at_most=0)
    return rate


def main(argv: Sequence[str] | None = None) -> int:
    """Run it; the target is at least as many payments a second as pgbench transactions."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="5 seconds each instead of 20")
    parser.add_argument("--workers", type=int, default=2, help="service processes on PostgreSQL")
    parser.add_argument("--connections", type=int, default=256)
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--merchants", type=int, default=200)
    parser.add_argument("--only", choices=["postgresql", "sqlite"])
    parser.add_argument("--load", choices=["payments", "charges"], help="one of the two alone")
    args = parser.parse_args(argv)
    args.seconds = 5.0 if args.quick else 20.0
    args.requests = int(args.seconds * 9000)
    loads = [args.load] if args.load else ["payments", "charges"]
    report = Report("payments")
    report.context = {"connections": args.connections, "people": args.people,
                      "merchants": args.merchants, "seconds": args.seconds}  # fmt: skip
    if args.only != "sqlite":
        cluster = Cluster(durable=True)
        try:
            peer = pgbench(cluster, args.seconds)
            report.add("pgbench TPC-B, prepared, scale 10, 16 clients", peer.rate, "tx/s")
            report.add("pgbench: log written", peer.log_bytes, "bytes each")
            for load in loads:
                rate = measure(
                    report, "PostgreSQL", cluster.create(load), args, load=load, cluster=cluster
                )
                report.add(
                    f"PostgreSQL: {load} beside pgbench", rate / peer.rate, "times", at_least=1.0
                )
        finally:
            cluster.stop()
    if args.only != "postgresql":
        for load in loads:
            measure(report, "SQLite", "", args, load=load)
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
