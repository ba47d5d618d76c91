"""Frames of a camera: the first step on each, the others in turn, within a budget."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from app.scanner import PAYMENT_FORMATS, LiveScanner, live, scan_live_steps
from app.scanner.cascade import FIRST, LIVE_STEPS, Frame, Step
from app.scanner.codes import Code, CodeFormat
from tests.scanner.drawing import faded, noisy, on_paper, qr

EMPTY = np.full((720, 1280), 120, np.uint8)


def test_a_code_in_view_is_read_by_the_first_step_alone() -> None:
    page = on_paper([(qr("now"), 300, 200)])
    sighting = LiveScanner().scan_frame(page, frame_id=41)
    assert [code.text for code in sighting.codes] == ["now"]
    assert sighting.steps == (FIRST.name,)
    assert sighting.frame_id == 41
    assert sighting.ms > 0


def test_every_frame_gets_the_first_step_and_all_others_take_their_turn() -> None:
    scanner = LiveScanner()
    seen: list[str] = []
    for number in range(2 * len(LIVE_STEPS)):
        sighting = scanner.scan_frame(EMPTY)
        assert sighting.frame_id == number
        assert sighting.codes == []
        assert sighting.steps[0] == FIRST.name
        assert 2 <= len(sighting.steps) <= 3
        seen += sighting.steps[1:]
    names = [step.name for step in LIVE_STEPS]
    assert seen == [names[i % len(names)] for i in range(len(seen))]
    assert set(seen) == set(names)


@pytest.fixture(name="clock")
def clock_fixture(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """A clock that only steps move: each costs what the test says."""
    now = [0.0]
    monkeypatch.setattr(live, "perf_counter", lambda: now[0] / 1000)
    return now


def costing(monkeypatch: pytest.MonkeyPatch, clock: list[float], *costs: float) -> None:
    def step(name: str, cost: float) -> Step:
        def reader(*_: object) -> list[Code]:
            clock[0] += cost
            return []

        return Step(name, lambda frame: frame.original, reader)

    monkeypatch.setattr(live, "FIRST", step("first", 2.0))
    monkeypatch.setattr(
        live, "LIVE_STEPS", tuple(step(f"s{i}", cost) for i, cost in enumerate(costs))
    )


def test_steps_that_would_burst_the_budget_wait_for_the_next_frame(
    monkeypatch: pytest.MonkeyPatch, clock: list[float]
) -> None:
    costing(monkeypatch, clock, 4, 15, 10, 30)
    scanner = LiveScanner(budget_ms=25)
    for _ in range(4):
        scanner.scan_frame(EMPTY)  # learns what each step costs here
    rounds = [scanner.scan_frame(EMPTY) for _ in range(6)]
    for sighting in rounds:
        alone = len(sighting.steps) == 2  # one step is always taken, or it would never have a turn
        assert sighting.ms <= 25.001 or alone
    assert {name for sighting in rounds for name in sighting.steps} == {
        "first", "s0", "s1", "s2", "s3",
    }  # fmt: skip


def test_a_code_only_a_further_step_reads_is_read_within_a_few_frames() -> None:
    page = faded(on_paper([(qr("at night", 6, correction=3), 350, 150)], 900, 600), 1, 6)
    page = noisy(page, 1.5)
    assert FIRST.run(Frame(page), PAYMENT_FORMATS) == []
    assert [code.text for code in scan_live_steps(page)] == ["at night"]
    scanner = LiveScanner(budget_ms=0)
    frames = [scanner.scan(page) for _ in range(len(LIVE_STEPS))]
    assert ["at night"] in [[code.text for code in codes] for codes in frames]


def test_formats_are_handed_down() -> None:
    page = on_paper([(qr("square"), 300, 200)])
    assert LiveScanner({CodeFormat.CODE_128}).scan(page) == []


def test_scanners_of_several_threads_do_not_disturb_each_other() -> None:
    pages = [on_paper([(qr(f"thread {i}", 4 + i % 3), 200, 100)]) for i in range(6)]
    failures: list[object] = []

    def work(number: int) -> None:
        scanner = LiveScanner()
        for _ in range(10):
            texts = [code.text for code in scanner.scan(pages[number])]
            empty = scanner.scan(EMPTY[:300, :400])
            if texts != [f"thread {number}"] or empty:
                failures.append((number, texts, empty))

    threads = [threading.Thread(target=work, args=(i,)) for i in range(len(pages))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
