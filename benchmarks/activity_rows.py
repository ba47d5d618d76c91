"""A person's hundred thousand movements: merchants of both languages, friends, refunds, K-Beans."""

from __future__ import annotations

import random
from collections.abc import Iterator

from app.protocol.messages.payments import Movement

START = 1_672_531_200_000
"""1 January 2023."""
BUSY = 1_150_000
"""Milliseconds between two movements at most: 100,000 of them fill less than two years."""

MERCHANTS: tuple[tuple[str, str, str], ...] = (
    ("K豆便利店", "北京路店", "5411"),
    ("永辉超市", "中山店", "5411"),
    ("Green Grocer", "Main Street", "5411"),
    ("老北京炸酱面", "东单店", "5812"),
    ("陈记肠粉", "", "5812"),
    ("小林拉面", "二号店", "5812"),
    ("Campus Canteen", "North hall", "5812"),
    ("Café Müller", "", "5814"),
    ("蓝瓶咖啡", "国贸店", "5814"),
    ("Starbucks Reserve", "Quay", "5814"),
    ("城市公交", "", "4111"),
    ("滴滴出行", "", "4121"),
    ("中石化加油站", "环城路", "5541"),
    ("晨光书店", "大学城店", "5942"),
    ("Book Barn", "", "5942"),
    ("好邻居药房", "中山路店", "5912"),
    ("Joe’s Hardware", "", "5251"),
    ("国家电网", "", "4900"),
    ("万达影城", "三号厅", "7832"),
    ("如家酒店", "火车站店", "7011"),
)
FRIENDS = ("王*明", "李*", "Sa* Ri*", "张*华", "To* Be*")
NOTES = (
    "",
    "",
    "",
    "早餐",
    "午饭和同事",
    "taxi home",
    "生日礼物 给妈妈",
    "monthly pass",
    "聚餐",
    "水电费",
)
LABELS = ("早餐", "报销", "Work", "family", "旅行2024")

QUERIES: dict[str, tuple[str, ...]] = {
    "one sign": ("店", "豆", "面", "e", "1"),
    "two signs": ("咖啡", "妈妈", "老北", "12", "zz", "ca"),
    "words": ("炸酱面", "star", "cafe mull", "生日 妈妈 店", "老北京炸酱面 299", "nothing at all"),
    "numbers": ("23.72", "999.99", "2024", "1 2 3 4 5 6 7", "202400000"),
    "amounts": (">100", "20-50", ">9000", "¥12.5", "店 >9000", "under 2", "100元以上"),
    "dates": ("yesterday", "2023-11", "11月", "2024年", "咖啡 2023-06", "since 2024-06-01"),
    "kinds": ("餐饮", "refund", "转账 王", "groceries 20-30", "taxi"),
    "labels": ("#报销", "#work 咖啡", "旅行2024", "#none"),
}
"""What people type, by kind."""


def movements(count: int) -> Iterator[tuple[Movement, tuple[str, ...]]]:
    """Movements, oldest first, and the labels of each."""
    draw = random.Random(20261123)
    moment = START
    for number in range(count):
        moment += draw.randrange(1, BUSY)
        kind = draw.choices(
            ("payment", "points_earned", "transfer_out", "transfer_in", "refund", "top_up"),
            (72, 14, 5, 4, 3, 2),
        )[0]
        name, store, mcc = draw.choice(MERCHANTS)
        amount = (
            draw.randrange(100, 9_999) if draw.random() < 0.9 else draw.randrange(9_999, 99_999)
        )
        if kind in ("transfer_out", "transfer_in"):
            name, store, mcc = draw.choice(FRIENDS), "", ""
        elif kind == "top_up":
            name, store, mcc, amount = "绿街生活", "", "", draw.randrange(1, 20) * 10_000
        beans = kind == "points_earned"
        sign = -1 if kind in ("payment", "transfer_out") else 1
        yield (
            Movement(
                movement_id=f"019a{number:08x}",
                cursor_key=number,
                account_id="beans" if beans else "money",
                kind=kind,  # type: ignore[arg-type]  # one of the literals
                amount=sign * (amount // 100 if beans else amount),
                currency="KBN" if beans else "CNY",
                balance_after=draw.randrange(10**6),
                counterparty=name if draw.random() < 0.5 else f"{name} {draw.randrange(300)}号",
                occurred_at=moment,
                mcc=mcc,
                store_name=store,
                note=draw.choice(NOTES),
                order_number=f"2024{draw.randrange(10**14):014d}" if mcc else "",
                payment_id=f"payment-{number}" if mcc else None,
                points_earned=amount // 100 if kind == "payment" else 0,
            ),
            (draw.choice(LABELS),) if draw.random() < 0.02 else (),
        )
