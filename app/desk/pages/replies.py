"""Ready sentences and macros: everybody's own, and the team's for those who lead it."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Awaitable, Callable, Sequence

from nicegui import ui

from app.desk import kit
from app.desk.components.macro_form import MacroForm
from app.desk.sessions import DeskSession
from app.protocol.messages.desk import CannedReply, CannedReplyRequest, Macro

LEADERS = frozenset({"senior", "supervisor"})


async def build(session: DeskSession) -> None:
    """Fill the page."""
    replies, macros = await asyncio.gather(session.client.canned_replies(), session.client.macros())
    RepliesPage(session, replies, macros)


class RepliesPage:
    """The page and what it knows."""

    def __init__(
        self, session: DeskSession, replies: Sequence[CannedReply], macros: Sequence[Macro]
    ) -> None:
        """Draw it."""
        self._session = session
        self._words = words = session.words
        self._leads = bool(LEADERS & set(session.staff.roles))
        with kit.box("page"), kit.box("page-inner"):
            kit.heading(words("room.replies"), words("replies.lead"))
            with kit.box("card", "section"):
                with kit.box("card-head"):
                    kit.text(words("replies.ready"), "card-title grow", "h2")
                    kit.button(
                        words("replies.new"),
                        functools.partial(self._edit, None),
                        kind="primary",
                        sign="add",
                        name="new-reply",
                        classes="small",
                    )
                self._replies = kit.box()
            with kit.box("card", "section"):
                with kit.box("card-head"):
                    kit.text(words("replies.macros"), "card-title grow", "h2")
                    if self._leads:
                        kit.button(
                            words("replies.new_macro"),
                            functools.partial(self._edit_macro, None),
                            sign="add",
                            name="new-macro",
                            classes="small",
                        )
                self._macros = kit.box()
        self._draw(replies, macros)

    async def _refresh(self) -> None:
        client = self._session.client
        replies, macros = await asyncio.gather(client.canned_replies(), client.macros())
        self._draw(replies, macros)

    def _draw(self, replies: Sequence[CannedReply], macros: Sequence[Macro]) -> None:
        words = self._words
        self._replies.clear()
        with self._replies:
            for reply in sorted(replies, key=lambda reply: (reply.language, reply.shortcut)):
                self._reply_row(reply)
            if not replies:
                kit.empty("quickreply", words("replies.empty"), words("replies.empty.text"))
        self._macros.clear()
        with self._macros:
            for macro in macros:
                self._macro_row(macro)
            if not macros:
                kit.empty("bolt", words("macros.empty"), words("macros.empty.text"))

    def _reply_row(self, reply: CannedReply) -> None:
        words = self._words
        with kit.box("call-row") as row:
            row.props["data-name"] = "canned"
            kit.text(f"/{reply.shortcut}", "strong clip").style("width:120px;flex:none")
            with kit.box("stack tight grow"):
                with kit.box("line"):
                    kit.text(reply.title, "row-title clip", "span")
                    kit.chip(words(f"spoken.{reply.language}"))
                    own = not reply.team
                    kit.chip(words("replies.own" if own else "replies.team"), "bean")
                kit.text(reply.body, "row-sub clip")
            if self._leads or not reply.team:
                kit.button(
                    words("edit"), functools.partial(self._edit, reply), kind="icon", sign="edit"
                )
                kit.button(
                    words("remove"),
                    functools.partial(self._remove, reply),
                    kind="icon",
                    sign="delete",
                )

    def _macro_row(self, macro: Macro) -> None:
        words = self._words
        with kit.box("call-row") as row:
            row.props["data-name"] = "macro"
            kit.icon("bolt", "muted")
            with kit.box("stack tight grow"):
                kit.text(macro.title, "row-title clip")
                steps = [words(f"step.{step.do}") for step in macro.steps]
                kit.text(" → ".join(steps), "row-sub clip")
            if self._leads:
                kit.button(
                    words("edit"),
                    functools.partial(self._edit_macro, macro),
                    kind="icon",
                    sign="edit",
                )
                kit.button(
                    words("remove"),
                    functools.partial(self._remove_macro, macro),
                    kind="icon",
                    sign="delete",
                )

    def _edit(self, reply: CannedReply | None) -> None:
        words = self._words
        title = words("replies.new" if reply is None else "edit")
        with kit.sheet(title, words("replies.fields"), name="reply") as dialog:
            shortcut = kit.field(
                words("replies.shortcut"),
                reply.shortcut if reply else "",
                hint=words("replies.shortcut_hint"),
                name="shortcut",
            )
            name = kit.field(words("replies.title"), reply.title if reply else "", name="title")
            languages = {"zh": words("spoken.zh"), "en": words("spoken.en")}
            default = "zh" if self._session.language == "zh-CN" else "en"
            language = kit.choice(
                words("members.languages"), languages, reply.language if reply else default
            )
            body = kit.area(
                words("replies.body"), reply.body if reply else "", rows=4, name="reply-body"
            )
            team = ui.checkbox(words("replies.for_team"), value=reply.team if reply else False)
            team.set_visibility(self._leads)

            @kit.guarded(self._session)
            async def save() -> None:
                request = CannedReplyRequest(
                    shortcut=(shortcut.value or "").strip().lstrip("/").lower(),
                    title=(name.value or "").strip(),
                    language=language.value,
                    body=(body.value or "").strip(),
                    team=bool(team.value) and self._leads,
                )
                await self._session.client.keep_canned_reply(request, reply.id if reply else None)
                dialog.close()
                await self._refresh()

            kit.actions(dialog, words("cancel"), words("save"), save, name="save-reply")

    def _edit_macro(self, macro: Macro | None) -> None:
        MacroForm(self._session, macro, self._refresh)

    def _remove(self, reply: CannedReply) -> None:
        async def drop() -> None:
            await self._session.client.drop_canned_reply(reply.id)

        self._sure(f"/{reply.shortcut}", drop)

    def _remove_macro(self, macro: Macro) -> None:
        async def drop() -> None:
            await self._session.client.drop_macro(macro.id)

        self._sure(macro.title, drop)

    def _sure(self, what: str, drop: Callable[[], Awaitable[None]]) -> None:
        words = self._words
        with kit.sheet(words("remove.title", what=what), words("remove.lead")) as dialog:

            @kit.guarded(self._session)
            async def remove() -> None:
                await drop()
                dialog.close()
                await self._refresh()

            kit.actions(
                dialog, words("cancel"), words("remove"), remove, kind="danger", name="do-remove"
            )
