"""Plans a second straight into the ledger's batch writer, beside pgbench on the same PostgreSQL.

Each plan is what a signed payment asks of the ledger: the payer's, the merchant's and two K-Bean
accounts, a look at session and merchant, one journal with four entries and its evidence, a lot,
the payment's own row, and the kept answer under a fresh idempotency key; every commit waits for
the disk. There is no HTTP and no signature here: this is the share of a payment that the ledger
may not exceed.

Several processes post at once (each with a writer of its own) and keep a fixed number of plans in
flight. The peer is ``pgbench -M prepared -c 16 -j 2``, TPC-B, scale 10, on the same server in the
same run. "CPU" is processor time per plan: of the posting processes, and of PostgreSQL's.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import hashlib
import json
import multiprocessing
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psutil
import sqlalchemy as sa

from app.protocol.ids import new_id
from app.server.db.engine import create_engine, reading, writing
from app.server.db.migrate import upgrade
from app.server.ledger.accounts import Directory, open_accounts, open_operator
from app.server.ledger.chart import OPERATOR, POINTS
from app.server.ledger.plan import Answer, Draft, Idempotency, Leg, Plan
from app.server.ledger.tables import accounts
from app.server.ledger.writer import Writer
from app.server.payments.rows import MERCHANTS, PAYMENTS, SESSIONS, PaymentRow
from app.server.points.lots import add_lot
from benchmarks.postgres import pgbench
from benchmarks.report import Report
from tests.databases import Cluster

MONEY = 10**9
INTENT = hashlib.sha256(b"what a device signs").digest() * 9


async def _prepare(url: str, people: int, merchants: int) -> None:
    """Migrate, open everyone's accounts and fund them through the ledger."""
    engine = create_engine(url)
    await upgrade(engine)
    await open_operator(engine, ["CNY"])
    owners = [new_id() for _ in range(people)]
    async with writing(engine) as connection:
        for owner in owners:
            await open_accounts(connection, owner, [("person", "CNY"), ("points", POINTS)])
        for _ in range(merchants):
            await open_accounts(connection, new_id(), [("merchant", "CNY")])
    directory = Directory(engine)
    bank = await directory.find(OPERATOR, "safeguarded_bank", "CNY") or 0
    clearing = await directory.find(OPERATOR, "funding_clearing", "CNY") or 0
    held = await _accounts(engine, "person")
    writer = Writer(engine)
    await writer.start()

    def funding(account: int) -> Plan:
        def decide(draft: Draft) -> Answer:
            legs = [Leg(bank, clearing, MONEY), Leg(clearing, account, MONEY)]
            draft.post("top_up", legs, event_at=draft.now)
            return Answer(201, b"{}")

        return Plan(decide, (bank, clearing, account))

    for start in range(0, people, 500):
        part = held[start : start + 500]
        await asyncio.gather(*(writer.submit(funding(account)) for _, account in part))
    await writer.stop()
    async with engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(sa.text("ANALYZE"))
    await engine.dispose()


async def _accounts(engine: Any, kind: str) -> list[tuple[str, int]]:
    async with reading(engine) as connection:
        found = await connection.execute(
            sa.select(accounts.c.owner, accounts.c.id)
            .where(accounts.c.kind == kind)
            .order_by(accounts.c.owner)
        )
        return [(owner, number) for owner, number in found]


def _payment(payer: tuple[str, int], points: int, merchant: int, issued: int, amount: int) -> Plan:
    key, lot_id = new_id(), new_id()
    body = hashlib.sha256(key.encode()).digest()

    def decide(draft: Draft) -> Answer:
        beans = amount // 100
        posted = draft.post(
            "payment",
            [Leg(payer[1], merchant, amount), Leg(issued, points, beans)],
            event_at=draft.now - 40,
            intent=INTENT,
            signature=INTENT[:64],
        )
        add_lot(
            draft,
            posted,
            lot_id=lot_id,
            account_id=points,
            beans=beans,
            expires_at=draft.now + 10**9,
            payment_id=key,
        )
        told = {
            "journal": posted.journal_id,
            "balance": draft.account(payer[1]).posted,
            "points": draft.account(points).posted,
            "receipt": "x" * 700,
        }
        answer = json.dumps(told).encode()
        row = PaymentRow(
            lot_id, key, payer[0], key, key, key, key, None, amount, "CNY", beans,
            posted.journal_id, posted.posted_at, answer,
        )  # fmt: skip
        draft.insert(PAYMENTS, row)
        return Answer(201, answer)

    return Plan(
        decide,
        (payer[1], merchant, issued, points),
        needs=((SESSIONS, (payer[0],)), (MERCHANTS, (payer[0],))),
        idempotency=Idempotency(payer[0], "payments", key, body),
    )


async def _post(
    url: str, index: int, processes: int, seconds: float, in_flight: int
) -> dict[str, float]:
    """One process: keep ``in_flight`` plans under way for ``seconds``."""
    engine = create_engine(url)
    people = await _accounts(engine, "person")
    points = dict(await _accounts(engine, "points"))
    merchants = [number for _, number in await _accounts(engine, "merchant")]
    issued = await Directory(engine, shard=index).find(OPERATOR, "points_issued", POINTS) or 0
    writer = Writer(engine)
    await writer.start()
    latencies: list[float] = []
    began = time.perf_counter()
    end = began + seconds
    cpu = time.process_time()

    async def client(number: int) -> None:
        turn = number * processes + index
        while (now := time.perf_counter()) < end:
            payer = people[turn % len(people)]
            merchant = merchants[turn % len(merchants)]
            plan = _payment(payer, points[payer[0]], merchant, issued, 100 + turn % 900)
            answer = await writer.submit(plan)
            assert answer.status == 201, answer
            latencies.append(time.perf_counter() - now)
            turn += in_flight * processes

    await asyncio.gather(*(client(n) for n in range(in_flight)))
    took = time.perf_counter() - began
    cpu = time.process_time() - cpu
    await writer.stop()
    await engine.dispose()
    latencies.sort()
    return {
        "plans": len(latencies),
        "seconds": took,
        "cpu": cpu,
        "batch": writer.plans / writer.batches,
        "p50": latencies[len(latencies) // 2] * 1000,
        "p99": latencies[len(latencies) * 99 // 100] * 1000,
    }


def _process(arguments: tuple[str, int, int, float, int]) -> dict[str, float]:
    import uvloop

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_post(*arguments))


def _server_cpu(cluster: Cluster | None) -> float:
    if cluster is None:
        return 0.0
    server = psutil.Process(cluster.process.pid)
    total = 0.0
    for process in (server, *server.children()):
        # A backend may end while we look; its time is then among its parent's children.
        with contextlib.suppress(psutil.NoSuchProcess):
            times = process.cpu_times()
            total += times.user + times.system
            if process is server:
                total += times.children_user + times.children_system
    return total


def _measure(
    report: Report, name: str, url: str, cluster: Cluster | None, args: argparse.Namespace
) -> float:
    asyncio.run(_prepare(url, args.people, args.merchants))
    processes = args.processes if cluster else 1
    jobs = [(url, n, processes, args.seconds, args.in_flight) for n in range(processes)]
    before = _server_cpu(cluster)
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        results = pool.map(_process, jobs, chunksize=1)
        server = _server_cpu(cluster) - before
    plans = sum(r["plans"] for r in results)
    rate = sum(r["plans"] / r["seconds"] for r in results)
    report.add(f"{name}, {processes} process(es)", rate, "plans/s")
    report.add(f"{name}, p50", max(r["p50"] for r in results), "ms")
    report.add(f"{name}, p99", max(r["p99"] for r in results), "ms")
    report.add(f"{name}, plans a commit", sum(r["batch"] for r in results) / processes, "")
    report.add(f"{name}, CPU of our processes", sum(r["cpu"] for r in results) / plans * 1e6, "µs")
    if cluster:
        report.add(f"{name}, CPU of PostgreSQL", server / plans * 1e6, "µs")
    return rate


def main(argv: Sequence[str] | None = None) -> int:
    """Run it; the target is to post at least as many plans a second as pgbench transactions."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="3 seconds each instead of 15")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--in-flight", type=int, default=32, help="plans under way in a process")
    parser.add_argument("--people", type=int, default=2000)
    parser.add_argument("--merchants", type=int, default=200)
    parser.add_argument("--only", choices=["postgresql", "sqlite"])
    args = parser.parse_args(argv)
    args.seconds = 3.0 if args.quick else 15.0
    report = Report("ledger")
    report.context = {
        "processes": args.processes,
        "in_flight": args.in_flight,
        "seconds": args.seconds,
        "people": args.people,
        "merchants": args.merchants,
    }
    if args.only != "sqlite":
        cluster = Cluster(durable=True)
        try:
            peer = pgbench(cluster, args.seconds)
            report.add("pgbench TPC-B, prepared, scale 10, 16 clients", peer.rate, "tx/s")
            rate = _measure(report, "PostgreSQL", cluster.create("ledger"), cluster, args)
            report.add("PostgreSQL beside pgbench", rate / peer.rate, "times", at_least=1.0)
        finally:
            cluster.stop()
    if args.only != "postgresql":
        with tempfile.TemporaryDirectory(prefix="kbean-bench-") as folder:
            _measure(report, "SQLite", f"sqlite:///{Path(folder) / 'ledger.db'}", None, args)
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
