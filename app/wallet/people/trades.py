"""Transfers, plans and pre-authorisations at the desk: how each is signed, sent and verified."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import ClassVar

import msgspec

from app.protocol.errors import KBeanError
from app.protocol.messages.holds import Authorisation, HoldRequest
from app.protocol.messages.identity import ServiceKey
from app.protocol.messages.payments import PaymentIntent
from app.protocol.messages.transfers import (
    Plan,
    PlanIntent,
    PlanRequest,
    Transfer,
    TransferIntent,
    TransferRequest,
)
from app.sdk.client import ServiceClient
from app.sdk.holds import Holds
from app.sdk.transfers import Transfers
from app.wallet import receipts
from app.wallet.payments import Wanted
from app.wallet.people.calendar import Schedule
from app.wallet.people.shelf import TRANSFER
from app.wallet.snapshot import Board, IntentKind
from app.wallet.trade import Pen, Signed, Trade
from app.wallet.vault.stores.intents import Intent
from app.wallet.vault.vault import Vault

_KEPT_NOWHERE = "-"
_TOO_OLD_MS = 11 * 60_000
"""So old an intent is refused by the service (ten minutes, design/3), and a minute of patience."""


@dataclasses.dataclass(frozen=True, slots=True)
class TransferWish:
    """A transfer that was agreed.

    Attributes:
        payee_ref: As looked up.
        payee_name: The masked name the person saw.
        amount: Minor units.
        currency: ISO 4217.
        note: The payer's words to the payee.
        request_id: The request for money that it answers.
        passphrase: Where the service wants it; it goes out and is kept nowhere.
    """

    payee_ref: str
    payee_name: str
    amount: int
    currency: str
    note: str = ""
    request_id: str | None = None
    passphrase: str | None = dataclasses.field(default=None, repr=False)

    def signed(self, pen: Pen) -> Signed[Transfer]:
        """Make the intent and the request."""
        intent = TransferIntent(
            key=pen.key,
            payer=pen.payer,
            device=pen.device,
            payee_ref=self.payee_ref,
            request_id=self.request_id,
            amount=self.amount,
            currency=self.currency,
            time=pen.time,
        )
        signature = pen.sign(intent.signed_bytes())
        kept = TransferRequest(intent, signature, self.note)
        sent = msgspec.structs.replace(kept, passphrase=self.passphrase)
        body = msgspec.json.encode(kept)
        return Signed(TRANSFERS, pen.key, body, signature, pen.time, msgspec.json.encode(sent))


class TransferTrade(Trade[Transfer]):
    """A transfer to somebody: its receipt is signed, and kept with it."""

    kind: ClassVar[IntentKind] = "transfer"
    never = "transfer_not_found"

    def figures(self, body: bytes) -> tuple[int, str]:
        """Amount and currency."""
        intent = msgspec.json.decode(body, type=TransferRequest).intent
        return intent.amount, intent.currency

    async def send(self, client: ServiceClient, key: str, body: bytes) -> Transfer:
        """Send the very bytes."""
        return await Transfers(client).send_bytes(key, body)

    async def by_key(self, client: ServiceClient, row: Intent) -> Transfer | None:
        """What became of it, with a fence."""
        return await Transfers(client).by_key(row.key, fence=True)

    def decoded(self, raw: bytes) -> Transfer:
        """An answer out of the vault."""
        return msgspec.json.decode(raw, type=Transfer)

    def check(self, answer: Transfer, body: bytes, keys: Iterable[ServiceKey]) -> None:
        """The receipt answers this intent, and its signature holds."""
        intent = msgspec.json.decode(body, type=TransferRequest).intent
        receipts.check_transfer(answer.receipt, intent)
        receipts.check_signature(answer.receipt, keys)

    def keep(self, vault: Vault, answer: Transfer, now: int) -> None:
        """The transfer with its receipt."""
        vault.papers.put(TRANSFER, answer.transfer_id, answer, at=now, seen=True)

    def show(self, board: Board, answer: Transfer) -> None:
        """The balance as it is now."""
        currency = answer.receipt.currency
        accounts = board.snapshot.with_money(currency, answer.balance_after)
        board.post("accounts", accounts=accounts)

    def reference(self, answer: Transfer) -> str:
        """The transfer, for its receipt."""
        return answer.transfer_id


@dataclasses.dataclass(frozen=True, slots=True)
class PlanWish:
    """A plan that was agreed; ``passphrase`` goes out and is kept nowhere."""

    payee_ref: str
    payee_name: str
    amount: int
    currency: str
    schedule: Schedule
    passphrase: str = dataclasses.field(repr=False)
    note: str = ""

    def signed(self, pen: Pen) -> Signed[Plan]:
        """Make the mandate and the request."""
        schedule = self.schedule
        intent = PlanIntent(
            key=pen.key,
            payer=pen.payer,
            device=pen.device,
            payee_ref=self.payee_ref,
            amount=self.amount,
            currency=self.currency,
            first_on=schedule.first_on.isoformat(),
            unit=schedule.unit,
            every=schedule.every,
            times=1 if schedule.unit == "once" else schedule.times,
            time=pen.time,
        )
        signature = pen.sign(intent.signed_bytes())
        sent = PlanRequest(intent, signature, self.passphrase, self.note)
        kept = msgspec.structs.replace(sent, passphrase=_KEPT_NOWHERE)
        body = msgspec.json.encode(kept)
        return Signed(PLANS, pen.key, body, signature, pen.time, msgspec.json.encode(sent))


class PlanTrade(Trade[Plan]):
    """A mandate for payments later: nothing moves now."""

    kind: ClassVar[IntentKind] = "plan"
    never = "plan_not_found"

    def figures(self, body: bytes) -> tuple[int, str]:
        """Amount of each payment, and currency."""
        intent = msgspec.json.decode(body, type=PlanRequest).intent
        return intent.amount, intent.currency

    async def send(self, client: ServiceClient, key: str, body: bytes) -> Plan:
        """Send the very bytes."""
        return await Transfers(client).make_plan_bytes(key, body)

    async def by_key(self, client: ServiceClient, row: Intent) -> Plan | None:
        """The plan where it was made.

        Plans have no fence of their own; what fences them is the intent's time: the service
        refuses one that is too old.

        Raises:
            KBeanError: ``idempotency_in_progress`` while the request could still arrive.
        """
        listed = await Transfers(client).plans()
        for plan in listed.items:
            if plan.plan_id == row.key:
                return plan
        if listed.server_time - row.created_at < _TOO_OLD_MS:
            raise KBeanError("idempotency_in_progress", "not made yet, and may still be")
        return None

    def decoded(self, raw: bytes) -> Plan:
        """An answer out of the vault."""
        return msgspec.json.decode(raw, type=Plan)

    def check(self, answer: Plan, body: bytes, keys: Iterable[ServiceKey]) -> None:
        """The service must speak of the very plan that was signed."""
        del keys
        intent = msgspec.json.decode(body, type=PlanRequest).intent
        names = ("amount", "currency", "unit", "every", "times", "first_on")
        wrong = [name for name in names if getattr(answer, name) != getattr(intent, name)]
        if answer.plan_id != intent.key or wrong:
            raise KBeanError("receipt_invalid", "another plan than the one that was signed")

    def keep(self, vault: Vault, answer: Plan, now: int) -> None:
        """The list is asked for again; nothing to keep by itself."""

    def show(self, board: Board, answer: Plan) -> None:
        """Nothing has moved."""

    def reference(self, answer: Plan) -> str:
        """The plan."""
        return answer.plan_id


@dataclasses.dataclass(frozen=True, slots=True)
class HoldWanted(Wanted):
    """An order that asks for a pre-authorisation, agreed like a payment."""

    def signed(self, pen: Pen) -> Signed[Authorisation]:  # type: ignore[override]  # its answer
        """Make the intent and the request."""
        intent = self.intent(pen)
        signature = pen.sign(intent.signed_bytes())
        body = msgspec.json.encode(HoldRequest(intent, signature))
        return Signed(HOLDS, pen.key, body, signature, pen.time, body)


class HoldTrade(Trade[Authorisation]):
    """Money held for a merchant, taken later or let go."""

    kind: ClassVar[IntentKind] = "hold"
    never = "hold_not_found"

    def figures(self, body: bytes) -> tuple[int, str]:
        """Amount and currency."""
        intent = self._intent(body)
        return intent.amount, intent.currency

    async def send(self, client: ServiceClient, key: str, body: bytes) -> Authorisation:
        """Send the very bytes."""
        return await Holds(client).authorise_bytes(key, body)

    async def by_key(self, client: ServiceClient, row: Intent) -> Authorisation | None:
        """What became of it, with a fence."""
        return await Holds(client).by_key(row.key, fence=True)

    def decoded(self, raw: bytes) -> Authorisation:
        """An answer out of the vault."""
        return msgspec.json.decode(raw, type=Authorisation)

    def check(self, answer: Authorisation, body: bytes, keys: Iterable[ServiceKey]) -> None:
        """The service must speak of the very order that was signed."""
        del keys
        intent = self._intent(body)
        if (answer.order_id, answer.amount, answer.currency) != (
            intent.order_id,
            intent.amount,
            intent.currency,
        ):
            raise KBeanError("receipt_invalid", "another hold than the one that was signed")

    def keep(self, vault: Vault, answer: Authorisation, now: int) -> None:
        """The list is asked for again; nothing to keep by itself."""

    def show(self, board: Board, answer: Authorisation) -> None:
        """What is available comes with the next refresh."""

    def reference(self, answer: Authorisation) -> str:
        """The hold."""
        return answer.hold_id

    @staticmethod
    def _intent(body: bytes) -> PaymentIntent:
        return msgspec.json.decode(body, type=HoldRequest).intent


TRANSFERS = TransferTrade()
PLANS = PlanTrade()
HOLDS = HoldTrade()
