"""People's codes and wallet numbers: read back, signed whole, refused where anything is off."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.protocol.codes import emv, merchant_code, personal_code
from app.protocol.codes.emv import CodeError, MerchantPresented, Tag
from app.protocol.codes.signature import sign_tags
from app.protocol.errors import KBeanError
from app.protocol.ids import new_id
from app.protocol.signing import SigningKey

KEY = SigningKey(bytes(range(32)))
NUMBER = personal_code.wallet_number("123456789")
PUBLICS = {"c1": KEY.public}


def made(**changes: object) -> str:
    details: dict[str, object] = {"wallet_no": NUMBER, "currency": "CNY"} | changes
    return personal_code.build(KEY, "c1", **details)  # type: ignore[arg-type]


def resigned(**changes: str | None) -> str:
    """A code with fields changed or left out, signed by the right key."""
    tags = []
    for tag in emv.parse(made(amount=500)).tags[:-1]:
        value = changes.get(f"t{tag.id}", tag.value)
        if value is not None:
            tags.append(Tag(tag.id, value))
    return sign_tags("personal-code", tuple(tags), KEY)


def account(**changes: str) -> str:
    fields = {"00": "org.kdou.person", "01": NUMBER, "04": "c1"}
    return emv.tlv(tuple((fields | changes).items()))


def test_wallet_numbers_have_a_check_digit():
    # The example that python-stdnum gives for ISO 7064 MOD 11,10.
    assert personal_code.wallet_number("79462") == "794623"
    assert personal_code.is_wallet_number(NUMBER)
    for wrong in (
        "",
        "123456789",
        NUMBER + "0",
        NUMBER[::-1],
        "１２３４５６７８９７",
        "12345678 7",
    ):
        assert not personal_code.is_wallet_number(wrong)


@given(st.integers(0, 10**9 - 1), st.integers(0, 9), st.integers(1, 9))
def test_every_wrong_digit_is_noticed(body: int, place: int, off: int):
    number = personal_code.wallet_number(f"{body:09d}")
    digit = str((int(number[place]) + off) % 10)
    assert not personal_code.is_wallet_number(number[:place] + digit + number[place + 1 :])


@given(
    st.none() | st.integers(1, 10**9),
    st.text(st.characters(categories=("L", "N")), max_size=60),
    st.booleans(),
    st.sampled_from(["CNY", "USD", "JPY"]),
)
def test_codes_read_back(amount: int | None, note: str, link: bool, currency: str):
    request_id = new_id() if link else None
    text = made(amount=amount, note=note, request_id=request_id, currency=currency)
    code = personal_code.read(text)
    code.verify(PUBLICS)
    assert (code.wallet_no, code.amount, code.note) == (NUMBER, amount, note)
    assert (code.request_id, code.currency, code.key_id) == (request_id, currency, "c1")
    assert personal_code.is_personal(text)


def test_nothing_in_the_text_stands_outside_the_signature():
    text = made(amount=500)
    tags = list(emv.parse(text).tags)
    for place, tag in enumerate(tags[:-1]):
        if tag.id in {"00", "01", "26"}:
            continue
        changed = {"52": "0001", "53": "840", "54": "5.01", "58": "US"}.get(tag.id, tag.value + "X")
        forged = [*tags[:place], Tag(tag.id, changed), *tags[place + 1 :]]
        with pytest.raises(CodeError) as refused:
            personal_code.read(emv.build(MerchantPresented(tuple(forged)))).verify(PUBLICS)
        assert (refused.value.code, refused.value.reason) == ("code_forged", "signature")
    with pytest.raises(CodeError) as refused:
        personal_code.read(text).verify({})
    assert (refused.value.code, refused.value.reason) == ("code_forged", "key_unknown")


def test_a_merchants_signature_is_none_for_a_person():
    tags = emv.parse(made()).tags[:-1]
    other = personal_code.read(sign_tags("merchant-code", tags, KEY))
    with pytest.raises(CodeError, match="signature"):
        other.verify(PUBLICS)


@pytest.mark.parametrize(
    ("changes", "code", "reason"),
    [
        ({"t26": account(**{"00": "org.kdou.pay"})}, "code_foreign", "scheme"),
        ({"t26": account(**{"01": "1234567890"})}, "code_malformed", "format"),
        ({"t26": account(**{"02": "x"})}, "code_malformed", "code_id"),
        ({"t26": account(**{"02": "x"}), "t01": "12"}, "code_malformed", "code_id"),
        ({"t26": account(**{"02": "A" * 22}), "t01": "12"}, "code_malformed", "code_id"),
        ({"t01": "12"}, "code_malformed", "code_id"),
        ({"t53": "999"}, "code_malformed", "currency"),
        ({"t54": "5.123"}, "code_malformed", "amount"),
    ],
)
def test_ours_but_with_a_field_out_of_place(changes: dict[str, str], code: str, reason: str):
    with pytest.raises(CodeError) as refused:
        personal_code.read(resigned(**changes))
    assert (refused.value.code, refused.value.reason) == (code, reason)


def test_without_a_signature_it_is_unsigned():
    bare = emv.build(MerchantPresented(emv.parse(made()).tags[:-1]))
    with pytest.raises(CodeError) as refused:
        personal_code.read(bare)
    assert refused.value.code == "code_unsigned"


def test_what_cannot_be_built():
    for changes, code in (
        ({"wallet_no": "1234567890"}, "code_malformed"),
        ({"note": "长" * 61}, "code_malformed"),
        ({"amount": 0}, "code_malformed"),
        ({"currency": "KBN"}, "currency_unsupported"),
        ({"currency": "XXQ"}, "currency_unsupported"),
    ):
        with pytest.raises(KBeanError) as refused:
            made(**changes)
        assert refused.value.code == code


def test_other_texts_are_no_persons_codes():
    merchant = merchant_code.build_static(
        KEY, "c1", code_id=new_id(), merchant="M1", currency="CNY", mcc="5411", country="CN",
        name="KDOU", city="BEIJING",
    )  # fmt: skip
    for text in ("", "hello", merchant, made()[:-1]):
        assert not personal_code.is_personal(text)


def test_a_strangers_note_is_left_alone():
    inside = emv.tlv((("00", "com.example"), ("01", "other")))
    text = resigned(t60="ONLINE", t62=None)
    assert personal_code.read(text).note == ""
    tags = list(emv.parse(text).tags[:-1])
    own = Tag("62", emv.tlv((("50", inside),)))
    assert personal_code.read(sign_tags("personal-code", (*tags, own), KEY)).note == ""
