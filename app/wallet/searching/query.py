"""The one search box: what was typed, read as conditions and words (design/5 §Activity).

A phrase that is wholly a time or an amount becomes a condition and is shown as one; ``#word`` is
a label; anything in quotes is looked for as it stands; every other word is looked for in the text,
and where it also names a kind or a group ("refund", "餐饮") either will do.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from datetime import date, timedelta, tzinfo
from typing import Literal

from app.wallet.categories import WORDS
from app.wallet.searching.amounts import Bounds, read_amount
from app.wallet.searching.dates import Span, read_date
from app.wallet.vault.stores.activity_query import category_mark, kind_mark
from app.wallet.vault.stores.activity_rows import ActivityFilter
from app.wallet.vault.stores.activity_sums import moment
from app.wallet.vault.stores.search_text import MAX_QUERY, Term, fold

_LONGEST = 7
"""Words of the longest phrase: ``5 nov 2025 to 10 nov 2025``."""
_TOKENS = re.compile(r'"(?P<quoted>[^"]*)"?|“(?P<zh>[^”]*)”?|(?P<plain>[^\s"“]+)')
# Said without a space before what is looked for: 昨天咖啡. Never a month's name, shops have those.
_GLUED = re.compile(
    r"(?P<date>今天|昨天|前天|上周|本周|这周|上个?月|本月|这个月|今年|去年|(?:最近|近)\d{1,3}天)的?(?P<rest>.+)"
)
_KINDS: dict[tuple[str, ...], tuple[str, ...]] = {
    ("payment", "payments", "paid", "付款", "消费", "支付"): (kind_mark("payment"),),
    ("refund", "refunds", "refunded", "退款"): (kind_mark("refund"),),
    ("transfer", "transfers", "转账"): (kind_mark("transfer_out"), kind_mark("transfer_in")),
    ("top-up", "topup", "充值"): (kind_mark("top_up"),),
    ("earned", "获得"): (kind_mark("points_earned"),),
    ("expired", "过期"): (kind_mark("points_expired"),),
    ("income", "received", "incoming", "收入", "收到", "收款"): ("in",),
    ("spent", "spending", "expense", "expenses", "支出", "花费"): ("out",),
}


def _vocabulary() -> dict[str, tuple[str, ...]]:
    named: dict[str, tuple[str, ...]] = {}
    for words, marks in _KINDS.items():
        for word in words:
            named[word] = marks
    for category, words in WORDS.items():
        for word in words:
            named[word] = (*named.get(word, ()), category_mark(category))
    return named


_MARKS = _vocabulary()


@dataclasses.dataclass(frozen=True, slots=True)
class Piece:
    """A part of what was typed that was read as a condition.

    Attributes:
        kind: What it was read as.
        typed: As it stands in the box; without it the condition is gone.
        span: The days of a ``date``.
        bounds: The amounts of an ``amount``.
    """

    kind: Literal["date", "amount", "label"]
    typed: str
    span: Span | None = None
    bounds: Bounds | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Query:
    """What was typed, understood.

    Attributes:
        pieces: The conditions, in the order in which they were typed.
        words: What is looked for in the text.
    """

    pieces: tuple[Piece, ...] = ()
    words: tuple[Term, ...] = ()

    def narrow(self, wanted: ActivityFilter, zone: tzinfo | None = None) -> ActivityFilter:
        """A filter that also asks for this; conditions of both must hold."""
        since, until, least, most = wanted.since, wanted.until, wanted.least, wanted.most
        unit, labels = wanted.unit, list(wanted.labels)
        for piece in self.pieces:
            if piece.span is not None:
                since, until = _within(since, until, piece.span, zone)
            elif piece.bounds is not None:
                least = _tighter(max, least, piece.bounds.least)
                most = _tighter(min, most, piece.bounds.most)
                unit = piece.bounds.unit or unit
            else:
                labels.append(piece.typed.lstrip("#＃"))
        return ActivityFilter(
            text=wanted.text,
            unit=unit,
            currency=wanted.currency,
            direction=wanted.direction,
            since=since,
            until=until,
            kind=wanted.kind,
            category=wanted.category,
            labels=tuple(labels),
            terms=(*wanted.terms, *self.words),
            least=least,
            most=most,
        )


def read_query(text: str, today: date) -> Query:
    """Read what was typed.

    Args:
        text: The search box; what is beyond the longest query is left unread.
        today: The person's day.
    """
    pieces: list[Piece] = []
    words: list[Term] = []
    tokens = list(_TOKENS.finditer(text[: MAX_QUERY * 2]))
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if token["plain"] is None:
            words.append(Term(token["quoted"] or token["zh"] or ""))
            at += 1
            continue
        taken = _phrase(text, tokens[at : at + _LONGEST], today)
        if taken is not None:
            piece, count = taken
            pieces.append(piece)
            at += count
            continue
        more, rest = _glued(token["plain"], today)
        pieces += more
        words.append(_word(rest))
        at += 1
    return Query(tuple(pieces), tuple(words))


def _phrase(text: str, tokens: list[re.Match[str]], today: date) -> tuple[Piece, int] | None:
    """The longest condition that begins here, and of how many words it is."""
    first = tokens[0]["plain"]
    if first[0] in "#＃" and len(first) > 1:
        return Piece("label", first), 1
    plain = next((n for n, token in enumerate(tokens) if token["plain"] is None), len(tokens))
    for count in range(plain, 0, -1):
        typed = text[tokens[0].start() : tokens[count - 1].end()]
        folded = " ".join(fold(typed).split())
        span = read_date(folded, today)
        if span is not None:
            return Piece("date", typed, span=span), count
        bounds = read_amount(folded)
        if bounds is not None:
            return Piece("amount", typed, bounds=bounds), count
    return None


def _glued(typed: str, today: date) -> tuple[list[Piece], str]:
    match = _GLUED.fullmatch(typed)
    if match is None:
        return [], typed
    span = read_date(match["date"], today)
    return [Piece("date", match["date"], span=span)], match["rest"]


def _word(typed: str) -> Term:
    return Term(typed, _MARKS.get(fold(typed), ()))


def _within(
    since: int | None, until: int | None, span: Span, zone: tzinfo | None
) -> tuple[int | None, int | None]:
    first = None if span.first is None else moment(span.first, zone)
    last = None if span.last is None else moment(span.last + timedelta(days=1), zone)
    return _tighter(max, since, first), _tighter(min, until, last)


def _tighter(choose: Callable[[int, int], int], one: int | None, other: int | None) -> int | None:
    if one is None or other is None:
        return other if one is None else one
    return choose(one, other)
