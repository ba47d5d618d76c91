"""What becomes of a charge, decided inside its plan: pure, over the rows that the plan loaded.

Order of checks (design/3 §Payer's code): the merchant's number, the code's single use, freeze and
limits, the posting. A refusal that comes after the number is kept under it as ``failed``, and the
code is burned all the same.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import msgspec

from app.protocol.errors import KBeanError
from app.protocol.ids import order_number
from app.protocol.messages.charges import Charge, ChargeRequest
from app.server.config import Config
from app.server.http.tokens import Principal
from app.server.ledger.plan import Answer, Draft
from app.server.payments.charges import rules
from app.server.payments.charges.handles import Known
from app.server.payments.charges.rows import (
    BURNED,
    CHARGES,
    CUTOFFS,
    HANDLES,
    NUMBERS,
    ChargeRow,
    HandleRow,
)
from app.server.payments.limits import LIMITS, SPENDING
from app.server.payments.orders import BY_TRADE_NO, FullOrder
from app.server.payments.posting import Posting, Ready
from app.server.payments.rows import MERCHANTS, SESSIONS

_encode = msgspec.json.Encoder().encode

_ORDER_STATUS = {"success": "paid", "userpaying": "open", "failed": "cancelled"}


class Changed(KBeanError):  # noqa: N818 - it is no error: the plan is built anew
    """What the plan was built on is no longer so: build it anew."""

    def __init__(self) -> None:
        super().__init__("busy", "changed meanwhile", retry_after=1)


class Ask(NamedTuple):
    """One charge that is wanted, with everything that was looked up for it."""

    till: Principal
    request: ChargeRequest
    body_hash: bytes
    charge_id: str
    handle: int
    otp: int
    known: Known | None
    found: rules.Located | None
    ready: Ready | None


class Deciding:
    """Decides charges."""

    def __init__(self, posting: Posting, config: Config) -> None:
        """Post by ``posting``, within the limits of ``config``."""
        self._posting = posting
        self._config = config

    def decide(self, draft: Draft, ask: Ask) -> Answer:
        """Burn the code and post, ask the payer, or keep the refusal.

        Raises:
            Changed: what was looked up for the plan is no longer so.
            KBeanError: ``merchant_closed``, and what is nobody's fault (from 500 on).
        """
        if draft.get(NUMBERS, (ask.till.merchant, ask.request.out_trade_no)) is not None:
            raise Changed
        merchant = draft.get(MERCHANTS, ask.till.merchant)
        if merchant is None or merchant.state != "active":
            raise KBeanError("merchant_closed")
        refused = self._present(draft, ask)
        ready = ask.ready
        if refused is not None or ready is None:
            return self._fail(draft, ask, KBeanError(refused or "payer_code_unknown"), burned=False)
        payer = draft.account(ready.accounts[0])
        if payer.state != "active":
            return self._fail(draft, ask, KBeanError("account_frozen"))
        asked = self._question(draft, ask, ready)
        if asked is not None:
            return self._keep(draft, ask, "userpaying", asked=asked)
        try:
            payment, _ = draft.attempt(lambda: self._posting.post(draft, ready))
        except KBeanError as refusal:
            if refusal.status >= 500:
                raise
            # Nothing of what the payer has or may is the merchant's business.
            return self._fail(draft, ask, KBeanError(refusal.code))
        return self._keep(
            draft,
            ask,
            "success",
            payment_id=payment.payment_id,
            points=payment.receipt.points_earned,
        )

    def _present(self, draft: Draft, ask: Ask) -> str | None:
        """Judge the code, burn it where it is a valid one, count it where it is wrong."""
        if ask.known is None:
            return "payer_code_unknown"
        fact = ask.known[0]
        row = draft.get(HANDLES, ask.handle)
        if row is None:
            return "payer_code_unknown"
        session = draft.get(SESSIONS, fact.session_id)
        cutoff = draft.get(CUTOFFS, fact.user_id)
        refused = rules.refusal_of_handle(
            fact,
            row,
            draft.now,
            session_lives=session is not None and session.ended_at is None,
            cutoff=cutoff.at if cutoff is not None else 0,
        )
        if refused is not None:
            return refused
        found = ask.found
        if found is None or not rules.still_acceptable(found, draft.now, row.last_counter):
            found = rules.locate(fact.key, ask.handle, ask.otp, draft.now, row.last_counter)
        if _place(found) != _place(ask.found):
            raise Changed
        if found is None:
            draft.change(HANDLES, row._replace(failures=row.failures + 1))
            return "payer_code_unknown"
        spot = (ask.handle, found.step, found.counter)
        refused = rules.refusal_of_code(found, used=draft.get(BURNED, spot) is not None)
        if refused is None:
            draft.change(HANDLES, _moved(row, found))
        return refused

    def _question(self, draft: Draft, ask: Ask, ready: Ready) -> rules.Asked | None:
        assert ask.known is not None
        spent = draft.get(SPENDING, ready.spending)
        own = draft.get(LIMITS, ready.spending[:2])
        config = self._config
        return rules.question(
            ask.request.amount,
            spent.small if spent is not None else 0,
            must_confirm=ask.known[0].must_confirm,
            small_each=rules.smallest(config.small_each, own.small_each if own else None),
            small_day=rules.smallest(config.small_day, own.small_day if own else None),
        )

    def _fail(self, draft: Draft, ask: Ask, refusal: KBeanError, *, burned: bool = True) -> Answer:
        self._keep(draft, ask, "failed", failure=refusal.code, burned=burned)
        return Answer(refusal.status, _encode(refusal.problem()))

    def _keep(
        self,
        draft: Draft,
        ask: Ask,
        state: Literal["success", "userpaying", "failed"],
        *,
        burned: bool = True,
        failure: str = "",
        asked: rules.Asked | None = None,
        payment_id: str | None = None,
        points: int = 0,
    ) -> Answer:
        """Write the charge down; the answer is what the till is told."""
        request, till, now = ask.request, ask.till, draft.now
        fact = ask.known[0] if ask.known is not None and burned else None
        found = ask.found if fact is not None else None
        payer = fact.user_id if fact is not None else None
        paid_at = now if payment_id is not None else None
        deadline = now + self._config.confirm_seconds * 1000
        name = rules.masked(fact.name) if fact is not None else None
        draft.insert(
            BY_TRADE_NO,
            FullOrder(
                ask.charge_id,
                till.merchant,
                till.store,
                till.id,
                request.out_trade_no,
                request.amount,
                request.currency,
                request.subject,
                "",
                _ORDER_STATUS[state],
                now,
                deadline,
                payment_id,
                paid_at,
                "charge",
                payer,
                request.cashier or None,
                request.shift or None,
                fact.device_id if fact is not None else None,
                ask.handle if fact is not None else None,
                found.step if found is not None else None,
                found.counter if found is not None else None,
                name,
                ask.body_hash,
            ),
        )
        if state != "success":
            row = ChargeRow(ask.charge_id, payer, state, failure or None, asked, now, now)
            draft.insert(CHARGES, row)
        told = Charge(
            charge_id=ask.charge_id,
            out_trade_no=request.out_trade_no,
            state=state,
            amount=request.amount,
            currency=request.currency,
            subject=request.subject,
            created_at=now,
            deadline=deadline,
            failure=failure,
            payer=name or "",
            payment_id=payment_id,
            paid_at=paid_at,
            order_number=order_number(payment_id, now) if payment_id is not None else "",
            points_earned=points,
        )
        return Answer(202 if state == "userpaying" else 201, _encode(told))


def _place(found: rules.Located | None) -> tuple[int, int] | None:
    return None if found is None else (found.step, found.counter)


def _moved(row: HandleRow, found: rules.Located) -> HandleRow:
    return row._replace(last_counter=max(row.last_counter, found.counter))
