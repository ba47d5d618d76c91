"""The guide for tills names every call there is, and every refusal that a call declares."""

from __future__ import annotations

import re
from pathlib import Path

from app.protocol.errors import CODES
from tests.server.world import world


async def test_the_guide_is_complete(root: Path, tmp_path: Path):
    guide = (root / "resources" / "guide" / "till-api.md").read_text("utf-8")
    named = set(re.findall(r"`([a-z_]+)`", guide))
    async with world(tmp_path) as shop:
        described = (await shop.client.get("/v1/openapi.json")).json()
    missing = []
    for path, calls in described["paths"].items():
        for method, call in calls.items():
            if {"till": []} not in call.get("security", []):
                continue
            if f"`{method.upper()} {path}" not in guide:
                missing.append(f"{method.upper()} {path}")
            for answer in call["responses"].values():
                codes = set(re.split(r",\s*", answer["description"])) & set(CODES)
                missing += [f"{path}: {code}" for code in sorted(codes - named)]
    assert missing == []
