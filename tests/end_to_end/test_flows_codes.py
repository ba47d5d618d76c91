"""Codes that can't be paid, payments that are refused: the right state, the right money word."""

from __future__ import annotations

import asyncio
import binascii
import time

import pytest
import pytest_asyncio
import sqlalchemy as sa

from app.protocol.codes import merchant_code
from app.protocol.errors import KBeanError
from app.protocol.ids import new_id
from app.protocol.signing import SigningKey
from app.server.db.engine import writing
from app.server.payments.tables import orders
from app.wallet.flows.base import FlowStateError
from app.wallet.flows.pay import PayFlow, PayState
from app.wallet.session import Settings, WalletSession
from tests.end_to_end.people import PASSPHRASE
from tests.end_to_end.world import World, now, ready_to_confirm, world

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def here(tmp_path_factory):
    async with world(tmp_path_factory.mktemp("codes"), currencies=("CNY", "HKD")) as here:
        yield here


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def ann(here: World):
    return await here.person("ann", money=100_00)


async def read(session: WalletSession, text: str) -> PayFlow:
    flow = PayFlow(session)
    await flow.read(text)
    return flow


def with_checksum(body: str) -> str:
    """A code's text with a checksum that holds."""
    return body + f"{binascii.crc_hqx(body.encode(), 0xFFFF):04X}"


async def refused(session: WalletSession, flow: PayFlow, code: str) -> None:
    view = flow.view
    assert view.state is PayState.REFUSED, view
    assert view.failure is not None
    assert (view.failure.code, view.failure.money) == (code, "not_moved")
    assert session.snapshot.open_payments == 0


async def test_an_expired_order(here, ann):
    order = await here.order(1_00)
    async with writing(here.service.engine) as connection:
        await connection.execute(
            sa.update(orders)
            .where(orders.c.id == order.order_id)
            .values(expires_at=int(time.time() * 1000) - 1)
        )
    await refused(ann, await read(ann, order.code), "order_expired")


async def test_an_order_that_expires_while_it_is_looked_at(here, ann):
    order = await here.order(1_00)
    flow = await ready_to_confirm(ann, order.code)
    async with writing(here.service.engine) as connection:
        await connection.execute(
            sa.update(orders)
            .where(orders.c.id == order.order_id)
            .values(expires_at=int(time.time() * 1000) - 1)
        )
    await flow.confirm()
    await refused(ann, flow, "order_expired")


async def test_a_cancelled_order(here, ann):
    order = await here.order(1_00)
    flow = await ready_to_confirm(ann, order.code)
    await here.till.cancel_order(order.order_id)
    await flow.confirm()
    await refused(ann, flow, "order_cancelled")
    await refused(ann, await read(ann, order.code), "order_cancelled")


async def test_a_paid_order(here, ann):
    order = await here.order(1_00)
    flow = await ready_to_confirm(ann, order.code)
    await flow.confirm()
    assert now(flow) is PayState.SUCCEEDED
    await refused(ann, await read(ann, order.code), "order_paid")


async def test_not_enough_money(here, ann):
    order = await here.order(150_00)
    before = await here.balance(ann)
    flow = await ready_to_confirm(ann, order.code)
    assert flow.view.offer is not None
    assert flow.view.offer.available == before
    await flow.confirm()
    await refused(ann, flow, "insufficient_funds")
    assert flow.view.failure is not None
    assert flow.view.failure.params["available"] == before
    assert await here.balance(ann) == before


async def test_a_currency_the_person_has_no_money_in(here, ann):
    order = await here.till.create_order(new_id(), 1_00, "HKD")
    flow = await ready_to_confirm(ann, order.code)
    assert flow.view.offer is not None
    assert (flow.view.offer.currency, flow.view.offer.available) == ("HKD", 0)
    await flow.confirm()
    await refused(ann, flow, "insufficient_funds")


async def test_a_currency_the_service_does_not_have(here, ann):
    """Signed by the service's own key, as an older service of theirs might have done."""
    details = await here.service.merchants.code_details(here.store_id)
    keys = here.service.keys
    text = merchant_code.build_static(
        keys.code, keys.code_key_id, code_id=new_id(), currency="USD", **details
    )
    flow = await read(ann, text)
    assert now(flow) is PayState.REFUSED
    assert flow.view.failure is not None
    assert flow.view.failure.money == "not_moved"


async def test_a_merchant_that_closed(here, ann):
    order = await here.order(1_00)
    flow = await ready_to_confirm(ann, order.code)
    await here.service.merchants.set_merchant_state(here.merchant_id, active=False)
    try:
        await flow.confirm()
        await refused(ann, flow, "merchant_closed")
    finally:
        await here.service.merchants.set_merchant_state(here.merchant_id, active=True)


async def test_a_withdrawn_code(here, ann):
    code_id, text = await here.service.merchants.add_code(here.store_id, "CNY")
    await here.service.merchants.revoke_code(code_id)
    await refused(ann, await read(ann, text), "code_revoked")


@pytest.mark.parametrize("what", ["amount", "signature", "key", "checksum", "unsigned", "foreign"])
async def test_what_is_not_signed_is_explained_and_never_asked_about(here, ann, what):
    order = await here.order(23_70)
    code = order.code
    if what == "amount":
        changed = code.replace("540523.70", "540503.70")
        assert changed != code
        text, kind, reason = with_checksum(changed[:-4]), "ours_forged", "signature"
    elif what == "signature":
        middle = len(code) - 40
        other = "A" if code[middle] != "A" else "B"
        text = with_checksum(code[:middle] + other + code[middle + 1 : -4])
        kind, reason = "ours_forged", "signature"
    elif what == "key":
        details = await here.service.merchants.code_details(here.store_id)
        text = merchant_code.build_static(
            SigningKey.generate(), "thief", code_id=new_id(), currency="CNY", **details
        )
        kind, reason = "ours_forged", "key_unknown"
    elif what == "checksum":
        text, kind, reason = code.replace("KDOU", "KDOX"), "damaged", "crc_wrong"
    elif what == "unsigned":
        text = with_checksum(code[: -(8 + 4 + 4 + 11 + 4 + 80)] + "6304")
        kind, reason = "ours_unsigned", "no_signature"
    else:
        text = with_checksum(
            "00020101021126200016com.example.pay15204541153031565802CN5905OTHER6007BEIJING6304"
        )
        kind, reason = "foreign_merchant", "scheme"
    asked = len(here.road.heard)
    flow = await read(ann, text)
    assert now(flow) is PayState.EXPLAINED, flow.view
    found = flow.view.explanation
    assert found is not None
    assert (found.kind, found.reason, found.text) == (kind, reason, text)
    lines = [heard.line for heard in here.road.heard[asked:]]
    assert not [line for line in lines if "resolve" in line or "payments" in line]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("https://example.org/menu", "web"),
        ("hello", "text"),
        ("881234567897593846", "ours_payer"),
        ("", "empty"),
        ("WIFI:S:cafe;;", "wifi"),
    ],
)
async def test_other_texts_are_explained(ann, text, kind):
    flow = await read(ann, text)
    assert now(flow) is PayState.EXPLAINED
    assert flow.view.explanation is not None
    assert flow.view.explanation.kind == kind


async def test_a_code_is_explained_without_a_network(here, ann):
    order = await here.order(3_00)
    forged = with_checksum(order.code.replace("54043.00", "54049.00")[:-4])
    await here.road.shut()
    try:
        assert (await read(ann, forged)).view.state is PayState.EXPLAINED
        honest = await read(ann, order.code)
        await refused(ann, honest, "service_unreachable")
    finally:
        await here.road.open(here.road.port)


async def test_cancelling_at_each_state(here, ann):
    order = await here.order(1_00)
    for text in ("hello", here.static_code, order.code):
        flow = await read(ann, text)
        assert await flow.cancel()
        assert now(flow) is PayState.IDLE
    big = await here.order(250_00)
    flow = await ready_to_confirm(ann, big.code)
    await flow.confirm()
    assert now(flow) is PayState.AUTHENTICATING
    assert await flow.cancel()
    assert now(flow) is PayState.IDLE
    with pytest.raises(FlowStateError):
        await flow.authenticate_with_passphrase(PASSPHRASE)
    with pytest.raises(FlowStateError):
        await flow.confirm()
    assert (await here.till.order(order.order_id)).status == "open"


async def test_the_last_read_wins(here, ann):
    first, second = await here.order(1_00), await here.order(2_00)
    flow = PayFlow(ann)
    await asyncio.gather(flow.read(first.code), flow.read(second.code))
    assert now(flow) is PayState.CONFIRMING
    assert flow.view.offer is not None
    assert flow.view.offer.order_id == second.order_id


async def test_two_quick_confirms_send_once(here, ann):
    order = await here.order(1_00)
    before = await here.balance(ann)
    sent = len(here.road.payments())
    flow = await ready_to_confirm(ann, order.code)
    await asyncio.gather(flow.confirm(), flow.confirm(), flow.confirm())
    assert now(flow) is PayState.SUCCEEDED
    assert len(here.road.payments()) == sent + 1
    assert await here.balance(ann) == before - 1_00
    with pytest.raises(FlowStateError):
        await flow.confirm()


async def test_steps_that_make_no_sense_are_bugs(here, ann):
    flow = PayFlow(ann)
    for step in (flow.ask_again, flow.dismiss, flow.change_amount, flow.confirm):
        with pytest.raises(FlowStateError):
            await step()
    with pytest.raises(FlowStateError):
        await flow.choose_amount(1)
    await flow.read((await here.order(1_00)).code)
    with pytest.raises(FlowStateError):
        await flow.change_amount()


async def test_a_read_that_is_given_up_leaves_nothing(here, ann):
    flow = PayFlow(ann)
    reading = asyncio.create_task(flow.read((await here.order(1_00)).code))
    await asyncio.sleep(0)
    assert now(flow) is PayState.READING
    reading.cancel()
    await asyncio.gather(reading, return_exceptions=True)
    assert now(flow) is PayState.IDLE


async def test_authenticating_twice_at_once_sends_once(here, ann):
    before = await here.balance(ann)
    await ann.change_settings(Settings(authenticate_from=1_00))
    try:
        sent = len(here.road.payments())
        flow = await ready_to_confirm(ann, (await here.order(1_00)).code)
        await flow.confirm()
        await flow.confirm()
        assert now(flow) is PayState.AUTHENTICATING
        await asyncio.gather(
            flow.authenticate_with_passphrase(PASSPHRASE),
            flow.authenticate_with_passphrase(PASSPHRASE),
            return_exceptions=True,
        )
        assert now(flow) is PayState.SUCCEEDED
        assert len(here.road.payments()) == sent + 1
    finally:
        await ann.change_settings(Settings())
    assert await here.balance(ann) == before - 1_00


async def test_too_much_for_one_payment(here, ann):
    flow = await read(ann, here.static_code)
    with pytest.raises(KBeanError) as refused:
        await flow.choose_amount(5_000_001)
    assert (refused.value.code, refused.value.params) == (
        "amount_too_large",
        {"maximum": 5_000_000},
    )


async def test_what_is_known_here_counts_while_the_service_is_away(here, ann):
    flow = await read(ann, here.static_code)
    before = await here.balance(ann)
    await here.road.shut()
    try:
        with pytest.raises(KBeanError) as refused:
            await flow.choose_amount(before + 1)
        assert refused.value.code == "insufficient_funds"
    finally:
        await here.road.open(here.road.port)


async def test_a_service_that_speaks_of_another_amount_is_not_followed(here, ann):
    """The code is signed for one amount; an answer with another is shown to nobody."""
    order = await here.order(1_00)
    here.road.rule = lambda heard: (
        (lambda answer: answer.replace(b'"amount":100,', b'"amount":900,'))
        if "resolve" in heard.line
        else "pass"
    )
    try:
        await refused(ann, await read(ann, order.code), "order_mismatch")
    finally:
        here.road.rule = lambda heard: "pass"
