"""A person's and a till's calls between people and about held money, against a real service."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from app.protocol.errors import KBeanError
from app.protocol.ids import new_id
from app.protocol.messages.holds import HoldRequest
from app.protocol.messages.limits import LimitsRequest
from app.protocol.messages.transfers import (
    AskMoney,
    FindMe,
    NameCheck,
    PayeeLookup,
    PlanRequest,
    Split,
    SplitPart,
    TransferRequest,
)
from app.protocol.signing import encode_bytes
from app.sdk.address import ServiceAddress
from app.sdk.client import ServiceClient
from app.sdk.holds import Holds
from app.sdk.till import TillClient
from app.sdk.till_holds import TillHolds
from app.sdk.transfers import Transfers
from app.sdk.transport import Transport
from tests.databases import sqlite  # noqa: F401
from tests.server.payments.holds.tilling import wanted
from tests.server.payments.transfers.friends import intent, mandate, word_for
from tests.server.world import PASSPHRASE, Person, World, world


def client_of(person: Person) -> ServiceClient:
    transport = Transport(ServiceAddress.parse(person.world.url))

    async def keep(_session: object) -> None:
        return None

    return ServiceClient(transport, person.key, person.session, keep)


async def test_a_day_through_the_sdk(sqlite: str, tmp_path: Path):  # noqa: F811
    async with world(tmp_path / "service", sqlite) as shop:
        payer, payee = await shop.person(10_000), await shop.person(10_000)
        mine, theirs = client_of(payer), client_of(payee)
        try:
            await between_people(Transfers(mine), Transfers(theirs), payer, payee)
            await plans_and_limits(Transfers(mine), payer, payee)
            await held_money(shop, Holds(mine), payer)
        finally:
            await mine.transport.close()
            await theirs.transport.close()


async def between_people(mine: Transfers, theirs: Transfers, payer: Person, payee: Person) -> None:
    code = await theirs.personal_code(250, "tea")
    assert (await theirs.find_me(FindMe(True, False))).find_by_email is False
    found = await mine.lookup(PayeeLookup("code", code.text))
    assert (found.amount, found.note) == (250, "tea")
    assert (await mine.check_name(NameCheck(found.payee_ref, "李伟"))).matches
    wish = intent(payer, found.payee_ref, 250)
    request = TransferRequest(wish, payer.key.sign(wish.signed_bytes()), "tea")
    with pytest.raises(KBeanError, match="step_up_needed"):
        await mine.send(request)
    sent = await mine.send(msgspec.structs.replace(request, passphrase=PASSPHRASE))
    assert await mine.by_key(wish.key) == await mine.transfer(sent.transfer_id) == sent
    assert await mine.by_key(new_id(), fence=True) is None
    (known,) = (await mine.payees()).items

    asked = await theirs.ask_money(new_id(), AskMoney(90, "CNY", "cake"))
    assert (await mine.lookup(PayeeLookup("code", asked.link))).request_id == asked.request_id
    assert (await theirs.cancel(asked.request_id)).items[0].state == "cancelled"
    parts = [SplitPart(50), SplitPart(40, await word_for(payee, payer))]
    (part,) = (await theirs.split(new_id(), Split(90, "CNY", parts, "cake"))).items
    assert (await theirs.remind(part.request_id)).items[0].reminded_at
    assert (await mine.requests()).items[0].payee_ref
    assert (await mine.decline(part.request_id)).items[0].state == "declined"
    assert known.times == 1


async def plans_and_limits(mine: Transfers, payer: Person, payee: Person) -> None:
    first = (datetime.now(UTC).date() + timedelta(days=3)).isoformat()
    wish = mandate(payer, await word_for(payer, payee), 100, first_on=first)
    plan = await mine.make_plan(
        PlanRequest(wish, payer.key.sign(wish.signed_bytes()), PASSPHRASE, "rent")
    )
    assert (await mine.pause_plan(plan.plan_id)).state == "paused"
    assert (await mine.resume_plan(plan.plan_id)).next_on == first
    assert (await mine.skip_plan(plan.plan_id)).next_on != first
    assert (await mine.stop_plan(plan.plan_id)).state == "stopped"
    assert [item.plan_id for item in (await mine.plans()).items] == [plan.plan_id]
    limits = await mine.set_limits(LimitsRequest("CNY", 5_000, None, None, None))
    assert limits == msgspec.structs.replace(await mine.limits(), server_time=limits.server_time)


async def held_money(shop: World, holds: Holds, payer: Person) -> None:
    till = await shop.till()
    client = TillClient.connect(shop.url, till.id, encode_bytes(till.key.seed))
    desk = TillHolds(client)
    try:
        first = await desk.order("H-1", 3_000, "CNY", subject="Room", cashier="A", shift="S")
        assert await desk.find("H-1") is None
        wish = await wanted(payer, first)
        held = await holds.authorise(HoldRequest(wish, payer.key.sign(wish.signed_bytes())))
        assert await holds.by_key(wish.key) == held == await desk.find("H-1")
        assert await holds.by_key(new_id(), fence=True) is None
        done = await desk.capture("H-1", "C-1", 1_200)
        assert (done.state, done.captured) == ("captured", 1_200)
        second = await desk.order("H-2", 3_000, "CNY")
        wish = await wanted(payer, second)
        await holds.authorise(HoldRequest(wish, payer.key.sign(wish.signed_bytes())))
        assert (await desk.release("H-2", cashier="A")).state == "released"
        states = [item.state for item in (await holds.holds()).items]
        assert sorted(states) == ["captured", "released"]
    finally:
        await client.close()
