"""The room of identity and consent: its parts, and what it does when others do something."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from app.protocol.ids import new_id
from app.protocol.messages.cards import OwnerEvent
from app.protocol.messages.desk import AskVerification, StaffMember
from app.protocol.messages.support import FreezeState, Grant, Message
from app.server.db.engine import reading, writing
from app.server.http.tokens import Principal
from app.server.identity.service import IdentityService
from app.server.identity.staff_audit import AuditBook
from app.server.jobs.ticks import Ticks
from app.server.payments.activity import ActivityService
from app.server.support.consent.access import Access
from app.server.support.consent.break_glass import Glass
from app.server.support.consent.gateway import Gateway
from app.server.support.consent.help import AccountHelp
from app.server.support.consent.postman import Postman
from app.server.support.consent.questions import Questions
from app.server.support.consent.rules import Verified
from app.server.support.consent.tables import proposals, verifications
from app.server.support.consent.verification import Verifications
from app.server.support.people.room import PeopleRoom
from app.server.support.talk.change import Change
from app.server.support.talk.rows import ConversationRow
from app.server.support.talk.service import Talk

LAPSE_SECONDS = 5.0
"""How often outcomes that the clock decided are said; the clock itself decides at once."""


class Given(NamedTuple):
    """What a desk shows beside a conversation."""

    grants: list[Grant]
    verified: Verified


class Consent:
    """Verifications, grants, looks, account help; a :class:`Listener` of conversations."""

    def __init__(
        self,
        talk: Talk,
        identity: IdentityService,
        activity: ActivityService,
        audit: AuditBook,
        *,
        secret: bytes,
        find_member: Callable[[str], Awaitable[StaffMember]],
        default_region: str,
    ) -> None:
        """Put the parts together and listen to freezes.

        Args:
            talk: Conversations.
            identity: People.
            activity: Movements.
            audit: Where privileged actions of the staff are written down.
            secret: Keys the hashes of one-time codes.
            find_member: One of the staff by id.
            default_region: Country of phone numbers written without one.
        """
        self._talk = talk
        self._freezing = identity.freezing
        self._audit = audit
        self.questions = Questions(talk.engine, talk.sealer, identity.hasher, identity.step_up)
        self.verifications = Verifications(talk, identity.step_up, self.questions, audit, secret)
        self.access = Access(talk, identity.step_up, audit)
        self.gateway = Gateway(talk, activity, audit)
        self.glass = Glass(talk, self.access, audit, find_member)
        self.help = AccountHelp(
            talk,
            identity,
            self.verifications,
            self.gateway,
            audit,
            default_region=default_region,
        )
        identity.freezing.listen(self._frozen)

    def employ(self, postman: Postman) -> None:
        """From now on one-time codes can be sent by e-mail."""
        self.verifications.postman = postman

    def register(self, people: PeopleRoom, ticks: Ticks) -> None:
        """Listen to conversations, come round, and fill what the desk's other rooms leave open."""
        self._talk.listen(self)
        ticks.every(LAPSE_SECONDS, "consent-lapse", self.lapse)
        people.boards.particulars.append(self.particulars)
        people.work.verify = self.verify

    async def of_conversation(self, conv_id: str) -> Given:
        """Consent that was given in a conversation, and what the person has proved."""
        async with reading(self._talk.engine) as connection:
            return await self._given(connection, conv_id)

    async def _given(self, connection: AsyncConnection, conv_id: str) -> Given:
        return Given(
            await self.access.given(connection, conv_id),
            await self.verifications.verified(connection, conv_id),
        )

    async def particulars(
        self, connection: AsyncConnection, _staff: Principal, row: ConversationRow
    ) -> dict[str, Any]:
        """The fields of a desk's conversation that this room fills."""
        given = await self._given(connection, row.id)
        return {
            "grants": given.grants,
            "verified_level": given.verified.level,
            "verified_until": given.verified.until,
        }

    async def verify(
        self, change: Change, staff: Principal, row: ConversationRow, level: int
    ) -> None:
        """A macro's step: ask the person to prove who they are."""
        await self.verifications.ask_within(change, staff, row.id, new_id(), AskVerification(level))

    async def freeze(self, staff: Principal, conv_id: str, reason: str) -> FreezeState:
        """The desk's one button: an agent freezes the person they talk with, at once.

        Every session ends: the agent doesn't know in whose hands a device is.

        Raises:
            KBeanError: ``conversation_not_found``, ``not_owner``, ``forbidden``.
        """
        async with self._talk.change() as change:
            # Only looked at: freezing locks the person before anything else.
            row = await self.access.asking.owned(change, conv_id, staff)
        async with writing(self._talk.engine) as connection:
            done = await self._freezing.freeze_within(
                connection, row.user_id, by="agent", actor=staff.id, reason=reason
            )
            await self._audit.write(connection, staff.id, "freeze", conv_id)
        await self._freezing.after(done)
        return done.state

    # --- what others do

    async def appended(self, change: Change, row: ConversationRow, message: Message) -> None:
        """Nothing follows from what is said."""

    async def owner_changed(
        self, change: Change, row: ConversationRow, before: str, event: OwnerEvent
    ) -> None:
        """Grants end with the hand-over or the close, and so do open questions."""
        await self.access.owner_changed(change, row)
        await self.verifications.owner_changed(change, row)
        await self.help.owner_changed(change, row)

    async def _frozen(self, connection: AsyncConnection, user_id: str, now: int) -> None:
        """With a freeze, one-time codes and proposed changes lapse at this very moment.

        What somebody holds is being settled now and is left to them: waiting for it here, with
        the person's row locked, could wait in a circle.
        """
        for table in (verifications, proposals):
            which = sa.select(table.c.id).where(table.c.user_id == user_id, table.c.state == "open")
            found = (await connection.execute(which.with_for_update(skip_locked=True))).scalars()
            lapsed = sa.update(table).where(table.c.id.in_(list(found)))
            await connection.execute(lapsed.values(expires_at=now))

    async def lapse(self) -> None:
        """A tick: say what the clock has decided."""
        await self.verifications.asking.lapse()
        await self.access.lapse()
        await self.help.asking.lapse()
