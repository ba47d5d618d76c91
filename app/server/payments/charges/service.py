"""Charging a payer's code: look everything up, let one plan decide, tell whom it concerns."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256

import msgspec

from app.protocol.codes import payment_code
from app.protocol.errors import KBeanError
from app.protocol.ids import new_id
from app.protocol.messages.charges import ChargeRequest
from app.protocol.signing import canonical_bytes
from app.server.config import Config
from app.server.http.access import checked_key
from app.server.http.front import now_ms
from app.server.http.problems import decoded
from app.server.http.tokens import Principal
from app.server.ledger.plan import Answer, Draft, Idempotency, Need, Plan, PlanWriter
from app.server.payments.charges import register, rules
from app.server.payments.charges.closing import Closing
from app.server.payments.charges.deciding import Ask, Changed, Deciding
from app.server.payments.charges.handles import HandleBook
from app.server.payments.charges.rows import BURNED, CUTOFFS, HANDLES, NUMBERS
from app.server.payments.posting import Posting, Wish
from app.server.payments.rows import MERCHANTS, SESSIONS

ROUTE = "charges"

TRIES = 4
"""How often a charge is prepared anew because something changed between looking and posting."""

_decode = msgspec.json.Decoder(ChargeRequest).decode
_encode = msgspec.json.Encoder().encode


class ChargeService:
    """Charges payers' codes."""

    def __init__(
        self,
        writer: PlanWriter,
        *,
        posting: Posting,
        handles: HandleBook,
        closing: Closing,
        config: Config,
    ) -> None:
        """Wire it."""
        self._writer = writer
        self._posting = posting
        self._deciding = Deciding(posting, config)
        self._handles = handles
        self._closing = closing
        self._register = closing.register
        self._config = config
        self.told: Callable[[str, str, bool], None] = lambda _user, _till, _asked: None

    async def charge_bytes(self, principal: Principal, key: str | None, body: bytes) -> Answer:
        """A charge as it came over the wire.

        Raises:
            KBeanError: see :meth:`charge`; ``forbidden``; what is wrong with the body.
        """
        if principal.kind != "till":
            raise KBeanError("forbidden", "only a till charges")
        return await self.charge(principal, key, decoded(_decode, body))

    async def charge(self, till: Principal, key: str | None, request: ChargeRequest) -> Answer:
        """Charge a code once.

        Returns:
            201 with the paid :class:`Charge`, 202 where the payer is asked, or the refusal that
            is kept for this number.

        Raises:
            KBeanError: what needs no looking up and is not kept: ``idempotency_key_missing``,
                ``currency_unsupported``, ``amount_too_large``, ``code_malformed``,
                ``code_foreign``; ``busy``.
        """
        key = checked_key(key)
        self._check(request)
        code = payment_code.read(request.code)
        digest = sha256(_encode(request)).digest()
        idempotency = Idempotency(till.id, ROUTE, key, digest)
        for tried in range(TRIES):
            # Most numbers are new: the plan finds out, and only then is the old charge looked up.
            before = await self._before(till, request, digest) if tried else None
            try:
                if before is not None:
                    return await self._writer.submit(_again(before, idempotency))
                ask = await self._ask(till, request, digest, code, fresh=tried > 0)
                answer = await self._writer.submit(self._plan(ask, idempotency))
            except Changed:
                continue
            if not answer.replayed and ask.known is not None and ask.found is not None:
                self._handles.moved(ask.known, ask.found.counter)
                self.told(ask.known[0].user_id, till.id, answer.status == 202)
            return answer
        raise KBeanError("busy", "too much happens with this code", retry_after=1)

    def _check(self, request: ChargeRequest) -> None:
        config = self._config
        if request.currency not in config.currencies:
            raise KBeanError("currency_unsupported", field="currency")
        if request.amount > config.payment_max:
            raise KBeanError(
                "amount_too_large",
                field="amount",
                params={"limit": config.payment_max, "currency": request.currency},
            )

    # --- a number that is known already

    async def _before(
        self, till: Principal, request: ChargeRequest, digest: bytes
    ) -> Answer | KBeanError | None:
        """What this number was told before; None where it is new."""
        row = await self._register.by_number(till.merchant, request.out_trade_no)
        if row is None:
            return None
        if row.kind != "charge" or row.body_hash not in (None, digest):
            return KBeanError("out_trade_no_used", field="out_trade_no")
        row = await self._closing.settled(row)
        told = register.message(row, now_ms())
        if told.state == "success":
            return Answer(201, _encode(told))
        if told.state == "userpaying":
            return Answer(202, _encode(told))
        if told.state == "failed" or told.failure == "payer_declined":
            return KBeanError(told.failure)
        return KBeanError("charge_closed", params={"state": told.state})

    # --- a new one

    async def _ask(
        self, till: Principal, request: ChargeRequest, digest: bytes, code: str, *, fresh: bool
    ) -> Ask:
        handle, otp = payment_code.split(code)
        known = await self._handles.find(handle, fresh=fresh)
        now = now_ms()
        charge_id = new_id()
        found = None
        if known is not None:
            fact, row = known
            if not fresh:
                found = rules.presume(fact.key, handle, otp, now, row.last_counter)
            if found is None:
                # Before anybody is refused, look where the counter stands.
                fact, row = known = await self._handles.find(handle, fresh=True) or known
                found = rules.locate(fact.key, handle, otp, now, row.last_counter)
        if known is None or found is None:
            return Ask(till, request, digest, charge_id, handle, otp, known, found, ready=None)
        target = (await self._register.target(till.store))._replace(
            code_id=charge_id,
            order_id=charge_id,
            currency=request.currency,
            amount=request.amount,
            subject=request.subject,
            payer_id=fact.user_id,
        )
        wish = Wish(
            payer=fact.user_id,
            device=fact.device_id,
            key=charge_id,
            target=target,
            amount=request.amount,
            event_at=now,
            evidence=_evidence(charge_id, till, request, (handle, found.step, found.counter), now),
            signature="",
            note="",
            way="small",
            order_is_new=True,
        )
        ready = await self._posting.prepare(wish)
        return Ask(till, request, digest, charge_id, handle, otp, known, found, ready)

    def _plan(self, ask: Ask, idempotency: Idempotency) -> Plan:
        trade = (ask.till.merchant, ask.request.out_trade_no)
        needs: list[Need] = [(NUMBERS, (trade,))]
        accounts: tuple[int, ...] = ()
        if ask.known is not None:
            fact = ask.known[0]
            needs += [
                (HANDLES, (ask.handle,)),
                (SESSIONS, (fact.session_id,)),
                (CUTOFFS, (fact.user_id,)),
            ]
        if ask.found is not None and ask.ready is not None:
            needs.append((BURNED, ((ask.handle, ask.found.step, ask.found.counter),)))
            needs += ask.ready.needs
            accounts = ask.ready.accounts
        else:
            needs.append((MERCHANTS, (ask.till.merchant,)))

        def decide(draft: Draft) -> Answer:
            return self._deciding.decide(draft, ask)

        return Plan(decide=decide, accounts=accounts, needs=needs, idempotency=idempotency)


def _again(before: Answer | KBeanError, idempotency: Idempotency) -> Plan:
    """Tell a known number's charge again, under this key too."""

    def decide(_draft: Draft) -> Answer:
        if isinstance(before, KBeanError):
            raise before
        return before

    return Plan(decide=decide, idempotency=idempotency)


def _evidence(
    charge_id: str,
    till: Principal,
    request: ChargeRequest,
    spot: tuple[int, int, int],
    at: int,
) -> bytes:
    """What stands in the journal for a signed intent: which code was charged with what."""
    return canonical_bytes(
        "charge",
        1,
        (
            charge_id,
            till.id,
            till.merchant,
            request.out_trade_no,
            request.amount,
            request.currency,
            *spot,
            at,
        ),
    )
