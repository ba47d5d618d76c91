"""Earlier conversations, and searching in everything that was said (in the vault alone)."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.desktop.components.when import moment_words
from app.desktop.operations import Operation
from app.desktop.support_panel.helpdesk import Helpdesk
from app.desktop.support_panel.markdown import plain_text
from app.desktop.support_panel.subpage import SubPage
from app.desktop.theme.tokens import Space
from app.desktop.widgets.base import clear
from app.desktop.widgets.buttons import Button
from app.desktop.widgets.fields import Field
from app.desktop.widgets.labels import ElidedLabel, Label, Paragraph
from app.desktop.widgets.surfaces import Card, EmptyState
from app.desktop.words import explain
from app.protocol.messages.support import Conversation
from app.wallet.support.views import Hit

_PAUSE_MS = 150


class Entry(Card):
    """One line that can be opened by a click, Enter or Space."""

    opened = Signal()

    def __init__(self, name: str, title: str, below: str, beside: str = "") -> None:
        """Show a title with a line below and a word beside it."""
        super().__init__(kind="card", margin=Space.M, spacing=2)
        self.setObjectName(name)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(" ".join(part for part in (title, below, beside) if part))
        self.setProperty("pressable", True)
        row = QHBoxLayout()
        row.setSpacing(Space.S)
        words = QVBoxLayout()
        words.setSpacing(2)
        shown = ElidedLabel(title, "strong")
        shown.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        words.addWidget(shown)
        under = Paragraph(below, "muted")
        under.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        under.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        words.addWidget(under)
        row.addLayout(words, 1)
        if beside:
            row.addWidget(Label(beside, "caption"), 0, Qt.AlignmentFlag.AlignTop)
        self.body.addLayout(row)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: Enter and Space open it."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.opened.emit()
            return
        super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Qt: a click opens it."""
        if self.rect().contains(event.position().toPoint()):
            self.opened.emit()


class OlderPage(SubPage):
    """All conversations, newest first; with words in the box, the lines that hold them.

    ``conversation_wanted`` carries a conversation's id, ``hit_wanted`` a line that was found.
    """

    conversation_wanted = Signal(str)
    hit_wanted = Signal(object)

    def __init__(self, desk: Helpdesk) -> None:
        """Make it; :meth:`load` fills it."""
        super().__init__("OlderPage")
        self._desk = desk
        self._conversations: tuple[Conversation, ...] = ()
        self._hits: tuple[Hit, ...] | None = None
        self.search = Field("OlderSearch")
        self.list = QVBoxLayout()
        self.list.setSpacing(Space.S)
        self.empty = EmptyState("chats-circle", "OlderEmpty")
        self.error = Paragraph("", "small", "danger")
        self.error.hide()
        self.export = Button("", "secondary", "OlderExport", icon="export")
        self.column.addWidget(self.search)
        self.column.addWidget(self.error)
        self.column.addLayout(self.list)
        self.column.addWidget(self.empty)
        self.column.addStretch(1)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self._find)
        self.search.edited.connect(lambda _: self._pause.start())
        self.search.submitted.connect(self._find)
        self.outer.addWidget(self._foot())
        self.retranslate()

    def _foot(self) -> QWidget:
        foot = QWidget()
        row = QHBoxLayout(foot)
        row.setContentsMargins(Space.L, Space.S, Space.L, Space.M)
        row.addWidget(self.export, 1)
        return foot

    def retranslate(self) -> None:
        """Words and rows."""
        super().retranslate()
        self.title.setText(self.tr("Earlier conversations"))
        self.search.set_words("", "", self.tr("Search what was said"))
        self.export.setText(self.tr("Save the conversations…"))
        self._draw()

    def load(self, *, searching: bool) -> None:
        """Read the list anew; the keyboard goes into the box or onto the first row."""
        self.search.set_text("")
        self._hits = None
        Operation(self, self._desk.chat.conversations).on_success(self._show).on_failure(
            self._failed
        ).replacing("older").start()
        target = self.search.edit if searching else self.back
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show(self, conversations: tuple[Conversation, ...]) -> None:
        self._conversations = conversations
        self._draw()

    def _find(self) -> None:
        text = self.search.text().strip()
        if not text:
            self._hits = None
            self._draw()
            return

        def show(hits: tuple[Hit, ...]) -> None:
            self._hits = hits
            self._draw()

        Operation(self, partial(self._desk.chat.search, text)).on_success(show).on_failure(
            self._failed
        ).replacing("older").start()

    def _failed(self, error: Exception) -> None:
        self.error.set_text(explain(error).line())
        self.error.show()

    def _draw(self) -> None:
        clear(self.list)
        if self._hits is not None:
            for number, hit in enumerate(self._hits):
                self.list.addWidget(self._hit(number, hit))
            self.empty.set_words(
                self.tr("Nothing found"), self.tr("Try fewer letters, or another word.")
            )
            self.empty.setVisible(not self._hits)
            return
        for number, conversation in enumerate(self._conversations):
            self.list.addWidget(self._conversation(number, conversation))
        self.empty.set_words(
            self.tr("No conversation yet"),
            self.tr("What you ask is kept here, encrypted on this device."),
        )
        self.empty.setVisible(not self._conversations)

    def _conversation(self, number: int, conversation: Conversation) -> Entry:
        title = conversation.subject or self.tr("Conversation")
        state = (
            self.tr("closed")
            if conversation.owner == "nobody"
            else self.tr("open", "a conversation that goes on")
        )
        below = " · ".join(
            part for part in (moment_words(conversation.updated_at), conversation.number) if part
        )
        entry = Entry(f"Older_{number}", title, below, state)
        entry.opened.connect(lambda: self.conversation_wanted.emit(conversation.id))
        return entry

    def _hit(self, number: int, hit: Hit) -> Entry:
        who = {
            "person": self.tr("You"),
            "bot": self.tr("Assistant"),
            "system": self.tr("Service"),
        }.get(hit.sender.kind, hit.sender.name)
        excerpt = hit.excerpt
        if hit.sender.kind == "bot":
            excerpt = " ".join(plain_text(excerpt, self.font()).split())
        entry = Entry(f"Hit_{number}", excerpt, f"{who} · {moment_words(hit.at)}")
        entry.opened.connect(lambda: self.hit_wanted.emit(hit))
        return entry
