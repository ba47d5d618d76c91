"""``kbean server bill`` and ``kbean server webhook``: a merchant's day, and who is told of it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import msgspec

from app.protocol.errors import KBeanError


def add_bill_arguments(parser: argparse.ArgumentParser) -> None:
    """``kbean server bill MERCHANT DAY``."""
    parser.add_argument("merchant_id")
    parser.add_argument("day", help="YYYY-MM-DD, in the operator's time zone")
    parser.add_argument("--currency", help="the service's first unless named")
    parser.add_argument("--preliminary", action="store_true", help="also of a day that is not over")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write the bill itself (CSV)")


def add_webhook_arguments(parser: Any) -> None:
    """Describe the verbs of ``webhook``."""
    parser.add_parser("list", help="what a merchant was told").add_argument("merchant_id")
    replay = parser.add_parser("replay", help="send events again, byte for byte")
    replay.add_argument("merchant_id")
    replay.add_argument("delivery_id", nargs="*", help="all that failed unless named")


async def list_deliveries(args: argparse.Namespace, service: Any) -> Any:
    """The newest events and what became of telling them."""
    found = await service.settlement.webhooks.deliveries(args.merchant_id)
    shown = ("delivery_id", "event", "created_at", "state", "tries", "next_at", "status")
    return {"deliveries": [{name: getattr(one, name) for name in shown} for one in found.items]}


async def replay(args: argparse.Namespace, service: Any) -> Any:
    """Have events sent again by the running service.

    Raises:
        KBeanError: ``webhook_not_found``.
    """
    book = service.settlement.webhooks
    wanted = args.delivery_id or await book.failed(args.merchant_id)
    for delivery_id in wanted:
        await book.replay(args.merchant_id, delivery_id)
    return {"replayed": wanted}


async def bill(args: argparse.Namespace, service: Any) -> Any:
    """Print a day's totals; with ``--out`` write its lines too.

    Raises:
        KBeanError: as :meth:`BillService.bill`; ``validation_failed`` where the file can't be
            written.
    """
    made = await service.settlement.bills.bill(
        args.merchant_id, args.day, args.currency, preliminary=args.preliminary
    )
    answer = msgspec.to_builtins(made.totals)
    if args.out is not None:
        try:
            args.out.write_bytes(service.settlement.bills.csv(made))
        except OSError as error:
            words = f"{args.out} cannot be written: {error.strerror}"
            raise KBeanError("validation_failed", words, field="out") from None
        answer["file"] = str(args.out)
    return answer
