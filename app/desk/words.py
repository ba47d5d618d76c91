"""The desk's words: one catalogue a language in ``i18n/desk/``, complete in both.

A key names a sentence; where a value belongs in it the sentence has a field (``{name}``). Words for
error codes stand under ``error.<code>`` (what happened) and ``error.<code>.do`` (what to do).
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from app.protocol.errors import KBeanError
from app.protocol.spacing import filled

Language = Literal["zh-CN", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
COMMON = "internal_error"


def folder() -> Path:
    """Where the catalogues lie: the repository's ``i18n`` first, then the package's."""
    package = Path(__file__).resolve().parent.parent
    beside = package.parent / "i18n" / "desk"
    return beside if beside.is_dir() else package / "_data" / "i18n" / "desk"


@cache
def catalogue(language: Language) -> dict[str, str]:
    """Every sentence of a language."""
    text = (folder() / f"{language}.json").read_text("utf-8")
    words: dict[str, str] = json.loads(text)
    return words


def language_of(text: str | None) -> Language:
    """A language by its name; what isn't known is Chinese where it looks so, else English."""
    wanted = (text or "").strip().lower()
    return "zh-CN" if wanted.startswith("zh") else "en"


class Words:
    """Says sentences in one language."""

    def __init__(self, language: Language) -> None:
        """Take the language."""
        self.language = language
        self._catalogue = catalogue(language)

    def __call__(self, key: str, /, **values: object) -> str:
        """The sentence of a key with its fields filled.

        Raises:
            KeyError: there is no such key; a test walks every key the pages use.
        """
        sentence = self._catalogue[key]
        return filled(sentence, **values) if values else sentence

    def known(self, key: str, otherwise: str = "") -> str:
        """A sentence for what the service names; what is newer than this desk stays as it is."""
        return self._catalogue.get(key, otherwise)

    def error(self, error: KBeanError) -> tuple[str, str]:
        """What happened, and what to do, for a refusal or a trouble on the way."""
        code = error.code if f"error.{error.code}" in self._catalogue else COMMON
        return self._catalogue[f"error.{code}"], self._catalogue[f"error.{code}.do"]
