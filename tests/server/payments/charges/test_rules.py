"""The decisions about codes and charges, read aloud."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.protocol.codes import payment_code
from app.server.payments.charges import rules
from app.server.payments.charges.rows import HandleRow

KEY = bytes(range(32))
NOW = 1_700_000_000_000
FACT = rules.HandleFact(
    123456789, "user", "device", "session", "李伟", KEY, False, NOW - 5, NOW - 60_000, NOW + 60_000
)
ROW = HandleRow(123456789, 0, 0, None)


def refusal(fact=FACT, row=ROW, at=NOW, *, lives=True, cutoff=0):
    return rules.refusal_of_handle(fact, row, at, session_lives=lives, cutoff=cutoff)


def test_a_handle_counts_while_it_lives():
    assert refusal() is None
    assert refusal(row=ROW._replace(revoked_at=1)) == "payer_code_revoked"
    assert refusal(lives=False) == "payer_code_revoked"
    assert refusal(cutoff=NOW - 6) is None
    assert refusal(cutoff=NOW - 5) == "payer_code_revoked"
    assert refusal(row=ROW._replace(failures=4)) is None
    assert refusal(row=ROW._replace(failures=5)) == "payer_code_locked"
    assert refusal(at=NOW - 60_000) is None
    assert refusal(at=NOW - 60_001) == "payer_code_expired"
    assert refusal(at=NOW + 59_999) is None
    assert refusal(at=NOW + 60_000) == "payer_code_expired"


@given(st.integers(-30, 30), st.integers(0, 30), st.integers(0, 30))
def test_late_codes_are_told_from_guesses(steps: int, counter: int, last: int):
    otp = payment_code.one_time(KEY, FACT.handle, NOW // 60_000 + steps, counter)
    found = rules.locate(KEY, FACT.handle, otp, NOW, last)
    fresh = abs(steps) <= 1 and last <= counter <= last + 3
    known = abs(steps) <= rules.LATE_STEPS and last - rules.BEHIND <= counter <= last + 3
    if fresh or known:
        assert found is not None
        assert payment_code.one_time(KEY, FACT.handle, found.step, found.counter) == otp
    if fresh:
        assert found is not None
        assert found.fresh
    if not known:
        assert found is None or (found.step, found.counter) != (NOW // 60_000 + steps, counter)


@given(st.integers(-3, 3), st.integers(0, 40), st.integers(0, 30))
def test_a_counter_that_moved_on_elsewhere_is_found_and_judged_by_its_row(
    steps: int, counter: int, seen: int
):
    otp = payment_code.one_time(KEY, FACT.handle, NOW // 60_000 + steps, counter)
    found = rules.presume(KEY, FACT.handle, otp, NOW, seen)
    if abs(steps) <= 1 and seen <= counter < seen + rules.UNSEEN:
        assert found == (True, NOW // 60_000 + steps, counter)
        # Three further is as far as a device may be, by the row that the plan locks.
        assert rules.still_acceptable(found, NOW, max(0, counter - 3))
        assert counter < 4 or not rules.still_acceptable(found, NOW, counter - 4)
        assert not rules.still_acceptable(found, NOW, counter + 1)


def test_a_code_is_accepted_once_and_in_time():
    fresh, late = rules.Located(True, 1, 0), rules.Located(False, 1, 0)
    assert rules.refusal_of_code(None, used=False) == "payer_code_unknown"
    assert rules.refusal_of_code(fresh, used=True) == "payer_code_used"
    assert rules.refusal_of_code(late, used=True) == "payer_code_used"
    assert rules.refusal_of_code(late, used=False) == "payer_code_expired"
    assert rules.refusal_of_code(fresh, used=False) is None


@pytest.mark.parametrize(
    ("amount", "spent", "must_confirm", "asked"),
    [
        (1, 0, True, "revealed"),
        (200, 0, False, None),
        (201, 0, False, "amount"),
        (100, 900, False, None),
        (101, 900, False, "day"),
    ],
)
def test_when_the_payer_is_asked(amount, spent, must_confirm, asked):
    found = rules.question(
        amount, spent, must_confirm=must_confirm, small_each=200, small_day=1_000
    )
    assert found == asked


def test_a_persons_own_limit_only_lowers():
    assert rules.smallest(200, None) == 200
    assert rules.smallest(200, 50) == 50
    assert rules.smallest(200, 5_000) == 200
    assert rules.smallest(200, 0) == 0


@pytest.mark.parametrize(
    ("state", "order", "left", "shown", "due"),
    [
        ("userpaying", "open", 1, "userpaying", False),
        ("userpaying", "open", 0, "closed", True),
        ("userpaying", "paid", -5, "success", True),
        ("userpaying", "cancelled", 5, "closed", True),
        ("success", "paid", -5, "success", False),
        ("reversing", "paid", -5, "reversing", False),
        ("revoked", "paid", -5, "revoked", False),
        ("failed", "cancelled", -5, "failed", False),
        ("closed", "cancelled", -5, "closed", False),
    ],
)
def test_what_a_charge_is_now(state, order, left, shown, due):
    assert rules.state_of(state, order, NOW + left, NOW) == shown
    assert rules.is_due(state, order, NOW + left, NOW) == due


def test_what_cannot_be_given_back_yet_is_tried_less_and_less_often():
    waits = [rules.next_try(tries, NOW) - NOW for tries in range(9)]
    assert waits == sorted(waits)
    assert waits[0] <= 2_000
    assert waits[-1] == waits[-2] == 300_000


def test_names_are_masked():
    assert rules.masked("李伟") == "李*"
    assert rules.masked("Alexander") == "A***"
    assert rules.masked("李") == "李"


@given(st.integers(0, 2**45), st.integers(0, 2**40), st.integers(1, 2**40))
def test_what_is_paid_goes_back_for_a_while(paid: int, age: int, within: int):
    assert rules.may_reverse(paid, paid + age, within) == (age <= within)
    assert rules.may_reverse(None, paid, within)
    # A clock that fell behind takes nothing away.
    assert rules.may_reverse(paid + age, paid, within)
