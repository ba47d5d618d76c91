"""The service this wallet belongs to, with the public keys that were pinned at onboarding."""

from __future__ import annotations

from typing import Literal

import msgspec

from app.protocol.messages.identity import ServiceInfo, ServiceKey
from app.wallet.vault.database import Database


class ServiceIdentity(msgspec.Struct, frozen=True):
    """Which service, where, and what it said of itself.

    Attributes:
        base_url: Where it answers, without a trailing slash.
        service_id: Its lasting id; the same URL with another id is another service.
        pinned_at: Unix milliseconds of the last pinning.
        info: What it published then.
    """

    base_url: str
    service_id: str
    pinned_at: int
    info: ServiceInfo


class OtherServiceError(ValueError):
    """The vault belongs to another service: its keys are never mixed with a stranger's."""


class Service:
    """One service a vault. Pinned keys are only ever added: old receipts must go on verifying."""

    def __init__(self, database: Database) -> None:
        """Work on this database."""
        self._database = database

    def identity(self) -> ServiceIdentity | None:
        """The pinned service, or None before onboarding."""
        row = self._database.row("SELECT base_url, service_id, pinned_at, info FROM service")
        if row is None:
            return None
        base_url, service_id, pinned_at, info = row
        return ServiceIdentity(
            base_url, service_id, pinned_at, msgspec.json.decode(info, type=ServiceInfo)
        )

    def pin(self, base_url: str, info: ServiceInfo, *, at: int) -> None:
        """Pin the service and its keys, or refresh them.

        A key that is already pinned keeps its public key whatever the service says now; only its
        end of validity may change.

        Args:
            base_url: Where the service answers.
            info: What it publishes.
            at: Unix milliseconds.

        Raises:
            OtherServiceError: another service is pinned here.
        """
        known = self.identity()
        if known is not None and known.service_id != info.service_id:
            raise OtherServiceError("another service is pinned in this vault")
        with self._database.transaction():
            self._database.write(
                "INSERT INTO service (one, base_url, service_id, pinned_at, info)"
                " VALUES (1, ?, ?, ?, ?) ON CONFLICT (one) DO UPDATE SET"
                " base_url = excluded.base_url, pinned_at = excluded.pinned_at,"
                " info = excluded.info",
                (base_url, info.service_id, at, msgspec.json.encode(info)),
            )
            self._database.write_many(
                "INSERT INTO service_keys (key_id, purpose, public_key, valid_from, valid_to)"
                " VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT (key_id) DO UPDATE SET valid_to = excluded.valid_to",
                [(k.key_id, k.purpose, k.public_key, k.valid_from, k.valid_to) for k in info.keys],
            )

    def key(self, key_id: str) -> ServiceKey | None:
        """A pinned key by its id, or None."""
        row = self._database.row(
            "SELECT key_id, purpose, public_key, valid_from, valid_to FROM service_keys"
            " WHERE key_id = ?",
            (key_id,),
        )
        return None if row is None else ServiceKey(*row)

    def keys(self, purpose: Literal["receipt", "code"]) -> list[ServiceKey]:
        """All pinned keys for a purpose, newest first."""
        rows = self._database.rows(
            "SELECT key_id, purpose, public_key, valid_from, valid_to FROM service_keys"
            " WHERE purpose = ? ORDER BY valid_from DESC, key_id",
            (purpose,),
        )
        return [ServiceKey(*row) for row in rows]
