"""How support did: rates, times, targets, satisfaction, quality; as charts, as a table, as CSV."""

from __future__ import annotations

from nicegui import ui
from nicegui.element import Element

from app.desk import kit
from app.desk.components import charts
from app.desk.figures import (
    CRITERIA,
    METRICS,
    NONE,
    RATES,
    Table,
    every_day,
    mean_stars,
    rate_words,
    reasons,
    seconds_words,
    tables,
)
from app.desk.sessions import DeskSession
from app.desk.surveying import day_end, day_of, day_start, days_from
from app.desk.when import now_ms
from app.protocol.errors import KBeanError
from app.protocol.messages.cases import Measured, Report

SPANS = {"7": 7, "30": 30, "90": 90}
FIRST = "30"
_RATE_SIGNS = {"contained": "smart_toy", "abandoned": "logout", "resolved": "task_alt",
               "reopened": "replay"}  # fmt: skip


async def build(session: DeskSession) -> None:
    """Fill the page."""
    since, until = span_of(session, SPANS[FIRST])
    ReportsPage(session, await session.client.casework.report(since, until))


def span_of(session: DeskSession, days: int) -> tuple[int, int]:
    """So many whole days, today the last of them; Unix milliseconds [since, until)."""
    today = day_of(now_ms(), session.zone)
    return day_start(days_from(today, 1 - days), session.zone), day_end(today, session.zone)


class ReportsPage:
    """The page and what it knows."""

    def __init__(self, session: DeskSession, report: Report) -> None:
        """Draw it from a first answer."""
        self._session = session
        self._report = report
        self._as = "charts"
        words = session.words
        with kit.box("page") as self._box, kit.box("page-inner"):
            with kit.box("line apart wrap"):
                kit.heading(words("room.reports"), words("reports.lead"))
                with kit.box("line wrap"):
                    ways = {"charts": words("reports.charts"), "table": words("reports.table")}
                    kit.segmented(ways, "charts", self._see, label=words("reports.how"))
                    self._csv = kit.box("btn small", "a")
                    self._csv.props["download"] = True
                    self._csv.props["data-name"] = "csv"
                    with self._csv:
                        kit.icon("download")
                        kit.text(words("reports.csv"), tag="span")
            self._spans()
            self._body = kit.box("stack")
            self._body.style("gap:16px")
        self._draw()

    # --- the span

    def _spans(self) -> None:
        session, words = self._session, self._session.words
        with kit.box("line wrap"):
            options = {key: words("reports.last", count=days) for key, days in SPANS.items()}
            options["own"] = words("reports.own")
            kit.segmented(options, FIRST, self._choose, label=words("reports.span"))
            with kit.box("line wrap") as self._own:
                today = day_of(now_ms(), session.zone)
                first = days_from(today, -29)
                self._from = self._day("from", first)
                self._to = self._day("to", today)
                kit.button(
                    words("reports.show"), self._show_own, kind="primary", name="show-span",
                    classes="small",
                )  # fmt: skip
        self._own.set_visibility(False)

    def _day(self, name: str, value: str) -> ui.input:
        words = self._session.words
        with kit.box("line"):
            kit.text(words(f"reports.{name}"), "small", "span")
            made = ui.input(value=value).props("outlined dense type=date")
            made.props["aria-label"] = words(f"reports.{name}")
            made.props["data-name"] = f"day-{name}"
        return made

    async def _choose(self, span: str) -> None:
        self._own.set_visibility(span == "own")
        if span != "own":
            await self._load(*span_of(self._session, SPANS[span]))

    async def _show_own(self) -> None:
        zone = self._session.zone
        try:
            since, until = day_start(self._from.value, zone), day_end(self._to.value, zone)
        except (ValueError, TypeError):
            await kit.failed(self._session, KBeanError("validation_failed"))
            return
        await self._load(since, until)

    async def _load(self, since: int, until: int) -> None:
        report = await kit.guarded(self._session)(self._session.client.casework.report)(
            since, until
        )
        if report is not None and not self._box.is_deleted:
            self._report = report
            self._draw()

    # --- drawing

    def _see(self, way: str) -> None:
        self._as = way
        self._draw()

    def _draw(self) -> None:
        report = self._report
        self._csv.props["href"] = f"/reports.csv?since={report.since}&until={report.until}"
        self._csv.update()
        self._body.clear()
        with self._body:
            if self._as == "table":
                for table in tables(report, self._session.words, self._session.zone):
                    self._table(table)
            elif not report.cycles and not report.sla and not report.quality:
                words = self._session.words
                with kit.box("card"):
                    kit.empty("monitoring", words("reports.empty"), words("reports.empty.text"))
            else:
                self._charts()

    def _table(self, table: Table) -> None:
        words = self._session.words
        with kit.box("card", "section") as card:
            card.props["data-name"] = f"table-{table.name}"
            with kit.box("card-head"):
                kit.text(words(f"reports.{table.name}"), "card-title", "h2")
            if not table.rows:
                kit.text(words("reports.nothing"), "nothing small muted")
                return
            with kit.box("table", "table"):
                with kit.box("", "thead"), kit.box("", "tr"):
                    for at, column in enumerate(table.head):
                        kit.text(column, "end" if at else "", "th")
                with kit.box("", "tbody"):
                    for row in table.rows:
                        with kit.box("", "tr"):
                            for at, value in enumerate(row):
                                kit.text(value, "end figures" if at else "", "td")

    def _charts(self) -> None:
        report, words = self._report, self._session.words
        with kit.box("tiles"):
            self._tile("forum", words("reports.cycles"), str(report.cycles), words(
                "reports.handed_count", count=report.handed_over), "cycles")  # fmt: skip
            for name in RATES:
                rate = rate_words(getattr(report, f"{name}_rate"))
                count = words("reports.of_count", count=getattr(report, name))
                self._tile(_RATE_SIGNS[name], words(f"reports.{name}"), rate, count, name)
        with kit.box("chart-columns"):
            self._times("first_response", report.first_response)
            self._times("resolution", report.resolution)
        with self._card("days"):
            charts.trend(every_day(report, self._session.zone), words)
        with kit.box("chart-columns"):
            with self._card("csat", self._stars()):
                pairs = [("★" * star, report.csat[star - 1]) for star in range(1, 6)]
                charts.columns(pairs, words("reports.csat"), "chart-csat", "var(--gold)")
            with self._card("reasons"):
                found = reasons(report, words)
                if found:
                    charts.lying(found, words("reports.reasons"), "chart-reasons", "var(--info)")
                else:
                    kit.text(words("reports.nothing"), "small muted")
            self._sla()
            self._quality()

    def _card(self, name: str, aside: str = "") -> Element:
        card = kit.box("card pad stack", "section")
        card.props["data-name"] = f"part-{name}"
        with card, kit.box("line apart"):
            kit.text(self._session.words(f"reports.{name}"), "card-title", "h2")
            if aside:
                kit.chip(aside, "gold", "star")
        return card

    def _stars(self) -> str:
        mean = mean_stars(self._report.csat)
        answers = sum(self._report.csat)
        words = self._session.words
        return words("reports.csat_of", mean=f"{mean:.1f}", count=answers) if mean else ""

    def _tile(self, sign: str, label: str, figure: str, below: str, name: str) -> None:
        with kit.box("card pad tile", "section") as tile:
            tile.props["data-name"] = f"tile-{name}"
            with kit.box("line"):
                kit.icon(sign, "muted")
                kit.text(label, "small clip", "h2")
            kit.text(figure, "page-title figures")
            kit.text(below, "caption figures")

    def _times(self, name: str, measured: Measured) -> None:
        words = self._session.words
        with kit.box("card pad stack", "section") as card:
            card.props["data-name"] = f"part-{name}"
            with kit.box("line apart"):
                kit.text(words(f"metric.{name}"), "card-title", "h2")
                said = words("reports.of_count", count=measured.service.count)
                kit.text(said, "caption figures")
            with kit.box("times"):
                for kind, spans in (("service", measured.service), ("wall", measured.wall)):
                    for part, seconds in (("p50", spans.p50), ("p90", spans.p90)):
                        with kit.box("stack tight"):
                            figure = seconds_words(seconds, words)
                            kit.text(figure, "talk-name figures")
                            kit.text(words(f"reports.{kind}_{part}"), "caption")

    def _sla(self) -> None:
        report, words = self._report, self._session.words
        with self._card("sla"):
            found = [(metric, *report.sla[metric]) for metric in METRICS if metric in report.sla]
            if not found:
                kit.text(words("reports.nothing"), "small muted")
                return
            self._bars(
                [
                    (
                        words(f"metric.{metric}"),
                        kept / max(1, whole),
                        words("reports.kept_of", kept=kept, whole=whole),
                    )
                    for metric, kept, whole in found
                ]
            )

    def _quality(self) -> None:
        report, words = self._report, self._session.words
        with self._card("quality"):
            found = [(name, report.quality[name]) for name in CRITERIA if name in report.quality]
            if not found:
                kit.text(words("reports.nothing"), "small muted")
                return
            self._bars(
                [
                    (words(f"criterion.{name}"), mean / 400, f"{mean / 100:.2f}")
                    for name, mean in found
                ]
            )

    def _bars(self, lines: list[tuple[str, float, str]]) -> None:
        with kit.box("bars", "dl"):
            for label, share, said in lines:
                kit.text(label, "small clip", "dt")
                with kit.box("", "dd"):
                    with kit.box("bar") as bar:
                        bar.props["aria-hidden"] = "true"
                        kit.box().style(f"width:{100 * share:.0f}%")
                    kit.text(said or NONE, "small figures", "span")
