"""Wrong clocks, new keys, another service: learned where that is safe, refused where not."""

from __future__ import annotations

import time

import msgspec
import pytest

from app.protocol.errors import KBeanError
from app.wallet.flows.pay import PayState
from app.wallet.session import Network
from tests.end_to_end.world import (
    now,
    ready_to_confirm,
    reopened,
    until,
    world,
)


@pytest.fixture
async def here(tmp_path):
    async with world(tmp_path) as here:
        yield here


@pytest.mark.parametrize("seconds", [3600, -3600])
async def test_a_clock_off_by_an_hour_is_corrected(here, seconds):
    ann = await here.person(clock=lambda: time.time() + seconds)
    assert abs(ann.snapshot.clock_offset_ms + seconds * 1000) < 5_000
    flow = await ready_to_confirm(ann, (await here.order(7_00)).code)
    await flow.confirm()
    assert now(flow) is PayState.SUCCEEDED
    await ann.close()
    again = await reopened(here, "ann", clock=lambda: time.time() + seconds)
    await until(lambda: again.snapshot.network is Network.ONLINE)
    flow = await ready_to_confirm(again, (await here.order(1_00)).code)
    await flow.confirm()
    assert now(flow) is PayState.SUCCEEDED
    assert await here.balance(again) == 92_00


async def test_a_clock_that_jumps_is_refused_by_the_service_and_learned(here):
    ann = await here.person()
    # The access token would look old too; this is about the intent's own time.
    session = ann.line.session
    assert session is not None
    lasting = msgspec.structs.replace(session, access_expires_at=2**53)
    await ann.line.adopt(lasting)
    # Whatever else asks the service just then learns the time too, and the payment is right.
    for _ in range(10):
        flow = await ready_to_confirm(ann, (await here.order(7_00)).code)
        ann.clock.offset_ms = 3_600_000
        await flow.confirm()
        if now(flow) is PayState.REFUSED:
            break
    assert now(flow) is PayState.REFUSED
    assert flow.view.failure is not None
    assert (flow.view.failure.code, flow.view.failure.money) == ("clock_off", "not_moved")
    assert ann.clock.offset_ms == 0
    again = await ready_to_confirm(ann, (await here.order(7_00)).code)
    await again.confirm()
    assert now(again) is PayState.SUCCEEDED


async def test_a_receipt_key_that_is_new_is_looked_up_once(here):
    ann = await here.person()
    flow = await ready_to_confirm(ann, (await here.order(7_00)).code)
    ann.line.keys = tuple(key for key in ann.line.keys if key.purpose != "receipt")
    await flow.confirm()
    assert now(flow) is PayState.SUCCEEDED


async def test_another_service_at_the_address_is_not_trusted(here, tmp_path):
    ann = await here.person()
    async with world(tmp_path / "other", service_id="other.example") as other:
        port = here.road.port
        await here.road.shut()
        await other.road.shut()
        await other.road.open(port)
        with pytest.raises(KBeanError) as refused:
            await ann.line.refresh_service()
    assert refused.value.code == "service_untrusted"
    assert ann.snapshot.network is Network.UNTRUSTED
    assert ann.snapshot.service is not None
    assert ann.snapshot.service.service_id != "other.example"
