"""Movements as a table that every spreadsheet opens: CSV as RFC 4180 has it (design/1 M6).

UTF-8 with a byte order mark (without it a spreadsheet reads Chinese as its own code page), CRLF,
quotes where needed. A text that a spreadsheet would take for a formula is kept from it by an
apostrophe in front (OWASP, CSV injection); figures are written by us and stay figures.
"""

from __future__ import annotations

import asyncio
import csv
import dataclasses
import io
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Protocol

from app.protocol.errors import KBeanError
from app.protocol.messages.payments import Movement
from app.protocol.money import format_minor
from app.wallet.categories import category_of
from app.wallet.history import ActivityPage
from app.wallet.marks import Noted
from app.wallet.vault.files import write_atomically
from app.wallet.vault.stores.activity_rows import ActivityFilter

_BOM = b"\xef\xbb\xbf"
_AT_ONCE = 500
# What a formula begins with, full-width forms included; a tab or a line end would hide it.
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


class Finder(Protocol):
    """Finds movements, a page at a time: the session's reading is one."""

    async def find(
        self, wanted: ActivityFilter, *, before: int | None = None, limit: int = 50
    ) -> ActivityPage:
        """A page, newest first."""
        ...


@dataclasses.dataclass(frozen=True, slots=True)
class TableWords:
    """The table in the person's language.

    Attributes:
        heads: The names of the columns, in the order of :func:`table_row`.
        kinds: What each ``MovementKind`` is called.
        categories: What each group is called.
    """

    heads: tuple[str, ...]
    kinds: Mapping[str, str]
    categories: Mapping[str, str]


def safe_cell(text: str) -> str:
    """A text that no spreadsheet takes for a formula, on one line."""
    text = text.replace("\r", " ").replace("\n", " ")
    return f"'{text}" if text.lstrip(" ").startswith(_DANGEROUS) else text


def table_row(movement: Movement, noted: Noted | None, words: TableWords) -> list[str]:
    """One line of the table.

    Day, time, kind, who, store, for what, note, amount, currency, balance after, group, labels,
    own note, order number, K-Beans earned.
    """
    at = datetime.fromtimestamp(movement.occurred_at / 1000).astimezone()
    category = noted.category if noted else category_of(movement.kind, movement.mcc)
    mark = noted.mark if noted else None
    texts = (
        movement.counterparty,
        movement.store_name,
        movement.subject,
        movement.note,
    )
    return [
        f"{at:%Y-%m-%d}",
        f"{at:%H:%M:%S}",
        words.kinds.get(movement.kind, movement.kind),
        *map(safe_cell, texts),
        _figure(movement.amount, movement.currency),
        movement.currency,
        _figure(movement.balance_after, movement.currency),
        words.categories.get(category, category),
        safe_cell(" ".join(f"#{label}" for label in mark.labels)) if mark else "",
        safe_cell(mark.note) if mark else "",
        safe_cell(movement.order_number),
        str(movement.points_earned) if movement.points_earned else "",
    ]


async def write_table(
    reading: Finder, wanted: ActivityFilter, path: Path, words: TableWords
) -> int:
    """Write everything that a filter finds, newest first; wholly or not at all.

    Returns:
        How many movements were written.

    Raises:
        OSError: the file can't be written; what stood there before is untouched.
    """
    chunks = [_BOM + _lines([list(words.heads)])]
    count, before = 0, None
    while True:
        page = await reading.find(wanted, before=before, limit=_AT_ONCE)
        rows = [table_row(one, page.noted.get(one.movement_id), words) for one in page.items]
        chunks.append(_lines(rows))
        count += len(rows)
        before = page.older
        if before is None:
            break
    await asyncio.to_thread(write_atomically, path, chunks)
    return count


def _lines(rows: list[list[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue().encode()


def _figure(minor: int, currency: str) -> str:
    """``-1234.50``: no grouping, a plain minus, so that it stays a number."""
    try:
        return format_minor(minor, currency, grouping=False)
    except KBeanError:  # a currency newer than this wallet
        return str(minor)
