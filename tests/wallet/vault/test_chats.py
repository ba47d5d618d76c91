"""Conversations, outbox and attachments in the vault: unbroken, searchable, bounded."""

from __future__ import annotations

import hashlib

import pytest

from app.protocol.errors import KBeanError
from app.protocol.messages.cards import RequestEvent, SurveyCard, VerificationCard
from app.protocol.messages.support import Conversation, Message, Sender
from app.wallet.support.rules import for_keeping
from app.wallet.vault.stores import chat_files
from app.wallet.vault.stores.outbox import Entry

NOW = 1_795_000_000_000
BOT, ANN, SYSTEM = Sender("bot"), Sender("person", "u"), Sender("system")


def _conversation(conv: str = "c", **more) -> Conversation:
    return Conversation(
        **{
            "id": conv,
            "number": "KC-1",
            "language": "zh",
            "owner": "bot",
            "created_at": NOW,
            "updated_at": NOW,
            "last_seq": 0,
            **more,
        }
    )


def _message(seq: int, body: str = "", *, conv: str = "c", sender=BOT, kind="text", card=None):
    return for_keeping(
        Message(conv, seq, f"m{seq}", sender, kind, NOW + seq // 3, body or f"number {seq}", card)
    )


@pytest.fixture
def chats(vault):
    """A vault's conversations, with one that is empty."""
    vault.chats.save(_conversation())
    return vault.chats


def _seqs(kept) -> list[int]:
    return [one.message.seq for one in kept]


def test_only_the_next_number_is_taken(chats):
    assert [m.seq for m in chats.append("c", [_message(5), _message(6)])] == [5, 6]
    assert chats.append("c", [_message(8), _message(6), _message(4)]) == []
    assert [m.seq for m in chats.append("c", [_message(6), _message(7), _message(9)])] == [7]
    assert [m.seq for m in chats.prepend("c", [_message(2), _message(3), _message(4)])] == [4, 3, 2]
    assert chats.prepend("c", [_message(9)]) == []
    chat = chats.get("c")
    assert (chat.low, chat.high) == (2, 7)
    assert _seqs(chats.page("c", None, 4)) == [4, 5, 6, 7]
    assert _seqs(chats.page("c", 4, 4)) == [2, 3]
    assert chats.append("nobody", [_message(1)]) == []
    assert chats.get("nobody") is None


def test_nothing_of_a_batch_stays_when_one_of_it_fails(chats):
    def batch():
        yield _message(1)
        raise RuntimeError("gone")

    with pytest.raises(RuntimeError, match="gone"):
        chats.append("c", batch())
    assert chats.page("c", None, 10) == []
    assert chats.get("c").high == 0


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("退款", [3, 1]),
        ("退", [3, 1]),
        ("到账 三天", [1]),
        ("REFUND", [2]),
        ("refún", [2]),
        ("1234.50", [3]),
        ("没有的词", []),
        ("", []),
        ("…", []),
    ],
)
def test_any_part_of_any_word_is_found_newest_first(chats, typed, found):
    bodies = ["退款三天内到账", "Where is my refund?", "我要退款 ¥1,234.50"]
    chats.append("c", [_message(n, body) for n, body in enumerate(bodies, 1)])
    assert _seqs(chats.find(typed, 10)) == found


def test_unread_are_lines_of_others_above_the_mark(chats):
    chats.append(
        "c",
        [
            _message(1),
            _message(2, sender=ANN),
            _message(3, sender=SYSTEM, kind="event", card=RequestEvent("r", "action", "done")),
            _message(4),
        ],
    )
    assert chats.unread() == 2
    assert chats.mark_read("c", 1)
    assert chats.unread() == 1
    assert not chats.mark_read("c", 1)
    chats.save(_conversation(read_by_person=4))
    assert chats.unread() == 0
    chats.save(_conversation(read_by_person=0))
    assert chats.unread() == 0, "a mark never goes back"


def test_a_request_is_settled_by_its_latest_event_in_whatever_order_they_come(chats):
    card = VerificationCard("r", 1, ["device"], NOW + 1000)
    event = RequestEvent("r", "verification", "passed", NOW + 5000)
    later = RequestEvent("r", "verification", "expired", 0)
    survey = SurveyCard("s", 1, "How was it?", "Lin")
    chats.append("c", [_message(5, card=later, kind="event", sender=SYSTEM)])
    chats.append("c", [_message(6, card=survey, kind="survey")])
    chats.prepend("c", [_message(4, card=event, kind="event", sender=SYSTEM)])
    chats.prepend("c", [_message(3, card=card, kind="verification")])
    asked = chats.asked("r")
    assert (asked.message.seq, asked.state, asked.expires_at) == (3, "expired", NOW + 1000)
    assert _seqs(chats.asking(NOW)) == [6]
    chats.settle("s", "answered", 0)
    assert chats.asking(NOW) == []
    chats.append("c", [_message(7, card=VerificationCard("q", 1, [], NOW + 10))])
    assert _seqs(chats.asking(NOW)) == [7]
    assert chats.asking(NOW + 10) == [], "lapsed"
    assert chats.asked("unknown") is None


def test_a_judgement_is_kept(chats):
    chats.append("c", [_message(1)])
    assert chats.message("c", 1).judged is None
    chats.judge("c", 1, False)
    assert chats.message("c", 1).judged is False
    assert chats.message("c", 2) is None


def test_a_conversation_begun_here_gets_its_real_id(chats, vault):
    chats.save(_conversation("local", number=""))
    chats.keep_draft("local", "half a word")
    vault.outbox.add("k0", "local", Entry("open", NOW))
    vault.outbox.add("k1", "local", Entry("text", NOW, body="hello"))
    chats.adopt("local", _conversation("real"))
    vault.outbox.move("local", "real", behind=vault.outbox.get("k0").position)
    assert (chats.real("local"), chats.real("real"), chats.real("other")) == (
        "real",
        "real",
        "other",
    )
    assert [chat.conversation.id for chat in chats.all()] == ["real", "c"]
    assert chats.draft("real") == "half a word"
    assert chats.get("local") is None
    assert [out.key for out in vault.outbox.of("real")] == ["k1"]


def test_the_outbox_is_first_in_first_out_and_forgets_nothing_by_itself(vault):
    box = vault.outbox
    for number in range(3):
        box.add(f"k{number}", "c", Entry("text", NOW, body=f"{number}"))
    with pytest.raises(Exception, match="UNIQUE"):
        box.add("k1", "c", Entry("text", NOW))
    assert box.first().key == "k0"
    box.acked("k0", 7)
    assert box.first().key == "k1"
    problem = KBeanError("message_empty").problem()
    box.refuse("k1", problem)
    box.refuse("k0", problem)
    assert [(out.key, out.state, out.seq) for out in box.of("c")] == [
        ("k0", "acked", 7),
        ("k1", "refused", None),
        ("k2", "waiting", None),
    ]
    assert box.get("k1").problem == problem
    assert box.counts() == {"acked": 1, "refused": 1, "waiting": 1}
    box.retry("k1")
    box.retry("k0")
    assert box.first().key == "k1", "its old turn"
    box.refuse_waiting("c", problem)
    assert box.first() is None
    box.rename("k1", "k9")
    assert box.get("k1") is None
    assert box.remove("k9")
    assert not box.remove("k9")
    # The service's word is final, whatever was thought before.
    box.acked("k2", 9)
    assert (box.get("k2").state, box.get("k2").problem) == ("acked", None)


def test_files_are_kept_within_bounds_and_held_ones_in_any_case(vault, monkeypatch):
    monkeypatch.setattr(chat_files, "CACHE_MAX", 25)
    files = vault.chat_files
    names = {}
    for number in range(4):
        data = bytes([number]) * 10
        names[number] = hashlib.sha256(data).hexdigest()
        files.put(names[number], data, at=NOW + number, held=number == 0)
    kept = {n for n in names if files.get(names[n], at=NOW + n) is not None}
    assert kept == {0, 2, 3}
    assert files.get(names[2], at=NOW + 100) == bytes([2]) * 10
    files.release(names[0])
    assert files.get(names[0], at=NOW) is None, "the longest unused goes first"
    files.put(names[1], b"\1" * 10, at=NOW + 200)
    assert files.get(names[3], at=NOW) is None
    assert files.get(names[2], at=NOW) is not None
