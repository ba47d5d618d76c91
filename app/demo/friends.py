"""What moves between the demo's two people: transfers, requests, a plan, limits.

Everything is signed by a device and posted by the service, as the rest of the history is.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.protocol.ids import new_id
from app.protocol.messages.transfers import (
    AskMoney,
    PayeeLookup,
    PlanIntent,
    PlanRequest,
    TransferIntent,
    TransferRequest,
)
from app.protocol.signing import SigningKey
from app.server.http.front import now_ms
from app.server.http.tokens import Principal
from app.server.ledger.plan import Answer
from app.server.main import Service

_DAY = 86_400_000


@dataclass(frozen=True)
class Friend:
    """Somebody with a device in hand.

    Attributes:
        principal: Who they are to the service.
        key: The device's key.
        email: How the other one finds them.
        passphrase: For a first transfer, and for plans.
    """

    principal: Principal
    key: SigningKey
    email: str
    passphrase: str


async def befriend(service: Service, one: Friend, other: Friend) -> None:
    """Let two people send, ask and plan."""
    currency = service.config.currency
    clock = service.writer.clock
    for payer, payee, amount, note, days in (
        (one, other, 46_50, "昨晚的火锅", 19),
        (other, one, 120_00, "Concert ticket", 11),
        (one, other, 18_00, "奶茶", 2),
    ):
        at = now_ms() - days * _DAY
        service.writer.clock = functools.partial(int, at)
        try:
            await _send(service, payer, (payee, amount, note), at)
        finally:
            service.writer.clock = clock
    ref = await _find(service, other, one)
    await _ask(service, other, AskMoney(32_50, currency, "Taxi home", ref))
    await _ask(service, one, AskMoney(88_00, currency, "周末拼车"))
    ref = await _find(service, one, other)
    await _ask(service, one, AskMoney(15_00, currency, "电影票", ref))
    today = datetime.now().astimezone().date()
    first = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
    await _plan(service, one, ref, first.isoformat())


async def _find(service: Service, asker: Friend, wanted: Friend) -> str:
    found = await service.transfers.payees.look_up(
        asker.principal.id, PayeeLookup("email", wanted.email)
    )
    return found.payee_ref


async def _send(service: Service, payer: Friend, wanted: tuple[Friend, int, str], at: int) -> None:
    payee, amount, note = wanted
    intent = TransferIntent(
        key=new_id(),
        payer=payer.principal.id,
        device=payer.principal.device,
        payee_ref=await _find(service, payer, payee),
        request_id=None,
        amount=amount,
        currency=service.config.currency,
        time=at,
    )
    signature = payer.key.sign(intent.signed_bytes())
    request = TransferRequest(intent, signature, note, payer.passphrase)
    _done(await service.transfers.transfers.transfer(payer.principal, intent.key, request))


async def _ask(service: Service, asker: Friend, request: AskMoney) -> None:
    _done(await service.transfers.requests.ask(asker.principal.id, new_id(), request))


async def _plan(service: Service, payer: Friend, ref: str, first_on: str) -> None:
    intent = PlanIntent(
        key=new_id(),
        payer=payer.principal.id,
        device=payer.principal.device,
        payee_ref=ref,
        amount=200_00,
        currency=service.config.currency,
        first_on=first_on,
        unit="month",
        every=1,
        times=12,
        time=now_ms(),
    )
    signature = payer.key.sign(intent.signed_bytes())
    request = PlanRequest(intent, signature, payer.passphrase, "合租水电")
    _done(await service.transfers.plans.make(payer.principal, intent.key, request))


def _done(answer: Answer) -> None:
    if answer.status != 201:
        raise RuntimeError(f"the demo's friends were refused: {answer.body!r}")
