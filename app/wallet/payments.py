"""Payments to merchants at the desk: what is signed, sent, verified and kept of them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import ClassVar

import msgspec

from app.protocol.messages.identity import ServiceKey
from app.protocol.messages.payments import Payment, PaymentIntent, PaymentRequest
from app.sdk.client import ServiceClient
from app.wallet import receipts
from app.wallet.snapshot import Board, IntentKind
from app.wallet.trade import Pen, Signed, Trade
from app.wallet.vault.stores.intents import Intent
from app.wallet.vault.vault import Vault


@dataclasses.dataclass(frozen=True, slots=True)
class Wanted:
    """What a person confirmed.

    Attributes:
        payee: The merchant id as resolved.
        payee_name: What the person saw; kept beside the intent for notices.
        code_id: The code that was resolved.
        order_id: The order of a dynamic code.
        amount: Minor units.
        currency: ISO 4217.
        note: The payer's own words.
        points: K-Beans that settle a part of it.
        coupon_id: Or the coupon that does.
    """

    payee: str
    payee_name: str
    code_id: str
    order_id: str | None
    amount: int
    currency: str
    note: str = ""
    points: int = 0
    coupon_id: str | None = None

    def intent(self, pen: Pen) -> PaymentIntent:
        """What the device signs."""
        return PaymentIntent(
            key=pen.key,
            payer=pen.payer,
            device=pen.device,
            payee=self.payee,
            code_id=self.code_id,
            order_id=self.order_id,
            amount=self.amount,
            currency=self.currency,
            time=pen.time,
            points=self.points,
            coupon_id=self.coupon_id,
        )

    def signed(self, pen: Pen) -> Signed[Payment]:
        """Make the intent and the request."""
        intent = self.intent(pen)
        signature = pen.sign(intent.signed_bytes())
        body = msgspec.json.encode(PaymentRequest(intent, signature, self.note))
        return Signed(PAYMENTS, intent.key, body, signature, intent.time, body)


class Payments(Trade[Payment]):
    """A payment to a merchant: its receipt is signed and kept."""

    kind: ClassVar[IntentKind] = "payment"
    never = "payment_not_found"

    def figures(self, body: bytes) -> tuple[int, str]:
        """Amount and currency."""
        intent = msgspec.json.decode(body, type=PaymentRequest).intent
        return intent.amount, intent.currency

    async def send(self, client: ServiceClient, key: str, body: bytes) -> Payment:
        """Send the very bytes."""
        return await client.pay_bytes(key, body)

    async def by_key(self, client: ServiceClient, row: Intent) -> Payment | None:
        """What became of it, with a fence."""
        return await client.payment_by_key(row.key, fence=True)

    def decoded(self, raw: bytes) -> Payment:
        """An answer out of the vault."""
        return msgspec.json.decode(raw, type=Payment)

    def check(self, answer: Payment, body: bytes, keys: Iterable[ServiceKey]) -> None:
        """The receipt answers this intent, and its signature holds."""
        intent = msgspec.json.decode(body, type=PaymentRequest).intent
        receipts.check_answers(answer.receipt, intent)
        receipts.check_signature(answer.receipt, keys)

    def keep(self, vault: Vault, answer: Payment, now: int) -> None:
        """The receipt."""
        vault.receipts.add(answer.receipt, at=now)

    def show(self, board: Board, answer: Payment) -> None:
        """Balance and K-Beans as they are now."""
        board.post("accounts", accounts=board.snapshot.after(answer))

    def reference(self, answer: Payment) -> str:
        """The payment, for its receipt."""
        return answer.payment_id


PAYMENTS = Payments()
