"""A list that doesn't move while the pointer is on it, and the button that lets it."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence

from nicegui.element import Element

from app.desk import kit
from app.desk.entries import Held
from app.desk.words import Words


class HeldList:
    """Holds a new order back until the pointer has left, or the person asks for it."""

    def __init__(self, words: Words, redraw: Callable[[], None]) -> None:
        """Draw the button where the caller stands; :meth:`watch` says where the pointer counts."""
        self._held = Held()
        self._redraw = redraw
        self._button = kit.button(
            words("board.changed"), self._release, kind="quiet", sign="refresh",
            classes="list-held small hidden",
        )  # fmt: skip

    @property
    def shown(self) -> tuple[str, ...]:
        """The ids as they stand on the page."""
        return self._held.shown

    def watch(self, section: Element) -> None:
        """Let the pointer on this element hold changes back."""
        section.on("mouseenter", functools.partial(self._pointer, True), [])
        section.on("mouseleave", functools.partial(self._pointer, False), [])

    def offer(self, ids: Sequence[str], *, now: bool) -> bool:
        """Take a new order; with ``now`` nothing holds it back. True: draw it."""
        over, self._held.over = self._held.over, self._held.over and not now
        drawn = self._held.offer(ids)
        self._held.over = over
        self._show_button()
        return drawn or now

    def _pointer(self, over: bool) -> None:
        self._held.over = over
        if not over:
            self._release()

    def _release(self) -> None:
        if self._held.release():
            self._redraw()
        self._show_button()

    def _show_button(self) -> None:
        if self._held.waiting is None:
            self._button.classes("hidden")
        else:
            self._button.classes(remove="hidden")
