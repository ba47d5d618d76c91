"""What the vault shows at once when it opens, and what the service adds to it."""

from __future__ import annotations

import asyncio
from typing import NamedTuple

import msgspec

from app.protocol.messages.identity import Profile, ServiceInfo
from app.protocol.messages.payments import AccountList, PointsSummary
from app.sdk.client import ServiceClient
from app.wallet.enrolment import Enrolment, load_enrolment
from app.wallet.payments import NOTICES
from app.wallet.snapshot import Notice, Settings
from app.wallet.vault.vault import Vault

SETTINGS = "core"


class Loaded(NamedTuple):
    """All of it; None where nothing was kept yet."""

    settings: Settings
    notices: tuple[Notice, ...]
    open_payments: int
    enrolment: Enrolment | None
    service: ServiceInfo | None
    accounts: AccountList | None
    points: PointsSummary | None
    person: Profile | None


def load(vault: Vault) -> Loaded:
    """Read it all in one piece of work."""
    identity = vault.service.identity()
    return Loaded(
        settings=vault.settings.get(SETTINGS, Settings, Settings()),
        notices=vault.settings.get(NOTICES, tuple[Notice, ...], ()),
        open_payments=len(vault.intents.unfinished()),
        enrolment=load_enrolment(vault),
        service=identity.info if identity else None,
        accounts=vault.snapshots.accounts(),
        points=vault.snapshots.points(),
        person=vault.snapshots.profile(),
    )


def as_shown(value: object) -> object:
    """The same without the time at which it was asked for."""
    if isinstance(value, PointsSummary):
        return msgspec.structs.replace(value, server_time=0)
    return value


async def everything(client: ServiceClient) -> tuple[AccountList, PointsSummary, Profile]:
    """What the service knows of the person, asked for at once."""
    return await asyncio.gather(client.accounts(), client.points(), client.me())
