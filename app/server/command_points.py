"""``kbean server points``: earning rules, what K-Beans can be exchanged for, the budget."""

from __future__ import annotations

import argparse
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from app.protocol import money
from app.protocol.errors import KBeanError
from app.protocol.ids import new_id
from app.server.points.catalogue import NewItem
from app.server.points.office import NewRule


def add_arguments(parser: Any) -> None:
    """Describe the verbs of ``points``."""
    budget = parser.add_parser(
        "budget", help="put the operator's own money into what pays for K-Beans and coupons"
    )
    budget.add_argument("amount", help="such as 5000 or 12.50")
    budget.add_argument("--currency", help="the service's first unless named")
    budget.add_argument("--reason", required=True, help="kept with the posting")
    budget.add_argument("--key", help="a UUIDv7; the same key funds once")
    _add_rule_arguments(parser)
    _add_item_arguments(parser)


def _add_rule_arguments(parser: Any) -> None:
    parser.add_parser("rules", help="every earning rule")
    add = parser.add_parser("add-rule", help="K-Beans for every whole step of what is paid")
    add.add_argument("name", help="what the operator calls it")
    add.add_argument("--step", required=True, help="such as 1 or 0.50: what is paid for them")
    add.add_argument("--beans", required=True, type=int, help="K-Beans for each step")
    add.add_argument("--currency", help="the service's first unless named")
    add.add_argument("--campaign", help="the campaign that it is part of")
    add.add_argument("--merchant", metavar="ID", help="only there")
    add.add_argument("--mcc", help="only this category, four digits (ISO 18245)")
    add.add_argument("--least", help="only from this amount on")
    add.add_argument("--from", dest="valid_from", type=date.fromisoformat, help="first day")
    add.add_argument("--to", dest="valid_to", type=date.fromisoformat, help="first day after it")
    add.add_argument("--lifetime-days", type=int, default=365, help="when they run out")
    parser.add_parser("end-rule", help="let a rule say nothing from now on").add_argument("rule_id")


def _add_item_arguments(parser: Any) -> None:
    coupon = parser.add_parser("add-coupon", help="offer a coupon")
    coupon.add_argument("--value", required=True, help="what it settles, such as 5")
    coupon.add_argument("--least", required=True, help="the amount from which it counts")
    gift = parser.add_parser("add-gift", help="offer something that a till hands over")
    for command in (coupon, gift):
        command.add_argument("--name-zh", required=True)
        command.add_argument("--name-en", required=True)
        command.add_argument("--text-zh", default="")
        command.add_argument("--text-en", default="")
        command.add_argument("--beans", required=True, type=int, help="its price")
        command.add_argument("--currency", help="the service's first unless named")
        command.add_argument("--merchant", metavar="ID", help="only there")
        command.add_argument("--stock", type=int, help="how many there are")
        command.add_argument("--per-person", type=int, help="how often one person may")
        command.add_argument(
            "--valid-days", type=int, default=30, help="life of a coupon, time to fetch a gift"
        )
    parser.add_parser("items", help="everything that was ever offered")
    change = parser.add_parser("change-item", help="how many there are now, whether it is offered")
    change.add_argument("item_id")
    change.add_argument("--stock", type=int)
    change.add_argument("--offered", choices=("yes", "no"))


async def budget(args: argparse.Namespace, service: Any) -> Any:
    """Fund the promotions by a real posting."""
    currency = args.currency or service.config.currency
    return await service.points.office.fund_promotions(
        _minor(args.amount, currency), currency, reason=args.reason, key=args.key or new_id()
    )


async def rules(_args: argparse.Namespace, service: Any) -> Any:
    """List the rules."""
    return [msgspec.to_builtins(rule) for rule in await service.points.office.rules()]


async def add_rule(args: argparse.Namespace, service: Any) -> Any:
    """Add a rule."""
    currency = args.currency or service.config.currency
    zone = ZoneInfo(service.config.timezone)
    rule = NewRule(
        name=args.name,
        currency=currency,
        per=_minor(args.step, currency),
        beans=args.beans,
        lifetime_days=args.lifetime_days,
        merchant_id=args.merchant,
        mcc=args.mcc,
        campaign=args.campaign,
        least=_minor(args.least, currency) if args.least else 0,
        valid_from=_midnight(args.valid_from, zone) or 0,
        valid_to=_midnight(args.valid_to, zone),
    )
    return {"rule_id": await service.points.office.add_rule(rule)}


async def end_rule(args: argparse.Namespace, service: Any) -> Any:
    """End a rule."""
    await service.points.office.end_rule(args.rule_id)
    return {"ended": args.rule_id}


async def add_item(args: argparse.Namespace, service: Any) -> Any:
    """Offer a coupon or a gift."""
    currency = args.currency or service.config.currency
    coupon = args.verb == "add-coupon"
    item = NewItem(
        kind="coupon" if coupon else "gift",
        names={"zh": args.name_zh, "en": args.name_en},
        texts={"zh": args.text_zh, "en": args.text_en},
        beans=args.beans,
        currency=currency,
        value=_minor(args.value, currency) if coupon else 0,
        least=_minor(args.least, currency) if coupon else 0,
        valid_days=args.valid_days,
        merchant_id=args.merchant,
        stock=args.stock,
        per_person=args.per_person,
    )
    return {"item_id": await service.points.catalogue.add(item)}


async def items(_args: argparse.Namespace, service: Any) -> Any:
    """List the items."""
    return await service.points.catalogue.every()


async def change_item(args: argparse.Namespace, service: Any) -> Any:
    """Change stock and offer."""
    offered = None if args.offered is None else args.offered == "yes"
    if args.stock is None and offered is None:
        raise KBeanError("validation_failed", "say --stock or --offered")
    await service.points.catalogue.change(args.item_id, stock=args.stock, offered=offered)
    return {"item_id": args.item_id}


def _minor(text: str, currency: str) -> int:
    return money.parse_typed(text, currency).minor


def _midnight(day: date | None, zone: ZoneInfo) -> int | None:
    return None if day is None else int(datetime.combine(day, time(), zone).timestamp() * 1000)


WORKS = {
    "points budget": budget,
    "points rules": rules,
    "points add-rule": add_rule,
    "points end-rule": end_rule,
    "points add-coupon": add_item,
    "points add-gift": add_item,
    "points items": items,
    "points change-item": change_item,
}
"""By command word; each gets the parsed words and the started service."""
