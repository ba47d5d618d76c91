"""The transcript: a window of some hundred rows over a conversation of any length.

Rows are real widgets, so that everything in them can be selected, pressed and read aloud; to stay
fluid only a window of the conversation exists at a time. Scrolling up fetches what is older and
lets go of what is far below; scrolling down the other way round.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QFrame, QScrollArea, QWidget

from app.desktop.operations import Operation
from app.desktop.support_panel.bubble import Row
from app.desktop.support_panel.column import Column
from app.desktop.support_panel.helpdesk import Helpdesk
from app.desktop.theme.tokens import Space
from app.desktop.widgets.base import Live
from app.desktop.widgets.buttons import Button
from app.desktop.words import explain
from app.protocol.spacing import filled
from app.wallet.support.views import Bubble, BubblePage

PAGE = 40
WINDOW = 200
"""Lines that exist as widgets at a time."""
_FLOORS = 5
"""Layouts inside one another, from a label in a card to the scroll area."""
_NEAR = 80
"""Pixels from an end at which the next page is fetched."""


class Transcript(Live, QScrollArea):
    """One conversation. ``seen`` carries the newest line the person has had before their eyes."""

    seen = Signal(int)
    failed = Signal(object)
    filled = Signal(bool)

    def __init__(self, desk: Helpdesk, parent: QWidget | None = None) -> None:
        """Make it empty."""
        super().__init__(parent)
        self.setObjectName("Transcript")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._desk = desk
        self.conv: str | None = None
        self.bubbles: list[Bubble] = []
        self._older: int | None = None
        self._newer = False
        self._bottom = True
        self._hold: int | None = None
        self._asking = self._again = False
        self._below = 0
        self._told = 0
        self._build()
        self.retranslate()

    def _build(self) -> None:
        inside = self.column = Column(self._desk)
        self.typing = inside.typing
        self.setWidget(inside)
        self.viewport().setAutoFillBackground(False)
        inside.setAutoFillBackground(False)
        self.jump = Button("", "secondary", "TranscriptJump", self, icon="arrow-down")
        self.jump.hide()
        self.jump.clicked.connect(self.to_newest)
        bar = self.verticalScrollBar()
        bar.valueChanged.connect(self._scrolled)
        bar.rangeChanged.connect(self._range_changed)
        inside.installEventFilter(self)

    def retranslate(self) -> None:
        """Its name, and the way down."""
        self.setAccessibleName(self.tr("Conversation"))
        self._show_jump()

    # --- what is shown

    def show_conversation(self, conv: str | None) -> None:
        """Show a conversation from its newest line; None shows nothing."""
        if conv == self.conv:
            return
        self.conv = conv
        self._forget()
        if conv is not None:
            self.refresh()

    def follow(self, conv: str | None) -> None:
        """Show the current conversation; one begun offline keeps its rows under its real id."""
        if self.conv is not None and conv is not None and conv != self.conv:
            theirs = {bubble.conv for bubble in self.bubbles}
            if theirs and theirs == {conv}:
                self.conv = conv
                return
        self.show_conversation(conv)

    def show_around(self, conv: str, seq: int, key: str) -> None:
        """Show a conversation around a line that a search found."""
        self.conv = conv
        self._forget()
        self._bottom = False
        self._newer = True

        def show(page: BubblePage) -> None:
            self._older = page.older
            self._set(list(page.bubbles))
            self._soon(lambda: self._go_to(self.column.rows.get(key)))

        chat = self._desk.chat
        work = partial(chat.page, conv, before=seq + 1 + PAGE // 2, limit=PAGE)
        Operation(self, work).on_success(show).on_failure(self.failed.emit).replacing(
            "page"
        ).start()

    def _soon(self, action: Callable[[], object]) -> None:
        """In the next turn of the loop, while this lives: a lambda, see ``Operation.start``."""
        QTimer.singleShot(0, self, lambda: action())  # noqa: PLW0108 - a bound method would dangle

    def _forget(self) -> None:
        self._bottom, self._newer, self._older = True, False, None
        self._below = self._told = 0
        self._asking = self._again = False
        self._set([])

    def refresh(self) -> None:
        """The transcript changed: read the newest lines again, once for many changes."""
        conv = self.conv
        if conv is None or self._newer:
            return
        if self._asking:
            self._again = True
            return
        self._asking = True
        known = len([bubble for bubble in self.bubbles if bubble.seq is not None])
        limit = max(PAGE, min(known + 10, 200))
        Operation(self, partial(self._desk.chat.page, conv, limit=limit)).on_success(
            partial(self._refreshed, conv)
        ).on_failure(self._not_read).start()

    def _refreshed(self, asked: str, page: BubblePage) -> None:
        self._asking = False
        if asked == self.conv and not self._newer:
            self.conv = page.conv  # begun offline, it has its real id by now
            self._merge(page)
            self._soon(self._fill_up)
        if self._again:
            self._again = False
            self.refresh()

    def _not_read(self, error: Exception) -> None:
        self._asking = self._again = False
        self.failed.emit(explain(error))

    def _merge(self, page: BubblePage) -> None:
        """Take the newest lines over; above them everything stays as it is."""
        fresh = list(page.bubbles)
        first = next((bubble.seq for bubble in fresh if bubble.seq is not None), None)
        kept = [b for b in self.bubbles if b.seq is not None and first and b.seq < first]
        if kept and first is not None and kept[-1].seq != first - 1:
            kept = []
        here = next((b.seq for b in self.bubbles if b.seq is not None), None)
        if not kept:
            self._older = page.older
            if here is not None and first is not None and first < here:
                # More than is shown: what is above would push away what is being read.
                fresh = [b for b in fresh if b.seq is None or b.seq >= here]
                self._older = here
        before = self._last_seq()
        whole = kept + fresh
        if self._bottom and len(whole) > WINDOW:
            whole = whole[-WINDOW:]
            self._older = next((b.seq for b in whole if b.seq is not None), self._older)
        self._set(whole)
        self._count_new(before)

    def _count_new(self, before: int) -> None:
        news = [b for b in self.bubbles if (b.seq or 0) > before and b.sender.kind != "person"]
        if news and before:
            self._announce(news[-1])
        if self._bottom:
            self._see()
        elif before:
            self._below += len([b for b in news if self.column.rows.get(b.key) is not None])
            self._show_jump()

    def _announce(self, bubble: Bubble) -> None:
        """Tell a screen reader what has just been said, without moving the keyboard."""
        row = self.column.rows.get(bubble.key)
        if row is None or not self.isVisible():
            return
        from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent

        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, row.accessibleName()))

    def _last_seq(self) -> int:
        return max((bubble.seq or 0 for bubble in self.bubbles), default=0)

    def _set(self, bubbles: list[Bubble]) -> None:
        self.bubbles = bubbles
        self.filled.emit(self.column.show_bubbles(bubbles))
        self._settle()

    def show_typing(self, names: tuple[str, ...]) -> None:
        """Say who writes."""
        if names:
            written = self.tr("{name} is writing…")
            self.typing.setText(filled(written, name=names[0] or self.tr("Assistant")))
        self.typing.setVisible(bool(names))

    # --- moving about

    def _scrolled(self, value: int) -> None:
        bar = self.verticalScrollBar()
        self._bottom = value >= bar.maximum() - 4 and not self._newer
        if self._bottom:
            self._below = 0
            self._see()
        self._show_jump()
        if value < _NEAR and self._older is not None and bar.maximum() > 0:
            self._load_older()
        elif value > bar.maximum() - _NEAR and self._newer:
            self._load_newer()

    def _range_changed(self, _: int, maximum: int) -> None:
        bar = self.verticalScrollBar()
        if self._hold is not None:
            bar.setValue(maximum - self._hold)
        elif self._bottom:
            bar.setValue(maximum)
        self._show_jump()

    def _load_older(self) -> None:
        if self._older is not None:
            self._load(self._older, self._put_above)

    def _fill_up(self) -> None:
        """Where the newest page leaves room (most of it isn't drawn), fetch what is older too."""
        if self.isVisible() and self.verticalScrollBar().maximum() == 0:
            self._load_older()

    def _load_newer(self) -> None:
        self._load(self._last_seq() + 1 + PAGE, self._put_below)

    def _load(self, before: int, put: Callable[[BubblePage], None]) -> None:
        conv = self.conv
        if self._asking or conv is None:
            return
        self._asking = True

        def show(page: BubblePage) -> None:
            if conv == self.conv:
                put(page)
            self._asking = False  # only now: rows that come and go must not ask for more

        Operation(self, partial(self._desk.chat.page, conv, before=before, limit=PAGE)).on_success(
            show
        ).on_failure(self._not_read).start()

    def _fresh(self, page: BubblePage) -> list[Bubble]:
        known = {bubble.key for bubble in self.bubbles}
        return [bubble for bubble in page.bubbles if bubble.key not in known]

    def _put_above(self, page: BubblePage) -> None:
        """An older page: what is far below goes, what is seen stays where it is."""
        fresh = self._fresh(page)
        kept = self.bubbles[: max(1, WINDOW - len(fresh))]
        if len(kept) < len(self.bubbles):
            self._newer, self._bottom = True, False
            self._set(kept)
        bar = self.verticalScrollBar()
        self._hold = bar.maximum() - bar.value()
        self._older = page.older
        self._set(fresh + kept)
        self._hold = None

    def _put_below(self, page: BubblePage) -> None:
        """A newer page: what is far above goes, what is seen stays where it is."""
        fresh = self._fresh(page)
        kept = self.bubbles[-max(1, WINDOW - len(fresh)) :]
        if len(kept) < len(self.bubbles):
            bar = self.verticalScrollBar()
            self._hold = bar.maximum() - bar.value()
            self._older = next((b.seq for b in kept if b.seq is not None), None)
            self._set(kept)
            self._hold = None
        self._newer = len(fresh) == PAGE
        self._set(kept + fresh)
        if not self._newer:
            self._soon(self.refresh)  # lines that wait to be sent stand below

    def _settle(self) -> None:
        """Find all heights now, so that the place on the screen can be kept.

        What is hidden in a row makes its way up in posted events: card, row, column, scroll area.
        """
        for _ in range(_FLOORS):
            QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)

    def to_newest(self) -> None:
        """Go to the newest line."""
        if self._newer:
            self._newer = False
            self._set([])
            self._bottom = True
            self._below = 0
            self.refresh()
            return
        self._bottom = True
        bar = self.verticalScrollBar()
        bar.setValue(bar.maximum())
        self._scrolled(bar.value())

    def _show_jump(self) -> None:
        bar = self.verticalScrollBar()
        far = self._newer or bar.maximum() - bar.value() > 160
        self.jump.setVisible(far or self._below > 0)
        if self._below:
            self.jump.setText(self.tr("%n new message(s)", "", self._below))
        else:
            self.jump.setText(self.tr("Newest"))
        self._place_jump()

    def _place_jump(self) -> None:
        self.jump.adjustSize()
        left = (self.width() - self.jump.width()) // 2
        self.jump.move(left, self.height() - self.jump.height() - Space.M)
        self.jump.raise_()

    def _see(self) -> None:
        last = self._last_seq()
        if last > self._told and self.isVisible() and self.window().isActiveWindow():
            self._told = last
            self.seen.emit(last)

    def look_again(self) -> None:
        """The window came to the front: what stands here has been seen now."""
        if self._bottom:
            self._see()

    # --- keys

    def _walk(self, by: int) -> None:
        rows = self.column.in_order()
        if not rows:
            return
        focus = self.window().focusWidget()
        here = next((i for i, row in enumerate(rows) if row is focus), len(rows))
        index = max(0, min(len(rows) - 1, here + by))
        self._go_to(rows[index])
        if index == 0 and self._older is not None:
            self._load_older()

    def _go_to(self, row: Row | None) -> None:
        if row is not None:
            row.setFocus(Qt.FocusReason.OtherFocusReason)
            self.ensureWidgetVisible(row, 0, Space.L)

    def _copy(self) -> None:
        focus = self.window().focusWidget()
        if isinstance(focus, Row):
            QGuiApplication.clipboard().setText(focus.copy_text())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt: keys of the rows come here."""
        if event.type() == QEvent.Type.LayoutRequest and watched is self.column:
            self._place_jump()
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: arrows walk from line to line, End goes to the newest, Ctrl+C copies a line."""
        key = event.key()
        if key == Qt.Key.Key_Up:
            self._walk(-1)
        elif key == Qt.Key.Key_Down:
            self._walk(1)
        elif key == Qt.Key.Key_End:
            self.to_newest()
        elif key == Qt.Key.Key_Home:
            self.verticalScrollBar().setValue(0)
        elif event.modifiers() & Qt.KeyboardModifier.ControlModifier and key == Qt.Key.Key_C:
            self._copy()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: the way down stays at the foot."""
        super().resizeEvent(event)
        self._place_jump()

    def showEvent(self, event: QShowEvent) -> None:
        """Qt: what stands here may be seen now."""
        super().showEvent(event)
        self._soon(self.look_again)
