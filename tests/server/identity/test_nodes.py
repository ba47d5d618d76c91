"""What ends on one node ends on the others."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import httpx
import msgspec

from app.server.keys import read_keys
from app.server.main import build_service
from app.server.runner import running
from tests.server.world import code_of, settings, world


async def test_a_sign_out_reaches_the_other_node_within_a_second(database_url: str, tmp_path: Path):
    async with world(tmp_path, database_url) as shop:
        person, till = await shop.person(), await shop.till()
        await person.fund(1_000)
        found = await person.resolve((await till.order(500)).code)
        config = settings(tmp_path, database_url)
        other_node = build_service(config, keys=read_keys(config.keys_path, "demo"))
        async with (
            running(config, service=other_node) as node,
            httpx.AsyncClient(base_url=node.url) as client,
        ):
            assert (await client.get("/v1/me", headers=person.headers)).status_code == 200
            await shop.client.delete("/v1/sessions/current", headers=person.headers)
            ended = time.monotonic()
            # A payment is refused at once: its transaction looks at the session itself.
            request = person.signed(person.intent(found))
            paid = await client.post(
                "/v1/payments",
                content=msgspec.json.encode(request),
                headers=person.headers | {"idempotency-key": request.intent.key},
            )
            assert code_of(paid) == "session_ended"
            # Two looks are less than half a second apart; here one is shown to be enough.
            assert config.revocation_poll < 0.5
            while (await client.get("/v1/me", headers=person.headers)).status_code != 401:
                assert time.monotonic() - ended < 20
                await asyncio.sleep(0.01)
