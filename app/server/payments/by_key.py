"""What became of a signed intent: how a wallet asks after a lost answer (design/3 §Idempotency).

The same for payments, transfers and pre-authorisations: the kept answer of the key, then the row
that the key made (an empty kept answer says that the body stands there); with a fence nothing can
become of it afterwards.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from app.protocol.errors import KBeanError
from app.server.db.engine import reading
from app.server.http.access import checked_key
from app.server.ledger.plan import Answer, Draft, Idempotency, Plan, PlanWriter
from app.server.ledger.tables import idempotency_keys

FindDocument = Callable[[str, str], Awaitable[bytes | None]]
"""(person, key) → what the key made, as JSON; None where it made nothing."""


class ByKey:
    """Answers by key for one route."""

    def __init__(
        self,
        engine: AsyncEngine,
        writer: PlanWriter,
        *,
        route: str,
        not_found: str,
        document: FindDocument,
    ) -> None:
        """Wire it; ``not_found`` is the code of a key that made nothing."""
        self._engine = engine
        self._writer = writer
        self._route = route
        self._not_found = not_found
        self._document = document

    async def is_answered(self, person: str, key: str) -> bool:
        """Whether a request with this key has its final answer already."""
        return await self._kept(person, key) is not None

    async def find(self, person: str, key: str, *, fence: bool) -> bytes:
        """What became of a key; with ``fence`` nothing can become of it afterwards.

        Raises:
            KBeanError: the route's "not found": money ``unknown`` while the request may still be
                under way, ``not_moved`` where it was refused or is fenced off now (the refusal's
                code is in params ``refused``).
        """
        checked_key(key)
        if fence:
            answer = await self._writer.submit(
                Plan(decide=self._never, idempotency=Idempotency(person, self._route, key, None))
            )
            self._check(answer.status, answer.body)
            return answer.body or await self._made(person, key)
        kept = await self._kept(person, key)
        if kept is None:
            return await self._made(person, key)
        self._check(kept.status, kept.answer)
        body: bytes = kept.answer
        return body or await self._made(person, key)

    async def whole(self, person: str, key: str, answer: Answer) -> Answer:
        """A replayed answer with its body, where that is kept in the row that the key made."""
        if answer.body:
            return answer
        return Answer(answer.status, await self._made(person, key), replayed=True)

    async def _made(self, person: str, key: str) -> bytes:
        found = await self._document(person, key)
        if found is None:
            raise KBeanError(self._not_found, money="unknown")
        return found

    async def _kept(self, person: str, key: str) -> Any:
        async with reading(self._engine) as connection:
            return (
                await connection.execute(
                    sa.select(idempotency_keys.c.status, idempotency_keys.c.answer).where(
                        idempotency_keys.c.key == key,
                        idempotency_keys.c.principal == person,
                        idempotency_keys.c.route == self._route,
                    )
                )
            ).one_or_none()

    def _never(self, _draft: Draft) -> Answer:
        raise KBeanError(self._not_found, "fenced off", money="not_moved")

    def _check(self, status: int, body: bytes) -> None:
        """Refuse the asker by key as the request was refused."""
        if status < 400:
            return
        code = str(msgspec.json.decode(body).get("code", ""))
        params: dict[str, str | int] = {} if code == self._not_found else {"refused": code}
        raise KBeanError(self._not_found, money="not_moved", params=params)


def raise_refusal(answer: Answer) -> None:
    """Raise what a plan without a key was refused with."""
    if answer.status >= 400:
        problem = msgspec.json.decode(answer.body)
        raise KBeanError(
            problem["code"],
            problem.get("detail", ""),
            retry_after=problem.get("retry_after"),
            params=problem.get("params"),
        )
