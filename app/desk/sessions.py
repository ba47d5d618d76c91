"""Who is signed in at the desk. A browser holds a random number; everything else stays here.

The number is in a cookie that scripts can't read (HttpOnly, SameSite=Strict); the service's token
never leaves this process. Sessions live in memory: when the desk stops, everybody signs in again.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable
from typing import Protocol
from zoneinfo import ZoneInfo

from app.desk.live import Live
from app.desk.words import Language, Words
from app.protocol.errors import KBeanError
from app.protocol.messages.desk import StaffMember
from app.sdk.staff import StaffClient

COOKIE = "kbean_desk"
WARN_SECONDS = 120
"""How long before the end a person is asked whether to stay."""


class Window(Protocol):
    """One open page of a session, as far as its end concerns it."""

    def leave(self, why: str) -> None:
        """Show the sign-in page instead, and take no more events."""


class DeskSession:
    """One signed-in person at one browser."""

    def __init__(
        self,
        key: str,
        client: StaffClient,
        *,
        language: Language,
        zone: ZoneInfo,
        idle_seconds: float,
        ca_file: str | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """Begin; ``client`` is signed in.

        Args:
            key: The hash of the browser's number.
            client: The way to the service.
            language: What the person reads.
            zone: Where their clock stands.
            idle_seconds: How long nobody may do anything.
            ca_file: An organisation's own certificate authority.
            now: A clock that never goes back.
        """
        self.key = key
        self.client = client
        self.live = Live(client, ca_file=ca_file)
        self.language = language
        self.zone = zone
        self.windows: set[Window] = set()
        self.drafts: dict[str, str] = {}
        self._idle_seconds = idle_seconds
        self._now = now
        self._touched = now()
        self.ended = False

    @property
    def staff(self) -> StaffMember:
        """Who it is, as the service last said."""
        return self.client.staff

    @property
    def words(self) -> Words:
        """The catalogue of their language."""
        return Words(self.language)

    def touch(self) -> None:
        """Somebody is there: the idle time begins anew."""
        self._touched = self._now()

    def seconds_left(self) -> float:
        """Until the session ends by itself: idle, or the service's own end, whichever is first."""
        idle = self._touched + self._idle_seconds - self._now()
        return min(idle, self.client.seconds_left())


class Sessions:
    """All sessions of this desk."""

    def __init__(self, most: int) -> None:
        """Keep at most so many at a time."""
        self._most = most
        self._sessions: dict[str, DeskSession] = {}

    @staticmethod
    def make_number() -> str:
        """A number nobody can guess, for a cookie."""
        return secrets.token_urlsafe(32)

    @staticmethod
    def key_of(number: str) -> str:
        """What a number is kept as: who reads this process's memory dumps can't use it."""
        return hashlib.sha256(number.encode()).hexdigest()

    def find(self, number: str | None) -> DeskSession | None:
        """The session of a browser's number, while it lasts."""
        if not number:
            return None
        session = self._sessions.get(self.key_of(number))
        if session is None or session.ended or session.seconds_left() <= 0:
            return None
        return session

    def check_room(self) -> None:
        """See that one more person can sign in.

        Raises:
            KBeanError: ``busy``.
        """
        if len(self._sessions) >= self._most:
            raise KBeanError("busy", "as many sessions as this desk keeps")

    def add(self, session: DeskSession) -> None:
        """Keep a session."""
        self._sessions[session.key] = session

    async def end(self, session: DeskSession, why: str, *, tell_service: bool = True) -> None:
        """End a session: pages go to sign-in, the service forgets the token. Safe to repeat."""
        if session.ended:
            return
        session.ended = True
        self._sessions.pop(session.key, None)
        for window in list(session.windows):
            window.leave(why)
        session.windows.clear()
        session.drafts.clear()
        await session.live.close()
        await session.client.close(sign_out=tell_service)

    async def sweep(self) -> None:
        """End what ran out."""
        for session in list(self._sessions.values()):
            if session.seconds_left() <= 0:
                await self.end(session, "timeout")

    async def close(self) -> None:
        """The desk stops: end them all."""
        for session in list(self._sessions.values()):
            await self.end(session, "stopped")
