"""The bot in a conversation: greets, answers once, suggests, gives up gracefully, is silent."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from app.protocol.messages.cards import (
    ActionCard,
    AnswerCard,
    CaseCard,
    ContextCard,
    OwnerEvent,
    PaymentCard,
    RequestEvent,
    SuggestCard,
)
from app.protocol.messages.stream import Msg
from app.protocol.messages.support import Conversation, Judgement, Message
from tests.server.support.world import Line, Person, World, open_conversation, stream
from tests.server.world import code_of

SURE = "如何绑定银行卡"


"""One worker for all that fits or loads: what is fitted is fitted once."""


async def talk(person: Person, context: ContextCard | None = None) -> Conversation:
    return await open_conversation(person, context=context)


async def told(line: Line, which: Callable[[Message], bool]) -> Message:
    """The first message that came for which something holds."""
    return (await line.expect(Msg, lambda f: which(f.message))).message


def from_bot(message: Message) -> bool:
    return message.sender.kind == "bot"


def has(kind: type[Any]) -> Callable[[Message], bool]:
    return lambda message: isinstance(message.card, kind)


def offered(action: str) -> Callable[[Message], bool]:
    """The bot's own offer; what the person asked for by a button is a card too."""
    return lambda m: from_bot(m) and isinstance(m.card, ActionCard) and m.card.action == action


async def post(person: Person, path: str, body: Any) -> Any:
    return await person.world.client.post(
        path, content=msgspec.json.encode(body), headers=person.headers
    )


@pytest.fixture
def shop(sqlite_bot_square: World) -> World:
    """A service that speaks; on both databases for what they could decide otherwise."""
    return sqlite_bot_square


async def test_it_greets_answers_with_its_source_and_asks_whether_it_was_right(bot_square: World):
    shop = bot_square
    person = await shop.person()
    conv = await talk(person)
    async with stream(person) as line:
        first = (await line.fetch(conv.id))[:2]
        assert isinstance(first[0].card, OwnerEvent)
        assert from_bot(first[1])
        assert first[1].sender.name == "K豆助手"
        await line.say(conv.id, SURE)
        answer = await told(line, has(AnswerCard))
        assert isinstance(answer.card, AnswerCard)
        assert answer.card.topic == "card_bind"
        assert answer.card.title == "如何绑定银行卡"
        assert answer.card.judge
        assert answer.body
        path = f"/v1/support/conversations/{conv.id}/judgements"
        assert (await post(person, path, Judgement(answer.seq, True))).status_code == 204
        assert (await post(person, path, Judgement(answer.seq, False))).status_code == 204
        assert (await post(person, path, Judgement(1, True))).status_code == 404


async def test_it_answers_in_the_language_of_the_question(shop: World):
    person = await shop.person()
    conv = await talk(person)
    async with stream(person) as line:
        await line.say(conv.id, "how do I add a bank card")
        answer = await told(line, has(AnswerCard))
        assert isinstance(answer.card, AnswerCard)
        assert answer.card.title == "How do I add a bank card"


async def test_a_wrong_answer_is_followed_by_other_suggestions(shop: World):
    person = await shop.person()
    conv = await talk(person)
    async with stream(person) as line:
        await line.say(conv.id, SURE)
        answer = await told(line, has(AnswerCard))
        path = f"/v1/support/conversations/{conv.id}/judgements"
        assert (await post(person, path, Judgement(answer.seq, False))).status_code == 204
        again = await told(line, has(SuggestCard))
        assert isinstance(again.card, SuggestCard)
        assert "card_bind" not in [choice.topic for choice in again.card.choices]


async def test_unsure_it_suggests_then_asks_for_other_words_once_then_a_person_comes(shop: World):
    person = await shop.person()
    conv = await talk(person)
    async with stream(person) as line:
        await line.say(conv.id, "钱")
        card = (await told(line, has(SuggestCard))).card
        assert isinstance(card, SuggestCard)
        assert 1 <= len(card.choices) <= 3
        await line.say(conv.id, "都不是", choice="none_of_these")
        again = await told(line, from_bot)
        assert again.kind == "text"
        await line.say(conv.id, "都不是", choice="none_of_these")
        event = (await told(line, has(OwnerEvent))).card
        assert isinstance(event, OwnerEvent)
        assert (event.owner, event.reason) == ("queue", "unsure")


async def test_a_choice_is_answered(shop: World):
    person = await shop.person()
    conv = await talk(person)
    async with stream(person) as line:
        await line.say(conv.id, "提现多久到账", choice="withdraw_time")
        answer = (await told(line, has(AnswerCard))).card
        assert isinstance(answer, AnswerCard)
        assert answer.topic == "withdraw_time"


async def test_the_bot_keeps_talking_over_a_person_or_never_speaks_again(shop: World):
    """Silent from the hand-over on, whatever is asked; speaks again when it is handed back."""
    person = await shop.person()
    conv = await talk(person)
    async with stream(person) as line:
        await line.say(conv.id, "转人工")
        event = (await told(line, has(OwnerEvent))).card
        assert isinstance(event, OwnerEvent)
        assert (event.owner, event.reason) == ("queue", "asked")
        taken = await line.say(conv.id, SURE)
        await line.say(conv.id, "", act="bot")
        await told(line, lambda m: isinstance(m.card, OwnerEvent) and m.card.owner == "bot")
        back = await told(line, lambda m: from_bot(m) and m.seq > taken.seq)
        assert back.body == "我回来了，请接着说。"
        # Nothing of the bot's stands between the hand-over and its return.
        page = await line.fetch(conv.id, after=taken.seq)
        assert [m.seq for m in page if from_bot(m)] == [back.seq]
        await line.say(conv.id, SURE)
        assert (await told(line, has(AnswerCard))).seq > back.seq


async def test_a_question_left_behind_is_answered_once_by_whoever_finds_it(
    bot_square: World, monkeypatch: pytest.MonkeyPatch
):
    """Its node died after the commit: the next tick of any node makes it good, and only once."""
    shop = bot_square
    person = await shop.person()
    conv = await talk(person)
    bot = shop.service.bot.bot
    async with stream(person) as line:
        with monkeypatch.context() as dead:
            dead.setattr(bot, "answer", _nothing)
            await line.say(conv.id, SURE)
        await asyncio.gather(*(bot.answer(conv.id) for _ in range(5)), bot.look())
        await told(line, has(AnswerCard))
        page = await line.fetch(conv.id)
        assert sum(isinstance(m.card, AnswerCard) for m in page) == 1


async def _nothing(_conv: str) -> None:
    """A node that died."""


async def test_freezing_is_one_word_and_one_confirmation(bot_square: World):
    shop = bot_square
    person = await shop.person()
    conv = await talk(person)
    async with stream(person) as line:
        await line.say(conv.id, "我的钱包被盗了！")
        card = (await told(line, offered("freeze"))).card
        assert isinstance(card, ActionCard)
        path = f"/v1/support/actions/{card.request_id}"
        done = await post(person, path, {"accept": True})
        assert done.json()["state"] == "done"
        assert (await post(person, path, {"accept": True})).json()["state"] == "done"
        assert (await post(person, path, {"accept": False})).status_code == 409
        event = (await told(line, has(RequestEvent))).card
        assert isinstance(event, RequestEvent)
        assert (event.what, event.state) == ("action", "done")
        state = await shop.service.identity.freezing.state(person.session.user_id)
        assert (state.state, state.by) == ("frozen", "bot")


async def test_a_stranger_confirms_nothing_and_a_no_does_nothing(shop: World):
    person, other = await shop.person(), await shop.person()
    conv = await talk(person)
    async with stream(person) as line:
        await line.say(conv.id, "", act="freeze")
        card = (await told(line, offered("freeze"))).card
        assert isinstance(card, ActionCard)
        path = f"/v1/support/actions/{card.request_id}"
        assert (await post(other, path, {"accept": True})).status_code == 404
        assert (await post(person, path, {"accept": False})).json()["state"] == "declined"
        state = await shop.service.identity.freezing.state(person.session.user_id)
        assert state.state == "active"


async def test_it_finds_the_persons_own_payment_once_they_confirm(shop: World):
    person = await shop.person(100_000)
    till = await shop.till()
    order = await till.order(2_350)
    payment = await person.pay(await person.resolve(order.code))
    conv = await talk(person)
    async with stream(person) as line:
        await line.say(conv.id, "查一下我今天那笔23.50元的付款")
        card = (await told(line, offered("find_payment"))).card
        assert isinstance(card, ActionCard)
        path = f"/v1/support/actions/{card.request_id}"
        assert (await post(person, path, {"accept": True})).json()["state"] == "done"
        found = (await told(line, has(PaymentCard))).card
        assert isinstance(found, PaymentCard)
        assert found.payment_id == payment.payment_id
        assert found.amount == 2_350


async def test_ask_about_this_payment_looks_it_up_and_explains_it(shop: World):
    person, other = await shop.person(100_000), await shop.person()
    order = await (await shop.till()).order(1_250)
    payment = await person.pay(await person.resolve(order.code))
    context = ContextCard("payment", payment.payment_id, "Coffee")
    conv = await talk(person, context)
    async with stream(person) as line:
        card = (await told_or_there(line, conv, has(PaymentCard))).card
        assert isinstance(card, PaymentCard)
        assert card.order_number == payment.receipt.order_number
        words = await told_or_there(line, conv, lambda m: "只扣了一次" in m.body)
        assert "12.50" in words.body
        assert payment.receipt.order_number in words.body
    # Somebody else's payment is no payment at all.
    theirs = await talk(other, context)
    async with stream(other) as line:
        words = await told_or_there(line, theirs, lambda m: "没有这笔付款" in m.body)
        assert from_bot(words)
        assert not any(has(PaymentCard)(m) for m in await line.fetch(theirs.id))


async def test_ask_about_this_error_says_what_happened_and_whether_money_moved(shop: World):
    person = await shop.person()
    conv = await talk(person, ContextCard("error", "order_expired", "", "trace-1"))
    async with stream(person) as line:
        words = await told_or_there(line, conv, lambda m: "订单过期了" in m.body)
        assert "钱没有动" in words.body
        assert "trace-1" in words.body
        answer = (await told_or_there(line, conv, has(AnswerCard))).card
        assert isinstance(answer, AnswerCard)
        assert answer.topic == "pay_fail"


async def test_an_unknown_error_promises_nothing_about_money(shop: World):
    person = await shop.person()
    conv = await talk(person, ContextCard("error", "never_heard_of", "Strange"))
    async with stream(person) as line:
        words = await told_or_there(line, conv, lambda m: "never_heard_of" in m.body)
        assert "不能肯定" in words.body


async def test_a_case_is_opened_and_a_lock_is_lifted_once_they_are_confirmed(bot_square: World):
    shop = bot_square
    person = await shop.person()
    conv = await talk(person)
    async with stream(person) as line:
        for action, state in (("open_case", "done"), ("unlock", "done"), ("resend", "failed")):
            await line.say(conv.id, "", act=action)
            card = (await told(line, offered(action))).card
            assert isinstance(card, ActionCard)
            path = f"/v1/support/actions/{card.request_id}"
            assert (await post(person, path, {"accept": True})).json()["state"] == state
        assert (await told(line, has(CaseCard))).card
        # A lock is lifted once a day: it must not become a way to go on guessing.
        await line.say(conv.id, "", act="unlock")
        again = (await told(line, offered("unlock"))).card
        assert isinstance(again, ActionCard)
        path = f"/v1/support/actions/{again.request_id}"
        assert (await post(person, path, {"accept": True})).json()["state"] == "failed"


async def test_an_offer_whose_time_has_passed_does_nothing(
    shop: World, monkeypatch: pytest.MonkeyPatch
):
    person = await shop.person()
    conv = await talk(person)
    cards = []
    async with stream(person) as line:
        for _ in range(2):
            await line.say(conv.id, "", act="freeze")
            cards.append((await told(line, offered("freeze"))).card)
    first, second = (card.request_id for card in cards if isinstance(card, ActionCard))
    clock = shop.service.talk.clock
    with monkeypatch.context() as later:
        later.setattr(shop.service.talk, "clock", lambda: clock() + 3_600_000)
        path = f"/v1/support/actions/{first}"
        assert code_of(await post(person, path, {"accept": True})) == "request_expired"
        assert code_of(await post(person, path, {"accept": True})) == "request_expired"
        await shop.service.bot.actions.lapse()
    state = await shop.service.identity.freezing.state(person.session.user_id)
    assert state.state == "active"
    page = await shop.service.talk.page(conv.id)
    events = [m.card for m in page.messages if isinstance(m.card, RequestEvent)]
    assert {(e.request_id, e.state) for e in events} == {(first, "expired"), (second, "expired")}


async def told_or_there(
    line: Line, conv: Conversation, which: Callable[[Message], bool]
) -> Message:
    """A message that came live, or had come before this line was opened."""
    for message in await line.fetch(conv.id):
        if which(message):
            return message
    return await told(line, which)


async def test_support_says_what_the_bot_finds_answers_with(shop: World):
    person = await shop.person()
    assert (await person.get("/v1/support")).json().get("bot", "encoder") == "encoder"
    assert (await shop.client.get("/health/ready")).json()["bot"] == "encoder"
