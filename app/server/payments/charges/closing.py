"""How charges end without being paid, or with their money back: closed, declined, reversed.

Every end is written down before anybody is told of it. ``reversing`` is written before the refund
is asked for, so a service that dies in between finds it again and goes on (:meth:`Closing.tick`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import msgspec
import sqlalchemy as sa
import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from app.protocol.errors import KBeanError
from app.protocol.ids import is_uuid7, new_id
from app.protocol.messages.charges import Charge, ConfirmationList, ReverseRequest
from app.server.db.engine import reading, writing
from app.server.http.front import now_ms
from app.server.http.tokens import Principal
from app.server.ledger.plan import Answer, Draft, Plan, PlanWriter
from app.server.payments.charges import register, rules
from app.server.payments.charges.register import Register
from app.server.payments.charges.rows import CHARGES, CUTOFFS, ChargeRow
from app.server.payments.charges.tables import WORKING, charges
from app.server.payments.orders import BY_TRADE_NO, FullOrder
from app.server.payments.rows import ORDERS

_log = structlog.get_logger(__name__)

AT_ONCE = 100
"""How many charges a tick takes up."""

CLAIM_MS = 30_000
"""How long a node has for a refund before another one tries."""

_OK = Answer(200, b"")


class Revoke(Protocol):
    """Gives a paid order's money back in full; asked again it says what it did before."""

    async def __call__(
        self, merchant_id: str, order_id: str, *, reason: str, cashier: str
    ) -> object:
        """Refund what is left of the order.

        Raises:
            KBeanError: while it can't be done, e.g. ``merchant_funds_short``.
        """
        ...


class Closing:
    """Ends charges."""

    def __init__(
        self,
        engine: AsyncEngine,
        writer: PlanWriter,
        revoke: Revoke,
        *,
        currency: str,
        reverse_hours: int,
    ) -> None:
        """Wire it.

        Args:
            engine: Where charges are.
            writer: Carries plans out.
            revoke: Gives a paid order's money back.
            currency: Stands on numbers that are burned before any charge came.
            reverse_hours: How long after it was paid a charge may be reversed.
        """
        self._engine = engine
        self._writer = writer
        self._revoke = revoke
        self._currency = currency
        self._reverse_ms = reverse_hours * 3_600_000
        self.register = Register(engine)
        self.ended: Callable[[str | None, str, bool], None] = lambda _user, _till, _moved: None

    # --- the till's side

    async def find(self, till: Principal, out_trade_no: str) -> Charge:
        """A charge of the till's merchant as it stands.

        Raises:
            KBeanError: ``charge_not_found``.
        """
        row = await self.register.by_number(till.merchant, out_trade_no)
        if row is None or row.kind != "charge":
            raise KBeanError("charge_not_found")
        return register.message(await self.settled(row), now_ms())

    async def reverse(self, till: Principal, out_trade_no: str, request: ReverseRequest) -> Charge:
        """Make sure that a charge is not paid: close it, or give the money back.

        Raises:
            KBeanError: ``charge_not_found`` for an order that is no charge, ``charge_too_old``
                for one that was paid too long ago, ``busy``.
        """
        row = await self.register.by_number(till.merchant, out_trade_no)
        if row is None:
            await self._burn(till, out_trade_no, request)
            row = await self.register.by_number(till.merchant, out_trade_no)
        if row.kind != "charge":
            raise KBeanError("charge_not_found", "this number's order is no charge")
        await self._turn(row, request)
        row = await self.register.by_id(row.id)
        if row.state == "reversing":
            await self._give_back(row)
            row = await self.register.by_id(row.id)
        return register.message(row, now_ms())

    async def _burn(self, till: Principal, out_trade_no: str, request: ReverseRequest) -> None:
        """Take a number that was never seen: what comes with it later is refused."""
        trade = (till.merchant, out_trade_no)
        charge_id = new_id()

        def decide(draft: Draft) -> Answer:
            if draft.get(BY_TRADE_NO, trade) is not None:
                return _OK  # the charge was quicker: it is turned next
            draft.insert(
                BY_TRADE_NO,
                FullOrder(
                    charge_id,
                    till.merchant,
                    till.store,
                    till.id,
                    out_trade_no,
                    0,
                    self._currency,
                    "",
                    "",
                    "cancelled",
                    draft.now,
                    draft.now,
                    None,
                    None,
                    "charge",
                    None,
                    request.cashier or None,
                ),
            )
            row = ChargeRow(
                charge_id,
                None,
                "closed",
                "reversed",
                None,
                draft.now,
                draft.now,
                request.reason or None,
                request.cashier or None,
            )
            draft.insert(CHARGES, row)
            return _OK

        await self._submit(Plan(decide=decide, needs=((BY_TRADE_NO, (trade,)),)))

    async def _turn(self, row: Any, request: ReverseRequest) -> None:
        """Close what is open, or write down that what is paid goes back; one of them wins."""
        charge_id: str = row.id

        def decide(draft: Draft) -> Answer:
            order, known = draft.get(ORDERS, charge_id), draft.get(CHARGES, charge_id)
            assert order is not None
            paid_at_once = ChargeRow(
                charge_id, row.payer_id, "success", None, None, row.created_at, draft.now
            )
            charge = (known or paid_at_once)._replace(
                changed_at=draft.now,
                reverse_reason=request.reason or None,
                reverse_cashier=request.cashier or None,
            )
            if order.status == "open":
                draft.change(ORDERS, order._replace(status="cancelled"))
                draft.change(CHARGES, charge._replace(state="closed", failure="reversed"))
            elif order.status == "paid" and charge.state in {"success", "userpaying"}:
                if not rules.may_reverse(order.paid_at, draft.now, self._reverse_ms):
                    raise KBeanError("charge_too_old")
                # Claimed: whoever asked for it tries first, the ticks later.
                charge = charge._replace(state="reversing", next_try_at=draft.now + CLAIM_MS)
                if known is None:
                    draft.insert(CHARGES, charge)
                else:
                    draft.change(CHARGES, charge)
            else:
                return _OK
            return Answer(201, b"")

        if (await self._submit(_on(charge_id, decide))).status == 201:
            self.ended(row.payer_id, row.terminal_id, False)

    # --- the payer's side

    async def decline(self, user_id: str, charge_id: str) -> ConfirmationList:
        """The payer says no; harmless to repeat.

        Raises:
            KBeanError: ``confirmation_not_found``, ``order_paid`` where they said yes before.
        """
        row = await self.register.by_id(charge_id) if is_uuid7(charge_id) else None
        if row is None or row.kind != "charge" or row.payer_id != user_id or row.asked is None:
            raise KBeanError("confirmation_not_found")

        def decide(draft: Draft) -> Answer:
            order, charge = draft.get(ORDERS, charge_id), draft.get(CHARGES, charge_id)
            assert order is not None
            assert charge is not None
            if order.status == "paid":
                raise KBeanError("order_paid")
            if order.status != "open":
                return _OK
            _close(draft, charge, "payer_declined")
            return Answer(201, b"")

        answer = await self._submit(_on(charge_id, decide))
        if answer.status == 201:
            self.ended(user_id, row.terminal_id, False)
        return await self.register.confirmations(user_id)

    # --- deadlines

    async def settled(self, row: Any) -> Any:
        """A row of the register, after it was made to follow its order and the time.

        "It was never paid and never will be" is said only once it is written down.
        """
        if not rules.is_due(row.state, row.status, row.expires_at, now_ms()):
            return row
        await self._settle(row.id)
        return await self.register.by_id(row.id)

    async def _settle(self, charge_id: str) -> None:
        row = await self.register.by_id(charge_id)

        def decide(draft: Draft) -> Answer:
            order, charge = draft.get(ORDERS, charge_id), draft.get(CHARGES, charge_id)
            cutoff = draft.get(CUTOFFS, row.payer_id)
            assert order is not None
            assert charge is not None
            if charge.state != "userpaying":
                return _OK
            frozen = cutoff is not None and cutoff.at >= charge.created_at
            if order.status == "paid":
                draft.change(CHARGES, charge._replace(state="success"))
            elif order.status != "open":
                _close(draft, charge, "reversed")
            elif frozen or order.expires_at <= draft.now:
                _close(draft, charge, "account_frozen" if frozen else "expired")
            else:
                return _OK
            return Answer(201, b"")

        plan = _on(charge_id, decide)
        plan.needs = (*plan.needs, (CUTOFFS, (row.payer_id,)))
        if (await self._submit(plan)).status == 201:
            self.ended(row.payer_id, row.terminal_id, False)

    async def tick(self) -> None:
        """Follow deadlines and freezes, and bring every reversal to its end."""
        for charge_id in await self.register.due(AT_ONCE):
            await self._settle(charge_id)
        for charge_id in await self._claim():
            await self._give_back(await self.register.by_id(charge_id))

    async def _claim(self) -> list[str]:
        """Reversals that are due, each for one node for a while."""
        now = now_ms()
        due = (
            sa.select(charges.c.id)
            .where(WORKING, charges.c.state == "reversing", charges.c.next_try_at <= now)
            .order_by(charges.c.id)
            .limit(AT_ONCE)
        )
        async with reading(self._engine) as connection:
            if (await connection.execute(due)).first() is None:
                return []
        async with writing(self._engine) as connection:
            claimed = await connection.execute(due.with_for_update(skip_locked=True))
            ids = list(claimed.scalars())
            await connection.execute(
                sa.update(charges)
                .where(charges.c.id.in_(ids))
                .values(next_try_at=now + CLAIM_MS, tries=charges.c.tries + 1)
            )
        return ids

    async def _give_back(self, row: Any) -> None:
        """Refund, then say that it is done; where it can't be done yet, later again."""
        charge_id: str = row.id
        try:
            await self._revoke(
                row.merchant_id,
                charge_id,
                reason=row.reverse_reason or "",
                cashier=row.reverse_cashier or "",
            )
        except KBeanError as trouble:
            _log.warning("charge.reversal_waits", charge=charge_id, reason=trouble.code)
            await self._put_off(row)
            return

        def decide(draft: Draft) -> Answer:
            charge = draft.get(CHARGES, charge_id)
            assert charge is not None
            if charge.state != "reversing":
                return _OK
            revoked = charge._replace(state="revoked", next_try_at=None, changed_at=draft.now)
            draft.change(CHARGES, revoked)
            return Answer(201, b"")

        if (await self._submit(_on(charge_id, decide))).status == 201:
            self.ended(row.payer_id, row.terminal_id, True)

    async def _put_off(self, row: Any) -> None:
        async with writing(self._engine) as connection:
            await connection.execute(
                sa.update(charges)
                .where(charges.c.id == row.id, charges.c.state == "reversing")
                .values(next_try_at=rules.next_try(row.tries, now_ms()))
            )

    async def _submit(self, plan: Plan) -> Answer:
        """Post a plan without a key; what it refuses is raised."""
        answer = await self._writer.submit(plan)
        if answer.status >= 400:
            raise KBeanError(str(msgspec.json.decode(answer.body)["code"]))
        return answer


def _on(charge_id: str, decide: Callable[[Draft], Answer]) -> Plan:
    return Plan(decide=decide, needs=((ORDERS, (charge_id,)), (CHARGES, (charge_id,))))


def _close(draft: Draft, charge: ChargeRow, failure: str) -> None:
    order = draft.get(ORDERS, charge.id)
    assert order is not None
    if order.status == "open":
        draft.change(ORDERS, order._replace(status="cancelled"))
    draft.change(CHARGES, charge._replace(state="closed", failure=failure, changed_at=draft.now))
