"""What is decided about webhooks without asking anybody: addresses, answers, pauses (C8)."""

from __future__ import annotations

import pytest

from app.protocol.errors import KBeanError
from app.server.payments.settlement import webhook_rules as rules


def test_pauses_grow_and_a_day_long_outage_is_bridged():
    assert sorted(rules.PAUSES) == list(rules.PAUSES)
    assert sum(rules.PAUSES) > 86_400
    assert rules.judge(200, 1) == ("delivered", None)
    assert rules.judge(204, 9) == ("delivered", None)
    assert rules.judge(410, 1) == ("failed", None)
    assert [rules.judge(status, 1) for status in (None, 301, 404, 429, 500)] == [("waiting", 5)] * 5
    assert rules.judge(None, len(rules.PAUSES)) == ("waiting", rules.PAUSES[-1])
    assert rules.judge(None, len(rules.PAUSES) + 1) == ("failed", None)


@pytest.mark.parametrize(
    "url",
    [
        "http://shop.example/hook",
        "https://127.0.0.1/hook",
        "https://10.0.0.1/",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/",
        "https://[fe80::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://[64:ff9b::a00:1]/",
        "https://224.0.0.1/",
        "https://0.0.0.0/",
        "https://user:pass@shop.example/",
        "https://shop.example/#here",
        "https:///hook",
        "https://shop.example:0/",
        "https://shop.example:99999/",
        "https://shop example/",
        "https://商店.example/",
        "file:///etc/passwd",
        "gopher://shop.example/",
        "shop.example/hook",
    ],
)
def test_addresses_that_production_never_calls(url: str):
    with pytest.raises(KBeanError, match="webhook_invalid"):
        rules.read_url(url, demo=False)


@pytest.mark.parametrize(
    "addresses",
    [
        [],
        ["127.0.0.1"],
        ["192.168.1.1"],
        ["93.184.216.34", "10.0.0.1"],
        ["::1"],
        ["fd00::1"],
        ["100.64.0.1"],
        ["2002:0a00:0001::1"],
        ["::ffff:8.8.8.8"],
    ],
)
def test_a_name_that_points_inside_is_not_called(addresses: list[str]):
    endpoint = rules.read_url("https://shop.example/hook", demo=False)
    with pytest.raises(KBeanError, match="webhook_invalid"):
        rules.choose_address(endpoint, addresses, demo=False)


def test_a_public_name_is_called_at_the_address_that_was_checked():
    endpoint = rules.read_url("https://Shop.example:8443/hook?x=1", demo=False)
    assert endpoint == (True, "shop.example", 8443, "Shop.example:8443", "/hook?x=1")
    found = rules.choose_address(endpoint, ["93.184.216.34", "2606:2800:220:1::1"], demo=False)
    assert found == "93.184.216.34"


def test_plain_http_leaves_this_machine_in_no_mode():
    """In demo too: a plain address is called only where it is this machine's."""
    endpoint = rules.read_url("http://shop.example/", demo=True)
    with pytest.raises(KBeanError, match="webhook_invalid"):
        rules.choose_address(endpoint, ["93.184.216.34"], demo=True)
    assert rules.choose_address(endpoint, ["127.0.0.1"], demo=True) == "127.0.0.1"
