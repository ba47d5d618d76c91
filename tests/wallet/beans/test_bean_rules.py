"""What can be deducted, and which warnings are news."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.protocol.errors import KBeanError
from app.protocol.messages.payments import ExpiryWarning
from app.protocol.messages.points import Coupon, Deductions
from app.wallet.beans import deduction, warnings

DAY = 86_400_000


def coupon(coupon_id: str, value: int) -> Coupon:
    return Coupon(coupon_id, {"en": "Off"}, value, "CNY", 0, "open", 0, DAY)


@given(unit=st.integers(1, 500), most=st.integers(0, 10_000), beans=st.integers(-5, 11_000))
def test_only_whole_minor_units_up_to_the_limit(unit, most, beans):
    offered = Deductions(unit, most, [], 0)
    fits = 0 <= beans <= most and beans % unit == 0
    if not fits:
        with pytest.raises(KBeanError) as refused:
            deduction.by_beans(offered, beans)
        assert refused.value.code == "points_invalid"
        return
    chosen = deduction.by_beans(offered, beans)
    assert (chosen.points, chosen.discount) == (beans, beans // unit)
    assert chosen.coupon_id is None
    assert deduction.most_beans(offered) % unit == 0


def test_a_coupon_settles_no_more_than_the_amount_and_only_one_that_was_offered():
    offered = Deductions(1, 0, [coupon("a", 500)], 0)
    assert deduction.by_coupon(offered, "a", 2000).discount == 500
    assert deduction.by_coupon(offered, "a", 300).discount == 300
    for nothing in (offered, None):
        with pytest.raises(KBeanError) as refused:
            deduction.by_coupon(nothing, "b", 2000)
        assert refused.value.code == "coupon_unfit"
    assert deduction.anything(offered)
    assert not deduction.anything(Deductions(10, 9, [], 0))
    assert not deduction.anything(None)


def test_each_step_is_told_once_and_the_nearer_one_takes_the_place():
    month, week = ExpiryWarning(40, DAY * 30, 30), ExpiryWarning(40, DAY * 30, 7)
    told = warnings.Told()
    assert warnings.news([month], told) == [month]
    told = told.with_steps([(month.expires_at, month.days)])
    assert warnings.news([month], told) == []
    assert warnings.news([week], told) == [week]
    first = warnings.notice_of(month, notice_id="1", at=1)
    second = warnings.notice_of(week, notice_id="2", at=2)
    kept = warnings.with_news((first,), [second])
    assert kept == (second,)
    assert (second.amount, second.currency, second.until) == (40, "KBN", DAY * 30)
