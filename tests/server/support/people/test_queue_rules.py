"""Routing, order and expected wait, without a database."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.server.support.people import queue_rules
from app.server.support.people.queue_rules import (
    LEFT_MS,
    Agent,
    Waiting,
    assign,
    choose,
    expected_waits,
    has_left,
    in_order,
    is_gone,
    knows,
    rounded_wait,
)

SKILLS = ["", "cards", "topup"]
LANGUAGES = ["zh", "en"]


def agent(
    name: str, capacity: int = 2, load: int = 0, *, skills=(), languages=("zh",), at: int = 0
):
    return Agent(name, frozenset(skills), frozenset(languages), capacity, load, at)


def waiting(name: str, since: int = 0, *, skill="", language="zh", priority: int = 0, last=""):
    return Waiting(name, skill, language, priority, since, last)


def test_the_queue_goes_by_priority_and_then_by_waiting():
    queue = [waiting("late", 5), waiting("urgent", 9, priority=2), waiting("early", 1)]
    assert [one.conv_id for one in in_order(queue)] == ["urgent", "early", "late"]


def test_skill_and_language_have_to_fit():
    card = waiting("a", skill="cards", language="en")
    assert knows(agent("x", skills=["cards"], languages=["en"]), card)
    assert not knows(agent("x", skills=["cards"], languages=["zh"]), card)
    assert not knows(agent("x", skills=["topup"], languages=["en"]), card)
    assert knows(agent("x", languages=["zh"]), waiting("b"))


def test_most_room_gets_it_then_who_got_nothing_for_longest():
    one = waiting("a")
    assert choose(one, [agent("x", 3, 2), agent("y", 3, 1)]).staff_id == "y"
    assert choose(one, [agent("x", at=5), agent("y", at=3)]).staff_id == "y"
    assert choose(one, [agent("x", 1, 1), agent("y", languages=["en"])]) is None


def test_a_reopened_conversation_goes_to_who_had_it():
    agents = [agent("x", 5, 0), agent("y", 5, 4)]
    assert choose(waiting("a", last="y"), agents).staff_id == "y"
    full = [agent("x", 5, 0), agent("y", 5, 5)]
    assert choose(waiting("a", last="y"), full).staff_id == "x"


def test_what_nobody_fits_holds_up_no_other():
    queue = [waiting("card", 1, skill="cards"), waiting("plain", 2)]
    assert [(one.conv_id, who.staff_id) for one, who in assign(queue, [agent("x")])] == [
        ("plain", "x")
    ]


def test_a_round_spreads_conversations():
    queue = [waiting(str(number), number) for number in range(4)]
    given_to = [who.staff_id for _, who in assign(queue, [agent("x"), agent("y")])]
    assert sorted(given_to) == ["x", "x", "y", "y"]
    assert given_to[0] != given_to[1]


agents_st = st.lists(
    st.builds(
        Agent,
        st.uuids().map(str),
        st.frozensets(st.sampled_from(SKILLS[1:])),
        st.frozensets(st.sampled_from(LANGUAGES), min_size=1),
        st.integers(0, 4),
        st.integers(0, 5),
        st.integers(0, 100),
    ),
    max_size=6,
)
queue_st = st.lists(
    st.builds(
        Waiting,
        st.uuids().map(str),
        st.sampled_from(SKILLS),
        st.sampled_from(LANGUAGES),
        st.integers(0, 2),
        st.integers(0, 1000),
    ),
    max_size=12,
)


@given(queue_st, agents_st)
def test_nobody_gets_more_than_allowed_and_nobody_waits_in_vain(queue, agents):
    given_out = assign(queue, agents)
    got = [one.conv_id for one, _ in given_out]
    assert len(got) == len(set(got))
    load = {who.staff_id: who.load for who in agents}
    for one, who in given_out:
        load[who.staff_id] += 1
        assert knows(who, one)
    for who in agents:
        assert load[who.staff_id] <= max(who.capacity, who.load)
    left = [one for one in queue if one.conv_id not in set(got)]
    for one in left:
        # Whoever still waits fits nobody who has room.
        assert not any(knows(who, one) and load[who.staff_id] < who.capacity for who in agents)


@given(queue_st, agents_st)
def test_nobody_is_passed_over_for_a_later_one_alike(queue, agents):
    got = {one.conv_id for one, _ in assign(queue, agents)}
    for number, one in enumerate(in_order(queue)):
        for later in in_order(queue)[number + 1 :]:
            if (one.skill, one.language) == (later.skill, later.language):
                assert one.conv_id in got or later.conv_id not in got


# --- expected wait


def last_wait(ahead, one, agents, handled):
    return expected_waits([*ahead, one], agents, handled)[-1]


def test_the_wait_follows_from_the_queue_and_recent_handling():
    ahead = [waiting("1", 1), waiting("2", 2)]
    busy = [agent("x", 2, 2), agent("y", 1, 1)]
    # Three places, ten minutes each: the third in the queue has its turn after ten minutes.
    assert last_wait(ahead, waiting("3", 3), busy, [600_000, 500_000, 700_000]) == 600
    assert last_wait([], waiting("1"), busy, [600_000]) == 200


def test_nobody_can_say_without_agents_or_experience():
    assert last_wait([], waiting("1"), [], [600_000]) is None
    assert last_wait([], waiting("1"), [agent("x", 1, 1)], []) is None
    assert last_wait([], waiting("1"), [agent("x", languages=["en"])], [600_000]) is None


def test_no_wait_where_there_is_room():
    assert last_wait([], waiting("1"), [agent("x", 2, 1)], []) == 0
    others = [waiting("0", skill="cards")]
    # Who waits for another skill takes nobody's place here.
    assert last_wait(others, waiting("1"), [agent("x", 2, 1)], []) == 0


def test_waits_are_told_in_minutes():
    assert [rounded_wait(seconds) for seconds in (None, 0, 1, 89, 91, 600)] == [
        None,
        0,
        60,
        60,
        120,
        600,
    ]


# --- presence


def test_a_stream_gone_for_a_minute_is_away():
    assert not is_gone(live=True, live_at=0, now_ms=10**9)
    assert not is_gone(live=False, live_at=0, now_ms=queue_rules.GONE_MS - 1)
    assert is_gone(live=False, live_at=0, now_ms=queue_rules.GONE_MS)


def left(presence: str, *, now_ms: int, since: int = 0, gone_at: int | None = None, **more):
    return has_left(
        presence=presence,
        since=since,
        gone_at=gone_at,
        now_ms=now_ms,
        **{"live": False, "asked_at": -(10**9), **more},
    )


def test_who_leaves_for_long_leaves_nobody_hanging():
    assert not left("online", now_ms=10**9)
    assert not left("away", now_ms=10**9)
    assert left("online", gone_at=5, now_ms=5 + LEFT_MS)
    assert left("offline", since=5, now_ms=5 + LEFT_MS)
    assert not left("offline", since=5, now_ms=4 + LEFT_MS)


def test_who_still_works_has_not_left_whatever_they_say():
    assert not left("offline", now_ms=10**9, live=True)
    assert not left("offline", now_ms=10**9, asked_at=10**9 - LEFT_MS + 1)
    assert left("offline", now_ms=10**9, asked_at=10**9 - LEFT_MS)
