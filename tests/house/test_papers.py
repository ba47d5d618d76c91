"""What the pages promise exists: commands, words in both languages, a changelog."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

from app import __version__, cli
from tests.house import translations

ROOT = Path(__file__).resolve().parent.parent.parent
PAGES = ["README.md", "CONTRIBUTING.md", "SECURITY.md", "benchmarks/README.md"]


def kbean(*words: str) -> subprocess.CompletedProcess[str]:
    """Run the command as a person would."""
    command = [sys.executable, "-m", "app", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_help_lists_every_command() -> None:
    done = kbean("--help")
    assert done.returncode == 0
    assert all(name in done.stdout for name in cli.COMMANDS)


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_every_command_explains_itself(name: str) -> None:
    done = kbean(name, "--help")
    assert done.returncode == 0, done.stderr
    assert f"usage: kbean {name}" in done.stdout
    assert not done.stderr


def test_the_version_is_said_once_and_the_same() -> None:
    assert kbean("--version").stdout == f"kbean {__version__}\n"
    assert f'version = "{__version__}"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("absent", "words", "extra"),
    [("numpy", ["scan", "x.png"], "scanner"), ("sqlalchemy", ["server", "--help"], "server")],
)
def test_a_part_that_is_not_installed_is_named(absent: str, words: list[str], extra: str) -> None:
    """A till has the SDK alone: the other commands say what they lack."""
    trial = (
        f"import sys; sys.modules[{absent!r}] = None; from app.cli import main; sys.exit(main())"
    )
    done = subprocess.run(
        [sys.executable, "-c", trial, *words], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert f'{absent} is not installed: pip install "kbean-wallet[{extra}]"' in done.stderr
    assert "Traceback" not in done.stderr


def test_a_wrong_call_is_refused_with_words() -> None:
    done = kbean("no-such-command")
    assert done.returncode == 2
    assert "no-such-command" in done.stderr


@pytest.mark.parametrize("page", PAGES)
def test_commands_on_the_pages_exist(page: str) -> None:
    specification = importlib.util.spec_from_file_location("dev", ROOT / "dev.py")
    assert specification is not None
    assert specification.loader is not None
    dev = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(dev)
    text = (ROOT / page).read_text(encoding="utf-8")
    doors = set(re.findall(r"python3 dev\.py (\w+)", text))
    assert doors <= {command.__name__ for command in dev.COMMANDS}
    assert set(re.findall(r"(?:`|^|\$ )kbean (\w+)", text, re.MULTILINE)) <= set(cli.COMMANDS)


@pytest.mark.parametrize("page", PAGES)
def test_links_inside_the_house_lead_somewhere(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    targets = re.findall(r"\]\((?!https?:|mailto:|#)([^)#]+)", text)
    assert not [target for target in targets if not (ROOT / page).parent.joinpath(target).exists()]


def test_readme_explains_every_door() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "python3 dev.py demo" in text
    assert "python3 dev.py test" in text
    assert all(f"kbean {name}" in text for name in cli.COMMANDS)


def test_changelog_has_a_place_for_the_next_change() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert "## [Unreleased]" in text


def test_words_are_complete_in_both_languages() -> None:
    assert not translations.faults(ROOT)


def test_compiled_words_are_there_for_the_window() -> None:
    for language in translations.CATALOGUES:
        compiled = translations.catalogue(ROOT, language).with_suffix(".qm")
        assert compiled.stat().st_size > 0, "python3 dev.py setup compiles them"
