"""Our signed merchant codes: an EMVCo text whose every printed character is signed.

Layout (design/3 §Merchant and personal QR; a field's value holds at most 99 characters)::

    00 01 · 01 11|12 · 26 account · 52 · 53 · [54] · 58 · 59 · 60 · [61] · [62] · [64] · 80 · 63
    26 = 00 org.kdou.pay · 01 merchant · [02 reference] · 03 code id · 04 key id
    80 = 00 org.kdou.qr · 01 signature

The code id is a UUIDv7 as 22 base64url characters. The signature is Ed25519 over the canonical
bytes (``merchant-code``, 1) of the text before template 80, written in base 85 (RFC 1924
alphabet) because 80 characters fit beside a globally unique id and 86 would not. Template 80 is
the last field before the checksum, so nothing in the text stands outside the signature.

A dynamic code (12) carries an amount, a static one (11) never does.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping

import msgspec

from app.protocol import money
from app.protocol.codes import emv
from app.protocol.codes.emv import CodeError, MerchantPresented, Tag
from app.protocol.codes.signature import sign_tags, signature_of, signed_bytes
from app.protocol.errors import KBeanError
from app.protocol.ids import is_uuid7
from app.protocol.signing import SigningKey, decode_bytes, encode_bytes, verify

ACCOUNT_GUID = "org.kdou.pay"

_ACCOUNT = "26"
_SHORT = re.compile(r"[A-Za-z0-9._-]{1,15}")
_SIGNED_KIND = "merchant-code"


class MerchantCode(msgspec.Struct, frozen=True):
    """One of our codes, read. Nothing in it is to be believed before :meth:`verify`.

    Attributes:
        text: The whole text, as scanned.
        fields: The EMVCo fields.
        dynamic: For one payment (with an amount), or printed once and used often.
        merchant: The merchant's short code.
        reference: The order's or terminal's short reference, or an empty text.
        code_id: The code's id, UUIDv7 (``PaymentIntent.code_id``).
        key_id: Which service key signed.
        signature: Base64url, 86 characters.
        currency: ISO 4217 letters.
        amount: Minor units; None in a static code.
    """

    text: str
    fields: MerchantPresented
    dynamic: bool
    merchant: str
    reference: str
    code_id: str
    key_id: str
    signature: str
    currency: str
    amount: int | None

    @property
    def name(self) -> str:
        """The merchant's Latin name (59)."""
        return self.fields.name

    @property
    def names(self) -> dict[str, str]:
        """Names by language, lower case (64), e.g. ``{"zh": "K豆便利店"}``."""
        local = self.fields.local
        return {local["00"].lower(): local["01"]} if local else {}

    @property
    def store(self) -> str:
        """Store label (62.03), or an empty text."""
        return self.fields.additional.get("03", "")

    @property
    def terminal(self) -> str:
        """Terminal label (62.07), or an empty text."""
        return self.fields.additional.get("07", "")

    def signed_bytes(self) -> bytes:
        """What the signature covers: everything before template 80."""
        return signed_bytes(_SIGNED_KIND, self.text)

    def verify(self, keys: Mapping[str, str]) -> None:
        """Hold the signature against the service's keys.

        Args:
            keys: Public keys (base64url) of purpose ``code`` by key id, pinned by the caller.

        Raises:
            CodeError: ``code_forged`` with the reason ``key_unknown`` or ``signature``.
        """
        public = keys.get(self.key_id)
        if public is None:
            raise CodeError("key_unknown", code="code_forged", params={"key_id": self.key_id})
        if not verify(public, self.signed_bytes(), self.signature):
            raise CodeError("signature", code="code_forged")


def build_static(key: SigningKey, key_id: str, **details: str) -> str:
    """Build a code that is printed once; the payer types the amount.

    Args:
        key: The service's key of purpose ``code``.
        key_id: Its id, at most 15 of ``A-Z a-z 0-9 . _ -``.
        **details: As :func:`unsigned_tags` takes them.

    Raises:
        CodeError: for a value that does not fit.
        KBeanError: ``currency_unsupported``.
    """
    tags = unsigned_tags(key_id=key_id, amount=None, **details)
    return sign_tags(_SIGNED_KIND, tags, key)


def build_dynamic(key: SigningKey, key_id: str, *, amount: int, **details: str) -> str:
    """Build a code for one order.

    Args:
        key: The service's key of purpose ``code``.
        key_id: Its id, at most 15 of ``A-Z a-z 0-9 . _ -``.
        amount: Minor units, at least 1.
        **details: As :func:`unsigned_tags` takes them.

    Raises:
        CodeError: for a value that does not fit.
        KBeanError: ``currency_unsupported``.
    """
    tags = unsigned_tags(key_id=key_id, amount=amount, **details)
    return sign_tags(_SIGNED_KIND, tags, key)


def unsigned_tags(
    *,
    key_id: str,
    amount: int | None,
    code_id: str,
    merchant: str,
    currency: str,
    mcc: str,
    country: str,
    name: str,
    city: str,
    reference: str = "",
    postcode: str = "",
    store: str = "",
    terminal: str = "",
    language: str = "",
    local_name: str = "",
    local_city: str = "",
) -> tuple[Tag, ...]:
    """Lay out the fields before the signature.

    Args:
        key_id: The signing key's id.
        amount: Minor units for a dynamic code, None for a static one.
        code_id: UUIDv7 of the code.
        merchant: The merchant's short code, at most 15 of ``A-Z a-z 0-9 . _ -``.
        currency: ISO 4217 letters.
        mcc: Merchant category code, four digits.
        country: ISO 3166 letters.
        name: Merchant name, at most 25 characters; Latin, see ``local_name``.
        city: At most 15 characters.
        reference: Order or terminal reference, at most 15 of ``A-Z a-z 0-9 . _ -``.
        postcode: At most 10 characters.
        store: Store label, at most 25.
        terminal: Terminal label, at most 25.
        language: Two letters; with ``local_name`` makes the language template.
        local_name: Name in that language, at most 25.
        local_city: City in that language, at most 15.

    Raises:
        CodeError: for a value of the wrong form.
        KBeanError: ``currency_unsupported``.
    """
    for field, value in (("26.01", merchant), ("26.02", reference), ("26.04", key_id)):
        if not _SHORT.fullmatch(value) and (value or field != "26.02"):
            raise CodeError("format", tag=field)
    if not is_uuid7(code_id):
        raise CodeError("code_id", tag="26.03")
    numeric = money.currency_of(currency).numeric
    if numeric is None:
        raise KBeanError("currency_unsupported", params={"currency": currency}, field="currency")
    if amount is not None and not 1 <= amount <= money.MAX_MINOR:
        raise CodeError("amount", tag="54")
    account = _filled(
        ("00", ACCOUNT_GUID),
        ("01", merchant),
        ("02", reference),
        ("03", encode_bytes(uuid.UUID(code_id).bytes)),
        ("04", key_id),
    )
    figure = "" if amount is None else money.format_minor(amount, currency, grouping=False)
    return _filled(
        ("00", "01"),
        ("01", "11" if amount is None else "12"),
        (_ACCOUNT, emv.tlv(account)),
        ("52", mcc),
        ("53", numeric),
        ("54", figure),
        ("58", country),
        ("59", name),
        ("60", city),
        ("61", postcode),
        ("62", emv.tlv(_filled(("03", store), ("07", terminal)))),
        ("64", emv.tlv(_filled(("00", language), ("01", local_name), ("02", local_city)))),
    )


def read(text: str) -> MerchantCode:
    """Read one of our codes. The signature is looked at by :meth:`MerchantCode.verify`.

    Raises:
        CodeError: ``code_malformed`` (no EMVCo text, or ours with a field out of place),
            ``code_foreign`` (another system's; ``params["scheme"]`` is its unique id) or
            ``code_unsigned`` (our account without our signature).
    """
    fields = emv.parse(text)
    account = fields.template(_ACCOUNT)
    if account.get("00") != ACCOUNT_GUID:
        if any(other["00"] == ACCOUNT_GUID for other in fields.accounts.values()):
            raise CodeError("order", tag=_ACCOUNT)
        raise CodeError("scheme", code="code_foreign", params={"scheme": scheme_of(fields)})
    signature = signature_of(fields)
    currency, amount = _amount(fields)
    return MerchantCode(
        text=text,
        fields=fields,
        dynamic=fields.dynamic,
        merchant=_short(account, "01"),
        reference=_short(account, "02") if "02" in account else "",
        code_id=_code_id(account.get("03", "")),
        key_id=_short(account, "04"),
        signature=signature,
        currency=currency,
        amount=amount,
    )


def scheme_of(fields: MerchantPresented) -> str:
    """The unique id of the first account of a code, or the number of its primitive field."""
    for tag in fields.tags:
        if "26" <= tag.id <= "51":
            return fields.template(tag.id)["00"]
    return next(tag.id for tag in fields.tags if "02" <= tag.id <= "25")


def _filled(*fields: tuple[str, str]) -> tuple[Tag, ...]:
    return tuple(Tag(tag_id, value) for tag_id, value in fields if value)


def _short(account: Mapping[str, str], tag_id: str) -> str:
    value = account.get(tag_id, "")
    if not _SHORT.fullmatch(value):
        raise CodeError("format", tag=f"{_ACCOUNT}.{tag_id}")
    return value


def _code_id(text: str) -> str:
    try:
        code_id = str(uuid.UUID(bytes=decode_bytes(text)))
    except ValueError:
        raise CodeError("code_id", tag=f"{_ACCOUNT}.03") from None
    if not is_uuid7(code_id):
        raise CodeError("code_id", tag=f"{_ACCOUNT}.03")
    return code_id


def _amount(fields: MerchantPresented) -> tuple[str, int | None]:
    """Currency letters and minor units; the kind of code and the amount must agree."""
    try:
        currency = money.currency_by_number(fields.currency).code
    except KBeanError:
        raise CodeError("currency", tag="53") from None
    if fields.dynamic != (fields.amount is not None) or fields.get("01") is None:
        raise CodeError("amount", tag="54")
    if fields.amount is None:
        return currency, None
    try:
        return currency, money.parse_plain(fields.amount, currency)
    except money.AmountError:
        raise CodeError("amount", tag="54") from None
