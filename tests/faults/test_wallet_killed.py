"""``kill -9`` of the wallet at every moment of a payment: the next start tells the truth."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from app.protocol.errors import KBeanError
from app.protocol.ids import new_id
from app.protocol.messages.charges import ChargeRequest
from app.protocol.messages.payments import Payment, PaymentRequest
from app.sdk.till_charges import Charges
from app.wallet.flows.unlock import UnlockFlow
from app.wallet.session import Notice, WalletSession
from app.wallet.vault.stores.intents import Intent
from tests.end_to_end.world import PASSPHRASE, World, until, world
from tests.faults import wallet_process
from tests.faults.nursery import Actor

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

PAID, NOT_PAID = "payment_succeeded", "payment_refused"
AMOUNT = 3_00


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path) as here:
        yield here


def wallet(here: World, moment: str, code: str, amount: int = AMOUNT) -> Actor:
    """A wallet of Ann's in its own process; killed at the end of the block."""
    words = (str(here.folder / "ann"), moment, code, str(amount))
    return Actor(wallet_process.main, *words, log=here.folder / "ann.log")


async def posted(here: World, payer: str, key: str) -> Payment | None:
    """What the service itself says, past every road; burns nothing."""
    try:
        found = await here.service.payments.find_by_key(payer, key, fence=False)
    except KBeanError:
        return None
    return msgspec.json.decode(found, type=Payment)


async def arrived(here: World, payments: int) -> None:
    """Wait until so many payment requests have come along the road; a process has to start."""
    await until(lambda: len(here.road.payments()) >= payments, seconds=60)


async def only_notice(session: WalletSession) -> Notice:
    await until(lambda: session.snapshot.notices != ())
    (notice,) = session.snapshot.notices
    return notice


async def kill_at(here: World, payer: str, moment: str, code: str) -> None:
    """Start a wallet, let it pay, kill it at the moment."""
    sent = len(here.road.payments())
    here.fate_of_payments({"stalled": "stall", "swallowed": "swallow"}.get(moment, "pass"))
    if moment in {"written", "answered", "kept"}:
        async with wallet(here, moment, code) as process:
            assert await process.line() == "here"
    else:
        async with wallet(here, "sent", code):
            await arrived(here, sent + 1)
            key = here.road.payments()[-1].headers["idempotency-key"]
            while moment == "swallowed" and await posted(here, payer, key) is None:
                await asyncio.sleep(0.005)
    assert len(here.road.payments()) == sent + (moment != "written")
    here.fate_of_payments("pass")


async def next_start(here: World) -> WalletSession:
    session = here.wallet("ann")
    await UnlockFlow(session).unlock_with_passphrase(PASSPHRASE)
    return session


async def intents(session: WalletSession) -> list[Intent]:
    found: list[Intent] = await session.worker.run(lambda vault: vault.intents.recent(1000))
    return found


async def check_paid(here: World, session: WalletSession, notice: Notice) -> None:
    """The notice holds a receipt that verifies and that the service knows."""
    assert notice.payment_id is not None
    receipt = await session.receipt(notice.payment_id)
    assert (receipt.amount, receipt.verified) == (AMOUNT, True)


async def check_never(session: WalletSession, notice: Notice, request: Intent) -> None:
    """Nothing moved, and the request itself, sent late, moves nothing either."""
    assert notice.failure is not None
    assert notice.failure.money == "not_moved"
    for _ in range(2):
        with pytest.raises(KBeanError) as refused:
            await session.line.ask(lambda client: client.pay_bytes(request.key, request.body))
        assert (refused.value.code, refused.value.money) == ("payment_not_found", "not_moved")


ARROWS = {
    "written": NOT_PAID,
    "stalled": NOT_PAID,
    "swallowed": PAID,
    "answered": PAID,
    "kept": PAID,
}
"""Where the wallet is killed → what the next start says."""


async def test_a_killed_wallet_tells_the_truth_at_the_next_start(here: World):
    ann = await here.person()
    assert ann.line.session is not None
    payer = ann.line.session.user_id
    await ann.close()
    left = 100_00
    for moment, kind in ARROWS.items():
        # A printed code and an order, one after the other on the same profile.
        for code in (here.static_code, (await here.order(AMOUNT)).code):
            await kill_at(here, payer, moment, code)
            again = await next_start(here)
            notice = await only_notice(again)
            (request,) = [row for row in await intents(again) if row.key == notice.key]
            said = (moment, notice.kind, notice.amount, notice.payee_name)
            assert said == (moment, kind, AMOUNT, "K豆便利店")
            found = await posted(here, payer, notice.key)
            assert (moment, found is not None) == (moment, kind == PAID)
            if kind == PAID:
                left -= AMOUNT
                await check_paid(here, again, notice)
            else:
                await check_never(again, notice, request)
            if moment == "stalled":
                late = await here.road.replay(here.road.payments()[-1])
                assert int(late.split()[1]) == 404
            assert (moment, await here.balance(again)) == (moment, left)
            # Told once, and kept until it is read: also over another start.
            assert await again.settle() == ()
            await again.close()
            once_more = await next_start(here)
            assert [n.notice_id for n in once_more.snapshot.notices] == [notice.notice_id]
            await once_more.dismiss_notice(notice.notice_id)
            await once_more.close()


async def test_killed_at_any_moment_of_a_spree(here: World):
    """Whenever the kill comes: vault and service tell the same story, payment by payment."""
    chance = random.Random(8)
    ann = await here.person(money=400_00)
    assert ann.line.session is not None
    payer = ann.line.session.user_id
    await ann.close()
    for _ in range(4):
        enough = len(here.road.payments()) + chance.randrange(1, 6)
        async with wallet(here, "spree", here.static_code, 1_00):
            await arrived(here, enough)
            # Anywhere between this request's arrival and the next one's end.
            loop = asyncio.get_running_loop()
            moment = loop.create_future()
            loop.call_later(chance.uniform(0, 0.04), moment.set_result, None)
            await moment
        again = await next_start(here)
        await again.settle()
        rows = await intents(again)
        assert again.snapshot.open_payments == 0
        assert {row.state for row in rows} <= {"settled", "refused"}
        paid = 0
        for row in rows:
            amount = msgspec.json.decode(row.body, type=PaymentRequest).intent.amount
            found = await posted(here, payer, row.key)
            assert (found is not None) == (row.state == "settled")
            if found is not None:
                assert msgspec.json.decode(row.outcome or b"", type=Payment) == found
                paid += amount
        assert await here.balance(again) == 400_00 - paid
        await again.close()
    assert paid >= 4_00


async def test_killed_between_yes_to_a_till_and_the_answer(here: World):
    """Yes that never left moves nothing and can be said again; yes that arrived is found paid."""
    ann = await here.person("ann", money=500_00)
    held = ann.line.session
    assert held is not None
    await until(lambda: ann.codes.state.left > 0, seconds=60)
    code = await ann.codes.next(must_confirm=True)
    await ann.close()
    request = ChargeRequest(new_id(), AMOUNT, "CNY", code.digits)
    assert (await Charges(here.till).charge(request)).state == "userpaying"
    await kill_at(here, held.user_id, "written", "charge")
    start = await next_start(here)
    assert (await only_notice(start)).kind == NOT_PAID
    await until(lambda: bool(start.confirmations.waiting), seconds=60)
    await start.dismiss_notice(start.snapshot.notices[0].notice_id)
    await start.close()
    await kill_at(here, held.user_id, "swallowed", "charge")
    again = await next_start(here)
    notice = await only_notice(again)
    assert notice.kind == PAID
    await check_paid(here, again, notice)
    assert (await Charges(here.till).query(request.out_trade_no)).state == "success"
    assert await here.balance(again) == 500_00 - AMOUNT
