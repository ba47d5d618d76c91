"""What was done before a restart is there after it."""

from __future__ import annotations

from pathlib import Path

from tests.server.world import code_of, world


async def test_everything_is_still_there_after_a_restart(database_url: str, tmp_path: Path):
    async with world(tmp_path, database_url) as shop:
        person, till = await shop.person(), await shop.till()
        await person.fund(1_000)
        order = await till.order(500)
        payment = await person.pay(await person.resolve(order.code))
        signed_out = await shop.person()
        await shop.client.delete("/v1/sessions/current", headers=signed_out.headers)
    async with world(tmp_path, database_url) as shop:
        person.world = signed_out.world = till.world = shop
        assert await person.available() == 500
        assert code_of(await signed_out.get("/v1/me")) == "session_ended"
        assert (await till.find(order.order_id)).payment_id == payment.payment_id
        again = await person.get(f"/v1/payments/{payment.payment_id}")
        assert again.json()["receipt"]["signature"] == payment.receipt.signature
        await person.pay(await person.resolve((await till.order(500)).code))
