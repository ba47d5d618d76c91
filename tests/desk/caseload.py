"""People who have cases, say what they think, and answer surveys; and a month of figures."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from app.protocol.ids import new_id
from app.protocol.messages.cards import SurveyCard
from app.protocol.messages.cases import (
    CaseDetail,
    CaseNote,
    FeedbackRequest,
    OpenCase,
    QuestionnaireAnswers,
)
from app.protocol.messages.support import SurveyAnswer
from app.sdk.cases import CaseClient
from app.server.db.engine import reading, writing
from app.server.support.cases.tables import clocks, cycles
from tests.desk.town import Person, Town, wait_for

DAY = 86_400_000
HOUR = 3_600_000


class Caseload:
    """One person's side of cases, feedback and surveys, by HTTP."""

    def __init__(self, town: Town, person: Person) -> None:
        self.person = person
        self._town = town
        self._client = CaseClient(person.client)

    def _run(self, work: Any) -> Any:
        return self._town.background.run(work)

    def open(self, title: str, text: str, **more: Any) -> CaseDetail:
        return self._run(self._client.open_case(new_id(), OpenCase(title=title, text=text, **more)))

    def case(self, case_id: str) -> CaseDetail:
        return self._run(self._client.case(case_id))

    def note(self, case_id: str, text: str) -> None:
        self._run(self._client.annotate(case_id, new_id(), CaseNote(text)))

    def tell(self, kind: Any, title: str, text: str, **more: Any) -> Any:
        more.setdefault("language", "zh")
        request = FeedbackRequest(kind=kind, title=title, text=text, **more)
        return self._run(self._client.give(new_id(), request))

    def told(self) -> list[Any]:
        """What the operator answered to this person."""
        return self._run(self._client.feedback()).items

    def community(self) -> list[Any]:
        return self._run(self._client.community()).items

    def surveys(self) -> list[Any]:
        return self._run(self._client.surveys()).items

    def answer(self, survey_id: str, answers: dict[str, str]) -> None:
        self._run(self._client.answer(survey_id, QuestionnaireAnswers(answers)))

    def rate(self, stars: int) -> None:
        """Rate the conversation that has just been closed, once its survey is there."""

        def asked() -> SurveyCard | None:
            self._run(self._town.service.cases.follower.run())
            page = self._run(self.person.support.messages(self.person.conv, limit=200))
            cards = [message.card for message in page.messages]
            return next((card for card in cards if isinstance(card, SurveyCard)), None)

        card = wait_for(asked, "the survey")
        self._run(self.person.support.rate(card.survey_id, SurveyAnswer(stars)))


def handed_over(town: Town) -> int:
    """How many conversations came to people, as the service has counted them so far."""

    async def count() -> int:
        query = sa.select(sa.func.count()).where(cycles.c.handed_at.is_not(None))
        async with reading(town.service.engine) as connection:
            return int(await connection.scalar(query) or 0)

    found = town.background.run(count())
    assert found
    return found


def a_month(town: Town, now: int, days: int = 28) -> None:
    """Facts of past days: what a service that ran for a month knows."""
    town.background.run(_a_month(town, now, days))


async def _a_month(town: Town, now: int, days: int) -> None:
    reasons = ("asked", "asked", "unsure", "rule", "asked", "unsure")
    facts: list[dict[str, Any]] = []
    kept: list[dict[str, Any]] = []
    zone = ZoneInfo("Asia/Shanghai")
    for back in range(days, 0, -1):
        weekend = dt.datetime.fromtimestamp((now - back * DAY) / 1000, zone).weekday() > 4
        for at in range(6 + (back * 5) % 7 - (4 if weekend else 0)):
            begun = now - back * DAY + at * HOUR // 2
            handed = (at + back) % 5 < 2
            left = handed and (at + back) % 11 == 0
            wait = (2 + (at * 7 + back) % 9) * 60_000
            replied = handed and not left
            fact = {
                "conversation_id": new_id(),
                "cycle": 2 if replied and (at + back) % 9 == 0 else 1,
                "opened_at": begun,
                "handed_at": begun + 60_000 if handed else None,
                "handoff_reason": reasons[(at + back) % 6] if handed else "",
                "first_reply_at": begun + 60_000 + wait if replied else None,
                "closed_at": begun + (20 + (at * 13) % 50) * 60_000,
                "outcome": "unresolved" if (at + back) % 7 == 3 else "resolved",
                "abandoned": left,
                "agent_name": "",
                "bot_answered": not handed,
                "stars": (5, 4, 5, 3, 5, 4, 2)[(at + back) % 7] if (at + back) % 3 else None,
            }
            facts.append(fact)
            if replied:
                for metric, share in (
                    ("first_response", 8),
                    ("next_response", 6),
                    ("resolution", 5),
                ):
                    kept.append(
                        {
                            "id": new_id(),
                            "subject_id": fact["conversation_id"],
                            "cycle": 1,
                            "metric": metric,
                            "target": 600,
                            "started_at": begun,
                            "ended_at": begun + wait,
                            "kept": (at + back) % share != 1,
                        }
                    )
    async with writing(town.service.engine) as connection:
        await connection.execute(sa.insert(cycles), facts)
        await connection.execute(sa.insert(clocks), kept)
