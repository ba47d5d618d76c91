"""A till: charge the code that a customer shows, and give money back.

python till.py counter.json charge 23.70 881234567897593846
python till.py counter.json refund SALE CASHIER [AMOUNT]
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import msgspec

from app.protocol import money
from app.protocol.errors import KBeanError
from app.protocol.ids import new_id
from app.protocol.messages.charges import ChargeRequest
from app.protocol.messages.counter import CounterSetup
from app.sdk.till import TillClient
from app.sdk.till_charges import Charges
from app.sdk.till_refunds import Refunds


def write_down(*words: str) -> None:
    """Keep a number before it is sent: whatever happens next, it can be asked for."""
    with Path("sales.txt").open("a", encoding="utf-8") as file:
        file.write(" ".join(words) + "\n")


async def charge(till: TillClient, typed: str, code: str) -> str:
    """Charge a code until its end is known: paid, refused, or reversed after 45 seconds."""
    sale, amount = new_id(), money.parse_typed(typed, "CNY").minor
    write_down("sale", sale, str(amount))
    request = ChargeRequest(sale, amount, "CNY", code)
    done = await Charges(till).charge_until_final(request, seen=lambda one: print(one.state))
    return f"{sale} {done.state} {done.order_number or done.failure}"


async def refund(till: TillClient, sale: str, cashier: str, typed: str = "") -> str:
    """Give back some or all of a sale; the cashier must be a supervisor or manager."""
    amount = money.parse_typed(typed, "CNY").minor if typed else None
    write_down("refund", request := new_id(), sale)
    back = await Refunds(till).refund(sale, request, cashier, amount=amount)
    return f"{request} refunded {money.format_minor(back.amount, back.currency)}"


async def main(setup: CounterSetup, work: str, *words: str) -> None:
    """Do one thing and say what became of it."""
    till = TillClient.connect(setup.address, setup.terminal_id, setup.key, ca_file=setup.ca_file)
    try:
        print(await (charge if work == "charge" else refund)(till, *words))
    except KBeanError as error:
        print(f"refused: {error.code}")
    await till.close()


settings = msgspec.json.decode(Path(sys.argv[1]).read_bytes(), type=CounterSetup)
asyncio.run(main(settings, *sys.argv[2:]))
