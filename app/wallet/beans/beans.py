"""K-Beans in use: what they can be exchanged for, what was, and what is left of it.

One :class:`Beans` stands beside the session as ``session.beans``. Lists are read from the vault at
once and work without a network. A redemption is written down before it is sent and repeated under
the same key until its end is known, so it happens once or never. What changed is told by the
session's observers: topic ``"shop"``.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
from collections.abc import Callable
from functools import partial

import msgspec

from app.protocol.errors import KBeanError
from app.protocol.ids import new_id
from app.protocol.messages.payments import ExpiryWarning
from app.protocol.messages.points import (
    Catalogue,
    Coupon,
    CouponList,
    Deductions,
    Item,
    RedeemRequest,
    Redemption,
    RedemptionList,
)
from app.sdk.client import ServiceClient
from app.sdk.points import PointShop
from app.wallet.beans import warnings
from app.wallet.changes import Unsubscribe
from app.wallet.intents import NOTICES
from app.wallet.line import Line
from app.wallet.parts import Spawn
from app.wallet.snapshot import Board, Network, Notice, Topic
from app.wallet.vault.errors import VaultError
from app.wallet.vault.stores.intents import Intent
from app.wallet.vault.vault import Vault
from app.wallet.vault.worker import VaultWorker

KIND = "redemption"
"""What the vault's journal calls a redemption on its way."""

TOPICS = frozenset({"shop", "points"})
_TOLD = "beans told"
_PATIENCE = 12.0
_GLANCE = 5.0
"""Seconds a person with a payment in front of them waits to hear of deductions."""


@dataclasses.dataclass(frozen=True, slots=True)
class BeansState:
    """What the K-Beans page shows besides balance and lots.

    Attributes:
        items: What is offered, cheapest first.
        coupons: Open ones first, soonest expiry first.
        redemptions: Newest first.
        under_way: Redemptions without an answer yet.
        as_of: When the service said so; None never.
    """

    items: tuple[Item, ...] = ()
    coupons: tuple[Coupon, ...] = ()
    redemptions: tuple[Redemption, ...] = ()
    under_way: int = 0
    as_of: int | None = None


class Beans:
    """The person's side of the shop."""

    def __init__(
        self,
        worker: VaultWorker,
        line: Line,
        board: Board,
        *,
        spawn: Spawn,
        refresh_soon: Callable[[], None],
    ) -> None:
        """Put it together; nothing happens before :meth:`opened`.

        Args:
            worker: The vault's thread.
            line: The way to the service.
            board: Whose observers hear of changes.
            spawn: Runs something to its end or to the lock.
            refresh_soon: K-Beans moved: the balance wants to be asked for.
        """
        self._worker = worker
        self._line = line
        self._board = board
        self._spawn = spawn
        self._refresh_soon = refresh_soon
        self._state = BeansState()
        self._stir = asyncio.Event()
        self._behind = False
        self._keeping: asyncio.Task[None] | None = None
        self._attended: set[str] = set()
        self._deaf: Unsubscribe | None = None

    @property
    def state(self) -> BeansState:
        """What is known; may be read from any thread."""
        return self._state

    # --- with the session

    async def opened(self) -> None:
        """The vault is open: show what it holds."""
        self._deaf = self._board.observers.add(self._observer())
        await self._look()

    def start(self) -> None:
        """Signed in: ask what is offered, and how unanswered redemptions ended."""
        if self._keeping is None or self._keeping.done():
            self._keeping = self._spawn(self._keep_current())
        self.told(set(TOPICS))

    def told(self, topics: set[str]) -> None:
        """The shop, a coupon or a redemption changed."""
        if topics & TOPICS:
            self._behind = True
            self._stir.set()

    def stopped(self) -> None:
        """Locked: nothing is known any more."""
        if self._deaf is not None:
            self._deaf()
            self._deaf = None
        self._state = BeansState()
        self._behind = False
        self._attended.clear()

    # --- asking

    async def refresh(self) -> None:
        """Fetch catalogue, coupons and redemptions now.

        Raises:
            KBeanError: why it couldn't be done; what is known stays.
        """
        catalogue, coupons, redemptions = await self._line.ask(_everything)

        def work(vault: Vault) -> None:
            with vault.transaction():
                for name, paper in (
                    ("catalogue", catalogue),
                    ("coupons", coupons),
                    ("redemptions", redemptions),
                ):
                    vault.papers.put("shop", name, paper, at=paper.server_time)

        await self._worker.run(work)
        await self._look()

    async def deductions(self, merchant_id: str, amount: int, currency: str) -> Deductions:
        """What K-Beans and coupons could settle of a payment; moves nothing.

        Raises:
            KBeanError: ``service_*``, ``merchant_closed`` …
        """
        return await self._line.ask(
            lambda client: PointShop(client).deductions(merchant_id, amount, currency),
            patience=_GLANCE,
        )

    # --- doing

    async def redeem(self, item_id: str) -> Redemption:
        """Give K-Beans for something. On the disk before it is sent, and sent until it is known.

        Raises:
            KBeanError: the refusal (no K-Bean moved), or ``service_*`` with ``money`` unknown: it
                is asked for again by itself and stands in the list when it has happened.
            VaultError: the disk refused; nothing was sent.
        """
        row = Intent(
            key=new_id(),
            kind=KIND,
            body=msgspec.json.encode(RedeemRequest(item_id)),
            signature="",
            created_at=self._line.clock.time_ms(),
            state="sent",
        )
        self._attended.add(row.key)
        try:
            await self._worker.run(lambda vault: vault.intents.write(row))
            return await self._send(row)
        finally:
            self._attended.discard(row.key)
            await self._look()

    async def cancel(self, redemption_id: str) -> Redemption:
        """Give a reserved gift back; the K-Beans are free again.

        Raises:
            KBeanError: ``redemption_ended`` where it was handed over or has run out.
        """
        answer = await self._line.ask(lambda client: PointShop(client).cancel(redemption_id))
        self.told({"shop"})
        self._refresh_soon()
        return answer

    async def settle(self) -> None:
        """Send every redemption without an answer again; the same key has the same end.

        Raises:
            KBeanError: the service can't be asked.
        """
        for row in await self._worker.run(lambda vault: vault.intents.unfinished(KIND)):
            if row.key in self._attended:
                continue
            try:
                await self._send(row)
            except KBeanError as error:
                if error.money == "unknown":
                    raise
            await self._look()

    # --- pieces

    async def _send(self, row: Intent) -> Redemption:
        item_id = msgspec.json.decode(row.body, type=RedeemRequest).item_id
        now = self._line.clock.time_ms()
        try:
            answer = await self._line.ask(
                lambda client: PointShop(client).redeem(row.key, item_id), patience=_PATIENCE
            )
        except KBeanError as error:
            if error.money == "unknown":
                await self._worker.run(
                    lambda vault: vault.intents.mark_unknown(row.key, checked_at=now)
                )
                raise
            problem = msgspec.json.encode(error.problem())
            await self._worker.run(
                lambda vault: vault.intents.finish(row.key, "refused", problem, checked_at=now)
            )
            raise
        raw = msgspec.json.encode(answer)
        await self._worker.run(
            lambda vault: vault.intents.finish(row.key, "settled", raw, checked_at=now)
        )
        self.told({"shop"})
        self._refresh_soon()
        return answer

    async def _keep_current(self) -> None:
        """Whenever something stirs: warn, settle, and fetch what is behind."""
        while True:
            self._stir.clear()
            with contextlib.suppress(KBeanError, VaultError):
                await self._warn()
                await self.settle()
                if self._behind:
                    self._behind = False
                    await self.refresh()
            await self._stir.wait()

    async def _look(self) -> None:
        state = await self._worker.run(_state)
        if state != self._state:
            self._state = state
            self._board.post("shop")

    def _observer(self) -> Callable[[frozenset[Topic]], None]:
        """Hears of K-Beans that are about to expire, and of the network when it comes back."""
        before = Network.UNKNOWN

        def observe(topics: frozenset[Topic]) -> None:
            nonlocal before
            network = self._board.snapshot.network
            if network is Network.ONLINE and before is not Network.ONLINE:
                self._behind = True
                self._stir.set()
            before = network
            if "points" in topics:
                self._stir.set()

        return observe

    async def _warn(self) -> None:
        """Turn warnings that nobody has heard yet into notices, in one piece of work."""
        points = self._board.snapshot.points
        if points is None or not points.warnings:
            return
        work = partial(_told_of, found=points.warnings, at=self._line.clock.time_ms())
        kept = await self._worker.run(work)
        if kept is not None:
            self._board.post("notices", notices=kept)


async def _everything(client: ServiceClient) -> tuple[Catalogue, CouponList, RedemptionList]:
    shop = PointShop(client)
    return await asyncio.gather(shop.items(), shop.coupons(), shop.redemptions())


def _state(vault: Vault) -> BeansState:
    catalogue = vault.papers.get("shop", "catalogue", Catalogue)
    coupons = vault.papers.get("shop", "coupons", CouponList)
    redemptions = vault.papers.get("shop", "redemptions", RedemptionList)
    items = sorted(catalogue.items, key=lambda item: item.beans) if catalogue else ()
    return BeansState(
        tuple(items),
        tuple(coupons.items) if coupons else (),
        tuple(redemptions.items) if redemptions else (),
        len(vault.intents.unfinished(KIND)),
        catalogue.server_time if catalogue else None,
    )


def _told_of(vault: Vault, found: list[ExpiryWarning], at: int) -> tuple[Notice, ...] | None:
    """Write down what was told and the notices that tell it; None where nothing is new."""
    told = vault.settings.get(_TOLD, warnings.Told, warnings.Told())
    fresh = warnings.news(found, told)
    if not fresh:
        return None
    made = [warnings.notice_of(one, notice_id=new_id(), at=at) for one in fresh]
    kept = warnings.with_news(vault.settings.get(NOTICES, tuple[Notice, ...], ()), made)
    with vault.transaction():
        steps = ((one.expires_at, one.days) for one in fresh)
        vault.settings.put(_TOLD, told.with_steps(steps))
        vault.settings.put(NOTICES, kept)
    return kept
