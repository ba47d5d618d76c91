"""Help through the real window, the real wallet and the real service, from question to thanks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from app.desktop.operations import operations
from app.desktop.preferences import Preferences
from app.desktop.rooms import Rooms
from app.desktop.shots_stage import scan_page
from app.desktop.support_panel.cards_bot import AnswerView, SuggestView
from app.desktop.support_panel.cards_consent import AccessView, VerificationView
from app.desktop.support_panel.cards_more import SurveyView
from app.protocol.ids import new_id
from app.protocol.messages.desk import AskAccess, AskVerification
from app.protocol.messages.identity import Contact
from app.protocol.messages.support import Sender
from app.server.http.tokens import Principal
from app.server.support.people.hours import ALWAYS
from app.wallet.session import WalletSession
from tests.end_to_end.chatting import quick
from tests.end_to_end.people import PASSPHRASE
from tests.end_to_end.world import World, onboard, world

LEFT = Qt.MouseButton.LeftButton
LONG = 60_000
"""Milliseconds that anything of the service may take on a busy machine."""


def on_loop(work) -> Any:
    """Run a coroutine on the window's background loop and wait for it."""
    return operations().background.submit(work).result(timeout=60)


@pytest.fixture
def here(calm, tmp_path: Path) -> Iterator[World]:
    hours = tmp_path / "hours.toml"
    # Whenever this runs: people answer round the clock.
    days = (f'{day} = ["{span}"]' for day, (span,) in ALWAYS.weekly.items())
    hours.write_text("\n".join(["[weekly]", *days, ""]), encoding="utf-8")
    inside = world(tmp_path, bot="words", hours_file=hours)
    yield on_loop(inside.__aenter__())
    on_loop(inside.__aexit__(None, None, None))


@pytest.fixture
def ann(here: World) -> WalletSession:
    async def begin() -> WalletSession:
        session = quick(here.wallet("ann"))
        await onboard(session, here.url, Contact("email", "ann@example.org"))
        await here.fund(session, 100_00)
        return session

    return on_loop(begin())


@pytest.fixture
def rooms(ann: WalletSession, tmp_path: Path, shown) -> Rooms:
    made = Rooms(ann, Preferences(tmp_path), lambda: "en", scan_page)
    shown(made.shell)
    return made


class Agent:
    """One of the staff, at the service's own side."""

    def __init__(self, here: World) -> None:
        self.here = here
        passphrase = "nine brass kettles hum at dusk"
        made = on_loop(
            here.service.staff.add("lina", passphrase, display_name="Li Na", roles=["agent"])
        )
        self.who = Principal("staff", made.staff_id, "s", "", "", "", 0, ("agent",))

    def take(self, conv: str, owner: Any = "agent", reason: str = "claimed") -> None:
        async def work() -> None:
            name = "Li Na" if owner == "agent" else ""
            staff = self.who.id if owner == "agent" else ""
            async with self.here.service.talk.change() as change:
                row = await change.conversation(conv)
                await change.give(row, owner, reason, agent_id=staff, agent_name=name)

        on_loop(work())

    def say(self, conv: str, words: str) -> None:
        async def work() -> None:
            async with self.here.service.talk.change() as change:
                row = await change.conversation(conv)
                await change.append(row, Sender("agent", self.who.id, "Li Na"), "text", words)

        on_loop(work())

    def verify(self, conv: str) -> None:
        ask = self.here.service.consent.verifications.ask
        on_loop(ask(self.who, conv, new_id(), AskVerification(2)))

    def ask_access(self, conv: str) -> None:
        ask = self.here.service.consent.access.ask
        on_loop(ask(self.who, conv, new_id(), AskAccess(["balance"], "A payment is missing")))

    def look(self, conv: str) -> Any:
        return on_loop(self.here.service.consent.gateway.view(self.who, conv, "balance"))


def find(root: QWidget, kind, qtbot):
    """The card of this kind, once it is drawn and can be answered."""
    qtbot.waitUntil(lambda: root.findChild(kind) is not None, timeout=LONG)
    return root.findChild(kind)


def prove(rooms: Rooms, qtbot) -> None:
    """Type the passphrase into the sheet."""
    qtbot.waitUntil(lambda: rooms.shell.sheet.is_open, timeout=LONG)
    field = rooms.shell.sheet.findChild(QWidget, "ProvePassphrase")
    QTest.keyClicks(field, PASSPHRASE)
    QTest.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not rooms.shell.sheet.is_open, timeout=LONG)


def asked(rooms: Rooms, ann: WalletSession, qtbot):
    """The panel, with a first question on its way."""
    panel = rooms.shell.open_panel()
    qtbot.waitUntil(lambda: ann.support.state.link == "live", timeout=LONG)
    QTest.keyClicks(panel.composer.field, "When do K-Beans expire?")
    QTest.keyClick(panel.composer.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(ann.support.state.conversation), timeout=LONG)
    qtbot.waitUntil(lambda: bool(ann.support.state.conversation.number), timeout=LONG)
    return panel


def test_the_bot_answers_with_its_source_and_is_judged(here, rooms, ann, qtbot):
    panel = asked(rooms, ann, qtbot)

    def replied() -> bool:
        return any(panel.findChild(kind) is not None for kind in (AnswerView, SuggestView))

    qtbot.waitUntil(replied, timeout=LONG)
    if panel.findChild(AnswerView) is None:  # it wasn't sure
        qtbot.mouseClick(panel.findChild(QWidget, "Suggest_points_expire"), LEFT)
    answer = find(panel, AnswerView, qtbot)
    assert answer.source.plain_text().startswith("From: ")
    qtbot.mouseClick(answer.yes, LEFT)
    qtbot.waitUntil(lambda: answer.question.text().endswith("Thank you."), timeout=LONG)


def test_an_agent_verifies_asks_for_access_helps_and_is_rated(here, rooms, ann, qtbot):
    chat = ann.support
    panel = asked(rooms, ann, qtbot)
    panel.person.human_wanted.emit()
    qtbot.waitUntil(lambda: chat.state.conversation.owner == "queue", timeout=LONG)
    qtbot.waitUntil(lambda: panel.header.name.text() == "Waiting for a person", timeout=LONG)
    conv = chat.state.conversation.id

    agent = Agent(here)
    agent.take(conv)
    qtbot.waitUntil(lambda: panel.header.name.text() == "Li Na", timeout=LONG)
    assert panel.header.mark.isVisible()
    agent.say(conv, "Let me see what happened.")
    agent.verify(conv)
    verify = find(panel, VerificationView, qtbot)
    qtbot.mouseClick(verify.yes, LEFT)
    prove(rooms, qtbot)
    qtbot.waitUntil(lambda: verify.state == "passed", timeout=LONG)
    assert "Confirmed that it is you" in verify.outcome.plain_text()

    agent.ask_access(conv)
    access = find(panel, AccessView, qtbot)
    assert [box.text() for box in access.boxes.values()] == ["Your balance"]
    qtbot.mouseClick(access.yes, LEFT)
    prove(rooms, qtbot)
    qtbot.waitUntil(lambda: len(panel.grants.bars) == 1, timeout=LONG)
    agent.look(conv)
    page = rooms.shell.open_room("security")
    qtbot.waitUntil(lambda: page.findChild(QWidget, "LookRow") is not None, timeout=LONG)
    qtbot.mouseClick(panel.grants.bars[0].revoke, LEFT)
    qtbot.waitUntil(lambda: not panel.grants.isVisible(), timeout=LONG)

    agent.take(conv, "nobody", "closed")
    survey = find(panel, SurveyView, qtbot)
    qtbot.mouseClick(survey.stars.buttons[4], LEFT)
    QTest.keyClicks(survey.comment, "quick and kind")
    qtbot.mouseClick(survey.send, LEFT)
    qtbot.waitUntil(lambda: survey.state == "answered", timeout=LONG)


def test_a_freeze_by_one_tap_stops_paying_and_the_passphrase_lifts_it(here, rooms, ann, qtbot):
    page = rooms.shell.open_room("security")
    qtbot.mouseClick(page.freeze.freeze, LEFT)
    qtbot.waitUntil(rooms.shell.frozen.isVisible, timeout=LONG)
    order = on_loop(here.order(5_00))
    pay = rooms.shell.open_room("pay")
    pay.code_read.emit(order.code)
    assert rooms.paying.content is None
    thaw = rooms.shell.sheet.findChild(QWidget, "FrozenThaw")
    qtbot.mouseClick(thaw, LEFT)
    prove(rooms, qtbot)
    qtbot.waitUntil(lambda: not rooms.shell.frozen.isVisible(), timeout=LONG)
    assert not ann.support.state.frozen
