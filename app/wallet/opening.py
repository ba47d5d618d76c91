"""What the vault shows at once when it opens."""

from __future__ import annotations

from typing import NamedTuple

from app.protocol.messages.identity import Profile, ServiceInfo
from app.protocol.messages.payments import AccountList, PointsSummary
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
