"""``kill -9`` of the service while a wallet and one of the staff talk: the whole dialogue stands.

A real wallet with its vault on one side, the staff's event stream on the other. Each answers the
other's last words, so whatever is lost, doubled or out of order is seen at the end, or ends it.
"""

from __future__ import annotations

import asyncio
import contextlib
from functools import partial
from pathlib import Path

import pyotp
import pytest
from websockets.asyncio.client import ClientConnection

from app.protocol.ids import new_id
from app.protocol.messages.desk import StaffSignIn
from app.protocol.messages.identity import Contact
from app.protocol.messages.stream import Send, ServiceFrame, Watch, Welcome
from app.protocol.messages.support import Message
from app.sdk.address import ServiceAddress
from app.sdk.staff import StaffClient
from app.sdk.transport import Transport
from app.wallet.session import WalletSession
from app.wallet.vault.vault import Setup
from tests.databases import on_one_database
from tests.end_to_end.chatting import bubbles, eventually, live, quick, sent
from tests.end_to_end.people import CHEAP
from tests.end_to_end.world import onboard
from tests.faults.nursery import Forked
from tests.faults.test_talk_killed import Client
from tests.faults.town import PASSPHRASE, Process, Town, found

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

TURNS, BURST = 6, 3
KILLED_IN = (3,)
"""Turns in whose middle the service dies: some words are there, others under way."""

PATIENCE = 120.0


def words(who: str, turn: int) -> list[str]:
    """What somebody says in one go."""
    return [f"{who} {turn}.{number}" for number in range(BURST)]


class Agent(Client):
    """One of the staff: hears the conversation and answers every turn of the person's."""

    def __init__(self, port: int, token: str, conv: str) -> None:
        super().__init__(port, token, conv, [])
        self.middles = {words("me", turn)[1]: asyncio.Event() for turn in KILLED_IN}

    async def _talk(self, socket: ClientConnection) -> None:
        self._socket = socket
        await super()._talk(socket)

    async def _is_behind(self, frame: ServiceFrame) -> bool:
        if isinstance(frame, Welcome):
            await self._tell(self._socket, Watch(self.conv))
            return True
        return await super()._is_behind(frame)

    def _apply(self, message: Message) -> None:
        before = len(self.read)
        super()._apply(message)
        if len(self.read) == before:
            return
        if message.body in self.middles:
            self.middles[message.body].set()
        for turn in range(TURNS):
            if message.body == words("me", turn)[-1]:
                self.outbox += [Send(self.conv, new_id(), body=b) for b in words("you", turn)]


async def person_speaks(ann: WalletSession, conv: str) -> None:
    """Says a few things, waits for the whole answer, and goes on."""
    for turn in range(TURNS):
        for body in words("me", turn):
            await ann.support.send(body)
        last = words("you", turn)[-1]
        await eventually(partial(_reads, ann, conv, last), PATIENCE)


async def _reads(ann: WalletSession, conv: str, body: str) -> bool:
    return body in [bubble.body for bubble in await bubbles(ann, conv)]


async def hired(town: Town, process: Process) -> StaffClient:
    """One of the staff, signed in."""
    async with town.inside() as service:
        made = await service.staff.add("mei", PASSPHRASE, display_name="王梅", roles=["agent"])
    await process.up()
    client = StaffClient(Transport(ServiceAddress.parse(f"http://127.0.0.1:{process.port}")))
    await client.sign_in(StaffSignIn("mei", PASSPHRASE, pyotp.TOTP(made.secret).now()))
    return client


@on_one_database
async def test_the_service_is_killed_while_a_wallet_and_an_agent_talk(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KBEAN_BOT", "silent")
    town = await found(tmp_path / "service", database_url, [], shops=0)
    process = Forked(town.config)
    ann = quick(WalletSession(tmp_path / "ann", setup=Setup(argon2=CHEAP)))
    try:
        staff = await hired(town, process)
        url = f"http://127.0.0.1:{process.port}"
        await onboard(ann, url, Contact("email", "ann@example.org"))
        await live(ann)
        await ann.support.open(language="en")
        await ann.support.ask_human()
        conv = await sent(ann)
        await staff.claim(conv)
        agent = Agent(process.port, staff.token, conv)
        # Whoever fails ends the others, and the test says why.
        async with asyncio.timeout(PATIENCE), asyncio.TaskGroup() as both:
            listening = both.create_task(agent.run())
            speaking = both.create_task(person_speaks(ann, conv))
            for middle in agent.middles.values():
                await middle.wait()
                process.kill()
                process = Forked(town.config, port=process.port)
                await process.up()
            await speaking
            while agent.outbox:
                await asyncio.sleep(0.02)
            listening.cancel()
        await sent(ann)
        with contextlib.suppress(TimeoutError):
            await eventually(lambda: _same(ann, conv, agent))
        shown = [(bubble.seq, bubble.body) for bubble in await bubbles(ann, conv)]
        await staff.close(sign_out=False)
    finally:
        process.stop()
        await ann.close()
    async with town.inside() as service:
        page = await service.talk.page(conv, after=0, limit=200)
    kept = [(message.seq, message.body) for message in page.messages]
    assert [seq for seq, _ in kept] == list(range(1, page.last_seq + 1))
    dialogue = [b for turn in range(TURNS) for who in ("me", "you") for b in words(who, turn)]
    assert [body for _, body in kept if body] == dialogue
    assert shown == kept
    assert [(message.seq, message.body) for message in agent.read] == kept
    assert agent.lines > len(KILLED_IN)


async def _same(ann: WalletSession, conv: str, agent: Agent) -> bool:
    """Whether everything that the agent has is in the wallet too."""
    return [b.seq for b in await bubbles(ann, conv)] == [m.seq for m in agent.read]
