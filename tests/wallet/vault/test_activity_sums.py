from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.wallet.sums import Budget, budget, read_budgets, read_days
from app.wallet.vault.stores.activity import ActivityFilter, ActivityRow
from app.wallet.vault.stores.activity_sums import Flow, Month, Sum, moment, month_bounds

SHANGHAI = ZoneInfo("Asia/Shanghai")


def _ms(year: int, month: int, day: int, hour: int = 0, zone=SHANGHAI) -> int:
    return round(datetime(year, month, day, hour, tzinfo=zone).timestamp() * 1000)


def _row(number: int, at: int, amount: int = -100, **fields) -> ActivityRow:
    fields = {"kind": "payment", "currency": "CNY", **fields}
    return ActivityRow(f"m{number}", amount=amount, occurred_at=at, sequence=number, **fields)


def test_months_follow_the_persons_calendar(vault):
    start = _ms(2026, 2, 1)
    vault.activity.upsert(
        [
            _row(1, start - 1),
            _row(2, start, -250),
            _row(3, start + 5, 700, kind="top_up"),
            _row(4, start + 6, 7, currency="KBN"),
            _row(5, _ms(2026, 12, 31, 23)),
        ]
    )
    months = vault.activity.sums.months(ActivityFilter(), SHANGHAI)
    assert [(m.name, m.movements) for m in months] == [
        ("2026-12", 1),
        ("2026-02", 3),
        ("2026-01", 1),
    ]
    assert months[1] == Month("2026-02", start, _ms(2026, 3, 1), 3)
    in_utc = vault.activity.sums.months(ActivityFilter(), UTC)
    assert [(m.name, m.movements) for m in in_utc] == [("2026-12", 1), ("2026-01", 4)]
    money = ActivityFilter(unit="money", since=start, until=start + 6)
    (month,) = vault.activity.sums.months(money, SHANGHAI)
    assert (month.since, month.until, month.movements) == (start, start + 6, 2)
    assert vault.activity.sums.months(ActivityFilter(text="nothing")) == []
    assert vault.activity.sums.months(ActivityFilter(since=start + 9, until=start + 9)) == []
    assert vault.activity.sums.totals(money) == [Flow("CNY", 250, 700)]


def test_a_day_lasts_through_a_change_of_clocks():
    berlin = ZoneInfo("Europe/Berlin")
    day = date(2026, 3, 29)
    assert moment(day + timedelta(days=1), berlin) - moment(day, berlin) == 23 * 3_600_000
    assert month_bounds(date(2026, 12, 5), UTC) == (
        _ms(2026, 12, 1, zone=UTC),
        _ms(2027, 1, 1, zone=UTC),
    )


def test_a_refund_undoes_spending_and_is_no_income(vault):
    day = datetime.now().astimezone().replace(hour=12, minute=0)
    at = round(day.timestamp() * 1000)
    vault.activity.upsert(
        [
            _row(1, at, -5000, category="5812"),
            _row(2, at + 1, 2000, kind="refund", category="5812"),
            _row(3, at + 2, 90_000, kind="top_up"),
            _row(4, at + 3, -1000, kind="transfer_out"),
            _row(5, at + 4, 300, kind="transfer_in"),
            _row(6, at + 5, 50, kind="points_earned", currency="KBN"),
        ]
    )
    (found,) = read_budgets(vault, "CNY", [(at, at + 10)])
    assert found == Budget(at, at + 10, 4000, 90_300, (("dining", 3000), ("people", 1000)))
    (day_total,) = read_days(vault, "CNY", at - 86_400_000, at + 10)
    assert (day_total.spent, day_total.received) == (4000, 90_300)
    assert day_total.day == day.date().isoformat()


def test_more_refunded_than_spent_in_a_month_stays_below_zero():
    found = budget(0, 1, [Sum("refund", "dining", False, 500), Sum("payment", "", True, 200)])
    assert found.spent == -300
    assert found.categories == (("other", 200), ("dining", -500))


MOVES = st.lists(
    st.tuples(
        st.integers(0, 400),  # days after the first
        st.integers(-5000, 5000).filter(bool),
        st.sampled_from(["CNY", "JPY", "KBN"]),
        st.sampled_from(["payment", "refund", "top_up", "transfer_out"]),
        st.sampled_from(["", "5812", "5411"]),
    ),
    max_size=12,
)
FILTERS = st.builds(
    ActivityFilter,
    text=st.sampled_from(["", "", "店", "12"]),
    unit=st.sampled_from([None, "money", "points"]),
    currency=st.sampled_from([None, "CNY"]),
    direction=st.sampled_from([None, "in", "out"]),
    kind=st.sampled_from([None, "payment", "transfer_out"]),
    category=st.sampled_from([None, "dining", "people"]),
    least=st.sampled_from([None, 100, 120_000]),
    most=st.sampled_from([None, 4000, 400_000]),
)


def _fits(row: ActivityRow, wanted: ActivityFilter) -> bool:
    """The filter, spelled out for one row."""
    category = {"5812": "dining", "5411": "groceries"}.get(row.category, "other")
    category = {"transfer_out": "people", "top_up": "top_up"}.get(row.kind, category)
    whole = row.currency != "CNY"
    hundredths = abs(row.amount) * (100 if whole else 1)
    figure = str(abs(row.amount)) if whole else f"{abs(row.amount) / 100:.2f}"
    return all(
        (
            any(wanted.text in part for part in (row.counterparty, figure)),
            wanted.unit in (None, "points" if row.currency == "KBN" else "money"),
            wanted.currency in (None, row.currency),
            wanted.direction in (None, row.direction),
            wanted.kind in (None, row.kind),
            wanted.category in (None, category),
            wanted.least is None or hundredths >= wanted.least,
            wanted.most is None or hundredths <= wanted.most,
        )
    )


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(moves=MOVES, wanted=FILTERS)
def test_filters_compose_and_paging_neither_loses_nor_repeats(vault, moves, wanted):
    vault.database.write("DELETE FROM activity")
    vault.database.write("DELETE FROM activity_search")
    rows = [
        _row(n, _ms(2025, 1, 1) + days * 86_400_000, amount, currency=currency, kind=kind)
        for n, (days, amount, currency, kind, _) in enumerate(moves)
    ]
    rows = [
        ActivityRow(**{**_fields(row), "category": move[4], "counterparty": "小店 12"})
        for row, move in zip(rows, moves, strict=True)
    ]
    vault.activity.upsert(rows)
    expected = sorted(row.id for row in rows if _fits(row, wanted))
    page = vault.activity.find(wanted, limit=2)
    seen = list(page.rows)
    while page.older is not None:
        page = vault.activity.find(wanted, page.older, limit=2)
        seen += page.rows
    assert sorted(row.id for row in seen) == expected
    assert [r.occurred_at for r in seen] == sorted((r.occurred_at for r in seen), reverse=True)
    months = vault.activity.sums.months(wanted, SHANGHAI)
    assert sum(month.movements for month in months) == len(expected)
    # A window asks for rows by month and place in it: the same rows in the same order.
    placed = []
    for month in months:
        here = ActivityFilter(**{**_fields(wanted), "since": month.since, "until": month.until})
        for offset in range(0, month.movements, 2):
            placed += vault.activity.find(here, limit=2, offset=offset).rows
    assert [row.id for row in placed] == [row.id for row in seen]
    flows = {flow.currency: flow for flow in vault.activity.sums.totals(wanted)}
    for currency in {row.currency for row in seen}:
        amounts = [row.amount for row in seen if row.currency == currency]
        assert flows[currency].out == -sum(a for a in amounts if a < 0)
        assert flows[currency].into == sum(a for a in amounts if a > 0)


def _fields(struct) -> dict:
    return {name: getattr(struct, name) for name in struct.__struct_fields__}
