"""``kbean server cashier``, ``terminal add --out``, ``bill``, ``webhook``: the operator's side."""

from __future__ import annotations

import asyncio
import getpass
import io
import json
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from app.cli import main
from app.protocol.messages.counter import CounterSetup
from app.server import command_counter
from app.server.config import load_config
from tests.rude import RudeServer, answer
from tests.server.payments.refunds.shopping import Counter
from tests.server.payments.settlement.test_webhooks import put, until_told
from tests.server.world import Till, world

Do = Callable[..., Any]


@pytest.fixture
def do(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Do:
    """Run a work; its answer, or the reason it was refused."""
    for name, value in {"HASH_MEMORY": "64", "HASH_PASSES": "1", "BOT": "silent"}.items():
        monkeypatch.setenv(f"KBEAN_{name}", value)

    def run(*words: str, pin: str = "") -> Any:
        monkeypatch.setattr(sys, "stdin", io.StringIO(f"{pin}\n"))
        code = main(["server", "--data-dir", str(tmp_path), *words])
        heard = capsys.readouterr()
        return heard.err if code else json.loads(heard.out)

    run("init")
    return run


@pytest.fixture
def store(do: Do) -> tuple[str, str]:
    merchant = do("merchant", "add", "KDOU STORE", "--city", "BEIJING")["merchant_id"]
    return merchant, do("store", "add", merchant, "K豆 3号店", "--city", "BEIJING")["store_id"]


def test_a_first_manager_is_made_by_the_operator(do: Do, store: tuple[str, str]):
    merchant, _ = store
    made = do("cashier", "add", merchant, "1", "李娜", pin="1234")
    assert (made["number"], made["role"]) == ("1", "manager")
    listed = do("cashier", "list", merchant)["cashiers"]
    assert listed == [
        {
            "cashier_id": made["cashier_id"],
            "number": "1",
            "name": "李娜",
            "role": "manager",
            "active": True,
        }
    ]
    assert "cashier_taken" in do("cashier", "add", merchant, "1", "王芳", pin="4321")
    assert "4 to 8 digits" in do("cashier", "add", merchant, "2", "王芳", pin="12")
    assert "validation_failed" in do("cashier", "add", merchant, "x", "王芳", pin="4321")
    assert "not_found" in do("cashier", "add", "nobody", "2", "王芳", pin="4321")
    assert do("cashier", "list", "0193b2a4-7c1e-7000-8000-0123456789ab")["cashiers"] == []


def test_a_pin_is_asked_for_twice_at_a_terminal(monkeypatch: pytest.MonkeyPatch):
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stdin", Terminal())
    typed = iter(["1234", "1234", "1234", "4321"])
    monkeypatch.setattr(getpass, "getpass", lambda _words: next(typed))
    assert command_counter.read_pin() == "1234"
    with pytest.raises(Exception, match="the two differ"):
        command_counter.read_pin()


def test_a_counter_is_set_up_by_a_file(do: Do, store: tuple[str, str], tmp_path: Path):
    out = tmp_path / "counter.json"
    made = do("terminal", "add", store[1], "Till 1", "--out", str(out))
    assert "private_key" not in made
    setup = msgspec.json.decode(out.read_bytes(), type=CounterSetup)
    assert setup.terminal_id == made["terminal_id"]
    assert (setup.address, setup.ca_file) == ("http://127.0.0.1:8470", None)
    if sys.platform != "win32":
        assert stat.S_IMODE(out.stat().st_mode) == 0o600
    # Never over another one's; the till whose key nobody got is withdrawn.
    assert "cannot be written" in do("terminal", "add", store[1], "Till 2", "--out", str(out))
    assert "only a key made here" in do(
        "terminal",
        "add",
        store[1],
        "Till 3",
        "--out",
        str(out),
        f"--public-key={made['public_key']}",
    )
    other = tmp_path / "other.json"
    far = ("--address", "https://pay.example.org", "--ca-file", "ours.pem")
    do("terminal", "add", store[1], "Till 4", "--out", str(other), *far)
    setup = msgspec.json.decode(other.read_bytes(), type=CounterSetup)
    assert (setup.address, setup.ca_file) == ("https://pay.example.org", "ours.pem")
    assert do("terminal", "revoke", made["terminal_id"]) == {"revoked": made["terminal_id"]}


def test_the_address_follows_the_settings(tmp_path: Path):
    for changes, address in (
        ({"host": "::1", "port": 9000}, "http://[::1]:9000"),
        (
            {"tls_proxy": True, "host": "pay.example.org", "port": 443},
            "https://pay.example.org:443",
        ),
    ):
        config = load_config(None, {}, data_dir=tmp_path, **changes)
        assert command_counter.address_of(config) == address


def test_bills_and_webhooks_by_the_operator(do: Do, tmp_path: Path):
    till, delivery = asyncio.run(_sell_and_fail(tmp_path))
    merchant = till.merchant_id
    assert "bill_not_ready" in do("bill", merchant, _today())
    out = tmp_path / "bill.csv"
    bill = do("bill", merchant, _today(), "--preliminary", "--out", str(out))
    assert (bill["payments"], bill["payments_amount"], bill["final"]) == (1, 300, False)
    assert bill["file"] == str(out)
    assert out.read_bytes().count(b"\r\n") == 2
    nowhere = str(tmp_path / "no" / "bill.csv")
    assert "cannot be written" in do("bill", merchant, _today(), "--preliminary", "--out", nowhere)
    assert "not_found" in do("bill", "nobody", "2026-01-01")
    assert "broken" in do("check")
    listed = do("webhook", "list", merchant)["deliveries"]
    assert [(one["delivery_id"], one["state"]) for one in listed] == [(delivery, "failed")]
    assert do("webhook", "replay", merchant) == {"replayed": [delivery]}
    assert do("webhook", "replay", merchant, delivery) == {"replayed": [delivery]}
    assert "webhook_not_found" in do("webhook", "replay", merchant, till.id)


def _today() -> str:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    return datetime.now(ZoneInfo("Asia/Shanghai")).date().isoformat()


async def _sell_and_fail(folder: Path) -> tuple[Till, str]:
    """A sale whose webhook nobody took."""
    async with world(folder) as shop, RudeServer(answer(410)) as server:
        counter, person = await Counter.open(shop), await shop.person(1_000)
        await put(counter.till, server.url)
        await counter.sell(person, 300)
        (failed,) = await until_told(counter.till, 1, "failed")
        return counter.till, failed.delivery_id
