"""Which handle a code is made of: never the same pair twice, always one the service takes."""

from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from app.protocol.codes import payment_code
from app.wallet.codes import rules
from app.wallet.vault.stores.handles import Handle

MINUTE = rules.STEP_MS
AT = 30_000_000 * MINUTE
DAY = 24 * 60 * MINUTE


def handle(number: int, *, since: int = AT - MINUTE, life: int = DAY, confirm: bool = False):
    return Handle(number, bytes([number]) * 32, since, since + life, must_confirm=confirm)


def shown(handles: list[Handle], chosen: rules.Next, at: int) -> list[Handle]:
    after = msgspec.structs.replace(
        chosen.handle, counter=chosen.counter, shown_at=max(at, chosen.handle.shown_at or 0)
    )
    return [after if one.handle == after.handle else one for one in handles]


@given(
    moves=st.lists(st.integers(-3 * MINUTE, 3 * MINUTE), max_size=60),
    confirms=st.lists(st.booleans(), max_size=60),
)
def test_whatever_the_clock_does_no_pair_comes_twice_and_all_are_in_the_window(moves, confirms):
    handles = [handle(1), handle(2), handle(3), handle(4, confirm=True)]
    at, seen, last = AT + 60 * MINUTE, set(), dict.fromkeys((1, 2, 3, 4), 0)
    for move, confirm in zip(moves, confirms, strict=False):
        at += move
        chosen = rules.choose(handles, at, must_confirm=confirm)
        if chosen is None:
            continue
        number = chosen.handle.handle
        pair = (number, rules.step_of(at), chosen.counter)
        assert pair not in seen
        seen.add(pair)
        assert not confirm or chosen.handle.must_confirm
        code = payment_code.generate(chosen.handle.secret, number, at // 1000, chosen.counter)
        _, otp = payment_code.split(code)
        # The service knows of no code that was not scanned: it counts from 0, or from this one.
        for known in (0, last[number]):
            assert payment_code.matches(chosen.handle.secret, number, otp, at // 1000, known)
        last[number] = chosen.counter
        handles = shown(handles, chosen, at)


def test_a_minute_later_the_same_handle_serves_for_hours():
    handles = [handle(1)]
    for minute in range(300):
        at = AT + minute * MINUTE
        chosen = rules.choose(handles, at, must_confirm=False)
        assert chosen is not None
        assert chosen.counter == 0
        handles = shown(handles, chosen, at)


def test_within_a_minute_each_counter_once_and_then_nothing():
    handles = [handle(1), handle(2, confirm=True)]
    used = []
    while (chosen := rules.choose(handles, AT, must_confirm=False)) is not None:
        used.append((chosen.handle.handle, chosen.counter))
        handles = shown(handles, chosen, AT)
    # The one that must be confirmed comes last, and only where it may.
    assert used == [(1, 0), (1, 1), (1, 2), (1, 3), (2, 0), (2, 1), (2, 2), (2, 3)]
    assert rules.left(handles, AT) == 0
    assert rules.left(handles, AT + MINUTE) == 1
    rest = [handle(2, confirm=True)]
    assert rules.choose(rest, AT, must_confirm=False) is not None
    assert rules.choose(rest, AT, must_confirm=False, resort=False) is None
    assert rules.choose(rest, AT, must_confirm=True, resort=False) is not None


def test_handles_of_other_days_rest_and_the_last_day_is_known():
    days = [handle(n + 1, since=AT + n * DAY) for n in range(3)]
    chosen = rules.choose(days, AT + DAY + 1, must_confirm=False)
    assert chosen is not None
    assert chosen.handle.handle == 2
    assert rules.lasting(days, AT) == AT + 3 * DAY
    assert rules.lasting(days, AT + 3 * DAY) is None
    assert rules.choose([handle(1)], AT, must_confirm=True) is None


def test_fresh_ones_are_wanted_when_old_few_or_without_one_to_reveal():
    good = [handle(1), handle(2), handle(3, confirm=True)]
    assert not rules.wants_fresh(good, AT, AT + MINUTE)
    assert rules.wants_fresh(good, None, AT)
    assert rules.wants_fresh(good, AT, AT + rules.FRESH_MS)
    assert rules.wants_fresh(good, AT + 1, AT)  # issued tomorrow: the clock was wrong
    assert rules.wants_fresh(good[:2], AT, AT + MINUTE)
    assert rules.wants_fresh(good[1:], AT, AT + MINUTE)
