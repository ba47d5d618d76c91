"""Registration, sign-in, sessions and devices: what happens, in transactions."""

from __future__ import annotations

import hmac
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.protocol.errors import KBeanError
from app.protocol.ids import is_uuid7, new_id
from app.protocol.messages.identity import (
    Contact,
    DeviceKey,
    Profile,
    RefreshRequest,
    RegistrationRequest,
    Session,
    SignInRequest,
)
from app.protocol.signing import decode_bytes, encode_bytes, verify
from app.server.config import Config
from app.server.db.engine import reading, writing
from app.server.http.front import now_ms
from app.server.http.tokens import Principal, TokenBook
from app.server.identity import rules
from app.server.identity.attempts import AttemptBook
from app.server.identity.freezing import Freezing
from app.server.identity.passphrases import PassphraseHasher
from app.server.identity.step_up import StepUp
from app.server.identity.tables import devices, sessions, users
from app.server.ledger.accounts import open_accounts
from app.server.ledger.chart import POINTS

_REPLAY_MS = 60_000
"""How long an exact replay of a refresh (a lost answer) is told the same again."""


class IdentityService:
    """Everything about who somebody is."""

    def __init__(
        self,
        engine: AsyncEngine,
        config: Config,
        tokens: TokenBook,
        secret: bytes,
    ) -> None:
        """Wire the service; ``secret`` keys refresh tokens and the hashes of contacts."""
        self._engine = engine
        self._config = config
        self._tokens = tokens
        self._refresh_secret = hmac.digest(secret, b"refresh", "sha256")
        self._accounts = [("person", currency) for currency in config.currencies]
        self._accounts.append(("points", POINTS))
        self._attempts = AttemptBook(
            engine,
            hmac.digest(secret, b"contact", "sha256"),
            config.lock_after,
            config.lock_seconds,
        )
        self.hasher = PassphraseHasher(
            memory=config.hash_memory, passes=config.hash_passes, parallel=config.hash_parallel
        )
        self.step_up = StepUp(engine, self.hasher, self._attempts, config.clock_tolerance)
        self.freezing = Freezing(engine, self.step_up, tokens.revocations, config.access_seconds)

    # --- registration and sign-in

    async def register(self, request: RegistrationRequest) -> Session:
        """Make a person, enrol the device, open accounts, sign in.

        The same device may send its registration again (its answer was lost): with the right
        passphrase that is a sign-in.

        Raises:
            KBeanError: ``contact_invalid``, ``display_name_invalid``, ``device_key_invalid``,
                ``signature_invalid``, ``clock_off``, ``passphrase_weak``, ``contact_taken``.
        """
        self._check_device(request.device, request.signed_bytes(), request.signature, request.time)
        contact = rules.normal_contact(request.contact, self._config.default_region)
        name = rules.display_name(request.display_name)
        rules.check_passphrase(request.passphrase, [name, contact.value])
        if await self._user_by_contact(contact) is not None:
            return await self._register_again(contact, request)
        hashed = await self.hasher.hash(request.passphrase)
        now = now_ms()
        user_id, device_id = new_id(), new_id()
        try:
            async with writing(self._engine) as connection:
                await connection.execute(
                    sa.insert(users).values(
                        id=user_id,
                        contact_kind=contact.kind,
                        contact=contact.value,
                        display_name=name,
                        locale=request.locale,
                        passphrase_hash=hashed,
                        created_at=now,
                    )
                )
                await self._enrol(connection, user_id, device_id, request.device, now)
                await open_accounts(connection, user_id, self._accounts)
                return await self._open_session(connection, user_id, device_id, now)
        except sa.exc.IntegrityError:
            # Somebody registered the same contact meanwhile, perhaps this very request.
            return await self._register_again(contact, request)

    async def _register_again(self, contact: Contact, request: RegistrationRequest) -> Session:
        row = await self._user_by_contact(contact)
        if row is not None:
            async with reading(self._engine) as connection:
                known = await connection.scalar(
                    sa.select(devices.c.id).where(
                        devices.c.user_id == row.id,
                        devices.c.public_key == request.device.public_key,
                        devices.c.revoked_at.is_(None),
                    )
                )
            if known is not None:
                return await self._sign_in(contact, request.passphrase, request.device)
        raise KBeanError("contact_taken", field="contact.value")

    async def sign_in(self, request: SignInRequest) -> Session:
        """Sign an existing person in, on a device that is known or enrolled now.

        An unknown contact costs the same time, is counted the same and gets the same words.

        Raises:
            KBeanError: ``contact_invalid``, ``device_key_invalid``, ``signature_invalid``,
                ``clock_off``, ``credentials_wrong``, ``account_locked``, ``device_revoked``.
        """
        self._check_device(request.device, request.signed_bytes(), request.signature, request.time)
        contact = rules.normal_contact(request.contact, self._config.default_region)
        return await self._sign_in(contact, request.passphrase, request.device)

    async def _sign_in(self, contact: Contact, passphrase: str, device: DeviceKey) -> Session:
        async with self._attempts.turn(contact.value):
            await self._attempts.begin(contact.value)
            row = await self._user_by_contact(contact)
            right = await self.hasher.verify(row.passphrase_hash if row else None, passphrase)
            if row is None or not right:
                await self._attempts.failed(contact.value)
                raise KBeanError("credentials_wrong")
            await self._attempts.succeeded(contact.value)
        now = now_ms()
        async with writing(self._engine) as connection:
            known = (
                await connection.execute(
                    sa.select(devices.c.id, devices.c.revoked_at).where(
                        devices.c.user_id == row.id, devices.c.public_key == device.public_key
                    )
                )
            ).one_or_none()
            if known is not None and known.revoked_at is not None:
                raise KBeanError("device_revoked")
            device_id: str = known.id if known is not None else new_id()
            if known is None:
                await self._enrol(connection, row.id, device_id, device, now)
            return await self._open_session(connection, row.id, device_id, now)

    # --- sessions

    async def refresh(self, request: RefreshRequest) -> Session:
        """Exchange a refresh token for a new one; a token used before ends the session.

        Raises:
            KBeanError: ``refresh_invalid``, ``session_ended``, ``device_revoked``,
                ``signature_invalid``, ``clock_off``.
        """
        session_id, generation = self._open_refresh(request.refresh_token)
        now = now_ms()
        rules.check_clock(request.time, now, self._config.clock_tolerance)
        async with writing(self._engine) as connection:
            row = (
                await connection.execute(
                    sa.select(sessions, devices.c.public_key, devices.c.revoked_at)
                    .join(devices, devices.c.id == sessions.c.device_id)
                    .where(sessions.c.id == session_id)
                    .with_for_update(of=sessions)
                )
            ).one_or_none()
            if row is None or row.device_id != request.device_id:
                raise KBeanError("refresh_invalid")
            if not verify(row.public_key, request.signed_bytes(), request.signature):
                raise KBeanError("signature_invalid")
            if row.revoked_at is not None:
                raise KBeanError("device_revoked")
            if row.ended_at is not None:
                raise KBeanError("session_ended")
            if row.expires_at <= now:
                raise KBeanError("refresh_invalid", "the refresh token has expired")
            this_request = sha256(request.signature.encode()).digest()
            if generation == row.generation:
                return await self._rotate(connection, row, this_request, now)
            replay = generation == row.generation - 1 and row.refresh_hash == this_request
            if replay and now - row.refreshed_at < _REPLAY_MS:
                return self._session(row.user_id, row.device_id, row.id, row.generation, now)
            await self._end(connection, sessions.c.id == row.id, "token_reuse", now)
        raise KBeanError("session_ended", "the refresh token was used before")

    async def _rotate(
        self, connection: AsyncConnection, row: Any, this_request: bytes, now: int
    ) -> Session:
        await connection.execute(
            sa.update(sessions)
            .where(sessions.c.id == row.id)
            .values(
                generation=row.generation + 1,
                refresh_hash=this_request,
                refreshed_at=now,
                expires_at=now + self._refresh_ms,
            )
        )
        return self._session(row.user_id, row.device_id, row.id, row.generation + 1, now)

    async def sign_out(self, principal: Principal) -> None:
        """End the session of the token; every node knows within a second."""
        async with writing(self._engine) as connection:
            await self._end(connection, sessions.c.id == principal.session, "sign_out", now_ms())

    async def revoke_device(self, user_id: str, device_id: str) -> None:
        """Sign a device out for good: its sessions end and its key signs nothing any more.

        Raises:
            KBeanError: ``not_found`` where the person has no such device.
        """
        async with writing(self._engine) as connection:
            await self.revoke_device_within(connection, user_id, device_id)

    async def revoke_device_within(
        self, connection: AsyncConnection, user_id: str, device_id: str
    ) -> None:
        """The same in the caller's transaction.

        Raises:
            KBeanError: ``not_found``.
        """
        if not is_uuid7(device_id):
            raise KBeanError("not_found")
        now = now_ms()
        changed = await connection.execute(
            sa.update(devices)
            .where(devices.c.id == device_id, devices.c.user_id == user_id)
            .values(revoked_at=sa.func.coalesce(devices.c.revoked_at, now))
        )
        if not changed.rowcount:
            raise KBeanError("not_found")
        await self._end(connection, sessions.c.device_id == device_id, "device_revoked", now)

    async def _end(
        self, connection: AsyncConnection, which: sa.ColumnElement[bool], reason: str, now: int
    ) -> None:
        ended = await connection.execute(
            sa.update(sessions)
            .where(which, sessions.c.ended_at.is_(None))
            .values(ended_at=now, end_reason=reason)
            .returning(sessions.c.id)
        )
        for (session_id,) in ended.all():
            self._tokens.revocations.add(session_id, now + self._access_ms)

    async def look_for_ended(self, since_ms: int) -> None:
        """Learn which sessions were ended (here or on another node) whose tokens still live."""
        now = now_ms()
        async with reading(self._engine) as connection:
            rows = await connection.execute(
                sa.select(sessions.c.id, sessions.c.ended_at).where(sessions.c.ended_at >= since_ms)
            )
            found = [(row.id, row.ended_at + self._access_ms) for row in rows]
        self._tokens.revocations.merge(found, now)

    @property
    def _access_ms(self) -> int:
        return self._config.access_seconds * 1000

    @property
    def _refresh_ms(self) -> int:
        return self._config.refresh_days * 86_400_000

    # --- the person

    async def profile(self, user_id: str) -> Profile:
        """Who is signed in.

        Raises:
            KBeanError: ``not_found``.
        """
        async with reading(self._engine) as connection:
            row = (
                await connection.execute(sa.select(users).where(users.c.id == user_id))
            ).one_or_none()
        if row is None:
            raise KBeanError("not_found")
        return Profile(
            user_id=row.id,
            display_name=row.display_name,
            contact=Contact(row.contact_kind, row.contact),
            locale=row.locale,
            created_at=row.created_at,
            state=row.state,
        )

    async def find(self, contact: Contact) -> str | None:
        """The user id behind a contact, for the operator's commands."""
        row = await self._user_by_contact(
            rules.normal_contact(contact, self._config.default_region)
        )
        return None if row is None else str(row.id)

    # --- pieces

    def _check_device(self, device: DeviceKey, message: bytes, signature: str, time: int) -> None:
        try:
            # 43 characters (the message's rule) that decode are 32 bytes.
            decode_bytes(device.public_key)
        except ValueError:
            raise KBeanError("device_key_invalid", field="device.public_key") from None
        rules.check_clock(time, now_ms(), self._config.clock_tolerance)
        if not verify(device.public_key, message, signature):
            raise KBeanError("signature_invalid", field="signature")

    async def _user_by_contact(self, contact: Contact) -> Any:
        async with reading(self._engine) as connection:
            return (
                await connection.execute(
                    sa.select(users.c.id, users.c.passphrase_hash).where(
                        users.c.contact == contact.value, users.c.contact_kind == contact.kind
                    )
                )
            ).one_or_none()

    async def _enrol(
        self, connection: AsyncConnection, user_id: str, device_id: str, key: DeviceKey, now: int
    ) -> None:
        await connection.execute(
            sa.insert(devices).values(
                id=device_id,
                user_id=user_id,
                public_key=key.public_key,
                name=key.name,
                platform=key.platform,
                created_at=now,
            )
        )

    async def _open_session(
        self, connection: AsyncConnection, user_id: str, device_id: str, now: int
    ) -> Session:
        session_id = new_id()
        await connection.execute(
            sa.insert(sessions).values(
                id=session_id,
                user_id=user_id,
                device_id=device_id,
                generation=0,
                refreshed_at=now,
                expires_at=now + self._refresh_ms,
                created_at=now,
            )
        )
        return self._session(user_id, device_id, session_id, 0, now)

    def _session(
        self, user_id: str, device_id: str, session_id: str, generation: int, now: int
    ) -> Session:
        expires = now + self._access_ms
        principal = Principal("person", user_id, session_id, device_id, "", "", expires)
        return Session(
            user_id=user_id,
            device_id=device_id,
            session_id=session_id,
            access_token=self._tokens.issue(principal),
            access_expires_at=expires,
            refresh_token=self._refresh_token(session_id, generation),
            refresh_expires_at=now + self._refresh_ms,
            server_time=now,
        )

    def _refresh_token(self, session_id: str, generation: int) -> str:
        """``r1.`` session ``.`` generation ``.`` MAC: nothing of it needs to be stored."""
        head = f"r1.{session_id}.{generation}"
        mac = hmac.digest(self._refresh_secret, head.encode(), "sha256")
        return f"{head}.{encode_bytes(mac)}"

    def _open_refresh(self, token: str) -> tuple[str, int]:
        parts = token.split(".")
        if len(parts) == 4 and parts[2].isascii() and parts[2].isdigit() and len(parts[2]) < 10:
            generation = int(parts[2])
            if hmac.compare_digest(self._refresh_token(parts[1], generation), token):
                return parts[1], generation
        raise KBeanError("refresh_invalid")
