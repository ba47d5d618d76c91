"""The demo as a newcomer meets it: the whole trip with real windows, data kept when asked."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

STEPS = (
    "1-unlock",
    "2-home",
    "3-scanned",
    "4-confirm",
    "5-receipt",
    "6-k-beans",
    "7-activity",
    "8-search",
    "9-bot-explains",
    "10-agent",
    "11-access-asked",
    "12-access-given",
    "13-agent-explains",
    "14-rated",
    "15-who-looked",
    "16-dark-english",
)


def demo(out: Path, *more: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "app", "demo", "--walk", "--out", str(out), *more],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=280,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def k_beans(said: str) -> int:
    found = re.search(r"answered (\d+) K-Beans in", said)
    assert found, said
    return int(found.group(1))


def balance(said: str) -> float:
    found = re.search(r"balance of ([\d,]+\.\d\d) CNY", said)
    assert found, said
    return float(found.group(1).replace(",", ""))


@pytest.mark.slow
def test_the_walk_pays_a_photographed_code_and_a_kept_profile_remembers(tmp_path):
    said = demo(tmp_path / "out", "--profile", str(tmp_path / "kept"))
    assert "It is not licensed" in said
    assert "the receipt's signature holds" in said
    assert "the bot answered with its facts" in said
    assert "林婷 took over KC-" in said
    assert "Allowed movements" in said
    assert "rated five of five" in said
    for step in STEPS:
        with Image.open(tmp_path / "out" / f"{step}.png") as picture:
            assert picture.size == (1280, 800)
            assert len(picture.convert("RGB").getcolors(1 << 20) or []) > 50
    again = demo(tmp_path / "out2", "--profile", str(tmp_path / "kept"))
    assert balance(again) == pytest.approx(balance(said) - 38.60)
    assert k_beans(again) == k_beans(said) + 76  # doubled by the campaign on coffee
