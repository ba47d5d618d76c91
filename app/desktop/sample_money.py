"""What a sample wallet holds of payment codes and of what K-Beans can be used for.

Nothing of this is shown to a person; the codes are real ones of keys that no service knows.
"""

from __future__ import annotations

import hashlib

from app.protocol.ids import new_id
from app.protocol.messages.charges import Confirmation, ConfirmationList
from app.protocol.messages.payments import Payee
from app.protocol.messages.points import (
    Catalogue,
    Coupon,
    CouponList,
    Item,
    Redemption,
    RedemptionList,
)
from app.wallet.codes.confirmations import Confirmations
from app.wallet.vault.stores.handles import Handle
from app.wallet.vault.vault import Vault

DAY = 86_400_000


class SampleConfirmations(Confirmations):
    """Charges that wait because somebody says so; asks nobody."""

    async def refresh(self) -> None:
        """There is nobody to ask."""

    async def say(self, *items: Confirmation) -> None:
        """Let these wait."""
        self._keep(ConfirmationList(list(items), 0))


def waiting(payee: Payee, at: int, *, amount: int = 28_800, reason: str = "amount") -> Confirmation:
    """A till that waits for a word."""
    return Confirmation(
        charge_id=new_id(),
        payee=payee,
        amount=amount,
        currency="CNY",
        subject="晚餐 4 人",
        reason=reason,  # type: ignore[arg-type]  # one of the literals
        created_at=at,
        expires_at=at + 58_000,
    )


def give_codes(vault: Vault, at: int) -> None:
    """Handles for three days."""
    handles = [
        Handle(
            handle=100_000_007 * (number + 2),
            secret=hashlib.sha256(b"sample %d" % number).digest(),
            valid_from=at - DAY,
            valid_until=at + 2 * DAY,
            must_confirm=number % 4 == 3,
        )
        for number in range(8)
    ]
    vault.handles.replace(handles)
    terms = {
        "issued_at": at,
        "currency": "CNY",
        "small_each": 20_000,
        "small_day": 100_000,
        "offset_ms": 0,
    }
    vault.settings.put("payer codes", terms)


def coupon(at: int, *, value: int = 500, days: int = 12, state: str = "open") -> Coupon:
    """A coupon of the corner store."""
    return Coupon(
        coupon_id=new_id(),
        names={"zh": "便利店满减券", "en": "Corner store coupon"},
        value=value,
        currency="CNY",
        least=2_000,
        state=state,  # type: ignore[arg-type]  # one of the literals
        created_at=at - 3 * DAY,
        expires_at=at + days * DAY,
        merchant_id="m1",
        merchant_name="K豆便利店",
    )


def give_shop(vault: Vault, at: int) -> None:
    """A catalogue, coupons and what was redeemed before."""
    open_one, used = coupon(at), coupon(at, value=1_000, days=2, state="used")
    gift = Redemption(
        redemption_id=new_id(),
        item_id="i3",
        names={"zh": "帆布购物袋", "en": "Canvas bag"},
        beans=800,
        state="reserved",
        created_at=at - DAY // 4,
        points_after=2_000,
        code="48213907",
        expires_at=at + 6 * DAY,
    )
    old = Redemption(
        redemption_id=new_id(),
        item_id="i1",
        names=open_one.names,
        beans=500,
        state="committed",
        created_at=at - 3 * DAY,
        points_after=2_800,
        coupon=open_one,
    )
    vault.papers.put("shop", "catalogue", Catalogue(_items(), at), at=at)
    vault.papers.put("shop", "coupons", CouponList([open_one, used], at), at=at)
    vault.papers.put("shop", "redemptions", RedemptionList([gift, old], at), at=at)


def _items() -> list[Item]:
    def item(number: int, kind: str, zh: str, en: str, beans: int, **more: object) -> Item:
        texts = {
            "zh": str(more.pop("text_zh", "")),
            "en": str(more.pop("text_en", "")),
        }
        return Item(
            item_id=f"i{number}",
            kind=kind,  # type: ignore[arg-type]  # one of the literals
            names={"zh": zh, "en": en},
            texts=texts,
            beans=beans,
            currency="CNY",
            **{"value": 0, "least": 0, "valid_days": 30, **more},  # type: ignore[arg-type]
        )

    return [
        item(
            1, "coupon", "便利店满减券", "Corner store coupon", 500,
            value=500, least=2_000, merchant_id="m1", merchant_name="K豆便利店",
            text_zh="满 20 元可用一张。", text_en="One for each purchase of 20 or more.",
        ),
        item(
            2, "coupon", "咖啡券", "Coffee coupon", 900, value=1_000,
            merchant_id="m2", merchant_name="Green Street Coffee", per_person=2, taken=1,
            text_zh="任意饮品可用。", text_en="For any drink.",
        ),
        item(
            3, "gift", "帆布购物袋", "Canvas bag", 800, valid_days=7, stock=12,
            text_zh="在任意门店服务台领取。", text_en="Collect it at the desk of any store.",
        ),
        item(
            4, "gift", "书店帆船模型", "Model sailing boat", 12_000, valid_days=7, stock=0,
            text_zh="木制，约 30 厘米。", text_en="Made of wood, about 30 cm.",
        ),
    ]  # fmt: skip
