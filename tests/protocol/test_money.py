"""Amounts as people type them and as machines write them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.protocol.errors import KBeanError
from app.protocol.money import (
    CURRENCIES,
    MAX_MINOR,
    AmountError,
    Money,
    currency_by_number,
    currency_of,
    format_minor,
    parse_plain,
    parse_typed,
)

CODES = st.sampled_from(sorted(CURRENCIES))
MINOR = st.integers(-MAX_MINOR, MAX_MINOR)


def refusal(text: str, currency: str = "CNY", **options: bool) -> str:
    with pytest.raises(AmountError) as caught:
        parse_typed(text, currency, **options)
    assert caught.value.params == {"reason": caught.value.reason}
    assert caught.value.words_key == f"amount.{caught.value.reason}"
    return caught.value.reason


# --- typed by people


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("12", 1200),
        ("12.5", 1250),
        ("12.50", 1250),
        ("12.", 1200),
        (".5", 50),
        ("0.01", 1),
        ("007", 700),
        ("+3", 300),
        ("1,234.5", 123450),
        ("1,234", 123400),
        ("1,234,567.89", 123456789),
        ("¥12", 1200),
        ("￥12", 1200),
        ("¥ 12.30", 1230),
        ("CN¥12", 1200),
        ("１２．５０", 1250),
        ("１，２３４", 123400),
        ("12。5", 1250),
        ("　12　", 1200),
        ("12元", 1200),
        ("12 元", 1200),
        ("12.5元", 1250),
        ("1,234.5元", 123450),
        ("12块", 1200),
        ("12块钱", 1200),
        ("12块5", 1250),
        ("12块50", 1250),
        ("12块05", 1205),
        ("12塊5", 1250),
        ("3元5角", 350),
        ("3元5角2分", 352),
        ("3块5毛2", 352),
        ("5毛", 50),
        ("5毛钱", 50),
        ("5角", 50),
        ("5分", 5),
        ("3元5分", 305),
        ("人民币12", 1200),
        ("12 RMB", 1200),
        ("cny 12", 1200),
        ("9,999,999,999,999.99", 999_999_999_999_999),
    ],
)
def test_what_people_type(text, minor):
    assert parse_typed(text, "CNY") == Money(minor, "CNY")


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("$12.50", "USD", 1250),
        ("HK$12.50", "HKD", 1250),
        ("12元", "HKD", 1200),
        ("€1,234", "EUR", 123400),
        ("£5", "GBP", 500),
        ("¥500", "JPY", 500),
        ("1,500円", "JPY", 1500),
        ("5,000원", "KRW", 5000),
        ("120豆", "KBN", 120),
        ("120 K豆", "KBN", 120),
        ("120 beans", "KBN", 120),
    ],
)
def test_signs_and_words_of_each_currency(text, currency, minor):
    assert parse_typed(text, currency) == Money(minor, currency)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("　", "empty"),
        ("1" * 41, "too_long"),
        ("abc", "not_a_number"),
        ("¥", "not_a_number"),
        ("元", "not_a_number"),
        ("-", "not_a_number"),
        (".", "not_a_number"),
        ("1e3", "not_a_number"),
        ("0x10", "not_a_number"),
        ("1_000", "not_a_number"),
        ("½", "not_a_number"),
        ("²", "not_a_number"),
        ("١٢", "not_a_number"),
        ("十二", "not_a_number"),
        ("NaN", "not_a_number"),
        ("inf", "not_a_number"),
        ("--1", "not_a_number"),
        ("-¥-1", "not_a_number"),
        ("1-", "not_a_number"),
        ("1.2.3", "not_a_number"),
        ("12块5块", "not_a_number"),
        ("3元5角22", "not_a_number"),
        ("3元5钱", "not_a_number"),
        ("1.234", "ambiguous"),
        ("1.234.567", "ambiguous"),
        ("1,23", "ambiguous"),
        ("1,2", "ambiguous"),
        (",5", "ambiguous"),
        ("1.234,50", "ambiguous"),
        ("0,500", "ambiguous"),
        ("12 50", "ambiguous"),
        ("1 234", "ambiguous"),
        ("1\u00a0234", "ambiguous"),
        ("1,23,456", "grouping"),
        ("1,2345", "ambiguous"),
        ("1234,567", "ambiguous"),
        ("1,,234", "grouping"),
        ("1.2345", "too_many_decimals"),
        ("0.123", "too_many_decimals"),
        ("1234.567", "too_many_decimals"),
        ("1,234.567", "too_many_decimals"),
        ("-5", "negative"),
        ("−5", "negative"),
        ("－5", "negative"),
        ("¥-5", "negative"),
        ("-12块5", "negative"),
        ("0", "zero"),
        ("0.00", "zero"),
        ("0元", "zero"),
        ("10,000,000,000,000.01", "too_large"),
        ("99999999999999999999", "too_large"),
        ("99999999999999元5角", "too_large"),
        ("$5", "other_currency"),
        ("5 USD", "other_currency"),
        ("5豆", "other_currency"),
    ],
)
def test_what_is_refused(text, reason):
    assert refusal(text) == reason


def test_a_dollar_sign_alone_does_not_say_whose():
    assert refusal("US$5", "HKD") == "other_currency"
    assert refusal("HK$5", "USD") == "other_currency"
    assert refusal("12块", "JPY") == "other_currency"


def test_no_decimals_where_a_currency_has_none():
    assert refusal("12.5", "JPY") == "too_many_decimals"
    assert refusal("12.00", "JPY") == "too_many_decimals"
    assert refusal("1.234", "JPY") == "ambiguous"
    assert refusal("1.5", "KBN") == "too_many_decimals"


def test_zero_and_less_where_they_make_sense():
    assert parse_typed("0", "CNY", allow_zero=True) == Money(0, "CNY")
    assert parse_typed("-12.5", "CNY", allow_negative=True) == Money(-1250, "CNY")
    assert parse_typed("-12块5", "CNY", allow_negative=True) == Money(-1250, "CNY")
    assert refusal("-0", allow_negative=True) == "zero"


def test_too_large_has_a_code_of_its_own():
    with pytest.raises(AmountError) as caught:
        parse_typed("99999999999999999", "CNY")
    assert caught.value.code == "amount_too_large"
    with pytest.raises(AmountError) as caught:
        parse_typed("x", "CNY")
    assert (caught.value.code, caught.value.field) == ("amount_invalid", "amount")


@given(st.integers(1, MAX_MINOR), CODES, st.booleans())
def test_what_is_written_is_read_back(minor, currency, grouping):
    text = format_minor(minor, currency, grouping=grouping)
    # 1.234 could be read in two ways, but with the right decimals it is never written.
    assert parse_typed(text, currency) == Money(minor, currency)


@given(st.integers(1, MAX_MINOR), st.sampled_from(["CNY", "HKD", "JPY", "EUR", "KBN"]), st.data())
def test_every_word_of_a_currency_may_stand_on_either_side(minor, currency, data):
    word = data.draw(st.sampled_from(CURRENCIES[currency].words))
    figure = format_minor(minor, currency)
    for text in (f"{word}{figure}", f"{figure}{word}", f"{word} {figure}", f"{figure} {word}"):
        assert parse_typed(text, currency) == Money(minor, currency)


@given(st.integers(1, MAX_MINOR))
def test_full_width_is_the_same(minor):
    text = format_minor(minor, "CNY")
    wide = text.translate(str.maketrans("0123456789.,", "０１２３４５６７８９．，"))
    assert parse_typed(wide, "CNY") == parse_typed(text, "CNY")


@given(st.text(max_size=45), CODES)
def test_any_text_is_an_amount_or_refused(text, currency):
    try:
        money = parse_typed(text, currency)
    except AmountError:
        return
    assert 0 < money.minor <= MAX_MINOR


@given(st.text("0123456789.,元块角分毛¥ -+", max_size=12))
def test_what_is_read_agrees_with_decimal_arithmetic(text):
    """Whatever is accepted without spoken words is what exact decimals say it is."""
    try:
        money = parse_typed(text, "CNY")
    except AmountError:
        return
    figure = text.strip("¥元块 +").replace(",", "").strip()
    if not set(figure) & set("元块角分毛"):
        assert Decimal(money.minor) == Decimal(figure) * 100


# --- written and read by machines


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [
        (0, "CNY", "0.00"),
        (5, "CNY", "0.05"),
        (123450, "CNY", "1,234.50"),
        (-123450, "CNY", "-1,234.50"),
        (-5, "CNY", "-0.05"),
        (1234567, "JPY", "1,234,567"),
        (120, "KBN", "120"),
    ],
)
def test_format(minor, currency, text):
    assert format_minor(minor, currency) == text
    assert str(Money(minor, currency)) == f"{text} {currency}"


@given(st.integers(0, MAX_MINOR), CODES)
def test_plain_figures_read_back(minor, currency):
    assert parse_plain(format_minor(minor, currency, grouping=False), currency) == minor


@pytest.mark.parametrize(
    ("figure", "reason"),
    [
        ("", "not_a_number"),
        ("1,234", "not_a_number"),
        ("-1", "not_a_number"),
        ("１２", "not_a_number"),
        ("1\n", "not_a_number"),
        ("1" * 41, "not_a_number"),
        ("1.234", "too_many_decimals"),
        ("1" * 20, "too_large"),
    ],
)
def test_plain_figures_are_strict(figure, reason):
    with pytest.raises(AmountError) as caught:
        parse_plain(figure, "CNY")
    assert caught.value.reason == reason


# --- arithmetic


@given(MINOR, MINOR, CODES)
def test_arithmetic_is_that_of_whole_numbers(one, other, currency):
    a, b = Money(one, currency), Money(other, currency)
    assert (a + b).minor == one + other
    assert (a - b).minor == one - other
    assert (-a).minor == -one
    assert (a < b) == (one < other)
    assert (a <= b) == (one <= other)
    assert (a > b) == (one > other)
    assert (a >= b) == (one >= other)


@pytest.mark.parametrize(
    "mix",
    [
        lambda a, b: a + b,
        lambda a, b: a - b,
        lambda a, b: a < b,
        lambda a, b: a <= b,
        lambda a, b: a > b,
    ],
)
def test_currencies_never_mix(mix):
    with pytest.raises(KBeanError) as caught:
        mix(Money(1, "CNY"), Money(1, "KBN"))
    assert caught.value.code == "currency_mismatch"


@pytest.mark.parametrize("minor", [1.0, True, "1", None, Decimal(1)])
def test_only_whole_numbers(minor: Any):
    with pytest.raises(TypeError, match="whole number"):
        Money(minor, "CNY")


def test_unknown_currencies():
    for call in (
        lambda: Money(1, "XXX"),
        lambda: currency_of("cny"),
        lambda: currency_by_number("999"),
        lambda: parse_typed("1", "XXX"),
        lambda: parse_plain("1", ""),
        lambda: format_minor(1, "BTC"),
    ):
        with pytest.raises(KBeanError) as caught:
            call()
        assert caught.value.code == "currency_unsupported"


def test_the_table_agrees_with_babel():
    """Babel carries the decimals of CLDR, which follow ISO 4217 for these currencies."""
    from babel.numbers import get_currency_precision

    for code, currency in CURRENCIES.items():
        if code != "KBN":
            assert currency.decimals == get_currency_precision(code), code
            assert currency_by_number(currency.numeric or "") == currency
    assert currency_of("KBN").numeric is None
    assert currency_of("KBN").decimals == 0
