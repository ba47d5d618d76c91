"""The gates of ``tests/conftest.py`` catch what they are there for."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

NOISY = {
    "warning": "import warnings; warnings.warn('stray')",
    "log": "import logging; logging.getLogger('x').error('stray')",
    "log_warning": "import logging; logging.getLogger('x').warning('stray')",
    "qt": "from PySide6.QtCore import qWarning; qWarning('stray')",
    "unraisable": "type('Bad', (), {'__del__': lambda self: 1 / 0})()",
    "thread": "import threading; t = threading.Thread(target=lambda: 1 / 0); t.start(); t.join()",
    "unmet_log": "expect_log('never comes')",
    "unmet_qt": "expect_qt('never comes')",
}
QUIET = {
    "expected_log": "import logging; expect_log('st.ay'); logging.getLogger('x').error('stray')",
    "expected_qt": "from PySide6.QtCore import qWarning; expect_qt('st.ay'); qWarning('stray')",
    "silence": "pass",
}


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bool]:
    """Run every snippet as a test of its own, under the real conftest; name → passed."""
    root = Path(__file__).resolve().parent.parent.parent
    folder = tmp_path_factory.mktemp("noise")
    (folder / "conftest.py").write_bytes((root / "tests/conftest.py").read_bytes())
    source = "".join(
        f"def test_{name}(expect_log, expect_qt):\n    {body}\n\n"
        for name, body in (NOISY | QUIET).items()
    )
    (folder / "test_noise.py").write_text(source, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-c", str(root / "pyproject.toml"), "-rA", "-q"]
    command += ["-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:cov", "--tb=no"]
    environment = {name: value for name, value in os.environ.items() if "PYTEST" not in name}
    done = subprocess.run(
        [*command, f"--rootdir={folder}", str(folder)],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return {
        name: not any(
            line.startswith(("FAILED", "ERROR")) and line.split(" - ")[0].endswith(f"::test_{name}")
            for line in done.stdout.splitlines()
        )
        and f"::test_{name}" in done.stdout
        for name in NOISY | QUIET
    }


@pytest.mark.parametrize("name", NOISY)
def test_noise_fails_the_test_that_made_it(outcomes: dict[str, bool], name: str) -> None:
    assert not outcomes[name]


@pytest.mark.parametrize("name", QUIET)
def test_expected_noise_and_silence_pass(outcomes: dict[str, bool], name: str) -> None:
    assert outcomes[name]


def test_the_home_folder_is_not_the_persons(tmp_path: Path) -> None:
    assert Path.home().name.startswith("kbean-tests-")
    assert all("kbean-tests-" in os.environ[name] for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME"))
