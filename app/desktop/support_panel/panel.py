"""The panel itself: head, live consent, the conversation, and where one writes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from app.desktop import dialogs
from app.desktop.operations import Operation
from app.desktop.support_panel.bars import ClosedBar, ReadingBar, Welcome
from app.desktop.support_panel.callback_form import AwayPage, CallbackForm
from app.desktop.support_panel.composer import Composer
from app.desktop.support_panel.grants import GrantStrip
from app.desktop.support_panel.header import PanelHeader, PersonBar
from app.desktop.support_panel.helpdesk import Helpdesk
from app.desktop.support_panel.older import OlderPage
from app.desktop.support_panel.records.book import Book, HelpTabs
from app.desktop.support_panel.saving import save_conversations
from app.desktop.support_panel.transcript import Transcript
from app.desktop.theme.tokens import Space
from app.desktop.watch import Watch
from app.desktop.widgets.base import Live
from app.desktop.widgets.labels import Paragraph
from app.protocol.messages.cards import ContextCard
from app.wallet.support.chat import SupportChat
from app.wallet.support.views import ChatState, Hit


class SupportPanel(Live, QWidget):
    """Help, beside whatever page is open. ``closed`` says that the person shut it."""

    closed = Signal()

    def __init__(self, desk: Helpdesk, parent: QWidget | None = None) -> None:
        """Build it on an unlocked session's chat."""
        super().__init__(parent)
        self.setObjectName("SupportPanel")
        self.setProperty("kind", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAcceptDrops(True)
        self.desk = desk
        self._reading: str | None = None
        self._reopen = False
        self._meant: set[str] = set()
        self._build()
        self._connect()
        Watch(desk.session.observe, self._heard, self)
        self.retranslate()
        self.show_state(desk.chat.state)
        self.tabs.show_state(desk.session.cases.state)

    def _build(self) -> None:
        self.header = PanelHeader()
        self.grants = GrantStrip(self.desk.session, "PanelGrants")
        self.transcript = Transcript(self.desk)
        self.welcome = Welcome()
        self.middle = QStackedWidget()
        self.middle.addWidget(self.welcome)
        self.middle.addWidget(self.transcript)
        self.failure = Paragraph("", "small", "danger")
        self.failure.setContentsMargins(Space.L, Space.S, Space.L, 0)
        self.failure.hide()
        self.person = PersonBar()
        self.closed_bar = ClosedBar()
        self.reading_bar = ReadingBar()
        self.composer = Composer(self.desk)
        self.talk = QWidget()
        column = QVBoxLayout(self.talk)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.middle, 1)
        for widget in (
            self.failure,
            self.person,
            self.closed_bar,
            self.reading_bar,
            self.composer,
        ):
            column.addWidget(widget)
        self.older = OlderPage(self.desk)
        self.away = AwayPage()
        self.callback = CallbackForm(self.desk)
        self.tabs = HelpTabs()
        self.book = Book(self.desk)
        self.stack = QStackedWidget()
        for page in (self.talk, self.older, self.away, self.callback, self.book):
            self.stack.addWidget(page)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(1, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.header)
        whole.addWidget(self.tabs)
        whole.addWidget(self.grants)
        whole.addWidget(self.stack, 1)

    def _connect(self) -> None:
        self.header.closed.connect(self.closed)
        self.header.chosen.connect(self._choose)
        self.grants.failed.connect(self.desk.said)
        self.transcript.seen.connect(self._seen)
        self.transcript.failed.connect(lambda sentence: self._fail(sentence.line()))
        self.transcript.filled.connect(self._filled)
        self.welcome.asked.connect(lambda text: self.desk.say(text, owner=self.welcome))
        self.welcome.freeze_wanted.connect(
            lambda: self.desk.want(lambda chat: chat.act("freeze"), self.welcome)
        )
        self.person.human_wanted.connect(self.ask_human)
        self.person.bot_wanted.connect(self.back_to_bot)
        self.closed_bar.go_on.connect(self._go_on)
        self.closed_bar.fresh.connect(self.begin_anew)
        self.reading_bar.back.connect(self.show_current)
        self.composer.sent.connect(self._sent)
        self.desk.written.connect(self.transcript.to_newest)
        for page in (self.older, self.away, self.callback):
            page.left.connect(self.show_talk)
        self.older.conversation_wanted.connect(self._read)
        self.older.hit_wanted.connect(self._read_hit)
        self.older.export.clicked.connect(self.export)
        self.away.message.connect(self._leave_message)
        self.away.callback.connect(self.show_callback)
        self.callback.booked.connect(self.show_current)
        self.stack.currentChanged.connect(self._turned)
        self.tabs.chosen.connect(self.show_tab)
        self.book.left.connect(self.show_talk)
        self.book.conversation_wanted.connect(self._read)
        self.composer.context.case_wanted.connect(self.open_case)
        self.desk.case_wanted.connect(self.show_case)

    def retranslate(self) -> None:
        """The panel's own name; its parts look after theirs."""
        self.setAccessibleName(self.tr("Help"))

    # --- state

    def _heard(self, topics: frozenset[str]) -> None:
        if "cases" in topics:
            self.tabs.show_state(self.desk.session.cases.state)
        if topics & {"support", "grants", "network"}:
            self.show_state(self.desk.chat.state)
            if "support" in topics:
                self.transcript.refresh()

    def show_state(self, state: ChatState) -> None:
        """Draw who answers, what is allowed, and where one writes."""
        self.header.show_state(state)
        self.person.show_state(state)
        self.away.show_state(state)
        self.grants.show_grants(state.grants)
        current = state.conversation
        conv = current.id if current else None
        if self._reading is None:
            self.transcript.follow(conv)
            self.composer.show_conversation(conv)
        self.transcript.show_typing(state.typing if self._reading is None else ())
        over = current is not None and current.owner == "nobody" and not self._reopen
        reading = self._reading is not None
        if current is not None and current.owner != "nobody":
            self._reopen = False
        self.person.setVisible(not reading and (current is None or current.owner != "agent"))
        self.closed_bar.setVisible(over and not reading)
        self.reading_bar.setVisible(reading)
        self.composer.setVisible(not over and not reading)
        self._reopen_meant()

    def _filled(self, anything: bool) -> None:
        self.middle.setCurrentWidget(self.transcript if anything else self.welcome)
        self._reopen_meant()

    def _reopen_meant(self) -> None:
        """The person said "go on here": what a closed conversation refused is sent again."""
        for bubble in self.transcript.bubbles:
            closed = bubble.failure is not None and bubble.failure.code == "conversation_closed"
            if bubble.key in self._meant and closed:
                self._meant.discard(bubble.key)
                work = partial(self.desk.chat.retry, bubble.key)
                Operation(self, work).on_failure(lambda _: None).start()

    def _seen(self, seq: int) -> None:
        if self._reading is None:
            Operation(self, partial(self.desk.chat.read, seq)).on_failure(lambda _: None).start()

    def _sent(self, key: str) -> None:
        if self._reopen:
            self._meant.add(key)
        self.failure.hide()
        self.transcript.to_newest()
        self.transcript.refresh()

    def _fail(self, words: str) -> None:
        self.failure.set_text(words)
        self.failure.show()

    # --- what is shown

    def ask_about(self, card: ContextCard) -> None:
        """Open the conversation with this attached to the next question."""
        self.show_current()
        current = self.desk.chat.state.conversation
        if current is not None and current.owner == "nobody":
            self._reopen = False
            self.desk.want(
                lambda chat: chat.new(language=self.desk.language), owner=self.closed_bar
            )
        self.composer.ask_about(card)

    def show_talk(self) -> None:
        """The conversation, in place of a page of the panel."""
        self.stack.setCurrentWidget(self.talk)
        if self.composer.isVisible():
            self.composer.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_current(self) -> None:
        """The conversation that goes on now."""
        self._reading = None
        self.show_state(self.desk.chat.state)
        self.show_talk()

    def show_older(self, *, searching: bool = False) -> None:
        """Earlier conversations and the search."""
        self.stack.setCurrentWidget(self.older)
        self.older.load(searching=searching)

    def show_callback(self) -> None:
        """The form for a call."""
        self.stack.setCurrentWidget(self.callback)
        self.callback.load()
        self.callback.phone.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- cases and feedback

    def show_tab(self, tab: str) -> None:
        """Conversation, cases or feedback."""
        if tab == "talk":
            self.show_talk()
            return
        self.stack.setCurrentWidget(self.book)
        if tab == "cases":
            self.book.show_cases()
        else:
            self.book.show_feedback()

    def show_case(self, case_id: str) -> None:
        """One case."""
        self._turn_to("cases")
        self.book.show_case(case_id)

    def open_case(self, card: ContextCard) -> None:
        """The form for a case about a payment."""
        self.composer.context.show_context(None)
        self.composer.retranslate()
        self._turn_to("cases")
        self.book.open_case(card)

    def _turn_to(self, tab: str) -> None:
        self.stack.setCurrentWidget(self.book)
        self.tabs.bar.choose(tab)

    def _turned(self) -> None:
        if self.stack.currentWidget() is not self.book:
            self.tabs.bar.choose("talk")

    def _read(self, conv: str) -> None:
        current = self.desk.chat.state.conversation
        self._reading = None if current is not None and current.id == conv else conv
        if self._reading is not None:
            self.transcript.show_conversation(conv)
        self.show_state(self.desk.chat.state)
        self.show_talk()

    def _read_hit(self, hit: Hit) -> None:
        self._reading = hit.conv
        self.transcript.show_around(hit.conv, hit.seq, hit.key)
        self.show_state(self.desk.chat.state)
        self.show_talk()

    # --- what is done

    def ask_human(self) -> None:
        """A person, or what can be done while nobody is here."""
        info = self.desk.chat.state.info
        if info is not None and not info.open_now:
            self.stack.setCurrentWidget(self.away)
            self.away.leave_message.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self._to_person()

    def _to_person(self) -> None:
        language = self.desk.language

        async def work(chat: SupportChat) -> str:
            current = chat.state.conversation
            if current is not None and current.owner == "nobody":
                await chat.new(language=language)
            return await chat.ask_human()

        self.desk.want(work, owner=self.person)

    def back_to_bot(self) -> None:
        """Leave the queue or the agent."""
        self.desk.want(lambda chat: chat.back_to_bot(), owner=self.person)

    def begin_anew(self) -> None:
        """Another conversation."""
        self._reopen = False
        language = self.desk.language
        self.desk.want(lambda chat: chat.new(language=language), owner=self.closed_bar)
        self.show_current()

    def _go_on(self) -> None:
        self._reopen = True
        self.show_state(self.desk.chat.state)
        self.composer.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _leave_message(self) -> None:
        self._to_person()
        self.show_current()

    def _choose(self, key: str) -> None:
        todo: dict[str, Callable[[], object]] = {
            "new": self.begin_anew,
            "older": self.show_older,
            "search": lambda: self.show_older(searching=True),
            "export": self.export,
            "callback": self.show_callback,
            "bot": self.back_to_bot,
            "close": self._ask_to_close,
        }
        todo[key]()

    def _ask_to_close(self) -> None:
        choices = [
            dialogs.Choice("close", self.tr("End it"), "primary"),
            dialogs.Choice("stay", self.tr("Go on")),
        ]
        dialogs.ask(
            self,
            self.tr("End this conversation?"),
            self.tr("It stays here to read. You can open it again or begin another."),
            choices,
            lambda answer: self._close() if answer == "close" else None,
        )

    def _close(self) -> None:
        self.desk.run(
            self.header,
            self.desk.chat.close,
            failed=lambda sentence: self._fail(sentence.line()),
        )

    def export(self) -> None:
        """Save everything that was said, in one of three forms."""
        save_conversations(
            self, self.header, self.desk, lambda sentence: self._fail(sentence.line())
        )

    # --- drag, drop, keys

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Qt: something hovers over the panel."""
        data = event.mimeData()
        if self.composer.isVisible() and (data.hasUrls() or data.hasImage()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Qt: a picture or a file was dropped."""
        if self.composer.field.take_mime(event.mimeData()):
            event.acceptProposedAction()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Qt: opened, the keyboard goes where one writes (no proxy: Tab would jump there too)."""
        super().focusInEvent(event)
        here = self.composer.field if self.composer.isVisible() else self.header.menu_button
        here.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: Escape shuts the panel."""
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
            return
        super().keyPressEvent(event)
