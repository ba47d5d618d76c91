"""Cases, feedback, community questions and surveys, typed, one method a route.

Source: design/1 S7 and S10, ``app/protocol/messages/cases.py``. What makes something new carries an
``Idempotency-Key``; a repeated request answers like the first one.
"""

from __future__ import annotations

import msgspec

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
from app.sdk.support import SupportClient
from app.sdk.transport import Call


class CaseClient(SupportClient):
    """A signed-in person's cases and what else they tell the operator."""

    async def cases(self, before: int | None = None) -> CaseList:
        """A page, the newest change first; ``before`` is ``updated_at`` of the last one above."""
        return await self._get(f"/cases{_page(before)}", CaseList)

    async def case(self, case_id: str) -> CaseDetail:
        """One of them with its timeline.

        Raises:
            KBeanError: ``case_not_found``.
        """
        return await self._get(f"/cases/{case_id}", CaseDetail)

    async def open_case(self, key: str, request: OpenCase) -> CaseDetail:
        """Open a case; the key becomes its id.

        Raises:
            KBeanError: ``payment_not_found``, ``conversation_not_found``.
        """
        return await self._post("/cases", request, CaseDetail, key=key)

    async def annotate(self, case_id: str, key: str, note: CaseNote) -> CaseDetail:
        """Add to the timeline.

        Raises:
            KBeanError: ``case_not_found``, ``case_stage`` where it is closed.
        """
        return await self._post(f"/cases/{case_id}/notes", note, CaseDetail, key=key)

    async def say(self, case_id: str, key: str, say: CaseSay) -> CaseDetail:
        """Solved, not solved, or somebody above.

        Raises:
            KBeanError: ``case_not_found``, ``case_stage``.
        """
        return await self._post(f"/cases/{case_id}/say", say, CaseDetail, key=key)

    async def give(self, key: str, request: FeedbackRequest) -> Feedback:
        """Tell the operator something; the key becomes its id, a complaint becomes a case too."""
        return await self._post("/feedback", request, Feedback, key=key)

    async def feedback(self, before: int | None = None) -> FeedbackList:
        """What this person said, newest first; ``before`` is ``created_at`` of the last above."""
        return await self._get(f"/feedback{_page(before)}", FeedbackList)

    async def community(self, before: int | None = None) -> FeedbackList:
        """Questions answered for everybody; ``before`` is ``answered_at`` of the last above."""
        return await self._get(f"/community{_page(before)}", FeedbackList)

    async def helpful(self, feedback_id: str) -> None:
        """An answer helped; counted once a person.

        Raises:
            KBeanError: ``feedback_not_found``.
        """
        path = f"/v1/support/community/{feedback_id}/helpful"
        await self._send(Call("POST", path, repeatable=True))

    async def surveys(self) -> QuestionnaireList:
        """Surveys one can answer, and what came of earlier ones."""
        return await self._get("/questionnaires", QuestionnaireList)

    async def answer(self, survey_id: str, answers: QuestionnaireAnswers) -> None:
        """Answer a survey, once.

        Raises:
            KBeanError: ``request_not_found``, ``request_answered``, ``survey_closed``.
        """
        path, body = f"/v1/support/questionnaires/{survey_id}", msgspec.json.encode(answers)
        await self._send(Call("POST", path, body, repeatable=True))


def _page(before: int | None) -> str:
    return "" if before is None else f"?before={before}"
