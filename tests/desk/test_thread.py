"""A conversation as the desk keeps it: order, gaps, requests, replies on their way."""

from __future__ import annotations

import random

import msgspec

from app.desk.consent import access_of, asked_verification, ends_access
from app.desk.sending import Outgoing
from app.desk.thread import Enclosed, Pending, Thread
from app.protocol.errors import KBeanError
from app.protocol.messages.cards import AccessCard, FileCard, RequestEvent, VerificationCard
from app.protocol.messages.desk import QueueEntry, Reply, StaffConversation
from app.protocol.messages.stream import Ack
from app.protocol.messages.support import Conversation, Grant, Message, Sender


def message(seq: int, body: str = "", card=None, cmid: str = "") -> Message:
    cmid = cmid or f"c{seq}"
    return Message("conv", seq, cmid, Sender("person"), "text", seq * 1000, body, card)


def thread(*messages: Message) -> Thread:
    made = Thread("conv")
    made.reset(messages, more=False)
    return made


def test_only_the_next_message_is_applied() -> None:
    known = thread(message(1), message(2))
    assert known.apply(message(4)) == "gap"
    assert known.apply(message(2)) == "known"
    assert known.apply(message(3)) == "new"
    assert known.last == 3


def test_an_empty_thread_begins_at_one() -> None:
    assert Thread("conv").apply(message(2)) == "gap"
    assert Thread("conv").apply(message(1)) == "new"


def test_any_order_of_telling_ends_in_the_same_conversation() -> None:
    all_of_them = [message(seq, f"m{seq}") for seq in range(1, 31)]
    for seed in range(20):
        told = all_of_them * 2
        random.Random(seed).shuffle(told)
        known, drawn = Thread("conv"), []
        for one in told:
            applied = known.apply(one)
            if applied == "gap":
                drawn += known.page(all_of_them[known.last : known.last + 10])
            elif applied == "new":
                drawn.append(one)
        drawn += known.page(all_of_them[known.last :])
        assert [one.seq for one in drawn] == list(range(1, 31))


def test_older_pages_never_override_what_became_of_a_request() -> None:
    asked = VerificationCard("r", 1, ["device"], 10)
    known = thread(message(5, card=RequestEvent("r", "verification", "passed")))
    known.more = True
    fresh = known.older(
        [message(3, card=asked), message(4, card=RequestEvent("r", "verification", "failed"))],
        more=False,
    )
    assert [one.seq for one in fresh] == [3, 4]
    assert known.state_of("r") == "passed"
    assert known.seq_of_request("r") == 3
    assert known.seq_of_request("x") is None
    assert not known.more


def test_a_reply_that_was_told_is_no_longer_pending() -> None:
    known = thread(message(1))
    known.pending["mine"] = Pending("mine", "hello")
    assert known.apply(message(2, "hello", cmid="mine")) == "new"
    assert not known.pending


def state(*grants: Grant) -> StaffConversation:
    conversation = Conversation("conv", "KC-1", "zh", "agent", 0, 0, 3)
    return StaffConversation(QueueEntry(conversation, "Ann"), [], False, [], list(grants))


def grant(agent="me", state="active", until=100) -> Grant:
    return Grant("g", "conv", agent, "Mei", ["balance"], "why", state, 1, until)


def test_a_look_is_open_for_the_asked_agent_until_its_end() -> None:
    known = thread()
    assert access_of(state(grant()), known, "me", 99).grant is not None
    assert access_of(state(grant()), known, "me", 100).grant is None
    assert access_of(state(grant("you")), known, "me", 50).grant is None
    revoked = access_of(state(grant(state="revoked")), known, "me", 50)
    assert revoked.grant is None
    assert revoked.last is not None
    assert revoked.last.state == "revoked"


def test_a_question_waits_until_it_is_answered_or_lapses() -> None:
    card = AccessCard("r", "me", "Mei", ["balance"], "why", 15, 50)
    known = thread(message(1, card=card))
    assert access_of(state(), known, "me", 10).asked == card
    assert access_of(state(), known, "you", 10).asked is None
    assert access_of(state(), known, "me", 50).asked is None
    answer = message(2, card=RequestEvent("r", "access", "declined"))
    assert known.apply(answer) == "new"
    assert access_of(state(), known, "me", 10).asked is None
    assert ends_access([answer])
    assert not ends_access([message(3, card=RequestEvent("r", "access", "granted"))])


def test_the_newest_verification_is_the_one_that_waits() -> None:
    first = VerificationCard("a", 1, ["device"], 100)
    known = thread(message(1, card=first))
    assert asked_verification(known, 10) == first
    assert asked_verification(known, 100) is None
    known.apply(message(2, card=RequestEvent("a", "verification", "passed")))
    assert asked_verification(known, 10) is None


class Line:
    """A route that may be away."""

    def __init__(self) -> None:
        self.refusal = ""
        self.kept: list[Reply] = []
        self.acks: list[Ack] = []
        self.changes = 0

    async def send(self, conv: str, reply: Reply) -> Ack:
        if self.refusal:
            raise KBeanError(self.refusal)
        if reply not in self.kept:
            self.kept.append(reply)
        return Ack(conv, reply.cmid, self.kept.index(reply) + 1, 0)

    async def acked(self, ack: Ack) -> None:
        self.acks.append(ack)

    async def changed(self) -> None:
        self.changes += 1

    async def say(self, error: KBeanError) -> str:
        return f"words for {error.code}"


def outgoing(known: Thread, line: Line) -> Outgoing:
    return Outgoing(known, line.send, line.changed, on_ack=line.acked, refuse=line.say)


async def test_replies_wait_while_the_service_is_away_and_keep_their_order() -> None:
    known, line = thread(), Line()
    sending = outgoing(known, line)
    line.refusal = "service_unreachable"
    await sending.send("one")
    await sending.send("two")
    assert [pending.body for pending in known.pending.values()] == ["one", "two"]
    line.refusal = ""
    await sending.flush()
    assert [reply.body for reply in line.kept] == ["one", "two"]
    # The same numbers again, as long as the stream hasn't told them: kept once each.
    await sending.flush()
    assert len(line.kept) == 2


async def test_a_refusal_stays_with_its_words_and_may_be_tried_again() -> None:
    known, line = thread(), Line()
    sending = outgoing(known, line)
    line.refusal = "not_owner"
    await sending.send("one")
    (pending,) = known.pending.values()
    assert pending.refusal == "words for not_owner"
    line.refusal = ""
    await sending.flush()
    assert not line.kept
    await sending.retry(pending.cmid)
    assert [reply.body for reply in line.kept] == ["one"]
    await sending.retry("unknown")


async def test_files_go_before_the_words_and_are_stored_first() -> None:
    known, line = thread(), Line()
    stored: list[str] = []

    async def store(conv: str, file: FileCard, data: bytes) -> FileCard:
        if file.name == "bad.bin":
            raise KBeanError("attachment_refused")
        stored.append(f"{conv}:{file.name}:{data.decode()}")
        return msgspec.structs.replace(file, sha256="kept")

    sending = Outgoing(
        known, line.send, line.changed, on_ack=line.acked, refuse=line.say, store=store
    )
    good = Enclosed(FileCard("offered", "a.txt", "text/plain", 1), b"a")
    bad = Enclosed(FileCard("other", "bad.bin", "text/plain", 1), b"b")
    line.refusal = "busy"
    await sending.send("see the file", [good, bad])
    assert not line.kept
    line.refusal = ""
    await sending.flush()
    assert set(stored) == {"conv:a.txt:a"}
    told = [(reply.body, reply.file and reply.file.sha256) for reply in line.kept]
    assert told == [("", "kept"), ("see the file", None)]
    (refused,) = (one for one in known.pending.values() if one.refusal)
    assert refused.file == bad
    await sending.drop(refused.cmid)
    await sending.drop(refused.cmid)
    assert refused.cmid not in known.pending
