"""Away from the desk: leave a message with a promised time, or choose when to be called."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QSizePolicy, QToolButton

from app.desktop.components.when import moment, now_ms, time_words
from app.desktop.operations import Operation
from app.desktop.support_panel.helpdesk import Helpdesk
from app.desktop.support_panel.subpage import SubPage
from app.desktop.support_panel.words import at_words, hours_words, next_opening
from app.desktop.theme.tokens import Size, Space
from app.desktop.widgets.base import clear
from app.desktop.widgets.busy import Skeleton
from app.desktop.widgets.buttons import Button
from app.desktop.widgets.fields import Field
from app.desktop.widgets.labels import Label, Paragraph
from app.desktop.widgets.notes import Banner
from app.desktop.words import explain
from app.protocol.messages.support import Slot, SupportInfo
from app.protocol.spacing import filled
from app.wallet.support.views import ChatState

_DAYS = 3
_SLOTS = 6


class AwayPage(SubPage):
    """Nobody is here now: what one can do all the same. ``message`` leaves a message."""

    message = Signal()
    callback = Signal()

    def __init__(self) -> None:
        """Make it; :meth:`show_state` fills it."""
        super().__init__("AwayPage")
        self._info: SupportInfo | None = None
        self.lead = Paragraph("", "lead")
        self.text = Paragraph("", "body-muted")
        self.leave_message = Button(
            "", "primary", "AwayMessage", large=True, icon="envelope-simple"
        )
        self.call = Button("", "secondary", "AwayCallback", large=True, icon="phone-call")
        self.hotline = Label("", "small", selectable=True)
        self.stay = Button("", "quiet", "AwayStay")
        self.leave_message.clicked.connect(self.message)
        self.call.clicked.connect(self.callback)
        self.stay.clicked.connect(self.left)
        for widget in (
            self.lead,
            self.text,
            self.leave_message,
            self.call,
            self.hotline,
            self.stay,
        ):
            self.column.addWidget(widget)
        self.column.addStretch(1)
        self.retranslate()

    def show_state(self, state: ChatState) -> None:
        """Hours and hotline as known now."""
        self._info = state.info
        self.retranslate()

    def retranslate(self) -> None:
        """When somebody is back, and what can be done until then."""
        super().retranslate()
        info = self._info
        self.title.setText(self.tr("Talk to a person"))
        opens = next_opening(info, now_ms()) if info else None
        self.lead.set_text(hours_words(info, now_ms()) or self.tr("No people are here now"))
        self.text.set_text(
            filled(
                self.tr(
                    "Leave a message: the first person who is back reads it and answers here, "
                    "by {time}. Or choose when to be called."
                ),
                time=at_words(opens + 3600_000),
            )
            if opens
            else self.tr("Leave a message: it is answered here. Or choose when to be called.")
        )
        self.leave_message.setText(self.tr("Leave a message"))
        self.call.setText(self.tr("Have somebody call me"))
        self.stay.setText(self.tr("Go on with the assistant"))
        self.hotline.setVisible(bool(info and info.hotline))
        if info and info.hotline:
            self.hotline.setText(self.tr("Hotline: {number}").format(number=info.hotline))


class CallbackForm(SubPage):
    """Choose a time, a number and what it is about. ``booked`` says that it is done."""

    booked = Signal()

    def __init__(self, desk: Helpdesk) -> None:
        """Make it; :meth:`load` asks for the times."""
        super().__init__("CallbackForm")
        self._desk = desk
        self._slots: tuple[Slot, ...] = ()
        self.text = Paragraph("", "body-muted")
        self.waiting = Skeleton(2, row=48)
        self.grid = QGridLayout()
        self.grid.setSpacing(Space.S)
        self.group = QButtonGroup(self)
        self.none = Banner("CallbackNone", "info")
        self.phone = Field("CallbackPhone")
        self.phone.edit.setMaxLength(40)
        self.topic = Field("CallbackTopic")
        self.topic.edit.setMaxLength(200)
        self.error = Paragraph("", "small", "danger")
        self.go = Button("", "primary", "CallbackBook", large=True)
        self.column.addWidget(self.text)
        self.column.addWidget(self.waiting)
        self.column.addLayout(self.grid)
        for widget in (self.none, self.phone, self.topic, self.error, self.go):
            self.column.addWidget(widget)
        self.column.addStretch(1)
        self.none.hide()
        self.error.hide()
        self.go.clicked.connect(self._book)
        self.phone.submitted.connect(self._book)
        self.topic.submitted.connect(self._book)
        self.group.idClicked.connect(lambda _: self.error.hide())
        self.retranslate()

    def retranslate(self) -> None:
        """All words; the times are named anew."""
        super().retranslate()
        self.title.setText(self.tr("Have somebody call me"))
        self.text.set_text(self.tr("Choose when. The number is used for this call only."))
        self.phone.set_words(self.tr("Phone number"))
        self.topic.set_words(self.tr("What it is about"), "", self.tr("A few words, no codes"))
        self.go.setText(self.tr("Book the call"))
        self.none.set_words(
            self.tr("No time is free"), self.tr("Leave a message; it is answered here.")
        )
        self._draw_slots()

    def load(self) -> None:
        """Ask which times are free."""
        self.waiting.show()
        self.none.hide()
        self.error.hide()
        self._slots = ()
        self._draw_slots()
        Operation(self, self._desk.chat.slots).on_success(self._show).on_failure(
            self._failed
        ).replacing("slots").start()

    def _show(self, slots: tuple[Slot, ...]) -> None:
        self.waiting.hide()
        self._slots = slots
        self.none.setVisible(not slots)
        self._draw_slots()

    def _failed(self, error: Exception) -> None:
        self.waiting.hide()
        sentence = explain(error)
        self.error.set_text(sentence.line())
        self.error.show()

    def _draw_slots(self) -> None:
        chosen = self.group.checkedId()
        for button in self.group.buttons():
            self.group.removeButton(button)
        clear(self.grid)
        days: dict[int, list[tuple[int, Slot]]] = {}
        for index, slot in enumerate(self._slots):
            days.setdefault(moment(slot.start).date().toJulianDay(), []).append((index, slot))
        row = 0
        for day in sorted(days)[:_DAYS]:
            first = moment(days[day][0][1].start)
            name = QLocale().toString(first.date(), self.tr("ddd d MMM", "a day to be called on"))
            self.grid.addWidget(Label(name, "muted"), row, 0, 1, 3)
            row += 1
            for place, (index, slot) in enumerate(days[day][:_SLOTS]):
                self.grid.addWidget(self._slot(index, slot, name), row + place // 3, place % 3)
            row += (min(len(days[day]), _SLOTS) + 2) // 3
        if 0 <= chosen < len(self._slots) and (old := self.group.button(chosen)) is not None:
            old.setChecked(True)

    def _slot(self, index: int, slot: Slot, day: str) -> QToolButton:
        button = QToolButton()
        button.setObjectName(f"CallbackSlot_{index}")
        button.setProperty("kind", "choice")
        button.setCheckable(True)
        button.setText(time_words(slot.start))
        words = self.tr("{day} at {time}").format(day=day, time=time_words(slot.start))
        button.setAccessibleName(words)
        button.setFixedHeight(Size.CONTROL)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        self.group.addButton(button, index)
        return button

    def _book(self) -> None:
        index = self.group.checkedId()
        phone = self.phone.text().strip()
        if index < 0:
            self._say(self.tr("Choose a time."))
            return
        if len(phone) < 3:
            self.phone.show_error(self.tr("Enter the number to call."))
            self.phone.edit.setFocus()
            return
        slot, topic, chat = self._slots[index], self.topic.text().strip(), self._desk.chat

        def booked(_: object) -> None:
            self.phone.set_text("")
            self.topic.set_text("")
            self.booked.emit()

        self._desk.run(
            self,
            partial(chat.request_callback, slot.start, phone, topic),
            done=booked,
            failed=lambda sentence: self._say(sentence.line()),
        )

    def _say(self, words: str) -> None:
        self.error.set_text(words)
        self.error.show()
