"""Posting a payment to a merchant: the part that every way of paying shares.

Scanned codes, static codes, charges by a payer's code and captured pre-authorisations differ in
who proves what; what is then posted (money, K-Beans, limits, receipt, the payment's row) is the
same and stands here.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from hashlib import sha256
from typing import Any, NamedTuple

import msgspec

from app.protocol.errors import KBeanError
from app.protocol.ids import new_id, order_number
from app.protocol.messages.payments import Payment, Receipt
from app.protocol.signing import decode_bytes, encode_bytes
from app.server.config import Config
from app.server.keys import ServiceKeys
from app.server.ledger.accounts import Directory
from app.server.ledger.chart import OPERATOR, POINTS
from app.server.ledger.plan import Draft, Leg, Posted
from app.server.payments import rules
from app.server.payments.deductions import NOTHING, Deducted, Deducting, Deductions
from app.server.payments.limits import LIMITS, SPENDING, Way, count_spending
from app.server.payments.rows import MERCHANTS, ORDERS, PAYMENTS, PaymentRow
from app.server.points.coupons import Buy
from app.server.points.lots import add_lot
from app.server.points.rules import EarningRule, Sale, earned

_encode = msgspec.json.Encoder().encode

Confirming = Callable[[str, int, str, str], Awaitable[Callable[[int], str]]]
"""Store, amount, currency, payment id → what writes the code for a counter without internet as
soon as it is known when the payment was posted (design/3 §At the counter)."""


class Wish(NamedTuple):
    """One payment that is wanted and authorised.

    Attributes:
        payer: The person's id.
        device: The device that authorised it.
        key: What makes it one payment for ever: the intent's key, a charge's id.
        target: Who is paid, where.
        amount: Minor units.
        event_at: When it was authorised, Unix milliseconds.
        evidence: Canonical bytes of what was authorised.
        signature: The device's over them (base64url); empty where a one-time code stands for it.
        note: The payer's own.
        way: Which caps hold besides the person's own.
        order_is_new: The caller's plan adds the target's order itself, already paid (a charge), or
            pays it itself (a captured pre-authorisation).
    """

    payer: str
    device: str
    key: str
    target: rules.Target
    amount: int
    event_at: int
    evidence: bytes
    signature: str
    note: str
    way: Way
    order_is_new: bool = False
    points: int = 0
    coupon_id: str | None = None


class Ready(NamedTuple):
    """A wish with everything a plan needs to post it.

    Attributes:
        wish: What is wanted.
        accounts: For :attr:`Plan.accounts`.
        needs: For :attr:`Plan.needs`; the caller adds its own.
        intent_hash: SHA-256 of the evidence, base64url.
    """

    wish: Wish
    accounts: tuple[int, ...]
    needs: list[tuple[Any, tuple[Any, ...]]]
    spending: tuple[str, str, int]
    intent_hash: str
    payment_id: str
    receipt_id: str
    lot_id: str
    confirm: Callable[[int], str] | None = None
    deducting: Deducting | None = None


class Posting:
    """Prepares and posts payments; what it raises refuses the caller's plan."""

    def __init__(
        self,
        *,
        directory: Directory,
        keys: ServiceKeys,
        config: Config,
        calendar: rules.Calendar,
        deductions: Deductions,
    ) -> None:
        """Wire it."""
        self._deductions = deductions
        self.directory = directory
        self._keys = keys
        self._config = config
        self.calendar = calendar
        self.earning_rules: tuple[EarningRule, ...] = ()
        self.confirming: Confirming | None = None

    async def prepare(self, wish: Wish) -> Ready:
        """Look up what never changes.

        Raises:
            KBeanError: ``currency_unsupported``.
        """
        target = wish.target
        find = self.directory.find
        payer = await find(wish.payer, "person", target.currency)
        merchant = await find(target.merchant_id, "merchant", target.currency)
        beans = await find(wish.payer, "points", POINTS)
        issued = await find(OPERATOR, "points_issued", POINTS)
        if payer is None or merchant is None or beans is None or issued is None:
            raise KBeanError("currency_unsupported", params={"currency": target.currency})
        spending = (wish.payer, target.currency, self.calendar.day(wish.event_at))
        needs: list[tuple[Any, tuple[Any, ...]]] = [
            (MERCHANTS, (target.merchant_id,)),
            (SPENDING, (spending,)),
            (LIMITS, (spending[:2],)),
        ]
        if target.order_id is not None and not wish.order_is_new:
            needs.append((ORDERS, (target.order_id,)))
        accounts: tuple[int, ...] = (payer, merchant, beans, issued)
        deducting = None
        if wish.points or wish.coupon_id is not None:
            buy = Buy(wish.payer, target.merchant_id, wish.amount, target.currency)
            deducting = await self._deductions.prepare(buy, wish.points, wish.coupon_id, beans)
            accounts += (deducting.promotions,)
            needs += deducting.needs
        payment_id = new_id()
        confirm = None
        # Who charges a payer's code is online and has the answer itself.
        if self.confirming is not None and wish.way in {"static", "order"}:
            confirm = await self.confirming(
                target.store_id, wish.amount, target.currency, payment_id
            )
        return Ready(
            wish=wish,
            accounts=accounts,
            needs=needs,
            spending=spending,
            intent_hash=encode_bytes(sha256(wish.evidence).digest()),
            payment_id=payment_id,
            receipt_id=new_id(),
            lot_id=new_id(),
            confirm=confirm,
            deducting=deducting,
        )

    def post(self, draft: Draft, ready: Ready) -> tuple[Payment, bytes]:
        """Post inside the caller's plan, whose own guards have passed.

        Returns:
            The payment and its JSON, which is kept as the payment's document.

        Raises:
            KBeanError: ``merchant_closed``, ``limit_exceeded``, ``order_paid``,
                ``order_cancelled``, ``order_expired``, ``insufficient_funds``,
                ``account_frozen``; besides, where something is deducted, what
                :meth:`Deducting.decide` raises.
        """
        wish, target = ready.wish, ready.wish.target
        payer, merchant, beans, issued = ready.accounts[:4]
        known = draft.get(MERCHANTS, target.merchant_id)
        if known is None or known.state != "active":
            raise KBeanError("merchant_closed")
        deducting = ready.deducting
        less = deducting.decide(draft) if deducting is not None else NOTHING
        paid = wish.amount - less.discount
        count_spending(
            draft,
            ready.spending,
            paid,
            way=wish.way,
            static_cap=self._config.static_code_daily_cap,
        )
        if target.order_id is not None and not wish.order_is_new:
            _pay_order(draft, target.order_id, ready.payment_id)
        sale = Sale(target.merchant_id, target.mcc, target.currency, paid, draft.now)
        gain = earned(self.earning_rules, sale)
        legs = [Leg(payer, merchant, paid)]
        if deducting is not None:
            legs += less.legs(deducting, merchant, beans, issued)
        if gain.beans:
            legs.append(Leg(issued, beans, gain.beans))
        posted = draft.post(
            "payment",
            legs,
            event_at=wish.event_at,
            intent=wish.evidence,
            signature=decode_bytes(wish.signature),
        )
        if deducting is not None:
            less.keep(draft, ready.payment_id)
        add_lot(
            draft,
            posted,
            lot_id=ready.lot_id,
            account_id=beans,
            beans=gain.beans,
            expires_at=gain.expires_at,
            payment_id=ready.payment_id,
        )
        payment = Payment(
            payment_id=ready.payment_id,
            status="succeeded",
            receipt=self._receipt(ready, gain.beans, less, posted),
            balance_after=draft.account(payer).available,
            points_after=draft.account(beans).available,
            order_id=target.order_id,
            subject=target.subject,
            note=wish.note,
            confirmation_code=ready.confirm(posted.posted_at) if ready.confirm else "",
        )
        document = _encode(payment)
        draft.insert(PAYMENTS, _row(payment, wish, document))
        return payment, document

    def beans_for(self, sale: Sale) -> int:
        """How many K-Beans a sale earns now."""
        return earned(self.earning_rules, sale).beans

    def _receipt(self, ready: Ready, beans: int, less: Deducted, posted: Posted) -> Receipt:
        wish, target = ready.wish, ready.wish.target
        receipt = Receipt(
            receipt_id=ready.receipt_id,
            payment_id=ready.payment_id,
            order_number=order_number(ready.payment_id, posted.posted_at),
            intent_hash=ready.intent_hash,
            payer=wish.payer,
            payee=target.merchant_id,
            payee_name=target.payee_name,
            store_name=target.store_name,
            amount=wish.amount,
            currency=target.currency,
            points_earned=beans,
            posted_at=posted.posted_at,
            journal_id=posted.journal_id,
            key_id=self._keys.receipt_key_id,
            points_spent=less.points,
            discount=less.discount,
        )
        signature = self._keys.receipt.sign(receipt.signed_bytes())
        return msgspec.structs.replace(receipt, signature=signature)


def _pay_order(draft: Draft, order_id: str, payment_id: str) -> None:
    order = draft.get(ORDERS, order_id)
    if order is None:
        raise KBeanError("order_not_found")
    rules.check_payable(order.status, order.expires_at, draft.now)
    paid = order._replace(status="paid", payment_id=payment_id, paid_at=draft.now)
    draft.change(ORDERS, paid)


def _row(payment: Payment, wish: Wish, document: bytes) -> PaymentRow:
    receipt, target = payment.receipt, wish.target
    return PaymentRow(
        payment.payment_id,
        wish.key,
        wish.payer,
        wish.device,
        target.merchant_id,
        target.store_id,
        target.code_id,
        target.order_id,
        wish.amount,
        target.currency,
        receipt.points_earned,
        receipt.journal_id,
        receipt.posted_at,
        document,
        receipt.discount,
        receipt.points_spent,
        wish.coupon_id,
    )
