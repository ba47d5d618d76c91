"""Receipts are held against the pinned keys and the very intent, field by field, offline."""

from __future__ import annotations

import msgspec
import pytest

from app.protocol.errors import KBeanError
from app.protocol.ids import new_id
from app.protocol.messages.identity import ServiceKey
from app.protocol.messages.payments import PaymentIntent, Receipt
from app.protocol.signing import SigningKey
from app.wallet import receipts

KEY = SigningKey.generate()
PINNED = ServiceKey("r1", "receipt", KEY.public, valid_from=1000, valid_to=None)


@pytest.fixture
def intent():
    return PaymentIntent(
        key=new_id(),
        payer=new_id(),
        device=new_id(),
        payee=new_id(),
        code_id=new_id(),
        order_id=None,
        amount=2370,
        currency="CNY",
        time=1_700_000_000_000,
    )


def signed(receipt: Receipt, key: SigningKey = KEY) -> Receipt:
    return msgspec.structs.replace(receipt, signature=key.sign(receipt.signed_bytes()))


@pytest.fixture
def receipt(intent):
    return signed(
        Receipt(
            receipt_id=new_id(),
            payment_id=new_id(),
            order_number="202611230000000001",
            intent_hash=receipts.intent_hash(intent),
            payer=intent.payer,
            payee=intent.payee,
            payee_name="K豆便利店",
            store_name="Haidian",
            amount=2370,
            currency="CNY",
            points_earned=23,
            posted_at=2000,
            journal_id=1,
            key_id="r1",
        )
    )


def test_an_honest_receipt_passes(receipt, intent):
    receipts.check_signature(receipt, [PINNED])
    receipts.check_answers(receipt, intent)
    view = receipts.view_of(receipt, operator="Op", subject="Tea", note="n")
    assert (view.amount, view.payee_name, view.verified) == (2370, "K豆便利店", True)


@pytest.mark.parametrize("field", [f for f in Receipt.__struct_fields__ if f != "signature"])
def test_any_changed_field_is_noticed(receipt, field):
    value = getattr(receipt, field)
    other = value + 1 if isinstance(value, int) else value + "x"
    changed = msgspec.structs.replace(receipt, **{field: other})
    with pytest.raises(KBeanError) as refused:
        receipts.check_signature(changed, [PINNED])
    assert refused.value.code == "receipt_invalid"
    assert refused.value.money == "unknown"


@pytest.mark.parametrize("field", ["intent_hash", "payer", "payee", "amount", "currency"])
def test_a_receipt_for_another_intent_is_refused(receipt, intent, field):
    """Well signed, but not the answer to what was asked."""
    value = getattr(receipt, field)
    other = signed(
        msgspec.structs.replace(
            receipt, **{field: value + 1 if isinstance(value, int) else value + "x"}
        )
    )
    receipts.check_signature(other, [PINNED])
    with pytest.raises(KBeanError) as refused:
        receipts.check_answers(other, intent)
    assert (refused.value.code, refused.value.field) == ("receipt_invalid", field)


def test_keys_count_only_for_their_purpose_and_time(receipt):
    def key(**changes):
        return msgspec.structs.replace(PINNED, **changes)

    with pytest.raises(receipts.UnknownKeyError):
        receipts.check_signature(receipt, [])
    with pytest.raises(receipts.UnknownKeyError):
        receipts.check_signature(receipt, [key(purpose="code")])
    for changes in ({"valid_from": 2001}, {"valid_to": 1999}):
        with pytest.raises(KBeanError, match="time"):
            receipts.check_signature(receipt, [key(**changes)])
    receipts.check_signature(receipt, [key(valid_from=2000, valid_to=2000)])
    with pytest.raises(KBeanError, match="hold"):
        receipts.check_signature(receipt, [key(public_key=SigningKey.generate().public)])
