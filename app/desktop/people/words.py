"""Days, schedules and states in words; whole sentences, never glued from translated pieces."""

from __future__ import annotations

import datetime as dt

from PySide6.QtCore import QCoreApplication, QDate, QLocale

from app.desktop.components.when import date_words
from app.desktop.widgets.amounts import amount_text
from app.desktop.words import explain_code
from app.protocol.messages.holds import Authorisation
from app.protocol.messages.transfers import MoneyRequest, Plan, PlanRun
from app.wallet.people.calendar import Schedule, Unit


def day_words(day: dt.date | str) -> str:
    """A day with its weekday: ``Tue, 1 Dec 2026``."""
    at = dt.date.fromisoformat(day) if isinstance(day, str) else day
    pattern = QCoreApplication.translate("People", "ddd, d MMM yyyy", "a day of a plan")
    return QLocale().toString(QDate(at.year, at.month, at.day), pattern)


def rhythm_words(unit: Unit, every: int) -> str:
    """How often: ``every month``, ``every 2 weeks``, ``once``."""
    if unit == "once":
        return QCoreApplication.translate("People", "Once")
    if every == 1:
        return {
            "day": QCoreApplication.translate("People", "Every day"),
            "week": QCoreApplication.translate("People", "Every week"),
            "month": QCoreApplication.translate("People", "Every month"),
            "year": QCoreApplication.translate("People", "Every year"),
        }[unit]
    words = {
        "day": QCoreApplication.translate("People", "Every {count} days"),
        "week": QCoreApplication.translate("People", "Every {count} weeks"),
        "month": QCoreApplication.translate("People", "Every {count} months"),
        "year": QCoreApplication.translate("People", "Every {count} years"),
    }[unit]
    return words.format(count=every)


def schedule_words(schedule: Schedule) -> str:
    """The whole of it in one sentence."""
    first = day_words(schedule.first_on)
    if schedule.unit == "once":
        return QCoreApplication.translate("People", "Once, on {day}").format(day=first)
    rhythm = rhythm_words(schedule.unit, schedule.every)
    if schedule.times is None:
        words = QCoreApplication.translate("People", "{rhythm} from {day} on, until you stop it")
    else:
        words = QCoreApplication.translate("People", "{rhythm} from {day} on, {count} times")
    return words.format(rhythm=rhythm, day=first, count=schedule.times)


def plan_state_words(plan: Plan) -> tuple[str, str]:
    """State and tone of a plan."""
    return {
        "active": (QCoreApplication.translate("People", "Active", "a plan"), "bean"),
        "paused": (QCoreApplication.translate("People", "Paused", "a plan"), "warning"),
        "stopped": (QCoreApplication.translate("People", "Stopped", "a plan"), "muted"),
        "ended": (QCoreApplication.translate("People", "Completed", "a plan"), "muted"),
    }[plan.state]


def plan_progress_words(plan: Plan) -> str:
    """How many payments were made, of how many."""
    if plan.times is None:
        words = QCoreApplication.translate("People", "{done} paid so far")
    else:
        words = QCoreApplication.translate("People", "{done} of {times} paid")
    return words.format(done=plan.done, times=plan.times)


def run_words(run: PlanRun) -> tuple[str, str]:
    """What became of one payment of a plan, and its tone."""
    day = day_words(run.on)
    if run.state == "paid":
        return QCoreApplication.translate("People", "{day}: paid").format(day=day), "bean"
    if run.state == "skipped":
        return QCoreApplication.translate("People", "{day}: skipped").format(day=day), "muted"
    reason = explain_code(run.failure or "unexpected", "none").title
    words = QCoreApplication.translate("People", "{day}: not paid. {reason}")
    return words.format(day=day, reason=reason), "danger"


def request_state_words(request: MoneyRequest) -> tuple[str, str]:
    """State and tone of a request for money."""
    return {
        "open": (QCoreApplication.translate("People", "Open", "a request"), "info"),
        "paid": (QCoreApplication.translate("People", "Paid", "a request"), "bean"),
        "declined": (QCoreApplication.translate("People", "Declined", "a request"), "danger"),
        "cancelled": (QCoreApplication.translate("People", "Cancelled", "a request"), "muted"),
        "expired": (QCoreApplication.translate("People", "Expired", "a request"), "muted"),
    }[request.state]


def request_title(request: MoneyRequest) -> str:
    """Who asks whom."""
    if not request.mine:
        words = QCoreApplication.translate("People", "{name} asks you")
    elif request.other:
        words = QCoreApplication.translate("People", "You ask {name}")
    else:
        return QCoreApplication.translate("People", "Payment link")
    return words.format(name=request.other)


def hold_words(hold: Authorisation) -> tuple[str, str]:
    """What becomes of a hold, and its tone."""
    captured = amount_text(hold.captured, hold.currency)
    if hold.state == "held":
        words = QCoreApplication.translate("People", "Held until {day} at the latest")
        return words.format(day=date_words(hold.expires_at)), "info"
    if hold.state == "captured" and hold.captured < hold.amount:
        words = QCoreApplication.translate("People", "{amount} taken, the rest let go")
        return words.format(amount=captured), "bean"
    if hold.state == "captured":
        words = QCoreApplication.translate("People", "{amount} taken")
        return words.format(amount=captured), "bean"
    if hold.state == "released":
        return QCoreApplication.translate("People", "Let go by the merchant"), "muted"
    return QCoreApplication.translate("People", "Let go by itself: the time was over"), "muted"
