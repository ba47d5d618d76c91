"""Staff: who they are, signing in with passphrase and code, short sessions (design/4 §Desk)."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol, cast

import msgspec
import pyotp
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.protocol.errors import KBeanError
from app.protocol.ids import is_uuid7, new_id
from app.protocol.messages.desk import Role, StaffMember, StaffSession, StaffSignIn
from app.protocol.messages.support import Language
from app.server.config import Config
from app.server.db.engine import reading, writing
from app.server.db.sealing import Sealer
from app.server.http.front import now_ms
from app.server.http.tokens import Principal, TokenBook
from app.server.identity import rules, staff_rules
from app.server.identity.attempts import AttemptBook
from app.server.identity.passphrases import PassphraseHasher
from app.server.identity.staff_audit import AuditBook
from app.server.identity.staff_tables import staff, staff_sessions

_NOTE_SEEN_MS = 60_000
"""A session's "seen" is written once a minute at most, not with each request."""


class NewStaff(NamedTuple):
    """What the command line shows once: the second factor's secret, as text and as a link."""

    staff_id: str
    secret: str
    uri: str


class StaffListener(Protocol):
    """What the rooms above do when somebody of the staff has gone (in the same transaction)."""

    async def staff_left(self, connection: AsyncConnection, staff_id: str) -> None:
        """Nobody is signed in under this id any more."""


class StaffService:
    """Everything about who of the staff somebody is."""

    def __init__(
        self,
        engine: AsyncEngine,
        config: Config,
        tokens: TokenBook,
        secret: bytes,
        *,
        sealer: Sealer,
        hasher: PassphraseHasher,
    ) -> None:
        """Wire the service; ``secret`` keys the hashes under which tries are counted."""
        self._engine = engine
        self._config = config
        self._tokens = tokens
        self._sealer = sealer
        self._hasher = hasher
        self._attempts = AttemptBook(
            engine, hmac.digest(secret, b"staff", "sha256"), config.lock_after, config.lock_seconds
        )
        self._listeners: list[StaffListener] = []
        self.audit = AuditBook(engine)

    def listen(self, listener: StaffListener) -> None:
        """Tell a room above when somebody leaves."""
        self._listeners.append(listener)

    # --- the operator's work

    async def add(
        self,
        name: str,
        passphrase: str,
        *,
        display_name: str,
        roles: Sequence[str],
        skills: Sequence[str] = (),
        languages: Sequence[str] = ("zh", "en"),
        capacity: int = 5,
    ) -> NewStaff:
        """Add a member of the staff.

        Raises:
            KBeanError: ``validation_failed``, ``display_name_invalid``, ``passphrase_weak``,
                ``staff_name_taken``.
        """
        staff_rules.check_profile(name, list(roles), list(skills), list(languages), capacity)
        shown = rules.display_name(display_name)
        rules.check_passphrase(passphrase, [name, shown])
        staff_id, secret = new_id(), pyotp.random_base32()
        hashed = await self._hasher.hash(passphrase)
        try:
            async with writing(self._engine) as connection:
                await connection.execute(
                    sa.insert(staff).values(
                        id=staff_id,
                        name=name,
                        display_name=shown,
                        passphrase_hash=hashed,
                        totp_secret=self._seal(staff_id, secret),
                        roles=staff_rules.words(list(roles)),
                        skills=staff_rules.words(list(skills)),
                        languages=staff_rules.words(list(languages)),
                        capacity=capacity,
                        created_at=now_ms(),
                    )
                )
                await self.audit.write(
                    connection, None, "staff_add", staff_id, roles=staff_rules.words(list(roles))
                )
        except sa.exc.IntegrityError:
            raise KBeanError("staff_name_taken", field="name") from None
        return self._shown_once(staff_id, name, secret)

    async def disable(self, name: str) -> str:
        """End a member's sessions and let them in no more; the id.

        Raises:
            KBeanError: ``not_found``.
        """
        now = now_ms()
        async with writing(self._engine) as connection:
            staff_id = await self._named(connection, name)
            await connection.execute(
                sa.update(staff)
                .where(staff.c.id == staff_id)
                .values(disabled_at=sa.func.coalesce(staff.c.disabled_at, now))
            )
            await self._end(connection, staff_sessions.c.staff_id == staff_id, "disabled", now)
            await self.audit.write(connection, None, "staff_disable", staff_id)
        return staff_id

    async def reset_totp(self, name: str) -> NewStaff:
        """Give a member a new second factor; the old one and the sessions end.

        Raises:
            KBeanError: ``not_found``.
        """
        secret = pyotp.random_base32()
        async with writing(self._engine) as connection:
            staff_id = await self._named(connection, name)
            await connection.execute(
                sa.update(staff)
                .where(staff.c.id == staff_id)
                .values(totp_secret=self._seal(staff_id, secret), totp_step=0)
            )
            await self._end(
                connection, staff_sessions.c.staff_id == staff_id, "totp_reset", now_ms()
            )
            await self.audit.write(connection, None, "staff_totp", staff_id)
        return self._shown_once(staff_id, name, secret)

    async def _named(self, connection: AsyncConnection, name: str) -> str:
        found = await connection.scalar(
            sa.select(staff.c.id).where(staff.c.name == name).with_for_update()
        )
        if found is None:
            raise KBeanError("not_found", f"nobody of the staff is called {name}")
        return str(found)

    # --- signing in and out

    async def sign_in(self, request: StaffSignIn) -> StaffSession:
        """Check name, passphrase and code together.

        Whatever is wrong (the name, the passphrase, the code, a code used before, a member who was
        disabled) costs the same, is counted the same and gets the same words.

        Raises:
            KBeanError: ``staff_credentials_wrong``, ``account_locked``, ``busy``.
        """
        async with self._attempts.turn(request.name):
            await self._attempts.begin(request.name)
            async with reading(self._engine) as connection:
                row = (
                    await connection.execute(sa.select(staff).where(staff.c.name == request.name))
                ).one_or_none()
            right = await self._hasher.verify(
                row.passphrase_hash if row else None, request.passphrase
            )
            now = now_ms()
            secret = self._open(row) if row else pyotp.random_base32()
            step = staff_rules.step_of(secret, request.totp, now, row.totp_step if row else 0)
            if row is not None and right and step is not None and row.disabled_at is None:
                session = await self._open_session(row, step, now)
                if session is not None:
                    await self._attempts.succeeded(request.name)
                    return session
            await self._attempts.failed(request.name)
            raise KBeanError("staff_credentials_wrong")

    async def _open_session(self, row: Any, step: int, now: int) -> StaffSession | None:
        """Use the code up and open a session; None where the code was used this very moment."""
        session_id, expires = new_id(), now + self._config.staff_session_seconds * 1000
        async with writing(self._engine) as connection:
            used = await connection.execute(
                sa.update(staff)
                .where(
                    staff.c.id == row.id,
                    staff.c.totp_step < step,
                    staff.c.totp_secret == row.totp_secret,
                    staff.c.disabled_at.is_(None),
                )
                .values(totp_step=step)
            )
            if not used.rowcount:
                return None
            await connection.execute(
                sa.insert(staff_sessions).values(
                    id=session_id,
                    staff_id=row.id,
                    created_at=now,
                    seen_at=now,
                    expires_at=expires,
                )
            )
            await self.audit.write(connection, row.id, "sign_in", session_id)
        principal = Principal(
            "staff", row.id, session_id, "", "", "", expires, tuple(row.roles.split())
        )
        return StaffSession(
            staff=member_of(row),
            access_token=self._tokens.issue(principal),
            access_expires_at=expires,
            server_time=now,
        )

    async def sign_out(self, principal: Principal) -> None:
        """End the session of the token; every node knows within a second."""
        async with writing(self._engine) as connection:
            await self._end(
                connection, staff_sessions.c.id == principal.session, "sign_out", now_ms()
            )

    async def seen(self, principal: Principal) -> Principal:
        """Say that a session is in use; the principal with the roles of now.

        The row is read with every request: staff are few, and what a token may do must not outlive
        a decision of the operator.

        Raises:
            KBeanError: ``session_ended``.
        """
        now = now_ms()
        async with reading(self._engine) as connection:
            row = (
                await connection.execute(
                    sa.select(
                        staff_sessions.c.seen_at,
                        staff_sessions.c.expires_at,
                        staff_sessions.c.ended_at,
                        staff.c.roles,
                    )
                    .join(staff, staff.c.id == staff_sessions.c.staff_id)
                    .where(staff_sessions.c.id == principal.session, staff.c.disabled_at.is_(None))
                )
            ).one_or_none()
        if row is None or staff_rules.session_over(
            now_ms=now,
            seen_at=row.seen_at,
            expires_at=row.expires_at,
            ended_at=row.ended_at,
            idle_ms=self._idle_ms,
        ):
            raise KBeanError("session_ended")
        if now - row.seen_at >= _NOTE_SEEN_MS:
            async with writing(self._engine) as connection:
                await connection.execute(
                    sa.update(staff_sessions)
                    .where(staff_sessions.c.id == principal.session)
                    .values(seen_at=now)
                )
        return msgspec.structs.replace(principal, roles=tuple(row.roles.split()))

    async def end_idle(self) -> None:
        """End the sessions in which nothing was asked for too long (a tick calls this)."""
        now = now_ms()
        async with writing(self._engine) as connection:
            await self._end(
                connection,
                sa.or_(
                    staff_sessions.c.seen_at <= now - self._idle_ms,
                    staff_sessions.c.expires_at <= now,
                ),
                "idle",
                now,
            )

    async def _end(
        self, connection: AsyncConnection, which: sa.ColumnElement[bool], reason: str, now: int
    ) -> None:
        ended = await connection.execute(
            sa.update(staff_sessions)
            .where(which, staff_sessions.c.ended_at.is_(None))
            .values(ended_at=now, end_reason=reason)
            .returning(staff_sessions.c.id, staff_sessions.c.staff_id, staff_sessions.c.expires_at)
        )
        rows = ended.all()
        for row in rows:
            self._tokens.revocations.add(row.id, row.expires_at)
        for staff_id in dict.fromkeys(row.staff_id for row in rows):
            if not await self._signed_in(connection, staff_id):
                for listener in self._listeners:
                    await listener.staff_left(connection, staff_id)

    async def _signed_in(self, connection: AsyncConnection, staff_id: str) -> bool:
        """Whether another session of the member lives."""
        found = await connection.scalar(
            sa.select(staff_sessions.c.id)
            .where(staff_sessions.c.staff_id == staff_id, staff_sessions.c.ended_at.is_(None))
            .limit(1)
        )
        return found is not None

    async def look_for_ended(self, since_ms: int) -> None:
        """Learn which sessions were ended, here or on another node, whose tokens still live."""
        async with reading(self._engine) as connection:
            rows = await connection.execute(
                sa.select(staff_sessions.c.id, staff_sessions.c.expires_at).where(
                    staff_sessions.c.ended_at >= since_ms
                )
            )
            found = [(row.id, row.expires_at) for row in rows]
        self._tokens.revocations.merge(found, now_ms())

    # --- who there is

    async def members(self) -> list[StaffMember]:
        """Everybody who isn't disabled, by name; presence and load are the queue's to add."""
        async with reading(self._engine) as connection:
            rows = await connection.execute(
                sa.select(staff).where(staff.c.disabled_at.is_(None)).order_by(staff.c.name)
            )
            return [member_of(row) for row in rows]

    async def member(self, staff_id: str) -> StaffMember:
        """One member who isn't disabled.

        Raises:
            KBeanError: ``not_found``.
        """
        row = None
        if is_uuid7(staff_id):
            async with reading(self._engine) as connection:
                row = (
                    await connection.execute(
                        sa.select(staff).where(
                            staff.c.id == staff_id, staff.c.disabled_at.is_(None)
                        )
                    )
                ).one_or_none()
        if row is None:
            raise KBeanError("not_found", "nobody of the staff has this id")
        return member_of(row)

    # --- pieces

    @property
    def _idle_ms(self) -> int:
        return self._config.staff_idle_seconds * 1000

    def _seal(self, staff_id: str, secret: str) -> bytes:
        return self._sealer.seal(secret.encode(), _context(staff_id))

    def _open(self, row: Any) -> str:
        return self._sealer.open(row.totp_secret, _context(row.id)).decode()

    def _shown_once(self, staff_id: str, name: str, secret: str) -> NewStaff:
        uri = pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=self._config.operator)
        return NewStaff(staff_id, secret, uri)


def member_of(row: Any, **more: Any) -> StaffMember:
    """A row of ``staff`` as the desk knows it; presence and load are the queue's to add."""
    return StaffMember(
        id=row.id,
        name=row.name,
        display_name=row.display_name,
        roles=cast("list[Role]", row.roles.split()),
        skills=row.skills.split(),
        languages=cast("list[Language]", row.languages.split()),
        capacity=row.capacity,
        **more,
    )


def _context(staff_id: str) -> str:
    """What a sealed secret is bound to."""
    return f"staff.totp:{staff_id}"
