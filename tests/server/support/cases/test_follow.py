"""What a conversation's stream means for clocks, facts and surveys: the rules alone."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.protocol.messages.cards import AnswerCard, Card, Owner, OwnerEvent
from app.protocol.messages.support import Kind, SenderKind
from app.server.support.cases.follow_rules import ClockStep, Meaning, Step, Where, follow, surveyed


class Stream:
    """Writes a conversation; one message a second."""

    def __init__(self) -> None:
        self.messages: list[Step] = []

    def add(self, who: SenderKind, kind: Kind = "text", card: Card | None = None) -> Stream:
        seq = len(self.messages) + 1
        agent = ("agent-1", "Lin") if who == "agent" else ("", "")
        self.messages.append(Step(seq, seq * 1000, who, *agent, kind, card))
        return self

    def owner(self, owner: Owner, reason: str, cycle: int = 1) -> Stream:
        name = "Lin" if owner == "agent" else ""
        return self.add("system", "event", OwnerEvent(owner, reason, name, "", cycle))


def clocks_of(meaning: Meaning) -> list[tuple[str, int, str]]:
    return [(step.kind, step.at // 1000, step.metrics[0]) for step in meaning.clocks]


def test_the_first_response_clock_starts_at_hand_off_not_with_the_bot() -> None:
    stream = Stream().owner("bot", "opened").add("person").add("bot").owner("queue", "asked")
    meaning = follow(Where(), stream.messages)
    assert clocks_of(meaning)[-1:] == [("activate", 4, "first_response")]
    assert meaning.facts[1].handed_at == 4000
    assert meaning.facts[1].handoff_reason == "asked"


def test_the_next_response_clock_starts_at_the_persons_message_and_ends_with_the_answer() -> None:
    stream = Stream().owner("queue", "opened").owner("agent", "claimed").add("agent")
    stream.add("person").add("person").add("agent")
    meaning = follow(Where(), stream.messages)
    assert clocks_of(meaning) == [
        ("activate", 1, "first_response"),
        ("fulfil", 3, "first_response"),
        ("activate", 4, "next_response"),
        ("activate", 5, "next_response"),
        ("fulfil", 6, "first_response"),
    ]
    assert meaning.facts[1].first_reply_at == 3000
    assert meaning.facts[1].agent_name == "Lin"


def test_clocks_are_not_polluted_by_bot_time_and_reopenings() -> None:
    stream = Stream().owner("bot", "opened").add("person").owner("queue", "asked")
    stream.owner("bot", "returned").add("person").add("bot").owner("nobody", "closed")
    stream.owner("queue", "reopened", cycle=2)
    meaning = follow(Where(), stream.messages)
    assert [(step.kind, step.cycle) for step in meaning.clocks] == [
        ("cancel", 1),
        ("activate", 1),
        ("cancel", 1),
        ("cancel", 1),
        ("activate", 2),
    ]
    assert meaning.facts[2].opened_at == 8000
    assert meaning.facts[1].closed_at == 7000


def test_who_leaves_the_queue_abandoned_it() -> None:
    left = follow(Where(), Stream().owner("queue", "opened").owner("nobody", "left").messages)
    assert left.facts[1].abandoned
    helped = Stream().owner("agent", "opened").add("agent").owner("nobody", "closed")
    assert not follow(Where(), helped.messages).facts[1].abandoned


def test_a_bot_answer_is_a_fact() -> None:
    stream = Stream().owner("bot", "opened").add("bot", "card", AnswerCard("hours", "Hours", 1))
    assert follow(Where(), stream.messages).facts[1].bot_answered


def test_who_is_asked_how_it_was() -> None:
    usual = {"first_reply": True, "bot_answered": False, "abandoned": False, "spam": False}
    assert surveyed(**usual)
    assert surveyed(**usual | {"first_reply": False, "bot_answered": True})
    assert not surveyed(**usual | {"first_reply": False})
    assert not surveyed(**usual | {"spam": True})
    assert not surveyed(**usual | {"abandoned": True})


@given(st.data())
def test_reading_in_pieces_means_the_same(data: st.DataObject) -> None:
    stream = Stream().owner("bot", "opened")
    cycle = 1
    for step in data.draw(st.lists(st.sampled_from(["p", "a", "q", "o", "b", "n"]), max_size=20)):
        if step in "pa":
            stream.add("person" if step == "p" else "agent")
        else:
            owners: dict[str, Owner] = {"q": "queue", "o": "agent", "b": "bot", "n": "nobody"}
            last = [m.card for m in stream.messages if isinstance(m.card, OwnerEvent)][-1]
            cycle += last.owner == "nobody" and step != "n"
            stream.owner(owners[step], "routed", cycle)
    whole = follow(Where(), stream.messages)
    cut = data.draw(st.integers(0, len(stream.messages)))
    first = follow(Where(), stream.messages[:cut])
    # Messages that come again are passed over.
    second = follow(first.where, stream.messages[max(0, cut - 2) :])
    steps: list[ClockStep] = first.clocks + second.clocks
    assert steps == whole.clocks
    assert second.where == whole.where
