"""The one gateway: every look of the staff at an account passes here (design/4).

First the grant is checked and the look is written down and committed, then the account is read,
then the grant is checked again: a grant never comes back to life, so what is answered was read
while it held. Nothing else in support may read balances, movements, profiles or devices for staff
(a test walks every staff route).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import sqlalchemy as sa

from app.protocol.errors import KBeanError
from app.protocol.ids import new_id
from app.protocol.messages.cards import Scope
from app.protocol.messages.desk import (
    AccountView,
    ViewedAccount,
    ViewedDevice,
    ViewedMovement,
)
from app.protocol.messages.payments import Movement
from app.protocol.messages.stream import Changed
from app.server.db.engine import reading
from app.server.http.tokens import Principal
from app.server.identity.staff_audit import AuditBook
from app.server.identity.tables import devices, users
from app.server.ledger.tables import accounts
from app.server.payments.activity import ActivityService
from app.server.support.consent import rules
from app.server.support.consent.rules import Held
from app.server.support.consent.tables import grants, looks
from app.server.support.talk.change import Change
from app.server.support.talk.service import Talk

_PAGE = 100
_DAY_MS = 86_400_000

_HELD = sa.select(
    grants.c.id,
    grants.c.agent_id,
    grants.c.conv_id,
    grants.c.scopes,
    grants.c.state,
    grants.c.until,
    grants.c.break_glass,
)


class Gateway:
    """Shows staff what a grant opens, and nothing without its row in ``looks``."""

    def __init__(self, talk: Talk, activity: ActivityService, audit: AuditBook) -> None:
        """Wire it."""
        self._talk = talk
        self._activity = activity
        self._audit = audit
        self._readers: dict[Scope, Callable[[str], Awaitable[dict[str, Any]]]] = {
            "balance": self._balance,
            "movements": self._movements,
            "profile": self._profile,
            "devices": self._devices,
        }

    async def view(self, staff: Principal, conv_id: str, scope: Scope) -> AccountView:
        """What one scope shows of the account behind a conversation.

        Raises:
            KBeanError: ``grant_missing``, ``conversation_not_found``.
        """
        async with self._talk.change() as change:
            row = await change.conversation(conv_id)
            held = await self.look_within(change, staff, conv_id, scope)
        found = await self._readers[scope](row.user_id)
        async with reading(self._talk.engine) as connection:
            still = (await connection.execute(_HELD.where(grants.c.id == held.id))).one()
        self._check(Held(*still), staff.id, conv_id, scope)
        return AccountView(scope=scope, until=held.until, **found)

    async def look_within(
        self, change: Change, staff: Principal, conv_id: str, scope: Scope
    ) -> Held:
        """Check the grant and write the look down, in the caller's transaction.

        The conversation is locked by the caller, so a revocation or a hand-over under way comes
        either before or after it. What is looked at may be read once the transaction is committed.

        Raises:
            KBeanError: ``grant_missing``.
        """
        query = _HELD.where(grants.c.conv_id == conv_id, grants.c.agent_id == staff.id)
        rows = [Held(*row) for row in await change.connection.execute(query)]
        living = [row for row in rows if rules.covers(row, staff.id, conv_id, scope, change.now)]
        row = change.row(conv_id)
        if not living:
            raise KBeanError("grant_missing", params={"scope": scope})
        held = max(living, key=lambda grant: grant.until)
        if not held.break_glass and (row.owner != "agent" or row.agent_id != staff.id):
            # A second lock on the same door: the hand-over has ended it already.
            raise KBeanError("grant_missing", params={"scope": scope})
        await self._write(change, staff, held, row.user_id, scope)
        return held

    async def _write(
        self, change: Change, staff: Principal, held: Held, user_id: str, scope: Scope
    ) -> None:
        name = sa.select(grants.c.agent_name).where(grants.c.id == held.id)
        look = {
            "id": new_id(),
            "grant_id": held.id,
            "conv_id": held.conv_id,
            "user_id": user_id,
            "agent_id": staff.id,
            "agent_name": await change.connection.scalar(name),
            "scope": scope,
            "fields": " ".join(rules.FIELDS[scope]),
            "break_glass": bool(held.break_glass),
            "at": change.now,
        }
        look["leaf_hash"] = rules.look_leaf(look)
        await change.connection.execute(sa.insert(looks).values(look))
        await self._audit.write(
            change.connection, staff.id, "look", held.conv_id, scope=scope, grant=held.id
        )
        change.tell(f"person:{user_id}", Changed(["grants"]))

    def _check(self, held: Held, agent_id: str, conv_id: str, scope: Scope) -> None:
        if not rules.covers(held, agent_id, conv_id, scope, self._talk.clock()):
            raise KBeanError("grant_missing", "it ended meanwhile", params={"scope": scope})

    # --- what each scope reads

    async def _balance(self, user_id: str) -> dict[str, Any]:
        query = (
            sa.select(accounts)
            .where(accounts.c.owner == user_id, accounts.c.kind.in_(("person", "points")))
            .order_by(accounts.c.id)
        )
        async with reading(self._talk.engine) as connection:
            rows = (await connection.execute(query)).all()
        return {
            "accounts": [
                ViewedAccount(row.currency, row.posted - row.pending, row.state) for row in rows
            ]
        }

    async def _movements(self, user_id: str) -> dict[str, Any]:
        since = self._talk.clock() - rules.MOVEMENT_DAYS * _DAY_MS
        found: list[ViewedMovement] = []
        cursor: str | None = None
        while len(found) < rules.MOVEMENTS_MAX:
            page = await self._activity.page(
                user_id, currency=None, cursor=cursor, after=None, limit=_PAGE
            )
            young = [item for item in page.items if item.occurred_at >= since]
            found += [_movement(item) for item in young]
            cursor = page.next_cursor
            if cursor is None or len(young) < len(page.items):
                break
        return {"movements": found[: rules.MOVEMENTS_MAX]}

    async def _profile(self, user_id: str) -> dict[str, Any]:
        async with reading(self._talk.engine) as connection:
            row = (await connection.execute(sa.select(users).where(users.c.id == user_id))).one()
        return {
            "profile": {
                "display_name": rules.mask_name(row.display_name),
                "contact": rules.mask_contact(row.contact_kind, row.contact),
                "locale": row.locale,
                "created_at": str(row.created_at),
                "state": row.state,
            }
        }

    async def _devices(self, user_id: str) -> dict[str, Any]:
        query = (
            sa.select(devices).where(devices.c.user_id == user_id).order_by(devices.c.created_at)
        )
        async with reading(self._talk.engine) as connection:
            rows = (await connection.execute(query)).all()
        return {
            "devices": [
                ViewedDevice(row.id, row.name, row.platform, row.created_at, row.revoked_at)
                for row in rows
            ]
        }


def _movement(item: Movement) -> ViewedMovement:
    return ViewedMovement(
        id=item.movement_id,
        at=item.occurred_at,
        kind=item.kind,
        direction="in" if item.amount >= 0 else "out",
        amount=abs(item.amount),
        currency=item.currency,
        counterparty=item.counterparty,
        order_number=item.order_number,
    )
