"""Account help: the agent proposes a change, the person confirms it, the difference is kept.

What a locked-out person can do, truly: ``unlock_sign_in`` lifts the lock on wrong passphrases at
once, confirmed with the signature of a device that is still signed in (its wallet is unlocked with
what it keeps, not with the service's answer). Without such a device nobody here can let them in:
the lock ends by itself (15 minutes at first, a day at most), and the agent can only say so.
"""

from __future__ import annotations

from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from app.protocol.errors import KBeanError
from app.protocol.ids import is_uuid7
from app.protocol.messages.cards import ProposalCard, RequestEvent
from app.protocol.messages.desk import Asked, Propose
from app.protocol.messages.identity import Contact
from app.protocol.messages.stream import Changed
from app.protocol.messages.support import ProposalAnswer
from app.server.http.tokens import Principal
from app.server.identity import rules as identity_rules
from app.server.identity.service import IdentityService
from app.server.identity.staff_audit import AuditBook
from app.server.identity.tables import devices, users
from app.server.support.consent import rules
from app.server.support.consent.asking import Asking, evidence
from app.server.support.consent.gateway import Gateway
from app.server.support.consent.tables import proposals
from app.server.support.consent.verification import Verifications
from app.server.support.talk.change import Change
from app.server.support.talk.rows import ConversationRow
from app.server.support.talk.service import Talk

_FINAL = frozenset({"contact_taken", "thaw_by_operator", "not_found", "request_expired"})
"""Refusals at the confirmation that no second try overcomes: the proposal has failed."""


class Detail(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is sealed of a proposal.

    Attributes:
        seen: The value when it was proposed; another one at the confirmation is a conflict.
        before: The difference, once it was made.
        after: As it is since.
    """

    reason: str
    value: str
    seen: str
    before: str = ""
    after: str = ""


_decode = msgspec.json.Decoder(Detail).decode
_encode = msgspec.json.Encoder().encode


class AccountHelp:
    """Proposals from the agent's wish to the change that was made."""

    def __init__(
        self,
        talk: Talk,
        identity: IdentityService,
        verifications: Verifications,
        gateway: Gateway,
        audit: AuditBook,
        *,
        default_region: str,
    ) -> None:
        """Wire it; ``default_region`` reads phone numbers without a country."""
        self._talk = talk
        self._identity = identity
        self._verifications = verifications
        self._gateway = gateway
        self._audit = audit
        self._region = default_region
        self.asking = Asking(talk, proposals, "proposal", "card")

    # --- the agent's side

    async def propose(
        self, staff: Principal, conv_id: str, request_id: str, request: Propose
    ) -> Asked:
        """Propose a change; nothing of the account is told by the answer or by the card.

        The card's ``before`` is empty but for a device's name, which takes a live grant for
        ``devices``: the person sees in their own wallet how it is now.

        Raises:
            KBeanError: ``conversation_not_found``, ``not_owner``, ``forbidden``,
                ``proof_needed``, ``grant_missing``, ``validation_failed``, ``contact_invalid``,
                ``display_name_invalid``.
        """
        again = await self.asking.again(request_id, staff, conv_id)
        if again is not None:
            return again
        value = self._normal(request)
        async with self._talk.change() as change:
            row = await self.asking.owned(change, conv_id, staff)
            proof = await self._verifications.verified(change.connection, conv_id)
            rules.check_proposable(request.change, proof.level)
            before = ""
            scope = rules.NEEDS_SCOPE.get(request.change)
            if scope is not None:
                await self._gateway.look_within(change, staff, conv_id, scope)
                before = await _device_name(change.connection, row.user_id, value)
            detail = Detail(
                request.reason,
                value,
                await _present(change.connection, row.user_id, request.change),
            )
            step_up = request.change in rules.STEP_UP
            card = ProposalCard(
                request_id=request_id,
                change=request.change,
                before=before,
                after="" if scope is not None else value,
                reason=request.reason,
                step_up=step_up,
                expires_at=change.now + rules.QUESTION_MS,
            )
            values = {
                "change": request.change,
                "step_up": step_up,
                "detail": self._sealed(request_id, detail),
            }
            asked = await self.asking.put(change, row, request_id, card, values)
            await self._audit.write(
                change.connection, staff.id, "propose", row.id, change=request.change
            )
        return asked

    def _normal(self, request: Propose) -> str:
        """The value in the one spelling under which it would be kept."""
        match request.change:
            case "display_name":
                return identity_rules.display_name(request.value)
            case "locale":
                if request.value not in rules.LOCALES:
                    raise KBeanError("validation_failed", field="value")
                return request.value
            case "contact":
                return identity_rules.normal_contact(_contact(request.value), self._region).value
            case "sign_out_device":
                if not is_uuid7(request.value):
                    raise KBeanError("validation_failed", "not a device's id", field="value")
                return request.value
            case _:
                return ""

    # --- the person's side

    async def answer(
        self, person: Principal, request_id: str, answer: ProposalAnswer
    ) -> RequestEvent:
        """Confirm (the change is made in the same transaction) or decline.

        Raises:
            KBeanError: ``request_not_found``, ``request_answered``, ``request_expired`` (also
                where the value has changed since it was proposed), ``clock_off``,
                ``device_revoked``, ``signature_invalid``, ``proof_failed``, ``account_locked``,
                ``contact_taken``, ``thaw_by_operator``, ``not_found``, ``busy``.
        """
        request = await self.asking.mine(request_id, person.id)
        if request.signature == answer.signature:
            return self.asking.event(request, request.state)
        rules.check_open(request.state, request.expires_at, self._talk.clock())
        message = answer.signed_bytes(request_id)
        step_up = self._identity.step_up
        await step_up.signed(person, message, answer.signature, answer.time)
        if answer.accept and request.step_up:
            await step_up.passphrase(person.id, answer.passphrase)
        try:
            return await self._settle(person, request, answer)
        except KBeanError as error:
            if error.code in _FINAL and answer.accept:
                await self._fail(request)
            raise

    async def _settle(
        self, person: Principal, request: Any, answer: ProposalAnswer
    ) -> RequestEvent:
        async with self._talk.change() as change:
            # The person first: so does whoever freezes them, or opens a conversation.
            lock = sa.select(users.c.id).where(users.c.id == person.id).with_for_update()
            await change.connection.execute(lock)
            there = await self.asking.locked(change, request)
            if there.signature == answer.signature:
                return self.asking.event(there, there.state)
            rules.check_open(there.state, there.expires_at, change.now)
            kept = evidence(person, answer.signature, answer.time, change.now)
            if not answer.accept:
                return await self.asking.settle(change, there, "declined", **kept)
            detail = self._opened(there)
            if await _present(change.connection, person.id, there.change) != detail.seen:
                raise KBeanError("request_expired", "it was changed meanwhile")
            made = await self._make(change, person, there, detail, answer.signature)
            kept["detail"] = self._sealed(there.id, made)
            event = await self.asking.settle(change, there, "done", **kept)
            change.tell(f"person:{person.id}", Changed(["person", "session", "accounts"]))
        return event

    async def _make(
        self, change: Change, person: Principal, request: Any, detail: Detail, signature: str
    ) -> Detail:
        """Make the change; what it was and is, to be kept."""
        connection, value = change.connection, detail.value
        before, after = detail.seen, value
        match request.change:
            case "display_name" | "locale":
                await _set(connection, person.id, **{request.change: value})
            case "contact":
                await self._set_contact(connection, person.id, value)
            case "sign_out_device":
                await self._identity.revoke_device_within(connection, person.id, value)
                before, after = value, "revoked"
            case "unlock_sign_in":
                contact = await connection.scalar(
                    sa.select(users.c.contact).where(users.c.id == person.id)
                )
                until = await self._identity.step_up.unlock_within(connection, str(contact))
                before, after = f"locked until {until}" if until else "not locked", "not locked"
            case "thaw":
                before, after = await self._thaw(change, person, request, detail, signature)
        return msgspec.structs.replace(detail, before=before, after=after)

    async def _set_contact(self, connection: AsyncConnection, user_id: str, value: str) -> None:
        taken = await connection.scalar(
            sa.select(users.c.id).where(users.c.contact == value, users.c.id != user_id)
        )
        if taken is not None:
            raise KBeanError("contact_taken")
        await _set(connection, user_id, contact=value, contact_kind=_contact(value).kind)

    async def _thaw(
        self, change: Change, person: Principal, request: Any, detail: Detail, signature: str
    ) -> tuple[str, str]:
        freezing = self._identity.freezing
        proof = await self._verifications.verified(change.connection, request.conv_id)
        done = await freezing.thaw_within(
            change.connection,
            person,
            signature,
            actor=request.agent_id,
            reason=detail.reason,
            vouched=proof.independent,
        )

        async def after() -> None:
            await freezing.after(done)

        change.after_commit(after)
        return "frozen" if done.changed else "active", "active"

    async def _fail(self, request: Any) -> None:
        async with self._talk.change() as change:
            there = await self.asking.locked(change, request)
            if there.state == "open":
                await self.asking.settle(change, there, "failed", answered_at=change.now)

    async def owner_changed(self, change: Change, row: ConversationRow) -> None:
        """Proposals of an agent who is gone are cancelled."""
        await self.asking.end_all(change, row, "cancelled")

    # --- pieces

    def _sealed(self, request_id: str, detail: Detail) -> bytes:
        return self._talk.sealer.seal(_encode(detail), f"proposal:{request_id}")

    def _opened(self, row: Any) -> Detail:
        return _decode(self._talk.sealer.open(row.detail, f"proposal:{row.id}"))


def _contact(value: str) -> Contact:
    return Contact("email" if "@" in value else "phone", value)


async def _present(connection: AsyncConnection, user_id: str, change: str) -> str:
    """The value that a change would replace; empty where there is none to compare."""
    if change not in {"display_name", "locale", "contact"}:
        return ""
    found = await connection.scalar(sa.select(users.c[change]).where(users.c.id == user_id))
    return str(found)


async def _device_name(connection: AsyncConnection, user_id: str, device_id: str) -> str:
    """Raises: KBeanError ``not_found`` where the person has no such device."""
    found = await connection.scalar(
        sa.select(devices.c.name).where(devices.c.id == device_id, devices.c.user_id == user_id)
    )
    if found is None:
        raise KBeanError("not_found", field="value")
    return str(found)


async def _set(connection: AsyncConnection, user_id: str, **values: str) -> None:
    await connection.execute(sa.update(users).where(users.c.id == user_id).values(**values))
