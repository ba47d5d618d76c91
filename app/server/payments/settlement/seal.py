"""Seals documents: PAdES with a certificate that the service's own receipt key vouches for.

Readers of PDF know ECDSA on P-256 and hardly any knows Ed25519, so the seal is made by a P-256 key
that follows from the receipt key's seed, under a certificate which the receipt key (Ed25519)
signs. Everybody who pinned the receipt key (every wallet has) can therefore tell that this very
service sealed a document; there is nothing more to publish, to keep or to copy between nodes, and
a rotated receipt key rotates the seal with it. All of it is deterministic: nodes agree.
"""

from __future__ import annotations

import hashlib
import io
from datetime import UTC, datetime, timedelta

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.x509.oid import NameOID, ObjectIdentifier
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko_certvalidator.registry import SimpleCertificateStore

from app.server.config import Config
from app.server.keys import ServiceKeys

_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Of P-256 (FIPS 186-5)."""
_DOCUMENT_SIGNING = ObjectIdentifier("1.3.6.1.5.5.7.3.36")  # RFC 9336
_YEARS = 30


class Sealing:
    """Puts the service's seal on documents."""

    def __init__(self, keys: ServiceKeys, config: Config) -> None:
        """Make the key and its certificate, both out of the receipt key."""
        self._name = config.operator
        key = _seal_key(keys.receipt.seed)
        record = next(one for one in keys.file.keys if one.key_id == keys.receipt_key_id)
        certificate = _certificate(key, keys, config, record.valid_from)
        self._signer = signers.SimpleSigner(
            signing_cert=asn1_x509.Certificate.load(
                certificate.public_bytes(serialization.Encoding.DER)
            ),
            signing_key=asn1_keys.PrivateKeyInfo.load(
                key.private_bytes(
                    serialization.Encoding.DER,
                    serialization.PrivateFormat.PKCS8,
                    serialization.NoEncryption(),
                )
            ),
            cert_registry=SimpleCertificateStore(),  # type: ignore[no-untyped-call]
            embed_roots=False,
        )

    def seal(self, document: bytes, reason: str) -> bytes:
        """Seal a PDF; nothing may be changed or added afterwards.

        Runs a loop of its own: call it from a thread, not from a coroutine.
        """
        metadata = signers.PdfSignatureMetadata(
            field_name="Seal",
            md_algorithm="sha256",
            name=self._name,
            reason=reason,
            certify=True,
            subfilter=fields.SigSeedSubFilter.PADES,
            docmdp_permissions=fields.MDPPerm.NO_CHANGES,
        )
        out = signers.PdfSigner(metadata, self._signer).sign_pdf(
            IncrementalPdfFileWriter(io.BytesIO(document))
        )
        sealed: bytes = out.getvalue()
        return sealed


def _seal_key(seed: bytes) -> ec.EllipticCurvePrivateKey:
    """The P-256 key that follows from an Ed25519 seed (FIPS 186-5 A.2.1: extra random bits)."""
    wide = HKDF(hashes.SHA256(), 40, salt=None, info=b"kbean document seal 1").derive(seed)
    secret = int.from_bytes(wide, "big") % (_ORDER - 1) + 1
    return ec.derive_private_key(secret, ec.SECP256R1())


def _certificate(
    key: ec.EllipticCurvePrivateKey, keys: ServiceKeys, config: Config, valid_from: int
) -> x509.Certificate:
    begins = datetime.fromtimestamp(valid_from // 1000, UTC) - timedelta(days=1)
    operator = config.operator[:64]
    point = key.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    issuer = Ed25519PrivateKey.from_private_bytes(keys.receipt.seed)
    no_more = dict.fromkeys(
        (
            "key_encipherment",
            "data_encipherment",
            "key_agreement",
            "key_cert_sign",
            "crl_sign",
            "encipher_only",
            "decipher_only",
        ),
        False,
    )
    return (
        x509.CertificateBuilder()
        .subject_name(
            x509.Name(
                [
                    x509.NameAttribute(NameOID.ORGANIZATION_NAME, operator),
                    x509.NameAttribute(NameOID.COMMON_NAME, operator),
                ]
            )
        )
        .issuer_name(
            x509.Name(
                [
                    x509.NameAttribute(NameOID.ORGANIZATION_NAME, operator),
                    x509.NameAttribute(NameOID.COMMON_NAME, keys.receipt_key_id),
                ]
            )
        )
        .public_key(key.public_key())
        .serial_number(int.from_bytes(hashlib.sha256(point).digest()[:16], "big") | 1)
        .not_valid_before(begins)
        .not_valid_after(begins + timedelta(days=365 * _YEARS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(digital_signature=True, content_commitment=True, **no_more),
            critical=True,
        )
        .add_extension(x509.ExtendedKeyUsage([_DOCUMENT_SIGNING]), critical=False)
        .add_extension(
            x509.SubjectAlternativeName(
                [x509.UniformResourceIdentifier(f"urn:kbean:service:{config.service_id}")]
            ),
            critical=False,
        )
        .sign(issuer, algorithm=None)
    )
