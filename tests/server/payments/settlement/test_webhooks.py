"""Webhooks: told once each, signed, tried again, never inside the operator's network (C8)."""

from __future__ import annotations

import asyncio
import base64
import hmac
import json
import ssl
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
import sqlalchemy as sa
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from app.protocol.messages.settlement import EVENTS, Delivery, DeliveryList, Webhook
from app.server.db.engine import writing
from app.server.payments.settlement.follower import Follower
from app.server.payments.settlement.tables import deliveries, webhook_marks
from app.server.payments.settlement.telling import Teller
from tests.faults.town import Process
from tests.rude import Heard, RudeServer, answer, hang_up, stay_silent
from tests.server.payments.charges.stall import book_of, charge_raw
from tests.server.payments.holds.tilling import capture, hold, release, run_out
from tests.server.payments.refunds.shopping import Counter
from tests.server.world import Till, World, code_of, settings, world

PATIENCE = 60.0


async def nudge(shop: World) -> None:
    """What the next tick would do, now."""
    await shop.service.settlement.follower.run()
    await shop.service.settlement.teller.run()


async def until(reached: Callable[[], Any], shop: World | None = None) -> None:
    deadline = time.monotonic() + PATIENCE
    while not reached():
        assert time.monotonic() < deadline, "it didn't happen"
        if shop is not None:
            await nudge(shop)
        await asyncio.sleep(0.05)


async def put(till: Till, url: str, events: list[str] | None = None) -> Webhook:
    reply = await till.world.client.put(
        "/v1/webhooks", json={"url": url, "events": events or list(EVENTS)}, headers=till.headers
    )
    assert reply.status_code == 200, reply.text
    return msgspec.json.decode(reply.content, type=Webhook)


async def told(till: Till, before: str = "") -> list[Delivery]:
    query = f"?before={before}" if before else ""
    reply = await till.world.client.get(f"/v1/webhooks/deliveries{query}", headers=till.headers)
    assert reply.status_code == 200, reply.text
    return msgspec.json.decode(reply.content, type=DeliveryList).items


async def states(till: Till) -> list[str]:
    return [delivery.state for delivery in await told(till)]


async def until_told(till: Till, count: int, state: str = "delivered") -> list[Delivery]:
    deadline = time.monotonic() + PATIENCE
    while (found := await states(till)) != [state] * count:
        assert time.monotonic() < deadline, found
        await nudge(till.world)
        await asyncio.sleep(0.05)
    return await told(till)


async def hurry(till: Till) -> None:
    """Let the time pass until whatever waits for this merchant is due."""
    waits = (deliveries.c.merchant_id == till.merchant_id) & (deliveries.c.state == "waiting")
    async with writing(till.world.service.engine) as connection:
        await connection.execute(sa.update(deliveries).where(waits).values(next_at=0))


def verified(heard: Heard, secret: str) -> dict[str, Any]:
    """What a careful receiver does with a request (the specification's steps)."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    identifier, at = heard.headers["webhook-id"], heard.headers["webhook-timestamp"]
    assert abs(int(at) - time.time()) < 300
    signed = f"{identifier}.{at}.".encode() + heard.body
    wanted = base64.b64encode(hmac.digest(key, signed, "sha256")).decode()
    assert heard.headers["webhook-signature"] == f"v1,{wanted}"
    assert heard.headers["content-type"] == "application/json"
    return dict(json.loads(heard.body))


async def test_a_merchant_hears_of_everything_once_and_in_order(shop_on_each: World):
    counter = await Counter.open(shop_on_each)
    person = await shop_on_each.person(100_000)
    await counter.sell(person, 111)  # before anybody listened: never told
    async with RudeServer(answer(204)) as server:
        hook = await put(counter.till, f"{server.url}/hook?shop_on_each=1")
        order, paid = await counter.sell(person, 2_000)
        await until_told(counter.till, 1)
        refund = await counter.refund(order.out_trade_no, 500)
        await until_told(counter.till, 2)
        refused = await charge_raw(counter.till, "880000000000000000", 700, out_trade_no="c-1")
        assert refused.status_code >= 400
        await until_told(counter.till, 3)
        first, second, third = (verified(heard, hook.secret) for heard in server.heard)
    assert server.heard[0].line == "POST /hook?shop_on_each=1 HTTP/1.1"
    assert (first["type"], first["data"]["payment_id"]) == ("payment.succeeded", paid.payment_id)
    assert first["data"]["out_trade_no"] == order.out_trade_no
    assert first["data"]["amount"] == 2_000
    # Nothing of who paid leaves the house.
    assert person.session.user_id not in server.heard[0].body.decode()
    assert (second["type"], second["data"]["refund_id"]) == ("refund.succeeded", refund.refund_id)
    assert second["data"]["out_request_no"] == refund.out_request_no
    assert (third["type"], third["data"]["state"]) == ("charge.closed", "failed")
    assert third["data"]["out_trade_no"] == "c-1"


async def test_a_server_that_fails_first_hears_it_later_under_the_same_id(shop: World):
    counter, person = await Counter.open(shop), await shop.person(100_000)
    async with RudeServer(
        answer(500), answer(302, headers={"Location": "http://127.0.0.1:1/"}), hang_up, answer(200)
    ) as server:
        hook = await put(counter.till, server.url)
        await counter.sell(person, 300)
        for tries, status in ((1, 500), (2, 302), (3, None)):
            deadline = time.monotonic() + PATIENCE
            while (seen := await told(counter.till)) == [] or seen[0].tries < tries:
                assert time.monotonic() < deadline
                await nudge(shop)
                await asyncio.sleep(0.05)
            assert (seen[0].state, seen[0].status) == ("waiting", status)
            assert seen[0].next_at is not None
            await hurry(counter.till)
        (done,) = await until_told(counter.till, 1)
    assert (done.tries, done.status, done.next_at) == (4, 200, None)
    assert len({heard.headers["webhook-id"] for heard in server.heard}) == 1
    assert len({heard.body for heard in server.heard}) == 1
    for heard in server.heard:
        verified(heard, hook.secret)


async def test_nothing_is_lost_or_doubled_when_the_service_is_killed(
    postgresql: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """``kill -9`` between the sending and the answer, with another event not even found yet."""
    async with RudeServer(stay_silent, answer(200)) as server:
        async with world(tmp_path, postgresql) as shop:
            counter, person = await Counter.open(shop), await shop.person(100_000)
            await put(counter.till, server.url)
            first, second = [await counter.till.order(amount) for amount in (300, 400)]
        monkeypatch.setenv("KBEAN_BOT", "silent")
        process = Process(settings(tmp_path, postgresql))
        address = f"http://127.0.0.1:{process.port}"
        try:
            await process.up()
            async with httpx.AsyncClient(base_url=address, timeout=60) as client:
                shop.client = client
                await person.pay(await person.resolve(first.code))
                await until(lambda: server.heard)
                paid = await person.pay(await person.resolve(second.code))
        finally:
            process.kill()
        async with world(tmp_path, postgresql) as shop:
            counter.till.world = person.world = counter.world = shop
            await Follower(shop.service.engine).run()
            await hurry(counter.till)
            newest, oldest = await until_told(counter.till, 2)
    assert newest.payload["data"]["payment_id"] == paid.payment_id
    heard = [one.headers["webhook-id"] for one in server.heard]
    # The one without an answer came again, under its old id; the other one came once.
    assert (heard.count(oldest.delivery_id), heard.count(newest.delivery_id)) == (2, 1)
    assert len(heard) == 3


async def test_many_followers_find_each_event_once(shop_on_each: World):
    counter, person = await Counter.open(shop_on_each), await shop_on_each.person(100_000)
    book = await book_of(person)
    async with RudeServer(answer(200)) as server:
        await put(counter.till, server.url)
        followers = [Follower(shop_on_each.service.engine) for _ in range(4)]
        for amount in range(1, 6):
            await counter.sell(person, amount)
            await charge_raw(counter.till, f"{book.code()[:-1]}x", 500)
            await asyncio.gather(*(follower.run() for follower in followers))
        # A mark that fell back (a restored copy, say) tells nothing twice.
        async with writing(shop_on_each.service.engine) as connection:
            mine = webhook_marks.c.merchant_id == counter.till.merchant_id
            await connection.execute(sa.update(webhook_marks).where(mine).values(position=0))
        await asyncio.gather(*(follower.run() for follower in followers))
        found = await until_told(counter.till, len(await told(counter.till)))
        await until(lambda: len(server.heard) == len(found), shop_on_each)
    kinds = [one.event for one in found]
    assert kinds.count("payment.succeeded") == 5
    assert len({one.headers["webhook-id"] for one in server.heard}) == len(found)


async def test_only_what_was_asked_for_is_told(shop: World):
    counter, person = await Counter.open(shop), await shop.person(100_000)
    async with RudeServer(answer(200)) as server:
        hook = await put(counter.till, server.url, ["refund.succeeded", "refund.succeeded"])
        assert hook.events == ["refund.succeeded"]
        order, _ = await counter.sell(person, 300)
        await counter.refund(order.out_trade_no)
        (only,) = await until_told(counter.till, 1)
    assert only.event == "refund.succeeded"


async def test_a_hold_is_told_when_it_begins_and_when_it_ends(shop_on_each: World):
    """Also one that ran out by itself; one that was captured tells of its payment."""
    till, person = await shop_on_each.till(), await shop_on_each.person(100_000)
    async with RudeServer(answer(204)) as server:
        hook = await put(till, server.url, ["hold.held", "hold.released", "payment.succeeded"])
        orders = [await till.order(amount, hold=True) for amount in (300, 400, 500)]
        released, _, left = made = [await hold(person, order) for order in orders]
        await until_told(till, 3)
        assert (await release(till, orders[0])).status_code == 200
        await until_told(till, 4)
        await capture(till, orders[1], 150, "C-1")
        await until_told(till, 5)
        await run_out(shop_on_each, left)
        await shop_on_each.service.holds.holds.expire()
        await until_told(till, 6)
        heard = [verified(one, hook.secret) for one in server.heard]
    held, ended = heard[:3], heard[3:]
    assert {one["type"] for one in held} == {"hold.held"}
    facts = ("hold_id", "order_id", "out_trade_no", "amount", "expires_at", "state")
    assert sorted([one["data"][fact] for fact in facts] for one in held) == sorted(
        [getattr(one, fact) for fact in facts] for one in made
    )
    assert [(one["type"], one["data"].get("state")) for one in ended] == [
        ("hold.released", "released"),
        ("payment.succeeded", None),
        ("hold.released", "expired"),
    ]
    assert [ended[at]["data"]["hold_id"] for at in (0, 2)] == [released.hold_id, left.hold_id]
    assert all(person.session.user_id.encode() not in one.body for one in server.heard)


async def test_an_old_event_is_sent_again_when_asked(shop: World):
    counter, person = await Counter.open(shop), await shop.person(100_000)
    async with RudeServer(answer(410), answer(200)) as server:
        await put(counter.till, server.url)
        await counter.sell(person, 300)
        # Gone is gone: not tried again by itself.
        (given_up,) = await until_told(counter.till, 1, "failed")
        assert (given_up.tries, given_up.next_at) == (1, None)
        url = f"/v1/webhooks/deliveries/{given_up.delivery_id}/replay"
        reply = await shop.client.post(url, headers=counter.till.headers)
        assert (reply.status_code, reply.json()["state"]) == (200, "waiting")
        await until_told(counter.till, 1)
        again = await shop.client.post(url, headers=counter.till.headers)
        assert again.status_code == 200
        await until(lambda: len(server.heard) == 3, shop)
        # Nobody else's business.
        stranger = await shop.till()
        assert code_of(await shop.client.post(url, headers=stranger.headers)) == "webhook_not_found"
        reply = await shop.client.post(
            "/v1/webhooks/deliveries/x/replay", headers=counter.till.headers
        )
        assert code_of(reply) == "webhook_not_found"
    assert len({heard.body for heard in server.heard}) == 1


async def test_the_address_and_its_secret(shop: World):
    till = await shop.till()
    assert code_of(await shop.client.get("/v1/webhooks", headers=till.headers)) == (
        "webhook_not_found"
    )
    first = await put(till, "http://127.0.0.1:9/a")
    assert first.secret.startswith("whsec_")
    assert len(base64.b64decode(first.secret[6:])) == 32
    seen = (await shop.client.get("/v1/webhooks", headers=till.headers)).json()
    assert (seen["url"], seen["secret"]) == (first.url, "")
    # The same address keeps its secret, another one gets its own.
    assert (await put(till, first.url, ["hold.held"])).secret == ""
    second = await put(till, "http://127.0.0.1:9/b")
    assert second.secret not in {"", first.secret}
    for _ in range(2):
        gone = await shop.client.delete("/v1/webhooks", headers=till.headers)
        assert gone.status_code == 204
    assert code_of(await shop.client.get("/v1/webhooks", headers=till.headers)) == (
        "webhook_not_found"
    )
    for body, field in (
        ({"url": "http://example.com/", "events": []}, "events"),
        ({"url": "http://a.example/", "events": ["payment.made"]}, "events"),
        ({"url": "ftp://a.example/", "events": ["hold.held"]}, "url"),
    ):
        wrong = await shop.client.put("/v1/webhooks", json=body, headers=till.headers)
        assert wrong.status_code in {400, 422}
        assert wrong.json()["field"] == field


async def test_what_waited_is_given_up_with_the_address(shop: World):
    counter, person = await Counter.open(shop), await shop.person(1_000)
    async with RudeServer(answer(500)) as server:
        await put(counter.till, server.url)
        await counter.sell(person, 300)
        await until(lambda: server.heard, shop)
        await shop.client.delete("/v1/webhooks", headers=counter.till.headers)
        await until_told(counter.till, 1, "failed")


async def test_a_certificate_must_be_vouched_for_and_of_the_name(lone: World, tmp_path: Path):
    """Through the real TLS of the teller: to the checked address, under the name's certificate."""
    authority, context = _own_authority(tmp_path, "shop.example")
    counter, person = await Counter.open(lone), await lone.person(1_000)
    service = lone.service
    await service.ticks.stop()

    async def here(_host: str, _port: int) -> list[str]:
        return ["127.0.0.1"]

    async with RudeServer(answer(200), tls=context) as server:
        for name, trusted, reached in (
            ("shop.example", False, False),
            ("evil.example", True, False),
            ("shop.example", True, True),
        ):
            await put(counter.till, f"https://{name}:{server.port}/")
            await counter.sell(person, 100)
            await Follower(service.engine).run()
            await hurry(counter.till)
            teller = Teller(service.engine, service.keys.sealer, service.config, here)
            if trusted:
                teller.trust = ssl.create_default_context(cadata=authority)
            await teller.run()
            assert bool(server.heard) == reached, name
    assert server.heard[0].headers["host"] == f"shop.example:{server.port}"
    assert await states(counter.till) == ["delivered"] * 3


def _own_authority(folder: Path, name: str) -> tuple[str, ssl.SSLContext]:
    """A self-signed certificate of a name: its PEM, and a server's context with it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    today = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    (folder / "both.pem").write_bytes(
        pem
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "both.pem")
    return pem.decode(), context


async def test_a_name_that_was_public_and_now_points_inside_reaches_nothing(
    lone: World, tmp_path: Path
):
    """DNS rebinding: what was checked is what is called, at every try."""
    counter, person = await Counter.open(lone), await lone.person(1_000)
    async with RudeServer(answer(200)) as server:
        await put(counter.till, f"https://shop.example:{server.port}/")
        service = lone.service
        strict = settings(
            tmp_path / "other",
            mode="production",
            service_id="shop-street",
        )
        asked: list[str] = []

        async def resolve(host: str, _port: int) -> list[str]:
            asked.append(host)
            return ["127.0.0.1"]

        await service.ticks.stop()
        await counter.sell(person, 300)
        await Follower(service.engine).run()
        await Teller(service.engine, service.keys.sealer, strict, resolve).run()
        (waiting,) = await told(counter.till)
        assert (waiting.state, waiting.tries, waiting.status) == ("waiting", 1, None)
        assert asked == ["shop.example"]
        assert server.connections == 0
