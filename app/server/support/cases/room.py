"""The room's parts put together; main.py makes one and hands it to the routes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncEngine

from app.protocol.messages.desk import StaffMember
from app.server.db.sealing import Sealer
from app.server.http.tokens import Principal
from app.server.identity.staff_audit import AuditBook
from app.server.support.cases.clock_book import ClockBook
from app.server.support.cases.clocks import Hours
from app.server.support.cases.feedback import FeedbackBook
from app.server.support.cases.follow import Follower
from app.server.support.cases.quality import Quality
from app.server.support.cases.questionnaires import Questionnaires
from app.server.support.cases.reports import Reports
from app.server.support.cases.service import Cases, FindAmount
from app.server.support.cases.shelf import CaseShelf
from app.server.support.cases.steps import Steps
from app.server.support.cases.store import Actor, CaseStore
from app.server.support.cases.sweep import CaseSweep
from app.server.support.talk.service import Talk

FindMember = Callable[[str], Awaitable[StaffMember]]
"""Staff id → the member; ``not_found`` where there is none."""


class CaseRoom:
    """Cases, clocks, surveys, quality, feedback, reports.

    Attributes:
        cases: What happens to cases.
        shelf: Reading them.
        quality: Surveys and samples.
        feedback: What people say outside a conversation.
        questionnaires: The operator's surveys.
        reports: How support did.
        follower: A tick: reads conversations on.
        sweep: A tick: marks of clocks, cases that close by themselves.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        talk: Talk,
        *,
        sealer: Sealer,
        hours: Hours,
        audit: AuditBook,
        find_member: FindMember,
        zone: ZoneInfo,
        amount_above: int,
        quality_percent: int,
        find_amount: FindAmount,
    ) -> None:
        """Wire the parts.

        Args:
            engine: The database.
            talk: Conversations.
            sealer: Seals what people wrote.
            audit: Where privileged actions are written down.
            find_member: One of the staff by id.
            hours: Service hours, which clocks are counted in.
            zone: Whose midnight begins a day.
            amount_above: Minor units from which on somebody above looks at a case at once.
            quality_percent: How many of a hundred closed conversations are drawn for scoring.
            find_amount: What a person's payment was about.
        """
        self._find_member = find_member
        store, book = CaseStore(sealer), ClockBook(hours)
        steps = Steps(store, book, audit, amount_above)
        self.cases = Cases(talk, steps, zone=zone, find_amount=find_amount)
        self.shelf = CaseShelf(engine, store, book)
        self.quality = Quality(engine, talk, self.cases, sealer=sealer, audit=audit)
        self.feedback = FeedbackBook(
            engine, talk, self.cases, sealer=sealer, audit=audit, zone=zone
        )
        self.questionnaires = Questionnaires(engine, sealer=sealer, audit=audit, zone=zone)
        self.reports = Reports(engine, hours, zone)
        self.follower = Follower(engine, talk, book, sealer, quality_percent)
        self.sweep = CaseSweep(engine, talk, self.cases, steps)

    async def actor(self, staff: Principal) -> Actor:
        """One of the staff as somebody who does something to a case."""
        member = await self._find_member(staff.id)
        return Actor("agent", staff.id, member.display_name, staff.roles)

    async def name_of(self, staff_id: str | None) -> str:
        """The display name of a new assignee; empty where none is named.

        Raises:
            KBeanError: ``not_found``.
        """
        return "" if staff_id is None else (await self._find_member(staff_id)).display_name
