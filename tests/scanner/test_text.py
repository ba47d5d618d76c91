"""The text of a code is right in every script, from both readers, with and without ECI."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scanner import PAYMENT_FORMATS, Code, scan_still, zbar, zbar_status, zxing
from app.scanner.grey import Grey, View
from app.scanner.text import guess, repair_zbar_text
from tests.scanner.drawing import qr, qr_naming

MERCHANTS = [
    "Joe’s Café",
    "Crêperie Élysée",
    "Müller & Söhne",
    "Größenwahn Möbel",
    "Łódź Pierogarnia",
    "Žižkovská hospoda",
    "Český Krumlov Pekárna",
    "Panadería Peña",
    "Señor Muñoz",
    "Pão de Açúcar",
    "São João Padaria",
    "Smørrebrød Århus",
    "Blåbær & Fløde",
    "Ångström Kött",
    "Hääkakku Jyväskylä",
    "Þórður ísbúð",
    "Kebapçı İstanbul",
    "Știrbei Brutărie",
    "Győri Cukrászda",
    "Καφενείο Αθήνα",
]
OTHERS = [
    "北京K豆便利店",
    "臺北車站咖啡",
    "東京カフェ",
    "ｶﾌｪ ﾃﾞｻﾞｲﾝ",
    "مقهى القاهرة",
    "Кофейня Москва",
    "한국 커피",
    "โรงแรมกรุงเทพ",
    "☕ Coffee 🚀👩‍🍳",
    "K豆",
]
EVERY_SCRIPT = MERCHANTS + OTHERS


def by_zxing(picture: Grey) -> list[Code]:
    return zxing.read(View(picture), PAYMENT_FORMATS, "test")


def by_zbar(picture: Grey) -> list[Code]:
    return zbar.read(View(picture), PAYMENT_FORMATS, "test")


def together(picture: Grey) -> list[Code]:
    return scan_still(picture)


READERS = pytest.mark.parametrize("read", [by_zxing, by_zbar, together])


def test_both_readers_are_here() -> None:
    assert zbar_status().available, zbar_status().reason


@READERS
@pytest.mark.parametrize("text", EVERY_SCRIPT)
def test_a_code_that_names_no_encoding(read: Callable[[Grey], list[Code]], text: str) -> None:
    assert [code.text for code in read(qr(text))] == [text]


@READERS
@pytest.mark.parametrize("text", EVERY_SCRIPT)
def test_a_code_that_names_utf8(read: Callable[[Grey], list[Code]], text: str) -> None:
    codes = read(qr_naming(text))
    assert [code.text for code in codes] == [text]
    assert codes[0].raw == text.encode()


NAMED = [
    ("Ђорђевић Кафана", "ISO-8859-5"),
    ("Καφενείο Αθήνα", "ISO-8859-7"),
    ("Łódź Pierogarnia", "ISO-8859-2"),
    ("Crêperie Élysée", "ISO-8859-1"),
    ("北京便利店欢迎您", "GB18030"),
]


@READERS
@pytest.mark.parametrize(("text", "encoding"), NAMED)
def test_a_code_that_names_another_encoding(
    read: Callable[[Grey], list[Code]], text: str, encoding: str
) -> None:
    assert [code.text for code in read(qr_naming(text, encoding))] == [text]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("한국 커피", "EUC-KR"),  # a name zbar doesn't know
        ("Ã© Â°", "ISO-8859-1"),  # valid UTF-8 by accident: what the code names holds
    ],
)
def test_the_first_reader_knows_every_name(text: str, encoding: str) -> None:
    assert [code.text for code in together(qr_naming(text, encoding))] == [text]


@READERS
@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("ﾃﾞｻﾞｲﾝQR\nhttp://example.jp/", "cp932"),
        ("今度のバージョンでは文章の暗号化ができます。", "cp932"),
        ("北京K豆便利店", "gb2312"),
        ("欢迎光临小李饭店", "gb2312"),
        ("Café Müller", "latin-1"),
        ("Téléphone élevé", "latin-1"),
    ],
)
def test_old_encodings_that_nothing_names(
    read: Callable[[Grey], list[Code]], text: str, encoding: str
) -> None:
    assert [code.text for code in read(qr(text.encode(encoding)))] == [text]


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=60))
def test_readers_agree_on_any_text(text: str) -> None:
    picture = qr(text, scale=3)
    assert [code.text for code in by_zxing(picture)] == [text]
    assert [code.text for code in by_zbar(picture)] in ([text], [])  # zbar may miss, never differ


@given(st.binary(min_size=1, max_size=60))
def test_any_bytes_have_a_text(raw: bytes) -> None:
    text = guess(raw)
    assert text
    if text.isascii():
        assert text.encode() == raw


@pytest.mark.parametrize("text", MERCHANTS)
@pytest.mark.parametrize("wrongly", ["cp932", "big5", "latin-1"])
def test_a_wrong_guess_of_an_old_zbar_is_undone(text: str, wrongly: str) -> None:
    try:
        shown = text.encode().decode(wrongly)
    except UnicodeDecodeError:
        return  # zbar couldn't have guessed this
    assert repair_zbar_text(shown) == text


def test_what_was_right_stays(subtests: pytest.Subtests) -> None:
    for text in ("plain", "今度のバージョン", "Café", "北京"):
        with subtests.test(text):
            assert repair_zbar_text(text) == text


def test_raw_bytes_are_the_codes_own() -> None:
    raw = bytes(range(1, 256))
    assert [code.raw for code in by_zxing(qr(raw))] == [raw]
    assert [code.raw for code in by_zbar(qr(raw))] == [raw]


def test_an_array_is_what_the_drawing_makes() -> None:
    picture = qr("x")
    assert picture.dtype == np.uint8
    assert set(np.unique(picture)) == {0, 255}
