"""Charts of a report. Their colours are the style sheet's, so they follow the theme by themselves.

Every chart is drawn as SVG with the tokens' names; a browser fills them in. It has its words for
those who can't see it, and the same figures stand in the page's table.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nicegui import ui

from app.desk.words import Words
from app.protocol.messages.cases import Day

_FACES = (
    '"Segoe UI", "SF Pro Text", "PingFang SC", "Microsoft YaHei UI", "Noto Sans CJK SC", sans-serif'
)
_TEXT = {"color": "var(--muted)", "fontSize": 12, "fontFamily": _FACES}
_BASE: dict[str, Any] = {
    "animation": False,
    "textStyle": _TEXT,
    "tooltip": {
        "trigger": "axis",
        "backgroundColor": "var(--raised)",
        "borderColor": "var(--line)",
        "textStyle": {"color": "var(--text)", "fontSize": 13, "fontFamily": _FACES},
        "axisPointer": {"type": "line", "lineStyle": {"color": "var(--control)"}},
    },
}
_STILL = {"emphasis": {"disabled": True}}
"""Lifting a colour on hover needs a figure; a token is none."""


def trend(days: Sequence[Day], words: Words) -> None:
    """Conversations and satisfaction, day by day."""
    opened = {
        "type": "bar",
        "name": words("reports.opened"),
        "data": [day.opened for day in days],
        "color": "var(--info)",
        "barMaxWidth": 22,
        "itemStyle": {"color": "var(--info)", "opacity": 0.32, "borderRadius": [4, 4, 0, 0]},
        **_STILL,
    }
    series: list[dict[str, Any]] = [
        opened,
        _line(words("reports.handed_over"), [day.handed_over for day in days], "var(--gold)"),
        _line(words("reports.closed"), [day.closed for day in days], "var(--bean)"),
    ]
    means = [round(day.csat_sum / day.csat_count, 1) if day.csat_count else None for day in days]
    stars = _line(words("reports.csat_mean"), means, "var(--text)")
    stars |= {
        "yAxisIndex": 1,
        "lineStyle": {"type": "dotted", "width": 2, "color": "var(--text)"},
    }
    stars |= {"connectNulls": True}
    axis = _axis("category", [day.day[5:] for day in days])
    _chart(
        {
            "grid": {"left": 40, "right": 40, "top": 44, "bottom": 28},
            "legend": {
                "top": 0,
                "left": 0,
                "itemGap": 18,
                "itemWidth": 18,
                "itemHeight": 10,
                "textStyle": {**_TEXT, "color": "var(--text)"},
                "inactiveColor": "var(--control)",
            },
            "xAxis": axis,
            "yAxis": [
                _axis("value") | {"minInterval": 1},
                _axis("value") | {"min": 1, "max": 5, "interval": 1, "splitLine": {"show": False}},
            ],
            "series": [*series, stars],
        },
        words("reports.days"),
        "chart-trend",
        280,
    )


def columns(pairs: Sequence[tuple[str, int]], title: str, name: str, colour: str) -> None:
    """How often each of a few, side by side."""
    _chart(
        {
            "grid": {"left": 36, "right": 8, "top": 24, "bottom": 28},
            "xAxis": _axis("category", [label for label, _ in pairs]),
            "yAxis": _axis("value") | {"minInterval": 1},
            "series": [_bar([count for _, count in pairs], colour, "top", [5, 5, 0, 0])],
        },
        f"{title}: " + ", ".join(f"{label} {count}" for label, count in pairs),
        name,
        220,
    )


def lying(pairs: Sequence[tuple[str, int]], title: str, name: str, colour: str) -> None:
    """How often each of several with longer names, the most frequent at the top."""
    turned = list(reversed(pairs))
    _chart(
        {
            "grid": {"left": 8, "right": 36, "top": 4, "bottom": 4, "containLabel": True},
            "xAxis": _axis("value") | {"show": False},
            "yAxis": _axis("category", [label for label, _ in turned])
            | {"axisLine": {"show": False}},
            "series": [_bar([count for _, count in turned], colour, "right", [0, 5, 5, 0])],
        },
        f"{title}: " + ", ".join(f"{label} {count}" for label, count in pairs),
        name,
        max(120, min(220, 40 * len(pairs) + 16)),
    )


def _chart(options: dict[str, Any], said: str, name: str, height: int) -> None:
    made = ui.echart({**_BASE, **options}, renderer="svg").style(f"height:{height}px;width:100%")
    made.props["role"] = "img"
    made.props["aria-label"] = said
    made.props["data-name"] = name


def _axis(kind: str, names: Sequence[str] | None = None) -> dict[str, Any]:
    made: dict[str, Any] = {
        "type": kind,
        "axisLabel": {**_TEXT, "hideOverlap": True},
        "axisTick": {"show": False},
        "axisLine": {"show": kind == "category", "lineStyle": {"color": "var(--line)"}},
        "splitLine": {"show": kind == "value", "lineStyle": {"color": "var(--line)"}},
    }
    if names is not None:
        made["data"] = list(names)
    return made


def _line(name: str, values: Sequence[float | None], colour: str) -> dict[str, Any]:
    return {
        "type": "line",
        "name": name,
        "data": list(values),
        "color": colour,
        "symbol": "circle",
        "symbolSize": 6,
        "showSymbol": len(values) <= 31,
        "lineStyle": {"width": 2, "color": colour},
        "itemStyle": {"color": colour},
        **_STILL,
    }


def _bar(values: Sequence[int], colour: str, where: str, radius: list[int]) -> dict[str, Any]:
    return {
        "type": "bar",
        "data": list(values),
        "color": colour,
        "barMaxWidth": 34,
        "itemStyle": {"color": colour, "borderRadius": radius},
        "label": {"show": True, "position": where, **_TEXT, "color": "var(--text)"},
        **_STILL,
    }
