"""What is typed into the search box finds what it describes, whatever the movement says."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from app.wallet.searching.query import read_query
from app.wallet.vault.stores.activity import ActivityFilter, ActivityRow
from app.wallet.vault.stores.marks import Mark
from app.wallet.vault.stores.search_text import fold

TODAY = date(2026, 11, 23)
WORDS = st.text(st.sampled_from("abé12.豆店昨天月>-元 #"), min_size=1, max_size=10)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=80)
@given(
    said=st.tuples(WORDS, WORDS, WORDS.map(str.strip).filter(bool)),
    minor=st.integers(1, 10**7),
    day=st.dates(date(2015, 1, 1), TODAY),
)
def test_a_movement_is_found_by_everything_that_is_true_of_it(vault, said, minor, day):
    name, note, label = said
    noon = datetime(day.year, day.month, day.day, 12).astimezone()
    row = ActivityRow(
        "m", "payment", -minor, "CNY", round(noon.timestamp() * 1000), name, category="5812"
    )
    other = ActivityRow("other", "payment", -1, "CNY", 1_000_000_000_000, "-")
    vault.activity.upsert([row, other])
    vault.activity.mark("m", Mark(labels=(label,), note=note), at=1)

    def found(typed: str) -> bool:
        wanted = read_query(typed, TODAY).narrow(ActivityFilter(unit="money"))
        return any(one.id == "m" for one in vault.activity.find(wanted).rows)

    figure = f"{minor / 100:.2f}"
    before, after = day - timedelta(days=1), day + timedelta(days=1)
    true = (
        f'"{name}"',
        f'"{note}" "{name}"',
        f"={figure}",
        f"¥{figure}",
        f">={figure} <={figure}",
        f"0-{figure}",
        figure,
        day.isoformat(),
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.year}-{day.month:02}",
        f"since {day}",
        f"before {after}",
        f"{before} to {after}",
        f"餐饮 {day} >={figure}",
        "dining",
        "spent",
    )
    assert [typed for typed in true if not found(typed)] == []
    false = (f">{figure}", f"<{figure}", f"before {day}", f"since {after}", f"{after}", "refund")
    assume(not any(fold(word) in fold(f"{name} {note} {label}") for word in ("refund",)))
    assert [typed for typed in false if found(typed)] == []
    if " " not in label and "#" not in label:
        assert found(f"#{label}")
        assert not found(f"#{label}x")
