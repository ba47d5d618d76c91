"""HTTPS anywhere, plain HTTP only on this machine."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.protocol.errors import KBeanError
from app.sdk.address import ServiceAddress


@pytest.mark.parametrize(
    ("typed", "url", "loopback"),
    [
        ("pay.example.org", "https://pay.example.org", False),
        (" https://Pay.Example.org/ ", "https://pay.example.org", False),
        ("https://example.org/wallet/", "https://example.org/wallet", False),
        ("127.0.0.1:8080", "http://127.0.0.1:8080", True),
        ("localhost:8080", "http://localhost:8080", True),
        ("http://[::1]:80", "http://[::1]:80", True),
        ("https://127.0.0.1", "https://127.0.0.1", True),
        ("10.0.0.1", "https://10.0.0.1", False),
    ],
)
def test_reads_what_people_type(typed, url, loopback):
    assert ServiceAddress.parse(typed) == ServiceAddress(url, loopback)


@pytest.mark.parametrize(
    "typed",
    [
        "http://pay.example.org",
        "http://10.0.0.1",
        "http://localhost.example.org",
        "http://127.0.0.1.example.org",
        "http://0.0.0.0:80",
    ],
)
def test_plain_http_is_refused_off_this_machine(typed):
    with pytest.raises(KBeanError) as refused:
        ServiceAddress.parse(typed)
    assert refused.value.code == "plain_http_refused"
    assert refused.value.money == "not_moved"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "https://",
        "ftp://example.org",
        "https://user:word@example.org",
        "https://example.org/?a=b",
        "https://example.org#x",
        "https://exa mple.org",
        "https://example.org:99999",
        "https://example.org:0",
        "https://[::1",
        "https://example.org\\@evil.org",
    ],
)
def test_what_is_no_address_is_refused(typed):
    with pytest.raises(KBeanError) as refused:
        ServiceAddress.parse(typed)
    assert refused.value.code == "validation_failed"
    assert refused.value.field == "address"


@given(st.text(max_size=60))
def test_any_text_is_an_address_or_refused(typed):
    codes = set()
    try:
        address = ServiceAddress.parse(typed)
    except KBeanError as error:
        codes.add(error.code)
    else:
        assert address.loopback or address.url.startswith("https://")
        assert ServiceAddress.parse(address.url) == address
    assert codes <= {"validation_failed", "plain_http_refused"}
