"""A counter for pictures: a real vault with a morning's sales in it, and no service behind it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from app.desktop.components.when import now_ms
from app.desktop.counter.sample_office import SampleBills, SampleWebhooks
from app.protocol.ids import new_id
from app.protocol.messages.counter import Cashier, CounterInfo, ShiftCheck, ShiftFigures
from app.protocol.signing import encode_bytes
from app.sdk.till import TillClient
from app.wallet.counter import shifts as shift_room
from app.wallet.counter.board import CounterState, Link
from app.wallet.counter.books import books
from app.wallet.counter.prices import Price
from app.wallet.counter.sale import Line, Notice, RefundRow, Sale, SaleState
from app.wallet.counter.selling import standing
from app.wallet.counter.session import CounterSession
from app.wallet.counter.shift import CashMove, Shift
from app.wallet.counter.till_flow import TillFlow, TillView
from app.wallet.vault.files import private_folder
from app.wallet.vault.keyslots import Argon2Params
from app.wallet.vault.vault import Vault

PASSPHRASE = "green beans in a tin"  # noqa: S105 - of the sample alone
_CHEAP = Argon2Params(memory_kib=64, passes=1, lanes=1)
_CODE = (
    "00020101021226380012org.kdou.pay0108M00001230206A7F3Q9520454115303156540523.725802CN5910KDOU "
    "STORE6007BEIJING62320303S010514202611220000010703T0264150002ZH0105K豆便利店63043286"
)
PEOPLE = (("1", "林婷", "cashier"), ("2", "周明", "supervisor"), ("3", "何静", "manager"))
ITEMS = (
    Price("6901234567892", "矿泉水 550 ml", 200),
    Price("6902827100028", "原味豆浆 300 ml", 450),
    Price("6920152400012", "红烧牛肉面", 590),
    Price("6921168509256", "鲜牛奶 950 ml", 1690),
    Price("6925303730574", "绿茶 500 ml", 350),
    Price("6954767410388", "全麦面包", 980),
)
_HOUR = 3_600_000


class SampleCounter(CounterSession):
    """Open, with somebody signed in; whatever would ask the service asks nobody."""

    async def fill(self) -> None:
        """Make the vault and put a morning into it."""
        import asyncio

        self.bills = SampleBills(self.worker, self.road, self._board)
        self.webhooks = SampleWebhooks(self.road)
        await asyncio.to_thread(private_folder, self.folder)
        await asyncio.wrap_future(self.worker.create(PASSPHRASE))
        self.road.open(TillClient.connect("http://127.0.0.1:9", new_id(), encode_bytes(bytes(32))))
        now = now_ms()
        people = tuple(
            Cashier(new_id(), number, name, role, active=True, pin_hash="")  # type: ignore[arg-type]  # roles
            for number, name, role in PEOPLE
        )
        self._shift = Shift(
            number=7,
            shift_id=new_id(),
            cashier=people[1].cashier_id,
            cashier_name=people[1].name,
            currency="CNY",
            opened_at=now - 3 * _HOUR,
            float_amount=200_00,
        )
        stands = await self.worker.run(lambda vault: _morning(vault, self._shift, people, now))
        self._people = people
        self._board.post(
            "info",
            info=_info(),
            cashiers=people,
            cashier=people[2],
            link=Link.ONLINE,
            state=CounterState.OPEN,
            **stands,
        )

    def stand(self, **changes: Any) -> None:
        """Change what the board says."""
        self._board.post("sales", "shift", "cashier", "state", "notices", "received", **changes)

    def again(self) -> None:
        """Back to how it was filled."""
        self.stand(
            cashier=self._people[2],
            shift=self._shift,
            link=Link.ONLINE,
            open_sales=0,
            notices=(),
            heard=(),
            state=CounterState.OPEN,
        )

    def closed_shift(self) -> Shift:
        """The shift as it would be after its Z report."""
        figures = ShiftFigures(6, 181_50, 1, 9_80)
        check = ShiftCheck(self._shift.shift_id, True, figures, [], [], now_ms())
        return msgspec.structs.replace(
            self._shift, state="handed_in", counted=242_00, closed_at=now_ms(), check=check
        )


class StagedTill(TillFlow):
    """A flow that stands where it is put."""

    def stage(self, view: TillView) -> None:
        """Stand here."""
        self._show(view)


def sample_counter(folder: Path) -> SampleCounter:
    """A counter on a folder; :meth:`SampleCounter.fill` opens it."""
    return SampleCounter(folder, argon2=_CHEAP)


def sale(**changes: Any) -> Sale:
    """A paid sale."""
    known: dict[str, Any] = {
        "out_trade_no": "K2611237QX3M9VT2C",
        "kind": "charge",
        "state": SaleState.SUCCESS,
        "amount": 23_70,
        "currency": "CNY",
        "at": now_ms() - 90_000,
        "key": new_id(),
        "cashier": new_id(),
        "cashier_name": "何静",
        "shift": "",
        "payer": "*小满",
        "order_number": "202611231234567890",
        "paid_at": now_ms() - 88_000,
        "points_earned": 23,
    }
    return Sale(**{**known, **changes})


def asked(**changes: Any) -> Sale:
    """A sale whose QR the customer is to scan."""
    return sale(
        kind="order",
        state=SaleState.USERPAYING,
        code=_CODE,
        deadline=now_ms() + 281_000,
        at=now_ms() - 19_000,
        order_number="",
        payer="",
        **changes,
    )


def notice() -> Notice:
    """Something that was found out at the start."""
    now = now_ms()
    return Notice("K2611237QX3M9VT2C", SaleState.SUCCESS, 23_70, "CNY", now - 600_000, now)


def _info() -> CounterInfo:
    return CounterInfo(
        terminal_id=new_id(),
        terminal_name="1 号收银台",
        merchant_id=new_id(),
        merchant_name="KDOU STORE",
        merchant_names={"zh": "K豆便利店"},
        store_id=new_id(),
        store_name="北京路店",
        currency="CNY",
        operator="绿街社区演示",
        mode="demo",
        confirmation_key=encode_bytes(bytes(32)),
        static_code=_CODE,
        query_seconds=3,
        give_up_seconds=45,
        server_time=now_ms(),
    )


def _morning(vault: Vault, shift: Shift, people: tuple[Cashier, ...], now: int) -> dict[str, Any]:
    kept = books(vault)
    kept.shifts.add(shift)
    move = CashMove(50_00, now - 2 * _HOUR, people[1].cashier_id, people[1].name, "零钱")
    kept.shifts.add_move(shift.shift_id, move)
    told: list[dict[str, Any]] = [
        {"amount": 64_00, "payer": "*先生"},
        {"amount": 12_00, "kind": "cash", "payer": "", "points_earned": 0},
        {"amount": 35_80, "refunded": 9_80},
        {
            "amount": 7_00,
            "kind": "offline",
            "confirmation": "40719352",
            "order_number": "",
            "payer": "",
            "missing": True,
        },
        {"amount": 58_00, "state": SaleState.FAILED, "failure": "insufficient_funds"},
        {"amount": 18_90, "kind": "order", "payer": ""},
        {
            "amount": 23_70,
            "lines": (Line("绿茶 500 ml", 350, 2, "6925303730574"), Line("鲜牛奶 950 ml", 1670, 1)),
        },
    ]
    for at, minutes in enumerate((55, 6)):
        came = now - minutes * 60_000
        kept.sales.add(
            sale(
                out_trade_no=(payment_id := new_id()),
                kind="printed",
                amount=(15_50, 9_90)[at],
                at=came,
                paid_at=came,
                payment_id=payment_id,
                payer=("周**", "A***")[at],
                order_number=f"20261123456789012{at}",
                confirmation=("31840627", "90215573")[at],
                cashier="",
                cashier_name="",
                points_earned=0,
            )
        )
    for at, more in enumerate(told):
        kept.sales.add(
            sale(
                out_trade_no=f"K2611237QX3M9VT{at:02d}",
                at=now - (len(told) - at) * 840_000,
                paid_at=now - (len(told) - at) * 840_000,
                shift=shift.shift_id,
                cashier=people[at % 2].cashier_id,
                cashier_name=people[at % 2].name,
                **more,
            )
        )
    kept.refunds.add(
        RefundRow(
            out_request_no=new_id(),
            out_trade_no="K2611237QX3M9VT02",
            amount=9_80,
            currency="CNY",
            cashier=people[1].cashier_id,
            cashier_name=people[1].name,
            shift=shift.shift_id,
            at=now - 600_000,
            state="done",
            paid_back=9_80,
        )
    )
    kept.prices.replace(ITEMS)
    return {**standing(vault), **shift_room.standing(vault), "prices": len(ITEMS)}
