"""Signatures and canonical bytes: RFC 8032's vectors, strictness, and that bytes tell all apart."""

from __future__ import annotations

import base64

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import assume, given
from hypothesis import strategies as st

from app.protocol.signing import (
    SigningKey,
    canonical_bytes,
    decode_bytes,
    encode_bytes,
    verify,
)

# RFC 8032 §7.1: TEST 1, 2, 3 and SHA(abc): secret key, public key, message, signature.
VECTORS = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        (
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9"
            "b46bd25bf5f0595bbe24655141438e7a100b"
        ),
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        (
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f1"
            "1d8c387b2eaeb4302aeeb00d291612bb0c00"
        ),
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        (
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984d"
            "c6594a7c15e9716ed28dc027beceea1ec40a"
        ),
    ),
    (
        "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        (
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
            "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
        ),
        (
            "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431"
            "e0303dca179c138ac17ad9bef1177331a704"
        ),
    ),
]
ORDER = 2**252 + 27742317777372353535851937790883648493
# The points whose order divides 8, and encodings of theirs that are not reduced.
SMALL_ORDER = [
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "0100000000000000000000000000000000000000000000000000000000000080",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
]
KEY = SigningKey(bytes(32))


@pytest.mark.parametrize(("seed", "public", "message", "signature"), VECTORS)
def test_rfc_8032_vectors(seed, public, message, signature):
    key = SigningKey(bytes.fromhex(seed))
    text = encode_bytes(bytes.fromhex(signature))
    assert decode_bytes(key.public).hex() == public
    assert key.sign(bytes.fromhex(message)) == text
    assert verify(key.public, bytes.fromhex(message), text)
    assert not verify(key.public, bytes.fromhex(message) + b"\0", text)
    assert key.seed.hex() == seed


def test_signature_with_a_grown_s_is_refused():
    """RFC 8032 §5.1.7: S must be below the group's order, or one payment has two signatures."""
    raw = decode_bytes(KEY.sign(b"pay"))
    for times in range(1, 8):
        grown = int.from_bytes(raw[32:], "little") + times * ORDER
        other = encode_bytes(raw[:32] + grown.to_bytes(32, "little"))
        assert not verify(KEY.public, b"pay", other)


@pytest.mark.parametrize("point", SMALL_ORDER)
def test_small_order_keys_sign_nothing(point):
    """Such a key would accept one signature for very many messages."""
    public = encode_bytes(bytes.fromhex(point))
    for nonce in SMALL_ORDER:
        signature = encode_bytes(bytes.fromhex(nonce) + bytes(32))
        assert not any(verify(public, bytes([n]), signature) for n in range(16))


@pytest.mark.parametrize("point", SMALL_ORDER)
def test_small_order_nonces_are_refused_under_an_honest_key(point):
    assert not verify(KEY.public, b"pay", encode_bytes(bytes.fromhex(point) + bytes(32)))


@pytest.mark.parametrize(
    ("public", "signature"),
    [
        ("", KEY.sign(b"m")),
        ("A" * 42, KEY.sign(b"m")),
        ("A" * 44, KEY.sign(b"m")),
        (KEY.public + "=", KEY.sign(b"m")),
        ("豆" * 43, KEY.sign(b"m")),
        (KEY.public, ""),
        (KEY.public, KEY.sign(b"m")[:-1]),
        (KEY.public, KEY.sign(b"m") + "A"),
        (KEY.public, KEY.sign(b"m") + "=="),
        (KEY.public, "!" * 86),
        (KEY.public, encode_bytes(decode_bytes(KEY.sign(b"m")) + b"m")),
    ],
)
def test_malformed_keys_and_signatures_are_simply_not_signed(public, signature):
    assert verify(public, b"m", signature) is False


def test_a_seed_has_32_bytes():
    for size in (0, 31, 33, 64):
        with pytest.raises(ValueError, match="32 bytes"):
            SigningKey(bytes(size))


def test_keys_are_fresh_and_never_shown():
    one, other = SigningKey.generate(), SigningKey.generate()
    assert one.public != other.public
    assert encode_bytes(one.seed) not in repr(one)
    assert one.seed.hex() not in repr(one)
    assert one.public in repr(one)


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=300), st.binary(max_size=300))
def test_only_the_signed_message_verifies(seed, message, other):
    key = SigningKey(seed)
    signature = key.sign(message)
    assert verify(key.public, message, signature)
    assert verify(key.public, other, signature) == (other == message)
    assert not verify(KEY.public, message, signature) or key.public == KEY.public


@given(st.binary(max_size=200), st.integers(0, 511))
def test_any_flipped_bit_is_refused(message, bit):
    raw = bytearray(decode_bytes(KEY.sign(message)))
    raw[bit // 8] ^= 1 << (bit % 8)
    assert not verify(KEY.public, message, encode_bytes(bytes(raw)))


@given(st.binary(max_size=100), st.binary(min_size=64, max_size=64))
def test_the_other_library_agrees(message, noise):
    """OpenSSL, which a till of another make may use, accepts and refuses the same."""
    public = Ed25519PublicKey.from_public_bytes(decode_bytes(KEY.public))
    public.verify(decode_bytes(KEY.sign(message)), message)
    with pytest.raises(InvalidSignature):
        public.verify(noise, message)
    assert not verify(KEY.public, message, encode_bytes(noise))


# --- base64url


@given(st.binary(max_size=100))
def test_base64url_is_without_padding_and_reads_back(raw):
    text = encode_bytes(raw)
    assert decode_bytes(text) == raw
    assert text == base64.urlsafe_b64encode(raw).decode().rstrip("=")


@pytest.mark.parametrize(
    "text", ["=", "AA==", "A", "AB", "A+8A", "A/8A", "AA A", "AA\n", "豆", "A-_!"]
)
def test_only_canonical_base64url_is_read(text):
    """``AB`` carries stray bits: read leniently, one key would have several names."""
    with pytest.raises(ValueError):
        decode_bytes(text)


# --- canonical bytes

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
FIELDS = st.lists(st.none() | st.integers() | TEXTS, max_size=6)


def test_canonical_bytes_are_as_documented():
    assert canonical_bytes("kind", 2, ("豆", None, 7, "")) == (
        b"KBEAN\0kind\x002\0\0\0\0\x03\xe8\xb1\x86\xff\xff\xff\xff\0\0\0\x017\0\0\0\0"
    )


@given(FIELDS, FIELDS)
def test_different_fields_have_different_bytes(one, other):
    """Numbers count as their decimal text: a field's type is fixed by its message."""

    def plain(fields):
        return [None if f is None else str(f) for f in fields]

    same = canonical_bytes("k", 1, one) == canonical_bytes("k", 1, other)
    assert same == (plain(one) == plain(other))


@given(FIELDS, st.data())
def test_moving_a_border_between_fields_changes_the_bytes(fields, data):
    texts = [f for f in fields if isinstance(f, str)]
    joined = "".join(texts)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(joined)), max_size=3)))
    parts = [joined[a:b] for a, b in zip([0, *cuts], [*cuts, len(joined)], strict=True)]
    assume(parts != texts)
    assert canonical_bytes("k", 1, parts) != canonical_bytes("k", 1, texts)


@given(
    st.text("ab-", max_size=4), st.integers(0, 99), st.text("ab-", max_size=4), st.integers(0, 99)
)
def test_kind_and_version_tell_apart(kind, version, other_kind, other_version):
    same = canonical_bytes(kind, version, ()) == canonical_bytes(other_kind, other_version, ())
    assert same == ((kind, version) == (other_kind, other_version))


def test_what_has_no_canonical_form():
    with pytest.raises(TypeError, match="truth value"):
        canonical_bytes("k", 1, (True,))
    with pytest.raises(UnicodeEncodeError):
        canonical_bytes("豆", 1, ())
