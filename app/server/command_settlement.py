"""``kbean server bill``: a merchant's day."""

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
