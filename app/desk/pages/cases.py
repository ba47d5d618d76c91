"""The cases: filtered, live, each with its priority and its clock in words."""

from __future__ import annotations

import dataclasses

from nicegui import events, ui
from nicegui.element import Element

from app.desk import kit
from app.desk.casework import STAGES, TEAMS, stage_words, team_words
from app.desk.components.case_row import CaseRow
from app.desk.components.held_list import HeldList
from app.desk.entries import step
from app.desk.fresh import Fresh
from app.desk.sessions import DeskSession
from app.desk.when import now_ms
from app.protocol.messages.cases import Case, CaseList, Stage

TICK_SECONDS = 15
PAGES_MAX = 20
_ANY = "*"


@dataclasses.dataclass(slots=True)
class Wanted:
    """What somebody wants to see."""

    stage: Stage | None = None
    team: str | None = None
    mine: bool = False
    late: bool = False

    @property
    def all(self) -> bool:
        """Whether nothing is left out but what is closed."""
        return self == Wanted()


async def build(session: DeskSession) -> None:
    """Fill the page."""
    CasesPage(session, await session.client.casework.cases())


class CasesPage:
    """The page and what it knows."""

    def __init__(self, session: DeskSession, first: CaseList) -> None:
        """Draw it from a first answer."""
        self._session = session
        self._words = words = session.words
        self._wanted = Wanted()
        self._cases = list(first.cases)
        self._pages = 1
        self._rows: dict[str, CaseRow] = {}
        self._chosen: str | None = None
        self._toggles: dict[str, Element] = {}
        with kit.box("page") as self._box, kit.box("page-inner wide"):
            with kit.box("line apart wrap"):
                kit.heading(words("room.cases"), words("cases.lead"))
                self._finder()
            with kit.box("card", "section") as section:
                self._filters()
                self._held = HeldList(words, self._redraw)
                self._head()
                self._list = kit.box("case-list")
                self._more = kit.button(words("cases.more"), self._older, kind="quiet", name="more")
            self._held.watch(section)
        self._offer(more=first.more, now=True)
        self._fresh = Fresh(session, self._box, self._refresh, "cases")
        with self._box:
            ui.keyboard(on_key=self._key)
            ui.timer(TICK_SECONDS, self._tick)

    # --- drawing

    def _finder(self) -> None:
        words = self._words
        search = ui.input(placeholder=words("cases.find")).props("outlined dense")
        search.props["aria-label"] = words("cases.find")
        search.props["data-name"] = "find-case"
        search.style("width:230px")

        def go() -> None:
            number = "".join((search.value or "").split()).upper()
            if number:
                ui.navigate.to(f"/cases/{number}")

        search.on("keydown.enter", kit.steady(go), [])

    def _filters(self) -> None:
        words = self._words
        with kit.box("card-head wrap-head"):
            stages = {_ANY: words("cases.not_closed")}
            stages |= {stage: stage_words(stage, words) for stage in STAGES}
            with kit.box("filter"):
                stage = kit.choice(words("cases.stage"), stages, _ANY, name="stage", shown=False)
            stage.on_value_change(lambda event: self._want(stage=_none(event.value)))
            teams = {_ANY: words("cases.any_team")}
            teams |= {team: team_words(team, words) for team in TEAMS}
            with kit.box("filter"):
                team = kit.choice(words("cases.team"), teams, _ANY, name="team", shown=False)
            team.on_value_change(lambda event: self._want(team=_none(event.value)))
            self._toggle("mine", "person")
            self._toggle("late", "alarm")
            kit.box("grow")
            self._count = kit.text("", "caption figures")
            self._count.props["role"] = "status"

    def _toggle(self, name: str, sign: str) -> None:
        async def turn() -> None:
            await self._want(**{name: not getattr(self._wanted, name)})
            on = "true" if getattr(self._wanted, name) else "false"
            self._toggles[name].props["aria-pressed"] = on
            self._toggles[name].update()

        made = kit.button(
            self._words(f"cases.{name}"), turn, sign=sign, name=f"only-{name}", classes="small turn"
        )
        made.props["aria-pressed"] = "false"
        self._toggles[name] = made

    def _head(self) -> None:
        with kit.box("case-row head") as head:
            head.props["aria-hidden"] = "true"
            for name in ("priority", "case", "stage", "clock", "assignee", "changed"):
                kit.text(self._words(f"cases.{name}"), tag="span")

    def _offer(self, *, more: bool, now: bool = False) -> None:
        """Show a new state, unless that would move something under the pointer."""
        if self._held.offer([case.number for case in self._cases], now=now):
            self._redraw()
        else:
            self._tick()
        key = "cases.count_more" if more else "cases.count"
        self._count.text = self._words(key, count=len(self._cases))
        self._more.set_visibility(more)

    def _redraw(self) -> None:
        known = {case.number: case for case in self._cases}
        self._list.clear()
        self._rows.clear()
        with self._list:
            for number in self._held.shown:
                if number in known:
                    self._rows[number] = CaseRow(self._session, known[number], now_ms())
            if not self._rows:
                kind = "none" if self._wanted.all else "filtered"
                sign = "folder_open" if self._wanted.all else "search_off"
                words = self._words
                kit.empty(sign, words(f"cases.empty.{kind}"), words(f"cases.empty.{kind}.text"))
        self._mark()

    def _tick(self) -> None:
        known: dict[str, Case] = {case.number: case for case in self._cases}
        for number, row in self._rows.items():
            row.update(known.get(number), now_ms())

    def _mark(self) -> None:
        for number, row in self._rows.items():
            row.choose(number == self._chosen)

    # --- asking

    async def _ask(self, before: int | None = None) -> CaseList:
        wanted = self._wanted
        return await self._session.client.casework.cases(
            stage=wanted.stage,
            team=wanted.team,
            mine=wanted.mine,
            late=wanted.late,
            before=before,
        )

    async def _load(self, *, now: bool) -> None:
        """As many pages as are shown, from the newest change on."""
        wanted = dataclasses.replace(self._wanted)
        found: dict[str, Case] = {}
        more, before = True, None
        for _ in range(self._pages):
            page = await self._ask(before)
            # One that changed while the pages were asked for stands in two of them.
            for case in page.cases:
                found.setdefault(case.id, case)
            more = page.more
            if not more or not page.cases:
                break
            before = page.cases[-1].updated_at
        if self._box.is_deleted or wanted != self._wanted:
            return
        self._cases = list(found.values())
        self._offer(more=more, now=now)

    async def _refresh(self) -> None:
        await self._load(now=False)

    async def _want(self, **wish: object) -> None:
        for name, value in wish.items():
            setattr(self._wanted, name, value)
        self._pages = 1
        await kit.guarded(self._session)(self._load)(now=True)

    async def _older(self) -> None:
        self._pages = min(self._pages + 1, PAGES_MAX)
        await kit.guarded(self._session)(self._load)(now=True)

    def _key(self, event: events.KeyEventArguments) -> None:
        if not event.action.keydown or event.modifiers.ctrl or event.modifiers.meta:
            return
        key = event.key.name.lower()
        if key in {"j", "k"}:
            self._chosen = step(self._held.shown, self._chosen, 1 if key == "j" else -1)
            self._mark()
        elif key == "enter" and self._chosen in self._rows:
            ui.navigate.to(f"/cases/{self._chosen}")


def _none(value: str) -> str | None:
    return None if value == _ANY else value
