"""Tells the person of answers while they look elsewhere; never more than they chose."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from app.desktop.news import News
from app.desktop.operations import Operation
from app.protocol.spacing import filled
from app.wallet.support.views import BubblePage

_LENGTH = 120


class Attention(News):
    """Watches the unread count of an open wallet. A locked wallet hears nothing, so says nothing.

    What was written is shown only where the person chose so, and never while they cover their
    balance: then somebody else may be looking at the screen.
    """

    def _begin(self) -> None:
        self._unread = self._session.support.state.unread
        self._news = self._count_news()

    def _count_news(self) -> int:
        state = self._session.cases.state
        return state.unread_cases + state.unread_feedback

    def _heard(self, topics: frozenset[str]) -> None:
        if "cases" in topics:
            self._heard_of_cases()
        if "support" not in topics:
            return
        before, self._unread = self._unread, self._session.support.state.unread
        if self._unread == 0:
            self._notifier.clear()
        if self._unread <= before or not self.may_tell:
            return
        conversation = self._session.support.state.conversation
        if not self.in_full or conversation is None:
            self._tell("")
            return
        chat, conv = self._session.support, conversation.id
        Operation(self, lambda: chat.page(conv, limit=5)).on_success(self._tell_words).on_failure(
            lambda _: self._tell("")
        ).replacing("newest").start()

    def _heard_of_cases(self) -> None:
        """A case moved on, or something was answered; what it says is read in the panel."""
        before, self._news = self._news, self._count_news()
        if self._news <= before or not self.may_tell:
            return
        self._say(
            QCoreApplication.translate("Support", "There is news about what you asked for"),
            QCoreApplication.translate("Support", "Open Help to read it."),
        )

    def _tell_words(self, page: BubblePage) -> None:
        said = [b for b in page.bubbles if b.sender.kind in ("agent", "bot") and b.body]
        self._tell(said[-1].body.strip()[:_LENGTH] if said else "")

    def _tell(self, words: str) -> None:
        conversation = self._session.support.state.conversation
        name = conversation.agent_name if conversation else ""
        title = (
            filled(QCoreApplication.translate("Support", "{name} has answered you"), name=name)
            if name
            else QCoreApplication.translate("Support", "There is an answer for you")
        )
        self._say(title, words or QCoreApplication.translate("Support", "Open Help to read it."))
