"""Amounts as people search for them: ``>100``, ``20-50``, ``100元以上``, ``under 30``, ``¥12.5``.

A bare number is no condition: it is looked for as it is written, in amounts, order numbers and
notes alike. With a sign or a unit it is an amount, and digits that aren't typed are open: ``¥12``
finds 12.00 to 12.99.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Literal, NamedTuple

_UNIT = r"(?P<unit{0}>元|块|圆|rmb|cny|k豆|豆|k-beans?|beans?)?"
_SIGN = r"(?:[¥￥$€£])?"
_FIGURE = r"(?:\d{1,3}(?:,\d{3})+|\d{1,12})(?:\.\d{1,2})?"


def _figure(name: str) -> str:
    figure = (
        rf"{_SIGN}(?P<{name}>\d{{1,3}}(?:,\d{{3}})+(?:\.\d{{1,2}})?|\d{{1,12}}(?:\.\d{{1,2}})?)"
    )
    return figure + r"\s?" + _UNIT.format(name)


_LEAST = (
    re.compile(
        r"(?P<open>>=|≥|>|over|above|more than|at least|大于|超过|高于|多于|至少|不少于)\s?"
        + _figure("a")
    ),
    re.compile(_figure("a") + r"(?:以上|(?P<open>\+))"),
)
_MOST = (
    re.compile(
        r"(?P<open><=|≤|<|under|below|less than|at most|up to|小于|低于|少于|不到|最多|不超过)\s?"
        + _figure("a")
    ),
    re.compile(_figure("a") + r"(?:以下|以内|(?P<open>之内))"),
)
_RANGE = re.compile(
    r"(?:between )?" + _figure("a") + r"\s?(?:-|~|～|–|—|\.\.|到|至| to | and )\s?" + _figure("b")
)
_EXACT = re.compile(
    rf"=\s?{_figure('a')}|[¥￥$€£](?P<c>{_FIGURE})|(?P<d>{_FIGURE})(?P<unit>元|块|块钱|k豆|豆)"
)
_STRICT = frozenset({">", "<", "over", "above", "more than", "大于", "超过", "高于", "多于"})
_STRICT_BELOW = frozenset({"under", "below", "less than", "小于", "低于", "少于", "不到"})


class Bounds(NamedTuple):
    """Hundredths of the unit, both ends included; None is open.

    Attributes:
        unit: ``points`` where K-Beans were named.
    """

    least: int | None
    most: int | None
    unit: Literal["money", "points"] | None = None


def _hundredths(figure: str) -> int:
    return int(Decimal(figure.replace(",", "")) * 100)


def _named(match: re.Match[str]) -> Literal["points"] | None:
    units = [value for key, value in match.groupdict().items() if key.startswith("unit") and value]
    return "points" if any("豆" in unit or "bean" in unit for unit in units) else None


def _step(match: re.Match[str], strict: bool) -> int:
    """One hundredth beyond the figure, a whole K-Bean."""
    return (100 if _named(match) else 1) if strict else 0


def read_amount(phrase: str) -> Bounds | None:
    """What a whole phrase says about the amount, or None where it says nothing.

    Args:
        phrase: Folded: lower case, plain digits and signs, single spaces.
    """
    for pattern in _LEAST:
        if match := pattern.fullmatch(phrase):
            beyond = _step(match, match["open"] in _STRICT)
            return Bounds(_hundredths(match["a"]) + beyond, None, _named(match))
    for pattern in _MOST:
        if match := pattern.fullmatch(phrase):
            beyond = _step(match, match["open"] in _STRICT | _STRICT_BELOW)
            return Bounds(None, _hundredths(match["a"]) - beyond, _named(match))
    if match := _RANGE.fullmatch(phrase):
        least, most = _hundredths(match["a"]), _hundredths(match["b"])
        return Bounds(least, most, _named(match)) if least <= most else None
    if match := _EXACT.fullmatch(phrase):
        figure = match["a"] or match["c"] or match["d"]
        return _open_digits(figure.replace(",", ""), match)
    return None


def _open_digits(figure: str, match: re.Match[str]) -> Bounds:
    """The amounts that begin with the digits that were typed."""
    least = _hundredths(figure)
    if _named(match) or match["a"]:
        return Bounds(least, least, _named(match))
    width = {0: 100, 1: 10, 2: 1}[len(figure.partition(".")[2])]
    return Bounds(least, least + width - 1)
