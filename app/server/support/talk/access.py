"""Who may read a stream and write into it. Persons are judged here, staff by their own room."""

from __future__ import annotations

from typing import Protocol

from app.protocol.errors import KBeanError
from app.protocol.messages.support import Sender
from app.server.http.tokens import Principal
from app.server.support.talk.rows import ConversationRow


class StaffDoor(Protocol):
    """What the room of staff answers; :class:`NobodyDoor` where there is none."""

    async def seen(self, principal: Principal) -> Principal:
        """One of the staff asks for something: the roles of now.

        Raises:
            KBeanError: ``session_ended`` and its like.
        """
        ...

    async def display_name(self, staff_id: str) -> str:
        """The name that people know one of the staff by."""
        ...

    async def may_read(self, principal: Principal, row: ConversationRow) -> bool:
        """Whether one of the staff may see a conversation (or its notes)."""
        ...

    async def may_reply(self, principal: Principal, row: ConversationRow) -> bool:
        """Whether one of the staff may answer the person: the owner alone."""
        ...


class NobodyDoor:
    """No staff: nobody may."""

    async def seen(self, principal: Principal) -> Principal:
        """Nobody is known.

        Raises:
            KBeanError: ``forbidden``.
        """
        raise KBeanError("forbidden")

    async def display_name(self, staff_id: str) -> str:
        """No name."""
        return ""

    async def may_read(self, principal: Principal, row: ConversationRow) -> bool:
        """No."""
        return False

    async def may_reply(self, principal: Principal, row: ConversationRow) -> bool:
        """No."""
        return False


def is_own(principal: Principal, row: ConversationRow) -> bool:
    """Whether a conversation is this person's; notes are nobody's."""
    return principal.kind == "person" and row.kind == "person" and row.user_id == principal.id


async def check_read(door: StaffDoor, principal: Principal, row: ConversationRow) -> None:
    """Let those through who may read.

    Raises:
        KBeanError: ``conversation_not_found``; nobody learns that a stranger's exists.
    """
    if principal.kind == "staff":
        if await door.may_read(principal, row):
            return
    elif is_own(principal, row):
        return
    raise KBeanError("conversation_not_found")


async def check_write(door: StaffDoor, principal: Principal, row: ConversationRow) -> None:
    """Let those through who may write: the person, the owning agent; notes all who may read.

    Raises:
        KBeanError: ``conversation_not_found`` or ``not_owner``.
    """
    await check_read(door, principal, row)
    answers = principal.kind == "staff" and row.kind == "person"
    if answers and not await door.may_reply(principal, row):
        raise KBeanError("not_owner")


def sender_of(principal: Principal, name: str) -> Sender:
    """Who a message is from: what the token says, never what a frame says."""
    if principal.kind == "staff":
        return Sender("agent", principal.id, name)
    return Sender("person", principal.id)
