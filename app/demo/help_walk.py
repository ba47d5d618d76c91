"""The walk's second half: a payment looks wrong, the bot explains it, a person helps.

ask about a payment → the bot's answer → talk to a person → prove who one is → allow a look →
the agent's answer → rate → who looked.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QPlainTextEdit, QWidget

from app.demo.agent import WORDS
from app.demo.organisation import PASSPHRASE
from app.demo.walk import Walker
from app.desktop.operations import operations
from app.desktop.support_panel.cards_more import PaymentView
from app.wallet.support.views import ChatState

QUESTION = {
    "zh-CN": "这笔付款我没印象，是不是扣错了",
    "en": "I don't remember this, is it a mistake?",
}
THANKS = {"zh-CN": "明白了，谢谢", "en": "I see, thank you"}
PATIENCE = 90.0
"""Seconds for what a person at the other end does."""


def walk_help(walker: Walker, language: str) -> None:
    """Walk it; the newest movement is the payment just made.

    Raises:
        WalkError: if a step does not come true.
    """
    _ask_the_bot(walker, QUESTION[language])
    _talk_to_a_person(walker)
    _allow_a_look(walker)
    _thank_and_rate(walker, language)
    _who_looked(walker)


def _chat(walker: Walker) -> ChatState:
    session = walker.wallet.session
    assert session is not None
    return session.support.state


def _seen(walker: Walker, kind: type[QWidget], name: str = "") -> list[QWidget]:
    found = (
        walker.wallet.window.findChildren(kind, name)
        if name
        else walker.wallet.window.findChildren(kind)
    )
    return [widget for widget in found if widget.isVisible()]


def _ask_the_bot(walker: Walker, question: str) -> None:
    rooms = walker.wallet.rooms
    assert rooms is not None
    page = rooms.activity()
    page.list.setFocus()
    spot = page.list.visualRect(page.list.model().index(0, 0)).center()
    QTest.mouseClick(page.list.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    _press(walker, "ReceiptAsk")
    walker.until(lambda: bool(_seen(walker, QWidget, "ContextChip")), "the question's context")
    _write(walker, question)
    walker.until(lambda: bool(_seen(walker, PaymentView)), "the payment's facts", PATIENCE)
    walker.until(lambda: _chat(walker).waiting_out == 0, "the outbox", PATIENCE)
    walker.step("bot-explains", "Asked about this payment; the bot answered with its facts")


def _talk_to_a_person(walker: Walker) -> None:
    _press(walker, "TalkToPerson")

    def owned() -> bool:
        conversation = _chat(walker).conversation
        return conversation is not None and conversation.owner == "agent"

    walker.until(owned, "an agent", PATIENCE)
    conversation = _chat(walker).conversation
    assert conversation is not None
    walker.find(QAbstractButton, "VerifyAccept", PATIENCE)
    walker.step(
        "agent", f"{conversation.agent_name} took over {conversation.number}, asks for proof"
    )


def _allow_a_look(walker: Walker) -> None:
    _press(walker, "VerifyAccept")
    _prove(walker)
    walker.find(QAbstractButton, "AccessAllow", PATIENCE)
    walker.step("access-asked", "Proved on this device; now the agent asks to see the movements")
    _press(walker, "AccessAllow")
    _prove(walker)
    walker.until(lambda: bool(_chat(walker).grants), "the grant", PATIENCE)
    grant = _chat(walker).grants[0]
    walker.until(lambda: bool(_seen(walker, QWidget, "GrantBar")), "the countdown")
    walker.step("access-given", f"Allowed {', '.join(grant.scopes)}; it can be revoked at any time")


def _agent_said(walker: Walker, begins: str) -> bool:
    """Whether the transcript has it; it may have come while the picture before was taken."""
    session, conversation = walker.wallet.session, _chat(walker).conversation
    assert session is not None
    assert conversation is not None
    page = operations().background.submit(session.support.page(conversation.id)).result(PATIENCE)
    return any(line.body.startswith(begins) for line in page.bubbles)


def _thank_and_rate(walker: Walker, language: str) -> None:
    begins = WORDS["explain"]["zh" if language == "zh-CN" else "en"].partition("{payee}")[0]
    walker.until(lambda: _agent_said(walker, begins), "the agent's explanation", PATIENCE)
    walker.let_pass(1)
    walker.step("agent-explains", "The agent looked, and says what the payment was")
    _write(walker, THANKS[language])

    def closed() -> bool:
        now = _chat(walker).conversation
        return now is not None and now.owner == "nobody"

    walker.until(closed, "the end of the conversation", PATIENCE)
    walker.find(QAbstractButton, "SurveyStar_5", PATIENCE)
    _press(walker, "SurveyStar_5")
    _press(walker, "SurveySend")
    walker.until(lambda: not _seen(walker, QAbstractButton, "SurveySend"), "the rating", PATIENCE)
    walker.step("rated", "Closed by the agent; rated five of five")


def _who_looked(walker: Walker) -> None:
    session, rooms = walker.wallet.session, walker.wallet.rooms
    assert session is not None
    assert rooms is not None
    walker.until(lambda: not _chat(walker).grants, "the end of the grant", PATIENCE)
    rooms.shell.open_room("security")
    walker.until(lambda: bool(_seen(walker, QWidget, "LookRow")), "who looked", PATIENCE)
    walker.step("who-looked", "Security: who looked at what, and when")


# --- hands ---------------------------------------------------------------------------------------


def _press(walker: Walker, name: str) -> None:
    button = walker.find(QAbstractButton, name, PATIENCE)
    walker.let_pass(0.2)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def _write(walker: Walker, text: str) -> None:
    """Type as an input method does, then Enter."""
    field = walker.find(QPlainTextEdit, "ComposerField", PATIENCE)
    QTest.mouseClick(field.viewport(), Qt.MouseButton.LeftButton)
    event = QInputMethodEvent()
    event.setCommitString(text)
    QApplication.sendEvent(field, event)
    QTest.keyClick(field, Qt.Key.Key_Return)


def _prove(walker: Walker) -> None:
    """Type the passphrase where it is asked for."""

    def asked() -> bool:
        return bool(_seen(walker, QWidget, "ProveFace"))

    walker.until(asked, "the question who is there", PATIENCE)
    walker.type_into("ProvePassphrase", PASSPHRASE)
    _press(walker, "ProveGo")
    walker.until(lambda: not asked(), "the proof", PATIENCE)
