"""How activity is made searchable: any part of any word, in any script, one sign or more.

Word splitting fails for Chinese, and SQLite's own trigram index can't answer one or two signs,
which is how people search in Chinese. So a text is folded (case, accents, width) and cut into
runs of letters and digits. A run ``abcd`` is indexed as its triples ``abc bcd`` in their order,
with a stop between runs, so a longer query is a phrase of triples that never reaches into the next
run; a second column lists the row's pairs and single signs once each, for shorter queries, and
marks that say what kind of row it is, so that a rare kind is found without reading the others.

Tokens are code points in hexadecimal, so FTS5's plainest tokenizer keeps them whole in any script;
marks begin with a ``z``, which no hexadecimal number does.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

MAX_QUERY = 64
"""Signs of a query that are looked at."""

_STOP = " y "
_LATIN_MARKS = re.compile("[\u0300-\u036f]")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
# Letters and digits of any script, pictographs, and a point only between digits: 23.72.
_RUNS = re.compile("(?:[^\\W_]|[\u2600-\u27bf\U0001f000-\U0001faff]|(?<=\\d)\\.(?=\\d))+")


class Term(NamedTuple):
    """A word that may stand in the text or name a kind of row: either will do.

    Attributes:
        text: What was typed.
        marks: Kinds of rows that this word names (``catdining`` for "restaurant").
    """

    text: str
    marks: tuple[str, ...] = ()


def fold(text: str) -> str:
    """Fold what should be found alike: case, accents of Latin letters, width, 1,234 and 1234."""
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text)
        text = unicodedata.normalize("NFKC", _LATIN_MARKS.sub("", decomposed))
    return _THOUSANDS.sub("", text.casefold())


def index_columns(text: str, marks: Iterable[str] = ()) -> tuple[str, str]:
    """The two columns of the index for a row's searchable text.

    Args:
        text: Names, notes, numbers and figures of the row, separated by spaces.
        marks: What else the row can be found by: ASCII letters.

    Returns:
        Triples in the order of the text; pairs and single signs, each once, with the marks.
    """
    runs = _RUNS.findall(fold(text))
    triples = [" ".join(_triples(run)) for run in runs]
    short = {run[at : at + size] for run in runs for at in range(len(run)) for size in (1, 2)}
    kept = [*map(_token, sorted(short)), *map(_mark, marks)]
    return _STOP.join(filter(None, triples)), " ".join(kept)


def match_expression(
    query: str, marks: Iterable[str] = (), terms: Iterable[Term] = ()
) -> str | None:
    """The FTS5 expression for what a person typed; None where nothing in it can be searched.

    All runs, all marks and all terms must occur; a run may be any part of a run of the row. What
    people type is never handed to FTS5's own syntax.
    """
    runs = dict.fromkeys(_RUNS.findall(fold(query[:MAX_QUERY])))
    wanted = [*map(_run_expression, runs), *map(_mark_expression, marks)]
    wanted += filter(None, map(_term_expression, terms))
    return " AND ".join(wanted) or None


def _term_expression(term: Term) -> str:
    runs = dict.fromkeys(_RUNS.findall(fold(term.text[:MAX_QUERY])))
    if not runs:
        return ""
    text = " AND ".join(map(_run_expression, runs))
    if not term.marks:
        return text
    return f"(({text}) OR {' OR '.join(map(_mark_expression, term.marks))})"


def _mark_expression(mark: str) -> str:
    return f'short : "{_mark(mark)}"'


def _run_expression(run: str) -> str:
    if len(run) < 3:
        return f'short : "{_token(run)}"'
    return f'triples : "{" ".join(_triples(run))}"'


def _mark(mark: str) -> str:
    return "z" + "".join(filter(str.isalnum, mark)).lower()


def _triples(run: str) -> list[str]:
    return [_token(run[at : at + 3]) for at in range(len(run) - 2)]


@lru_cache(maxsize=65536)
def _token(signs: str) -> str:
    return "x".join(f"{ord(sign):x}" for sign in signs)
