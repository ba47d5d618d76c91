"""``python3 dev.py bench [NAME …] [WORDS …]``: run the benchmarks one after the other.

Words that are no benchmark's name (``--quick``, a folder of pictures) are passed on to each.
"""

from __future__ import annotations

import ast
import json
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.report import OUT, Row, table

HERE = Path(__file__).resolve().parent
CALL = "import importlib, sys; sys.exit(importlib.import_module(sys.argv[1]).main(sys.argv[2:]))"


def names() -> list[str]:
    """The modules of this folder that offer ``main``."""
    found = []
    for path in sorted(HERE.glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        offers = any(
            isinstance(node, ast.FunctionDef) and node.name == "main" for node in tree.body
        )
        if offers and path.stem != "__main__":
            found.append(path.stem)
    return found


def main(argv: Sequence[str] | None = None) -> int:
    """Run what was asked for, each in a process of its own; then one table over all."""
    known = names()
    words = list(sys.argv[1:] if argv is None else argv)
    chosen = [word for word in words if word in known]
    rest = [word for word in words if word not in known]
    if words and words[0] not in {*known, "--quick"}:
        print(f"usage: dev.py bench [NAME …] [--quick]; there are: {', '.join(known)}")
        return 0 if words[0] in {"-h", "--help"} else 2
    failed = []
    reports: list[str] = []
    for name in chosen or known:
        print(f"\n== {name}", flush=True)
        began = time.time()
        command = [sys.executable, "-c", CALL, f"benchmarks.{name}", *rest]
        outcome = subprocess.run(command, cwd=HERE.parent, check=False).returncode
        if outcome:
            failed.append(f"{name} (exit code {outcome})")
        written = [path for path in sorted(OUT.glob("*.json")) if path.stat().st_mtime >= began]
        reports += [_report(path) for path in written]
    print("\n== all of it\n")
    print("\n".join(reports))
    print(f"JSON: {OUT}")
    if failed:
        print(f"NOT REACHED or failed: {', '.join(failed)}")
    return 1 if failed else 0


def _report(path: Path) -> str:
    """The table of one JSON file; a file of another form is only named."""
    document = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(document, dict) or "rows" not in document:
        return f"{path.name}\n"
    fields = Row.__dataclass_fields__
    rows = [
        Row(**{key: value for key, value in row.items() if key in fields})
        for row in document["rows"]
    ]
    return table(document["name"], rows)


if __name__ == "__main__":
    sys.exit(main())
