"""The tools behind ``dev.py``: what they decide, without changing this machine."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house import floors, gates, machine, translations

ROOT = Path(__file__).resolve().parent.parent.parent


def test_an_older_python_is_told_what_it_needs() -> None:
    trial = "import sys, runpy; sys.version_info = (3, 10, 9); runpy.run_path('dev.py')"
    done = subprocess.run(
        [sys.executable, "-c", trial], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "needs Python 3.11 or newer; this is Python 3.10" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_door_needs_nothing_installed() -> None:
    """``-S -I`` leaves out everything but the standard library."""
    trial = f"import sys, runpy; sys.path.insert(0, {str(ROOT)!r}); runpy.run_path('dev.py')"
    done = subprocess.run(
        [sys.executable, "-S", "-I", "-c", trial],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_apt_sections_and_alternatives() -> None:
    text = "# words\n[run]\nliba | liba-t64 # why\nlibb\n\n[test]\nserver\n"
    assert machine.sections(text) == {
        "run": [("liba", "liba-t64"), ("libb",)],
        "test": [("server",)],
    }


def test_the_real_apt_list_has_its_sections_and_no_double() -> None:
    found = machine.sections((ROOT / "requirements/apt.txt").read_text(encoding="utf-8"))
    names = [name for packages in found.values() for names in packages for name in names]
    assert set(found) == {"run", "test", "bench"}
    assert len(names) == len(set(names))


@pytest.fixture
def debian(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine whose package tools write down how they were called; ``here`` is installed."""
    log = tmp_path / "calls"
    scripts = {
        "dpkg-query": 'for n in "$@"; do case $n in here*) echo "$n installed";; esac; done',
        "apt-cache": 'case "$*" in *known*) exit 0;; *) exit 100;; esac',
        "apt-get": f'echo "$@" >> {shlex.quote(str(log))}',
        "sudo": "exit 1",
    }
    for name, body in scripts.items():
        script = tmp_path / "bin" / name
        script.parent.mkdir(exist_ok=True)
        script.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
        script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}/usr/bin{os.pathsep}/bin")
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements/apt.txt").write_text(
        "[run]\nhere\nhere-t64 | other\nabsent-old | absent-known\n[test]\nabsent\n", "utf-8"
    )
    return tmp_path


def test_without_the_right_the_exact_command_is_printed(
    debian: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    machine.debian(debian, ["run", "test"])
    said = capsys.readouterr().out
    packages = "absent-known absent"
    install = f"sudo apt-get install -y --no-install-recommends {packages}"
    assert f"sudo apt-get update && {install}" in said
    assert not (debian / "calls").exists()


def test_what_is_there_is_not_asked_for_again(
    debian: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    (debian / "requirements/apt.txt").write_text("[run]\nhere\n", "utf-8")
    machine.debian(debian, ["run"])
    assert capsys.readouterr().out == ""


def test_only_hashed_wheels_and_no_index_in_the_locks() -> None:
    for name in machine.LOCKS:
        text = (ROOT / f"requirements/{name}.txt").read_text(encoding="utf-8")
        assert not re.search(r"^(--|-[a-z] )|https?://", text, re.MULTILINE), name
        blocks = re.split(r"^(?=[\w.-]+(?:\[.*?\])?==)", text, flags=re.MULTILINE)[1:]
        assert len(blocks) > 5
        assert all("--hash=sha256:" in block for block in blocks)


def test_the_smaller_locks_follow_the_big_one() -> None:
    def pins(name: str) -> set[str]:
        text = (ROOT / f"requirements/{name}.txt").read_text(encoding="utf-8")
        return set(re.findall(r"^([\w.-]+==[\w.]+)", text, re.MULTILINE))

    assert all(pins(name) <= pins("dev") for name in machine.LOCKS)
    assert not any(pin.startswith("pyside6") for pin in pins("server") | pins("sdk"))


CATALOGUE = """<?xml version="1.0" encoding="utf-8"?><TS version="2.1" language="zh_CN"><context>
<name>Page</name>{message}</context></TS>"""


def _message(source: str, translation: str, kind: str = "", forms: tuple[str, ...] = ()) -> str:
    inner = translation + "".join(f"<numerusform>{form}</numerusform>" for form in forms)
    numerus = ' numerus="yes"' if forms else ""
    return (
        f"<message{numerus}><source>{source}</source>"
        f"<translation{kind}>{inner}</translation></message>"
    )


@pytest.mark.parametrize(
    ("message", "fault"),
    [
        (_message("Pay", "付款"), ""),
        (_message("Pay", "付款", ' type="unfinished"'), "not translated"),
        (_message("Pay", ""), "empty"),
        (_message("Pay {amount}", "付 {sum}"), "fields"),
        (_message("Pay: ", "付款："), "space"),
        (_message("%n coins", "", forms=("%n 枚",)), ""),
        (_message("%n coins", "", forms=("%n 枚", "%n 枚")), "plural forms"),
        (_message("%n coins", "", forms=("几枚",)), "fields"),
    ],
)
def test_faults_of_a_catalogue(tmp_path: Path, message: str, fault: str) -> None:
    (tmp_path / "i18n").mkdir()
    whole = CATALOGUE.format(message=message)
    translations.catalogue(tmp_path, "zh_CN").write_text(whole, encoding="utf-8")
    translations.catalogue(tmp_path, "en").write_text(CATALOGUE.format(message=""), "utf-8")
    found = translations.faults(tmp_path)
    assert len(found) == bool(fault)
    assert all(fault in text for text in found)


def test_a_new_string_is_noticed_and_compiled(tmp_path: Path) -> None:
    window = tmp_path / "app/desktop/window.py"
    window.parent.mkdir(parents=True)
    window.write_text("class W(QObject):\n    def f(self):\n        self.tr('Pay')\n", "utf-8")
    (tmp_path / "i18n").mkdir()
    translations.extract(tmp_path, sys.executable)
    translations.compile_all(tmp_path, sys.executable)
    assert translations.catalogue(tmp_path, "zh_CN").with_suffix(".qm").exists()
    assert translations.stale(tmp_path, sys.executable) == []
    window.write_text(window.read_text("utf-8").replace("Pay", "Pay now"), "utf-8")
    assert translations.stale(tmp_path, sys.executable) == ["kbean_zh_CN.ts"]


def test_coverage_floors_add_up() -> None:
    def file(lines: int, run: int) -> dict[str, dict[str, int]]:
        return {
            "summary": {
                "num_statements": lines,
                "covered_lines": run,
                "num_branches": 0,
                "covered_branches": 0,
            }
        }

    report = {"files": {"app/protocol/a.py": file(90, 90), "app/protocol/b.py": file(10, 4)}}
    rows = {row.name: row for row in floors.measure(report)}
    assert rows["protocol"].measured == 94.0
    assert not rows["protocol"].reached
    assert rows["house"].reached
    assert not rows["ledger"].reached, "an empty floor holds nothing"


@pytest.mark.parametrize(
    "line",
    [
        "============ 3 passed in 0.12s ============",
        "= 1 failed, 2 passed, 1 warning in 65.30s (0:01:05) =",
        "12 passed in 2.65s",
        "===== no tests ran in 0.01s =====",
    ],
)
def test_pytests_closing_line_is_recognised(line: str) -> None:
    assert gates.CLOSING.match(line)


def test_every_line_of_a_test_run_is_shown_and_the_code_is_kept(
    capsys: pytest.CaptureFixture[str],
) -> None:
    body = "print('one'); print('== 2 failed, 1 passed in 0.10s =='); raise SystemExit(3)"
    assert gates._stream([sys.executable, "-c", body], ROOT) == (
        3,
        "== 2 failed, 1 passed in 0.10s ==",
    )
    assert capsys.readouterr().out.startswith("one\n")


@pytest.mark.parametrize(
    ("answer", "passed", "note"),
    [
        ({"dependencies": [{"name": "a", "version": "1", "vulns": []}]}, True, "1 asked about"),
        (
            {
                "dependencies": [
                    {
                        "name": "a",
                        "version": "1",
                        "vulns": [{"id": "X-1", "fix_versions": ["2"]}],
                    }
                ]
            },
            False,
            "1 asked about",
        ),
        (
            {"dependencies": [{"name": "a", "skip_reason": "not found"}]},
            True,
            "NOT ASKED: the advisory service knows none of 1 packages",
        ),
        (None, True, "NOT ASKED: no network"),
    ],
)
def test_advisories(tmp_path: Path, answer: object, passed: bool, note: str) -> None:
    program = tmp_path / "pip-audit"
    body = f"print({json.dumps(answer)!r})" if answer else "raise SystemExit('no network')"
    program.write_text(f"#!{sys.executable}\n{body}\n", encoding="utf-8")
    program.chmod(0o755)
    verdict = gates._advisories(tmp_path, tmp_path)
    assert (verdict.passed, verdict.note) == (passed, note)
    assert ("X-1" in verdict.output) == (not passed)


@pytest.mark.parametrize(
    ("note", "few"),
    [
        ("3845 passed in 700.00s", 0),
        ("2 failed, 3840 passed in 700.00s", 2),
        ("3845 passed, 1 error in 700.00s (0:11:40)", 1),
        ("1 failed, 3840 passed, 2 errors in 700.00s", 3),
        ("9 failed, 3840 passed in 700.00s", 0),
        ("1 failed, 812 passed in 90.00s", 0),
        ("", 0),
    ],
)
def test_only_a_few_failures_of_a_whole_run_are_asked_again(note: str, few: int) -> None:
    assert gates.second_chance(note) == few
