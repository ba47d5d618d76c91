"""The peer of everything that posts: pgbench's TPC-B on the same PostgreSQL in the same run."""

from __future__ import annotations

import subprocess

from tests.databases import Cluster, find_binary


def pgbench(cluster: Cluster, seconds: float) -> float:
    """Transactions a second of ``pgbench -M prepared -c 16 -j 2``, TPC-B, scale 10."""
    cluster.create("pgbench")
    where = ["-h", "127.0.0.1", "-p", str(cluster.port), "-U", "kbean", "pgbench"]
    program = find_binary("pgbench")
    subprocess.run([program, "-i", "-q", "-s", "10", *where], check=True, capture_output=True)
    done = subprocess.run(
        [program, "-M", "prepared", "-c", "16", "-j", "2", "-T", str(int(seconds)), *where],
        check=True,
        capture_output=True,
        text=True,
    )
    cluster.drop("pgbench")
    (line,) = (line for line in done.stdout.splitlines() if line.startswith("tps"))
    return float(line.split()[2])
