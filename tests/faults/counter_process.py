"""A counter in a process of its own, to be killed at a chosen moment of a sale.

``main(folder, moment, code, amount)``. The moments:

* ``created``: the sale is in the vault, no byte has left;
* ``sent``: the charge is on its way (the road decides how far it comes);
* ``answered``: the service's answer is here, nothing of it is written down;
* ``reversing``: it is written that the sale is taken back, nothing was sent;
* ``refund``: the refund is on its way.

At the moment it prints ``here`` and stands still.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from app.wallet.counter.sale import SaleState
from app.wallet.counter.selling import Wish
from app.wallet.counter.session import CounterSession
from app.wallet.counter.till_flow import TillFlow, TillState
from app.wallet.vault.vault import Passphrase
from tests.end_to_end.people import CHEAP, PASSPHRASE
from tests.end_to_end.world import until

STOPS = {
    "created": ("sales", "_sell"),
    "answered": ("sales", "_take"),
    "reversing": ("road", "reverse"),
}
"""Which step is never begun."""


async def _stand_still(*_arguments: Any, **_more: Any) -> Any:
    print("here", flush=True)
    await asyncio.Event().wait()


async def main(folder: str, moment: str, code: str, amount: str) -> None:
    session = CounterSession(Path(folder), argon2=CHEAP)
    await session.unlock(Passphrase(PASSPHRASE))
    await session.doors.sign_in("3", "3333")
    if moment in STOPS:
        room, step = STOPS[moment]
        setattr(getattr(session, room), step, _stand_still)
    flow = TillFlow(session)
    await flow.charge(Wish(int(amount)), code)
    if moment == "reversing":
        await until(lambda: flow.view.sale.state is SaleState.USERPAYING, seconds=60)
        await flow.cancel()
    if moment == "refund":
        await until(lambda: flow.view.state is TillState.PAID, seconds=60)
        manager = session.snapshot.cashier
        assert manager is not None
        assert flow.view.sale is not None
        sale = await session.refunds.refresh(flow.view.sale)
        await session.refunds.refund(sale, 1_00, manager)
    await asyncio.Event().wait()
