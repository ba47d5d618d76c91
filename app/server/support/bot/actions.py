"""What the bot can do for a signed-in person, once they confirm it (design/4 §Bot).

Account questions are never answered from the knowledge base: they become one of these. An offer is
an :class:`ActionCard`; what became of it is a :class:`RequestEvent`. Confirming twice does it once.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from app.protocol.errors import KBeanError
from app.protocol.ids import is_uuid7, new_id
from app.protocol.messages.cards import ActionCard, PaymentCard, RequestEvent
from app.protocol.messages.payments import Payment
from app.protocol.messages.support import ActionAnswer, Kind, Sender
from app.protocol.money import CURRENCIES
from app.server.db.engine import reading
from app.server.http.tokens import Principal
from app.server.identity.freezing import Freezing
from app.server.identity.step_up import StepUp
from app.server.identity.tables import users
from app.server.payments.tables import payments
from app.server.support.bot import finding
from app.server.support.bot.replies import Replies
from app.server.support.bot.tables import bot_actions
from app.server.support.cases.service import Cases
from app.server.support.cases.store import Actor, hold_person
from app.server.support.talk.change import SYSTEM, Change
from app.server.support.talk.rows import ConversationRow
from app.server.support.talk.service import Talk

OFFER_MS = 15 * 60_000
"""How long an offer waits for its confirmation."""

UNLOCK_EVERY_MS = 24 * 3_600_000
"""A lock is lifted once a day on the bot's word: it must not become a way to go on guessing."""

SEARCHED = 200
"""Payments, the newest, among which one is looked for."""

Resend = Callable[[AsyncConnection, str], Awaitable[bool]]
"""(connection, conversation id) → whether a code that is still valid was sent again."""

_read_payment = msgspec.json.Decoder(Payment).decode
_EXPONENTS = {code: currency.decimals for code, currency in CURRENCIES.items()}


class Actions:
    """Offers, confirmations, and what follows them."""

    def __init__(
        self,
        talk: Talk,
        replies: Replies,
        *,
        freezing: Freezing,
        step_up: StepUp,
        cases: Cases,
        zone: ZoneInfo,
        resend: Resend | None = None,
    ) -> None:
        """Wire it.

        Args:
            talk: Conversations.
            replies: The bot's words.
            freezing: Freezes, one way only.
            step_up: Lifts the lock of a sign-in.
            cases: Opens cases.
            zone: Whose days people mean.
            resend: Sends a code again; None where codes aren't sent.
        """
        self._talk = talk
        self._replies = replies
        self._freezing = freezing
        self._step_up = step_up
        self._cases = cases
        self._zone = zone
        self._resend = resend

    def bot(self, row: ConversationRow) -> Sender:
        """The bot as a sender, by its name in the conversation's language."""
        return Sender("bot", "bot", self._replies.say(row.language, "name"))

    # --- offering

    async def offer(
        self, change: Change, row: ConversationRow, action: str, text: str, topic: str
    ) -> None:
        """Ask the person to confirm an action.

        Args:
            change: The transaction.
            row: The conversation.
            action: One of the knowledge base's actions.
            text: What the person said; what a payment is looked for by.
            topic: What it is about.
        """
        request_id, expires_at = new_id(), change.now + OFFER_MS
        params: dict[str, str | int] = {}
        if action == "find_payment":
            params["text"] = text[:200]
        elif action == "open_case" and topic:
            params["topic"] = topic
        card = ActionCard(request_id, action, params, expires_at)
        told = await change.append(row, self.bot(row), "card", card=card)
        await change.connection.execute(
            sa.insert(bot_actions).values(
                request_id=request_id,
                conv_id=row.id,
                user_id=row.user_id,
                seq=told.seq,
                action=action,
                state="open",
                asked_at=change.now,
                expires_at=expires_at,
            )
        )

    # --- confirming

    async def answer(
        self, person: Principal, request_id: str, answer: ActionAnswer
    ) -> RequestEvent:
        """The person's word on an offer; the same word again gets the same answer.

        Raises:
            KBeanError: ``request_not_found``, ``request_answered``, ``request_expired``.
        """
        asked = await self._find(person.id, request_id)
        if answer.accept and asked.action == "freeze" and _waits(asked, self._talk.clock()):
            # By itself and first: it must hold whatever happens to the conversation, and the
            # person is locked before the conversation everywhere.
            await self._freezing.freeze(person.id, by="bot", keep_session=person.session)
        async with self._talk.change() as change:
            await hold_person(change.connection, person.id)
            row = await change.conversation(asked.conv_id)
            asked = (
                await change.connection.execute(
                    sa.select(bot_actions).where(bot_actions.c.request_id == request_id)
                )
            ).one()
            state = _answered(asked, accept=answer.accept, now=change.now)
            if state is None:
                state = await self._settle(change, row, asked, accept=answer.accept)
        if state == "expired":
            raise KBeanError("request_expired")
        return RequestEvent(request_id, "action", state)

    async def _find(self, user_id: str, request_id: str) -> Any:
        if is_uuid7(request_id):
            async with reading(self._talk.engine) as connection:
                query = sa.select(bot_actions).where(bot_actions.c.request_id == request_id)
                row = (await connection.execute(query)).one_or_none()
            if row is not None and row.user_id == user_id:
                return row
        raise KBeanError("request_not_found")

    async def _settle(
        self, change: Change, row: ConversationRow, asked: Any, *, accept: bool
    ) -> str:
        """Do it, or don't; the event, and the bot's words where it has the floor."""
        says: list[tuple[Kind, str, PaymentCard | None]] = []
        if asked.expires_at <= change.now:
            state, key = "expired", "expired"
        elif not accept:
            state, key = "declined", "declined"
        else:
            state, key = await self._do(change, row, asked, says)
        await change.connection.execute(
            sa.update(bot_actions)
            .where(bot_actions.c.request_id == asked.request_id)
            .values(state=state, answered_at=change.now)
        )
        event = RequestEvent(asked.request_id, "action", state)
        await change.append(row, SYSTEM, "event", card=event)
        bot = change.row(row.id).owner == "bot"
        if bot and key:
            count = len(says)
            words = self._replies.say(row.language, key, **({"count": count} if count > 1 else {}))
            await change.append(row, self.bot(row), "text", words)
        for kind, body, card in says:
            # What the person's own action found belongs to them, whoever has the floor by now.
            await change.append(row, self.bot(row) if bot else SYSTEM, kind, body, card)
        return state

    async def _do(
        self,
        change: Change,
        row: ConversationRow,
        asked: Any,
        says: list[tuple[Kind, str, PaymentCard | None]],
    ) -> tuple[str, str]:
        """Do what was confirmed: the state it leads to, and what the bot says."""
        match asked.action:
            case "freeze":
                return "done", "freeze_done"
            case "unlock":
                return await self._unlock(change, asked)
            case "find_payment":
                cards = await self._search(change, row, asked.seq)
                says += [("card", "", card) for card in cards]
                return "done", ("found_nothing", "found_one", "found")[min(len(cards), 2)]
            case "open_case":
                await self._open_case(change, row)
                return "done", "case_done"
            case _:
                sent = self._resend is not None and await self._resend(change.connection, row.id)
                return ("done", "resend_done") if sent else ("failed", "resend_none")

    async def _unlock(self, change: Change, asked: Any) -> tuple[str, str]:
        connection = change.connection
        lately = await connection.scalar(
            sa.select(sa.func.count()).where(
                bot_actions.c.user_id == asked.user_id,
                bot_actions.c.action == "unlock",
                bot_actions.c.state == "done",
                bot_actions.c.answered_at > change.now - UNLOCK_EVERY_MS,
            )
        )
        if lately:
            return "failed", "no_such_action"
        contact = await connection.scalar(
            sa.select(users.c.contact).where(users.c.id == asked.user_id)
        )
        await self._step_up.unlock_within(connection, str(contact))
        return "done", "unlock_done"

    async def _open_case(self, change: Change, row: ConversationRow) -> None:
        title = row.subject or self._replies.say(row.language, "case_title")
        await self._cases.open(
            change, row, user_id=row.user_id, title=title, actor=Actor("bot", "", "")
        )

    # --- payments

    async def _search(self, change: Change, row: ConversationRow, seq: int) -> list[PaymentCard]:
        told = await self._talk.message(row.id, seq)
        card = told.card if told else None
        text = str(card.params.get("text", "")) if isinstance(card, ActionCard) else ""
        what = finding.wanted(text, change.now, self._zone)
        found = await self._payments(change.connection, row.user_id)
        return finding.search(what, found, _EXPONENTS, self._zone)

    async def _payments(self, connection: AsyncConnection, user_id: str) -> list[PaymentCard]:
        rows = await connection.scalars(
            sa.select(payments.c.document)
            .where(payments.c.payer_id == user_id)
            .order_by(payments.c.journal_id.desc())
            .limit(SEARCHED)
        )
        return [payment_card(document) for document in rows]

    async def payment(
        self, connection: AsyncConnection, user_id: str, payment_id: str
    ) -> PaymentCard | None:
        """One of the person's own payments, None where it isn't theirs."""
        if not is_uuid7(payment_id):
            return None
        document = await connection.scalar(
            sa.select(payments.c.document).where(
                payments.c.id == payment_id, payments.c.payer_id == user_id
            )
        )
        return None if document is None else payment_card(document)

    async def lapse(self) -> None:
        """A tick: offers whose time has passed."""
        table = bot_actions
        query = sa.select(table.c.conv_id).where(
            table.c.state == "open", table.c.expires_at <= self._talk.clock()
        )
        async with reading(self._talk.engine) as connection:
            due = list((await connection.scalars(query.distinct().limit(100))).all())
        for conv_id in due:
            async with self._talk.change() as change:
                row = await change.conversation(conv_id)
                lapsed = await change.connection.scalars(
                    sa.update(table)
                    .where(
                        table.c.conv_id == conv_id,
                        table.c.state == "open",
                        table.c.expires_at <= change.now,
                    )
                    .values(state="expired", answered_at=change.now)
                    .returning(table.c.request_id)
                )
                for request_id in lapsed.all():
                    event = RequestEvent(request_id, "action", "expired")
                    await change.append(row, SYSTEM, "event", card=event)


def payment_card(document: bytes) -> PaymentCard:
    """A payment as a card: what its receipt says."""
    payment = _read_payment(document)
    receipt = payment.receipt
    return PaymentCard(
        payment_id=payment.payment_id,
        order_number=receipt.order_number,
        payee_name=receipt.payee_name,
        amount=receipt.amount,
        currency=receipt.currency,
        created_at=receipt.posted_at,
        state=payment.status,
        beans=receipt.points_earned,
    )


def _waits(asked: Any, now: int) -> bool:
    return bool(asked.state == "open" and asked.expires_at > now)


def _answered(asked: Any, *, accept: bool, now: int) -> str | None:
    """The state of an offer that was answered with this same word before; None: still open.

    Raises:
        KBeanError: ``request_answered`` where the word was another one.
    """
    if asked.state == "open":
        return None
    if asked.state == "expired":
        return "expired"
    if accept != (asked.state in {"done", "failed"}):
        raise KBeanError("request_answered")
    return str(asked.state)
