"""The exported transcript: readable, self-contained, and nothing in it can run."""

from __future__ import annotations

import html.parser
from datetime import UTC

import msgspec
import pytest

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
    RequestEvent,
    SuggestCard,
)
from app.protocol.messages.support import Conversation, Message, Sender
from app.wallet.support import rules
from app.wallet.support.export import exported
from app.wallet.support.export_words import WORDS, told, when
from app.wallet.vault.stores.chats import KeptMessage
from app.wallet.vault.stores.outbox import Entry, Outgoing

NOW = 1_795_000_000_000
CONV = Conversation("c", "KC-20261118-0001", "zh", "bot", NOW, NOW, 3, subject="钱没到")
EVIL = '<script>alert("x")</script>&'


def _transcript():
    lines = [
        Message("c", 1, "m1", Sender("person", "u"), "text", NOW, f"钱没到\n{EVIL}"),
        Message("c", 2, "", Sender("agent", "a", EVIL), "text", NOW + 60_000, "在查"),
        Message(
            "c",
            3,
            "",
            Sender("bot"),
            "file",
            NOW,
            "",
            FileCard("abc", '"><b>.png', "image/png", 3),
        ),
        Message("c", 4, "", Sender("system"), "event", NOW, "", OwnerEvent("nobody", "closed")),
    ]
    bubbles = [rules.bubble_of(KeptMessage(line, None, "", 0, 0), 0, NOW) for line in lines]
    waiting = Outgoing(1, "k", "c", "waiting", None, Entry("text", NOW, body="还在吗"), None)
    draft = msgspec.structs.replace(CONV, id="d", number="", subject="")
    return [(CONV, (*bubbles, rules.waiting_bubble(waiting))), (draft, ())]


def _export(fmt, language="zh") -> str:
    return exported(
        _transcript(), fmt, language=language, at=NOW, pictures={"abc": b"\x89PN"}, zone=UTC
    ).decode()


class _Tags(html.parser.HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))
        if tag not in {"meta", "img"}:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_stands_by_itself_and_runs_nothing(language):
    page = _export("html", language)
    tags = _Tags()
    tags.feed(page)
    assert tags.open == []
    names = {name for name, _ in tags.seen}
    assert not names & {"script", "link", "iframe", "b", "form"}
    (picture,) = [attrs for name, attrs in tags.seen if name == "img"]
    assert picture["src"] == "data:image/png;base64,iVBO"
    assert "http" not in page.replace("http-equiv", "")
    assert EVIL not in page
    assert "&lt;script&gt;" in page
    assert 'class="person"' in page


def test_dates_and_words_are_of_the_language():
    assert when(NOW, "zh", UTC) == "2026年11月18日 11:06"
    assert when(NOW, "en", UTC) == "18 Nov 2026, 11:06"
    chinese, english = _export("txt"), _export("txt", "en")
    assert "[2026年11月18日 11:06] 我\n    钱没到\n" in chinese
    assert f"[2026年11月18日 11:07] 客服 {EVIL}\n    在查\n" in chinese
    assert "我 (尚未发出)\n    还在吗" in chinese
    assert "对话 KC-20261118-0001 · 钱没到" in chinese
    assert "尚未发出的对话" in chinese
    assert "Me (not sent yet)" in english
    assert "Conversation closed" in english
    assert set(WORDS["zh"]) == set(WORDS["en"])


def test_data_is_complete():
    document = msgspec.json.decode(_export("json"))
    first, second = document["conversations"]
    assert document["format"] == "kbean-transcript"
    assert first["conversation"]["number"] == CONV.number
    assert [line["seq"] for line in first["messages"]] == [1, 2, 3, 4, None]
    assert first["messages"][0]["body"].endswith(EVIL)
    assert second["messages"] == []


@pytest.mark.parametrize(
    ("card", "chinese", "english"),
    [
        (None, "", ""),
        (ContextCard("error", "busy"), "关于：error busy", "About: error busy"),
        (
            PaymentCard("p", "2026", "K豆", 2372, "CNY", NOW, "succeeded"),
            "付款 2026：K豆 23.72 CNY",
            "Payment 2026: K豆 23.72 CNY",
        ),
        (AnswerCard("t", "退款多久", 1), "来源：退款多久", "Source: 退款多久"),
        (
            SuggestCard([Choice("a", "A"), Choice("b", "B")]),
            "你是想问：A / B",
            "Did you mean: A / B",
        ),
        (CaseCard("i", "KC-9", "missing", "open"), "工单 KC-9：missing", "Case KC-9: missing"),
        (MaskEvent(1, ["card"]), "已隐去敏感内容", "Something secret was hidden"),
        (OwnerEvent("agent", "claimed", "Lin"), "由客服 Lin 接待", "Lin answers"),
        (RequestEvent("r", "access", "revoked"), "查看授权：已撤销", "access: revoked"),
        (ActionCard("r", "freeze"), "卡片：操作", "Card: action"),
        (AccessCard("r", "a", "Lin", [], "x", 1, 1), "卡片：查看授权", "Card: access"),
        (
            CallbackCard("i", NOW, NOW, "booked"),
            "回电：2026年11月18日 11:06",
            "Call-back: 18 Nov 2026, 11:06",
        ),
    ],
)
def test_every_card_has_a_line(card, chinese, english):
    assert told(card, "zh", UTC) == chinese
    assert told(card, "en", UTC) == english
