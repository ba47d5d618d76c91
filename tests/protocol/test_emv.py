"""EMVCo merchant-presented codes: published vectors, every rule, and properties."""

from __future__ import annotations

import contextlib
import string

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.protocol.codes import emv
from app.protocol.codes.emv import CodeError, MerchantPresented, Tag
from app.protocol.errors import KBeanError

# design/3 §Merchant and personal QR.
DESIGN_SAMPLE = (
    "00020101021226380012org.kdou.pay0108M00001230206A7F3Q9520454115303156540523.725802CN"
    "5910KDOU STORE6007BEIJING62320303S010514202611220000010703T02"
    "64150002ZH0105K豆便利店63043286"
)
# The example of EMVCo's own specification (Merchant-Presented Mode, annex A), the one with A13A.
EMVCO_SAMPLE = (
    "00020101021229300012D156000000000510A93FO3230Q31280012D15600000001030812345678520441115802CN"
    "5914BEST TRANSPORT6007BEIJING64200002ZH0104最佳运输0202北京540523.72530315655020162330304"
    "12340603***0708A60086670902ME91320016A0112233449988770708123456786304A13A"
)
BASE = (
    ("00", "01"),
    ("01", "11"),
    ("26", "0012org.kdou.pay0108M0000123"),
    ("52", "5411"),
    ("53", "156"),
    ("58", "CN"),
    ("59", "KDOU STORE"),
    ("60", "BEIJING"),
)


def seal(body: str) -> str:
    """Put a right checksum under whatever body."""
    return f"{body}6304" + emv.crc16(f"{body}6304".encode())


def code_with(*changes: tuple[str, str | None]) -> str:
    """The base code with fields replaced, added or (None) removed, and a right checksum."""
    fields: dict[str, str] = dict(BASE)
    for tag_id, value in changes:
        if value is None:
            del fields[tag_id]
        else:
            fields[tag_id] = value
    return seal("".join(f"{i}{len(v):02d}{v}" for i, v in fields.items()))


def refusal(text: str) -> tuple[str, str]:
    with pytest.raises(CodeError) as caught:
        emv.parse(text)
    assert caught.value.code == "code_malformed"
    assert caught.value.params["reason"] == caught.value.reason
    assert caught.value.words_key == f"code_malformed.{caught.value.reason}"
    return caught.value.reason, caught.value.tag


# --- published vectors


def test_crc_of_the_published_check_string():
    assert emv.crc16(b"123456789") == "29B1"
    assert emv.crc16(b"") == "FFFF"


def test_crc_is_written_with_leading_zeros():
    short = next(str(n) for n in range(100_000) if emv.crc16(str(n).encode()).startswith("00"))
    assert len(emv.crc16(short.encode())) == 4


def test_emvco_sample_counts_characters_and_sums_bytes():
    code = emv.parse(EMVCO_SAMPLE)
    language = code.get("64")
    assert language is not None
    assert (len(language), len(language.encode())) == (20, 32)
    assert code.local == {"00": "ZH", "01": "最佳运输", "02": "北京"}
    assert code.dynamic
    assert code.accounts == {
        "29": {"00": "D15600000000", "05": "A93FO3230Q"},
        "31": {"00": "D15600000001", "03": "12345678"},
    }
    assert code.additional == {"03": "1234", "06": "***", "07": "A6008667", "09": "ME"}
    assert code.own_templates == {"91": {"00": "A011223344998877", "07": "12345678"}}
    assert (code.category, code.currency, code.amount) == ("4111", "156", "23.72")
    assert (code.country, code.name, code.city) == ("CN", "BEST TRANSPORT", "BEIJING")
    assert code.postcode is None
    assert emv.build(code) == EMVCO_SAMPLE


def test_design_sample():
    code = emv.parse(DESIGN_SAMPLE)
    assert code.accounts["26"] == {"00": "org.kdou.pay", "01": "M0000123", "02": "A7F3Q9"}
    assert code.local["01"] == "K豆便利店"
    assert code.additional["05"] == "20261122000001"
    assert emv.build(code) == DESIGN_SAMPLE


# --- the rules, one refusal each


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ("empty", "")),
        ("x" * 513, ("too_long", "")),
        ("hello", ("not_emv", "")),
        ("https://example.org", ("not_emv", "")),
        (DESIGN_SAMPLE[:-8], ("crc_missing", "")),
        (DESIGN_SAMPLE[:-1], ("crc_missing", "")),
        (DESIGN_SAMPLE + "0", ("crc_missing", "")),
        (DESIGN_SAMPLE.replace("K豆", "A豆"), ("crc_wrong", "")),
        (EMVCO_SAMPLE[:-4] + "a13a", ("crc_wrong", "")),
        (DESIGN_SAMPLE + "\n", ("not_text", "")),
        (code_with(("59", "A\x00B")), ("not_text", "")),
        (code_with(("59", "A\u202eB")), ("not_text", "")),
        ("000201\ud800", ("not_text", "")),
        (seal("000201" + "2A04abcd"), ("tag_id", "")),
        (seal("000201" + "２６04abcd"), ("tag_id", "")),
        (seal("000201" + "26"), ("length", "26")),
        (seal("000201" + "26x4abcd"), ("length", "26")),
        (seal("000201" + "26０4abcd"), ("length", "26")),
        (seal("000201" + "2600"), ("length", "26")),
        (seal("000201" + "2699abc"), ("truncated", "26")),
        (seal("000201" + "0102110102115204"), ("duplicate", "01")),
        (seal("0002015204541152045411"), ("duplicate", "52")),
        (code_with(("26", "0012org.kdou.pay0102AB0102AB")), ("duplicate", "26.01")),
        (code_with(("62", "0102AB0102AB")), ("duplicate", "62.01")),
        (code_with(("62", "50080005ABCD")), ("truncated", "62.50.00")),
        (code_with(("62", "50180005ABCDE0005ABCDE")), ("duplicate", "62.50.00")),
        (code_with(("26", "0108M0000123")), ("guid", "26")),
        (code_with(("26", "0033" + "g" * 33)), ("too_long_field", "26.00")),
        (code_with(("26", "0003a b")), ("format", "26.00")),
        (code_with(("26", "hello")), ("tag_id", "26")),
        (code_with(("80", "0101A")), ("guid", "80")),
        (code_with(("62", "50050101A")), ("guid", "62.50")),
        (code_with(("62", "0126" + "b" * 26)), ("too_long_field", "62.01")),
        (code_with(("62", "0904ABCD")), ("too_long_field", "62.09")),
        (code_with(("64", "0002ZH")), ("missing", "64.01")),
        (code_with(("64", "0102AB")), ("missing", "64.00")),
        (code_with(("64", "0003ZHO0102AB")), ("too_long_field", "64.00")),
        (code_with(("64", "000211" + "0102AB")), ("format", "64.00")),
        (code_with(("64", "0002ZH0126" + "店" * 26)), ("too_long_field", "64.01")),
        (code_with(("64", "0002ZH0101A0216" + "京" * 16)), ("too_long_field", "64.02")),
        (code_with(("01", "13")), ("format", "01")),
        (code_with(("52", "541")), ("format", "52")),
        (code_with(("52", "54111")), ("too_long_field", "52")),
        (code_with(("52", "５４１１")), ("format", "52")),
        (code_with(("53", "CNY")), ("format", "53")),
        (code_with(("54", "1" * 14)), ("too_long_field", "54")),
        (code_with(("54", "1,5")), ("format", "54")),
        (code_with(("54", "0.00")), ("format", "54")),
        (code_with(("54", "-1")), ("format", "54")),
        (code_with(("54", "1.2.3")), ("format", "54")),
        (code_with(("55", "04")), ("format", "55")),
        (code_with(("55", "02")), ("tip", "55")),
        (code_with(("55", "03"), ("56", "1.00")), ("tip", "55")),
        (code_with(("57", "5.0")), ("tip", "55")),
        (code_with(("58", "cn")), ("format", "58")),
        (code_with(("59", "n" * 26)), ("too_long_field", "59")),
        (code_with(("60", "c" * 16)), ("too_long_field", "60")),
        (code_with(("61", "1" * 11)), ("too_long_field", "61")),
        (code_with(("26", None)), ("missing", "26")),
        *[(code_with((i, None)), ("missing", i)) for i in ("52", "53", "58", "59", "60")],
        (seal(code_with()[:-8] + "6304ABCD"), ("order", "")),
        (seal("0002010002AB" + code_with()[6:-8]), ("duplicate", "00")),
    ],
)
def test_refused_with_a_reason(text, expected):
    assert refusal(text) == expected


@pytest.mark.parametrize(
    "changes",
    [
        (("54", "0.01"),),
        (("54", "9999999999999"),),
        (("55", "01"),),
        (("55", "02"), ("56", "1.50")),
        (("55", "03"), ("57", "05.25")),
        (("59", "n" * 25), ("60", "c" * 15), ("61", "1" * 10)),
        (("59", "Joe’s Café"),),
        (("64", "0002ja0103🍜麺屋0204京都🏯市"),),
        (("65", "whatever is reserved"), ("79", "kept")),
        (("26", "0032" + "g" * 32),),
        (("62", "0125" + "b" * 25 + "50090005ABCDE"),),
        (("26", None), ("02", "4111111111111111")),
    ],
)
def test_accepted_and_kept(changes):
    text = code_with(*changes)
    code = emv.parse(text)
    assert emv.build(code) == text
    for tag_id, value in changes:
        assert code.get(tag_id) == value


def test_order_of_fields_is_free_between_the_first_and_the_last():
    tags = tuple(Tag(*field) for field in (BASE[0], *reversed(BASE[1:])))
    assert emv.parse(emv.build(MerchantPresented(tags))).tags == tags


def test_unknown_fields_stay_in_their_place():
    tags = tuple(Tag(*f) for f in (*BASE[:3], ("70", "later"), *BASE[3:], ("66", "x")))
    text = emv.build(MerchantPresented(tags))
    assert emv.parse(text).tags == tags
    assert emv.parse(text).get("70") == "later"
    assert emv.parse(text).get("71") is None
    assert emv.parse(text).template("62") == {}


def test_build_refuses_what_parse_would_refuse():
    def reason(*tags: tuple[str, str]) -> str:
        with pytest.raises(CodeError) as caught:
            emv.build(MerchantPresented(tuple(Tag(*t) for t in tags)))
        return caught.value.reason

    assert reason(*BASE, ("26", "0001a")) == "duplicate"
    assert reason(*BASE, ("63", "ABCD")) == "order"
    assert reason(*BASE[1:]) == "order"
    assert reason() == "order"
    assert reason(*BASE, ("6", "a")) == "tag_id"
    assert reason(*BASE, ("65", "")) == "length"
    assert reason(*BASE, ("65", "a" * 100)) == "length"
    assert reason(*BASE, ("65", "a\tb")) == "not_text"
    assert reason(*BASE, ("65", "\udc80")) == "not_text"
    assert reason(*BASE, *((str(n), "a" * 99) for n in range(65, 70))) == "too_long"


def test_longest_code():
    room = emv.MAX_CHARACTERS - len(code_with()) - 4 * 5
    filler = [(str(n), "a" * 80) for n in range(65, 69)]
    last = ("69", "a" * (room - 4 * 80))
    tags = tuple(Tag(*t) for t in (*BASE, *filler, last))
    assert len(emv.build(MerchantPresented(tags))) == 512
    with pytest.raises(CodeError, match="too_long"):
        emv.build(MerchantPresented((*tags[:-1], Tag("69", last[1] + "a"))))


def test_error_is_the_one_declared():
    assert issubclass(CodeError, KBeanError)
    assert CodeError("crc_wrong").problem().params == {"reason": "crc_wrong"}


# --- properties

CHARACTERS = st.characters(exclude_categories=("Cs", "Cc", "Cf", "Zl", "Zp", "Cn", "Co"))
SMALL = st.text(CHARACTERS, min_size=1, max_size=10)


@st.composite
def codes(draw: st.DrawFn) -> MerchantPresented:
    """Any code that the rules allow, fields in any order."""
    guid = draw(st.text("abcdefghijklmnop.", min_size=1, max_size=32))
    inner = draw(st.dictionaries(st.integers(1, 99).map("{:02d}".format), SMALL, max_size=3))
    account = emv.tlv((("00", guid), *inner.items()))
    fields = {
        f"{draw(st.integers(26, 51)):02d}": account,
        "52": f"{draw(st.integers(0, 9999)):04d}",
        "53": f"{draw(st.integers(0, 999)):03d}",
        "58": draw(st.text(string.ascii_uppercase, min_size=2, max_size=2)),
        "59": draw(st.text(CHARACTERS, min_size=1, max_size=25)),
        "60": draw(st.text(CHARACTERS, min_size=1, max_size=15)),
    }
    optional: dict[str, st.SearchStrategy[str]] = {
        "01": st.sampled_from(["11", "12"]),
        "54": st.decimals("0.01", 99999, places=2).map(str),
        "55": st.just("01"),
        "61": st.text(CHARACTERS, min_size=1, max_size=10),
        "62": st.dictionaries(
            st.integers(1, 8).map("{:02d}".format), SMALL, min_size=1, max_size=3
        ).map(lambda d: emv.tlv(d.items())),
        "64": SMALL.map(lambda name: emv.tlv((("00", "ZH"), ("01", name)))),
        "71": SMALL,
        "85": SMALL.map(lambda value: emv.tlv((("00", "guid"), ("07", value)))),
    }
    for tag_id, values in optional.items():
        if draw(st.booleans()):
            fields[tag_id] = draw(values)
    order = draw(st.permutations(list(fields.items())))
    return MerchantPresented((Tag("00", "01"), *(Tag(*field) for field in order)))


@given(codes())
def test_what_is_built_reads_back_the_same(code):
    text = emv.build(code)
    again = emv.parse(text)
    assert again == code
    assert emv.build(again) == text


@given(codes(), st.data())
def test_any_flipped_ascii_character_is_refused(code, data):
    """A burst of at most eight bits: a CRC-16 sees all of them."""
    text = emv.build(code)
    place = data.draw(st.sampled_from([i for i, c in enumerate(text) if c.isascii()]))
    other = data.draw(st.characters(max_codepoint=127))
    assume(other != text[place])
    with pytest.raises(CodeError):
        emv.parse(text[:place] + other + text[place + 1 :])


@given(codes(), st.characters(min_codepoint=0xA1, max_codepoint=0x7FF), st.data())
def test_any_flipped_two_byte_character_is_refused(code, other, data):
    """110xxxxx 10xxxxxx: the changed bits span at most 13, a burst a CRC-16 sees."""
    name = data.draw(
        st.text(st.characters(min_codepoint=0xA1, max_codepoint=0x7FF), min_size=1, max_size=25)
    )
    tags = tuple(tag if tag.id != "59" else Tag("59", name) for tag in code.tags)
    try:
        text = emv.build(MerchantPresented(tags))
    except CodeError:
        assume(False)
    start = text.index(f"59{len(name):02d}{name}") + 4
    place = data.draw(st.integers(start, start + len(name) - 1))
    assume(other != text[place])
    with pytest.raises(CodeError):
        emv.parse(text[:place] + other + text[place + 1 :])


def test_every_ascii_flip_of_the_samples_is_refused():
    for sample in (DESIGN_SAMPLE, EMVCO_SAMPLE):
        for place, character in enumerate(sample):
            for other in map(chr, range(128)):
                if other != character and character.isascii():
                    with pytest.raises(CodeError):
                        emv.parse(sample[:place] + other + sample[place + 1 :])


def test_a_checksum_alone_cannot_see_every_flip_of_a_wide_character():
    """The counterexample: more than 65,536 characters can stand in one place, so some collide.

    This is why an unsigned code is never paid; ``test_merchant_code`` shows the signature seeing
    these very flips.
    """
    place = DESIGN_SAMPLE.index("豆")
    unseen = []
    for point in range(0x4E00, 0xA000):
        flipped = DESIGN_SAMPLE[:place] + chr(point) + DESIGN_SAMPLE[place + 1 :]
        if chr(point) != "豆" and emv.crc16(flipped[:-4].encode()) == flipped[-4:]:
            unseen.append(flipped)
    assert unseen
    assert emv.parse(unseen[0]).local["01"] != "K豆便利店"


@given(st.text(max_size=600))
def test_any_text_is_read_or_refused(text):
    with contextlib.suppress(CodeError):
        emv.build(emv.parse(text))


@given(st.text(max_size=200))
def test_any_body_under_a_right_checksum_is_read_or_refused(body):
    try:
        text = seal("000201" + body)
    except UnicodeEncodeError:
        assume(False)
    try:
        code = emv.parse(text)
    except CodeError:
        return
    assert emv.build(code) == text
