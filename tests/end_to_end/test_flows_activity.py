"""Activity against the real service: refunds and what is left, and statements with a seal."""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt

import pytest

from app import verify
from app.protocol.errors import KBeanError
from app.protocol.ids import new_id
from app.sdk.till_refunds import Refunds
from app.wallet.flows.pay import PayState
from app.wallet.vault.stores.activity_rows import ActivityFilter
from tests.end_to_end.world import ready_to_confirm, world


@pytest.fixture
async def here(tmp_path):
    async with world(tmp_path) as here:
        yield here


async def test_a_refund_stands_on_its_payment_with_what_is_left(here):
    ann = await here.person("ann", money=100_00)
    order = await here.order(50_00, subject="Noodles")
    flow = await ready_to_confirm(ann, order.code)
    await flow.confirm()
    assert flow.view.state == PayState.SUCCEEDED
    boss = await here.service.counter.add(here.merchant_id, "1", "Zhou", "manager", "2468")
    till = Refunds(here.till)
    await till.refund(order.out_trade_no, new_id(), boss, amount=12_00, reason="one too many")
    await ann.refresh()
    (back,) = (await ann.find(ActivityFilter(kind="refund"))).items
    assert (back.amount, back.payment_id) == (12_00, flow.view.payment.payment_id)
    assert back.note or back.subject or back.counterparty
    told = await ann.refunds(back.payment_id)
    assert [(one.amount, one.reason) for one in told.items] == [(12_00, "one too many")]
    assert told.left == 38_00
    kinds = {one.kind for one in await ann.of_payment(back.payment_id)}
    assert {"payment", "refund"} <= kinds
    (spent,) = await ann.budgets("CNY", ((back.occurred_at - 86_400_000, back.occurred_at + 1),))
    assert spent.spent == 38_00
    assert dict(spent.categories) == {"groceries": 38_00}


async def test_a_statement_is_saved_only_when_its_seal_holds(here, tmp_path, capsys):
    ann = await here.person("ann", money=100_00)
    flow = await ready_to_confirm(ann, (await here.order(7_00)).code)
    await flow.confirm()
    today = dt.datetime.now().astimezone().date()
    path = tmp_path / "statement.pdf"
    path.write_bytes(b"an older one")

    async def save() -> None:
        await ann.save_statement(path, first=today, last=today, currency="CNY", language="zh-CN")

    def tampered(answer: bytes) -> bytes:
        head, _, body = answer.partition(b"\r\n\r\n")
        at = body.index(b"%PDF") + 40
        return head + b"\r\n\r\n" + body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :]

    here.road.rule = lambda heard: tampered if "/v1/statements" in heard.line else "pass"
    with pytest.raises(KBeanError) as caught:
        await save()
    assert caught.value.code == "seal_invalid"
    assert path.read_bytes() == b"an older one"
    here.road.rule = lambda heard: "pass"
    await save()
    assert path.read_bytes().startswith(b"%PDF")
    parser = argparse.ArgumentParser()
    verify.add_arguments(parser)
    words = parser.parse_args([str(path), "--service", here.url])
    code = await asyncio.to_thread(verify.run, words)
    assert (code, "Not one byte was changed" in capsys.readouterr().out) == (verify.HOLDS, True)
