"""Work on the open vault: what the service last told about payees, requests, plans and holds."""

from __future__ import annotations

import dataclasses
from typing import Literal, TypeVar

import msgspec

from app.protocol.messages.holds import Authorisation, AuthorisationList
from app.protocol.messages.limits import Limits
from app.protocol.messages.transfers import (
    KnownPayee,
    KnownPayees,
    MoneyRequest,
    MoneyRequestList,
    PersonalCode,
    Plan,
    PlanList,
    Transfer,
)
from app.wallet.vault.stores.papers import PaperKind
from app.wallet.vault.vault import Vault

ListName = Literal["payees", "requests", "plans", "holds", "limits"]
LISTS: tuple[ListName, ...] = ("payees", "requests", "plans", "holds", "limits")
"""What is asked for and kept as a whole."""

Told = KnownPayees | MoneyRequestList | PlanList | AuthorisationList | Limits
TRANSFER: PaperKind = "transfer"
_PEOPLE: PaperKind = "people"
_CODE = "code"
_FORMS: dict[ListName, type[Told]] = {
    "payees": KnownPayees,
    "requests": MoneyRequestList,
    "plans": PlanList,
    "holds": AuthorisationList,
    "limits": Limits,
}
T = TypeVar("T", bound=msgspec.Struct)


@dataclasses.dataclass(frozen=True, slots=True)
class PeopleState:
    """Everything as last seen; pages draw it without asking.

    Attributes:
        payees: Whom this person has paid, the latest first.
        requests: Requests for money both ways, open ones first.
        plans: Scheduled and recurring payments.
        holds: Pre-authorisations, open ones first.
        limits: The person's own limits; None before the first answer.
        code: The personal code without an amount; None before the first answer.
        known: The lists that were told at least once: the others aren't empty but unknown.
    """

    payees: tuple[KnownPayee, ...] = ()
    requests: tuple[MoneyRequest, ...] = ()
    plans: tuple[Plan, ...] = ()
    holds: tuple[Authorisation, ...] = ()
    limits: Limits | None = None
    code: PersonalCode | None = None
    known: frozenset[str] = frozenset()

    @property
    def asked(self) -> tuple[MoneyRequest, ...]:
        """Open requests that wait for this person."""
        return tuple(r for r in self.requests if r.state == "open" and not r.mine)


def load(vault: Vault) -> PeopleState:
    """Read it all in one piece of work."""
    told = {name: vault.papers.get(_PEOPLE, name, form) for name, form in _FORMS.items()}
    payees, requests, plans, holds, limits = (told[name] for name in LISTS)
    return PeopleState(
        payees=tuple(payees.items) if isinstance(payees, KnownPayees) else (),
        requests=tuple(requests.items) if isinstance(requests, MoneyRequestList) else (),
        plans=tuple(plans.items) if isinstance(plans, PlanList) else (),
        holds=tuple(holds.items) if isinstance(holds, AuthorisationList) else (),
        limits=limits if isinstance(limits, Limits) else None,
        code=vault.papers.get(_PEOPLE, _CODE, PersonalCode),
        known=frozenset(name for name, paper in told.items() if paper is not None),
    )


def keep(vault: Vault, name: ListName, told: Told) -> PeopleState:
    """Keep a list unless what is here is newer, and read it all again."""
    vault.papers.put(_PEOPLE, name, told, at=told.server_time, seen=True)
    return load(vault)


def keep_code(vault: Vault, code: PersonalCode, now: int) -> PeopleState:
    """Keep the personal code without an amount, for showing it without a network."""
    vault.papers.put(_PEOPLE, _CODE, code, at=now, seen=True)
    return load(vault)


def transfer(vault: Vault, transfer_id: str) -> Transfer | None:
    """One transfer with its receipt."""
    return vault.papers.get(TRANSFER, transfer_id, Transfer)
