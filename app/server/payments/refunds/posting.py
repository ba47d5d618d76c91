"""One refund as a plan: what it needs, and how it is decided."""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec

from app.protocol.errors import KBeanError
from app.protocol.messages.refunds import Refund
from app.server.ledger.plan import Answer, Draft, Leg, Plan, Posted
from app.server.payments.limits import SPENDING
from app.server.payments.notes import MovementNote, add_note
from app.server.payments.refunds import rules
from app.server.payments.refunds.rows import REFUNDS, TOTALS, Paid, RefundRow, Totals
from app.server.points.coupons import COUPONS, return_coupon
from app.server.points.debts import DEBTS, TakenBack, owe, take_back
from app.server.points.lots import LOTS, USES, bring_back
from app.server.points.purse import Purse


class Wish(NamedTuple):
    """One refund that is wanted.

    Attributes:
        out_request_no: Its number beside the order's ``out_trade_no``.
        asked: Minor units; None for all that is left.
        refusal: Why the cashier may not; a refund that is posted already is told all the same.
        kind: ``refund`` or ``reversal``.
        terminal_id: The till; None where the service reverses by itself.
    """

    out_request_no: str
    asked: int | None
    reason: str
    cashier: str
    shift: str
    kind: str
    terminal_id: str | None
    refusal: KBeanError | None = None


class Accounts(NamedTuple):
    """The numbers of everybody's accounts that a refund posts to."""

    payer: int
    merchant: int
    promotions: int
    beans: int
    issued: int


class Refunding(NamedTuple):
    """A wish with everything its plan needs; made anew for every try."""

    wish: Wish
    paid: Paid
    accounts: Accounts
    purse: Purse
    spending: tuple[str, str, int]
    refund_id: str

    def plan(self) -> Plan:
        """The plan; its answer carries the :class:`Refund`."""
        paid = self.paid
        lots = {*paid.lots_used, *self.purse.lots}
        if paid.own_lot is not None:
            lots.add(paid.own_lot)
        needs: list[tuple[Any, Any]] = [
            (REFUNDS, (self._key,)),
            (TOTALS, (paid.payment.payment_id,)),
            (SPENDING, (self.spending,)),
            (DEBTS, (self.accounts.beans,)),
            (LOTS, tuple(lots)),
            (USES, self._uses),
        ]
        if paid.coupon_id is not None:
            needs.append((COUPONS, (paid.coupon_id,)))
        return Plan(
            decide=self._decide,
            accounts=self.accounts,
            needs=[(kind, keys) for kind, keys in needs if keys],
        )

    @property
    def _key(self) -> tuple[str, str, str]:
        return (self.paid.merchant_id, self.paid.out_trade_no, self.wish.out_request_no)

    @property
    def _uses(self) -> tuple[tuple[str, str], ...]:
        return tuple((self.paid.payment.payment_id, lot) for lot in self.paid.lots_used)

    def _decide(self, draft: Draft) -> Answer:
        wish, paid = self.wish, self.paid
        posted = draft.get(REFUNDS, self._key)
        if posted is not None:
            rules.check_same(posted.asked, wish.asked)
            return Answer(201, posted.document, replayed=True)
        if wish.refusal is not None:
            raise wish.refusal
        before = draft.get(TOTALS, paid.payment.payment_id) or Totals(paid.payment.payment_id)
        left = paid.sale.amount - before.amount
        amount = rules.check_amount(wish.asked, left, paid.sale.currency)
        if draft.account(self.accounts.merchant).available < amount:
            raise KBeanError("merchant_funds_short")
        share = rules.share(paid.sale, before.amount, amount)
        return Answer(201, self._post(draft, before, share))

    def _post(self, draft: Draft, before: Totals, share: rules.Share) -> bytes:
        paid, accounts = self.paid, self.accounts
        bring_back(draft, self._uses, share.points_returned)
        gone = take_back(
            draft,
            paid.own_lot,
            self.purse,
            share.points_taken_back,
            lapsed=before.points_lapsed,
            frozen=draft.account(accounts.beans).state != "active",
        )
        owe(draft, accounts.beans, paid.payer_id, gone.owed)
        whole = share.last and not before.amount
        posted = draft.post(
            "refund",
            _legs(accounts, share, gone),
            event_at=draft.now,
            reversal_of=paid.journal_id if whole else None,
        )
        if share.last and paid.coupon_id is not None:
            return_coupon(draft, paid.coupon_id)
        self._count(draft, before, share, gone)
        add_note(draft, posted, paid.payer_id, self._note())
        return self._keep(draft, posted, before, share, gone)

    def _count(self, draft: Draft, before: Totals, share: rules.Share, gone: TakenBack) -> None:
        after = Totals(
            before.payment_id,
            before.amount + share.amount,
            before.discount + share.discount,
            before.points_returned + share.points_returned,
            before.points_taken_back + share.points_taken_back - gone.lapsed,
            before.points_lapsed + gone.lapsed,
        )
        if before.amount:
            draft.change(TOTALS, after)
        else:
            draft.insert(TOTALS, after)
        spent = draft.get(SPENDING, self.spending)
        if spent is not None:
            # What came back may be spent again on the day it was spent.
            back = share.amount - share.discount
            draft.change(SPENDING, spent._replace(total=max(0, spent.total - back)))

    def _note(self) -> MovementNote:
        receipt = self.paid.payment.receipt
        return MovementNote(
            kind="refund",
            counterparty=receipt.payee_name,
            points_kind="points_returned",
            points_out_kind="points_taken_back",
            mcc=self.paid.mcc,
            store_name=receipt.store_name,
            subject=self.paid.payment.subject,
            note=self.wish.reason,
            order_number=receipt.order_number,
            payment_id=receipt.payment_id,
        )

    def _keep(
        self, draft: Draft, posted: Posted, before: Totals, share: rules.Share, gone: TakenBack
    ) -> bytes:
        wish, paid = self.wish, self.paid
        refund = Refund(
            refund_id=self.refund_id,
            out_trade_no=paid.out_trade_no,
            out_request_no=wish.out_request_no,
            payment_id=paid.payment.payment_id,
            order_number=paid.payment.receipt.order_number,
            amount=share.amount,
            paid_back=share.amount - share.discount,
            currency=paid.sale.currency,
            points_returned=share.points_returned,
            points_taken_back=share.points_taken_back - gone.lapsed,
            left=paid.sale.amount - before.amount - share.amount,
            reason=wish.reason,
            posted_at=posted.posted_at,
            coupon_returned=share.last and paid.coupon_id is not None,
        )
        document = msgspec.json.encode(refund)
        row = RefundRow(
            refund.refund_id,
            paid.merchant_id,
            paid.store_id,
            paid.out_trade_no,
            wish.out_request_no,
            paid.order_id,
            refund.payment_id,
            paid.payer_id,
            wish.terminal_id,
            wish.kind,
            wish.asked,
            refund.amount,
            share.discount,
            refund.currency,
            refund.points_returned,
            refund.points_taken_back,
            wish.cashier or None,
            wish.shift or None,
            posted.journal_id,
            posted.posted_at,
            document,
        )
        draft.insert(REFUNDS, row)
        return document


def _legs(accounts: Accounts, share: rules.Share, gone: TakenBack) -> list[Leg]:
    """What moves: nothing moves by nought."""
    wanted = (
        Leg(accounts.merchant, accounts.payer, share.amount - share.discount),
        Leg(accounts.merchant, accounts.promotions, share.discount),
        Leg(accounts.issued, accounts.beans, share.points_returned),
        Leg(accounts.beans, accounts.issued, gone.now),
    )
    return [leg for leg in wanted if leg.amount]
