"""A long history comes page by page, survives interruptions, and is caught up with afterwards."""

from __future__ import annotations

import asyncio
import datetime as dt
import time

import msgspec
import pytest

from app.protocol.errors import KBeanError
from app.protocol.ids import new_id
from app.protocol.messages.identity import Contact
from app.wallet.session import WalletSession
from tests.end_to_end.world import World, onboard, ready_to_confirm, until, world


@pytest.fixture
async def here(tmp_path):
    async with world(tmp_path) as here:
        yield here


async def top_ups(here: World, session: WalletSession, count: int) -> None:
    held = session.line.session
    assert held is not None
    for _ in range(0, count, 50):
        await asyncio.gather(
            *(
                here.service.funding.fund(held.user_id, 1, "CNY", reason="n", key=new_id())
                for _ in range(50)
            )
        )


async def everything(session: WalletSession) -> list[str]:
    found: list[str] = []
    before = None
    while True:
        page = await session.activity(before=before, limit=100)
        found += [item.movement_id for item in page.items]
        if (before := page.older) is None:
            return found


async def test_the_history_comes_whole_after_an_interruption(here):
    ann = await here.person("ann", money=0)
    await top_ups(here, ann, 650)
    phone = here.wallet("phone")
    pages = 0

    def rule(heard):
        nonlocal pages
        pages += "cursor=" in heard.line
        return "lose_answer" if pages > 1 and "cursor=" in heard.line else "pass"

    here.road.rule = rule
    await onboard(phone, here.url, Contact("email", "ann@example.org"), sign_in=True)
    with pytest.raises(KBeanError):
        await phone.refresh()
    some = await everything(phone)
    assert len(some) == 400
    here.road.rule = lambda heard: "pass"
    await phone.refresh()
    found = await everything(phone)
    assert (len(found), len(set(found))) == (650, 650)
    assert found[:400] == some
    assert not phone.snapshot.syncing

    await top_ups(here, ann, 250)
    here.road.heard.clear()
    await phone.refresh()
    found = await everything(phone)
    assert (len(found), len(set(found))) == (900, 900)
    assert not [heard for heard in here.road.heard if "cursor=" in heard.line]


async def test_searching_filtering_and_adding_up(here):
    ann = await here.person("ann", money=100_00)
    for amount, subject in ((3_00, "Noodles"), (4_50, "豆浆")):
        flow = await ready_to_confirm(ann, (await here.order(amount, subject=subject)).code)
        await flow.confirm()
    await ann.refresh()
    assert [i.amount for i in (await ann.activity(text="noodles", kind="money")).items] == [-3_00]
    assert [i.amount for i in (await ann.activity(text="豆浆", kind="money")).items] == [-4_50]
    assert [i.amount for i in (await ann.activity(direction="in", kind="money")).items] == [100_00]
    beans = (await ann.activity(kind="points")).items
    assert {item.currency for item in beans} == {"KBN"}
    one = await ann.movement(beans[0].movement_id)
    assert one == beans[0]
    assert await ann.movement("none") is None
    now = int(time.time() * 1000)
    assert (await ann.activity(until=now - 3_600_000)).items == ()
    assert len((await ann.activity(since=now - 3_600_000, kind="money")).items) == 3
    days = await ann.daily_totals("CNY", now - 86_400_000, now + 60_000)
    assert sum(day.spent for day in days) == 7_50
    assert sum(day.received for day in days) == 100_00
    assert days[-1].day == dt.datetime.fromtimestamp(now / 1000).astimezone().date().isoformat()


async def test_a_receipt_that_was_never_here_is_fetched_and_checked(here):
    ann = await here.person("ann", money=10_00)
    flow = await ready_to_confirm(ann, (await here.order(3_00)).code)
    await flow.confirm(note="mine")
    payment = flow.view.payment
    assert payment is not None
    phone = here.wallet("phone")
    await onboard(phone, here.url, Contact("email", "ann@example.org"), sign_in=True)
    here.road.rule = lambda heard: "forge" if payment.payment_id in heard.line else "pass"
    with pytest.raises(KBeanError) as forged:
        await phone.receipt(payment.payment_id)
    assert forged.value.code == "receipt_invalid"
    here.road.rule = lambda heard: "pass"
    view = await phone.receipt(payment.payment_id)
    assert (view.amount, view.note, view.operator) == (3_00, "mine", "K-Bean demo organisation")
    await here.road.shut()
    assert (await phone.receipt(payment.payment_id)).signature == view.signature
    with pytest.raises(KBeanError) as missing:
        await phone.receipt(new_id())
    assert missing.value.code == "service_unreachable"
    await here.road.open(here.road.port)
    with pytest.raises(KBeanError) as missing:
        await phone.receipt(new_id())
    assert missing.value.code == "payment_not_found"


async def test_a_receipt_of_somebody_else_is_refused(here):
    """Well signed, but not what was asked for: swapped on the way, or by a service gone wrong."""
    people = [await here.person(name, money=10_00) for name in ("ann", "ben")]
    paid = []
    for person in people:
        flow = await ready_to_confirm(person, (await here.order(3_00)).code)
        await flow.confirm()
        assert flow.view.payment is not None
        paid.append(flow.view.payment.payment_id)
    ben = people[1]
    phone = here.wallet("phone")
    await onboard(phone, here.url, Contact("email", "ann@example.org"), sign_in=True)
    theirs = await ben.line.ask(lambda client: client.payment(paid[1]))
    raw = msgspec.json.encode(theirs)

    def swap(_answer: bytes) -> bytes:
        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
        return head % len(raw) + raw

    here.road.rule = lambda heard: swap if "GET /v1/payments/" in heard.line else "pass"
    for asked, field in ((paid[0], "payment_id"), (paid[1], "payer")):
        with pytest.raises(KBeanError) as refused:
            await phone.receipt(asked)
        assert (refused.value.code, refused.value.field) == ("receipt_invalid", field)


async def test_settings_are_kept_and_acted_on(here):
    from app.wallet.flows.pay import PayState
    from app.wallet.flows.unlock import UnlockFlow
    from app.wallet.session import Settings
    from tests.end_to_end.people import PASSPHRASE

    ann = await here.person("ann", money=10_00)
    told: list[frozenset[str]] = []
    ann.observe(told.append)
    await ann.change_settings(Settings(authenticate_from=1_00))
    assert frozenset({"settings"}) in told
    await ann.lock()
    await UnlockFlow(ann).unlock_with_passphrase(PASSPHRASE)
    assert ann.snapshot.settings.authenticate_from == 1_00
    flow = await ready_to_confirm(ann, (await here.order(1_00)).code)
    await flow.confirm()
    assert flow.view.authenticate_because == "amount"
    await ann.change_settings(Settings(authenticate_after=0))
    flow = await ready_to_confirm(ann, (await here.order(1_00)).code)
    await flow.confirm()
    assert flow.view.state is PayState.AUTHENTICATING
    assert flow.view.authenticate_because == "idle"


async def test_the_background_says_what_it_found(here):
    ann = await here.person("ann", money=10_00)
    held = ann.line.session
    assert held is not None
    told: list[frozenset[str]] = []
    ann.observe(told.append)
    await here.service.funding.fund(held.user_id, 5_00, "CNY", reason="n", key=new_id())
    ann.refresh_soon()

    def has_money() -> bool:
        account = ann.snapshot.money()
        return account is not None and account.available == 15_00

    await until(has_money)
    await until(lambda: any("activity" in topics for topics in told))
    assert any("accounts" in topics for topics in told)
