"""What the panel does on the person's behalf: one door from cards and composer to the chat."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Coroutine
from typing import Any

import shiboken6
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.desktop.operations import Operation
from app.desktop.widgets.sheet import Sheet
from app.desktop.words import Sentence, explain
from app.protocol.messages.support import Language
from app.wallet.session import WalletSession
from app.wallet.support.chat import SupportChat
from app.wallet.vault.vault import Credential


@dataclasses.dataclass(frozen=True, slots=True)
class Ask:
    """What the person is asked to prove, and why.

    Attributes:
        title: What happens when they do.
        text: Who asks, and what it means.
        agree: The word on the button.
        passphrase: Whether the service wants the passphrase itself: quick unlock isn't enough.
        code: Whether a one-time code is wanted.
        question: Whether the answer to the security question is wanted.
    """

    title: str
    text: str
    agree: str
    passphrase: bool = False
    code: bool = False
    question: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Given:
    """What the person gave: for the vault, and for the service where it asked for more."""

    credential: Credential
    passphrase: str = ""
    code: str = ""
    answer: str = ""


Work = Callable[[], Coroutine[Any, Any, Any]]


class Helpdesk(QObject):
    """Runs the chat's coroutines for the widgets of the panel.

    ``said`` carries a short sentence for the foot of the window; ``payment_wanted`` the payment
    whose receipt the person wants to see, ``case_wanted`` the case; ``written`` says that the
    person has just written.
    """

    said = Signal(str)
    payment_wanted = Signal(str)
    case_wanted = Signal(str)
    written = Signal()

    def __init__(
        self, session: WalletSession, sheet: Sheet, language: Callable[[], str], parent: QObject
    ) -> None:
        """Use the session's chat; what must be proved is asked on ``sheet``."""
        super().__init__(parent)
        self.session = session
        self._sheet = sheet
        self._language = language

    @property
    def chat(self) -> SupportChat:
        """The person's side of support."""
        return self.session.support

    @property
    def language(self) -> Language:
        """The language to be answered in."""
        return "zh" if self._language().startswith("zh") else "en"

    def run(
        self,
        owner: QWidget,
        work: Work,
        *,
        done: Callable[[Any], object] | None = None,
        failed: Callable[[Sentence], object] | None = None,
    ) -> None:
        """Do something for a widget; it is disabled meanwhile, so nothing happens twice."""
        owner.setEnabled(False)

        def end() -> None:
            if shiboken6.isValid(owner):
                owner.setEnabled(True)

        def worked(result: object) -> None:
            end()
            if done is not None:
                done(result)

        def refused(error: Exception) -> None:
            end()
            sentence = explain(error)
            if failed is not None:
                failed(sentence)
            else:
                self.said.emit(sentence.line())

        Operation(self, work).on_success(worked).on_failure(refused).start()

    def say(self, text: str, *, owner: QWidget) -> None:
        """Write a line; a conversation is begun where there is none."""
        chat, language = self.chat, self.language

        async def work() -> str:
            if chat.state.conversation is None:
                await chat.open(language=language)
            return await chat.send(text)

        self.run(owner, work, done=lambda _: self.written.emit())

    def want(self, work: Callable[[SupportChat], Coroutine[Any, Any, Any]], owner: QWidget) -> None:
        """Ask for something by a button; a conversation is begun where there is none."""
        chat, language = self.chat, self.language

        async def begin() -> object:
            if chat.state.conversation is None:
                await chat.open(language=language)
            return await work(chat)

        self.run(owner, begin, done=lambda _: self.written.emit())

    def prove(self, ask: Ask, work: Callable[[Given], Coroutine[Any, Any, Any]]) -> None:
        """Ask who is there on the sheet, then do something with what was given."""
        from app.desktop.support_panel.prove_face import ProveFace

        face = ProveFace(ask, quick=self.session.quick_unlock and not ask.passphrase)

        def given(what: Given) -> None:
            face.set_busy(busy=True)
            Operation(face, lambda: work(what)).on_success(lambda _: self._sheet.sink()).on_failure(
                refused
            ).start()

        def refused(error: Exception) -> None:
            face.set_busy(busy=False)
            face.show_error(explain(error))

        face.given.connect(given)
        face.left.connect(self._sheet.sink)
        face.resized.connect(self._sheet.settle)
        self._sheet.set_content(face)
        self._sheet.rise()
        face.take_focus()
