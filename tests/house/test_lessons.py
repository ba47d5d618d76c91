"""Lessons turned into checks, each with its reason beside it (qutebrowser's habit, design/6)."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent

TOP_LEVEL = {
    *(".ci", "app", "resources", "i18n", "tests", "benchmarks", "requirements"),
    *("dev.py", "pyproject.toml", "build.spec", ".gitignore"),
    *("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "LICENSE"),
}
"""design/2: the layout is the architecture."""

LONGEST_MODULE = 400
BINARY = {".png", ".jpg", ".jpeg", ".webp", ".ico", ".icns", ".ttf", ".otf", ".wav", ".ogg", ".db"}


@cache
def tracked() -> tuple[Path, ...]:
    """Every file that git knows and that is there."""
    answer = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    paths = [ROOT / name for name in answer.stdout.decode().split("\0") if name]
    return tuple(path for path in paths if path.is_file())


def texts() -> Iterator[tuple[str, str]]:
    """(path, text) of every tracked file that is text."""
    for path in tracked():
        if path.suffix not in BINARY:
            yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")


@cache
def modules() -> dict[str, tuple[str, ast.Module]]:
    """Path → (source, tree) of every tracked Python module."""
    return {name: (source, ast.parse(source)) for name, source in texts() if name.endswith(".py")}


def under(*folders: str) -> Iterator[tuple[str, ast.Module]]:
    """The trees below some folders."""
    return ((name, tree) for name, (_, tree) in modules().items() if name.startswith(folders))


def called(node: ast.AST) -> str:
    """``time.sleep`` for a call of it; empty for what is no call by name."""
    return ast.unparse(node.func) if isinstance(node, ast.Call) else ""


def test_the_top_level_is_as_drawn() -> None:
    found = {path.relative_to(ROOT).parts[0] for path in tracked()}
    assert found == TOP_LEVEL


FORBIDDEN = {
    # A lock or a page that names an index binds everybody to it, and breaks behind a mirror.
    "a package registry's host": r"pypi\.(org|python)|pythonhosted|npmjs\.|deb\.debian\.org",
    # A path of one machine works on no other.
    "a path of one machine": r"(?<![\w.~}/-])/(work|root|opt/pypi|opt/wheels|home/\w+|Users/\w+)/",
    # What is worth doing is an issue; what is not is noise.
    "unfinished work": r"\b(TODO|FIXME|HACK)\b",
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_file_names(what: str) -> None:
    pattern = re.compile(FORBIDDEN[what])
    here = Path(__file__).relative_to(ROOT).as_posix()
    found = [
        f"{name}:{number}: {line.strip()[:120]}"
        for name, text in texts()
        if name != here
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]
    assert not found, "\n".join(found)


def test_modules_are_short() -> None:
    """Long modules hide several things in one name."""
    long = {
        name: source.count("\n")
        for name, (source, _) in modules().items()
        if source.count("\n") > LONGEST_MODULE
    }
    assert not long


def test_annotations_are_postponed() -> None:
    """One habit everywhere: no evaluation at import, forward names without quotes."""
    missing = [
        name
        for name, (source, tree) in modules().items()
        if "from __future__ import annotations" not in source
        and any(isinstance(node, (ast.FunctionDef, ast.AnnAssign)) for node in ast.walk(tree))
    ]
    assert not missing


def test_colours_live_in_the_theme() -> None:
    """A widget with a hex value is wrong in the other theme and in high contrast."""
    colour = re.compile(r"#[0-9a-fA-F]{3}(?:[0-9a-fA-F]{3}(?:[0-9a-fA-F]{2})?)?\b")
    found = [
        f"{name}:{node.lineno}: {node.value!r}"
        for name, tree in under("app/desktop/")
        if not name.startswith("app/desktop/theme/")
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and colour.search(node.value)
    ]
    assert not found, "\n".join(found)


def test_nothing_modal_runs_its_own_loop() -> None:
    """``exec()`` inside an asynchronous flow lets the flow go on behind the dialog's back."""
    found = [
        f"{name}:{node.lineno}: {called(node)}"
        for name, tree in under("app/desktop/")
        if not name.startswith("app/desktop/shots")  # a tool that takes pictures, not the wallet
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and re.search(r"\.exec_?$", called(node))
        and not re.search(
            r"(^|\.)(app|application|QApplication|QCoreApplication)\.exec$", called(node)
        )
    ]
    assert not found, "\n".join(found)


def test_system_dialogs_go_through_ours() -> None:
    """Our own boxes have a test seam and names for screen readers (design/6)."""
    found = [
        f"{name}: {called(node)}"
        for name, tree in under("app/desktop/")
        if name != "app/desktop/dialogs.py"
        for node in ast.walk(tree)
        if re.match(r"(QtWidgets\.)?Q(MessageBox|FileDialog|InputDialog)\b", called(node))
    ]
    assert not found, "\n".join(found)


def test_money_is_never_a_float() -> None:
    """design/3 §Amounts: integers in minor units."""
    found = [
        f"{name}:{getattr(node, 'lineno', 0)}"
        for name, tree in under("app/protocol/money.py", "app/server/ledger/", "app/server/points/")
        for node in ast.walk(tree)
        if called(node) == "float"
    ]
    assert not found, "\n".join(found)


def test_workarounds_carry_their_link() -> None:
    """Without the upstream thread nobody knows when a workaround may go."""
    found = []
    for name, (source, _) in modules().items():
        lines = source.splitlines()
        for number, line in enumerate(lines):
            near = " ".join(lines[number : number + 4])
            if "WORK" + "AROUND" in line and not re.search(r"https://|\w+/[\w.-]+#\d+", near):
                found.append(f"{name}:{number + 1}")
    assert not found, "\n".join(found)


def _sleeps(tree: ast.AST, in_loop: bool = False) -> Iterator[tuple[int, str]]:
    """Fixed waits: Qt's always; a plain sleep anywhere but in a loop that polls a condition."""
    for node in ast.iter_child_nodes(tree):
        name = called(node)
        line = getattr(node, "lineno", 0)
        if re.search(r"(qtbot\.wait|\bqWait|\bmsleep)$", name):
            yield line, name
        elif name in {"time.sleep", "asyncio.sleep", "anyio.sleep", "sleep"}:
            argument = node.args[0] if isinstance(node, ast.Call) and node.args else None
            seconds = ast.literal_eval(argument) if isinstance(argument, ast.Constant) else None
            if seconds != 0 and not (in_loop and seconds is not None and seconds <= 0.1):
                yield line, name
        yield from _sleeps(node, in_loop or isinstance(node, (ast.While, ast.For, ast.AsyncFor)))


def test_no_test_sleeps_for_a_fixed_time() -> None:
    """A fixed wait is too long on a fast machine and too short on a slow one."""
    found = [
        f"{name}:{line}: {call}"
        for name, tree in under("tests/")
        if not name.startswith("tests/house/")
        for line, call in _sleeps(tree)
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("source", "caught"),
    [
        ("time.sleep(1)", True),
        ("for x in y:\n    asyncio.sleep(2)", True),
        ("async def f():\n    await asyncio.sleep(0.2)", True),
        ("qtbot.wait(10)", True),
        ("while not done():\n    time.sleep(0.02)", False),
        ("asyncio.sleep(0)", False),
        ("qtbot.waitUntil(done)", False),
    ],
)
def test_the_sleep_check_itself(source: str, caught: bool) -> None:
    assert bool(list(_sleeps(ast.parse(source)))) is caught


def test_no_test_is_switched_off() -> None:
    """A skipped test is a gate left open."""
    found = [
        f"{name}:{getattr(node, 'lineno', 0)}"
        for name, tree in under("tests/")
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and re.fullmatch(
            r"pytest\.(skip|importorskip|xfail|mark\.(skip|skipif|xfail))", ast.unparse(node)
        )
    ]
    assert not found, "\n".join(found)


def test_tests_do_not_patch_objects_behind_a_mock() -> None:
    """A mock answers what we believe; fakes stand only behind the platform interfaces."""
    found = [
        name
        for name, tree in under("tests/")
        for node in ast.walk(tree)
        if (isinstance(node, ast.ImportFrom) and (node.module or "").startswith("unittest.mock"))
        or (isinstance(node, ast.Import) and any("mock" in alias.name for alias in node.names))
    ]
    assert not found
