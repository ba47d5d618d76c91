"""People who chat, and an agent's end of the conversation, for the tests of the wallet's chat."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from app.protocol.messages.identity import Contact
from app.protocol.messages.support import Message, Sender
from app.sdk.stream import Patience
from app.wallet.session import WalletSession
from app.wallet.support.views import Bubble
from tests.end_to_end.world import World, onboard, reopened, until

AGENT = Sender("agent", "01a20000-0000-7000-8000-000000000001", "Lin 林")
QUICK = Patience(base=0.05, cap=0.5, absent=0.2)
LONG = 30.0
"""Seconds a condition may take on a busy machine."""


def quick(session: WalletSession, patience: Patience = QUICK) -> WalletSession:
    """Let a wallet's stream come back sooner than a person would notice."""
    session.support._connection._patience = patience
    return session


async def chatting(
    here: World,
    name: str = "ann",
    *,
    contact: str = "ann",
    sign_in: bool = False,
    patience: Patience = QUICK,
) -> WalletSession:
    """Somebody with a wallet whose line to support is up; ``sign_in`` for another device."""
    session = quick(here.wallet(name), patience)
    await onboard(session, here.url, Contact("email", f"{contact}@example.org"), sign_in=sign_in)
    await live(session)
    return session


async def opened_again(here: World, name: str = "ann") -> WalletSession:
    """The same wallet after a restart; the line may be anywhere."""
    session = await reopened(here, name)
    quick(session)
    return session


async def live(session: WalletSession) -> None:
    await until(lambda: session.support.state.link == "live", LONG)


async def sent(session: WalletSession) -> str:
    """All that was written is out; the conversation's real id."""
    await until(lambda: session.support.state.waiting_out == 0, LONG)
    conversation = session.support.state.conversation
    assert conversation is not None
    await until(lambda: bool(session.support.state.conversation.number), LONG)
    return session.support.state.conversation.id


async def say(here: World, conv: str, body: str, sender: Sender = AGENT) -> Message:
    """An agent (or the bot) says something."""
    async with here.service.talk.change() as change:
        row = await change.conversation(conv)
        return await change.append(row, sender, "text", body)


async def kept(here: World, conv: str) -> list[Message]:
    """The whole conversation as the service has it."""
    messages: list[Message] = []
    while True:
        page = await here.service.talk.page(conv, after=len(messages), limit=200)
        messages += page.messages
        if not page.more:
            return messages


async def told(here: World, conv: str, kind: str = "person") -> list[str]:
    """What was said by one side, in the service's order."""
    return [m.body for m in await kept(here, conv) if m.sender.kind == kind and m.body]


async def bubbles(session: WalletSession, conv: str) -> list[Bubble]:
    """The whole transcript as the wallet draws it."""
    page = await session.support.page(conv, limit=10_000)
    return list(page.bubbles)


async def agree(here: World, session: WalletSession, conv: str) -> list[str]:
    """Wait until the wallet has exactly what the service has.

    Returns:
        What the person and the agent said, in order; the bot may have said something too.
    """

    async def same() -> bool:
        want = [(m.seq, m.body) for m in await kept(here, conv)]
        return want == [(b.seq, b.body) for b in await bubbles(session, conv)]

    await eventually(same)
    drawn = await bubbles(session, conv)
    return [b.body for b in drawn if b.body and b.sender.kind in {"person", "agent"}]


async def eventually(condition: Callable[[], Awaitable[bool]], seconds: float = LONG) -> None:
    """Wait for a coroutine's answer to come true."""
    async with asyncio.timeout(seconds):
        while not await condition():
            await asyncio.sleep(0.02)
