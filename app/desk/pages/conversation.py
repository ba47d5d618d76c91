"""One conversation: transcript, notes, answer, hand-over, and the person's panel beside it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from nicegui import ui

from app.desk import kit
from app.desk.components.composer import Composer
from app.desk.components.conversation_head import ConversationHead
from app.desk.components.person_panel import PersonPanel
from app.desk.components.transcript import Transcript
from app.desk.consent import ends_access
from app.desk.rooms import READERS, TALKERS
from app.desk.sending import Outgoing
from app.desk.sessions import DeskSession
from app.desk.thread import Enclosed, Thread
from app.protocol.errors import KBeanError
from app.protocol.messages.desk import CannedReply, Macro, StaffConversation
from app.protocol.messages.stream import (
    TYPING_SECONDS,
    Ack,
    Changed,
    Msg,
    Read,
    ServiceFrame,
    Typing,
    Unsure,
    Welcome,
)
from app.protocol.messages.support import Message
from app.sdk.staff import ENDED

AGAIN_SECONDS = 5.0
LOOK_EVERY = 3
NOTE_TAKERS = READERS - {"auditor"}
STATE_TOPICS = frozenset({"grants", "cases"})
"""What changes a conversation without a message in it; its owner changes with one."""


async def build(session: DeskSession, conv: str) -> None:
    """Fill the page."""
    client = session.client
    if TALKERS & set(session.staff.roles):
        state, replies, macros = await asyncio.gather(
            client.conversation(conv), client.canned_replies(), client.macros()
        )
    else:
        state, replies, macros = await client.conversation(conv), [], []
    page = ConversationPage(session, state, replies, macros)
    await page.start()


class ConversationPage:
    """The page and what it knows."""

    def __init__(
        self,
        session: DeskSession,
        state: StaffConversation,
        replies: Sequence[CannedReply],
        macros: Sequence[Macro],
    ) -> None:
        """Draw it."""
        self._session = session
        self._words = session.words
        self._state = state
        self._replies, self._macros = replies, macros
        self.conv = state.entry.conversation.id
        self._notes_conv = state.entry.notes_conv
        self._talk, self._notes = Thread(self.conv), Thread(self._notes_conv)
        self._talk.reset(state.messages, more=state.more)
        self._notes.reset(state.notes, more=bool(state.notes) and state.notes[0].seq > 1)
        self._outgoing = Outgoing(
            self._talk,
            session.client.reply,
            self._sent,
            on_ack=self._acked,
            refuse=self._refusal,
            store=session.client.files.store,
        )
        self._files: list[Enclosed] = []
        self._noting = Outgoing(
            self._notes,
            session.client.note,
            self._noted,
            on_ack=self._note_acked,
            refuse=self._refusal,
            conv=self.conv,
        )
        self._tab = "talk"
        self._typing = self._ticks = 0
        with kit.box("talk") as self.box:
            with kit.box("talk-main"):
                with kit.box("stack") as head:
                    head.style("gap:10px")
                    self._head = ConversationHead(session, self)
                    self._tabs()
                self._panes()
                self._foot = kit.box("stack")
                self._foot.style("gap:4px")
            self._panel = PersonPanel(session, self)
        self._draw_foot()
        with self.box:
            ui.timer(AGAIN_SECONDS, self._try_again)
        session.live.hear(self.box, self._heard)

    @property
    def state(self) -> StaffConversation:
        """The conversation as the service last said."""
        return self._state

    @property
    def thread(self) -> Thread:
        """The conversation's messages as far as they are known here."""
        return self._talk

    @property
    def is_mine(self) -> bool:
        """Whether it is ours to answer."""
        entry = self._state.entry
        return entry.conversation.owner == "agent" and entry.agent_id == self._session.staff.id

    async def start(self) -> None:
        """Hear it from now on; what is here is read."""
        live = self._session.live
        for conv in filter(None, (self.conv, self._notes_conv)):
            await live.watch(conv)
        await self._catch_up()
        await self._mark_read()

    # --- drawing

    def _tabs(self) -> None:
        words = self._words
        options = {"talk": words("talk.transcript"), "notes": words("talk.notes")}
        with kit.box("line apart"):
            kit.segmented(options, "talk", self._choose, label=words("talk.which"))
            self._notes_hint = kit.chip(words("talk.internal"), "gold", "lock")
        self._notes_hint.classes("hidden")

    def _panes(self) -> None:
        session = self._session
        with kit.box("pane"):
            self._transcript = Transcript(
                session,
                self._talk,
                internal=False,
                load_older=self._older,
                outgoing=self._outgoing,
            )
            self._transcript.box.style("flex:1 1 0")
            self._transcript.read_up_to(self._state.entry.conversation.read_by_person)
            self._note_list = Transcript(
                session,
                self._notes,
                internal=True,
                load_older=self._older,
                outgoing=self._noting,
            )
            self._note_list.box.style("flex:1 1 0")
            self._typing_line = kit.text("", "typing-line")
        self._note_list.box.classes("hidden")

    def _choose(self, tab: str) -> None:
        self._tab = tab
        notes = tab == "notes"
        panes = (self._transcript, self._note_list)
        other, shown = panes if notes else reversed(panes)
        shown.box.classes(remove="hidden")
        other.box.classes("hidden")
        if notes:
            self._notes_hint.classes(remove="hidden")
        else:
            self._notes_hint.classes("hidden")
        self._draw_foot()

    def _draw_foot(self) -> None:
        self._foot.clear()
        words, entry = self._words, self._state.entry
        with self._foot:
            if self._tab == "notes" and not NOTE_TAKERS & set(self._session.staff.roles):
                kit.banner(words("talk.read_only"), "info", "visibility")
            elif self._tab == "notes":
                Composer(self._session, entry, internal=True, on_send=self._noting.send)
            elif self.is_mine:
                Composer(
                    self._session,
                    entry,
                    internal=False,
                    replies=self._replies,
                    macros=self._macros,
                    files=self._files,
                    on_send=self._outgoing.send,
                    on_macro=self.run_macro,
                    on_typing=self._say_typing,
                )
            elif entry.conversation.owner == "queue":
                with kit.banner(words("talk.unclaimed"), "info", "inbox") as banner:
                    kit.box("grow")
                    kit.button(
                        words("claim"), self.claim, kind="primary", name="claim", classes="small"
                    )
                banner.style("align-items:center")
            else:
                owner = entry.conversation.owner
                name = entry.conversation.agent_name
                kit.banner(words(f"talk.not_mine.{owner}", name=name), "info", "visibility")

    def _redraw_state(self) -> None:
        self._head.draw()
        self._panel.draw()
        self._draw_foot()

    # --- what comes

    async def _heard(self, frame: ServiceFrame) -> None:
        if isinstance(frame, Msg):
            await self._message(frame.message)
        elif isinstance(frame, Read) and frame.conv == self.conv and frame.by == "person":
            self._transcript.read_up_to(frame.seq)
        elif isinstance(frame, Typing) and frame.conv == self.conv and frame.by != "staff":
            self._show_typing(frame)
        elif isinstance(frame, Welcome | Unsure):
            await self._recover()
        elif isinstance(frame, Changed) and STATE_TOPICS & set(frame.topics):
            await kit.guarded_quietly(self._session, self.reload)

    async def _message(self, message: Message) -> None:
        for thread, transcript in (
            (self._talk, self._transcript),
            (self._notes, self._note_list),
        ):
            if message.conv != thread.conv:
                continue
            applied = thread.apply(message)
            if applied == "gap":
                await self._fetch(thread, transcript)
            elif applied == "new":
                transcript.append([message])
                await self._after([message])
            else:
                transcript.draw_pending()

    async def _fetch(self, thread: Thread, transcript: Transcript) -> None:
        """Ask for everything after what is here."""
        more = True
        while more:
            page = await self._session.client.page(thread.conv, after=thread.last)
            if self.box.is_deleted:
                return
            fresh = thread.page(page.messages)
            transcript.append(fresh)
            await self._after(fresh)
            more = page.more and bool(fresh)

    async def _after(self, messages: Sequence[Message]) -> None:
        """What new messages mean for the rest of the page."""
        if ends_access(messages):
            self._panel.lock()
        if any(message.card is not None for message in messages):
            # A request, its answer, a new owner: the panel and the head say something else now.
            await kit.guarded_quietly(self._session, self.reload)
        self._typing_line.text = ""
        await self._mark_read()

    async def _catch_up(self) -> None:
        await self._fetch(self._talk, self._transcript)
        if self._notes_conv:
            await self._fetch(self._notes, self._note_list)

    async def _recover(self) -> None:
        """The line is back: what was missed, then what couldn't be sent."""
        await kit.guarded_quietly(self._session, self._catch_up)
        await kit.guarded_quietly(self._session, self.reload)
        await self._outgoing.flush()
        await self._noting.flush()

    async def reload(self) -> None:
        """Ask how the conversation stands: owner, grants, verification."""
        try:
            fresh = await self._session.client.conversation(self.conv)
        except KBeanError as error:
            if error.code != "conversation_not_found":
                raise
            # Handed over: it is a colleague's now, and no longer ours to read.
            self._leave()
            return
        if self.box.is_deleted:
            return
        before, self._state = self._state, fresh
        if fresh.entry.notes_conv and not self._notes_conv:
            self._notes_conv = self._notes.conv = fresh.entry.notes_conv
            await self._session.live.watch(self._notes_conv)
        if before != fresh:
            was = (before.entry.conversation.owner, before.entry.agent_id)
            self._head.draw()
            self._panel.draw()
            if was != (fresh.entry.conversation.owner, fresh.entry.agent_id):
                self._draw_foot()

    def _leave(self) -> None:
        if not self.box.is_deleted:
            with self.box:
                kit.say(self._session, self._words("talk.gone"))
                ui.navigate.to("/")

    async def _mark_read(self) -> None:
        if self.is_mine and self._talk.last:
            await self._session.live.send(Read(self.conv, self._talk.last))

    def _show_typing(self, frame: Typing) -> None:
        self._typing += 1
        mine = self._typing
        name = frame.name or self._state.entry.person_name
        self._typing_line.text = self._words("talk.typing", name=name) if frame.on else ""
        line = self._typing_line

        def over() -> None:
            if mine == self._typing and not line.is_deleted:
                line.text = ""

        with self.box:
            ui.timer(TYPING_SECONDS, over, once=True)

    # --- what a person does

    async def _say_typing(self, on: bool) -> None:
        await self._session.live.send(Typing(self.conv, on=on))

    async def _sent(self) -> None:
        if not self.box.is_deleted:
            self._transcript.draw_pending()

    async def _noted(self) -> None:
        if not self.box.is_deleted:
            self._note_list.draw_pending()

    async def _acked(self, ack: Ack) -> None:
        if ack.seq not in self._talk.messages:
            await self._fetch(self._talk, self._transcript)

    async def _note_acked(self, ack: Ack) -> None:
        if not self._notes.conv:
            await self.reload()
        if ack.seq not in self._notes.messages:
            await self._fetch(self._notes, self._note_list)

    async def _refusal(self, error: KBeanError) -> str:
        if error.code in ENDED:
            await kit.failed(self._session, error)
        return " ".join(self._words.error(error))

    async def _try_again(self) -> None:
        """What couldn't be sent is tried again while the line stands.

        Now and then the page also asks whether it missed something: a line that sends but no
        longer tells must not leave anybody waiting for an answer.
        """
        if self._session.live.link != "live":
            return
        await self._outgoing.flush()
        await self._noting.flush()
        self._ticks += 1
        if self._ticks % LOOK_EVERY == 0:
            await kit.guarded_quietly(self._session, self._catch_up)

    async def _older(self, thread: Thread) -> bool:
        """Fetch the page before the oldest message; whether there was one."""
        page = await kit.guarded(self._session)(self._session.client.page)(
            thread.conv, before=thread.first
        )
        if page is None or self.box.is_deleted:
            return False
        thread.older(page.messages, more=page.more)
        return True

    async def claim(self) -> None:
        """Take it from the queue."""
        taken = await kit.guarded(self._session)(self._session.client.claim)(self.conv)
        if taken is not None:
            self._state = taken
        await kit.guarded_quietly(self._session, self.reload)
        if not self.box.is_deleted:
            self._redraw_state()
            await self._mark_read()

    async def run_macro(self, macro: Macro) -> None:
        """Do a macro: all of its steps or none."""
        run = kit.guarded(self._session)(self._session.client.run_macro)
        if await run(self.conv, macro.id) is not None:
            kit.say(self._session, self._words("talk.macro_done", title=macro.title), tone="bean")
        await kit.guarded_quietly(self._session, self._catch_up)
        await kit.guarded_quietly(self._session, self.reload)
