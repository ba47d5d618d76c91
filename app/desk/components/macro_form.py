"""Writing a macro: a title, and its steps in their order."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Literal, cast, get_args

from nicegui import ui

from app.desk import kit
from app.desk.sessions import DeskSession
from app.protocol.messages.desk import Macro, MacroRequest, MacroStep

Do = Literal["reply", "note", "skill", "priority", "hand_over", "verify", "close"]
STEPS: tuple[Do, ...] = get_args(Do)
STEPS_MAX = 8


class MacroForm:
    """A sheet with one line a step."""

    def __init__(
        self, session: DeskSession, macro: Macro | None, on_saved: Callable[[], Awaitable[None]]
    ) -> None:
        """Open it."""
        self._session = session
        self._words = words = session.words
        self._macro = macro
        self._on_saved = on_saved
        self._lines: list[tuple[ui.select, ui.textarea]] = []
        title = words("replies.new_macro" if macro is None else "edit")
        with kit.sheet(title, words("macros.lead"), name="macro") as self._dialog:
            self._title = kit.field(
                words("replies.title"), macro.title if macro else "", name="macro-title"
            )
            self._steps = kit.box("stack")
            for step in macro.steps if macro else [MacroStep("reply")]:
                self._add(step)
            kit.button(
                words("macros.add"),
                lambda: self._add(MacroStep("reply")),
                kind="quiet",
                sign="add",
                name="add-step",
            )
            kit.actions(
                self._dialog,
                words("cancel"),
                words("save"),
                kit.guarded(session)(self._save),
                name="save-macro",
            )

    def _add(self, step: MacroStep) -> None:
        words = self._words
        if len(self._lines) >= STEPS_MAX:
            return
        with self._steps, kit.box("line") as line:
            line.style("align-items:flex-start")
            with kit.box() as kind:
                kind.style("width:150px;flex:none")
                options = {name: words(f"step.{name}") for name in STEPS}
                what = kit.choice(words("macros.step"), options, step.do)
            with kit.box("grow"):
                value = kit.area(words("macros.value"), step.value, rows=1, name="macro-value")
            entry = (what, value)
            self._lines.append(entry)

            def drop() -> None:
                self._lines.remove(entry)
                line.delete()

            kit.button(words("remove"), drop, kind="icon", sign="close")

    async def _save(self) -> None:
        steps = [
            MacroStep(cast("Do", what.value), (value.value or "").strip())
            for what, value in self._lines
        ]
        request = MacroRequest((self._title.value or "").strip(), steps)
        await self._session.client.keep_macro(request, self._macro.id if self._macro else None)
        self._dialog.close()
        await self._on_saved()
