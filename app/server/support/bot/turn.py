"""One turn of the bot's: the steps of a plan, said and done in a conversation."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from app.protocol.messages.cards import AnswerCard, Choice, ContextCard, SuggestCard
from app.protocol.messages.support import Language
from app.server.support.bot import contexts
from app.server.support.bot.actions import Actions
from app.server.support.bot.flows import Answer, Hand, Offer, Plan, Say, Step, Suggest
from app.server.support.bot.library import Library
from app.server.support.bot.replies import Replies
from app.server.support.people.hours import Hours
from app.server.support.talk.change import Change


@dataclass(frozen=True, slots=True)
class Voice:
    """What the bot speaks with.

    Attributes:
        replies: Its own words.
        actions: What it can do.
        hours: When people answer.
        zone: Whose clock hours are told by.
    """

    replies: Replies
    actions: Actions
    hours: Hours
    zone: ZoneInfo

    def by_hours(self, language: Language, now: int, during: str, outside: str) -> str:
        """One sentence while people answer, another with the time at which they will."""
        if self.hours.is_open(now):
            return self.replies.say(language, during)
        opens = contexts.moment(language, self.hours.next_open(now), now, self.zone)
        return self.replies.say(language, outside, opens=opens)


@dataclass(frozen=True, slots=True)
class Turn:
    """In one transaction, in one conversation that is locked.

    Attributes:
        text: What the person said; a payment is looked for by it.
    """

    voice: Voice
    library: Library
    change: Change
    conv_id: str
    language: Language
    text: str = ""

    async def take(self, plan: Plan) -> int | None:
        """Take the steps; the number of the message that may be judged, else of the first."""
        judged: int | None = None
        for step in plan.steps:
            seq = await self.step(step, plan.topic)
            if judged is None or isinstance(step, Answer | Suggest):
                judged = seq
        return judged

    async def step(self, step: Step, topic: str) -> int | None:
        """Take one step; the number of its message, where it is one that says something."""
        match step:
            case Say():
                return await self.say(self.voice.replies.say(self.language, step.key))
            case Answer():
                return await self._answer(step.topic)
            case Suggest():
                return await self._suggest(step)
            case Offer():
                row = self.change.row(self.conv_id)
                await self.voice.actions.offer(self.change, row, step.action, self.text, topic)
            case Hand():
                await self._hand(step, topic)
        return None

    async def say(self, words: str) -> int:
        """A sentence of the bot's."""
        row = self.change.row(self.conv_id)
        bot = self.voice.actions.bot(row)
        return (await self.change.append(row, bot, "text", words)).seq

    async def _answer(self, topic: str) -> int | None:
        entry = self.library.entry(topic, self.language)
        if entry is None:
            return None
        row = self.change.row(self.conv_id)
        card = AnswerCard(entry.topic, entry.title, entry.version, list(entry.actions))
        bot = self.voice.actions.bot(row)
        return (await self.change.append(row, bot, "card", entry.body, card)).seq

    async def _suggest(self, step: Suggest) -> int:
        entries = (self.library.entry(topic, self.language) for topic in step.topics)
        card = SuggestCard([Choice(entry.topic, entry.title) for entry in entries if entry])
        row = self.change.row(self.conv_id)
        words = self.voice.replies.say(self.language, step.key)
        bot = self.voice.actions.bot(row)
        return (await self.change.append(row, bot, "card", words, card)).seq

    async def _hand(self, step: Hand, topic: str) -> None:
        now = self.change.now
        words = self.voice.by_hours(self.language, now, "handing_over", "handing_over_closed")
        await self.say(words)
        entry = self.library.entry(step.topic or topic, self.language)
        skill = entry.skill if entry else ""
        await self.change.give(self.change.row(self.conv_id), "queue", step.reason, skill=skill)

    async def explain(self, card: ContextCard) -> Plan:
        """What the person was looking at: the payment itself, what an error meant; what is next."""
        voice, row = self.voice, self.change.row(self.conv_id)
        if card.what == "payment":
            found = await voice.actions.payment(self.change.connection, row.user_id, card.ref)
            if found is not None:
                await self.change.append(row, voice.actions.bot(row), "card", card=found)
            words = contexts.payment_words(voice.replies, self.language, found, voice.zone)
            await self.say(words)
            return Plan("flow", ())
        if card.what == "error":
            words, topic = contexts.error_words(voice.replies, self.language, card)
            await self.say(words)
            return Plan("flow", (Answer(topic),) if topic else (), topic)
        key = f"{card.what}_context"
        await self.say(voice.replies.say(self.language, key, title=card.title or card.ref))
        return Plan("flow", ())
