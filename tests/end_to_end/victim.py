"""A wallet in a process of its own, to be killed: unlock, read, confirm.

``python -m tests.end_to_end.victim FOLDER CODE``
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from app.wallet.flows.pay import PayFlow, PayState
from app.wallet.flows.unlock import UnlockFlow
from app.wallet.session import WalletSession
from app.wallet.vault.vault import Setup
from tests.end_to_end.people import CHEAP, PASSPHRASE


async def main(folder: str, code: str) -> None:
    """Never returns when the answer doesn't come."""
    session = WalletSession(Path(folder), setup=Setup(argon2=CHEAP))
    await UnlockFlow(session).unlock_with_passphrase(PASSPHRASE)
    flow = PayFlow(session)
    await flow.read(code)
    assert flow.view.state is PayState.CONFIRMING, flow.view
    await flow.confirm()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
