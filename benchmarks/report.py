"""The one form in which a benchmark says what it measured: a table and a JSON file.

A benchmark is a module of this folder with ``main(argv) -> int`` that understands ``--quick``::

    report = Report("scanner")
    report.add("empty frame, live", 11.2, "ms", at_most=25)
    report.add("photographs read, still", 116, "of 119", at_least=114)
    return report.finish()
"""

from __future__ import annotations

import json
import os
import platform
import sys
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

OUT = Path(__file__).resolve().parent.parent / "bench-out"
"""Where the JSON goes; git ignores it."""


@dataclass(frozen=True)
class Row:
    """One measured figure and, where one was agreed, its target.

    Attributes:
        what: What was measured, in words.
        value: The figure.
        unit: Its unit.
        at_least: The target, where more is better.
        at_most: The target, where less is better.
    """

    what: str
    value: float
    unit: str
    at_least: float | None = None
    at_most: float | None = None

    @property
    def reached(self) -> bool | None:
        """Whether the target was reached; None where there is none."""
        if self.at_least is not None:
            return self.value >= self.at_least
        if self.at_most is not None:
            return self.value <= self.at_most
        return None

    @property
    def target(self) -> str:
        """The target in words."""
        if self.at_least is not None:
            return f">= {self.at_least:g}"
        return f"<= {self.at_most:g}" if self.at_most is not None else ""


@dataclass
class Report:
    """The figures of one benchmark.

    Attributes:
        name: The benchmark's name, and its JSON file's.
        rows: What was measured.
        context: What a reader needs to judge the figures (numbers of processes, of requests …).
    """

    name: str
    rows: list[Row] = field(default_factory=list)
    context: dict[str, str | int | float] = field(default_factory=dict)

    def add(
        self,
        what: str,
        value: float,
        unit: str,
        *,
        at_least: float | None = None,
        at_most: float | None = None,
    ) -> None:
        """Take a figure down."""
        self.rows.append(Row(what, value, unit, at_least, at_most))

    def finish(self, folder: Path = OUT) -> int:
        """Write ``NAME.json``, print the table; 0 when every target was reached."""
        folder.mkdir(parents=True, exist_ok=True)
        document = {
            "name": self.name,
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "machine": f"{os.cpu_count()} cores, {platform.system()}, {platform.machine()}",
            "python": platform.python_version(),
            "context": self.context,
            "rows": [asdict(row) | {"reached": row.reached} for row in self.rows],
        }
        path = folder / f"{self.name}.json"
        path.write_text(json.dumps(document, ensure_ascii=False, indent=1), encoding="utf-8")
        sys.stdout.write(table(self.name, self.rows))
        sys.stdout.flush()
        return 0 if all(row.reached is not False for row in self.rows) else 1


def table(name: str, rows: list[Row]) -> str:
    """The rows as text, one a line."""
    width = max((len(row.what) for row in rows), default=0)
    lines = [name]
    for row in rows:
        figure = f"{row.value:,.2f}".rstrip("0").rstrip(".")
        mark = {True: "reached", False: "NOT REACHED", None: ""}[row.reached]
        target = f"  {row.target:<10} {mark}" if row.target else ""
        lines.append(f"  {row.what:<{width}}  {figure:>12} {row.unit:<10}{target}".rstrip())
    return "\n".join(lines) + "\n"
