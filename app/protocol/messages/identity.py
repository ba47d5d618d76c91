"""Registration, sign-in, sessions and profile (``/v1/registrations``, ``/v1/sessions`` …)."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from app.protocol.messages import LINE, Id
from app.protocol.signing import canonical_bytes

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=60, pattern=LINE)]
PublicKey = Annotated[str, msgspec.Meta(min_length=43, max_length=43)]
Signature = Annotated[str, msgspec.Meta(min_length=86, max_length=86)]
Passphrase = Annotated[str, msgspec.Meta(min_length=1, max_length=1024)]


class Contact(msgspec.Struct, frozen=True):
    """How a person is reached and found: an e-mail address or a phone number (E.164)."""

    kind: Literal["email", "phone"]
    value: Annotated[str, msgspec.Meta(min_length=3, max_length=254, pattern=LINE)]


class DeviceKey(msgspec.Struct, frozen=True):
    """The key a device enrols; it signs everything that spends."""

    public_key: PublicKey
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=80, pattern=LINE)]
    platform: Annotated[str, msgspec.Meta(max_length=40, pattern=LINE)] = ""


class RegistrationRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``POST /v1/registrations`` → 201 :class:`Session`. Signed by the device key it enrols."""

    contact: Contact
    passphrase: Passphrase
    display_name: Name
    locale: Literal["zh-CN", "zh-TW", "en", "ja"]
    device: DeviceKey
    time: int
    signature: Signature

    def signed_bytes(self) -> bytes:
        """What ``signature`` covers (proof that the device holds the key)."""
        return sign_in_bytes("registration", self.contact, self.device, self.time)


class SignInRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``POST /v1/sessions`` → 201 :class:`Session`: an existing person on a (new) device."""

    contact: Contact
    passphrase: Passphrase
    device: DeviceKey
    time: int
    signature: Signature

    def signed_bytes(self) -> bytes:
        """What ``signature`` covers."""
        return sign_in_bytes("sign-in", self.contact, self.device, self.time)


def sign_in_bytes(kind: str, contact: Contact, device: DeviceKey, time: int) -> bytes:
    """Canonical bytes of a registration or sign-in; the passphrase is never signed or logged."""
    return canonical_bytes(kind, 1, (contact.kind, contact.value, device.public_key, time))


class RefreshRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``POST /v1/sessions/refresh`` → 200 :class:`Session` with a new refresh token.

    The refresh token is bound to the device: only its key's signature makes it work. A token that
    was used before ends the whole session (reuse means theft, RFC 9700 §4.14).
    """

    refresh_token: Annotated[str, msgspec.Meta(min_length=20, max_length=200)]
    device_id: Id
    time: int
    signature: Signature

    def signed_bytes(self) -> bytes:
        """What ``signature`` covers."""
        return canonical_bytes("refresh", 1, (self.refresh_token, self.device_id, self.time))


class TerminalSignInRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``POST /v1/terminal-sessions`` → 201 :class:`TerminalSession`: a till proves its key."""

    terminal_id: Id
    time: int
    signature: Signature

    def signed_bytes(self) -> bytes:
        """What ``signature`` covers."""
        return canonical_bytes("terminal-sign-in", 1, (self.terminal_id, self.time))


class Session(msgspec.Struct, frozen=True):
    """What a signed-in device holds. Access tokens are short (15 minutes by default)."""

    user_id: str
    device_id: str
    session_id: str
    access_token: str
    access_expires_at: int
    refresh_token: str
    refresh_expires_at: int
    server_time: int


class TerminalSession(msgspec.Struct, frozen=True):
    """A till's access token and who it stands for."""

    terminal_id: str
    merchant_id: str
    store_id: str
    access_token: str
    access_expires_at: int
    server_time: int


class Profile(msgspec.Struct, frozen=True):
    """``GET /v1/me``."""

    user_id: str
    display_name: str
    contact: Contact
    locale: str
    created_at: int
    state: Literal["active", "frozen"]


class ServiceKey(msgspec.Struct, frozen=True):
    """A public key of the service, pinned by the wallet at onboarding."""

    key_id: str
    purpose: Literal["receipt", "code"]
    public_key: PublicKey
    valid_from: int
    valid_to: int | None = None


class ServiceInfo(msgspec.Struct, frozen=True):
    """``GET /v1/service``, public: who runs this and which keys it signs with."""

    service_id: str
    operator: str
    mode: Literal["demo", "production"]
    licence: str | None
    currency: str
    currencies: list[str]
    keys: list[ServiceKey]
    server_time: int
    version: str
    payment_max: int
    static_code_daily_cap: int
