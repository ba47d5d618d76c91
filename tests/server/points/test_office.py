"""The operator's own work: rules, budget, items, by command and by call; the SDK beside it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app.cli import main
from app.protocol.errors import KBeanError
from app.protocol.ids import new_id
from app.protocol.signing import encode_bytes
from app.sdk.address import ServiceAddress
from app.sdk.client import ServiceClient
from app.sdk.points import PointShop
from app.sdk.till import TillClient
from app.sdk.till_refunds import Refunds
from app.sdk.transport import Transport
from app.server.points.office import NewRule
from tests.databases import on_one_database
from tests.server.payments.refunds.shopping import Counter
from tests.server.points.beans import GIFT, OFF, budget, earn, offer
from tests.server.world import World, settings

RULE = NewRule(name="double", currency="CNY", per=100, beans=2)


async def _keep(_session: Any) -> None:
    return None


@on_one_database
async def test_the_sdk_of_both_sides(shop: World):
    counter, person = await Counter.open(shop), await shop.person(10_000)
    await budget(shop)
    await earn(counter.till, person, 300)
    transport = Transport(ServiceAddress.parse(shop.url))
    client = ServiceClient(transport, person.key, person.session, _keep)
    beans = PointShop(client)
    key = encode_bytes(counter.till.key.seed)
    till = TillClient.connect(shop.url, counter.till.id, key)
    refunds = Refunds(till)
    coupon, gift = await offer(shop, OFF), await offer(shop, GIFT)
    assert [item.item_id for item in (await beans.items()).items] == [coupon, gift]
    first = new_id()
    taken = await beans.redeem(first, coupon)
    assert await beans.redeem(first, coupon) == taken
    assert (await beans.coupons()).items == [taken.coupon]
    reserved = await beans.redeem(new_id(), gift)
    assert (await beans.cancel(reserved.redemption_id)).state == "released"
    again = await beans.redeem(new_id(), gift)
    assert (await refunds.hand_over(again.code)).state == "committed"
    assert [one.state for one in (await beans.redemptions()).items] == [
        "committed", "released", "committed",
    ]  # fmt: skip
    can = await beans.deductions(counter.till.merchant_id, 2_000, "CNY")
    assert (can.beans_max, len(can.coupons)) == (170, 1)
    with pytest.raises(KBeanError, match="currency_unsupported"):
        await beans.deductions(counter.till.merchant_id, 2_000, "USD")

    order, payment = await counter.sell(person, 2_000)
    assert await refunds.find(order.out_trade_no, "R1") is None
    part = await refunds.refund(order.out_trade_no, "R1", counter.manager, amount=500, shift="7")
    assert await refunds.refund(order.out_trade_no, "R1", counter.manager, amount=500) == part
    assert await refunds.find(order.out_trade_no, "R1") == part
    listed = await refunds.of_order(order.out_trade_no)
    assert (listed.items, listed.left) == ([part], 1_500)
    assert (await beans.refunds(payment.payment_id)).items == [part]
    await till.close()
    await transport.close()


@on_one_database
async def test_rules_and_budgets_that_make_no_sense_are_refused(shop: World):
    office = shop.service.points.office
    wrong: list[dict[str, Any]] = [
        {"name": ""}, {"campaign": ""}, {"per": 0}, {"beans": -1}, {"lifetime_days": 0},
        {"least": -1}, {"mcc": "54"}, {"merchant_id": "x"}, {"valid_from": 5, "valid_to": 5},
    ]  # fmt: skip
    for changes in wrong:
        rule = NewRule(**{**{f: getattr(RULE, f) for f in RULE.__struct_fields__}, **changes})
        with pytest.raises(KBeanError, match="validation_failed"):
            await office.add_rule(rule)
    other = NewRule(name="yen", currency="JPY", per=1, beans=1)
    with pytest.raises(KBeanError, match="currency_unsupported"):
        await office.add_rule(other)
    for unknown in (new_id(), "x"):
        with pytest.raises(KBeanError, match="not_found"):
            await office.end_rule(unknown)
    key = new_id()
    fund = office.fund_promotions
    first = await fund(500, "CNY", reason="a", key=key)
    assert await fund(500, "CNY", reason="a", key=key) == first
    assert first.budget == 500
    for amount, currency, number, code in (
        (0, "CNY", new_id(), "amount_invalid"),
        (-5, "CNY", new_id(), "amount_invalid"),
        (10**16, "CNY", new_id(), "amount_invalid"),
        (5, "USD", new_id(), "currency_unsupported"),
        (5, "CNY", "x", "idempotency_key_invalid"),
        (501, "CNY", key, "idempotency_body_differs"),
    ):
        with pytest.raises(KBeanError, match=code):
            await fund(amount, currency, reason="a", key=number)


def test_the_operators_command(sqlite: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert settings(tmp_path).database.endswith(sqlite.removeprefix("sqlite:///"))
    # The database is there already; what is missing is the key file.
    assert main(["server", "--data-dir", str(tmp_path), "init"]) == 0
    capsys.readouterr()

    def points(*words: str) -> Any:
        assert main(["server", "--data-dir", str(tmp_path), "points", *words]) == 0
        return json.loads(capsys.readouterr().out)

    assert points("budget", "12.50", "--reason", "opening")["budget"] == 1_250
    campaign = ("--campaign", "开业周", "--from", "2026-01-01", "--to", "2026-02-01")
    rule = points("add-rule", "双倍豆", "--step", "1", "--beans", "2", "--least", "10", *campaign)
    made = next(one for one in points("rules") if one["id"] == rule["rule_id"])
    assert (made["campaign"], made["per"], made["least"]) == ("开业周", 100, 1_000)
    # Midnight in Shanghai.
    assert made["valid_from"] == 1_767_196_800_000
    assert points("end-rule", rule["rule_id"]) == {"ended": rule["rule_id"]}
    names = ("--name-zh", "满减券", "--name-en", "Coupon", "--beans", "5")
    coupon = points("add-coupon", *names, "--value", "5", "--least", "20")["item_id"]
    points("change-item", coupon, "--offered", "no", "--stock", "7")
    kept = next(one for one in points("items") if one["id"] == coupon)
    assert (kept["state"], kept["stock"], kept["value"]) == ("off", 7, 500)
    gift = ("add-gift", *names, "--stock=-1")
    assert main(["server", "--data-dir", str(tmp_path), "points", *gift]) == 1
    assert "kbean server: validation_failed" in capsys.readouterr().err
