"""What the pages of surveys say and make, decided without a page (design/1 S10)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Literal
from zoneinfo import ZoneInfo

from app.desk.words import Language
from app.protocol.messages.cases import Question, Questionnaire, QuestionnaireResult

State = Literal["planned", "open", "closed", "told"]


def survey_state(survey: Questionnaire, now: int) -> State:
    """Where a survey stands; ``told``: people know what came of it."""
    if survey.outcome_zh or survey.outcome_en:
        return "told"
    if now < survey.opens_at:
        return "planned"
    return "open" if now < survey.closes_at else "closed"


def title_of(survey: Questionnaire, language: Language) -> str:
    """Its title for who reads the desk."""
    return survey.title_zh if language == "zh-CN" else survey.title_en


def question_of(question: Question, language: Language) -> str:
    """A question for who reads the desk."""
    return question.zh if language == "zh-CN" else question.en


def bars(
    question: Question, result: QuestionnaireResult, language: Language
) -> list[tuple[str, int]]:
    """Answer → how many people gave it, in the order people see: five stars first."""
    counts = result.counts.get(question.id, {})
    if question.kind == "stars":
        return [("★" * star, counts.get(str(star), 0)) for star in range(5, 0, -1)]
    choices = question.choices_zh if language == "zh-CN" else question.choices_en
    return [(words, counts.get(str(at), 0)) for at, words in enumerate(choices)]


def mean_stars(question: Question, result: QuestionnaireResult) -> float | None:
    """The mean of a question's stars; None where nobody gave any."""
    counts = result.counts.get(question.id, {})
    given = sum(counts.values())
    if question.kind != "stars" or not given:
        return None
    return sum(int(star) * count for star, count in counts.items()) / given


def lines(text: str | None) -> list[str]:
    """Choices as they are typed: one a line."""
    return [" ".join(line.split()) for line in (text or "").splitlines() if line.strip()]


def day_start(day: str, zone: ZoneInfo) -> int:
    """Unix milliseconds of a day's first moment, ``2026-11-23``.

    Raises:
        ValueError: this is no day.
    """
    return int(dt.datetime.combine(dt.date.fromisoformat(day), dt.time(), zone).timestamp() * 1000)


def day_end(day: str, zone: ZoneInfo) -> int:
    """Unix milliseconds of the moment a day is over.

    Raises:
        ValueError: this is no day.
    """
    after = dt.date.fromisoformat(day) + dt.timedelta(days=1)
    return day_start(after.isoformat(), zone)


def day_of(milliseconds: int, zone: ZoneInfo) -> str:
    """The day of a moment, ``2026-11-23``."""
    return dt.datetime.fromtimestamp(milliseconds / 1000, zone).date().isoformat()


def days_from(day: str, count: int) -> str:
    """The day so many days later."""
    return (dt.date.fromisoformat(day) + dt.timedelta(days=count)).isoformat()


def numbered(questions: Sequence[tuple[str, str, str, str, str]]) -> list[Question]:
    """Questions with ids of their own.

    Args:
        questions: (kind, Chinese, English, Chinese choices, English choices); choices one a line.
    """
    made = []
    for at, (kind, zh, en, choices_zh, choices_en) in enumerate(questions, 1):
        choice = kind == "choice"
        made.append(
            Question(
                id=f"q{at}",
                kind="stars" if kind == "stars" else "choice" if choice else "text",
                zh=" ".join(zh.split()),
                en=" ".join(en.split()),
                choices_zh=lines(choices_zh) if choice else [],
                choices_en=lines(choices_en) if choice else [],
            )
        )
    return made
