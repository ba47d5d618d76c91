"""Routes of cases, feedback, quality and reports for staff: parse, call, answer."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

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
    QualityScore,
    Questionnaire,
    QuestionnaireList,
    QuestionnaireOutcome,
    QuestionnaireResult,
    Report,
    StaffOpenCase,
    Stage,
)
from app.server.http.access import STAFF, checked_key
from app.server.http.application import SIGNED_IN, refusals
from app.server.http.bodies import StrictBody
from app.server.http.preamble import KEY_REFUSALS, Key
from app.server.http.tokens import Principal
from app.server.support.cases.room import CaseRoom

Moment = Annotated[int, QueryParameter(ge=0, le=2**53)]
_STAFF: dict[str, Any] = {
    "dependencies": STAFF,
    "security": [{"staff": []}],
    "tags": ["staff"],
}
_BODY = ("validation_failed", "unsupported_media_type")


def staff_case_routes(room: CaseRoom) -> list[Any]:
    """What staff ask about cases."""

    @get("/v1/staff/cases", responses=refusals(*SIGNED_IN), **_STAFF)
    async def staff_cases(
        staff: NamedDependency[Principal],
        *,
        stage: FromQuery[Stage | None] = None,
        team: FromQuery[str | None] = None,
        mine: FromQuery[bool] = False,
        late: FromQuery[bool] = False,
        before: Annotated[int | None, QueryParameter(ge=0, le=2**53)] = None,
    ) -> CaseList:
        """Cases one may see, the newest change first."""
        return await room.shelf.of_staff(
            staff, stage=stage, team=team, mine=mine, late=late, before=before
        )

    @post(
        "/v1/staff/cases",
        dto=StrictBody[StaffOpenCase],
        return_dto=None,
        status_code=201,
        responses=refusals(
            *SIGNED_IN,
            *KEY_REFUSALS,
            *_BODY,
            "conversation_not_found",
            "not_owner",
            "case_not_found",
        ),
        **_STAFF,
    )
    async def staff_open_case(
        staff: NamedDependency[Principal],
        data: JSONBody[StaffOpenCase],
        idempotency_key: Key = None,
    ) -> CaseDetail:
        """Open a case from a conversation."""
        key = checked_key(idempotency_key)
        case_id = await room.cases.open_for_staff(await room.actor(staff), key, data)
        return await room.shelf.for_staff(staff, case_id)

    @get(
        "/v1/staff/cases/{case_id:str}",
        responses=refusals(*SIGNED_IN, "case_not_found"),
        **_STAFF,
    )
    async def staff_case(staff: NamedDependency[Principal], case_id: FromPath[str]) -> CaseDetail:
        """One case, internal lines included."""
        return await room.shelf.for_staff(staff, case_id)

    @post(
        "/v1/staff/cases/{case_id:str}/notes",
        dto=StrictBody[CaseNote],
        return_dto=None,
        status_code=200,
        responses=refusals(*SIGNED_IN, *KEY_REFUSALS, *_BODY, "case_not_found", "case_stage"),
        **_STAFF,
    )
    async def staff_annotate(
        staff: NamedDependency[Principal],
        case_id: FromPath[str],
        data: JSONBody[CaseNote],
        idempotency_key: Key = None,
    ) -> CaseDetail:
        """Add to the timeline, for both sides or internally."""
        key = checked_key(idempotency_key)
        await room.cases.note(case_id, await room.actor(staff), key, data)
        return await room.shelf.for_staff(staff, case_id)

    @post(
        "/v1/staff/cases/{case_id:str}/move",
        dto=StrictBody[CaseMove],
        return_dto=None,
        status_code=200,
        responses=refusals(*SIGNED_IN, *_BODY, "case_not_found", "case_stage", "not_found"),
        **_STAFF,
    )
    async def move(
        staff: NamedDependency[Principal], case_id: FromPath[str], data: JSONBody[CaseMove]
    ) -> CaseDetail:
        """Stage, priority, team, assignee, or one level up."""
        assignee = await room.name_of(data.assignee_id)
        await room.cases.move(case_id, await room.actor(staff), data, assignee)
        return await room.shelf.for_staff(staff, case_id)

    cases = [staff_cases, staff_open_case, staff_case, staff_annotate, move]
    return [*cases, *_feedback_routes(room), *_quality_routes(room)]


def _feedback_routes(room: CaseRoom) -> list[Any]:
    @get("/v1/staff/feedback", responses=refusals(*SIGNED_IN), **_STAFF)
    async def inbox(
        staff: NamedDependency[Principal],
        show: FromQuery[Literal["open", "answered", "declined"]] = "open",
        before: Annotated[int | None, QueryParameter(ge=0, le=2**53)] = None,
    ) -> FeedbackList:
        """What people told the operator."""
        return await room.feedback.inbox(show, before)

    @post(
        "/v1/staff/feedback/{feedback_id:str}",
        dto=StrictBody[FeedbackAnswer],
        return_dto=None,
        status_code=200,
        responses=refusals(*SIGNED_IN, *_BODY, "feedback_not_found"),
        **_STAFF,
    )
    async def answer_feedback(
        staff: NamedDependency[Principal],
        feedback_id: FromPath[str],
        data: JSONBody[FeedbackAnswer],
    ) -> Feedback:
        """Answer it."""
        return await room.feedback.answer(feedback_id, await room.actor(staff), data)

    @get("/v1/staff/questionnaires", responses=refusals(*SIGNED_IN), **_STAFF)
    async def questionnaires(staff: NamedDependency[Principal]) -> QuestionnaireList:
        """The operator's surveys."""
        return QuestionnaireList(await room.questionnaires.all())

    @post(
        "/v1/staff/questionnaires",
        dto=StrictBody[NewQuestionnaire],
        return_dto=None,
        status_code=201,
        responses=refusals(*SIGNED_IN, *KEY_REFUSALS, *_BODY),
        **_STAFF,
    )
    async def make_questionnaire(
        staff: NamedDependency[Principal],
        data: JSONBody[NewQuestionnaire],
        idempotency_key: Key = None,
    ) -> Questionnaire:
        """Open a survey."""
        key = checked_key(idempotency_key)
        return await room.questionnaires.make(await room.actor(staff), data, key)

    @get(
        "/v1/staff/questionnaires/{survey_id:str}",
        responses=refusals(*SIGNED_IN, "request_not_found"),
        **_STAFF,
    )
    async def result(
        staff: NamedDependency[Principal], survey_id: FromPath[str]
    ) -> QuestionnaireResult:
        """What people answered."""
        return await room.questionnaires.result(survey_id)

    @post(
        "/v1/staff/questionnaires/{survey_id:str}/outcome",
        dto=StrictBody[QuestionnaireOutcome],
        return_dto=None,
        status_code=204,
        responses=refusals(*SIGNED_IN, *_BODY, "request_not_found"),
        **_STAFF,
    )
    async def conclude(
        staff: NamedDependency[Principal],
        survey_id: FromPath[str],
        data: JSONBody[QuestionnaireOutcome],
    ) -> None:
        """Tell people what came of it."""
        await room.questionnaires.conclude(await room.actor(staff), survey_id, data)

    return [inbox, answer_feedback, questionnaires, make_questionnaire, result, conclude]


def _quality_routes(room: CaseRoom) -> list[Any]:
    @get("/v1/staff/quality", responses=refusals(*SIGNED_IN), **_STAFF)
    async def samples(
        staff: NamedDependency[Principal], show: FromQuery[Literal["open", "scored"]] = "open"
    ) -> QualityList:
        """Conversations drawn for scoring."""
        return QualityList(await room.quality.samples(scored=show == "scored"))

    @post(
        "/v1/staff/quality/{sample_id:str}",
        dto=StrictBody[QualityScore],
        return_dto=None,
        status_code=204,
        responses=refusals(*SIGNED_IN, *_BODY, "not_found"),
        **_STAFF,
    )
    async def score(
        staff: NamedDependency[Principal],
        sample_id: FromPath[str],
        data: JSONBody[QualityScore],
    ) -> None:
        """Score one."""
        await room.quality.score(sample_id, await room.actor(staff), data)

    @get("/v1/staff/reports", responses=refusals(*SIGNED_IN, "validation_failed"), **_STAFF)
    async def reports(staff: NamedDependency[Principal], since: Moment, until: Moment) -> Report:
        """How support did."""
        return await room.reports.make(since, until)

    return [samples, score, reports]
