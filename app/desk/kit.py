"""The desk's few building blocks: plain elements that the style sheet dresses.

Everything that can be clicked has a word for those who can't see it; everything that is typed into
has a label. Texts are handed over as text, never as HTML or as props that a browser evaluates.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any, Literal, ParamSpec, TypeVar

from nicegui import ui
from nicegui.element import Element
from nicegui.elements.mixins.text_element import TextElement

from app.desk.sessions import DeskSession
from app.desk.tones import Tone
from app.protocol.errors import KBeanError
from app.sdk.staff import ENDED

Kind = Literal["plain", "primary", "danger", "quiet", "icon"]

Handler = Callable[..., Any]
P = ParamSpec("P")
T = TypeVar("T")


def box(classes: str = "", tag: str = "div") -> Element:
    """A plain element to put others into."""
    return ui.element(tag).classes(classes)


def text(words: str, classes: str = "", tag: str = "div") -> TextElement:
    """Words."""
    return TextElement(tag=tag, text=words).classes(classes)


def icon(name: str, classes: str = "") -> TextElement:
    """A sign from the one family; said by nobody, a word stands beside it."""
    made = TextElement(tag="span", text=name).classes(f"sym notranslate {classes}")
    made.props["aria-hidden"] = "true"
    return made


def button(
    words: str,
    on_click: Handler | None = None,
    *,
    kind: Kind = "plain",
    sign: str = "",
    name: str = "",
    classes: str = "",
) -> Element:
    """A button.

    Args:
        words: What it says; for an icon button what a screen reader and the tooltip say.
        on_click: What it does.
        kind: How much it asks for.
        sign: An icon before the words.
        name: A name for tests.
        classes: More classes.
    """
    made = box(f"btn {kind} {classes}", "button")
    made.props["type"] = "button"
    if name:
        made.props["data-name"] = name
    with made:
        if sign:
            icon(sign)
        if kind != "icon":
            text(words, tag="span")
    if kind == "icon":
        made.props["aria-label"] = words
        made.props["title"] = words
    if on_click is not None:
        made.on("click", steady(on_click), [])
    return made


def steady(handler: Handler) -> Callable[[], Awaitable[None]]:
    """A handler that speaks for its page, not for the button that was clicked.

    What is drawn anew while the service is asked takes the button away; words, sheets and ways to
    other pages must not go with it.
    """
    root = page_root()

    async def run() -> None:
        if root.is_deleted:
            return
        with root:
            result = handler()
            if inspect.isawaitable(result):
                await result

    return run


def enable(element: Element, on: bool) -> None:
    """Let an element be used, or not."""
    if on == ("disabled" not in element.props):
        return
    if on:
        element.props.pop("disabled", None)
    else:
        element.props["disabled"] = True
    element.update()


def chip(words: str, tone: Tone = "plain", sign: str = "") -> Element:
    """A small word on a tint; colour never speaks alone."""
    made = box(f"chip {tone}", "span")
    with made:
        if sign:
            icon(sign)
        text(words, tag="span")
    return made


def heading(words: str, lead: str = "") -> None:
    """A page's title."""
    with box("page-head"):
        text(words, "page-title", "h1")
        if lead:
            text(lead, "page-lead", "p")


def empty(sign: str, title: str, words: str) -> None:
    """Where there is nothing: what will be here, and when."""
    with box("empty"):
        with box("empty-disc"):
            icon(sign)
        text(title, "empty-title")
        text(words, "empty-text")


def banner(words: str, tone: Tone = "info", sign: str = "info") -> Element:
    """A line that stays until it is no longer true."""
    made = box(f"banner {tone}")
    made.props["role"] = "status"
    with made:
        icon(sign)
        text(words, tag="span")
    return made


def field(label: str, value: str = "", *, hint: str = "", name: str = "", **more: Any) -> ui.input:
    """A line to type into, with its label above."""
    with box("field"):
        text(label, "field-label", "span")
        made = ui.input(value=value, **more).props("outlined dense")
        _label(made, label, name)
        if hint:
            text(hint, "field-hint", "span")
    return made


def area(
    label: str, value: str = "", *, rows: int = 3, hint: str = "", name: str = ""
) -> ui.textarea:
    """Some lines to type into."""
    with box("field"):
        text(label, "field-label", "span")
        made = ui.textarea(value=value).props(f"outlined dense rows={rows}")
        _label(made, label, name)
        if hint:
            text(hint, "field-hint", "span")
    return made


def choice(
    label: str,
    options: dict[Any, str],
    value: Any = None,
    *,
    name: str = "",
    shown: bool = True,
    **more: Any,
) -> ui.select:
    """One of several; without ``shown`` its label is for screen readers alone."""
    with box("field"):
        if shown:
            text(label, "field-label", "span")
        made = ui.select(options, value=value, **more).props("outlined dense options-dense")
        _label(made, label, name)
    return made


def segmented(
    options: dict[str, str], chosen: str, on_choose: Callable[[str], Any], *, label: str
) -> Element:
    """A few choices side by side, one of them chosen.

    Args:
        options: Value → words.
        chosen: What is chosen now.
        on_choose: Called with a value; may answer the value that is in force afterwards.
        label: What the choices are about, for screen readers.
    """
    made = box("segmented")
    made.props["role"] = "group"
    made.props["aria-label"] = label
    buttons: dict[str, Element] = {}

    async def choose(value: str) -> None:
        # Chosen is what was accepted: a choice that the service refuses springs back.
        result = on_choose(value)
        if inspect.isawaitable(result):
            result = await result
        chosen_now = result if isinstance(result, str) else value
        for key, element in buttons.items():
            element.props["aria-pressed"] = "true" if key == chosen_now else "false"
            element.update()

    with made:
        for key, words in options.items():
            element = TextElement(tag="button", text=words)
            element.props["type"] = "button"
            element.props["aria-pressed"] = "true" if key == chosen else "false"
            element.props["data-name"] = key
            element.on("click", steady(functools.partial(choose, key)), [])
            buttons[key] = element
    return made


@contextmanager
def sheet(title: str, lead: str = "", *, name: str = "", wide: bool = False) -> Iterator[ui.dialog]:
    """A question over the page; Escape leaves it. Opens when the block ends.

    It lives as long as the page, not as the button that asked for it: what is drawn anew beneath
    must not take the question away.
    """
    with page_root(), ui.dialog() as dialog, box("sheet wide" if wide else "sheet") as card:
        dialog.props["aria-label"] = title
        if name:
            card.props["data-name"] = name
        text(title, "sheet-title", "h2")
        if lead:
            text(lead, "sheet-lead", "p")
        yield dialog
    dialog.on("hide", dialog.delete)
    dialog.open()


def page_root() -> Element:
    """The outermost element of the page that is shown in the frame's place."""
    element = ui.context.slot.parent
    while element.parent_slot is not None:
        above = element.parent_slot.parent
        if isinstance(above, ui.sub_pages):
            break
        element = above
    return element


def actions(
    dialog: ui.dialog,
    cancel: str,
    words: str,
    on_click: Handler,
    *,
    kind: Kind = "primary",
    name: str = "",
) -> Element:
    """The two buttons of a sheet: leave it, or do it."""
    with box("sheet-actions"):
        button(cancel, dialog.close, kind="plain", name="cancel")
        return button(words, on_click, kind=kind, name=name)


def say(session: DeskSession, title: str, words: str = "", tone: Tone = "plain") -> None:
    """A passing word at the top of the page, where it covers nothing that is being written."""
    signs = {"danger": "error", "bean": "check_circle", "warning": "warning"}
    ui.notify(
        title,
        caption=words or None,
        position="top",
        timeout=7000 if tone == "danger" else 3500,
        icon=f"sym_r_{signs.get(tone, 'info')}",
        classes=f"toast {tone}",
        # Quasar's own white is "important"; a name that it doesn't know leaves the style sheet's.
        textColor="ink",
        close_button=session.words("close") if tone == "danger" else False,
    )


def guarded(
    session: DeskSession,
) -> Callable[[Callable[P, Awaitable[T]]], Callable[P, Awaitable[T | None]]]:
    """What a page does on a click: a refusal becomes words, the session's end leads to sign-in.

    The answer is None then.
    """

    def wrap(work: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[T | None]]:
        @functools.wraps(work)
        async def run(*args: P.args, **kwargs: P.kwargs) -> T | None:
            session.touch()
            try:
                return await work(*args, **kwargs)
            except KBeanError as error:
                await failed(session, error)
                return None

        return run

    return wrap


async def guarded_quietly(session: DeskSession, work: Callable[[], Awaitable[None]]) -> None:
    """Do what nobody asked for (a refresh): trouble on the way is the line's to show."""
    try:
        await work()
    except KBeanError as error:
        if error.code in ENDED:
            await failed(session, error)


async def failed(session: DeskSession, error: KBeanError) -> None:
    """Say what a refusal means."""
    if error.code in ENDED:
        for window in list(session.windows):
            window.leave("timeout")
        return
    title, words = session.words.error(error)
    say(session, title, words, "danger")


def _label(element: Element, label: str, name: str) -> None:
    element.props["aria-label"] = label
    if name:
        element.props["data-name"] = name
