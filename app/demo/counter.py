"""The demo's counter: people with known PINs, and the file that sets a till up."""

from __future__ import annotations

from pathlib import Path

import msgspec

from app.demo.organisation import Organisation
from app.protocol.errors import KBeanError
from app.protocol.messages.counter import CashierRole, CounterSetup
from app.server.main import Service

CASHIERS: tuple[tuple[str, str, CashierRole, str], ...] = (
    ("1", "林婷", "cashier", "1111"),
    ("2", "周明", "supervisor", "2222"),
    ("3", "何静", "manager", "3333"),
)
"""Number, name, role, PIN."""
FILE = "counter.json"
PROFILE = "till"


async def hire(service: Service, organisation: Organisation) -> None:
    """Give the first shop its cashiers, where they aren't there yet."""
    if not organisation.merchants:
        return  # a profile kept from a time before counters
    merchant_id = organisation.merchants[0]
    for number, name, role, pin in CASHIERS:
        try:
            await service.counter.add(merchant_id, number, name, role, pin)
        except KBeanError as error:
            if error.code != "cashier_taken":
                raise


def write_file(folder: Path, url: str, organisation: Organisation) -> Path:
    """Write the file that sets the first shop's till up; its path."""
    terminal_id, key = organisation.terminals[0]
    path = folder / FILE
    path.touch(mode=0o600)
    path.write_bytes(msgspec.json.encode(CounterSetup(url, terminal_id, key)))
    return path


def how_to_open(folder: Path, file: Path) -> list[str]:
    """What to type, and who can sign in."""
    people = " · ".join(f"{number} {name} (PIN {pin})" for number, name, _, pin in CASHIERS)
    profile = folder / PROFILE
    return [
        f"kbean counter --profile {profile} --set-up {file}",
        f"choose any passphrase, then sign in: {people}",
    ]
