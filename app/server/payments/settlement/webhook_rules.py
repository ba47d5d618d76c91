"""Pure decisions about webhooks: who may be called, when again, how it is signed (design/1 C8).

The Standard Webhooks specification: headers ``webhook-id`` (the same on every try),
``webhook-timestamp`` (Unix seconds of this try) and ``webhook-signature`` (``v1,`` and the base64
of HMAC-SHA256 over ``id.timestamp.body`` under the secret).
"""

from __future__ import annotations

import base64
import hmac
import ipaddress
from collections.abc import Iterable
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import msgspec

from app.protocol.errors import KBeanError
from app.protocol.messages.settlement import EVENTS

SECRET_BYTES = 32

PAUSES = (5, 30, 120, 600, 1_800, 3_600, 7_200, 14_400, 28_800, 36_000)
"""Seconds after each failed try: a server that is away for a day misses nothing."""

GONE = 410
"""The one answer that ends it at once: nobody is there any more."""


class Endpoint(NamedTuple):
    """A checked address.

    Attributes:
        secure: HTTPS.
        host: As it is looked up, and what its certificate must be of.
        authority: For the ``Host`` header.
        path: With its query.
    """

    secure: bool
    host: str
    port: int
    authority: str
    path: str


def read_url(url: str, *, demo: bool) -> Endpoint:
    """Read a merchant's address.

    Raises:
        KBeanError: ``webhook_invalid``: not HTTPS (plain HTTP only in demo, where the address must
            be this machine's), or with a name, a password or a fragment in it.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise _invalid("not an address") from None
    clean = url.isascii() and url.isprintable() and not any(sign in url for sign in ' "<>\\^`{|}')
    if not clean or not host or parts.username is not None or parts.fragment or port == 0:
        raise _invalid("not a plain address")
    if parts.scheme != "https" and not (demo and parts.scheme == "http"):
        raise _invalid("only HTTPS")
    if not demo and _is_literal(host) and not is_public(host):
        raise _invalid("not a public address")
    secure = parts.scheme == "https"
    path = parts.path or "/"
    return Endpoint(
        secure=secure,
        host=host,
        port=port or (443 if secure else 80),
        authority=parts.netloc,
        path=f"{path}?{parts.query}" if parts.query else path,
    )


def choose_address(endpoint: Endpoint, addresses: Iterable[str], *, demo: bool) -> str:
    """The one of a name's addresses that is called; all of them must be allowed.

    So a name that points into the operator's own network reaches nothing, however it is written
    and whatever it pointed to when it was registered.

    Raises:
        KBeanError: ``webhook_invalid``.
    """
    found = list(addresses)
    if not found:
        raise _invalid("the name has no address")
    for address in found:
        local = ipaddress.ip_address(address).is_loopback
        allowed = (endpoint.secure or local) if demo else is_public(address)
        if not allowed:
            raise _invalid("not a public address")
    return found[0]


def is_public(address: str) -> bool:
    """Whether an address is one of the open internet, in every reading of it."""
    ip = ipaddress.ip_address(address)
    if ip.is_multicast or not ip.is_global:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        # Addresses that carry another one inside, which a gateway would unpack.
        carried = ip.ipv4_mapped or ip.sixtofour or ip.teredo or ip in _NAT64
        return not carried
    return True


_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def _is_literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _invalid(reason: str) -> KBeanError:
    return KBeanError("webhook_invalid", reason, field="url")


def check_events(events: list[str]) -> list[str]:
    """What a merchant wants to hear of, in our order and each once.

    Raises:
        KBeanError: ``webhook_invalid`` for one that does not exist.
    """
    if unknown := sorted(set(events) - set(EVENTS)):
        raise KBeanError("webhook_invalid", f"no such event: {unknown[0]!r}"[:100], field="events")
    return [event for event in EVENTS if event in events]


def secret_text(secret: bytes) -> str:
    """The secret as a merchant gets it."""
    return f"whsec_{base64.b64encode(secret).decode()}"


def signed_headers(secret: bytes, delivery_id: str, now_s: int, body: bytes) -> dict[str, str]:
    """The headers of one try."""
    content = b"%s.%d.%s" % (delivery_id.encode(), now_s, body)
    signature = base64.b64encode(hmac.digest(secret, content, "sha256")).decode()
    return {
        "content-type": "application/json",
        "webhook-id": delivery_id,
        "webhook-timestamp": str(now_s),
        "webhook-signature": f"v1,{signature}",
    }


def payload(event: str, at_iso: str, data: dict[str, Any]) -> bytes:
    """The body: written once, sent byte for byte on every try."""
    return msgspec.json.encode({"type": event, "timestamp": at_iso, "data": data})


class Verdict(NamedTuple):
    """What a try means: the delivery's state, and in how many seconds it is tried again."""

    state: str
    wait: int | None


def judge(status: int | None, tries: int) -> Verdict:
    """Decide on a try's answer.

    Args:
        status: The HTTP status; None where nothing answered.
        tries: How often it was tried by now, this time included.
    """
    if status is not None and 200 <= status < 300:
        return Verdict("delivered", None)
    if status == GONE or tries > len(PAUSES):
        return Verdict("failed", None)
    return Verdict("waiting", PAUSES[tries - 1])
