"""Access only with consent: asked for, granted with a signature, revoked at once (design/1 S5)."""

from __future__ import annotations

from typing import Any, Literal, cast

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from app.protocol.errors import KBeanError
from app.protocol.messages.cards import AccessCard
from app.protocol.messages.desk import AskAccess, Asked
from app.protocol.messages.support import AccessAnswer, Grant, Look, LookList
from app.server.db.engine import reading
from app.server.db.sealing import Sealer
from app.server.http.tokens import Principal
from app.server.identity.staff_audit import AuditBook
from app.server.identity.step_up import StepUp
from app.server.support.consent import rules
from app.server.support.consent.asking import Asking, evidence
from app.server.support.consent.tables import grants, looks
from app.server.support.talk.change import Change
from app.server.support.talk.rows import ConversationRow
from app.server.support.talk.service import Talk

PAGE = 50

State = Literal["active", "declined", "revoked", "expired", "ended"]

_BATCH = 50
_SHOWN: dict[str, State] = {"cancelled": "ended"}


class Access:
    """Grants from the question to their end."""

    def __init__(self, talk: Talk, step_up: StepUp, audit: AuditBook) -> None:
        """Wire it."""
        self._talk = talk
        self._sealer: Sealer = talk.sealer
        self._step_up = step_up
        self._audit = audit
        self.asking = Asking(talk, grants, "access", "access_request")

    # --- the agent's side

    async def ask(
        self, staff: Principal, conv_id: str, request_id: str, request: AskAccess
    ) -> Asked:
        """Ask the person to be shown something of their account, for some minutes.

        Raises:
            KBeanError: ``conversation_not_found``, ``not_owner``, ``forbidden``.
        """
        again = await self.asking.again(request_id, staff, conv_id)
        if again is not None:
            return again
        scopes = rules.in_order(request.scopes)
        async with self._talk.change() as change:
            row = await self.asking.owned(change, conv_id, staff)
            card = AccessCard(
                request_id=request_id,
                agent_id=row.agent_id,
                agent_name=row.agent_name,
                scopes=list(scopes),
                reason=request.reason,
                minutes=request.minutes,
                expires_at=change.now + rules.QUESTION_MS,
            )
            values = {
                "scopes": " ".join(scopes),
                "minutes": request.minutes,
                "reason": self.sealed_reason(request_id, request.reason),
                "break_glass": False,
            }
            asked = await self.asking.put(change, row, request_id, card, values)
            await self._audit.write(
                change.connection, staff.id, "ask_access", row.id, scopes=" ".join(scopes)
            )
        return asked

    # --- the person's side

    async def answer(self, person: Principal, request_id: str, answer: AccessAnswer) -> Grant:
        """Allow (all or less of what was asked) or decline; the signature is kept as evidence.

        The same answer again is told how the grant stands now.

        Raises:
            KBeanError: ``request_not_found``, ``request_answered``, ``request_expired``,
                ``clock_off``, ``device_revoked``, ``signature_invalid``, ``validation_failed``.
        """
        request = await self.asking.mine(request_id, person.id)
        if request.break_glass:
            raise KBeanError("request_not_found")
        if request.signature == answer.signature:
            return self.shown(request)
        rules.check_open(request.state, request.expires_at, self._talk.clock())
        if answer.allow:
            asked = request.scopes.split()
            rules.check_narrower(asked, request.minutes, answer.scopes, answer.minutes)
        message = answer.signed_bytes(request_id, request.agent_id)
        await self._step_up.signed(person, message, answer.signature, answer.time)
        async with self._talk.change() as change:
            there = await self.asking.locked(change, request)
            if there.signature == answer.signature:
                return self.shown(there)
            rules.check_open(there.state, there.expires_at, change.now)
            kept = evidence(person, answer.signature, answer.time, change.now)
            if answer.allow:
                kept["scopes"] = " ".join(rules.in_order(answer.scopes))
                kept["minutes"] = answer.minutes
                until = change.now + answer.minutes * 60_000
                await self.asking.settle(change, there, "active", until, **kept)
            else:
                await self.asking.settle(change, there, "declined", **kept)
            found = await self.asking.locked(change, there)
        return self.shown(found)

    async def revoke(self, person: Principal, grant_id: str) -> Grant:
        """End a grant at once; one that has ended is answered as it stands.

        Raises:
            KBeanError: ``request_not_found``, ``forbidden`` for one that wasn't the person's to
                give (break-glass).
        """
        request = await self.asking.mine(grant_id, person.id)
        if request.break_glass:
            raise KBeanError("forbidden", "two of the staff answer for this one")
        async with self._talk.change() as change:
            there = await self.asking.locked(change, request)
            if there.state == "active" and there.until > change.now:
                await self.asking.settle(change, there, "revoked", ended_at=change.now)
            elif there.state == "open":
                # Taken back before it was given: the question is no longer there.
                await self.asking.settle(change, there, "declined", answered_at=change.now)
            found = await self.asking.locked(change, there)
        return self.shown(found)

    async def open_glass(self, change: Change, request: Any, until: int, second_id: str) -> None:
        """Open what two of the staff agreed on."""
        await self.asking.settle(
            change, request, "active", until, second_id=second_id, answered_at=change.now
        )

    async def looks(self, user_id: str, before: int | None) -> LookList:
        """Who saw what and when, newest first, and the grants that are live now."""
        now = self._talk.clock()
        mine = sa.select(looks).where(looks.c.user_id == user_id)
        if before is not None:
            mine = mine.where(looks.c.at < before)
        living = sa.select(grants).where(
            grants.c.user_id == user_id, grants.c.state == "active", grants.c.until > now
        )
        async with reading(self._talk.engine) as connection:
            order = (looks.c.at.desc(), looks.c.id.desc())
            rows = (await connection.execute(mine.order_by(*order).limit(PAGE + 1))).all()
            held = (await connection.execute(living.order_by(grants.c.id.desc()))).all()
        return LookList(
            grants=[self.shown(row) for row in held],
            looks=[_look(row) for row in rows[:PAGE]],
            more=len(rows) > PAGE,
        )

    # --- what there is

    async def given(self, connection: AsyncConnection, conv_id: str) -> list[Grant]:
        """Consent that was given or declined in a conversation, newest first."""
        asked = grants.c.state.in_(("open", "waiting"))
        query = sa.select(grants).where(grants.c.conv_id == conv_id, ~asked)
        rows = (await connection.execute(query.order_by(grants.c.id.desc()))).all()
        return [self.shown(row) for row in rows]

    def shown(self, row: Any) -> Grant:
        """A row as both sides see it; one whose time is over has expired, tick or no tick."""
        state = cast("State", _SHOWN.get(row.state, row.state))
        if state == "active" and row.until <= self._talk.clock():
            state = "expired"
        return Grant(
            id=row.id,
            conversation_id=row.conv_id,
            agent_id=row.agent_id,
            agent_name=row.agent_name,
            scopes=list(rules.in_order(row.scopes.split())),
            reason=self.opened_reason(row),
            state=state,
            granted_at=row.answered_at or row.created_at,
            until=row.until or 0,
            ended_at=row.ended_at,
            break_glass=bool(row.break_glass),
        )

    # --- how grants end

    async def owner_changed(self, change: Change, row: ConversationRow) -> None:
        """A grant ends with the hand-over or the close (design/4)."""
        await self.asking.end_all(change, row, "cancelled")
        query = sa.select(grants).where(
            grants.c.conv_id == row.id, grants.c.state == "active", grants.c.break_glass.is_(False)
        )
        for held in (await change.connection.execute(query.with_for_update())).all():
            if row.owner != "agent" or held.agent_id != row.agent_id:
                await self.asking.settle(change, held, "ended", ended_at=change.now)

    async def lapse(self) -> None:
        """Say of questions and of grants whose time is over that they have expired."""
        await self.asking.lapse()
        where = (grants.c.state == "active") & (grants.c.until <= self._talk.clock())
        async with reading(self._talk.engine) as connection:
            late = (await connection.execute(sa.select(grants).where(where).limit(_BATCH))).all()
        for held in late:
            async with self._talk.change() as change:
                there = await self.asking.locked(change, held)
                if there.state == "active" and there.until <= change.now:
                    await self.asking.settle(change, there, "expired", ended_at=there.until)

    # --- pieces

    def sealed_reason(self, grant_id: str, reason: str) -> bytes:
        """The agent's words, sealed to their grant."""
        return self._sealer.seal(reason.encode(), f"grant:{grant_id}")

    def opened_reason(self, row: Any) -> str:
        """Undo :meth:`sealed_reason`."""
        return self._sealer.open(row.reason, f"grant:{row.id}").decode()


def _look(row: Any) -> Look:
    return Look(
        id=row.id,
        grant_id=row.grant_id,
        agent_name=row.agent_name,
        scope=row.scope,
        fields=row.fields.split(),
        at=row.at,
        break_glass=bool(row.break_glass),
    )
