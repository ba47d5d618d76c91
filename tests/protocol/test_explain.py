"""What isn't payable is told for what it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.protocol.codes.explain import explain
from tests.protocol.test_emv import DESIGN_SAMPLE, EMVCO_SAMPLE, code_with
from tests.protocol.test_merchant_code import DYNAMIC, STATIC
from tests.protocol.test_personal_code import resigned as personal_code


@pytest.mark.parametrize("text", [DYNAMIC, STATIC, f"  {DYNAMIC}\r\n"])
def test_ours(text):
    found = explain(text)
    assert (found.kind, found.text) == ("ours", text.strip())
    assert found.code is not None
    assert found.code.text == text.strip()
    assert found.error is None


@pytest.mark.parametrize(
    ("text", "kind", "system", "code"),
    [
        (DESIGN_SAMPLE, "ours_unsigned", "org.kdou.pay", "code_unsigned"),
        (EMVCO_SAMPLE, "foreign_merchant", "D15600000000", "code_foreign"),
        (code_with(("26", "0009SG.PAYNOW0101A")), "foreign_merchant", "SG.PAYNOW", "code_foreign"),
        (DYNAMIC[:-1], "damaged", "", "code_malformed"),
        (DYNAMIC.replace("23.72", "13.72"), "damaged", "", "code_malformed"),
        (DYNAMIC[:100], "damaged", "", "code_malformed"),
    ],
)
def test_emvco_codes_that_are_not_paid_say_why(text, kind, system, code):
    found = explain(text)
    assert (found.kind, found.system) == (kind, system)
    assert found.error is not None
    assert found.error.code == code
    assert found.code is None


def test_a_persons_code_is_no_foreign_one():
    """It is told for what it is, signed or not, wherever a merchant's is expected."""
    for text in (personal_code(), personal_code(t80=None), personal_code(t54="1.00")):
        assert explain(text)[:3] == ("ours_person", text, "org.kdou.person")
        assert explain(text).error is None
    assert explain(personal_code()[:-1]).kind == "damaged"


@pytest.mark.parametrize(
    ("text", "kind", "system"),
    [
        ("", "empty", ""),
        (" \n", "empty", ""),
        # design/3 §Payer's code: lengths and first digits
        ("881234567897593846", "ours_payer", ""),
        ("281234567890123456", "foreign_payer", "alipay"),
        ("2512345678901234", "foreign_payer", "alipay"),
        ("301234567890123456789012", "foreign_payer", "alipay"),
        ("134567890123456789", "foreign_payer", "wechat_pay"),
        ("101234567890123456", "foreign_payer", "wechat_pay"),
        ("6212345678901234567", "foreign_payer", "unionpay"),
        ("621234567890123456", "text", ""),
        ("161234567890123456", "text", ""),
        ("88123456789759384", "text", ""),
        ("6901234567892", "text", ""),
        ("88１２３４５６７８９７５９３８４６", "text", ""),
        ("https://qr.alipay.com/fkx00000", "foreign_merchant", "alipay"),
        ("HTTPS://QR.ALIPAY.COM/FKX00000", "foreign_merchant", "alipay"),
        ("wxp://f2f0abc", "foreign_merchant", "wechat_pay"),
        ("https://qr.95516.com/00010000/1", "foreign_merchant", "unionpay"),
        ("https://example.org/pay?x=1", "web", "example.org"),
        ("http://127.0.0.1:8080/", "web", "127.0.0.1"),
        ("https://qr.alipay.com.example.org/x", "web", "qr.alipay.com.example.org"),
        ("https://qr.alipay.com@example.org/x", "web", "example.org"),
        ("https://", "text", ""),
        ("http://[::1", "text", ""),
        ("javascript:alert(1)", "text", ""),
        ("WIFI:T:WPA;S=x;;", "wifi", ""),
        ("BEGIN:VCARD\nFN:x", "contact", ""),
        ("MECARD:N:x;;", "contact", ""),
        ("tel:+8613800000000", "phone", ""),
        ("mailto:a@example.org", "email", ""),
        ("hello", "text", ""),
        ("K豆", "text", ""),
        ("0002", "text", ""),
        ("00020101021152", "text", ""),
    ],
)
def test_everything_else(text, kind, system):
    found = explain(text)
    assert (found.kind, found.system) == (kind, system)
    assert found.error is None


@given(st.text())
def test_never_raises(text):
    assert explain(text).text == text.strip()


@given(st.sampled_from(["0002", "000201", "https://", "WIFI:", "wxp:", "88"]), st.text())
def test_never_raises_behind_a_known_beginning(start, rest):
    assert explain(start + rest).text == (start + rest).strip()
