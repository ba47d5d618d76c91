"""The audit: who did what that is privileged, newest first; field names, never values."""

from __future__ import annotations

from app.desk import kit
from app.desk.components.glass_requests import GlassRequests
from app.desk.sessions import DeskSession
from app.desk.when import moment_words
from app.protocol.messages.desk import AuditEntry, AuditPage

SUBJECT = 12
"""The end of an id is what tells ids of one hour apart; the whole is in the tooltip."""

GLASS_ROLES = frozenset({"supervisor", "compliance"})


async def build(session: DeskSession) -> None:
    """Fill the page."""
    first = await session.client.audit()
    names = {member.name: member.display_name for member in await session.client.members()}
    glass = await session.client.glass_requests() if _may_confirm(session) else None
    with kit.box("page") as page, kit.box("page-inner"):
        kit.heading(session.words("room.audit"), session.words("audit.lead"))
        if glass is not None:
            GlassRequests(session, page, glass)
        AuditList(session, first, names)


def _may_confirm(session: DeskSession) -> bool:
    return bool(GLASS_ROLES & set(session.staff.roles))


class AuditList:
    """The entries, a page at a time, by actor or subject."""

    def __init__(self, session: DeskSession, first: AuditPage, names: dict[str, str]) -> None:
        """Draw the first page."""
        self._session = session
        self._words = words = session.words
        self._names = names
        self._oldest = ""
        with kit.box("card"):
            with kit.box("card-head"):
                kit.text(words("audit.entries"), "card-title grow", "h2")
                people = {"": words("audit.everybody"), **names}
                with kit.box() as chooser:
                    chooser.style("width:220px")
                    self._actor = kit.choice(
                        words("audit.actor"), people, "", name="actor", shown=False
                    )
                self._actor.on_value_change(self._filter)
            with kit.box("table", "table"):
                with kit.box("", "thead"), kit.box("", "tr"):
                    for name in ("at", "actor", "action", "subject", "detail"):
                        kit.text(words(f"audit.{name}"), tag="th")
                self._rows = kit.box("", "tbody")
            self._more = kit.button(words("audit.more"), self._load, kind="quiet", name="more")
        self._show(first)

    def _show(self, page: AuditPage) -> None:
        with self._rows:
            for entry in page.entries:
                self._row(entry)
        if page.entries:
            self._oldest = page.entries[-1].id
        if page.more:
            self._more.classes(remove="hidden")
        else:
            self._more.classes("hidden")

    def _row(self, entry: AuditEntry) -> None:
        words = self._words
        with kit.box("", "tr") as row:
            row.props["data-name"] = "audit-entry"
            at = moment_words(entry.at, self._session.zone, words)
            kit.text(at, "figures", "td").style("white-space:nowrap")
            kit.text(self._names.get(entry.actor, words("audit.operator")), tag="td")
            kit.text(words.known(f"audited.{entry.action}", entry.action), "strong", "td")
            subject = kit.text(entry.subject[-SUBJECT:], "code caption", "td")
            subject.props["title"] = entry.subject
            detail = " · ".join(f"{name}: {value}" for name, value in entry.detail.items())
            kit.text(detail, "caption", "td")

    async def _load(self) -> None:
        page = await kit.guarded(self._session)(self._session.client.audit)(
            before=self._oldest, actor=self._actor.value or None
        )
        if page is not None:
            self._show(page)

    async def _filter(self) -> None:
        page = await kit.guarded(self._session)(self._session.client.audit)(
            actor=self._actor.value or None
        )
        if page is not None:
            self._rows.clear()
            self._show(page)
