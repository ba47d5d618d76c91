"""A merchant's till against the real service, with asyncio and without."""

from __future__ import annotations

import asyncio

import pytest

from app.protocol.errors import KBeanError
from app.protocol.ids import new_id
from app.protocol.signing import SigningKey, encode_bytes
from app.sdk.blocking import Till
from app.sdk.till import TillClient
from tests.end_to_end.world import ready_to_confirm, world


@pytest.fixture
async def here(tmp_path):
    async with world(tmp_path) as here:
        yield here


async def test_an_order_from_code_to_paid(here):
    order = await here.order(7_00, subject="Tea")
    assert (order.status, order.amount, order.subject) == ("open", 7_00, "Tea")
    assert await here.till.find_order(order.out_trade_no) == order
    ann = await here.person()
    waiting = asyncio.create_task(here.till.wait_until_paid(order.order_id, every=0.01))
    flow = await ready_to_confirm(ann, order.code)
    await flow.confirm()
    paid = await waiting
    assert (paid.status, paid.order_id) == ("paid", order.order_id)
    with pytest.raises(KBeanError) as refused:
        await here.till.cancel_order(order.order_id)
    assert refused.value.code == "order_paid"


async def test_the_same_key_makes_one_order(here):
    key, number = new_id(), new_id()
    first = await here.till.create_order(number, 1_00, "CNY", key=key)
    again = await here.till.create_order(number, 1_00, "CNY", key=key)
    assert first.order_id == again.order_id
    with pytest.raises(KBeanError) as used:
        await here.till.create_order(number, 2_00, "CNY")
    assert used.value.code == "out_trade_no_used"


async def test_cancelling_twice_is_harmless(here):
    order = await here.order(1_00)
    for _ in range(2):
        assert (await here.till.cancel_order(order.order_id)).status == "cancelled"
    ended = await here.till.wait_until_paid(order.order_id)
    assert ended.status == "cancelled"


async def test_waiting_ends_in_time(here):
    order = await here.order(1_00)
    still = await here.till.wait_until_paid(order.order_id, timeout_seconds=0.05, every=0.01)
    assert still.status == "open"


async def test_what_is_not_there(here):
    assert await here.till.find_order("none") is None
    with pytest.raises(KBeanError) as missing:
        await here.till.order(new_id())
    assert missing.value.code == "order_not_found"
    with pytest.raises(KBeanError):
        await here.till.wait_until_paid(new_id(), every=0.01)


async def test_a_foreign_key_does_not_sign_in(here):
    terminal = here.till._terminal_id
    thief = TillClient.connect(here.url, terminal, encode_bytes(SigningKey.generate().seed))
    try:
        with pytest.raises(KBeanError) as refused:
            await thief.create_order(new_id(), 1_00, "CNY")
    finally:
        await thief.close()
    assert refused.value.status in {401, 403}


async def test_a_till_whose_clock_is_off_signs_in(here):
    here.till._session = None
    here.till.transport.clock.offset_ms = 7_200_000
    assert (await here.order(1_00)).status == "open"


async def test_without_asyncio(here):
    seed = encode_bytes(here.till._key.seed)

    def merchant_program() -> tuple[str, str | None, str]:
        with Till(here.url, here.till._terminal_id, seed) as till:
            number = new_id()
            order = till.create_order(number, 2_00, "CNY", subject="Bun")
            found = till.find_order(number)
            assert found is not None
            assert till.order(order.order_id).order_id == order.order_id
            cancelled = till.cancel_order(order.order_id)
            ended = till.wait_until_paid(order.order_id, timeout_seconds=1, every=0.01)
            till.close()
            return found.order_id, cancelled.status, ended.status

    _, cancelled, ended = await asyncio.to_thread(merchant_program)
    assert (cancelled, ended) == ("cancelled", "cancelled")


def test_settings_that_can_not_be_used():
    with pytest.raises(KBeanError) as plain:
        Till("http://pay.example.org", "t", encode_bytes(bytes(32)))
    assert plain.value.code == "plain_http_refused"
    with pytest.raises(KBeanError) as broken:
        TillClient.connect("https://pay.example.org", "t", "short")
    assert (broken.value.code, broken.value.field) == ("validation_failed", "key")
