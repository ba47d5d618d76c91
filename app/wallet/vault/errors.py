"""Everything that can go wrong with the vault: one class, one stable code, one English sentence.

The desktop owns the words a person reads (design/2 §Failures); the English text here is for logs
and for programs. No text carries a path, a key, a name or an amount.

``sort`` says what helps: ``yours`` needs the person (another passphrase, another file),
``surroundings`` needs a retry or a repair of the machine (disk, keychain, a second window).
"""

from __future__ import annotations

from typing import ClassVar, Literal

Sort = Literal["yours", "surroundings"]


class VaultError(Exception):
    """A refusal of the vault; see the subclasses.

    Attributes:
        code: Stable for ever, a key of :data:`CODES`.
        sort: Who can help, see the module.
        text: What happened, in English.
    """

    code: ClassVar[str]
    sort: ClassVar[Sort] = "yours"
    text: ClassVar[str]

    def __init__(self) -> None:
        super().__init__(self.text)


class VaultAbsentError(VaultError):
    """Nothing was ever created in this profile."""

    code = "vault_absent"
    text = "There is no vault here yet"


class VaultExistsError(VaultError):
    """A vault is never overwritten by creating one."""

    code = "vault_exists"
    text = "There is already a vault here"


class VaultLockedError(VaultError):
    """Work was given to a vault that is not open."""

    code = "vault_locked"
    text = "The vault is locked"


class VaultInUseError(VaultError):
    """Another process holds the vault's lock."""

    code = "vault_in_use"
    sort = "surroundings"
    text = "The vault is open in another window of the wallet"


class WrongPassphraseError(VaultError):
    """The passphrase slot does not open."""

    code = "vault_passphrase_wrong"
    text = "The passphrase is wrong"


class MistypedRecoveryCodeError(VaultError):
    """The recovery code's check symbols do not fit: a symbol is wrong, missing or swapped."""

    code = "vault_recovery_code_mistyped"
    text = "The recovery code has a typing mistake"


class WrongRecoveryCodeError(VaultError):
    """A well-formed recovery code of another vault, or one that was replaced."""

    code = "vault_recovery_code_wrong"
    text = "The recovery code does not belong to this vault"


class QuickUnlockOffError(VaultError):
    """There is no keychain slot, or the system's keychain lost its half."""

    code = "vault_quick_unlock_off"
    text = "Quick unlock is not set up on this device"


class KeychainUnavailableError(VaultError):
    """The system's keychain is missing, locked or refused; the passphrase still works."""

    code = "vault_keychain_unavailable"
    sort = "surroundings"
    text = "The system's keychain cannot be used now"


class SlotsMissingError(VaultError):
    """The database is there, both copies of the key slots are gone."""

    code = "vault_slots_missing"
    text = "The file with the vault's key slots is missing"


class SlotsDamagedError(VaultError):
    """Neither copy of the key slots can be read."""

    code = "vault_slots_damaged"
    text = "The file with the vault's key slots is damaged"


class DatabaseMissingError(VaultError):
    """The key slots name a database that is not there."""

    code = "vault_database_missing"
    text = "The vault's database file is missing"


class TruncatedVaultError(VaultError):
    """The database is shorter than its own header says, or ends inside a page."""

    code = "vault_truncated"
    text = "The vault's database file has been cut short"


class DamagedVaultError(VaultError):
    """A page of the database fails its authentication code, or the header was changed."""

    code = "vault_damaged"
    text = "The vault's database file is damaged"


class ForeignVaultError(VaultError):
    """The database was not written with this vault's key: another vault's, or no vault at all."""

    code = "vault_foreign"
    text = "The vault's database file belongs to something else"


class NewerVaultError(VaultError):
    """Written by a wallet with a newer major schema (or a newer form of key slots)."""

    code = "vault_newer"
    text = "The vault was written by a newer version of the wallet; update the wallet to open it"


class ForeignBackupError(VaultError):
    """The chosen file is no backup of a vault."""

    code = "vault_backup_foreign"
    text = "This file is not a backup of a wallet"


class TruncatedBackupError(VaultError):
    """The backup ends too early, as after an interrupted copy."""

    code = "vault_backup_truncated"
    text = "The backup file has been cut short"


class DamagedBackupError(VaultError):
    """The backup's checksum does not hold, or what is inside does not open."""

    code = "vault_backup_damaged"
    text = "The backup file is damaged"


class NewerBackupError(VaultError):
    """The backup's format is newer than this wallet."""

    code = "vault_backup_newer"
    text = "The backup was written by a newer version of the wallet"


class VaultStorageError(VaultError):
    """The disk is full, read-only, gone, or the folder may not be written."""

    code = "vault_storage"
    sort = "surroundings"
    text = "The vault's folder cannot be read or written"


CODES: dict[str, type[VaultError]] = {kind.code: kind for kind in VaultError.__subclasses__()}
"""Every code of the vault and its class. The desktop's words are held against this table."""
