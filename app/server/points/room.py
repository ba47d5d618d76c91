"""Wires the domain of K-Beans; what stands above it is handed in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from app.server.config import Config
from app.server.jobs.ticks import Ticks
from app.server.ledger.accounts import Directory
from app.server.ledger.writer import Writer
from app.server.points.catalogue import CatalogueBook
from app.server.points.notes import MerchantNames, Moved, Note
from app.server.points.office import PointOffice
from app.server.points.routes import point_routes
from app.server.points.rules import EarningRule
from app.server.points.shop import PointShop
from app.server.points.sweeps import Sweeps

_RULES_EVERY = 10.0
"""Seconds between two looks at the earning rules."""

_SWEEP_EVERY = 15.0
"""Seconds between two rounds of the clock."""


class PointsRoom:
    """K-Beans: the shop, the operator's office, the rounds of the clock."""

    def __init__(
        self,
        engine: AsyncEngine,
        writer: Writer,
        directory: Directory,
        config: Config,
        *,
        note: Note,
        merchant_names: MerchantNames,
        moved: Moved,
    ) -> None:
        """Put the parts together; ``moved`` is told whose K-Beans moved, after the commit."""
        self.catalogue = CatalogueBook(engine, writer, merchant_names)
        self.shop = PointShop(
            engine,
            writer,
            directory,
            self.catalogue,
            config,
            note=note,
            merchant_names=merchant_names,
        )
        self.office = PointOffice(engine, writer, directory, config)
        self.sweeps = Sweeps(engine, writer, directory, self.shop, note=note)
        self.shop.moved = self.sweeps.moved = moved
        self._limited = config.rate_limits

    def register(self, ticks: Ticks, learn: Callable[[tuple[EarningRule, ...]], None]) -> None:
        """Take part in the ticks; ``learn`` is told the earning rules as they are now."""

        async def look() -> None:
            learn(await self.office.rules())

        ticks.every(_RULES_EVERY, "earning-rules", look)
        ticks.every(_SWEEP_EVERY, "point-lots-expire", self.sweeps.expire_lots)
        ticks.every(_SWEEP_EVERY, "redemptions-release", self.sweeps.release_redemptions)
        ticks.every(_SWEEP_EVERY, "point-debts", self.sweeps.collect_debts)

    def routes(self) -> list[Any]:
        """What people and tills ask."""
        return point_routes(self.shop, self.catalogue, 60 if self._limited else None)
