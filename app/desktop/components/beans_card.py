"""K-Beans on Home: how many, and which expire next."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QDate, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from app.desktop.components.when import date_words, moment, rest_words
from app.desktop.theme.tokens import Space
from app.desktop.widgets.amounts import AmountLabel, count_text
from app.desktop.widgets.base import Live, clear
from app.desktop.widgets.buttons import Button
from app.desktop.widgets.icon_label import IconLabel
from app.desktop.widgets.labels import Figures, Label, Paragraph
from app.desktop.widgets.surfaces import Card
from app.protocol.messages.payments import PointsSummary

WARN_DAYS = 30
_LATER = 3


class BeansCard(Live, Card):
    """The K-Bean balance with the next expiry in words."""

    opened = Signal()

    def __init__(self, parent: QWidget | None = None, *, link: bool = True) -> None:
        """Make it; ``link`` adds the way to the K-Beans room."""
        super().__init__(parent, spacing=Space.S)
        self.setObjectName("BeansCard")
        self._points: PointsSummary | None = None
        self.title = Label("", "body-muted")
        self.count = AmountLabel("BeansCount", size=32)
        self.next = Paragraph("", "muted")
        self.more = Button("", "quiet", "HomeBeans")
        self.more.clicked.connect(self.opened)
        self.more.setVisible(link)
        head = QHBoxLayout()
        head.setSpacing(Space.S)
        head.addWidget(IconLabel("leaf", "gold_text", ground="gold_wash", disc=36))
        head.addWidget(self.title)
        head.addStretch(1)
        head.addWidget(self.more)
        self.body.addLayout(head)
        self.body.addWidget(self.count)
        self.body.addWidget(self.next)
        self.later = QGridLayout()
        self.later.setHorizontalSpacing(Space.L)
        self.later.setVerticalSpacing(Space.XS)
        self.later.setColumnStretch(0, 1)
        self.body.addSpacing(Space.XS)
        self.body.addLayout(self.later)
        self.body.addStretch(1)
        self.retranslate()

    def show_points(self, points: PointsSummary | None) -> None:
        """Draw what is known."""
        self._points = points
        self.retranslate()

    def retranslate(self) -> None:
        """Words and figures."""
        self.title.setText(self.tr("K-Beans"))
        self.count.show_count(self._points.balance if self._points else None, ink="gold_text")
        self.more.setText(self.tr("See all"))
        text, soon = next_expiry(self._points)
        self.next.set_text(text or self.tr("You earn K-Beans when you pay."))
        self.next.set_tone("warning" if soon else "muted")
        clear(self.later)
        for row, (day, count) in enumerate(_following(self._points)):
            self.later.addWidget(Label(date_words(day), "muted"), row, 0)
            self.later.addWidget(Figures(count_text(count), "small", "gold"), row, 1)


def _following(points: PointsSummary | None) -> list[tuple[int, int]]:
    """(moment, K-Beans) of the days on which something expires after the first one."""
    days: dict[str, tuple[int, int]] = {}
    for lot in points.lots if points else ():
        if lot.remaining > 0:
            key = moment(lot.expires_at).toString("yyyy-MM-dd")
            _, count = days.get(key, (0, 0))
            days[key] = (lot.expires_at, count + lot.remaining)
    return list(days.values())[1 : _LATER + 1]


def next_expiry(points: PointsSummary | None) -> tuple[str, bool]:
    """A sentence on the lot that expires first, and whether that is within 30 days."""
    if points is None:
        return "", False
    lot = next((lot for lot in points.lots if lot.remaining > 0), None)
    if lot is None:
        return "", False
    days = QDate.currentDate().daysTo(moment(lot.expires_at).date())
    if days <= WARN_DAYS:
        words = QCoreApplication.translate("Beans", "{count} expire {when}")
        return words.format(count=count_text(lot.remaining), when=rest_words(days)), True
    words = QCoreApplication.translate("Beans", "{count} expire on {day}")
    return words.format(count=count_text(lot.remaining), day=date_words(lot.expires_at)), False
