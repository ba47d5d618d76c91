"""A merchant's webhook: where they are told, what they were told, telling it again."""

from __future__ import annotations

import secrets
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.protocol.errors import KBeanError
from app.protocol.ids import is_uuid7
from app.protocol.messages.settlement import Delivery, DeliveryList, Webhook, WebhookRequest
from app.server.config import Config
from app.server.db.engine import insert_of, reading, writing
from app.server.db.sealing import Sealer
from app.server.http.front import now_ms
from app.server.ledger.tables import accounts
from app.server.payments.settlement import webhook_rules as rules
from app.server.payments.settlement.tables import deliveries, webhook_marks, webhooks

_PAGE = 50


class WebhookBook:
    """Where merchants are told, and what."""

    def __init__(self, engine: AsyncEngine, sealer: Sealer, config: Config) -> None:
        """Wire the service."""
        self._engine = engine
        self._sealer = sealer
        self._demo = config.mode == "demo"

    async def put(self, merchant_id: str, request: WebhookRequest) -> Webhook:
        """Set the address; events from now on are told. The same address keeps its secret.

        Raises:
            KBeanError: ``webhook_invalid``.
        """
        rules.read_url(request.url, demo=self._demo)
        events = rules.check_events(request.events)
        secret = secrets.token_bytes(rules.SECRET_BYTES)
        sealed = self._sealer.seal(secret, secret_context(merchant_id))
        now = now_ms()
        async with writing(self._engine) as connection:
            before = await _find(connection, merchant_id)
            if before is None:
                fresh = await connection.execute(
                    insert_of(connection)(webhooks)
                    .values(
                        merchant_id=merchant_id,
                        url=request.url,
                        events=events,
                        secret=sealed,
                        created_at=now,
                    )
                    .on_conflict_do_nothing()
                )
                if not fresh.rowcount:
                    raise KBeanError("busy", "set twice at once", retry_after=1)
                await _mark(connection, merchant_id, now)
                return Webhook(request.url, events, now, rules.secret_text(secret))
            same = before.url == request.url
            values: dict[str, Any] = {"url": request.url, "events": events}
            if not same:
                values |= {"secret": sealed, "created_at": now}
            await connection.execute(
                sa.update(webhooks).where(webhooks.c.merchant_id == merchant_id).values(**values)
            )
        if same:
            return Webhook(request.url, events, before.created_at)
        return Webhook(request.url, events, now, rules.secret_text(secret))

    async def get(self, merchant_id: str) -> Webhook:
        """The address; the secret is not shown again.

        Raises:
            KBeanError: ``webhook_not_found``.
        """
        async with reading(self._engine) as connection:
            row = await _find(connection, merchant_id)
        if row is None:
            raise KBeanError("webhook_not_found")
        return Webhook(row.url, row.events, row.created_at)

    async def delete(self, merchant_id: str) -> None:
        """Tell nobody any more; what still waited is given up."""
        async with writing(self._engine) as connection:
            await connection.execute(
                sa.delete(webhook_marks).where(webhook_marks.c.merchant_id == merchant_id)
            )
            await connection.execute(
                sa.delete(webhooks).where(webhooks.c.merchant_id == merchant_id)
            )
            await connection.execute(
                sa.update(deliveries)
                .where(deliveries.c.merchant_id == merchant_id, deliveries.c.state == "waiting")
                .values(state="failed", next_at=None)
            )

    async def deliveries(self, merchant_id: str, before: str | None = None) -> DeliveryList:
        """What was told, newest first; ``before`` is the last id of the page above.

        Raises:
            KBeanError: ``validation_failed``.
        """
        if not is_uuid7(merchant_id):
            raise KBeanError("not_found", f"no such merchant: {merchant_id}")
        query = sa.select(deliveries).where(deliveries.c.merchant_id == merchant_id)
        if before is not None:
            if not is_uuid7(before):
                raise KBeanError("validation_failed", "not a delivery's id", field="before")
            query = query.where(deliveries.c.id < before)
        async with reading(self._engine) as connection:
            rows = await connection.execute(query.order_by(deliveries.c.id.desc()).limit(_PAGE))
            return DeliveryList([_shown(row) for row in rows], now_ms())

    async def failed(self, merchant_id: str) -> list[str]:
        """What was given up, oldest first."""
        if not is_uuid7(merchant_id):
            return []
        query = (
            sa.select(deliveries.c.id)
            .where(deliveries.c.merchant_id == merchant_id, deliveries.c.state == "failed")
            .order_by(deliveries.c.id)
        )
        async with reading(self._engine) as connection:
            return list(await connection.scalars(query))

    async def replay(self, merchant_id: str, delivery_id: str) -> Delivery:
        """Send an event again now, byte for byte and under its old id.

        Raises:
            KBeanError: ``webhook_not_found`` where there is no such delivery or no address.
        """
        if not is_uuid7(delivery_id) or not is_uuid7(merchant_id):
            raise KBeanError("webhook_not_found")
        async with writing(self._engine) as connection:
            if await _find(connection, merchant_id) is None:
                raise KBeanError("webhook_not_found", "nobody is told any more")
            changed = await connection.execute(
                sa.update(deliveries)
                .where(deliveries.c.id == delivery_id, deliveries.c.merchant_id == merchant_id)
                .values(state="waiting", next_at=now_ms(), tries=0)
                .returning(*deliveries.c)
            )
            row = changed.one_or_none()
        if row is None:
            raise KBeanError("webhook_not_found")
        return _shown(row)


def secret_context(merchant_id: str) -> str:
    """What a webhook's secret is sealed for."""
    return f"webhook.secret:{merchant_id}"


async def _find(connection: AsyncConnection, merchant_id: str) -> Any:
    query = sa.select(webhooks).where(webhooks.c.merchant_id == merchant_id)
    return (await connection.execute(query)).one_or_none()


async def _mark(connection: AsyncConnection, merchant_id: str, now: int) -> None:
    """Begin to follow where things stand now."""
    held = await connection.execute(
        sa.select(accounts.c.currency, accounts.c.version).where(
            accounts.c.owner == merchant_id, accounts.c.kind == "merchant"
        )
    )
    marks = [(f"money:{row.currency}", row.version) for row in held]
    for source, at in (*marks, ("others", now)):
        await connection.execute(
            sa.insert(webhook_marks).values(merchant_id=merchant_id, source=source, position=at)
        )


def _shown(row: Any) -> Delivery:
    return Delivery(
        delivery_id=row.id,
        event=row.event,
        created_at=row.created_at,
        state=row.state,
        tries=row.tries,
        next_at=row.next_at,
        status=row.status,
        payload=msgspec.json.decode(row.payload),
    )
