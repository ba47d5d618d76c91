"""The peer of everything that posts: pgbench's TPC-B on the same PostgreSQL in the same run."""

from __future__ import annotations

import subprocess
from typing import NamedTuple

from tests.databases import Cluster, find_binary


class Peer(NamedTuple):
    """What pgbench did: transactions a second, and bytes of the log each of them wrote."""

    rate: float
    log_bytes: float


def settle(cluster: Cluster) -> None:
    """Write everything out, so that a load doesn't pay for what was written before it."""
    _ask(cluster, "CHECKPOINT")


def log_position(cluster: Cluster) -> int:
    """How many bytes of write-ahead log the server has written since it was made."""
    return int(_ask(cluster, "SELECT pg_current_wal_lsn() - '0/0'::pg_lsn"))


def _ask(cluster: Cluster, question: str) -> str:
    words = [find_binary("psql"), "-XAtq", "-d", cluster.url(), "-c", question]
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout.strip()


def pgbench(cluster: Cluster, seconds: float) -> Peer:
    """Run ``pgbench -M prepared -c 16 -j 2``, TPC-B, scale 10."""
    cluster.create("pgbench")
    where = ["-h", "127.0.0.1", "-p", str(cluster.port), "-U", "kbean", "pgbench"]
    program = find_binary("pgbench")
    subprocess.run([program, "-i", "-q", "-s", "10", *where], check=True, capture_output=True)
    settle(cluster)
    before = log_position(cluster)
    done = subprocess.run(
        [program, "-M", "prepared", "-c", "16", "-j", "2", "-T", str(int(seconds)), *where],
        check=True,
        capture_output=True,
        text=True,
    )
    written = log_position(cluster) - before
    cluster.drop("pgbench")
    (line,) = (line for line in done.stdout.splitlines() if line.startswith("tps"))
    rate = float(line.split()[2])
    return Peer(rate, written / (rate * int(seconds)))
