"""Times in the words of the person's language and place."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QDate, QDateTime, QLocale


def moment(milliseconds: int) -> QDateTime:
    """Unix milliseconds as local time."""
    return QDateTime.fromMSecsSinceEpoch(milliseconds)


def now_ms() -> int:
    """The machine's clock, Unix milliseconds."""
    return QDateTime.currentMSecsSinceEpoch()


def time_words(milliseconds: int) -> str:
    """``14:05``."""
    return moment(milliseconds).toString("HH:mm")


def day_words(day: QDate, today: QDate | None = None) -> str:
    """``Today``, ``Yesterday``, ``3 May``, ``3 May 2025``."""
    today = today or QDate.currentDate()
    behind = day.daysTo(today)
    if behind == 0:
        return QCoreApplication.translate("When", "Today")
    if behind == 1:
        return QCoreApplication.translate("When", "Yesterday")
    if day.year() == today.year():
        pattern = QCoreApplication.translate("When", "d MMM", "a day of this year")
    else:
        pattern = QCoreApplication.translate("When", "d MMM yyyy", "a day of another year")
    return QLocale().toString(day, pattern)


def date_words(milliseconds: int) -> str:
    """The date alone, with its year: ``3 May 2025``."""
    pattern = QCoreApplication.translate("When", "d MMM yyyy", "a day of another year")
    return QLocale().toString(moment(milliseconds).date(), pattern)


def moment_words(milliseconds: int) -> str:
    """Day and minute: ``Today 14:05``."""
    at = moment(milliseconds)
    return QCoreApplication.translate("When", "{day} {time}").format(
        day=day_words(at.date()), time=at.toString("HH:mm")
    )


def as_of_words(milliseconds: int) -> str:
    """The minute, and the day where it isn't today: for "as of …"."""
    at = moment(milliseconds)
    if at.date() == QDate.currentDate():
        return at.toString("HH:mm")
    return moment_words(milliseconds)


def exact_words(milliseconds: int) -> str:
    """Date and time to the second, as a receipt has them."""
    at = moment(milliseconds)
    return QCoreApplication.translate("When", "{day} {time}").format(
        day=date_words(milliseconds), time=at.toString("HH:mm:ss")
    )


def month_words(day: QDate) -> str:
    """``May 2025``."""
    pattern = QCoreApplication.translate("When", "MMMM yyyy", "a month as a heading")
    return QLocale().toString(day, pattern)


def short_month_words(day: QDate) -> str:
    """``May``, ``5月``: under a bar."""
    pattern = QCoreApplication.translate("When", "MMM", "a month under a bar")
    return QLocale().toString(day, pattern)


def rest_words(days: int) -> str:
    """How long until something happens: ``today``, ``tomorrow``, ``in 12 days``."""
    if days <= 0:
        return QCoreApplication.translate("When", "today", "when K-Beans expire")
    if days == 1:
        return QCoreApplication.translate("When", "tomorrow", "when K-Beans expire")
    words = QCoreApplication.translate("When", "in {count} days", "when K-Beans expire")
    return words.format(count=days)
