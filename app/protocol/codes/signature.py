"""The signature that stands in a code: Ed25519 over every printed character before it.

Template 80 is the last field before the checksum, so nothing in the text stands outside the
signature::

    80 = 00 org.kdou.qr · 01 signature

The signature is written in base 85 (RFC 1924 alphabet) because 80 characters fit beside a globally
unique id and 86 would not.
"""

from __future__ import annotations

import base64

from app.protocol.codes import emv
from app.protocol.codes.emv import CodeError, MerchantPresented, Tag
from app.protocol.signing import SigningKey, canonical_bytes, decode_bytes, encode_bytes

SIGNATURE_GUID = "org.kdou.qr"
SIGNATURE_TAG = "80"


def sign_tags(kind: str, tags: tuple[Tag, ...], key: SigningKey) -> str:
    """Write a code with its signature and checksum.

    Args:
        kind: What is signed, e.g. ``merchant-code``; part of the canonical bytes.
        tags: Every field before the signature.
        key: The service's key of purpose ``code``.

    Raises:
        CodeError: for a field that does not fit.
    """
    signature = decode_bytes(key.sign(canonical_bytes(kind, 1, (emv.tlv(tags),))))
    inside = emv.tlv((("00", SIGNATURE_GUID), ("01", base64.b85encode(signature).decode("ascii"))))
    return emv.build(MerchantPresented((*tags, Tag(SIGNATURE_TAG, inside))))


def signature_of(fields: MerchantPresented) -> str:
    """The signature of a code of ours, base64url, 86 characters.

    Raises:
        CodeError: ``code_unsigned``, or ``code_malformed`` where it is out of place.
    """
    signed = fields.template(SIGNATURE_TAG)
    if signed.get("00") != SIGNATURE_GUID:
        raise CodeError("no_signature", code="code_unsigned")
    if fields.tags[-1].id != SIGNATURE_TAG or list(signed) != ["00", "01"]:
        raise CodeError("order", tag=SIGNATURE_TAG)
    text = signed["01"]
    try:
        raw = base64.b85decode(text)
    except ValueError:
        raise CodeError("format", tag=f"{SIGNATURE_TAG}.01") from None
    if len(text) != 80 or base64.b85encode(raw) != text.encode("ascii"):
        raise CodeError("format", tag=f"{SIGNATURE_TAG}.01")
    return encode_bytes(raw)


def signed_bytes(kind: str, text: str) -> bytes:
    """What the signature of a whole code covers: everything before template 80.

    The checksum (8 characters) and template 80, whose length is fixed, are cut off the end.
    """
    before = text[: -(8 + 4 + 4 + len(SIGNATURE_GUID) + 4 + 80)]
    return canonical_bytes(kind, 1, (before,))
