"""Checks the service's seal on a document, without asking anybody (design/1 M6, D4).

What is proved: the whole file is exactly what was sealed, and the seal's key is vouched for by one
of the Ed25519 keys that the caller trusts (the service's receipt keys, as they are pinned by a
wallet or published by ``GET /v1/service``).

The seal is a PAdES signature (ETSI EN 319 142: CMS, detached, over everything but itself) of one
exact shape, the one our service writes. Readers of PDF accept many more; here any other is
refused, and so are other bytes in the places that a signature by its nature doesn't cover: no
byte of the file can be changed unnoticed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from app.protocol.errors import KBeanError
from app.protocol.signing import encode_bytes, verify

_SERVICE = "urn:kbean:service:"
_RANGE = re.compile(rb"/ByteRange \[0 (\d{1,10}) (\d{1,10}) (\d{1,10})\]")
_HEX = re.compile(rb"<([0-9A-F]+)>")
_WHEN = re.compile(rb"/M \((D[^()]{10,60})\)")
_DATE = re.compile(r"D:(\d{14})(?:Z|([+-])(\d\d)'(\d\d)'?)")
_OCTAL = re.compile(r"\\([0-3][0-7]{2})")

# DER (RFC 5652, RFC 5754, RFC 5758): what never differs between two of our seals.
_VERSION = bytes.fromhex("020101")
_SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")
_DATA = bytes.fromhex("300b06092a864886f70d010701")
_SHA256 = bytes.fromhex("300d06096086480165030402010500")
_ECDSA = bytes.fromhex("300a06082a8648ce3d040302")
_SEQUENCE, _SET, _OCTETS, _CONTEXT_0 = 0x30, 0x31, 0x04, 0xA0


class Seal(NamedTuple):
    """A seal that holds: nothing was changed after it was made.

    Attributes:
        operator: Who sealed it, as the certificate says.
        service_id: Which service, as it says.
        key_id: Of the receipt key that the certificate claims to be signed with.
        sealed_at: When, by the service's clock.
        trusted: Whether one of the keys given vouches for the sealer. If not, everything above is
            only what the file says of itself.
    """

    operator: str
    service_id: str
    key_id: str
    sealed_at: datetime
    trusted: bool


def check_seal(document: bytes, keys: Mapping[str, str]) -> Seal:
    """Check a sealed document.

    Args:
        document: The whole file.
        keys: Trusted Ed25519 public keys (base64url) by any name.

    Raises:
        KBeanError: ``seal_invalid`` where there is no seal, or anything was changed after it.
    """
    container, digest, at = _opened(document)
    try:
        certificate = _signer(container, digest)
        operator = str(certificate.subject.native.get("organization_name", ""))
        key_id = str(certificate.issuer.native.get("common_name", ""))
        service_id = _service_of(certificate)
        trusted = any(_vouches(key, certificate) for key in keys.values())
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        # What was tampered with breaks its reader in one of these ways.
        raise KBeanError("seal_invalid", "the seal was changed") from error
    return Seal(operator, service_id, key_id, at, trusted)


def _opened(document: bytes) -> tuple[bytes, bytes, datetime]:
    """Take a file apart: the seal (CMS), SHA-256 of everything else, when it says it was made."""
    ranges = [tuple(map(int, match.groups())) for match in _RANGE.finditer(document)]
    if not ranges:
        raise KBeanError("seal_invalid", "there is no seal on this document")
    length, second, rest = ranges[-1]
    if second + rest != len(document) or not 0 < length < second:
        raise KBeanError("seal_invalid", "something was added or removed after it was sealed")
    kept = _HEX.fullmatch(document[length:second])
    sealed = document[:length] + document[second:]
    when = _WHEN.findall(sealed)
    if kept is None or len(kept[1]) % 2 or len(when) != 1:
        raise KBeanError("seal_invalid", "the seal was changed")
    return bytes.fromhex(kept[1].decode()), sha256(sealed).digest(), _moment(when[0])


def _moment(written: bytes) -> datetime:
    """A PDF date (ISO 32000-1 §7.9.4, with signs written as in §7.3.4.2) in UTC."""
    text = _OCTAL.sub(lambda match: chr(int(match[1], 8)), written.decode("latin-1"))
    match = _DATE.fullmatch(text)
    if match is None:
        raise KBeanError("seal_invalid", "the seal was changed")
    try:
        away = timedelta(hours=int(match[3] or 0), minutes=int(match[4] or 0))
        zone = timezone(-away if match[2] == "-" else away)
        at = datetime.strptime(match[1], "%Y%m%d%H%M%S").replace(tzinfo=zone)
        return at.astimezone(UTC)
    except (ValueError, OverflowError):
        raise KBeanError("seal_invalid", "the seal was changed") from None


def _signer(container: bytes, digest: bytes) -> Any:
    """The certificate of who signed a digest, in a container with nothing else in it.

    Raises:
        KBeanError: ``seal_invalid``.
        ValueError: where it is no such container (and what else its parts raise).
    """
    # tsp teaches cms the attribute that names the certificate (RFC 5035).
    from asn1crypto import cms, tsp  # noqa: F401

    signed = cms.ContentInfo.load(container)["content"]
    (info,), (choice,) = signed["signer_infos"], signed["certificates"]
    certificate = choice.chosen
    # Written anew from the parts that mean something; space was kept for it, the rest is zero.
    whole = _container(
        certificate.dump(),
        certificate.issuer.dump(),
        certificate["tbs_certificate"]["serial_number"].dump(),
        info["signed_attrs"].contents,
        info["signature"].contents,
    )
    if container != whole.ljust(len(container), b"\0"):
        raise KBeanError("seal_invalid", "the seal was changed")
    _check_attributes(info["signed_attrs"], certificate, digest)
    _check_signature(info, certificate)
    return certificate


def _container(
    certificate: bytes, issuer: bytes, serial: bytes, attributes: bytes, signature: bytes
) -> bytes:
    """The one form of our seal (CMS SignedData, RFC 5652 §5.1)."""
    signer = _tlv(
        _SEQUENCE,
        _VERSION,
        _tlv(_SEQUENCE, issuer, serial),
        _SHA256,
        _tlv(_CONTEXT_0, attributes),
        _ECDSA,
        _tlv(_OCTETS, signature),
    )
    signed = _tlv(
        _SEQUENCE,
        _VERSION,
        _tlv(_SET, _SHA256),
        _DATA,
        _tlv(_CONTEXT_0, certificate),
        _tlv(_SET, signer),
    )
    return _tlv(_SEQUENCE, _SIGNED_DATA, _tlv(_CONTEXT_0, signed))


def _tlv(tag: int, *parts: bytes) -> bytes:
    """One value in DER (X.690 §8.1)."""
    body = b"".join(parts)
    size = len(body)
    if size < 128:
        return bytes((tag, size)) + body
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + body


def _check_attributes(attributes: Any, certificate: Any, digest: bytes) -> None:
    """What the signature itself says: which document, and under which certificate."""
    said = {one["type"].native: one["values"] for one in attributes}
    (kind,), (summed,), (vouched,) = (
        said[name] for name in ("content_type", "message_digest", "signing_certificate_v2")
    )
    (named,) = vouched["certs"]
    if kind.native != "data" or summed.native != digest:
        raise KBeanError("seal_invalid", "the document was changed after it was sealed")
    if named["cert_hash"].native != sha256(certificate.dump()).digest():
        raise KBeanError("seal_invalid", "the seal was changed")


def _check_signature(info: Any, certificate: Any) -> None:
    key = serialization.load_der_public_key(certificate.public_key.dump())
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise KBeanError("seal_invalid", "sealed by another kind of key")
    # Signed as a SET OF, though it is kept under a tag of its own (RFC 5652 §5.4).
    signed = info["signed_attrs"].untag().dump()
    try:
        key.verify(info["signature"].native, signed, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        raise KBeanError("seal_invalid", "the seal was changed") from None


def _vouches(key: str, certificate: Any) -> bool:
    """Whether an Ed25519 key signed the certificate."""
    if certificate["signature_algorithm"]["algorithm"].native != "ed25519":
        return False
    signed = certificate["tbs_certificate"].dump()
    return verify(key, signed, encode_bytes(certificate["signature_value"].native))


def _service_of(certificate: Any) -> str:
    names = certificate.subject_alt_name_value
    texts = [str(name.native) for name in names] if names is not None else []
    return next((text.removeprefix(_SERVICE) for text in texts if text.startswith(_SERVICE)), "")
