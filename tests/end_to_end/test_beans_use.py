"""K-Beans in use, against the real service: a part of a payment, coupons, gifts, warnings."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.protocol.errors import KBeanError
from app.protocol.ids import new_id
from app.sdk.till_refunds import Refunds
from app.server.points.catalogue import NewItem
from app.wallet.flows.pay import PayFlow, PayState
from app.wallet.session import WalletSession
from tests.end_to_end.world import World, now, ready_to_confirm, reopened, until, world

LONG = 30.0
DAY = 86_400_000
OFF = {"zh": "五元券", "en": "¥5 off"}
BAG = {"zh": "帆布袋", "en": "Canvas bag"}


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path) as made:
        points = made.service.points
        await points.office.fund_promotions(10_000_00, "CNY", reason="test", key=new_id())
        await points.catalogue.add(
            NewItem(
                kind="coupon", names=OFF, texts=OFF, beans=50, currency="CNY", value=500,
                least=20_00, per_person=1,
            )
        )  # fmt: skip
        await points.catalogue.add(
            NewItem(kind="gift", names=BAG, texts=BAG, beans=80, currency="CNY", valid_days=3)
        )
        yield made


async def with_beans(here: World) -> WalletSession:
    """Somebody who has earned 180 K-Beans and has 1,000 yuan left."""
    ann = await here.person(money=1_180_00)
    flow = await ready_to_confirm(ann, (await here.order(180_00)).code)
    await flow.confirm()
    assert now(flow) is PayState.SUCCEEDED, flow.view
    await flow.close()
    await ann.refresh()
    assert beans(ann) == 180
    await until(lambda: len(ann.beans.state.items) == 2, LONG)
    return ann


def beans(session: WalletSession) -> int:
    points = session.snapshot.points
    assert points is not None
    return points.balance


async def offered(session: WalletSession, code: str) -> PayFlow:
    flow = await ready_to_confirm(session, code)
    await until(lambda: flow.view.offer is not None and flow.view.offer.offered is not None, LONG)
    return flow


async def test_k_beans_settle_a_part_and_the_receipt_says_so(here: World):
    ann = await with_beans(here)
    flow = await offered(ann, (await here.order(3_00)).code)
    offer = flow.view.offer
    assert offer is not None
    assert offer.offered is not None
    assert offer.offered.beans_max == 150  # the operator's share is a half
    with pytest.raises(KBeanError) as refused:
        await flow.use_beans(151)
    assert refused.value.code == "points_invalid"
    await flow.use_beans(100)
    assert flow.view.offer is not None
    assert flow.view.offer.to_pay == 2_00
    await flow.confirm()
    assert now(flow) is PayState.SUCCEEDED, flow.view
    receipt = flow.view.receipt
    assert receipt is not None
    assert (receipt.amount, receipt.points_spent, receipt.discount) == (3_00, 100, 1_00)
    kept = await ann.receipt(receipt.payment_id)
    assert (kept.paid, kept.points_spent) == (2_00, 100)
    assert await here.balance(ann) == 998_00
    assert beans(ann) == 80 + receipt.points_earned
    await flow.close()
    await _a_gift_is_held_given_back_and_handed_over(here, ann)
    assert beans(ann) == receipt.points_earned


async def test_a_coupon_is_got_kept_for_offline_and_used_once(here: World):
    ann = await with_beans(here)
    item = next(one for one in ann.beans.state.items if one.kind == "coupon")
    got = await ann.beans.redeem(item.item_id)
    assert got.coupon is not None
    with pytest.raises(KBeanError) as refused:
        await ann.beans.redeem(item.item_id)
    assert refused.value.code == "redemption_limit"
    await until(lambda: bool(ann.beans.state.coupons), LONG)
    flow = await offered(ann, (await here.order(30_00)).code)
    await flow.use_coupon(got.coupon.coupon_id)
    assert flow.view.offer is not None
    assert flow.view.offer.to_pay == 25_00
    await flow.confirm()
    assert now(flow) is PayState.SUCCEEDED, flow.view
    assert await here.balance(ann) == 975_00
    await flow.close()
    await ann.beans.refresh()
    assert [one.state for one in ann.beans.state.coupons] == ["used"]
    port = here.road.port
    await ann.close()
    await here.road.shut()
    here.road.cut()
    again = await reopened(here, "ann")
    assert [one.state for one in again.beans.state.coupons] == ["used"]
    assert len(again.beans.state.items) == 2
    await here.road.open(port)


async def _a_gift_is_held_given_back_and_handed_over(here: World, ann: WalletSession) -> None:
    item = next(one for one in ann.beans.state.items if one.kind == "gift")
    first = await ann.beans.redeem(item.item_id)
    assert first.state == "reserved"
    assert len(first.code) == 8
    await until(lambda: bool(ann.beans.state.redemptions), LONG)
    freed = await ann.beans.cancel(first.redemption_id)
    assert freed.state == "released"
    second = await ann.beans.redeem(item.item_id)
    await Refunds(here.till).hand_over(second.code)
    await until(
        lambda: [one.state for one in ann.beans.state.redemptions] == ["committed", "released"],
        LONG,
    )
    with pytest.raises(KBeanError) as refused:
        await ann.beans.cancel(second.redemption_id)
    assert refused.value.code == "redemption_ended"
    await ann.refresh()


async def test_a_lost_answer_redeems_once_also_after_a_restart(here: World):
    ann = await with_beans(here)
    item = next(one for one in ann.beans.state.items if one.kind == "coupon")
    here.road.rule = lambda heard: (
        "swallow" if heard.line.startswith("POST /v1/points/redemptions ") else "pass"
    )
    wanting = asyncio.create_task(ann.beans.redeem(item.item_id))
    await until(lambda: here.road.swallowed > 0, LONG)
    await ann.close()
    wanting.cancel()
    await asyncio.gather(wanting, return_exceptions=True)
    here.road.rule = lambda heard: "pass"
    again = await reopened(here, "ann")
    assert again.beans.state.under_way == 1
    assert again.snapshot.open_payments == 0
    await until(lambda: again.beans.state.under_way == 0, LONG)
    await until(lambda: len(again.beans.state.coupons) == 1, LONG)
    await again.refresh()
    assert beans(again) == 130


async def test_what_expires_is_told_once_and_the_nearer_step_takes_its_place(
    here: World, monkeypatch: pytest.MonkeyPatch
):
    ann = await with_beans(here)
    assert ann.snapshot.points is not None
    at = ann.snapshot.points.lots[0].expires_at

    def days_before(days: float) -> None:
        monkeypatch.setattr("app.server.payments.activity.now_ms", lambda: at - int(days * DAY))

    days_before(20)
    await ann.refresh()
    await until(lambda: bool(ann.snapshot.notices), LONG)
    (first,) = ann.snapshot.notices
    assert (first.kind, first.amount, first.until) == ("points_expiring", 180, at)
    days_before(5)
    await ann.refresh()
    await until(lambda: ann.snapshot.notices[0].notice_id != first.notice_id, LONG)
    (second,) = ann.snapshot.notices
    await ann.dismiss_notice(second.notice_id)
    await ann.refresh()
    await ann.close()
    again = await reopened(here, "ann")
    await again.refresh()
    await until(lambda: again.snapshot.points is not None, LONG)
    await again.beans.refresh()
    assert not again.snapshot.notices
