"""What a message means for the person."""

from __future__ import annotations

import msgspec
import pytest

from app.protocol.errors import CODES, KBeanError
from app.protocol.messages.cards import (
    ActionCard,
    AnswerCard,
    CallbackCard,
    CaseCard,
    ContextCard,
    FileCard,
    MaskEvent,
    OwnerEvent,
    PaymentCard,
    ProposalCard,
    RequestEvent,
    SuggestCard,
    SurveyCard,
)
from app.protocol.messages.support import ATTACHMENT_MAX, Conversation, Message, Sender
from app.sdk import files
from app.wallet.support import rules
from app.wallet.vault.stores.chats import KeptMessage
from app.wallet.vault.stores.outbox import Entry, Outgoing

NOW = 1_795_000_000_000
CONV = Conversation("c", "KC-1", "zh", "bot", NOW, NOW, 3)
ANN, BOT = Sender("person", "u"), Sender("bot")


def said(seq: int, sender: Sender = BOT, body: str = "hi", card=None, kind="text") -> Message:
    return Message("c", seq, f"m{seq}", sender, kind, NOW + seq, body, card)


def test_a_conversation_follows_its_messages_once():
    owner = OwnerEvent("agent", "claimed", "Lin", "payments", 2)
    after = rules.follow(CONV, said(4, card=owner, kind="event"))
    assert (after.owner, after.agent_name, after.skill, after.cycle) == (
        "agent",
        "Lin",
        "payments",
        2,
    )
    assert (after.last_seq, after.updated_at, after.closed_at) == (4, NOW + 4, None)
    assert rules.follow(after, said(4, card=OwnerEvent("bot", "returned"))) is after
    closed = rules.follow(after, said(5, card=OwnerEvent("nobody", "closed", cycle=2)))
    assert (closed.owner, closed.closed_at, closed.skill) == ("nobody", NOW + 5, "payments")
    reopened = rules.follow(closed, said(6, card=OwnerEvent("queue", "reopened", cycle=3)))
    assert (reopened.closed_at, reopened.cycle) == (None, 3)


def test_the_first_question_names_the_conversation():
    named = rules.follow(CONV, said(4, ANN, "  钱\n没到 " + "x" * 100))
    assert named.subject == "钱 没到 " + "x" * 75
    assert rules.follow(named, said(5, ANN, "other")).subject == named.subject
    assert rules.follow(CONV, said(4, BOT, "hello")).subject == ""


def test_a_late_description_undoes_nothing():
    known = msgspec.structs.replace(
        CONV, last_seq=9, owner="agent", read_by_person=5, read_by_staff=8
    )
    told = msgspec.structs.replace(CONV, read_by_person=3, read_by_staff=9)
    latest = rules.newer(known, told)
    assert (latest.owner, latest.last_seq, latest.read_by_staff) == ("agent", 9, 9)
    assert latest.read_by_person == 3, "the service's word: a lost mark is told again"
    assert rules.newer(told, known).owner == "agent"


@pytest.mark.parametrize(
    ("card", "asks", "state"),
    [
        (ActionCard("r", "freeze", expires_at=NOW), True, ""),
        (ProposalCard("r", "locale", "zh", "en", "why", False, NOW), True, ""),
        (SurveyCard("r", 1, "?", "Lin"), True, ""),
        (RequestEvent("r", "access", "revoked", 7), False, "revoked"),
    ],
)
def test_cards_and_events_are_noted(card, asks, state):
    note = rules.note_of(card)
    assert (note.request_id, note.asks, note.state) == ("r", asks, state)
    # A person's own wish for an action isn't a question to the person.
    assert rules.for_keeping(said(1, ANN, card=card)).note is None


def test_everything_readable_is_searched():
    payment = PaymentCard("p", "20261123", "K豆便利店", 100, "CNY", NOW, "succeeded")
    assert rules.words_of(said(1, body="look", card=payment)) == "look K豆便利店 20261123"
    assert rules.words_of(said(1, body="", card=CaseCard("i", "KC-9", "missing", "open"))) == (
        "missing KC-9"
    )
    assert rules.note_of(CallbackCard("c", 1, 2, "booked")) is None


def test_a_bubble_says_how_it_stands():
    mine = KeptMessage(said(4, ANN), None, "", 0, 0)
    assert rules.bubble_of(mine, 3, NOW).state == "sent"
    assert rules.bubble_of(mine, 4, NOW).state == "read"
    assert rules.bubble_of(mine, 4, NOW).key == "m4"
    asked = KeptMessage(said(5, card=ActionCard("r", "freeze")), None, "", 0, NOW + 10)
    assert rules.bubble_of(asked, 0, NOW).request_state == ""
    assert rules.bubble_of(asked, 0, NOW + 10).request_state == "expired"
    settled = asked._replace(state="done", until=3)
    assert rules.bubble_of(settled, 0, NOW + 10).request_state == "done"
    assert rules.bubble_of(asked, 0, NOW).key == "c/5"
    assert rules.bubble_of(asked, 0, NOW).state == "received"


@pytest.mark.parametrize(
    ("entry", "kind", "card"),
    [
        (Entry("text", NOW, body="hi"), "text", None),
        (Entry("text", NOW, context=ContextCard("page", "home")), "card", ContextCard),
        (Entry("text", NOW, body="退款", choice="refund_time"), "text", SuggestCard),
        (Entry("ask", NOW, act="human"), "card", ActionCard),
        (Entry("file", NOW, file=FileCard("x", "a.png", "image/png", 1)), "file", FileCard),
    ],
)
def test_what_waits_is_drawn_like_what_was_sent(entry, kind, card):
    problem = KBeanError("conversation_closed").problem()
    bubble = rules.waiting_bubble(Outgoing(1, "k", "c", "refused", None, entry, problem))
    assert (bubble.key, bubble.kind, bubble.state) == ("k", kind, "refused")
    assert bubble.failure.code == "conversation_closed"
    assert (bubble.card is None) if card is None else isinstance(bubble.card, card)


def test_words_around_the_first_find():
    text = "x" * 100 + " 退款 \n" + "y" * 100
    cut = rules.excerpt(text, "退款")
    assert "退款" in cut
    assert cut.startswith("…")
    assert cut.endswith("…")
    assert len(cut) <= 122
    assert rules.excerpt("short", "nothing") == "short"


def test_refusals_that_wait_are_codes():
    assert set(CODES) >= rules.AGAIN
    assert "conversation_closed" not in rules.AGAIN


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\x89PNG\r\n\x1a\nrest", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
        (b"GIF89a...", "image/gif"),
        (b"%PDF-1.7", "application/pdf"),
        ("配方\n\t".encode(), "text/plain"),
    ],
)
def test_a_file_is_what_its_bytes_are(data, kind):
    assert files.media_type_of(data) == kind


@pytest.mark.parametrize("data", [b"MZ\x90\0", b"PK\x03\x04", b"\xff\xfe\x00", b"a\x00b"])
def test_other_files_are_refused(data):
    with pytest.raises(KBeanError, match="attachment_refused"):
        files.announced(data, "x.txt")


def test_empty_and_large_files_are_refused():
    with pytest.raises(KBeanError, match="message_empty"):
        files.announced(b"", "x")
    with pytest.raises(KBeanError, match="attachment_too_large"):
        files.announced(b"a" * (ATTACHMENT_MAX + 1), "x")
    assert files.announced(b"a" * ATTACHMENT_MAX, "x").size == ATTACHMENT_MAX


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("C:\\Users\\ann\\配方.pdf", "配方.pdf"),
        ("../../etc/passwd", "passwd"),
        ("a\nb\x07.txt", "ab.txt"),
        ("", "file"),
        ("/", "file"),
        ("x" * 200 + ".pdf", "x" * 116 + ".pdf"),
    ],
)
def test_names_of_files_are_for_reading(name, clean):
    assert files.clean_name(name) == clean


def test_masks_and_answers_have_no_request():
    assert rules.note_of(MaskEvent(1, ["card"])) is None
    assert rules.note_of(AnswerCard("t", "title", 1)) is None
