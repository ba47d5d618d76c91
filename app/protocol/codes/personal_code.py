"""What others scan to pay a person: an EMVCo text signed by the service, and the wallet number.

Layout (design/3 §Merchant and personal QR)::

    00 01 · 01 11|12 · 26 account · 52 0000 · 53 · [54] · 58 · 59 · 60 · [62 note] · 80 · 63
    26 = 00 org.kdou.person · 01 wallet number · [02 request id] · 04 key id
    62.50 = 00 org.kdou.note · 01 text

A personal code (11) may be printed and is paid as often as somebody likes, with an amount or
without. With a request id it is the link of a request for money (12): the service's own record of
the request says how much, and it is paid once. Nobody's name stands in a code: whoever scans it is
told a masked one by the service. 52 is ``0000``: no merchant.

A wallet number has ten digits; the last is a check digit by ISO 7064 MOD 11,10, which notices every
wrong digit and nearly every swapped pair.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping

import msgspec
from stdnum.exceptions import ValidationError
from stdnum.iso7064 import mod_11_10

from app.protocol import money
from app.protocol.codes import emv
from app.protocol.codes.emv import CodeError, MerchantPresented, Tag
from app.protocol.codes.signature import sign_tags, signature_of, signed_bytes
from app.protocol.errors import KBeanError
from app.protocol.ids import is_uuid7
from app.protocol.signing import SigningKey, decode_bytes, encode_bytes, verify

ACCOUNT_GUID = "org.kdou.person"
NOTE_GUID = "org.kdou.note"
NOTE_MAX = 60
"""Characters of a note inside a code."""

_ACCOUNT = "26"
_KIND = "personal-code"
_NAME = "KBEAN WALLET"
_CITY = "ONLINE"


class PersonalCode(msgspec.Struct, frozen=True):
    """One of our persons' codes, read. Nothing in it is to be believed before :meth:`verify`.

    Attributes:
        text: The whole text, as scanned.
        wallet_no: Who is paid, ten digits.
        request_id: The request for money that is paid, or None.
        key_id: Which service key signed.
        signature: Base64url, 86 characters.
        currency: ISO 4217 letters.
        amount: Minor units; None where the payer types it.
        note: What it is for.
    """

    text: str
    wallet_no: str
    request_id: str | None
    key_id: str
    signature: str
    currency: str
    amount: int | None
    note: str

    def verify(self, keys: Mapping[str, str]) -> None:
        """Hold the signature against the service's keys of purpose ``code``, by key id.

        Raises:
            CodeError: ``code_forged`` with the reason ``key_unknown`` or ``signature``.
        """
        public = keys.get(self.key_id)
        if public is None:
            raise CodeError("key_unknown", code="code_forged", params={"key_id": self.key_id})
        if not verify(public, signed_bytes(_KIND, self.text), self.signature):
            raise CodeError("signature", code="code_forged")


def wallet_number(nine: str) -> str:
    """Nine digits and their check digit."""
    digit: str = mod_11_10.calc_check_digit(nine)
    return nine + digit


def is_wallet_number(text: str) -> bool:
    """Whether a text is ten digits with the right check digit."""
    if len(text) != 10 or not (text.isascii() and text.isdigit()):
        return False
    try:
        mod_11_10.validate(text)
    except ValidationError:
        return False
    return True


def build(
    key: SigningKey,
    key_id: str,
    *,
    wallet_no: str,
    currency: str,
    amount: int | None = None,
    note: str = "",
    request_id: str | None = None,
    country: str = "CN",
) -> str:
    """Build a person's code.

    Args:
        key: The service's key of purpose ``code``.
        key_id: Its id.
        wallet_no: Who is paid.
        currency: ISO 4217 letters.
        amount: Minor units, or None where the payer types it.
        note: At most :data:`NOTE_MAX` characters.
        request_id: Makes it the link of a request for money.
        country: ISO 3166 letters.

    Raises:
        CodeError: for a value that does not fit.
        KBeanError: ``currency_unsupported``.
    """
    if not is_wallet_number(wallet_no):
        raise CodeError("format", tag=f"{_ACCOUNT}.01")
    if len(note) > NOTE_MAX:
        raise CodeError("too_long_field", tag="62.50")
    numeric = money.currency_of(currency).numeric
    if numeric is None:
        raise KBeanError("currency_unsupported", params={"currency": currency}, field="currency")
    if amount is not None and not 1 <= amount <= money.MAX_MINOR:
        raise CodeError("amount", tag="54")
    asked = "" if request_id is None else encode_bytes(uuid.UUID(request_id).bytes)
    account = _filled(("00", ACCOUNT_GUID), ("01", wallet_no), ("02", asked), ("04", key_id))
    figure = "" if amount is None else money.format_minor(amount, currency, grouping=False)
    inside = emv.tlv((("00", NOTE_GUID), ("01", note))) if note else ""
    tags = _filled(
        ("00", "01"),
        ("01", "11" if request_id is None else "12"),
        (_ACCOUNT, emv.tlv(account)),
        ("52", "0000"),
        ("53", numeric),
        ("54", figure),
        ("58", country),
        ("59", _NAME),
        ("60", _CITY),
        ("62", emv.tlv((("50", inside),)) if inside else ""),
    )
    return sign_tags(_KIND, tags, key)


def read(text: str) -> PersonalCode:
    """Read a person's code. The signature is looked at by :meth:`PersonalCode.verify`.

    Raises:
        CodeError: ``code_malformed``, ``code_foreign`` (another system's, or a merchant's) or
            ``code_unsigned``.
    """
    fields = emv.parse(text)
    account = fields.template(_ACCOUNT)
    if account.get("00") != ACCOUNT_GUID:
        raise CodeError("scheme", code="code_foreign", params={"scheme": account.get("00", "")})
    signature = signature_of(fields)
    wallet_no = account.get("01", "")
    if not is_wallet_number(wallet_no):
        raise CodeError("format", tag=f"{_ACCOUNT}.01")
    currency, amount = _amount(fields)
    return PersonalCode(
        text=text,
        wallet_no=wallet_no,
        request_id=_request_id(account.get("02"), dynamic=fields.dynamic),
        key_id=account.get("04", ""),
        signature=signature,
        currency=currency,
        amount=amount,
        note=_note(fields),
    )


def is_personal(text: str) -> bool:
    """Whether a text looks like a person's code of ours (its checksum holds)."""
    try:
        return emv.parse(text).template(_ACCOUNT).get("00") == ACCOUNT_GUID
    except CodeError:
        return False


def _filled(*fields: tuple[str, str]) -> tuple[Tag, ...]:
    return tuple(Tag(tag_id, value) for tag_id, value in fields if value)


def _request_id(text: str | None, *, dynamic: bool) -> str | None:
    """The request's id; a link and a printed code must agree with the kind of code."""
    if dynamic != (text is not None):
        raise CodeError("code_id", tag=f"{_ACCOUNT}.02")
    if text is None:
        return None
    try:
        request_id = str(uuid.UUID(bytes=decode_bytes(text)))
    except ValueError:
        raise CodeError("code_id", tag=f"{_ACCOUNT}.02") from None
    if not is_uuid7(request_id):
        raise CodeError("code_id", tag=f"{_ACCOUNT}.02")
    return request_id


def _note(fields: MerchantPresented) -> str:
    inside = fields.additional.get("50")
    if inside is None:
        return ""
    # Opened by the same reader as every template: parse() has checked that it is one.
    own = MerchantPresented((Tag("80", inside),)).template("80")
    return own.get("01", "") if own.get("00") == NOTE_GUID else ""


def _amount(fields: MerchantPresented) -> tuple[str, int | None]:
    try:
        currency = money.currency_by_number(fields.currency).code
    except KBeanError:
        raise CodeError("currency", tag="53") from None
    if fields.amount is None:
        return currency, None
    try:
        return currency, money.parse_plain(fields.amount, currency)
    except money.AmountError:
        raise CodeError("amount", tag="54") from None
