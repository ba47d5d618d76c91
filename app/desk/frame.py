"""What stands around every page: the rooms at the left, who is there and the line at the top."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable
from typing import cast

from nicegui import Client, ui
from nicegui.element import Element

from app.desk import kit
from app.desk.guard import session_of
from app.desk.rooms import ROOMS, TALKERS, Room, first_room, may_enter
from app.desk.sessions import WARN_SECONDS, DeskSession, Sessions
from app.desk.when import countdown
from app.desk.words import LANGUAGES, Words
from app.protocol.errors import KBeanError
from app.protocol.messages.desk import Presence
from app.protocol.messages.stream import Changed, ServiceFrame
from app.sdk.staff import ENDED
from app.sdk.stream import Link

_LISTEN = """<script>
(() => { let said = 0;
  const say = () => { const now = Date.now();
    if (now - said > 15000) { said = now; window.emitEvent?.("desk_activity"); } };
  for (const kind of ["pointerdown", "keydown", "wheel"])
    addEventListener(kind, say, { passive: true, capture: true }); })();
</script>"""

_AGAIN = '<script src="/assets/again.js"></script>'
"""Finds the way to sign-in after the desk was started again, and keeps what was written."""


class _Window:
    """One open page; knows how to leave when the session ends."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def leave(self, why: str) -> None:
        """Take everything off the page, then go to sign-in."""
        if self._client.is_deleted:
            return
        self._client.content.clear()
        self._client.open(f"/sign-in?why={why}")


def show_frame(sessions: Sessions) -> None:
    """Build the frame; the rooms take turns inside it."""
    client = ui.context.client
    session = session_of(client.request.scope)
    window = _Window(client)
    session.windows.add(window)
    client.on_delete(lambda: session.windows.discard(window))
    session.touch()
    words = session.words
    ui.add_head_html('<link rel="stylesheet" href="/assets/desk.css">')
    ui.add_body_html(_LISTEN + _AGAIN)
    ui.on("desk_activity", lambda: _active(session))
    Frame(sessions, session, words)


async def _active(session: DeskSession) -> None:
    session.touch()


class Frame:
    """Rail, top bar, and the place for the room."""

    def __init__(self, sessions: Sessions, session: DeskSession, words: Words) -> None:
        """Draw them."""
        self._sessions = sessions
        self._session = session
        self._words = words
        self._links: dict[str, Element] = {}
        self._warning: ui.dialog | None = None
        with kit.box("frame") as frame:
            frame.props["lang"] = session.language
            self._rail()
            with kit.box("main"):
                self._top()
                with kit.box("place", "main"):
                    ui.sub_pages({room.path: self._show(room) for room in ROOMS})
        ui.timer(2.0, self._look_at_clock)

    # --- the rooms

    def _rail(self) -> None:
        words = self._words
        with kit.box("rail", "nav") as rail:
            rail.props["aria-label"] = words("rail")
            mark = kit.box("rail-mark", "img")
            mark.props["src"] = "/assets/mark.svg"
            mark.props["alt"] = words("desk")
            for room in ROOMS:
                if room.sign and may_enter(room, self._session):
                    with kit.box("rail-item", "a") as link:
                        kit.icon(room.sign)
                        kit.text(words(f"room.{room.name}"), tag="span")
                    link.props["href"] = room.path
                    link.props["data-name"] = f"room-{room.name}"
                    self._links[room.name] = link

    def _show(self, room: Room) -> Callable[..., Awaitable[None]]:
        """What fills the place when a room's address is opened."""

        async def show(conv: str = "", number: str = "") -> None:
            session = self._session
            if room.path == "/" and not may_enter(room, session):
                ui.navigate.to(first_room(session).path)
                return
            shown = room if may_enter(room, session) else ROOMS[-1]
            self._mark(shown)
            ui.page_title(f"{self._words(f'room.{shown.name}')} · {self._words('desk')}")
            known = {"conv": conv, "number": number}
            path = {name: value for name, value in known.items() if f"{{{name}}}" in shown.path}
            try:
                await shown.builder()(session, **path)
            except KBeanError as error:
                await _trouble(session, error)

        return show

    def _mark(self, room: Room) -> None:
        name = room.within or room.name
        for key, link in self._links.items():
            if key == name:
                link.props["aria-current"] = "page"
            else:
                link.props.pop("aria-current", None)
            link.update()

    # --- the top

    def _top(self) -> None:
        session, words = self._session, self._words
        staff = session.staff
        with kit.box("top", "header") as top:
            if TALKERS & set(staff.roles):
                options = {key: words(f"presence.{key}") for key in ("online", "away", "offline")}
                kit.segmented(options, staff.presence, self._set_presence, label=words("presence"))
                self._capacity = kit.text("", "capacity figures")
                self._show_capacity()
            kit.box("grow")
            self._link = kit.box("top-link")
            self._link.props["role"] = "status"
            session.live.see(top, self._show_link)
            session.live.hear(top, self._heard)
            self._languages()
            kit.text(staff.display_name, "small strong")
            with kit.box("", "form") as leaving:
                leaving.props["method"] = "post"
                leaving.props["action"] = "/sign-out"
                with kit.box("btn icon", "button") as button:
                    button.props["type"] = "submit"
                    button.props["aria-label"] = button.props["title"] = words("sign_out")
                    button.props["data-name"] = "sign-out"
                    kit.icon("logout")

    def _languages(self) -> None:
        other = next(name for name in LANGUAGES if name != self._session.language)
        with kit.box("btn quiet small", "button") as button:
            button.props["type"] = "button"
            button.props["data-name"] = "language"
            button.props["lang"] = other
            kit.icon("translate")
            kit.text(Words(other)("language.name"), tag="span")
        button.on(
            "click",
            js_handler=f"() => location.assign('/language/{other}?next=' + "
            "encodeURIComponent(location.pathname))",
        )

    async def _set_presence(self, value: str) -> str:
        work = kit.guarded(self._session)(self._session.client.set_presence)
        await work(cast("Presence", value))
        self._show_capacity()
        return self._session.staff.presence

    def _show_capacity(self) -> None:
        staff = self._session.staff
        self._capacity.text = self._words(
            "capacity", count=staff.open_conversations, most=staff.capacity
        )

    def _show_link(self, link: Link) -> None:
        self._link.clear()
        self._link.classes(replace=f"top-link{'' if link == 'live' else ' away'}")
        with self._link:
            kit.icon("cloud_done" if link == "live" else "cloud_off")
            kit.text(self._words(f"link.{link}"), tag="span")

    async def _heard(self, frame: ServiceFrame) -> None:
        mine = isinstance(frame, Changed) and {"mine", "queue", "session"} & set(frame.topics)
        if mine and TALKERS & set(self._session.staff.roles):
            await kit.guarded(self._session)(self._refresh_me)()

    async def _refresh_me(self) -> None:
        await self._session.client.me()
        if not self._link.is_deleted:
            self._show_capacity()

    # --- the session's end

    async def _look_at_clock(self) -> None:
        left = self._session.seconds_left()
        if left <= 0:
            await self._sessions.end(self._session, "timeout")
        elif left <= WARN_SECONDS:
            self._warn(left)
        elif self._warning is not None:
            self._warning.close()
            self._warning = None

    def _warn(self, left: float) -> None:
        words = self._words
        if self._warning is None:
            extendable = self._session.client.seconds_left() > WARN_SECONDS
            lead = words("ending.lead") if extendable else words("ending.final")
            with kit.sheet(words("ending.title"), lead, name="ending") as self._warning:
                self._left = kit.text("", "page-title figures")
                with kit.box("sheet-actions"):
                    kit.button(words("sign_out"), self._leave)
                    if extendable:
                        kit.button(words("ending.stay"), self._stay, kind="primary", name="stay")
        self._left.text = countdown(left)

    async def _stay(self) -> None:
        self._session.touch()
        if self._warning is not None:
            self._warning.close()
            self._warning = None
        await kit.guarded(self._session)(self._session.client.me)()

    async def _leave(self) -> None:
        await self._sessions.end(self._session, "left")


async def _trouble(session: DeskSession, error: KBeanError) -> None:
    """A room that couldn't be filled says why, and offers to try again."""
    title, words = session.words.error(error)
    with kit.box("page"), kit.box("card"):
        kit.empty("cloud_off", title, words)
        with kit.box("line", "div") as line:
            line.style("justify-content:center;padding-bottom:32px")
            kit.button(session.words("again"), functools.partial(ui.navigate.reload), name="again")
    if error.code in ENDED:
        await kit.failed(session, error)
