"""The table: what a spreadsheet reads back is what was shown, and nothing in it is a formula."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.protocol.messages.payments import Movement
from app.wallet.exports import TableWords, safe_cell, table_row, write_table
from app.wallet.history import ActivityPage
from app.wallet.marks import Noted
from app.wallet.vault.stores.activity_rows import ActivityFilter
from app.wallet.vault.stores.marks import Mark

WORDS = TableWords(
    tuple(f"列{number}" for number in range(15)), {"payment": "付款"}, {"dining": "餐饮"}
)


def movement(number: int, **more) -> Movement:
    known = {
        "movement_id": f"m{number}",
        "cursor_key": number,
        "account_id": "a",
        "kind": "payment",
        "amount": -123_450,
        "currency": "CNY",
        "balance_after": 5,
        "counterparty": "面馆, “老王”",
        "occurred_at": 1_790_000_000_000 + number,
        "mcc": "5812",
    }
    return Movement(**{**known, **more})


class Pages:
    """A reading that answers in pages of two."""

    def __init__(self, *movements: Movement, noted: dict[str, Noted] | None = None) -> None:
        self.movements = movements
        self.noted = noted or {}

    async def find(self, wanted, *, before=None, limit=50, offset=0) -> ActivityPage:
        start = before or 0
        items = self.movements[start : start + 2]
        older = start + 2 if start + 2 < len(self.movements) else None
        return ActivityPage(items, older, self.noted)


def read(raw: bytes) -> list[list[str]]:
    assert raw.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))


async def test_everything_found_is_written_newest_first(tmp_path):
    path = tmp_path / "out.csv"
    noted = {"m1": Noted("dining", Mark(None, ("早餐", "Work"), 'a "note"'))}
    pages = Pages(*(movement(number) for number in range(5)), noted=noted)
    assert await write_table(pages, ActivityFilter(), path, WORDS) == 5
    raw = path.read_bytes()
    assert raw.count(b"\r\n") == 6
    head, *lines = read(raw)
    assert head == list(WORDS.heads)
    assert len(lines) == 5
    assert all(len(line) == len(head) for line in lines)
    assert lines[0][2:4] == ["付款", "面馆, “老王”"]
    assert lines[0][7:11] == ["-1234.50", "CNY", "0.05", "餐饮"]
    assert lines[1][11:13] == ["#早餐 #Work", 'a "note"']


async def test_a_disk_that_refuses_leaves_the_old_table(tmp_path):
    path = tmp_path / "gone" / "out.csv"
    with pytest.raises(OSError, match="gone"):
        await write_table(Pages(movement(1)), ActivityFilter(), path, WORDS)
    assert not path.parent.exists()


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("=1+1", "'=1+1"),
        ("+86", "'+86"),
        ("-5", "'-5"),
        ("@cmd", "'@cmd"),
        ("\t=1", "'\t=1"),
        ("＝1", "'＝1"),
        ("\r\n=1", "'  =1"),
        ("面馆", "面馆"),
        ("", ""),
    ],
)
def test_no_text_becomes_a_formula(text, kept):
    assert safe_cell(text) == kept


@given(st.text(max_size=20), st.text(max_size=20), st.text(max_size=12))
def test_whatever_people_write_stays_in_its_cell(note, name, label):
    noted = Noted("dining", Mark(labels=(label,) if label else (), note=note))
    row = table_row(movement(1, counterparty=name, note=note), noted, WORDS)
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(row)
    (back,) = csv.reader(io.StringIO(out.getvalue(), newline=""))
    assert back == row
    assert not any(cell.startswith(("=", "+", "@")) for cell in back)
    assert back[7] == "-1234.50"


def test_a_currency_newer_than_this_wallet_is_written_in_its_minor_units():
    row = table_row(movement(1, currency="XXQ", amount=-77), None, WORDS)
    assert row[7:9] == ["-77", "XXQ"]
