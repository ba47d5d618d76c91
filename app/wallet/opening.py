"""What the vault shows at once when it opens, and what the service adds to it."""

from __future__ import annotations

import asyncio
from typing import NamedTuple

import msgspec

from app.protocol.messages.identity import Profile, ServiceInfo
from app.protocol.messages.payments import AccountList, PointsSummary
from app.sdk.client import ServiceClient
from app.wallet.enrolment import Enrolment, load_enrolment
from app.wallet.intents import NOTICES, still_open
from app.wallet.snapshot import Board, Notice, Settings, Topic
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
        open_payments=len(still_open(vault)),
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


class Answers(NamedTuple):
    """What the service knows of the person."""

    accounts: AccountList
    points: PointsSummary
    person: Profile

    def keep(self, vault: Vault) -> None:
        """Write it into the vault."""
        with vault.transaction():
            vault.snapshots.save_accounts(self.accounts)
            vault.snapshots.save_points(self.points)
            vault.snapshots.save_profile(self.person, at=self.accounts.server_time)

    def post(self, board: Board) -> None:
        """Show it, and tell of what looks different."""
        fresh: dict[str, object] = {
            "accounts": tuple(self.accounts.accounts),
            "points": self.points,
            "person": self.person,
        }
        topics: tuple[Topic, ...] = ("accounts", "points", "person")
        changed = [
            topic
            for topic in topics
            if as_shown(getattr(board.snapshot, topic)) != as_shown(fresh[topic])
        ]
        board.post(*changed, as_of=self.accounts.server_time, **fresh)


async def everything(client: ServiceClient) -> Answers:
    """What the service knows of the person, asked for at once."""
    return Answers(*await asyncio.gather(client.accounts(), client.points(), client.me()))
