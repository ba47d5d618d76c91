"""The till's calls without asyncio, for a merchant's own program.

::

    with Till("https://pay.example.org", terminal_id, key) as till:
        order = till.create_order("2026-000123", 2370, "CNY", subject="Coffee")
        show_as_qr(order.code)
        order = till.wait_until_paid(order.order_id)
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from types import TracebackType
from typing import Any, TypeVar

from app.protocol.messages.payments import Order
from app.sdk.till import TillClient

T = TypeVar("T")


class Till:
    """A synchronous face over :class:`TillClient`; safe to use from several threads.

    Every method raises what its counterpart raises. Close it (or use ``with``) when done.
    """

    def __init__(
        self, address: str, terminal_id: str, key: str, *, ca_file: str | None = None
    ) -> None:
        """Take plain settings, see :meth:`TillClient.connect`; nothing is sent yet."""
        self._client = TillClient.connect(address, terminal_id, key, ca_file=ca_file)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(
            target=self._loop.run_forever, name="kbean-till", daemon=True
        )
        self._thread.start()

    def create_order(
        self,
        out_trade_no: str,
        amount: int,
        currency: str,
        *,
        subject: str = "",
        expires_in: int = 300,
        key: str | None = None,
    ) -> Order:
        """See :meth:`TillClient.create_order`."""
        return self._run(
            self._client.create_order(
                out_trade_no, amount, currency, subject=subject, expires_in=expires_in, key=key
            )
        )

    def order(self, order_id: str) -> Order:
        """See :meth:`TillClient.order`."""
        return self._run(self._client.order(order_id))

    def find_order(self, out_trade_no: str) -> Order | None:
        """See :meth:`TillClient.find_order`."""
        return self._run(self._client.find_order(out_trade_no))

    def cancel_order(self, order_id: str) -> Order:
        """See :meth:`TillClient.cancel_order`."""
        return self._run(self._client.cancel_order(order_id))

    def wait_until_paid(
        self, order_id: str, *, timeout_seconds: float = 300.0, every: float = 3.0
    ) -> Order:
        """See :meth:`TillClient.wait_until_paid`."""
        return self._run(
            self._client.wait_until_paid(order_id, timeout_seconds=timeout_seconds, every=every)
        )

    def close(self) -> None:
        """Close the connections and end the thread; harmless when called twice."""
        if self._loop.is_closed():
            return
        self._run(self._client.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()

    def __enter__(self) -> Till:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()
