"""The bot in a conversation: hears what is asked, answers once, is silent while a person owns it.

What was asked is written down in the asking message's own transaction (``bot_questions``, state
``due``); whoever answers holds the conversation's lock and marks it answered in the answer's
transaction. So a node may die in between: the tick of any other finds what is due, and nobody
answers twice.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from app.protocol.errors import KBeanError
from app.protocol.messages.cards import ActionCard, ContextCard, OwnerEvent, SuggestCard
from app.protocol.messages.support import Judgement, Message
from app.server.db.engine import reading
from app.server.db.sealing import Sealer
from app.server.http.tokens import Principal
from app.server.support.bot import flows, rules
from app.server.support.bot.flows import Plan, Say
from app.server.support.bot.library import Guess, Library
from app.server.support.bot.shelf import Shelf
from app.server.support.bot.tables import bot_questions
from app.server.support.bot.turn import Turn, Voice
from app.server.support.talk.change import Change
from app.server.support.talk.rows import ConversationRow, open_message
from app.server.support.talk.service import SEQ_MAX, Talk
from app.server.support.talk.tables import messages

LOOK_SECONDS = 2.0
"""How often a node looks for questions that another one left behind."""

PATIENCE_MS = 1_500
"""How long the node that heard a question is left alone with it."""


class Bot:
    """A listener of talk's; main.py registers it and its ticks."""

    def __init__(
        self,
        talk: Talk,
        shelf: Shelf,
        voice: Voice,
        sealer: Sealer,
        *,
        speaks: bool,
    ) -> None:
        """Wire it.

        Args:
            talk: Conversations.
            shelf: What it knows.
            voice: What it speaks with.
            sealer: Seals the questions it keeps for the authors.
            speaks: False: it only leads to people those who ask for one.
        """
        self.talk = talk
        self.shelf = shelf
        self.actions = voice.actions
        self._voice = voice
        self._sealer = sealer
        self._speaks = speaks

    # --- hearing

    async def appended(self, change: Change, row: ConversationRow, message: Message) -> None:
        """Take a question down; it is answered after the commit."""
        if message.sender.kind != "person" or row.kind != "person":
            return
        act = message.card.action if isinstance(message.card, ActionCard) else ""
        if act == "bot" and row.owner == "queue":
            await change.give(row, "bot", "returned")
            return
        if row.owner != "bot":
            return
        if not self._speaks:
            if act == "human":
                await change.give(row, "queue", "asked")
            return
        await change.connection.execute(
            sa.insert(bot_questions).values(
                conv_id=row.id,
                seq=message.seq,
                state="due",
                asked_at=change.now,
                language=row.language,
                outcome="",
                rule="",
                candidates=[],
                confidence=0.0,
                topic="",
                chosen="",
            )
        )
        change.after_commit(partial(self.answer, row.id))

    async def owner_changed(
        self, change: Change, row: ConversationRow, before: str, event: OwnerEvent
    ) -> None:
        """Greet when the conversation begins, say so when it comes back."""
        if event.owner != "bot" or not self._speaks or row.channel != "wallet":
            return
        if event.reason == "opened":
            words = self._voice.by_hours(
                row.language, change.now, "greeting_open", "greeting_closed"
            )
        else:
            words = self._voice.replies.say(row.language, "back")
        await change.append(change.row(row.id), self.actions.bot(row), "text", words)

    # --- answering

    async def look(self) -> None:
        """A tick: answer what was left behind."""
        table = bot_questions
        query = sa.select(table.c.conv_id).where(
            table.c.state == "due", table.c.asked_at < self.talk.clock() - PATIENCE_MS
        )
        async with reading(self.talk.engine) as connection:
            left = (await connection.scalars(query.distinct().limit(100))).all()
        for conv_id in left:
            await self.answer(conv_id)

    async def answer(self, conv_id: str) -> None:
        """Answer everything that is due in a conversation, in one transaction."""
        library = await self.shelf.library()
        async with self.talk.change() as change:
            await change.conversation(conv_id)
            due = await change.connection.scalars(
                sa.select(bot_questions.c.seq)
                .where(bot_questions.c.conv_id == conv_id, bot_questions.c.state == "due")
                .order_by(bot_questions.c.seq)
            )
            for seq in due.all():
                await self._answer(change, library, conv_id, seq)

    async def _answer(self, change: Change, library: Library, conv_id: str, seq: int) -> None:
        row = change.row(conv_id)
        if row.owner != "bot":
            # Somebody took over between the question and now; it is theirs to answer.
            await _note(change, conv_id, seq, state="dropped")
            return
        message = await self._message(change.connection, conv_id, seq)
        language = rules.language_of(message.body, row.language)
        turn = Turn(self._voice, library, change, conv_id, language, message.body)
        guess: Guess | None = None
        rule: rules.Rule | None = None
        card = message.card
        if isinstance(card, SuggestCard):
            plan = await self._chosen(change, library, message, card.choices[0].topic)
        elif isinstance(card, ActionCard):
            plan = flows.for_act(card.action, await self._topic_before(change, conv_id, seq))
        elif message.kind == "file":
            plan = Plan("flow", (Say("file"),))
        else:
            plan = Plan("flow", ())
            if isinstance(card, ContextCard):
                plan = await turn.explain(card)
            if message.body.strip():
                guess, rule = library.guess(message.body), rules.rule_of(message.body)
                again = await self._rephrased(change.connection, conv_id, seq)
                plan = flows.for_question(rule, guess, rephrased=again)
        first = await turn.take(plan)
        await _note(
            change,
            conv_id,
            seq,
            state="answered",
            answered_at=change.now,
            answer_seq=first,
            language=language,
            question=self._kept(conv_id, seq, message.body) if guess else None,
            outcome=plan.outcome,
            rule=rule.name if rule else "",
            candidates=[[c.topic, c.score] for c in guess.candidates] if guess else [],
            confidence=guess.confidence if guess else 0.0,
            topic=plan.topic,
        )

    def _kept(self, conv_id: str, seq: int, body: str) -> bytes:
        return self._sealer.seal(body.encode(), f"bot-question:{conv_id}:{seq}")

    async def _message(self, connection: AsyncConnection, conv_id: str, seq: int) -> Message:
        query = sa.select(messages).where(messages.c.conv_id == conv_id, messages.c.seq == seq)
        return open_message(self._sealer, (await connection.execute(query)).one())

    async def _rephrased(self, connection: AsyncConnection, conv_id: str, seq: int) -> bool:
        """Whether other words were asked for since the last answer."""
        table = bot_questions
        before = await connection.scalars(
            sa.select(table.c.outcome)
            .where(table.c.conv_id == conv_id, table.c.seq < seq, table.c.state == "answered")
            .order_by(table.c.seq.desc())
            .limit(4)
        )
        for outcome in before:
            if outcome != "suggest":
                return bool(outcome == "rephrase")
        return False

    async def _topic_before(self, change: Change, conv_id: str, seq: int) -> str:
        """What the last answer was about."""
        table = bot_questions
        topic = await change.connection.scalar(
            sa.select(table.c.topic)
            .where(table.c.conv_id == conv_id, table.c.seq < seq, table.c.topic != "")
            .order_by(table.c.seq.desc())
            .limit(1)
        )
        return topic or ""

    async def _chosen(self, change: Change, library: Library, message: Message, topic: str) -> Plan:
        """A choice: kept with the question that it answers."""
        table = bot_questions
        asked = await change.connection.scalar(
            sa.select(sa.func.max(table.c.seq)).where(
                table.c.conv_id == message.conv,
                table.c.seq < message.seq,
                table.c.question.is_not(None),
            )
        )
        if asked is not None:
            await _note(change, message.conv, asked, chosen=topic)
        again = await self._rephrased(change.connection, message.conv, message.seq)
        return flows.for_choice(topic, known=topic in library.topics, rephrased=again)

    # --- being judged

    async def judge(self, person: Principal, conv_id: str, judgement: Judgement) -> None:
        """The person says whether an answer was right; the first "no" gets another offer.

        Raises:
            KBeanError: ``conversation_not_found``, ``request_not_found`` where that message is no
                answer of the bot's.
        """
        library = await self.shelf.library()
        table = bot_questions
        async with self.talk.change() as change:
            row = await change.conversation(conv_id)
            if row.user_id != person.id or row.kind != "person":
                raise KBeanError("conversation_not_found")
            seq = min(judgement.seq, SEQ_MAX)
            asked: Any = (
                await change.connection.execute(
                    sa.select(table).where(table.c.conv_id == conv_id, table.c.answer_seq == seq)
                )
            ).one_or_none()
            if asked is None:
                raise KBeanError("request_not_found")
            await _note(change, conv_id, asked.seq, judged=judgement.right)
            if judgement.right or asked.judged is not None or row.owner != "bot":
                return
            candidates = tuple(topic for topic, _ in asked.candidates)
            step = flows.after_wrong(candidates, asked.topic)
            turn = Turn(self._voice, library, change, conv_id, asked.language)
            await turn.step(step, asked.topic)


async def _note(change: Change, conv_id: str, seq: int, **values: object) -> None:
    await change.connection.execute(
        sa.update(bot_questions)
        .where(bot_questions.c.conv_id == conv_id, bot_questions.c.seq == seq)
        .values(**values)
    )
