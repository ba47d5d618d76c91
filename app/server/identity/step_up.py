"""Step-up: what a signed-in person proves once more before something that matters.

The device's signature says that the wallet was unlocked for this very request; the passphrase says
that it is the person who holds the device. Wrong passphrases are counted with those of the sign-in
(one count a contact), so that no route is a way around the lock.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.protocol.errors import KBeanError
from app.protocol.signing import verify
from app.server.db.engine import reading
from app.server.http.front import now_ms
from app.server.http.tokens import Principal
from app.server.identity.attempts import AttemptBook
from app.server.identity.passphrases import PassphraseHasher
from app.server.identity.rules import check_clock
from app.server.identity.tables import devices, users


class StepUp:
    """Checks proofs; keeps nothing."""

    def __init__(
        self,
        engine: AsyncEngine,
        hasher: PassphraseHasher,
        attempts: AttemptBook,
        clock_tolerance: int,
    ) -> None:
        """Wire it; ``clock_tolerance`` in seconds."""
        self._engine = engine
        self._hasher = hasher
        self._attempts = attempts
        self._clock_tolerance = clock_tolerance

    async def signed(self, principal: Principal, message: bytes, signature: str, time: int) -> None:
        """The person's device signed ``message`` just now.

        Args:
            principal: Who asks.
            message: The request's canonical bytes; ``time`` is one of their fields.
            signature: As sent.
            time: When it was signed, Unix milliseconds.

        Raises:
            KBeanError: ``clock_off``, ``device_revoked``, ``signature_invalid``.
        """
        check_clock(time, now_ms(), self._clock_tolerance)
        async with reading(self._engine) as connection:
            device = (
                await connection.execute(
                    sa.select(devices.c.public_key, devices.c.revoked_at).where(
                        devices.c.id == principal.device, devices.c.user_id == principal.id
                    )
                )
            ).one_or_none()
        if device is None or device.revoked_at is not None:
            raise KBeanError("device_revoked")
        if not verify(device.public_key, message, signature):
            raise KBeanError("signature_invalid", field="signature")

    async def passphrase(self, user_id: str, passphrase: str) -> None:
        """The person's passphrase; each try counts towards the lock.

        Raises:
            KBeanError: ``proof_failed``, ``account_locked``, ``busy``.
        """
        async with reading(self._engine) as connection:
            row = (
                await connection.execute(
                    sa.select(users.c.contact, users.c.passphrase_hash).where(users.c.id == user_id)
                )
            ).one_or_none()
        if row is None:
            raise KBeanError("proof_failed")
        async with self._attempts.turn(row.contact):
            await self._attempts.begin(row.contact)
            if not await self._hasher.verify(row.passphrase_hash, passphrase):
                await self._attempts.failed(row.contact)
                raise KBeanError("proof_failed", "the passphrase is wrong", field="passphrase")
            await self._attempts.succeeded(row.contact)

    async def unlock_within(self, connection: AsyncConnection, contact: str) -> int:
        """Lift the lock of a contact's sign-in; until when it would have held, 0 for none."""
        return await self._attempts.unlock_within(connection, contact)
