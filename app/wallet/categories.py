"""What money was spent on: a merchant's category code (ISO 18245) as one of a few groups.

The ranges follow the ordering of ISO 18245 (merchant category codes: transport 3000-4799,
utilities 4800-4999, retail 5000-5999, services 6000-8999, government 9000-9999), grouped the way
people think of a month. A narrower range stands before the wider one that holds it: the first that
fits counts. The person may put any movement, or everything of a merchant, somewhere else
(``app/wallet/marks.py``).
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

GROCERIES = "groceries"
DINING = "dining"
TRANSPORT = "transport"
SHOPPING = "shopping"
HOME = "home"
HEALTH = "health"
LEISURE = "leisure"
EDUCATION = "education"
TRAVEL = "travel"
SERVICES = "services"
PUBLIC = "public"
PEOPLE = "people"
TOP_UP = "topup"
OTHER = "other"

CATEGORIES: tuple[str, ...] = (
    GROCERIES,
    DINING,
    TRANSPORT,
    SHOPPING,
    HOME,
    HEALTH,
    LEISURE,
    EDUCATION,
    TRAVEL,
    SERVICES,
    PUBLIC,
    PEOPLE,
    TOP_UP,
    OTHER,
)
"""Every group, in the order in which they are offered."""


class Range(NamedTuple):
    """Codes that belong together, both ends included."""

    first: int
    last: int
    category: str


RANGES: tuple[Range, ...] = (
    Range(742, 742, HEALTH),  # veterinary services
    Range(3000, 3999, TRAVEL),  # airlines, car rental agencies, hotels by name
    Range(4119, 4119, HEALTH),  # ambulances
    Range(4411, 4411, TRAVEL),  # cruise lines
    Range(4457, 4468, TRAVEL),  # boats
    Range(4511, 4511, TRAVEL),  # airlines
    Range(4582, 4582, TRAVEL),  # airports
    Range(4722, 4723, TRAVEL),  # travel agencies
    Range(4000, 4799, TRANSPORT),  # railways, buses, taxis, tolls
    Range(4800, 4999, HOME),  # telecommunication, utilities
    Range(5192, 5192, EDUCATION),  # books, periodicals
    Range(5200, 5271, HOME),  # building materials, hardware, gardens
    Range(5300, 5300, GROCERIES),  # wholesale clubs
    Range(5411, 5499, GROCERIES),  # supermarkets, bakeries, convenience stores
    Range(5511, 5599, TRANSPORT),  # vehicles, fuel, charging
    Range(5712, 5722, HOME),  # furniture, appliances
    Range(5733, 5735, LEISURE),  # music, software, records
    Range(5811, 5814, DINING),  # caterers, restaurants, bars, fast food
    Range(5815, 5818, LEISURE),  # digital books, games, applications
    Range(5912, 5912, HEALTH),  # pharmacies
    Range(5921, 5921, GROCERIES),  # drinks
    Range(5940, 5941, LEISURE),  # bicycles, sports
    Range(5942, 5943, EDUCATION),  # book shops, stationery
    Range(5945, 5947, LEISURE),  # toys, cameras, gifts
    Range(5975, 5976, HEALTH),  # hearing aids, orthopaedics
    Range(5983, 5983, HOME),  # heating fuel
    Range(5000, 5999, SHOPPING),  # every other shop
    Range(6513, 6513, HOME),  # rent
    Range(6536, 6540, PEOPLE),  # money transfers, wallets
    Range(7011, 7033, TRAVEL),  # lodging, camps
    Range(7230, 7230, HEALTH),  # hairdressers
    Range(7297, 7298, HEALTH),  # massage, spas
    Range(7512, 7519, TRAVEL),  # car rental
    Range(7523, 7549, TRANSPORT),  # parking, garages, towing
    Range(7829, 7999, LEISURE),  # cinema, sport, recreation
    Range(8011, 8099, HEALTH),  # doctors, hospitals
    Range(8211, 8299, EDUCATION),  # schools
    Range(8351, 8351, EDUCATION),  # child care
    Range(9000, 9999, PUBLIC),  # government
    Range(1500, 2999, SERVICES),  # contractors
    Range(6000, 8999, SERVICES),  # finance, repair, professional services
)

_BY_KIND = {
    "transfer_out": PEOPLE,
    "transfer_in": PEOPLE,
    "payment_received": PEOPLE,
    "top_up": TOP_UP,
}

WORDS: dict[str, tuple[str, ...]] = {
    GROCERIES: ("groceries", "grocery", "supermarket", "超市", "便利", "买菜", "日用"),
    DINING: ("dining", "eating out", "restaurant", "restaurants", "food", "餐饮", "吃饭", "美食"),
    TRANSPORT: ("transport", "travelling", "taxi", "bus", "交通", "出行", "打车", "公交"),
    SHOPPING: ("shopping", "shops", "购物"),
    HOME: ("home", "bills", "utilities", "居家", "水电", "话费", "家居"),
    HEALTH: ("health", "pharmacy", "care", "健康", "医疗", "药店", "护理"),
    LEISURE: ("leisure", "fun", "entertainment", "娱乐", "休闲", "电影"),
    EDUCATION: ("education", "books", "school", "教育", "学习", "图书"),
    TRAVEL: ("travel", "hotel", "flight", "旅行", "酒店", "机票"),
    SERVICES: ("services", "service", "服务", "生活服务"),
    PUBLIC: ("public", "government", "taxes", "公共", "政务", "税费"),
    PEOPLE: ("people", "friends", "人情", "往来", "好友"),
    TOP_UP: ("top-ups", "topups", "充值"),
    OTHER: ("other", "其他", "其它"),
}
"""What a search may call a group, in both languages whatever the window speaks."""


@lru_cache(maxsize=4096)
def category_of(kind: str, mcc: str) -> str:
    """The group that a movement belongs to by itself.

    Args:
        kind: A ``MovementKind``.
        mcc: Four digits, or empty where no merchant was involved.
    """
    own = _BY_KIND.get(kind)
    if own is not None:
        return own
    if not (mcc.isascii() and mcc.isdigit()):
        return OTHER
    code = int(mcc)
    return next((r.category for r in RANGES if r.first <= code <= r.last), OTHER)
