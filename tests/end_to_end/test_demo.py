"""The demo as a newcomer meets it: the whole trip with real windows, data kept when asked."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from app.demo import service
from app.demo.organisation import PASSPHRASE
from app.wallet.flows.unlock import UnlockFlow
from app.wallet.session import WalletSession

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


async def open_again(profile: Path) -> list[tuple[float, int]]:
    """Money and K-Beans of a kept wallet: as it remembers them, and as the service says."""
    session = WalletSession(profile, platform="demo")
    try:
        await UnlockFlow(session).unlock_with_passphrase(PASSPHRASE)
        seen = [held(session)]
        await session.refresh()
        return [*seen, held(session)]
    finally:
        await session.close()


def held(session: WalletSession) -> tuple[float, int]:
    money, points = session.snapshot.money(), session.snapshot.points
    assert money is not None
    assert points is not None
    return money.available / 100, points.balance


def k_beans(said: str) -> int:
    found = re.search(r"answered (\d+) K-Beans in", said)
    assert found, said
    return int(found.group(1))


def balance(said: str) -> float:
    found = re.search(r"balance of ([\d,]+\.\d\d) CNY", said)
    assert found, said
    return float(found.group(1).replace(",", ""))


@pytest.mark.slow
def test_the_walk_pays_a_photographed_code_and_a_kept_profile_remembers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
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
    assert "+76 K-Beans" in said  # doubled by the campaign on coffee
    # The next start of the same folder finds everything, the wallet before it has asked anybody.
    monkeypatch.setattr(service, "configure_logs", lambda _level: None)
    kept = service.DemoService(tmp_path / "kept" / "service")
    kept.start()
    try:
        assert f"Service      {kept.url} " in said
        assert kept.organisation.names == ["K豆便利店", "豆豆咖啡"]
        remembered, told = asyncio.run(open_again(tmp_path / "kept" / "wallet"))
    finally:
        kept.stop()
    assert remembered == told
    assert told == (pytest.approx(balance(said) - 38.60), k_beans(said))
