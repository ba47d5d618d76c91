"""A page that asks again: when the service says that its topic changed, and when the line is back.

What comes while it asks is asked for once more, not once each.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from nicegui.element import Element

from app.desk import kit
from app.desk.sessions import DeskSession
from app.protocol.messages.stream import Changed, ServiceFrame, Unsure, Welcome


class Fresh:
    """Keeps one page true."""

    def __init__(
        self,
        session: DeskSession,
        root: Element,
        ask: Callable[[], Awaitable[None]],
        *topics: str,
    ) -> None:
        """Listen for as long as ``root`` is on the page.

        Args:
            session: Whose page it is.
            root: The page.
            ask: Asks the service and draws what it answers.
            topics: What it is about.
        """
        self._session = session
        self._root = root
        self._ask = ask
        self._topics = frozenset(topics)
        self._asking = self._again = False
        session.live.hear(root, self._heard)

    async def now(self) -> None:
        """Ask now; trouble on the way is the line's to show."""
        if self._asking:
            self._again = True
            return
        self._asking = True
        try:
            self._again = True
            while self._again and not self._root.is_deleted:
                self._again = False
                await kit.guarded_quietly(self._session, self._ask)
        finally:
            self._asking = False

    async def _heard(self, frame: ServiceFrame) -> None:
        told = isinstance(frame, Changed) and self._topics & set(frame.topics)
        if told or isinstance(frame, Welcome | Unsure):
            await self.now()
