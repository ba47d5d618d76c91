"""Every code of the one error table has words, in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from app.desktop.error_words import WORDS
from app.desktop.language import LANGUAGES, Language
from app.desktop.words import explain_code
from app.protocol.errors import CODES

CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[str]:
    """One language after the other, English again at the end."""
    speaking = Language(qapp, request.param)
    yield request.param
    speaking.choose("en")


def test_no_code_is_without_words() -> None:
    assert set(CODES) <= set(WORDS)


@pytest.mark.parametrize("code", sorted(CODES))
def test_words_of_a_code(language: str, code: str) -> None:
    sentence = explain_code(code, CODES[code].money)
    for text in (sentence.title, sentence.action):
        assert text.strip()
        assert "_" not in text
        assert "!" not in text
        assert "！" not in text
        assert bool(CHINESE.search(text)) == (language == "zh-CN")
    assert bool(sentence.money) == (CODES[code].money != "none")
