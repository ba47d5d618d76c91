"""What another process of the service does in the tests: ``python -m … race|run URL …``.

``race``: waits for a line on stdin, then pays everything every person has, each once, from the
accounts named on the command line; prints the statuses. ``run``: pays small sums from the same
accounts until it is killed, and prints every key whose answer it has got.
"""

from __future__ import annotations

import asyncio
import sys

import msgspec

from app.protocol.ids import new_id
from app.server.db.engine import create_engine
from app.server.ledger.writer import Writer
from tests.server.ledger.shop import Merchant, Person, Shop


async def main(what: str, url: str, cast: str) -> None:
    engine = create_engine(url)
    writer = Writer(engine)
    await writer.start()
    shop = Shop(engine, writer)
    told = msgspec.json.decode(cast)
    shop.people = [Person(*words) for words in told["people"]]
    shop.merchants = [Merchant(*words) for words in told["merchants"]]
    shop.issued = told["issued"]
    if what == "race":
        await race(shop)
    else:
        await run(shop)
    await writer.stop()
    await engine.dispose()


async def race(shop: Shop) -> None:
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    plans = [shop.pay(person, shop.merchants[0], 10_000) for person in shop.people]
    answers = await asyncio.gather(*(shop.writer.submit(plan) for plan in plans))
    print(msgspec.json.encode([answer.status for answer in answers]).decode(), flush=True)


async def run(shop: Shop) -> None:
    async def client(number: int) -> None:
        while True:
            key = new_id()
            payer = shop.people[number % len(shop.people)]
            merchant = shop.merchants[number % len(shop.merchants)]
            answer = await shop.writer.submit(shop.pay(payer, merchant, 101, key=key))
            if answer.status == 201:
                print(key, flush=True)

    await asyncio.gather(*(client(number) for number in range(24)))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
