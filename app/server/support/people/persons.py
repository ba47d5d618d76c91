"""What a person asks of people: are they there, talk to one, give back to the bot."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from app.protocol.errors import KBeanError
from app.protocol.messages.support import Conversation, Language, SupportInfo
from app.server.config import Config
from app.server.support.people.hours import Hours
from app.server.support.people.queue import Queue
from app.server.support.talk.change import Change
from app.server.support.talk.rows import ConversationRow
from app.server.support.talk.service import Talk

_WEEK_MS = 7 * 86_400_000


class Persons:
    """The person's side of people's work."""

    def __init__(self, talk: Talk, queue: Queue, hours: Hours, config: Config) -> None:
        """Use the queue and the hours; ``config`` names hotline and social links."""
        self._talk = talk
        self._queue = queue
        self._hours = hours
        self._config = config
        self.about: Callable[[], Mapping[str, Any]] = dict
        """What other rooms have to say in :class:`SupportInfo` (``bot``)."""

    async def info(self, user_id: str, language: Language) -> SupportInfo:
        """Who answers when, what to expect; whoever waits is told their place again."""
        now = self._talk.clock()
        outlook = await self._queue.outlook(user_id, language)
        return SupportInfo(
            open_now=self._hours.is_open(now),
            spans=self._hours.spans(now, now + _WEEK_MS),
            timezone=self._hours.timezone,
            waiting=outlook.waiting,
            agents_online=outlook.agents_online,
            server_time=now,
            wait_seconds=outlook.wait_seconds,
            hotline=self._config.hotline,
            social=list(self._config.social),
            # Where letters aren't fetched, none becomes a conversation.
            email=self._config.mail_address if self._config.imap_url else "",
            **self.about(),
        )

    async def ask_human(self, user_id: str, conv_id: str) -> Conversation:
        """Let a person answer from now on; harmless where one does already.

        Raises:
            KBeanError: ``conversation_not_found``, ``conversation_closed``.
        """
        async with self._talk.change() as change:
            row = await self._own(change, user_id, conv_id)
            _must_be_open(row)
            if row.owner == "bot":
                await change.give(row, "queue", "asked", skill=row.skill)
            return change.row(conv_id).shown()

    async def back_to_bot(self, user_id: str, conv_id: str) -> Conversation:
        """Let the bot answer again; harmless where it does already.

        Raises:
            KBeanError: ``conversation_not_found``, ``conversation_closed``.
        """
        async with self._talk.change() as change:
            row = await self._own(change, user_id, conv_id)
            _must_be_open(row)
            if row.owner != "bot":
                await change.give(row, "bot", "returned")
            return change.row(conv_id).shown()

    async def _own(self, change: Change, user_id: str, conv_id: str) -> ConversationRow:
        row = await change.conversation(conv_id)
        if row.kind != "person" or row.user_id != user_id:
            raise KBeanError("conversation_not_found")
        return row


def _must_be_open(row: ConversationRow) -> None:
    if row.owner == "nobody":
        raise KBeanError("conversation_closed")
