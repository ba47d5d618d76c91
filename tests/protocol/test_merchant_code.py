"""Our signed merchant codes: what is built reads back, and nothing in them can be changed."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.protocol.codes import emv, merchant_code
from app.protocol.codes.emv import CodeError, MerchantPresented, Tag
from app.protocol.codes.signature import SIGNATURE_GUID, sign_tags
from app.protocol.errors import KBeanError
from app.protocol.ids import new_id
from app.protocol.signing import SigningKey
from tests.protocol.test_emv import DESIGN_SAMPLE, EMVCO_SAMPLE

KEY = SigningKey(bytes(range(32)))
KEYS = {"c1-9fQ2x": KEY.public}
CODE_ID = "0190a5e0-7c1b-7d8e-9f2a-1b2c3d4e5f60"
DETAILS = {
    "code_id": CODE_ID,
    "merchant": "M0000123",
    "currency": "CNY",
    "mcc": "5411",
    "country": "CN",
    "name": "KDOU STORE",
    "city": "BEIJING",
    "reference": "A7F3Q9",
    "store": "S0105",
    "terminal": "T02",
    "language": "ZH",
    "local_name": "K豆便利店",
}
DYNAMIC = merchant_code.build_dynamic(KEY, "c1-9fQ2x", amount=2372, **DETAILS)
STATIC = merchant_code.build_static(KEY, "c1-9fQ2x", **DETAILS)


def refusal(text: str) -> tuple[str, str]:
    with pytest.raises(CodeError) as caught:
        merchant_code.read(text).verify(KEYS)
    return caught.value.code, caught.value.reason


def rebuilt(text: str, **changes: str | None) -> str:
    """The code with whole fields changed (``t54="1.00"``, None removes) under a right checksum."""
    tags = []
    for tag in emv.parse(text).tags:
        value = changes.get(f"t{tag.id}", tag.value)
        if value is not None:
            tags.append(Tag(tag.id, value))
    return emv.build(MerchantPresented(tuple(tags)))


def resigned(text: str, **changes: str | None) -> str:
    """The changed code, signed again by the right key: only the layout is wrong."""
    tags = emv.parse(rebuilt(text, **changes)).tags
    return sign_tags("merchant-code", tags[:-1], KEY)


def test_dynamic_code_reads_back():
    code = merchant_code.read(DYNAMIC)
    code.verify(KEYS)
    assert code.dynamic
    assert (code.currency, code.amount) == ("CNY", 2372)
    assert (code.merchant, code.reference, code.code_id) == ("M0000123", "A7F3Q9", CODE_ID)
    assert (code.name, code.names, code.store, code.terminal) == (
        "KDOU STORE",
        {"zh": "K豆便利店"},
        "S0105",
        "T02",
    )
    assert code.text == DYNAMIC


def test_static_code_reads_back():
    code = merchant_code.read(STATIC)
    code.verify(KEYS)
    assert not code.dynamic
    assert code.amount is None


def test_least_of_a_code():
    least = {k: DETAILS[k] for k in ("code_id", "merchant", "currency", "mcc", "country")}
    text = merchant_code.build_static(KEY, "k", name="N", city="C", **least)
    code = merchant_code.read(text)
    assert (code.reference, code.names, code.store, code.terminal) == ("", {}, "", "")


def test_the_same_input_makes_the_same_code():
    """Ed25519 is deterministic, so a reprinted code is the same picture."""
    assert merchant_code.build_static(KEY, "c1-9fQ2x", **DETAILS) == STATIC


def test_codes_stay_easy_to_read():
    """QR version 13 at level M holds 331 bytes, version 14 holds 362 (ISO/IEC 18004, table 7)."""
    assert len(DYNAMIC.encode()) <= 331
    longest = merchant_code.build_dynamic(
        KEY,
        "k" * 15,
        amount=10**12 - 1,  # 9999999999.99: the 13 characters of field 54
        **DETAILS
        | {"merchant": "m" * 15, "reference": "r" * 15, "name": "n" * 25, "city": "c" * 15},
    )
    assert len(longest.encode()) <= 362


def test_currency_without_decimals():
    text = merchant_code.build_dynamic(KEY, "k", amount=500, **DETAILS | {"currency": "JPY"})
    assert merchant_code.read(text).fields.amount == "500"
    assert merchant_code.read(text).amount == 500


# --- what is not ours, or not whole


def test_classification():
    assert refusal(EMVCO_SAMPLE) == ("code_foreign", "scheme")
    assert refusal(DESIGN_SAMPLE) == ("code_unsigned", "no_signature")
    assert refusal("https://example.org") == ("code_malformed", "not_emv")
    assert refusal(DYNAMIC[:-1]) == ("code_malformed", "crc_missing")


def test_foreign_code_names_its_scheme():
    for changes, scheme in (
        ({"t26": "0009SG.PAYNOW0101A"}, "SG.PAYNOW"),
        ({"t26": "0012org.KDOU.pay"}, "org.KDOU.pay"),
    ):
        with pytest.raises(CodeError) as caught:
            merchant_code.read(rebuilt(DYNAMIC, **changes))
        assert caught.value.params["scheme"] == scheme
    visa = tuple(tag if tag.id != "26" else Tag("02", "4111") for tag in emv.parse(DYNAMIC).tags)
    with pytest.raises(CodeError) as caught:
        merchant_code.read(emv.build(MerchantPresented(visa)))
    assert caught.value.params["scheme"] == "02"


def test_our_account_in_another_template_is_out_of_place():
    tags = emv.parse(DYNAMIC).tags
    moved = tuple(tag if tag.id != "26" else Tag("27", tag.value) for tag in tags)
    assert refusal(emv.build(MerchantPresented(moved))) == ("code_malformed", "order")


def test_nothing_may_follow_the_signature():
    tags = emv.parse(DYNAMIC).tags
    text = emv.build(MerchantPresented((*tags, Tag("65", "added"))))
    assert refusal(text) == ("code_malformed", "order")
    assert refusal(rebuilt(DYNAMIC, t80=tags[-1].value[:15] + "0101A")) == (
        "code_malformed",
        "format",
    )
    inside = emv.parse(DYNAMIC).template("80")["01"]
    more = emv.tlv((("00", SIGNATURE_GUID), ("01", inside[:40]), ("02", "x")))
    assert refusal(rebuilt(DYNAMIC, t80=more)) == ("code_malformed", "order")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"t54": None}, "amount"),
        ({"t01": "11"}, "amount"),
        ({"t01": None, "t54": None}, "amount"),
        ({"t54": "1.234"}, "amount"),
        ({"t54": "9" * 13, "t53": "156"}, None),
        ({"t53": "999"}, "currency"),
        ({"t26": "0012org.kdou.pay"}, "format"),
        ({"t26": "0012org.kdou.pay0103M 1"}, "format"),
        ({"t26": "0012org.kdou.pay0102M10404key1"}, "code_id"),
        ({"t26": "0012org.kdou.pay0102M10322" + "=" * 22 + "0404key1"}, "code_id"),
        ({"t26": "0012org.kdou.pay0102M10322" + "A" * 22 + "0404key1"}, "code_id"),
    ],
)
def test_ours_but_with_a_field_out_of_place(changes, reason):
    text = resigned(DYNAMIC, **changes)
    if reason is None:
        merchant_code.read(text).verify(KEYS)
    else:
        assert refusal(text) == ("code_malformed", reason)


@pytest.mark.parametrize("signature", ["~" * 80, "A" * 79, "\x7e \x21" * 26, "豆" * 80])
def test_signature_that_is_no_base_85(signature):
    text = rebuilt(DYNAMIC, t80=emv.tlv((("00", "org.kdou.qr"), ("01", signature))))
    assert refusal(text) == ("code_malformed", "format")


# --- forgery


@pytest.mark.parametrize(
    "changes",
    [
        {"t54": "1.00"},
        {"t53": "344"},
        {"t59": "KDOU ST0RE"},
        {"t52": "5812"},
        {"t64": "0002ZH0105K豆便利居"},
        {"t62": None},
        {"t26": "0012org.kdou.pay0108M00001240206A7F3Q90322AZCl4HwbfY6fKhssPU5fYA0408c1-9fQ2x"},
    ],
)
def test_any_changed_field_is_forged(changes):
    assert refusal(rebuilt(DYNAMIC, **changes)) == ("code_forged", "signature")


def test_static_code_turned_dynamic_is_forged():
    tags = list(emv.parse(STATIC).tags)
    tags[1] = Tag("01", "12")
    tags.insert(5, Tag("54", "0.01"))
    assert refusal(emv.build(MerchantPresented(tuple(tags)))) == ("code_forged", "signature")


def test_other_keys_are_forged():
    other = merchant_code.build_dynamic(SigningKey.generate(), "c1-9fQ2x", amount=1, **DETAILS)
    assert refusal(other) == ("code_forged", "signature")
    unknown = merchant_code.build_dynamic(KEY, "nobody", amount=1, **DETAILS)
    assert refusal(unknown) == ("code_forged", "key_unknown")


def test_signature_of_one_code_does_not_fit_another():
    stolen = emv.parse(DYNAMIC).get("80")
    assert refusal(rebuilt(STATIC, t80=stolen)) == ("code_forged", "signature")


def test_flips_that_the_checksum_cannot_see_are_seen_by_the_signature():
    place = DYNAMIC.index("豆")
    unseen = 0
    for point in range(0x3400, 0xA000):
        flipped = DYNAMIC[:place] + chr(point) + DYNAMIC[place + 1 :]
        if flipped != DYNAMIC and emv.crc16(flipped[:-4].encode()) == flipped[-4:]:
            assert refusal(flipped) == ("code_forged", "signature")
            unseen += 1
    assert unseen


@given(st.integers(0, len(DYNAMIC) - 1), st.characters())
def test_any_single_flipped_character_is_refused(place, other):
    """For our codes the property has no exception, whatever character comes instead."""
    assume(other != DYNAMIC[place])
    assert refusal(DYNAMIC[:place] + other + DYNAMIC[place + 1 :])[0] in (
        "code_malformed",
        "code_foreign",
        "code_unsigned",
        "code_forged",
    )


@given(st.integers(0, len(DYNAMIC) - 1), st.characters(exclude_categories=("Cs", "Cc")))
def test_any_single_flip_under_a_right_checksum_is_refused(place, other):
    """Whoever makes codes can also count checksums: only the signature stands in the way."""
    assume(other != DYNAMIC[place] and place < len(DYNAMIC) - 8)
    body = (DYNAMIC[:place] + other + DYNAMIC[place + 1 :])[:-4]
    refusal(body + emv.crc16(body.encode()))


# --- what cannot be built


@pytest.mark.parametrize(
    ("changes", "tag"),
    [
        ({"merchant": ""}, "26.01"),
        ({"merchant": "m" * 16}, "26.01"),
        ({"merchant": "M 1"}, "26.01"),
        ({"reference": "r" * 16}, "26.02"),
        ({"code_id": "0190a5e0-7c1b-4d8e-9f2a-1b2c3d4e5f60"}, "26.03"),
        ({"mcc": "541"}, "52"),
        ({"country": "China"}, "58"),
        ({"name": ""}, "59"),
        ({"name": "n" * 26}, "59"),
        ({"city": "c" * 16}, "60"),
        ({"postcode": "1" * 11}, "61"),
        ({"store": "s" * 26}, "62.03"),
        ({"language": ""}, "64.00"),
        ({"local_name": "店" * 26}, "64.01"),
    ],
)
def test_values_that_do_not_fit(changes, tag):
    with pytest.raises(CodeError) as caught:
        merchant_code.build_static(KEY, "k", **DETAILS | changes)
    assert caught.value.tag == tag


def test_amounts_and_keys_that_do_not_fit():
    for amount in (0, -1, 10**12, 10**15 + 1):
        with pytest.raises(CodeError, match="54"):
            merchant_code.build_dynamic(KEY, "k", amount=amount, **DETAILS)
    for key_id in ("", "k" * 16, "a b"):
        with pytest.raises(CodeError, match=r"26\.04"):
            merchant_code.build_static(KEY, key_id, **DETAILS)


def test_points_are_no_currency_of_a_code():
    for currency in ("KBN", "XXX"):
        with pytest.raises(KBeanError) as caught:
            merchant_code.build_static(KEY, "k", **DETAILS | {"currency": currency})
        assert caught.value.code == "currency_unsupported"


# --- property

SHORT = st.from_regex(r"[A-Za-z0-9._-]{1,15}", fullmatch=True)
WORDS = st.characters(exclude_categories=("Cs", "Cc", "Cf", "Zl", "Zp", "Cn", "Co"))


@given(
    st.fixed_dictionaries(
        {
            "code_id": st.builds(new_id),
            "merchant": SHORT,
            "reference": st.just("") | SHORT,
            "currency": st.sampled_from(["CNY", "HKD", "JPY", "EUR", "KRW"]),
            "name": st.text(WORDS, min_size=1, max_size=25),
            "local_name": st.text(WORDS, min_size=1, max_size=25),
            "store": st.text(WORDS, max_size=20),
        }
    ),
    SHORT,
    st.none() | st.integers(1, 10**12 - 1),
)
def test_what_is_built_reads_back_verified(changes, key_id, amount):
    details = DETAILS | changes
    if amount is None:
        text = merchant_code.build_static(KEY, key_id, **details)
    else:
        text = merchant_code.build_dynamic(KEY, key_id, amount=amount, **details)
    code = merchant_code.read(text)
    code.verify({key_id: KEY.public})
    assert code.amount == amount
    assert code.names == {"zh": changes["local_name"]}
    for field in ("code_id", "merchant", "reference", "currency", "name", "store"):
        assert getattr(code, field) == changes[field]
    assert emv.build(code.fields) == text
