"""Routes of cases, surveys, feedback and questionnaires for persons: parse, call, answer."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from app.protocol.messages.cards import RequestEvent
from app.protocol.messages.cases import (
    CaseDetail,
    CaseList,
    CaseNote,
    CaseSay,
    Feedback,
    FeedbackList,
    FeedbackRequest,
    OpenCase,
    QuestionnaireAnswers,
    QuestionnaireList,
)
from app.protocol.messages.support import SurveyAnswer
from app.server.http.access import PERSON, checked_key
from app.server.http.application import SIGNED_IN, refusals
from app.server.http.bodies import StrictBody
from app.server.http.limits import RateLimit
from app.server.http.preamble import KEY_REFUSALS, Key
from app.server.http.tokens import Principal
from app.server.support.cases.room import CaseRoom
from app.server.support.cases.store import Actor

Moment = Annotated[int | None, QueryParameter(ge=0, le=2**53)]
_PERSON: dict[str, Any] = {
    "dependencies": PERSON,
    "security": [{"person": []}],
    "tags": ["support"],
}
_BODY = ("validation_failed", "unsupported_media_type", "too_many_requests")


def case_routes(room: CaseRoom, per_minute: int | None) -> list[Any]:
    """What a person asks; ``per_minute`` bounds how often one writes."""
    writing = RateLimit(per_minute)

    @get(
        "/v1/support/cases",
        responses=refusals(*SIGNED_IN),
        **_PERSON,
    )
    async def my_cases(person: NamedDependency[Principal], before: Moment = None) -> CaseList:
        """The person's cases, the newest change first."""
        return await room.shelf.of_person(person.id, before)

    @get(
        "/v1/support/cases/{case_id:str}",
        responses=refusals(*SIGNED_IN, "case_not_found"),
        **_PERSON,
    )
    async def my_case(person: NamedDependency[Principal], case_id: FromPath[str]) -> CaseDetail:
        """One of them with its timeline."""
        return await room.shelf.for_person(person.id, case_id)

    @post(
        "/v1/support/cases",
        dto=StrictBody[OpenCase],
        return_dto=None,
        status_code=201,
        responses=refusals(
            *SIGNED_IN, *KEY_REFUSALS, *_BODY, "payment_not_found", "conversation_not_found"
        ),
        **_PERSON,
    )
    async def open_case(
        person: NamedDependency[Principal],
        data: JSONBody[OpenCase],
        idempotency_key: Key = None,
    ) -> CaseDetail:
        """Open a case."""
        writing.check(person.id)
        case_id = await room.cases.open_for_person(person.id, checked_key(idempotency_key), data)
        return await room.shelf.for_person(person.id, case_id)

    @post(
        "/v1/support/cases/{case_id:str}/notes",
        dto=StrictBody[CaseNote],
        return_dto=None,
        status_code=200,
        responses=refusals(*SIGNED_IN, *KEY_REFUSALS, *_BODY, "case_not_found", "case_stage"),
        **_PERSON,
    )
    async def annotate(
        person: NamedDependency[Principal],
        case_id: FromPath[str],
        data: JSONBody[CaseNote],
        idempotency_key: Key = None,
    ) -> CaseDetail:
        """Add to the timeline."""
        writing.check(person.id)
        key = checked_key(idempotency_key)
        await room.cases.note(case_id, Actor("person", person.id), key, data)
        return await room.shelf.for_person(person.id, case_id)

    @post(
        "/v1/support/cases/{case_id:str}/say",
        dto=StrictBody[CaseSay],
        return_dto=None,
        status_code=200,
        responses=refusals(*SIGNED_IN, *KEY_REFUSALS, *_BODY, "case_not_found", "case_stage"),
        **_PERSON,
    )
    async def say(
        person: NamedDependency[Principal],
        case_id: FromPath[str],
        data: JSONBody[CaseSay],
        idempotency_key: Key = None,
    ) -> CaseDetail:
        """Solved, not solved, or somebody above."""
        writing.check(person.id)
        await room.cases.say(case_id, person.id, checked_key(idempotency_key), data)
        return await room.shelf.for_person(person.id, case_id)

    @post(
        "/v1/support/surveys/{survey_id:str}",
        dto=StrictBody[SurveyAnswer],
        return_dto=None,
        status_code=200,
        responses=refusals(*SIGNED_IN, *_BODY, "request_not_found", "request_answered"),
        **_PERSON,
    )
    async def rate(
        person: NamedDependency[Principal],
        survey_id: FromPath[str],
        data: JSONBody[SurveyAnswer],
    ) -> RequestEvent:
        """How it was, once a cycle."""
        return await room.quality.rate(person.id, survey_id, data)

    return [my_cases, my_case, open_case, annotate, say, rate, *_feedback_routes(room, writing)]


def _feedback_routes(room: CaseRoom, writing: RateLimit) -> list[Any]:
    @post(
        "/v1/support/feedback",
        dto=StrictBody[FeedbackRequest],
        return_dto=None,
        status_code=201,
        responses=refusals(*SIGNED_IN, *KEY_REFUSALS, *_BODY),
        **_PERSON,
    )
    async def give_feedback(
        person: NamedDependency[Principal],
        data: JSONBody[FeedbackRequest],
        idempotency_key: Key = None,
    ) -> Feedback:
        """Feedback, a suggestion, a complaint or a question for everybody."""
        writing.check(person.id)
        return await room.feedback.give(person.id, checked_key(idempotency_key), data)

    @get("/v1/support/feedback", responses=refusals(*SIGNED_IN), **_PERSON)
    async def my_feedback(
        person: NamedDependency[Principal], before: Moment = None
    ) -> FeedbackList:
        """What the person said, and the answers."""
        return await room.feedback.mine(person.id, before)

    @get("/v1/support/community", responses=refusals(*SIGNED_IN), **_PERSON)
    async def community(person: NamedDependency[Principal], before: Moment = None) -> FeedbackList:
        """Questions that were answered for everybody."""
        return await room.feedback.community(person.id, before)

    @post(
        "/v1/support/community/{feedback_id:str}/helpful",
        status_code=204,
        responses=refusals(*SIGNED_IN, "feedback_not_found", "too_many_requests"),
        **_PERSON,
    )
    async def found_helpful(person: NamedDependency[Principal], feedback_id: FromPath[str]) -> None:
        """This answer helped."""
        writing.check(person.id)
        await room.feedback.find_helpful(person.id, feedback_id)

    @get("/v1/support/questionnaires", responses=refusals(*SIGNED_IN), **_PERSON)
    async def offered(person: NamedDependency[Principal]) -> QuestionnaireList:
        """Surveys one can answer, and what came of earlier ones."""
        return QuestionnaireList(await room.questionnaires.offered(person.id))

    @post(
        "/v1/support/questionnaires/{survey_id:str}",
        dto=StrictBody[QuestionnaireAnswers],
        return_dto=None,
        status_code=204,
        responses=refusals(
            *SIGNED_IN, *_BODY, "request_not_found", "request_answered", "survey_closed"
        ),
        **_PERSON,
    )
    async def answer_questionnaire(
        person: NamedDependency[Principal],
        survey_id: FromPath[str],
        data: JSONBody[QuestionnaireAnswers],
    ) -> None:
        """Answer one, once."""
        writing.check(person.id)
        await room.questionnaires.answer(person.id, survey_id, data)

    return [
        give_feedback,
        my_feedback,
        community,
        found_helpful,
        offered,
        answer_questionnaire,
    ]
