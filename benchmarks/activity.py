"""Activity with 100,000 movements: opening it, scrolling through all of it, searching it (M6).

Everything is measured in the real window (offscreen) on a real encrypted vault:

- *opening*: from the click on "Activity" to the first rows painted; the wallet is unlocked and Home
  stands there, as it does for a person. Several wallets are opened anew, the worst counts.
- *scrolling*: a wheel turned so fast that every frame shows rows that no frame before has shown,
  through the whole list from the newest to the oldest, at 60 frames a second. A frame is everything
  between the turn of the wheel and the end of painting; what the loader does in between delays the
  next one and is counted there. 50 frames a second are 20 ms.
- *search*: what was typed, read and answered with the first hundred rows, by kind of query; cold is
  the first on a freshly opened vault, warm the median of the others. The worst query counts.

The peer in the same run is what Qt and SQLite give without further thought: the same rows in a
plain, unencrypted table, shown by QTableView on QSqlQueryModel and searched with LIKE. The figures
by processor time are for machines with neighbours: the window's own thread, or the whole process.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sqlite3
import statistics
import sys
import tempfile
from collections.abc import Sequence
from contextlib import closing
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.activity_rows import QUERIES, movements
from benchmarks.activity_window import ROWS_A_FRAME, Timed, Window, open_activity, running, scroll
from benchmarks.report import Report

LIMIT_MS = 20.0
"""50 frames a second."""
OPENINGS = 5
TODAY = date(2024, 11, 23)
_COLUMNS = (
    "counterparty",
    "store_name",
    "note",
    "order_number",
    "figure",
)


def percentile(values: Sequence[float], share: float) -> float:
    """The value that this share of all stays below."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, int(len(ranked) * share))]


# --- the rows, in the vault and in a plain table


def build(folder: Path, plain: Path, count: int) -> None:
    """A profile whose vault holds the movements, and the same in a plain database."""
    from app.desktop.sample import PASSPHRASE, QUICK, make_sample
    from app.protocol.money import format_minor
    from app.wallet.vault.stores.activity_rows import ActivityRow
    from app.wallet.vault.stores.marks import Mark
    from app.wallet.vault.vault import Passphrase, open_vault

    make_sample(folder, empty=True)
    vault = open_vault(folder / "vault", Passphrase(PASSPHRASE), QUICK)
    with closing(sqlite3.connect(plain)) as peer:
        peer.execute(
            "CREATE TABLE activity (position INTEGER PRIMARY KEY, title TEXT, amount INTEGER,"
            " counterparty TEXT, store_name TEXT, note TEXT, order_number TEXT, figure TEXT)"
        )
        page: list[ActivityRow] = []
        for number, (movement, labels) in enumerate(movements(count)):
            row = ActivityRow.from_movement(movement)
            page.append(row)
            if labels:
                vault.marks.put(row.id, Mark(labels=labels), at=row.occurred_at)
            if len(page) == 500 or number == count - 1:
                vault.activity.upsert(page)
                page.clear()
            figure = format_minor(abs(row.amount), row.currency, grouping=False)
            peer.execute(
                "INSERT INTO activity VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    row.occurred_at << 8,
                    f"{row.counterparty} {figure}",
                    row.amount,
                    row.counterparty,
                    row.store_name,
                    row.note,
                    row.order_number,
                    figure,
                ),
            )
        peer.commit()
    vault.lock()


# --- the window


def measure_window(report: Report, folder: Path) -> None:
    """Opening and scrolling in the window."""
    open_activity(folder)  # fonts and icons of the process
    openings = [open_activity(folder) for _ in range(OPENINGS)]
    report.add("opening, worst", max(o.wall for o, _ in openings), "ms", at_most=100)
    report.add("opening, median", statistics.median(o.wall for o, _ in openings), "ms")
    report.add("opening, processor, worst", max(o.busy for o, _ in openings), "ms", at_most=100)
    window = Window(folder)
    try:
        page = window.rooms.activity()
        while not page.feed.settled:
            window.app.processEvents()
        window.settle()
        waiting: list[int] = []

        def count_waiting() -> None:
            first, last = page.list.in_view()
            shown = range(first, min(last, page.list.rows.rowCount()))
            waiting.append(sum(1 for row in shown if page.list.rows.at(row) is None))

        rows = page.list.rows.rowCount()
        frames, busy = scroll(window.app, page.list, rows, ROWS_A_FRAME * 64, count_waiting)
        bar = page.list.verticalScrollBar()
        reached = 100 * bar.value() / max(1, bar.maximum())
    finally:
        window.close()
    report.context["rows in the list"] = rows
    report.add("scrolling, frames painted", len(frames), "frames")
    report.add("scrolling, way to the end", reached, "%", at_least=99.9)
    report.add("scrolling, p99 of a frame", percentile(frames, 0.99), "ms", at_most=LIMIT_MS)
    report.add("scrolling, worst frame, processor", max(busy), "ms", at_most=LIMIT_MS)
    report.add("scrolling, worst frame", max(frames), "ms")
    over = sum(1 for one in frames if one > LIMIT_MS)
    report.add("scrolling, frames over 20 ms", over, f"of {len(frames)}")
    late = sum(1 for one in waiting if one)
    report.add("scrolling, frames with rows still on their way", late, f"of {len(frames)}")


def measure_peer(report: Report, plain: Path, count: int) -> dict[str, float]:
    """QTableView on QSqlQueryModel: opening it, the same wheel."""
    from PySide6.QtSql import QSqlDatabase, QSqlQuery, QSqlQueryModel
    from PySide6.QtWidgets import QAbstractItemView, QTableView

    app = running()
    base = QSqlDatabase.addDatabase("QSQLITE", "peer")
    base.setDatabaseName(str(plain))
    if not base.open():
        raise RuntimeError(base.lastError().text())
    times: list[Timed] = []
    model, view = QSqlQueryModel(), QTableView()
    view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    view.resize(640, 560)

    def work() -> None:
        query = QSqlQuery("SELECT title, amount, note FROM activity ORDER BY position DESC", base)
        model.setQuery(query)
        view.setModel(model)
        view.show()
        app.processEvents()
        view.viewport().repaint()

    for _ in range(OPENINGS):
        view.hide()
        times.append(Timed(work))
    while model.canFetchMore():  # or the wheel would never come to the end
        model.fetchMore()
    height = view.rowHeight(0)
    frames, busy = scroll(app, view, count, ROWS_A_FRAME * height, lambda: None)
    view.close()
    model.clear()
    report.add("peer: opening, worst", max(one.wall for one in times), "ms")
    report.add("peer: p99 of a frame", percentile(frames, 0.99), "ms")
    return {
        "opening": statistics.median(one.wall for one in times),
        "frame": statistics.median(busy),
    }


# --- searching


def answers(activity: Any, typed: str) -> list[Any]:
    """What the window does with a text: read it, fetch the first hundred rows."""
    from app.wallet.searching.query import read_query
    from app.wallet.vault.stores.activity_rows import ActivityFilter

    wanted = read_query(typed, TODAY).narrow(ActivityFilter(unit="money"))
    return list(activity.find(wanted, limit=100).rows)


def like(peer: sqlite3.Connection, typed: str) -> list[Any]:
    """The same words by LIKE over the columns."""
    words = typed.split()
    each = " OR ".join(f"{column} LIKE ?" for column in _COLUMNS)
    conditions = " AND ".join(f"({each})" for _ in words)
    values = [f"%{word}%" for word in words for _ in _COLUMNS]
    statement = f"SELECT * FROM activity WHERE {conditions} ORDER BY position DESC LIMIT 100"
    return peer.execute(statement, values).fetchall()


class Taken(NamedTuple):
    """Milliseconds of one query: cold by both clocks, warm, and by LIKE."""

    typed: str
    cold: float
    busy: float
    warm: float
    like: float


def one_query(folder: Path, plain: Path, typed: str) -> Taken:
    """One query on three freshly opened vaults, and by LIKE."""
    from app.desktop.sample import PASSPHRASE, QUICK
    from app.wallet.vault.vault import Passphrase, open_vault

    firsts, others = [], []
    for _ in range(3):
        vault = open_vault(folder / "vault", Passphrase(PASSPHRASE), QUICK)
        ask = partial(answers, vault.activity, typed)
        firsts.append(Timed(ask))
        others += [Timed(ask) for _ in range(4)]
        vault.lock()
    with closing(sqlite3.connect(plain)) as peer:
        alike = [Timed(partial(like, peer, typed)).wall for _ in range(5)]
    return Taken(
        typed,
        min(one.wall for one in firsts),
        min(one.busy for one in firsts),
        statistics.median(one.wall for one in others),
        statistics.median(alike),
    )


def measure_search(report: Report, folder: Path, plain: Path) -> None:
    """Every query on three freshly opened vaults, and by LIKE."""
    from app.desktop.sample import PASSPHRASE, QUICK
    from app.wallet.vault.stores.activity_rows import ActivityFilter
    from app.wallet.vault.vault import Passphrase, open_vault

    worst, ours, theirs = ("", 0.0), 0.0, 0.0
    for kind, queries in QUERIES.items():
        taken = [one_query(folder, plain, typed) for typed in queries]
        report.add(f"search by {kind}, cold", max(t.cold for t in taken), "ms", at_most=50)
        busy = max(t.busy for t in taken)
        report.add(f"search by {kind}, cold, processor", busy, "ms", at_most=50)
        report.add(f"search by {kind}, warm", max(t.warm for t in taken), "ms", at_most=50)
        slowest = max(taken, key=lambda one: one.cold)
        worst = max(worst, (slowest.typed, slowest.cold), key=lambda one: one[1])
        ours += sum(one.warm for one in taken)
        theirs += sum(one.like for one in taken)
    report.context["slowest query"] = worst[0]
    report.add("all searches, LIKE against ours (higher is better)", theirs / ours, "x")
    vault = open_vault(folder / "vault", Passphrase(PASSPHRASE), QUICK)
    every = ActivityFilter(unit="money")
    report.add("months counted behind", Timed(lambda: vault.activity.sums.months(every)).wall, "ms")
    report.add("a month's totals", Timed(lambda: vault.activity.sums.totals(_june())).wall, "ms")
    vault.lock()


def _june() -> Any:
    from app.wallet.vault.stores.activity_rows import ActivityFilter
    from app.wallet.vault.stores.activity_sums import month_bounds

    since, until = month_bounds(date(2023, 6, 1))
    return ActivityFilter(unit="money", since=since, until=until)


def run(report: Report, folder: Path, count: int) -> None:
    """Build, measure, note."""
    from PySide6.QtCore import Qt

    from app.desktop.operations import shutdown
    from app.desktop.theme import Theme

    profile, plain = folder / "profile", folder / "plain.db"
    build(profile, plain, count)
    app = running()
    app.setEffectEnabled(Qt.UIEffect.UI_General, False)
    Theme(app, "light")
    measure_window(report, profile)
    peer = measure_peer(report, plain, count)
    rows = {row.what: row.value for row in report.rows}
    report.add("opening against the peer", rows["opening, median"] / peer["opening"], "x")
    measure_search(report, profile, plain)
    shutdown()


def main(argv: Sequence[str] | None = None) -> int:
    """Measure; 0 when the targets were reached."""
    parser = argparse.ArgumentParser(prog="bench activity", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="10,000 rows instead of 100,000")
    parser.add_argument("--rows", type=int, default=0, help="so many rows")
    words, _ = parser.parse_known_args(argv)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    # Offscreen windows have no size hints, and say so each time.
    os.environ.setdefault("QT_LOGGING_RULES", "default.warning=false")
    count = words.rows or (10_000 if words.quick else 100_000)
    report = Report("activity")
    report.context["rows"] = count
    folder = Path(tempfile.mkdtemp(prefix="kbean-bench-"))
    try:
        run(report, folder, count)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
