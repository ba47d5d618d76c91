from __future__ import annotations

import shutil
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.wallet.categories import CATEGORIES, RANGES, WORDS, category_of
from app.wallet.marks import (
    MOST_LABELS,
    clean_label,
    with_label,
    with_note,
    without_label,
)
from app.wallet.vault.stores.activity import ActivityFilter, ActivityRow
from app.wallet.vault.stores.marks import EMPTY, Mark
from app.wallet.vault.stores.search_text import fold
from app.wallet.vault.vault import Passphrase, open_vault

NOW = 1_795_000_000_000


def _row(number: int, **fields) -> ActivityRow:
    fields = {"kind": "payment", "amount": -100, "currency": "CNY", "category": "5812", **fields}
    fields = {"occurred_at": NOW + number, **fields}
    return ActivityRow(f"m{number}", sequence=number, **fields)


def _ids(vault, **wanted) -> list[str]:
    return [row.id for row in vault.activity.find(ActivityFilter(**wanted)).rows]


def test_a_mark_comes_back_and_an_empty_one_is_forgotten(vault):
    mark = Mark("health", ("早餐", "Work"), "给妈妈")
    vault.activity.upsert([_row(1)])
    vault.activity.mark("m1", mark, at=NOW)
    assert vault.marks.get("m1") == mark
    assert vault.marks.of(["m1", "m2"]) == {"m1": mark}
    vault.activity.mark("m1", EMPTY, at=NOW)
    assert vault.marks.get("m1") == EMPTY
    assert vault.database.row("SELECT count(*) FROM activity_marks") == (0,)


def test_a_movement_is_found_by_what_the_person_says_of_it_and_no_longer_by_what_they_said(vault):
    vault.activity.upsert([_row(1), _row(2)])
    vault.activity.mark("m1", Mark("health", ("早 餐", "Work"), "birthday 妈妈"), at=NOW)
    assert _ids(vault, text="妈妈") == ["m1"]
    assert _ids(vault, text="work") == ["m1"]
    assert _ids(vault, labels=("早 餐",)) == ["m1"]
    assert _ids(vault, labels=("WORK", "早 餐")) == ["m1"]
    assert _ids(vault, labels=("wor",)) == []
    assert _ids(vault, category="health") == ["m1"]
    assert _ids(vault, category="dining") == ["m2"]
    vault.activity.mark("m1", Mark(labels=("Home",)), at=NOW)
    assert _ids(vault, text="妈妈") == []
    assert _ids(vault, labels=("work",)) == []
    assert _ids(vault, category="dining") == ["m2", "m1"]
    assert vault.marks.labels() == [("Home", 1)]


def test_marks_stay_when_the_service_tells_the_movement_again(vault):
    vault.activity.upsert([_row(1)])
    vault.activity.mark("m1", Mark("health", ("mine",), ""), at=NOW)
    vault.activity.upsert([_row(1, note="changed", occurred_at=NOW + 90_000)])
    assert _ids(vault, labels=("mine",), category="health", text="changed") == ["m1"]


def test_a_merchant_is_filed_for_the_past_and_the_future_but_single_choices_stay(vault):
    vault.activity.upsert([_row(n, counterparty="药店" if n < 3 else "面馆") for n in range(4)])
    vault.activity.mark("m0", Mark("travel"), at=NOW)
    assert vault.activity.file_under("药店", "health", at=NOW) == 3
    assert _ids(vault, category="health") == ["m2", "m1"]
    assert _ids(vault, category="travel") == ["m0"]
    assert vault.activity.grouped(["m1", "m3", "none"]) == {"m1": "health", "m3": "dining"}
    vault.activity.upsert([_row(9, counterparty="药店")])
    assert _ids(vault, category="health") == ["m9", "m2", "m1"]
    assert vault.marks.rule("药店") == "health"
    vault.activity.file_under("药店", None, at=NOW)
    assert vault.marks.rule("药店") is None
    assert _ids(vault, category="dining") == ["m9", "m3", "m2", "m1"]


def test_rows_of_an_older_version_are_indexed_behind_the_window(vault):
    vault.activity.upsert([_row(n, counterparty="面馆") for n in range(5)])
    # As a wallet before 1.3 left them: no group, and marks of its own in the index.
    vault.database.write("UPDATE activity SET grouped = ''")
    vault.database.write("DELETE FROM activity_search")
    assert _ids(vault, text="面馆") == []
    assert vault.activity.catch_up(3) == 3
    assert vault.activity.catch_up(3) == 2
    assert vault.activity.catch_up(3) == 0
    assert len(_ids(vault, text="面馆", category="dining")) == 5


@pytest.mark.parametrize("released", ["1.0", "1.1", "1.2"])
def test_what_a_released_wallet_wrote_is_grouped_by_this_one(released, tmp_path, setup):
    data = Path(__file__).parent / "data" / released
    folder = Path(shutil.copytree(data / "vault", tmp_path / "vault"))
    expected = msgspec.json.decode((data / "expected.json").read_bytes())
    vault = open_vault(folder, Passphrase(expected["passphrase"]), setup)
    count = vault.activity.count()
    assert vault.activity.catch_up(1000) == count > 0
    assert vault.activity.catch_up(1000) == 0
    page = vault.activity.find(ActivityFilter(text="便利"))
    groups = vault.activity.grouped(row.id for row in page.rows)
    assert set(groups) == set(expected["found"])
    for row in page.rows:
        assert row in vault.activity.find(ActivityFilter(category=groups[row.id])).rows
        assert row in vault.activity.find(ActivityFilter(text="便利", kind=row.kind)).rows
    vault.lock()


def test_labels_are_tidied_and_stay_few():
    assert clean_label("  ##  early\n bird ") == "early bird"
    assert clean_label(" # ") == ""
    assert len(clean_label("长" * 99)) == 24
    mark = EMPTY
    for number in range(MOST_LABELS + 3):
        mark = with_label(mark, f"label {number}")
    assert len(mark.labels) == MOST_LABELS
    assert with_label(Mark(labels=("Work",)), "work") == Mark(labels=("Work",))
    assert without_label(Mark("dining", ("a", "b")), "a") == Mark("dining", ("b",))
    assert with_note(Mark("dining"), "  hm  ") == Mark("dining", (), "hm")


LABELS = st.lists(st.text("aAé店🍜 1", min_size=1, max_size=6).map(str.strip).filter(bool))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(sets=st.lists(LABELS.map(tuple), min_size=1, max_size=4))
def test_every_label_finds_exactly_the_movements_that_carry_it(vault, sets):
    vault.database.write("DELETE FROM activity_marks")
    vault.activity.upsert([_row(n) for n in range(4)])
    for n, labels in enumerate(sets):
        vault.activity.mark(f"m{n}", Mark(labels=labels), at=NOW)
    for n in range(len(sets), 4):
        vault.activity.mark(f"m{n}", EMPTY, at=NOW)
    for label in {label for labels in sets for label in labels}:
        expected = {f"m{n}" for n, labels in enumerate(sets) if fold(label) in map(fold, labels)}
        assert set(_ids(vault, labels=(label,))) == expected


def test_every_code_has_one_group_and_the_groups_have_words():
    assert category_of("payment", "5814") == "dining"
    assert category_of("payment", "5411") == "groceries"
    assert category_of("payment", "4111") == "transport"
    assert category_of("refund", "5912") == "health"
    assert category_of("transfer_in", "") == "people"
    assert category_of("top_up", "6540") == "topup"
    assert category_of("payment", "") == category_of("payment", "12a4") == "other"
    assert {category_of("payment", f"{code:04}") for code in range(10_000)} <= set(CATEGORIES)
    assert set(WORDS) == set(CATEGORIES)
    assert all(one.first <= one.last for one in RANGES)
    mark = Mark("dining", ("a",), "b")
    assert msgspec.json.decode(msgspec.json.encode(mark), type=Mark) == mark
