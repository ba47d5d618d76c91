"""The state that a window draws: put together from the vault and from what is live."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
from collections.abc import Callable, Coroutine
from typing import Any

import msgspec

from app.protocol.messages.stream import TYPING_SECONDS, Place
from app.protocol.messages.support import Grant, SupportInfo
from app.sdk.clock import ServiceClock
from app.wallet.snapshot import Board, Topic
from app.wallet.support import transcript
from app.wallet.support.views import ChatState
from app.wallet.vault.errors import VaultError
from app.wallet.vault.worker import VaultWorker

Spawn = Callable[[Coroutine[Any, Any, Any]], "asyncio.Task[Any]"]
"""Runs something to its end, or to the lock."""

_INFO = "support info"


class _KeptInfo(msgspec.Struct, frozen=True):
    value: SupportInfo | None = None


class Standing:
    """Holds the state, tells when it changed, and looks again when something lapses by itself."""

    def __init__(
        self, worker: VaultWorker, board: Board, clock: ServiceClock, spawn: Spawn
    ) -> None:
        self.state = ChatState()
        self._spawn = spawn
        self._worker = worker
        self._board = board
        self._clock = clock
        self._places: dict[str, Place] = {}
        self._typing: dict[tuple[str, str], int] = {}
        self._grants: tuple[Grant, ...] = ()
        self._alarm: asyncio.TimerHandle | None = None

    async def opened(self) -> None:
        """The vault is open: show what it holds."""
        kept = await self._worker.run(
            lambda vault: vault.settings.get(_INFO, _KeptInfo, _KeptInfo())
        )
        self.state = dataclasses.replace(self.state, info=kept.value)
        await self.look()

    def forget(self) -> None:
        """The vault is closed: nothing is known any more."""
        if self._alarm is not None:
            self._alarm.cancel()
        self._places, self._typing, self._grants = {}, {}, ()
        self.state = ChatState()

    async def look(self) -> None:
        """Read the vault's part again; tells also when only the transcript changed."""
        now = self._clock.time_ms()
        found = await self._worker.run(lambda vault: transcript.summary(vault, now))
        self.show(
            conversation=found.conversation,
            unread=found.unread,
            waiting_out=found.waiting_out,
            refused_out=found.refused_out,
            asks=found.asks,
        )

    def show(self, *topics: Topic, **changes: Any) -> None:
        """Replace fields and tell."""
        state = dataclasses.replace(self.state, **changes)
        conversation = state.conversation
        now = self._clock.time_ms()
        self._typing = {who: end for who, end in self._typing.items() if end > now}
        self._grants = tuple(grant for grant in self._grants if grant.until > now)
        person = self._board.snapshot.person
        self.state = dataclasses.replace(
            state,
            place=None if conversation is None else self._places.get(conversation.id),
            typing=tuple(
                name for conv, name in self._typing if conversation and conv == conversation.id
            ),
            grants=self._grants,
            frozen=person is not None and person.state == "frozen",
        )
        self._set_alarm(now)
        self._board.post("support", *topics)

    async def keep_info(self, info: SupportInfo) -> None:
        """Hours and queue, also for when the line is away."""
        if info != self.state.info:
            await self._worker.run(lambda vault: vault.settings.put(_INFO, _KeptInfo(info)))
            self.show(info=info)

    def placed(self, place: Place) -> None:
        """Where a conversation stands in the queue."""
        self._places.pop(place.conv, None)
        if place.owner == "queue":
            self._places[place.conv] = place
        self.show()

    def unplaced(self, conv: str) -> None:
        """It doesn't stand there any more."""
        self._places.pop(conv, None)

    def writes(self, conv: str, name: str, on: bool) -> None:
        """Somebody writes, or no longer."""
        self._typing.pop((conv, name), None)
        if on:
            self._typing[conv, name] = self._clock.time_ms() + TYPING_SECONDS * 1000
        self.show()

    def wrote(self, conv: str, name: str) -> None:
        """What somebody wrote is here; :meth:`look` follows."""
        self._typing.pop((conv, name), None)

    def granted(self, grants: tuple[Grant, ...]) -> None:
        """The live consent, as a whole."""
        live = sorted((g for g in grants if g.state == "active"), key=lambda g: g.until)
        self._grants = tuple(live)
        self.show("grants")

    def grant_changed(self, grant: Grant) -> None:
        """One grant began or ended."""
        self.granted((*(g for g in self._grants if g.id != grant.id), grant))

    def told(self, topics: frozenset[Topic]) -> None:
        """An observer of the session: a freeze shows here too."""
        person = self._board.snapshot.person
        if "person" in topics and self.state.frozen != (person and person.state == "frozen"):
            self.show()

    def _set_alarm(self, now: int) -> None:
        """Look again at the moment at which the next thing lapses."""
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        ends = [*self._typing.values(), *(grant.until for grant in self._grants)]
        ends += [
            end for ask in self.state.asks if (end := getattr(ask.card, "expires_at", 0)) > now
        ]
        if ends:
            loop = asyncio.get_running_loop()
            self._alarm = loop.call_later((min(ends) - now) / 1000 + 0.01, self._lapsed)

    def _lapsed(self) -> None:
        if self._grants:
            self.show("grants")
        self._spawn(self._look_again())

    async def _look_again(self) -> None:
        with contextlib.suppress(VaultError):
            await self.look()
