"""The knowledge base as its authors work on it (``/v1/staff/knowledge/…``, design/4 §Bot).

Roles: senior, supervisor, admin. Authors see what was asked, never by whom nor in which place.
"""

from __future__ import annotations

from typing import Annotated

import msgspec

from app.protocol.messages import LINE
from app.protocol.messages.support import Language, Topic

Phrase = Annotated[str, msgspec.Meta(min_length=1, max_length=160, pattern=LINE)]
Name = Annotated[str, msgspec.Meta(pattern="^[a-z][a-z0-9_]{1,31}(?!\\n)$")]


class KnowledgeEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """``PUT /v1/staff/knowledge/{topic}/{language}``: an entry as it is edited.

    Attributes:
        title: The source a person sees.
        phrasings: How people say it.
        body: The answer, Markdown.
        actions: What is offered below it.
        links: Other topics.
        review: ISO date by which somebody should read it again.
        skill: What the queue routes by.
    """

    title: Annotated[str, msgspec.Meta(min_length=1, max_length=80, pattern=LINE)]
    phrasings: Annotated[list[Phrase], msgspec.Meta(min_length=1, max_length=60)]
    body: Annotated[str, msgspec.Meta(min_length=1, max_length=4000)]
    review: Annotated[str, msgspec.Meta(pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}(?!\\n)$")]
    actions: Annotated[list[Name], msgspec.Meta(max_length=6)] = []
    links: Annotated[list[Topic], msgspec.Meta(max_length=12)] = []
    skill: Annotated[str, msgspec.Meta(pattern="^([a-z][a-z0-9_]{1,31})?(?!\\n)$")] = ""


class KnowledgeVersion(msgspec.Struct, frozen=True, omit_defaults=True):
    """One entry in full, and where it stands.

    ``published`` is the version people are answered from; a higher ``version`` is a draft.
    """

    topic: str
    language: Language
    version: int
    published: int
    entry: KnowledgeEntry


class KnowledgeRow(msgspec.Struct, frozen=True, omit_defaults=True):
    """One entry in the list, with how well it is found and how it was judged.

    Attributes:
        found_first: Of ``found_asked`` held-out phrasings of the topic (both languages), those at
            first place; ``found_three`` among three.
        asked: Times the bot took a question of the last 90 days for this topic.
        right: Times a person said the answer was right; ``wrong`` that it wasn't.
        overdue: Whether the review date has passed.
    """

    topic: str
    language: Language
    title: str
    version: int
    published: int
    phrasings: int
    review: str
    overdue: bool
    found_asked: int
    found_first: int
    found_three: int
    asked: int = 0
    right: int = 0
    wrong: int = 0


class KnowledgeList(msgspec.Struct, frozen=True):
    """``GET /v1/staff/knowledge``: every entry, and how the bot does as a whole.

    Attributes:
        publication: What every node answers from; 0 is the files as they came.
        bot: ``encoder`` or ``words``.
        first: Share of held-out phrasings at first place; ``three`` among three.
        answered: Share that would be answered outright; ``precision`` of those right.
        drafts: Entries that were changed and not published.
    """

    entries: list[KnowledgeRow]
    publication: int
    bot: str
    first: float
    three: float
    answered: float
    precision: float
    drafts: int


class KnowledgeTest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``POST /v1/staff/knowledge/test`` → :class:`KnowledgeTried`: what the bot would do."""

    question: Annotated[str, msgspec.Meta(min_length=1, max_length=400)]
    language: Language = "zh"


class KnowledgeCandidate(msgspec.Struct, frozen=True):
    """A topic that may be meant."""

    topic: str
    title: str
    score: float


class KnowledgeTried(msgspec.Struct, frozen=True, omit_defaults=True):
    """``band``: ``rule`` · ``answer`` · ``suggest`` · ``rephrase``."""

    band: str
    confidence: float
    candidates: list[KnowledgeCandidate]
    rule: str = ""


class KnowledgePublished(msgspec.Struct, frozen=True):
    """``POST /v1/staff/knowledge/publish``: the new publication and how well it finds."""

    publication: int
    first: float
    three: float
    answered: float
    precision: float


class UnansweredQuestion(msgspec.Struct, frozen=True):
    """A question the bot didn't answer, or answered wrongly. ``id`` names it for settling."""

    id: str
    question: str
    language: Language
    at: int
    outcome: str


class QuestionCluster(msgspec.Struct, frozen=True, omit_defaults=True):
    """Questions that mean the same, the most frequent first.

    Attributes:
        topic: The entry that lies nearest; a click makes the questions its phrasings.
        title: That entry's title.
    """

    questions: list[UnansweredQuestion]
    topic: str = ""
    title: str = ""


class QuestionClusters(msgspec.Struct, frozen=True):
    """``GET /v1/staff/knowledge/questions``: what people asked and got no good answer to."""

    clusters: list[QuestionCluster]


class SettleQuestions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``POST /v1/staff/knowledge/questions``: make them phrasings, or put them aside.

    ``topic`` None puts them aside; otherwise each becomes a phrasing of the topic's entry in its
    language (a draft until it is published).
    """

    ids: Annotated[
        list[Annotated[str, msgspec.Meta(max_length=60, pattern=LINE)]],
        msgspec.Meta(min_length=1, max_length=100),
    ]
    topic: Topic | None = None
