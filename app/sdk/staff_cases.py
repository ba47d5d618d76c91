"""The staff's calls about cases, feedback, surveys, quality and reports, typed.

Source: design/1 S7–S10, ``app/protocol/messages/cases.py``. What makes something new carries a key:
a repeated request answers like the first one.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Literal, TypeVar
from urllib.parse import quote, urlencode

import msgspec

from app.protocol.messages.cases import (
    CaseDetail,
    CaseList,
    CaseMove,
    CaseNote,
    Feedback,
    FeedbackAnswer,
    FeedbackList,
    NewQuestionnaire,
    QualityList,
    QualitySample,
    QualityScore,
    Questionnaire,
    QuestionnaireList,
    QuestionnaireOutcome,
    QuestionnaireResult,
    Report,
    StaffOpenCase,
    Stage,
)
from app.sdk.answers import read
from app.sdk.transport import Call

T = TypeVar("T", bound=msgspec.Struct)
FeedbackState = Literal["open", "answered", "declined"]
_REPORT_SECONDS = 60.0


class StaffCaseClient:
    """What staff ask; borrows the session of a :class:`app.sdk.staff.StaffClient`."""

    def __init__(self, send: Callable[[Call], Awaitable[bytes]]) -> None:
        """Take what sends a call with the session's token."""
        self._send = send

    # --- cases

    async def cases(
        self,
        *,
        stage: Stage | None = None,
        team: str | None = None,
        mine: bool = False,
        late: bool = False,
        before: int | None = None,
    ) -> CaseList:
        """A page of the cases one may see, the newest change first.

        Args:
            stage: Only these; None: all that are not closed.
            team: Only this team's; ``""`` is the first level.
            mine: Only one's own.
            late: Only those past a target.
            before: ``updated_at`` of the last one of the page before.
        """
        words: dict[str, object] = {"stage": stage, "team": team, "before": before}
        words |= {"mine": "true" if mine else None, "late": "true" if late else None}
        return await self._ask(Call("GET", f"/v1/staff/cases{_query(words)}"), CaseList)

    async def case(self, case: str) -> CaseDetail:
        """One case by its id or number, internal lines included.

        Raises:
            KBeanError: ``case_not_found``, also for one that one may not see.
        """
        return await self._ask(Call("GET", _case(case)), CaseDetail)

    async def open(self, key: str, request: StaffOpenCase) -> CaseDetail:
        """Open a case from a conversation; the key becomes its id.

        Raises:
            KBeanError: ``conversation_not_found``, ``not_owner``, ``case_not_found`` (the parent).
        """
        return await self._make("/v1/staff/cases", key, request, CaseDetail)

    async def annotate(self, case_id: str, key: str, note: CaseNote) -> CaseDetail:
        """Add to the timeline, for both sides or internally.

        Raises:
            KBeanError: ``case_not_found``; ``case_stage`` where it is closed.
        """
        return await self._make(f"{_case(case_id)}/notes", key, note, CaseDetail)

    async def move(self, case_id: str, move: CaseMove) -> CaseDetail:
        """Stage, priority, team, assignee, or one level up.

        Never repeated by itself: what was escalated once must not go up twice.

        Raises:
            KBeanError: ``case_not_found``; ``case_stage`` where somebody else moved it meanwhile.
        """
        body = msgspec.json.encode(move)
        return await self._ask(Call("POST", f"{_case(case_id)}/move", body), CaseDetail)

    # --- feedback

    async def feedback(
        self, state: FeedbackState = "open", before: int | None = None
    ) -> FeedbackList:
        """What people told the operator, newest first; ``before`` is ``created_at`` of the last."""
        query = _query({"show": state, "before": before})
        return await self._ask(Call("GET", f"/v1/staff/feedback{query}"), FeedbackList)

    async def answer_feedback(self, feedback_id: str, answer: FeedbackAnswer) -> Feedback:
        """Answer it, or say why not; a question may be published with its answer.

        Raises:
            KBeanError: ``feedback_not_found``.
        """
        body, path = (
            msgspec.json.encode(answer),
            f"/v1/staff/feedback/{quote(feedback_id, safe='')}",
        )
        return await self._ask(Call("POST", path, body, repeatable=True), Feedback)

    # --- surveys

    async def surveys(self) -> list[Questionnaire]:
        """The operator's surveys, newest first."""
        return (await self._ask(Call("GET", "/v1/staff/questionnaires"), QuestionnaireList)).items

    async def make_survey(self, key: str, request: NewQuestionnaire) -> Questionnaire:
        """Open a survey; the key becomes its id.

        Raises:
            KBeanError: ``validation_failed``.
        """
        return await self._make("/v1/staff/questionnaires", key, request, Questionnaire)

    async def survey(self, survey_id: str) -> QuestionnaireResult:
        """What people answered.

        Raises:
            KBeanError: ``request_not_found``.
        """
        return await self._ask(Call("GET", _survey(survey_id)), QuestionnaireResult)

    async def conclude(self, survey_id: str, outcome: QuestionnaireOutcome) -> None:
        """Tell people what came of it; saying it again replaces it."""
        body = msgspec.json.encode(outcome)
        await self._send(Call("POST", f"{_survey(survey_id)}/outcome", body, repeatable=True))

    # --- quality and reports

    async def samples(self, *, scored: bool = False) -> list[QualitySample]:
        """Conversations drawn for scoring."""
        show = "scored" if scored else "open"
        return (await self._ask(Call("GET", f"/v1/staff/quality?show={show}"), QualityList)).samples

    async def score(self, sample_id: str, score: QualityScore) -> None:
        """Score one; scoring it again replaces the scores.

        Raises:
            KBeanError: ``not_found``.
        """
        path, body = f"/v1/staff/quality/{quote(sample_id, safe='')}", msgspec.json.encode(score)
        await self._send(Call("POST", path, body, repeatable=True))

    async def report(self, since: int, until: int) -> Report:
        """How support did with what began in [since, until), Unix milliseconds.

        Raises:
            KBeanError: ``validation_failed`` for a span that is none or too long.
        """
        query = _query({"since": since, "until": until})
        return await self._ask(
            Call("GET", f"/v1/staff/reports{query}", answer=_REPORT_SECONDS), Report
        )

    # --- pieces

    async def _ask(self, call: Call, kind: type[T]) -> T:
        return read(await self._send(call), kind)

    async def _make(self, path: str, key: str, body: msgspec.Struct, kind: type[T]) -> T:
        return await self._ask(Call("POST", path, msgspec.json.encode(body), key=key), kind)


def _query(words: dict[str, object]) -> str:
    given = {name: value for name, value in words.items() if value is not None}
    return f"?{urlencode(given)}" if given else ""


def _case(case: str) -> str:
    return f"/v1/staff/cases/{quote(case, safe='')}"


def _survey(survey_id: str) -> str:
    return f"/v1/staff/questionnaires/{quote(survey_id, safe='')}"
