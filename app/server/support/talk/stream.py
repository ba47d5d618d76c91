"""The event stream: what a client's frames mean (design/4 §Conversation and protocol).

Nothing here waits inside a connection's callback: a Send goes to the batch writer, whatever needs
the database becomes a task, one at a time for each connection. A frame that can't be read is
refused in words; too many of them end the connection, never the process.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import structlog

from app.protocol.errors import KBeanError
from app.protocol.messages.stream import (
    CLOSE_INVALID,
    CLOSE_UNAUTHENTICATED,
    Ack,
    ClientFrame,
    Fetch,
    Hello,
    Page,
    Read,
    Send,
    Typing,
    Unsure,
    Watch,
    Welcome,
)
from app.server.http.tokens import Principal, TokenBook
from app.server.realtime.connection import Connection, text_frame
from app.server.support.talk.access import check_read, is_own, sender_of
from app.server.support.talk.cursors import Cursors
from app.server.support.talk.limits import Allowances
from app.server.support.talk.metrics import TalkMetrics
from app.server.support.talk.sending import Sending
from app.server.support.talk.service import Talk
from app.server.support.talk.session import Session

_log = structlog.get_logger("stream")

HELLO_SECONDS = 15.0
"""How long a connection may say nothing."""

PER_PERSON = 12
"""Connections of one person (or one of the staff) on a node."""

WORK_MAX = 64
"""Questions of one connection that may wait."""

BAD_MAX = 8
"""Unreadable frames of one connection."""

SEEN_MS = 60_000
"""How often what one of the staff does here counts as being there, and their roles are read."""

LOOK_SECONDS = 0.25
"""Between two looks at whose session was ended."""

TRY_LATER = 1013
"""Close code (RFC 6455 registry)."""

_decode = msgspec.json.Decoder(ClientFrame).decode
_encode = msgspec.json.Encoder().encode


class Stream:
    """All connections of this node; :class:`app.server.realtime.connection.Handler`."""

    def __init__(
        self,
        talk: Talk,
        sending: Sending,
        tokens: TokenBook,
        metrics: TalkMetrics,
        allowances: Allowances,
    ) -> None:
        """Wire it."""
        self._talk = talk
        self._hub = talk.hub
        self._sending = sending
        self._tokens = tokens
        self._metrics = metrics
        self._allowances = allowances
        self._cursors = Cursors(talk.engine, talk.sealer)
        self._sessions: set[Session] = set()
        self._by_id: dict[str, int] = {}
        self._hub.on("rehear", self._rehear)

    @property
    def connections(self) -> int:
        """How many are open on this node."""
        return len(self._sessions)

    # --- connections

    def opened(self, connection: Connection) -> None:
        """See :class:`Handler`."""
        session = connection.user = Session(connection, self._allowances.fresh())
        self._sessions.add(session)
        self._metrics.connections.inc()
        session.impatience = asyncio.get_running_loop().call_later(
            HELLO_SECONDS, connection.close, CLOSE_UNAUTHENTICATED, "say hello first"
        )

    def closed(self, connection: Connection) -> None:
        """See :class:`Handler`."""
        session: Session = connection.user
        self._sessions.discard(session)
        self._metrics.connections.dec()
        if session.impatience is not None:
            session.impatience.cancel()
        session.work.clear()
        if session.principal is not None:
            self._part(session, session.principal)

    def received(self, connection: Connection, data: bytes) -> None:
        """See :class:`Handler`."""
        session: Session = connection.user
        try:
            session.allowance.frame()
            frame = _decode(data)
        except KBeanError as refusal:
            session.refuse(refusal)
            self._count_bad(session)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            session.refuse(KBeanError("frame_invalid"))
            self._count_bad(session)
        else:
            self._take(session, frame)

    def _count_bad(self, session: Session) -> None:
        session.bad += 1
        if session.bad >= BAD_MAX:
            session.connection.close(CLOSE_INVALID, "too many bad frames")

    def _take(self, session: Session, frame: Any) -> None:
        principal = session.principal
        if principal is not None and principal.kind == "staff":
            self._note_seen(session, principal)
        if isinstance(frame, Hello):
            self._later(session, lambda: self._hello(session, frame))
        elif principal is None:
            session.refuse(KBeanError("unauthenticated"))
            session.connection.close(CLOSE_UNAUTHENTICATED, "say hello first")
        elif principal.kind == "till":
            session.refuse(KBeanError("forbidden", "a till only listens"))
        elif isinstance(frame, Send):
            self._send(session, principal, frame)
        elif isinstance(frame, Read):
            self._sending.mark(principal, frame.conv, frame.seq)
        elif isinstance(frame, Typing):
            self._later(session, lambda: self._typing(session, principal, frame))
        elif isinstance(frame, Fetch):
            self._later(session, lambda: self._fetch(session, principal, frame), frame.conv)
        else:
            self._later(session, lambda: self._watch(session, principal, frame), frame.conv)

    def _note_seen(self, session: Session, principal: Principal) -> None:
        """Staff who work here are not idle; whose session ended meanwhile, or roles, is told."""
        now = self._talk.clock()
        if now - session.seen_at < SEEN_MS:
            return
        session.seen_at = now

        async def look() -> None:
            try:
                session.principal = await self._sending.door.seen(principal)
            except KBeanError as refusal:
                self._end(session, refusal)

        self._later(session, look)

    def _later(
        self, session: Session, work: Callable[[], Awaitable[None]], conv: str | None = None
    ) -> None:
        """Do what needs the database after what this connection asked before."""
        if len(session.work) >= WORK_MAX:
            session.refuse(KBeanError("too_many_requests", retry_after=1), conv)
            return

        async def guarded() -> None:
            try:
                await work()
            except KBeanError as refusal:
                session.refuse(refusal, conv)
            except Exception as error:
                _log.exception("stream.failed", reason=type(error).__name__)
                session.refuse(KBeanError("internal_error", money="none"), conv)

        session.work.append(guarded)
        if session.task is None:
            session.task = asyncio.create_task(self._drain(session), name="stream-work")

    async def _drain(self, session: Session) -> None:
        try:
            while session.work:
                await session.work.popleft()()
        finally:
            session.task = None

    # --- who is there

    async def _hello(self, session: Session, hello: Hello) -> None:
        """Greet, or renew the token of the same holder, and compare cursors."""
        before = session.principal
        try:
            principal = await self._holder(hello.token, before)
            if principal.kind == "staff":
                session.name = await self._sending.door.display_name(principal.id)
        except KBeanError as refusal:
            session.refuse(refusal)
            session.connection.close(CLOSE_UNAUTHENTICATED, refusal.code)
            return
        if before is None and not self._meet(session, principal):
            session.refuse(KBeanError("too_many_requests", retry_after=60))
            session.connection.close(TRY_LATER, "too many connections")
            return
        session.principal = principal
        session.seen_at = self._talk.clock()
        # Heard from now on, so that nothing falls between the comparison and the first frame.
        gaps = await self._cursors.gaps(principal, hello.cursors, self._sending.door)
        session.tell(Welcome(gaps, self._talk.clock()))

    async def _holder(self, token: str, before: Principal | None) -> Principal:
        """Who holds a token; a connection never changes hands.

        Raises:
            KBeanError: ``unauthenticated``, ``token_expired``, ``session_ended``, ``forbidden``.
        """
        principal = self._tokens.open(token, self._talk.clock())
        if before is not None and (before.kind, before.id) != (principal.kind, principal.id):
            raise KBeanError("forbidden", "this connection is another's")
        if principal.kind == "staff":
            principal = await self._sending.door.seen(principal)
        return principal

    def _meet(self, session: Session, principal: Principal) -> bool:
        """Let a connection hear what its holder may hear; False where there are too many."""
        if not session.connection.is_open:
            return True
        count = self._by_id.get(principal.id, 0)
        if count >= PER_PERSON:
            return False
        self._by_id[principal.id] = count + 1
        session.principal = principal
        if session.impatience is not None:
            session.impatience.cancel()
            session.impatience = None
        for address in _addresses(principal):
            self._hub.join(address, session)
        return True

    def _part(self, session: Session, principal: Principal) -> None:
        left = self._by_id.get(principal.id, 1) - 1
        if left > 0:
            self._by_id[principal.id] = left
        else:
            self._by_id.pop(principal.id, None)
        for address in (*_addresses(principal), *(f"conv:{c}" for c in session.watching)):
            self._hub.leave(address, session)

    async def look(self) -> None:
        """Close the connections whose session was ended or whose token ran out; a tick."""
        now = self._talk.clock()
        revoked = self._tokens.revocations
        for session in tuple(self._sessions):
            principal = session.principal
            if principal is None:
                continue
            if principal.session in revoked:
                self._end(session, KBeanError("session_ended"))
            elif principal.expires_at <= now:
                self._end(session, KBeanError("token_expired"))

    def _end(self, session: Session, why: KBeanError) -> None:
        session.refuse(why)
        session.connection.close(CLOSE_UNAUTHENTICATED, why.code)

    def unsure(self) -> None:
        """Let every client compare its cursors: the channel was away."""
        frame = text_frame(_encode(Unsure()))
        for session in tuple(self._sessions):
            if session.principal is not None:
                session.deliver(frame)

    # --- what is said

    def _send(self, session: Session, principal: Principal, send: Send) -> None:
        began = self._metrics.clock()

        def done(outcome: Ack | KBeanError) -> None:
            if isinstance(outcome, KBeanError):
                session.refuse(outcome, send.conv, send.cmid)
            else:
                self._metrics.acknowledged(principal.kind, began)
                session.tell(outcome)

        try:
            session.allowance.send()
        except KBeanError as refusal:
            done(refusal)
            return
        self._sending.put(principal, sender_of(principal, session.name), send, done)

    async def _typing(self, session: Session, principal: Principal, typing: Typing) -> None:
        row = await self._talk.find(typing.conv)
        if is_own(principal, row):
            heard = [f"conv:{row.id}"]
            if row.owner == "agent":
                heard.append(f"staff:{row.agent_id}")
            told = Typing(row.id, typing.on, "person")
        elif principal.kind == "staff" and await self._sending.door.may_reply(principal, row):
            heard = [f"person:{row.user_id}", f"conv:{row.id}"]
            told = Typing(row.id, typing.on, "staff", session.name)
        else:
            return
        self._hub.tell(heard, told, but=session)

    async def _fetch(self, session: Session, principal: Principal, fetch: Fetch) -> None:
        row = await self._talk.find(fetch.conv)
        await check_read(self._sending.door, principal, row)
        page = await self._talk.page(
            row.id, after=fetch.after, before=fetch.before, limit=fetch.limit
        )
        session.tell(
            Page(row.id, page.messages, page.more, page.last_seq, fetch.after, fetch.before)
        )

    # --- staff who watch

    async def _watch(self, session: Session, principal: Principal, watch: Watch) -> None:
        address = f"conv:{watch.conv}"
        if not watch.on:
            session.watching.discard(watch.conv)
            self._hub.leave(address, session)
            return
        if principal.kind != "staff":
            raise KBeanError("forbidden")
        row = await self._talk.find(watch.conv)
        await check_read(self._sending.door, principal, row)
        if session.connection.is_open:
            session.watching.add(row.id)
            self._hub.join(address, session)

    def _rehear(self, conv_id: str) -> None:
        """A conversation changed hands: who watches it or its notes may no longer."""
        watched = self._watched()
        if watched:
            self._talk.later(lambda: self._judge_again(watched, conv_id))

    def rehear_all(self) -> None:
        """Word of who owns what may have been missed: ask again for everything watched."""
        watched = self._watched()
        if watched:
            self._talk.later(lambda: self._judge_again(watched, None))

    def _watched(self) -> set[str]:
        return {conv for session in self._sessions for conv in session.watching}

    async def _judge_again(self, watched: set[str], conv_id: str | None) -> None:
        for row in await self._talk.find_all(watched):
            if conv_id is not None and conv_id not in {row.id, row.parent_id}:
                continue
            for session in tuple(self._sessions):
                principal = session.principal
                if principal is None or row.id not in session.watching:
                    continue
                if not await self._sending.door.may_read(principal, row):
                    session.watching.discard(row.id)
                    self._hub.leave(f"conv:{row.id}", session)


def _addresses(principal: Principal) -> tuple[str, ...]:
    if principal.kind == "staff":
        return f"staff:{principal.id}", "staff"
    return (f"{principal.kind}:{principal.id}",)
