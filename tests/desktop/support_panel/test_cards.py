"""Every card: what it says, what pressing does, what it looks like afterwards."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from app.desktop import dialogs
from app.desktop.components.receipt_card import ReceiptCard
from app.desktop.sample import PASSPHRASE
from app.desktop.sample_support import BOT, HOUR, PERSON, SYSTEM, SampleChat
from app.desktop.shots_support import picture
from app.desktop.support_panel.bubble import QuietRow, Words
from app.desktop.support_panel.cards_bot import ActionView, AnswerView, SuggestView
from app.desktop.support_panel.cards_consent import AccessView, ProposalView, VerificationView
from app.desktop.support_panel.cards_more import (
    CallbackView,
    CaseView,
    ContextView,
    PaymentView,
    SurveyView,
)
from app.desktop.support_panel.file_view import FileView
from app.desktop.support_panel.markdown import plain_text, rich_text
from app.desktop.support_panel.rows import MessageRow
from app.protocol.errors import KBeanError
from app.protocol.messages.cards import (
    AccessCard,
    ActionCard,
    AnswerCard,
    CallbackCard,
    CaseCard,
    Choice,
    ContextCard,
    FileCard,
    MaskEvent,
    OwnerEvent,
    PaymentCard,
    ProposalCard,
    RequestEvent,
    SuggestCard,
    SurveyCard,
    VerificationCard,
)
from app.protocol.messages.support import Sender
from tests.desktop.support_panel.conftest import names

LEFT = Qt.MouseButton.LeftButton
AGENT = Sender("agent", "s1", "Li Na")


@pytest.fixture
def talk(chat: SampleChat) -> SampleChat:
    chat.begin("en")
    chat.passphrase = PASSPHRASE
    return chat


def prove(rooms, qtbot, typed: str = PASSPHRASE) -> None:
    sheet = rooms.shell.sheet
    assert sheet.is_open
    field = sheet.findChild(QWidget, "ProvePassphrase")
    qtbot.waitUntil(field.isEnabled)
    field.clear()
    QTest.keyClicks(field, typed)
    QTest.keyClick(field, Qt.Key.Key_Return)


def test_an_answer_names_its_source_and_is_judged_once(talk, card, settled, qtbot):
    body = "**Two** ways, see [limits](topic:limit_what)."
    talk.add(BOT, body, AnswerCard("pay_fail", "Payment failed", 1, ["human", "unknown_action"]))
    panel, view = card(AnswerView)
    assert view.source.plain_text() == "From: Payment failed"
    assert view.words.plain_text() == "Two ways, see limits."
    assert list(view.offers) == ["human"]
    view.words.linkActivated.emit("topic:limit_what")
    settled()
    qtbot.mouseClick(view.offers["human"], LEFT)
    settled()
    qtbot.mouseClick(view.no, LEFT)
    qtbot.waitUntil(lambda: view.question.text() == "You said it was not right. Thank you.")
    assert not view.yes.isVisible()
    assert [call for call in talk.asked if call[0] in ("choose", "act", "judge")] == [
        ("choose", ("limit_what",)),
        ("act", ("human",)),
        ("judge", (1, False)),
    ]
    assert panel.findChild(MessageRow).copy_text().endswith("From: Payment failed")


def test_html_pictures_and_foreign_links_of_an_answer_are_only_words(calm):
    font = calm.font()
    text = "<b>x</b> ![p](http://a.example/p.png) [y](https://b.example) [z](topic:pay_fail)"
    made = rich_text(text, font, "black")
    assert "&lt;b&gt;x&lt;/b&gt;" in made
    assert "<img" not in made
    assert "b.example" not in made
    assert made.count("<a ") == 1
    assert plain_text("# Head\n\n- one\n- two", font).split("\n") == ["Head", "one", "two"]
    assert rich_text("1. a\n2. b\n\n* c", font, "black").count("<li") == 3


def test_did_you_mean_offers_three_and_none_of_these(talk, card, settled, qtbot):
    choices = [Choice(f"topic_{n}", f"Question {n}") for n in range(3)]
    talk.add(BOT, "", SuggestCard(choices), kind="card")
    _, view = card(SuggestView)
    assert [b.accessibleName() for b in view.buttons.values()] == [
        "Question 0",
        "Question 1",
        "Question 2",
        "None of these",
    ]
    qtbot.mouseClick(view.buttons["topic_1"], LEFT)
    settled()
    QTest.keyClick(view.buttons["none_of_these"], Qt.Key.Key_Return)
    settled()
    assert [given for name, given in talk.asked if name == "choose"] == [
        ("topic_1",),
        ("none_of_these",),
    ]


def test_an_action_is_confirmed_or_not(talk, card, qtbot):
    for number in ("r1", "r2"):
        talk.add(BOT, "", ActionCard(number, "freeze", {}, talk.now + 250_000), kind="card")
    panel, _ = card(ActionView)
    refused, confirmed = panel.findChildren(ActionView)
    for view, number, press, end in (
        (refused, "r1", "no", "Not done"),
        (confirmed, "r2", "yes", "Your account is frozen"),
    ):
        assert view.clock.isVisible()
        qtbot.mouseClick(getattr(view, press), LEFT)
        qtbot.waitUntil(lambda view=view, end=end: view.outcome.plain_text() == end)
        assert not view.yes.isVisible()
        assert not view.clock.isVisible()
        assert end in view.accessibleName()
        assert ("confirm_action", (number, press == "yes")) in talk.asked


def test_an_action_that_fails_says_why_and_can_be_tried_again(talk, card, settled, qtbot):
    params = {"payee_name": "Corner", "amount": 2372, "currency": "CNY"}
    talk.add(BOT, "", ActionCard("r1", "find_payment", params), kind="card")
    _, view = card(ActionView)
    assert "Corner · ¥23.72" in view.text.plain_text()
    talk.failure = KBeanError("service_unreachable")
    qtbot.mouseClick(view.yes, LEFT)
    qtbot.waitUntil(view.error.isVisible)
    qtbot.mouseClick(view.yes, LEFT)
    qtbot.waitUntil(lambda: view.outcome.plain_text() == "Done")
    assert not view.error.isVisible()


def test_what_is_too_late_says_so(talk, card, qtbot):
    talk.add(BOT, "", ActionCard("r1", "resend", {}, talk.now - 1), kind="card")
    _, view = card(ActionView)
    qtbot.waitUntil(lambda: view.state == "expired", timeout=20_000)
    assert view.outcome.plain_text() == "The time for this has passed"


def test_a_verification_is_proved_on_the_sheet_never_in_the_chat(talk, card, rooms, settled, qtbot):
    factors = ["device", "passphrase", "code"]
    ask = VerificationCard("v1", 2, factors, talk.now + 250_000)
    talk.add(AGENT, "", ask, kind="verification")
    _, view = card(VerificationView)
    assert view.title.text() == "Li Na asks you to confirm who you are"
    assert "the code that was sent to you and your passphrase" in view.text.plain_text()
    qtbot.mouseClick(view.yes, LEFT)
    sheet = rooms.shell.sheet
    prove(rooms, qtbot)
    assert sheet.findChild(QWidget, "ProveCode").parent().error == "Enter the code."
    QTest.keyClicks(sheet.findChild(QWidget, "ProveCode"), "123456")
    prove(rooms, qtbot, "not this one")
    face = sheet.findChild(QWidget, "ProveFace")
    qtbot.waitUntil(lambda: face.field.error.startswith("The passphrase is wrong"))
    assert sheet.is_open
    prove(rooms, qtbot)
    qtbot.waitUntil(lambda: view.state == "passed")
    assert not sheet.is_open
    assert ("answer_verification", ("v1", True, PASSPHRASE, "123456", "")) in talk.asked
    assert "valid until" in view.outcome.plain_text()


def test_a_verification_and_a_proposal_are_refused_without_a_proof(talk, card, rooms, qtbot):
    talk.add(AGENT, "", VerificationCard("v1", 1, ["device"], talk.now + HOUR), kind="verification")
    ask = ProposalCard("p1", "contact", "a@b.example", "", "", True, talk.now + HOUR)
    talk.add(AGENT, "", ask, kind="offer")
    panel, view = card(VerificationView)
    qtbot.mouseClick(view.no, LEFT)
    qtbot.waitUntil(lambda: view.outcome.plain_text() == "Refused")
    proposal = panel.findChild(ProposalView)
    qtbot.mouseClick(proposal.no, LEFT)
    qtbot.waitUntil(lambda: proposal.outcome.plain_text() == "Refused. Nothing was changed")
    assert not rooms.shell.sheet.is_open


def access(chat: SampleChat, minutes: int = 15) -> None:
    ask = AccessCard(
        "a1", "s1", "Li Na", ["balance", "movements"], "It is late", minutes, chat.now + HOUR
    )
    chat.add(AGENT, "", ask, kind="access_request")


def test_access_is_given_in_part_counted_down_and_ended(talk, card, rooms, settled, qtbot):
    access(talk)
    panel, view = card(AccessView)
    assert "Why: It is late" in view.text.plain_text()
    assert view.boxes["movements"].accessibleDescription()
    qtbot.mouseClick(view.boxes["balance"], LEFT)
    qtbot.mouseClick(view.findChild(QWidget, "AccessMinutes_30"), LEFT)
    qtbot.mouseClick(view.yes, LEFT)
    face = rooms.shell.sheet.findChild(QWidget, "ProveFace")
    assert face.title.plain_text() == "Let Li Na see this for 30 minutes"
    prove(rooms, qtbot)
    qtbot.waitUntil(lambda: view.state == "granted")
    assert view.outcome.plain_text().startswith("Allowed until")
    assert ("answer_access", ("a1", True, ("movements",), 30)) in talk.asked
    qtbot.waitUntil(lambda: len(panel.grants.bars) == 1)
    bar = panel.grants.bars[0]
    assert bar.clock.text().endswith(" left")
    assert not rooms.shell.grants.isVisible()
    rooms.shell.shut_panel()
    assert rooms.shell.grants.isVisible()
    qtbot.mouseClick(rooms.shell.grants.bars[0].revoke, LEFT)
    qtbot.waitUntil(lambda: not rooms.shell.grants.isVisible())
    assert "revoke" in names(talk)


def test_access_to_nothing_cannot_be_allowed_and_can_be_refused(talk, card, qtbot):
    access(talk, minutes=10)
    _, view = card(AccessView)
    assert view.minutes.key() == "10"
    for box in view.boxes.values():
        qtbot.mouseClick(box, LEFT)
    assert not view.yes.isEnabled()
    qtbot.mouseClick(view.no, LEFT)
    qtbot.waitUntil(lambda: view.outcome.plain_text() == "Not allowed. Nothing was seen")


def test_a_grant_that_cannot_be_ended_says_why(talk, opened, rooms, qtbot):
    from app.desktop.shots_support import grant

    talk.show("grants", grants=(grant(talk, "Li Na"),))
    panel = opened()
    talk.failure = KBeanError("service_unreachable")
    qtbot.mouseClick(panel.grants.bars[0].revoke, LEFT)
    qtbot.waitUntil(rooms.shell.toast.isVisible)
    assert panel.grants.bars[0].revoke.isEnabled()


def test_a_proposal_shows_both_values_and_asks_for_agreement(talk, card, rooms, qtbot):
    for number, step_up in (("p1", False), ("p2", True)):
        wish = (number, "display_name", "Ann", "Anna", "typo", step_up, talk.now + HOUR)
        talk.add(AGENT, "", ProposalCard(*wish), kind="offer")
    panel, _ = card(ProposalView)
    assert "Ann → Anna" in panel.findChild(MessageRow).copy_text()
    free, guarded = panel.findChildren(ProposalView)
    for view, number, given in ((free, "p1", ""), (guarded, "p2", PASSPHRASE)):
        qtbot.mouseClick(view.yes, LEFT)
        prove(rooms, qtbot)
        qtbot.waitUntil(lambda view=view: view.outcome.plain_text() == "Done")
        assert ("answer_proposal", (number, True, given)) in talk.asked


def test_the_survey_is_answered_by_keys_alone(talk, card, qtbot):
    talk.add(SYSTEM, "", SurveyCard("q1", 1, "", "Li Na"), kind="survey")
    _, view = card(SurveyView)
    assert view.title.text() == "How did Li Na help you?"
    assert view.stars.buttons[1].accessibleName() == "2 of 5: It helped little"
    assert not view.send.isEnabled()
    QTest.keyClick(view.stars.buttons[3], Qt.Key.Key_Space)
    assert view.meaning.text() == "It helped"
    QTest.keyClicks(view.comment, "kind")
    QTest.keyClick(view.send, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: view.state == "answered")
    assert ("rate", ("q1", 4, "kind")) in talk.asked
    assert view.outcome.plain_text().startswith("Thank you.")
    assert not view.comment.isVisible()


def test_a_payment_opens_its_receipt(talk, card, rooms, settled, qtbot):
    home = rooms.shell.pages["home"]
    settled()
    movement = next(row for row in home.recent.rows.movements() if row.payment_id)
    fact = PaymentCard(
        movement.payment_id, movement.order_number, "Corner", 500, "CNY", talk.now, "succeeded", 5
    )
    talk.add(BOT, "", fact, kind="card")
    _, view = card(PaymentView)
    assert view.accessibleName() == "Corner ¥5.00 Paid"
    qtbot.mouseClick(view.open, LEFT)
    assert rooms.shell.room == "activity"
    assert rooms.shell.panel_open
    qtbot.waitUntil(lambda: rooms.activity().panel.findChild(ReceiptCard) is not None)
    assert rooms.activity().panel.findChild(ReceiptCard).receipt.payment_id == movement.payment_id


def test_cases_calls_and_contexts_are_said(talk, card, settled, qtbot):
    talk.add(AGENT, "", CaseCard("c1", "CS-1", "Missing money", "working"), kind="card")
    booked = CallbackCard("b1", talk.now + HOUR, talk.now + 2 * HOUR, "booked")
    talk.add(AGENT, "", booked, kind="card")
    context = ContextCard("error", "order_expired", "This order has expired", "0198-7e42")
    talk.add(PERSON, "why?", context)
    panel, case = card(CaseView)
    assert case.accessibleName().startswith("Case CS-1 Missing money ")
    call = panel.findChild(CallbackView)
    qtbot.mouseClick(call.cancel, LEFT)
    settled()
    assert ("cancel_callback", ("b1",)) in talk.asked
    about = panel.findChild(ContextView)
    assert about.accessibleName() == "About this error: This order has expired"
    assert about.trace.text() == "Number 0198-7e42"


def test_events_are_quiet_lines_or_nothing(talk, opened):
    talk.add(SYSTEM, "", OwnerEvent("bot", "opened"), kind="event")
    talk.add(SYSTEM, "", OwnerEvent("queue", "asked"), kind="event")
    talk.add(SYSTEM, "", OwnerEvent("agent", "claimed", "Li Na"), kind="event")
    talk.add(SYSTEM, "", OwnerEvent("agent", "handed_over", "Bo"), kind="event")
    talk.add(SYSTEM, "", MaskEvent(1, ["card"]), kind="event")
    talk.add(SYSTEM, "", MaskEvent(1, ["card", "secret"]), kind="event")
    talk.add(SYSTEM, "", RequestEvent("r", "action", "done"), kind="event")
    talk.add(SYSTEM, "", RequestEvent("r", "access", "revoked"), kind="event")
    talk.add(SYSTEM, "", OwnerEvent("nobody", "closed"), kind="event")
    panel = opened()
    assert [row.accessibleName() for row in panel.findChildren(QuietRow)] == [
        "You asked for a person",
        "Li Na is here and has read what you wrote",
        "Bo takes over",
        "A card number was hidden. Nobody here needs it.",
        "Something secret was hidden here.",
        "You ended the access",
        "The conversation was closed",
    ]


def test_what_was_pressed_stands_there_as_words(talk, opened):
    talk.add(PERSON, "", ActionCard("r1", "human"), kind="card")
    talk.add(PERSON, "", ActionCard("r2", "bot"), kind="card")
    talk.add(PERSON, "", SuggestCard([Choice("pay_fail", "Payment failed")]), kind="card")
    talk.add(PERSON, "", SuggestCard([Choice("none_of_these", "")]), kind="card")
    panel = opened()
    assert [row.copy_text() for row in panel.findChildren(MessageRow)] == [
        "Talk to a person",
        "Back to the assistant",
        "Payment failed",
        "None of these",
    ]
    assert panel.findChild(ActionView) is None


def test_a_picture_is_shown_and_saved(talk, card, tmp_path, settled, qtbot):
    data = picture()
    talk.files["a" * 64] = data
    file = FileCard("a" * 64, "shot.png", "image/png", len(data), 360, 220)
    talk.add(AGENT, "look", file, kind="file")
    panel, view = card(FileView)
    settled()
    assert view.picture.accessibleName().startswith("Picture shot.png")
    assert panel.findChild(Words).plain_text() == "look"
    target = tmp_path / "saved.png"
    dialogs.set_next_answer(target)
    QTest.keyClick(view.picture, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: target.exists() and target.read_bytes() == data, timeout=20_000)


def test_a_file_can_be_left_unsaved(talk, card, qtbot):
    file = FileCard("b" * 64, "bill.pdf", "application/pdf", 2_000_000)
    talk.add(AGENT, "", file, kind="file")
    _, view = card(FileView)
    dialogs.set_next_answer(None)
    qtbot.mouseClick(view.save, LEFT)
    assert not view.failure.isVisible()


def test_words_of_one_person_stand_together(talk, opened):
    for words in ("one", "two", "three"):
        talk.add(AGENT, words, back=3)
    talk.add(PERSON, "mine", back=2, state="read")
    panel = opened()
    rows = {row.bubble.body: row for row in panel.findChildren(MessageRow)}
    assert [rows[w].name.isVisible() for w in ("one", "two", "three")] == [True, False, False]
    assert [rows[w].meta.isVisible() for w in ("one", "two", "three")] == [False, False, True]
    assert rows["one"].mark.isVisible()
    assert rows["mine"].meta.text().endswith("read")
