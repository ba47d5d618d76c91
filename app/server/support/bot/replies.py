"""The bot's own words, by language: ``_replies.yaml`` and ``_errors.yaml`` beside the entries."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import msgspec

from app.protocol.messages.support import Language
from app.protocol.spacing import filled
from app.server.support.bot.knowledge import LANGUAGES

_FIELD = re.compile(r"\{(\w+)\}")


class ErrorWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a code means to a person, and the entry that tells what to do."""

    words: str
    topic: str = ""


@dataclass(frozen=True, slots=True)
class Replies:
    """Every reply in every language, with the same names and the same fields to fill in."""

    texts: dict[Language, dict[str, str]]
    errors: dict[Language, dict[str, ErrorWords]]

    def say(self, language: Language, key: str, **fields: str | int) -> str:
        """A reply with its fields filled in."""
        return filled(self.texts[language][key], **fields)

    def error(self, language: Language, code: str) -> ErrorWords | None:
        """What a code means; None where nobody wrote it down."""
        return self.errors[language].get(code)


@cache
def load_replies(folder: Path) -> Replies:
    """Read the words of every language; a folder is read once.

    Raises:
        ValueError: where the languages differ in names or fields, or a file is no such table.
    """
    import yaml

    texts: dict[Language, dict[str, str]] = {}
    errors: dict[Language, dict[str, ErrorWords]] = {}
    for language in LANGUAGES:
        of = folder / language
        texts[language] = msgspec.convert(
            yaml.safe_load((of / "_replies.yaml").read_text(encoding="utf-8")), dict[str, str]
        )
        errors[language] = msgspec.convert(
            yaml.safe_load((of / "_errors.yaml").read_text(encoding="utf-8")),
            dict[str, ErrorWords],
        )
    for problem in _differences(texts, errors):
        raise ValueError(problem)
    return Replies(texts, errors)


def _differences(
    texts: dict[Language, dict[str, str]], errors: dict[Language, dict[str, ErrorWords]]
) -> list[str]:
    problems = []
    first = LANGUAGES[0]
    for language in LANGUAGES[1:]:
        problems += [
            f"_replies.yaml: {key} isn't in both of {first}, {language}"
            for key in texts[first].keys() ^ texts[language].keys()
        ]
        problems += [
            f"_replies.yaml: {key} has other fields in {language} than in {first}"
            for key in texts[first].keys() & texts[language].keys()
            if set(_FIELD.findall(texts[first][key])) != set(_FIELD.findall(texts[language][key]))
        ]
        problems += [
            f"_errors.yaml: {code} isn't in both of {first}, {language}, with the same topic"
            for code in errors[first].keys() | errors[language].keys()
            if errors[first].get(code, ErrorWords("")).topic
            != errors[language].get(code, ErrorWords("")).topic
            or code not in errors[first]
            or code not in errors[language]
        ]
    return problems
