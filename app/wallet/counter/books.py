"""The stores of an open counter vault, made on its database."""

from __future__ import annotations

from typing import NamedTuple

from app.wallet.counter.stores.sales import Refunds, Sales
from app.wallet.counter.stores.shifts import AcceptedCodes, Prices, Shifts
from app.wallet.vault.stores.small import Secrets, Settings
from app.wallet.vault.vault import Vault


class Books(NamedTuple):
    """What the counter keeps; see each store."""

    settings: Settings
    secrets: Secrets
    sales: Sales
    refunds: Refunds
    shifts: Shifts
    prices: Prices
    accepted: AcceptedCodes


def books(vault: Vault) -> Books:
    """The stores on an open vault; cheap."""
    database = vault.database
    return Books(
        settings=vault.settings,
        secrets=vault.secrets,
        sales=Sales(database),
        refunds=Refunds(database),
        shifts=Shifts(database),
        prices=Prices(database),
        accepted=AcceptedCodes(database),
    )
