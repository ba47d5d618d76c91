"""The knowledge base's entries: what a file looks like, and what is wrong with one (design/4 §Bot).

An entry is ``resources/knowledge/<language>/<topic>.md``: YAML front matter between two lines of
``---``, then the answer in Markdown::

    ---
    topic: hours
    title: What are the support hours
    phrasings:
      - when can I reach somebody
    actions: [human]
    links: [human, escalate]
    review: 2027-05-01
    ---
    People answer from **08:00** …

Files whose name begins with ``_`` are no entries. Everything that is wrong is said at once, each
with its file, so that an author can repair a folder in one go.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args

import yaml

from app.protocol.messages.support import BODY_MAX, Language

LANGUAGES: tuple[Language, ...] = get_args(Language)
ACTIONS = ("freeze", "find_payment", "unlock", "resend", "open_case", "human")
"""What an entry may offer; the names of :class:`app.protocol.messages.support.ActionCard`."""

PHRASINGS_LEAST = 8
PHRASINGS_MOST = 60
"""A file is written with 8–10; what the desk learns is added to them."""

PHRASING_MAX = 160
TITLE_MAX = 80

_TOPIC = re.compile(r"[a-z][a-z0-9_]{1,39}")
_SKILL = re.compile(r"[a-z][a-z0-9_]{1,31}")
_KEYS = ("topic", "title", "phrasings", "actions", "links", "review", "skill")
_FORBIDDEN = (
    (re.compile(r"<[a-zA-Z!/]"), "HTML is not drawn; write Markdown"),
    (re.compile(r"!\["), "pictures are not drawn"),
    (re.compile(r"https?://"), "answers carry no addresses; name the page of the wallet instead"),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One answer in one language.

    Attributes:
        topic: Stable name, the same in every language.
        language: ``zh`` or ``en``.
        title: What the person sees as the source and in "did you mean".
        phrasings: How people ask for it.
        body: The answer, Markdown.
        actions: What is offered below the answer, names of :data:`ACTIONS`.
        links: Topics that belong to it.
        review: When somebody should read it again.
        skill: What the queue routes by when the person wants a human here; empty for anybody.
        version: 1 for a file; one more at each edit at the desk.
    """

    topic: str
    language: Language
    title: str
    phrasings: tuple[str, ...]
    body: str
    actions: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    review: dt.date = dt.date.max
    skill: str = ""
    version: int = 1


@dataclass(slots=True)
class Loaded:
    """What a folder held: its good entries, and what is wrong, one line a finding."""

    entries: list[Entry] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def resources_folder() -> Path:
    """Where the knowledge base lies: the repository's ``resources`` first, then the package's."""
    package = Path(__file__).resolve().parents[3]
    beside = package.parent / "resources"
    found = beside if beside.is_dir() else package / "_data" / "resources"
    return found / "knowledge"


def load(folder: Path) -> Loaded:
    """Read every entry of every language below ``folder`` and check them together."""
    loaded = Loaded()
    for language in LANGUAGES:
        if not (folder / language).is_dir():
            loaded.problems.append(f"{folder / language}: there is no such folder")
            continue
        for path in sorted((folder / language).glob("*.md")):
            if path.name.startswith("_"):
                continue
            name = f"{language}/{path.name}"
            found = parse(path.read_text(encoding="utf-8"), language, path.stem)
            if isinstance(found, Entry):
                loaded.entries.append(found)
                found = objections(found)
            loaded.problems += [f"{name}: {words}" for words in found]
    loaded.problems += together(loaded.entries)
    return loaded


def parse(text: str, language: Language, topic: str) -> Entry | list[str]:
    """An entry from its file's text, or what keeps it from being one."""
    head, body = _split(text)
    if head is None:
        return ["begin with a line ---, then the front matter, then a line ---"]
    try:
        fields = yaml.safe_load(head)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" (line {mark.line + 2})" if mark else ""
        return [f"the front matter is no YAML{where}: {getattr(error, 'problem', error)}"]
    if not isinstance(fields, dict):
        return ["the front matter must be `key: value` lines"]
    wrong = list(_wrong_fields(fields, topic))
    if wrong:
        return wrong
    return Entry(
        topic=topic,
        language=language,
        title=fields["title"].strip(),
        phrasings=tuple(phrasing.strip() for phrasing in fields["phrasings"]),
        body=body.strip(),
        actions=tuple(fields.get("actions") or ()),
        links=tuple(fields.get("links") or ()),
        review=fields["review"],
        skill=fields.get("skill") or "",
    )


def _split(text: str) -> tuple[str | None, str]:
    match = re.match(r"\ufeff?---[ \t]*\r?\n(.*?)\r?\n---[ \t]*\r?\n(.*)\Z", text, re.DOTALL)
    return (match[1], match[2]) if match else (None, "")


def _wrong_fields(fields: dict[Any, Any], topic: str) -> Iterator[str]:
    for key in fields:
        if key not in _KEYS:
            yield f"{key!r} is no field; there are {', '.join(_KEYS)}"
    if fields.get("topic") != topic:
        yield f"topic is {fields.get('topic')!r}, but the file is called {topic}.md"
    if not isinstance(fields.get("title"), str):
        yield "title: one line of text is missing"
    for key in ("phrasings", "actions", "links"):
        value = fields.get(key, [] if key != "phrasings" else None)
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            yield f"{key}: a list of texts is wanted; quote what YAML would read as something else"
    review = fields.get("review")
    if not isinstance(review, dt.date) or isinstance(review, dt.datetime):
        yield "review: a date such as 2027-05-01 is wanted"
    if not isinstance(fields.get("skill", ""), str):
        yield "skill: a name is wanted"


def objections(entry: Entry) -> list[str]:
    """What is wrong with one entry by itself."""
    return [*_wrong_names(entry), *_wrong_phrasings(entry), *_wrong_answer(entry)]


def _wrong_names(entry: Entry) -> Iterator[str]:
    if not _TOPIC.fullmatch(entry.topic):
        yield f"topic {entry.topic!r}: small letters, digits and _, 2 to 40 of them"
    if not 0 < len(entry.title) <= TITLE_MAX or "\n" in entry.title:
        yield f"title: one line of 1 to {TITLE_MAX} characters"
    for action in entry.actions:
        if action not in ACTIONS:
            yield f"action {action!r} is none of {', '.join(ACTIONS)}"
    if entry.skill and not _SKILL.fullmatch(entry.skill):
        yield f"skill {entry.skill!r}: small letters, digits and _"


def _wrong_phrasings(entry: Entry) -> Iterator[str]:
    count = len(entry.phrasings)
    if not PHRASINGS_LEAST <= count <= PHRASINGS_MOST:
        yield f"phrasings: {count}; at least {PHRASINGS_LEAST}, at most {PHRASINGS_MOST}"
    seen: set[str] = set()
    for phrasing in entry.phrasings:
        plain = plainly(phrasing)
        if not 0 < len(phrasing) <= PHRASING_MAX or "\n" in phrasing or not plain:
            yield f"phrasing {phrasing!r}: one line of 1 to {PHRASING_MAX} characters, with words"
        elif plain in seen:
            yield f"phrasing {phrasing!r} stands there twice"
        seen.add(plain)


def _wrong_answer(entry: Entry) -> Iterator[str]:
    if not entry.body:
        yield "the answer is empty"
    if len(entry.body) > BODY_MAX:
        yield f"the answer has {len(entry.body)} characters; at most {BODY_MAX}"
    for pattern, words in _FORBIDDEN:
        if pattern.search(entry.body):
            yield f"the answer: {words}"


def together(entries: Iterable[Entry]) -> list[str]:
    """What is wrong between entries: a missing language, a link to nowhere, one phrasing twice."""
    known: dict[str, dict[Language, Entry]] = {}
    for entry in entries:
        known.setdefault(entry.topic, {})[entry.language] = entry
    problems = []
    owners: dict[tuple[Language, str], str] = {}
    for topic, versions in known.items():
        problems += [
            f"{language}/{topic}.md: is missing; every entry exists in every language"
            for language in LANGUAGES
            if language not in versions
        ]
        for language, entry in versions.items():
            name = f"{language}/{topic}.md"
            problems += [
                f"{name}: links to {link!r}, which is {'itself' if link == topic else 'no entry'}"
                for link in entry.links
                if link not in known or link == topic
            ]
            for phrasing in entry.phrasings:
                other = owners.setdefault((language, plainly(phrasing)), topic)
                if other != topic:
                    problems.append(f"{name}: phrasing {phrasing!r} belongs to {other} already")
        if len({entry.actions for entry in versions.values()}) > 1:
            problems.append(f"{topic}: the languages offer different actions")
    return problems


def plainly(text: str) -> str:
    """The letters and digits of a text alone: what makes two phrasings the same."""
    return "".join(letter for letter in text.casefold() if letter.isalnum())
