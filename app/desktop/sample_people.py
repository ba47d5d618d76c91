"""People, requests, plans, holds and limits for pictures and tests: on a real vault, no service."""

from __future__ import annotations

import datetime as dt

from app.protocol.codes import personal_code
from app.protocol.errors import KBeanError
from app.protocol.ids import new_id
from app.protocol.messages.holds import Authorisation, AuthorisationList
from app.protocol.messages.limits import Limits
from app.protocol.messages.transfers import (
    KnownPayee,
    KnownPayees,
    MoneyRequest,
    MoneyRequestList,
    NameChecked,
    PayeeFound,
    PersonalCode,
    Plan,
    PlanList,
    PlanRun,
)
from app.protocol.signing import SigningKey
from app.wallet.people import shelf
from app.wallet.people.people import People
from app.wallet.people.shelf import ListName, Told
from app.wallet.vault.vault import Vault

_HOUR = 3_600_000
_DAY = 24 * _HOUR
WALLET_NO = personal_code.wallet_number("483920175")
_NAMES = ("王*明", "欧阳*", "陈*", "李*华", "周*然", "赵*")


class SamplePeople(People):
    """Asks nobody: what is in the vault stands."""

    def start(self) -> None:
        """Nobody to ask."""

    async def refresh(self, *names: ListName) -> None:
        """Nobody to ask."""

    async def lookup(self, how: str, value: str) -> PayeeFound:
        """One person is found, under any number."""
        del how
        if "nobody" in value:
            raise KBeanError("payee_not_found")
        return PayeeFound(new_id(), _NAMES[0], 0)

    async def check_name(self, payee_ref: str, name: str) -> NameChecked:
        """One name fits."""
        return NameChecked(name == "王小明", 4)

    async def personal_code(self, amount: int | None = None, note: str = "") -> PersonalCode:
        """A code of the sample's own key."""
        return _code(amount, note)


def _code(amount: int | None = None, note: str = "") -> PersonalCode:
    text = personal_code.build(
        SigningKey(bytes(range(32))),
        "code-2026",
        wallet_no=WALLET_NO,
        currency="CNY",
        amount=amount,
        note=note,
    )
    return PersonalCode(text, WALLET_NO, find_by_phone=True, find_by_email=False)


def give_people(vault: Vault, now: dt.datetime) -> None:
    """Write a life between people into an open vault."""
    at = int(now.timestamp() * 1000)
    today = now.date()
    told: dict[ListName, Told] = {
        "payees": KnownPayees(
            [
                KnownPayee(new_id(), name, at - number * 31 * _HOUR, 9 - number)
                for number, name in enumerate(_NAMES, 1)
            ],
            at,
        ),
        "requests": MoneyRequestList(_requests(at), at),
        "plans": PlanList(_plans(at, today), at),
        "holds": AuthorisationList(_holds(at), at),
        "limits": Limits("CNY", 100_000, 200_000, 10_000, None, 20_000, 50_000, 88_060, 12_800, at),
    }
    for name, paper in told.items():
        shelf.keep(vault, name, paper)
    shelf.keep_code(vault, _code(), at)


def _requests(at: int) -> list[MoneyRequest]:
    def one(mine: bool, other: str, amount: int, note: str, back: int, **more: object) -> object:
        made = at - back * _HOUR
        state = more.pop("state", "open")
        return MoneyRequest(
            new_id(),
            mine,
            other,
            amount,
            "CNY",
            note,
            state,  # type: ignore[arg-type]  # one of the literals
            made,
            made + 14 * _DAY,
            **more,  # type: ignore[arg-type]  # fields of the message
        )

    link = _code(8_800, "周末拼车").text
    made = [
        one(False, "李*华", 4_650, "昨晚的火锅", 3, payee_ref=new_id()),
        one(True, "欧阳*", 12_000, "演唱会门票", 20, link=link),
        one(True, "", 8_800, "周末拼车", 44, link=link),
        one(True, "陈*", 3_325, "", 200, state="paid", transfer_id=new_id()),
        one(False, "赵*", 50_000, "", 410, state="declined"),
    ]
    return [request for request in made if isinstance(request, MoneyRequest)]


def _plans(at: int, today: dt.date) -> list[Plan]:
    first = today.replace(day=1)
    following = (first + dt.timedelta(days=32)).replace(day=1)
    saturday = today + dt.timedelta(days=(5 - today.weekday()) % 7 or 7)
    runs = [
        PlanRun(first.isoformat(), "failed", at - 2 * _DAY, failure="insufficient_funds"),
        PlanRun((first - dt.timedelta(days=31)).isoformat(), "paid", at - 33 * _DAY, new_id()),
    ]
    return [
        Plan(
            plan_id=new_id(),
            payee_name="王*明",
            amount=180_000,
            currency="CNY",
            note="房租",
            unit="month",
            every=1,
            times=12,
            done=4,
            state="active",
            first_on=first.isoformat(),
            next_on=following.isoformat(),
            created_at=at - 150 * _DAY,
            runs=runs,
        ),
        Plan(
            plan_id=new_id(),
            payee_name="周*然",
            amount=5_000,
            currency="CNY",
            note="零花钱",
            unit="week",
            every=1,
            times=None,
            done=21,
            state="paused",
            first_on=saturday.isoformat(),
            next_on=saturday.isoformat(),
            created_at=at - 160 * _DAY,
        ),
        Plan(
            plan_id=new_id(),
            payee_name="赵*",
            amount=20_000,
            currency="CNY",
            note="",
            unit="once",
            every=1,
            times=None,
            done=1,
            state="ended",
            first_on=(today - dt.timedelta(days=40)).isoformat(),
            next_on=None,
            created_at=at - 60 * _DAY,
        ),
    ]


def _holds(at: int) -> list[Authorisation]:
    def one(name: str, subject: str, amount: int, back: int, **more: object) -> Authorisation:
        held = at - back * _DAY
        return Authorisation(
            hold_id=new_id(),
            order_id=new_id(),
            out_trade_no=f"A{back:05d}",
            payee_name=name,
            store_name="",
            subject=subject,
            amount=amount,
            currency="CNY",
            state=more.pop("state", "held"),  # type: ignore[arg-type]  # one of the literals
            held_at=held,
            expires_at=held + 7 * _DAY,
            **more,  # type: ignore[arg-type]  # fields of the message
        )

    return [
        one("西湖青年旅舍", "押金，2 晚", 60_000, 1),
        one("共享单车", "押金", 20_000, 9, state="captured", captured=3_500),
        one("城市停车", "", 5_000, 30, state="released"),
    ]
