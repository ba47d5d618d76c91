"""The room of conversations: its parts, put together in one place."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncEngine

from app.server.config import Config
from app.server.http.metrics import Metrics
from app.server.http.tokens import TokenBook
from app.server.jobs.ticks import Ticks
from app.server.keys import ServiceKeys
from app.server.realtime.channels import MemoryChannels
from app.server.realtime.hub import Hub
from app.server.realtime.redis_channels import RedisChannels
from app.server.support.talk.attachments import Attachments
from app.server.support.talk.limits import Allowances
from app.server.support.talk.metrics import TalkMetrics
from app.server.support.talk.openings import forget_openings
from app.server.support.talk.routes import talk_routes
from app.server.support.talk.sending import Sending
from app.server.support.talk.service import Talk
from app.server.support.talk.stream import LOOK_SECONDS, Stream
from app.server.support.talk.watch import LOOK_SECONDS as WATCH_SECONDS
from app.server.support.talk.watch import Watch

_FORGET_SECONDS = 3600.0


class TalkRoom:
    """Conversations, the event stream, attachments, and the way to other nodes."""

    def __init__(
        self,
        engine: AsyncEngine,
        config: Config,
        keys: ServiceKeys,
        tokens: TokenBook,
        metrics: Metrics,
    ) -> None:
        """Put the parts together; nothing is opened yet."""
        self._engine = engine
        self._config = config
        self._metrics = TalkMetrics(metrics.registry)
        self.hub = Hub(
            RedisChannels(config.redis_url, config.service_id)
            if config.redis_url
            else MemoryChannels()
        )
        self.talk = Talk(engine, self.hub, keys.sealer, ZoneInfo(config.timezone))
        self.sending = Sending(self.talk)
        self.attachments = Attachments(self.talk, self.sending)
        self.stream = Stream(
            self.talk,
            self.sending,
            tokens,
            self._metrics,
            Allowances(limited=config.rate_limits),
        )
        several = engine.dialect.name == "postgresql" or config.workers > 1
        self.watch = Watch(self.talk, self.stream, several=several)

    def register(self, ticks: Ticks) -> None:
        """Let the room's rounds come round."""
        ticks.every(LOOK_SECONDS, "stream-look", self._look)
        ticks.every(WATCH_SECONDS, "talk-watch", self.watch.look)
        ticks.every(_FORGET_SECONDS, "forget-openings", self._forget)

    def routes(self) -> list[Any]:
        """What persons ask."""
        return talk_routes(self.talk, self.sending, self.attachments, self._config)

    async def start(self) -> None:
        """Open the channel and take messages."""
        await self.hub.channels.start()
        self.sending.start()

    async def stop(self) -> None:
        """Finish what waits, then let go."""
        await self.sending.stop()
        await self.talk.settled()
        await self.hub.channels.stop()

    async def _look(self) -> None:
        await self.stream.look()
        self._metrics.channel_up.set(self.hub.channels.state != "away")

    async def _forget(self) -> None:
        await forget_openings(self._engine, self.talk.clock())
