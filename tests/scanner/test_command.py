"""``kbean scan`` as a person and a script use it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.cli import main
from tests.scanner.drawing import on_paper, qr


@pytest.fixture(name="read")
def read_fixture(tmp_path: Path) -> Path:
    path = tmp_path / "two codes.png"
    Image.fromarray(on_paper([(qr("第二"), 500, 80), (qr("first"), 60, 60)])).save(path)
    return path


@pytest.fixture(name="blank")
def blank_fixture(tmp_path: Path) -> Path:
    path = tmp_path / "blank.png"
    Image.fromarray(np.full((200, 300), 200, np.uint8)).save(path)
    return path


@pytest.mark.parametrize("live", [[], ["--live"]])
def test_json_is_one_object_a_picture_one_a_line(
    read: Path, blank: Path, capsys: pytest.CaptureFixture[str], live: list[str]
) -> None:
    assert main(["scan", "--json", *live, str(read), str(blank)]) == 1
    first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert set(first) == {"file", "codes", "ms"}
    assert first["file"] == str(read)
    assert [code["text"] for code in first["codes"]] == ["first", "第二"]
    assert all(set(code) == {"text", "format", "corners"} for code in first["codes"])
    assert {code["format"] for code in first["codes"]} == {"QRCode"}
    corners = np.array(first["codes"][0]["corners"])
    assert corners.shape == (4, 2)
    assert np.abs(corners - [(76, 76), (160, 76), (160, 160), (76, 160)]).max() <= 8
    assert first["ms"] > 0
    assert second["codes"] == []
    assert "error" not in second


def test_all_read_is_success(read: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scan", str(read)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"{read}: QRCode: first",
        f"{read}: QRCode: 第二",
    ]


def test_bad_files_say_so_and_do_not_stop_the_others(
    read: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    note = tmp_path / "note.txt"
    note.write_text("a note")
    assert main(["scan", "--json", str(note), str(tmp_path), str(read)]) == 1
    bad, folder, good = map(json.loads, capsys.readouterr().out.splitlines())
    assert bad["codes"] == []
    assert bad["error"]["code"] == "picture_unknown"
    assert folder["error"] == {
        "code": "picture_folder",
        "message": "this is a folder, not a picture",
    }
    assert len(good["codes"]) == 2
    assert main(["scan", str(note), str(tmp_path / "none.png")]) == 1
    said = capsys.readouterr().err
    assert "not a picture" in said
    assert "there is no such file" in said


def test_bars_are_read_when_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import zxingcpp

    from tests.scanner.drawing import written

    path = tmp_path / "payer.png"
    bars = written("881234567897593846", zxingcpp.BarcodeFormat.Code128, 2)
    Image.fromarray(bars).save(path)
    assert main(["scan", "--json", str(path)]) == 1
    assert json.loads(capsys.readouterr().out)["codes"] == []
    assert main(["scan", "--json", "--bars", str(path)]) == 0
    code = json.loads(capsys.readouterr().out)["codes"][0]
    assert (code["text"], code["format"]) == ("881234567897593846", "Code128")


def test_wrong_usage_is_2(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["scan", "--nonsense"])
    assert stopped.value.code == 2
    assert "usage: kbean scan" in capsys.readouterr().err


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *words], capture_output=True, text=True, check=False, encoding="utf-8"
    )


def test_it_loads_no_window_and_no_service(read: Path) -> None:
    script = (
        "import sys; from app.cli import main; main(['scan', sys.argv[1]]);"
        "print([m for m in sys.modules"
        " if m.partition('.')[0] in {'PySide6', 'sqlalchemy', 'litestar', 'httpx', 'sqlcipher3'}"
        " or m.startswith(('app.desktop', 'app.server', 'app.wallet', 'app.sdk'))])"
    )
    done = run("-c", script, str(read))
    assert done.stdout.splitlines()[-1] == "[]", done.stderr


def test_help_loads_nothing_heavy() -> None:
    script = (
        "import sys; from app.cli import main\n"
        "try: main(['scan', '--help'])\n"
        "except SystemExit:\n"
        "    print(sorted({'numpy', 'PIL', 'zxingcpp', 'pyzbar'} & set(sys.modules)))"
    )
    done = run("-c", script)
    assert "Exit codes" in done.stdout
    assert done.stdout.splitlines()[-1] == "[]"


def test_without_the_zbar_library_the_scanner_goes_on(read: Path) -> None:
    script = (
        "import ctypes.util, sys\n"
        "ctypes.util.find_library = lambda name: None\n"  # as on a Mac without Homebrew
        "from app.scanner import load_grey, scan_still, zbar_status\n"
        "status = zbar_status()\n"
        "print(status.available, status.version == '', 'zbar' in status.reason)\n"
        "print(len(scan_still(load_grey(sys.argv[1]))))\n"
    )
    done = run("-c", script, str(read))
    assert done.stdout.split() == ["False", "True", "True", "2"], done.stderr
