"""``kbean server staff`` on a real database."""

from __future__ import annotations

import asyncio
import io
import json
import sys
from pathlib import Path
from typing import Any

import pyotp
import pytest

from app.cli import main
from app.protocol.errors import KBeanError
from app.server.command_staff import read_passphrase
from tests.server.staff import STAFF_PASSPHRASE, code_at, sign_in_raw
from tests.server.world import code_of, settings, world


def run(folder: Path, *words: str) -> int:
    return main(["server", "--data-dir", str(folder), "staff", *words])


def test_a_member_is_added_listed_given_a_new_factor_and_disabled(
    sqlite: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
):
    assert settings(tmp_path).database.endswith(sqlite.removeprefix("sqlite:///"))

    def told() -> Any:
        return json.loads(capsys.readouterr().out)

    words = ("add", "li.wei", "--roles", "agent,senior", "--skills", "cards", "--languages", "zh")
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{STAFF_PASSPHRASE}\n"))
    assert run(tmp_path, *words, "--display-name", "李伟") == 0
    written = capsys.readouterr()
    assert STAFF_PASSPHRASE not in written.out + written.err
    shown = json.loads(written.out)
    assert pyotp.parse_uri(shown["uri"]).secret == shown["secret"]
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{STAFF_PASSPHRASE}\n"))
    assert run(tmp_path, *words) == 1
    assert "staff_name_taken" in capsys.readouterr().err
    assert run(tmp_path, "list") == 0
    (member,) = told()["staff"]
    assert (member["name"], member["display_name"]) == ("li.wei", "李伟")
    assert (member["roles"], member["skills"]) == (["agent", "senior"], ["cards"])
    assert run(tmp_path, "totp", "li.wei") == 0
    fresh = told()
    assert fresh["secret"] != shown["secret"]

    async def sign_in() -> None:
        async with world(tmp_path, sqlite) as shop:
            old = await sign_in_raw(shop, "li.wei", code_at(shown["secret"]))
            assert code_of(old) == "staff_credentials_wrong"
            answer = await sign_in_raw(shop, "li.wei", code_at(fresh["secret"]))
            assert answer.status_code == 201, answer.text

    asyncio.run(sign_in())
    assert run(tmp_path, "disable", "li.wei") == 0
    capsys.readouterr()
    assert run(tmp_path, "list") == 0
    assert told()["staff"] == []


def test_a_passphrase_comes_from_the_terminal_twice_or_from_standard_input(
    monkeypatch: pytest.MonkeyPatch,
):
    class Terminal:
        def isatty(self) -> bool:
            return True

    typed = iter(["one thing", "another", "the same", "the same"])
    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.setattr("getpass.getpass", lambda _prompt: next(typed))
    with pytest.raises(KBeanError, match="differ"):
        read_passphrase()
    assert read_passphrase() == "the same"


def test_no_passphrase_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    empty = tmp_path / "empty"
    empty.write_text("\n")
    with empty.open() as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        with pytest.raises(KBeanError, match="needed"):
            read_passphrase()
