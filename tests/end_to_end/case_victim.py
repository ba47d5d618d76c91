"""A wallet in a process of its own, to be killed: unlock, open a case, wait.

``python -m tests.end_to_end.case_victim FOLDER``
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from app.wallet.flows.unlock import UnlockFlow
from app.wallet.session import WalletSession
from app.wallet.vault.vault import Setup
from tests.end_to_end.people import CHEAP, PASSPHRASE


async def main(folder: str) -> None:
    """Never returns."""
    session = WalletSession(Path(folder), setup=Setup(argon2=CHEAP))
    await UnlockFlow(session).unlock_with_passphrase(PASSPHRASE)
    await session.cases.open_case("付了两次", "买菜的钱付了两次", category="payment")
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
