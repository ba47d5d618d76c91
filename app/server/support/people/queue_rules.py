"""Who gets which conversation, and how long the others wait. Pure (design/4 §Queue and people)."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from statistics import median
from typing import NamedTuple

GONE_MS = 60_000
"""An agent whose live stream has been away for so long gets nothing until it is back."""

LEFT_MS = 300_000
"""After so long away, what waits for an answer goes back to the queue."""


class Waiting(NamedTuple):
    """A conversation in the queue.

    Attributes:
        priority: The higher the sooner.
        since: Since when it waits, Unix milliseconds.
        last_agent: Who had it before; they get it again if they can take it.
    """

    conv_id: str
    skill: str
    language: str
    priority: int
    since: int
    last_agent: str = ""


class Agent(NamedTuple):
    """Somebody who takes conversations now.

    Attributes:
        load: Open conversations they own.
        given_at: When they last got one.
    """

    staff_id: str
    skills: frozenset[str]
    languages: frozenset[str]
    capacity: int
    load: int
    given_at: int

    @property
    def room(self) -> int:
        """How many more they take."""
        return self.capacity - self.load


def in_order(waiting: Iterable[Waiting]) -> list[Waiting]:
    """The queue: the higher priority first, then who has waited longest."""
    return sorted(waiting, key=lambda one: (-one.priority, one.since, one.conv_id))


def knows(agent: Agent, one: Waiting) -> bool:
    """Whether an agent has the language and, where one is asked for, the skill."""
    return one.language in agent.languages and (not one.skill or one.skill in agent.skills)


def choose(one: Waiting, agents: Iterable[Agent]) -> Agent | None:
    """Who gets a conversation; None: it waits.

    Whoever had it before comes first, then who has most room, then who got nothing for longest.
    """
    fitting = [agent for agent in agents if agent.room > 0 and knows(agent, one)]
    return min(
        fitting,
        key=lambda agent: (
            agent.staff_id != one.last_agent,
            -agent.room,
            agent.given_at,
            agent.staff_id,
        ),
        default=None,
    )


def assign(waiting: Iterable[Waiting], agents: Iterable[Agent]) -> list[tuple[Waiting, Agent]]:
    """Who gets what now: nobody more than their capacity, nobody passed over for a later one.

    A conversation that nobody fits waits and holds up no other.
    """
    free = {agent.staff_id: agent for agent in agents}
    latest = max((agent.given_at for agent in free.values()), default=0)
    given = []
    for turn, one in enumerate(in_order(waiting)):
        agent = choose(one, free.values())
        if agent is not None:
            given.append((one, agent))
            # The last to get one stands behind the others, within this round too.
            free[agent.staff_id] = agent._replace(load=agent.load + 1, given_at=latest + turn + 1)
    return given


def expected_waits(
    queue: Sequence[Waiting], agents: Sequence[Agent], handled_ms: Sequence[int]
) -> list[int | None]:
    """Seconds until each of the queue is answered, in its order.

    The agents who know what one takes end a conversation per place and median handling time; it
    is its turn when all who stand before it and wait for the same agents, and it, have had one of
    these places.

    Args:
        queue: In order; somebody who only thinks of asking stands at its end.
        agents: Those who take conversations now.
        handled_ms: How long conversations lately were with an agent.

    Returns:
        None where nobody can say: nobody there knows what it takes, or nothing was handled lately.
    """
    able = {
        _kind(one): [agent for agent in agents if agent.capacity > 0 and knows(agent, one)]
        for one in queue
    }
    ahead: Counter[tuple[str, str]] = Counter()
    waits = []
    for one in queue:
        waits.append(_wait(able, ahead, one, handled_ms))
        ahead[_kind(one)] += 1
    return waits


def _wait(
    able: dict[tuple[str, str], list[Agent]],
    ahead: Counter[tuple[str, str]],
    one: Waiting,
    handled_ms: Sequence[int],
) -> int | None:
    mine = able[_kind(one)]
    if not mine:
        return None
    ours = set(mine)
    rivals = sum(count for kind, count in ahead.items() if ours.intersection(able[kind]))
    if sum(max(0, agent.room) for agent in mine) > rivals:
        return 0
    if not handled_ms:
        return None
    places = sum(agent.capacity for agent in mine)
    return math.ceil((rivals + 1) * median(handled_ms) / places / 1000)


def _kind(one: Waiting) -> tuple[str, str]:
    return one.skill, one.language


def rounded_wait(seconds: int | None) -> int | None:
    """A wait as people are told it: whole minutes, at least one, so that it doesn't flicker."""
    if seconds is None or seconds == 0:
        return seconds
    return max(1, round(seconds / 60)) * 60


def is_gone(*, live: bool, live_at: int, now_ms: int) -> bool:
    """Whether an agent who says "online" has been without a live stream for a minute."""
    return not live and now_ms - live_at >= GONE_MS


def has_left(
    *, presence: str, since: int, gone_at: int | None, live: bool, asked_at: int, now_ms: int
) -> bool:
    """Whether what an agent left unanswered should be answered by somebody else.

    Args:
        presence: Their own word.
        since: When they said so.
        gone_at: Since when their stream is missed.
        live: Whether they have a live stream.
        asked_at: When they last asked for anything, in a session that lives.
        now_ms: Unix milliseconds.
    """
    if live or now_ms - asked_at < LEFT_MS:
        return False
    if presence == "offline":
        return now_ms - since >= LEFT_MS
    return gone_at is not None and now_ms - gone_at >= LEFT_MS
