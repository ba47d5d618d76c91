"""``python -m app`` is ``kbean``."""

from __future__ import annotations

from app.cli import main

raise SystemExit(main())
