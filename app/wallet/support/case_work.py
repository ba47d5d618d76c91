"""Work on the open vault for cases and feedback, and what each errand asks of the service."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from app.protocol.errors import KBeanError
from app.protocol.messages.cases import (
    Case,
    CaseDetail,
    CaseList,
    CaseNote,
    CaseSay,
    Feedback,
    FeedbackRequest,
    OpenCase,
    Questionnaire,
    QuestionnaireAnswers,
    QuestionnaireList,
)
from app.sdk.cases import CaseClient
from app.wallet.failures import failure_of
from app.wallet.support.case_views import (
    CasePage,
    CaseShelf,
    CasesState,
    CaseView,
    FeedbackShelf,
    FeedbackView,
    Pending,
)
from app.wallet.vault.stores.papers import Errand, ErrandKind
from app.wallet.vault.vault import Vault

_FORMS: dict[ErrandKind, type[OpenCase | CaseNote | CaseSay | FeedbackRequest]] = {
    "open_case": OpenCase,
    "note": CaseNote,
    "say": CaseSay,
    "feedback": FeedbackRequest,
}
_NEEDS_PERSON = frozenset({"waiting_person", "resolved"})
_MET, _MET_FEEDBACK = "cases met", "feedback met"
"""Cursors that say that this vault has had these lists before."""

DONE: dict[ErrandKind, frozenset[str]] = {
    "survey": frozenset({"request_answered"}),
    "helpful": frozenset({"feedback_not_found"}),
}
"""Refusals that say that there is nothing left to do: the answer before was lost on its way."""


# --- what is told


async def _open_case(client: CaseClient, errand: Errand) -> CaseDetail:
    return await client.open_case(errand.key, msgspec.json.decode(errand.body, type=OpenCase))


async def _note(client: CaseClient, errand: Errand) -> CaseDetail:
    note = msgspec.json.decode(errand.body, type=CaseNote)
    return await client.annotate(errand.subject, errand.key, note)


async def _say(client: CaseClient, errand: Errand) -> CaseDetail:
    word = msgspec.json.decode(errand.body, type=CaseSay)
    return await client.say(errand.subject, errand.key, word)


async def _feedback(client: CaseClient, errand: Errand) -> Feedback:
    request = msgspec.json.decode(errand.body, type=FeedbackRequest)
    return await client.give(errand.key, request)


async def _helpful(client: CaseClient, errand: Errand) -> None:
    await client.helpful(errand.subject)


async def _survey(client: CaseClient, errand: Errand) -> None:
    answers = msgspec.json.decode(errand.body, type=QuestionnaireAnswers)
    await client.answer(errand.subject, answers)


TELL: dict[ErrandKind, Callable[[CaseClient, Errand], Awaitable[Any]]] = {
    "open_case": _open_case,
    "note": _note,
    "say": _say,
    "feedback": _feedback,
    "helpful": _helpful,
    "survey": _survey,
}
"""How each errand is told to the service; what comes back is kept by :func:`done`."""


def done(vault: Vault, errand: Errand, answer: CaseDetail | Feedback | None) -> None:
    """The service has it: keep its answer and forget the errand, together."""
    with vault.transaction():
        vault.errands.remove(errand.key)
        if isinstance(answer, CaseDetail):
            keep_case(vault, answer, seen=True)
        elif isinstance(answer, Feedback):
            _keep_feedback(vault, answer, seen=True)
        elif errand.kind == "survey":
            survey = vault.papers.get("survey", errand.subject, Questionnaire)
            if survey is not None:
                answered = msgspec.structs.replace(survey, answered=True)
                vault.papers.put("survey", survey.id, answered, at=survey.opens_at)


# --- what was told


def keep_case(vault: Vault, detail: CaseDetail, *, seen: bool = False) -> None:
    """Keep a case with its timeline.

    What changed for the person is a new line of somebody else, not a change inside the house.
    """
    case = detail.case
    told = max((line.at for line in detail.events if line.actor != "person"), default=0)
    with vault.transaction():
        vault.papers.put("case", case.id, case, at=case.updated_at)
        vault.papers.put("timeline", case.id, detail, at=told, seen=seen)


def keep_cases(vault: Vault, listed: CaseList) -> None:
    """Keep a page of the list."""
    with vault.transaction():
        for case in listed.cases:
            vault.papers.put("case", case.id, case, at=case.updated_at)


def keep_fetched(vault: Vault, detail: CaseDetail) -> None:
    """Keep a case that was asked for because the list said that it changed.

    A new device begins with a clean slate: only what waits for the person is unread there.
    """
    old = vault.cursors.get(_MET) is None and detail.case.stage not in _NEEDS_PERSON
    keep_case(vault, detail, seen=old)


def met(vault: Vault) -> None:
    """The list has been here once: what comes now is news."""
    vault.cursors.put(_MET, "1")


def keep_feedback(
    vault: Vault, mine: list[Feedback], community: list[Feedback], surveys: QuestionnaireList
) -> None:
    """Keep what the person said, what is published, and the operator's surveys."""
    with vault.transaction():
        fresh = vault.cursors.get(_MET_FEEDBACK) is None
        for one in mine:
            _keep_feedback(vault, one, seen=one.state == "open" or fresh)
        vault.cursors.put(_MET_FEEDBACK, "1")
        vault.papers.keep_only("community", ())
        for one in community:
            vault.papers.put("community", one.id, one, at=one.answered_at or one.created_at)
        for survey in surveys.items:
            vault.papers.put("survey", survey.id, survey, at=survey.opens_at)
        vault.papers.keep_only("survey", (survey.id for survey in surveys.items))


def _keep_feedback(vault: Vault, one: Feedback, *, seen: bool) -> None:
    at = max(one.created_at, one.answered_at or 0)
    vault.papers.put("feedback", one.id, one, at=at, seen=seen)


# --- what is drawn


def state(vault: Vault, now: int) -> CasesState:
    """Everything the badges need."""
    errands = vault.errands.all()
    answered = {errand.subject for errand in errands if errand.kind == "survey"}
    open_now = [
        kept.paper
        for kept in vault.papers.all("survey", Questionnaire)
        if may_answer(kept.paper, now) and kept.paper.id not in answered
    ]
    refused = sum(1 for errand in errands if errand.problem is not None)
    return CasesState(
        unread_cases=len(vault.papers.unseen("timeline")),
        unread_feedback=len(vault.papers.unseen("feedback")),
        open_surveys=len(open_now),
        waiting=len(errands) - refused,
        refused=refused,
    )


def may_answer(survey: Questionnaire, now: int) -> bool:
    """Whether a survey still waits for this person."""
    return not survey.answered and survey.opens_at <= now < survey.closes_at


def shelf(vault: Vault) -> CaseShelf:
    """All cases."""
    unseen = vault.papers.unseen("timeline")
    kept = vault.papers.all("case", Case)
    views = (CaseView(one.paper, one.paper.id in unseen) for one in kept)
    return CaseShelf(tuple(views), pending(vault, "open_case"))


def page(vault: Vault, case_id: str) -> CasePage | None:
    """One case, as far as it is known here."""
    case = vault.papers.get("case", case_id, Case)
    detail = vault.papers.get("timeline", case_id, CaseDetail)
    if case is None and detail is None:
        return None
    newest = case if case is not None else detail.case if detail is not None else None
    assert newest is not None
    under_way = (one for one in pending(vault, "note", "say") if one.subject == case_id)
    return CasePage(newest, tuple(detail.events) if detail else (), tuple(under_way))


def feedback(vault: Vault) -> FeedbackShelf:
    """What the person said."""
    kept = vault.papers.all("feedback", Feedback)
    views = (FeedbackView(one.paper, not one.seen) for one in kept)
    return FeedbackShelf(tuple(views), pending(vault, "feedback"))


def community(vault: Vault, text: str) -> tuple[Feedback, ...]:
    """Published questions that hold every word, newest first; found helpful counts at once."""
    words = text.casefold().split()
    meant = {errand.subject for errand in vault.errands.all() if errand.kind == "helpful"}
    found = []
    for kept in vault.papers.all("community", Feedback):
        one = kept.paper
        told = f"{one.number} {one.title} {one.text} {one.answer}".casefold()
        if not all(word in told for word in words):
            continue
        if one.id in meant and not one.found_helpful:
            one = msgspec.structs.replace(one, found_helpful=True, helpful=one.helpful + 1)
        found.append(one)
    return tuple(found)


def surveys(vault: Vault) -> tuple[Questionnaire, ...]:
    """The operator's surveys, newest first; one that was just answered counts as that."""
    meant = {
        errand.subject
        for errand in vault.errands.all()
        if errand.kind == "survey" and errand.problem is None
    }
    kept = (one.paper for one in vault.papers.all("survey", Questionnaire))
    return tuple(
        msgspec.structs.replace(one, answered=True) if one.id in meant else one for one in kept
    )


def pending(vault: Vault, *kinds: ErrandKind) -> tuple[Pending, ...]:
    """What of these kinds isn't confirmed yet, oldest first."""
    return tuple(_pending(errand) for errand in vault.errands.all() if errand.kind in kinds)


def _pending(errand: Errand) -> Pending:
    form = _FORMS.get(errand.kind)
    request = None if form is None else msgspec.json.decode(errand.body, type=form)
    problem = errand.problem
    failure = None if problem is None else failure_of(KBeanError.from_problem(problem))
    return Pending(errand.key, errand.kind, errand.subject, errand.at, request, failure)
