"""Key slots: one random vault key, wrapped once for every way to open the vault.

The key (32 bytes for AES-256) and the database's salt (16 bytes) are drawn at random and never
derived from anything a person types. A slot wraps them with AES-256-GCM under a key of its own:

* ``passphrase``: Argon2id (RFC 9106), parameters and salt stored in the slot;
* ``recovery``: HKDF-SHA256 of the 130-bit recovery code, which needs no slow hash;
* ``keychain``: HKDF-SHA256 of 32 random bytes that the system's keychain holds.

The associated data names the vault, the format's version, the kind of slot and its parameters,
so a slot can't be moved to another vault nor its parameters lowered. Changing the passphrase
rewraps 48 bytes and leaves the database alone.

The libraries are imported where they are used: the unlock window is on the screen before them.
"""

from __future__ import annotations

import secrets
import unicodedata
from typing import Literal

import msgspec

SlotKind = Literal["passphrase", "keychain", "recovery"]
SLOTS_VERSION = 1
KEY_BYTES = 32
SALT_BYTES = 16
_NONCE_BYTES = 12
_PURPOSE = b"kbean vault slot "


class Argon2Params(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Cost of the passphrase slot; the defaults are RFC 9106 §4, second recommended option.

    Attributes:
        memory_kib: Memory in KiB, at most 4 GiB.
        passes: Passes over the memory.
        lanes: Lanes worked on in parallel.
    """

    memory_kib: int = 65536
    passes: int = 3
    lanes: int = 4

    def __post_init__(self) -> None:
        if not (1 <= self.lanes <= 64 and 1 <= self.passes <= 1000):
            raise ValueError("lanes or passes out of range")
        if not 8 * self.lanes <= self.memory_kib <= 4 * 1024 * 1024:
            raise ValueError("memory out of range")


class Slot(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One way to open the vault, as it stands on the disk.

    Attributes:
        kind: Which secret opens it.
        created_at: Unix milliseconds.
        salt: 16 random bytes for the key derivation.
        nonce: 12 random bytes for AES-GCM.
        wrapped: The wrapped key and its tag, 64 bytes.
        argon2: Cost of a passphrase slot, None for the others.
    """

    kind: SlotKind
    created_at: int
    salt: bytes
    nonce: bytes
    wrapped: bytes
    argon2: Argon2Params | None = None


class VaultKey:
    """The vault's key and the database's salt, in memory that can be cleared."""

    def __init__(self, material: bytearray) -> None:
        """Take 48 bytes: key, then salt."""
        if len(material) != KEY_BYTES + SALT_BYTES:
            raise ValueError("a vault key has 48 bytes")
        self._material = material

    @classmethod
    def generate(cls) -> VaultKey:
        """Draw a fresh key and salt from the system."""
        return cls(bytearray(secrets.token_bytes(KEY_BYTES + SALT_BYTES)))

    @property
    def key(self) -> bytes:
        """The 256-bit key."""
        return bytes(self._material[:KEY_BYTES])

    @property
    def salt(self) -> bytes:
        """The database's salt: the first 16 bytes of the file."""
        return bytes(self._material[KEY_BYTES:])

    def material(self) -> bytes:
        """Key and salt together, for wrapping."""
        return bytes(self._material)

    def raw_key_spec(self) -> bytearray:
        """SQLCipher's raw form ``x'<key><salt>'``: no key derivation of SQLCipher's own."""
        return bytearray(b"x'" + self._material.hex().encode("ascii") + b"'")

    def clear(self) -> None:
        """Overwrite the key in place; afterwards it opens nothing."""
        self._material[:] = bytes(len(self._material))

    def __repr__(self) -> str:
        return "VaultKey(…)"


def passphrase_secret(typed: str) -> bytearray:
    """Bytes of a passphrase; full-width and composed letters count as their plain forms (NFKC)."""
    return bytearray(unicodedata.normalize("NFKC", typed).encode("utf-8"))


def wrap(
    vault_id: str,
    kind: SlotKind,
    secret: bytes | bytearray,
    key: VaultKey,
    *,
    created_at: int,
    argon2: Argon2Params | None = None,
) -> Slot:
    """Make a slot that ``secret`` opens.

    Args:
        vault_id: The vault the slot belongs to.
        kind: Which kind of secret it is; ``passphrase`` needs ``argon2``.
        secret: Passphrase bytes, recovery bytes or keychain bytes.
        key: What is wrapped.
        created_at: Unix milliseconds.
        argon2: Cost of a passphrase slot.

    Returns:
        The slot to store.
    """
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    salt, nonce = secrets.token_bytes(SALT_BYTES), secrets.token_bytes(_NONCE_BYTES)
    bound = _associated_data(vault_id, kind, salt, argon2)
    wrapping_key = _wrapping_key(kind, secret, salt, argon2)
    wrapped = AESGCM(wrapping_key).encrypt(nonce, key.material(), bound)
    return Slot(kind, created_at, salt, nonce, wrapped, argon2)


def unwrap(vault_id: str, slot: Slot, secret: bytes | bytearray) -> VaultKey | None:
    """Open a slot; None where the secret does not fit (or the slot is another vault's)."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    bound = _associated_data(vault_id, slot.kind, slot.salt, slot.argon2)
    wrapping_key = _wrapping_key(slot.kind, secret, slot.salt, slot.argon2)
    try:
        return VaultKey(bytearray(AESGCM(wrapping_key).decrypt(slot.nonce, slot.wrapped, bound)))
    except InvalidTag:
        return None


def _wrapping_key(
    kind: SlotKind, secret: bytes | bytearray, salt: bytes, argon2: Argon2Params | None
) -> bytes:
    if argon2 is None:
        from cryptography.hazmat.primitives.hashes import SHA256
        from cryptography.hazmat.primitives.kdf.hkdf import HKDF

        return HKDF(SHA256(), KEY_BYTES, salt, _PURPOSE + kind.encode()).derive(bytes(secret))
    from argon2.low_level import Type, hash_secret_raw

    return hash_secret_raw(
        secret=bytes(secret),
        salt=salt,
        time_cost=argon2.passes,
        memory_cost=argon2.memory_kib,
        parallelism=argon2.lanes,
        hash_len=KEY_BYTES,
        type=Type.ID,
    )


def _associated_data(
    vault_id: str, kind: SlotKind, salt: bytes, argon2: Argon2Params | None
) -> bytes:
    return _PURPOSE + msgspec.json.encode([SLOTS_VERSION, vault_id, kind, salt, argon2])
