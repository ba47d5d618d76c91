from __future__ import annotations

import msgspec
import pytest

from app.wallet.vault.keyslots import Argon2Params, VaultKey, passphrase_secret, unwrap, wrap

CHEAP = Argon2Params(memory_kib=64, passes=1, lanes=1)


def _slot(kind="passphrase", argon2: Argon2Params | None = CHEAP):
    key = VaultKey.generate()
    return key, wrap("vault-1", kind, b"secret", key, created_at=7, argon2=argon2)


@pytest.mark.parametrize(
    ("kind", "argon2"), [("passphrase", CHEAP), ("recovery", None), ("keychain", None)]
)
def test_a_slot_opens_with_its_secret_alone(kind, argon2):
    key, slot = _slot(kind, argon2)
    opened = unwrap("vault-1", slot, b"secret")
    assert opened is not None
    assert opened.material() == key.material()
    assert unwrap("vault-1", slot, b"Secret") is None


def test_a_slot_is_bound_to_vault_kind_and_cost():
    _, slot = _slot()
    assert unwrap("vault-2", slot, b"secret") is None
    _, bare = _slot("recovery", None)
    assert unwrap("vault-1", msgspec.structs.replace(bare, kind="keychain"), b"secret") is None
    dearer = msgspec.structs.replace(slot, argon2=Argon2Params(memory_kib=128, passes=1, lanes=1))
    assert unwrap("vault-1", dearer, b"secret") is None


def test_the_same_secret_never_makes_the_same_slot():
    key = VaultKey.generate()
    one, two = (wrap("v", "recovery", b"s", key, created_at=1) for _ in range(2))
    assert one.salt != two.salt
    assert one.nonce != two.nonce
    assert one.wrapped != two.wrapped


def test_passphrases_typed_full_width_or_composed_are_the_same():
    assert passphrase_secret("Ｋ豆１２") == passphrase_secret("K豆12")
    assert passphrase_secret("Cafe\u0301") == passphrase_secret("Café")
    assert passphrase_secret("a") != passphrase_secret("A")


def test_the_default_cost_is_the_rfcs():
    assert Argon2Params() == Argon2Params(memory_kib=65536, passes=3, lanes=4)


@pytest.mark.parametrize(
    "fields", [{"memory_kib": 1}, {"memory_kib": 1 << 30}, {"passes": 0}, {"lanes": 0}]
)
def test_an_absurd_cost_is_refused(fields):
    with pytest.raises(ValueError):
        Argon2Params(**fields)


def test_a_key_of_another_length_is_no_key():
    with pytest.raises(ValueError):
        VaultKey(bytearray(32))


def test_a_cleared_key_is_gone_and_never_shown():
    key = VaultKey.generate()
    assert key.key.hex() not in repr(key)
    assert key.raw_key_spec().startswith(b"x'" + key.key.hex().encode())
    key.clear()
    assert key.material() == bytes(48)
