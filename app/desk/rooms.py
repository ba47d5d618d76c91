"""The rooms of the desk: who may enter, what they are called, who builds them.

To add a page: write ``pages/<name>.py`` with ``async def build(session, **path)``, add a line
to :data:`ROOMS` and its words ``room.<name>`` to both catalogues.
"""

from __future__ import annotations

import dataclasses
import importlib
from collections.abc import Awaitable, Callable
from typing import cast

from app.desk.sessions import DeskSession
from app.protocol.messages.desk import Role

Builder = Callable[..., Awaitable[None]]

EVERYBODY: frozenset[Role] = frozenset(
    {
        "agent",
        "senior",
        "supervisor",
        "mediator",
        "risk",
        "compliance",
        "finance",
        "auditor",
        "admin",
    }
)
TALKERS: frozenset[Role] = frozenset({"agent", "senior", "supervisor"})
READERS: frozenset[Role] = TALKERS | {"auditor", "compliance", "mediator", "risk"}
SURVEYORS: frozenset[Role] = TALKERS | {"admin", "auditor"}
SCORERS: frozenset[Role] = frozenset({"senior", "supervisor", "auditor"})
REPORTED: frozenset[Role] = SCORERS | {"compliance", "admin"}


@dataclasses.dataclass(frozen=True, slots=True)
class Room:
    """One page.

    Attributes:
        name: Its module in ``pages`` and its words ``room.<name>``.
        path: Where it is; ``{conv}`` or ``{number}`` is handed to the builder.
        roles: Who may see it. The service decides again with every call.
        sign: Its icon; empty where it isn't in the navigation.
        within: The room of the navigation that it belongs to, where it isn't there itself.
    """

    name: str
    path: str
    roles: frozenset[Role]
    sign: str = ""
    within: str = ""

    def builder(self) -> Builder:
        """The function that fills the page."""
        module = importlib.import_module(f"app.desk.pages.{self.name}")
        return cast("Builder", module.build)


ROOMS: tuple[Room, ...] = (
    Room("board", "/", READERS, "inbox"),
    Room("conversation", "/c/{conv}", READERS, within="board"),
    Room("cases", "/cases", READERS, "folder_open"),
    Room("case", "/cases/{number}", READERS, within="cases"),
    Room("callbacks", "/callbacks", TALKERS, "phone_callback"),
    Room("feedback", "/feedback", TALKERS | {"compliance", "auditor"}, "rate_review"),
    Room("replies", "/replies", TALKERS, "quickreply"),
    Room("knowledge", "/knowledge", frozenset({"senior", "supervisor", "admin"}), "menu_book"),
    Room("surveys", "/surveys", SURVEYORS, "ballot"),
    Room("survey", "/surveys/{number}", SURVEYORS, within="surveys"),
    Room("quality", "/quality", SCORERS, "grading"),
    Room("sample", "/quality/{number}", SCORERS, within="quality"),
    Room("reports", "/reports", REPORTED, "monitoring"),
    Room("members", "/members", frozenset({"supervisor", "admin"}), "group"),
    Room("audit", "/audit", frozenset({"supervisor", "auditor", "compliance"}), "fact_check"),
    Room("nothing", "/welcome", EVERYBODY),
)


def may_enter(room: Room, session: DeskSession) -> bool:
    """Whether somebody's roles open a room."""
    return bool(room.roles & set(session.staff.roles))


def first_room(session: DeskSession) -> Room:
    """Where somebody lands: the first room in the navigation that is theirs."""
    mine = [room for room in ROOMS if room.sign and may_enter(room, session)]
    return mine[0] if mine else ROOMS[-1]
