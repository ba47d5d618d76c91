"""The vault: created, opened, worked with, locked. One thread owns an open vault (see ``worker``).

Opening goes in an order in which every failure has its own name and nothing was written yet:
lock between processes, key slots, the key out of a slot, a look at the database that can't
change it, then the real opening; only after that does anything get repaired or tidied.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.protocol.ids import new_id
from app.wallet.vault.building import build_database, copy_database, held_lock, open_database
from app.wallet.vault.cipher import (
    connect_to_work,
    integrity_holds,
    translated_errors,
)
from app.wallet.vault.database import Database
from app.wallet.vault.errors import (
    DamagedVaultError,
    KeychainUnavailableError,
    QuickUnlockOffError,
    VaultError,
    VaultExistsError,
    WrongPassphraseError,
    WrongRecoveryCodeError,
)
from app.wallet.vault.files import FileLock
from app.wallet.vault.keychain import Keychain, NoKeychain
from app.wallet.vault.keyslots import (
    KEY_BYTES,
    Argon2Params,
    SlotKind,
    VaultKey,
    passphrase_secret,
    unwrap,
    wrap,
)
from app.wallet.vault.layout import SlotsFile, VaultLayout
from app.wallet.vault.recovery_code import new_recovery_code, parse_recovery_code
from app.wallet.vault.schema import STEPS, Step
from app.wallet.vault.stores.activity import Activity
from app.wallet.vault.stores.chat_files import ChatFiles
from app.wallet.vault.stores.chats import Chats
from app.wallet.vault.stores.handles import Handles
from app.wallet.vault.stores.intents import Intents
from app.wallet.vault.stores.marks import Marks
from app.wallet.vault.stores.outbox import Outbox
from app.wallet.vault.stores.papers import Errands, Papers
from app.wallet.vault.stores.receipts import Receipts
from app.wallet.vault.stores.service import Service
from app.wallet.vault.stores.small import Cursors, Secrets, Settings
from app.wallet.vault.stores.snapshots import Snapshots


@dataclass(frozen=True)
class Passphrase:
    """Open with what the person typed."""

    text: str = field(repr=False)


@dataclass(frozen=True)
class RecoveryCode:
    """Open with the recovery code, however it was typed."""

    text: str = field(repr=False)


@dataclass(frozen=True)
class QuickUnlock:
    """Open with the half that the system's keychain holds."""


Credential = Passphrase | RecoveryCode | QuickUnlock


@dataclass(frozen=True)
class Setup:
    """What differs between a person's machine and a test.

    Attributes:
        keychain: The system's keychain; the one that does nothing by default.
        argon2: Cost of new passphrase slots.
        steps: The schema.
    """

    keychain: Keychain = field(default_factory=NoKeychain)
    argon2: Argon2Params = field(default_factory=Argon2Params)
    steps: tuple[Step, ...] = STEPS


class Vault:
    """An open vault. Its stores are its attributes.

    Attributes:
        database: The open database, for stores of other rooms (the counter's).
        settings: Preferences.
        secrets: Key bytes and tokens.
        service: The pinned service.
        snapshots: Accounts, K-Beans, profile as last seen.
        activity: Movements.
        marks: What the person added to them.
        cursors: Sync cursors.
        receipts: Signed receipts.
        intents: Intents, written before they are sent.
        chats: Conversations and their transcripts.
        outbox: Messages, written before they are sent.
        chat_files: Bytes of attachments.
        papers: Cases, feedback and surveys as last seen.
        errands: What is to be told about them, written before it is sent.
        handles: What payers' codes are made of.
    """

    def __init__(
        self,
        *,
        layout: VaultLayout,
        lock: FileLock,
        slots: SlotsFile,
        key: VaultKey,
        connection: Any,
        setup: Setup,
    ) -> None:
        """Use :func:`create_vault` or :func:`open_vault`."""
        self._layout = layout
        self._lock = lock
        self._slots = slots
        self._key = key
        self._connection = connection
        self._setup = setup
        self._locked = False
        self.database = Database(connection)
        self.settings = Settings(self.database)
        self.secrets = Secrets(self.database)
        self.service = Service(self.database)
        self.snapshots = Snapshots(self.database)
        self.activity = Activity(self.database)
        self.marks = Marks(self.database)
        self.cursors = Cursors(self.database)
        self.receipts = Receipts(self.database)
        self.intents = Intents(self.database)
        self.chats = Chats(self.database)
        self.outbox = Outbox(self.database)
        self.chat_files = ChatFiles(self.database)
        self.papers = Papers(self.database)
        self.errands = Errands(self.database)
        self.handles = Handles(self.database)

    @property
    def vault_id(self) -> str:
        """The vault's lasting id; also its name in the system's keychain."""
        return self._slots.vault_id

    def transaction(self) -> AbstractContextManager[None]:
        """Commit several writes of any stores together, or none of them."""
        return self.database.transaction()

    def check(self) -> None:
        """Authenticate every page (about 3 ms a megabyte) and check SQLite's own structures.

        Raises:
            DamagedVaultError: a page was changed outside the wallet.
        """
        with translated_errors():
            healthy = integrity_holds(self._connection)
            if not healthy or self.database.row("PRAGMA quick_check(1)") != ("ok",):
                raise DamagedVaultError

    def prove(self, credential: Credential) -> None:
        """Ask again who is there (before a payment, say); the vault stays open.

        Raises:
            VaultError: as :func:`open_vault` for a wrong or unusable credential.
        """
        key_from(self._slots, credential, self._setup.keychain).clear()

    def change_passphrase(self, old: str, new: str) -> None:
        """Rewrap the key under a new passphrase; the database is not touched.

        Raises:
            WrongPassphraseError: ``old`` is not the passphrase.
        """
        self.prove(Passphrase(old))
        self.set_passphrase(new)

    def set_passphrase(self, new: str) -> None:
        """Give the open vault a new passphrase without the old one (after recovery)."""
        secret = passphrase_secret(new)
        self._rewrap("passphrase", secret, self._setup.argon2)
        secret[:] = bytes(len(secret))

    def renew_recovery_code(self) -> str:
        """Make a new recovery code; the one before stops working. Shown once, kept nowhere."""
        code = new_recovery_code()
        secret = parse_recovery_code(code)
        self._rewrap("recovery", secret)
        secret[:] = bytes(len(secret))
        return code

    @property
    def quick_unlock(self) -> bool:
        """Whether there is a keychain slot."""
        return self._slots.slot("keychain") is not None

    def enable_quick_unlock(self) -> None:
        """Let the system's keychain open this vault.

        Raises:
            KeychainUnavailableError: it can't keep the secret; nothing has changed.
        """
        secret = bytearray(secrets.token_bytes(KEY_BYTES))
        self._setup.keychain.store(self.vault_id, bytes(secret))
        self._rewrap("keychain", secret)
        secret[:] = bytes(len(secret))

    def disable_quick_unlock(self) -> None:
        """Remove the keychain slot, then the keychain's half (useless by then) if it lets us."""
        self._commit_slots(self._slots.without("keychain"))
        try:
            self._setup.keychain.forget(self.vault_id)
        except KeychainUnavailableError:
            return

    @contextmanager
    def snapshot_file(self) -> Iterator[tuple[SlotsFile, Path]]:
        """The key slots and an encrypted copy of the database as it is now, for a backup.

        The copy is gone after the block.
        """
        copy = self._layout.new_database()
        try:
            copy_database(self._connection, copy)
            yield self._slots, copy
        finally:
            copy.unlink(missing_ok=True)

    def lock(self) -> None:
        """Close the database, clear the key, let other processes in. Twice is harmless."""
        if self._locked:
            return
        self._locked = True
        try:
            with translated_errors():
                self.database.close()
        finally:
            self._key.clear()
            self._lock.release()

    def _rewrap(
        self, kind: SlotKind, secret: bytearray, argon2: Argon2Params | None = None
    ) -> None:
        slot = wrap(self.vault_id, kind, secret, self._key, created_at=_now_ms(), argon2=argon2)
        self._commit_slots(self._slots.with_slot(slot))

    def _commit_slots(self, slots: SlotsFile) -> None:
        with translated_errors():
            self._layout.save(slots)
        self._slots = slots


def create_vault(folder: Path, passphrase: str, setup: Setup) -> tuple[Vault, str]:
    """Make a new vault and open it.

    Args:
        folder: The vault's folder; made private if it is missing.
        passphrase: The first passphrase; judging its strength is the caller's business.
        setup: See :class:`Setup`.

    Returns:
        The open vault and its recovery code, to be shown once.

    Raises:
        VaultExistsError: there is a vault here.
        VaultInUseError: another process is at work here.
        VaultStorageError: the disk refused.
    """
    layout = VaultLayout(folder)
    with translated_errors(), held_lock(layout) as lock:
        if layout.exists():
            raise VaultExistsError
        layout.begin_creation()
        key = VaultKey.generate()
        path = build_database(layout, key, setup.steps)
        vault_id, code = new_id(), new_recovery_code()
        typed, recovery = passphrase_secret(passphrase), parse_recovery_code(code)
        now = _now_ms()
        slots = SlotsFile(
            vault_id=vault_id,
            database=path.name,
            slots=(
                wrap(vault_id, "passphrase", typed, key, created_at=now, argon2=setup.argon2),
                wrap(vault_id, "recovery", recovery, key, created_at=now),
            ),
        )
        typed[:], recovery[:] = bytes(len(typed)), bytes(len(recovery))
        layout.end_creation(slots)
        vault = Vault(
            layout=layout,
            lock=lock,
            slots=slots,
            key=key,
            connection=connect_to_work(path, key),
            setup=setup,
        )
    return vault, code


def open_vault(folder: Path, credential: Credential, setup: Setup) -> Vault:
    """Open a vault; on any failure no byte of it has changed.

    Args:
        folder: The vault's folder.
        credential: What opens it.
        setup: See :class:`Setup`.

    Raises:
        VaultAbsentError, SlotsMissingError, SlotsDamagedError: no key slots.
        WrongPassphraseError, MistypedRecoveryCodeError, WrongRecoveryCodeError,
            QuickUnlockOffError, KeychainUnavailableError: the credential.
        DatabaseMissingError, TruncatedVaultError, DamagedVaultError, ForeignVaultError: the file.
        NewerVaultError: of a newer major schema.
        VaultInUseError: open in another process.
        VaultStorageError: the disk refused.
    """
    layout = VaultLayout(folder)
    with translated_errors():
        layout.load()  # says that nothing is here before a lock file would be made
        with held_lock(layout) as lock:
            slots = layout.load()
            key = key_from(slots, credential, setup.keychain)
            try:
                slots, connection = open_database(layout, slots, key, setup.steps)
            except BaseException:
                key.clear()
                raise
            return Vault(
                layout=layout,
                lock=lock,
                slots=slots,
                key=key,
                connection=connection,
                setup=setup,
            )


def quick_unlock_enrolled(folder: Path) -> bool:
    """Whether the vault in ``folder`` has a keychain slot; opens nothing."""
    try:
        return VaultLayout(folder).load().slot("keychain") is not None
    except (VaultError, OSError):
        return False


def key_from(slots: SlotsFile, credential: Credential, keychain: Keychain) -> VaultKey:
    """Take the vault's key out of the slot that fits the credential.

    Raises:
        WrongPassphraseError, MistypedRecoveryCodeError, WrongRecoveryCodeError,
            QuickUnlockOffError, KeychainUnavailableError: it does not open.
    """
    match credential:
        case Passphrase(text):
            return _unwrapped(slots, "passphrase", passphrase_secret(text), WrongPassphraseError())
        case RecoveryCode(text):
            return _unwrapped(
                slots, "recovery", parse_recovery_code(text), WrongRecoveryCodeError()
            )
        case QuickUnlock():
            if slots.slot("keychain") is None:
                raise QuickUnlockOffError
            kept = keychain.fetch(slots.vault_id)
            if kept is None:
                raise QuickUnlockOffError
            return _unwrapped(slots, "keychain", bytearray(kept), QuickUnlockOffError())


def _unwrapped(
    slots: SlotsFile, kind: SlotKind, secret: bytearray, refusal: VaultError
) -> VaultKey:
    slot = slots.slot(kind)
    key = None if slot is None else unwrap(slots.vault_id, slot, secret)
    secret[:] = bytes(len(secret))
    if key is None:
        raise refusal
    return key


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
