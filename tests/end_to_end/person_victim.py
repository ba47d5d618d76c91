"""A wallet in a process of its own, to be killed: unlock, find somebody, send them money.

``python -m tests.end_to_end.person_victim FOLDER WHO AMOUNT``
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from app.wallet.flows.transfer import PayState, TransferFlow
from app.wallet.flows.unlock import UnlockFlow
from app.wallet.session import WalletSession
from app.wallet.vault.vault import Setup
from tests.end_to_end.people import CHEAP, PASSPHRASE


async def main(folder: str, who: str, amount: str) -> None:
    """Never returns when the answer doesn't come."""
    session = WalletSession(Path(folder), setup=Setup(argon2=CHEAP))
    await UnlockFlow(session).unlock_with_passphrase(PASSPHRASE)
    flow = TransferFlow(session)
    await flow.find(who)
    await flow.choose_amount(int(amount))
    await flow.confirm()
    assert flow.view.state is PayState.AUTHENTICATING, flow.view
    await flow.authenticate_with_passphrase(PASSPHRASE)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
