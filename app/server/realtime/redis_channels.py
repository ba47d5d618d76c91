"""Channels through Redis: publish and subscribe, and who is where.

Redis may restart at any time. A node notices within seconds (its own beat no longer comes back),
says ``away`` meanwhile, and tries again; what was published in between is lost here and made good
from the database by whoever looks at :attr:`RedisChannels.losses`.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Collection
from typing import Any, cast

import msgspec
import structlog
from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from app.protocol.ids import new_id
from app.server.realtime.channels import Arrived, State

_log = structlog.get_logger("channels")

BEAT_SECONDS = 1.0
SILENT_SECONDS = 4.0
"""Without its own beat for so long a node takes the channel for broken."""

WAITING_MAX = 20_000
"""Frames that may wait for Redis; beyond that the oldest are dropped (the database has them)."""

PACK_MAX = 500
HERE_SECONDS = 30
"""How long a node that died is still believed to hold its listeners."""

_PAUSES = (0.1, 0.2, 0.5, 1.0)

_FAILURES = (RedisError, OSError, TimeoutError, EOFError)

_Word = tuple[str, tuple[str, ...], bytes]
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(tuple[str, list[_Word]]).decode


class RedisChannels:
    """See :class:`app.server.realtime.channels.Channels`."""

    def __init__(self, url: str, service_id: str) -> None:
        """Prepare; ``url`` is ``redis://`` or ``rediss://``, one database for all nodes."""
        self.state: State = "away"
        self.losses = 0
        self._node = new_id()
        self._prefix = f"kbean:{service_id}"
        self._channel = f"{self._prefix}:frames"
        # One try at a time: a silent reconnection would hide that something was missed.
        self._redis: Redis = Redis.from_url(
            url,
            retry=Retry(NoBackoff(), 0),
            socket_connect_timeout=3,
            socket_timeout=5,
            socket_keepalive=True,
        )
        self._arrived: Arrived | None = None
        self._waiting: deque[_Word] = deque(maxlen=WAITING_MAX)
        self._wake = asyncio.Event()
        self._mine: set[str] = set()
        self._moved: dict[str, bool] = {}
        self._heard = 0.0
        self._tasks: list[asyncio.Task[None]] = []

    def attach(self, arrived: Arrived) -> None:
        """See :class:`Channels`."""
        self._arrived = arrived

    def publish(self, word: str, addresses: tuple[str, ...], payload: bytes) -> None:
        """See :class:`Channels`; while Redis is away nothing is kept for it."""
        if self.state == "up":
            self._waiting.append((word, addresses, payload))
            self._wake.set()

    def here(self, address: str, *, listening: bool) -> None:
        """See :class:`Channels`."""
        if listening:
            self._mine.add(address)
        else:
            self._mine.discard(address)
        self._moved[address] = listening
        self._wake.set()

    async def elsewhere(self, addresses: Collection[str]) -> set[str]:
        """See :class:`Channels`; while Redis is away nobody is known elsewhere."""
        wanted = list(addresses)
        if not wanted or self.state != "up":
            return set()
        found: set[str] = set()
        try:
            nodes = await cast(
                "Awaitable[set[bytes]]", self._redis.smembers(f"{self._prefix}:nodes")
            )
            for node in nodes:
                if node.decode() == self._node:
                    continue
                key = f"{self._prefix}:here:{node.decode()}"
                marks = await cast("Awaitable[list[int]]", self._redis.smismember(key, wanted))
                found.update(a for a, there in zip(wanted, marks, strict=True) if there)
        except _FAILURES:
            return set()
        return found

    async def start(self) -> None:
        """See :class:`Channels`."""
        self._tasks = [
            asyncio.create_task(self._listen(), name="redis-listen"),
            asyncio.create_task(self._send(), name="redis-send"),
            asyncio.create_task(self._beat(), name="redis-beat"),
        ]

    async def stop(self) -> None:
        """See :class:`Channels`."""
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with contextlib.suppress(asyncio.CancelledError):
                await task
        if self.state == "up":
            with contextlib.suppress(*_FAILURES):
                await self._redis.delete(self._here_key)
        await self._redis.aclose()

    @property
    def _here_key(self) -> str:
        return f"{self._prefix}:here:{self._node}"

    # --- hearing

    async def _listen(self) -> None:
        tries = 0
        while True:
            pubsub = self._redis.pubsub()
            try:
                await pubsub.subscribe(self._channel)
                await self._hear(pubsub)
            except _FAILURES as error:
                tries = 0 if self.state == "up" else tries + 1
                self._lost(type(error).__name__)
            finally:
                with contextlib.suppress(*_FAILURES):
                    await pubsub.aclose()  # type: ignore[no-untyped-call]
            await asyncio.sleep(_PAUSES[min(tries, len(_PAUSES) - 1)])

    async def _hear(self, pubsub: PubSub) -> None:
        loop = asyncio.get_running_loop()
        self._heard = loop.time()
        while True:
            told: dict[str, Any] | None = await pubsub.get_message(timeout=BEAT_SECONDS)
            if told is not None and told["type"] == "subscribe":
                self._found()
            elif told is not None and told["type"] == "message":
                self._heard = loop.time()
                self._take(told["data"])
            elif loop.time() - self._heard > SILENT_SECONDS:
                raise TimeoutError

    def _take(self, data: bytes) -> None:
        node, words = _decode(data)
        if node != self._node and self._arrived is not None:
            for word, addresses, payload in words:
                self._arrived(word, addresses, payload)

    def _found(self) -> None:
        if self.state == "away":
            self.state = "up"
            self.losses += 1
            self._moved = dict.fromkeys(self._mine, True)
            self._wake.set()
            _log.info("channel.up")

    def _lost(self, reason: str) -> None:
        if self.state == "up":
            self.state = "away"
            self._waiting.clear()
            _log.warning("channel.away", reason=reason)

    # --- telling

    async def _send(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            if self.state != "up":
                continue
            try:
                await self._tell_where()
                while self._waiting:
                    size = min(len(self._waiting), PACK_MAX)
                    await self._publish([self._waiting.popleft() for _ in range(size)])
            except _FAILURES as error:
                # The listener finds out too, and later that it is back.
                _log.info("channel.send_failed", reason=type(error).__name__)

    async def _publish(self, words: list[_Word]) -> None:
        await self._redis.publish(self._channel, _encode((self._node, words)))

    async def _tell_where(self) -> None:
        if not self._moved:
            return
        moved, self._moved = self._moved, {}
        async with self._redis.pipeline(transaction=False) as pipe:
            came = [address for address, there in moved.items() if there]
            went = [address for address, there in moved.items() if not there]
            if came:
                pipe.sadd(self._here_key, *came)
            if went:
                pipe.srem(self._here_key, *went)
            pipe.expire(self._here_key, HERE_SECONDS)
            pipe.sadd(f"{self._prefix}:nodes", self._node)
            pipe.expire(f"{self._prefix}:nodes", HERE_SECONDS * 2)
            await pipe.execute()

    async def _beat(self) -> None:
        """Publish to ourselves, so that silence means something; keep our place alive."""
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            if self.state != "up":
                continue
            try:
                await self._publish([])
                await self._redis.expire(self._here_key, HERE_SECONDS)
                await self._redis.expire(f"{self._prefix}:nodes", HERE_SECONDS * 2)
            except _FAILURES as error:
                _log.info("channel.beat_failed", reason=type(error).__name__)
