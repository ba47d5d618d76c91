"""A vault in a folder of its own, with a passphrase slot that costs a millisecond."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import app
from app.wallet.vault.errors import KeychainUnavailableError
from app.wallet.vault.keyslots import Argon2Params
from app.wallet.vault.vault import (
    Credential,
    Passphrase,
    Setup,
    Vault,
    create_vault,
    open_vault,
)

REPOSITORY = Path(app.__file__).parents[1]


class MemoryKeychain:
    """A keychain in memory that can break, as real ones do."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}
        self.broken = False

    def store(self, name: str, secret: bytes) -> None:
        self._work()
        self.kept[name] = secret

    def fetch(self, name: str) -> bytes | None:
        self._work()
        return self.kept.get(name)

    def forget(self, name: str) -> None:
        self._work()
        self.kept.pop(name, None)

    def _work(self) -> None:
        if self.broken:
            raise KeychainUnavailableError


@pytest.fixture
def keychain() -> MemoryKeychain:
    """A working keychain, empty."""
    return MemoryKeychain()


@pytest.fixture
def setup(keychain: MemoryKeychain) -> Setup:
    """Cheap Argon2id, the real schema."""
    return Setup(keychain=keychain, argon2=Argon2Params(memory_kib=64, passes=1, lanes=1))


@pytest.fixture
def passphrase() -> str:
    """What the vault of these tests is opened with."""
    return "correct horse 电池 staple"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the vault goes; not made yet."""
    return tmp_path / "profile" / "vault"


@pytest.fixture
def vault(folder: Path, setup: Setup, passphrase: str) -> Iterator[Vault]:
    """A fresh open vault."""
    made, _ = create_vault(folder, passphrase, setup)
    yield made
    made.lock()


@pytest.fixture
def reopen(folder: Path, setup: Setup, passphrase: str) -> Callable[..., Vault]:
    """Open the vault of these tests, with its passphrase unless another credential is given."""

    def opened(credential: Credential | None = None) -> Vault:
        return open_vault(folder, credential or Passphrase(passphrase), setup)

    return opened


@pytest.fixture
def fingerprint(folder: Path) -> Callable[[], dict[str, str]]:
    """Names and hashes of every file in the vault's folder (the empty lock file aside)."""

    def take() -> dict[str, str]:
        return {
            str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(folder.rglob("*"))
            if path.is_file() and path.name != "vault.lock"
        }

    return take


@pytest.fixture
def child() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start Python code in a process of its own; whatever still runs at the end is killed."""
    running: list[subprocess.Popen[str]] = []

    def start(code: str, *words: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", code, *words],
            cwd=REPOSITORY,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        running.append(process)
        return process

    yield start
    for process in running:
        process.kill()
        process.communicate()
