"""Intents from signing to the truth: written before they are sent, asked about until known.

Three outcomes and no fourth: the money moved (with a receipt that verifies), it did not and never
will, or nobody can tell yet. Which one it is never follows from silence (design/6).
"""

from __future__ import annotations

import dataclasses
import functools
from typing import Literal

import msgspec

from app.protocol.errors import KBeanError, Problem
from app.protocol.ids import new_id
from app.protocol.messages.payments import Payment, PaymentIntent, PaymentRequest
from app.wallet import receipts
from app.wallet.failures import Failure, failure_of
from app.wallet.line import Line
from app.wallet.snapshot import Board, Notice
from app.wallet.vault.stores.intents import Intent
from app.wallet.vault.vault import Vault
from app.wallet.vault.worker import VaultWorker

NOTICES = "notices"
_LOOK_BACK = 20


@dataclasses.dataclass(frozen=True, slots=True)
class Succeeded:
    """The money moved; the receipt was verified and stands in the vault."""

    payment: Payment


@dataclasses.dataclass(frozen=True, slots=True)
class Refused:
    """No money moved, and with this intent none ever will."""

    failure: Failure


@dataclasses.dataclass(frozen=True, slots=True)
class Unknown:
    """Nobody can tell yet."""

    failure: Failure


Outcome = Succeeded | Refused | Unknown


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
    """

    payee: str
    payee_name: str
    code_id: str
    order_id: str | None
    amount: int
    currency: str
    note: str = ""


class PaymentDesk:
    """Signs, sends, asks and keeps.

    Attributes:
        patience: Seconds a person waits for the answer before being told that it is missing.
    """

    def __init__(self, worker: VaultWorker, line: Line, board: Board) -> None:
        self._worker = worker
        self._line = line
        self._board = board
        self._attended: set[str] = set()
        self.patience = 12.0

    async def prepare(self, wanted: Wanted) -> PaymentRequest:
        """Sign an intent and put it on the disk; when this returns it survives a power cut.

        Raises:
            KBeanError: ``session_ended`` when signed out.
            VaultError: the disk refused; nothing was or will be sent.
        """
        session = self._line.session
        if session is None:
            raise KBeanError("session_ended", "signed out")
        intent = PaymentIntent(
            key=new_id(),
            payer=session.user_id,
            device=session.device_id,
            payee=wanted.payee,
            code_id=wanted.code_id,
            order_id=wanted.order_id,
            amount=wanted.amount,
            currency=wanted.currency,
            time=self._line.clock.time_ms(),
        )
        signature = self._line.device_key.sign(intent.signed_bytes())
        request = PaymentRequest(intent, signature, wanted.note)
        row = Intent(
            key=intent.key,
            kind="payment",
            body=msgspec.json.encode(request),
            signature=signature,
            created_at=intent.time,
        )

        def work(vault: Vault) -> int:
            with vault.transaction():
                vault.intents.write(row)
                # Bytes may leave from here on; one flush to the disk says both.
                vault.intents.mark_sent(row.key)
                vault.settings.put(_name_key(row.key), wanted.payee_name)
            return _open(vault)

        self._attended.add(intent.key)
        self._board.post("notices", open_payments=await self._worker.run(work))
        return request

    async def send(self, request: PaymentRequest) -> Outcome:
        """Send what :meth:`prepare` wrote; retries carry the same key and the same bytes."""
        key = request.intent.key
        body = msgspec.json.encode(request)
        try:
            payment = await self._line.ask(
                lambda client: client.pay_bytes(key, body), patience=self.patience
            )
        except KBeanError as error:
            return await self._not_paid(key, error)
        return await self._paid(request.intent, payment)

    async def ask(self, key: str) -> Outcome:
        """Ask what became of an intent and burn its key where it was never posted.

        Raises:
            KBeanError: ``payment_not_found`` for a key that this vault doesn't hold.
        """
        row = await self._worker.run(lambda vault: vault.intents.get(key))
        if row is None:
            raise KBeanError("payment_not_found")
        if row.finished:
            return _remembered(row)
        request = msgspec.json.decode(row.body, type=PaymentRequest)
        try:
            payment = await self._line.ask(lambda client: client.payment_by_key(key, fence=True))
        except KBeanError as error:
            await self._mark_unknown(key)
            return Unknown(failure_of(error, money="unknown"))
        if payment is None:
            # The fence holds: a request still under way can't post any more.
            return await self._refused(
                key, KBeanError("payment_not_found", "never posted", money="not_moved")
            )
        return await self._paid(request.intent, payment)

    def leave(self, key: str) -> None:
        """A flow no longer looks after this intent; settling may take it."""
        self._attended.discard(key)

    def forget(self) -> None:
        """No flow looks after anything any more (the wallet is locked)."""
        self._attended.clear()

    async def told(self, key: str) -> None:
        """The person has seen how this intent ended: no notice is needed."""
        # First on the disk: whoever settles meanwhile must find it attended or told.
        await self._worker.run(lambda vault: vault.settings.remove(_name_key(key)))
        self._attended.discard(key)

    async def settle(self) -> tuple[Notice, ...]:
        """Ask about every intent that no flow looks after; what was found out becomes a notice."""
        found: list[Notice] = []
        # What a flow looked after when the vault was read it may have told since then.
        attended = frozenset(self._attended)
        for row in await self._worker.run(_untold):
            if row.key in attended or row.key in self._attended:
                continue
            outcome = await self.ask(row.key)
            if isinstance(outcome, Unknown):
                if outcome.failure.kind == "surroundings":
                    # The next one would meet the same silence.
                    break
                continue
            found.append(await self._notice(row, outcome))
        return tuple(found)

    async def dismiss(self, notice_id: str) -> None:
        """Forget a notice."""
        kept = tuple(n for n in self._board.snapshot.notices if n.notice_id != notice_id)
        await self._worker.run(lambda vault: vault.settings.put(NOTICES, kept))
        self._board.post("notices", notices=kept)

    async def check_receipt(self, payment: Payment) -> None:
        """Verify a receipt with the pinned keys; an unknown key is looked up once.

        Raises:
            KBeanError: ``receipt_invalid``, or why an unknown key couldn't be looked up.
        """
        try:
            receipts.check_signature(payment.receipt, self._line.keys)
        except receipts.UnknownKeyError:
            await self._line.refresh_service()
            receipts.check_signature(payment.receipt, self._line.keys)

    async def _paid(self, intent: PaymentIntent, payment: Payment) -> Outcome:
        try:
            receipts.check_answers(payment.receipt, intent)
            await self.check_receipt(payment)
        except KBeanError as error:
            await self._mark_unknown(intent.key)
            return Unknown(failure_of(error, money="unknown"))
        now = self._line.clock.time_ms()
        raw = msgspec.json.encode(payment)

        def work(vault: Vault) -> int:
            with vault.transaction():
                vault.receipts.add(payment.receipt, at=now)
                vault.intents.finish(intent.key, "settled", raw, checked_at=now)
            return _open(vault)

        still_open = await self._worker.run(work)
        accounts = self._board.snapshot.after(payment)
        self._board.post("accounts", "notices", accounts=accounts, open_payments=still_open)
        return Succeeded(payment)

    async def _not_paid(self, key: str, error: KBeanError) -> Outcome:
        if error.money in {"unknown", "moved"}:
            await self._mark_unknown(key)
            return Unknown(failure_of(error, money="unknown"))
        return await self._refused(key, error)

    async def _refused(self, key: str, error: KBeanError) -> Refused:
        error.money = "not_moved"
        raw = msgspec.json.encode(error.problem())
        now = self._line.clock.time_ms()

        def work(vault: Vault) -> int:
            vault.intents.finish(key, "refused", raw, checked_at=now)
            return _open(vault)

        self._board.post("notices", open_payments=await self._worker.run(work))
        return Refused(failure_of(error))

    async def _mark_unknown(self, key: str) -> None:
        now = self._line.clock.time_ms()

        def work(vault: Vault) -> int:
            vault.intents.mark_unknown(key, checked_at=now)
            return _open(vault)

        self._board.post("notices", open_payments=await self._worker.run(work))

    async def _notice(self, row: Intent, outcome: Succeeded | Refused) -> Notice:
        intent = msgspec.json.decode(row.body, type=PaymentRequest).intent
        kind: Literal["payment_succeeded", "payment_refused"]
        failure, payment_id = None, None
        if isinstance(outcome, Succeeded):
            kind, payment_id = "payment_succeeded", outcome.payment.payment_id
        else:
            kind, failure = "payment_refused", outcome.failure
        build = functools.partial(
            Notice,
            notice_id=new_id(),
            kind=kind,
            at=self._line.clock.time_ms(),
            amount=intent.amount,
            currency=intent.currency,
            key=row.key,
            payment_id=payment_id,
            failure=failure,
        )

        def work(vault: Vault) -> tuple[Notice, ...]:
            notice = build(payee_name=vault.settings.get(_name_key(row.key), str, ""))
            with vault.transaction():
                kept = (notice, *vault.settings.get(NOTICES, tuple[Notice, ...], ()))
                vault.settings.put(NOTICES, kept)
                vault.settings.remove(_name_key(row.key))
            return kept

        kept = await self._worker.run(work)
        self._board.post("notices", notices=kept)
        return kept[0]


def _open(vault: Vault) -> int:
    return len(vault.intents.unfinished())


def _name_key(key: str) -> str:
    return f"payee of {key}"


def _untold(vault: Vault) -> list[Intent]:
    """Open intents, and those that ended without anybody having been told."""
    ended = [
        row
        for row in vault.intents.recent(_LOOK_BACK)
        if row.finished and vault.settings.get(_name_key(row.key), str, "")
    ]
    return [*vault.intents.unfinished(), *ended]


def _remembered(row: Intent) -> Succeeded | Refused:
    """The outcome of a finished intent, out of the vault."""
    assert row.outcome is not None
    if row.state == "settled":
        return Succeeded(msgspec.json.decode(row.outcome, type=Payment))
    problem = msgspec.json.decode(row.outcome, type=Problem)
    return Refused(failure_of(KBeanError.from_problem(problem)))
