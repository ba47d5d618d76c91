"""A wallet that chats in a process of its own, to be killed at a chosen moment.

``main(folder, moment, text, count)``. The moments:

* ``written``: the message is on the disk, no byte has left;
* ``opened``: the service has made the conversation, nothing is written down yet;
* ``sent``: the message is on its way, its ack is not taken;
* ``acked``: the ack is here, nothing is written down yet;
* ``spree``: no moment; it writes one for each line it is told, until it is killed.

It writes ``count`` messages, prints ``here`` at the moment, or ``wrote N`` in a spree.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

from app.wallet.flows.unlock import UnlockFlow
from app.wallet.session import WalletSession
from app.wallet.vault.vault import Setup
from tests.end_to_end.chatting import quick
from tests.end_to_end.world import CHEAP, PASSPHRASE


async def _stand_still(*_arguments: Any, **_more: Any) -> Any:
    print("here", flush=True)
    await asyncio.Event().wait()


def _stop_at(session: WalletSession, moment: str) -> None:
    sender = session.support._outbox
    if moment == "written":
        setattr(sender, "_deliver", _stand_still)  # noqa: B010
    elif moment == "opened":
        setattr(sender._worker, "run", _only_reading(sender._worker.run))  # noqa: B010
    elif moment in {"sent", "acked"}:
        setattr(sender, "acked", _stand_still)  # noqa: B010


def _only_reading(run: Any) -> Any:
    """The service's answer to the opening is the first thing that is to be written."""

    async def first(work: Any) -> Any:
        if "_open" in work.__qualname__:
            return await _stand_still()
        return await run(work)

    return first


async def main(folder: str, moment: str, text: str, count: str) -> None:
    session = quick(WalletSession(Path(folder), setup=Setup(argon2=CHEAP)))
    _stop_at(session, moment)
    await UnlockFlow(session).unlock_with_passphrase(PASSPHRASE)
    await session.support.open(language="en")
    number = 0
    while number < int(count) or moment == "spree":
        await session.support.send(f"{text} {number}")
        number += 1
        if moment == "spree":
            print(f"wrote {number}", flush=True)
            await asyncio.to_thread(sys.stdin.readline)
    await asyncio.Event().wait()
