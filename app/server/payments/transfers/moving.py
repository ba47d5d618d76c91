"""Posting a transfer: the part that a signed transfer and a plan's run share."""

from __future__ import annotations

from hashlib import sha256
from typing import Any, NamedTuple

import msgspec

from app.protocol.errors import KBeanError
from app.protocol.ids import new_id, order_number
from app.protocol.messages.transfers import Transfer, TransferReceipt
from app.protocol.signing import decode_bytes, encode_bytes
from app.server.config import Config
from app.server.keys import ServiceKeys
from app.server.ledger.accounts import Directory
from app.server.ledger.plan import Draft, Leg, Posted
from app.server.payments.limits import LIMITS, SPENDING, count_spending
from app.server.payments.notes import MovementNote, add_note
from app.server.payments.rules import Calendar
from app.server.payments.transfers.rows import CONTACTS, TRANSFERS, ContactRow, TransferRow

_encode = msgspec.json.Encoder().encode


class Move(NamedTuple):
    """One transfer that is wanted and authorised.

    Attributes:
        payer: The person's id.
        payer_name: As the payee is told it (masked).
        device: The device that signed.
        payee: The other person's id.
        payee_name: As the payer is told it (masked).
        key: What makes it one transfer for ever.
        amount: Minor units.
        currency: ISO 4217.
        event_at: When it was wanted, Unix milliseconds.
        evidence: Canonical bytes of what was signed.
        signature: The device's, base64url.
        note: The payer's own; the payee reads it too.
        request_id: The request for money that it pays.
        plan_id: The plan that it is a run of.
    """

    payer: str
    payer_name: str
    device: str
    payee: str
    payee_name: str
    key: str
    amount: int
    currency: str
    event_at: int
    evidence: bytes
    signature: str
    note: str
    request_id: str | None = None
    plan_id: str | None = None


class Ready(NamedTuple):
    """A move with everything a plan needs to post it; the caller adds needs of its own."""

    move: Move
    accounts: tuple[int, int]
    needs: list[tuple[Any, tuple[Any, ...]]]
    spending: tuple[str, str, int]
    transfer_id: str
    contact_id: str


class Moving:
    """Prepares and posts transfers; what it raises refuses the caller's plan."""

    def __init__(
        self, *, directory: Directory, keys: ServiceKeys, config: Config, calendar: Calendar
    ) -> None:
        """Wire it."""
        self._directory = directory
        self._keys = keys
        self._config = config
        self._calendar = calendar

    def check_amount(self, amount: int, currency: str) -> None:
        """Refuse what no transfer may carry.

        Raises:
            KBeanError: ``currency_unsupported``, ``amount_too_large``.
        """
        if currency not in self._config.currencies:
            raise KBeanError("currency_unsupported", params={"currency": currency})
        if amount > self._config.payment_max:
            raise KBeanError(
                "amount_too_large",
                field="intent.amount",
                params={"limit": self._config.payment_max, "currency": currency},
            )

    async def prepare(self, move: Move) -> Ready:
        """Look up what never changes.

        Raises:
            KBeanError: ``currency_unsupported``, ``payee_not_found``.
        """
        payer = await self._directory.find(move.payer, "person", move.currency)
        payee = await self._directory.find(move.payee, "person", move.currency)
        if payer is None:
            raise KBeanError("currency_unsupported", params={"currency": move.currency})
        if payee is None:
            raise KBeanError("payee_not_found")
        spending = (move.payer, move.currency, self._calendar.day(move.event_at))
        return Ready(
            move=move,
            accounts=(payer, payee),
            needs=[
                (SPENDING, (spending,)),
                (LIMITS, (spending[:2],)),
                (CONTACTS, ((move.payer, move.payee),)),
            ],
            spending=spending,
            transfer_id=new_id(),
            contact_id=new_id(),
        )

    def post(self, draft: Draft, ready: Ready) -> tuple[Transfer, bytes]:
        """Post inside the caller's plan, whose own guards have passed.

        Returns:
            The transfer and its JSON, which is kept as the transfer's document.

        Raises:
            KBeanError: ``payee_is_payer``, ``limit_exceeded``, ``insufficient_funds``,
                ``account_frozen``.
        """
        move = ready.move
        if move.payer == move.payee:
            raise KBeanError("payee_is_payer")
        payer, payee = ready.accounts
        count_spending(
            draft,
            ready.spending,
            move.amount,
            way="transfer",
            static_cap=self._config.static_code_daily_cap,
        )
        posted = draft.post(
            "transfer",
            [Leg(payer, payee, move.amount)],
            event_at=move.event_at,
            intent=move.evidence,
            signature=decode_bytes(move.signature),
        )
        _remember_payee(draft, ready)
        transfer = Transfer(
            transfer_id=ready.transfer_id,
            receipt=self._receipt(ready, posted),
            balance_after=draft.account(payer).available,
            note=move.note,
            request_id=move.request_id,
        )
        document = _encode(transfer)
        draft.insert(TRANSFERS, _row(ready, posted, document))
        _add_notes(draft, ready, posted, transfer.receipt.order_number)
        return transfer, document

    def _receipt(self, ready: Ready, posted: Posted) -> TransferReceipt:
        move = ready.move
        receipt = TransferReceipt(
            transfer_id=ready.transfer_id,
            order_number=order_number(ready.transfer_id, posted.posted_at),
            intent_hash=encode_bytes(sha256(move.evidence).digest()),
            payer=move.payer,
            payee_name=move.payee_name,
            amount=move.amount,
            currency=move.currency,
            posted_at=posted.posted_at,
            journal_id=posted.journal_id,
            key_id=self._keys.receipt_key_id,
        )
        signature = self._keys.receipt.sign(receipt.signed_bytes())
        return msgspec.structs.replace(receipt, signature=signature)


def _remember_payee(draft: Draft, ready: Ready) -> None:
    """Once paid, known for ever."""
    move = ready.move
    known = draft.get(CONTACTS, (move.payer, move.payee))
    if known is None:
        draft.insert(
            CONTACTS, ContactRow(ready.contact_id, move.payer, move.payee, 1, draft.now, draft.now)
        )
    else:
        draft.change(CONTACTS, known._replace(times=known.times + 1, last_at=draft.now))


def _row(ready: Ready, posted: Posted, document: bytes) -> TransferRow:
    move = ready.move
    return TransferRow(
        ready.transfer_id,
        move.key,
        move.payer,
        move.device,
        move.payee,
        move.amount,
        move.currency,
        move.request_id,
        move.plan_id,
        posted.journal_id,
        posted.posted_at,
        document,
    )


def _add_notes(draft: Draft, ready: Ready, posted: Posted, number: str) -> None:
    """Both sides read in their activity what it was."""
    move = ready.move
    out = MovementNote(
        "transfer_out",
        move.payee_name,
        note=move.note,
        order_number=number,
        transfer_id=ready.transfer_id,
    )
    came = msgspec.structs.replace(out, kind="transfer_in", counterparty=move.payer_name)
    add_note(draft, posted, move.payer, out)
    add_note(draft, posted, move.payee, came)
