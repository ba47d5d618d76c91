"""Emergency freeze: no debits, credits still arrive, sessions and codes end (design/1 A4).

Freezing is one transaction: the person's row, their sessions, then their accounts in the order of
their numbers (the order in which the ledger's writer locks them too). A payment that holds the
accounts is waited for; one that comes after finds them frozen. ``frozen_at`` is read under the
accounts' locks, so no posting that decreases them carries a later time, but for one kind: what a
merchant holds by a pre-authorisation was promised before the freeze and may still be captured, up
to what is held, as with every card (the merchant has handed the room key or the car over).

The session that asks for the freeze stays, so that the person sees that it worked and finds help;
it can't pay either. An agent and the operator don't know in whose hands a device is, so their
freeze ends every session. Signing in anew stays possible, with the passphrase.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.protocol.errors import KBeanError
from app.protocol.ids import new_id
from app.protocol.messages.support import FreezeState, ThawRequest
from app.server.db.engine import reading, writing
from app.server.http.front import now_ms
from app.server.http.tokens import Principal, Revocations
from app.server.identity.freezing_rules import (
    By,
    Freeze,
    adds,
    check_person_thaws,
    state_of,
)
from app.server.identity.step_up import StepUp
from app.server.identity.tables import devices, freezes, sessions, users
from app.server.ledger.tables import accounts

Frozen = Callable[[AsyncConnection, str, int], Awaitable[None]]
"""Lets what is pending of a person die, in the freezing transaction: (connection, user id, now)."""

Tell = Callable[[str], None]
"""Tells a person's devices that something of the account changed."""


class Done(NamedTuple):
    """What a transaction did; :meth:`Freezing.after` follows its commit."""

    user_id: str
    state: FreezeState
    changed: bool
    ended: tuple[str, ...] = ()


class Freezing:
    """Freezes and thaws, one way only."""

    def __init__(
        self,
        engine: AsyncEngine,
        step_up: StepUp,
        revocations: Revocations,
        access_seconds: int,
    ) -> None:
        """Wire it; ``access_seconds`` is how long an access token may still live."""
        self._engine = engine
        self._step_up = step_up
        self._revocations = revocations
        self._access_ms = access_seconds * 1000
        self._listeners: list[Frozen] = []
        self._tell: list[Tell] = []

    def listen(self, listener: Frozen) -> None:
        """Call ``listener`` in the transaction of every freeze: what is pending dies with it."""
        self._listeners.append(listener)

    def tell(self, tell: Tell) -> None:
        """Call ``tell`` with the person's id after every change."""
        self._tell.append(tell)

    async def state(self, user_id: str) -> FreezeState:
        """Whether debits are stopped, since when and by whom."""
        async with reading(self._engine) as connection:
            return await self._state(connection, user_id)

    # --- freezing

    async def freeze(
        self, user_id: str, *, by: By, reason: str = "", actor: str = "", keep_session: str = ""
    ) -> FreezeState:
        """Stop every debit; harmless to repeat, the answer is then the freeze that holds.

        Args:
            user_id: Whose accounts.
            by: On whose word.
            reason: In their words; kept.
            actor: The staff member's id.
            keep_session: The session that asks, which stays; every other one ends.

        Raises:
            KBeanError: ``not_found`` where there is no such person.
        """
        async with writing(self._engine) as connection:
            done = await self.freeze_within(
                connection, user_id, by=by, reason=reason, actor=actor, keep_session=keep_session
            )
        await self.after(done)
        return done.state

    async def freeze_within(
        self,
        connection: AsyncConnection,
        user_id: str,
        *,
        by: By,
        reason: str = "",
        actor: str = "",
        keep_session: str = "",
    ) -> Done:
        """The same in the caller's transaction, who calls :meth:`after` once it is committed."""
        held = await self._locked(connection, user_id)
        # Again each time: who signed in since the freeze may be whom it was meant for.
        ended = await self._end_sessions(connection, user_id, keep_session)
        if not adds(held, by):
            state = await self._state(connection, user_id)
            return Done(user_id, state, changed=False, ended=ended)
        await self._set(connection, user_id, "frozen")
        now = now_ms()
        await connection.execute(
            sa.insert(freezes).values(
                id=new_id(), user_id=user_id, by=by, actor=actor, reason=reason, frozen_at=now
            )
        )
        for listener in self._listeners:
            await listener(connection, user_id, now)
        return Done(user_id, await self._state(connection, user_id), changed=True, ended=ended)

    async def _end_sessions(
        self, connection: AsyncConnection, user_id: str, keep: str
    ) -> tuple[str, ...]:
        ended = await connection.execute(
            sa.update(sessions)
            .where(sessions.c.user_id == user_id, sessions.c.ended_at.is_(None))
            .where(*([sessions.c.id != keep] if keep else []))
            .values(ended_at=now_ms(), end_reason="frozen")
            .returning(sessions.c.id)
        )
        return tuple(ended.scalars())

    # --- thawing

    async def thaw_by_person(self, principal: Principal, request: ThawRequest) -> FreezeState:
        """Lift what was frozen on the person's word: passphrase and the device's signature.

        Raises:
            KBeanError: ``clock_off``, ``device_revoked``, ``signature_invalid``,
                ``proof_failed``, ``account_locked``, ``thaw_by_operator``, ``request_answered``
                for a request that lifted an earlier freeze.
        """
        message = request.signed_bytes(principal.id)
        await self._step_up.signed(principal, message, request.signature, request.time)
        await self._step_up.passphrase(principal.id, request.passphrase)
        async with writing(self._engine) as connection:
            done = await self.thaw_within(connection, principal, request.signature)
        await self.after(done)
        return done.state

    async def thaw_within(
        self,
        connection: AsyncConnection,
        principal: Principal,
        signature: str,
        *,
        actor: str = "",
        reason: str = "",
        vouched: bool = False,
    ) -> Done:
        """Lift in the caller's transaction what a proven person may lift; then :meth:`after`.

        Args:
            connection: A writing transaction.
            principal: The person, whose signature and passphrase were checked.
            signature: What their device signed.
            actor: The agent who proposed it.
            reason: The agent's words.
            vouched: The person has proved who they are by more than device and passphrase, so a
                device enrolled after the freeze may lift it.

        Raises:
            KBeanError: ``thaw_by_operator``, ``proof_failed``, ``request_answered``.
        """
        held = await self._locked(connection, principal.id)
        since = await connection.scalar(
            sa.select(devices.c.created_at).where(devices.c.id == principal.device)
        )
        check_person_thaws(held, 0 if vouched else since or 0)
        if not held:
            return Done(principal.id, await self._state(connection, principal.id), changed=False)
        used = await connection.scalar(
            sa.select(freezes.c.id).where(freezes.c.thaw_signature == signature)
        )
        if used is not None:
            raise KBeanError("request_answered", "this thaw lifted an earlier freeze")
        return await self._lift(
            connection,
            principal.id,
            by="person",
            actor=actor,
            reason=reason,
            signature=signature,
        )

    async def thaw(self, user_id: str, *, reason: str, actor: str = "") -> FreezeState:
        """The operator lifts everything; nobody else passes without the person's proof.

        Raises:
            KBeanError: ``not_found``.
        """
        async with writing(self._engine) as connection:
            await self._locked(connection, user_id)
            done = await self._lift(
                connection, user_id, by="operator", actor=actor, reason=reason, signature=None
            )
        await self.after(done)
        return done.state

    async def _lift(
        self,
        connection: AsyncConnection,
        user_id: str,
        *,
        by: By,
        actor: str,
        reason: str,
        signature: str | None,
    ) -> Done:
        await self._set(connection, user_id, "active")
        lifted = await connection.execute(
            sa.update(freezes)
            .where(freezes.c.user_id == user_id, freezes.c.thawed_at.is_(None))
            .values(
                thawed_at=now_ms(),
                thawed_by=by,
                thaw_actor=actor,
                thaw_reason=reason,
                thaw_signature=signature,
            )
        )
        state = await self._state(connection, user_id)
        return Done(user_id, state, changed=bool(lifted.rowcount))

    # --- pieces

    async def after(self, done: Done) -> None:
        """Follow a commit: ended sessions are refused here at once, the person's devices told."""
        until = now_ms() + self._access_ms
        for session_id in done.ended:
            self._revocations.add(session_id, until)
        if done.changed:
            for tell in self._tell:
                tell(done.user_id)

    async def _locked(self, connection: AsyncConnection, user_id: str) -> list[Freeze]:
        """Lock the person (sessions that are being opened are waited for); what holds now."""
        known = await connection.scalar(
            sa.select(users.c.id).where(users.c.id == user_id).with_for_update()
        )
        if known is None:
            raise KBeanError("not_found")
        return await self._held(connection, user_id)

    async def _held(self, connection: AsyncConnection, user_id: str) -> list[Freeze]:
        rows = await connection.execute(
            sa.select(freezes.c.id, freezes.c.by, freezes.c.frozen_at).where(
                freezes.c.user_id == user_id, freezes.c.thawed_at.is_(None)
            )
        )
        return [Freeze(*row) for row in rows]

    async def _set(self, connection: AsyncConnection, user_id: str, state: str) -> None:
        """Stop or allow debits; the accounts are locked in the order of their numbers."""
        await connection.execute(sa.update(users).where(users.c.id == user_id).values(state=state))
        mine = sa.select(accounts.c.id).where(accounts.c.owner == user_id).order_by(accounts.c.id)
        numbers = list((await connection.execute(mine.with_for_update())).scalars())
        await connection.execute(
            sa.update(accounts).where(accounts.c.id.in_(numbers)).values(state=state)
        )

    async def _state(self, connection: AsyncConnection, user_id: str) -> FreezeState:
        last = await connection.scalar(
            sa.select(sa.func.max(freezes.c.thawed_at)).where(freezes.c.user_id == user_id)
        )
        return state_of(await self._held(connection, user_id), last or 0)
