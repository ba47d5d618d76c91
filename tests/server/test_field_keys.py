"""Field keys in the key file: made, added to older files, rotated."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest

from app.server.config import ConfigError
from app.server.keys import (
    ServiceKeys,
    make_keys,
    read_keys,
    rotated,
    with_field_key,
    write_keys,
)


def older(path: Path) -> None:
    """A file as it was before there were field keys."""
    write_keys(path, msgspec.structs.replace(make_keys("demo"), field_keys=[]))


def test_an_older_file_gets_its_field_key_once(tmp_path: Path):
    path = tmp_path / "keys.json"
    older(path)
    before = path.read_bytes()
    sealed = read_keys(path, "demo").sealer.seal(b"hello", "x")
    after = path.read_bytes()
    assert after != before
    assert path.stat().st_mode & 0o077 == 0
    assert read_keys(path, "demo").sealer.open(sealed, "x") == b"hello"
    assert path.read_bytes() == after
    assert [found.name for found in tmp_path.iterdir()] == ["keys.json"]


def test_processes_that_start_together_add_the_same_key(tmp_path: Path):
    path = tmp_path / "keys.json"
    older(path)
    with ThreadPoolExecutor(8) as pool:
        read = list(pool.map(lambda _: read_keys(path, "demo"), range(8)))
    sealed = [keys.sealer.seal(b"x", "x") for keys in read]
    last = read_keys(path, "demo")
    assert len(last.file.field_keys) == 1
    assert [last.sealer.open(one, "x") for one in sealed] == [b"x"] * 8


def test_a_rotated_field_key_seals_and_the_old_one_opens():
    file = make_keys("demo")
    sealed = ServiceKeys(file).sealer.seal(b"old", "x")
    again = rotated(file, "field")
    assert len(again.field_keys) == 2
    assert again.keys == file.keys
    newer = msgspec.structs.replace(
        again.field_keys[-1], valid_from=again.field_keys[0].valid_from + 1
    )
    keys = ServiceKeys(msgspec.structs.replace(again, field_keys=[again.field_keys[0], newer]))
    assert keys.sealer.open(sealed, "x") == b"old"
    assert newer.key_id.encode() in keys.sealer.seal(b"new", "x")[:12]


def test_broken_field_keys_are_refused_and_none_is_shown():
    file = make_keys("demo")
    with pytest.raises(ConfigError, match="no field key"):
        ServiceKeys(msgspec.structs.replace(file, field_keys=[]))
    short = msgspec.structs.replace(file.field_keys[0], secret="AAAA")
    with pytest.raises(ConfigError, match="broken field key"):
        ServiceKeys(msgspec.structs.replace(file, field_keys=[short]))
    with pytest.raises(ConfigError, match="broken key"):
        with_field_key(msgspec.structs.replace(file, field_keys=[], token_secret="!"))
    assert file.field_keys[0].secret not in repr(file.field_keys[0])
