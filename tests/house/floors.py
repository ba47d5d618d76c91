"""Coverage floors, one for each floor of the house (design/2 §Gates).

The measure is coverage.py's own for branches: (lines run + branches taken) / (lines + branches).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

FLOORS: dict[str, tuple[str, float]] = {
    "protocol": ("app/protocol/", 95.0),
    "ledger": ("app/server/ledger/", 95.0),
    "flows": ("app/wallet/flows/", 95.0),
    "wallet": ("app/wallet/", 85.0),
    "scanner": ("app/scanner/", 85.0),
    "sdk": ("app/sdk/", 85.0),
    "server": ("app/server/", 85.0),
    "desktop": ("app/desktop/", 80.0),
    "desk": ("app/desk/", 80.0),
    "house": ("app/", 80.0),
}
"""Name → (folder, least per cent). Money, agreements and flows first."""


@dataclass(frozen=True)
class Row:
    """One floor, measured."""

    name: str
    least: float
    measured: float
    elements: int

    @property
    def reached(self) -> bool:
        """Whether the floor holds; an empty floor does not."""
        return self.elements > 0 and self.measured >= self.least

    def __str__(self) -> str:
        word = "" if self.reached else "  BELOW"
        return (
            f"coverage {self.name:<9} {self.measured:6.2f} %  (at least {self.least:.0f} %){word}"
        )


def measure(report: dict[str, Any]) -> list[Row]:
    """Add up coverage.py's JSON report by floor.

    Args:
        report: What ``--cov-report json`` wrote, with branches.
    """
    rows = []
    for name, (folder, least) in FLOORS.items():
        of = run = 0
        for path, file in report["files"].items():
            if path.replace("\\", "/").startswith(folder):
                summary = file["summary"]
                of += summary["num_statements"] + summary["num_branches"]
                run += summary["covered_lines"] + summary["covered_branches"]
        rows.append(Row(name, least, 100.0 * run / of if of else 0.0, of))
    return rows
