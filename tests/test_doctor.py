"""``kbean doctor`` tells the truth about this machine, and never falls over."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from app import doctor
from app.cli import main


def test_json_names_every_part_and_the_exit_code_agrees() -> None:
    command = [sys.executable, "-m", "app", "doctor", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    document = json.loads(done.stdout)
    parts = {finding["part"]: finding for finding in document["findings"]}
    assert {"Python", "Qt", "code reader zbar", "SQLCipher", "keychain", "TLS", "clock"} <= set(
        parts
    )
    assert document["ok"] == (done.returncode == 0)
    assert parts["Python"]["words"].startswith(".".join(map(str, sys.version_info[:3])))
    assert parts["SQLCipher"]["status"] == "ok"
    assert parts["code reader zxing-cpp"]["words"].endswith("reads what it writes")


def test_the_page_for_people_has_one_line_a_part(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["doctor"])
    lines = [line for line in capsys.readouterr().out.splitlines() if "→" not in line]
    assert code in (0, 1)
    assert len(lines) == len(doctor.examine())


def test_the_qt_that_crashes_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "_version", lambda distribution: "6.12.0")
    qt = next(finding for finding in doctor.examine() if finding.part == "Qt")
    assert qt.status == "broken"
    assert "6.12.0" in qt.words
    assert "<6.12" in qt.advice


def test_parts_that_are_not_installed_say_how_to_get_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "_version", lambda distribution: None)
    missing = {f.part: f.advice for f in doctor.examine() if f.status == "missing"}
    assert missing["Qt"] == 'pip install "kbean-wallet[desktop]"'
    assert missing["SQLCipher"] == 'pip install "kbean-wallet[wallet]"'
    assert missing["PostgreSQL of the service"] == 'pip install "kbean-wallet[server]"'


def test_a_look_that_fails_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails() -> doctor.Finding:
        raise OSError("no such thing")

    monkeypatch.setattr(doctor, "_keychain", fails)
    keychain = next(finding for finding in doctor.examine() if finding.part == "keychain")
    assert keychain.status == "broken"
    assert "no such thing" in keychain.words
