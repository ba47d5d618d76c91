"""Masks: secrets go, our own numbers and amounts stay, and nothing is masked twice."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.protocol.ids import new_id, order_number
from app.server.support.talk.masking import is_card_number, is_iban, is_id_number, mask

FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


def with_check_digit(head: str) -> str:
    return next(head + str(n) for n in range(10) if is_card_number(head + str(n)))


heads = st.sampled_from(["4", "51", "55", "2221", "34", "37", "62", "6217", "60", "81", "9558"])
separators = st.sampled_from(["", " ", "-", "－", "\u3000", "\u00a0", ".", "–", "\u200b"])
around = st.sampled_from(["", " ", "，谢谢", "卡号：", "my card ", "。", "(", "\n"])


@st.composite
def cards(draw: st.DrawFn) -> str:
    head = draw(heads)
    length = draw(st.integers(13, 19))
    digits = draw(st.text("0123456789", min_size=length - 1, max_size=length - 1))
    number = head + digits[len(head) :]
    return with_check_digit(number)


@given(card=cards(), separator=separators, wide=st.booleans(), before=around, after=around)
def test_card_numbers_are_hidden_however_they_are_written(
    card: str, separator: str, wide: bool, before: str, after: str
):
    written = separator.join(card[at : at + 4] for at in range(0, len(card), 4))
    if wide:
        written = written.translate(FULL_WIDTH)
    told = mask(f"{before}{written}{after}")
    assert "card" in told.found or "id_number" in told.found
    plain = "".join(c for c in told.text.translate({v: chr(k) for k, v in FULL_WIDTH.items()}))
    assert card[:-4] not in "".join(c for c in plain if c.isdigit())


@given(st.text(max_size=300))
def test_masking_twice_changes_nothing_more(text: str):
    once = mask(text)
    assert mask(once.text).text == once.text
    assert len(once.text) <= len(text)
    if not once.found:
        assert once.text == text


@given(st.integers(1_600_000_000_000, 2_500_000_000_000), st.integers(0, 10**12))
def test_our_own_numbers_and_amounts_survive(at: int, amount: int):
    identifier = new_id()
    text = (
        f"订单 {order_number(identifier, at)}，金额 {amount / 100:.2f} 元 (¥{amount:,})，"
        f"payment {identifier} KC-20261123-0007 code 881234567897593846"
    )
    assert mask(text) == (text, [])


@pytest.mark.parametrize(
    ("text", "kept", "found"),
    [
        ("我的密码是abc123，帮我看看", "我的密码是••••，帮我看看", ["secret"]),
        ("密码：Tr0ub4dor&3", "密码：••••", ["secret"]),
        ("支付密码 123456 忘了", "支付密码 •••• 忘了", ["secret"]),
        ("登录口令为hunter22", "登录口令为••••", ["secret"]),
        ("my PIN is 4821", "my PIN is ••••", ["secret"]),
        ("pin码：１２３４", "pin码：••••", ["secret"]),
        ("password: hunter2 thanks", "password: •••• thanks", ["secret"]),
        (
            "my passphrase is seven quiet herons walk. Help",
            "my passphrase is ••••. Help",
            ["secret"],
        ),
        ("验证码 123456", "验证码 ••••", ["code"]),
        ("收到的验证码是：987 654", "收到的验证码是：••••", ["code"]),
        ("123456 是我的验证码", "•••• 是我的验证码", ["code"]),
        ("your verification code is 845-221", "your verification code is ••••", ["code"]),
        ("449023 is my one-time code", "•••• is my one-time code", ["code"]),
        ("身份证11010519491231002X", "身份证••••", ["id_number"]),
        ("110105 19491231 002x", "••••", ["id_number"]),
        ("GB82 WEST 1234 5698 7654 32 please", "•••• 5432 please", ["bank_account"]),
        ("DE89370400440532013000", "•••• 3000", ["bank_account"]),
        ("银行账号是 12345678901234", "银行账号是 •••• 1234", ["bank_account"]),
        ("bank account number 12345678", "bank account number ••••", ["bank_account"]),
        (
            "卡 4111111111111111 密码是 654321",
            "卡 •••• 1111 密码是 ••••",
            ["card", "secret"],
        ),
    ],
)
def test_secrets_in_both_languages(text: str, kept: str, found: list[str]):
    assert mask(text) == (kept, found)


@pytest.mark.parametrize(
    "text",
    [
        "密码是什么？",
        "我的密码不对",
        "my password is wrong",
        "I forgot my PIN",
        "the verification code never arrived",
        "验证码收不到，订单号是 202611231234567890",
        "电话 13800138000 或 010-88886666",
        "我昨天付了 45.60 元，重复扣款两次",
        "1234 5678 9012",
        "2026-11-23 09:15:20.123",
        "https://example.com/p/12345678901234567890123",
        "",
    ],
)
def test_ordinary_words_stay(text: str):
    assert mask(text) == (text, [])


def test_the_checks_themselves():
    assert is_card_number("4111111111111111")
    assert not is_card_number("4111111111111112")
    assert not is_card_number("0000000000000000")
    assert is_id_number("11010519491231002X")
    assert not is_id_number("110105194912310021")
    assert is_iban("GB82WEST12345698765432")
    assert not is_iban("GB82WEST12345698765433")
