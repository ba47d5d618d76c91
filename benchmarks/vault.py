"""The vault with 100,000 movements: opening it, searching it, writing an intent to it.

The peer is the same schema, the same rows and the same queries in a plain, readable database of
the same SQLite library in the same run; the ratio is what encryption costs. "Open" is everything
between the right key and the first page of fifty rows on hand: lock, slots file, the look that
cannot write, the real opening, the query. Argon2id is left out of it (tests' parameters) and shown
beside it with the parameters people get.

Each search is timed five times on each of three openings. "Cold" is the first after opening, with
an empty page cache (the best of three, so that a neighbour on the machine isn't what is measured),
"warm" the median of the others; the figure is always the slowest query's.
"""

from __future__ import annotations

import argparse
import random
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as sqlcipher

from app.protocol.ids import new_id
from app.wallet.vault.database import Database
from app.wallet.vault.keyslots import Argon2Params
from app.wallet.vault.schema import STEPS, take_steps
from app.wallet.vault.stores.activity import Activity, ActivityFilter, ActivityRow
from app.wallet.vault.stores.intents import Intent, Intents
from app.wallet.vault.vault import Passphrase, Setup, create_vault, open_vault
from benchmarks.report import Report

PASSPHRASE = Passphrase("benchmark")
CHEAP = Setup(argon2=Argon2Params(memory_kib=64, passes=1, lanes=1))
START = 1_672_531_200_000
TIMES = 10

NAMES = (
    *("K豆便利店", "老北京炸酱面", "蓝瓶咖啡", "永辉超市", "星巴克", "中石化加油站", "小林拉面"),
    *("滴滴出行", "学生一食堂", "图书馆打印", "陈记肠粉", "Joe’s", "Starbucks", "Green Grocer"),
    *("Book Barn", "Café Müller"),
)
NOTES = (
    "",
    "",
    "早餐",
    "午饭和同事",
    "taxi home",
    "生日礼物 给妈妈",
    "monthly pass",
    "聚餐",
    "水电费",
)
QUERIES = (
    *(
        "店",
        "豆",
        "e",
        "1",
        "咖啡",
        "妈妈",
        "12",
        "zz",
        "star",
        "炸酱面",
        "cafe mull",
        "生日 妈妈 店",
    ),
    *(
        "老北京炸酱面 299",
        "23.72",
        "999.99",
        "2024",
        "taxi 咖啡 7",
        "nothing at all",
        "1 2 3 4 5 6 7",
    ),
)


def movements(count: int) -> Iterator[ActivityRow]:
    """Two and a half years of a busy person: names, notes, order numbers of 18 digits."""
    draw = random.Random(20261123)
    moment = START
    for number in range(count):
        moment += draw.randrange(1, 1_500_000)
        name = draw.choice(NAMES)
        yield ActivityRow(
            id=f"019a{number:08x}",
            kind="payment",
            amount=draw.randrange(100, 99_999) * (1 if number == 0 else -1),
            currency="CNY",
            occurred_at=moment,
            counterparty=f"{name} {draw.randrange(300)}号店",
            sequence=number,
            account_id="account",
            store_name=draw.choice(NAMES),
            note=draw.choice(NOTES),
            category="5411",
            order_number=f"2024{draw.randrange(10**14):014d}",
            payment_id=f"payment-{number}",
            points_earned=3,
            raw=b'{"movement":"' + b"." * 300 + b'"}',
        )


def fill(activity: Activity, rows: Sequence[ActivityRow]) -> float:
    """Write the rows as a sync does, in pages; seconds."""
    began = time.perf_counter()
    for start in range(0, len(rows), 500):
        activity.upsert(rows[start : start + 500])
    return time.perf_counter() - began


def timed(work: Callable[[], Any]) -> float:
    """Milliseconds of one call."""
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


@contextmanager
def vault_activity(folder: Path) -> Iterator[tuple[Activity, Intents]]:
    """The vault's stores, opened as the wallet does."""
    vault = open_vault(folder, PASSPHRASE, CHEAP)
    yield vault.activity, vault.intents
    vault.lock()


@contextmanager
def plain_activity(path: Path) -> Iterator[tuple[Activity, Intents]]:
    """The same stores on a database without a key."""
    with closing(sqlcipher.connect(str(path), isolation_level=None)) as connection:
        for pragma in ("locking_mode = EXCLUSIVE", "journal_mode = WAL", "synchronous = FULL"):
            connection.execute(f"PRAGMA {pragma}").fetchall()
        database = Database(connection)
        yield Activity(database), Intents(database)


def measure_opening(opened: Callable[[], Any]) -> float:
    """Median milliseconds from nothing to the first page on hand."""
    spent = []
    for _ in range(TIMES):
        began = time.perf_counter()
        with opened() as (activity, _intents):
            page = activity.find()
            spent.append((time.perf_counter() - began) * 1000)
        if len(page.rows) != 50:
            raise RuntimeError("the first page is not there")
    return statistics.median(spent)


def measure_search(
    opened: Callable[[], Any], queries: Sequence[str]
) -> tuple[dict[str, float], dict[str, float]]:
    """Milliseconds of every query: cold, and warm."""
    cold, warm = {}, {}
    for query in queries:
        firsts, others = [], []
        for _ in range(3):
            with opened() as (activity, _intents):
                find = partial(activity.find, ActivityFilter(text=query))
                firsts.append(timed(find))
                others += [timed(find) for _ in range(4)]
        cold[query], warm[query] = min(firsts), statistics.median(others)
    return cold, warm


def measure_intents(opened: Callable[[], Any], count: int) -> float:
    """Median milliseconds of one intent written through to the disk."""
    with opened() as (_, intents):
        return statistics.median(
            timed(lambda: intents.write(Intent(new_id(), "payment", b"{}" * 300, "s" * 86, START)))
            for _ in range(count)
        )


def run(report: Report, folder: Path, count: int) -> None:
    """Build both databases, measure both, note every figure."""
    rows = list(movements(count))
    queries = (*QUERIES, rows[count // 20].order_number, rows[count // 3].order_number[5:13])
    vault_folder, plain_path = folder / "vault", folder / "plain.db"
    vault, _ = create_vault(vault_folder, PASSPHRASE.text, CHEAP)
    fill_seconds = fill(vault.activity, rows)
    vault.lock()
    with closing(sqlcipher.connect(str(plain_path), isolation_level=None)) as connection:
        take_steps(connection, STEPS)
    with plain_activity(plain_path) as (activity, _):
        plain_fill_seconds = fill(activity, rows)

    def vault_open() -> Any:
        return vault_activity(vault_folder)

    def plain_open() -> Any:
        return plain_activity(plain_path)

    opening, plain_opening = measure_opening(vault_open), measure_opening(plain_open)
    report.add("open to the first 50 rows, without Argon2id", opening, "ms", at_most=100)
    report.add("the same in a plain database", plain_opening, "ms")
    cold, warm = measure_search(vault_open, queries)
    plain_cold, plain_warm = measure_search(plain_open, queries)
    report.add("slowest search, warm", max(warm.values()), "ms", at_most=50)
    report.add("slowest search, cold", max(cold.values()), "ms", at_most=50)
    report.add("the same in a plain database, warm", max(plain_warm.values()), "ms")
    report.add("the same in a plain database, cold", max(plain_cold.values()), "ms")
    report.add(
        "all searches against plain, warm", sum(warm.values()) / sum(plain_warm.values()), "x"
    )
    report.add(
        "all searches against plain, cold", sum(cold.values()) / sum(plain_cold.values()), "x"
    )
    every = ActivityFilter()
    with vault_open() as (activity, _):
        incoming = ActivityFilter(direction="in")
        report.add("only what came in (one row)", timed(lambda: activity.find(incoming)), "ms")
        report.add("movements of every month", timed(lambda: activity.sums.months(every)), "ms")
    intent, plain_intent = measure_intents(vault_open, 200), measure_intents(plain_open, 200)
    report.add("an intent through to the disk, median", intent, "ms")
    report.add("the same in a plain database", plain_intent, "ms")
    report.add("rows a second while syncing", count / fill_seconds, "rows/s")
    report.add("the same into a plain database", count / plain_fill_seconds, "rows/s")
    measure_rest(report, vault_folder)
    report.context["slowest query"] = max(cold, key=lambda query: cold[query])
    report.context["database MB"] = round(
        sum(path.stat().st_size for path in vault_folder.glob("*.db")) / 1e6, 1
    )


def measure_rest(report: Report, folder: Path) -> None:
    """What opening costs with people's Argon2id, after a crash, and with every page checked."""
    vault = open_vault(folder, PASSPHRASE, CHEAP)
    report.add("every page and structure checked", timed(vault.check), "ms")
    vault.settings.put("x", 1)
    crashed = {path: path.read_bytes() for path in folder.glob("*.db*")}
    vault.lock()
    for path, raw in crashed.items():
        path.write_bytes(raw)
    with_log = timed(lambda: open_vault(folder, PASSPHRASE, CHEAP).lock())
    report.add("open after a crash (copy, every page checked)", with_log, "ms")
    full = Setup()
    vault = open_vault(folder, PASSPHRASE, full)
    vault.set_passphrase(PASSPHRASE.text)
    vault.lock()
    spent = [timed(lambda: open_vault(folder, PASSPHRASE, full).lock()) for _ in range(5)]
    report.add("unlock with Argon2id (64 MiB, 3 passes)", statistics.median(spent), "ms")


def main(argv: Sequence[str] | None = None) -> int:
    """Measure; 0 when the targets were reached."""
    parser = argparse.ArgumentParser(prog="bench vault", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="10,000 rows instead of 100,000")
    words, _ = parser.parse_known_args(argv)
    count = 10_000 if words.quick else 100_000
    report = Report("vault")
    report.context["rows"] = count
    report.context["SQLite"] = sqlcipher.sqlite_version
    folder = Path(tempfile.mkdtemp(prefix="kbean-bench-"))
    try:
        run(report, folder, count)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
