"""The board's lists, ready words, times: decided without a page."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import msgspec
import pytest

from app.desk.entries import Filter, Held, detail_words, sla_words, step, waiting_words
from app.desk.ready import filled, matches
from app.desk.when import clock_words, countdown, day_words, moment_words, span_words
from app.desk.words import Words
from app.protocol.messages.desk import CannedReply, QueueEntry
from app.protocol.messages.support import Conversation

EN = Words("en")
UTC = ZoneInfo("UTC")
DAY = 86_400_000


def entry(**more) -> QueueEntry:
    language = more.pop("language", "zh")
    subject = more.pop("subject", "")
    conversation = Conversation("a", "KC-7", language, "queue", 0, 0, 1, subject=subject)
    return QueueEntry(conversation, "林夏", **more)


def test_nothing_moves_under_the_pointer() -> None:
    held = Held()
    assert held.offer(["a", "b"])
    held.over = True
    assert not held.offer(["b", "a"])
    assert held.shown == ("a", "b")
    assert held.waiting == ("b", "a")
    # What stands there already is no news.
    assert not held.offer(["a", "b"])
    assert held.waiting is None
    assert not held.offer(["c"])
    assert held.release()
    assert held.shown == ("c",)
    assert not held.release()


def test_an_empty_list_fills_at_once() -> None:
    held = Held(over=True)
    assert held.offer(["a"])


def test_filters() -> None:
    one = entry(subject="付款被扣了两次")
    assert Filter().passes(one)
    assert Filter("扣了").passes(one)
    assert Filter("kc-7").passes(one)
    assert Filter("林").passes(one)
    assert not Filter("退款").passes(one)
    assert not Filter(language="en").passes(one)


@pytest.mark.parametrize(
    ("chosen", "by", "expected"),
    [(None, 1, "a"), (None, -1, "c"), ("a", 1, "b"), ("c", 1, "c"), ("a", -1, "a"), ("x", 1, "a")],
)
def test_keys_step_through_the_list(chosen, by, expected) -> None:
    assert step(["a", "b", "c"], chosen, by) == expected
    assert step([], chosen, by) is None


def test_clocks_say_how_much_is_left_or_how_late_it_is() -> None:
    assert sla_words(entry(), EN, 0)[2] == ""
    assert sla_words(entry(due_at=600_000), EN, 0) == ("bean", "schedule", "10 min left")
    warned = entry(due_at=60_000, sla="warn")
    assert sla_words(warned, EN, 0)[0] == "warning"
    late = sla_words(entry(due_at=0, sla="breach"), EN, 120_000)
    assert late == ("danger", "alarm", "Overdue by 2 min")
    # The service hasn't swept yet, the clock has passed all the same.
    assert sla_words(warned, EN, 61_000)[0] == "danger"
    assert sla_words(entry(sla="breach"), EN, 0)[2] == "Overdue"


def test_waiting_is_told_for_the_queue_and_for_an_answer() -> None:
    assert waiting_words(entry(waiting_since=0), EN, 90_000) == "waiting 1 min"
    assert waiting_words(entry(unanswered_since=0), EN, 5_000) == "unanswered 5 s"
    assert waiting_words(entry(), EN, 0) == ""
    assert detail_words(entry(reason="asked"), EN) == "Asked for a person"
    assert detail_words(entry(reason="new one"), EN) == "No question yet"


def canned(shortcut: str, language="zh", title="问候") -> CannedReply:
    return CannedReply(shortcut, shortcut, title, language, "{person}")


def test_ready_words_are_found_by_shortcut_and_by_title() -> None:
    replies = [canned("hello", "en"), canned("hello"), canned("wait", title="请稍等")]
    found = matches(replies, "/he", "zh")
    assert [(reply.shortcut, reply.language) for reply in found] == [
        ("hello", "zh"),
        ("hello", "en"),
    ]
    assert [reply.shortcut for reply in matches(replies, "/稍等", "zh")] == ["wait"]
    assert matches(replies, "hello", "zh") == []
    assert matches(replies, "/", "zh")
    many = [msgspec.structs.replace(canned("a"), id=str(number)) for number in range(20)]
    assert len(matches(many, "/a", "zh")) == 6


def test_fields_are_filled_and_other_braces_stay() -> None:
    said = filled("{person} {x} {agent} {number}", person="A{agent}", agent="B", number="1")
    assert said == "A{agent} {x} B 1"


def test_times() -> None:
    now = 20 * DAY
    assert day_words(now, UTC, EN, now=now) == "Today"
    assert day_words(now - DAY, UTC, EN, now=now) == "Yesterday"
    assert day_words(now - 5 * DAY, UTC, EN, now=now) == "16 Jan"
    assert day_words(now - 40 * DAY, UTC, EN, now=now) == "12 Dec 1969"
    assert day_words(0, UTC, Words("zh-CN"), now=now) == "1月1日"
    assert clock_words(0, ZoneInfo("Asia/Shanghai")) == "08:00"
    assert moment_words(now, UTC, EN, now=now) == "Today 00:00"
    assert [span_words(n, EN) for n in (0, 59, 60, 3600, 90_000)] == [
        "0 s",
        "59 s",
        "1 min",
        "1 h 0 min",
        "1 d",
    ]
    assert countdown(-3) == "0:00"
    assert countdown(899.9) == "14:59"
