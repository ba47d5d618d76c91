from __future__ import annotations

from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.protocol.messages.payments import Movement
from app.wallet.vault.stores.activity import ActivityFilter, ActivityRow
from app.wallet.vault.stores.search_text import fold, index_columns, match_expression

NOW = 1_795_000_000_000
SHANGHAI = ZoneInfo("Asia/Shanghai")


def _row(number: int, **fields) -> ActivityRow:
    fields = {"kind": "payment", "amount": -100, "currency": "CNY", **fields}
    return ActivityRow(
        id=f"m{number}",
        **{"occurred_at": NOW + number * 1000, "sequence": number, **fields},
    )


def _ids(vault, **wanted) -> list[str]:
    return [row.id for row in vault.activity.find(ActivityFilter(**wanted)).rows]


def test_a_movement_of_the_service_comes_back_whole(vault):
    movement = Movement(
        movement_id="m1",
        cursor_key=9,
        account_id="a1",
        kind="payment",
        amount=-2372,
        currency="CNY",
        balance_after=500,
        counterparty="K豆便利店",
        occurred_at=NOW,
        mcc="5411",
        store_name="国贸店",
        subject="早餐",
        note="给小林",
        order_number="202611230000000001",
        payment_id="p1",
        points_earned=23,
    )
    row = ActivityRow.from_movement(movement, receipt_id="r1")
    assert vault.activity.upsert([row]) == 1
    assert vault.activity.get("m1") == row
    assert vault.activity.for_payment("p1") == [row]
    assert row.direction == "out"
    assert row.category == "5411"
    assert msgspec.json.decode(row.raw, type=Movement) == movement
    assert vault.activity.get("m2") is None


def test_pages_go_from_new_to_old_without_gaps_or_doubles(vault):
    vault.activity.upsert([_row(number) for number in (5, 3, 1, 2, 4)])
    first = vault.activity.find(limit=2)
    second = vault.activity.find(before=first.older, limit=2)
    third = vault.activity.find(before=second.older, limit=2)
    assert [[r.id for r in page.rows] for page in (first, second, third)] == [
        ["m5", "m4"],
        ["m3", "m2"],
        ["m1"],
    ]
    assert third.older is None
    assert vault.activity.find(limit=5).older is None


def test_a_page_stays_where_it_is_when_new_rows_arrive(vault):
    vault.activity.upsert([_row(number) for number in range(4)])
    older = vault.activity.find(limit=2).older
    vault.activity.upsert([_row(number) for number in range(4, 9)])
    assert [r.id for r in vault.activity.find(before=older).rows] == ["m1", "m0"]


def test_movements_of_one_moment_keep_the_services_order(vault):
    rows = [_row(number, occurred_at=NOW) for number in range(600)]
    vault.activity.upsert(rows)
    assert vault.activity.count() == 600
    few = [_row(number, occurred_at=NOW + 1000) for number in (1002, 1000, 1001)]
    vault.activity.upsert(few)
    assert [r.id for r in vault.activity.find(limit=3).rows] == ["m1002", "m1001", "m1000"]


def test_the_same_page_again_changes_nothing(vault):
    rows = [_row(number, counterparty=f"商户{number}") for number in range(10)]
    assert vault.activity.upsert(rows) == 10
    assert vault.activity.upsert(rows) == 0
    assert vault.activity.count() == 10
    assert vault.activity.newest_sequence() == 9


def test_a_changed_row_is_found_by_its_new_words_only(vault):
    vault.activity.upsert([_row(1, counterparty="旧名", status="pending")])
    moved = _row(1, counterparty="新名", occurred_at=NOW + 99_000)
    assert vault.activity.upsert([moved]) == 1
    assert vault.activity.count() == 1
    assert _ids(vault, text="旧") == []
    assert _ids(vault, text="新名") == ["m1"]
    assert vault.activity.upsert([msgspec.structs.replace(moved, note="礼物")]) == 1
    assert _ids(vault, text="礼物") == ["m1"]
    assert vault.activity.get("m1").occurred_at == NOW + 99_000


def test_filters_narrow(vault):
    vault.activity.upsert(
        [
            _row(1),
            _row(2, amount=5000, kind="top_up"),
            _row(3, amount=7, currency="KBN", kind="points_earned"),
            _row(4, currency="USD"),
        ]
    )
    assert _ids(vault, unit="points") == ["m3"]
    assert _ids(vault, unit="money") == ["m4", "m2", "m1"]
    assert _ids(vault, currency="USD") == ["m4"]
    assert _ids(vault, direction="in") == ["m3", "m2"]
    assert _ids(vault, direction="out", unit="money", currency="CNY") == ["m1"]
    assert _ids(vault, since=NOW + 2000) == ["m4", "m3", "m2"]
    assert _ids(vault, until=NOW + 3000) == ["m2", "m1"]
    assert _ids(vault, since=NOW + 2000, until=NOW + 4000) == ["m3", "m2"]
    assert _ids(vault, since=NOW + 2000, until=NOW + 2000) == []
    assert _ids(vault, text="1", unit="money", direction="out") == ["m4", "m1"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("豆", ["m1"]),
        ("便利", ["m1"]),
        ("便利店", ["m1"]),
        ("利便", []),
        ("k", ["m1", "m2", "m4"]),
        ("K豆", ["m1"]),
        ("star", ["m2"]),
        ("RESERVE star", ["m2"]),
        ("starr", []),
        ("cafe", ["m3"]),
        ("Café", ["m3"]),
        ("joe's", ["m3"]),
        ("JOE’S CAFE", ["m3"]),
        ("23.72", ["m1"]),
        ("¥23.72", ["m1"]),
        ("-23.7", ["m1"]),
        ("２３．７２", ["m1"]),
        ("2372", []),
        ("1234.5", ["m2"]),
        ("1,234.50", ["m2"]),
        ("1,500", ["m4"]),
        ("202611230000000042", ["m3"]),
        ("0000042", ["m3"]),
        ("生日 妈妈", ["m4"]),
        ("妈妈 生日", ["m4"]),
        ("生日妈妈", []),
        ("カード", ["m4"]),
        ("ｶｰﾄﾞ", ["m4"]),
        ("🍜", ["m3"]),
        ("——", ["m1", "m2", "m3", "m4"]),
        ("  ", ["m1", "m2", "m3", "m4"]),
        ('" OR * NEAR( signs:', []),
        ("%", ["m1", "m2", "m3", "m4"]),
        ("_", ["m1", "m2", "m3", "m4"]),
        ("a" * 1000, []),
    ],
)
def test_search_finds_what_people_type(vault, text, found):
    vault.activity.upsert(
        [
            _row(1, counterparty="K豆便利店", amount=-2372),
            _row(2, counterparty="Starbucks Reserve", amount=-123450),
            _row(3, counterparty="Joe’s Café", note="🍜面", order_number="202611230000000042"),
            _row(4, counterparty="Book カード", note="给妈妈的生日", amount=-1500, currency="JPY"),
        ]
    )
    assert _ids(vault, text=text) == list(reversed(found))


def test_search_pages_like_the_list(vault):
    vault.activity.upsert([_row(n, note="咖啡" if n % 3 == 0 else "茶") for n in range(30)])
    page = vault.activity.find(ActivityFilter(text="咖啡"), limit=4)
    seen = [row.id for row in page.rows]
    while page.older is not None:
        page = vault.activity.find(ActivityFilter(text="咖啡"), page.older, limit=4)
        seen += [row.id for row in page.rows]
    assert seen == [f"m{n}" for n in range(27, -1, -3)]


def test_a_currency_of_a_later_version_is_kept_and_found_by_its_digits(vault):
    vault.activity.upsert([_row(1, currency="XXQ", amount=-98765)])
    assert _ids(vault, text="98765") == ["m1"]


SIGNS = st.text(st.sampled_from("ab1.,豆店É🍜 -é"), max_size=12)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(notes=st.lists(SIGNS, min_size=1, max_size=6), query=SIGNS)
def test_the_index_finds_exactly_what_reading_every_row_would(vault, notes, query):
    vault.database.write("DELETE FROM activity")
    vault.database.write("DELETE FROM activity_search")
    vault.activity.upsert(
        [_row(n, note=note, amount=0, currency="KBN") for n, note in enumerate(notes)]
    )
    assert sorted(_ids(vault, text=query)) == sorted(
        f"m{n}" for n, note in enumerate(notes) if _reads(f"{note} 0", query)
    )


def _reads(text: str, query: str) -> bool:
    """The rule, spelled out: every run of letters and digits typed lies inside one of the text."""
    return all(any(part in run for run in _runs(text)) for part in _runs(query))


def _runs(text: str) -> list[str]:
    text = fold(text)
    runs: list[str] = []
    run = ""
    for at, sign in enumerate(text):
        point = sign == "." and text[at - 1 : at].isdigit() and text[at + 1 : at + 2].isdigit()
        if sign.isalnum() or sign == "🍜" or point:
            run += sign
        else:
            runs, run = [*runs, run], ""
    return [kept for kept in [*runs, run] if kept]


def test_index_columns_and_expressions_are_plain_words():
    triples, short = index_columns("abcd b cda")
    assert triples == "61x62x63 62x63x64 y 63x64x61"
    assert short == "61 61x62 62 62x63 63 63x64 64 64x61"
    assert match_expression('a"b') == 'short : "61" AND short : "62"'
    assert match_expression("abcd ab") == 'triples : "61x62x63 62x63x64" AND short : "61x62"'
    assert match_expression("!?") is None
    assert index_columns("", ["in", "currencyCNY"]) == ("", "zin zcurrencycny")
    assert match_expression("", ['o"ut']) == 'short : "zout"'
    assert match_expression("b", ["out"]) == 'short : "62" AND short : "zout"'
