"""Tells the system that somebody asks for money, while the person looks elsewhere."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from app.desktop.news import News
from app.desktop.widgets.amounts import amount_text
from app.protocol.messages.transfers import MoneyRequest


class RequestNews(News):
    """Each request is told once; who and how much only where the person chose so."""

    def _begin(self) -> None:
        self._told = {request.request_id for request in self._session.people.state.asked}

    def _heard(self, topics: frozenset[str]) -> None:
        if "transfers" not in topics:
            return
        asked = self._session.people.state.asked
        fresh = [request for request in asked if request.request_id not in self._told]
        self._told |= {request.request_id for request in asked}
        if fresh and self.may_tell:
            self._tell(fresh[0])

    def _tell(self, request: MoneyRequest) -> None:
        title = QCoreApplication.translate("People", "Somebody asks you for money")
        text = QCoreApplication.translate("People", "Open the wallet to answer.")
        if self.in_full:
            text = QCoreApplication.translate("People", "{name} asks you for {amount}").format(
                name=request.other, amount=amount_text(request.amount, request.currency)
            )
        self._say(title, text)
