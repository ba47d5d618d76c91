"""The demo's K-Beans shop: things to take, a campaign, and the money that pays for them."""

from __future__ import annotations

from typing import NamedTuple

from app.protocol.ids import new_id
from app.server.http.front import now_ms
from app.server.main import Service
from app.server.points.catalogue import NewItem
from app.server.points.office import NewRule
from app.server.points.rules import DAY_MS

BUDGET = 50_000_00
"""What the operator puts up for coupons and K-Beans, minor units."""

CAMPAIGN_DAYS = 60


class Offer(NamedTuple):
    """An item, and at which of the demo's shops (by number) it counts; None everywhere."""

    shop: int | None
    item: NewItem


OFFERS = (
    Offer(
        None,
        NewItem(
            kind="coupon",
            names={"zh": "满 20 减 5 元券", "en": "¥5 off ¥20"},
            texts={
                "zh": "绿街所有商户可用，付款时自动出现。",
                "en": "Good at every shop of Green Street; it shows up when you pay.",
            },
            beans=400,
            currency="CNY",
            value=5_00,
            least=20_00,
            valid_days=30,
            per_person=3,
        ),
    ),
    Offer(
        0,
        NewItem(
            kind="coupon",
            names={"zh": "便利店满 50 减 12 元券", "en": "¥12 off ¥50 at the store"},
            texts={
                "zh": "仅限 K豆便利店，一次用完。",
                "en": "At KDOU STORE only, for one payment.",
            },
            beans=900,
            currency="CNY",
            value=12_00,
            least=50_00,
            valid_days=14,
        ),
    ),
    Offer(
        1,
        NewItem(
            kind="gift",
            names={"zh": "中杯美式咖啡", "en": "Americano, medium"},
            texts={
                "zh": "到豆豆咖啡出示兑换码，店员核销后即可取走。",
                "en": "Show the code at Bean Cafe and it is handed over.",
            },
            beans=800,
            currency="CNY",
            valid_days=7,
            stock=40,
        ),
    ),
    Offer(
        None,
        NewItem(
            kind="gift",
            names={"zh": "绿街帆布袋", "en": "Green Street tote bag"},
            texts={
                "zh": "任一商户柜台领取，每人限一个。",
                "en": "At any counter of the street, one for each person.",
            },
            beans=1_500,
            currency="CNY",
            valid_days=14,
            stock=12,
            per_person=1,
        ),
    ),
)


async def open_point_shop(service: Service, merchants: list[str]) -> None:
    """Offer the items, start the campaign, and fund the promotions by a real posting.

    Args:
        service: A started service.
        merchants: The ids of the demo's merchants, in the order of its shops.
    """
    office, catalogue = service.points.office, service.points.catalogue
    await office.fund_promotions(
        BUDGET, service.config.currency, reason="demo: promotions", key=new_id()
    )
    for shop, item in OFFERS:
        there = None if shop is None else merchants[shop]
        await catalogue.add(item if there is None else item.at(there))
    now = now_ms()
    await office.add_rule(
        NewRule(
            name="咖啡双倍豆 · Double K-Beans on coffee",
            campaign="绿街咖啡季 · Green Street coffee season",
            currency=service.config.currency,
            per=1_00,
            beans=2,
            mcc="5814",
            least=15_00,
            valid_from=now,
            valid_to=now + CAMPAIGN_DAYS * DAY_MS,
            lifetime_days=90,
        )
    )
    # A node learns rules by a tick; the first payment here may be quicker.
    service.posting.earning_rules = await office.rules()
