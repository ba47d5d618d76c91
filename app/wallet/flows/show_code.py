"""Pay by showing a code: a fresh one each minute, and what became of it (design/1 M2).

::

    IDLE --open()--> SHOWING | EMPTY | FROZEN
    SHOWING --a minute passes--> SHOWING (another code) | EMPTY
    SHOWING --reveal()--> SHOWING (a code that the wallet will ask about; view.revealed)
    SHOWING --a till charges it--> ASKED --the person answers--> PAID | FAILED
                               --> PAID (view.use) | FAILED (view.use.failure; no money moved)
    PAID, FAILED, EMPTY --again()--> SHOWING | EMPTY | FROZEN
    any --close()--> IDLE

Nothing of it needs the network but the news of what became of the code. Locking ends the flow's
task, and with it the code is gone from the view.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import enum

from app.protocol.errors import KBeanError
from app.protocol.messages.charges import CodeUse
from app.wallet.changes import Unsubscribe
from app.wallet.codes.views import ShownCode
from app.wallet.failures import Failure, failure_of
from app.wallet.flows.base import Flow
from app.wallet.session import WalletSession
from app.wallet.snapshot import Network, Topic
from app.wallet.vault.errors import VaultError

__all__ = ["ShowCodeFlow", "ShowState", "ShowView", "ShownCode"]

_EARLIER = 2_000
"""Milliseconds: a use's time is the service's, the code's is ours as far as we know its clock."""


class ShowState(enum.StrEnum):
    """Where the page stands; see the diagram above."""

    IDLE = "idle"
    SHOWING = "showing"
    EMPTY = "empty"
    FROZEN = "frozen"
    ASKED = "asked"
    PAID = "paid"
    FAILED = "failed"


@dataclasses.dataclass(frozen=True, slots=True)
class ShowView:
    """What the page draws.

    Attributes:
        state: Where the flow stands.
        code: In SHOWING alone.
        revealed: The digits were asked for; the code is one that must be confirmed.
        use: In ASKED, PAID and FAILED.
        failure: In EMPTY: why there is no code.
    """

    state: ShowState
    code: ShownCode | None = None
    revealed: bool = False
    use: CodeUse | None = None
    failure: Failure | None = None


_IDLE = ShowView(ShowState.IDLE)
_ENDS = {
    "success": ShowState.PAID,
    "revoked": ShowState.FAILED,
    "failed": ShowState.FAILED,
    "closed": ShowState.FAILED,
    "userpaying": ShowState.ASKED,
    "reversing": ShowState.ASKED,
}


class ShowCodeFlow(Flow[ShowView]):
    """One page that shows codes; open and close it as often as you like."""

    def __init__(self, session: WalletSession) -> None:
        super().__init__(_IDLE)
        self._session = session
        self._since = 0
        self._news = 0
        self._shown: set[int] = set()
        self._seen: set[str] = set()
        self._left: set[str] = set()
        self._task: asyncio.Task[None] | None = None
        self._asking = False
        self._ask_once_more = False
        self._deaf: Unsubscribe | None = None

    async def open(self) -> None:
        """IDLE → SHOWING, EMPTY or FROZEN; harmless where it is open."""
        if self._deaf is not None:
            return
        self._since = self._session.clock.time_ms() - _EARLIER
        self._news = self._session.codes.news
        self._shown.clear()
        self._seen.clear()
        self._left.clear()
        self._session.codes.hold()
        self._deaf = self._session.observe(self._heard)
        await self._renew()

    async def reveal(self) -> None:
        """SHOWING → SHOWING: a code whose digits may be read out; the wallet will ask first."""
        self._require(ShowState.SHOWING)
        await self._renew(revealed=True)

    async def conceal(self) -> None:
        """SHOWING → SHOWING: an ordinary code again."""
        self._require(ShowState.SHOWING)
        await self._renew()

    async def again(self) -> None:
        """PAID, FAILED, EMPTY or ASKED → SHOWING, EMPTY or FROZEN."""
        self._require(
            ShowState.PAID, ShowState.FAILED, ShowState.EMPTY, ShowState.ASKED, ShowState.FROZEN
        )
        if self.view.use is not None:
            self._left.add(self.view.use.charge_id)
        await self._renew()

    async def close(self) -> None:
        """→ IDLE: nothing is shown any more, also where the first code is still being made."""
        if self._deaf is None:
            return
        if self._task is not None:
            self._task.cancel()
            self._task = None
        self._end()

    # --- pieces

    @property
    def _frozen(self) -> bool:
        person = self._session.snapshot.person
        return self._session.support.state.frozen or (
            person is not None and person.state == "frozen"
        )

    async def _renew(self, *, revealed: bool = False) -> None:
        """Show another code, and one each minute from now on."""
        if self._deaf is None:
            return  # closed meanwhile
        if self._task is not None:
            self._task.cancel()
        first = asyncio.Event()
        self._task = self._session.spawn(self._keep_showing(revealed, first))
        waiting = asyncio.ensure_future(first.wait())
        await asyncio.wait({waiting, self._task}, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()

    async def _keep_showing(self, revealed: bool, first: asyncio.Event) -> None:
        try:
            while True:
                view = await self._next(revealed)
                self._show(view)
                first.set()
                if view.code is None:
                    return
                self._shown.add(view.code.handle)
                rest = view.code.until - self._session.clock.time_ms()
                await asyncio.sleep(max(0.0, rest / 1000))
                self._ask()  # should the stream have been silent
        except asyncio.CancelledError:
            if asyncio.current_task() is self._task:
                self._end()  # locked: the code goes at once
            raise
        finally:
            first.set()

    async def _next(self, revealed: bool) -> ShowView:
        if self._frozen:
            self._session.codes.distrust()  # a freeze ends every handle for good
            return ShowView(ShowState.FROZEN)
        try:
            code = await self._session.codes.next(must_confirm=revealed)
        except (KBeanError, VaultError) as error:
            return ShowView(ShowState.EMPTY, failure=failure_of(error, money="not_moved"))
        return ShowView(ShowState.SHOWING, code=code, revealed=revealed)

    def _end(self) -> None:
        if self._deaf is not None:
            self._deaf()
            self._deaf = None
            self._session.codes.release()
        self._show(_IDLE)

    # --- news

    def _heard(self, topics: frozenset[Topic]) -> None:
        state = self.view.state
        stands = state in (ShowState.SHOWING, ShowState.EMPTY, ShowState.FROZEN)
        if stands and self._frozen != (state is ShowState.FROZEN):
            self._session.spawn(self._renew())
        if "codes" in topics and self._session.codes.news != self._news:
            self._news = self._session.codes.news
            self._ask()

    def _ask(self) -> None:
        """Look up what became of the codes; one question at a time, and none is lost."""
        if self.view.state in (ShowState.IDLE, ShowState.FROZEN):
            return
        if self._session.snapshot.network is Network.OFFLINE:
            return
        if self._asking:
            self._ask_once_more = True
            return
        self._asking = True
        self._session.spawn(self._look_up())

    async def _look_up(self) -> None:
        try:
            again = True
            while again:
                self._ask_once_more = False
                with contextlib.suppress(KBeanError):
                    self._learn(await self._session.codes.uses(self._since))
                again = self._ask_once_more
        finally:
            self._asking = False

    def _learn(self, uses: tuple[CodeUse, ...]) -> None:
        """Say what became of a code that was shown here, unless that was said before."""
        # That somebody tried a used code again is the second till's affair; and what the person
        # has left behind takes no new code off the screen.
        ours = [
            use
            for use in uses
            if use.handle in self._shown
            and use.failure != "payer_code_used"
            and use.charge_id not in self._left
        ]
        if not ours or self.view.state is ShowState.IDLE:
            return
        use = ours[0]
        mark = f"{use.charge_id} {use.state}"
        if mark in self._seen:
            return
        self._seen.add(mark)
        if self._task is not None:
            self._task.cancel()
            self._task = None
        self._show(ShowView(_ENDS[use.state], use=use))
        if use.failure.startswith("payer_code"):
            self._session.codes.distrust()
        self._session.refresh_soon()
