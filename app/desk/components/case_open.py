"""Opening a case from a conversation, or below another case."""

from __future__ import annotations

from nicegui import ui

from app.desk import kit
from app.desk.casework import CATEGORIES, PRIORITIES
from app.desk.components.case_links import case_links
from app.desk.rooms import TALKERS
from app.desk.sessions import DeskSession
from app.protocol.ids import new_id
from app.protocol.messages.cases import StaffOpenCase
from app.protocol.messages.desk import StaffConversation

OPENERS = frozenset({"senior", "supervisor"})
"""Who opens a case from any conversation; agents from their own."""


def cases_card(session: DeskSession, state: StaffConversation) -> None:
    """A conversation's cases, and a way to open one, beside it."""
    conversation = state.entry.conversation
    mine = state.entry.agent_id == session.staff.id and bool(TALKERS & set(session.staff.roles))
    may_open = mine or bool(OPENERS & set(session.staff.roles))
    if not (state.cases or may_open):
        return
    words = session.words
    with kit.box("card pad", "section") as card:
        card.props["data-name"] = "cases-card"
        with kit.box("line"):
            kit.icon("folder_open", "muted")
            kit.text(words("panel.cases"), "card-title", "h2")
        case_links(state.cases)
        if may_open:
            kit.button(
                words("open_case.title"),
                lambda: open_case(session, conversation.id, title=conversation.subject),
                sign="create_new_folder",
                name="open-case",
                classes="wide small",
            )


def open_case(session: DeskSession, conv: str, *, parent: str = "", title: str = "") -> None:
    """Ask for what a case needs, open it, and go there.

    Args:
        session: Whose page it is.
        conv: The conversation that it comes from; shows the case too.
        parent: The number of the case it belongs to.
        title: What it is probably about.
    """
    words = session.words
    key = new_id()
    lead = words("open_case.lead")
    with kit.sheet(words("open_case.title"), lead, name="open-case", wide=True) as dialog:
        name = kit.field(words("open_case.name"), title[:120], name="case-title")
        text = kit.area(
            words("open_case.text"), rows=3, hint=words("open_case.text_hint"), name="case-text"
        )
        with kit.box("line") as line:
            line.style("gap:12px;align-items:flex-start")
            categories = {value: words(f"category.{value}") for value in CATEGORIES}
            category = kit.choice(
                words("case.category"), categories, "payment", name="case-category"
            )
            priorities = {value: words(f"priority.{value}") for value in PRIORITIES}
            priority = kit.choice(words("cases.priority"), priorities, 1, name="case-priority")
            above = kit.field(
                words("case.parent"), parent, hint=words("open_case.parent_hint"), name="parent"
            )

        @kit.guarded(session)
        async def work() -> None:
            number = "".join((above.value or "").split()).upper()
            known = await session.client.casework.case(number) if number else None
            request = StaffOpenCase(
                conversation_id=conv,
                title=" ".join((name.value or "").split()),
                text=(text.value or "").strip(),
                category=category.value,
                priority=priority.value,
                parent=known.case.id if known else None,
            )
            opened = await session.client.casework.open(key, request)
            dialog.close()
            ui.navigate.to(f"/cases/{opened.case.number}")

        kit.actions(dialog, words("cancel"), words("open_case.do"), work, name="do-open-case")
