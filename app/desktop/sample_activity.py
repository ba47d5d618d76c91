"""What makes a sample's history a life: refunds, transfers, K-Beans used, labels and notes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec

from app.protocol.ids import new_id
from app.protocol.messages.payments import Movement
from app.protocol.messages.refunds import Refund, RefundList
from app.wallet.vault.stores.activity import ActivityFilter, ActivityRow
from app.wallet.vault.stores.marks import Mark
from app.wallet.vault.vault import Vault

_FRIENDS = (("王*明", "午饭分摊"), ("Sa* Ri*", "concert tickets"), ("李*", "房租水电"))
_MARKS = (
    Mark(labels=("早餐",)),
    Mark(labels=("Work", "报销"), note="项目评审会"),
    Mark("education", ("报销",), "给团队买的书"),
    Mark(note="Birthday cake for mum"),
)


def give_life(vault: Vault, now: datetime) -> None:
    """Add to a history of payments what else moves in some months."""
    page = vault.activity.find(ActivityFilter(kind="payment"), limit=400)
    rows = [row for row in page.rows if row.currency != "KBN"]
    sequence = 100_000
    for number, row in enumerate(rows):
        paid = msgspec.json.decode(row.raw, type=Movement)
        if number % 17 == 3:
            sequence += 1
            _refund(vault, paid, sequence)
        if number % 4 == 1:
            mark = _MARKS[number // 4 % len(_MARKS)]
            vault.activity.mark(row.id, mark, at=row.occurred_at)
    month = now.replace(hour=10, minute=20)
    for number in range(6):
        at = month - timedelta(days=3 + 9 * number)
        friend, note = _FRIENDS[number % len(_FRIENDS)]
        sequence += 1
        amount = (-3_600, 12_800, -45_000)[number % 3]
        kind = "transfer_out" if amount < 0 else "transfer_in"
        _add(vault, _line(kind, amount, "CNY", at, sequence, counterparty=friend, note=note))
    sequence += 1
    spent = _line("points_spent", -300, "KBN", month - timedelta(days=2), sequence)
    _add(vault, msgspec.structs.replace(spent, counterparty="Green Street Coffee"))
    sequence += 1
    _add(vault, _line("points_expired", -48, "KBN", month - timedelta(days=20), sequence))


def told_refunds(movements: Iterable[Movement]) -> RefundList:
    """A payment's refunds as the service would tell them."""
    held = list(movements)
    left = sum(-one.amount for one in held if one.kind in ("payment", "refund"))
    items = [
        Refund(
            refund_id=one.movement_id,
            out_trade_no=one.order_number,
            out_request_no=f"R{number}",
            payment_id=one.payment_id or "",
            order_number=one.order_number,
            amount=one.amount,
            paid_back=one.amount,
            currency=one.currency,
            points_returned=0,
            points_taken_back=0,
            left=left,
            reason=one.note,
            posted_at=one.occurred_at,
        )
        for number, one in enumerate(one for one in held if one.kind == "refund")
    ]
    return RefundList(items, left, 0)


def _refund(vault: Vault, paid: Movement, sequence: int) -> None:
    refund = msgspec.structs.replace(
        paid,
        movement_id=new_id(),
        cursor_key=sequence,
        kind="refund",
        amount=-paid.amount // 2,
        occurred_at=paid.occurred_at + 3 * 3_600_000,
        note="少了一份",
        points_earned=0,
    )
    _add(vault, refund)


def _line(
    kind: str,
    amount: int,
    currency: str,
    at: datetime,
    sequence: int,
    *,
    counterparty: str = "",
    note: str = "",
) -> Movement:
    return Movement(
        movement_id=new_id(),
        cursor_key=sequence,
        account_id=new_id(),
        kind=kind,  # type: ignore[arg-type]  # one of the literals above
        amount=amount,
        currency=currency,
        balance_after=0,
        counterparty=counterparty,
        occurred_at=int(at.timestamp() * 1000),
        note=note,
    )


def _add(vault: Vault, movement: Movement) -> None:
    vault.activity.upsert([ActivityRow.from_movement(movement)])
