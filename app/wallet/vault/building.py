"""Databases built beside the vault and put in its place: creation, migration, copies.

The slots file is the commit point: whatever is built here counts for nothing until
:meth:`~app.wallet.vault.layout.VaultLayout.save` names it (design/6: migrate a copy, then commit).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from app.wallet.vault.cipher import connect_to_work, inspect, integrity_holds
from app.wallet.vault.errors import DamagedVaultError
from app.wallet.vault.files import FileLock, create_private, move_into_place, private_folder
from app.wallet.vault.keyslots import VaultKey
from app.wallet.vault.layout import SlotsFile, VaultLayout
from app.wallet.vault.memory import forbid_core_dumps
from app.wallet.vault.schema import Step, missing_steps, take_steps


@contextmanager
def held_lock(layout: VaultLayout) -> Iterator[FileLock]:
    """Hold the vault's lock; it stays held when the block succeeds, and is freed when it fails."""
    forbid_core_dumps()  # from here on a key may be in memory
    private_folder(layout.folder)
    lock = FileLock(layout.lock)
    lock.acquire()
    try:
        yield lock
    except BaseException:
        lock.release()
        raise


def build_database(layout: VaultLayout, key: VaultKey, steps: tuple[Step, ...]) -> Path:
    """Make an empty database with all steps taken, closed and on the disk; nothing names it yet."""
    building = layout.new_database()
    create_private(building, ())
    with closing(connect_to_work(building, key)) as connection:
        take_steps(connection, steps)
    return finish_database(layout, building)


def finish_database(layout: VaultLayout, building: Path) -> Path:
    """Flush a finished database and give it its lasting name."""
    path = layout.final_name(building)
    move_into_place(building, path)
    return path


def open_database(
    layout: VaultLayout, slots: SlotsFile, key: VaultKey, steps: tuple[Step, ...]
) -> tuple[SlotsFile, Any]:
    """Look, open for work, migrate where steps are missing; then repair and tidy.

    Returns:
        The slots file as it is now and the open connection.
    """
    path = layout.folder / slots.database
    missing = missing_steps(inspect(path, key), steps)
    connection = connect_to_work(path, key)
    try:
        if missing:
            migrated = _migrate(layout, connection, key, missing)
            connection.close()
            connection = connect_to_work(migrated, key)
            slots = slots.naming(migrated.name)
            layout.save(slots)
        layout.heal(slots)
        layout.tidy(slots.database)
    except BaseException:
        connection.close()
        raise
    return slots, connection


def _migrate(layout: VaultLayout, connection: Any, key: VaultKey, steps: tuple[Step, ...]) -> Path:
    """Take the missing steps on a copy; the original counts until the slots file names the copy."""
    building = layout.new_database()
    try:
        copy_database(connection, building)
        with closing(connect_to_work(building, key)) as copy:
            take_steps(copy, steps)
            if not integrity_holds(copy):
                raise DamagedVaultError
        return finish_database(layout, building)
    finally:
        building.unlink(missing_ok=True)


def copy_database(connection: Any, path: Path) -> None:
    """Write a compact copy under the same key and salt, as the database is at this moment."""
    create_private(path, ())
    connection.execute("VACUUM INTO ?", (str(path),))
