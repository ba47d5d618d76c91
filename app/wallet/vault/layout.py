"""What lies in a vault's folder, and the slots file that names the current database.

* ``slots.json``: the key slots and the name of the database file. Replacing this one small file
  is the commit point of everything big: a migrated or restored database is built beside the old
  one under a new name, and becomes the vault when ``slots.json`` names it.
* ``slots.copy.json``: the same bytes again, written right after, for a disk that eats a file.
* ``vault-XXXXXXXX.db``: the SQLCipher database (and ``-wal`` while it is open).
* ``vault.creating``: stands from the start of the very first creation until its slots are saved,
  so that a database without slots is either a creation that was cut off or a real loss.
* ``vault.lock``: an empty file for the lock between processes.
"""

from __future__ import annotations

import hashlib
import secrets
import shutil
from pathlib import Path

import msgspec

from app.wallet.vault.errors import (
    NewerVaultError,
    SlotsDamagedError,
    SlotsMissingError,
    VaultAbsentError,
)
from app.wallet.vault.files import write_atomically
from app.wallet.vault.keyslots import SLOTS_VERSION, Slot, SlotKind

_FORMAT = "kbean-vault-slots"


class SlotsFile(msgspec.Struct, frozen=True, kw_only=True):
    """The content of ``slots.json``.

    Attributes:
        vault_id: UUIDv7; every slot is bound to it.
        database: File name of the current database, in the same folder.
        slots: At most one of each kind.
        version: Of this format; a newer one is refused.
    """

    vault_id: str
    database: str
    slots: tuple[Slot, ...]
    version: int = SLOTS_VERSION

    def slot(self, kind: SlotKind) -> Slot | None:
        """The slot of that kind, or None."""
        return next((slot for slot in self.slots if slot.kind == kind), None)

    def with_slot(self, new: Slot) -> SlotsFile:
        """The same file with ``new`` in place of the slot of its kind."""
        return msgspec.structs.replace(self, slots=(*self.without(new.kind).slots, new))

    def without(self, kind: SlotKind) -> SlotsFile:
        """The same file without the slot of that kind."""
        kept = tuple(slot for slot in self.slots if slot.kind != kind)
        return msgspec.structs.replace(self, slots=kept)

    def naming(self, database: str) -> SlotsFile:
        """The same file naming another database."""
        return msgspec.structs.replace(self, database=database)


class _Envelope(msgspec.Struct, frozen=True):
    """The checksum tells a damaged file from a wrong passphrase: to AES-GCM both look the same."""

    format: str
    sha256: str
    body: msgspec.Raw


class _Versioned(msgspec.Struct, frozen=True):
    version: int


def encode_slots(slots: SlotsFile) -> bytes:
    """The bytes of ``slots.json``."""
    body = msgspec.json.encode(slots)
    digest = hashlib.sha256(body).hexdigest()
    return msgspec.json.encode(_Envelope(_FORMAT, digest, msgspec.Raw(body)))


def decode_slots(raw: bytes) -> SlotsFile:
    """Read ``slots.json``.

    Raises:
        SlotsDamagedError: not ours, or the checksum does not hold.
        NewerVaultError: of a newer format.
    """
    try:
        envelope = msgspec.json.decode(raw, type=_Envelope)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise SlotsDamagedError from None
    body = bytes(envelope.body)
    if envelope.format != _FORMAT or hashlib.sha256(body).hexdigest() != envelope.sha256:
        raise SlotsDamagedError
    try:
        if msgspec.json.decode(body, type=_Versioned).version > SLOTS_VERSION:
            raise NewerVaultError
        slots = msgspec.json.decode(body, type=SlotsFile)
    except msgspec.DecodeError:
        raise SlotsDamagedError from None
    if Path(slots.database).name != slots.database:
        raise SlotsDamagedError
    return slots


class VaultLayout:
    """The paths of one vault."""

    def __init__(self, folder: Path) -> None:
        """Name the folder; it need not exist yet."""
        folder = folder.absolute()
        self.folder = folder
        self.slots = folder / "slots.json"
        self.slots_copy = folder / "slots.copy.json"
        self.creating = folder / "vault.creating"
        self.lock = folder / "vault.lock"

    def exists(self) -> bool:
        """Whether anything of a vault is here, whole or not."""
        return self.slots.exists() or self.slots_copy.exists() or self._orphaned()

    def load(self) -> SlotsFile:
        """Read the slots from ``slots.json`` or, where that is lost, from its copy.

        Raises:
            VaultAbsentError: nothing is here.
            SlotsMissingError: a database without slots.
            SlotsDamagedError: no copy can be read.
            NewerVaultError: of a newer format.
        """
        damaged = False
        for path in (self.slots, self.slots_copy):
            try:
                return decode_slots(path.read_bytes())
            except FileNotFoundError:
                continue
            except SlotsDamagedError:
                damaged = True
        if damaged:
            raise SlotsDamagedError
        raise SlotsMissingError if self._orphaned() else VaultAbsentError

    def begin_creation(self) -> None:
        """Clear away a creation that was cut off, and say that one is under way."""
        self.tidy(current="-")
        write_atomically(self.creating, [])

    def end_creation(self, slots: SlotsFile) -> None:
        """Commit the new vault."""
        self.save(slots)
        self.creating.unlink()

    def save(self, slots: SlotsFile) -> None:
        """Commit ``slots``: first ``slots.json``, then its copy."""
        raw = encode_slots(slots)
        write_atomically(self.slots, [raw])
        write_atomically(self.slots_copy, [raw])

    def heal(self, slots: SlotsFile) -> None:
        """After a successful opening: write again whichever slots file differs."""
        raw = encode_slots(slots)
        for path in (self.slots, self.slots_copy):
            if not path.exists() or path.read_bytes() != raw:
                write_atomically(path, [raw])

    def new_database(self) -> Path:
        """A free path for a database that is being built; it counts for nothing yet."""
        return self.folder / f"new-{secrets.token_hex(4)}.db"

    def final_name(self, building: Path) -> Path:
        """The path of a finished database that was built at ``building``."""
        return building.with_name(building.name.replace("new-", "vault-", 1))

    def tidy(self, current: str) -> None:
        """Remove what an interrupted migration, restore or write left behind."""
        for pattern in ("vault-*.db*", "new-*.db*", ".slots*.tmp"):
            for path in self.folder.glob(pattern):
                if not path.name.startswith(current):
                    path.unlink(missing_ok=True)
        self.creating.unlink(missing_ok=True)
        for path in self.folder.glob("trial-*"):
            shutil.rmtree(path, ignore_errors=True)

    def _orphaned(self) -> bool:
        """Whether a database is here that had slots once."""
        return any(self.folder.glob("vault-*.db")) and not self.creating.exists()
