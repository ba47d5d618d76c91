"""Every code has words in both languages: what happened, whether money moved, what to do."""

from __future__ import annotations

import re

import pytest

from app.desktop.components.explanation_words import explanation_words
from app.desktop.counter.words import scan_words
from app.desktop.error_words import MONEY, WORDS
from app.desktop.language import Language
from app.desktop.words import explain, explain_code
from app.protocol.errors import CODES, KBeanError
from app.wallet.counter.scans import Scan
from app.wallet.failures import Failure
from app.wallet.flows.pay import Explanation
from app.wallet.vault.errors import CODES as VAULT_CODES
from app.wallet.vault.errors import WrongPassphraseError

OWN = {"storage_failed", "unexpected", "code_damaged"}
HAN = re.compile("[\u4e00-\u9fff]")


def test_the_tables_hold_together():
    assert set(WORDS) == set(CODES) | set(VAULT_CODES) | OWN


@pytest.mark.parametrize("code", sorted(WORDS))
def test_each_code_speaks_both_languages(language: Language, code):
    english = explain_code(code)
    language.choose("zh-CN")
    chinese = explain_code(code)
    for told in (english.title, english.action, english.money):
        assert told
        assert not HAN.search(told)
        assert not told.endswith("!")
    for told in (chinese.title, chinese.action, chinese.money):
        assert HAN.search(told), told
    assert english.action.endswith(".")
    assert chinese.action.endswith("。")
    assert chinese.title[-1] not in "。！"


def test_whether_money_moved_comes_from_the_failure_not_from_the_code(language: Language):
    failure = Failure("yours", "order_expired", "unknown")
    assert explain(failure).money == str(MONEY["unknown"])
    language.choose("zh-CN")
    assert explain(Failure("yours", "order_expired", "not_moved")).money == "没有扣款。"
    assert explain(WrongPassphraseError()).money == ""


def test_figures_of_a_refusal_are_told(language: Language):
    error = KBeanError("insufficient_funds", params={"available": 1210})
    assert "You have ¥12.10 available." in explain(error).action
    language.choose("zh-CN")
    assert "可用余额 ¥12.10" in explain(error).action
    assert explain(KBeanError("account_locked", retry_after=240)).action.startswith("请等待 4 分钟")


def test_a_bug_is_told_with_a_number(language: Language, expect_log):
    expect_log("unexpected failure")
    sentence = explain(ZeroDivisionError("secret inside"))
    assert sentence.number
    assert "secret" not in "".join(sentence)
    traced = explain(KBeanError("internal_error", trace_id="trace-7"))
    assert traced.number == "trace-7"


def test_a_line_reads_as_sentences(language: Language):
    assert (
        explain_code("vault_passphrase_wrong", "none")
        .line()
        .startswith("The passphrase is wrong. Check capitals")
    )
    language.choose("zh-CN")
    assert explain_code("vault_passphrase_wrong", "none").line().startswith("口令不正确。请")
    assert " " not in explain_code("order_expired").whole()


def test_a_code_in_the_wrong_room_is_told_what_it_is(language: Language):
    """A person's code where a merchant's is expected: what it is and where it is used."""
    read, scanned = Explanation("ours_person", "0002…"), Scan("person", "0002…")
    assert explanation_words(read).line().startswith("This is a person's code")
    assert "under Transfer" in explanation_words(read).action
    assert scan_words(scanned).startswith("This is a person's code for transfers")
    language.choose("zh-CN")
    assert explanation_words(read).title == "这是个人收款码，不是商家的"
    assert "「转账」" in explanation_words(read).action
    assert scan_words(scanned) == "这是个人收款码，只能用来转账。请顾客出示付款码。"
