"""Each complaint at the end of design/4 has tests with its name; none of them gets lost."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parent.parent
ROOMS, WALLET = "server/support", "end_to_end/test_support_chat.py"

COMPLAINTS = {
    "two agents answer the same message after a reconnect": (
        f"{ROOMS}/people/test_queue.py",
        f"{ROOMS}/talk/test_change.py",
    ),
    "the widget sends but no longer receives": (f"{ROOMS}/talk/test_stream.py", WALLET),
    "a stale client reopens a resolved chat": (f"{ROOMS}/talk/test_stream.py", WALLET),
    "one reply appears four times": (f"{ROOMS}/talk/test_stream.py", WALLET),
    "clocks polluted by bot time and reopenings": (f"{ROOMS}/test_complaints.py",),
    "service hours wrong at midnight and on holidays": (
        f"{ROOMS}/test_complaints.py",
        f"{ROOMS}/people/test_hours.py",
    ),
    "impersonation through a static hash": (f"{ROOMS}/talk/test_stream.py",),
    "nobody is assigned when agents come back": (f"{ROOMS}/people/test_queue.py",),
    "the bot keeps talking over a person or never speaks again": (
        f"{ROOMS}/bot/test_conversation.py",
        f"{ROOMS}/people/test_queue.py",
    ),
    "the survey comes once late or never": (f"{ROOMS}/test_complaints.py",),
    "no limit on open conversations per agent": (f"{ROOMS}/people/test_queue.py",),
}
"""What people complain of → where a test of that name proves that it doesn't happen here."""


def names_in(file: Path) -> set[str]:
    """The names of a module's test functions."""
    tree = ast.parse(file.read_text("utf-8"))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return {node.name for node in tree.body if isinstance(node, kinds)}


@pytest.mark.parametrize("complaint", COMPLAINTS)
def test_a_complaint_is_a_test_with_that_name(complaint: str) -> None:
    name = "test_" + complaint.replace(" ", "_")
    assert [file for file in COMPLAINTS[complaint] if name not in names_in(TESTS / file)] == []


def test_none_is_left_out() -> None:
    assert len(COMPLAINTS) == 11
