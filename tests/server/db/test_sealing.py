"""Sealing: only what was sealed for a place opens there, with any key of the file."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.server.db.sealing import Sealer, SealError

ONE, TWO = bytes(range(32)), bytes(range(32, 64))


@given(data=st.binary(max_size=200), context=st.text(max_size=40))
def test_what_was_sealed_opens_in_its_place_alone(data: bytes, context: str):
    sealer = Sealer({"f1": ONE}, "f1")
    sealed = sealer.seal(data, context)
    assert sealer.open(sealed, context) == data
    assert sealed != sealer.seal(data, context)
    with pytest.raises(SealError):
        sealer.open(sealed, context + "x")


@given(where=st.integers(min_value=0), bit=st.integers(0, 7))
def test_a_changed_bit_is_noticed(where: int, bit: int):
    sealer = Sealer({"f1": ONE}, "f1")
    sealed = bytearray(sealer.seal(b"said in confidence", "message:1"))
    sealed[where % len(sealed)] ^= 1 << bit
    with pytest.raises(SealError):
        sealer.open(bytes(sealed), "message:1")


def test_old_keys_still_open_and_unknown_ones_do_not():
    old = Sealer({"f1": ONE}, "f1").seal(b"old", "x")
    both = Sealer({"f1": ONE, "f2": TWO}, "f2")
    assert both.open(old, "x") == b"old"
    new = both.seal(b"new", "x")
    assert new[2:4] == b"f2"
    with pytest.raises(SealError, match="not in the key file"):
        Sealer({"f1": ONE}, "f1").open(new, "x")


@pytest.mark.parametrize("sealed", [b"", b"\x01", b"\x02\x02f1", b"\x01\x02f1", b"\x01\xff"])
def test_what_is_no_sealed_value_is_refused(sealed: bytes):
    with pytest.raises(SealError):
        Sealer({"f1": ONE}, "f1").open(sealed, "x")


@pytest.mark.parametrize(("keys", "current"), [({"f1": ONE}, "f2"), ({"f1": os.urandom(16)}, "f1")])
def test_keys_have_32_bytes_and_one_is_current(keys: dict[str, bytes], current: str):
    with pytest.raises(ValueError, match="32 bytes"):
        Sealer(keys, current)
