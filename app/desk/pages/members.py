"""The team: who is here, what they can do, how much they have."""

from __future__ import annotations

from collections.abc import Sequence

from nicegui import ui

from app.desk import kit
from app.desk.sessions import DeskSession
from app.protocol.messages.desk import StaffMember
from app.protocol.messages.stream import Changed, ServiceFrame, Unsure, Welcome

EVERY_SECONDS = 20.0


async def build(session: DeskSession) -> None:
    """Fill the page."""
    MembersPage(session, await session.client.members())


class MembersPage:
    """The page and what it knows."""

    def __init__(self, session: DeskSession, members: Sequence[StaffMember]) -> None:
        """Draw it from a first answer."""
        self._session = session
        self._words = session.words
        with kit.box("page") as page, kit.box("page-inner"):
            kit.heading(self._words("room.members"), self._words("members.lead"))
            self._card = kit.box("card")
        self._draw(members)
        session.live.hear(page, self._heard)
        with page:
            ui.timer(EVERY_SECONDS, self._look, immediate=False)

    async def _heard(self, frame: ServiceFrame) -> None:
        if isinstance(frame, Welcome | Unsure | Changed):
            await self._look()

    async def _look(self) -> None:
        await kit.guarded_quietly(self._session, self._refresh)

    async def _refresh(self) -> None:
        members = await self._session.client.members()
        if not self._card.is_deleted:
            self._draw(members)

    def _draw(self, members: Sequence[StaffMember]) -> None:
        words = self._words
        self._card.clear()
        names = ("name", "presence", "load", "roles", "skills", "languages")
        with self._card, kit.box("table", "table"):
            with kit.box("", "thead"), kit.box("", "tr"):
                for name in names:
                    kit.text(words(f"members.{name}"), tag="th")
            with kit.box("", "tbody"):
                order = {"online": 0, "away": 1, "offline": 2}
                for member in sorted(members, key=lambda m: (order[m.presence], m.name)):
                    self._row(member)

    def _row(self, member: StaffMember) -> None:
        words = self._words
        with kit.box("", "tr") as row:
            row.props["data-name"] = "member"
            with kit.box("", "td"):
                kit.text(member.display_name, "strong")
                kit.text(member.name, "caption")
            with kit.box("", "td"), kit.box("line"):
                kit.box(f"dot {'' if member.presence == 'online' else member.presence}", "span")
                kit.text(words(f"presence.{member.presence}"), tag="span")
            load = words("colleague.load", count=member.open_conversations, most=member.capacity)
            kit.text(load, "figures", "td")
            roles = [words(f"role.{role}") for role in member.roles]
            kit.text(words("list.join").join(roles), tag="td")
            with kit.box("", "td"), kit.box("line wrap"):
                for skill in member.skills:
                    kit.chip(words.known(f"skill.{skill}", skill))
            spoken = [words(f"spoken.{language}") for language in member.languages]
            kit.text(words("list.join").join(spoken), tag="td")
