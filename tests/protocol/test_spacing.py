"""Blanks beside a value stay where a Chinese reader expects them, and nothing else changes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.protocol.spacing import filled


@pytest.mark.parametrize(
    ("sentence", "value", "said"),
    [
        ("客服 {x} 上班", "明天 09:00", "客服明天 09:00 上班"),
        ("客服 {x} 上班", "11月25日 09:00", "客服 11月25日 09:00 上班"),
        ("客服 {x} 上班", "周一", "客服周一上班"),
        ("{x} 想查看", "林婷", "林婷想查看"),
        ("{x} 想查看", "Lin", "Lin 想查看"),
        ("付给 {x} 64.09", "K豆便利店", "付给 K豆便利店 64.09"),
        ("订单 {x}。", "「茶」", "订单「茶」。"),
        ("by {x} now", "林婷", "by 林婷 now"),
        ("{x:>3} 秒 {{}}", 7, "  7 秒 {}"),
    ],
)
def test_blanks_between_chinese_words_go(sentence, value, said):
    assert filled(sentence, x=value) == said


def test_two_values_side_by_side():
    assert filled("{a} {b} 元", a="老王小店", b="5") == "老王小店 5 元"
    assert filled("{a} {b}", a="老王", b="小店") == "老王小店"
    with pytest.raises(KeyError):
        filled("{a}", b=1)


@given(
    st.text(st.sampled_from("客服 a1，"), max_size=6),
    st.text(st.sampled_from("明天 x9{}"), max_size=6),
    st.text(st.sampled_from("上班 b2。"), max_size=6),
)
def test_only_blanks_of_the_sentence_ever_change(before, value, after):
    said = filled(before + "{x}" + after, x=value)
    plain = f"{before}{value}{after}"
    assert said.replace(" ", "") == plain.replace(" ", "")
    assert value.strip() in said
    if plain.isascii():
        assert said == plain
