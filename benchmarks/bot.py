"""How well and how fast the bot finds what is meant: first place, among three, milliseconds.

    python3 dev.py bench bot [FILE.tsv …] [--confusions] [--quick]

A file has the columns ``topic``, ``lang`` (zh, en), ``question``; without one the project's own
held-out questions are asked, none of which is a phrasing of the knowledge base. The peers, over the
same entries and the same questions in the same run: SQLite's full-text search (FTS5, trigrams),
BM25 over characters alone, the nearest phrasing by cosine alone, and their sum as design/4 has it.
``--confusions`` lists by topic what was taken for what, for those who write the entries.
"""

from __future__ import annotations

import argparse
import csv
import sqlite3
import statistics
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from app.server.support.bot import knowledge, library, rules
from app.server.support.bot.encoder import Encoder, embedded
from app.server.support.bot.index import examples_of
from app.server.support.bot.knowledge import Entry
from app.server.support.bot.words import Words, tidy
from benchmarks.report import Report

HELD_OUT = Path(__file__).resolve().parent.parent / "tests" / "server" / "support" / "bot"
LANGUAGES = {"zh": "Chinese", "en": "English"}

Rank = Callable[[str], Sequence[str]]
"""A question → topics, likeliest first."""


def read_questions(path: Path) -> list[tuple[str, str, str]]:
    """(topic, language, question) of every line."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [(row["topic"], row["lang"], row["question"]) for row in rows]


def shares(rank: Rank, questions: Sequence[tuple[str, str, str]]) -> tuple[float, float]:
    """Per cent found at first place and among three."""
    places = [list(rank(question))[:3] for _, _, question in questions]
    asked = [topic for topic, _, _ in questions]
    first = sum(found[:1] == [topic] for topic, found in zip(asked, places, strict=True))
    three = sum(topic in found for topic, found in zip(asked, places, strict=True))
    return 100 * first / len(asked), 100 * three / len(asked)


def by_text_search(entries: Sequence[Entry]) -> Rank:
    """SQLite FTS5 over trigrams, any of the question's words."""
    database = sqlite3.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE t USING fts5(topic UNINDEXED, text, tokenize='trigram')")
    database.executemany(
        "INSERT INTO t VALUES (?, ?)",
        [(e.topic, text) for e in entries for text in (e.title, *e.phrasings)],
    )

    def rank(question: str) -> Sequence[str]:
        words = " OR ".join(f'"{word}"' for word in tidy(question).replace('"', " ").split())
        if not words:
            return []
        query = "SELECT topic FROM t WHERE t MATCH ? ORDER BY rank LIMIT 60"
        return list(dict.fromkeys(topic for (topic,) in database.execute(query, (words,))))

    return rank


def by_parts(entries: Sequence[Entry], encoder: Encoder, cosine: float, words: float) -> Rank:
    """The best phrasing by weighed cosine and BM25, without a head."""
    examples = examples_of([(e.topic, (e.title, *e.phrasings)) for e in entries], encoder)
    index = Words(examples.texts)

    def rank(question: str) -> Sequence[str]:
        found = index.scores(question)
        scores = words * found / max(float(found.max()), 1e-9)
        if cosine and examples.vectors is not None:
            scores = scores + cosine * (examples.vectors @ encoder.encode([question])[0])
        order = np.argsort(-scores, kind="stable")
        return list(dict.fromkeys(examples.topics[examples.owners[at]] for at in order))

    return rank


def by_bot(known: library.Library) -> Rank:
    """What ``kbean bot ask`` answers: retrieval, and the hard rules' own topics."""

    def rank(question: str) -> Sequence[str]:
        guess = known.guess(question)
        found = rules.with_own(guess.candidates, rules.rule_of(question))
        return [candidate.topic for candidate in found]

    return rank


def main(argv: Sequence[str] | None = None) -> int:
    """Run it."""
    parser = argparse.ArgumentParser(prog="dev.py bench bot")
    parser.add_argument("files", type=Path, nargs="*", metavar="FILE.tsv")
    parser.add_argument("--confusions", action="store_true")
    parser.add_argument("--quick", action="store_true", help="without the peers")
    args = parser.parse_args(argv)
    paths = args.files or sorted(HELD_OUT.glob("questions*.tsv"))
    questions = [question for path in paths for question in read_questions(path)]
    entries = knowledge.load(knowledge.resources_folder()).entries
    encoder = embedded()
    if encoder is None:
        sys.stderr.write("the sentence encoder is not installed\n")
        return 1
    report = Report("bot")
    known = library.fit(entries, encoder)
    report.context = {
        "questions": len(questions),
        "entries": len(entries),
        "phrasings": sum(len(entry.phrasings) for entry in entries),
    }
    _judge(report, known, questions, entries, encoder)
    if not args.quick:
        _peers(report, questions, entries, encoder)
    if args.confusions:
        _confusions(known, questions)
    return report.finish()


def _judge(
    report: Report,
    known: library.Library,
    questions: Sequence[tuple[str, str, str]],
    entries: Sequence[Entry],
    encoder: Encoder,
) -> None:
    for language, name in LANGUAGES.items():
        asked = [question for question in questions if question[1] == language]
        if asked:
            first, three = shares(by_bot(known), asked)
            report.add(f"{name} questions, first place", first, "%", at_least=75)
            report.add(f"{name} questions, among three", three, "%", at_least=92)
    asked = [question for question in questions if question[1] == "en"]
    if asked:
        chinese = library.fit([entry for entry in entries if entry.language == "zh"], encoder)
        first, three = shares(by_bot(chinese), asked)
        report.add("English questions, Chinese entries only, first", first, "%")
        report.add("English questions, Chinese entries only, three", three, "%", at_least=75)
    took, worked = [], []
    for _, _, question in questions:
        began, from_there = time.perf_counter(), time.thread_time()
        known.guess(question)
        rules.rule_of(question)
        worked.append((time.thread_time() - from_there) * 1000)
        took.append((time.perf_counter() - began) * 1000)
    report.add("a question, median", statistics.median(took), "ms", at_most=10)
    report.add("a question, p99", float(np.quantile(took, 0.99)), "ms")
    # What a neighbour on the machine took is no work of ours.
    report.add("a question, p99 at work", float(np.quantile(worked, 0.99)), "ms", at_most=10)
    answered = [q for q in questions if known.guess(q[2]).band == "answer"]
    right = sum(known.guess(question).topic == topic for topic, _, question in answered)
    report.add("answered outright", 100 * len(answered) / len(questions), "%")
    report.add("of those right", 100 * right / max(1, len(answered)), "%", at_least=95)


def _peers(
    report: Report,
    questions: Sequence[tuple[str, str, str]],
    entries: Sequence[Entry],
    encoder: Encoder,
) -> None:
    peers = {
        "FTS5 trigram": by_text_search(entries),
        "BM25 of characters": by_parts(entries, encoder, 0, 1),
        "cosine": by_parts(entries, encoder, 1, 0),
        "2 cosine + BM25": by_parts(entries, encoder, 2, 1),
    }
    for peer, rank in peers.items():
        for language, name in LANGUAGES.items():
            asked = [question for question in questions if question[1] == language]
            if asked:
                first, three = shares(rank, asked)
                report.add(f"peer {peer}: {name}, first place", first, "%")
                report.add(f"peer {peer}: {name}, among three", three, "%")


def _confusions(known: library.Library, questions: Sequence[tuple[str, str, str]]) -> None:
    """By topic: what was taken for what, and the questions that did it."""
    rank = by_bot(known)
    wrong: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for topic, _, question in questions:
        found = rank(question)[0]
        if found != topic:
            wrong[topic].append((found, question))
    for topic, cases in sorted(wrong.items(), key=lambda item: -len(item[1])):
        counts = ", ".join(f"{t} {n}" for t, n in Counter(t for t, _ in cases).most_common())
        print(f"{topic}: taken for {counts}")
        for found, question in cases:
            print(f"    {question}  → {found}")


if __name__ == "__main__":
    sys.exit(main())
