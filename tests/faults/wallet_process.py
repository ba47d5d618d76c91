"""A wallet in a process of its own, to be killed at a chosen moment of a payment.

``main(folder, moment, code, amount)``. The code ``charge`` says yes to
what a till waits for. The moments:

* ``written``: the intent is on the disk, no byte has left;
* ``sent``: the request is on its way (the road decides how far it comes);
* ``answered``: the service's answer is here, nothing is written down yet;
* ``kept``: the vault says how it ended, the person has not seen it;
* ``spree``: no moment; it pays one code again and again.

At the moment it prints ``here`` and stands still.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from app.wallet.flows.pay import PayFlow, PayState
from app.wallet.flows.unlock import UnlockFlow
from app.wallet.session import WalletSession
from app.wallet.vault.vault import Setup
from tests.end_to_end.world import CHEAP, PASSPHRASE, until

STOPS = {"written": "send", "answered": "_done", "kept": "told"}
"""Which step of the payment desk is never begun."""


async def _stand_still(*_arguments: Any) -> Any:
    print("here", flush=True)
    await asyncio.Event().wait()


async def pay(session: WalletSession, code: str, amount: int) -> None:
    flow = PayFlow(session)
    if code == "charge":
        await until(lambda: bool(session.confirmations.waiting), seconds=60)
        await flow.confirm_charge(session.confirmations.waiting[0])
    else:
        await flow.read(code)
    if flow.view.state is PayState.CHOOSING_AMOUNT:
        await flow.choose_amount(amount)
    if flow.view.state is not PayState.CONFIRMING:
        raise RuntimeError(flow.view)
    await flow.confirm()
    if flow.view.state is not PayState.SUCCEEDED:
        raise RuntimeError(flow.view)
    await flow.close()


async def main(folder: str, moment: str, code: str, amount: str) -> None:
    session = WalletSession(Path(folder), setup=Setup(argon2=CHEAP))
    await UnlockFlow(session).unlock_with_passphrase(PASSPHRASE)
    if moment in STOPS:
        setattr(session.desk, STOPS[moment], _stand_still)
    await pay(session, code, int(amount))
    while moment == "spree":
        await pay(session, code, int(amount))
    raise RuntimeError("the moment never came")
