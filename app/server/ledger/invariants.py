"""Looks at a whole database and says where it breaks a rule of design/3 §Ledger invariants.

For ``kbean server check``, for the tests that kill the service, and for whoever does not believe
the writer: nothing here shares code with it but the leaf's canonical bytes.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.server.db.engine import snapshot
from app.server.ledger.chart import KINDS, POINTS
from app.server.ledger.journal import EntryRow, JournalRow, leaf_hash
from app.server.ledger.tables import accounts, entries, journals

MOST = 50
"""How many findings of one kind are listed; more tell nothing new."""


@dataclass(frozen=True)
class Invariant:
    """One rule and where it is broken.

    Attributes:
        name: Short and stable, e.g. ``debits_equal_credits``.
        rule: The rule in words.
        findings: One line for each place that breaks it, at most :data:`MOST`; empty is good.
    """

    name: str
    rule: str
    findings: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Whether nothing was found."""
        return not self.findings


Check = Callable[[AsyncConnection], Awaitable[list[str]]]


async def check(engine: AsyncEngine) -> list[Invariant]:
    """Hold the whole ledger against its rules, all at the same moment.

    Returns:
        Every invariant in the order of design/3, with what was found.
    """
    async with snapshot(engine) as connection:
        return [Invariant(name, rule, await look(connection)) for name, rule, look in _INVARIANTS]


async def found(connection: AsyncConnection, text: str, words: str) -> list[str]:
    """Run a query that yields one row for each break of a rule; its columns fill ``words``."""
    rows = await connection.execute(sa.text(f"{text} LIMIT {MOST}"))
    return [words.format(*row) for row in rows]


async def _balanced(connection: AsyncConnection) -> list[str]:
    return await found(
        connection,
        "SELECT e.journal_id, a.currency, SUM(e.amount) FROM entries e "
        "JOIN accounts a ON a.id = e.account_id "
        "GROUP BY e.journal_id, a.currency HAVING SUM(e.amount) <> 0",
        "journal {0}: {1} debits minus credits are {2}",
    )


async def _balanced_over_all(connection: AsyncConnection) -> list[str]:
    return await found(
        connection,
        "SELECT currency, SUM(CASE WHEN debit_normal THEN posted ELSE -posted END) FROM accounts "
        "GROUP BY currency HAVING SUM(CASE WHEN debit_normal THEN posted ELSE -posted END) <> 0",
        "{0}: debit balances minus credit balances are {1}",
    )


async def _legs(connection: AsyncConnection) -> list[str]:
    return await found(
        connection,
        "SELECT d.journal_id, d.line FROM entries d "
        "LEFT JOIN entries c ON c.journal_id = d.journal_id AND c.line = d.line + 1 "
        "LEFT JOIN accounts da ON da.id = d.account_id "
        "LEFT JOIN accounts ca ON ca.id = c.account_id "
        "WHERE d.line % 2 = 0 AND NOT COALESCE(d.amount > 0 AND c.amount = -d.amount "
        "AND d.account_id <> c.account_id AND da.currency = ca.currency, FALSE) "
        "UNION ALL SELECT c.journal_id, c.line FROM entries c WHERE c.line % 2 = 1 AND NOT EXISTS "
        "(SELECT 1 FROM entries d WHERE d.journal_id = c.journal_id AND d.line = c.line - 1)",
        "journal {0}, line {1}: not one half of a transfer between two accounts",
    )


async def _floors(connection: AsyncConnection) -> list[str]:
    return await found(
        connection,
        "SELECT id, posted, pending, floor FROM accounts "
        "WHERE posted - pending < floor OR pending < 0",
        "account {0}: posted {1}, pending {2}, floor {3}",
    )


async def _pending(connection: AsyncConnection) -> list[str]:
    return await found(
        connection,
        "SELECT a.id, a.pending, COALESCE(h.held, 0) FROM accounts a LEFT JOIN (SELECT account_id, "
        "SUM(remaining) AS held FROM holds WHERE state = 'open' GROUP BY account_id) h "
        "ON h.account_id = a.id WHERE a.pending <> COALESCE(h.held, 0) "
        "UNION ALL SELECT account_id, remaining, 0 FROM holds "
        "WHERE state <> 'open' AND remaining <> 0",
        "account {0}: {1} is pending, its open holds say {2}",
    )


async def _chart(connection: AsyncConnection) -> list[str]:
    rows = await connection.execute(
        sa.select(accounts.c.id, accounts.c.kind, accounts.c.debit_normal, accounts.c.floor)
    )
    return [
        f"account {number}: not as the chart has {kind!r}"
        for number, kind, debit_normal, floor in rows
        if kind not in KINDS or KINDS[kind][:2] != (debit_normal, floor)
    ][:MOST]


async def _append_only(connection: AsyncConnection) -> list[str]:
    if connection.dialect.name == "postgresql":
        text = "SELECT tgname FROM pg_trigger WHERE tgenabled = 'O' AND NOT tgisinternal"
        wanted = {"journals_append_only", "entries_append_only"}
    else:
        text = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        wanted = {
            f"{table}_no_{verb}"
            for table in ("journals", "entries")
            for verb in ("update", "delete", "replace")
        }
    there = set((await connection.execute(sa.text(text))).scalars())
    return [f"the trigger {name} is missing" for name in sorted(wanted - there)]


async def _leaves(connection: AsyncConnection) -> list[str]:
    bad = []
    async for journal, lines in _journals(connection):
        if leaf_hash(journal, lines) != journal.leaf_hash:
            bad.append(f"journal {journal.id}: is not what its leaf says")
            if len(bad) == MOST:
                break
    return bad


async def _journals(
    connection: AsyncConnection,
) -> AsyncIterator[tuple[JournalRow, list[EntryRow]]]:
    """Every journal with its entries, a page at a time."""
    last = 0
    while True:
        page = await connection.execute(
            sa.select(*(journals.c[name] for name in JournalRow._fields))
            .where(journals.c.id > last)
            .order_by(journals.c.id)
            .limit(5000)
        )
        rows = [JournalRow(*row) for row in page]
        if not rows:
            return
        lines: dict[int, list[EntryRow]] = {row.id: [] for row in rows}
        held = await connection.execute(
            sa.select(*(entries.c[name] for name in EntryRow._fields))
            .where(entries.c.journal_id.between(rows[0].id, rows[-1].id))
            .order_by(entries.c.journal_id, entries.c.line)
        )
        for entry in held:
            lines.setdefault(entry.journal_id, []).append(EntryRow(*entry))
        for row in rows:
            yield row, lines[row.id]
        last = rows[-1].id


async def _chains(connection: AsyncConnection) -> list[str]:
    return await found(
        connection,
        "SELECT account_id, version FROM ("
        "SELECT e.account_id, e.version, e.balance_before, e.balance_after, "
        "CASE WHEN a.debit_normal THEN e.amount ELSE -e.amount END AS change, "
        "LAG(e.version, 1, 0) OVER w AS version_before, "
        "LAG(e.balance_after, 1, 0) OVER w AS balance_was "
        "FROM entries e JOIN accounts a ON a.id = e.account_id "
        "WINDOW w AS (PARTITION BY e.account_id ORDER BY e.version)) chain "
        "WHERE version <> version_before + 1 OR balance_before <> balance_was "
        "OR balance_after <> balance_before + change",
        "account {0}, version {1}: does not follow from the entry before",
    )


async def _balances(connection: AsyncConnection) -> list[str]:
    return await found(
        connection,
        "SELECT a.id, a.posted, a.version, COALESCE(e.balance_after, 0), COALESCE(e.version, 0) "
        "FROM accounts a LEFT JOIN (SELECT account_id, version, balance_after, ROW_NUMBER() OVER "
        "(PARTITION BY account_id ORDER BY version DESC) AS nth FROM entries) e "
        "ON e.account_id = a.id AND e.nth = 1 "
        "WHERE a.posted <> COALESCE(e.balance_after, 0) OR a.version <> COALESCE(e.version, 0)",
        "account {0}: says {1} at version {2}, its entries {3} at version {4}",
    )


async def _reversals(connection: AsyncConnection) -> list[str]:
    return await found(
        connection,
        "SELECT j.id, j.reversal_of FROM journals j LEFT JOIN journals r ON r.id = j.reversal_of "
        "WHERE j.reversal_of IS NOT NULL AND (r.id IS NULL OR r.id >= j.id OR EXISTS "
        "(SELECT 1 FROM journals o WHERE o.reversal_of = j.reversal_of AND o.id <> j.id))",
        "journal {0}: takes back {1}, which is not there, not earlier or taken back twice",
    )


async def _safeguarded(connection: AsyncConnection) -> list[str]:
    rows = await connection.execute(
        sa.select(accounts.c.currency, accounts.c.kind, sa.func.sum(accounts.c.posted))
        .where(accounts.c.currency != POINTS)
        .group_by(accounts.c.currency, accounts.c.kind)
    )
    assets: dict[str, int] = {}
    owed: dict[str, int] = {}
    for currency, kind, posted in rows:
        into = assets if KINDS[kind].group == "asset" else owed
        into[currency] = into.get(currency, 0) + int(posted)
    return [
        f"{currency}: {owed.get(currency, 0)} is owed, {assets.get(currency, 0)} is safeguarded"
        for currency in sorted(assets.keys() | owed.keys())
        if owed.get(currency, 0) != assets.get(currency, 0)
    ]


async def _orphans(connection: AsyncConnection) -> list[str]:
    lost = await found(
        connection,
        "SELECT e.journal_id, e.line FROM entries e LEFT JOIN journals j ON j.id = e.journal_id "
        "LEFT JOIN accounts a ON a.id = e.account_id WHERE j.id IS NULL OR a.id IS NULL",
        "journal {0}, line {1}: has no journal or no account",
    )
    return lost + await found(
        connection,
        "SELECT j.id FROM journals j WHERE NOT EXISTS "
        "(SELECT 1 FROM entries e WHERE e.journal_id = j.id)",
        "journal {0}: has no entries",
    )


_INVARIANTS: tuple[tuple[str, str, Check], ...] = (
    ("debits_equal_credits", "1: per posting and currency, debits equal credits", _balanced),
    ("balances_cancel", "1: over all accounts of a currency, debits equal credits",
     _balanced_over_all),
    ("transfers", "2: amounts > 0, two different accounts, same currency", _legs),
    ("floors", "3: posted - pending never falls below the floor", _floors),
    ("pending", "5: what is pending is what open holds hold back", _pending),
    ("chart", "3: every account stands as the chart says", _chart),
    ("append_only", "4: the database refuses to change posted rows", _append_only),
    ("chains", "7: every entry follows from the one before", _chains),
    ("balances", "7: an account's balance and version are its last entry's", _balances),
    ("reversals", "8: a posting is taken back at most once, and later", _reversals),
    ("safeguarded", "9: what is owed equals what is safeguarded", _safeguarded),
    ("leaves", "10: every posting is what its leaf of the log says", _leaves),
    ("orphans", "no entry without journal and account, no journal without entries", _orphans),
)  # fmt: skip
