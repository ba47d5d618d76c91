"""What is read of clocks while others are being written."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from app.protocol.ids import new_id
from app.server.db.engine import create_engine, dispose, writing
from app.server.support.cases.clock_book import ClockBook
from app.server.support.cases.tables import clock_events, clocks
from tests.databases import postgresql  # noqa: F401
from tests.server.support.cases.test_clocks import HOURS, NINE


class Interrupted:
    """A connection; something is committed by another one after its first statement."""

    def __init__(self, connection: Any, between: Any) -> None:
        self._connection = connection
        self._between = between

    async def execute(self, statement: Any) -> Any:
        answer = await self._connection.execute(statement)
        between, self._between = self._between, None
        if between is not None:
            await between()
        return answer


async def test_a_clock_that_starts_between_two_questions_is_not_half_seen(postgresql: str):  # noqa: F811
    engine, subject, book = create_engine(postgresql), new_id(), ClockBook(HOURS)

    async def start(metric: Any) -> None:
        async with writing(engine) as connection:
            kept = await book.load(connection, [subject])
            kept.start(subject, metric, cycle=1, target=600, at=NINE)
            await kept.save(connection)

    await start("first_response")
    async with engine.connect() as connection:
        late = Interrupted(connection, lambda: start("resolution"))
        seen = await book.views(late, [subject], NINE)  # type: ignore[arg-type]
        assert [clock.metric for clock in seen[subject]] == ["first_response"]
        # It was there for the second question.
        counted = sa.select(sa.func.count()).select_from(clocks.join(clock_events))
        assert await connection.scalar(counted) == 2
    await dispose(engine)
