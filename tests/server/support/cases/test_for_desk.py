"""The nearest target that the desk's lists show."""

from __future__ import annotations

from app.protocol.messages.cases import Clock
from app.server.support.cases.for_desk import nearest
from app.server.support.people.board import Due


def clock(metric="first_response", state="running", due=None, sla="ok") -> Clock:
    return Clock(metric, 1, 60, state, 0, 0, sla, due)


def test_the_soonest_running_answer_counts():
    assert nearest([]) == Due(None, "ok")
    assert nearest([clock(state="fulfilled", due=5, sla="breach")]) == Due(None, "ok")
    assert nearest([clock("resolution", due=5, sla="warn")]) == Due(None, "ok")
    found = [clock(due=9, sla="warn"), clock("next_response", due=7)]
    assert nearest(found) == Due(7, "warn")
    assert nearest([clock(state="paused", due=None)]) == Due(None, "ok")
