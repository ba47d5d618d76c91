"""A day's bill against the counter's own record, and when somebody has left: pure rules."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.protocol.errors import KBeanError
from app.protocol.messages.settlement import BillTotals
from app.wallet.counter import bill
from app.wallet.counter.bill import BillRow, Gap, Till, Window
from app.wallet.counter.leaving import Leaving
from app.wallet.counter.sale import RefundRow, Sale, SaleState

HERE = Till("Haidian", "收银台 1")
DAY = Window(1_000_000, 2_000_000)
AMOUNTS = st.integers(1, 10**7)


def a_sale(number: str, amount: int, **changes: Any) -> Sale:
    known: dict[str, Any] = {
        "kind": "charge",
        "state": SaleState.SUCCESS,
        "currency": "CNY",
        "at": DAY.start,
        "key": "",
        "cashier": "",
        "cashier_name": "",
        "shift": "",
        "paid_at": DAY.start,
    }
    return Sale(out_trade_no=number, amount=amount, **(known | changes))


def a_refund(number: str, amount: int, **changes: Any) -> RefundRow:
    known: dict[str, Any] = {
        "out_trade_no": f"K{number}",
        "currency": "CNY",
        "cashier": "",
        "cashier_name": "",
        "shift": "",
        "at": DAY.start,
        "state": "done",
        "posted_at": DAY.end - 1,
    }
    return RefundRow(out_request_no=number, amount=amount, **(known | changes))


def line(kind: str, amount: int, number: str = "", request: str = "", till: Till = HERE) -> BillRow:
    return BillRow(kind, amount, number, request, *till)


def held(rows, sales, refunds) -> bill.Comparison:
    return bill.compare(rows, sales, refunds, HERE, DAY)


@st.composite
def a_day(draw):
    """A counter's day on both sides, as it is when nothing was lost."""
    sold = draw(st.dictionaries(st.text("ABC", min_size=3, max_size=6), AMOUNTS, max_size=8))
    ends = draw(
        st.lists(
            st.sampled_from((SaleState.SUCCESS, SaleState.REVOKED)),
            min_size=len(sold),
            max_size=len(sold),
        )
    )
    sales = [a_sale(*one, state=end) for one, end in zip(sold.items(), ends, strict=True)]
    given_back = draw(st.dictionaries(st.text("xyz", min_size=3, max_size=6), AMOUNTS, max_size=4))
    refunds = [a_refund(*one) for one in given_back.items()]
    rows = [line("payment", sale.amount, sale.out_trade_no) for sale in sales]
    rows += [
        # A service takes money back without any till's name.
        line("reversal", -sale.amount, sale.out_trade_no, till=Till("", ""))
        for sale in sales
        if sale.state is SaleState.REVOKED
    ]
    rows += [line("refund", -row.amount, row.out_trade_no, row.out_request_no) for row in refunds]
    return sales, refunds, draw(st.permutations(rows))


# What a counter has besides, and what stands on a bill besides, is nobody's gap.
BESIDES = (
    a_sale("cash", 5, kind="cash"),
    a_sale("offline", 5, kind="offline"),
    a_sale("failed", 5, state=SaleState.FAILED, paid_at=0),
    a_sale("waits", 5, state=SaleState.USERPAYING, paid_at=0),
    a_sale("yesterday", 5, paid_at=DAY.start - 1),
    a_sale("tomorrow", 5, paid_at=DAY.end),
)
STRANGERS = (
    line("payment", 70, "their own", till=Till("Haidian", "收银台 2")),
    line("payment", 70, "another store's", till=Till("Chaoyang", "收银台 1")),
    line("payment", 70, "", till=Till("Haidian", "")),
    line("refund", -7, "their own", "r", till=Till("Haidian", "收银台 2")),
    line("reversal", -70, "never seen here", till=Till("", "")),
    line("withdrawal", -900, till=Till("", "")),
)


@given(a_day(), st.data())
def test_what_is_missing_is_named_on_its_side_and_nothing_else(day, data):
    sales, refunds, rows = day
    whole = held([*rows, *STRANGERS], [*sales, *BESIDES], refunds)
    assert whole.agrees
    assert whole.here == whole.there
    assert whole.here.sales_amount == sum(sale.amount for sale in sales)
    if refunds:
        lost = data.draw(st.sampled_from(refunds))
        left = [row for row in refunds if row is not lost]
        gap = Gap("refund", lost.out_trade_no, None, lost.amount)
        assert held(rows, sales, left).missing_here == (gap,)
        left = [row for row in rows if row.out_request_no != lost.out_request_no]
        gap = Gap("refund", lost.out_trade_no, lost.amount, None)
        assert held(left, sales, refunds).missing_there == (gap,)
        # Without an answer it is on its way to the same truth.
        sent = msgspec.structs.replace(lost, state="sent", posted_at=0)
        rest = [sent if row is lost else row for row in refunds]
        assert held(rows, sales, rest).agrees
    if not sales:
        return
    lost = data.draw(st.sampled_from(sales))
    number, amount = lost.out_trade_no, lost.amount
    others = [sale for sale in sales if sale is not lost]
    assert held(rows, others, refunds).missing_here == (Gap("sale", number, None, amount),)
    kept = [row for row in rows if (row.kind, row.out_trade_no) != ("payment", number)]
    assert held(kept, sales, refunds).missing_there == (Gap("sale", number, amount, None),)
    # What can't be told from the record is said as it is.
    for changes, gap in (
        ({"state": SaleState.UNKNOWN, "paid_at": 0}, Gap("not_paid", number, amount, amount)),
        ({"amount": amount + 1}, Gap("sale", number, amount + 1, amount)),
    ):
        other = msgspec.structs.replace(lost, **changes)
        assert held(rows, [*others, other], refunds).missing_here == (gap,)
    if lost.state is SaleState.REVOKED:
        other = msgspec.structs.replace(lost, state=SaleState.SUCCESS)
        gap = Gap("taken_back", number, amount, None)
        assert held(rows, [*others, other], refunds).missing_here == (gap,)


def totals(**changes) -> BillTotals:
    known = BillTotals("2026-11-22", "CNY", 1, 900, 1, 200, -50, 30, 680, 650, True, 0, 86_400_000)
    return msgspec.structs.replace(known, **changes)


def test_a_bill_adds_up_or_it_is_said():
    rows = [line("payment", 900), line("refund", -200), line("withdrawal", -50)]
    assert bill.adds_up(totals(), rows)
    assert not bill.adds_up(totals(), rows[:2])
    assert not bill.adds_up(totals(other=0), rows)
    assert not bill.adds_up(totals(closing=681), rows)
    # What was sold a moment ago needn't stand on a bill that is still being written.
    assert bill.window(totals(), 7).end == 86_400_000 - bill.EDGE_MS
    assert bill.window(totals(final=False), 500_000).end == 500_000 - bill.FRESH_MS


def test_a_bill_is_read_as_it_was_written():
    head = "time,kind,amount,currency,out_trade_no,out_request_no,store,terminal\r\n"
    text = f"{head}x,refund,-12.05,CNY,K1,r1,'=Haidian,收银台 1\r\n"
    raw = b"\xef\xbb\xbf" + text.encode()
    assert bill.read_rows(raw, "CNY") == [BillRow("refund", -1205, "K1", "r1", "=Haidian", HERE[1])]
    for wrong in (raw.replace(b"CNY", b"USD"), raw.replace(b"-12.05", b"--1"), b"\xff", b"a\r\n1"):
        with pytest.raises(KBeanError, match="service_garbled"):
            bill.read_rows(wrong, "CNY")


@given(st.lists(st.integers(0, 600_000), min_size=1, max_size=8), st.sampled_from((0, 5, 10, 30)))
def test_only_silence_is_leaving(pauses: list[int], minutes: int):
    leaving, now = Leaving(0, minutes), 0
    for pause in pauses:
        now += pause
        over = bool(minutes) and pause >= minutes * 60_000
        assert leaving.is_over(now, selling=False) is over
        seconds = leaving.warns(now)
        assert 0 <= seconds <= 30
        assert bool(seconds) == (bool(minutes) and 0 < minutes * 60_000 - pause <= 30_000)
        leaving.touch(now)
    assert not leaving.is_over(now + 10**9, selling=True)
    assert not leaving.is_over(now + 10**9, selling=False)
