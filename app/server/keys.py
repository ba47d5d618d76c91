"""The service's secrets: signing keys, the access tokens' secret, and the keys that seal fields.

They live in one JSON file that only its owner may read. Keys rotate by adding a new one: the
newest of a purpose signs, the older ones stay in the file so that what they signed still verifies
and stays published (``GET /v1/service``).
"""

from __future__ import annotations

import hmac
import os
import secrets
import stat
import sys
import time
from pathlib import Path
from typing import Literal

import msgspec

from app.protocol.messages.identity import ServiceKey
from app.protocol.signing import SigningKey, decode_bytes, encode_bytes
from app.server.config import ConfigError
from app.server.db.sealing import KEY_BYTES, Sealer

Purpose = Literal["receipt", "code"]


class KeyRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One signing key as it stands in the file. Times are Unix milliseconds."""

    key_id: str
    purpose: Purpose
    seed: str
    valid_from: int
    valid_to: int | None = None

    def __repr__(self) -> str:
        return f"KeyRecord(key_id={self.key_id!r}, purpose={self.purpose!r})"


class FieldKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One key that seals what people wrote (:mod:`app.server.db.sealing`)."""

    key_id: str
    secret: str
    valid_from: int

    def __repr__(self) -> str:
        return f"FieldKey(key_id={self.key_id!r})"


class KeyFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file. ``origin`` says which mode made it: demo keys never serve production."""

    origin: Literal["demo", "production"]
    token_secret: str
    keys: list[KeyRecord]
    version: Literal[1] = 1
    field_keys: list[FieldKey] = []

    def __repr__(self) -> str:
        return f"KeyFile(origin={self.origin!r}, keys={self.keys!r})"


class ServiceKeys:
    """The opened key file: signs with the newest key of a purpose, knows all public halves."""

    def __init__(self, file: KeyFile) -> None:
        """Unpack the records.

        Raises:
            ConfigError: if a purpose has no key or a seed is broken.
        """
        self.file = file
        try:
            self.token_secret = decode_bytes(file.token_secret)
            pairs = [(record, SigningKey(decode_bytes(record.seed))) for record in file.keys]
        except ValueError as error:
            raise ConfigError("the key file holds a broken key") from error
        if len(self.token_secret) < 32:
            raise ConfigError("the key file's token secret is too short")
        self.sealer = _sealer(file)
        self.published = [
            ServiceKey(
                key_id=record.key_id,
                purpose=record.purpose,
                public_key=key.public,
                valid_from=record.valid_from,
                valid_to=record.valid_to,
            )
            for record, key in pairs
        ]
        self.receipt_key_id, self.receipt = _newest(pairs, "receipt")
        self.code_key_id, self.code = _newest(pairs, "code")
        self.code_publics = {
            record.key_id: key.public for record, key in pairs if record.purpose == "code"
        }
        self.receipt_publics = {
            record.key_id: key.public for record, key in pairs if record.purpose == "receipt"
        }


def _sealer(file: KeyFile) -> Sealer:
    if not file.field_keys:
        raise ConfigError("the key file has no field key")
    newest = max(file.field_keys, key=lambda key: key.valid_from)
    try:
        keys = {key.key_id: decode_bytes(key.secret) for key in file.field_keys}
        return Sealer(keys, newest.key_id)
    except ValueError as error:
        raise ConfigError("the key file holds a broken field key") from error


def _newest(pairs: list[tuple[KeyRecord, SigningKey]], purpose: Purpose) -> tuple[str, SigningKey]:
    mine = [pair for pair in pairs if pair[0].purpose == purpose and pair[0].valid_to is None]
    if not mine:
        raise ConfigError(f"the key file has no valid key for {purpose}s")
    record, key = max(mine, key=lambda pair: pair[0].valid_from)
    return record.key_id, key


def _record(purpose: Purpose, now_ms: int) -> KeyRecord:
    key = SigningKey.generate()
    return KeyRecord(
        # Short, because it stands in every printed code.
        key_id=f"{purpose[0]}{secrets.token_hex(4)}",
        purpose=purpose,
        seed=encode_bytes(key.seed),
        valid_from=now_ms,
    )


def make_keys(origin: Literal["demo", "production"]) -> KeyFile:
    """Make a fresh set of secrets."""
    now_ms = time.time_ns() // 1_000_000
    return KeyFile(
        origin=origin,
        token_secret=encode_bytes(secrets.token_bytes(32)),
        keys=[_record("receipt", now_ms), _record("code", now_ms)],
        field_keys=[_field_key(secrets.token_bytes(KEY_BYTES), now_ms)],
    )


def _field_key(secret: bytes, now_ms: int) -> FieldKey:
    key_id = f"f{hmac.digest(secret, b'key id', 'sha256').hex()[:8]}"
    return FieldKey(key_id, encode_bytes(secret), now_ms)


def with_field_key(file: KeyFile) -> KeyFile:
    """A file of a program that knew no field keys, with its first one.

    The key follows from the token secret, so that processes and nodes that find the same old file
    at the same moment all add the same key.
    """
    if file.field_keys:
        return file
    try:
        secret = hmac.digest(decode_bytes(file.token_secret), b"field key", "sha256")
    except ValueError as error:
        raise ConfigError("the key file holds a broken key") from error
    since = min((record.valid_from for record in file.keys), default=0)
    return msgspec.structs.replace(file, field_keys=[_field_key(secret, since)])


def rotated(file: KeyFile, purpose: Purpose | Literal["field"]) -> KeyFile:
    """The same file with a new key for ``purpose``; the old ones still verify, but sign no more.

    An old field key still opens what it sealed.
    """
    now_ms = time.time_ns() // 1_000_000
    if purpose == "field":
        made = _field_key(secrets.token_bytes(KEY_BYTES), now_ms)
        return msgspec.structs.replace(file, field_keys=[*file.field_keys, made])
    kept = [
        msgspec.structs.replace(record, valid_to=now_ms)
        if record.purpose == purpose and record.valid_to is None
        else record
        for record in file.keys
    ]
    return msgspec.structs.replace(file, keys=[*kept, _record(purpose, now_ms)])


def write_keys(path: Path, file: KeyFile, *, replace: bool = False) -> None:
    """Write the file, readable by its owner alone from its first byte on, and atomically.

    Raises:
        ConfigError: if it exists already (unless ``replace``) or cannot be written.
    """
    if path.exists() and not replace:
        raise ConfigError(f"{path} exists already; its keys are in use")
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as out:
            out.write(msgspec.json.format(msgspec.json.encode(file), indent=2) + b"\n")
            out.flush()
            os.fsync(out.fileno())
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise ConfigError(f"{path} cannot be written: {error.strerror}") from error


def read_keys(path: Path, mode: Literal["demo", "production"]) -> ServiceKeys:
    """Open the key file; a demo without one makes its own.

    Raises:
        ConfigError: if it is missing (production), open to others, broken, or a demo's in
            production.
    """
    if not path.exists():
        if mode == "production":
            raise ConfigError(f"{path} does not exist: make it with `kbean server init`")
        write_keys(path, make_keys("demo"))
    try:
        state = path.stat()
        file = msgspec.json.decode(path.read_bytes(), type=KeyFile)
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}") from error
    except msgspec.MsgspecError as error:
        raise ConfigError(f"{path} is not a key file") from error
    if sys.platform != "win32" and stat.S_IMODE(state.st_mode) & 0o077:
        raise ConfigError(f"{path} can be read by others: set its permissions to 0600")
    if mode == "production" and file.origin != "production":
        raise ConfigError(f"{path} was made by a demo: make new keys with `kbean server init`")
    whole = with_field_key(file)
    if whole is not file:
        write_keys(path, whole, replace=True)
    return ServiceKeys(whole)
