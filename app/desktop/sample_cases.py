"""Cases, feedback and surveys for pictures and tests: the real ones on the vault, no service.

What the person does stays on its way for ever, unless a scene takes it away.
"""

from __future__ import annotations

from app.protocol.messages.cases import CaseDetail, Feedback, Questionnaire, QuestionnaireList
from app.wallet.support import case_work
from app.wallet.support.cases import Cases
from app.wallet.vault.vault import Vault


class SampleCases(Cases):
    """Asks nobody.

    Attributes:
        asked: How often the service would have been asked.
        failure: Raised instead of asking.
    """

    asked = 0
    failure: Exception | None = None

    def start(self) -> None:
        """Nobody to send anything to."""

    async def refresh_cases(self) -> None:
        """Nobody to ask."""
        self._ask_nobody()

    async def refresh_case(self, case_id: str) -> None:
        """Nobody to ask."""
        self._ask_nobody()

    async def refresh_feedback(self) -> None:
        """Nobody to ask."""
        self._ask_nobody()

    def _ask_nobody(self) -> None:
        self.asked += 1
        if self.failure is not None:
            raise self.failure

    # --- what a scene puts into it

    async def show_cases(self, *details: CaseDetail, seen: bool = False) -> None:
        """As if the service had told these."""

        def work(vault: Vault) -> None:
            for detail in details:
                case_work.keep_case(vault, detail, seen=seen)

        await self._worker.run(work)
        await self._look()

    async def show_feedback(
        self,
        mine: list[Feedback],
        community: list[Feedback] | None = None,
        surveys: list[Questionnaire] | None = None,
    ) -> None:
        """As if the service had told these; answers are news."""
        offered = QuestionnaireList(surveys or [])

        def work(vault: Vault) -> None:
            case_work.keep_feedback(vault, [], [], offered)
            case_work.keep_feedback(vault, mine, community or [], offered)

        await self._worker.run(work)
        await self._look()

    async def refuse_all(self, problem: Exception) -> None:
        """As if the service would have nothing of what is on its way."""
        from app.protocol.errors import KBeanError

        assert isinstance(problem, KBeanError)

        def work(vault: Vault) -> None:
            for errand in vault.errands.all():
                vault.errands.refuse(errand.key, problem.problem())

        await self._worker.run(work)
        await self._look()

    async def forget(self) -> None:
        """Begin anew."""
        self.asked, self.failure = 0, None

        def work(vault: Vault) -> None:
            for kind in ("case", "timeline", "feedback", "community", "survey"):
                vault.papers.keep_only(kind, ())
            for errand in vault.errands.all():
                vault.errands.remove(errand.key)

        await self._worker.run(work)
        await self._look()
