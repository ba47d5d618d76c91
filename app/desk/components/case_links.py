"""Numbers of cases as links, wherever a case is named."""

from __future__ import annotations

from collections.abc import Iterable

from app.desk import kit


def case_links(numbers: Iterable[str]) -> None:
    """One line a case."""
    for number in numbers:
        with kit.box("line"):
            kit.icon("folder_open", "muted")
            case_link(number)


def case_link(number: str) -> None:
    """A case's number that leads to it."""
    link = kit.text(number, "small figures", "a")
    link.props["href"] = f"/cases/{number}"
    link.props["data-name"] = "case-link"
