"""Where a service is: HTTPS anywhere, plain HTTP only on this machine (issue 2 Part 3)."""

from __future__ import annotations

import dataclasses
import ipaddress
from urllib.parse import SplitResult, urlsplit

from app.protocol.errors import KBeanError


@dataclasses.dataclass(frozen=True, slots=True)
class ServiceAddress:
    """A service's address, checked.

    Attributes:
        url: Scheme, host, port and path without a trailing slash.
        loopback: Whether it is this machine; proxies are never used for it.
    """

    url: str
    loopback: bool

    @classmethod
    def parse(cls, typed: str) -> ServiceAddress:
        """Read what a person typed or a settings file holds.

        Without a scheme ``https://`` is meant, except for this machine (``127.0.0.1:8080``).

        Raises:
            KBeanError: ``validation_failed`` (field ``address``) or ``plain_http_refused``.
        """
        text = typed.strip()
        if "://" not in text:
            host = _host(_split(f"https://{text}"))
            text = f"{'http' if _is_loopback(host) else 'https'}://{text}"
        parts = _split(text)
        host = _host(parts)
        loopback = _is_loopback(host)
        if parts.scheme == "http" and not loopback:
            raise KBeanError("plain_http_refused", field="address")
        return cls(f"{parts.scheme}://{parts.netloc.lower()}{parts.path.rstrip('/')}", loopback)


def _split(text: str) -> SplitResult:
    try:
        parts = urlsplit(text)
        port_is_fine = parts.port is None or parts.port > 0
    except ValueError:
        raise _invalid() from None
    plain = not (parts.query or parts.fragment or parts.username or parts.password)
    clean = text.isprintable() and not any(sign.isspace() for sign in text) and "\\" not in text
    if parts.scheme not in {"http", "https"} or not (plain and clean and port_is_fine):
        raise _invalid()
    return parts


def _host(parts: SplitResult) -> str:
    if not parts.hostname:
        raise _invalid()
    return parts.hostname


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _invalid() -> KBeanError:
    return KBeanError("validation_failed", "not a service address", field="address", money="none")
