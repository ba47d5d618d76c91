"""The desk's two catalogues belong together, and every key that a page uses is in them."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from app.desk.rooms import ROOMS
from app.desk.words import LANGUAGES, Words, catalogue, language_of
from app.protocol.errors import CODES, KBeanError

CHINESE = re.compile(r"[\u4e00-\u9fff]")
FIELD = re.compile(r"\{\w*\}")
DESK = Path(__file__).resolve().parents[2] / "app" / "desk"
WALLET_ONLY = re.compile(
    r"^(credentials_wrong|contact_|passphrase_|display_name_|device_|refresh_|signature_|clock_"
    r"|code_|merchant_|order_|out_trade_|amount_|currency_|insufficient_|limit_|payee_"
    r"|plain_http|receipt_|payer_|charge_|confirmation_|refund_|not_refundable|points_|coupon_"
    r"|item_|redemption_|promotion_|name_check_|step_up_|transfer_|money_request_|split_|plan_"
    r"|hold_|capture_|cashier_|role_missing|shift_|bill_|webhook_|statement_|pin_|counter_not"
    r"|outbox_|barcode_|price_list_|printer_|no_payer_codes|seal_)"
)
"""Codes of a person's wallet or a merchant's till; a desk never asks what answers them."""


def said_by(source: str) -> set[str]:
    """The keys of ``words("…")`` in a module, where they stand as they are."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = node.func
        called = name.attr if isinstance(name, ast.Attribute) else getattr(name, "id", "")
        key = node.args[0]
        if called in {"words", "_words"} and isinstance(key, ast.Constant):
            found.add(str(key.value))
    return found


def test_both_languages_have_the_same_keys_and_fields() -> None:
    english, chinese = catalogue("en"), catalogue("zh-CN")
    assert list(english) == list(chinese)
    for key, words in english.items():
        assert sorted(FIELD.findall(words)) == sorted(FIELD.findall(chinese[key])), key
        assert words.strip(), key
        assert chinese[key].strip(), key
        assert "!" not in words, key
        assert "！" not in chinese[key], key


def test_chinese_is_chinese() -> None:
    same = {
        "language.name",
        "fact.kilobytes",
        "fact.megabytes",
        "when.moment",
        "colleague.load",
        "owner.agent",
    }
    same |= {"event.request"}
    bare = {key for key, words in catalogue("zh-CN").items() if not CHINESE.search(words)}
    assert bare <= same | {"list.join", "capacity", "knowledge.found_of", "skill.general"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_that_a_page_uses_is_there(language) -> None:
    words = catalogue(language)
    used = set()
    for path in sorted(DESK.rglob("*.py")):
        used |= said_by(path.read_text("utf-8"))
    assert len(used) > 150
    assert used <= set(words)
    assert {f"room.{room.name}" for room in ROOMS} <= set(words)


@pytest.mark.parametrize("language", LANGUAGES)
def test_codes_have_words(language) -> None:
    words = Words(language)
    wanted = [code for code in CODES if not WALLET_ONLY.match(code) and code != "proof_failed"]
    missing = [code for code in wanted if f"error.{code}" not in catalogue(language)]
    assert not missing
    title, todo = words.error(KBeanError("already_claimed"))
    assert title != todo
    # What a desk can't meet still gets words, never a code.
    assert words.error(KBeanError("order_paid")) == words.error(KBeanError("internal_error"))


@pytest.mark.parametrize(
    ("asked", "language"),
    [("zh-CN,zh;q=0.9", "zh-CN"), ("zh-TW", "zh-CN"), ("en-GB", "en"), ("", "en"), (None, "en")],
)
def test_the_language_of_a_browser(asked, language) -> None:
    assert language_of(asked) == language


def test_names_stand_in_chinese_as_they_are_written() -> None:
    words = Words("zh-CN")
    assert words("event.agent", name="王梅") == "由王梅接待"
    assert words("event.agent", name="Lucy") == "由 Lucy 接待"
    assert Words("en")("event.agent.claimed", name="王梅").startswith("王梅 ")
