"""Cases, feedback, questions and surveys in the panel, on a real vault without a service."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from app.desktop import dialogs
from app.desktop.components.when import now_ms
from app.desktop.operations import operations
from app.desktop.sample import SampleSession
from app.desktop.sample_cases import SampleCases
from app.desktop.shots_cases import sample_cases, sample_feedback, sample_surveys
from app.desktop.support_panel.cards_more import CaseView
from app.desktop.support_panel.records.case_page import EventRow
from app.desktop.support_panel.records.parts import CaseEntry, PendingCard
from app.protocol.errors import KBeanError
from app.protocol.ids import new_id
from app.protocol.messages.cards import CaseCard, ContextCard
from app.protocol.messages.cases import CaseDetail, CaseSay, FeedbackRequest, OpenCase
from app.protocol.messages.support import Sender

LEFT = Qt.MouseButton.LeftButton
LONG = 20_000


def on_loop(work) -> Any:
    return operations().background.submit(work).result(timeout=60)


@pytest.fixture
def shelf(session: SampleSession) -> SampleCases:
    return session.shelf


@pytest.fixture
def details(shelf: SampleCases) -> list[CaseDetail]:
    """Four cases; the first one has news."""
    found = sample_cases(zh=False, now=now_ms())
    old = msgspec.structs.replace(found[0], events=found[0].events[:3])
    on_loop(shelf.show_cases(old, *found[1:], seen=True))
    on_loop(shelf.show_cases(found[0]))
    return found


def tab(panel, name: str, qtbot) -> QWidget:
    button = panel.tabs.findChild(QWidget, f"HelpTab_{name}")
    qtbot.mouseClick(button, LEFT)
    return button


def entries(page, kind=CaseEntry) -> list[Any]:
    return [entry for entry in page.findChildren(kind) if entry.isVisibleTo(page)]


def pending(shelf: SampleCases) -> list[Any]:
    return list(on_loop(shelf._worker.run(lambda vault: vault.errands.all())))


def test_the_tabs_say_what_is_new_and_lead_to_the_cases(opened, shelf, details, qtbot):
    panel = opened()
    words = panel.tabs.findChild(QWidget, "HelpTab_cases")
    assert words.text() == "Cases · 1"
    tab(panel, "cases", qtbot)
    qtbot.waitUntil(lambda: len(entries(panel.book.cases)) == 4, timeout=LONG)
    first = entries(panel.book.cases)[0]
    assert len(details) == 4
    assert first.accessibleName().startswith("New for you Paid twice for one order")
    assert "Step 2 of 4: Waits for you" in first.accessibleName()
    qtbot.waitUntil(lambda: shelf.asked == 1, timeout=LONG)
    first.setFocus()
    QTest.keyClick(first, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: panel.book.case.view is not None, timeout=LONG)
    qtbot.waitUntil(lambda: len(entries(panel.book.case, EventRow)) == 5, timeout=LONG)
    # Looking at it is enough.
    qtbot.waitUntil(lambda: words.text() == "Cases", timeout=LONG)
    QTest.keyClick(panel.book.case.back, Qt.Key.Key_Escape)
    assert panel.book.currentWidget() is panel.book.cases
    QTest.keyClick(panel.book.cases, Qt.Key.Key_Escape)
    assert panel.stack.currentWidget() is panel.talk
    assert panel.tabs.bar.key() == "talk"


def test_an_empty_place_teaches_and_a_lost_line_is_said(opened, shelf, qtbot):
    shelf.failure = KBeanError("service_unreachable", money="none")
    panel = opened()
    tab(panel, "cases", qtbot)
    qtbot.waitUntil(panel.book.cases.error.isVisible, timeout=LONG)
    assert panel.book.cases.error.plain_text().startswith("This is what was known last.")
    assert panel.book.cases.empty.isVisible()


def test_a_case_is_opened_from_a_payment(opened, shelf, qtbot, settled):
    panel = opened()
    payment = new_id()
    panel.ask_about(ContextCard("payment", payment, "Green Street Coffee · ¥16.00"))
    settled()
    qtbot.mouseClick(panel.composer.context.case, LEFT)
    form = panel.book.form
    assert panel.book.currentWidget() is form
    assert panel.composer.context.card is None
    assert form.category.key() == "payment"
    qtbot.mouseClick(form.send, LEFT)
    assert form.line.error == "Say in one line what it is about."
    QTest.keyClicks(form.line.edit, "Paid twice")
    qtbot.mouseClick(form.send, LEFT)
    assert form.text.below.plain_text() == "Say what happened."
    QTest.keyClicks(form.text.edit, "Two payments, one coffee")
    qtbot.mouseClick(form.send, LEFT)
    qtbot.waitUntil(lambda: panel.book.currentWidget() is panel.book.cases, timeout=LONG)
    qtbot.waitUntil(lambda: len(entries(panel.book.cases, PendingCard)) == 1, timeout=LONG)
    assert form.line.text() == ""
    (errand,) = pending(shelf)
    request = msgspec.json.decode(errand.body, type=OpenCase)
    assert (request.title, request.payment_id) == ("Paid twice", payment)
    assert request.category == "payment"


def test_what_was_refused_can_be_tried_again_or_thrown_away(opened, shelf, qtbot, settled):
    on_loop(shelf.open_case("Paid twice", "Two payments"))
    on_loop(shelf.refuse_all(KBeanError("payment_not_found", money="none")))
    panel = opened()
    tab(panel, "cases", qtbot)
    qtbot.waitUntil(lambda: len(entries(panel.book.cases, PendingCard)) == 1, timeout=LONG)
    card = entries(panel.book.cases, PendingCard)[0]
    assert "Paid twice" in card.accessibleName()
    qtbot.mouseClick(card.again, LEFT)
    qtbot.waitUntil(lambda: shelf.state.waiting == 1, timeout=LONG)
    on_loop(shelf.refuse_all(KBeanError("payment_not_found", money="none")))

    def refused() -> list[Any]:
        cards = entries(panel.book.cases, PendingCard)
        return [card for card in cards if card.drop.isVisible() and card.drop.isEnabled()]

    qtbot.waitUntil(lambda: len(refused()) == 1, timeout=LONG)
    qtbot.mouseClick(refused()[0].drop, LEFT)
    qtbot.waitUntil(panel.book.cases.empty.isVisible, timeout=LONG)
    assert pending(shelf) == []


def test_a_note_and_the_persons_word_with_a_confirmation(opened, shelf, details, qtbot, settled):
    panel = opened()
    page = panel.book.case
    solved = details[2].case
    panel.show_case(solved.id)
    qtbot.waitUntil(lambda: page.view is not None and page.foot.isEnabled(), timeout=LONG)
    assert panel.tabs.bar.key() == "cases"
    assert page.ask.text() == "Is it solved?"
    assert "Closes by itself on" in page.closes.plain_text()
    QTest.keyClicks(page.field, "Nothing has come")
    dialogs.set_next_answer("no")
    qtbot.mouseClick(page.not_solved, LEFT)
    assert pending(shelf) == []
    dialogs.set_next_answer("yes")
    qtbot.mouseClick(page.not_solved, LEFT)
    qtbot.waitUntil(lambda: len(entries(page, PendingCard)) == 1, timeout=LONG)
    (errand,) = pending(shelf)
    said = msgspec.json.decode(errand.body, type=CaseSay)
    assert said == CaseSay("not_solved", "Nothing has come")
    qtbot.waitUntil(lambda: page.field.toPlainText() == "" and page.foot.isEnabled(), timeout=LONG)
    QTest.keyClicks(page.field, "The number is 12")
    QTest.keyClick(page.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(entries(page, PendingCard)) == 2, timeout=LONG)


def test_a_supervisor_or_solved(opened, shelf, details, qtbot):
    panel = opened()
    page = panel.book.case
    for number, (which, button, word) in enumerate(
        ((1, "above", "escalate"), (0, "solved", "solved"))
    ):
        case = details[which].case
        panel.show_case(case.id)
        qtbot.waitUntil(
            lambda case=case: (
                page.view is not None and page.view.case.id == case.id and page.foot.isEnabled()
            ),
            timeout=LONG,
        )
        dialogs.set_next_answer("yes")
        qtbot.mouseClick(getattr(page, button), LEFT)
        qtbot.waitUntil(lambda number=number: len(pending(shelf)) == number + 1, timeout=LONG)
        said = {msgspec.json.decode(errand.body, type=CaseSay).word for errand in pending(shelf)}
        assert word in said


def test_a_case_leads_to_its_payment_and_its_conversation(opened, rooms, details, qtbot, settled):
    panel = opened()
    page = panel.book.case
    wanted: list[str] = []
    panel.desk.payment_wanted.disconnect()
    panel.desk.payment_wanted.connect(wanted.append)
    panel.show_case(details[0].case.id)
    qtbot.waitUntil(lambda: page.view is not None, timeout=LONG)
    qtbot.mouseClick(page.payment, LEFT)
    assert wanted == [details[0].case.payment_id]
    qtbot.mouseClick(page.conversation, LEFT)
    assert panel.stack.currentWidget() is panel.talk
    settled()


def test_a_case_card_in_the_chat_opens_the_case(opened, chat, details, qtbot):
    chat.begin("en")
    case = details[1].case
    card = CaseCard(case.id, case.number, case.title, case.stage)
    chat.add(Sender("agent", "s1", "Li Na"), "", card, kind="card")
    panel = opened()
    qtbot.waitUntil(lambda: panel.findChild(CaseView) is not None, timeout=LONG)
    view = panel.findChild(CaseView)
    assert view.stage.text() == "In work"
    view.open.click()
    assert panel.book.currentWidget() is panel.book.case
    qtbot.waitUntil(lambda: panel.book.case.view is not None, timeout=LONG)
    assert panel.book.case.title.text() == f"Case {case.number}"


def test_a_case_that_is_not_there_is_said(opened, shelf, qtbot, settled):
    shelf.failure = KBeanError("case_not_found", money="none")
    panel = opened()
    panel.show_case(new_id())
    qtbot.waitUntil(panel.book.case.error.isVisible, timeout=LONG)
    assert panel.book.case.error.plain_text().startswith("That case is not there")
    assert not panel.book.case.foot.isEnabled()


# --- feedback


@pytest.fixture
def told(shelf: SampleCases) -> tuple[Any, Any, Any]:
    now = now_ms()
    mine, community = sample_feedback(zh=False, now=now)
    surveys = sample_surveys(now)
    on_loop(shelf.show_feedback(mine, community, surveys))
    return mine, community, surveys


def find(page: QWidget, name: str, qtbot) -> Any:
    """A row of this name that is drawn; what was drawn before it may be on its way out."""

    def now() -> list[QWidget]:
        return [row for row in page.findChildren(QWidget, name) if row.isVisibleTo(page)]

    qtbot.waitUntil(lambda: bool(now()), timeout=LONG)
    return now()[-1]


@pytest.mark.usefixtures("details")
def test_feedback_has_numbers_and_answers(opened, told, shelf, qtbot, settled):
    panel = opened()
    assert panel.tabs.findChild(QWidget, "HelpTab_feedback").text() == "Feedback · 2"
    tab(panel, "feedback", qtbot)
    row = find(panel.book.feedback, "Feedback_1", qtbot)
    settled()
    assert row.accessibleName().startswith("New for you A larger payment code, please")
    find(panel.book.feedback, "Feedback_1", qtbot).opened.emit()
    item = panel.book.item
    assert panel.book.currentWidget() is item
    assert item.answer.plain_text().startswith("In the next version")
    qtbot.waitUntil(lambda: shelf.state.unread_feedback == 0, timeout=LONG)
    assert not item.case.isVisible()
    # An answer that comes while one looks is there at once, and seen.
    panel.book.show_item(told[0][0])
    assert item.waits.isVisible()
    answered = {"state": "answered", "answer": "We are sorry.", "answered_at": now_ms()}
    late = msgspec.structs.replace(told[0][0], **answered)
    on_loop(shelf.show_feedback([late, told[0][1]], told[1], told[2]))
    qtbot.waitUntil(lambda: item.answer.plain_text() == "We are sorry.", timeout=LONG)
    qtbot.waitUntil(lambda: shelf.state.unread_feedback == 0, timeout=LONG)
    # A complaint leads to the case it became.
    panel.book.show_item(told[0][0])
    assert item.case.accessibleName() == "Case KS-20261118-0002"
    qtbot.mouseClick(item.case, LEFT)
    qtbot.waitUntil(lambda: panel.book.case.view is not None, timeout=LONG)
    assert panel.book.case.view.case.number == "KS-20261118-0002"


def test_questions_are_searched_here_and_found_helpful(opened, told, shelf, qtbot, settled):
    panel = opened()
    tab(panel, "feedback", qtbot)
    page = panel.book.feedback
    find(page, "Question_1", qtbot)
    settled()
    QTest.keyClicks(page.search.edit, "network phone")
    qtbot.waitUntil(page.none.isVisible, timeout=LONG)
    page.search.edit.clear()
    QTest.keyClicks(page.search.edit, "SHOP line")
    qtbot.waitUntil(lambda: len(page.questions) == 1, timeout=LONG)
    find(page, "Question_0", qtbot).opened.emit()
    item = panel.book.item
    assert item.helped.text() == "Helped 12 people"
    qtbot.mouseClick(item.helpful, LEFT)
    qtbot.waitUntil(lambda: "Helped 13 people" in item.helped.text(), timeout=LONG)
    assert not item.helpful.isVisible()
    assert [errand.kind for errand in pending(shelf)] == ["helpful"]


def test_a_complaint_is_made(opened, shelf, qtbot, settled):
    panel = opened()
    tab(panel, "feedback", qtbot)
    qtbot.waitUntil(panel.book.feedback.empty.isVisible, timeout=LONG)
    qtbot.mouseClick(panel.book.feedback.give, LEFT)
    form = panel.book.give
    qtbot.mouseClick(form.kind.buttons["question"], LEFT)
    assert form.public.isVisible()
    qtbot.mouseClick(form.kind.buttons["complaint"], LEFT)
    assert not form.public.isVisible()
    assert "becomes a case" in form.hint.plain_text()
    assert form.send.accessibleName() == "Make a complaint"
    qtbot.mouseClick(form.send, LEFT)
    assert form.line.error
    QTest.keyClicks(form.line.edit, "The queue")
    QTest.keyClicks(form.text.edit, "Forty minutes")
    qtbot.mouseClick(form.send, LEFT)
    qtbot.waitUntil(lambda: len(entries(panel.book.feedback, PendingCard)) == 1, timeout=LONG)
    (errand,) = pending(shelf)
    request = msgspec.json.decode(errand.body, type=FeedbackRequest)
    assert (request.kind, request.title, request.public) == ("complaint", "The queue", False)


def test_a_survey_asks_thanks_and_tells_what_came_of_it(opened, told, shelf, qtbot, settled):
    panel = opened()
    tab(panel, "feedback", qtbot)
    find(panel.book.feedback, "Survey_0", qtbot)
    settled()
    find(panel.book.feedback, "Survey_0", qtbot).opened.emit()
    form = panel.book.survey
    first, second, third = form.questions
    qtbot.waitUntil(third.isVisible, timeout=LONG)
    qtbot.mouseClick(form.send, LEFT)
    assert (first.missing.isVisible(), third.missing.isVisible()) == (True, False)
    assert first.stars.buttons[3].accessibleName() == "4 of 5: All in all, are you content?"
    qtbot.mouseClick(first.stars.buttons[3], LEFT)
    qtbot.mouseClick(second.choices.buttons["1"], LEFT)
    qtbot.mouseClick(form.send, LEFT)
    qtbot.waitUntil(lambda: form.thanks.plain_text() == "Thank you for your answers.", timeout=LONG)
    assert not form.send.isVisible()
    (errand,) = pending(shelf)
    assert msgspec.json.decode(errand.body)["answers"] == {"overall": "4", "next": "1"}
    assert shelf.state.open_surveys == 0
    panel.book.show_survey(told[2][1])
    assert form.outcome.plain_text().startswith("Many wanted")


@pytest.mark.usefixtures("details")
def test_another_language_is_spoken_at_once(opened, told, language, qtbot, settled):
    panel = opened()
    tab(panel, "cases", qtbot)
    qtbot.waitUntil(lambda: len(entries(panel.book.cases)) == 4, timeout=LONG)
    language.choose("zh-CN")
    talk = panel.tabs.findChild(QWidget, "HelpTab_talk")
    qtbot.waitUntil(lambda: talk.text() == "对话", timeout=LONG)
    spoken = lambda: [entry.accessibleName() for entry in entries(panel.book.cases)]  # noqa: E731
    qtbot.waitUntil(lambda: any("第 2 步" in words for words in spoken()), timeout=LONG)
    panel.book.show_survey(told[2][0])
    assert panel.book.survey.heading.plain_text() == "今年的K豆钱包怎么样"
    language.choose("en")
    heading = panel.book.survey.heading
    qtbot.waitUntil(lambda: heading.plain_text() == "How was K-Bean Wallet this year", timeout=LONG)
    settled()
