"""The targets of issue 3 on questions that no phrasing repeats, and the hard rules beside them."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest

from app.server.support.bot import knowledge, library, rules
from app.server.support.bot.encoder import embedded
from app.server.support.bot.index import Index, examples_of

HERE = Path(__file__).parent
ENTRIES = knowledge.load(knowledge.resources_folder()).entries


"""One worker for all that fits or loads: what is fitted is fitted once."""


def questions() -> list[tuple[str, str, str]]:
    rows = []
    for path in sorted(HERE.glob("questions*.tsv")):
        with path.open(encoding="utf-8", newline="") as file:
            table = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
            rows += [(row["topic"], row["lang"], row["question"]) for row in table]
    return rows


ASKED = questions()


@pytest.fixture(scope="module")
def known(fitted_folder: Path) -> library.Library:
    return library.fitted(ENTRIES, embedded(), fitted_folder)


def test_every_topic_is_asked_for_and_nothing_asked_is_a_phrasing():
    asked = {topic for topic, _, _ in ASKED}
    assert len(asked) >= 42
    assert asked <= {entry.topic for entry in ENTRIES}
    phrasings = {
        knowledge.plainly(text) for entry in ENTRIES for text in (entry.title, *entry.phrasings)
    }
    assert [q for _, _, q in ASKED if knowledge.plainly(q) in phrasings] == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_people_really_say_is_found(known: library.Library, language: str):
    """Issue 3 asks for 75 and 92 %; the margin is what other people's words may cost."""
    asked = [(topic, question) for topic, spoken, question in ASKED if spoken == language]
    found = [known.guess(question).candidates for _, question in asked]
    first = sum(c[0].topic == t for (t, _), c in zip(asked, found, strict=True))
    three = sum(t in [x.topic for x in c] for (t, _), c in zip(asked, found, strict=True))
    assert first / len(asked) >= 0.90
    assert three / len(asked) >= 0.97


def test_english_questions_are_found_among_chinese_entries_alone(known: library.Library):
    chinese = [entry for entry in ENTRIES if entry.language == "zh"]
    encoder = known.encoder
    assert encoder is not None
    index = Index(examples_of([(e.topic, (e.title, *e.phrasings)) for e in chinese], encoder))
    asked = [(topic, question) for topic, spoken, question in ASKED if spoken == "en"]
    vectors = encoder.encode([question for _, question in asked])
    three = sum(
        topic in index.rank(question, vector).topics[:3]
        for (topic, question), vector in zip(asked, vectors, strict=True)
    )
    assert three / len(asked) >= 0.90


def test_what_is_answered_outright_is_right(known: library.Library):
    guesses = [(topic, known.guess(question)) for topic, _, question in ASKED]
    answered = [(topic, guess) for topic, guess in guesses if guess.band == "answer"]
    assert len(answered) >= len(guesses) / 4
    assert sum(guess.topic == topic for topic, guess in answered) / len(answered) >= 0.95
    assert sum(guess.band == "rephrase" for _, guess in guesses) <= len(guesses) / 50


def test_a_story_around_the_question_does_not_hide_it(known: library.Library):
    before = {
        "zh": "我是老用户了，上周刚换了电脑，今天中午，",
        "en": "Hi, I have a new laptop. Well, ",
    }
    told = [(topic, before[spoken] + question) for topic, spoken, question in ASKED[::4]]
    found = [(topic, known.guess(text)) for topic, text in told]
    three = sum(topic in [c.topic for c in guess.candidates] for topic, guess in found)
    assert three / len(found) >= 0.90
    # With so much else said it asks "did you mean" rather than answer at once.
    wrong = [topic for topic, guess in found if guess.band == "answer" and guess.topic != topic]
    assert len(wrong) <= len(found) / 50


def test_what_nobody_can_answer_here_is_not_answered(known: library.Library):
    strange = "今天天气怎么样|帮我写首诗|晚饭吃什么好|地铁几点停运|比特币怎么买|怎么做红烧肉"
    strange += "|what is the weather|tell me a joke|book me a flight|how tall is everest|my cat"
    assert [q for q in strange.split("|") if known.guess(q).band == "answer"] == []


def test_without_the_encoder_words_alone_still_help():
    plain = library.fit(ENTRIES, None)
    asked = [(topic, question) for topic, spoken, question in ASKED if spoken == "zh"]
    three = sum(t in [c.topic for c in plain.guess(q).candidates] for t, q in asked)
    assert three / len(asked) >= 0.85


def test_hard_rules_take_nothing_away_from_other_topics():
    """Over every phrasing and held-out question: what a rule takes is about its topic."""
    near = {
        ("stolen", "acct_freeze"),  # a lost phone, and the wish to stop everything
        ("stolen", "tx_unknown"),
        ("freeze", "acct_stolen"),
        ("human", "escalate"),
        ("dispute", "refund_apply"),
    }
    told = [(e.topic, text) for e in ENTRIES for text in (e.title, *e.phrasings)]
    told += [(topic, question) for topic, _, question in ASKED]
    wrong = []
    for topic, text in told:
        rule = rules.rule_of(text)
        if rule and rule.topic and rule.topic != topic and (rule.name, topic) not in near:
            wrong.append((rule.name, topic, text))
    assert len(wrong) <= len(told) / 500, wrong


@pytest.mark.slow
def test_the_command_answers_a_line_a_question():
    words = [sys.executable, "-m", "app", "bot", "ask", "--json", "--lang", "zh", "--only", "zh"]
    asked = "钱充了没到账\nI want a real person\n"
    done = subprocess.run(words, input=asked, capture_output=True, text=True, check=True)
    first, second = (json.loads(line) for line in done.stdout.splitlines())
    assert first.keys() == {"band", "candidates", "ms"}
    assert first["candidates"][0]["topic"] == "topup_delay"
    assert len(first["candidates"]) >= 3
    assert (second["band"], second["rule"]) == ("rule", "human")
