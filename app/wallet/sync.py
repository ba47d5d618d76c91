"""Movements from the service into the vault: the whole history once, then only what is new.

The newest page comes first, so a person sees today's movements at once; older pages follow behind
and go on after an interruption. What is newer than the first page is fetched by ``after``.
"""

from __future__ import annotations

from functools import partial

from app.protocol.messages.payments import ActivityPage, Movement
from app.sdk.client import ServiceClient
from app.wallet.line import Line
from app.wallet.snapshot import Board
from app.wallet.vault.stores.activity import ActivityRow
from app.wallet.vault.vault import Vault
from app.wallet.vault.worker import VaultWorker

_NEWEST = "activity newest"
_HISTORY = "activity history"
_WHOLE = "whole"
_PAGE = 200


class Syncer:
    """Fetches pages and writes each with its cursor in one transaction."""

    def __init__(self, worker: VaultWorker, line: Line, board: Board) -> None:
        self._worker = worker
        self._line = line
        self._board = board

    async def run(self) -> int:
        """Catch up, then go on with the history.

        Returns:
            How many movements were added or changed.

        Raises:
            KBeanError: why it stopped; what was fetched stays, the next run goes on from there.
        """
        self._board.post("network", syncing=True)
        try:
            newest = await self._cursor(_NEWEST)
            added = await self._first() if newest is None else await self._newer(int(newest))
            return added + await self._older()
        finally:
            self._board.post("network", syncing=False)

    async def _first(self) -> int:
        page = await self._line.ask(_fetch)
        newest = max((item.cursor_key for item in page.items), default=0)
        return await self._keep(page, newest=newest, history=page.next_cursor or _WHOLE)

    async def _newer(self, after: int) -> int:
        added = 0
        while True:
            since = after
            page = await self._line.ask(partial(_fetch, after=since))
            after = max((item.cursor_key for item in page.items), default=after)
            if after == since:
                return added
            added += await self._keep(page, newest=after)

    async def _older(self) -> int:
        added = 0
        while (cursor := await self._cursor(_HISTORY)) not in (None, _WHOLE):
            page = await self._line.ask(partial(_fetch, cursor=cursor))
            added += await self._keep(page, history=page.next_cursor or _WHOLE)
        return added

    async def _cursor(self, name: str) -> str | None:
        return await self._worker.run(lambda vault: vault.cursors.get(name))

    async def _keep(
        self, page: ActivityPage, *, newest: int | None = None, history: str | None = None
    ) -> int:
        def work(vault: Vault) -> int:
            with vault.transaction():
                changed = vault.activity.upsert(_row(vault, item) for item in page.items)
                if newest is not None:
                    vault.cursors.put(_NEWEST, str(newest))
                if history is not None:
                    vault.cursors.put(_HISTORY, history)
            return changed

        changed = await self._worker.run(work)
        if changed:
            self._board.post("activity")
        return changed


async def _fetch(
    client: ServiceClient, *, cursor: str | None = None, after: int | None = None
) -> ActivityPage:
    return await client.activity(cursor=cursor, after=after, limit=_PAGE)


def _row(vault: Vault, item: Movement) -> ActivityRow:
    stored = vault.receipts.for_payment(item.payment_id) if item.payment_id else None
    return ActivityRow.from_movement(item, receipt_id=stored.receipt.receipt_id if stored else None)
