"""When a plan pays: the first day, how often, until when; the next days are marked."""

from __future__ import annotations

import datetime as dt
from typing import cast

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLayout, QWidget

from app.desktop.components.pay_faces import Face
from app.desktop.people.words import day_words, schedule_words
from app.desktop.theme.tokens import Space
from app.desktop.widgets.buttons import Button
from app.desktop.widgets.labels import Label, Paragraph
from app.desktop.widgets.month_grid import MonthGrid
from app.desktop.widgets.segmented import Segmented
from app.desktop.widgets.stepper import Stepper
from app.wallet.people.calendar import Schedule, Unit

UNITS: tuple[Unit, ...] = ("once", "day", "week", "month", "year")
_PREVIEW = 4
_MARKED = 400


class ScheduleFace(Face):
    """Chooses a :class:`Schedule`; ``chosen`` carries it."""

    chosen = Signal(object)
    back = Signal()

    def __init__(self, today: dt.date, schedule: Schedule | None = None) -> None:
        """Begin with tomorrow and every month, or with what was chosen before."""
        super().__init__("TransferSchedule")
        tomorrow = today + dt.timedelta(days=1)
        start = schedule or Schedule(tomorrow)
        self.title = Paragraph("", "lead")
        self.unit = Segmented("PlanUnit", UNITS)
        self.unit.choose(start.unit)
        self.every = Stepper("PlanEvery", 1, 99, start.every)
        self.every_words = Label("", "small")
        self.ends = Segmented("PlanEnds", ("open", "times"))
        self.ends.choose("open" if start.times is None else "times")
        self.times = Stepper("PlanTimes", 2, 999, start.times or 12)
        self.times_words = Label("", "small")
        self.grid = MonthGrid("PlanDay", start.first_on, tomorrow)
        self.told = Paragraph("", "strong")
        self.next = Paragraph("", "muted")
        self.go = Button("", "primary", "PlanNext", large=True)
        self.leave = Button("", "quiet", "PlanBack")
        self.column.setSpacing(Space.M)
        self.column.addWidget(self.title)
        self.column.addWidget(self.unit, 0, Qt.AlignmentFlag.AlignLeft)
        self.rhythm = _line(self.column, self.every_words, self.every)
        self.ending = _line(self.column, self.ends, self.times, self.times_words)
        self.column.addWidget(self.grid)
        self.column.addWidget(self.told)
        self.column.addWidget(self.next)
        self.column.addWidget(self.error)
        self.column.addWidget(self.go)
        self.column.addWidget(self.leave, 0, Qt.AlignmentFlag.AlignHCenter)
        for signal in (
            self.unit.chosen,
            self.ends.chosen,
            self.every.changed,
            self.times.changed,
            self.grid.chosen,
        ):
            signal.connect(lambda *_: self.retranslate())
        self.go.clicked.connect(lambda: self.chosen.emit(self.schedule()))
        self.leave.clicked.connect(self.back)
        self.retranslate()

    def schedule(self) -> Schedule:
        """What is chosen now."""
        unit = cast("Unit", self.unit.key())
        once = unit == "once"
        times = self.times.value if self.ends.key() == "times" and not once else None
        return Schedule(self.grid.day, unit, 1 if once else self.every.value, times)

    def retranslate(self) -> None:
        """Labels, the sentence, and the marked days."""
        schedule = self.schedule()
        once = schedule.unit == "once"
        self.title.set_text(self.tr("When is it paid?"))
        self.unit.set_words(
            {
                "once": self.tr("Once"),
                "day": self.tr("Daily"),
                "week": self.tr("Weekly"),
                "month": self.tr("Monthly"),
                "year": self.tr("Yearly"),
            }
        )
        self.every_words.setText(
            {
                "once": "",
                "day": self.tr("Days from one payment to the next"),
                "week": self.tr("Weeks from one payment to the next"),
                "month": self.tr("Months from one payment to the next"),
                "year": self.tr("Years from one payment to the next"),
            }[schedule.unit]
        )
        self.every.set_words(self.every_words.text())
        self.ends.set_words({"open": self.tr("Until I stop it"), "times": self.tr("So often")})
        self.times_words.setText(self.tr("times", "so many times"))
        self.times.set_words(self.tr("Payments"))
        self.rhythm.setVisible(not once)
        self.ending.setVisible(not once)
        self.times.setVisible(schedule.times is not None)
        self.times_words.setVisible(schedule.times is not None)
        days = schedule.next_days(_MARKED)
        coming = [day_words(day) for day in days[:_PREVIEW]]
        self.grid.mark(days, " · ".join(coming))
        self.told.set_text(schedule_words(schedule))
        self.next.set_text(
            "" if once else self.tr("The next days: {days}").format(days=" · ".join(coming))
        )
        self.next.setVisible(not once)
        self.go.setText(self.tr("Continue"))
        self.leave.setText(self.tr("Back"))
        self.resized.emit()

    def take_focus(self) -> None:
        """On the days: arrows choose."""
        self.grid.days.setFocus(Qt.FocusReason.TabFocusReason)


def _line(column: QLayout, *widgets: QWidget) -> QWidget:
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(Space.M)
    for widget in widgets:
        row.addWidget(widget)
    row.addStretch(1)
    column.addWidget(holder)
    return holder
