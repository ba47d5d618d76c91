"""My own limits: per payment, per day, small codes; what today used of them (design/1 M11)."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.desktop.operations import Operation
from app.desktop.support_panel.helpdesk import Ask, Given, Helpdesk
from app.desktop.theme.manager import colours
from app.desktop.theme.tokens import Space
from app.desktop.watch import Watch
from app.desktop.widgets.amounts import amount_text
from app.desktop.widgets.base import Live
from app.desktop.widgets.buttons import Button
from app.desktop.widgets.fields import Field
from app.desktop.widgets.labels import Label, Paragraph
from app.desktop.widgets.notes import Banner
from app.desktop.widgets.surfaces import Card
from app.desktop.words import explain
from app.protocol.errors import KBeanError
from app.protocol.messages.limits import Limits, LimitsRequest
from app.protocol.money import parse_typed
from app.wallet.session import WalletSession

NAMES = ("per_payment", "per_day", "small_each", "small_day")


class UseBar(QWidget):
    """How much of a limit today has used; the words beside it carry the figures."""

    def __init__(self, name: str) -> None:
        """Make it empty."""
        super().__init__()
        self.setObjectName(name)
        self._part = 0.0
        self.setFixedHeight(8)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_use(self, used: int, limit: int | None) -> None:
        """Fill it."""
        self._part = min(1.0, used / limit) if limit else 0.0
        self.update()

    def sizeHint(self) -> QSize:
        """Qt: as wide as there is room."""
        return QSize(200, 8)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: a ground and a filled part."""
        del event
        palette = colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(palette.line))
        painter.drawRoundedRect(QRectF(self.rect()), 4, 4)
        if self._part > 0:
            painter.setBrush(QColor(palette.warning if self._part >= 0.8 else palette.bean))
            width = max(8.0, self.width() * self._part)
            painter.drawRoundedRect(QRectF(0, 0, width, self.height()), 4, 4)


class LimitsCard(Live, Card):
    """Four limits; an empty field is none of one's own. Looser ones ask for the passphrase."""

    def __init__(self, session: WalletSession, desk: Helpdesk) -> None:
        """Draw them as last seen."""
        super().__init__(spacing=Space.M)
        self.setObjectName("LimitsCard")
        self._session = session
        self._desk = desk
        self._drawn: Limits | None = None
        self.title = Label("", "lead")
        self.text = Paragraph("", "muted")
        self.today = Paragraph("", "small")
        self.today_bar = UseBar("LimitsTodayBar")
        self.small = Paragraph("", "small")
        self.small_bar = UseBar("LimitsSmallBar")
        self.fields = {name: Field(f"Limit_{name}") for name in NAMES}
        self.save = Button("", "primary", "LimitsSave")
        self.error = Banner("LimitsError", "warning")
        self.error.hide()
        self._build()
        Watch(session.observe, self._heard, self)
        self.retranslate()

    def _build(self) -> None:
        bars = QGridLayout()
        bars.setHorizontalSpacing(Space.XL)
        bars.setVerticalSpacing(Space.XS)
        for column, (words, bar) in enumerate(
            ((self.today, self.today_bar), (self.small, self.small_bar))
        ):
            bars.addWidget(words, 0, column)
            bars.addWidget(bar, 1, column)
            bars.setColumnStretch(column, 1)
        grid = QGridLayout()
        grid.setHorizontalSpacing(Space.XL)
        grid.setVerticalSpacing(Space.M)
        for number, name in enumerate(NAMES):
            field = self.fields[name]
            field.edit.setMaxLength(24)
            field.edited.connect(lambda _: self.error.hide())
            field.submitted.connect(self._save)
            grid.addWidget(field, number // 2, number % 2, Qt.AlignmentFlag.AlignTop)
        row = QHBoxLayout()
        row.addWidget(self.save)
        row.addStretch(1)
        column_of = QVBoxLayout()
        column_of.setSpacing(Space.M)
        self.body.addWidget(self.title)
        self.body.addWidget(self.text)
        self.body.addLayout(bars)
        self.body.addLayout(grid)
        self.body.addWidget(self.error)
        self.body.addLayout(row)
        self.save.clicked.connect(self._save)

    # --- drawing

    def _heard(self, topics: frozenset[str]) -> None:
        if topics & {"limits", "lock"} and self._session.people.state.limits != self._drawn:
            self.retranslate()

    def retranslate(self) -> None:
        """Words, figures and what stands in the fields."""
        limits = self._session.people.state.limits
        self.title.setText(self.tr("My limits"))
        self.text.set_text(
            self.tr(
                "For the case that somebody else gets hold of your wallet. Lower ones count at "
                "once; for higher ones your passphrase is asked for."
            )
        )
        self.save.setText(self.tr("Save the limits"))
        self.save.setEnabled(limits is not None)
        if limits is not None:
            self._draw_use(limits)
        self._label_fields(limits)
        if limits is not None and limits != self._drawn:
            for name in NAMES:
                value = getattr(limits, name)
                text = "" if value is None else amount_text(value, limits.currency)
                self.fields[name].set_text(text)
        self._drawn = limits

    def _draw_use(self, limits: Limits) -> None:
        currency = limits.currency
        spent = amount_text(limits.spent_today, currency)
        if limits.per_day is None:
            told = self.tr("Spent today: {spent}").format(spent=spent)
        else:
            told = self.tr("Spent today: {spent} of {limit}").format(
                spent=spent, limit=amount_text(limits.per_day, currency)
            )
        self.today.set_text(told)
        self.today_bar.show_use(limits.spent_today, limits.per_day)
        self.today_bar.setAccessibleName(told)
        line = limits.operator_small_day if limits.small_day is None else limits.small_day
        told = self.tr("By shown codes without a question: {spent} of {limit}").format(
            spent=amount_text(limits.small_today, currency), limit=amount_text(line, currency)
        )
        self.small.set_text(told)
        self.small_bar.show_use(limits.small_today, line)
        self.small_bar.setAccessibleName(told)

    def _label_fields(self, limits: Limits | None) -> None:
        none = self.tr("No limit of your own")
        currency = limits.currency if limits else "CNY"
        each = amount_text(limits.operator_small_each, currency) if limits else ""
        day = amount_text(limits.operator_small_day, currency) if limits else ""
        fields = self.fields
        fields["per_payment"].set_words(self.tr("Each payment at most"), "", none)
        fields["per_day"].set_words(self.tr("Each day at most"), "", none)
        fields["small_each"].set_words(
            self.tr("Shown code: paid without a question up to"),
            self.tr("At most {amount}; 0 asks each time.").format(amount=each),
            each,
        )
        fields["small_day"].set_words(
            self.tr("Shown code: without a question each day"),
            self.tr("At most {amount}.").format(amount=day),
            day,
        )

    # --- doing

    def _wanted(self) -> LimitsRequest | None:
        limits = self._session.people.state.limits
        if limits is None:
            return None
        values: dict[str, int | None] = {}
        for name in NAMES:
            text = self.fields[name].text().strip()
            try:
                values[name] = _minor(text, limits.currency)
            except KBeanError as error:
                self.fields[name].show_error(explain(error).line())
                return None
        return LimitsRequest(
            currency=limits.currency,
            per_payment=values["per_payment"],
            per_day=values["per_day"],
            small_each=values["small_each"],
            small_day=values["small_day"],
        )

    def _save(self) -> None:
        wanted = self._wanted()
        if wanted is not None:
            self._send(wanted)

    def _send(self, wanted: LimitsRequest) -> None:
        self.save.setEnabled(False)

        def failed(error: Exception) -> None:
            self.save.setEnabled(True)
            if isinstance(error, KBeanError) and error.code == "step_up_needed":
                self._prove(wanted)
                return
            sentence = explain(error)
            self.error.set_words(sentence.title, sentence.action)
            self.error.show()

        Operation(self, partial(self._session.people.set_limits, wanted)).on_success(
            lambda _: self._saved()
        ).on_failure(failed).start()

    def _prove(self, wanted: LimitsRequest) -> None:
        """Looser than before: the passphrase, on the sheet."""
        ask = Ask(
            self.tr("Loosen your limits"),
            self.tr("More can be paid from then on without being asked."),
            self.tr("Save the limits"),
            passphrase=True,
        )

        async def work(given: Given) -> object:
            request = LimitsRequest(
                wanted.currency,
                wanted.per_payment,
                wanted.per_day,
                wanted.small_each,
                wanted.small_day,
                given.passphrase,
            )
            return await self._session.people.set_limits(request)

        self._desk.prove(ask, work)

    def _saved(self) -> None:
        self.save.setEnabled(True)
        self.error.hide()
        self._desk.said.emit(self.tr("Your limits are saved"))


def _minor(text: str, currency: str) -> int | None:
    """A limit as typed: nothing is none, a zero is a limit too."""
    if not text:
        return None
    if text.strip("¥0.,元 ") == "":
        return 0
    return parse_typed(text, currency).minor
