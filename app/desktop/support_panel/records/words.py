"""Cases and feedback in words: stages, kinds, lines of a timeline, when something closes."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLocale

from app.desktop.components.when import day_words, moment
from app.protocol.messages.cases import (
    Case,
    CaseEvent,
    Category,
    Feedback,
    FeedbackKind,
    Question,
    Questionnaire,
)

translate = QCoreApplication.translate

CATEGORIES: tuple[Category, ...] = (
    "payment",
    "refund",
    "transfer",
    "account",
    "security",
    "merchant",
    "other",
)
KINDS: tuple[FeedbackKind, ...] = ("feedback", "suggestion", "complaint", "question")


def chinese() -> bool:
    """Whether the window speaks Chinese."""
    return QLocale().language() == QLocale.Language.Chinese


def day_of(milliseconds: int) -> str:
    """``22 Nov``; with the year where it is another one."""
    return day_words(moment(milliseconds).date())


def stage_words(stage: str) -> str:
    """Where a case stands."""
    return {
        "new": translate("Cases", "Received"),
        "working": translate("Cases", "In work"),
        "waiting_person": translate("Cases", "Waits for you"),
        "waiting_internal": translate("Cases", "With specialists"),
        "resolved": translate("Cases", "Solved"),
        "closed": translate("Cases", "Closed"),
    }.get(stage, stage)


def category_words(category: str) -> str:
    """What a case is about."""
    return {
        "payment": translate("Cases", "Payment"),
        "refund": translate("Cases", "Refund"),
        "transfer": translate("Cases", "Transfer"),
        "account": translate("Cases", "Account"),
        "security": translate("Cases", "Security"),
        "merchant": translate("Cases", "Shop"),
        "other": translate("Cases", "Something else"),
    }.get(category, "")


def level_words(level: int) -> str:
    """Who works on it; empty for the first level, which needs no words."""
    return {
        2: translate("Cases", "with a senior colleague"),
        3: translate("Cases", "with a supervisor"),
    }.get(level, "")


def case_line(case: Case, *, number: bool = True) -> str:
    """Number, kind, and who has it."""
    told = [case.number if number else "", category_words(case.category)]
    told.append(case.assignee_name or level_words(case.level))
    return " · ".join(part for part in told if part)


def closing_words(case: Case) -> str:
    """What happens to a case by itself; empty where nothing does."""
    if case.stage == "resolved" and case.closes_at is not None:
        return translate("Cases", "Closes by itself on {day} unless you say otherwise.").format(
            day=day_of(case.closes_at)
        )
    if case.stage == "waiting_person":
        return translate("Cases", "The clock rests until you answer.")
    if case.stage == "closed" and case.closed_at is not None:
        return translate("Cases", "Closed on {day}.").format(day=day_of(case.closed_at))
    return ""


_REASONS = ("late", "asked", "dissatisfied", "amount", "reopened", "decided")


def _escalated(body: str) -> tuple[str, str]:
    why, _, text = body.partition(": ")
    words = {
        "late": translate("Cases", "It took too long: somebody above looks at it now"),
        "asked": translate("Cases", "A supervisor was asked for"),
        "dissatisfied": translate("Cases", "You were not satisfied: somebody above looks at it"),
        "amount": translate("Cases", "Somebody above looks at it because of the amount"),
        "reopened": translate("Cases", "Opened a second time: somebody above looks at it"),
        "decided": translate("Cases", "Passed on to somebody above"),
    }
    if why in _REASONS:
        return words[why], text
    return words["decided"], body


def event_words(event: CaseEvent) -> tuple[str, str]:
    """A line of the timeline: what happened (empty for words alone), and what was said."""
    if event.kind == "note":
        return "", event.body
    if event.kind == "escalated":
        return _escalated(event.body)
    if event.kind == "stage":
        return stage_line(event.stage), event.body
    if event.kind == "assigned":
        words = translate("Cases", "{name} takes care of it").format(name=event.body)
        return words if event.body else "", ""
    told = {
        "opened": translate("Cases", "The case was opened"),
        "reopened": translate("Cases", "The case was opened again"),
        "closed": translate("Cases", "The case was closed"),
        "due": translate("Cases", "It takes longer than promised"),
        "linked": translate("Cases", "It belongs to a bigger case"),
    }
    return told.get(event.kind, ""), event.body


def stage_line(stage: str) -> str:
    """A case came to a stage."""
    return {
        "working": translate("Cases", "Somebody works on it"),
        "waiting_person": translate("Cases", "Something is needed from you"),
        "waiting_internal": translate("Cases", "Specialists look at it"),
        "resolved": translate("Cases", "It is solved, says the service"),
        "closed": translate("Cases", "The case was closed"),
    }.get(stage, "")


def actor_words(event: CaseEvent) -> str:
    """Who did it."""
    return {
        "person": translate("Cases", "You"),
        "bot": translate("Cases", "Assistant"),
        "system": translate("Cases", "Service"),
    }.get(event.actor, event.actor_name or translate("Cases", "Service"))


# --- feedback and surveys


def kind_words(kind: FeedbackKind) -> str:
    """What was said."""
    return {
        "feedback": translate("Cases", "Feedback"),
        "suggestion": translate("Cases", "Suggestion"),
        "complaint": translate("Cases", "Complaint"),
        "question": translate("Cases", "Question for everybody"),
    }[kind]


def kind_hint(kind: FeedbackKind) -> str:
    """What becomes of it."""
    return {
        "feedback": translate("Cases", "Praise, a fault, anything you noticed. You get a number."),
        "suggestion": translate(
            "Cases", "What should be better, and what for. You get a number and an answer."
        ),
        "complaint": translate(
            "Cases",
            "It becomes a case: somebody is responsible, there is a time limit, and you see "
            "each step.",
        ),
        "question": translate(
            "Cases", "Something others may want to know too. The answer stands here for you."
        ),
    }[kind]


def state_words(item: Feedback) -> str:
    """Whether there is an answer."""
    return {
        "open": translate("Cases", "Waits for an answer"),
        "answered": translate("Cases", "Answered"),
        "declined": translate("Cases", "Not taken up"),
    }[item.state]


def helped_words(count: int) -> str:
    """How many found an answer helpful."""
    if not count:
        return ""
    if count == 1:
        return translate("Cases", "Helped one person")
    return translate("Cases", "Helped {count} people").format(count=count)


def survey_title(survey: Questionnaire) -> str:
    """In the window's language."""
    return survey.title_zh if chinese() else survey.title_en


def survey_outcome(survey: Questionnaire) -> str:
    """What came of it, in the window's language; empty while nobody knows."""
    return survey.outcome_zh if chinese() else survey.outcome_en


def until_words(survey: Questionnaire, now: int) -> str:
    """Until when it can be answered, or when it ended; ``now`` is the service's clock."""
    day = day_of(survey.closes_at)
    if survey.closes_at > now:
        return translate("Cases", "until {day}").format(day=day)
    return translate("Cases", "ended {day}").format(day=day)


def question_words(question: Question) -> str:
    """In the window's language."""
    return question.zh if chinese() else question.en


def choice_words(question: Question) -> list[str]:
    """In the window's language."""
    return question.choices_zh if chinese() else question.choices_en
