"""Another process of the service that claims: ``python -m … SETTINGS TOKEN``.

Reads a conversation's id a line from standard input, claims it at once, and prints the claimer's id
or the code of the refusal.
"""

from __future__ import annotations

import asyncio
import sys
from zoneinfo import ZoneInfo

from app.protocol.errors import KBeanError
from app.server.config import undump_config
from app.server.db.engine import create_engine
from app.server.http.tokens import Revocations, TokenBook
from app.server.identity.passphrases import PassphraseHasher
from app.server.identity.staff import StaffService
from app.server.keys import read_keys
from app.server.realtime.channels import MemoryChannels
from app.server.realtime.hub import Hub
from app.server.support.people.hours import ALWAYS, Hours
from app.server.support.people.room import PeopleRoom
from app.server.support.talk.attachments import Attachments
from app.server.support.talk.sending import Sending
from app.server.support.talk.service import Talk


async def main(settings: str, token: str) -> None:
    config = undump_config(settings)
    keys = read_keys(config.keys_path, config.mode)
    engine = create_engine(config.database)
    tokens = TokenBook(keys.token_secret, Revocations())
    hasher = PassphraseHasher(memory=64, passes=1, parallel=1)
    staff = StaffService(
        engine, config, tokens, keys.token_secret, sealer=keys.sealer, hasher=hasher
    )
    talk = Talk(engine, Hub(MemoryChannels()), keys.sealer, ZoneInfo(config.timezone))
    sending = Sending(talk)
    room = PeopleRoom(
        talk,
        sending,
        Attachments(talk, sending),
        staff,
        hours=Hours(ALWAYS, config.timezone),
        sealer=keys.sealer,
        config=config,
    )
    principal = tokens._verified(token)
    print("ready", flush=True)
    while line := (await asyncio.to_thread(sys.stdin.readline)).strip():
        try:
            await room.work.claim(principal, line)
            outcome = principal.id
        except KBeanError as refused:
            outcome = refused.code
        print(outcome, flush=True)
    await talk.settled()
    hasher.close()
    await engine.dispose()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
