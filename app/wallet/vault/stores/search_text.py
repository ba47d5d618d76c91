"""How activity is made searchable: every pair of neighbouring signs is a word of the index.

Word splitting fails for Chinese, and SQLite's own trigram index can't answer one or two signs,
which is how people search in Chinese. So a text is folded (case, accents, width), cut into runs
of letters and digits, and each run ``abcd`` is indexed as the pairs ``ab bc cd`` and a stop
``d·``. A query of two or more signs is a phrase of pairs, a single sign is looked up in a second
column that lists each sign of the row once. The stop keeps phrases from reaching into the next run.

Tokens are code points in hexadecimal, so FTS5's plainest tokenizer keeps them whole in any script.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

MAX_QUERY = 64
"""Signs of a query that are looked at."""

_LATIN_MARKS = re.compile("[\u0300-\u036f]")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
# Letters and digits of any script, pictographs, and a point only between digits: 23.72.
_RUNS = re.compile("(?:[^\\W_]|[\u2600-\u27bf\U0001f000-\U0001faff]|(?<=\\d)\\.(?=\\d))+")


def fold(text: str) -> str:
    """Fold what should be found alike: case, accents of Latin letters, width, 1,234 and 1234."""
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text)
        text = unicodedata.normalize("NFKC", _LATIN_MARKS.sub("", decomposed))
    return _THOUSANDS.sub("", text.casefold())


def index_columns(text: str) -> tuple[str, str]:
    """The two columns of the index for a row's searchable text.

    Args:
        text: Names, notes, numbers and figures of the row, separated by spaces.

    Returns:
        Pairs in order of the text, and each single sign once.
    """
    runs = _RUNS.findall(fold(text))
    pairs = [_pair(run[at : at + 2]) for run in runs for at in range(len(run))]
    signs = sorted({sign for run in runs for sign in run})
    return " ".join(pairs), " ".join(map(_sign, signs))


def match_expression(query: str) -> str | None:
    """The FTS5 expression for what a person typed; None where nothing in it can be searched.

    All runs must occur; each may be any part of a run of the row. What people type is never
    handed to FTS5's own syntax.
    """
    runs = dict.fromkeys(_RUNS.findall(fold(query[:MAX_QUERY])))
    return " AND ".join(map(_run_expression, runs)) or None


def _run_expression(run: str) -> str:
    if len(run) == 1:
        return f'signs : "{_sign(run)}"'
    pairs = " ".join(_pair(run[at : at + 2]) for at in range(len(run) - 1))
    return f'pairs : "{pairs}"'


@lru_cache(maxsize=65536)
def _pair(signs: str) -> str:
    return "x".join(f"{ord(sign):x}" for sign in signs) if len(signs) == 2 else _sign(signs) + "y"


def _sign(sign: str) -> str:
    return f"{ord(sign):x}"
