"""Cases, clocks, surveys, feedback and reports (design/4 §Cases and clocks, design/1 S7–S10).

Persons use ``/v1/support/cases``, ``/v1/support/feedback`` and ``/v1/support/questionnaires``;
staff ``/v1/staff/cases``, ``/v1/staff/feedback``, ``/v1/staff/quality``, ``/v1/staff/reports``.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from app.protocol.messages import LINE, Id
from app.protocol.messages.support import Language

Category = Literal["payment", "refund", "transfer", "account", "security", "merchant", "other"]
Stage = Literal["new", "working", "waiting_person", "waiting_internal", "resolved", "closed"]
Priority = Annotated[int, msgspec.Meta(ge=0, le=3)]
"""0 low · 1 normal · 2 high · 3 urgent."""

Title = Annotated[str, msgspec.Meta(min_length=1, max_length=120, pattern=LINE)]
Text = Annotated[str, msgspec.Meta(min_length=1, max_length=4000)]
Metric = Literal["first_response", "next_response", "resolution"]


class Clock(msgspec.Struct, frozen=True, omit_defaults=True):
    """One SLA clock as it stands: counts seconds of service hours, is made of events.

    Attributes:
        metric: What it measures.
        cycle: Which opening of its subject it belongs to.
        target: Seconds in service hours, copied when it was started.
        state: ``running`` · ``paused`` · ``fulfilled`` · ``cancelled``.
        due_at: When it will be (or was) over its target if it goes on running; None while paused.
        sla: ``ok`` · ``warn`` (75 %) · ``breach``.
        used: Seconds of service hours counted so far.
    """

    metric: Metric
    cycle: int
    target: int
    state: Literal["running", "paused", "fulfilled", "cancelled"]
    started_at: int
    used: int
    sla: Literal["ok", "warn", "breach"] = "ok"
    due_at: int | None = None
    ended_at: int | None = None


class CaseEvent(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line of a case's timeline, which both sides annotate.

    ``kind``: ``opened`` · ``stage`` · ``note`` · ``priority`` · ``assigned`` · ``escalated`` ·
    ``reopened`` · ``closed`` · ``linked`` · ``due``. Internal lines never reach a person.
    """

    seq: int
    at: int
    kind: str
    actor: Literal["person", "agent", "bot", "system"]
    actor_name: str = ""
    body: str = ""
    stage: str = ""
    internal: bool = False


class Case(msgspec.Struct, frozen=True, omit_defaults=True):
    """A case; ``number`` is what people quote, e.g. ``KS-20261123-0004``.

    Attributes:
        level: 1, and one more each time it is escalated.
        cycle: 1, and one more each time it is reopened.
        closes_at: A resolved case closes by itself then, unless the person says otherwise.
    """

    id: str
    number: str
    title: str
    category: Category
    priority: int
    stage: Stage
    level: int
    cycle: int
    opened_at: int
    updated_at: int
    conversation_id: str = ""
    payment_id: str = ""
    parent: str = ""
    team: str = ""
    assignee_id: str = ""
    assignee_name: str = ""
    person_name: str = ""
    closes_at: int | None = None
    closed_at: int | None = None
    clocks: list[Clock] = []


class CaseDetail(msgspec.Struct, frozen=True, omit_defaults=True):
    """``GET …/cases/{id}``: the case and its timeline, oldest first; children for staff."""

    case: Case
    events: list[CaseEvent]
    children: list[str] = []


class CaseList(msgspec.Struct, frozen=True):
    """``GET …/cases?before=`` newest change first; staff filter by stage, team, mine, late."""

    cases: list[Case]
    more: bool


class OpenCase(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """``POST /v1/support/cases`` → 201 :class:`CaseDetail`; with an ``Idempotency-Key``."""

    title: Title
    text: Text
    category: Category = "other"
    payment_id: Id | None = None
    conversation_id: Id | None = None


class StaffOpenCase(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """``POST /v1/staff/cases`` → 201 :class:`CaseDetail`: from a conversation one owns."""

    conversation_id: Id
    title: Title
    text: Annotated[str, msgspec.Meta(max_length=4000)] = ""
    category: Category = "other"
    priority: Priority = 1
    parent: Id | None = None


class CaseNote(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``POST …/cases/{id}/notes``; ``internal`` is for staff only. With an ``Idempotency-Key``."""

    text: Text
    internal: bool = False


class CaseSay(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``POST /v1/support/cases/{id}/say``: the person's word; with an ``Idempotency-Key``.

    ``solved`` closes it; ``not_solved`` reopens a resolved or closed one (a new cycle, one level
    up the second time); ``escalate`` asks for a supervisor at once.
    """

    word: Literal["solved", "not_solved", "escalate"]
    text: Annotated[str, msgspec.Meta(max_length=4000)] = ""


class CaseMove(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """``POST /v1/staff/cases/{id}/move``: stage, priority, team, assignee; what is None stays.

    ``expected`` is the stage the page showed: another one meanwhile is ``case_stage``.
    """

    expected: Stage
    stage: Stage | None = None
    priority: Priority | None = None
    team: Annotated[str, msgspec.Meta(max_length=32, pattern=LINE)] | None = None
    assignee_id: Id | None = None
    escalate: bool = False
    text: Annotated[str, msgspec.Meta(max_length=4000)] = ""


# --- feedback, complaints, community questions, surveys ----------------------------------------

FeedbackKind = Literal["feedback", "suggestion", "complaint", "question"]


class FeedbackRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """``POST /v1/support/feedback`` → 201 :class:`Feedback`; with an ``Idempotency-Key``.

    A complaint becomes a case too. A question may be shown to everybody, without a name, once it
    is answered.
    """

    kind: FeedbackKind
    title: Title
    text: Text
    language: Language
    public: bool = False


class Feedback(msgspec.Struct, frozen=True, omit_defaults=True):
    """Something a person told the operator; it has a number and gets an answer.

    ``state``: ``open`` · ``answered`` · ``declined``. ``mine`` is False on other people's public
    questions; ``helpful`` counts who found the answer useful.
    """

    id: str
    number: str
    kind: FeedbackKind
    title: str
    text: str
    state: Literal["open", "answered", "declined"]
    created_at: int
    language: Language
    public: bool = False
    mine: bool = True
    answer: str = ""
    answered_by: str = ""
    answered_at: int | None = None
    case_number: str = ""
    helpful: int = 0
    found_helpful: bool = False


class FeedbackList(msgspec.Struct, frozen=True):
    """``GET /v1/support/feedback`` (mine) and ``GET /v1/support/community?text=`` (published)."""

    items: list[Feedback]
    more: bool


class FeedbackAnswer(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """``POST /v1/staff/feedback/{id}``: the answer a person reads in the wallet."""

    state: Literal["answered", "declined"]
    answer: Text
    publish: bool = False


class Question(msgspec.Struct, frozen=True, omit_defaults=True):
    """One question of a questionnaire, in both languages."""

    id: Annotated[str, msgspec.Meta(pattern="^[a-z][a-z0-9_]{0,31}(?!\\n)$")]
    kind: Literal["stars", "choice", "text"]
    zh: Title
    en: Title
    choices_zh: list[Title] = []
    choices_en: list[Title] = []


class Questionnaire(msgspec.Struct, frozen=True, omit_defaults=True):
    """A survey the operator opened; ``outcome`` is the operator's answer to what people said."""

    id: str
    number: str
    title_zh: str
    title_en: str
    questions: list[Question]
    opens_at: int
    closes_at: int
    answered: bool = False
    outcome_zh: str = ""
    outcome_en: str = ""


class QuestionnaireList(msgspec.Struct, frozen=True):
    """``GET /v1/support/questionnaires``: open ones, and closed ones that have an outcome."""

    items: list[Questionnaire]


class QuestionnaireAnswers(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``POST /v1/support/questionnaires/{id}``: once a person; question id → answer.

    Stars are ``"1"`` … ``"5"``, a choice is its position from ``"0"``.
    """

    answers: dict[str, Annotated[str, msgspec.Meta(max_length=2000)]]


class NewQuestionnaire(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """``POST /v1/staff/questionnaires``."""

    title_zh: Title
    title_en: Title
    questions: Annotated[list[Question], msgspec.Meta(min_length=1, max_length=20)]
    opens_at: int
    closes_at: int


class QuestionnaireOutcome(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``POST /v1/staff/questionnaires/{id}/outcome``: what the operator makes of it."""

    outcome_zh: Text
    outcome_en: Text


class QuestionnaireResult(msgspec.Struct, frozen=True):
    """``GET /v1/staff/questionnaires/{id}``: counts by question and answer; texts as they are."""

    questionnaire: Questionnaire
    people: int
    counts: dict[str, dict[str, int]]
    texts: dict[str, list[str]]


# --- quality and reports -----------------------------------------------------------------------


class QualitySample(msgspec.Struct, frozen=True, omit_defaults=True):
    """A closed conversation drawn for scoring."""

    id: str
    conversation_id: str
    number: str
    cycle: int
    agent_name: str
    drawn_at: int
    scores: dict[str, int] = {}
    comment: str = ""
    scored_by: str = ""
    scored_at: int | None = None


class QualityList(msgspec.Struct, frozen=True):
    """``GET /v1/staff/quality?show=open|scored``."""

    samples: list[QualitySample]


class QualityScore(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``POST /v1/staff/quality/{id}``: 0 … 4 for each criterion."""

    scores: Annotated[
        dict[
            Literal["understood", "correct", "polite", "complete", "followed_rules"],
            Annotated[int, msgspec.Meta(ge=0, le=4)],
        ],
        msgspec.Meta(min_length=1),
    ]
    comment: Annotated[str, msgspec.Meta(max_length=2000)] = ""


class Quantiles(msgspec.Struct, frozen=True):
    """Seconds; None where nothing was measured."""

    count: int
    p50: int | None
    p90: int | None


class Measured(msgspec.Struct, frozen=True):
    """A duration both ways (design/4: in service hours and wall hours)."""

    service: Quantiles
    wall: Quantiles


class Day(msgspec.Struct, frozen=True):
    """One day of the report's trend, in the service's time zone."""

    day: str
    opened: int
    handed_over: int
    closed: int
    csat_sum: int
    csat_count: int


class Report(msgspec.Struct, frozen=True):
    """``GET /v1/staff/reports?since=&until=``: how support did. Rates are parts of one thousand.

    Attributes:
        cycles: Conversations (each opening counts).
        contained: Ended without a person.
        abandoned: Left while waiting in the queue.
        resolved: Closed as resolved, of those a person handled.
        reopened: Of the closed ones.
        handoff_reasons: Reason → count.
        sla: Metric → (kept, all).
        csat: Answers by stars, 1 … 5.
        quality: Criterion → mean × 100.
    """

    since: int
    until: int
    cycles: int
    handed_over: int
    contained: int
    abandoned: int
    resolved: int
    reopened: int
    contained_rate: int | None
    abandoned_rate: int | None
    resolved_rate: int | None
    reopened_rate: int | None
    first_response: Measured
    resolution: Measured
    handoff_reasons: dict[str, int]
    sla: dict[str, tuple[int, int]]
    csat: list[int]
    quality: dict[str, int]
    days: list[Day]
