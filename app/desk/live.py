"""What happens now: one event stream a session, heard by the pages that are open.

A page subscribes with one of its elements; when that element is gone (another page was opened, the
tab was closed), the subscription is gone too. After every (re)connection the pages hear a
``Welcome`` and ask for what they may have missed: frames wake, the service's answers are the truth.
"""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import logging
from collections import Counter
from collections.abc import Awaitable, Callable

from nicegui import background_tasks
from nicegui.element import Element

from app.protocol.errors import KBeanError
from app.protocol.messages.stream import ClientFrame, ServiceFrame, Watch, Welcome
from app.sdk.staff import StaffClient
from app.sdk.stream import EventStream, Link, Token

Hear = Callable[[ServiceFrame], Awaitable[None] | None]
See = Callable[[Link], None]

_log = logging.getLogger(__name__)


class Live:
    """The event stream of one session."""

    def __init__(self, client: StaffClient, *, ca_file: str | None = None) -> None:
        """Prepare; :meth:`start` connects."""
        self._client = client
        self._ears: list[tuple[Element, Hear]] = []
        self._eyes: list[tuple[Element, See]] = []
        self._watched: Counter[str] = Counter()
        self._stream = EventStream(
            client.transport.address,
            self._token,
            self,
            ca_file=ca_file,
            clock=client.clock,
        )
        self._task: asyncio.Task[None] | None = None
        self.link: Link = "connecting"

    def start(self) -> None:
        """Connect, and keep connected."""
        self._task = asyncio.create_task(self._run(), name="staff stream")

    async def close(self) -> None:
        """End the line; nobody hears anything any more."""
        self._ears.clear()
        self._eyes.clear()
        task, self._task = self._task, None
        if task is not None and task is not asyncio.current_task():
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    def hear(self, element: Element, call: Hear) -> None:
        """Tell ``call`` every frame while ``element`` is on a page."""
        self._ears.append((element, call))

    def see(self, element: Element, call: See) -> None:
        """Tell ``call`` the state of the line, now and when it changes."""
        self._eyes.append((element, call))
        call(self.link)

    async def watch(self, conv: str) -> None:
        """Hear a conversation (or a notes stream) from now on."""
        self._watched[conv] += 1
        if self._watched[conv] == 1:
            await self.send(Watch(conv))

    async def unwatch(self, conv: str) -> None:
        """Hear it no longer, when nobody else here does."""
        self._watched[conv] -= 1
        if self._watched[conv] <= 0:
            del self._watched[conv]
            await self.send(Watch(conv, on=False))

    async def send(self, frame: ClientFrame) -> bool:
        """Say something on the line; False where it is away."""
        return await self._stream.send(frame)

    # --- what the stream tells (app.sdk.stream.Listener)

    async def cursors(self) -> dict[str, int]:
        """None: pages ask by themselves for what they miss."""
        return {}

    async def received(self, frame: ServiceFrame) -> None:
        """Pass a frame on to every page, in its order."""
        if isinstance(frame, Welcome):
            for conv in list(self._watched):
                await self.send(Watch(conv))
        self._ears = [pair for pair in self._ears if not pair[0].is_deleted]
        for element, call in list(self._ears):
            self._call(element, call, frame)

    def linked(self, link: Link, close_code: int | None) -> None:
        """Show how the line stands."""
        del close_code
        self.link = link
        self._eyes = [pair for pair in self._eyes if not pair[0].is_deleted]
        for element, call in list(self._eyes):
            with element:
                call(link)

    @staticmethod
    def _call(element: Element, call: Hear, frame: ServiceFrame) -> None:
        """One page's trouble never reaches another page or the line."""
        if element.is_deleted:
            return
        try:
            with element:
                result = call(frame)
                if inspect.isawaitable(result):
                    background_tasks.create(result, name="frame", context=element)
        except Exception:
            _log.exception("a page could not take a %s", type(frame).__name__)

    async def _token(self, refused: str | None) -> Token:
        session = self._client.session
        if refused == session.access_token:
            # There is no refresh: only signing in helps.
            raise KBeanError("session_ended")
        return Token(session.access_token, session.access_expires_at)

    async def _run(self) -> None:
        try:
            await self._stream.run()
        except KBeanError:
            # The session is over; the frame's clock and the next call lead to sign-in.
            self.linked("away", None)
