"""The days of a plan, as the service will count them (messages/transfers.py, PlanIntent)."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator
from itertools import count, islice
from typing import Literal

from dateutil.relativedelta import relativedelta

Unit = Literal["once", "day", "week", "month", "year"]


@dataclasses.dataclass(frozen=True, slots=True)
class Schedule:
    """When a plan pays.

    Attributes:
        first_on: Day of the first payment.
        unit: ``once`` for a single payment later.
        every: Every so many units.
        times: How often at most; None without end.
    """

    first_on: dt.date
    unit: Unit = "month"
    every: int = 1
    times: int | None = None

    def days(self) -> Iterator[dt.date]:
        """All days, in order. The 31st is the last day of a shorter month.

        Each is counted from the first one, so that a plan of the 31st returns to it.
        """
        most = 1 if self.unit == "once" else self.times
        numbers = count() if most is None else range(most)
        for number in numbers:
            try:
                yield self._day(number * self.every)
            except (OverflowError, ValueError):
                return

    def next_days(self, many: int, since: dt.date | None = None) -> list[dt.date]:
        """The first so many days, or the first from a day on."""
        days = (day for day in self.days() if since is None or day >= since)
        return list(islice(days, many))

    def _day(self, steps: int) -> dt.date:
        units = {
            "once": relativedelta(),
            "day": relativedelta(days=steps),
            "week": relativedelta(weeks=steps),
            "month": relativedelta(months=steps),
            "year": relativedelta(years=steps),
        }
        return self.first_on + units[self.unit]
