from __future__ import annotations

import stat
import sys
from pathlib import Path

import platformdirs
import pytest

from app.wallet.profile import Profile
from app.wallet.vault.files import write_atomically


def test_a_given_folder_is_used_and_nothing_else(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    profile = Profile.at("mine")
    assert profile.root == tmp_path / "mine"
    assert not profile.root.exists()
    assert profile.prepare() is profile
    assert profile.vault == tmp_path / "mine" / "vault"
    assert {path.name for path in profile.root.iterdir()} == {"vault", "logs"}
    if sys.platform != "win32":
        assert stat.S_IMODE(profile.root.stat().st_mode) == 0o700


def test_a_tilde_is_the_persons_home(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert Profile.at("~/w").root == tmp_path / "w"


def test_without_a_folder_it_is_the_systems_place():
    root = Profile.at(None).root
    assert root.is_absolute()
    assert root == Path(platformdirs.user_data_dir("KBeanWallet", appauthor=False))


def test_an_atomic_write_that_fails_keeps_the_old_file_and_no_litter(tmp_path):
    path = tmp_path / "file"
    write_atomically(path, [b"old"])

    def breaking():
        yield b"ne"
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        write_atomically(path, breaking())
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["file"]
