"""What this wallet remembers of its own set-up: which service, who, how far it got."""

from __future__ import annotations

from typing import Literal

import msgspec

from app.protocol.messages.identity import Contact, DeviceKey
from app.protocol.signing import SigningKey
from app.wallet.vault.vault import Vault

_NAME = "enrolment"

Stage = Literal["account", "recovery", "quick_unlock", "done"]


class Enrolment(msgspec.Struct, frozen=True):
    """The set-up, written before anything is sent.

    Attributes:
        stage: ``account`` (registration or sign-in not yet known to have worked), ``recovery``
            (the recovery code isn't confirmed yet), ``quick_unlock`` (not asked yet), ``done``.
        address: The service's address.
        ca_file: An organisation's own certificate authority, or None.
        contact: How the person signs in.
        display_name: The name given at registration; empty for a sign-in.
        device_name: How this device is called.
        platform: ``windows``, ``macos`` or ``linux``.
    """

    stage: Stage
    address: str
    ca_file: str | None
    contact: Contact
    display_name: str
    device_name: str
    platform: str

    def at(self, stage: Stage) -> Enrolment:
        """The same at another stage."""
        return msgspec.structs.replace(self, stage=stage)


class _Box(msgspec.Struct, frozen=True):
    value: Enrolment | None = None


def load_enrolment(vault: Vault) -> Enrolment | None:
    """What stands in the vault; None before set-up began."""
    return vault.settings.get(_NAME, _Box, _Box()).value


def save_enrolment(vault: Vault, enrolment: Enrolment) -> None:
    """Write it down."""
    vault.settings.put(_NAME, _Box(enrolment))


def device_of(enrolment: Enrolment, key: SigningKey) -> DeviceKey:
    """How this device introduces itself."""
    return DeviceKey(key.public, enrolment.device_name, enrolment.platform)
