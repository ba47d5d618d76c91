"""Where an agent writes: ready sentences by ``/``, macros, files; Enter sends."""

from __future__ import annotations

import functools
import time
from collections.abc import Awaitable, Callable, Sequence

from nicegui import events, ui
from nicegui.element import Element

from app.desk import kit
from app.desk.components.enclosing import Enclosing
from app.desk.ready import filled, matches
from app.desk.sessions import DeskSession
from app.desk.thread import Enclosed
from app.protocol.messages.desk import CannedReply, Macro, QueueEntry
from app.protocol.messages.support import BODY_MAX

TYPING_EVERY = 3.0
"""Seconds between two "typing" while somebody types; one lives six."""

_KEYS = """(e) => {
  if (e.isComposing) return;
  const open = e.target.closest('.composer').querySelector('.ready:not(.hidden)');
  const say = (what, text = '') => { e.preventDefault(); e.stopPropagation(); emit(what, text); };
  if (e.key === 'Enter' && !e.shiftKey) {
    say(open ? 'pick' : 'send', e.target.value);
    if (open) return;
    e.target.value = '';
    e.target.dispatchEvent(new Event('input', { bubbles: true }));
  } else if (!open) return;
  else if (e.key === 'ArrowDown') say('down');
  else if (e.key === 'ArrowUp') say('up');
  else if (e.key === 'Tab') say('pick');
  else if (e.key === 'Escape') say('shut');
}"""
"""Enter sends, and never in the middle of composing Chinese; the list takes its keys first.

The box is emptied here and not by the answer: that would wipe out what was typed meanwhile.
"""


class Composer:
    """The box below a transcript."""

    def __init__(
        self,
        session: DeskSession,
        entry: QueueEntry,
        *,
        internal: bool,
        replies: Sequence[CannedReply] = (),
        macros: Sequence[Macro] = (),
        files: list[Enclosed] | None = None,
        on_send: Callable[[str, Sequence[Enclosed]], Awaitable[None]],
        on_macro: Callable[[Macro], Awaitable[None]] | None = None,
        on_typing: Callable[[bool], Awaitable[None]] | None = None,
    ) -> None:
        """Draw it; what was written here before and not sent is there again.

        Args:
            session: Whose page it is.
            entry: The conversation.
            internal: Whether notes are written.
            replies: Ready sentences.
            macros: Several steps with one click.
            files: What waits to go with the next reply; None where files can't be sent.
            on_send: Takes the words and the files.
            on_macro: Does a macro.
            on_typing: Says that somebody writes.
        """
        self._session = session
        self._entry = entry
        self._replies = replies
        self._on_send = on_send
        self._on_typing = on_typing
        self._found: list[CannedReply] = []
        self._at = 0
        self._said_typing = 0.0
        self._key = f"{entry.conversation.id}:{'notes' if internal else 'talk'}"
        words = session.words
        label = words("talk.write_note" if internal else "talk.write")
        with kit.box("composer" + (" internal" if internal else "")) as self.box:
            self._ready = kit.box("ready hidden")
            self._files = Enclosing(session, files, self.box) if files is not None else None
            self._input = ui.textarea(
                placeholder=label, value=session.drafts.get(self._key, "")
            ).props(f"borderless autogrow dense maxlength={BODY_MAX}")
            self._input.props["aria-label"] = label
            self._input.props["data-name"] = "note" if internal else "reply"
            self._input.on_value_change(self._changed)
            self._input.on("keydown", self._pressed, js_handler=_KEYS)
            with kit.box("composer-bar"):
                if not internal:
                    self._tools(macros, on_macro)
                kit.box("grow")
                hint = "talk.hint_note" if internal else "talk.hint"
                kit.text(words(hint), "caption clip", "span")
                kit.button(
                    words("talk.add_note" if internal else "talk.send"),
                    self._send,
                    kind="primary",
                    sign="edit_note" if internal else "send",
                    name="add-note" if internal else "send",
                    classes="small",
                )

    def close(self) -> None:
        """Take it off the page, when the conversation is no longer ours to answer."""
        self.box.delete()

    def _tools(
        self,
        macros: Sequence[Macro],
        on_macro: Callable[[Macro], Awaitable[None]] | None,
    ) -> None:
        words = self._session.words
        kit.button(words("talk.ready"), self._open_ready, kind="icon", sign="quickreply")
        if self._files is not None:
            self._files.button()
        if macros and on_macro is not None:
            button = kit.button(words("talk.macros"), kind="icon", sign="bolt", name="macros")
            with button, ui.menu():
                for macro in macros:
                    item = ui.menu_item(macro.title)
                    item.on("click", kit.steady(functools.partial(on_macro, macro)), [])

    # --- typing

    async def _changed(self, event: events.ValueChangeEventArguments[str | None]) -> None:
        text = event.value or ""
        if text:
            self._session.drafts[self._key] = text
        else:
            self._session.drafts.pop(self._key, None)
        self._find(text)
        now = time.monotonic()
        if text and self._on_typing is not None and now - self._said_typing > TYPING_EVERY:
            self._said_typing = now
            await self._on_typing(True)

    async def _pressed(self, event: events.GenericEventArguments) -> None:
        what, text = event.args
        if what == "send":
            await self._send(text)
        elif what == "pick":
            self._pick(self._at)
        elif what == "shut":
            self._show([])
        else:
            self._at = (self._at + (1 if what == "down" else -1)) % max(len(self._found), 1)
            self._draw_ready()

    async def _send(self, text: str | None = None) -> None:
        body = (text if isinstance(text, str) else self._input.value or "").strip()
        files = self._files.take() if self._files is not None else []
        if not body and not files:
            return
        if not isinstance(text, str):
            self._input.value = ""
        self._session.drafts.pop(self._key, None)
        self._show([])
        self._said_typing = 0.0
        await self._on_send(body, files)

    # --- ready sentences

    def _open_ready(self) -> None:
        self._input.value = "/"
        self._input.run_method("focus")

    def _find(self, text: str) -> None:
        self._show(matches(self._replies, text, self._entry.conversation.language))

    def _show(self, found: list[CannedReply]) -> None:
        self._found, self._at = found, 0
        self._draw_ready()

    def _draw_ready(self) -> None:
        self._ready.clear()
        if not self._found:
            self._ready.classes("hidden")
            return
        self._ready.classes(remove="hidden")
        with self._ready:
            for number, reply in enumerate(self._found):
                self._ready_item(number, reply)

    def _ready_item(self, number: int, reply: CannedReply) -> Element:
        chosen = " chosen" if number == self._at else ""
        with kit.box(f"ready-item{chosen}", "button") as item:
            item.props["type"] = "button"
            with kit.box("line"):
                kit.text(f"/{reply.shortcut}", "strong small", "span")
                kit.text(reply.title, "small", "span")
            kit.text(self._filled(reply), "caption clip")
        item.on("click", functools.partial(self._pick, number), [])
        return item

    def _pick(self, number: int) -> None:
        if number < len(self._found):
            self._input.value = self._filled(self._found[number])
            self._show([])
            self._input.run_method("focus")

    def _filled(self, reply: CannedReply) -> str:
        return filled(
            reply.body,
            person=self._entry.person_name,
            agent=self._session.staff.display_name,
            number=self._entry.conversation.number,
        )
