"""A vault in a folder of its own, with a passphrase slot that costs a millisecond."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.wallet.vault.keyslots import Argon2Params
from app.wallet.vault.vault import Setup, Vault, create_vault

CHEAP = Argon2Params(memory_kib=64, passes=1, lanes=1)
PASSPHRASE = "correct horse 电池 staple"


@pytest.fixture
def setup() -> Setup:
    """No keychain, cheap Argon2id, the real schema."""
    return Setup(argon2=CHEAP)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the vault goes; not made yet."""
    return tmp_path / "profile" / "vault"


@pytest.fixture
def vault(folder: Path, setup: Setup) -> Iterator[Vault]:
    """A fresh open vault."""
    made, _ = create_vault(folder, PASSPHRASE, setup)
    yield made
    made.lock()
