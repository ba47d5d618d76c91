"""Cases, feedback, community questions and surveys as a window uses them (design/1 S7, S10).

``session.cases`` exists in every state of the session. Lists and details come from the vault, at
once and without a network; the service is asked behind, when something changes and after every
gap. What the person does is written to the vault first and goes out from there, in order, under
the key it was written with: a crash or a lost answer repeats a step that may be repeated.

What changed is told by the session's observers: topic ``"cases"``.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeVar

import msgspec

from app.protocol.errors import KBeanError
from app.protocol.ids import new_id
from app.protocol.messages.cases import (
    CaseDetail,
    CaseList,
    CaseNote,
    CaseSay,
    Category,
    Feedback,
    FeedbackKind,
    FeedbackList,
    FeedbackRequest,
    OpenCase,
    Questionnaire,
    QuestionnaireAnswers,
)
from app.protocol.messages.support import Language
from app.sdk.cases import CaseClient
from app.sdk.retry import RetryPolicy
from app.wallet.changes import Unsubscribe
from app.wallet.line import Line
from app.wallet.snapshot import Board, Network, Topic
from app.wallet.support import case_work
from app.wallet.support.case_views import CasePage, CaseShelf, CasesState, FeedbackShelf
from app.wallet.support.rules import AGAIN
from app.wallet.support.standing import Spawn
from app.wallet.vault.errors import VaultError
from app.wallet.vault.stores.papers import Errand, ErrandKind
from app.wallet.vault.worker import VaultWorker

T = TypeVar("T")
TOPICS = frozenset({"cases", "feedback"})
"""What the service's stream says has changed."""

_POLICY = RetryPolicy(attempts=1_000_000, base=0.5, cap=30.0, patience=300.0)
_TIMELINES = 50
"""Timelines that are fetched behind a list; older ones when they are looked at."""
_PAGES = 10
"""Pages of a list that are fetched: five hundred of each are enough for anybody."""


async def _cases(client: CaseClient, *, before: int | None) -> CaseList:
    return await client.cases(before)


async def _feedback(client: CaseClient, *, before: int | None) -> FeedbackList:
    return await client.feedback(before)


async def _community(client: CaseClient, *, before: int | None) -> FeedbackList:
    return await client.community(before)


_Fetch = Callable[..., Awaitable[FeedbackList]]


class Cases:
    """The person's side of cases and feedback."""

    def __init__(self, worker: VaultWorker, line: Line, board: Board, *, spawn: Spawn) -> None:
        """Put it together; nothing happens before :meth:`opened`.

        Args:
            worker: The vault's thread.
            line: The way to the service.
            board: Whose observers hear of changes.
            spawn: Runs something to its end or to the lock.
        """
        self._worker = worker
        self._line = line
        self._board = board
        self._spawn = spawn
        self._stir = asyncio.Event()
        self._asking: set[str] = set()
        self._sending: asyncio.Task[None] | None = None
        self._under_way = ""
        self._deaf: Unsubscribe | None = None
        self._state = CasesState()

    @property
    def state(self) -> CasesState:
        """Badges; may be read from any thread."""
        return self._state

    # --- with the session

    async def opened(self) -> None:
        """The vault is open: show what it holds."""
        self._deaf = self._board.observers.add(self._network_changed())
        await self._look()

    def start(self) -> None:
        """Signed in: send what waits; again after signing in anew."""
        if self._sending is None or self._sending.done():
            self._sending = self._spawn(self._send())
        self._stir.set()

    def stopped(self) -> None:
        """Locked: the tasks have ended, nothing is known any more."""
        if self._deaf is not None:
            self._deaf()
            self._deaf = None
        self._asking.clear()
        self._under_way = ""
        self._state = CasesState()

    def told(self, topics: set[str]) -> None:
        """The service's stream says that something changed, or that something may have."""
        for name in sorted(topics & TOPICS - self._asking):
            self._asking.add(name)
            self._spawn(self._ask_again(name))

    # --- reading, from the vault

    async def cases(self) -> CaseShelf:
        """All cases, the newest change first."""
        return await self._worker.run(case_work.shelf)

    async def case(self, case_id: str) -> CasePage:
        """One case; fetched where it isn't here yet.

        Raises:
            KBeanError: ``case_not_found``, ``service_*``.
        """
        found = await self._worker.run(lambda vault: case_work.page(vault, case_id))
        if found is None or not found.events:
            try:
                await self.refresh_case(case_id)
            except KBeanError:
                if found is None:
                    raise
            found = await self._worker.run(lambda vault: case_work.page(vault, case_id)) or found
        if found is None:
            raise KBeanError("case_not_found")
        return found

    async def saw_case(self, case_id: str) -> None:
        """The person looks at it as it is."""
        if await self._worker.run(lambda vault: vault.papers.see("timeline", case_id)):
            await self._look()

    async def feedback(self) -> FeedbackShelf:
        """What the person said, newest first."""
        return await self._worker.run(case_work.feedback)

    async def saw_feedback(self, feedback_id: str) -> None:
        """The person looks at an answer."""
        if await self._worker.run(lambda vault: vault.papers.see("feedback", feedback_id)):
            await self._look()

    async def community(self, text: str = "") -> tuple[Feedback, ...]:
        """Questions answered for everybody that hold every one of these words."""
        return await self._worker.run(lambda vault: case_work.community(vault, text))

    async def surveys(self) -> tuple[Questionnaire, ...]:
        """The operator's surveys: what can be answered, and what came of earlier ones."""
        return await self._worker.run(case_work.surveys)

    # --- asking the service

    async def refresh_cases(self) -> None:
        """Fetch the list now, and the timelines of what changed.

        Raises:
            KBeanError: why it couldn't be done.
        """
        before: int | None = None
        for _ in range(_PAGES):
            listed = await self._ask(partial(_cases, before=before))
            await self._worker.run(partial(case_work.keep_cases, listed=listed))
            if not listed.more or not listed.cases:
                break
            before = listed.cases[-1].updated_at
        for case_id in await self._worker.run(lambda vault: vault.papers.behind(_TIMELINES)):
            detail = await self._ask(partial(CaseClient.case, case_id=case_id))
            await self._worker.run(partial(case_work.keep_fetched, detail=detail))
        await self._worker.run(case_work.met)
        await self._look()

    async def refresh_case(self, case_id: str) -> None:
        """Fetch one case with its timeline now.

        Raises:
            KBeanError: ``case_not_found``, ``service_*``.
        """
        detail = await self._ask(lambda client: client.case(case_id))
        await self._worker.run(lambda vault: case_work.keep_case(vault, detail))
        await self._look()

    async def refresh_feedback(self) -> None:
        """Fetch feedback, published questions and surveys now.

        Raises:
            KBeanError: why it couldn't be done.
        """
        mine = await self._whole(_feedback, lambda last: last.created_at)
        community = await self._whole(_community, lambda last: last.answered_at)
        surveys = await self._ask(lambda client: client.surveys())
        await self._worker.run(
            lambda vault: case_work.keep_feedback(vault, mine, community, surveys)
        )
        await self._look()

    # --- doing; on the disk when these return

    async def open_case(
        self,
        title: str,
        text: str,
        *,
        category: Category = "other",
        payment_id: str | None = None,
        conversation_id: str | None = None,
    ) -> str:
        """Open a case; its id, which is known at once and works offline."""
        request = OpenCase(
            title=title,
            text=text,
            category=category,
            payment_id=payment_id,
            conversation_id=conversation_id,
        )
        return await self._do("open_case", "", request)

    async def note(self, case_id: str, text: str) -> str:
        """Add to a case's timeline."""
        return await self._do("note", case_id, CaseNote(text))

    async def solved(self, case_id: str) -> str:
        """It is solved: the case closes."""
        return await self._do("say", case_id, CaseSay("solved"))

    async def not_solved(self, case_id: str, text: str = "") -> str:
        """It isn't: the case opens again."""
        return await self._do("say", case_id, CaseSay("not_solved", text))

    async def ask_supervisor(self, case_id: str, text: str = "") -> str:
        """Somebody above is to look at it."""
        return await self._do("say", case_id, CaseSay("escalate", text))

    async def give(
        self, kind: FeedbackKind, title: str, text: str, *, language: Language, public: bool = False
    ) -> str:
        """Tell the operator something; its id."""
        request = FeedbackRequest(
            kind=kind, title=title, text=text, language=language, public=public
        )
        return await self._do("feedback", "", request)

    async def found_helpful(self, feedback_id: str) -> None:
        """A published answer helped."""
        await self._do("helpful", feedback_id, None)

    async def answer_survey(self, survey_id: str, answers: dict[str, str]) -> None:
        """Answer a survey."""
        await self._do("survey", survey_id, QuestionnaireAnswers(answers))

    async def retry(self, key: str) -> None:
        """Send something again that was refused."""
        await self._worker.run(lambda vault: vault.errands.retry(key))
        self._stir.set()
        await self._look()

    async def discard(self, key: str) -> None:
        """Throw something away that is refused or still waits, unless it is just on its way."""
        if key == self._under_way:
            return
        await self._worker.run(lambda vault: vault.errands.discard(key))
        await self._look()

    # --- pieces

    async def _do(self, kind: ErrandKind, subject: str, request: msgspec.Struct | None) -> str:
        body = b"" if request is None else msgspec.json.encode(request)
        errand = Errand(new_id(), kind, subject, body, self._line.clock.time_ms())
        await self._worker.run(lambda vault: vault.errands.add(errand))
        self._stir.set()
        await self._look()
        return errand.key

    async def _ask(self, work: Callable[[CaseClient], Awaitable[T]]) -> T:
        return await self._line.ask(lambda client: work(CaseClient(client)))

    async def _whole(
        self, fetch: _Fetch, order: Callable[[Feedback], int | None]
    ) -> list[Feedback]:
        """A list page by page; ``order`` says by what it goes on."""
        items: list[Feedback] = []
        before: int | None = None
        for _ in range(_PAGES):
            listed = await self._ask(partial(fetch, before=before))
            items += listed.items
            if not listed.more or not listed.items:
                break
            before = order(listed.items[-1])
        return items

    async def _send(self) -> None:
        """Take one errand after the other, for ever."""
        misses = 0
        while True:
            self._stir.clear()
            try:
                errand = await self._worker.run(lambda vault: vault.errands.first())
                if errand is None:
                    await self._stir.wait()
                    continue
                await self._deliver(errand)
                misses = 0
                continue
            except KBeanError as error:
                after = error.retry_after
            except VaultError:
                after = None
            misses += 1
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_POLICY.wait(misses, after) or _POLICY.cap):
                    await self._stir.wait()

    async def _deliver(self, errand: Errand) -> None:
        """Tell the service.

        Raises:
            KBeanError: it can be told later.
        """
        self._under_way = errand.key
        try:
            answer = await self._tell(errand)
        except KBeanError as error:
            if error.code in AGAIN:
                raise
            problem = error.problem()
            await self._worker.run(lambda vault: vault.errands.refuse(errand.key, problem))
        else:
            await self._worker.run(lambda vault: case_work.done(vault, errand, answer))
            if errand.kind in ("feedback", "survey", "helpful"):
                self.told({"cases", "feedback"})  # a complaint is a case; counts have changed
        finally:
            self._under_way = ""
        await self._look()

    async def _tell(self, errand: Errand) -> CaseDetail | Feedback | None:
        tell = case_work.TELL[errand.kind]
        try:
            return await self._line.ask(lambda client: tell(CaseClient(client), errand))
        except KBeanError as error:
            if error.code in case_work.DONE.get(errand.kind, ()):
                return None
            raise

    async def _ask_again(self, name: str) -> None:
        self._asking.discard(name)
        with contextlib.suppress(KBeanError, VaultError):
            await (self.refresh_cases() if name == "cases" else self.refresh_feedback())

    async def _look(self) -> None:
        """Read the badges again; tells also when only a list changed."""
        now = self._line.clock.time_ms()
        self._state = await self._worker.run(lambda vault: case_work.state(vault, now))
        self._board.post("cases")

    def _network_changed(self) -> Callable[[frozenset[Topic]], None]:
        """An observer that hurries as soon as another request got through."""
        before = Network.UNKNOWN

        def observe(topics: frozenset[Topic]) -> None:
            nonlocal before
            network = self._board.snapshot.network
            if network is Network.ONLINE and before is not Network.ONLINE:
                self._stir.set()
            before = network

        return observe
