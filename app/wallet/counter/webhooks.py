"""Where the merchant's own server is told of payments: set at the counter by a manager (C8)."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from app.protocol.errors import KBeanError
from app.protocol.messages.counter import Cashier
from app.protocol.messages.settlement import EVENTS, Delivery, Webhook, WebhookRequest
from app.wallet.counter.cashiers import may
from app.wallet.counter.road import Road

_LENGTHS = range(8, 501)


@dataclasses.dataclass(frozen=True, slots=True)
class Told:
    """The merchant's webhook, and the last things that were told.

    Attributes:
        hook: None where nobody is told. Its ``secret`` is filled right after it was made.
        deliveries: Newest first.
    """

    hook: Webhook | None
    deliveries: tuple[Delivery, ...]


class WebhookDesk:
    """Sets a merchant's webhook; everything in a manager's name."""

    def __init__(self, road: Road) -> None:
        self._road = road

    async def look(self, by: Cashier | None) -> Told:
        """Who is told, and what was.

        Raises:
            KBeanError: ``role_missing``, or why the service couldn't be asked.
        """
        _manager(by)
        try:
            hook = await self._road.call(lambda _: self._road.counter.webhook())
        except KBeanError as error:
            if error.code != "webhook_not_found":
                raise
            hook = None
        return Told(hook, await self._deliveries())

    async def put(self, by: Cashier | None, url: str, events: Iterable[str]) -> Webhook:
        """Tell this address of these events; a new address has a new secret, shown only now.

        Raises:
            KBeanError: ``role_missing``; ``webhook_invalid``: not an address that may be called,
                or no event; nothing was changed.
        """
        _manager(by)
        url, wanted = url.strip(), set(events)
        if len(url) not in _LENGTHS or not wanted:
            field = "events" if not wanted else "url"
            raise KBeanError("webhook_invalid", field=field, money="none")
        request = WebhookRequest(url, [event for event in EVENTS if event in wanted])
        return await self._road.call(lambda _: self._road.counter.put_webhook(request))

    async def remove(self, by: Cashier | None) -> None:
        """Tell nobody any more; what still waits is given up.

        Raises:
            KBeanError: ``role_missing``, or why the service couldn't be asked.
        """
        _manager(by)
        await self._road.call(lambda _: self._road.counter.delete_webhook())

    async def send_again(self, by: Cashier | None, delivery_id: str) -> tuple[Delivery, ...]:
        """Send an event again, byte for byte; the answer is the list as it is then.

        Raises:
            KBeanError: ``role_missing``, ``webhook_not_found``.
        """
        _manager(by)
        await self._road.call(lambda _: self._road.counter.replay(delivery_id))
        return await self._deliveries()

    async def _deliveries(self) -> tuple[Delivery, ...]:
        return tuple((await self._road.call(lambda _: self._road.counter.deliveries())).items)


def _manager(by: Cashier | None) -> None:
    if not may(by, "manager"):
        raise KBeanError("role_missing", params={"role": "manager"})
