"""What the desk is told when it starts, and what it refuses to start with."""

from __future__ import annotations

import dataclasses
from urllib.parse import urlsplit

from app.protocol.errors import KBeanError
from app.sdk.address import ServiceAddress

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
DEFAULT_SERVICE = "http://127.0.0.1:8470"
DEFAULT_PORT = 8480


class SettingsError(Exception):
    """The settings cannot be used; the text says what to change."""


@dataclasses.dataclass(frozen=True, slots=True)
class Settings:
    """Every setting of the desk.

    Attributes:
        service: Where the service is; plain HTTP only on this machine.
        host: The address the desk listens on.
        port: Its port.
        ca_file: An organisation's own certificate authority (PEM) for the way to the service.
        origin: Where browsers find the desk when a proxy speaks TLS in front of it
            (``https://desk.example.org``); empty: the address it listens on.
        idle_minutes: A session ends by itself after so many minutes in which nobody did anything.
        sessions_max: Sessions the desk keeps at a time.
    """

    service: ServiceAddress
    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT
    ca_file: str | None = None
    origin: str = ""
    idle_minutes: float = 20
    sessions_max: int = 500

    @property
    def secure(self) -> bool:
        """Whether browsers reach the desk by HTTPS; then the cookie is only sent that way."""
        return self.origin.startswith("https://")

    @property
    def hosts(self) -> frozenset[str]:
        """What a request's ``Host`` may be: anything else came by a name that isn't ours."""
        if self.origin:
            return frozenset({urlsplit(self.origin).netloc.lower()})
        names = LOOPBACK if self.host in LOOPBACK else {self.host}
        return frozenset(
            f"[{name}]:{self.port}" if ":" in name else f"{name}:{self.port}" for name in names
        )

    @classmethod
    def make(
        cls,
        service: str,
        *,
        host: str = "127.0.0.1",
        port: int = DEFAULT_PORT,
        ca_file: str | None = None,
        origin: str = "",
        idle_minutes: float = 20,
    ) -> Settings:
        """Check what was typed.

        Raises:
            SettingsError: in words an operator can act on.
        """
        try:
            address = ServiceAddress.parse(service)
        except KBeanError as error:
            raise SettingsError(f"--service {service}: {error.detail or error.code}") from None
        parts = urlsplit(origin)
        if origin and (parts.scheme not in {"http", "https"} or not parts.netloc or parts.path):
            raise SettingsError(
                "--origin is scheme and host alone, such as https://desk.example.org"
            )
        if host not in LOOPBACK and parts.scheme != "https":
            raise SettingsError(
                "without TLS the desk only listens on this machine; put a proxy that speaks TLS "
                "in front of it and name its address with --origin https://…"
            )
        return cls(address, host, port, ca_file, origin.rstrip("/").lower(), idle_minutes)
