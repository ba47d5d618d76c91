"""The entries' form, the bot's own words, and what is fitted to them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.cli import main
from app.protocol.errors import CODES
from app.server.support.bot import knowledge, library
from app.server.support.bot.clusters import clusters
from app.server.support.bot.head import fit_confidence, sure
from app.server.support.bot.knowledge import Entry
from app.server.support.bot.learning import with_phrasings
from app.server.support.bot.replies import load_replies
from app.server.support.bot.words import Words, tidy

FOLDER = knowledge.resources_folder()

GOOD = """---
topic: hours
title: When
phrasings: [one a, two b, three c, four d, five e, six f, seven g, eight h]
actions: [human]
links: []
review: 2027-01-01
---
At nine.
"""


def test_the_built_in_knowledge_base_is_in_order(capsys: pytest.CaptureFixture[str]):
    assert main(["bot", "check"]) == 0
    assert capsys.readouterr().out.endswith(" 0 problems\n")


def test_a_good_entry_is_read():
    entry = knowledge.parse(GOOD, "en", "hours")
    assert isinstance(entry, Entry)
    assert knowledge.objections(entry) == []
    assert (entry.title, entry.body, entry.actions) == ("When", "At nine.", ("human",))


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("---\ntopic", "topic", "begin with a line ---"),
        ("title: When", "title: [", "no YAML"),
        ("topic: hours", "topic: ours", "the file is called hours.md"),
        ("title: When", "titel: When", "is no field"),
        ("2027-01-01", "soon", "a date such as"),
        ("one a", "[1]", "a list of texts"),
        ("[human]", "[dance]", "is none of"),
        ("one a, ", "", "at least 8"),
        ("one a", "two B", "twice"),
        ("At nine.", "", "the answer is empty"),
        ("At nine.", "<b>At nine</b>", "HTML is not drawn"),
        ("At nine.", "![](x.png)", "pictures are not drawn"),
        ("At nine.", "See https://example.org", "no addresses"),
        ("links: []", "links: []\nskill: X Y", "skill"),
    ],
)
def test_what_is_wrong_is_said(before: str, after: str, words: str):
    found = knowledge.parse(GOOD.replace(before, after, 1), "en", "hours")
    problems = knowledge.objections(found) if isinstance(found, Entry) else found
    assert any(words in problem for problem in problems), problems


def test_entries_must_agree_with_each_other(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    for language in ("zh", "en"):
        (tmp_path / language).mkdir()
        (tmp_path / language / "hours.md").write_text(GOOD.replace("[]", "[nowhere]"))
        (tmp_path / language / "_notes.md").write_text("no entry")
    (tmp_path / "en" / "other.md").write_text(GOOD.replace("topic: hours", "topic: other"))
    assert main(["bot", "check", str(tmp_path)]) == 1
    said = capsys.readouterr().out
    assert "zh/other.md: is missing" in said
    assert "links to 'nowhere', which is no entry" in said
    assert "belongs to" in said


def test_the_bots_own_words_are_the_same_in_every_language():
    replies = load_replies(FOLDER)
    topics = {entry.topic for entry in knowledge.load(FOLDER).entries}
    for language in knowledge.LANGUAGES:
        for code, words in replies.errors[language].items():
            assert code in CODES
            assert not words.topic or words.topic in topics
    assert replies.say("en", "found", count=3).startswith("I found 3")


def test_a_reply_that_one_language_lacks_is_noticed(tmp_path: Path):
    for language, text in (("zh", "a: x {n}"), ("en", "a: x")):
        (tmp_path / language).mkdir()
        (tmp_path / language / "_replies.yaml").write_text(text)
        (tmp_path / language / "_errors.yaml").write_text("{}")
    with pytest.raises(ValueError, match="other fields"):
        load_replies(tmp_path)


# --- fitted


def entries() -> list[Entry]:
    return [entry for entry in knowledge.load(FOLDER).entries if entry.topic < "d"]


def test_what_is_fitted_is_kept_and_found_again(tmp_path: Path):
    first = library.fitted(entries(), None, tmp_path)
    again = library.fitted(entries(), None, tmp_path)
    assert len(list(tmp_path.iterdir())) == 1
    assert again.bands.answer == first.bands.answer
    assert again.found == first.found
    assert again.guess("绑卡") == first.guess("绑卡")


def test_a_stale_or_broken_cache_is_fitted_anew(tmp_path: Path):
    first = library.fitted(entries(), None, tmp_path)
    kept = library.dump(first)
    (path,) = tmp_path.iterdir()
    path.write_bytes(b"broken")
    assert library.fitted(entries(), None, tmp_path).guess("绑卡") == first.guess("绑卡")
    changed = [replace(entries()[0], phrasings=(*entries()[0].phrasings, "x")), *entries()[1:]]
    assert library.restore(kept, changed, None) is None
    assert library.restore(kept[:50], entries(), None) is None
    assert library.restore(kept, entries()[::-1], None) is None, "vectors have places, no names"
    assert library.restore(kept, entries(), None) is not None


def test_a_cache_that_cannot_be_written_only_costs_time(tmp_path: Path):
    (tmp_path / "file").write_text("")
    assert library.fitted(entries(), None, tmp_path / "file" / "below").topics


def test_too_few_topics_cannot_be_fitted():
    with pytest.raises(ValueError, match="topics"):
        library.fit(entries()[:2], None)


def test_words_are_found_whatever_their_width_and_case():
    words = Words(["支付密码", "Payment PIN", "退款"])
    assert tidy("ＰＩＮ  Code") == "pin code"
    assert words.scores("PAYMENT ｐｉｎ").argmax() == 1
    assert words.scores("我的支付密码").argmax() == 0
    assert not words.scores("zzz").any()


def test_confidence_learns_what_right_guesses_look_like():
    rng = np.random.default_rng(5)
    features = rng.normal(size=(400, 2))
    right = features[:, 0] + 0.3 * rng.normal(size=400) > 0
    weights = fit_confidence(features, right)
    chances = sure(features, weights)
    assert ((chances > 0.5) == right).mean() > 0.85


def test_questions_that_mean_the_same_come_together():
    one, two = np.eye(4)[0], np.eye(4)[1]
    near = (one + 0.2 * two) / np.linalg.norm(one + 0.2 * two)
    vectors = np.stack([two, one, near, one]).astype(np.float32)
    assert clusters(vectors) == [[1, 2, 3], [0]]
    assert clusters(np.zeros((0, 4), dtype=np.float32)) == []


def test_learned_phrasings_are_added_once():
    entry = entries()[0]
    grown = with_phrasings(entry, ["新的 说法", "新的说法！", entry.title, "x" * 400, "？"])
    assert grown.phrasings == (*entry.phrasings, "新的 说法")
